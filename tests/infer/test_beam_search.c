/* Beam search against all sequences there are; greedy search against the most probable next symbol;
 * a source's target alone and beside others. */
#include <stdlib.h>

#include "check.h"
#include "data/text/vocabulary.h"
#include "infer/beam_search.h"
#include "support/fixture.h"

enum { SOURCES = 7, LONGEST = 3, SYMBOLS = 4 };
static const int64_t source_lengths[SOURCES] = {3, 1, 5, 2, 5, 4, 1};

/* A sequence and its pair of source s as the network is trained with it. */
static rondo_batch *pair_of(const fixture *f, int64_t s, const int32_t *ids, int64_t length)
{
    const int64_t steps = length + 1;
    rondo_batch *batch = fixture_pairs(f, 1, &steps, source_lengths, &s);
    int32_t *inputs = (int32_t *)batch->inputs, *targets = (int32_t *)batch->targets;
    inputs[0] = targets[length] = RONDO_END_ID;
    for (int64_t t = 0; t < length; t++)
        inputs[t + 1] = targets[t] = ids[t];
    return batch;
}

static double log_probability(const fixture *f, int64_t s, const int32_t *ids, int64_t length)
{
    rondo_score score = {0};
    rondo_batch *batch = pair_of(f, s, ids, length);
    rondo_pass *pass = fixture_pass(f, batch, 1);
    rondo_pass_evaluate(pass, batch, &score);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    return -score.loss;
}

static double penalty(const rondo_beam_config *config, int64_t length)
{
    double n = (double)length + 1;
    return pow(config->rule == RONDO_LENGTH_WU ? (5 + n) / 6 : n, config->alpha);
}

/* The best of all sequences without the unknown symbol, of at most LONGEST symbols. */
static double best_of_all(const fixture *f, const rondo_beam_config *config, int64_t s,
                          int32_t best[LONGEST], int64_t *best_length)
{
    double highest = -INFINITY;
    for (int64_t length = 0, count = 1; length <= LONGEST; length++, count *= SYMBOLS - 2)
        for (int64_t number = 0; number < count; number++) {
            int32_t ids[LONGEST] = {0};
            for (int64_t t = 0, rest = number; t < length; t++, rest /= SYMBOLS - 2)
                ids[t] = (int32_t)(2 + rest % (SYMBOLS - 2));
            double score = log_probability(f, s, ids, length) / penalty(config, length);
            if (score <= highest) continue;
            highest = score;
            *best_length = length;
            memcpy(best, ids, sizeof ids);
        }
    return highest;
}

static rondo_beam_search *search_of(const fixture *f, rondo_beam_config *config,
                                    const rondo_batch *source, int threads)
{
    rondo_error error = {0};
    rondo_beam_search *search = NULL;
    size_t bytes = 0;
    config->source_rows = source->rows;
    config->source_steps = source->steps;
    config->source_tokens = source->tokens;
    config->threads = threads;
    CHECK(!rondo_beam_search_bytes(f->network, config, &bytes, &error) && bytes > 0);
    CHECK(!rondo_beam_search_create(f->network, config, &search, &error));
    rondo_beam_search_load(search, f->parameters);
    rondo_beam_search_run(search, source, config->longest);
    return search;
}

static rondo_batch *all_sources(const fixture *f)
{
    static const int64_t ones[SOURCES] = {1, 1, 1, 1, 1, 1, 1};
    return fixture_pairs(f, SOURCES, ones, source_lengths, NULL);
}

/* A beam as wide as there are prefixes misses nothing. Different models have short and long ones.
 */
static void wide_beam_finds_the_best(void)
{
    static const rondo_beam_config configs[] = {
        {.beam = 16, .longest = LONGEST},
        {.beam = 16, .longest = LONGEST, .alpha = 0.7},
        {.beam = 16, .longest = LONGEST, .alpha = 1, .rule = RONDO_LENGTH_POWER}};
    int64_t seen[LONGEST + 1] = {0};
    for (int i = 0; i < 6; i++) {
        rondo_beam_config config = configs[i % 3];
        fixture *f = fixture_translator(i < 3 ? 0.9 : 2.5, SYMBOLS);
        rondo_batch *batch = all_sources(f);
        rondo_beam_search *search = search_of(f, &config, batch->source, 2);
        for (int64_t s = 0; s < SOURCES; s++) {
            int32_t best[LONGEST];
            int64_t best_length = -1, length;
            double score, highest = best_of_all(f, &config, s, best, &best_length);
            const int32_t *found =
                rondo_beam_search_get(search, batch->source_row[s], &length, &score);
            CHECK_INTEGER(length, best_length);
            CHECK(memcmp(found, best, (size_t)best_length * sizeof *best) == 0);
            CHECK_NEAR(score, highest, 1e-10);
            seen[best_length]++;
        }
        rondo_beam_search_destroy(search);
        fixture_batch_destroy(batch);
        fixture_destroy(f);
    }
    CHECK(seen[LONGEST] > 0 && seen[0] + seen[1] + seen[2] > 0);
}

