#include "data/batches/batch_loader.h"

#include <stdlib.h>

#include "base/background.h"
#include "base/clock.h"

/* Between start and wait, the turn that is not `current` belongs to the helper thread. */
typedef struct buffer {
    rondo_batches *batches;
    rondo_batch batch;
    int64_t epoch, position; /* of `batch`; -1: none */
} buffer;

struct rondo_batch_loader {
    rondo_background *background;
    buffer buffers[2];
    int current; /* which one the caller has */
    double waited;
};

rondo_status rondo_batch_loader_create(const rondo_dataset *dataset, rondo_split split,
                                       const rondo_batches_config *config, rondo_batch_loader **out,
                                       rondo_error *error)
{
    rondo_status status = RONDO_OK;
    rondo_batch_loader *loader = calloc(1, sizeof *loader);
    *out = NULL;
    if (!loader) return rondo_error_set(error, RONDO_FAILED, "not enough memory for minibatches");
    for (int i = 0; i < 2; i++) {
        buffer *made = &loader->buffers[i];
        made->epoch = made->position = -1;
        status = i == 0 ? rondo_batches_create(dataset, split, config, &made->batches, error)
                        : rondo_batches_create_beside(loader->buffers[0].batches, dataset, split,
                                                      &made->batches, error);
        if (status) goto cleanup;
    }
    if ((status = rondo_background_create(&loader->background, error))) goto cleanup;
    *out = loader;
    loader = NULL;
cleanup:
    rondo_batch_loader_destroy(loader);
    return status;
}

void rondo_batch_loader_destroy(rondo_batch_loader *loader)
{
    if (!loader) return;
    rondo_background_destroy(loader->background);
    for (int i = 1; i >= 0; i--) /* the second has the first one's order */
        rondo_batches_destroy(loader->buffers[i].batches);
    free(loader);
}

const rondo_batches *rondo_batch_loader_batches(const rondo_batch_loader *loader)
{
    return loader->buffers[0].batches;
}

static void gather(void *context)
{
    buffer *next = context;
    rondo_batches_get(next->batches, next->epoch, next->position, &next->batch);
}

static void start_gathering(rondo_batch_loader *loader, int64_t epoch, int64_t position)
{
    buffer *next = &loader->buffers[!loader->current];
    bool is_last = position + 1 == rondo_batches_count(next->batches);
    next->epoch = is_last ? epoch + 1 : epoch;
    next->position = is_last ? 0 : position + 1;
    rondo_background_start(loader->background, gather, next);
}

void rondo_batch_loader_get(rondo_batch_loader *loader, int64_t epoch, int64_t position,
                            rondo_batch *batch)
{
    double started = rondo_clock_seconds();
    buffer *now = &loader->buffers[!loader->current];
    rondo_background_wait(loader->background);
    if (now->epoch != epoch || now->position != position) {
        now->epoch = epoch;
        now->position = position;
        gather(now);
    }
    loader->waited += rondo_clock_seconds() - started;
    loader->current = !loader->current;
    *batch = now->batch;
    start_gathering(loader, epoch, position);
}

double rondo_batch_loader_waited(const rondo_batch_loader *loader)
{
    return loader->waited;
}
