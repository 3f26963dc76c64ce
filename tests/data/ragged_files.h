/* Ragged HDF5 files as another program would make them. */
#ifndef RONDO_TESTS_DATA_RAGGED_FILES_H
#define RONDO_TESTS_DATA_RAGGED_FILES_H

#include "base/hdf5.h"
#include "data/formats/ragged.h"
#include "support.h"

/* NULL arrays are left out. */
typedef struct content {
    const char *format;
    int64_t version;
    int64_t offset_count;
    const int64_t *offsets;
    int64_t input_steps, input_width, target_steps, target_width; /* width 0: ids */
    rondo_hdf5_type input_type, target_type;
    const void *inputs, *targets;
    int64_t name_count;
    const char *const *names, *const *target_names;
    int64_t target_name_count;
    const char *split;
    const char *target_kind; /* root attribute targets */
} content;

static const int64_t offsets[] = {0, 2, 5};
static const int32_t ids[] = {2, 3, 3, 2, 1};
static const double values[] = {0.5, -1, 2, 3.25, 1e-3, 6, 7, 8, 9, 10};
static const double shares[] = {0, 1, 0.5, 1, 0};
static const char *const names[] = {"<UNK>", "<EOS>", "a", "b", "b"};

static inline content good_ids(void)
{
    return (content){.format = "ragged sequences",
                     .version = 1,
                     .offset_count = 3,
                     .offsets = offsets,
                     .input_steps = 5,
                     .input_type = RONDO_HDF5_INT32,
                     .inputs = ids,
                     .name_count = 4,
                     .names = names,
                     .split = "train"};
}

static inline content good_classes(void)
{
    static const int32_t classes[] = {2, 3};
    static const char *const class_names[] = {"<UNK>", "<EOS>", "low", "high"};
    content made = good_ids();
    made.target_kind = "sequence";
    made.targets = classes;
    made.target_type = RONDO_HDF5_INT32;
    made.target_steps = 2;
    made.target_names = class_names;
    made.target_name_count = 4;
    return made;
}

static inline content good_values(void)
{
    content made = good_ids();
    made.names = NULL;
    made.inputs = values;
    made.input_type = RONDO_HDF5_FLOAT64;
    made.input_width = 2;
    made.targets = shares;
    made.target_type = RONDO_HDF5_FLOAT64;
    made.target_steps = 5;
    made.target_width = 1;
    return made;
}

static inline void put_array(rondo_hdf5 *file, const char *split, const char *array,
                             rondo_hdf5_type type, int64_t steps, int64_t width, const void *data)
{
    char path[64];
    rondo_error error = {0};
    const int64_t extent[2] = {steps, width};
    snprintf(path, sizeof path, "/%s/%s", split, array);
    if (data)
        CHECK_INTEGER(rondo_hdf5_write(file, path, type, width > 0 ? 2 : 1, extent, data, &error),
                      RONDO_OK);
}

static inline void put(rondo_hdf5 *file, const content *made)
{
    rondo_error error = {0};
    if (made->format)
        CHECK_INTEGER(rondo_hdf5_set_text(file, "/", "rondo_format", made->format, &error), 0);
    CHECK_INTEGER(rondo_hdf5_set_integer(file, "/", "version", made->version, &error), 0);
    if (made->target_kind)
        CHECK_INTEGER(rondo_hdf5_set_text(file, "/", "targets", made->target_kind, &error), 0);
    if (made->names)
        CHECK_INTEGER(rondo_hdf5_write_texts(file, "/vocabulary/inputs", made->name_count,
                                             made->names, &error),
                      0);
    if (made->target_names)
        CHECK_INTEGER(rondo_hdf5_write_texts(file, "/vocabulary/targets", made->target_name_count,
                                             made->target_names, &error),
                      0);
    put_array(file, made->split, "offsets", RONDO_HDF5_INT64, made->offset_count, 0, made->offsets);
    put_array(file, made->split, "inputs", made->input_type, made->input_steps, made->input_width,
              made->inputs);
    put_array(file, made->split, "targets", made->target_type, made->target_steps,
              made->target_width, made->targets);
}

/* One content, or two where the second is another split of the same file. */
static inline void make_file(const char *path, const content *first, const content *second)
{
    rondo_error error = {0};
    rondo_hdf5 *file = NULL;
    remove(path);
    CHECK_INTEGER(rondo_hdf5_create(path, &file, &error), RONDO_OK);
    put(file, first);
    if (second) {
        put_array(file, second->split, "offsets", RONDO_HDF5_INT64, second->offset_count, 0,
                  second->offsets);
        put_array(file, second->split, "inputs", second->input_type, second->input_steps,
                  second->input_width, second->inputs);
        put_array(file, second->split, "targets", second->target_type, second->target_steps,
                  second->target_width, second->targets);
    }
    CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_OK);
}

static inline rondo_experiment hdf5_of(const char *path, const rondo_task *task, int sequences)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = task;
    use_format(&experiment, &rondo_format_hdf5);
    experiment.data.sequences = sequences;
    return experiment;
}

#endif
