/* A data set is read, as data/dataset.h says, by the format that the config names. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/classes.h"
#include "data/fingerprint.h"
#include "data/forecasting.h"
#include "data/formats/text.h"
#include "data/label_sequences.h"
#include "data/reading.h"
#include "data/standardize.h"
#include "data/storage.h"
#include "data/text/text_source.h"

const char *rondo_split_name(rondo_split split)
{
    static const char *const names[RONDO_SPLITS] = {"train", "valid", "test"};
    return names[split];
}

void rondo_dataset_destroy(rondo_dataset *dataset)
{
    if (!dataset) return;
    for (int i = 0; i < dataset->storage->block_count; i++)
        rondo_memory_destroy(dataset->storage->blocks[i]);
    rondo_tags_destroy(dataset->tags);
    rondo_symbols_destroy(dataset->storage->label_symbols);
    if (dataset->forecasting) dataset->forecasting->destroy(dataset->forecasting);
    rondo_schema_destroy(dataset->schema);
    free(dataset->storage);
    free(dataset);
}

bool rondo_dataset_has_targets(const rondo_dataset *dataset)
{
    for (int s = 0; s < RONDO_SPLITS; s++)
        if (rondo_sequences_have_targets(&dataset->splits[s])) return true;
    return false;
}

/* Classes of a ragged file are all its labels. */
static void name_labels(rondo_dataset *dataset)
{
    if (dataset->labels || !dataset->schema->targets) return;
    dataset->label_count = dataset->schema->target_width;
    dataset->labels = rondo_vocabulary_names(dataset->schema->targets);
    for (int s = 0; s < RONDO_SPLITS; s++)
        dataset->splits[s].labels = dataset->splits[s].targets.data; /* these are int32_t */
}

/* The training split, or, where it was not read, one that was. */
static const rondo_sequences *first_split(const rondo_dataset *dataset)
{
    int s = RONDO_TRAIN;
    while (s < RONDO_TEST && dataset->splits[s].count == 0)
        s++;
    return &dataset->splits[s];
}

static rondo_status read_tags(const rondo_experiment *experiment, const rondo_schema *saved,
                              rondo_dataset *dataset, rondo_error *error)
{
    const rondo_sequences *first = first_split(dataset);
    rondo_schema *schema = dataset->schema;
    bool is_saved = saved && saved->tag_scheme != RONDO_TAGS_AUTO;
    if (saved) schema->tag_scheme = saved->tag_scheme;
    if (!experiment->task->has_entities || !rondo_dataset_has_targets(dataset)) return RONDO_OK;
    name_labels(dataset);
    schema->tag_scheme = RONDO_TAGS_NONE;
    if (!dataset->labels) return RONDO_OK;
    const rondo_tags_source source = {.scheme = is_saved ? saved->tag_scheme
                                                         : experiment->data.tag_scheme,
                                      .first = schema->first_class,
                                      .count = dataset->label_count,
                                      .classes = schema->target_width,
                                      .labels = dataset->labels,
                                      .sequences = first->count,
                                      .offset = first->offset,
                                      .gold = first->labels};
    rondo_status status = rondo_tags_create(&source, &dataset->tags, error);
    if (!status && dataset->tags) schema->tag_scheme = dataset->tags->scheme;
    return status;
}

static rondo_status read_data(const rondo_experiment *experiment, const rondo_schema *saved,
                              const rondo_data_wanted *wanted, rondo_dataset **out,
                              rondo_error *error)
{
    rondo_status status;
    rondo_dataset *dataset = NULL;
    bool stream = experiment->task->takes_streams && experiment->data.sequences == RONDO_STREAM;
    const rondo_reading reading = {experiment, saved, wanted};
    rondo_source_limit(experiment->data.max_bytes);
    if ((status = rondo_storage_create(stream, &dataset, error))) goto cleanup;
    if ((status = experiment->data.format->read(&reading, dataset, error))) goto cleanup;
    if (saved && dataset->schema->target_width == 0)
        dataset->schema->target_width = saved->target_width; /* of targets that were not read */
    dataset->schema->first_class = rondo_classes_first(experiment, dataset->schema->targets);
    if ((status = rondo_label_sequences_check(dataset, error))) goto cleanup;
    if ((status = rondo_dataset_standardize(experiment, saved, dataset, error))) goto cleanup;
    if ((status = read_tags(experiment, saved, dataset, error))) goto cleanup;
    *out = dataset;
    dataset = NULL;
cleanup:
    rondo_dataset_destroy(dataset);
    return status;
}

