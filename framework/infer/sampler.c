#include "infer/sampler.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/random.h"
#include "data/dataset.h"
#include "model/pass.h"

/* Symbols of a row between two that are heard: threads wait awake in between, and must not wait for who
 * hears. */
enum { STREAM_LENGTH = 500, LINE_LENGTH = 1000, BURST = 32, NO_SYMBOL = -1 };

/* Samples at work: `count` rows of minibatches of one step. */
typedef struct sampler {
    const rondo_session *session;
    const rondo_sampler_config *config;
    rondo_pass *pass;
    bool stops;                  /* at the end symbol */
    int64_t length;              /* symbols at most */
    int32_t *symbols;            /* [count]: the last symbol of each row, the next input */
    int32_t *drawn;              /* [BURST, count]: what is to be heard, or NO_SYMBOL */
    int64_t first, drawn_steps;  /* the first position of a burst, and how many it has */
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

/* Next symbols of all rows; whether any goes on. */
static bool draw_all(const sampler *s, int64_t position, int32_t *drawn)
{
    bool goes_on = false;
    for (int64_t row = 0; row < s->config->count; row++) {
        drawn[row] = NO_SYMBOL;
        if (s->ended[row]) continue;
        s->symbols[row] = draw(s, row, position);
        s->ended[row] = s->stops && s->symbols[row] == RONDO_END_ID;
        if (s->ended[row]) continue;
        drawn[row] = s->symbols[row];
        goes_on = true;
    }
    return goes_on;
}

/* Within one parallel region. */
static void run_burst(void *context)
{
    sampler *s = context;
    int64_t end = s->first + BURST < s->length ? s->first + BURST : s->length;
    s->drawn_steps = 0;
    for (int64_t position = s->first; position < end; position++) {
        if (!draw_all(s, position, s->drawn + s->drawn_steps * s->config->count)) {
            s->length = position;
            break;
        }
        s->drawn_steps++;
        step(s, false);
    }
}

static void generate(sampler *s)
{
    for (s->first = 0; s->first < s->length; s->first += BURST) {
        rondo_parallel_region(s->session->threads, run_burst, s);
        for (int64_t i = 0; i < s->drawn_steps * s->config->count; i++)
            if (s->drawn[i] != NO_SYMBOL) write_symbol(s, i % s->config->count, s->drawn[i]);
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
    s->drawn = rondo_memory_create(BURST * count * sizeof *s->drawn, "samples", error);
    s->rows = rondo_memory_create(count * sizeof *s->rows, "samples", error);
    s->ended = rondo_memory_create(count * sizeof *s->ended, "samples", error);
    s->within_line = rondo_memory_create(count * sizeof *s->within_line, "samples", error);
    s->weights = rondo_memory_create(width * sizeof *s->weights, "probabilities", error);
    s->candidates = rondo_memory_create(width * sizeof *s->candidates, "probabilities", error);
    if (!s->symbols || !s->drawn || !s->rows || !s->ended || !s->within_line || !s->weights ||
        !s->candidates)
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
    rondo_memory_destroy(s.drawn);
    rondo_memory_destroy(s.rows);
    rondo_memory_destroy(s.ended);
    rondo_memory_destroy(s.within_line);
    rondo_memory_destroy(s.weights);
    rondo_memory_destroy(s.candidates);
    return status;
}
