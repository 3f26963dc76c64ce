#include "bench/benchmark.h"

#include <math.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/processor.h"
#include "bench/benchmark_pairs.h"
#include "train/thread_choice.h"
#include "train/update_step.h"

enum { PEAK_CALLS = 3, LEAST_ROUNDS = 5, LEAST_LONG_ROUNDS = 3, LEAST_PAIRS = 9 };

const double rondo_benchmark_latency_within_cache = 100e-9;
static const double round_seconds = 0.05;
static const double long_step = 0.5;   /* seconds; such steps are timed less often */
static const double most_patience = 3; /* times the plan's seconds, until there are LEAST_PAIRS */

/* A benchmark at work. */
typedef struct bench {
    const rondo_benchmark_work *work;
    const rondo_benchmark_plan *plan;
    rondo_session *session;
    rondo_pass_size size;
    rondo_pass *pass;
    rondo_updater updater;
    rondo_noise noise;
    rondo_real *gradient;
    rondo_product_peak *peak;
    rondo_profile *profile; /* NULL without plan.phases */
    double flops;           /* a token */
    int64_t step;           /* updates done */
    bool finite;
    rondo_text trouble;                     /* why not */
    int64_t tokens;                         /* of the timed steps */
    rondo_samples seconds, rates;           /* of steps; rates are tokens per second */
    rondo_samples round_rates;              /* of the steps of the round at hand */
    rondo_samples shares, peaks, latencies; /* of rounds */
    rondo_pairs pairs;
    double core_speed_ratio_sum;       /* of rounds */
    double latency;                    /* last seen */
    rondo_product_sample peak_seen;    /* last seen */
    double profiled_seconds;           /* of all profiled steps */
    int64_t profiled, profiled_tokens; /* such steps, their tokens */
} bench;

/* --- steps --- */

static void next_batch(const bench *b, rondo_batch *batch)
{
    rondo_batches *batches = b->work->batches;
    if (!batches) {
        *batch = *b->work->batch;
        return;
    }
    int64_t count = rondo_batches_count(batches);
    rondo_batches_get(batches, b->step / count, b->step % count, batch);
}

/* The updater and the making of minibatches know no profile: their time is added here. */
static void add_phase(rondo_profile *profile, int threads, rondo_phase phase, double seconds)
{
    for (int i = 0; i < threads; i++)
        profile->threads[i % RONDO_PROFILE_THREADS].seconds[phase] += seconds;
}

/* One training step, as in the trainer's loop; returns its seconds. */
static double train_step(bench *b, rondo_profile *profile, int64_t *tokens)
{
    rondo_batch batch;
    rondo_update_step step = {.session = b->session,
                              .noise = &b->noise,
                              .pass = b->pass,
                              .updater = &b->updater,
                              .gradient = b->gradient,
                              .batch = &batch,
                              .number = b->step + 1,
                              .learning_rate = b->session->experiment->optimizer.learning_rate};
    double started = rondo_clock_seconds();
    next_batch(b, &batch);
    double gathered = rondo_clock_seconds();
    rondo_update_step_make(&step);
    double done = rondo_clock_seconds();
    if (profile) {
        add_phase(profile, 1, RONDO_PHASE_DATA, gathered - started);
        add_phase(profile, b->updater.threads, RONDO_PHASE_UPDATE, step.update_seconds);
    }
    b->step++;
    if (b->finite && !isfinite(step.report.gradient_norm)) {
        b->finite = false;
        rondo_update_step_find_not_finite(&step, &b->trouble);
    }
    *tokens = batch.tokens;
    return done - started;
}

static void use_threads(bench *b, int threads)
{
    rondo_pass_use_threads(b->pass, threads);
    b->updater.threads = threads;
}

/* As the trainer does now and then. */
static void measure_machine(bench *b)
{
    b->latency = rondo_parallel_core_to_core_latency(b->size.threads);
    rondo_pass_set_core_to_core_latency(b->pass, b->latency);
}

