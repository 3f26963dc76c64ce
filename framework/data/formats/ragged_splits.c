/* Which splits of a ragged file are read, and what its sides are together. */
#include <stdlib.h>

#include "data/formats/ragged_private.h"
#include "data/storage.h"

static bool has_split(const rondo_ragged_reader *reader, rondo_split split)
{
    char name[RONDO_RAGGED_NAME_SIZE];
    rondo_ragged_name(name, split, "inputs");
    return rondo_hdf5_has(reader->file, name);
}

/* Which split of the file is meant, where it does not stand for all of the data. */
static rondo_status choose_part(rondo_ragged_reader *reader, rondo_error *error)
{
    rondo_split only = RONDO_TEST, wanted = reader->part->split;
    int count = 0;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        if (!has_split(reader, (rondo_split)s)) continue;
        only = (rondo_split)s;
        count++;
    }
    if (wanted == RONDO_SPLITS) wanted = count == 1 ? only : RONDO_TEST;
    reader->first = wanted;
    if (has_split(reader, wanted)) return RONDO_OK;
    if (count == 0)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: no /train/inputs, /valid/inputs or /test/inputs", reader->path);
    return rondo_error_set(error, RONDO_USAGE, "%s: no /%s/inputs%s", reader->path,
                           rondo_split_name(wanted),
                           reader->part->as_test ? "; say which split with --split" : "");
}

/* The chosen split is all that there is. */
static rondo_status read_part(rondo_ragged_reader *reader, rondo_error *error)
{
    rondo_sequences *splits = reader->dataset->splits;
    rondo_status status = rondo_ragged_read_split(reader, reader->first, error);
    if (!status) status = rondo_ragged_number_classes(reader, error);
    if (status || reader->first == RONDO_TEST || !reader->part->as_test) return status;
    splits[RONDO_TEST] = splits[reader->first];
    splits[reader->first] = (rondo_sequences){0};
    return RONDO_OK;
}

static rondo_status read_splits(rondo_ragged_reader *reader, rondo_error *error)
{
    for (int s = 0; s < RONDO_SPLITS; s++) {
        if (has_split(reader, (rondo_split)s)) {
            rondo_status status = rondo_ragged_read_split(reader, (rondo_split)s, error);
            if (status) return status;
        } else if (s == RONDO_TRAIN) {
            return rondo_error_set(error, RONDO_FAILED, "%s: no /train/inputs", reader->path);
        }
    }
    rondo_status status = rondo_ragged_number_classes(reader, error);
    return status ? status : rondo_ragged_check_text(reader, error);
}

static rondo_vocabulary *take_vocabulary(rondo_ragged_side *side)
{
    rondo_vocabulary *vocabulary = side->vocabulary;
    side->vocabulary = NULL;
    return vocabulary;
}

static rondo_target kind_of(const rondo_ragged_side *side)
{
    if (!side->values) return RONDO_TARGET_CLASS;
    return side->within_one ? RONDO_TARGET_BINARY : RONDO_TARGET_VALUES;
}

/* Targets that are not there: classes have names that were saved, values have no width. */
static rondo_status describe_missing(rondo_ragged_reader *reader, rondo_error *error)
{
    rondo_dataset *dataset = reader->dataset;
    const rondo_schema *saved = reader->saved;
    rondo_schema *schema = dataset->schema;
    dataset->stream = false;
    schema->target = RONDO_TARGET_VALUES;
    const rondo_vocabulary *targets = saved ? rondo_schema_own_targets(saved) : NULL;
    if (!targets) return RONDO_OK;
    schema->target =
        saved->target == RONDO_TARGET_LABELS ? RONDO_TARGET_LABELS : RONDO_TARGET_CLASS;
    schema->target_width = rondo_vocabulary_size(targets);
    return rondo_schema_copy_classes(targets, &schema->targets, error);
}

/* Hands what the sides have in common over to the data set. */
static rondo_status describe(rondo_ragged_reader *reader, rondo_error *error)
{
    rondo_dataset *dataset = reader->dataset;
    rondo_ragged_side *inputs = &reader->sides[RONDO_RAGGED_INPUTS],
                      *targets = &reader->sides[RONDO_RAGGED_TARGETS];
    dataset->schema->inputs = take_vocabulary(inputs);
    dataset->schema->input_width =
        inputs->values ? inputs->width : rondo_vocabulary_size(dataset->schema->inputs);
    if (!targets->present && reader->part && reader->part->without_targets)
        return describe_missing(reader, error);
    const rondo_ragged_side *target = targets->present ? targets : inputs;
    dataset->storage->next_step = !targets->present;
    dataset->stream = dataset->stream && !targets->present;
    dataset->schema->targets =
        targets->present ? take_vocabulary(targets) : dataset->schema->inputs;
    dataset->schema->target_width =
        target->values ? target->width : rondo_vocabulary_size(dataset->schema->targets);
    dataset->schema->target =
        reader->of_labels && targets->present ? RONDO_TARGET_LABELS : kind_of(target);
    return RONDO_OK;
}

static rondo_status read_all(rondo_ragged_reader *reader, rondo_error *error)
{
    rondo_status status =
        rondo_hdf5_open_data(reader->path, rondo_source_max_bytes(), &reader->file, error);
    if (!status) status = rondo_ragged_check_format(reader, error);
    if (!status && reader->part) status = choose_part(reader, error);
    if (!status)
        status = rondo_ragged_read_target_kind(reader, &reader->dataset->schema->sequence_targets,
                                               error);
    if (!status) status = reader->part ? read_part(reader, error) : read_splits(reader, error);
    if (status) return status;
    status = rondo_hdf5_close(reader->file, error); /* was it readable to the end? */
    reader->file = NULL;
    if (!status && reader->part && reader->part->as_test &&
        reader->sides[RONDO_RAGGED_INPUTS].vocabulary)
        rondo_unknowns_warn(&reader->unknowns, reader->sides[RONDO_RAGGED_INPUTS].vocabulary);
    return status ? status : describe(reader, error);
}

rondo_status rondo_ragged_read_part(const char *path, const rondo_ragged_part *part,
                                    const rondo_schema *saved,
                                    const rondo_vocabulary_config *spelling, rondo_dataset *dataset,
                                    rondo_error *error)
{
    rondo_ragged_reader reader = {
        .path = path, .saved = saved, .spelling = spelling, .part = part, .dataset = dataset};
    rondo_error ignored = {0};
    rondo_status status = read_all(&reader, error);
    for (int which = 0; which < RONDO_RAGGED_SIDES; which++) {
        rondo_vocabulary_destroy(reader.sides[which].vocabulary);
        rondo_vocabulary_destroy(reader.sides[which].own);
        free(reader.sides[which].ids);
    }
    rondo_hdf5_close(reader.file, &ignored);
    return status;
}

rondo_status rondo_ragged_read(const char *path, bool stream, const rondo_schema *saved,
                               rondo_dataset **out, rondo_error *error)
{
    rondo_status status = rondo_storage_create(stream, out, error);
    if (!status) status = rondo_ragged_read_part(path, NULL, saved, NULL, *out, error);
    if (!status) return RONDO_OK;
    rondo_dataset_destroy(*out);
    *out = NULL;
    return status;
}
