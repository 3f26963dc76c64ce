/* Sums of arrays over the shards of a minibatch, by one binary tree that the shards alone
 * determine: always lower + upper, whoever holds them.
 *
 *     shard      0   1   2   3   4   5             a node of level k is the sum of shards
 *     level 1     \+/     \+/     \+/              [i 2^k, (i + 1) 2^k); where the upper of two
 *     level 2       \---+---/      |               has no shards, the lower one is their sum
 *     level 3            \----+----/
 *
 * Every rank has a range of neighbouring shards. It adds what is whole in its range by itself, as
 * its shards come (the binary counter: log2 of the shards + 1 arrays). Then ranks add up between
 * them, and all have the sum:
 *
 * - A power of two of ranks whose ranges are whole nodes: recursive halving and doubling
 *   (Rabenseifner 2004), 2 log2(R) exchanges of 2 (R - 1) / R of the array, one after another with
 *   the rank whose number differs in one bit, from the lowest: so lower + upper is the tree's.
 * - Any other number of ranks: rank q completes the tree for the q-th part of the array, for which
 *   it gets that part of every node of every rank, and gives the sum to all: 2 (R - 1) exchanges,
 *   and the first half of the traffic is as many times as much as a rank has nodes, 2 log2(S / R)
 *   at most.
 */
#ifndef RONDO_TRAIN_TREE_SUM_H
#define RONDO_TRAIN_TREE_SUM_H

#include "config/experiment.h"
#include "rondo/real.h"
#include "train/ranks.h"

/* Shards [first, end) that a rank has of `shards`: as equal as it goes. [any] */
typedef struct rondo_shard_range {
    int64_t first, end;
} rondo_shard_range;

rondo_shard_range rondo_shard_range_of(int64_t shards, int32_t rank, int32_t ranks);

enum { RONDO_MAX_TREE_LEVELS = 12 }; /* of RONDO_MAX_SHARDS leaves */

typedef struct rondo_tree_node {
    int64_t first, end; /* shards */
} rondo_tree_node;

typedef struct rondo_tree_sum {
    const rondo_ranks *ranks;
    int64_t shards; /* S of the config */
    int64_t count;  /* reals of an array */
    int threads;    /* that add */
    int64_t filled; /* shards of the minibatch at hand that have rows, the first ones */
    int64_t nodes;  /* that are whole so far in the range of this rank */
    rondo_tree_node node[RONDO_MAX_TREE_LEVELS * 2];
    rondo_real *array[RONDO_MAX_TREE_LEVELS * 2]; /* of each node; [0] is the caller's */
    int64_t arrays;
    rondo_real *parts; /* of other ranks' nodes */
} rondo_tree_sum;

/* `sum` is the caller's, [count], and gets the sums. At most as many ranks as
 * shards. [main] */
rondo_status rondo_tree_sum_start(const rondo_ranks *ranks, int64_t shards, int64_t count,
                                  rondo_real *sum, rondo_tree_sum *tree, rondo_error *error);
void rondo_tree_sum_finish(rondo_tree_sum *tree);

/* Bytes that start takes. */
size_t rondo_tree_sum_bytes(int64_t shards, int64_t count, int32_t rank, int32_t ranks);

/* A new minibatch, of which the first `filled` shards have rows. [main] */
void rondo_tree_sum_begin(rondo_tree_sum *tree, int64_t filled);

/* Where the array of the next shard of this rank's range is to be written; then `add` takes it. The
 * shards come in their order, those without rows are left out. [main] */
rondo_real *rondo_tree_sum_next(rondo_tree_sum *tree);
void rondo_tree_sum_add(rondo_tree_sum *tree);

/* After this rank's last shard, on all ranks together: the sum is in `sum`. [main] */
void rondo_tree_sum_complete(rondo_tree_sum *tree);

/* Or a part of the sum after the other, all ranks in the same order: the last shard is only noted
 * by `add_last`, and of its array nothing but that part is read. [main; complete_range: any thread,
 * one at a time] */
void rondo_tree_sum_add_last(rondo_tree_sum *tree);
void rondo_tree_sum_complete_range(const rondo_tree_sum *tree, int64_t first, int64_t count);

/* The same tree over `filled` rows of doubles, [filled][count], into the first one. [any] */
void rondo_tree_sum_doubles(double *rows, int64_t filled, int64_t count);

#endif
