#include "infer/sampler.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "data/dataset.h"
#include "model/pass.h"

enum { STREAM_LENGTH = 500, LINE_LENGTH = 1000 };

/* Samples at work: `count` rows of minibatches of one step. */
typedef struct sampler {
    const rondo_session *session;
    const rondo_sampler_config *config;
    rondo_pass *pass;
    bool stops;                  /* at the end symbol */
    int64_t length;              /* symbols at most */
    int32_t *symbols;            /* [count]: the last symbol of each row, the next input */
    int64_t *rows;               /* [count]: 0, 1, .. */
    bool *ended;                 /* [count] */
    bool *within_line;           /* [count]: the next word needs a blank before it */
    double *weights;             /* [V] */
    rondo_candidate *candidates; /* [V] */
} sampler;

static void write_text(const sampler *s, int64_t row, const char *text)
{
    s->config->hear(s->config->context, row, text);
}

static void write_symbol(const sampler *s, int64_t row, int32_t symbol)
{
    bool words = s->session->experiment->data.unit == RONDO_WORD;
    if (symbol == RONDO_END_ID) {
        write_text(s, row, "\n");
        s->within_line[row] = false;
        return;
    }
    if (words && s->within_line[row]) write_text(s, row, " ");
    write_text(s, row, rondo_vocabulary_name(s->session->schema->inputs, symbol));
    s->within_line[row] = true;
}

/* One step of all rows. Rows that ended are computed on: their number of steps must not change what
 * other rows get. */
static void step(const sampler *s, bool first)
{
    int64_t count = s->config->count, offset[2] = {0, count};
    rondo_score score = {0};
    rondo_batch batch = {.rows = count,
                         .steps = 1,
                         .tokens = count,
                         .active = &count,
                         .offset = offset,
                         .inputs = s->symbols,
                         .sequence = s->rows,
                         .carry = !first};
    rondo_pass_evaluate(s->pass, &batch, &score);
}

static int32_t draw(const sampler *s, int64_t row, int64_t position)
{
    int64_t width = s->session->network->output_width;
    const rondo_real *logits = rondo_pass_prediction(s->pass) + row * width;
    const rondo_random random = {s->config->seed, RONDO_FOR_SAMPLING, (uint64_t)row};
    double sum = rondo_sampling_weigh(&s->config->draw, logits, width, s->candidates, s->weights);
    return rondo_sampling_pick(s->weights, sum, width,
                               rondo_random_uniform(&random, (uint64_t)position));
}

/* The model reads the class, or the end symbol (the start of a line), then the prime. */
static rondo_status read_prime(const sampler *s, rondo_error *error)
{
    const rondo_data_config *data = &s->session->experiment->data;
    rondo_unknowns unknowns = {0};
    int32_t *ids, first;
    int64_t count;
    rondo_status status =
        rondo_session_start_symbol(s->session, s->config->class_name, &first, error);
    if (status) return status;
    status = rondo_dataset_encode(data, s->session->schema->inputs, s->config->prime, &unknowns,
                                  &ids, &count, error);
    if (status) return status;
    rondo_unknowns_warn(&unknowns, s->session->schema->inputs);
    for (int64_t row = 0; row < s->config->count; row++) {
        s->symbols[row] = first;
        s->within_line[row] = count > 0 && ids[count - 1] != RONDO_END_ID;
        write_text(s, row, s->config->prime);
    }
    step(s, true);
    for (int64_t i = 0; i < count; i++) {
        for (int64_t row = 0; row < s->config->count; row++)
            s->symbols[row] = ids[i];
        step(s, false);
    }
    free(ids);
    return RONDO_OK;
}

static void generate(const sampler *s)
{
    for (int64_t position = 0; position < s->length; position++) {
        int64_t going = 0;
        for (int64_t row = 0; row < s->config->count; row++) {
            if (s->ended[row]) continue;
            s->symbols[row] = draw(s, row, position);
            s->ended[row] = s->stops && s->symbols[row] == RONDO_END_ID;
            if (!s->ended[row]) write_symbol(s, row, s->symbols[row]);
            going += !s->ended[row];
        }
        if (going == 0) break;
        step(s, false);
    }
}

static rondo_status allocate(sampler *s, rondo_error *error)
{
    size_t count = (size_t)s->config->count, width = (size_t)s->session->network->output_width;
    rondo_pass_size size = {.rows = s->config->count,
                            .steps = 1,
                            .tokens = s->config->count,
                            .threads = s->session->threads,
                            .predictions = true};
    s->symbols = rondo_memory_create(count * sizeof *s->symbols, "samples", error);
    s->rows = rondo_memory_create(count * sizeof *s->rows, "samples", error);
    s->ended = rondo_memory_create(count * sizeof *s->ended, "samples", error);
    s->within_line = rondo_memory_create(count * sizeof *s->within_line, "samples", error);
    s->weights = rondo_memory_create(width * sizeof *s->weights, "probabilities", error);
    s->candidates = rondo_memory_create(width * sizeof *s->candidates, "probabilities", error);
    if (!s->symbols || !s->rows || !s->ended || !s->within_line || !s->weights || !s->candidates)
        return error->status;
    for (int64_t row = 0; row < s->config->count; row++)
        s->rows[row] = row;
    rondo_status status = rondo_pass_create(s->session->network, &size, &s->pass, error);
    if (!status) rondo_pass_load(s->pass, s->session->parameters);
    return status;
}

rondo_status rondo_sampler_run(const rondo_session *session, const rondo_sampler_config *config,
                               rondo_error *error)
{
    bool lines = session->experiment->data.sequences == RONDO_LINE;
    sampler s = {.session = session,
                 .config = config,
                 .stops = lines || config->until_end,
                 .length = config->length > 0 ? config->length
                           : lines            ? LINE_LENGTH
                                              : STREAM_LENGTH};
    if (session->experiment->task->needs != RONDO_PROVIDES_NEXT_SYMBOLS)
        return rondo_error_set(error, RONDO_USAGE, "only language models can be sampled");
    rondo_status status = allocate(&s, error);
    if (!status) status = read_prime(&s, error);
    if (!status) generate(&s);
    rondo_pass_destroy(s.pass);
    rondo_memory_destroy(s.symbols);
    rondo_memory_destroy(s.rows);
    rondo_memory_destroy(s.ended);
    rondo_memory_destroy(s.within_line);
    rondo_memory_destroy(s.weights);
    rondo_memory_destroy(s.candidates);
    return status;
}
