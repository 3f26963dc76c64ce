/* Sums over shards have the bits of one tree for any number of ranks: real processes, joined by the
 * board (tests/support/board.h), against a tree that is folded here by itself. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "check.h"
#include "support/board.h"
#include "train/tree_sum.h"

enum { MOST_SHARDS = 16, MOST_COUNT = 20000, MOST_RANKS = 8 };

static rondo_real shards[MOST_SHARDS][MOST_COUNT], expected[MOST_COUNT], sum[MOST_COUNT];

/* Of very different sizes, so that any other order of additions rounds another way; and some -0,
 * which a sum with +0 would not leave alone. */
static void fill_shards(void)
{
    const rondo_random random = {5, RONDO_FOR_TEST, 0};
    for (int64_t s = 0; s < MOST_SHARDS; s++)
        for (int64_t i = 0; i < MOST_COUNT; i++) {
            double size = rondo_random_uniform(&random, (uint64_t)(MOST_COUNT * s + i));
            double value = rondo_random_normal(&random, (uint64_t)(MOST_COUNT * (s + 32) + i));
            shards[s][i] = (rondo_real)(i % 11 == 3 ? -0.0 : value * pow(10, 6 * size));
        }
}

/* The node of `width` shards from `first` on, of which those below `filled` count: in words, halve
 * the smallest power of two that holds them. */
static rondo_real node(int64_t first, int64_t width, int64_t filled, int64_t i)
{
    if (width == 1) return shards[first][i];
    rondo_real lower = node(first, width / 2, filled, i);
    if (first + width / 2 >= filled) return lower;
    return lower + node(first + width / 2, width / 2, filled, i);
}

static void fold(int64_t filled, int64_t count)
{
    int64_t width = 1;
    while (width < filled)
        width *= 2;
    for (int64_t i = 0; i < count; i++)
        expected[i] = node(0, width, filled, i);
}

/* At once, or in parts, the last ones first. */
static void complete(rondo_tree_sum *tree, int64_t count, bool in_parts)
{
    int64_t end = count;
    if (!in_parts) rondo_tree_sum_complete(tree);
    for (; in_parts && end > 0; end = end * 2 / 3)
        rondo_tree_sum_complete_range(tree, end * 2 / 3, end - end * 2 / 3);
}

static bool sums_are_right(const rondo_ranks *ranks, int64_t S, int64_t filled, int64_t count)
{
    rondo_tree_sum tree;
    rondo_error error = {0};
    if (rondo_tree_sum_start(ranks, S, count, sum, &tree, &error)) return false;
    const rondo_shard_range range =
        rondo_shard_range_of(S, rondo_ranks_rank(ranks), rondo_ranks_size(ranks));
    for (int turn = 0; turn < 2; turn++) { /* nothing is left of the minibatch before */
        memset(sum, 0xff, sizeof sum);
        rondo_tree_sum_begin(&tree, filled);
        for (int64_t s = range.first; s < range.end && s < filled; s++) {
            memcpy(rondo_tree_sum_next(&tree), shards[s], (size_t)count * sizeof *sum);
            bool is_last = s + 1 == range.end || s + 1 == filled;
            if (turn == 1 && is_last)
                rondo_tree_sum_add_last(&tree);
            else
                rondo_tree_sum_add(&tree);
        }
        complete(&tree, count, turn == 1);
    }
    rondo_tree_sum_finish(&tree);
    return memcmp(sum, expected, (size_t)count * sizeof *sum) == 0;
}

static const int64_t counts[] = {1, 7, 1000, MOST_COUNT};
enum { COUNTS = sizeof counts / sizeof *counts };

/* All numbers of shards and of those that have rows; what fails is told. */
static bool all_are_right(const rondo_ranks *ranks, int32_t size)
{
    bool right = true;
    for (int64_t S = size; S <= MOST_SHARDS; S++)
        for (int64_t filled = 1; filled <= S; filled++) {
            int64_t count = counts[(S + filled) % COUNTS];
            fold(filled, count);
            if (sums_are_right(ranks, S, filled, count)) continue;
            fprintf(stderr, "rank %d of %d: %lld shards, %lld with rows, %lld numbers\n",
                    rondo_ranks_rank(ranks), (int)size, (long long)S, (long long)filled,
                    (long long)count);
            right = false;
        }
    return right;
}

