/* What the tests of data/ share: files to read, an experiment that names them, sequences spelled
 * out. Every test program runs in a folder of its own. */
#ifndef RONDO_TESTS_DATA_SUPPORT_H
#define RONDO_TESTS_DATA_SUPPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/dataset.h"
#include "tasks.h"

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
        .data = {.format = RONDO_FORMAT_TEXT,
                 .path = path,
                 .unit = RONDO_CHARACTER,
                 .example = RONDO_STREAM,
                 .vocabulary = {.min_count = 1, .unknown = "<UNK>", .end = "<EOS>"},
                 .batch_size = 4,
                 .input_column = 1,
                 .target_column = 2}};
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
