#include "config/task.h"

extern const rondo_task rondo_task_regression;

const rondo_task rondo_task_regression = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_TASK, rondo_task), .name = "regression",
         .summary =
             "predicts real numbers for each sequence or, with model.pooling none, for each step",
         .equations = "y = f(x_1 .. x_T)", .options = rondo_no_options},
    .needs = RONDO_PROVIDES_TARGET_VALUES,
    .needed = "target values for each sequence",
    .predicts = "values",
    .predicts_values = true,
    .is_of_sequences = true,
    .answer = RONDO_ANSWER_VALUES,
};
