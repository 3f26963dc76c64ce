#include "sweep/deaths.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

enum { MOST_BYTES = 4096 };

/* Where a run stands: its newest checkpoint, as the file system knows it; zero without one. */
typedef struct mark {
    long long file, seconds, nanoseconds;
} mark;

const char *rondo_signal_name(int signal_number)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGILL, "SIGILL"},
                 {SIGFPE, "SIGFPE"},   {SIGABRT, "SIGABRT"}, {SIGSYS, "SIGSYS"},
                 {SIGKILL, "SIGKILL"}, {SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"},
                 {SIGHUP, "SIGHUP"},   {SIGQUIT, "SIGQUIT"}, {SIGPIPE, "SIGPIPE"},
                 {SIGTRAP, "SIGTRAP"}, {SIGXCPU, "SIGXCPU"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].number == signal_number) return names[i].name;
    return "a signal";
}

static bool is_crash(int signal_number)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        if (crashes[i] == signal_number) return true;
    return false;
}

static mark mark_of(const char *run_folder)
{
    struct stat about;
    mark m = {0};
    char *newest = rondo_file_join(run_folder, "checkpoints/latest.h5");
    if (newest && stat(newest, &about) == 0)
        m = (mark){(long long)about.st_ino, (long long)about.st_mtim.tv_sec, about.st_mtim.tv_nsec};
    free(newest);
    return m;
}

static int read_count(const char *path, const mark *now)
{
    char *text = NULL;
    size_t size;
    rondo_error ignored = {0};
    mark then = {0};
    int count = 0;
    if (rondo_file_exists(path) && !rondo_file_read(path, MOST_BYTES, &text, &size, &ignored)) {
        bool whole = sscanf(text, "deaths: %d %lld %lld %lld", &count, &then.file, &then.seconds,
                            &then.nanoseconds) == 4;
        bool same = then.file == now->file && then.seconds == now->seconds &&
                    then.nanoseconds == now->nanoseconds;
        if (!whole || !same || count < 0) count = 0;
    }
    free(text);
    return count;
}

static rondo_status fail_run(const char *run_folder, int signal_number, int count,
                             rondo_run_outcome *outcome, rondo_error *error)
{
    *outcome = (rondo_run_outcome){.state = RONDO_OUTCOME_FAILED};
    if (signal_number)
        snprintf(outcome->reason, sizeof outcome->reason,
                 "%s ended its process %d times at the same place%s",
                 rondo_signal_name(signal_number), count,
                 signal_number == SIGKILL ? " (the system's, perhaps: out of memory?)" : "");
    else
        snprintf(outcome->reason, sizeof outcome->reason,
                 "its process died %d times at the same place (killed? out of memory?)", count);
    return rondo_run_outcome_write(run_folder, outcome, error);
}

rondo_status rondo_deaths_add(const char *run_folder, int signal_number, bool *failed,
                              rondo_run_outcome *outcome, rondo_error *error)
{
    char text[128], *path = rondo_file_join(run_folder, "deaths");
    *failed = false;
    if (!path) return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", run_folder);
    const mark now = mark_of(run_folder);
    int count = read_count(path, &now) + 1;
    int length = snprintf(text, sizeof text, "deaths: %d %lld %lld %lld\n", count, now.file,
                          now.seconds, now.nanoseconds);
    rondo_status status = rondo_file_write(path, text, (size_t)length, error);
    free(path);
    if (status || count < (is_crash(signal_number) ? RONDO_CRASHES : RONDO_KILLS)) return status;
    *failed = true;
    status = fail_run(run_folder, signal_number, count, outcome, error);
    if (!status) rondo_deaths_clear(run_folder); /* a retry counts anew */
    return status;
}

void rondo_deaths_clear(const char *run_folder)
{
    char *path = rondo_file_join(run_folder, "deaths");
    if (path) unlink(path);
    free(path);
}