/* The rates of a round; with `result` they and the seconds count for the case too. Short steps
 * start with one that is not timed: a step usually follows a step, not the peak's matrices in the
 * caches, or another number of threads. */
static rondo_status time_round(bench *b, int64_t steps, bool result, rondo_error *error)
{
    int64_t tokens;
    rondo_status status = RONDO_OK;
    b->round_rates.count = 0;
    if (steps > 1) train_step(b, NULL, &tokens);
    for (int64_t i = 0; i < steps && !status; i++) {
        double seconds = train_step(b, NULL, &tokens);
        status = rondo_samples_add(&b->round_rates, (double)tokens / seconds, error);
        if (result) b->tokens += tokens;
        if (!status && result) status = rondo_samples_add(&b->seconds, seconds, error);
        if (!status && result)
            status = rondo_samples_add(&b->rates, (double)tokens / seconds, error);
    }
    return status;
}

static void profile_steps(bench *b, int64_t count)
{
    rondo_pass_set_profile(b->pass, b->profile);
    for (int64_t i = 0; i < count; i++) {
        int64_t tokens;
        b->profiled_seconds += train_step(b, b->profile, &tokens);
        b->profiled_tokens += tokens;
        b->profiled++;
    }
    rondo_pass_set_profile(b->pass, NULL);
}

/* --- rounds --- */

static bool lacks_shared_cache(const bench *b)
{
    return b->latency > rondo_benchmark_latency_within_cache;
}

static rondo_machine_sample sample_machine(bench *b)
{
    b->peak_seen = rondo_product_peak_sample(b->peak, b->size.threads, PEAK_CALLS);
    return (rondo_machine_sample){lacks_shared_cache(b), b->peak_seen};
}

/* How much faster the round at hand was than the same steps with one thread, right after it; seen:
 * before and after the round. */
static rondo_status compare_with_one_thread(bench *b, int64_t steps, rondo_machine_sample seen[3],
                                            rondo_error *error)
{
    double rate = rondo_samples_median(&b->round_rates);
    int threads = b->updater.threads;
    use_threads(b, 1);
    rondo_status status = time_round(b, steps, false, error);
    use_threads(b, threads);
    if (status) return status;
    double alone = rondo_product_peak_sample(b->peak, 1, PEAK_CALLS).flops;
    seen[2] = sample_machine(b);
    return rondo_pairs_add(&b->pairs, rate, rondo_samples_median(&b->round_rates), seen, alone,
                           error);
}

/* Some steps between two measurements of the peak. */
static rondo_status run_round(bench *b, int64_t steps, rondo_error *error)
{
    rondo_machine_sample seen[3] = {{lacks_shared_cache(b), b->peak_seen}};
    rondo_status status = time_round(b, steps, true, error);
    if (status) return status;
    measure_machine(b);
    seen[1] = sample_machine(b);
    b->core_speed_ratio_sum += seen[1].peak.core_speed_ratio;
    double peak = (seen[0].peak.flops + seen[1].peak.flops) / 2;
    if (b->profile) profile_steps(b, (steps + 1) / 2);
    status = rondo_samples_add(&b->latencies, b->latency, error);
    if (!status) status = rondo_samples_add(&b->peaks, peak, error);
    if (!status)
        status = rondo_samples_add(&b->shares,
                                   rondo_samples_median(&b->round_rates) * b->flops / peak, error);
    if (status || !b->plan->speedup) return status;
    return compare_with_one_thread(b, steps, seen, error);
}

static int64_t steps_of_round(const bench *b, double step_seconds)
{
    double steps = ceil(round_seconds / step_seconds);
    double most = b->plan->steps > 0 ? ceil((double)b->plan->steps / LEAST_ROUNDS) : 1e6;
    if (steps > most) steps = most;
    return steps > 1 ? (int64_t)steps : 1;
}

