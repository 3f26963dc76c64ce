/* data.format hdf5: ragged arrays, rondo's own form of a data set (data/formats/ragged.h). The file
 * says what it holds: symbols or values, targets of steps or of sequences, or none. */
#include "config/format.h"
#include "data/classes.h"
#include "data/formats/ragged.h"
#include "data/reading.h"
#include "data/storage.h"

/* What this task needs and the file's targets are not; NULL: they fit. */
static const char *misfit(const rondo_experiment *experiment, const rondo_dataset *dataset)
{
    bool has_targets = !dataset->storage->next_step;
    bool pooled = experiment->model.pooling != RONDO_POOLING_NONE;
    if (experiment->task->predicts_input)
        return has_targets ? "has /train/targets, which this task does not take (it predicts the "
                             "next step of its input); is it for task tagging, classification or "
                             "regression?"
                           : NULL;
    if (!has_targets) return "no /train/targets, which this task needs";
    bool has_labels = dataset->schema->target == RONDO_TARGET_LABELS;
    if (has_labels != experiment->task->predicts_labels)
        return has_labels ? "its targets are label sequences; is it for task transcription?"
                          : "its targets are no label sequences (root attribute targets is not "
                            "\"labels\")";
    if (has_labels && !rondo_names_are_reserved(&experiment->data.vocabulary,
                                                rondo_vocabulary_names(dataset->schema->targets),
                                                rondo_vocabulary_size(dataset->schema->targets)))
        return "the first two names in /vocabulary/targets are not \"<UNK>\" and \"<EOS>\", the "
               "second of which is the blank of label sequences";
    if (dataset->schema->sequence_targets && !pooled)
        return "its targets are per sequence, but the model predicts at every step; is it for "
               "task classification, or regression with model.pooling?";
    if (!dataset->schema->sequence_targets && pooled)
        return "its targets are per step (root attribute targets is not \"sequence\"), but "
               "model.pooling leaves one prediction per sequence";
    return NULL;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    const char *path = reading->experiment->data.path;
    const rondo_data_wanted *wanted = reading->wanted;
    bool is_part = wanted->file || wanted->split != RONDO_SPLITS;
    const rondo_ragged_part part = {.split = wanted->split,
                                    .as_test = wanted->file != NULL,
                                    .without_targets = wanted->without_targets};
    if (!path) return rondo_error_set(error, RONDO_USAGE, "data.path: no file to train on");
    rondo_status status =
        rondo_ragged_read_part(path, is_part ? &part : NULL, reading->saved,
                               &reading->experiment->data.vocabulary, dataset, error);
    if (status || !rondo_dataset_has_targets(dataset)) return status;
    const char *problem = misfit(reading->experiment, dataset);
    if (problem && wanted->file && dataset->storage->next_step) problem = "it has no targets";
    return problem ? rondo_error_set(error, RONDO_USAGE, "%s: %s", path, problem) : RONDO_OK;
}

/* Only the file knows. */
static int64_t split_count(const rondo_data_config *data, int split)
{
    (void)data;
    (void)split;
    return -1;
}

const rondo_format rondo_format_hdf5 = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "hdf5",
             .summary = "ragged arrays in HDF5: sequences of symbols or values, with or without "
                        "targets, and splits of their own (datasets/README.md)",
             .options = rondo_no_options},
    .provides = RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_VALUES | RONDO_PROVIDES_NEXT_SYMBOLS |
                RONDO_PROVIDES_TAGS | RONDO_PROVIDES_LABELS | RONDO_PROVIDES_TARGET_VALUES |
                RONDO_PROVIDES_NEXT_VALUES | RONDO_PROVIDES_LABEL_SEQUENCES |
                RONDO_PROVIDES_SPLITS | RONDO_PROVIDES_NAMES | RONDO_PROVIDES_FILES |
                RONDO_PROVIDES_UNIT | RONDO_PROVIDES_LOWERCASE | RONDO_PROVIDES_SCALES,
    .unit = RONDO_CHARACTER,
    .sequences = RONDO_LINE,
    .split_count = split_count,
    .read = read};
