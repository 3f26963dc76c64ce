/* This process asks another one for what is in a file: base/hdf5_remote.h. */
#include "base/hdf5_remote.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds without a word after which the other process is taken for lost: it has a limit of
 * processor time, which is what an honest file needs most of. */
enum { LONGEST_SILENCE = 600 };

/* Texts take no more than the file and this, so that names that repeat have an end. */
enum { MOST_TEXT = 64 * 1024 * 1024 };

/* What an answer is put in. */
typedef struct answer {
    char *data;
    size_t size, room;
    bool grows; /* malloc'd; otherwise an answer that does not fit is a wrong one */
} answer;

bool rondo_hdf5_send(int socket, const void *data, size_t size)
{
    const char *from = data;
    while (size > 0) {
        ssize_t count = send(socket, from, size, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        from += count;
        size -= (size_t)count;
    }
    return true;
}

bool rondo_hdf5_receive(int socket, void *data, size_t size)
{
    char *to = data;
    while (size > 0) {
        ssize_t count = recv(socket, to, size, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        to += count;
        size -= (size_t)count;
    }
    return true;
}

static void end_reader(rondo_hdf5 *file)
{
    if (file->socket >= 0) {
        close(file->socket);
        kill(file->reader, SIGKILL);
        while (waitpid(file->reader, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    file->socket = -1;
}

/* `path` NULL: it was the file that could not be opened. */
static rondo_status fail_lost(rondo_hdf5 *file, const char *path, rondo_error *error)
{
    end_reader(file);
    return rondo_error_failure(path ? rondo_hdf5_fail(file, path, error, "cannot be read: damaged")
                                    : rondo_hdf5_fail_damaged(file, error));
}

static rondo_status make_room(rondo_hdf5 *file, const char *path, answer *to, uint64_t size,
                              rondo_error *error)
{
    uint64_t most = file->size + MOST_TEXT;
    if (size <= to->room - to->size) return RONDO_OK;
    if (!to->grows || size > most - to->size) return fail_lost(file, path, error);
    size_t room = to->size + (size_t)size;
    if (room < 2 * to->room) room = 2 * to->room;
    char *data = realloc(to->data, room);
    if (!data) {
        end_reader(file); /* the rest of the answer is not wanted any more */
        return rondo_hdf5_fail(file, path, error, rondo_hdf5_no_memory);
    }
    to->data = data;
    to->room = room;
    return RONDO_OK;
}

static rondo_status take_message(rondo_hdf5 *file, const char *path, const rondo_hdf5_frame *frame,
                                 rondo_error *error)
{
    char text[RONDO_ERROR_SIZE];
    if (frame->size >= sizeof text || !rondo_hdf5_receive(file->socket, text, frame->size))
        return fail_lost(file, path, error);
    text[frame->size] = '\0';
    if (frame->status == RONDO_OK) return RONDO_OK;
    return rondo_error_set(error, frame->status == RONDO_USAGE ? RONDO_USAGE : RONDO_FAILED, "%s",
                           text);
}

static rondo_status take_answer(rondo_hdf5 *file, const char *path, answer *to, rondo_error *error)
{
    rondo_hdf5_frame frame;
    for (;;) {
        if (!rondo_hdf5_receive(file->socket, &frame, sizeof frame))
            return fail_lost(file, path, error);
        if (frame.is_last) return take_message(file, path, &frame, error);
        rondo_status status = make_room(file, path, to, frame.size, error);
        if (status) return status;
        if (!rondo_hdf5_receive(file->socket, to->data + to->size, frame.size))
            return fail_lost(file, path, error);
        to->size += frame.size;
    }
}

static rondo_status ask(rondo_hdf5 *file, rondo_hdf5_request *request, const char *path,
                        const char *name, answer *to, rondo_error *error)
{
    request->path_size = strlen(path) + 1;
    request->name_size = name ? strlen(name) + 1 : 0;
    if (file->socket < 0 || !rondo_hdf5_send(file->socket, request, sizeof *request) ||
        !rondo_hdf5_send(file->socket, path, request->path_size) ||
        !rondo_hdf5_send(file->socket, name, request->name_size))
        return fail_lost(file, path, error);
    return take_answer(file, path, to, error);
}

rondo_status rondo_hdf5_client_get(rondo_hdf5 *file, rondo_hdf5_operation operation,
                                   const char *path, const char *name, void *value, size_t size,
                                   rondo_error *error)
{
    rondo_hdf5_request request = {.operation = operation};
    answer to = {.data = value, .room = size};
    rondo_status status = ask(file, &request, path, name, &to, error);
    if (!status && to.size != size) status = fail_lost(file, path, error);
    if (status) memset(value, 0, size);
    return status;
}

bool rondo_hdf5_client_has(rondo_hdf5 *file, const char *path)
{
    int64_t there = 0;
    rondo_error ignored = {0};
    rondo_hdf5_client_get(file, RONDO_HDF5_HAS, path, NULL, &there, sizeof there, &ignored);
    return there != 0;
}

/* Bytes of `rows` rows of an array, or of all; 0 where it does not have them: the answer says so.
 */
static size_t bytes_of_rows(const rondo_hdf5_shape *shape, rondo_hdf5_type type, int64_t rows)
{
    int64_t count = rondo_hdf5_count(shape);
    if (shape->type == RONDO_HDF5_TEXT || type == RONDO_HDF5_TEXT || count == 0) return 0;
    if (rows >= 0 && (shape->rank == 0 || rows > shape->extent[0])) return 0;
    if (rows >= 0) count = count / shape->extent[0] * rows;
    return (size_t)count * rondo_hdf5_item_size(type);
}

rondo_status rondo_hdf5_client_read(rondo_hdf5 *file, const char *path, rondo_hdf5_type type,
                                    int64_t first, int64_t rows, void *data, rondo_error *error)
{
    rondo_hdf5_shape shape;
    rondo_status status =
        rondo_hdf5_client_get(file, RONDO_HDF5_SHAPE_OF, path, NULL, &shape, sizeof shape, error);
    if (status) return status;
    rondo_hdf5_request request = {
        .operation = RONDO_HDF5_READ, .type = type, .first = first, .rows = rows};
    answer to = {.data = data, .room = bytes_of_rows(&shape, type, rows)};
    status = ask(file, &request, path, NULL, &to, error);
    return status || to.size == to.room ? status : fail_lost(file, path, error);
}

/* Takes texts apart that follow one another. */
static rondo_status split_texts(const rondo_hdf5 *file, const char *path, const answer *from,
                                int64_t *count, char ***texts, rondo_error *error)
{
    int64_t found = 0, used = 0;
    for (size_t i = 0; i < from->size; i++)
        found += from->data[i] == '\0';
    char **list = calloc((size_t)found + 1, sizeof *list);
    bool done = list != NULL;
    for (const char *at = from->data; done && used < found; at += strlen(at) + 1) {
        list[used] = strdup(at);
        done = list[used++] != NULL;
    }
    if (!done) {
        rondo_hdf5_free_texts(used, list);
        return rondo_hdf5_fail(file, path, error, rondo_hdf5_no_memory);
    }
    *count = found;
    *texts = list;
    return RONDO_OK;
}

rondo_status rondo_hdf5_client_texts(rondo_hdf5 *file, rondo_hdf5_operation operation,
                                     const char *path, const char *name, int64_t *count,
                                     char ***texts, rondo_error *error)
{
    rondo_hdf5_request request = {.operation = operation};
    answer to = {.grows = true};
    *count = 0;
    *texts = NULL;
    rondo_status status = ask(file, &request, path, name, &to, error);
    if (!status && to.size > 0 && to.data[to.size - 1] != '\0')
        status = fail_lost(file, path, error);
    if (!status) status = split_texts(file, path, &to, count, texts, error);
    free(to.data);
    return status;
}

static rondo_status fail_start(const rondo_hdf5 *file, rondo_error *error)
{
    return rondo_error_set(error, RONDO_USAGE, "%s: no process can be started to read it in: %s",
                           file->name, strerror(errno));
}

rondo_status rondo_hdf5_client_start(rondo_hdf5 *file, rondo_error *error)
{
    int ends[2];
    const struct timeval longest = {.tv_sec = LONGEST_SILENCE};
    answer nothing = {0};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail_start(file, error);
    pid_t reader = fork();
    if (reader == 0) rondo_hdf5_serve(file, ends[1]);
    close(ends[1]);
    if (reader < 0) {
        rondo_status status = fail_start(file, error);
        close(ends[0]);
        return status;
    }
    file->remote = true;
    file->reader = reader;
    file->socket = ends[0];
    setsockopt(file->socket, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    return take_answer(file, NULL, &nothing, error);
}

rondo_status rondo_hdf5_client_finish(rondo_hdf5 *file, rondo_error *error)
{
    if (file->socket < 0) return rondo_hdf5_fail_damaged(file, error);
    end_reader(file);
    return RONDO_OK;
}
