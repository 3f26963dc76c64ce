#include "train/shards.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

enum { FLAGS = 3, SCORE = 3 + RONDO_MAX_METRICS };

/* --- scores as rows of doubles --- */

static void write_score(const rondo_score *score, double *row)
{
    row[0] = score->loss;
    row[1] = score->weight;
    row[2] = score->class_weight;
    memcpy(row + 3, score->metrics, sizeof score->metrics);
}

static void read_score(const double *row, rondo_score *score)
{
    score->loss = row[0];
    score->weight = row[1];
    score->class_weight = row[2];
    memcpy(score->metrics, row + 3, sizeof score->metrics);
}

static rondo_shard_range own_range(const rondo_shards *shards)
{
    return rondo_shard_range_of(shards->count, rondo_ranks_rank(shards->ranks),
                                rondo_ranks_size(shards->ranks));
}

/* Of this rank in `scores`. */
static double *own_block(rondo_shards *shards)
{
    return shards->scores + rondo_ranks_rank(shards->ranks) * shards->block;
}

/* --- between ranks --- */

/* The scores of all ranks, added up; whether the loss is finite. */
static bool gather(void *context)
{
    rondo_shards *shards = context;
    int32_t ranks = rondo_ranks_size(shards->ranks);
    rondo_ranks_gather(shards->ranks, shards->scores,
                       (size_t)shards->block * sizeof *shards->scores, shards->room);
    shards->flags = (rondo_step_flags){.seconds = shards->scores[2]};
    for (int32_t r = 0; r < ranks; r++) {
        const rondo_shard_range range = rondo_shard_range_of(shards->count, r, ranks);
        const double *block = shards->scores + r * shards->block;
        shards->flags.stop |= block[0] != 0;
        shards->flags.late |= block[1] != 0;
        memcpy(shards->rows + range.first * SCORE, block + FLAGS,
               (size_t)((range.end - range.first) * SCORE) * sizeof *block);
    }
    rondo_tree_sum_doubles(shards->rows, shards->filled, SCORE);
    read_score(shards->rows, &shards->score);
    return isfinite(shards->score.loss);
}

static void complete_at_once(rondo_shards *shards, int threads)
{
    double started = rondo_clock_seconds();
    bool is_finite = gather(shards);
    double gathered = rondo_clock_seconds();
    shards->sum.threads = threads;
    if (is_finite) rondo_tree_sum_complete(&shards->sum);
    if (rondo_ranks_size(shards->ranks) == 1) return;
    shards->waited += gathered - started;
    shards->summed += rondo_clock_seconds() - gathered;
}

static void complete_overlapped(rondo_shards *shards)
{
    double started = rondo_clock_seconds(), gathered;
    rondo_overlap_wait(shards->overlap, &gathered);
    shards->waited += gathered;
    shards->summed += rondo_clock_seconds() - started - gathered;
}

void rondo_shards_complete(rondo_shards *shards, int threads, rondo_score *score,
                           rondo_step_flags *flags)
{
    if (shards->overlap)
        complete_overlapped(shards);
    else
        complete_at_once(shards, threads);
    *score = shards->score;
    *flags = shards->flags;
}

/* --- memory --- */

static bool carries_states(const rondo_experiment *experiment)
{
    return experiment->data.truncated_bptt > 0 && experiment->data.carry_state;
}

static rondo_status make_states(const rondo_pass *pass, int64_t rows, rondo_shards *shards,
                                rondo_error *error)
{
    static const char what[] = "carried states";
    int64_t count = rondo_pass_carried_count(pass);
    shards->carried = rondo_memory_create((size_t)count * sizeof *shards->carried, what, error);
    if (!shards->carried) return error->status;
    for (; shards->state_count < count; shards->state_count++) {
        rondo_carried *state = &shards->carried[shards->state_count];
        *state = rondo_pass_carried(pass, shards->state_count);
        state->rows = rows;
        state->data =
            rondo_memory_create((size_t)(rows * state->hidden) * sizeof(rondo_real), what, error);
        if (!state->data) return error->status;
    }
    return RONDO_OK;
}

static rondo_status make_scores(rondo_shards *shards, rondo_error *error)
{
    static const char what[] = "scores of shards";
    int32_t ranks = rondo_ranks_size(shards->ranks);
    shards->block = FLAGS + (shards->count + ranks - 1) / ranks * SCORE;
    size_t bytes = (size_t)(ranks * shards->block) * sizeof(double);
    shards->scores = rondo_memory_create(bytes, what, error);
    shards->room = rondo_memory_create(bytes, what, error);
    shards->rows =
        rondo_memory_create((size_t)(shards->count * SCORE) * sizeof(double), what, error);
    return shards->scores && shards->room && shards->rows ? RONDO_OK : error->status;
}

