/* What the files of librondo share (rondo/rondo.h).
 *
 *   model.c      opens a trained model, and says what it reads and writes
 *   steps.c      steps of the caller's as a network reads them, and predictions as the caller reads them
 *   runner.c     predictions of whole sequences
 *   stream.c     predictions step by step
 *   texts.c      texts as symbols; scores, samples, translations
 */
#ifndef RONDO_API_PRIVATE_H
#define RONDO_API_PRIVATE_H

#include "base/log.h"
#include "infer/value_names.h"
#include "plugin/registry.h"
#include "rondo/rondo.h"
#include "session/session.h"

struct rondo_model {
    rondo_registry *registry; /* what the session's experiment was made of */
    rondo_session session;
    rondo_value_names names; /* of a model of values */
    rondo_log_listener listener;
};

/* First of every function that can fail: an error without a message, in memory that is there. */
rondo_error *rondo_api_error(rondo_error *error, rondo_error *own);

/* --- steps.c --- */

/* A caller's steps as a network reads them; start with {0}. What is not a copy is the caller's. */
typedef struct rondo_api_inputs {
    rondo_real *values; /* [steps, input width], of a model of values */
    int64_t capacity;
    rondo_ids symbols;
    const int32_t *features[RONDO_MAX_FEATURES];
} rondo_api_inputs;

/* RONDO_USAGE, and a message, where the model cannot read them. */
rondo_status rondo_api_take_steps(const rondo_model *model, const rondo_steps *steps, int64_t count,
                                  rondo_api_inputs *inputs, rondo_error *error);
void rondo_api_finish_inputs(rondo_api_inputs *inputs);

/* What the loss made of predictions, [count, width], as the caller reads it: values in the units of
 * the data. */
void rondo_api_give_outputs(const rondo_model *model, const rondo_real *rows, int64_t count,
                            double *outputs);

/* Whether steps alone are enough to predict from: what rondo_runner_open refuses. */
rondo_status rondo_api_check_steps(const rondo_model *model, rondo_error *error);

/* Whether outputs are probabilities of classes: of a model of label sequences at each step, too,
 * which answers no class to a step. [any] */
bool rondo_api_outputs_are_classes(const rondo_model *model);

#endif
