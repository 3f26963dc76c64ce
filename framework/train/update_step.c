#include "train/update_step.h"

#include <math.h>

#include "base/clock.h"
#include "base/parallel.h"
#include "model/not_finite.h"

/* Tokens or sequences, each with the weight of its class. A minibatch whose classes all weigh 0 has
 * no gradient, which anything may divide. */
static double divisor_of(const rondo_update_step *step)
{
    const rondo_score *score = &step->score;
    int rule = step->session->experiment->loss.normalization;
    if (score->class_weight <= 0) return 1;
    return rule == RONDO_PER_SEQUENCE
               ? (double)step->batch->rows * (score->class_weight / score->weight)
               : score->class_weight;
}

/* The optimizer's part: the gradient is there. */
static void update(void *context)
{
    rondo_update_step *step = context;
    rondo_real *parameters = step->session->parameters;
    double started = rondo_clock_seconds();
    step->report = rondo_updater_apply(step->updater, parameters, step->gradient,
                                       rondo_pass_used_rows(step->pass), divisor_of(step),
                                       step->learning_rate, step->number);
    step->update_seconds = rondo_clock_seconds() - started;
    if (isfinite(step->report.gradient_norm)) rondo_pass_load(step->pass, parameters);
}

static void make(void *context)
{
    rondo_update_step *step = context;
    rondo_real *parameters = step->session->parameters;
    rondo_noise_load(step->noise, step->session, step->number, step->pass);
    if (step->sampling)
        rondo_scheduled_sampling_apply(step->sampling, parameters, step->number, step->batch);
    rondo_pass_leave_out_unused_rows(step->pass, rondo_updater_takes_used_rows(step->updater));
    rondo_pass_train(step->pass, step->batch, step->number, step->gradient, &step->score);
    if (isfinite(step->score.loss)) update(step);
}

static void compute_shards(void *context)
{
    rondo_update_step *step = context;
    rondo_shards_step work = {.pass = step->pass,
                              .sampling = step->sampling,
                              .parameters = step->session->parameters,
                              .batch = step->batch,
                              .number = step->number,
                              .flags = step->flags};
    rondo_noise_load(step->noise, step->session, step->number, step->pass);
    rondo_shards_compute(step->shards, &work);
    step->not_finite_here = work.not_finite;
}

/* Threads sleep while this rank waits for others. */
static void make_sharded(rondo_update_step *step)
{
    int threads = step->updater->threads;
    rondo_parallel_region(threads, compute_shards, step);
    rondo_shards_complete(step->shards, threads, &step->score, &step->flags);
    if (isfinite(step->score.loss)) rondo_parallel_region(threads, update, step);
}

void rondo_update_step_make(rondo_update_step *step)
{
    step->score = (rondo_score){0};
    step->report = (rondo_update_report){.gradient_norm = NAN};
    if (step->shards)
        make_sharded(step);
    else
        rondo_parallel_region(step->updater->threads, make, step);
}

/* The first part whose gradient is not a number, where nothing before it tells more. */
static const char *part_of_gradient(const rondo_update_step *step)
{
    const rondo_layout *layout = &step->session->network->layout;
    int64_t i = 0;
    while (i < layout->trained_size && isfinite(step->gradient[i]))
        i++;
    return i < layout->trained_size ? rondo_layout_name_at(layout, i) : "its norm";
}

void rondo_update_step_find_not_finite(const rondo_update_step *step, rondo_text *what)
{
    bool is_loss = !isfinite(step->score.loss);
    rondo_text_add(what, "the %s is not finite, first in ", is_loss ? "loss" : "gradient");
    if (is_loss)
        rondo_pass_find_not_finite(step->pass, what);
    else if (!rondo_pass_find_gradient_not_finite(step->pass, what))
        rondo_text_add(what, "%s", part_of_gradient(step));
}
