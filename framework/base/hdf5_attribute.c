/* Attributes of arrays and groups in HDF5 files, and lists of what a file holds. */
#include "base/hdf5_remote.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static rondo_status fail_attribute(const rondo_hdf5 *file, const char *path, const char *name,
                                   rondo_error *error, const char *what)
{
    return rondo_error_set(error, rondo_hdf5_status(file, what), "%s: %s: attribute %s %s",
                           file->name, path, name, what);
}

static bool make_group(rondo_hdf5 *file, const char *path)
{
    if (rondo_hdf5_has(file, path)) return true;
    hid_t group = H5Gcreate2(file->file, path, file->links, H5P_DEFAULT, H5P_DEFAULT);
    rondo_hdf5_release(group);
    return group >= 0;
}

static rondo_status set_attribute(rondo_hdf5 *file, const char *path, const char *name,
                                  hid_t stored, hid_t memory, const void *value, rondo_error *error)
{
    hid_t space = H5Screate(H5S_SCALAR);
    bool done = make_group(file, path);
    if (done && H5Aexists_by_name(file->file, path, name, file->access) > 0)
        H5Adelete_by_name(file->file, path, name, file->access);
    hid_t attribute = done ? H5Acreate_by_name(file->file, path, name, stored, space, H5P_DEFAULT,
                                               H5P_DEFAULT, file->access)
                           : H5I_INVALID_HID;
    done = attribute >= 0 && H5Awrite(attribute, memory, value) >= 0;
    rondo_hdf5_release(attribute);
    rondo_hdf5_release(space);
    if (done && !file->failure) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "%s: %s: attribute %s cannot be written: %s",
                           file->name, path, name, rondo_hdf5_reason(file));
}

rondo_status rondo_hdf5_set_integer(rondo_hdf5 *file, const char *path, const char *name,
                                    int64_t value, rondo_error *error)
{
    return set_attribute(file, path, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value, error);
}

rondo_status rondo_hdf5_set_real(rondo_hdf5 *file, const char *path, const char *name, double value,
                                 rondo_error *error)
{
    return set_attribute(file, path, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value, error);
}

rondo_status rondo_hdf5_set_text(rondo_hdf5 *file, const char *path, const char *name,
                                 const char *value, rondo_error *error)
{
    hid_t type = rondo_hdf5_text_type(H5I_INVALID_HID);
    rondo_status status = set_attribute(file, path, name, type, type, &value, error);
    rondo_hdf5_release(type);
    return status;
}

/* The attribute at hand, one value of a known type, or a negative number. */
static hid_t open_attribute(rondo_hdf5 *file, const char *path, const char *name,
                            rondo_hdf5_type *type, rondo_error *error)
{
    hsize_t size = 0;
    hid_t attribute = H5Aopen_by_name(file->file, path, name, H5P_DEFAULT, file->access);
    if (attribute < 0) {
        fail_attribute(file, path, name, error, "is missing");
        return attribute;
    }
    hid_t stored = H5Aget_type(attribute), space = H5Aget_space(attribute);
    bool known = stored >= 0 && rondo_hdf5_type_of(stored, type);
    bool single = space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    bool small = H5Fget_filesize(file->file, &size) >= 0 && H5Tget_size(stored) <= size;
    rondo_hdf5_release(space);
    rondo_hdf5_release(stored);
    if (known && single && small) return attribute;
    rondo_hdf5_release(attribute);
    fail_attribute(file, path, name, error, "is not one number or text");
    return H5I_INVALID_HID;
}

rondo_status rondo_hdf5_attribute_type(rondo_hdf5 *file, const char *path, const char *name,
                                       rondo_hdf5_type *type, rondo_error *error)
{
    int64_t there = 0;
    if (file->remote) {
        rondo_status status = rondo_hdf5_client_get(file, RONDO_HDF5_ATTRIBUTE_TYPE, path, name,
                                                    &there, sizeof there, error);
        *type = (rondo_hdf5_type)there;
        return status;
    }
    hid_t attribute = open_attribute(file, path, name, type, error);
    if (attribute < 0) return error->status;
    rondo_hdf5_release(attribute);
    return RONDO_OK;
}

