/* Weights packed into panels, once an update: parallel over pieces of matrices. */
#include "base/parallel.h"
#include "model/workspace.h"

enum { PANELS_A_TASK = 8, MAX_JOBS = 2 + 4 * RONDO_MAX_STAGES };

/* One matrix to be packed. */
typedef struct packing {
    rondo_real *panels;
    int64_t depth, columns;
    rondo_matrix matrix;
} packing;

typedef struct packing_list {
    const packing *jobs;
    rondo_profile *profile;
    int64_t first_task[MAX_JOBS + 1];
} packing_list;

static void pack_task(void *context, int64_t task, int thread)
{
    const packing_list *list = context;
    double start = rondo_profile_start(list->profile);
    int64_t job = 0;
    while (task >= list->first_task[job + 1])
        job++;
    const packing *p = &list->jobs[job];
    int64_t panels = rondo_product_panel_count(p->columns);
    int64_t first = (task - list->first_task[job]) * PANELS_A_TASK;
    int64_t count = panels - first < PANELS_A_TASK ? panels - first : PANELS_A_TASK;
    rondo_product_pack(p->panels, p->depth, p->columns, p->matrix, first, count);
    rondo_profile_add(list->profile, thread, RONDO_PHASE_PACK, start);
}

static void pack_all(const rondo_pass *pass, const packing *jobs, int64_t count)
{
    packing_list list = {.jobs = jobs, .profile = pass->profile};
    for (int64_t i = 0; i < count; i++) {
        int64_t panels = rondo_product_panel_count(jobs[i].columns);
        list.first_task[i + 1] = list.first_task[i] + (panels + PANELS_A_TASK - 1) / PANELS_A_TASK;
    }
    rondo_parallel_for(pass->size.threads, list.first_task[count], pack_task, &list);
}

/* Weights [depth, columns] stored by rows `stride` apart, and the same transposed. */
static void add_job(packing *jobs, int64_t *count, rondo_real *panels, int64_t depth,
                    int64_t columns, const rondo_real *weights, int64_t stride)
{
    if (panels) jobs[(*count)++] = (packing){panels, depth, columns, {weights, stride, 1}};
}

static void add_transposed_job(packing *jobs, int64_t *count, rondo_real *panels, int64_t depth,
                               int64_t columns, const rondo_real *weights, int64_t stride)
{
    if (panels) jobs[(*count)++] = (packing){panels, columns, depth, {weights, 1, stride}};
}

static void load_track(const rondo_pass *pass, const rondo_track *track)
{
    const rondo_direction *d = track->direction;
    int64_t hidden = d->hidden, gates = d->gate_count * hidden, count = 0;
    const rondo_real *input = rondo_pass_weights(pass, d->input_weights);
    const rondo_real *recurrent = rondo_pass_weights(pass, d->recurrent_weights);
    packing jobs[MAX_JOBS];
    add_job(jobs, &count, track->input_panels, d->input, gates, input, gates);
    add_transposed_job(jobs, &count, track->input_back_panels, d->input, gates, input, gates);
    for (int32_t s = 0; s < d->plan.stage_count; s++) {
        int64_t beside = d->plan.stages[s].beside_count * hidden;
        int64_t added = d->plan.stages[s].gate_count * hidden - beside;
        const rondo_real *weights = recurrent + d->first_gate[s] * hidden;
        add_job(jobs, &count, track->recurrent_panels[s], hidden, added, weights, gates);
        add_job(jobs, &count, track->beside_panels[s], hidden, beside, weights + added, gates);
        add_transposed_job(jobs, &count, track->recurrent_back_panels[s], hidden, added, weights,
                           gates);
        add_transposed_job(jobs, &count, track->beside_back_panels[s], hidden, beside,
                           weights + added, gates);
    }
    pack_all(pass, jobs, count);
}

static void load_readout(const rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t top = network->layers[network->layer_count - 1].output;
    int64_t width = network->output_width, count = 0;
    const rondo_real *weights = rondo_pass_weights(pass, network->readout_weights);
    packing jobs[2];
    add_job(jobs, &count, pass->readout_panels, top, width, weights, width);
    add_transposed_job(jobs, &count, pass->readout_back_panels, top, width, weights, width);
    pack_all(pass, jobs, count);
}

void rondo_panels_load(rondo_pass *pass)
{
    for (int64_t i = 0; i < pass->network->direction_count; i++)
        load_track(pass, &pass->tracks[i]);
    load_readout(pass);
}
