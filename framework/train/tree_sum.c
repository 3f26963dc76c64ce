#include "train/tree_sum.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"

enum { SLICE = 8192 };

rondo_shard_range rondo_shard_range_of(int64_t shards, int32_t rank, int32_t ranks)
{
    return (rondo_shard_range){shards * rank / ranks, shards * (rank + 1) / ranks};
}

/* --- nodes --- */

static bool are_siblings(const rondo_tree_node *lower, const rondo_tree_node *upper)
{
    int64_t size = lower->end - lower->first;
    return upper->end - upper->first == size && lower->first % (2 * size) == 0;
}

/* The whole nodes of a rank's range, of the shards that have rows; *most: of a time, while shards
 * come one by one. */
static int64_t list_nodes(int64_t shards, int64_t filled, int32_t rank, int32_t ranks,
                          rondo_tree_node *node, int64_t *most)
{
    const rondo_shard_range range = rondo_shard_range_of(shards, rank, ranks);
    int64_t count = 0;
    *most = 0;
    for (int64_t s = range.first; s < range.end && s < filled; s++) {
        node[count++] = (rondo_tree_node){s, s + 1};
        if (count > *most) *most = count;
        for (; count > 1 && are_siblings(&node[count - 2], &node[count - 1]); count--)
            node[count - 2].end = node[count - 1].end;
    }
    return count;
}

static int64_t most_arrays(int64_t shards, int32_t rank, int32_t ranks)
{
    rondo_tree_node node[RONDO_MAX_TREE_LEVELS * 2];
    int64_t most;
    list_nodes(shards, shards, rank, ranks, node, &most);
    return most > 1 ? most : 1;
}

static bool is_power_of_two(int64_t number)
{
    return (number & (number - 1)) == 0;
}

/* Whether the range of every rank is a node, and ranks add up in pairs. */
static bool is_halved(int64_t shards, int32_t ranks)
{
    return is_power_of_two(ranks) && shards % ranks == 0 && is_power_of_two(shards / ranks);
}

/* Of an array that is cut in as many parts as there are ranks. */
static int64_t part_end(int64_t count, int32_t rank, int32_t ranks)
{
    return count / ranks * (rank + 1) + (count % ranks) * (rank + 1) / ranks;
}

/* Reals that a rank gets of the others at a time. */
static int64_t parts_size(int64_t shards, int64_t count, int32_t ranks)
{
    rondo_tree_node node[RONDO_MAX_TREE_LEVELS * 2];
    int64_t nodes = 0, most;
    if (ranks == 1) return 0;
    if (is_halved(shards, ranks)) return (count + 1) / 2;
    for (int32_t r = 0; r < ranks; r++)
        nodes += list_nodes(shards, shards, r, ranks, node, &most);
    return nodes * (count / ranks + 1);
}

size_t rondo_tree_sum_bytes(int64_t shards, int64_t count, int32_t rank, int32_t ranks)
{
    int64_t reals = (most_arrays(shards, rank, ranks) - 1) * count;
    return (size_t)(reals + parts_size(shards, count, ranks)) * sizeof(rondo_real);
}

rondo_status rondo_tree_sum_start(const rondo_ranks *ranks, int64_t shards, int64_t count,
                                  rondo_real *sum, rondo_tree_sum *tree, rondo_error *error)
{
    static const char what[] = "gradients of shards";
    int32_t size = rondo_ranks_size(ranks), rank = rondo_ranks_rank(ranks);
    *tree = (rondo_tree_sum){.ranks = ranks, .shards = shards, .count = count, .threads = 1};
    tree->array[0] = sum;
    tree->arrays = most_arrays(shards, rank, size);
    for (int64_t i = 1; i < tree->arrays; i++) {
        tree->array[i] = rondo_memory_create((size_t)count * sizeof(rondo_real), what, error);
        if (!tree->array[i]) goto failed;
    }
    tree->parts = rondo_memory_create((size_t)parts_size(shards, count, size) * sizeof(rondo_real),
                                      what, error);
    if (tree->parts) return RONDO_OK;
failed:
    rondo_tree_sum_finish(tree);
    return error->status;
}

void rondo_tree_sum_finish(rondo_tree_sum *tree)
{
    for (int64_t i = 1; i < tree->arrays; i++)
        rondo_memory_destroy(tree->array[i]);
    rondo_memory_destroy(tree->parts);
    *tree = (rondo_tree_sum){0};
}

/* --- addition --- */

typedef struct addition {
    rondo_real *sum;
    const rondo_real *more;
    int64_t count;
} addition;

static void add_task(void *context, int64_t slice, int thread)
{
    const addition *a = context;
    int64_t first = slice * SLICE, left = a->count - first;
    rondo_real *restrict sum = a->sum + first;
    const rondo_real *restrict more = a->more + first;
    (void)thread;
    if (left > SLICE) left = SLICE;
    for (int64_t i = 0; i < left; i++)
        sum[i] += more[i];
}

static void add(int threads, rondo_real *sum, const rondo_real *more, int64_t count)
{
    addition a = {sum, more, count};
    rondo_parallel_for(threads, (count + SLICE - 1) / SLICE, add_task, &a);
}

