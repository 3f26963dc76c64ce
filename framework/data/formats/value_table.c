#include "data/formats/value_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/formats/series_table.h"
#include "data/split_ranges.h"
#include "data/storage.h"
#include "data/text/cells.h"

static const char section[] = "data.value_table";

/* What a file (and those that it names) has: rows of inputs, then targets where they are of steps.
 */
typedef struct value_file {
    rondo_corpus corpus; /* sequences and their offsets */
    double *values;      /* [steps, columns] */
    int64_t columns, capacity;
    double *targets; /* [sequences, target_count], of sequences */
    int32_t *labels; /* [sequences]: numbers of the reader's labels */
    bool has_targets;
} value_file;

typedef struct value_reader {
    const rondo_experiment *experiment;
    const rondo_value_table_config *config;
    const rondo_schema *saved;
    rondo_dataset *dataset;
    bool is_class, of_steps, may_lack_targets;
    rondo_series_config rules; /* how tables are read */
    const char **names;        /* inputs, then targets that are numbers */
    char *text;                /* owns them */
    int64_t input_count, target_count;
    rondo_symbols *labels;
    value_file files[RONDO_SPLITS];
    rondo_division division;
} value_reader;

static rondo_status fail_memory(const char *path, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for its sequences", path);
}

/* --- names of columns --- */

static void add_names(value_reader *reader, const char *list, char **to, int64_t *count)
{
    const char *name;
    size_t length;
    while (list && rondo_cells_next(&list, &name, &length)) {
        reader->names[reader->input_count + reader->target_count] = *to;
        memcpy(*to, name, length);
        (*to)[length] = '\0';
        *to += length + 1;
        ++*count;
    }
}

static rondo_status choose_names(value_reader *reader, rondo_error *error)
{
    const rondo_value_table_config *config = reader->config;
    size_t size = strlen(config->inputs ? config->inputs : "") + strlen(config->targets) + 2;
    reader->text = malloc(size + 2);
    reader->names = malloc((size + 2) * sizeof *reader->names); /* more than there can be */
    if (!reader->text || !reader->names) return fail_memory(section, error);
    char *to = reader->text;
    add_names(reader, config->inputs, &to, &reader->input_count);
    if (!reader->is_class) add_names(reader, config->targets, &to, &reader->target_count);
    if (reader->input_count == 0)
        return rondo_error_set(error, RONDO_USAGE, "%s.inputs: names no column", section);
    if (!reader->is_class && reader->target_count == 0)
        return rondo_error_set(error, RONDO_USAGE, "%s.targets: names no column", section);
    return RONDO_OK;
}

/* --- reading --- */

/* A table with the columns first .. first + count - 1 of the names, and labels or not; where
 * targets may be missing, one without them. */
static rondo_status read_table(const value_reader *reader, const char *path, int64_t first,
                               int64_t count, int64_t needed, bool with_label, const char *id,
                               rondo_series_table *table, bool *has_targets, rondo_error *error)
{
    rondo_series_columns columns = {.section = section,
                                    .names = reader->names + first,
                                    .count = count,
                                    .label = with_label ? reader->config->targets : NULL};
    rondo_series_config rules = reader->rules;
    rules.id = id;
    *has_targets = true;
    rondo_status status = rondo_series_table_read(path, &columns, &rules, table, error);
    bool may_try = reader->may_lack_targets && (with_label || count > needed);
    if (status != RONDO_USAGE || !may_try) return status;
    rondo_error again = {0};
    rondo_series_table_finish(table);
    *has_targets = false;
    columns.count = needed;
    columns.label = NULL;
    status = rondo_series_table_read(path, &columns, &rules, table, &again);
    if (status)
        *error = again;
    else
        *error = (rondo_error){0};
    return status;
}

static rondo_status add_rows(value_file *file, const double *values, int64_t rows,
                             rondo_error *error)
{
    void *block = file->values;
    int64_t used = file->corpus.steps * file->columns, more = rows * file->columns;
    rondo_status status = rondo_memory_grow(&block, &file->capacity, used + more,
                                            sizeof *file->values, "sequences of values", error);
    file->values = block;
    if (status) return status;
    memcpy(file->values + used, values, (size_t)more * sizeof *values);
    file->corpus.steps += rows;
    return rondo_corpus_end_sequence(&file->corpus, error);
}

/* What the rows of a sequence say of it: the same in each. */
static rondo_status check_same(const value_reader *reader, const char *path,
                               const rondo_series_table *table, const rondo_series_part *part,
                               int64_t first_target, rondo_error *error)
{
    for (int64_t r = part->first + 1; r < part->end; r++) {
        bool is_same = !table->labels || table->labels[r] == table->labels[part->first];
        for (int64_t t = first_target; t < table->columns; t++)
            is_same = is_same && table->values[r * table->columns + t] ==
                                     table->values[part->first * table->columns + t];
        if (!is_same)
            return rondo_error_set(
                error, RONDO_FAILED,
                "%s:%lld: the target (%s.targets: %s) of \"%s\" is not as in line "
                "%lld; a sequence has one",
                path, (long long)table->lines[r], section, reader->config->targets, part->id,
                (long long)table->lines[part->first]);
    }
    return RONDO_OK;
}