/* An encoder-decoder's sums wait: its gradients are there in another order. */
static rondo_status make_overlap(const rondo_network *network, rondo_shards *shards,
                                 rondo_error *error)
{
    const rondo_overlap_work work = {gather, shards, &shards->sum};
    if (rondo_ranks_size(shards->ranks) == 1 || network->encoder ||
        !shards->ranks->group.any_thread)
        return RONDO_OK;
    return rondo_overlap_create(network, &work, &shards->overlap, error);
}

rondo_status rondo_shards_check(int64_t shards, const rondo_ranks *ranks, rondo_error *error)
{
    int32_t size = rondo_ranks_size(ranks);
    if (size <= shards) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "train.shards: %lld, but there are %d ranks, and each rank needs at "
                           "least one shard (the number of shards changes the results)",
                           (long long)shards, (int)size);
}

rondo_status rondo_shards_start(const rondo_session *session, const rondo_ranks *ranks,
                                const rondo_shard_size *whole, const rondo_pass *pass,
                                rondo_real *gradient, rondo_shards *shards, rondo_error *error)
{
    const rondo_experiment *experiment = session->experiment;
    *shards = (rondo_shards){
        .ranks = ranks, .count = experiment->train.shards, .carries = carries_states(experiment)};
    rondo_status status = rondo_tree_sum_start(
        ranks, shards->count, session->network->layout.trained_size, gradient, &shards->sum, error);
    if (!status)
        status = rondo_shard_create(session->dataset, whole, shards->count, &shards->shard, error);
    if (!status) status = make_scores(shards, error);
    if (!status) status = make_states(pass, whole->rows, shards, error);
    return status ? status : make_overlap(session->network, shards, error);
}

void rondo_shards_finish(rondo_shards *shards)
{
    rondo_overlap_destroy(shards->overlap);
    rondo_shard_destroy(shards->shard);
    rondo_tree_sum_finish(&shards->sum);
    for (int64_t i = 0; shards->carried && i < shards->state_count; i++)
        rondo_memory_destroy(shards->carried[i].data);
    rondo_memory_destroy(shards->carried);
    rondo_memory_destroy(shards->scores);
    rondo_memory_destroy(shards->room);
    rondo_memory_destroy(shards->rows);
    *shards = (rondo_shards){0};
}

size_t rondo_shards_bytes(const rondo_network *network, const rondo_experiment *experiment,
                          int64_t rows)
{
    int64_t count = experiment->train.shards, states = 0, reals = 0;
    for (int64_t i = 0; i < network->direction_count; i++) {
        const rondo_direction *d = &network->directions[i];
        states += d->plan.state_count;
        reals += d->plan.state_count * rows * d->hidden;
    }
    int64_t doubles = 2 * (FLAGS + count * SCORE) + count * SCORE;
    return rondo_tree_sum_bytes(count, network->layout.trained_size, 0, 1) +
           (size_t)doubles * sizeof(double) + (size_t)states * sizeof(rondo_carried) +
           (size_t)reals * sizeof(rondo_real);
}

/* --- a rank's shards --- */

/* Between the states of all rows and those of the pass. */
static void move_states(const rondo_shards *shards, const rondo_pass *pass,
                        const rondo_batch *batch, bool into_pass)
{
    for (int64_t i = 0; shards->carries && i < shards->state_count; i++) {
        const rondo_carried all = shards->carried[i], part = rondo_pass_carried(pass, i);
        size_t bytes = (size_t)all.hidden * sizeof *all.data;
        for (int64_t b = 0; b < batch->rows; b++) {
            rondo_real *whole = all.data + batch->place[b] * all.hidden;
            rondo_real *own = part.data + b * all.hidden;
            memcpy(into_pass ? own : whole, into_pass ? whole : own, bytes);
        }
    }
}

/* A shard at work; `row` gets its score. */
typedef struct shard_work {
    rondo_shards *shards;
    double *row;
} shard_work;

/* Of the last shard of a rank: from here on the helper thread has scores and sums. */
static void forward_done(void *context, const rondo_score *score)
{
    const shard_work *work = context;
    write_score(score, work->row);
    if (isfinite(score->loss)) rondo_tree_sum_add_last(&work->shards->sum);
    rondo_overlap_begin(work->shards->overlap);
    rondo_overlap_readout_done(work->shards->overlap);
}