/* A file stands alone, as the test split. */
static void take_file(rondo_data_config *data, const char *file)
{
    bool has_splits = rondo_format_has(data, RONDO_PROVIDES_SPLITS);
    data->path = has_splits ? file : NULL;
    data->split = (rondo_split_config){.order = data->split.order};
    if (!has_splits) data->split.test.path = file;
}

/* Leaves what a split is read from: its own file, or the common one. What others with files of
 * their own take of that one is nothing, so its parts stay the same. */
static void take_split(rondo_data_config *data, rondo_split split)
{
    const rondo_split_config all = data->split;
    const rondo_split_part *part = split == RONDO_VALID  ? &all.valid
                                   : split == RONDO_TEST ? &all.test
                                                         : NULL;
    if (part && part->path) {
        data->path = NULL;
        data->split = (rondo_split_config){.order = all.order};
        *(split == RONDO_VALID ? &data->split.valid : &data->split.test) = *part;
        return;
    }
    if (all.valid.path) data->split.valid = (rondo_split_part){0};
    if (all.test.path) data->split.test = (rondo_split_part){0};
}

static rondo_status check_file(const rondo_data_config *data, const char *file, rondo_error *error)
{
    if (!rondo_format_has(data, RONDO_PROVIDES_FILES))
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: this model's data are %s, they have no file; use their splits "
                               "(--split)",
                               file, data->format->head.name);
    if (strcmp(file, "-") == 0 && !rondo_format_has(data, RONDO_PROVIDES_STREAM))
        return rondo_error_set(error, RONDO_USAGE,
                               "-: data of this format cannot come from standard input; give a "
                               "file");
    return RONDO_OK;
}

rondo_status rondo_dataset_read(const rondo_experiment *experiment, const rondo_schema *saved,
                                const rondo_data_wanted *wanted, rondo_dataset **out,
                                rondo_error *error)
{
    rondo_experiment part = *experiment;
    *out = NULL;
    if (wanted->file) {
        rondo_status status = check_file(&part.data, wanted->file, error);
        if (status) return status;
        take_file(&part.data, wanted->file);
    } else if (wanted->split != RONDO_SPLITS) {
        take_split(&part.data, wanted->split);
    }
    return read_data(&part, saved, wanted, out, error);
}

rondo_status rondo_dataset_load(const rondo_experiment *experiment, const rondo_schema *saved,
                                rondo_dataset **out, rondo_error *error)
{
    const rondo_data_wanted all = {.split = RONDO_SPLITS};
    *out = NULL;
    rondo_status status = read_data(experiment, saved, &all, out, error);
    if (!status) (*out)->fingerprint = rondo_dataset_fingerprint(*out);
    return status;
}

rondo_status rondo_dataset_encode(const rondo_data_config *config, const rondo_vocabulary *inputs,
                                  const char *text, rondo_unknowns *unknowns, int32_t **ids,
                                  int64_t *count, rondo_error *error)
{
    rondo_source source;
    rondo_mark mark;
    const char *symbol;
    int64_t length, used = 0;
    *ids = NULL;
    *count = 0;
    rondo_status status = rondo_source_copy("text", text, &source, error);
    int32_t *found = status ? NULL : malloc((source.size + 1) * sizeof *found);
    if (!status && !found)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory for a text");
    if (status) goto cleanup;
    rondo_plain_cursor cursor = rondo_plain_cursor_of(config, &source);
    cursor.unfinished = false;
    while ((mark = rondo_plain_cursor_next(&cursor, &symbol, &length)) != RONDO_MARK_DONE)
        found[used++] = mark == RONDO_MARK_LINE_END
                            ? RONDO_END_ID
                            : rondo_unknowns_find(unknowns, inputs, symbol, length);
    *ids = found;
    *count = used;
cleanup:
    rondo_source_finish(&source);
    return status;
}
