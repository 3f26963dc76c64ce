/* The kit's own host for cells: a packed ragged minibatch (rows sorted by falling length, steps one
 * after another), plain loops, buffers with gaps and redzones. See rondo/cell.h for the contract.
 */
#ifndef RONDO_KIT_REFERENCE_H
#define RONDO_KIT_REFERENCE_H

#include "kit/kit.h"

enum { KIT_MAX_ROWS = 8, KIT_MAX_STEPS = 48, KIT_MAX_PARTS = 1200 };

typedef struct kit_shape {
    int64_t rows, input, gap;
    int64_t hidden;                /* at least: a problem has whole groups of units */
    int64_t lengths[KIT_MAX_ROWS]; /* falling */
    double input_scale;            /* values of the input are below it; 0: below 1 */
    double state_scale;            /* of biases and initial states, likewise */
} kit_shape;

/* Everything a gradient is taken of lies in one array, `values`: a part for each parameter, for the
 * input and for each initial state. */
typedef enum kit_part_role {
    KIT_INPUT_WEIGHT, /* [hidden, input] of a gate block; here and below one row for each group */
    KIT_RECURRENT_WEIGHT, /* [hidden, output] */
    KIT_PROJECTION,       /* [output, hidden]; where the output is projected */
    KIT_BIAS,
    KIT_RECURRENT_BIAS, /* of a separate block */
    KIT_UNIT_PARAMETER,
    KIT_INPUT,   /* [tokens, input] */
    KIT_INITIAL, /* [rows, hidden] of a state; state 0: [rows, output] */
} kit_part_role;

typedef struct kit_part {
    kit_part_role role;
    int32_t index; /* gate block, unit parameter or state */
    const char *name;
    int64_t start, count;
} kit_part;

typedef struct kit_problem {
    const rondo_cell *cell;
    const void *config;
    rondo_cell_plan plan;
    kit_shape shape;
    int64_t
        output; /* width of state 0: hidden, or of a projected one some other, whatever the plan's is */
    int64_t steps, tokens;
    int64_t active[KIT_MAX_STEPS], offset[KIT_MAX_STEPS + 1];
    int32_t gates, separates;
    int32_t first_gate[RONDO_MAX_STAGES], first_separate[RONDO_MAX_STAGES];
    kit_part parts[KIT_MAX_PARTS];
    int64_t part_count, value_count;
    rondo_real *values;
    /* The loss: random weights times outputs of all steps, last states of all rows and initial
     * states, so that every gradient that reaches a cell is of its own. */
    kit_array output_weight;
    kit_array last_weight[RONDO_MAX_STATES];
    kit_array initial_weight[RONDO_MAX_STATES];
} kit_problem;

void kit_problem_start(kit_problem *problem, const rondo_cell *cell, const void *config,
                       const kit_shape *shape, uint64_t seed);
void kit_problem_finish(kit_problem *problem);

/* The values of a part; NULL where there is none. */
const rondo_real *kit_part_values(const kit_problem *problem, kit_part_role role, int32_t index);

int64_t kit_state_width(const kit_problem *problem, int32_t state);

/* Whether that unit parameter has no gradient. */
bool kit_is_frozen(const rondo_cell_plan *plan, int32_t unit_parameter);

/* "bias of gate", before a part's name. */
const char *kit_part_role_text(kit_part_role role);

/* How a step is cut into tiles; 0 means all. */
typedef struct kit_tiling {
    int64_t rows, units;
} kit_tiling;

/* Buffers of one pass. */
typedef struct kit_pass {
    kit_array gates, separate, tape, row_scalars, input, d_input;
    kit_array state[RONDO_MAX_STATES], intermediate[RONDO_MAX_INTERMEDIATES];
    kit_array initial[RONDO_MAX_STATES], unit_parameters[RONDO_MAX_UNIT_PARAMETERS];
    kit_array d_state[RONDO_MAX_STATES], d_initial[RONDO_MAX_STATES],
        d_intermediate[RONDO_MAX_INTERMEDIATES];
    kit_array d_unit_parameters[RONDO_MAX_UNIT_PARAMETERS];
    kit_array noise;
    bool is_evaluation;                   /* there is no noise */
    kit_array unprojected, d_unprojected; /* what the cell sees of a projected state 0 */
} kit_pass;

void kit_pass_start(kit_pass *pass, const kit_problem *problem);
void kit_pass_finish(kit_pass *pass);
/* As it was started, with the values that the problem has now. */
void kit_pass_again(kit_pass *pass, const kit_problem *problem);

/* All arrays of a pass, for checks that treat them alike. Returns how many; at most
 * KIT_MAX_ARRAYS. */
enum { KIT_MAX_ARRAYS = 160 };
typedef struct kit_named_array {
    const char *name;
    kit_array *array;
} kit_named_array;
int64_t kit_pass_arrays(kit_pass *pass, const kit_problem *problem, kit_named_array *list);

/* Pieces of one step, and whole passes made of them. kit_backward also fills d_unit_parameters. */
void kit_step_products(const kit_problem *problem, kit_pass *pass, int64_t t, int32_t stage);
void kit_step_call(const kit_problem *problem, kit_pass *pass, int64_t t, int32_t stage,
                   bool backward, kit_tiling tiling);
void kit_step_source_gradient(const kit_problem *problem, kit_pass *pass, int64_t t, int32_t stage);
/* After all stages, and before them on the way back: state 0 of what the cell made, where the plan has a
 * projection. */
void kit_step_project(const kit_problem *problem, kit_pass *pass, int64_t t);
void kit_step_project_back(const kit_problem *problem, kit_pass *pass, int64_t t);
void kit_fill_gradients(const kit_problem *problem, kit_pass *pass);
void kit_forward(const kit_problem *problem, kit_pass *pass, kit_tiling tiling);
void kit_backward(const kit_problem *problem, kit_pass *pass, kit_tiling tiling);

/* The loss after kit_forward, and its gradient with respect to `values` after kit_backward. */
double kit_loss(const kit_problem *problem, const kit_pass *pass);
void kit_gradient(const kit_problem *problem, const kit_pass *pass, rondo_real *gradient);

#endif
