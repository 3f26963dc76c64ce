#include "train/ranks.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "plugin/launch.h"

enum { MOST_BYTES = 1 << 30 }; /* of one message */

int32_t rondo_ranks_size(const rondo_ranks *ranks)
{
    return ranks && ranks->communicator ? ranks->group.size : 1;
}

int32_t rondo_ranks_rank(const rondo_ranks *ranks)
{
    return ranks && ranks->communicator ? ranks->group.rank : 0;
}

bool rondo_ranks_is_first(const rondo_ranks *ranks)
{
    return rondo_ranks_rank(ranks) == 0;
}

/* --- start --- */

/* One message for all the processes that were started. */
static rondo_status only_first_reports(const rondo_launch *launch, rondo_error *error)
{
    if (launch->rank > 0) error->text[0] = '\0';
    return error->status;
}

static bool is_there(const rondo_registry *registry, const char *name)
{
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_COMMUNICATOR); i++)
        if (strcmp(rondo_registry_name(registry, RONDO_KIND_COMMUNICATOR, i), name) == 0)
            return true;
    return false;
}

static rondo_status choose(const rondo_registry *registry, const rondo_launch *launch,
                           const char **name, rondo_error *error)
{
    *name = "none";
    if (launch->size == 1) return RONDO_OK;
    for (int i = 0; launch->communicators[i]; i++)
        if (is_there(registry, launch->communicators[i])) {
            *name = launch->communicators[i];
            return RONDO_OK;
        }
    return rondo_error_set(error, RONDO_USAGE,
                           "started as %lld processes by %s, but there is no communicator %s "
                           "(rondo list): build rondo on a machine with that MPI, or train "
                           "independently in each process with --communicator none",
                           (long long)launch->size, launch->by, launch->communicators[0]);
}

void rondo_ranks_finish(rondo_ranks *ranks)
{
    if (ranks->communicator) ranks->communicator->finish();
    ranks->communicator = NULL;
    free(ranks->numbers);
    ranks->numbers = NULL;
}

static rondo_status join(const char *name, const rondo_launch *launch, rondo_ranks *ranks,
                         rondo_error *error)
{
    char message[256] = "";
    if (ranks->communicator->start(&ranks->group, message, sizeof message) != 0)
        return rondo_error_set(error, RONDO_FAILED, "communicator %s: %s", name, message);
    ranks->numbers = calloc(2 * (size_t)ranks->group.size, sizeof *ranks->numbers);
    if (!ranks->numbers)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for a list of ranks");
    if (launch->size == 1 || launch->size == ranks->group.size) return RONDO_OK;
    rondo_ranks_finish(ranks);
    return rondo_error_set(error, RONDO_USAGE,
                           "started as %lld processes by %s, but the communicator %s (%s) sees %d "
                           "processes: it was built for another MPI",
                           (long long)launch->size, launch->by, name, ranks->group.library,
                           (int)ranks->group.size);
}

rondo_status rondo_ranks_start(rondo_registry *registry, const char *name, rondo_ranks *ranks,
                               rondo_error *error)
{
    const rondo_launch launch = rondo_launch_find();
    const rondo_plugin *plugin;
    *ranks = (rondo_ranks){.group = {.size = 1}};
    rondo_status status = RONDO_OK;
    if (strcmp(name, "auto") == 0) status = choose(registry, &launch, &name, error);
    if (status) return only_first_reports(&launch, error);
    if (strcmp(name, "none") == 0) return RONDO_OK;
    status = rondo_registry_find(registry, RONDO_KIND_COMMUNICATOR, name, &plugin, error);
    if (status) return only_first_reports(&launch, error);
    ranks->communicator = (const rondo_communicator *)plugin;
    status = join(name, &launch, ranks, error);
    if (!status) return RONDO_OK;
    ranks->communicator = NULL;
    return only_first_reports(&launch, error);
}

/* --- messages --- */

static size_t piece_of(size_t bytes, size_t done)
{
    size_t left = bytes > done ? bytes - done : 0;
    return left < MOST_BYTES ? left : MOST_BYTES;
}

void rondo_ranks_exchange(const rondo_ranks *ranks, int32_t to, const void *send, size_t send_bytes,
                          int32_t from, void *receive, size_t receive_bytes)
{
    for (size_t done = 0; done < send_bytes || done < receive_bytes; done += MOST_BYTES) {
        const rondo_exchange piece = {.send = (const char *)send + (send_bytes > done ? done : 0),
                                      .send_bytes = piece_of(send_bytes, done),
                                      .to = to,
                                      .receive =
                                          (char *)receive + (receive_bytes > done ? done : 0),
                                      .receive_bytes = piece_of(receive_bytes, done),
                                      .from = from};
        ranks->communicator->exchange(&piece);
    }
}

