#include "config/task.h"

extern const rondo_task rondo_task_forecasting;

const rondo_task rondo_task_forecasting = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_TASK, rondo_task), .name = "forecasting",
             .summary = "predicts the values of future steps",
             .equations = "x_{t+1} = f(x_1 .. x_t), or the next horizon rows of a window",
             .options = rondo_no_options},
    .needs = RONDO_PROVIDES_NEXT_VALUES,
    .needed = "sequences of values",
    .predicts = "values",
    .predicts_input = true,
    .predicts_values = true,
    .needs_values = true,
    .answer = RONDO_ANSWER_FORECAST,
};
