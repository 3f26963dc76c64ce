/* Texts in HDF5 files: written as UTF-8 of variable length; read in that form and as fixed-length
 * strings (MATLAB, numpy). */
#include "base/hdf5_remote.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Memory that the library takes for texts. All texts together are no longer than the file: one
 * stored text that a million elements point to must not become a million copies. */
typedef struct text_budget {
    uint64_t left;
    void **blocks;
    int64_t count, capacity;
    bool no_memory;
} text_budget;

static const char damaged[] = "cannot be read: damaged";

static void *take_text(size_t size, void *info)
{
    text_budget *budget = info;
    rondo_error ignored = {0};
    void *blocks = budget->blocks;
    if (size > budget->left) return NULL;
    budget->no_memory = rondo_memory_grow(&blocks, &budget->capacity, budget->count + 1,
                                          sizeof *budget->blocks, "texts", &ignored) != RONDO_OK;
    budget->blocks = blocks;
    void *block = budget->no_memory ? NULL : malloc(size);
    budget->no_memory = !block;
    if (!block) return NULL;
    budget->blocks[budget->count++] = block;
    budget->left -= size;
    return block;
}

/* Everything is freed together, or becomes the caller's. */
static void keep_text(void *block, void *info)
{
    (void)block, (void)info;
}

static void budget_finish(text_budget *budget, bool free_texts)
{
    for (int64_t i = 0; free_texts && i < budget->count; i++)
        free(budget->blocks[i]);
    free(budget->blocks);
}

void rondo_hdf5_free_texts(int64_t count, char **texts)
{
    for (int64_t i = 0; texts && i < count; i++)
        free(texts[i]);
    free(texts);
}

hid_t rondo_hdf5_text_type(hid_t like)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, like >= 0 ? H5Tget_cset(like) : H5T_CSET_UTF8);
    return type;
}

/* The library gives NULL for an empty text. */
static bool fill_empty(int64_t count, char **texts, text_budget *budget)
{
    budget->left += (uint64_t)count;
    for (int64_t i = 0; i < count; i++) {
        if (texts[i]) continue;
        texts[i] = take_text(1, budget);
        if (!texts[i]) return false;
        texts[i][0] = '\0';
    }
    return true;
}

/* texts: `count` NULL pointers, to be filled. NULL, or why they could not be. */
static const char *read_variable(const rondo_hdf5 *file, hid_t array, hid_t stored, int64_t count,
                                 char **texts)
{
    hsize_t size = 0;
    H5Fget_filesize(file->file, &size);
    text_budget budget = {.left = (uint64_t)size + (uint64_t)count};
    hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    hid_t memory = rondo_hdf5_text_type(stored);
    bool done = H5Pset_vlen_mem_manager(transfer, take_text, &budget, keep_text, &budget) >= 0 &&
                H5Dread(array, memory, H5S_ALL, H5S_ALL, transfer, texts) >= 0 &&
                fill_empty(count, texts, &budget);
    rondo_hdf5_release(memory);
    rondo_hdf5_release(transfer);
    budget_finish(&budget, !done);
    if (done) return NULL;
    return budget.no_memory ? rondo_hdf5_no_memory : damaged;
}

static const char *split_fixed(const char *block, size_t width, bool spaces, int64_t count,
                               char **texts)
{
    for (int64_t i = 0; i < count; i++) {
        const char *text = block + (size_t)i * width;
        size_t length = strnlen(text, width);
        while (spaces && length > 0 && text[length - 1] == ' ')
            length--;
        texts[i] = malloc(length + 1);
        if (!texts[i]) {
            while (i > 0)
                free(texts[--i]);
            return rondo_hdf5_no_memory;
        }
        memcpy(texts[i], text, length);
        texts[i][length] = '\0';
    }
    return NULL;
}

static const char *read_fixed(hid_t array, hid_t stored, int64_t count, char **texts)
{
    size_t width = H5Tget_size(stored);
    bool spaces = H5Tget_strpad(stored) == H5T_STR_SPACEPAD;
    char *block = malloc((size_t)count * width);
    if (!block) return rondo_hdf5_no_memory;
    const char *problem = damaged;
    if (H5Dread(array, stored, H5S_ALL, H5S_ALL, H5P_DEFAULT, block) >= 0)
        problem = split_fixed(block, width, spaces, count, texts);
    free(block);
    return problem;
}

static rondo_status read_elements(rondo_hdf5 *file, hid_t array, const char *path, int64_t count,
                                  char **texts, rondo_error *error)
{
    if (count == 0) return RONDO_OK;
    hid_t stored = H5Dget_type(array);
    const char *problem = H5Tis_variable_str(stored) > 0
                              ? read_variable(file, array, stored, count, texts)
                              : read_fixed(array, stored, count, texts);
    rondo_hdf5_release(stored);
    return problem ? rondo_hdf5_fail(file, path, error, problem) : RONDO_OK;
}

rondo_status rondo_hdf5_write_text(rondo_hdf5 *file, const char *path, const char *text,
                                   rondo_error *error)
{
    return rondo_hdf5_write(file, path, RONDO_HDF5_TEXT, 0, NULL, &text, error);
}

rondo_status rondo_hdf5_read_text(rondo_hdf5 *file, const char *path, char **text,
                                  rondo_error *error)
{
    int64_t count;
    char **texts;
    *text = NULL;
    rondo_status status = rondo_hdf5_read_texts(file, path, &count, &texts, error);
    if (status) return status;
    if (count == 1)
        *text = texts[0];
    else
        status = rondo_hdf5_fail(file, path, error, "is not a single text");
    for (int64_t i = 0; status && i < count; i++)
        free(texts[i]); /* NOLINT(clang-analyzer-unix.Malloc): takes each text for the one before */
    free(texts);
    return status;
}

rondo_status rondo_hdf5_write_texts(rondo_hdf5 *file, const char *path, int64_t count,
                                    const char *const *texts, rondo_error *error)
{
    return rondo_hdf5_write(file, path, RONDO_HDF5_TEXT, 1, &count, texts, error);
}

rondo_status rondo_hdf5_read_texts(rondo_hdf5 *file, const char *path, int64_t *count,
                                   char ***texts, rondo_error *error)
{
    rondo_hdf5_shape shape;
    rondo_status status = RONDO_OK;
    *count = 0;
    *texts = NULL;
    if (file->remote)
        return rondo_hdf5_client_texts(file, RONDO_HDF5_READ_TEXTS, path, NULL, count, texts,
                                       error);
    hid_t array = rondo_hdf5_open_array(file, path, &shape, error);
    if (array < 0) return error->status;
    int64_t found = rondo_hdf5_count(&shape);
    char **list = calloc((size_t)found + 1, sizeof *list);
    if (shape.type != RONDO_HDF5_TEXT || shape.rank > 1)
        status = rondo_hdf5_fail(file, path, error, "is not a list of texts");
    else if (!list)
        status = rondo_hdf5_fail(file, path, error, rondo_hdf5_no_memory);
    else
        status = read_elements(file, array, path, found, list, error);
    rondo_hdf5_release(array);
    if (status) {
        free(list);
        return status;
    }
    *count = found;
    *texts = list;
    return RONDO_OK;
}
