/* What a task is: what is learned to be predicted, as one const struct in one file,
 * config/tasks/NAME.c. What a task needs of a data format is said in the bits of config/provides.h,
 * so that which formats fit which tasks is a comparison, not a list. The rest of the program asks
 * these fields, never which task it is. */
#ifndef RONDO_CONFIG_TASK_H
#define RONDO_CONFIG_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "config/provides.h"
#include "plugin/options.h"

/* What `rondo predict` writes for a file. */
typedef enum rondo_task_answer {
    RONDO_ANSWER_NOTHING = 0,     /* predict_refusal says what to do instead */
    RONDO_ANSWER_TAGS,            /* a class for each step, beside the step */
    RONDO_ANSWER_LABELS,          /* a class for each sequence */
    RONDO_ANSWER_VALUES,          /* real numbers, by row */
    RONDO_ANSWER_FORECAST,        /* the steps to come */
    RONDO_ANSWER_TARGETS,         /* a text for each line */
    RONDO_ANSWER_LABEL_SEQUENCES, /* a list of labels for each sequence */
    RONDO_ANSWERS
} rondo_task_answer;

typedef struct rondo_task {
    rondo_plugin head; /* name, summary; no options */

    uint32_t needs;        /* one RONDO_PROVIDES_ bit */
    const char *needed;    /* that bit in words: "a class for each step" */
    const char *predicts;  /* "tags", for messages: "tags belong to sequences" */
    bool predicts_input;   /* what is predicted is the input's next step: the data have no targets
                              of their own, and no layer may read the sequence from its end */
    bool predicts_text;    /* symbols of a text: perplexity means something */
    bool predicts_classes; /* classes with names: counted one by one, weighed, told of */
    bool predicts_labels;  /* a list of classes for each sequence: a loss of label sequences */
    bool predicts_values;  /* real numbers: no loss of classes; they may be standardised */
    bool needs_class_loss; /* whatever the data are */
    bool needs_values;     /* model.input: values */
    bool has_entities;     /* classes may spell entities of several steps */
    bool has_decoder;      /* model.decoder: an encoder-decoder */
    bool takes_streams;    /* data.sequences: stream */
    bool is_of_sequences;  /* targets belong to sequences; model.pooling is last by default */
    bool needs_pooling;    /* one prediction per sequence, whatever the config says */

    rondo_task_answer answer;
    const char *predict_refusal; /* with RONDO_ANSWER_NOTHING */
    const char *inspect_refusal; /* NULL: rondo inspect can look into it */
} rondo_task;

/* All tasks, generated from the files of config/tasks/; ends with NULL. For rondo_registry_add. */
extern const rondo_plugin *const rondo_builtin_tasks[];

#endif
