/* What the tests of data/ share: files to read, an experiment that names them, sequences spelled
 * out. Every test program runs in a folder of its own. */
#ifndef RONDO_TESTS_DATA_SUPPORT_H
#define RONDO_TESTS_DATA_SUPPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/dataset.h"
#include "data/formats/columns.h"
#include "data/formats/generator.h"
#include "data/formats/pairs.h"
#include "data/formats/parallel_tags.h"
#include "data/formats/series.h"
#include "data/formats/table.h"
#include "plugin/options.h"
#include "tasks.h"

extern const rondo_format rondo_format_text, rondo_format_columns, rondo_format_hdf5;
extern const rondo_format rondo_format_table, rondo_format_idx, rondo_format_piano_roll;
extern const rondo_format rondo_format_parallel_tags, rondo_format_series;

/* Options of an experiment's format. */
#define COLUMNS(e)       ((rondo_columns_config *)(e).data.options)
#define TABLE(e)         ((rondo_table_config *)(e).data.options)
#define PAIRS(e)         ((rondo_pairs_config *)(e).data.options)
#define PARALLEL_TAGS(e) ((rondo_parallel_tags_config *)(e).data.options)
#define SERIES(e)        ((rondo_series_config *)(e).data.options)
#define GENERATOR(e)     ((rondo_generator_config *)(e).data.options)

#define FIXTURE(name) RONDO_SOURCE_DIR "/tests/data/fixtures/" name

static inline void write_bytes(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        fprintf(stderr, "%s: cannot write a test file\n", path);
        exit(2);
    }
}

static inline void write_file(const char *path, const char *text)
{
    write_bytes(path, text, strlen(text));
}

/* What a trained model with these dictionaries would bring along (NULL: values, or, of targets, the
 * same dictionary); rondo_schema_destroy frees it. */
static inline rondo_schema *schema_of_names(const char *const *inputs, int64_t input_count,
                                            const char *const *targets, int64_t target_count)
{
    rondo_error error = {0};
    rondo_schema *schema;
    if (rondo_schema_create(&schema, &error)) exit(2);
    if (inputs && rondo_vocabulary_restore(inputs, input_count, &schema->inputs, &error)) exit(2);
    if (targets && rondo_vocabulary_restore(targets, target_count, &schema->targets, &error))
        exit(2);
    if (!targets) schema->targets = schema->inputs;
    return schema;
}

/* A language model of characters in one stream, all of it for training. */
static inline rondo_experiment experiment_of(const char *path)
{
    return (rondo_experiment){
        .seed = 7,
        .task = &rondo_task_language_model,
        .data = {.format = &rondo_format_text,
                 .path = path,
                 .unit = RONDO_CHARACTER,
                 .sequences = RONDO_STREAM,
                 .vocabulary = {.min_count = 1, .unknown = "<UNK>", .end = "<EOS>"},
                 .batch_size = 4}};
}

/* Another format with its default options, in memory that is never given back. */
static inline void use_format(rondo_experiment *experiment, const rondo_format *format)
{
    enum { ROOM = 1 << 20, ALIGNED = 64 };
    static _Alignas(ALIGNED) char room[ROOM];
    static size_t used;
    void *options = room + used;
    used += (format->head.config_size / ALIGNED + 1) * ALIGNED;
    if (used > sizeof room) abort();
    rondo_options_default(format->head.options, options);
    experiment->data.format = format;
    experiment->data.options = options;
    if (!(format->provides & RONDO_PROVIDES_UNIT)) experiment->data.unit = format->unit;
}

/* Sets an option by its name, as a config does. */
static inline void set_option(rondo_experiment *experiment, const char *name, const char *value)
{
    rondo_text reason = {0};
    const rondo_option *row = rondo_options_find(experiment->data.format->head.options, name);
    if (row && rondo_options_set(row, experiment->data.options, value, &reason)) return;
    fprintf(stderr, "%s: %s is not %s\n", name, value, row ? rondo_text_get(&reason) : "an option");
    exit(2);
}

/* The names of a sequence's inputs, apart by one space; valid until the next but seven. */
static inline const char *spell(const rondo_vocabulary *vocabulary,
                                const rondo_sequences *sequences, rondo_ids ids, int64_t sequence)
{
    static char texts[8][4096];
    static int next;
    char *text = texts[next++ % 8];
    size_t used = 0;
    text[0] = '\0';
    for (int64_t i = sequences->offset[sequence]; i < sequences->offset[sequence + 1]; i++)
        used += (size_t)snprintf(text + used, sizeof texts[0] - used, "%s%s", used > 0 ? " " : "",
                                 rondo_vocabulary_name(vocabulary, rondo_ids_get(ids, i)));
    return text;
}

static inline const char *spell_inputs(const rondo_dataset *dataset, rondo_split split, int64_t s)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    return spell(dataset->schema->inputs, sequences, sequences->inputs, s);
}

static inline const char *spell_targets(const rondo_dataset *dataset, rondo_split split, int64_t s)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    return spell(dataset->schema->targets, sequences, sequences->targets, s);
}

/* Loads what must load; ends the program where it does not. */
static inline rondo_dataset *load(const rondo_experiment *experiment)
{
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    if (rondo_dataset_load(experiment, NULL, &dataset, &error)) {
        fprintf(stderr, "unexpected: %s\n", error.text);
        exit(2);
    }
    return dataset;
}

/* Loading must fail so, with nothing handed out. */
#define CHECK_REFUSED(experiment, expected_status, message)                                        \
    do {                                                                                           \
        rondo_error refused = {0};                                                                 \
        rondo_dataset *none = (rondo_dataset *)1;                                                  \
        CHECK_INTEGER(rondo_dataset_load(experiment, NULL, &none, &refused), expected_status);     \
        CHECK(none == NULL);                                                                       \
        CHECK_TEXT(refused.text, message);                                                         \
    } while (0)

#endif
