/* The process that has a file open and answers what another one asks: base/hdf5_remote.h. */
#include "base/hdf5_remote.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"

/* Seconds of processor time, and bytes that one second more is for: far more than an honest file
 * needs, of which a compressed one may unpack to a hundred times as much. */
enum { LEAST_SECONDS = 5, BYTES_A_SECOND = 2 * 1024 * 1024 };
/* Memory that the library may take besides what was inherited, apart from pieces that are read
 * whole; and bytes of an array that are handed over at a time. */
enum { MEMORY = 128 * 1024 * 1024, PIECE = 4 * 1024 * 1024 };
/* A path or name that is asked for is not longer. */
enum { LONGEST_NAME = 65536 };

typedef struct server {
    rondo_hdf5 *file;
    int socket;
    rlim_t inherited; /* bytes of memory; 0: unknown */
    rondo_hdf5_request request;
    char path[LONGEST_NAME], name[LONGEST_NAME]; /* of the request */
    rondo_error error;
    char texts[65536]; /* to be sent */
    size_t gathered;
} server;

/* --- what this process may do --- */

/* Signals that end a program end this process too, whatever its parent does with them; those that
 * a user sends are for the parent. */
static void reset_signals(void)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGXFSZ};
    static const int sent[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        signal(fatal[i], SIG_DFL);
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++)
        signal(sent[i], SIG_IGN);
}

/* What the parent has open stays open no longer than the parent wants: locks, pipes, terminals. */
static void close_inherited(const server *s)
{
    DIR *entries = opendir("/proc/self/fd");
    int nowhere = open("/dev/null", O_RDWR);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        int64_t number;
        if (!rondo_text_integer(entry->d_name, &number) || number <= STDERR_FILENO) continue;
        int descriptor = (int)number;
        if (descriptor != s->socket && descriptor != s->file->descriptor && descriptor != nowhere &&
            descriptor != dirfd(entries))
            close(descriptor);
    }
    if (entries) closedir(entries);
    for (int standard = STDIN_FILENO; nowhere >= 0 && standard <= STDERR_FILENO; standard++)
        if (standard != s->socket && standard != s->file->descriptor) dup2(nowhere, standard);
}

static rlim_t measure_memory(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    bool known = file && fscanf(file, "%llu", &pages) == 1;
    long page = sysconf(_SC_PAGESIZE);
    if (file) fclose(file);
    return known && page > 0 ? (rlim_t)pages * (rlim_t)page : 0;
}

/* So much, and `more`. */
static void allow_memory(const server *s, uint64_t more)
{
    struct rlimit limit;
    if (s->inherited == 0 || getrlimit(RLIMIT_AS, &limit) != 0) return;
    rlim_t wanted = s->inherited + MEMORY + (rlim_t)more;
    if (limit.rlim_max == RLIM_INFINITY || wanted < limit.rlim_max) limit.rlim_cur = wanted;
    setrlimit(RLIMIT_AS, &limit);
}

static void limit_process(server *s)
{
    rlim_t seconds = LEAST_SECONDS + (rlim_t)(s->file->size / BYTES_A_SECOND);
    if (s->file->limit_is_given) seconds += (rlim_t)(s->file->most_bytes / BYTES_A_SECOND);
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds + 1});
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    s->inherited = measure_memory();
    allow_memory(s, 0);
}

/* --- answers --- */

/* Nobody wants to know the rest. */
static void send_all(const server *s, const void *data, size_t size)
{
    if (!rondo_hdf5_send(s->socket, data, size)) _exit(0);
}

static void send_data(const server *s, const void *data, size_t size)
{
    const rondo_hdf5_frame frame = {.size = size};
    send_all(s, &frame, sizeof frame);
    send_all(s, data, size);
}

static void send_end(const server *s, rondo_status status)
{
    size_t size = status ? strlen(s->error.text) : 0;
    const rondo_hdf5_frame frame = {.is_last = true, .status = status, .size = size};
    send_all(s, &frame, sizeof frame);
    send_all(s, s->error.text, size);
}

