/* A communicator without MPI, for tests: ranks are processes of this machine that pass their bytes
 * through a file that all have mapped. The test starts them and sets
 *
 *     RONDO_BOARD_FILE    the file, of at least RONDO_BOARD_SIZE(ranks) zeros
 *     RONDO_BOARD_RANK    0 .. ranks - 1
 *     RONDO_BOARD_RANKS
 *
 * A box for each ordered pair of ranks holds a piece of a message until the other has taken it. */
#include "board.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { YIELDS = 1000 };

typedef struct box {
    atomic_uint bytes; /* 0: empty */
    char piece[RONDO_BOARD_PIECE];
} box;

_Static_assert(sizeof(box) == RONDO_BOARD_BOX, "the size that tests know");

static box *boxes;
static int32_t own_rank, rank_count;

static int32_t number_of(const char *variable)
{
    const char *text = getenv(variable);
    return text ? (int32_t)atoi(text) : 0;
}

static int start(rondo_group *group, char *message, size_t message_size)
{
    const char *name = getenv("RONDO_BOARD_FILE");
    own_rank = number_of("RONDO_BOARD_RANK");
    rank_count = number_of("RONDO_BOARD_RANKS");
    int file = name ? open(name, O_RDWR) : -1;
    if (file < 0 || rank_count < 1) {
        snprintf(message, message_size, "RONDO_BOARD_FILE and its like are not set");
        return 1;
    }
    size_t size = (size_t)(rank_count * rank_count) * sizeof(box);
    void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (mapped == MAP_FAILED) {
        snprintf(message, message_size, "the board cannot be mapped");
        return 1;
    }
    boxes = mapped;
    group->rank = own_rank;
    group->size = rank_count;
    group->any_thread = true;
    snprintf(group->library, sizeof group->library, "a board for tests");
    return 0;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Moves one piece where that is possible; returns its bytes. */
static size_t put(box *to, const char *data, size_t left)
{
    if (left == 0 || atomic_load_explicit(&to->bytes, memory_order_acquire) != 0) return 0;
    size_t bytes = smaller(left, RONDO_BOARD_PIECE);
    memcpy(to->piece, data, bytes);
    atomic_store_explicit(&to->bytes, (unsigned)bytes, memory_order_release);
    return bytes;
}

static size_t get(box *from, char *data, size_t left)
{
    size_t bytes = left > 0 ? atomic_load_explicit(&from->bytes, memory_order_acquire) : 0;
    if (bytes == 0) return 0;
    memcpy(data, from->piece, bytes);
    atomic_store_explicit(&from->bytes, 0, memory_order_release);
    return bytes;
}

static void exchange(const rondo_exchange *e)
{
    const struct timespec pause = {0, 50000};
    size_t sent = 0, got = 0;
    int64_t idle = 0;
    while (sent < e->send_bytes || got < e->receive_bytes) {
        size_t moved = 0;
        if (sent < e->send_bytes)
            moved += put(&boxes[own_rank * rank_count + e->to], (const char *)e->send + sent,
                         e->send_bytes - sent);
        sent += moved;
        size_t more = 0;
        if (got < e->receive_bytes)
            more = get(&boxes[e->from * rank_count + own_rank], (char *)e->receive + got,
                       e->receive_bytes - got);
        got += more;
        idle = moved + more == 0 ? idle + 1 : 0;
        if (idle > YIELDS)
            nanosleep(&pause, NULL);
        else if (idle > 0)
            sched_yield();
    }
}

static void finish(void)
{
    munmap(boxes, (size_t)(rank_count * rank_count) * sizeof(box));
}

static const rondo_option options[] = {RONDO_OPTIONS_END};

const rondo_communicator rondo_plugin_board = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_COMMUNICATOR, rondo_communicator), .name = "board",
             .summary = "messages through a file, for tests", .equations = "", .source = "none",
             .options = options},
    .start = start,
    .exchange = exchange,
    .finish = finish,
};