static rondo_status get_number(rondo_hdf5 *file, const char *path, const char *name, bool real,
                               hid_t memory, void *value, rondo_error *error)
{
    rondo_hdf5_type type;
    rondo_status status = RONDO_OK;
    hid_t attribute = open_attribute(file, path, name, &type, error);
    if (attribute < 0) return error->status;
    bool is_real = type == RONDO_HDF5_FLOAT32 || type == RONDO_HDF5_FLOAT64;
    if (type == RONDO_HDF5_TEXT || (is_real && !real))
        status =
            fail_attribute(file, path, name, error, real ? "is not a number" : "is not an integer");
    else if (H5Aread(attribute, memory, value) < 0)
        status = fail_attribute(file, path, name, error, "cannot be read: damaged");
    rondo_hdf5_release(attribute);
    return status;
}

rondo_status rondo_hdf5_get_integer(rondo_hdf5 *file, const char *path, const char *name,
                                    int64_t *value, rondo_error *error)
{
    *value = 0;
    if (file->remote)
        return rondo_hdf5_client_get(file, RONDO_HDF5_GET_INTEGER, path, name, value, sizeof *value,
                                     error);
    return get_number(file, path, name, false, H5T_NATIVE_INT64, value, error);
}

rondo_status rondo_hdf5_get_real(rondo_hdf5 *file, const char *path, const char *name,
                                 double *value, rondo_error *error)
{
    *value = 0;
    if (file->remote)
        return rondo_hdf5_client_get(file, RONDO_HDF5_GET_REAL, path, name, value, sizeof *value,
                                     error);
    return get_number(file, path, name, true, H5T_NATIVE_DOUBLE, value, error);
}

/* NULL, or why there is no *value. */
static const char *read_variable(hid_t attribute, hid_t stored, char **value)
{
    char *text = NULL;
    hid_t memory = rondo_hdf5_text_type(stored);
    bool read = H5Aread(attribute, memory, &text) >= 0;
    if (read) *value = rondo_text_copy(text ? text : "");
    H5free_memory(text);
    rondo_hdf5_release(memory);
    if (!read) return "cannot be read: damaged";
    return *value ? NULL : rondo_hdf5_no_memory;
}

static const char *read_fixed(hid_t attribute, hid_t stored, char **value)
{
    char *text = calloc(H5Tget_size(stored) + 1, 1);
    if (!text) return rondo_hdf5_no_memory;
    if (H5Aread(attribute, stored, text) >= 0) {
        *value = text;
        return NULL;
    }
    free(text);
    return "cannot be read: damaged";
}

/* A list of one text. */
static rondo_status ask_text(rondo_hdf5 *file, const char *path, const char *name, char **value,
                             rondo_error *error)
{
    int64_t count;
    char **texts;
    rondo_status status =
        rondo_hdf5_client_texts(file, RONDO_HDF5_GET_TEXT, path, name, &count, &texts, error);
    if (status) return status;
    if (count == 1) {
        *value = texts[0];
        texts[0] = NULL;
    } else {
        status = fail_attribute(file, path, name, error, "is not one text");
    }
    rondo_hdf5_free_texts(count, texts);
    return status;
}

rondo_status rondo_hdf5_get_text(rondo_hdf5 *file, const char *path, const char *name, char **value,
                                 rondo_error *error)
{
    rondo_hdf5_type type;
    rondo_status status = RONDO_OK;
    *value = NULL;
    if (file->remote) return ask_text(file, path, name, value, error);
    hid_t attribute = open_attribute(file, path, name, &type, error);
    if (attribute < 0) return error->status;
    hid_t stored = H5Aget_type(attribute);
    const char *problem = "is not a text";
    if (type == RONDO_HDF5_TEXT)
        problem = H5Tis_variable_str(stored) > 0 ? read_variable(attribute, stored, value)
                                                 : read_fixed(attribute, stored, value);
    if (problem) status = fail_attribute(file, path, name, error, problem);
    rondo_hdf5_release(stored);
    rondo_hdf5_release(attribute);
    return status;
}

