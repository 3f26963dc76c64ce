/* The door to HDF5: files and arrays of numbers. Texts are in hdf5_text.c, attributes and lists in
 * hdf5_attribute.c.
 *
 * A file may come from a stranger, so nothing it claims is believed: an array is as large as what
 * is stored for it (times the best ratio a compressor reaches), it is stored inside the file, links
 * lead nowhere else, and filters are those built into the library. */
#include "base/hdf5_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gzip.h"
#include "base/text.h"

static const size_t largest_unpacked = (size_t)4 << 30;

/* deflate reaches 1032:1 at most. */
enum { MOST_COMPRESSION = 1100 };
/* A compressed piece is unpacked whole, also where the array uses little of it. */
enum { LARGEST_SPARE_CHUNK = 16 * 1024 * 1024 };

rondo_status rondo_hdf5_fail(const rondo_hdf5 *file, const char *path, rondo_error *error,
                             const char *what)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: %s: %s", file->name, path, what);
}

const char *rondo_hdf5_reason(const rondo_hdf5 *file)
{
    return file->failure ? strerror(file->failure) : "the HDF5 library failed";
}

void rondo_hdf5_release(hid_t id)
{
    if (id >= 0) H5Idec_ref(id);
}

/* A plugin filter would be code that the file chose. Messages are ours, not the library's. */
static void start_library(void)
{
    static bool started;
    if (started) return;
    started = true;
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
}

static herr_t refuse_link(const char *parent_file, const char *parent, const char *child_file,
                          const char *child, unsigned *flags, hid_t access, void *data)
{
    (void)parent_file, (void)parent, (void)child_file, (void)child;
    (void)flags, (void)access, (void)data;
    return -1;
}

static rondo_hdf5 *handle_create(const char *path, rondo_error *error)
{
    rondo_hdf5 *file = calloc(1, sizeof *file);
    start_library();
    if (file) {
        file->file = H5I_INVALID_HID;
        file->name = rondo_text_copy(path);
        file->access = H5Pcreate(H5P_DATASET_ACCESS);
        file->links = H5Pcreate(H5P_LINK_CREATE);
    }
    if (!file || !file->name || H5Pset_elink_cb(file->access, refuse_link, NULL) < 0 ||
        H5Pset_create_intermediate_group(file->links, 1) < 0 ||
        H5Pset_char_encoding(file->links, H5T_CSET_UTF8) < 0) {
        rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path);
        if (file) rondo_hdf5_close(file, &(rondo_error){0});
        return NULL;
    }
    return file;
}

rondo_status rondo_hdf5_create(const char *path, rondo_hdf5 **out, rondo_error *error)
{
    *out = NULL;
    rondo_hdf5 *file = handle_create(path, error);
    if (!file) return error->status;
    hid_t access = rondo_hdf5_access(file);
    file->file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    rondo_hdf5_release(access);
    if (file->file < 0) {
        rondo_error_set(error, RONDO_FAILED, "%s: cannot create: %s", path,
                        rondo_hdf5_reason(file));
        rondo_hdf5_close(file, &(rondo_error){0});
        return error->status;
    }
    *out = file;
    return RONDO_OK;
}

