#include "infer/beam_search.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "data/text/vocabulary.h"
#include "infer/incremental_decoder.h"

/* A hypothesis continued by a symbol. */
typedef struct candidate {
    double score; /* log probability so far */
    int64_t row;  /* of the hypothesis */
    int32_t symbol;
} candidate;

/* The best finished hypothesis of a source. */
typedef struct ended {
    double score; /* with penalty */
    int64_t row, length;
    int64_t count; /* of finished hypotheses */
    bool done;
} ended;

struct rondo_beam_search {
    const rondo_network *network;
    rondo_beam_config config;
    rondo_incremental_decoder *decoder;
    rondo_arena arena;
    int64_t rows;               /* hypotheses: source_rows times beam; source b has b * beam .. */
    int64_t *source_row, *from; /* [rows]: from: the hypothesis that each one continues */
    int32_t *symbols;           /* [rows]: last symbol */
    double *scores;             /* [rows]: -infinity: none */
    candidate *best, *ends;     /* [rows]: of the step at hand, best first: going on, ending */
    int32_t *past_symbols;      /* [longest, rows] */
    int64_t *past_from;         /* [longest, rows] */
    ended *best_ended;          /* [source_rows] */
    int32_t *found;             /* [source_rows, longest] */
    /* the run at hand */
    const rondo_real *prediction;
    int64_t sources, step, longest;
};

/* --- memory --- */

static rondo_incremental_decoder_size decoder_size(const rondo_beam_config *config)
{
    return (rondo_incremental_decoder_size){.rows = config->source_rows * config->beam,
                                            .source_rows = config->source_rows,
                                            .source_steps = config->source_steps,
                                            .source_tokens = config->source_tokens,
                                            .threads = config->threads};
}

/* All arrays, in one order for counting and for taking. */
static void plan(rondo_beam_search *s, rondo_arena *arena)
{
    size_t rows = (size_t)(s->config.source_rows * s->config.beam);
    size_t past = rows * (size_t)s->config.longest, sources = (size_t)s->config.source_rows;
    s->rows = (int64_t)rows;
    s->source_row = rondo_arena_take(arena, rows * sizeof *s->source_row);
    s->from = rondo_arena_take(arena, rows * sizeof *s->from);
    s->symbols = rondo_arena_take(arena, rows * sizeof *s->symbols);
    s->scores = rondo_arena_take(arena, rows * sizeof *s->scores);
    s->best = rondo_arena_take(arena, rows * sizeof *s->best);
    s->ends = rondo_arena_take(arena, rows * sizeof *s->ends);
    s->past_symbols = rondo_arena_take(arena, past * sizeof *s->past_symbols);
    s->past_from = rondo_arena_take(arena, past * sizeof *s->past_from);
    s->best_ended = rondo_arena_take(arena, sources * sizeof *s->best_ended);
    s->found = rondo_arena_take(arena, sources * (size_t)s->config.longest * sizeof *s->found);
}

rondo_status rondo_beam_search_bytes(const rondo_network *network, const rondo_beam_config *config,
                                     size_t *bytes, rondo_error *error)
{
    rondo_beam_search counted = {.config = *config};
    const rondo_incremental_decoder_size size = decoder_size(config);
    plan(&counted, &counted.arena);
    rondo_status status = rondo_incremental_decoder_bytes(network, &size, bytes, error);
    *bytes += counted.arena.used;
    return status;
}

rondo_status rondo_beam_search_create(const rondo_network *network, const rondo_beam_config *config,
                                      rondo_beam_search **out, rondo_error *error)
{
    const rondo_incremental_decoder_size size = decoder_size(config);
    *out = NULL;
    rondo_beam_search *s = rondo_memory_create(sizeof *s, "beam search", error);
    if (!s) return error->status;
    s->network = network;
    s->config = *config;
    plan(s, &s->arena);
    rondo_status status = rondo_arena_start(&s->arena, "beam search", error);
    if (!status) plan(s, &s->arena);
    if (!status) status = rondo_incremental_decoder_create(network, &size, &s->decoder, error);
    if (status) {
        rondo_beam_search_destroy(s);
        return status;
    }
    for (int64_t row = 0; row < s->rows; row++)
        s->source_row[row] = row / config->beam;
    *out = s;
    return RONDO_OK;
}

void rondo_beam_search_destroy(rondo_beam_search *search)
{
    if (!search) return;
    rondo_incremental_decoder_destroy(search->decoder);
    rondo_arena_finish(&search->arena);
    rondo_memory_destroy(search);
}

void rondo_beam_search_load(rondo_beam_search *search, const rondo_real *parameters)
{
    rondo_incremental_decoder_load(search->decoder, parameters);
}

/* --- one source, one step --- */

static double penalty(const rondo_beam_search *s, int64_t length)
{
    double base = s->config.rule == RONDO_LENGTH_WU ? (5.0 + (double)length) / 6.0 : (double)length;
    return pow(base, s->config.alpha);
}

/* log sum exp of a row, so that log p = z - it. */
static double log_total(const rondo_real *logits, int64_t width)
{
    double highest = -INFINITY, sum = 0;
    for (int64_t i = 0; i < width; i++)
        if ((double)logits[i] > highest) highest = (double)logits[i];
    for (int64_t i = 0; i < width; i++)
        sum += exp((double)logits[i] - highest);
    return highest + log(sum);
}