static void send_value(const server *s, rondo_status status, const void *value, size_t size)
{
    if (!status) send_data(s, value, size);
    send_end(s, status);
}

/* Many short ones in one frame. */
static void send_text(server *s, const char *text)
{
    size_t size = strlen(text) + 1;
    if (s->gathered + size > sizeof s->texts) {
        send_data(s, s->texts, s->gathered);
        s->gathered = 0;
    }
    if (size > sizeof s->texts) {
        send_data(s, text, size);
    } else {
        memcpy(s->texts + s->gathered, text, size);
        s->gathered += size;
    }
}

/* Frees them. */
static void send_texts(server *s, rondo_status status, int64_t count, char **texts)
{
    for (int64_t i = 0; i < count && !status; i++)
        send_text(s, texts[i]);
    rondo_hdf5_free_texts(count, texts);
    if (s->gathered > 0) send_data(s, s->texts, s->gathered);
    s->gathered = 0;
    send_end(s, status);
}

static int64_t bytes_of_row(const rondo_hdf5_shape *shape, rondo_hdf5_type type)
{
    int64_t bytes = (int64_t)rondo_hdf5_item_size(type);
    for (int32_t i = 1; i < shape->rank; i++)
        bytes *= shape->extent[i];
    return bytes;
}

/* Rows that are read at once: about a piece's worth, and whole chunks, so that none is unpacked
 * twice. */
static int64_t rows_at_once(server *s, const rondo_hdf5_shape *shape, int64_t row_bytes)
{
    uint64_t chunk_bytes = 0;
    int64_t chunk_rows = rondo_hdf5_chunk_rows(s->file, s->path, &chunk_bytes);
    int64_t rows = row_bytes < PIECE ? PIECE / row_bytes : 1;
    if (chunk_rows > 0) rows = (rows + chunk_rows - 1) / chunk_rows * chunk_rows;
    if (rows > shape->extent[0]) rows = shape->extent[0];
    allow_memory(s, (uint64_t)rows * (uint64_t)row_bytes + 4 * chunk_bytes);
    return rows;
}

/* The rows that were asked for, some at a time. */
static rondo_status send_rows(server *s, const rondo_hdf5_shape *shape)
{
    const rondo_hdf5_request *r = &s->request;
    int64_t row_bytes = bytes_of_row(shape, r->type);
    int64_t rows = r->rows < 0 ? shape->extent[0] : r->rows;
    rondo_status status = RONDO_OK;
    if (row_bytes == 0 || rows == 0) return RONDO_OK;
    int64_t most = rows_at_once(s, shape, row_bytes);
    char *piece = malloc((size_t)(most * row_bytes));
    if (!piece) return rondo_hdf5_fail(s->file, s->path, &s->error, rondo_hdf5_no_memory);
    for (int64_t done = 0; done < rows && !status; done += most) {
        int64_t now = rows - done < most ? rows - done : most;
        status =
            rondo_hdf5_read_rows(s->file, s->path, r->type, r->first + done, now, piece, &s->error);
        if (!status) send_data(s, piece, (size_t)(now * row_bytes));
    }
    free(piece);
    return status;
}

static void serve_numbers(server *s)
{
    const rondo_hdf5_request *r = &s->request;
    rondo_hdf5_shape shape;
    double number;
    rondo_status status = rondo_hdf5_shape_of(s->file, s->path, &shape, &s->error);
    bool text = r->type == RONDO_HDF5_TEXT || shape.type == RONDO_HDF5_TEXT;
    bool there = shape.rank > 0 && r->first >= 0 && r->rows <= shape.extent[0] - r->first;
    if (status) {
        send_end(s, status);
    } else if (text || (r->rows >= 0 && !there)) { /* this says what is wrong */
        status = rondo_hdf5_read_rows(s->file, s->path, r->type, -1, 0, NULL, &s->error);
        send_end(s, status);
    } else if (shape.rank == 0) {
        status = rondo_hdf5_read(s->file, s->path, r->type, &number, &s->error);
        send_value(s, status, &number, rondo_hdf5_item_size(r->type));
    } else {
        status = send_rows(s, &shape);
        allow_memory(s, 0);
        send_end(s, status);
    }
}

