/* Sequences of numbers in CSV or TSV, for classification and regression: one long table whose rows
 * say by an id which sequence they are of, or a table that names a file for each sequence. Refused
 * besides what data/formats/series_table.h refuses: a target that is not the same in all rows of its
 * sequence, where it is the sequence's. */
#include "data/formats/value_table.h"

#include <stdlib.h>

#include "base/log.h"
#include "config/validate.h"
#include "data/storage.h"
#include "data/text/cells.h"

/* --- the data set --- */

static const rondo_value_file *file_of(const rondo_value_reader *reader,
                                       const rondo_corpus_range *part)
{
    for (int s = 0; s < RONDO_SPLITS; s++)
        if (part->corpus == &reader->files[s].corpus) return &reader->files[s];
    return NULL;
}

/* Of the training split, the most frequent first. */
static rondo_status name_classes(rondo_value_reader *reader, rondo_error *error)
{
    const rondo_vocabulary_config *config = &reader->experiment->data.vocabulary;
    const rondo_corpus_range *train = &reader->ranges.splits[RONDO_TRAIN];
    rondo_vocabulary **out = &reader->dataset->schema->targets;
    if (reader->saved) return rondo_schema_copy_dictionary(reader->saved->targets, out, error);
    rondo_status status = rondo_vocabulary_create(config->unknown, config->end, out, error);
    const int32_t *labels = file_of(reader, train)->labels;
    for (int64_t i = 0; !status && i < train->count; i++) {
        int64_t length;
        const char *label =
            rondo_symbols_get(reader->labels, labels[rondo_corpus_range_number(train, i)], &length);
        status = rondo_vocabulary_count_many(*out, label, length, 1, error);
    }
    return status ? status : rondo_vocabulary_build(*out, 1, 0, error);
}

static void fill_rows(const rondo_value_reader *reader, const rondo_corpus_range *part,
                      const rondo_value_file *file, rondo_real *inputs, rondo_real *targets)
{
    for (int64_t s = 0; s < part->count; s++) {
        int64_t steps, first = rondo_corpus_range_sequence(part, s, &steps);
        for (int64_t r = first; r < first + steps; r++)
            for (int64_t c = 0; c < file->columns; c++) {
                rondo_real value = (rondo_real)file->values[r * file->columns + c];
                if (c < reader->input_count)
                    *inputs++ = value;
                else
                    *targets++ = value;
            }
        for (int64_t t = 0; file->targets && t < reader->target_count; t++)
            *targets++ =
                (rondo_real)
                    file->targets[rondo_corpus_range_number(part, s) * reader->target_count + t];
    }
}

static int32_t *fill_classes(const rondo_value_reader *reader, const rondo_corpus_range *part,
                             const rondo_value_file *file, int64_t *unknown, rondo_error *error)
{
    int32_t *targets = rondo_storage_take(reader->dataset, (size_t)part->count * sizeof *targets,
                                          "the targets of a split", error);
    for (int64_t s = 0; targets && s < part->count; s++) {
        int64_t length;
        const char *label = rondo_symbols_get(
            reader->labels, file->labels[rondo_corpus_range_number(part, s)], &length);
        targets[s] = rondo_vocabulary_find(reader->dataset->schema->targets, label, length);
        *unknown += targets[s] == RONDO_UNKNOWN_ID;
    }
    return targets;
}

static rondo_status fill_split(rondo_value_reader *reader, rondo_split split, int64_t *unknown,
                               rondo_error *error)
{
    rondo_dataset *dataset = reader->dataset;
    const rondo_corpus_range *part = &reader->ranges.splits[split];
    const rondo_value_file *file = file_of(reader, part);
    if (!file) return RONDO_OK;
    int64_t *offset = rondo_storage_take(dataset, (size_t)(part->count + 1) * sizeof *offset,
                                         "the offsets of a split", error);
    if (!offset) return error->status;
    for (int64_t s = 0; s < part->count; s++) {
        int64_t steps;
        rondo_corpus_range_sequence(part, s, &steps);
        offset[s + 1] = offset[s] + steps;
    }
    size_t steps = (size_t)offset[part->count];
    size_t rows = reader->of_steps ? steps : (size_t)part->count;
    bool has_values = file->has_targets && !reader->is_class;
    rondo_real *inputs =
        rondo_storage_take(dataset, steps * (size_t)reader->input_count * sizeof *inputs,
                           "the inputs of a split", error);
    if (!inputs) return error->status;
    rondo_real *targets = NULL;
    if (has_values)
        targets = rondo_storage_take(dataset, rows * (size_t)reader->target_count * sizeof *targets,
                                     "the targets of a split", error);
    if (has_values && !targets) return error->status;
    int32_t *classes = NULL;
    if (file->labels) classes = fill_classes(reader, part, file, unknown, error);
    if (file->labels && !classes) return error->status;
    fill_rows(reader, part, file, inputs, targets);
    dataset->splits[split] = (rondo_sequences){.count = part->count,
                                               .offset = offset,
                                               .input_values = inputs,
                                               .targets = rondo_ids_of(classes),
                                               .target_values = targets};
    return RONDO_OK;
}

