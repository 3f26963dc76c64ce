/* Predictions as records, the same for all tasks and formats of data: CSV, JSON (one object per line)
 * or HDF5. Described for users in datasets/README.md, "Predictions". */
#ifndef RONDO_COMMAND_PREDICT_ANSWERS_H
#define RONDO_COMMAND_PREDICT_ANSWERS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"
#include "data/text/vocabulary.h"
#include "rondo/real.h"

typedef enum rondo_answer_form {
    RONDO_FORM_DATA, /* what the data look like, with the answers in it: not for here */
    RONDO_FORM_CSV,
    RONDO_FORM_JSON,
    RONDO_FORM_HDF5
} rondo_answer_form;

/* What all answers have in common; everything is borrowed. */
typedef struct rondo_answer_shape {
    rondo_answer_form form;
    FILE *output;                    /* CSV and JSON */
    const char *path;                /* HDF5 */
    bool steps;                      /* an answer for each step, not one per sequence */
    int64_t width;                   /* K classes, or values */
    const rondo_vocabulary *classes; /* NULL: values */
    int32_t first_class;             /* that is answered */
    bool all;                        /* the probabilities of all classes */
    const char *const *names;        /* [width]: of values */
} rondo_answer_shape;

typedef struct rondo_answer {
    int64_t sequence, step; /* from 1; sequences never fall */
    const char *id, *time;  /* of a time series, where it has them; not in CSV */
    int32_t class;
    double probability;
    const double *values;  /* [width]: values, or */
    const rondo_real *row; /* probabilities where all are wanted */
} rondo_answer;

typedef struct rondo_answers {
    rondo_answer_shape shape;
    int64_t count, sequences; /* HDF5: kept until the end */
    int64_t *offsets;         /* [sequences + 1] */
    int32_t *ids;             /* [count] */
    double *probabilities;    /* [count] */
    double *values;           /* [count, width] */
    rondo_text times;         /* of each answer, or nothing; */
    rondo_text names;         /* and ids of sequences: texts that end with NUL */
    int64_t offset_capacity, id_capacity, probability_capacity, value_capacity;
} rondo_answers;

/* Finish in any case. [main] */
void rondo_answers_start(const rondo_answer_shape *shape, rondo_answers *answers);
rondo_status rondo_answers_add(rondo_answers *answers, const rondo_answer *answer,
                               rondo_error *error);
/* Writes the HDF5 file. [main] */
rondo_status rondo_answers_end(rondo_answers *answers, rondo_error *error);
void rondo_answers_finish(rondo_answers *answers);

#endif
