#include "config/task.h"

extern const rondo_task rondo_task_translation;

const rondo_task rondo_task_translation = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_TASK, rondo_task), .name = "translation",
         .summary =
             "predicts a target sequence for each source sequence, with an encoder and a decoder",
         .equations = "P(y_1 .. y_U | x_1 .. x_T) = prod_u P(y_u | y_1 .. y_{u-1}, x)",
         .options = rondo_no_options},
    .needs = RONDO_PROVIDES_PAIRS,
    .needed = "pairs of a source and a target",
    .predicts = "symbols",
    .predicts_text = true,
    .needs_class_loss = true,
    .has_decoder = true,
    .answer = RONDO_ANSWER_TARGETS,
    .inspect_refusal =
        "an encoder-decoder cannot be inspected: only networks that predict from what they read",
};
