#include "infer/scorer.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "data/formats/text.h"
#include "model/pass.h"

/* A minibatch has about so many predictions at most, and so many sequences. */
enum { MOST_PREDICTIONS = 4 * 1024 * 1024, MOST_TOKENS = 8192, LEAST_TOKENS = 64, ROWS = 64 };

typedef struct scorer {
    const rondo_session *session;
    rondo_scored_text *text;
    bool lines;      /* each starts anew */
    int32_t start;   /* what the model reads first */
    int32_t *inputs; /* [symbols]: what each symbol is predicted from, besides the state */
    int64_t *offset; /* [line_count + 1], or of the stream [2] */
    rondo_batches *batches;
    rondo_pass *pass;
    rondo_batch batch;
    double *row_log_probabilities; /* [N]: of the minibatch's packed rows */
} scorer;

/* --- the text as symbols --- */

static void end_line(const scorer *s, int64_t number)
{
    rondo_scored_text *text = s->text;
    int64_t first = text->line_count > 0 ? text->lines[text->line_count - 1].first +
                                               text->lines[text->line_count - 1].symbols
                                         : 0;
    if (s->lines && first == text->symbols) return;
    text->ids[text->symbols++] = RONDO_END_ID;
    text->lines[text->line_count++] =
        (rondo_scored_line){.number = number, .first = first, .symbols = text->symbols - first};
}

static size_t most_lines(const rondo_source *source)
{
    size_t count = 1;
    for (size_t i = 0; i < source->size; i++)
        count += source->text[i] == '\n';
    return count;
}

static rondo_status read_symbols(scorer *s, const rondo_source *source, rondo_error *error)
{
    rondo_scored_text *text = s->text;
    rondo_plain_cursor cursor = rondo_plain_cursor_of(&s->session->experiment->data, source);
    rondo_unknowns unknowns = {0};
    rondo_mark mark;
    const char *symbol;
    int64_t length, number = 0;
    size_t most = source->size + 1; /* symbols and line ends, one of them made up */
    text->ids = rondo_memory_create(most * sizeof *text->ids, "a text's symbols", error);
    s->inputs = rondo_memory_create(most * sizeof *s->inputs, "a text's symbols", error);
    text->log_probabilities =
        rondo_memory_create(most * sizeof *text->log_probabilities, "probabilities", error);
    text->lines =
        rondo_memory_create(most_lines(source) * sizeof *text->lines, "a text's lines", error);
    if (!text->ids || !s->inputs || !text->log_probabilities || !text->lines) return error->status;
    while ((mark = rondo_plain_cursor_next(&cursor, &symbol, &length)) != RONDO_MARK_DONE) {
        if (mark == RONDO_MARK_LINE_END)
            end_line(s, ++number);
        else
            text->ids[text->symbols++] =
                rondo_unknowns_find(&unknowns, s->session->schema->inputs, symbol, length);
    }
    rondo_unknowns_warn(&unknowns, s->session->schema->inputs);
    if (text->symbols > 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "the text has no symbols to score");
}

/* --- minibatches of it --- */

/* Each symbol's predecessor; a line's start, or the stream's, is the first symbol's. */
static void fill_inputs(const scorer *s)
{
    const rondo_scored_text *text = s->text;
    memcpy(s->inputs + 1, text->ids, (size_t)(text->symbols - 1) * sizeof *text->ids);
    s->inputs[0] = s->start;
    for (int64_t i = 0; s->lines && i < text->line_count; i++)
        s->inputs[text->lines[i].first] = s->start;
}

static rondo_status make_batches(scorer *s, rondo_error *error)
{
    const rondo_scored_text *text = s->text;
    int64_t width = s->session->network->output_width, count = s->lines ? text->line_count : 1;
    int64_t tokens = MOST_PREDICTIONS / width;
    if (tokens > MOST_TOKENS) tokens = MOST_TOKENS;
    if (tokens < LEAST_TOKENS) tokens = LEAST_TOKENS;
    s->offset = rondo_memory_create((size_t)(count + 1) * sizeof *s->offset, "lines", error);
    if (!s->offset) return error->status;
    fill_inputs(s);
    for (int64_t i = 0; s->lines && i < count; i++)
        s->offset[i] = text->lines[i].first;
    s->offset[count] = text->symbols;
    rondo_schema schema = {.target_width = width};
    rondo_dataset dataset = {.stream = !s->lines, .schema = &schema};
    dataset.splits[RONDO_TEST] = (rondo_sequences){.count = count,
                                                   .offset = s->offset,
                                                   .inputs = rondo_ids_of(s->inputs),
                                                   .targets = rondo_ids_of(text->ids)};
    rondo_batches_config config =
        s->lines ? (rondo_batches_config){.batch_size = ROWS, .batch_tokens = tokens}
                 : (rondo_batches_config){
                       .batch_size = 1, .truncated_bptt = tokens, .carry_state = true};
    return rondo_batches_create(&dataset, RONDO_TEST, &config, &s->batches, error);
}