/* --- one rank --- */

void rondo_tree_sum_begin(rondo_tree_sum *tree, int64_t filled)
{
    tree->filled = filled;
    tree->nodes = 0;
}

rondo_real *rondo_tree_sum_next(rondo_tree_sum *tree)
{
    return tree->array[tree->nodes];
}

/* The upper of the last two nodes goes into the lower. */
static void join(rondo_tree_sum *tree)
{
    int64_t upper = --tree->nodes;
    tree->node[upper - 1].end = tree->node[upper].end;
    add(tree->threads, tree->array[upper - 1], tree->array[upper], tree->count);
}

static void join_siblings(rondo_tree_sum *tree)
{
    while (tree->nodes > 1 &&
           are_siblings(&tree->node[tree->nodes - 2], &tree->node[tree->nodes - 1]))
        join(tree);
}

void rondo_tree_sum_add(rondo_tree_sum *tree)
{
    rondo_tree_sum_add_last(tree);
    join_siblings(tree);
}

void rondo_tree_sum_add_last(rondo_tree_sum *tree)
{
    int64_t n = tree->nodes++;
    int64_t shard = n > 0 ? tree->node[n - 1].end
                          : rondo_shard_range_of(tree->shards, rondo_ranks_rank(tree->ranks),
                                                 rondo_ranks_size(tree->ranks))
                                .first;
    tree->node[n] = (rondo_tree_node){shard, shard + 1};
}

/* --- between ranks: halving --- */

/* A rank without rows: x + -0 is x, for every x. */
static void fill_with_nothing(rondo_tree_sum *tree)
{
    for (int64_t i = 0; i < tree->count; i++)
        tree->array[0][i] = (rondo_real)-0.0;
}

/* What of the array is still this rank's to add up, before each exchange. */
typedef struct halving {
    int64_t first[32], middle[32], end[32];
} halving;

/* Returns how many exchanges there were. */
static int32_t reduce(rondo_tree_sum *tree, halving *h, int32_t rank, int32_t size)
{
    rondo_real *x = tree->array[0];
    int64_t first = 0, end = tree->count;
    int32_t k = 0;
    for (int32_t d = 1; d < size; d *= 2, k++) {
        int64_t middle = first + (end - first) / 2;
        bool keeps_first = (rank & d) == 0;
        int64_t kept = keeps_first ? first : middle,
                count = keeps_first ? middle - first : end - middle;
        int64_t given = keeps_first ? middle : first, rest = end - first - count;
        h->first[k] = first;
        h->middle[k] = middle;
        h->end[k] = end;
        rondo_ranks_exchange(tree->ranks, rank ^ d, x + given, (size_t)rest * sizeof *x, rank ^ d,
                             tree->parts, (size_t)count * sizeof *x);
        add(tree->threads, x + kept, tree->parts, count);
        first = kept;
        end = kept + count;
    }
    return k;
}

static void collect(rondo_tree_sum *tree, const halving *h, int32_t rank, int32_t exchanges)
{
    rondo_real *x = tree->array[0];
    for (int32_t k = exchanges - 1; k >= 0; k--) {
        int32_t d = (int32_t)1 << k;
        bool has_first = (rank & d) == 0;
        int64_t lower = h->middle[k] - h->first[k], upper = h->end[k] - h->middle[k];
        rondo_real *mine = x + (has_first ? h->first[k] : h->middle[k]);
        rondo_real *other = x + (has_first ? h->middle[k] : h->first[k]);
        rondo_ranks_exchange(tree->ranks, rank ^ d, mine,
                             (size_t)(has_first ? lower : upper) * sizeof *x, rank ^ d, other,
                             (size_t)(has_first ? upper : lower) * sizeof *x);
    }
}

static void halve(rondo_tree_sum *tree)
{
    int32_t size = rondo_ranks_size(tree->ranks), rank = rondo_ranks_rank(tree->ranks);
    halving h;
    while (tree->nodes > 1) /* the range is a node, whose last shards have no rows */
        join(tree);
    if (tree->nodes == 0) fill_with_nothing(tree);
    collect(tree, &h, rank, reduce(tree, &h, rank, size));
}

/* --- between ranks: parts --- */

/* Nodes of all ranks in the order of the tree, and where this rank's part of each lies. */
typedef struct forest {
    rondo_tree_node node[2 * RONDO_MAX_SHARDS];
    rondo_real *part[2 * RONDO_MAX_SHARDS];
    int64_t count;
} forest;

static int64_t nodes_of(const rondo_tree_sum *tree, int32_t rank, rondo_tree_node *node)
{
    int64_t most;
    return list_nodes(tree->shards, tree->filled, rank, rondo_ranks_size(tree->ranks), node, &most);
}

