#include "command/export_data.h"

#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/data_hint.h"
#include "data/dataset.h"
#include "data/formats/ragged.h"

static void print_symbol(const rondo_vocabulary *names, int32_t id, bool first, bool words)
{
    printf("%s%s", words && !first ? " " : "", rondo_vocabulary_name(names, id));
}

/* As it would stand in a text file: the first input, then every target; end symbols are line ends.
 */
static void print_text(const rondo_dataset *dataset, const rondo_sequences *from, bool words)
{
    for (int64_t s = 0; s < from->count; s++) {
        int64_t start = rondo_sequence_start(from, s);
        int64_t end = start + from->offset[s + 1] - from->offset[s];
        bool first = rondo_ids_get(from->inputs, start) == RONDO_END_ID;
        if (!first)
            print_symbol(dataset->schema->inputs, rondo_ids_get(from->inputs, start), true, words);
        for (int64_t i = start; i < end; i++) {
            int32_t id = rondo_ids_get(from->targets, i);
            bool ends = id == RONDO_END_ID;
            if (ends)
                printf("\n");
            else
                print_symbol(dataset->schema->inputs, id, first, words);
            first = ends;
        }
        if (!first) printf("\n");
    }
}

static void print_side(const rondo_vocabulary *names, rondo_ids symbols, const rondo_real *values,
                       int64_t width, int64_t step)
{
    if (symbols.data) {
        printf("%s", rondo_vocabulary_name(names, rondo_ids_get(symbols, step)));
        return;
    }
    for (int64_t i = 0; values && i < width; i++)
        printf("%s%.9g", i > 0 ? " " : "", (double)values[step * width + i]);
}

static void print_inputs(const rondo_dataset *dataset, const rondo_sequences *from, int64_t step)
{
    int64_t width = dataset->schema->input_width;
    if (!from->input_bytes) {
        print_side(dataset->schema->inputs, from->inputs, from->input_values, width, step);
        return;
    }
    for (int64_t i = 0; i < width; i++)
        printf("%s%.9g", i > 0 ? " " : "", from->input_bytes[step * width + i] / 255.0);
}

/* Apart by blanks. */
static void print_labels(const rondo_dataset *dataset, const rondo_sequences *from, int64_t s)
{
    const int64_t *offset = from->label_offset;
    for (int64_t i = offset ? offset[s] : 0; offset && i < offset[s + 1]; i++)
        print_symbol(dataset->schema->targets, from->label_ids[i], i == offset[s], true);
}

/* A step a line, input and target apart by a tab, an empty line between sequences: columns. The
 * target of a whole sequence, or its labels, stand at its last step. */
static void print_columns(const rondo_dataset *dataset, const rondo_sequences *from)
{
    bool whole = dataset->schema->sequence_targets;
    for (int64_t s = 0; s < from->count; s++) {
        int64_t start = rondo_sequence_start(from, s);
        int64_t last = start + from->offset[s + 1] - from->offset[s] - 1;
        if (s > 0) printf("\n");
        for (int64_t i = start; i <= last; i++) {
            print_inputs(dataset, from, i);
            printf("\t");
            if (i == last) print_labels(dataset, from, s);
            if (!whole || i == last)
                print_side(dataset->schema->targets, from->targets, from->target_values,
                           dataset->schema->target_width, whole ? s : i);
            printf("\n");
        }
    }
}

static rondo_status print_split(const rondo_export_data *arguments,
                                const rondo_experiment *experiment, const rondo_dataset *dataset,
                                rondo_error *error)
{
    const char *name = arguments->split ? arguments->split : "train";
    rondo_split split = RONDO_TRAIN;
    rondo_status status = rondo_command_split(name, &split, error);
    if (status) return status;
    const rondo_sequences *from = &dataset->splits[split];
    if (from->count == 0)
        return rondo_error_set(error, RONDO_USAGE, "--split %s: the data have no such split", name);
    if (experiment->task->predicts_input)
        print_text(dataset, from, experiment->data.unit == RONDO_WORD);
    else
        print_columns(dataset, from);
    return RONDO_OK;
}

static rondo_status run(const rondo_export_data *arguments, rondo_registry *registry,
                        rondo_error *error)
{
    rondo_experiment *experiment;
    rondo_dataset *dataset;
    rondo_status status =
        rondo_experiment_load(arguments->config, arguments->sets->items, arguments->sets->count,
                              registry, &experiment, error);
    rondo_text hint = {0};
    const rondo_data_wanted wanted = {.split = RONDO_SPLITS, .first_epoch = true};
    if (status) return status;
    rondo_data_hint(arguments->config, experiment, &hint);
    status = rondo_dataset_read(experiment, NULL, &wanted, &dataset, error);
    if (status) rondo_data_hint_add(&hint, error);
    rondo_text_finish(&hint);
    if (!status)
        status = arguments->output ? rondo_ragged_write(arguments->output, dataset, error)
                                   : print_split(arguments, experiment, dataset, error);
    rondo_dataset_destroy(dataset);
    rondo_experiment_destroy(experiment);
    return status;
}

rondo_status rondo_export_data_run(const rondo_export_data *arguments, rondo_error *error)
{
    rondo_registry *registry;
    rondo_status status = rondo_command_registry(arguments->plugins, &registry, error);
    if (status) return status;
    status = run(arguments, registry, error);
    rondo_registry_destroy(registry);
    return status;
}
