#include "train/overlap.h"

#include <stdatomic.h>
#include <time.h>

#include "base/background.h"
#include "base/clock.h"
#include "base/memory.h"

/* A part of the gradient. */
typedef struct segment {
    int64_t first, count;
} segment;

struct rondo_overlap {
    rondo_overlap_work work;
    rondo_background *background;
    segment
        *segments; /* in the order in which they are there: readout, layers from the top, rest */
    int64_t segment_count, layer_count;
    atomic_llong ready; /* the first segments, so many */
    double gathered;    /* when the helper had the scores */
};

/* All parts of a group, which stand one behind the other; the next group's first is its end. */
static segment segment_of(const rondo_layout *layout, int64_t group)
{
    int64_t first = layout->trained_size, end = layout->trained_size;
    for (int64_t p = layout->trained_count - 1; p >= 0; p--) {
        const rondo_parameter *parameter = &layout->parameters[p];
        if (parameter->group == group) first = parameter->offset;
        if (parameter->group > group) end = parameter->offset;
    }
    return (segment){first, first < end ? end - first : 0};
}

/* Groups are numbered from the input up: the embedding's, if any, layers, readout. */
static void list_segments(const rondo_network *network, rondo_overlap *overlap)
{
    const rondo_layout *layout = &network->layout;
    int64_t top = network->layers[network->layer_count - 1].group;
    int64_t lowest = network->layers[0].group;
    overlap->segments[overlap->segment_count++] = segment_of(layout, top + 1);
    for (int64_t i = network->layer_count - 1; i >= 0; i--)
        overlap->segments[overlap->segment_count++] = segment_of(layout, network->layers[i].group);
    for (int64_t group = 0; group < layout->groups; group++)
        if (group < lowest || group > top + 1)
            overlap->segments[overlap->segment_count++] = segment_of(layout, group);
}

/* Where parts should stand otherwise, all waits for the end. */
static void cover_all(const rondo_layout *layout, rondo_overlap *overlap)
{
    int64_t covered = 0;
    for (int64_t i = 0; i < overlap->segment_count; i++)
        covered += overlap->segments[i].count;
    if (covered == layout->trained_size) return;
    for (int64_t i = 0; i < overlap->segment_count; i++)
        overlap->segments[i] = (segment){0, 0};
    overlap->segments[overlap->segment_count++] = (segment){0, layout->trained_size};
}

rondo_status rondo_overlap_create(const rondo_network *network, const rondo_overlap_work *work,
                                  rondo_overlap **out, rondo_error *error)
{
    static const char what[] = "sums while computing";
    *out = NULL;
    rondo_overlap *overlap = rondo_memory_create(sizeof *overlap, what, error);
    if (!overlap) return rondo_error_status(error);
    overlap->work = *work;
    overlap->layer_count = network->layer_count;
    size_t most = (size_t)(network->layer_count + network->layout.groups + 2);
    overlap->segments = rondo_memory_create(most * sizeof *overlap->segments, what, error);
    rondo_status status = overlap->segments ? RONDO_OK : rondo_error_status(error);
    if (!status) list_segments(network, overlap);
    if (!status) cover_all(&network->layout, overlap);
    if (!status) status = rondo_background_create(&overlap->background, error);
    if (status)
        rondo_overlap_destroy(overlap);
    else
        *out = overlap;
    return status;
}

void rondo_overlap_destroy(rondo_overlap *overlap)
{
    if (!overlap) return;
    rondo_background_destroy(overlap->background);
    rondo_memory_destroy(overlap->segments);
    rondo_memory_destroy(overlap);
}

/* The main thread has its processor to itself meanwhile. */
static void wait_for_segment(rondo_overlap *overlap, int64_t number)
{
    const struct timespec pause = {0, 50000};
    while (atomic_load_explicit(&overlap->ready, memory_order_acquire) <= number)
        nanosleep(&pause, NULL);
}

static void help(void *context)
{
    rondo_overlap *overlap = context;
    bool goes_on = overlap->work.gather(overlap->work.context);
    overlap->gathered = rondo_clock_seconds();
    for (int64_t i = 0; goes_on && i < overlap->segment_count; i++) {
        wait_for_segment(overlap, i);
        rondo_tree_sum_complete_range(overlap->work.sum, overlap->segments[i].first,
                                      overlap->segments[i].count);
    }
}

void rondo_overlap_begin(rondo_overlap *overlap)
{
    atomic_store_explicit(&overlap->ready, 0, memory_order_relaxed);
    rondo_background_start(overlap->background, help, overlap);
}

static void set_ready(rondo_overlap *overlap, int64_t count)
{
    atomic_store_explicit(&overlap->ready, count, memory_order_release);
}

void rondo_overlap_readout_done(rondo_overlap *overlap)
{
    set_ready(overlap, 1);
}

void rondo_overlap_layer_done(rondo_overlap *overlap, int64_t layer)
{
    set_ready(overlap, 1 + overlap->layer_count - layer);
}

void rondo_overlap_all_done(rondo_overlap *overlap)
{
    set_ready(overlap, overlap->segment_count);
}

void rondo_overlap_wait(rondo_overlap *overlap, double *gathered)
{
    double started = rondo_clock_seconds();
    rondo_background_wait(overlap->background);
    *gathered = overlap->gathered > started ? overlap->gathered - started : 0;
}