/* The target of sequence number p, from a row of a table. */
static rondo_status take_target(value_reader *reader, const rondo_series_table *table, int64_t row,
                                int64_t first_target, int64_t p, value_file *file,
                                rondo_error *error)
{
    if (!file->has_targets) return RONDO_OK;
    if (table->labels) {
        int64_t length;
        const char *label = rondo_symbols_get(table->label_names, table->labels[row], &length);
        return rondo_symbols_add(reader->labels, label, length, &file->labels[p], error);
    }
    for (int64_t t = 0; file->targets && t < reader->target_count; t++)
        file->targets[p * reader->target_count + t] =
            table->values[row * table->columns + first_target + t];
    return RONDO_OK;
}

static rondo_status start_targets(const value_reader *reader, const char *path, int64_t sequences,
                                  value_file *file, rondo_error *error)
{
    size_t count = (size_t)sequences * (size_t)(reader->is_class ? 1 : reader->target_count);
    if (reader->of_steps || !file->has_targets) return RONDO_OK;
    file->labels = reader->is_class ? calloc(count, sizeof *file->labels) : NULL;
    file->targets = reader->is_class ? NULL : calloc(count, sizeof *file->targets);
    return file->labels || file->targets ? RONDO_OK : fail_memory(path, error);
}

/* Without the targets of sequences, which stand behind the inputs of each row. */
static rondo_status add_part(value_file *file, const rondo_series_table *table,
                             const rondo_series_part *part, rondo_error *error)
{
    for (int64_t r = part->first; r < part->end; r++)
        memmove(table->values + part->first * table->columns + (r - part->first) * file->columns,
                table->values + r * table->columns, (size_t)file->columns * sizeof(double));
    return add_rows(file, table->values + part->first * table->columns, part->end - part->first,
                    error);
}

static rondo_status read_long(value_reader *reader, const char *path, value_file *file,
                              rondo_error *error)
{
    rondo_series_table table = {0};
    int64_t inputs = reader->input_count, all = inputs + reader->target_count;
    rondo_status status = read_table(reader, path, 0, all, inputs, reader->is_class,
                                     reader->config->id, &table, &file->has_targets, error);
    file->columns = reader->of_steps && file->has_targets ? all : inputs;
    if (!status) status = start_targets(reader, path, table.part_count, file, error);
    for (int64_t p = 0; !status && p < table.part_count; p++) {
        const rondo_series_part *part = &table.parts[p];
        if (!reader->of_steps) status = check_same(reader, path, &table, part, inputs, error);
        if (!status) status = take_target(reader, &table, part->first, inputs, p, file, error);
        if (!status) status = add_part(file, &table, part, error);
    }
    rondo_series_table_finish(&table);
    return status;
}

static char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    rondo_text text = {0};
    if (name[0] != '/' && slash) rondo_text_add_bytes(&text, path, (size_t)(slash + 1 - path));
    rondo_text_add(&text, "%s", name);
    char *joined = text.failed ? NULL : rondo_text_copy(rondo_text_get(&text));
    rondo_text_finish(&text);
    return joined;
}

/* The steps of one sequence. */
static rondo_status read_sequence(const value_reader *reader, const char *path, value_file *file,
                                  rondo_error *error)
{
    rondo_series_table table = {0};
    bool has_targets;
    int64_t inputs = reader->input_count;
    int64_t count = inputs + (reader->of_steps ? reader->target_count : 0);
    rondo_status status =
        read_table(reader, path, 0, count, inputs, false, NULL, &table, &has_targets, error);
    if (!status && file->corpus.sequences > 0 && file->columns != table.columns)
        status = rondo_error_set(error, RONDO_FAILED,
                                 "%s: targets in some files of the table, but not in all", path);
    file->columns = table.columns;
    if (reader->of_steps) file->has_targets = has_targets;
    if (!status) status = add_rows(file, table.values, table.rows, error);
    rondo_series_table_finish(&table);
    return status;
}

static rondo_status read_list(value_reader *reader, const char *path, value_file *file,
                              rondo_error *error)
{
    rondo_series_table table = {0};
    value_reader of_list = *reader;
    of_list.rules.time = NULL;
    int64_t targets = reader->of_steps ? 0 : reader->target_count;
    rondo_status status =
        read_table(&of_list, path, reader->input_count, targets, 0, reader->is_class,
                   reader->config->file, &table, &file->has_targets, error);
    if (!status) status = start_targets(reader, path, table.part_count, file, error);
    for (int64_t p = 0; !status && p < table.part_count; p++) {
        const rondo_series_part *part = &table.parts[p];
        char *name = beside(path, part->id);
        if (!name) status = fail_memory(path, error);
        if (!status && part->end - part->first > 1)
            status =
                rondo_error_set(error, RONDO_FAILED, "%s:%lld: \"%s\" stands in line %lld, too",
                                path, (long long)table.lines[part->first + 1], part->id,
                                (long long)table.lines[part->first]);
        if (!status) status = take_target(reader, &table, part->first, 0, p, file, error);
        if (!status) status = read_sequence(reader, name, file, error);
        free(name);
    }
    rondo_series_table_finish(&table);
    return status;
}

