/* The probability that a language model gives to a text, symbol by symbol.
 *
 * The model reads the end symbol from zero state, then the text; every symbol of the text is
 * predicted from those before it, the end symbol at the end of each line too (one is made up where
 * the last line has no line end). A model with classes reads the class in place of the first end
 * symbol. A model of lines starts anew at each line, and leaves empty lines
 * out, as in training. A model of a stream goes on from line to line. A symbol that the dictionary
 * does not have is the unknown symbol, and counts with the probability of that one.
 */
#ifndef RONDO_INFER_SCORER_H
#define RONDO_INFER_SCORER_H

#include "data/text/text_source.h"
#include "session/session.h"

typedef struct rondo_scored_line {
    int64_t number;         /* from 1, in the text */
    int64_t first, symbols; /* in the arrays below; the end symbol is the last */
    int64_t unknown;
    double log_probability; /* nats */
} rondo_scored_line;

typedef struct rondo_scored_text {
    int64_t symbols, unknown;
    double log_probability;    /* nats, of the whole text */
    int32_t *ids;              /* [symbols] */
    double *log_probabilities; /* [symbols]: nats */
    int64_t line_count;
    rondo_scored_line *lines;
} rondo_scored_text;

/* Predictions are taken for logits of a softmax. class_name: NULL for a model without
 * classes. RONDO_USAGE: not a language model, not one of its classes, or a text without symbols.
 * Destroy with finish. [main] */
rondo_status rondo_scorer_run(const rondo_session *session, const char *class_name,
                              const rondo_source *source, rondo_scored_text *text,
                              rondo_error *error);
void rondo_scored_text_finish(rondo_scored_text *text);

#endif