static rondo_status load(rondo_value_reader *reader, rondo_error *error)
{
    rondo_dataset *dataset = reader->dataset;
    int64_t unknown = 0;
    rondo_status status = rondo_symbols_create(&reader->labels, error);
    if (!status) status = rondo_value_table_choose_names(reader, error);
    if (!status) status = rondo_value_table_read_files(reader, error);
    if (!status && reader->is_class) status = name_classes(reader, error);
    if (status) return status;
    dataset->schema->sequence_targets = !reader->of_steps;
    dataset->schema->target = reader->is_class ? RONDO_TARGET_CLASS : RONDO_TARGET_VALUES;
    dataset->schema->input_width = reader->input_count;
    dataset->schema->target_width =
        reader->is_class ? rondo_vocabulary_size(dataset->schema->targets) : reader->target_count;
    for (int s = 0; s < RONDO_SPLITS && !status; s++)
        status = fill_split(reader, (rondo_split)s, &unknown, error);
    if (!status && unknown > 0)
        rondo_log_warning("%lld sequences have a label that the training split does not have; each "
                          "counts as an error",
                          (long long)unknown);
    return status;
}

static void finish(rondo_value_reader *reader)
{
    rondo_split_ranges_finish(&reader->ranges);
    for (int s = 0; s < RONDO_SPLITS; s++) {
        rondo_corpus_finish(&reader->files[s].corpus);
        free(reader->files[s].values);
        free(reader->files[s].targets);
        free(reader->files[s].labels);
    }
    rondo_symbols_destroy(reader->labels);
    free(reader->names);
    free(reader->text);
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    const rondo_experiment *experiment = reading->experiment;
    const rondo_value_table_config *config = experiment->data.options;
    bool is_class = experiment->task->needs == RONDO_PROVIDES_LABELS;
    rondo_value_reader reader = {.experiment = experiment,
                                 .config = config,
                                 .saved = reading->saved,
                                 .dataset = dataset,
                                 .is_class = is_class,
                                 .of_steps =
                                     !is_class && experiment->model.pooling == RONDO_POOLING_NONE,
                                 .may_lack_targets = reading->wanted->without_targets,
                                 .rules = {.time = config->time,
                                           .header = config->header,
                                           .delimiter = config->delimiter,
                                           .decimal = config->decimal,
                                           .date_order = config->date_order,
                                           .gaps = RONDO_GAPS_IGNORE}};
    rondo_status status = load(&reader, error);
    finish(&reader);
    return status;
}

static void check(const rondo_validator *validator)
{
    const rondo_value_table_config *table = validator->experiment->data.options;
    if (!table->inputs)
        rondo_validator_refuse(validator, "data.options.inputs", "data.format",
                               "missing key; allowed: the names of one or more columns of numbers");
    if (!table->id == !table->file)
        rondo_validator_refuse(
            validator, table->id ? "data.options.file" : "data.options.id", "data.format",
            "give either id (a sequence is the rows of one id) or file (each sequence is a file)");
}

static const rondo_option rows[] = {
    RONDO_TEXT(rondo_value_table_config, inputs, RONDO_LIST, NULL,
               "input columns, by name: a, b or [a, b]; required"),
    RONDO_TEXT(rondo_value_table_config, targets, RONDO_LIST, "label",
               "classification: the class column; regression: one or more columns of numbers; "
               "constant within a sequence, except for regression with model.pooling none"),
    RONDO_TEXT(rondo_value_table_config, id, 0, NULL,
               "column that says which sequence a row belongs to; rows keep their order; give "
               "either id or file"),
    RONDO_TEXT(rondo_value_table_config, file, 0, NULL,
               "column of file names, relative to the table: each row is a sequence, whose steps "
               "are the rows of its file; give either id or file"),
    RONDO_TEXT(rondo_value_table_config, time, RONDO_LIST, NULL,
               "time column, which must be increasing within a sequence"),
    RONDO_CELL_OPTIONS(rondo_value_table_config),
    RONDO_OPTIONS_END};

const rondo_format rondo_format_value_table = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "value_table",
         .summary =
             "CSV or TSV: sequences of numbers, identified by an id in each row, or one file each",
         .config_size = sizeof(rondo_value_table_config), .options = rows},
    .provides = RONDO_PROVIDES_VALUES | RONDO_PROVIDES_LABELS | RONDO_PROVIDES_TARGET_VALUES |
                RONDO_PROVIDES_FILES | RONDO_PROVIDES_FOLDERS | RONDO_PROVIDES_STREAM |
                RONDO_PROVIDES_SCALES,
    .unit = RONDO_CHARACTER,
    .sequences = RONDO_LINE,
    .check = check,
    .read = read};