/* What ranks tell each other besides. */
static bool messages_are_right(const rondo_ranks *ranks)
{
    int32_t size = rondo_ranks_size(ranks), rank = rondo_ranks_rank(ranks);
    rondo_error error = {0};
    int number = rank == 0 ? 17 : 0, all[MOST_RANKS] = {0}, room[MOST_RANKS];
    bool right = !rondo_ranks_agree(ranks, RONDO_OK, &error);
    rondo_ranks_broadcast(ranks, &number, sizeof number);
    all[rank] = 100 + rank;
    rondo_ranks_gather(ranks, all, sizeof *all, room);
    for (int32_t r = 0; r < size; r++)
        right &= all[r] == 100 + r;
    right &= number == 17 && !rondo_ranks_compare(ranks, &number, sizeof number, "number", &error);
    if (size == 1) return right;
    right &= rondo_ranks_compare(ranks, &rank, sizeof rank, "number", &error) == RONDO_USAGE;
    right &= rank > 0 ? error.text[0] == '\0'
                      : strstr(error.text, "rank 1 has another number than rank 0") != NULL;
    error = (rondo_error){0};
    rondo_status status =
        rank == size - 1 ? rondo_error_set(&error, RONDO_USAGE, "no %s", "disk") : RONDO_OK;
    right &= rondo_ranks_agree(ranks, status, &error) == RONDO_USAGE;
    char text[64];
    snprintf(text, sizeof text, "rank %d: no disk", (int)size - 1);
    return right && strcmp(error.text, rank == 0 ? text : "") == 0;
}

static int run_rank(int32_t rank, int32_t size)
{
    rondo_ranks ranks = {.communicator = &rondo_plugin_board};
    char number[16], message[256] = "";
    int64_t numbers[2 * MOST_RANKS];
    snprintf(number, sizeof number, "%d", (int)rank);
    setenv("RONDO_BOARD_RANK", number, 1);
    snprintf(number, sizeof number, "%d", (int)size);
    setenv("RONDO_BOARD_RANKS", number, 1);
    ranks.numbers = numbers;
    if (rondo_plugin_board.start(&ranks.group, message, sizeof message)) return 2;
    bool right = all_are_right(&ranks, size);
    right &= messages_are_right(&ranks);
    rondo_plugin_board.finish();
    return right ? 0 : 1;
}

static void ranks_agree(int32_t size)
{
    FILE *file = fopen("board", "wb");
    CHECK(file && ftruncate(fileno(file), (off_t)RONDO_BOARD_SIZE(size)) == 0);
    if (file) fclose(file);
    setenv("RONDO_BOARD_FILE", "board", 1);
    for (int32_t rank = 0; rank < size; rank++) {
        pid_t child = fork();
        if (child == 0) _exit(run_rank(rank, size));
        CHECK(child > 0);
    }
    for (int32_t rank = 0; rank < size; rank++) {
        int status = -1;
        wait(&status);
        CHECK(WIFEXITED(status));
        CHECK_INTEGER(WEXITSTATUS(status), 0);
    }
    unlink("board");
}

static void any_number_of_ranks(void)
{
    static const int32_t sizes[] = {1, 2, 3, 4, 5, 8};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        ranks_agree(sizes[i]);
}

/* The values are such that another order shows: from left to right is not the tree. */
static void another_order_shows(void)
{
    int64_t different = 0;
    fold(8, 1000);
    for (int64_t i = 0; i < 1000; i++) {
        rondo_real left = shards[0][i];
        for (int64_t s = 1; s < 8; s++)
            left += shards[s][i];
        different += left != expected[i];
    }
    CHECK(different > 300);
}

static void scores_follow_the_same_tree(void)
{
    double rows[MOST_SHARDS][3];
    for (int64_t filled = 1; filled <= MOST_SHARDS; filled++) {
        for (int64_t s = 0; s < MOST_SHARDS; s++)
            for (int64_t i = 0; i < 3; i++)
                rows[s][i] = (double)shards[s][i];
        rondo_tree_sum_doubles(rows[0], filled, 3);
        for (int64_t i = 0; i < 3; i++) {
            double value[MOST_SHARDS];
            for (int64_t s = 0; s < filled; s++)
                value[s] = (double)shards[s][i];
            for (int64_t left = filled; left > 1; left = (left + 1) / 2) /* a level at a time */
                for (int64_t s = 0; s < (left + 1) / 2; s++)
                    value[s] = 2 * s + 1 < left ? value[2 * s] + value[2 * s + 1] : value[2 * s];
            CHECK(rows[0][i] == value[0]);
        }
    }
}

static void ranges_cover_all_shards(void)
{
    for (int32_t ranks = 1; ranks <= MOST_RANKS; ranks++)
        for (int64_t S = ranks; S <= 40; S++) {
            int64_t next = 0;
            for (int32_t r = 0; r < ranks; r++) {
                const rondo_shard_range range = rondo_shard_range_of(S, r, ranks);
                CHECK_INTEGER(range.first, next);
                CHECK(range.end > range.first &&
                      range.end - range.first <= (S + ranks - 1) / ranks);
                next = range.end;
            }
            CHECK_INTEGER(next, S);
        }
}

int main(void)
{
    fill_shards();
    RUN(any_number_of_ranks);
    RUN(another_order_shows);
    RUN(scores_follow_the_same_tree);
    RUN(ranges_cover_all_shards);
    return check_end();
}
