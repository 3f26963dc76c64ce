#include "config/task.h"

extern const rondo_task rondo_task_language_model;

const rondo_task rondo_task_language_model = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_TASK, rondo_task), .name = "language_model",
             .summary = "predicts the next symbol of a text",
             .equations = "P(x_1 .. x_T) = prod_t P(x_t | x_1 .. x_{t-1})",
             .source = "Mikolov, Karafiat, Burget, Cernocky & Khudanpur (2010), Recurrent neural "
                       "network based language model",
             .options = rondo_no_options},
    .needs = RONDO_PROVIDES_NEXT_SYMBOLS,
    .needed = "texts",
    .predicts = "symbols",
    .predicts_input = true,
    .predicts_text = true,
    .needs_class_loss = true,
    .takes_streams = true,
    .answer = RONDO_ANSWER_NOTHING,
    .predict_refusal = "a language_model has no labels to predict for a file; rondo sample writes "
                       "text with it, rondo score computes how probable a text is"};