/* Words for what can be said without the library. */
static rondo_status check_file(const char *path, rondo_error *error)
{
    struct stat about;
    if (stat(path, &about) != 0)
        return rondo_error_set(error, RONDO_USAGE, "%s: cannot open: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return rondo_error_set(error, RONDO_USAGE, "%s: is not an ordinary file", path);
    return RONDO_OK;
}

static rondo_status fail_damaged(const char *path, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: is not an HDF5 file, or a damaged one", path);
}

rondo_status rondo_hdf5_open(const char *path, rondo_hdf5 **out, rondo_error *error)
{
    *out = NULL;
    char *unpacked = NULL;
    rondo_status status = check_file(path, error);
    if (!status) status = rondo_gzip_unpack(path, largest_unpacked, &unpacked, error);
    if (status) return status;
    const char *plain = unpacked ? unpacked : path;
    status = rondo_hdf5_probe(plain) ? rondo_hdf5_open_unprobed(plain, path, out, error)
                                     : fail_damaged(path, error);
    if (unpacked) unlink(unpacked); /* what is open stays readable */
    free(unpacked);
    return status;
}

rondo_status rondo_hdf5_open_unprobed(const char *path, const char *name, rondo_hdf5 **out,
                                      rondo_error *error)
{
    *out = NULL;
    rondo_hdf5 *file = handle_create(name, error);
    if (!file) return error->status;
    hid_t access = rondo_hdf5_access(file);
    file->file = H5Fopen(path, H5F_ACC_RDONLY, access);
    rondo_hdf5_release(access);
    if (file->file < 0) {
        if (file->failure)
            rondo_error_set(error, RONDO_USAGE, "%s: cannot open: %s", name,
                            strerror(file->failure));
        else
            fail_damaged(name, error);
        rondo_hdf5_close(file, &(rondo_error){0});
        return error->status;
    }
    *out = file;
    return RONDO_OK;
}

rondo_status rondo_hdf5_close(rondo_hdf5 *file, rondo_error *error)
{
    if (!file) return RONDO_OK;
    rondo_status status = RONDO_OK;
    if (file->file >= 0 && (H5Fclose(file->file) < 0 || file->failure))
        status = rondo_error_set(error, RONDO_FAILED, "%s: cannot be written: %s", file->name,
                                 rondo_hdf5_reason(file));
    rondo_hdf5_release(file->access);
    rondo_hdf5_release(file->links);
    free(file->name);
    free(file);
    return status;
}

bool rondo_hdf5_has(rondo_hdf5 *file, const char *path)
{
    return H5Oexists_by_name(file->file, path, file->access) > 0;
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

/* NULL, or why `bytes` cannot be what the file stores for the array. */
static const char *check_storage(hid_t file, hid_t array, size_t item, uint64_t bytes)
{
    hsize_t file_size = 0;
    hid_t layout = H5Dget_create_plist(array);
    H5D_layout_t kind = H5Pget_layout(layout);
    bool outside = kind == H5D_VIRTUAL || H5Pget_external_count(layout) != 0;
    uint64_t chunk = kind == H5D_CHUNKED ? chunk_bytes(layout, item) : 0;
    rondo_hdf5_release(layout);
    if (kind < 0 || outside) return "is kept outside this file, which is not allowed";
    uint64_t stored = H5Dget_storage_size(array);
    if (H5Fget_filesize(file, &file_size) < 0 || stored > file_size)
        return "claims more bytes than the file has";
    uint64_t most = kind == H5D_CHUNKED ? stored * MOST_COMPRESSION : stored;
    if (bytes > most) return "claims more numbers than are stored for it";
    if (chunk > most + LARGEST_SPARE_CHUNK) return "is stored in pieces larger than itself";
    return NULL;
}

static const char *check_array(hid_t file, hid_t array, rondo_hdf5_shape *shape)
{
    uint64_t bytes;
    hid_t stored = H5Dget_type(array);
    size_t item = H5Tget_size(stored);
    bool known = stored >= 0 && item > 0 && rondo_hdf5_type_of(stored, &shape->type);
    rondo_hdf5_release(stored);
    if (!known) return "holds neither numbers nor text";
    const char *problem = read_extents(array, item, shape, &bytes);
    return problem ? problem : check_storage(file, array, item, bytes);
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
    const char *problem = check_array(file->file, array, shape);
    if (!problem) return array;
    rondo_hdf5_release(array);
    rondo_hdf5_fail(file, path, error, problem);
    *shape = (rondo_hdf5_shape){0};
    return H5I_INVALID_HID;
}

rondo_status rondo_hdf5_shape_of(rondo_hdf5 *file, const char *path, rondo_hdf5_shape *shape,
                                 rondo_error *error)
{
    hid_t array = rondo_hdf5_open_array(file, path, shape, error);
    if (array < 0) return error->status;
    rondo_hdf5_release(array);
    return RONDO_OK;
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
