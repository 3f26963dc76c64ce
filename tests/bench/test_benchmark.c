/* What a benchmark counts, as opposed to how long it takes. */
#include "check.h"

#include "base/product_peak.h"
#include "bench/benchmark.h"
#include "bench/benchmark_case.h"
#include "bench/benchmark_pairs.h"
#include "support/fixture.h"
#include "support/registry.h"

static double phase_sum(const rondo_network *network)
{
    double flops[RONDO_PHASES], sum = 0;
    rondo_benchmark_phase_flops(network, flops);
    for (int phase = 0; phase < RONDO_PHASES; phase++)
        sum += flops[phase];
    return sum;
}

/* Every product is in one phase and in one only, whatever the input is. */
static void phases_add_up(void)
{
    static const int inputs[] = {RONDO_INPUT_EMBEDDING, RONDO_INPUT_ONE_HOT, RONDO_INPUT_VALUES};
    static const char *const cells[][2] = {
        {"rnn", ""}, {"gru", ""}, {"gru", "reset_after=true"}, {"lstm", "peephole=true"}};
    for (int i = 0; i < 3; i++)
        for (int c = 0; c < 4; c++)
            for (int layers = 1; layers <= 2; layers++) {
                fixture_spec spec = {.cell = cells[c][0],
                                     .options = cells[c][1],
                                     .loss = "softmax_cross_entropy",
                                     .input_kind = inputs[i],
                                     .input_width = 11,
                                     .embedding = inputs[i] == RONDO_INPUT_EMBEDDING ? 5 : 0,
                                     .output_width = 7,
                                     .layers = layers,
                                     .hidden = 13,
                                     .bidirectional = c % 2 == 1,
                                     .initialization = RONDO_GLOROT_UNIFORM,
                                     .scale = 0.1};
                fixture *f = fixture_create(&spec);
                double whole = rondo_network_training_flops(f->network);
                CHECK(whole > 0);
                CHECK_NEAR(phase_sum(f->network), whole, 1e-12);
                fixture_destroy(f);
            }
}

static void lengths_are_quantiles(void)
{
    rondo_case_size size = {.cell = "lstm", .hidden = 8, .batch = 4, .length = 10, .ragged = true};
    static const int64_t expected[] = {9, 7, 4, 2};
    for (int b = 0; b < 4; b++)
        CHECK_INTEGER(rondo_case_row_length(&size, b), expected[b]);
    size.ragged = false;
    CHECK_INTEGER(rondo_case_row_length(&size, 3), 10);
    for (size.batch = 1; size.batch < 40; size.batch++)
        for (size.length = 1; size.length < 60; size.length += 7) {
            size.ragged = true;
            int64_t before = size.length;
            for (int64_t b = 0; b < size.batch; b++) {
                int64_t length = rondo_case_row_length(&size, b);
                CHECK(length >= 1 && length <= before);
                before = length;
            }
        }
}

/* Only pairs on processors that stayed alike say anything; those apart are kept for themselves. */
static void pairs_count_where_processors_are_steady(void)
{
    rondo_error error;
    const rondo_machine_sample calm = {false, {2, 200e9, 0.97}};
    rondo_pairs pairs = {0};
    for (int kind = 0; kind < 6; kind++) {
        rondo_machine_sample seen[3] = {calm, calm, calm};
        double alone = 100e9;
        if (kind == 1)
            seen[0].no_shared_cache = seen[1].no_shared_cache = seen[2].no_shared_cache = true;
        if (kind == 2) seen[2].no_shared_cache = true;
        if (kind == 3) seen[1].peak.core_speed_ratio = 0.9;
        if (kind == 4) seen[0].peak.flops = 180e9;
        if (kind == 5) alone = 110e9; /* two processors that are one core */
        CHECK(rondo_pairs_add(&pairs, 190, 100, seen, alone, &error) == RONDO_OK);
    }
    CHECK_INTEGER(pairs.unequal_cores, 4);
    CHECK_INTEGER(rondo_pairs_count(&pairs), 2);
    CHECK_NEAR(rondo_samples_median(&pairs.speedups), 1.9, 1e-12);
    CHECK_NEAR(rondo_samples_median(&pairs.speedups_no_shared_cache), 1.9, 1e-12);
    rondo_pairs_finish(&pairs);
}

/* The minibatch of a case is well-formed: packed rows, the tokens its lengths say. */
static void cases_are_packed(void)
{
    const char *folder = RONDO_BINARY_DIR "/plugins";
    rondo_registry *registry;
    rondo_error error = {0};
    rondo_case made;
    rondo_case_size size = {.cell = "gru",
                            .hidden = 6,
                            .batch = 7,
                            .length = 11,
                            .layers = 2,
                            .bidirectional = true,
                            .ragged = true};
    CHECK(test_registry_create(folder, &registry, &error) == RONDO_OK);
    CHECK(rondo_case_start(&size, 2, registry, &made, &error) == RONDO_OK);
    int64_t tokens = 0;
    for (int64_t b = 0; b < size.batch; b++)
        tokens += rondo_case_row_length(&size, b);
    CHECK_INTEGER(made.batch.tokens, tokens);
    CHECK_INTEGER(made.batch.active[0], size.batch);
    for (int64_t t = 0; t < made.batch.steps; t++) {
        CHECK(made.batch.active[t] > 0);
        CHECK_INTEGER(made.batch.offset[t + 1] - made.batch.offset[t], made.batch.active[t]);
        if (t > 0) CHECK(made.batch.active[t] <= made.batch.active[t - 1]);
    }
    CHECK_INTEGER(made.session.network->direction_count, 4);
    rondo_case_finish(&made);
    size.cell = "no_such_cell";
    CHECK(rondo_case_start(&size, 2, registry, &made, &error) == RONDO_USAGE);
    rondo_registry_destroy(registry);
}

static void peaks(void)
{
    rondo_error error = {0};
    for (int threads = 1; threads <= 3; threads++) {
        rondo_product_peak *peak;
        CHECK(rondo_product_peak_create(threads, &peak, &error) == RONDO_OK);
        rondo_product_sample sample = rondo_product_peak_sample(peak, threads, 1);
        double flops = sample.flops;
        CHECK(sample.core_speed_ratio > 0 && sample.core_speed_ratio <= 1);
        CHECK(flops > 0 && isfinite(flops));
        rondo_product_peak_destroy(peak);
    }
    rondo_product_peak_destroy(NULL);
}

int main(void)
{
    RUN(phases_add_up);
    RUN(lengths_are_quantiles);
    RUN(pairs_count_where_processors_are_steady);
    RUN(cases_are_packed);
    RUN(peaks);
    return check_end();
}
