/* Processes that mpirun or srun has started, joined by MPI (MPI Forum, MPI: A Message-Passing
 * Interface Standard, version 3.1). Built once for each MPI that there is, because their libraries
 * do not fit each other: RONDO_MPI_NAME is the plugin's name, openmpi, mpich or mpi.
 *
 * MPI itself ends all ranks where it fails (MPI_ERRORS_ARE_FATAL, its default). Whoever waits long,
 * as the others do while rank 0 evaluates, gives its processor away.
 */
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "rondo/communicator.h"

enum { TAG = 1, SPINS = 500, YIELDS = 1000 };

static MPI_Comm all;

/* The first line of what the library says of itself, without its long tail. */
static void name_library(char *name, size_t size)
{
    char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    MPI_Get_library_version(text, &length);
    text[strcspn(text, ",\n")] = '\0';
    for (char *c = text; *c; c++)
        if (*c == '\t') *c = ' ';
    snprintf(name, size, "%.90s", text);
}

static int start(rondo_group *group, char *message, size_t message_size)
{
    int granted, rank, size, begun;
    MPI_Initialized(&begun);
    if (begun) {
        snprintf(message, message_size, "MPI has been started already");
        return 1;
    }
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &granted) != MPI_SUCCESS) {
        snprintf(message, message_size, "MPI cannot be started");
        return 1;
    }
    MPI_Comm_dup(MPI_COMM_WORLD, &all);
    MPI_Comm_rank(all, &rank);
    MPI_Comm_size(all, &size);
    group->rank = rank;
    group->size = size;
    group->any_thread = granted >= MPI_THREAD_SERIALIZED;
    name_library(group->library, sizeof group->library);
    return 0;
}

static void wait_for(int count, MPI_Request *requests)
{
    const struct timespec pause = {0, 50000};
    MPI_Status statuses[2];
    int done = 0;
    for (int64_t turn = 0; !done; turn++) {
        MPI_Testall(count, requests, &done, statuses);
        if (done || turn < SPINS) continue;
        if (turn < SPINS + YIELDS)
            sched_yield();
        else
            nanosleep(&pause, NULL);
    }
}

static void exchange(const rondo_exchange *e)
{
    MPI_Request requests[2];
    int count = 0;
    if (e->receive_bytes > 0)
        MPI_Irecv(e->receive, (int)e->receive_bytes, MPI_BYTE, e->from, TAG, all,
                  &requests[count++]);
    if (e->send_bytes > 0)
        MPI_Isend(e->send, (int)e->send_bytes, MPI_BYTE, e->to, TAG, all, &requests[count++]);
    wait_for(count, requests);
}

static void finish(void)
{
    MPI_Comm_free(&all);
    MPI_Finalize();
}

#define TEXT_OF(word)   #word
#define NAME_OF(word)   TEXT_OF(word)
#define JOINED(a, b)    a##b
#define SYMBOL_OF(word) JOINED(rondo_plugin_, word)

static const rondo_option options[] = {RONDO_OPTIONS_END};

extern const rondo_communicator SYMBOL_OF(RONDO_MPI_NAME);
RONDO_PLUGIN_EXPORT const rondo_communicator SYMBOL_OF(RONDO_MPI_NAME) = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_COMMUNICATOR, rondo_communicator),
             .name = NAME_OF(RONDO_MPI_NAME),
             .summary = "messages between the processes of an MPI job", .equations = "",
             .source = "MPI Forum, MPI: A Message-Passing Interface Standard, version 3.1",
             .options = options},
    .start = start,
    .exchange = exchange,
    .finish = finish,
};
