/* Part of the wrapper of HDF5: arrays of numbers, where the library has the file open. Files are in
 * hdf5_open.c, texts in hdf5_text.c, attributes and lists in hdf5_attribute.c.
 *
 * A file may be untrusted, so nothing it claims is believed: an array is as large as what
 * is stored for it (times the best ratio a compressor reaches), it is stored inside the file, links
 * lead nowhere else, and filters are those built into the library. */
#include "base/hdf5_remote.h"

/* deflate reaches 1032:1 at most. */
enum { MOST_COMPRESSION = 1100 };
/* A compressed piece is unpacked whole, also where the array uses little of it. */
enum { LARGEST_SPARE_CHUNK = 16 * 1024 * 1024 };
/* Numbers of fewer bytes become so many in memory. */
enum { SMALLEST_IN_MEMORY = 4 };

const char rondo_hdf5_no_memory[] = "not enough memory";

rondo_status rondo_hdf5_status(const rondo_hdf5 *file, const char *what)
{
    return what == rondo_hdf5_no_memory ? RONDO_FAILED : file->damage;
}

rondo_status rondo_hdf5_fail(const rondo_hdf5 *file, const char *path, rondo_error *error,
                             const char *what)
{
    return rondo_error_set(error, rondo_hdf5_status(file, what), "%s: %s: %s", file->name, path,
                           what);
}

void rondo_hdf5_release(hid_t id)
{
    if (id >= 0) H5Idec_ref(id);
}

bool rondo_hdf5_has(rondo_hdf5 *file, const char *path)
{
    if (file->remote) return rondo_hdf5_client_has(file, path);
    return H5Oexists_by_name(file->file, path, file->access) > 0;
}

size_t rondo_hdf5_item_size(rondo_hdf5_type type)
{
    switch (type) {
    case RONDO_HDF5_FLOAT64:
    case RONDO_HDF5_INT64:
        return 8;
    case RONDO_HDF5_FLOAT32:
    case RONDO_HDF5_INT32:
        return 4;
    default:
        return 1;
    }
}

static rondo_hdf5_type integer_type(hid_t stored)
{
    size_t size = H5Tget_size(stored);
    bool is_signed = H5Tget_sign(stored) == H5T_SGN_2;
    if (size == 1 && !is_signed) return RONDO_HDF5_UINT8;
    return size < 4 || (size == 4 && is_signed) ? RONDO_HDF5_INT32 : RONDO_HDF5_INT64;
}

bool rondo_hdf5_type_of(hid_t stored, rondo_hdf5_type *type)
{
    switch (H5Tget_class(stored)) {
    case H5T_INTEGER:
        *type = integer_type(stored);
        return true;
    case H5T_FLOAT:
        *type = H5Tget_size(stored) <= 4 ? RONDO_HDF5_FLOAT32 : RONDO_HDF5_FLOAT64;
        return true;
    case H5T_STRING:
        *type = RONDO_HDF5_TEXT;
        return true;
    default:
        return false;
    }
}

int64_t rondo_hdf5_count(const rondo_hdf5_shape *shape)
{
    int64_t count = 1;
    for (int32_t i = 0; i < shape->rank; i++)
        count *= shape->extent[i];
    return count;
}

/* Extents, and the bytes they stand for; NULL, or what is wrong with them. */
static const char *read_extents(hid_t array, size_t item, rondo_hdf5_shape *shape, uint64_t *bytes)
{
    hsize_t extent[RONDO_HDF5_MAX_RANK] = {0};
    hid_t space = H5Dget_space(array);
    H5S_class_t kind = H5Sget_simple_extent_type(space);
    int rank = H5Sget_simple_extent_ndims(space);
    bool usable = (kind == H5S_SCALAR || kind == H5S_SIMPLE) && rank >= 0 &&
                  rank <= RONDO_HDF5_MAX_RANK &&
                  H5Sget_simple_extent_dims(space, extent, NULL) >= 0;
    rondo_hdf5_release(space);
    if (!usable) return "is not an array of 0 to 4 dimensions";
    *bytes = item;
    shape->rank = rank;
    for (int i = 0; i < rank; i++) {
        if (extent[i] > INT64_MAX || (extent[i] > 0 && *bytes > INT64_MAX / extent[i]))
            return "claims more numbers than any memory holds";
        shape->extent[i] = (int64_t)extent[i];
        *bytes *= extent[i];
    }
    return NULL;
}