static void layer_done(void *context, int64_t layer)
{
    const shard_work *work = context;
    rondo_overlap_layer_done(work->shards->overlap, layer);
}

static void compute_shard(rondo_shards *shards, rondo_shards_step *step, int64_t number,
                          bool is_last, double *row)
{
    shard_work work = {shards, row};
    const rondo_pass_watcher watcher = {forward_done, layer_done, &work};
    bool overlaps = is_last && shards->overlap;
    rondo_batch *batch = &shards->batch;
    rondo_score score = {0};
    rondo_shard_cut(shards->shard, step->batch, number, shards->count, batch);
    if (step->sampling)
        rondo_scheduled_sampling_apply(step->sampling, step->parameters, step->number, batch);
    if (batch->carry) move_states(shards, step->pass, batch, true);
    if (overlaps) rondo_pass_set_watcher(step->pass, &watcher);
    rondo_pass_train(step->pass, batch, step->number, rondo_tree_sum_next(&shards->sum), &score);
    rondo_pass_set_watcher(step->pass, NULL);
    move_states(shards, step->pass, batch, false);
    step->not_finite = !isfinite(score.loss);
    if (overlaps) return;
    write_score(&score, row);
    if (!step->not_finite) rondo_tree_sum_add(&shards->sum);
}

static void write_flags(rondo_shards *shards, const rondo_step_flags *flags)
{
    double *block = own_block(shards);
    block[0] = flags->stop;
    block[1] = flags->late;
    block[2] = flags->seconds;
}

/* Whether the last shard that this rank has rows of was reached, which began the overlap. */
static bool compute_range(rondo_shards *shards, rondo_shards_step *step)
{
    const rondo_shard_range range = own_range(shards);
    int64_t end = range.end < shards->filled ? range.end : shards->filled, s = range.first;
    double *row = own_block(shards) + FLAGS;
    for (; s < end && !step->not_finite; s++, row += SCORE)
        compute_shard(shards, step, s, s == end - 1, row);
    /* Of shards that were left out after one whose loss is not finite, as then the sum is. */
    for (int64_t left = s; left < end; left++, row += SCORE)
        memset(row, 0, SCORE * sizeof *row);
    return s > range.first && s == end;
}

void rondo_shards_compute(rondo_shards *shards, rondo_shards_step *step)
{
    step->not_finite = false;
    shards->filled = rondo_shard_filled(step->batch->rows, shards->count);
    write_flags(shards, &step->flags);
    rondo_tree_sum_begin(&shards->sum, shards->filled);
    bool begun = compute_range(shards, step);
    if (!shards->overlap) return;
    if (!begun) rondo_overlap_begin(shards->overlap);
    rondo_overlap_all_done(shards->overlap);
}

/* --- carried states --- */

/* The rank that computes row b. */
static int32_t rank_of(const rondo_shards *shards, int64_t b)
{
    int32_t ranks = rondo_ranks_size(shards->ranks), rank = 0;
    while (rondo_shard_range_of(shards->count, rank, ranks).end <= b % shards->count)
        rank++;
    return rank;
}

static void collect_row(const rondo_shards *shards, rondo_real *row, size_t bytes, int32_t owner)
{
    int32_t rank = rondo_ranks_rank(shards->ranks);
    if (owner == 0 || (rank != 0 && rank != owner)) return;
    bool sends = rank == owner;
    rondo_ranks_exchange(shards->ranks, 0, row, sends ? bytes : 0, owner, row, sends ? 0 : bytes);
}

void rondo_shards_collect_states(rondo_shards *shards)
{
    if (!shards->carries || rondo_ranks_size(shards->ranks) == 1) return;
    for (int64_t i = 0; i < shards->state_count; i++) {
        const rondo_carried *state = &shards->carried[i];
        for (int64_t b = 0; b < state->rows; b++)
            collect_row(shards, state->data + b * state->hidden,
                        (size_t)state->hidden * sizeof *state->data, rank_of(shards, b));
    }
}

void rondo_shards_spread_states(rondo_shards *shards)
{
    if (!shards->carries) return;
    for (int64_t i = 0; i < shards->state_count; i++) {
        const rondo_carried *state = &shards->carried[i];
        rondo_ranks_broadcast(shards->ranks, state->data,
                              (size_t)(state->rows * state->hidden) * sizeof *state->data);
    }
}