static void serve_texts(server *s)
{
    int64_t count = 0;
    char **texts = NULL;
    rondo_hdf5_shape shape;
    rondo_status status = rondo_hdf5_shape_of(s->file, s->path, &shape, &s->error);
    /* All texts together are no longer than the file; each has a block of its own. */
    if (!status) allow_memory(s, 2 * s->file->size + 64 * (uint64_t)rondo_hdf5_count(&shape));
    if (!status) status = rondo_hdf5_read_texts(s->file, s->path, &count, &texts, &s->error);
    send_texts(s, status, count, texts);
    allow_memory(s, 0);
}

static void serve_list(server *s)
{
    int64_t count = 0;
    char **names = NULL;
    rondo_status status =
        s->request.operation == RONDO_HDF5_LIST
            ? rondo_hdf5_list(s->file, s->path, &count, &names, &s->error)
            : rondo_hdf5_list_attributes(s->file, s->path, &count, &names, &s->error);
    send_texts(s, status, count, names);
}

static void serve_attribute(server *s)
{
    rondo_status status;
    rondo_hdf5_type type = RONDO_HDF5_TEXT;
    char *text = NULL;
    int64_t integer = 0;
    double real = 0;
    switch (s->request.operation) {
    case RONDO_HDF5_GET_INTEGER:
        status = rondo_hdf5_get_integer(s->file, s->path, s->name, &integer, &s->error);
        send_value(s, status, &integer, sizeof integer);
        break;
    case RONDO_HDF5_GET_REAL:
        status = rondo_hdf5_get_real(s->file, s->path, s->name, &real, &s->error);
        send_value(s, status, &real, sizeof real);
        break;
    case RONDO_HDF5_ATTRIBUTE_TYPE:
        status = rondo_hdf5_attribute_type(s->file, s->path, s->name, &type, &s->error);
        integer = type;
        send_value(s, status, &integer, sizeof integer);
        break;
    default:
        status = rondo_hdf5_get_text(s->file, s->path, s->name, &text, &s->error);
        send_value(s, status, text, text ? strlen(text) + 1 : 0);
        free(text);
    }
}

static void serve_request(server *s)
{
    rondo_hdf5_shape shape;
    int64_t there;
    s->error = (rondo_error){0};
    switch (s->request.operation) {
    case RONDO_HDF5_HAS:
        there = rondo_hdf5_has(s->file, s->path);
        send_value(s, RONDO_OK, &there, sizeof there);
        break;
    case RONDO_HDF5_SHAPE_OF:
        send_value(s, rondo_hdf5_shape_of(s->file, s->path, &shape, &s->error), &shape,
                   sizeof shape);
        break;
    case RONDO_HDF5_READ:
        serve_numbers(s);
        break;
    case RONDO_HDF5_READ_TEXTS:
        serve_texts(s);
        break;
    case RONDO_HDF5_LIST:
    case RONDO_HDF5_LIST_ATTRIBUTES:
        serve_list(s);
        break;
    default:
        serve_attribute(s);
    }
}

static bool receive_text(const server *s, size_t size, char text[LONGEST_NAME])
{
    text[0] = '\0';
    if (size == 0) return true;
    if (size > LONGEST_NAME || !rondo_hdf5_receive(s->socket, text, size)) return false;
    return text[size - 1] == '\0';
}

static bool receive_request(server *s)
{
    rondo_hdf5_request *r = &s->request;
    if (!rondo_hdf5_receive(s->socket, r, sizeof *r)) return false;
    return receive_text(s, r->path_size, s->path) && receive_text(s, r->name_size, s->name);
}

_Noreturn void rondo_hdf5_serve(rondo_hdf5 *file, int socket)
{
    static server s;
    s.file = file;
    s.socket = socket;
    reset_signals();
    close_inherited(&s);
    limit_process(&s);
    rondo_status status = rondo_hdf5_open_here(file, &s.error);
    send_end(&s, status);
    while (!status && receive_request(&s))
        serve_request(&s);
    _exit(0);
}
