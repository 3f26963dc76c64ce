/* A file that a trained model answers in the file's own form while it is read: the format's side of
 * it (rondo_format.answer). What is behind it, a network and records in other forms, is the caller's.
 *
 *     symbols of sequences -> corpus -> run -> classes, probabilities -> lines of the output
 */
#ifndef RONDO_DATA_ANSWERING_H
#define RONDO_DATA_ANSWERING_H

#include <stdio.h>

#include "data/corpus.h"
#include "data/dataset.h"
#include "data/text/unknowns.h"

typedef struct rondo_answering {
    const rondo_experiment *experiment;
    const rondo_vocabulary *inputs, *targets; /* what the model was taught */
    rondo_vocabulary *const *features;
    const char *path; /* "-": standard input */
    bool lines;       /* plain text, a sequence a line, whatever the format */
    FILE *output;
    bool is_record; /* `run` writes records: the format writes nothing */

    rondo_corpus *corpus;     /* sequences that wait: ids; the format adds to it */
    rondo_unknowns *unknowns; /* symbols that are looked up */

    /* So much waits that it should be predicted. [main] */
    bool (*is_full)(const struct rondo_answering *answering);

    /* Predicts all sequences that wait. Then classes[i] is that of step i of the corpus or, where
     * there is one class a sequence, of sequence i; probabilities likewise, NULL where none are
     * wanted. [main] */
    rondo_status (*run)(struct rondo_answering *answering, rondo_error *error);
    const int32_t *classes;
    const double *probabilities;

    /* No sequence waits any more. */
    void (*clear)(struct rondo_answering *answering);
    void *context; /* the caller's */
} rondo_answering;

#endif
