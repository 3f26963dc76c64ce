#define _DEFAULT_SOURCE /* madvise */
#include "base/memory.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* Where the address of a piece of memory is looked up, a page of 4 KiB is one entry of a table that
 * the processor keeps; packed weights have thousands. Blocks of at least so many bytes ask for huge
 * pages, which Linux gives on request where it does not give them anyway. */
enum { HUGE_PAGE = 2 * 1024 * 1024, LEAST_HUGE_BYTES = 2 * HUGE_PAGE };

static size_t round_up(size_t bytes, size_t multiple)
{
    return (bytes + multiple - 1) / multiple * multiple;
}

/* Whole huge pages only: what is left over would else be made resident beyond the block's end. */
static void ask_for_huge_pages(void *block, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    madvise(block, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#else
    (void)block, (void)bytes;
#endif
}

void *rondo_memory_create(size_t bytes, const char *what, rondo_error *error)
{
    size_t used = round_up(bytes > 0 ? bytes : 1, RONDO_ALIGNMENT) + RONDO_READ_AHEAD;
    bool huge = used >= LEAST_HUGE_BYTES;
    size_t alignment = huge ? HUGE_PAGE : RONDO_ALIGNMENT, size = round_up(used, alignment);
    void *block = size > bytes ? aligned_alloc(alignment, size) : NULL;
    if (!block) {
        rondo_error_set(error, RONDO_FAILED, "not enough memory: %s needs %.1f MiB", what,
                        (double)bytes / (1024.0 * 1024.0));
        return NULL;
    }
    if (huge) ask_for_huge_pages(block, used);
    memset(block, 0, used);
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
    arena->used += round_up(bytes, RONDO_ALIGNMENT);
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

void rondo_memory_return_large(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}
