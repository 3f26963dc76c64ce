#include "infer/translate.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/batches/source_rows.h"

/* All lines as sources, and the order in which they are taken: long ones first. */
typedef struct translation {
    const rondo_session *session;
    const rondo_translate_config *config;
    rondo_text *texts;
    int64_t count, steps;
    int64_t *offset;  /* [count + 1] */
    int32_t *ids;     /* [steps] */
    int64_t capacity; /* of ids */
    int64_t *order;   /* [full]: lines that are not empty */
    int64_t full;
    rondo_unknowns *unknowns;
    rondo_source_rows *rows;
    rondo_beam_search *search;
} translation;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* As pairs are read: without blanks at both ends. */
static rondo_status add_line(translation *t, const char *line, rondo_error *error)
{
    const rondo_data_config *data = &t->session->experiment->data;
    rondo_text trimmed = {0};
    int32_t *ids = NULL;
    int64_t count = 0;
    void *block = t->ids;
    while (is_blank(*line))
        line++;
    size_t length = strlen(line);
    while (length > 0 && is_blank(line[length - 1]))
        length--;
    rondo_text_add_bytes(&trimmed, line, length);
    rondo_status status =
        rondo_dataset_encode(data, t->session->schema->inputs, rondo_text_get(&trimmed),
                             t->unknowns, &ids, &count, error);
    if (!status)
        status = rondo_memory_grow(&block, &t->capacity, t->steps + count, sizeof *ids,
                                   "the symbols of lines", error);
    t->ids = block;
    for (int64_t i = 0; !status && i < count; i++)
        t->ids[t->steps++] = ids[data->reverse_source ? count - 1 - i : i];
    free(ids);
    rondo_text_finish(&trimmed);
    return status;
}

typedef struct line_key {
    int64_t length, line;
} line_key;

static int longer_first(const void *left, const void *right)
{
    const line_key *a = left, *b = right;
    if (a->length != b->length) return a->length > b->length ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

static rondo_status order_lines(translation *t, rondo_error *error)
{
    line_key *keys = calloc((size_t)t->count + 1, sizeof *keys);
    t->order = calloc((size_t)t->count + 1, sizeof *t->order);
    if (!keys || !t->order) {
        free(keys);
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: order of lines");
    }
    for (int64_t i = 0; i < t->count; i++)
        keys[i] = (line_key){t->offset[i + 1] - t->offset[i], i};
    qsort(keys, (size_t)t->count, sizeof *keys, longer_first);
    while (t->full < t->count && keys[t->full].length > 0) {
        t->order[t->full] = keys[t->full].line;
        t->full++;
    }
    free(keys);
    return RONDO_OK;
}

static rondo_status prepare(translation *t, const char *const *lines, rondo_error *error)
{
    t->offset = calloc((size_t)t->count + 1, sizeof *t->offset);
    if (!t->offset) return rondo_error_set(error, RONDO_FAILED, "not enough memory: lines");
    for (int64_t i = 0; i < t->count; i++) {
        rondo_status status = add_line(t, lines[i], error);
        if (status) return status;
        t->offset[i + 1] = t->steps;
    }
    rondo_status status = order_lines(t, error);
    if (status || t->full == 0) return status;
    const rondo_sequences sources = {
        .count = t->count, .offset = t->offset, .inputs = rondo_ids_of(t->ids)};
    rondo_beam_config search = {
        .beam = t->config->beam,
        .alpha = t->config->alpha,
        .rule = t->config->rule,
        .longest = t->config->longest,
        .source_rows = t->config->batch_size < t->full ? t->config->batch_size : t->full,
        .threads = t->session->threads};
    status = rondo_source_rows_create(&sources, search.source_rows, &t->rows, error);
    if (status) return status;
    rondo_source_rows_largest(t->rows, &search.source_steps, &search.source_tokens);
    status = rondo_beam_search_create(t->session->network, &search, &t->search, error);
    if (!status) rondo_beam_search_load(t->search, t->session->parameters);
    return status;
}

static void write_target(const translation *t, const int32_t *ids, int64_t length, rondo_text *text)
{
    bool words = t->session->experiment->data.target_unit == RONDO_WORD;
    for (int64_t i = 0; i < length; i++)
        rondo_text_add(text, "%s%s", words && i > 0 ? " " : "",
                       rondo_vocabulary_name(t->session->schema->targets, ids[i]));
}

static void translate_all(translation *t)
{
    for (int64_t first = 0; first < t->full; first += t->config->batch_size) {
        int64_t left = t->full - first;
        rondo_batch batch = {.rows = left < t->config->batch_size ? left : t->config->batch_size,
                             .sequence = t->order + first};
        rondo_source_rows_get(t->rows, &batch);
        rondo_beam_search_run(t->search, batch.source, t->config->longest);
        for (int64_t b = 0; b < batch.rows; b++) {
            int64_t length;
            const int32_t *ids =
                rondo_beam_search_get(t->search, batch.source_row[b], &length, NULL);
            write_target(t, ids, length, &t->texts[batch.sequence[b]]);
        }
    }
}

rondo_status rondo_translate_run(const rondo_session *session, const rondo_translate_config *config,
                                 const char *const *lines, int64_t count, rondo_text *texts,
                                 rondo_error *error)
{
    rondo_unknowns found = {0};
    translation t = {.session = session,
                     .config = config,
                     .texts = texts,
                     .count = count,
                     .unknowns = config->unknowns ? config->unknowns : &found};
    if (!session->network->encoder)
        return rondo_error_set(error, RONDO_USAGE, "only models of task translation can translate");
    rondo_status status = prepare(&t, lines, error);
    if (!status && !config->unknowns) rondo_unknowns_warn(&found, session->schema->inputs);
    if (!status) translate_all(&t);
    rondo_beam_search_destroy(t.search);
    rondo_source_rows_destroy(t.rows);
    free(t.order);
    free(t.offset);
    free(t.ids);
    return status;
}
