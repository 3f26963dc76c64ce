#include "train/sampler.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "data/dataset.h"
#include "model/pass.h"

/* Samples at work: `count` rows of minibatches of one step. */
typedef struct sampler {
    const rondo_session *session;
    const rondo_sampler_config *config;
    rondo_pass *pass;
    int32_t *symbols;      /* [count]: the last symbol of each row, the next input */
    int64_t *rows;         /* [count]: 0, 1, .. */
    bool *ended;           /* [count] */
    double *probabilities; /* [V] */
    rondo_text *texts;
} sampler;

static void add_symbol(const sampler *s, int64_t row, int32_t symbol)
{
    const rondo_data_config *data = &s->session->experiment->data;
    rondo_text *text = &s->texts[row];
    bool words = data->unit == RONDO_WORD;
    if (symbol == RONDO_END_ID) {
        rondo_text_add(text, "\n");
        return;
    }
    bool line_start = text->length == 0 || text->data[text->length - 1] == '\n';
    rondo_text_add(text, "%s%s", words && !line_start ? " " : "",
                   rondo_vocabulary_name(s->session->inputs, symbol));
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

/* exp((z - max) / temperature) without the unknown symbol; returns the sum. */
static double fill_probabilities(const sampler *s, const rondo_real *logits, int64_t width)
{
    double highest = -INFINITY, sum = 0;
    for (int64_t i = 0; i < width; i++)
        if (i != RONDO_UNKNOWN_ID && (double)logits[i] > highest) highest = (double)logits[i];
    for (int64_t i = 0; i < width; i++) {
        s->probabilities[i] =
            i == RONDO_UNKNOWN_ID ? 0 : exp(((double)logits[i] - highest) / s->config->temperature);
        sum += s->probabilities[i];
    }
    return sum;
}

static int32_t most_probable(const rondo_real *logits, int64_t width)
{
    int32_t best = RONDO_END_ID;
    for (int32_t i = RONDO_END_ID; i < width; i++)
        if (logits[i] > logits[best]) best = i;
    return best;
}

static int32_t draw(const sampler *s, int64_t row, int64_t position)
{
    int64_t width = s->session->network->output_width;
    const rondo_real *logits = rondo_pass_prediction(s->pass) + row * width;
    const rondo_random random = {s->config->seed, RONDO_FOR_SAMPLING, (uint64_t)row};
    if (s->config->temperature <= 0) return most_probable(logits, width);
    double left =
        rondo_random_uniform(&random, (uint64_t)position) * fill_probabilities(s, logits, width);
    int32_t last = RONDO_END_ID;
    for (int32_t i = 0; i < width; i++) {
        if (s->probabilities[i] <= 0) continue;
        last = i;
        left -= s->probabilities[i];
        if (left < 0) break;
    }
    return last;
}

/* The model reads the end symbol (the start of a line), then the prime. */
static rondo_status read_prime(const sampler *s, rondo_error *error)
{
    const rondo_data_config *data = &s->session->experiment->data;
    int32_t *ids;
    int64_t count;
    rondo_status status =
        rondo_dataset_encode(data, s->session->inputs, s->config->prime, &ids, &count, error);
    if (status) return status;
    for (int64_t row = 0; row < s->config->count; row++) {
        s->symbols[row] = RONDO_END_ID;
        rondo_text_add(&s->texts[row], "%s", s->config->prime);
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
    bool lines = s->session->experiment->data.example == RONDO_LINE;
    for (int64_t position = 0; position < s->config->length; position++) {
        int64_t going = 0;
        for (int64_t row = 0; row < s->config->count; row++) {
            if (s->ended[row]) continue;
            s->symbols[row] = draw(s, row, position);
            s->ended[row] = lines && s->symbols[row] == RONDO_END_ID;
            if (!s->ended[row]) add_symbol(s, row, s->symbols[row]);
            going += !s->ended[row];
        }
        if (going == 0) break;
        step(s, false);
    }
}

static rondo_status allocate(sampler *s, rondo_error *error)
{
    size_t count = (size_t)s->config->count;
    rondo_pass_size size = {.rows = s->config->count,
                            .steps = 1,
                            .tokens = s->config->count,
                            .threads = s->session->threads,
                            .predictions = true};
    s->symbols = rondo_memory_create(count * sizeof *s->symbols, "samples", error);
    s->rows = rondo_memory_create(count * sizeof *s->rows, "samples", error);
    s->ended = rondo_memory_create(count * sizeof *s->ended, "samples", error);
    s->probabilities = rondo_memory_create(
        (size_t)s->session->network->output_width * sizeof(double), "probabilities", error);
    if (!s->symbols || !s->rows || !s->ended || !s->probabilities) return error->status;
    for (int64_t row = 0; row < s->config->count; row++)
        s->rows[row] = row;
    rondo_status status = rondo_pass_create(s->session->network, &size, &s->pass, error);
    if (!status) rondo_pass_load(s->pass, s->session->parameters);
    return status;
}

rondo_status rondo_sampler_run(const rondo_session *session, const rondo_sampler_config *config,
                               rondo_text *texts, rondo_error *error)
{
    sampler s = {.session = session, .config = config, .texts = texts};
    if (session->experiment->task != RONDO_LANGUAGE_MODEL)
        return rondo_error_set(error, RONDO_USAGE, "only language models can be sampled");
    rondo_status status = allocate(&s, error);
    if (!status) status = read_prime(&s, error);
    if (!status) generate(&s);
    rondo_pass_destroy(s.pass);
    rondo_memory_destroy(s.symbols);
    rondo_memory_destroy(s.rows);
    rondo_memory_destroy(s.ended);
    rondo_memory_destroy(s.probabilities);
    return status;
}
