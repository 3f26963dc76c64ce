/* Weights packed into panels, once an update: parallel over pieces of matrices. */
#include "model/panels.h"

#include "base/parallel.h"
#include "model/attention.h"
#include "model/bridge.h"
#include "model/forms.h"
#include "model/groups.h"
#include "model/layer.h"
#include "model/readout.h"

enum { PANELS_A_TASK = 8 };

/* As many as there can be. */
rondo_status rondo_panels_start(rondo_pass *pass, rondo_error *error)
{
    const rondo_network *network = pass->network;
    rondo_packing_list *list = pass->packings;
    size_t most =
        (size_t)network->direction_count * (2 * RONDO_MAX_GATE_RUNS + 4 * RONDO_MAX_STAGES + 2) +
        2 * (size_t)network->state_bridge_count + 8;
    list->items = rondo_memory_create(most * sizeof *list->items, "pass", error);
    list->work = rondo_memory_create(most * sizeof *list->work, "pass", error);
    return list->items && list->work ? RONDO_OK : error->status;
}

void rondo_panels_finish(rondo_pass *pass)
{
    rondo_memory_destroy(pass->packings->items);
    rondo_memory_destroy(pass->packings->work);
}

static void pack_task(void *context, int64_t task, int thread)
{
    const rondo_packing *p = context;
    double start = rondo_profile_start(p->profile);
    int64_t panels = rondo_product_panel_count(p->columns);
    int64_t first = task * PANELS_A_TASK;
    int64_t count = panels - first < PANELS_A_TASK ? panels - first : PANELS_A_TASK;
    rondo_product_pack(p->panels, p->depth, p->columns, p->matrix, first, count);
    rondo_profile_add(p->profile, thread, RONDO_PHASE_PACK, start);
}

static void add_packing(rondo_pass *pass, rondo_packing packing)
{
    if (!packing.panels) return;
    int64_t panels = rondo_product_panel_count(packing.columns);
    rondo_packing *added = &pass->packings->items[pass->packings->count];
    *added = packing;
    added->profile = pass->profile;
    pass->packings->work[pass->packings->count++] =
        (rondo_work){pack_task, added, (panels + PANELS_A_TASK - 1) / PANELS_A_TASK};
}

/* Rows are `stride` apart; transposed for the pass backward. */
void rondo_panels_add(rondo_pass *pass, int64_t inputs, int64_t outputs, const rondo_real *weights,
                      int64_t stride, rondo_real *panels, rondo_real *back_panels)
{
    add_packing(pass, (rondo_packing){panels, inputs, outputs, {weights, stride, 1}, NULL});
    add_packing(pass, (rondo_packing){back_panels, outputs, inputs, {weights, 1, stride}, NULL});
}

static void add_input_weights(rondo_pass *pass, const rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    for (int64_t i = 0; i < d->with_input.count; i++) {
        rondo_panels_add(pass, d->input, d->with_input.runs[i].count * d->hidden,
                         rondo_run_weights(pass, buffers, i), rondo_run_stride(d, i),
                         buffers->input_panels[i], buffers->input_back_panels[i]);
    }
}

static void add_recurrent_weights(rondo_pass *pass, const rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    int64_t hidden = d->hidden, columns = d->recurrent_count * hidden;
    for (int32_t s = 0; s < d->plan.stage_count; s++) {
        if (d->plan.stages[s].source == RONDO_SOURCE_NONE) continue;
        int64_t separate = d->plan.stages[s].separate_count * hidden;
        int64_t added = d->plan.stages[s].gate_count * hidden - separate;
        const rondo_real *all = buffers->formed_weights
                                    ? buffers->formed_weights
                                    : rondo_pass_weights(pass, d->recurrent_weights);
        const rondo_real *weights = all + d->first_recurrent[s] * hidden;
        rondo_panels_add(pass, d->output, added, weights, columns, buffers->recurrent_panels[s],
                         buffers->recurrent_back_panels[s]);
        rondo_panels_add(pass, d->output, separate, weights + added, columns,
                         buffers->separate_panels[s], buffers->separate_back_panels[s]);
    }
}

/* Biases of all gates out of those that there are; the rest is 0 since the plan of the pass. */
static void spread_biases(const rondo_pass *pass, const rondo_gate_runs *runs, int64_t hidden,
                          int64_t trained, int64_t frozen, rondo_real *all)
{
    for (int64_t i = 0; all && i < runs->count; i++) {
        const rondo_gate_run *run = &runs->runs[i];
        const rondo_real *stored =
            run->group > 1 ? rondo_pass_weights(pass, run->parameter)
                           : rondo_pass_weights(pass, run->is_frozen ? frozen : trained) +
                                 run->first_block * hidden;
        rondo_groups_expand(rondo_groups_of_run(run, 1, hidden), stored, 0,
                            all + run->first_gate * hidden, 0);
    }
}

static void add_direction(rondo_pass *pass, const rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    rondo_forms_load(pass, buffers);
    rondo_groups_load(pass, buffers);
    add_input_weights(pass, buffers);
    add_recurrent_weights(pass, buffers);
    if (d->projection_weights >= 0)
        rondo_panels_add(pass, d->hidden, d->output,
                         rondo_pass_weights(pass, d->projection_weights), d->output,
                         buffers->projection_panels, buffers->projection_back_panels);
    spread_biases(pass, &d->with_bias, d->hidden, d->biases, d->frozen_biases,
                  buffers->start_biases);
    spread_biases(pass, &d->with_recurrent_bias, d->hidden, d->recurrent_biases,
                  d->frozen_recurrent_biases, buffers->start_recurrent_biases);
}

void rondo_panels_load(rondo_pass *pass)
{
    pass->packings->count = 0;
    for (int64_t i = 0; i < pass->network->direction_count; i++)
        add_direction(pass, &pass->directions[i]);
    if (pass->network->output_width > 0) rondo_readout_add_packings(pass);
    if (pass->encoder) rondo_bridge_add_packings(pass);
    if (pass->network->attention_width > 0) rondo_attention_add_packings(pass);
    rondo_parallel_all(pass->size.threads, pass->packings->work, pass->packings->count);
}
