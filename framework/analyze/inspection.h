/* How far back a network learns: the gradient of one step's loss with respect to the states of the
 * steps before it, and how open the gates are.
 *
 * For each sequence of one minibatch the loss of one step tau is taken alone. A direction's norm at
 * distance k is the Euclidean norm of d loss_tau / d state_{tau-k} (of the reverse direction
 * state_{tau+k}: always k steps before, in the order in which that direction reads), averaged over
 * the sequences that reach so far, in their order. Distances that fewer than half of the sequences
 * reach are left out. A model that makes one prediction per sequence has one loss; distances are
 * counted from the last step that a direction reads. The state of a step is all that it hands on,
 * LSTM: hidden and cell together; each alone is kept, too.
 *
 *   memory_length     the least number of steps within which 90 % of the summed norms lie
 *   factor_per_step   (norm_K / norm_0)^(1/K), K the last distance with a norm above 0
 */
#ifndef RONDO_ANALYZE_INSPECTION_H
#define RONDO_ANALYZE_INSPECTION_H

#include "model/inspect.h"
#include "session/session.h"

typedef struct rondo_inspect_options {
    rondo_split split;   /* RONDO_SPLITS: valid, or train where there is none */
    rondo_run_data data; /* of that split */
    int64_t sequences;   /* of the minibatch, at most */
    int64_t steps;       /* of a stream, or of sequences cut short; 0: as in training */
    double position; /* of the loss in its sequence: 0 first step, 1 last; below 0: 1, or 0.5 for
                        a network that reads in both directions */
    int64_t target_count; /* > 0: instead, the first step whose target is one of these symbols; */
    const char *const *targets; /* sequences without one are left out */
} rondo_inspect_options;

enum { RONDO_MAX_ALL_GATES = RONDO_MAX_STAGES * RONDO_MAX_GATES };

/* One layer in one direction. */
typedef struct rondo_gradient_curve {
    int64_t layer;
    bool reverse;
    int32_t state_count;
    const char *states[RONDO_MAX_STATES]; /* the plugin's names */
    int64_t count;                        /* of distances: 0 .. count - 1 */
    double *norm;                         /* [count]: of all states together */
    double *state_norm[RONDO_MAX_STATES]; /* [count]: of each */
    double *rows;                         /* [count]: sequences averaged over */
    double memory_length, factor_per_step;
    int64_t gate_count; /* those that open and close */
    rondo_gate_activity gates[RONDO_MAX_ALL_GATES];
} rondo_gradient_curve;

typedef struct rondo_inspection {
    int64_t count;
    rondo_gradient_curve *curves; /* [count]: the network's directions */
} rondo_inspection;

typedef struct rondo_inspector rondo_inspector;

/* The session must have its data, and outlive the inspector. [main] */
rondo_status rondo_inspector_create(rondo_session *session, const rondo_inspect_options *options,
                                    rondo_inspector **out, rondo_error *error);
void rondo_inspector_destroy(rondo_inspector *inspector);

/* Sequences whose loss is taken. */
int64_t rondo_inspector_sequences(const rondo_inspector *inspector);

/* With these parameters (layout.size reals). Destroy with inspection_finish. [main] */
rondo_status rondo_inspector_run(rondo_inspector *inspector, const rondo_real *parameters,
                                 rondo_inspection *out, rondo_error *error);
void rondo_inspection_finish(rondo_inspection *inspection);

/* The curves of an inspected pass: steps[b] is where row b's distances are counted from, -1 for a
 * row that is left out; reverse_steps the same for reverse directions. (What inspector_run does
 * after the pass; apart for tests.) [main] */
rondo_status rondo_inspection_measure(const rondo_pass *pass, const rondo_network *network,
                                      const rondo_batch *batch, const int64_t *steps,
                                      const int64_t *reverse_steps, rondo_inspection *out,
                                      rondo_error *error);

#endif
