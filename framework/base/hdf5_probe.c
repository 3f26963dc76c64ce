/* The HDF5 library crashes or loops on some damaged or made-up files (1.10 does when one byte of a
 * group's heap is wrong). So another process goes through a file first, over everything that could
 * be asked of it; when that process does not come back well, the file is refused. */
#include "base/hdf5_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

/* Seconds of processor time, and bytes that one second more is for: far less than an honest file
 * needs. */
enum { LEAST_SECONDS = 2, BYTES_A_SECOND = 4 * 1024 * 1024 };

static void try_attributes(rondo_hdf5 *file, const char *path)
{
    int64_t count;
    char **names;
    rondo_error ignored = {0};
    if (rondo_hdf5_list_attributes(file, path, &count, &names, &ignored)) return;
    for (int64_t i = 0; i < count; i++) {
        double real;
        char *text;
        rondo_hdf5_get_real(file, path, names[i], &real, &ignored);
        if (!rondo_hdf5_get_text(file, path, names[i], &text, &ignored)) free(text);
        free(names[i]);
    }
    free(names);
}

static bool is_in_pieces(hid_t array)
{
    hid_t layout = H5Dget_create_plist(array);
    bool pieces = H5Pget_layout(layout) == H5D_CHUNKED;
    rondo_hdf5_release(layout);
    return pieces;
}

static void try_texts(rondo_hdf5 *file, const char *path)
{
    int64_t count;
    char **texts;
    rondo_error ignored = {0};
    if (rondo_hdf5_read_texts(file, path, &count, &texts, &ignored)) return;
    for (int64_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

/* Numbers are read only where the library must find them piece by piece: what stands in one place
 * was checked against the file's size. */
static void try_array(rondo_hdf5 *file, const char *path)
{
    rondo_hdf5_shape shape;
    rondo_error ignored = {0};
    hid_t array = rondo_hdf5_open_array(file, path, &shape, &ignored);
    if (array < 0) return;
    bool pieces = is_in_pieces(array);
    rondo_hdf5_release(array);
    if (shape.type == RONDO_HDF5_TEXT) {
        try_texts(file, path);
    } else if (pieces) {
        void *values = malloc((size_t)rondo_hdf5_count(&shape) * sizeof(double) + 1);
        if (values) rondo_hdf5_read(file, path, shape.type, values, &ignored);
        free(values);
    }
}

static herr_t try_object(hid_t root, const char *name, const H5O_info_t *about, void *data)
{
    (void)root;
    rondo_hdf5 *file = data;
    rondo_text path = {0};
    if (rondo_hdf5_too_deep(name)) return -1;
    rondo_text_add(&path, "/%s", strcmp(name, ".") == 0 ? "" : name);
    if (!path.failed) {
        try_attributes(file, path.data);
        if (about->type == H5O_TYPE_DATASET) try_array(file, path.data);
    }
    rondo_text_finish(&path);
    return 0;
}

/* Signals that end a program end this process too, whatever its parent does with them; those that
 * a user sends are for the parent. */
static void reset_signals(void)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU};
    static const int sent[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        signal(fatal[i], SIG_DFL);
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++)
        signal(sent[i], SIG_IGN);
}

/* The other process: says one byte when it is through. */
static _Noreturn void try_file(const char *path, off_t size, int answer)
{
    rondo_hdf5 *file;
    rondo_error ignored = {0};
    rlim_t seconds = LEAST_SECONDS + (rlim_t)(size / BYTES_A_SECOND);
    int nowhere = open("/dev/null", O_WRONLY);
    reset_signals();
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds + 1});
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    if (!rondo_hdf5_open_unprobed(path, path, &file, &ignored)) {
        H5Ovisit(file->file, H5_INDEX_NAME, H5_ITER_INC, try_object, file);
        rondo_hdf5_close(file, &ignored);
    }
    _exit(write(answer, "k", 1) == 1 ? 0 : 1);
}

static bool wait_for_answer(pid_t child, int answer)
{
    char byte;
    ssize_t count;
    do
        count = read(answer, &byte, 1);
    while (count < 0 && errno == EINTR);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    return count == 1;
}

bool rondo_hdf5_probe(const char *path)
{
    struct stat about;
    int ends[2];
    if (stat(path, &about) != 0 || pipe(ends) != 0) return true;
    pid_t child = fork();
    if (child == 0) try_file(path, about.st_size, ends[1]);
    close(ends[1]);
    bool good = child < 0 || wait_for_answer(child, ends[0]);
    close(ends[0]);
    return good;
}