/* Rank `to` gets its part of this rank's nodes, and this rank its part of those of rank `from`. */
static void pass_parts(const rondo_tree_sum *tree, int32_t to, int32_t from, int64_t nodes,
                       rondo_real *const *part)
{
    int32_t size = rondo_ranks_size(tree->ranks), rank = rondo_ranks_rank(tree->ranks);
    int64_t first = part_end(tree->count, to - 1, size);
    size_t sent = (size_t)(part_end(tree->count, to, size) - first) * sizeof(rondo_real);
    size_t got =
        (size_t)(part_end(tree->count, rank, size) - part_end(tree->count, rank - 1, size)) *
        sizeof(rondo_real);
    for (int64_t i = 0; i < nodes || i < tree->nodes; i++)
        rondo_ranks_exchange(tree->ranks, to, tree->array[i < tree->nodes ? i : 0] + first,
                             i < tree->nodes ? sent : 0, from, i < nodes ? part[i] : NULL,
                             i < nodes ? got : 0);
}

/* The nodes of the others get their places one behind the other. */
static void place_parts(const rondo_tree_sum *tree, forest *all, int64_t *first_node)
{
    int32_t size = rondo_ranks_size(tree->ranks), rank = rondo_ranks_rank(tree->ranks);
    int64_t first = part_end(tree->count, rank - 1, size);
    int64_t count = part_end(tree->count, rank, size) - first;
    rondo_real *next = tree->parts;
    all->count = 0;
    for (int32_t r = 0; r < size; r++) {
        int64_t nodes = nodes_of(tree, r, all->node + all->count);
        first_node[r] = all->count;
        for (int64_t i = 0; i < nodes; i++) {
            all->part[all->count + i] = r == rank ? tree->array[i] + first : next;
            if (r != rank) next += count;
        }
        all->count += nodes;
    }
    first_node[size] = all->count;
}

static void join_parts(const rondo_tree_sum *tree, forest *all, int64_t lower, int64_t upper,
                       int64_t count)
{
    all->node[lower].end = all->node[upper].end;
    add(tree->threads, all->part[lower], all->part[upper], count);
}

/* The tree over this rank's part of all nodes, completed in the first one's place. */
static rondo_real *complete_part(const rondo_tree_sum *tree, forest *all, int64_t count)
{
    int64_t top = 0;
    assert(all->count > 0); /* every shard is some rank's */
    for (int64_t i = 0; i < all->count; i++) {
        all->node[top] = all->node[i];
        all->part[top] = all->part[i];
        for (top++; top > 1 && are_siblings(&all->node[top - 2], &all->node[top - 1]); top--)
            join_parts(tree, all, top - 2, top - 1, count);
    }
    for (; top > 1; top--)
        join_parts(tree, all, top - 2, top - 1, count);
    return all->part[0];
}

static void share_parts(const rondo_tree_sum *tree)
{
    int32_t size = rondo_ranks_size(tree->ranks), rank = rondo_ranks_rank(tree->ranks);
    rondo_real *x = tree->array[0];
    int64_t mine = part_end(tree->count, rank - 1, size);
    for (int32_t k = 1; k < size; k++) {
        int32_t to = (rank + k) % size, from = (rank - k + size) % size;
        int64_t other = part_end(tree->count, from - 1, size);
        rondo_ranks_exchange(tree->ranks, to, x + mine,
                             (size_t)(part_end(tree->count, rank, size) - mine) * sizeof *x, from,
                             x + other,
                             (size_t)(part_end(tree->count, from, size) - other) * sizeof *x);
    }
}

static void add_parts(rondo_tree_sum *tree)
{
    int32_t size = rondo_ranks_size(tree->ranks), rank = rondo_ranks_rank(tree->ranks);
    int64_t first_node[RONDO_MAX_SHARDS + 1];
    int64_t first = part_end(tree->count, rank - 1, size);
    int64_t count = part_end(tree->count, rank, size) - first;
    forest all;
    place_parts(tree, &all, first_node);
    for (int32_t k = 1; k < size; k++) {
        int32_t from = (rank - k + size) % size;
        pass_parts(tree, (rank + k) % size, from, first_node[from + 1] - first_node[from],
                   all.part + first_node[from]);
    }
    const rondo_real *sum = complete_part(tree, &all, count);
    if (sum != tree->array[0] + first)
        memcpy(tree->array[0] + first, sum, (size_t)count * sizeof *sum);
    share_parts(tree);
}

void rondo_tree_sum_complete(rondo_tree_sum *tree)
{
    int32_t size = rondo_ranks_size(tree->ranks);
    if (is_halved(tree->shards, size) && size > 1)
        halve(tree);
    else if (size > 1)
        add_parts(tree);
    else
        while (tree->nodes > 1)
            join(tree);
}

void rondo_tree_sum_complete_range(const rondo_tree_sum *tree, int64_t first, int64_t count)
{
    rondo_tree_sum part = *tree;
    part.count = count;
    part.threads = 1;
    for (int64_t i = 0; i < part.arrays; i++)
        part.array[i] += first;
    join_siblings(&part);
    rondo_tree_sum_complete(&part);
}

void rondo_tree_sum_doubles(double *rows, int64_t filled, int64_t count)
{
    for (int64_t step = 1; step < filled; step *= 2)
        for (int64_t s = 0; s + step < filled; s += 2 * step)
            for (int64_t i = 0; i < count; i++)
                rows[s * count + i] += rows[(s + step) * count + i];
}