static uint64_t chunk_bytes(hid_t layout, size_t item)
{
    hsize_t extent[RONDO_HDF5_MAX_RANK];
    uint64_t bytes = item;
    int rank = H5Pget_chunk(layout, RONDO_HDF5_MAX_RANK, extent);
    for (int i = 0; i < rank && i < RONDO_HDF5_MAX_RANK; i++)
        bytes *= extent[i];
    return bytes;
}

/* NULL, or why `bytes` cannot be what the file stores for the array. *packed: in pieces. */
static const char *check_storage(hid_t file, hid_t array, size_t item, uint64_t bytes, bool *packed)
{
    hsize_t file_size = 0;
    hid_t layout = H5Dget_create_plist(array);
    H5D_layout_t kind = H5Pget_layout(layout);
    bool outside = kind == H5D_VIRTUAL || H5Pget_external_count(layout) != 0;
    uint64_t chunk = kind == H5D_CHUNKED ? chunk_bytes(layout, item) : 0;
    rondo_hdf5_release(layout);
    *packed = kind == H5D_CHUNKED;
    if (kind < 0 || outside) return "is kept outside this file, which is not allowed";
    uint64_t stored = H5Dget_storage_size(array);
    if (H5Fget_filesize(file, &file_size) < 0 || stored > file_size)
        return "claims more bytes than the file has";
    uint64_t most = kind == H5D_CHUNKED ? stored * MOST_COMPRESSION : stored;
    if (bytes > most) return "claims more numbers than are stored for it";
    if (chunk > most + LARGEST_SPARE_CHUNK) return "is stored in pieces larger than itself";
    return NULL;
}

/* What an array unpacks to has a limit of its own: it is memory that the file need not have. */
static const char *check_unpacked(const rondo_hdf5 *file, size_t item, uint64_t bytes, bool packed)
{
    if (packed && item < SMALLEST_IN_MEMORY) bytes = bytes / item * SMALLEST_IN_MEMORY;
    if (!packed && !file->limit_is_given) return NULL;
    if (bytes <= file->most_bytes) return NULL;
    return file->limit_is_given ? "takes more bytes than data.max_bytes allows"
                                : "unpacks to more than a hundred times the file's size; if that "
                                  "is right, write its "
                                  "bytes as data.max_bytes";
}

static const char *check_array(const rondo_hdf5 *file, hid_t array, rondo_hdf5_shape *shape)
{
    uint64_t bytes;
    bool packed;
    hid_t stored = H5Dget_type(array);
    size_t item = H5Tget_size(stored);
    bool known = stored >= 0 && item > 0 && rondo_hdf5_type_of(stored, &shape->type);
    rondo_hdf5_release(stored);
    if (!known) return "holds neither numbers nor text";
    const char *problem = read_extents(array, item, shape, &bytes);
    if (!problem) problem = check_storage(file->file, array, item, bytes, &packed);
    return problem ? problem : check_unpacked(file, item, bytes, packed);
}

hid_t rondo_hdf5_open_array(rondo_hdf5 *file, const char *path, rondo_hdf5_shape *shape,
                            rondo_error *error)
{
    *shape = (rondo_hdf5_shape){0};
    hid_t array = H5Dopen2(file->file, path, file->access);
    if (array < 0) {
        rondo_hdf5_fail(file, path, error,
                        rondo_hdf5_has(file, path) ? "is not a readable array" : "is missing");
        return array;
    }
    const char *problem = check_array(file, array, shape);
    if (!problem) return array;
    rondo_hdf5_release(array);
    rondo_hdf5_fail(file, path, error, problem);
    *shape = (rondo_hdf5_shape){0};
    return H5I_INVALID_HID;
}