/* The symbol after a prefix, by the training pass. */
static int32_t most_probable(const fixture *f, int64_t s, const int32_t *ids, int64_t length)
{
    rondo_score score = {0};
    rondo_batch *batch = pair_of(f, s, ids, length);
    rondo_pass *pass = fixture_pass(f, batch, 1);
    rondo_pass_evaluate(pass, batch, &score);
    const rondo_real *last = rondo_pass_prediction(pass) + length * SYMBOLS;
    int32_t best = RONDO_END_ID;
    for (int32_t i = RONDO_END_ID; i < SYMBOLS; i++)
        if (last[i] > last[best]) best = i;
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    return best;
}

static void beam_of_one_is_greedy(void)
{
    enum { LONG = 6 };
    int64_t ended = 0;
    for (int i = 0; i < 3; i++) {
        rondo_beam_config config = {.beam = 1, .longest = LONG};
        fixture *f = fixture_translator(0.8 + i, SYMBOLS);
        rondo_batch *batch = all_sources(f);
        rondo_beam_search *search = search_of(f, &config, batch->source, 3);
        for (int64_t s = 0; s < SOURCES; s++) {
            int64_t length;
            double score;
            const int32_t *found =
                rondo_beam_search_get(search, batch->source_row[s], &length, &score);
            for (int64_t t = 0; t < length; t++)
                CHECK_INTEGER(found[t], most_probable(f, s, found, t));
            if (length < LONG) CHECK_INTEGER(most_probable(f, s, found, length), RONDO_END_ID);
            CHECK_NEAR(score, log_probability(f, s, found, length), 1e-10);
            ended += length < LONG;
        }
        rondo_beam_search_destroy(search);
        fixture_batch_destroy(batch);
        fixture_destroy(f);
    }
    CHECK(ended > 0);
}

/* A beam too narrow to be exact: the score is that of what it found, and no better than the best.
 */
static void narrow_beam(void)
{
    rondo_beam_config config = {.beam = 2, .longest = LONGEST, .alpha = 0.6};
    fixture *f = fixture_translator(1.5, SYMBOLS);
    rondo_batch *batch = all_sources(f);
    rondo_beam_search *search = search_of(f, &config, batch->source, 1);
    for (int64_t s = 0; s < SOURCES; s++) {
        int32_t best[LONGEST];
        int64_t best_length, length;
        double score, highest = best_of_all(f, &config, s, best, &best_length);
        const int32_t *found = rondo_beam_search_get(search, batch->source_row[s], &length, &score);
        CHECK(score <= highest + 1e-10);
        CHECK_NEAR(score, log_probability(f, s, found, length) / penalty(&config, length), 1e-10);
    }
    rondo_beam_search_destroy(search);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static void neighbours_do_not_change_a_target(void)
{
    enum { LONG = 9 };
    static const int64_t one = 1;
    fixture *f = fixture_translator(1.2, SYMBOLS);
    rondo_batch *batch = all_sources(f);
    for (int64_t beam = 1; beam <= 3; beam++) {
        rondo_beam_config config = {.beam = beam, .longest = LONG, .alpha = 0.6};
        rondo_beam_search *together = search_of(f, &config, batch->source, 3);
        for (int64_t s = 0; s < SOURCES; s++) {
            rondo_batch *single = fixture_pairs(f, 1, &one, source_lengths, &s);
            rondo_beam_search *alone = search_of(f, &config, single->source, 1);
            int64_t a, b;
            double score_a, score_b;
            const int32_t *from =
                rondo_beam_search_get(together, batch->source_row[s], &a, &score_a);
            const int32_t *to = rondo_beam_search_get(alone, 0, &b, &score_b);
            CHECK_INTEGER(a, b);
            CHECK(memcmp(from, to, (size_t)a * sizeof *from) == 0);
            CHECK(memcmp(&score_a, &score_b, sizeof score_a) == 0);
            rondo_beam_search_destroy(alone);
            fixture_batch_destroy(single);
        }
        rondo_beam_search_destroy(together);
    }
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

int main(void)
{
    RUN(wide_beam_finds_the_best);
    RUN(beam_of_one_is_greedy);
    RUN(narrow_beam);
    RUN(neighbours_do_not_change_a_target);
    return check_end();
}
