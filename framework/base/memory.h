/* Memory: aligned blocks that may fail with a message, and an arena that is sized before use.
 *
 * The arena runs the same code twice: first with no memory, counting; then over one block of
 * exactly that size. So `rondo check` predicts what `rondo train` will take, by construction.
 *
 *     [ piece | pad to 64 | piece | pad to 64 | ... ]
 */
#ifndef RONDO_BASE_MEMORY_H
#define RONDO_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "rondo/real.h"

enum { RONDO_ALIGNMENT = 64 }; /* bytes: a cache line, and a vector register of any width */

/* Bytes behind every block that may be read, though they mean nothing: BLIS's kernels load the next
 * depth of an operand before they know that there is none. */
enum { RONDO_READ_AHEAD = 256 };

/* A zeroed block aligned to RONDO_ALIGNMENT, or NULL with a message that names `what` and the size.
 * Large ones lie on huge pages where the system has them.
 * Free with rondo_memory_destroy (NULL is fine). [any] */
void *rondo_memory_create(size_t bytes, const char *what, rondo_error *error);
void rondo_memory_destroy(void *block);

/* Grows *block (from malloc's family or NULL) to hold at least `count` items of `size` bytes,
 * doubling; the old contents are kept. Free with free(). [any] */
rondo_status rondo_memory_grow(void **block, int64_t *capacity, int64_t count, size_t size,
                               const char *what, rondo_error *error);

typedef struct rondo_arena {
    unsigned char *base; /* NULL while counting */
    size_t used;         /* bytes */
    size_t capacity;     /* bytes; 0 while counting */
} rondo_arena;

/* The next piece, or NULL while counting. Never fails: the arena was sized by the counting run. */
void *rondo_arena_take(rondo_arena *arena, size_t bytes);
rondo_real *rondo_arena_reals(rondo_arena *arena, int64_t count);

/* After a counting run: allocates arena->used bytes and rewinds. Destroy with arena_finish. [main]
 */
rondo_status rondo_arena_start(rondo_arena *arena, const char *what, rondo_error *error);
void rondo_arena_finish(rondo_arena *arena);

/* To be called first: blocks of more than a megabyte go back to the system whenever they are freed.
 * glibc keeps ever larger ones once a large one was freed. [main] */
void rondo_memory_return_large(void);

#endif