static void send_to(const rondo_ranks *ranks, int32_t to, const void *data, size_t bytes)
{
    char nothing;
    rondo_ranks_exchange(ranks, to, data, bytes, to, &nothing, 0);
}

static void receive_from(const rondo_ranks *ranks, int32_t from, void *data, size_t bytes)
{
    const char nothing = 0;
    rondo_ranks_exchange(ranks, from, &nothing, 0, from, data, bytes);
}

/* Ranks that have it double with every turn; they are counted from the root. */
static void broadcast_from(const rondo_ranks *ranks, int32_t root, void *data, size_t bytes)
{
    int32_t size = rondo_ranks_size(ranks), rank = rondo_ranks_rank(ranks);
    int32_t place = (rank - root + size) % size;
    for (int32_t have = 1; have < size; have *= 2) {
        if (place < have && place + have < size)
            send_to(ranks, (rank + have) % size, data, bytes);
        else if (place >= have && place < 2 * have)
            receive_from(ranks, (rank - have + size) % size, data, bytes);
    }
}

void rondo_ranks_broadcast(const rondo_ranks *ranks, void *data, size_t bytes)
{
    broadcast_from(ranks, 0, data, bytes);
}

void rondo_ranks_gather(const rondo_ranks *ranks, void *all, size_t bytes, void *room)
{
    int32_t size = rondo_ranks_size(ranks), rank = rondo_ranks_rank(ranks);
    char *parts = room; /* of ranks rank, rank + 1, .. one behind the other */
    if (size == 1) return;
    memcpy(parts, (char *)all + (size_t)rank * bytes, bytes);
    for (int32_t have = 1; have < size; have *= 2) {
        int32_t count = have < size - have ? have : size - have;
        rondo_ranks_exchange(ranks, (rank - have + size) % size, parts, (size_t)count * bytes,
                             (rank + have) % size, parts + (size_t)have * bytes,
                             (size_t)count * bytes);
    }
    for (int32_t i = 0; i < size; i++)
        memcpy((char *)all + (size_t)((rank + i) % size) * bytes, parts + (size_t)i * bytes, bytes);
}

/* --- agreement --- */

/* One number of each rank, all in ranks->numbers. */
static const int64_t *gather_numbers(const rondo_ranks *ranks, int64_t number)
{
    int64_t *all = ranks->numbers;
    all[rondo_ranks_rank(ranks)] = number;
    rondo_ranks_gather(ranks, all, sizeof *all, all + rondo_ranks_size(ranks));
    return all;
}

static rondo_status report_failure(const rondo_ranks *ranks, int32_t failed, rondo_status status,
                                   rondo_error *error)
{
    if (rondo_ranks_rank(ranks) == failed && failed > 0)
        rondo_error_prefix(error, "rank %d: ", (int)failed);
    broadcast_from(ranks, failed, error->text, sizeof error->text);
    error->status = status;
    if (!rondo_ranks_is_first(ranks)) error->text[0] = '\0';
    return status;
}

rondo_status rondo_ranks_agree(const rondo_ranks *ranks, rondo_status status, rondo_error *error)
{
    int32_t size = rondo_ranks_size(ranks), failed = 0;
    if (size == 1) return status;
    const int64_t *all = gather_numbers(ranks, status);
    while (failed < size && !all[failed])
        failed++;
    return failed < size ? report_failure(ranks, failed, (rondo_status)all[failed], error)
                         : RONDO_OK;
}

rondo_status rondo_ranks_compare(const rondo_ranks *ranks, const void *data, size_t bytes,
                                 const char *what, rondo_error *error)
{
    int32_t size = rondo_ranks_size(ranks), other = 0;
    if (size == 1) return RONDO_OK;
    const int64_t *all = gather_numbers(ranks, (int64_t)rondo_file_checksum(0, data, bytes));
    while (other < size && all[other] == all[0])
        other++;
    if (other == size) return RONDO_OK;
    rondo_error_set(error, RONDO_USAGE,
                    "rank %d has another %s than rank 0: all ranks must read the same files",
                    (int)other, what);
    if (!rondo_ranks_is_first(ranks)) error->text[0] = '\0';
    return RONDO_USAGE;
}