static rondo_status make_pass(scorer *s, rondo_error *error)
{
    rondo_pass_size size = {.threads = s->session->threads, .predictions = true};
    rondo_batches_largest(s->batches, &size.rows, &size.steps, &size.tokens);
    s->row_log_probabilities = rondo_memory_create(
        (size_t)size.tokens * sizeof *s->row_log_probabilities, "probabilities", error);
    if (!s->row_log_probabilities) return error->status;
    rondo_status status = rondo_pass_create(s->session->network, &size, &s->pass, error);
    if (!status) rondo_pass_load(s->pass, s->session->parameters);
    return status;
}

/* log p_y = z_y - m - log sum_k exp(z_k - m),  m = max_k z_k */
static void row_task(void *context, int64_t row, int thread)
{
    const scorer *s = context;
    int64_t width = s->session->network->output_width;
    const rondo_real *z = rondo_pass_prediction(s->pass) + row * width;
    double largest = -INFINITY, sum = 0;
    (void)thread;
    for (int64_t k = 0; k < width; k++)
        if ((double)z[k] > largest) largest = (double)z[k];
    for (int64_t k = 0; k < width; k++)
        sum += exp((double)z[k] - largest);
    s->row_log_probabilities[row] = (double)z[s->batch.targets[row]] - largest - log(sum);
}

/* Packed rows back to the order of the text. */
static void scatter(const scorer *s, int64_t position)
{
    int64_t rows, steps, tokens;
    rondo_batches_largest(s->batches, &rows, &steps, &tokens);
    for (int64_t t = 0; t < s->batch.steps; t++)
        for (int64_t b = 0; b < s->batch.active[t]; b++) {
            int64_t start = s->lines ? s->offset[s->batch.sequence[b]] : position * steps;
            s->text->log_probabilities[start + t] =
                s->row_log_probabilities[s->batch.offset[t] + b];
        }
}

static void evaluate(scorer *s)
{
    for (int64_t i = 0; i < rondo_batches_count(s->batches); i++) {
        rondo_score ignored = {0};
        rondo_batches_get(s->batches, 0, i, &s->batch);
        rondo_pass_evaluate(s->pass, &s->batch, &ignored);
        rondo_parallel_for(s->session->threads, s->batch.tokens, row_task, s);
        scatter(s, i);
    }
}

static void add_up(rondo_scored_text *text)
{
    for (int64_t i = 0; i < text->line_count; i++) {
        rondo_scored_line *line = &text->lines[i];
        for (int64_t at = line->first; at < line->first + line->symbols; at++) {
            line->log_probability += text->log_probabilities[at];
            line->unknown += text->ids[at] == RONDO_UNKNOWN_ID;
        }
        text->log_probability += line->log_probability;
        text->unknown += line->unknown;
    }
}

rondo_status rondo_scorer_run(const rondo_session *session, const char *class_name,
                              const rondo_source *source, rondo_scored_text *text,
                              rondo_error *error)
{
    scorer s = {.session = session,
                .text = text,
                .lines = session->experiment->data.sequences == RONDO_LINE};
    *text = (rondo_scored_text){0};
    if (session->experiment->task->needs != RONDO_PROVIDES_NEXT_SYMBOLS)
        return rondo_error_set(error, RONDO_USAGE, "only language models can score a text");
    rondo_status status = rondo_session_start_symbol(session, class_name, &s.start, error);
    if (!status) status = read_symbols(&s, source, error);
    if (!status) status = make_batches(&s, error);
    if (!status) status = make_pass(&s, error);
    if (!status) {
        evaluate(&s);
        add_up(text);
    }
    rondo_pass_destroy(s.pass);
    rondo_batches_destroy(s.batches);
    rondo_memory_destroy(s.row_log_probabilities);
    rondo_memory_destroy(s.offset);
    rondo_memory_destroy(s.inputs);
    if (status) rondo_scored_text_finish(text);
    return status;
}

void rondo_scored_text_finish(rondo_scored_text *text)
{
    rondo_memory_destroy(text->ids);
    rondo_memory_destroy(text->log_probabilities);
    rondo_memory_destroy(text->lines);
    *text = (rondo_scored_text){0};
}
