/* States between minibatches: what a pass carries, and the gradient of what it started from. */
#include "model/workspace.h"

int64_t rondo_pass_carried_count(const rondo_pass *pass)
{
    int64_t count = 0;
    for (int64_t i = 0; i < pass->network->direction_count; i++)
        count += pass->network->directions[i].plan.state_count;
    return count;
}

/* The track that holds state number `index` of all tracks; *index becomes its number there. */
static const rondo_track *track_of_state(const rondo_pass *pass, int64_t *index)
{
    const rondo_track *track = pass->tracks;
    while (*index >= track->direction->plan.state_count) {
        *index -= track->direction->plan.state_count;
        track++;
    }
    return track;
}

rondo_carried rondo_pass_carried(const rondo_pass *pass, int64_t index)
{
    const rondo_track *track = track_of_state(pass, &index);
    return (rondo_carried){.name = track->carried_name[index],
                           .rows = pass->size.rows,
                           .hidden = track->direction->hidden,
                           .data = track->carried[index]};
}

const rondo_real *rondo_pass_initial_gradient(const rondo_pass *pass, int64_t index)
{
    const rondo_track *track = track_of_state(pass, &index);
    return track->d_initial[index];
}
