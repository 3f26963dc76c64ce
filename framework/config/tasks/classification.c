#include "config/task.h"

extern const rondo_task rondo_task_classification;

const rondo_task rondo_task_classification = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_TASK, rondo_task), .name = "classification",
             .summary = "predicts a class for each sequence", .equations = "P(y | x_1 .. x_T)",
             .options = rondo_no_options},
    .needs = RONDO_PROVIDES_LABELS,
    .needed = "a class for each sequence",
    .predicts = "classes",
    .predicts_classes = true,
    .needs_class_loss = true,
    .is_of_sequences = true,
    .needs_pooling = true,
    .answer = RONDO_ANSWER_LABELS,
};
