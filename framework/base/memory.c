#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t round_up(size_t bytes)
{
    return (bytes + RONDO_ALIGNMENT - 1) / RONDO_ALIGNMENT * RONDO_ALIGNMENT;
}

void *rondo_memory_create(size_t bytes, const char *what, rondo_error *error)
{
    size_t size = round_up(bytes > 0 ? bytes : 1) + RONDO_READ_AHEAD;
    void *block = size > bytes ? aligned_alloc(RONDO_ALIGNMENT, size) : NULL;
    if (!block) {
        rondo_error_set(error, RONDO_FAILED, "not enough memory: %s needs %.1f MiB", what,
                        (double)bytes / (1024.0 * 1024.0));
        return NULL;
    }
    memset(block, 0, size);
    return block;
}

void rondo_memory_destroy(void *block)
{
    free(block);
}

rondo_status rondo_memory_grow(void **block, int64_t *capacity, int64_t count, size_t size,
                               const char *what, rondo_error *error)
{
    if (count <= *capacity) return RONDO_OK;
    int64_t wanted = *capacity > 0 ? *capacity : 16;
    while (wanted < count)
        wanted *= 2;
    void *grown = realloc(*block, (size_t)wanted * size);
    if (!grown)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: %s needs %.1f MiB", what,
                               (double)wanted * (double)size / (1024.0 * 1024.0));
    *block = grown;
    *capacity = wanted;
    return RONDO_OK;
}

void *rondo_arena_take(rondo_arena *arena, size_t bytes)
{
    size_t start = arena->used;
    arena->used += round_up(bytes);
    if (!arena->base) return NULL;
    assert(arena->used <= arena->capacity);
    return arena->base + start;
}

rondo_real *rondo_arena_reals(rondo_arena *arena, int64_t count)
{
    return rondo_arena_take(arena, (size_t)count * sizeof(rondo_real));
}

rondo_status rondo_arena_start(rondo_arena *arena, const char *what, rondo_error *error)
{
    arena->base = rondo_memory_create(arena->used, what, error);
    if (!arena->base) return error->status;
    arena->capacity = arena->used;
    arena->used = 0;
    return RONDO_OK;
}

void rondo_arena_finish(rondo_arena *arena)
{
    rondo_memory_destroy(arena->base);
    *arena = (rondo_arena){0};
}
