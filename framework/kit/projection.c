/* An output that is projected: the host's product behind the last stage, and back. */
#include "kit/reference.h"

void kit_step_project(const kit_problem *problem, kit_pass *pass, int64_t t)
{
    const rondo_real *w = kit_part_values(problem, KIT_PROJECTION, 0);
    int64_t hidden = problem->shape.hidden;
    for (int64_t row = 0; w && row < problem->active[t]; row++) {
        int64_t token = problem->offset[t] + row;
        const rondo_real *made = kit_array_at(&pass->unprojected, token, 0);
        for (int64_t q = 0; q < problem->output; q++) {
            rondo_real sum = 0;
            for (int64_t j = 0; j < hidden; j++)
                sum += w[q * hidden + j] * made[j];
            kit_array_at(&pass->state[0], token, 0)[q] = sum;
        }
    }
}

void kit_step_project_back(const kit_problem *problem, kit_pass *pass, int64_t t)
{
    const rondo_real *w = kit_part_values(problem, KIT_PROJECTION, 0);
    int64_t hidden = problem->shape.hidden;
    for (int64_t row = 0; w && row < problem->active[t]; row++) {
        int64_t token = problem->offset[t] + row;
        const rondo_real *d = kit_array_at(&pass->d_state[0], token, 0);
        for (int64_t j = 0; j < hidden; j++) {
            rondo_real sum = 0;
            for (int64_t q = 0; q < problem->output; q++)
                sum += d[q] * w[q * hidden + j];
            kit_array_at(&pass->d_unprojected, token, 0)[j] = sum;
        }
    }
}