static rondo_status read_files(value_reader *reader, rondo_error *error)
{
    const rondo_data_config *data = &reader->experiment->data;
    const char *paths[RONDO_SPLITS];
    const rondo_corpus *files[RONDO_SPLITS] = {NULL};
    rondo_status status = rondo_split_paths(data, paths, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++) {
        if (!paths[s]) continue;
        status = (reader->config->id ? read_long : read_list)(reader, paths[s], &reader->files[s],
                                                              error);
        files[s] = &reader->files[s].corpus;
    }
    return status ? status
                  : rondo_division_make(&data->split, false,
                                        rondo_experiment_seed(reader->experiment, RONDO_SEED_DATA),
                                        files, &reader->division, error);
}

/* --- the data set --- */

static const value_file *file_of(const value_reader *reader, const rondo_part *part)
{
    for (int s = 0; s < RONDO_SPLITS; s++)
        if (part->corpus == &reader->files[s].corpus) return &reader->files[s];
    return NULL;
}

/* Of the training split, the most frequent first. */
static rondo_status name_classes(value_reader *reader, rondo_error *error)
{
    const rondo_vocabulary_config *config = &reader->experiment->data.vocabulary;
    const rondo_part *train = &reader->division.parts[RONDO_TRAIN];
    rondo_vocabulary **out = &reader->dataset->schema->targets;
    if (reader->saved) return rondo_schema_copy_dictionary(reader->saved->targets, out, error);
    rondo_status status = rondo_vocabulary_create(config->unknown, config->end, out, error);
    const int32_t *labels = file_of(reader, train)->labels;
    for (int64_t i = 0; !status && i < train->count; i++) {
        int64_t length;
        const char *label =
            rondo_symbols_get(reader->labels, labels[rondo_part_number(train, i)], &length);
        status = rondo_vocabulary_count_many(*out, label, length, 1, error);
    }
    return status ? status : rondo_vocabulary_build(*out, 1, 0, error);
}

static void fill_rows(const value_reader *reader, const rondo_part *part, const value_file *file,
                      rondo_real *inputs, rondo_real *targets)
{
    for (int64_t s = 0; s < part->count; s++) {
        int64_t steps, first = rondo_part_sequence(part, s, &steps);
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
                (rondo_real)file->targets[rondo_part_number(part, s) * reader->target_count + t];
    }
}

static int32_t *fill_classes(const value_reader *reader, const rondo_part *part,
                             const value_file *file, int64_t *unknown, rondo_error *error)
{
    int32_t *targets = rondo_storage_take(reader->dataset, (size_t)part->count * sizeof *targets,
                                          "the targets of a split", error);
    for (int64_t s = 0; targets && s < part->count; s++) {
        int64_t length;
        const char *label =
            rondo_symbols_get(reader->labels, file->labels[rondo_part_number(part, s)], &length);
        targets[s] = rondo_vocabulary_find(reader->dataset->schema->targets, label, length);
        *unknown += targets[s] == RONDO_UNKNOWN_ID;
    }
    return targets;
}

static rondo_status fill_split(value_reader *reader, rondo_split split, int64_t *unknown,
                               rondo_error *error)
{
    rondo_dataset *dataset = reader->dataset;
    const rondo_part *part = &reader->division.parts[split];
    const value_file *file = file_of(reader, part);
    if (!file) return RONDO_OK;
    int64_t *offset = rondo_storage_take(dataset, (size_t)(part->count + 1) * sizeof *offset,
                                         "the offsets of a split", error);
    if (!offset) return error->status;
    for (int64_t s = 0; s < part->count; s++) {
        int64_t steps;
        rondo_part_sequence(part, s, &steps);
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

static rondo_status load(value_reader *reader, rondo_error *error)
{
    rondo_dataset *dataset = reader->dataset;
    int64_t unknown = 0;
    rondo_status status = rondo_symbols_create(&reader->labels, error);
    if (!status) status = choose_names(reader, error);
    if (!status) status = read_files(reader, error);
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

static void finish(value_reader *reader)
{
    rondo_division_finish(&reader->division);
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

rondo_status rondo_value_table_load(const rondo_experiment *experiment, const rondo_schema *saved,
                                    bool may_lack_targets, rondo_dataset *dataset,
                                    rondo_error *error)
{
    const rondo_value_table_config *config = &experiment->data.value_table;
    bool is_class = experiment->task->needs == RONDO_PROVIDES_LABELS;
    value_reader reader = {.experiment = experiment,
                           .config = config,
                           .saved = saved,
                           .dataset = dataset,
                           .is_class = is_class,
                           .of_steps = !is_class && experiment->model.pooling == RONDO_POOLING_NONE,
                           .may_lack_targets = may_lack_targets,
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
