#include "train/update_step.h"

#include <math.h>

#include "base/clock.h"
#include "base/parallel.h"

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

static void make(void *context)
{
    rondo_update_step *step = context;
    rondo_real *parameters = step->session->parameters;
    step->score = (rondo_score){0};
    step->report = (rondo_update_report){.gradient_norm = NAN};
    rondo_noise_load(step->noise, step->session, step->number, step->pass);
    if (step->sampling)
        rondo_scheduled_sampling_apply(step->sampling, parameters, step->number, step->batch);
    rondo_pass_train(step->pass, step->batch, step->number, step->gradient, &step->score);
    if (!isfinite(step->score.loss)) return;
    double started = rondo_clock_seconds();
    step->report = rondo_updater_apply(step->updater, parameters, step->gradient, divisor_of(step),
                                       step->learning_rate, step->number);
    step->update_seconds = rondo_clock_seconds() - started;
    if (isfinite(step->report.gradient_norm)) rondo_pass_load(step->pass, parameters);
}

void rondo_update_step_make(rondo_update_step *step)
{
    rondo_parallel_together(step->updater->threads, make, step);
}
