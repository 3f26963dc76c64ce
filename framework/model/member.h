/* A member of a team at work in a layer's recurrence. Private to model/.
 *
 * The workers of a parallel run are dealt to the layer's directions, or, where that would leave one
 * direction to slow threads (threads/thread_speed.h), take one direction after the other; those of a
 * direction form teams (threads/team.h). A team has a shard of the rows; its members share the rows
 * and divide the units (columns of the products), and meet once a product. A team of one meets
 * nobody.
 */
#ifndef RONDO_MODEL_MEMBER_H
#define RONDO_MODEL_MEMBER_H

#include "model/layer.h"
#include "threads/team.h"
#include "threads/thread_speed.h"

/* Of all threads. */
typedef struct rondo_team_buffers {
    rondo_real **left;       /* two a thread: left operands of the recurrence's products */
    rondo_barrier *barriers; /* one a thread: of the team it leads */
    rondo_thread_speed *thread_speeds;
    double *speeds;              /* what follows from them for the minibatch at hand */
    double core_to_core_latency; /* 0: not known */
} rondo_team_buffers;

/* For as many threads as the pass has; finish in any case. [main] */
rondo_status rondo_teams_start(rondo_pass *pass, rondo_error *error);
void rondo_teams_plan(rondo_pass *pass);
void rondo_teams_finish(rondo_pass *pass);

/* One member at work. */
typedef struct rondo_member {
    const rondo_pass *pass;
    const rondo_direction_buffers *buffers;
    int64_t first_row, end_row;    /* of the team's shard */
    int64_t first_unit, units;     /* of this member */
    int64_t first_output, outputs; /* of this member, of what is as wide as the output: the same
                                      units but where it is projected */
    int members;                   /* of the team */
    rondo_barrier *barrier;
    rondo_real *left[2]; /* the team's packed left operands: read one, fill the other */
    int64_t round;       /* products so far: which of the two is filled next */
    int thread;
    int64_t load; /* of rows that it has for itself; 0: it meets others */
} rondo_member;

/* Divides the minibatch at hand in the layer's directions. [main] */
void rondo_member_divide(rondo_pass *pass);

/* Assignment number `turn` (0, 1, ..) of worker `thread` of `count`; false when there is none. */
bool rondo_member_join(const rondo_pass *pass, int thread, int count, int64_t turn,
                       rondo_member *member);

/* Reals of one left operand of a team in the largest pass. */
int64_t rondo_member_left_size(const rondo_network *network, const rondo_pass_size *size);

/* The shard's rows alive at step t; 0 for t outside the minibatch. */
int64_t rondo_member_rows(const rondo_member *member, int64_t t);

/* State `state` before step t: the member's first row and unit. Which units of that state are its own. */
const rondo_real *rondo_member_previous(const rondo_member *member, int64_t t, int32_t state);
void rondo_member_range(const rondo_member *member, int32_t state, int64_t *first, int64_t *units);

/* Recurrent dropout (recurrent_dropout.c), the member's rows and units at step t. Forward: keeps
 * and gives `source`, the first of them, times the factors. Back: an empty place for the gradient
 * of that product, which then, times the factors, joins d_source. Only of a direction that has it.
 */
const rondo_real *rondo_recurrent_dropout_forward(const rondo_member *member, int32_t stage,
                                                  int64_t t, const rondo_real *source,
                                                  int64_t rows);
rondo_real *rondo_recurrent_dropout_clear(const rondo_member *member, int64_t rows);
void rondo_recurrent_dropout_backward(const rondo_member *member, int64_t rows,
                                      rondo_real *d_source);

/* Zoneout (zoneout.c) of all states that have it. Forward: what the cell made of them, in the tile,
 * and their preceding values become the states of step t, to which the tile points afterwards.
 * Back: the gradients in the tile become those of what the cell made, and the preceding states get
 * their share. */
void rondo_zoneout_forward(const rondo_member *member, int64_t t, rondo_cell_tile *tile);
void rondo_zoneout_backward(const rondo_member *member, int64_t t, const rondo_cell_tile *tile);

/* The left operand to fill for the next product; after rondo_member_meet it, `size` reals, may be
 * read. */
rondo_real *rondo_member_left(rondo_member *member);
void rondo_member_meet(rondo_member *member, const rondo_real *left, int64_t size);

/* Bytes that a second-level cache can be expected to hold beside others. */
enum { RONDO_NEAR_BYTES = 512 * 1024 };

/* On the way back through a minibatch that is so long that its gates lie in memory: asks for those of step t, if the
 * member has all units. There need not be such a step. */
void rondo_member_ask_for_gates(const rondo_member *member, int64_t t);

/* Weights [stages] were packed by other threads, too, and the first step would wait for each line of
 * them: asks for them where they are near then. */
void rondo_member_ask_for_weights(const rondo_member *member, rondo_real *const *added,
                                  rondo_real *const *separate);

/* How long the member took, since `started`, for that share of its tokens. */
void rondo_member_tell_pace(const rondo_member *member, double share, double started);

/* W x + b of the member's rows and units, at steps [first_step, end_step) (input_product.c). */
void rondo_member_input_products(const rondo_member *member, int64_t first_step, int64_t end_step);

#endif