/* Keeps the best `most`, the better first, of equal ones the earlier. */
static void keep(candidate *best, int64_t *count, int64_t most, candidate more)
{
    int64_t at = *count;
    if (at == most && !(more.score > best[at - 1].score)) return;
    if (at < most)
        ++*count;
    else
        at--;
    while (at > 0 && more.score > best[at - 1].score) {
        best[at] = best[at - 1];
        at--;
    }
    best[at] = more;
}

/* Whether fewer than `beam` continuations are better than this end. */
static bool is_among_best(const candidate *best, int64_t count, const candidate *ends,
                          int64_t end_count, int64_t beam, double score)
{
    int64_t better = 0;
    for (int64_t i = 0; i < count; i++)
        better += best[i].score > score;
    for (int64_t i = 0; i < end_count; i++)
        better += ends[i].score > score;
    return better < beam;
}

static void finish(const rondo_beam_search *s, ended *e, const candidate *end)
{
    double score = end->score / penalty(s, s->step + 1);
    e->count++;
    if (e->count > 1 && !(score > e->score)) return;
    e->score = score;
    e->row = end->row;
    e->length = s->step;
}

/* The hypotheses that go on become rows b * beam .. again; without one left over a row stays empty.
 */
static void go_on(rondo_beam_search *s, int64_t b, const candidate *best, int64_t count)
{
    int64_t first = b * s->config.beam;
    for (int64_t k = 0; k < s->config.beam; k++) {
        int64_t row = first + k;
        bool is_there = k < count;
        s->from[row] = is_there ? best[k].row : row;
        s->symbols[row] = is_there ? best[k].symbol : RONDO_END_ID;
        s->scores[row] = is_there ? best[k].score : -INFINITY;
        s->past_from[s->step * s->rows + row] = s->from[row];
        s->past_symbols[s->step * s->rows + row] = s->symbols[row];
    }
}

/* `best` is the score of the best hypothesis that goes on. Penalties grow with the length, and
 * scores are below 0: what it could be worth at most is what it is worth at the greatest length. */
static bool is_done(const rondo_beam_search *s, const ended *e, double best)
{
    if (e->count == 0) return false;
    bool enough = e->count >= s->config.beam;
    return e->score >= best / penalty(s, enough ? s->step + 1 : s->longest + 1);
}

static void search_task(void *context, int64_t b, int thread)
{
    rondo_beam_search *s = context;
    int64_t beam = s->config.beam, first = b * beam, width = s->network->output_width;
    ended *e = &s->best_ended[b];
    candidate *best = s->best + first, *ends = s->ends + first;
    int64_t count = 0, end_count = 0;
    (void)thread;
    for (int64_t row = first; row < first + beam && !e->done; row++) {
        if (s->scores[row] == -INFINITY) continue;
        const rondo_real *logits = s->prediction + row * width;
        double before = s->scores[row] - log_total(logits, width);
        keep(ends, &end_count, beam,
             (candidate){before + (double)logits[RONDO_END_ID], row, RONDO_END_ID});
        for (int32_t i = RONDO_END_ID + 1; i < width && s->step < s->longest; i++)
            keep(best, &count, beam, (candidate){before + (double)logits[i], row, i});
    }
    if (e->done) return;
    for (int64_t i = 0; i < end_count; i++)
        if (is_among_best(best, count, ends, end_count, beam, ends[i].score))
            finish(s, e, &ends[i]);
    e->done = count == 0 || is_done(s, e, best[0].score);
    if (!e->done) go_on(s, b, best, count);
}

/* --- all sources --- */

static void start(rondo_beam_search *s, const rondo_batch *source, int64_t longest)
{
    s->sources = source->rows;
    s->longest = longest;
    for (int64_t row = 0; row < s->sources * s->config.beam; row++) {
        s->symbols[row] = RONDO_END_ID;
        s->scores[row] = row % s->config.beam == 0 ? 0 : -INFINITY;
        s->from[row] = row;
    }
    memset(s->best_ended, 0, (size_t)s->sources * sizeof *s->best_ended);
    s->prediction = rondo_incremental_decoder_start(s->decoder, source, s->sources * s->config.beam,
                                                    s->source_row, s->symbols);
}

static bool all_done(const rondo_beam_search *s)
{
    for (int64_t b = 0; b < s->sources; b++)
        if (!s->best_ended[b].done) return false;
    return true;
}

/* Goes back from the end to the first symbol. */
static void trace(const rondo_beam_search *s, int64_t b)
{
    const ended *e = &s->best_ended[b];
    int32_t *found = s->found + b * s->config.longest;
    int64_t row = e->row;
    for (int64_t t = e->length - 1; t >= 0; t--) {
        found[t] = s->past_symbols[t * s->rows + row];
        row = s->past_from[t * s->rows + row];
    }
}

void rondo_beam_search_run(rondo_beam_search *search, const rondo_batch *source, int64_t longest)
{
    rondo_beam_search *s = search;
    int64_t rows = source->rows * s->config.beam;
    start(s, source, longest);
    for (s->step = 0;; s->step++) {
        rondo_parallel_for(s->config.threads, s->sources, search_task, s);
        if (all_done(s)) break;
        if (s->config.beam > 1) rondo_incremental_decoder_reorder(s->decoder, rows, s->from);
        s->prediction = rondo_incremental_decoder_next(s->decoder, rows, s->symbols);
    }
    for (int64_t b = 0; b < s->sources; b++)
        trace(s, b);
}

const int32_t *rondo_beam_search_get(const rondo_beam_search *search, int64_t source_row,
                                     int64_t *length, double *score)
{
    const ended *e = &search->best_ended[source_row];
    *length = e->length;
    if (score) *score = e->score;
    return search->found + source_row * search->config.longest;
}