rondo_status rondo_hdf5_shape_of(rondo_hdf5 *file, const char *path, rondo_hdf5_shape *shape,
                                 rondo_error *error)
{
    if (file->remote)
        return rondo_hdf5_client_get(file, RONDO_HDF5_SHAPE_OF, path, NULL, shape, sizeof *shape,
                                     error);
    hid_t array = rondo_hdf5_open_array(file, path, shape, error);
    if (array < 0) return error->status;
    rondo_hdf5_release(array);
    return RONDO_OK;
}

int64_t rondo_hdf5_chunk_rows(rondo_hdf5 *file, const char *path, uint64_t *bytes)
{
    hsize_t extent[RONDO_HDF5_MAX_RANK] = {0};
    hid_t array = H5Dopen2(file->file, path, file->access);
    hid_t layout = array < 0 ? array : H5Dget_create_plist(array);
    hid_t stored = array < 0 ? array : H5Dget_type(array);
    bool chunked = layout >= 0 && stored >= 0 && H5Pget_layout(layout) == H5D_CHUNKED &&
                   H5Pget_chunk(layout, RONDO_HDF5_MAX_RANK, extent) > 0;
    *bytes = chunked ? chunk_bytes(layout, H5Tget_size(stored)) : 0;
    rondo_hdf5_release(stored);
    rondo_hdf5_release(layout);
    rondo_hdf5_release(array);
    return chunked ? (int64_t)extent[0] : 0;
}

static hid_t memory_type(rondo_hdf5_type type)
{
    switch (type) {
    case RONDO_HDF5_FLOAT32:
        return H5Tcopy(H5T_NATIVE_FLOAT);
    case RONDO_HDF5_FLOAT64:
        return H5Tcopy(H5T_NATIVE_DOUBLE);
    case RONDO_HDF5_INT32:
        return H5Tcopy(H5T_NATIVE_INT32);
    case RONDO_HDF5_INT64:
        return H5Tcopy(H5T_NATIVE_INT64);
    case RONDO_HDF5_UINT8:
        return H5Tcopy(H5T_NATIVE_UINT8);
    case RONDO_HDF5_TEXT:
        return rondo_hdf5_text_type(H5I_INVALID_HID);
    }
    return H5I_INVALID_HID;
}

/* The same bytes in every file: little-endian numbers. */
static hid_t file_type(rondo_hdf5_type type)
{
    hid_t copy = memory_type(type);
    if (copy >= 0 && type != RONDO_HDF5_TEXT) H5Tset_order(copy, H5T_ORDER_LE);
    return copy;
}

/* Contiguous, and without the time of writing: equal contents give equal files. */
static hid_t create_array(rondo_hdf5 *file, const char *path, rondo_hdf5_type type, int32_t rank,
                          const hsize_t *extent)
{
    hid_t stored = file_type(type);
    hid_t space = rank > 0 ? H5Screate_simple(rank, extent, NULL) : H5Screate(H5S_SCALAR);
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(layout, 0);
    if (type != RONDO_HDF5_TEXT) H5Pset_fill_time(layout, H5D_FILL_TIME_NEVER);
    hid_t array = H5Dcreate2(file->file, path, stored, space, file->links, layout, H5P_DEFAULT);
    rondo_hdf5_release(layout);
    rondo_hdf5_release(space);
    rondo_hdf5_release(stored);
    return array;
}

