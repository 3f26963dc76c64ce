#include "config/task.h"

extern const rondo_task rondo_task_tagging;

const rondo_task rondo_task_tagging = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_TASK, rondo_task), .name = "tagging",
             .summary = "predicts a class for each step of a sequence",
             .equations = "P(y_t | x_1 .. x_t), or x_1 .. x_T with a bidirectional layer",
             .options = rondo_no_options},
    .needs = RONDO_PROVIDES_TAGS,
    .needed = "a class for each step",
    .predicts = "tags",
    .predicts_classes = true,
    .has_entities = true,
    .answer = RONDO_ANSWER_TAGS,
};
