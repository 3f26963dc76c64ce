#include "config/task.h"

extern const rondo_task rondo_task_transcription;

const rondo_task rondo_task_transcription = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_TASK, rondo_task), .name = "transcription",
             .summary =
                 "predicts a list of labels for each sequence, shorter than it; where in the "
                 "sequence they belong is not known",
             .equations = "P(y_1 .. y_U | x_1 .. x_T), U <= T",
             .source = "Graves, Fernandez, Gomez & Schmidhuber (2006), ICML",
             .options = rondo_no_options},
    .needs = RONDO_PROVIDES_LABEL_SEQUENCES,
    .needed = "a list of labels for each sequence",
    .predicts = "label sequences",
    .predicts_labels = true,
    .answer = RONDO_ANSWER_LABEL_SEQUENCES,
    .inspect_refusal =
        "a model of label sequences cannot be inspected: only networks with a loss at "
        "each step or for each sequence's one target"};
