/* A task added from outside, for new_task.cmake: real numbers for each sequence, and never for each step. */
#include "config/task.h"

extern const rondo_task rondo_task_sequence_regression;

const rondo_task rondo_task_sequence_regression = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_TASK, rondo_task), .name = "sequence_regression",
             .summary = "predicts real numbers for each whole sequence",
             .equations = "y = f(x_1 .. x_T)", .options = rondo_no_options},
    .needs = RONDO_PROVIDES_TARGET_VALUES,
    .needed = "target values for each sequence",
    .predicts = "values",
    .predicts_values = true,
    .is_of_sequences = true,
    .needs_pooling = true,
    .answer = RONDO_ANSWER_VALUES,
};
