/* How long sums between ranks take (docs/scale.md): mpirun -n R sums [COMMUNICATOR] [PLUGINS], with
 * a shard a rank. The best of some turns, for arrays of several sizes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "train/tree_sum.h"

enum { TURNS = 9 };

static double seconds_of(const rondo_ranks *ranks, rondo_tree_sum *tree, int64_t repeats)
{
    int32_t size = rondo_ranks_size(ranks);
    char *all = calloc(2 * (size_t)size, 1);
    double best = HUGE_VAL;
    for (int turn = 0; all && turn < TURNS; turn++) {
        rondo_ranks_gather(ranks, all, 1, all + size);
        double started = rondo_clock_seconds();
        for (int64_t i = 0; i < repeats; i++) {
            rondo_tree_sum_begin(tree, size);
            memset(rondo_tree_sum_next(tree), 0, sizeof(rondo_real));
            rondo_tree_sum_add(tree);
            rondo_tree_sum_complete(tree);
        }
        double seconds = (rondo_clock_seconds() - started) / (double)repeats;
        if (seconds < best) best = seconds;
    }
    free(all);
    return best;
}

static rondo_status measure(const rondo_ranks *ranks, int64_t count, rondo_error *error)
{
    rondo_tree_sum tree;
    rondo_real *sum = rondo_memory_create((size_t)count * sizeof *sum, "a sum", error);
    if (!sum) return error->status;
    rondo_status status =
        rondo_tree_sum_start(ranks, rondo_ranks_size(ranks), count, sum, &tree, error);
    if (status) return status;
    double seconds = seconds_of(ranks, &tree, count < 65536 ? 300 : 10);
    double bytes = (double)count * sizeof *sum, share = 1 - 1.0 / rondo_ranks_size(ranks);
    if (rondo_ranks_is_first(ranks))
        printf("%10.0f bytes %10.1f us  %6.2f GB/s a direction\n", bytes, seconds * 1e6,
               2 * share * bytes / seconds / 1e9);
    rondo_tree_sum_finish(&tree);
    rondo_memory_destroy(sum);
    return RONDO_OK;
}

int main(int argc, char **argv)
{
    static const int64_t counts[] = {1, 256, 4096, 65536, 262144, 1048576, 2099200, 4194304};
    rondo_registry *registry;
    rondo_ranks ranks;
    rondo_error error = {0};
    const char *name = argc > 1 ? argv[1] : "auto", *folder = argc > 2 ? argv[2] : NULL;
    rondo_status status = rondo_registry_create(&folder, folder ? 1 : 0, &registry, &error);
    if (!status) status = rondo_ranks_start(registry, name, &ranks, &error);
    if (status) {
        fprintf(stderr, "sums: %s\n", error.text);
        return (int)status;
    }
    if (rondo_ranks_is_first(&ranks))
        printf("%d ranks, %s\n", (int)rondo_ranks_size(&ranks),
               ranks.communicator ? ranks.group.library : "no communicator");
    for (size_t i = 0; !status && i < sizeof counts / sizeof *counts; i++)
        status = measure(&ranks, counts[i], &error);
    rondo_ranks_finish(&ranks);
    rondo_registry_destroy(registry);
    return (int)status;
}
