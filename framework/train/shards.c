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

rondo_status rondo_shards_check(int64_t shards, const rondo_ranks *ranks, rondo_error *error)
{
    int32_t size = rondo_ranks_size(ranks);
    if (size <= shards) return RONDO_OK;
    return rondo_error_set(
        error, RONDO_USAGE,
        "train.shards: %lld, but there are %d ranks, and every rank needs a shard "
        "at least (a run with other shards has other results)",
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
    return status;
}

void rondo_shards_finish(rondo_shards *shards)
{
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

static void compute_shard(rondo_shards *shards, rondo_shards_step *step, int64_t number,
                          double *row)
{
    rondo_batch batch;
    rondo_score score = {0};
    rondo_shard_cut(shards->shard, step->batch, number, shards->count, &batch);
    if (step->sampling)
        rondo_scheduled_sampling_apply(step->sampling, step->parameters, step->number, &batch);
    if (batch.carry) move_states(shards, step->pass, &batch, true);
    rondo_pass_train(step->pass, &batch, step->number, rondo_tree_sum_next(&shards->sum), &score);
    move_states(shards, step->pass, &batch, false);
    write_score(&score, row);
    step->not_finite = !isfinite(score.loss);
    if (!step->not_finite) rondo_tree_sum_add(&shards->sum);
}

void rondo_shards_compute(rondo_shards *shards, rondo_shards_step *step)
{
    const rondo_shard_range range = own_range(shards);
    int64_t filled = rondo_shard_filled(step->batch->rows, shards->count);
    double *row = own_block(shards) + FLAGS;
    step->not_finite = false;
    rondo_tree_sum_begin(&shards->sum, filled);
    for (int64_t s = range.first; s < range.end && s < filled && !step->not_finite;
         s++, row += SCORE)
        compute_shard(shards, step, s, row);
    /* Of shards that were left out after that one: the sum is not finite in any case. */
    for (; step->not_finite && row < own_block(shards) + shards->block; row++)
        *row = 0;
}

/* --- between ranks --- */

void rondo_shards_agree(rondo_shards *shards, int64_t rows, rondo_score *score,
                        rondo_step_flags *flags)
{
    int32_t ranks = rondo_ranks_size(shards->ranks);
    int64_t filled = rondo_shard_filled(rows, shards->count);
    double started = rondo_clock_seconds(), *block = own_block(shards);
    block[0] = flags->stop;
    block[1] = flags->late;
    block[2] = flags->seconds;
    rondo_ranks_gather(shards->ranks, shards->scores, (size_t)shards->block * sizeof *block,
                       shards->room);
    shards->waited += rondo_clock_seconds() - started;
    for (int32_t r = 0; r < ranks; r++) {
        const rondo_shard_range range = rondo_shard_range_of(shards->count, r, ranks);
        block = shards->scores + r * shards->block;
        flags->stop |= block[0] != 0;
        flags->late |= block[1] != 0;
        memcpy(shards->rows + range.first * SCORE, block + FLAGS,
               (size_t)((range.end - range.first) * SCORE) * sizeof *block);
    }
    flags->seconds = shards->scores[2];
    rondo_tree_sum_doubles(shards->rows, filled, SCORE);
    read_score(shards->rows, score);
}

void rondo_shards_complete(rondo_shards *shards, int threads)
{
    double started = rondo_clock_seconds();
    shards->sum.threads = threads;
    rondo_tree_sum_complete(&shards->sum);
    if (rondo_ranks_size(shards->ranks) > 1) shards->summed += rondo_clock_seconds() - started;
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
    if (rondo_ranks_size(shards->ranks) == 1) return;
    for (int64_t i = 0; i < shards->state_count; i++) {
        const rondo_carried *state = &shards->carried[i];
        for (int64_t b = 0; b < state->rows; b++)
            collect_row(shards, state->data + b * state->hidden,
                        (size_t)state->hidden * sizeof *state->data, rank_of(shards, b));
    }
}

void rondo_shards_spread_states(rondo_shards *shards)
{
    for (int64_t i = 0; i < shards->state_count; i++) {
        const rondo_carried *state = &shards->carried[i];
        rondo_ranks_broadcast(shards->ranks, state->data,
                              (size_t)(state->rows * state->hidden) * sizeof *state->data);
    }
}