static bool is_done(const bench *b, double step_seconds, double started)
{
    int64_t least = step_seconds < long_step ? LEAST_ROUNDS : LEAST_LONG_ROUNDS;
    double seconds = rondo_clock_seconds() - started;
    if (b->plan->steps > 0) return b->seconds.count >= b->plan->steps;
    if (b->plan->speedup && rondo_pairs_count(&b->pairs) < LEAST_PAIRS &&
        seconds < most_patience * b->plan->seconds)
        return false;
    return b->shares.count >= least && seconds >= b->plan->seconds;
}

/* As training does where the number is open. */
static void choose_threads(bench *b)
{
    rondo_thread_choice choice;
    measure_machine(b);
    rondo_thread_choice_start(&choice, b->size.threads, b->plan->choose_threads);
    while (!choice.is_decided && b->finite && !*b->plan->stop) {
        int64_t tokens;
        use_threads(b, choice.count);
        double seconds = train_step(b, NULL, &tokens);
        rondo_thread_choice_add(&choice, tokens, seconds);
    }
    use_threads(b, choice.count);
}

/* The first step touches memory that no step has touched before, and is not looked at. */
static rondo_status measure(bench *b, rondo_error *error)
{
    int64_t tokens;
    rondo_status status = RONDO_OK;
    double step_seconds = train_step(b, NULL, &tokens);
    if (step_seconds < long_step) step_seconds = train_step(b, NULL, &tokens);
    choose_threads(b);
    double started = rondo_clock_seconds();
    sample_machine(b);
    while (!status && b->finite && !*b->plan->stop && !is_done(b, step_seconds, started)) {
        int64_t steps = steps_of_round(b, step_seconds);
        int64_t left = b->plan->steps - b->seconds.count;
        status = run_round(b, b->plan->steps > 0 && left < steps ? left : steps, error);
    }
    if (!status && *b->plan->stop)
        return rondo_error_set(error, RONDO_STOPPED, "stopped by a signal");
    if (status || b->finite) return status;
    return rondo_error_set(error, RONDO_FAILED,
                           "step %lld: %s; a smaller optimizer.learning_rate may help",
                           (long long)b->step, rondo_text_get(&b->trouble));
}

/* --- results --- */

/* What others use, as measured between two calls. */
typedef struct usage {
    double started, all, own;
} usage;

static usage usage_now(void)
{
    return (usage){rondo_clock_seconds(), rondo_processor_all_seconds(),
                   rondo_processor_own_seconds()};
}

static double share_of_others(const usage *before)
{
    usage now = usage_now();
    double seconds = (now.started - before->started) * rondo_parallel_processors();
    double others = (now.all - before->all) - (now.own - before->own);
    return before->all >= 0 && seconds > 0 && others > 0 ? fmin(1, others / seconds) : 0;
}

/* With an encoder's, which works on source tokens. */
static void phase_flops(const rondo_session *session, double flops[RONDO_PHASES])
{
    double encoder[RONDO_PHASES], ratio = rondo_session_source_ratio(session);
    rondo_benchmark_phase_flops(session->network, flops);
    if (!session->network->encoder) return;
    rondo_benchmark_phase_flops(session->network->encoder, encoder);
    for (int phase = 0; phase < RONDO_PHASES; phase++)
        flops[phase] += ratio * encoder[phase];
}

static void take_phases(const bench *b, rondo_benchmark_result *result)
{
    double flops[RONDO_PHASES], sum = 0, steps = (double)b->profiled;
    phase_flops(b->session, flops);
    for (int phase = 0; phase < RONDO_PHASES; phase++) {
        double seconds = 0;
        for (int i = 0; i < RONDO_PROFILE_THREADS; i++)
            seconds += b->profile->threads[i].seconds[phase];
        seconds /= b->updater.threads;
        sum += seconds;
        result->phase_seconds[phase] = seconds / steps;
        if (seconds > 0)
            result->phase_flops[phase] = flops[phase] * (double)b->profiled_tokens / seconds;
    }
    for (int i = 0; i < RONDO_PROFILE_THREADS; i++)
        if (b->profile->threads[i].seconds[RONDO_PHASE_RECURRENT_PRODUCT] > 0)
            result->recurrence_threads++;
    result->profiled_seconds = b->profiled_seconds / steps;
    result->waiting = (b->profiled_seconds - sum) / steps;
}

