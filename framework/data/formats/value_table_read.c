#include "data/formats/value_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/text/cells.h"

static rondo_status fail_memory(const char *path, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for its sequences", path);
}

/* --- names of columns --- */

static void add_names(rondo_value_reader *reader, const char *list, char **to, int64_t *count)
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

rondo_status rondo_value_table_choose_names(rondo_value_reader *reader, rondo_error *error)
{
    const rondo_value_table_config *config = reader->config;
    size_t size = strlen(config->inputs ? config->inputs : "") + strlen(config->targets) + 2;
    reader->text = malloc(size + 2);
    reader->names = malloc((size + 2) * sizeof *reader->names); /* more than there can be */
    if (!reader->text || !reader->names) return fail_memory("data.options", error);
    char *to = reader->text;
    add_names(reader, config->inputs, &to, &reader->input_count);
    if (!reader->is_class) add_names(reader, config->targets, &to, &reader->target_count);
    if (reader->input_count == 0)
        return rondo_error_set(error, RONDO_USAGE, "data.options.inputs: names no column");
    if (!reader->is_class && reader->target_count == 0)
        return rondo_error_set(error, RONDO_USAGE, "data.options.targets: names no column");
    return RONDO_OK;
}

/* --- reading --- */

/* A table with the columns first .. first + count - 1 of the names, and labels or not; where
 * targets may be missing, one without them. */
static rondo_status read_table(const rondo_value_reader *reader, const char *path, int64_t first,
                               int64_t count, int64_t needed, bool with_label, const char *id,
                               rondo_series_table *table, bool *has_targets, rondo_error *error)
{
    rondo_series_columns columns = {.names = reader->names + first,
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

static rondo_status add_rows(rondo_value_file *file, const double *values, int64_t rows,
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
static rondo_status check_same(const rondo_value_reader *reader, const char *path,
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
                "%s:%lld: the target (data.options.targets: %s) of \"%s\" is not as in line "
                "%lld; a sequence has one",
                path, (long long)table->lines[r], reader->config->targets, part->id,
                (long long)table->lines[part->first]);
    }
    return RONDO_OK;
}

/* The target of sequence number p, from a row of a table. */
static rondo_status take_target(rondo_value_reader *reader, const rondo_series_table *table,
                                int64_t row, int64_t first_target, int64_t p,
                                rondo_value_file *file, rondo_error *error)
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

static rondo_status start_targets(const rondo_value_reader *reader, const char *path,
                                  int64_t sequences, rondo_value_file *file, rondo_error *error)
{
    size_t count = (size_t)sequences * (size_t)(reader->is_class ? 1 : reader->target_count);
    if (reader->of_steps || !file->has_targets) return RONDO_OK;
    file->labels = reader->is_class ? calloc(count, sizeof *file->labels) : NULL;
    file->targets = reader->is_class ? NULL : calloc(count, sizeof *file->targets);
    return file->labels || file->targets ? RONDO_OK : fail_memory(path, error);
}

/* Without the targets of sequences, which stand behind the inputs of each row. */
static rondo_status add_part(rondo_value_file *file, const rondo_series_table *table,
                             const rondo_series_part *part, rondo_error *error)
{
    for (int64_t r = part->first; r < part->end; r++)
        memmove(table->values + part->first * table->columns + (r - part->first) * file->columns,
                table->values + r * table->columns, (size_t)file->columns * sizeof(double));
    return add_rows(file, table->values + part->first * table->columns, part->end - part->first,
                    error);
}

static rondo_status read_long(rondo_value_reader *reader, const char *path, rondo_value_file *file,
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
static rondo_status read_sequence(const rondo_value_reader *reader, const char *path,
                                  rondo_value_file *file, rondo_error *error)
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

static rondo_status read_list(rondo_value_reader *reader, const char *path, rondo_value_file *file,
                              rondo_error *error)
{
    rondo_series_table table = {0};
    rondo_value_reader of_list = *reader;
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
            status = rondo_error_set(error, RONDO_FAILED, "%s:%lld: \"%s\" is in line %lld, too",
                                     path, (long long)table.lines[part->first + 1], part->id,
                                     (long long)table.lines[part->first]);
        if (!status) status = take_target(reader, &table, part->first, 0, p, file, error);
        if (!status) status = read_sequence(reader, name, file, error);
        free(name);
    }
    rondo_series_table_finish(&table);
    return status;
}

rondo_status rondo_value_table_read_files(rondo_value_reader *reader, rondo_error *error)
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
    return status
               ? status
               : rondo_split_ranges_make(&data->split, false,
                                         rondo_experiment_seed(reader->experiment, RONDO_SEED_DATA),
                                         files, &reader->ranges, error);
}
