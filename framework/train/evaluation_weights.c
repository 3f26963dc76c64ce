/* Weights to evaluate with that are not those of training: session->parameters, which evaluation,
 * decoding and checkpoints read, change places with a copy. */
#include <string.h>

#include "base/memory.h"
#include "train/run.h"

#define TRAINING_WEIGHTS "training_weights" /* beside the optimizer's slots */

rondo_status rondo_run_start_evaluation_weights(rondo_run *run, rondo_error *error)
{
    const rondo_layout *layout = &run->session->network->layout;
    if (!rondo_updater_has_evaluation_weights(&run->updater)) return RONDO_OK;
    run->training_weights = rondo_memory_create((size_t)layout->trained_size * sizeof(rondo_real),
                                                "the weights of training", error);
    if (!run->training_weights) return error->status;
    return rondo_arrays_create(layout, layout->trained_count, TRAINING_WEIGHTS "/",
                               run->training_weights, &run->slot_arrays[run->slot_array_count++],
                               error);
}

static void copy(const rondo_run *run, rondo_real *to, const rondo_real *from)
{
    memcpy(to, from, (size_t)run->session->network->layout.trained_size * sizeof *to);
}

void rondo_run_show_evaluation_weights(rondo_run *run)
{
    if (!run->training_weights) return;
    copy(run, run->training_weights, run->session->parameters);
    rondo_updater_evaluation_weights(&run->updater, run->training_weights, run->position.step,
                                     run->session->parameters);
}

void rondo_run_show_training_weights(rondo_run *run)
{
    if (run->training_weights) copy(run, run->session->parameters, run->training_weights);
}