static void take_results(bench *b, rondo_benchmark_result *result)
{
    double rate = rondo_samples_median(&b->rates);
    result->steps = b->seconds.count;
    result->threads = b->updater.threads;
    result->seconds_per_step = rondo_samples_median(&b->seconds);
    result->tokens_per_step = (double)b->tokens / (double)b->seconds.count;
    result->tokens_per_second = rate;
    result->flops = rate * b->flops;
    result->peak_flops = rondo_samples_median(&b->peaks);
    result->share_of_peak = rondo_samples_median(&b->shares);
    result->core_to_core_latency = rondo_samples_median(&b->latencies);
    result->core_speed_ratio = b->core_speed_ratio_sum / (double)b->latencies.count;
    result->speedup = rondo_samples_median(&b->pairs.speedups);
    result->speedup_no_shared_cache = rondo_samples_median(&b->pairs.speedups_no_shared_cache);
    result->speedup_pairs = b->pairs.speedups.count;
    result->no_shared_cache_pairs = b->pairs.speedups_no_shared_cache.count;
    result->unequal_cores_pairs = b->pairs.unequal_cores;
    if (b->profile) take_phases(b, result);
}

/* --- before and after --- */

static void size_of_work(bench *b)
{
    rondo_pass_size *size = &b->size;
    size->threads = b->session->threads;
    size->training = true;
    if (b->work->batches) {
        rondo_pass_size_cover(size, b->work->batches);
        return;
    }
    size->rows = b->work->batch->rows;
    size->steps = b->work->batch->steps;
    size->tokens = b->work->batch->tokens;
}

static rondo_status allocate(bench *b, rondo_error *error)
{
    const rondo_network *network = b->session->network;
    size_of_work(b);
    b->flops = rondo_session_flops(b->session, rondo_network_training_flops);
    b->gradient =
        rondo_memory_create((size_t)network->layout.size * sizeof(rondo_real), "gradient", error);
    if (!b->gradient) return error->status;
    if (b->plan->phases) {
        b->profile = rondo_memory_create(sizeof *b->profile, "profile", error);
        if (!b->profile) return error->status;
    }
    rondo_status status = rondo_updater_start(b->session->experiment, &network->layout,
                                              b->size.threads, &b->updater, error);
    if (!status)
        status = rondo_noise_start(b->session->experiment, &network->layout, &b->noise, error);
    if (!status) status = rondo_pass_create(network, &b->size, &b->pass, error);
    if (!status) status = rondo_product_peak_create(b->size.threads, &b->peak, error);
    if (!status) rondo_pass_load(b->pass, b->session->parameters);
    return status;
}

static void destroy(bench *b)
{
    rondo_samples *all[] = {&b->seconds, &b->rates, &b->round_rates,
                            &b->shares,  &b->peaks, &b->latencies};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        rondo_samples_finish(all[i]);
    rondo_pairs_finish(&b->pairs);
    rondo_pass_destroy(b->pass);
    rondo_product_peak_destroy(b->peak);
    rondo_updater_finish(&b->updater);
    rondo_memory_destroy(b->profile);
    rondo_noise_finish(&b->noise);
    rondo_memory_destroy(b->gradient);
    rondo_text_finish(&b->trouble);
}

rondo_status rondo_benchmark_run(const rondo_benchmark_work *work, const rondo_benchmark_plan *plan,
                                 rondo_benchmark_result *result, rondo_error *error)
{
    bench b = {.work = work, .plan = plan, .session = work->session, .finite = true};
    *result = (rondo_benchmark_result){0};
    rondo_status status = allocate(&b, error);
    usage before = usage_now();
    if (!status) status = measure(&b, error);
    if (!status) take_results(&b, result);
    result->background_load = share_of_others(&before);
    if (!status && plan->checkpoint)
        status = rondo_benchmark_checkpoint(b.session, &b.updater, b.pass,
                                            &result->checkpoint_seconds, error);
    destroy(&b);
    return status;
}
