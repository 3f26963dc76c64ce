/* Cells without derivatives by hand: the equations of one step, written once, become forward and backward.
 *
 *     static void equations(const void *config, rondo_graph *g)
 *     {
 *         rondo_value z = rondo_value_sigmoid(rondo_graph_gate(g, UPDATE));
 *         rondo_value n = rondo_value_tanh(rondo_graph_gate(g, CANDIDATE));
 *         rondo_value before = rondo_graph_previous(g, HIDDEN);
 *         rondo_graph_write_state(g, HIDDEN, rondo_value_mix(z, n, before));
 *     }
 *
 *     RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
 *     {
 *         rondo_autodiff_forward(equations, config, tile);
 *     }
 *
 *     RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
 *     {
 *         rondo_autodiff_backward(equations, config, tile);
 *     }
 *
 * and the last line of the cell's plan is rondo_autodiff_plan(equations, config, plan).
 *
 * A value stands for one number of each unit of a row. The equations do not compute anything: they record
 * operations, a graph, which forward evaluates for all rows, a few units at a time, and backward
 * evaluates again and differentiates in reverse (Griewank & Walther 2008, Evaluating Derivatives,
 * section 3.2). They may look at the options and at g->stage, of which each has equations of its
 * own, and at nothing else.
 *
 * rondo/autodiff_graph.h has everything that equations may read, compute and write.
 *
 * Rules, which rondo_autodiff_plan checks; the plan then has a `refusal`:
 *
 *   - each gate block, separate block and unit parameter is read in one stage, and there as often
 *     as you like;
 *   - each state and intermediate is written once; a value that a later stage needs, too, is an intermediate;
 *   - at most RONDO_GRAPH_NODES - 1 operations and values a stage, and RONDO_MAX_TAPE unit parameters.
 *
 * What follows from the equations, the plan need not say: tape, row scalars, whole_rows, wants_input.
 *
 * A gate block that is read by nothing but one sigmoid, tanh, softplus or exp is left activated by
 * forward, as by cells that are written by hand, so that gates named *_gate can be inspected.
 * Backward takes it from there.
 */
#ifndef RONDO_AUTODIFF_H
#define RONDO_AUTODIFF_H

#include "rondo/autodiff_plan.h"
#include "rondo/autodiff_run.h"

#endif