rondo_status rondo_hdf5_write(rondo_hdf5 *file, const char *path, rondo_hdf5_type type,
                              int32_t rank, const int64_t *extent, const void *data,
                              rondo_error *error)
{
    hsize_t sizes[RONDO_HDF5_MAX_RANK] = {0};
    hsize_t count = 1;
    if (rank < 0 || rank > RONDO_HDF5_MAX_RANK)
        return rondo_hdf5_fail(file, path, error, "has more than 4 dimensions");
    if (!rondo_hdf5_has_room()) return rondo_hdf5_fail(file, path, error, rondo_hdf5_no_memory);
    for (int32_t i = 0; i < rank; i++)
        count *= sizes[i] = (hsize_t)extent[i];
    hid_t array = create_array(file, path, type, rank, sizes);
    hid_t memory = memory_type(type);
    bool done = array >= 0 && memory >= 0;
    if (done && count > 0) done = H5Dwrite(array, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    rondo_hdf5_release(memory);
    rondo_hdf5_release(array);
    if (done && !file->failure) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "%s: %s: cannot be written: %s", file->name, path,
                           rondo_hdf5_reason(file));
}

/* A part of an array's space, rows first .. first + rows - 1 of its first dimension. */
static hid_t select_rows(hid_t array, const rondo_hdf5_shape *shape, int64_t first, int64_t rows)
{
    hsize_t start[RONDO_HDF5_MAX_RANK] = {(hsize_t)first};
    hsize_t count[RONDO_HDF5_MAX_RANK] = {(hsize_t)rows};
    for (int32_t i = 1; i < shape->rank; i++)
        count[i] = (hsize_t)shape->extent[i];
    hid_t space = H5Dget_space(array);
    if (space >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0)
        return space;
    rondo_hdf5_release(space);
    return H5I_INVALID_HID;
}

static bool read_rows(hid_t array, const rondo_hdf5_shape *shape, hid_t memory, int64_t first,
                      int64_t rows, void *data)
{
    if (rondo_hdf5_count(shape) == 0 || rows == 0) return true;
    if (rows < 0) return H5Dread(array, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    hsize_t count = (hsize_t)(rondo_hdf5_count(shape) / shape->extent[0] * rows);
    hid_t from = select_rows(array, shape, first, rows);
    hid_t to = H5Screate_simple(1, &count, NULL);
    bool done = from >= 0 && to >= 0 && H5Dread(array, memory, to, from, H5P_DEFAULT, data) >= 0;
    rondo_hdf5_release(to);
    rondo_hdf5_release(from);
    return done;
}

/* rows below 0: all of the array. */
static rondo_status read_part(rondo_hdf5 *file, const char *path, rondo_hdf5_type type,
                              int64_t first, int64_t rows, void *data, rondo_error *error)
{
    rondo_hdf5_shape shape;
    rondo_status status = RONDO_OK;
    if (file->remote) return rondo_hdf5_client_read(file, path, type, first, rows, data, error);
    hid_t array = rondo_hdf5_open_array(file, path, &shape, error);
    if (array < 0) return error->status;
    hid_t memory = memory_type(type);
    if (type == RONDO_HDF5_TEXT || shape.type == RONDO_HDF5_TEXT)
        status = rondo_hdf5_fail(file, path, error, "is text where numbers are wanted");
    else if (rows >= 0 && (shape.rank == 0 || first < 0 || rows > shape.extent[0] - first))
        status = rondo_hdf5_fail(file, path, error, "does not have these rows");
    else if (!read_rows(array, &shape, memory, first, rows, data))
        status = rondo_hdf5_fail(file, path, error, "cannot be read: damaged");
    rondo_hdf5_release(memory);
    rondo_hdf5_release(array);
    return status;
}

rondo_status rondo_hdf5_read(rondo_hdf5 *file, const char *path, rondo_hdf5_type type, void *data,
                             rondo_error *error)
{
    return read_part(file, path, type, 0, -1, data, error);
}

rondo_status rondo_hdf5_read_rows(rondo_hdf5 *file, const char *path, rondo_hdf5_type type,
                                  int64_t first, int64_t rows, void *data, rondo_error *error)
{
    return read_part(file, path, type, first, rows < 0 ? INT64_MAX : rows, data, error);
}