typedef struct name_list {
    char **names;
    int64_t count, capacity;
    const char *prefix; /* before each name */
    bool no_memory;
} name_list;

enum { DEEPEST = 32 };

bool rondo_hdf5_too_deep(const char *path)
{
    int depth = 0;
    for (const char *at = path; *at; at++)
        depth += *at == '/';
    return depth > DEEPEST;
}

static herr_t list_add(name_list *list, const char *name)
{
    rondo_error ignored = {0};
    rondo_text text = {0};
    void *names = list->names;
    list->no_memory = rondo_memory_grow(&names, &list->capacity, list->count + 1,
                                        sizeof *list->names, "names", &ignored) != RONDO_OK;
    list->names = names;
    if (list->no_memory) return -1;
    rondo_text_add(&text, "%s%s", list->prefix, name);
    list->no_memory = text.failed;
    if (text.failed) {
        rondo_text_finish(&text);
        return -1;
    }
    list->names[list->count++] = text.data;
    return 0;
}

static void list_finish(name_list *list)
{
    for (int64_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
}

static herr_t visit_object(hid_t group, const char *name, const H5O_info_t *about, void *data)
{
    (void)group;
    if (rondo_hdf5_too_deep(name)) return -1;
    return about->type == H5O_TYPE_DATASET ? list_add(data, name) : 0;
}

static herr_t visit_attribute(hid_t object, const char *name, const H5A_info_t *about, void *data)
{
    (void)object, (void)about;
    return list_add(data, name);
}

/* Hands the list over, or fails. */
static rondo_status list_give(const rondo_hdf5 *file, const char *path, name_list *list, bool done,
                              int64_t *count, char ***names, rondo_error *error)
{
    if (!done) {
        list_finish(list);
        return rondo_hdf5_fail(file, path, error,
                               list->no_memory ? rondo_hdf5_no_memory
                                               : "cannot be listed: damaged, or nested too deep");
    }
    *count = list->count;
    *names = list->names;
    return RONDO_OK;
}

rondo_status rondo_hdf5_list(rondo_hdf5 *file, const char *group, int64_t *count, char ***paths,
                             rondo_error *error)
{
    *count = 0;
    *paths = NULL;
    if (file->remote)
        return rondo_hdf5_client_texts(file, RONDO_HDF5_LIST, group, NULL, count, paths, error);
    if (!rondo_hdf5_has(file, group)) return rondo_hdf5_fail(file, group, error, "is missing");
    rondo_text prefix = {0};
    rondo_text_add(&prefix, "%s%s", group, group[strlen(group) - 1] == '/' ? "" : "/");
    name_list list = {.prefix = rondo_text_get(&prefix), .no_memory = prefix.failed};
    hid_t start = H5Oopen(file->file, group, file->access);
    bool done = !prefix.failed && start >= 0 &&
                H5Ovisit(start, H5_INDEX_NAME, H5_ITER_INC, visit_object, &list) >= 0;
    rondo_hdf5_release(start);
    rondo_text_finish(&prefix);
    return list_give(file, group, &list, done, count, paths, error);
}

rondo_status rondo_hdf5_list_attributes(rondo_hdf5 *file, const char *path, int64_t *count,
                                        char ***names, rondo_error *error)
{
    *count = 0;
    *names = NULL;
    if (file->remote)
        return rondo_hdf5_client_texts(file, RONDO_HDF5_LIST_ATTRIBUTES, path, NULL, count, names,
                                       error);
    if (!rondo_hdf5_has(file, path)) return rondo_hdf5_fail(file, path, error, "is missing");
    name_list list = {.prefix = ""};
    hid_t object = H5Oopen(file->file, path, file->access);
    hsize_t start = 0;
    bool done = object >= 0 && H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &start,
                                           visit_attribute, &list) >= 0;
    rondo_hdf5_release(object);
    return list_give(file, path, &list, done, count, names, error);
}
