#define _GNU_SOURCE /* pipe2 */
#include "sweep/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/parallel.h"
#include "sweep/view.h"

enum { POLL_MS = 100, LINE_SIZE = RONDO_REASON_SIZE + 64, MOST_EARLY_DEATHS = 3 };

static const double steady_seconds = 0.5; /* before threads are dealt anew */
static const double refresh_seconds = 10; /* between reads of what other machines do */

/* A worker process. */
typedef struct child {
    pid_t process; /* 0: none */
    int events;    /* pipe */
    int64_t run;   /* number of the run at hand; 0: none */
    bool is_lost;  /* died by a signal, to be replaced */
    int threads;
    char line[LINE_SIZE];
    size_t length;
} child;

typedef struct pool {
    const rondo_pool_options *options;
    rondo_view view;
    child *children; /* [most] */
    int most;        /* threads in all, and children */
    int busy;        /* children with a run, as last counted */
    double busy_since, refreshed;
    int early_deaths;   /* of children without a run, in a row */
    bool is_stopping;   /* no more children */
    bool asked_to_stop; /* all of them were */
    bool was_stopped;   /* by a signal or train.max_minutes */
    char complaint[RONDO_REASON_SIZE];
} pool;

/* --- children --- */

static char **make_arguments(const pool *p, int threads)
{
    size_t count = 0;
    while (p->options->arguments[count])
        count++;
    char **arguments = calloc(count + 4, sizeof *arguments);
    char number[16];
    snprintf(number, sizeof number, "%d", threads);
    if (!arguments) return NULL;
    arguments[0] = rondo_text_copy("rondo");
    for (size_t i = 0; i < count; i++)
        arguments[i + 1] = rondo_text_copy(p->options->arguments[i]);
    arguments[count + 1] = rondo_text_copy("--threads");
    arguments[count + 2] = rondo_text_copy(number);
    return arguments;
}

static void free_arguments(char **arguments)
{
    for (size_t i = 0; arguments && arguments[i]; i++)
        free(arguments[i]);
    free(arguments);
}

/* In the child. It is told to stop when this process dies, however it dies. */
static void become_worker(char **arguments, int output, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(RONDO_STOPPED);
    dup2(output, STDOUT_FILENO);
    setenv(RONDO_POOL_VARIABLE, "1", 1);
    execv("/proc/self/exe", arguments);
    _exit(RONDO_FAILED);
}

static rondo_status start_child(pool *p, child *c, int threads, rondo_error *error)
{
    int ends[2];
    char **arguments = make_arguments(p, threads);
    if (!arguments) return rondo_error_set(error, RONDO_FAILED, "not enough memory: a worker");
    if (pipe2(ends, O_CLOEXEC) != 0) {
        free_arguments(arguments);
        return rondo_error_set(error, RONDO_FAILED, "a worker cannot be started: %s",
                               strerror(errno));
    }
    pid_t self = getpid();
    pid_t process = fork();
    if (process == 0) become_worker(arguments, ends[1], self);
    int reason = errno;
    close(ends[1]);
    free_arguments(arguments);
    if (process < 0) {
        close(ends[0]);
        return rondo_error_set(error, RONDO_FAILED, "a worker cannot be started: %s",
                               strerror(reason));
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *c = (child){.process = process, .events = ends[0], .threads = threads};
    return RONDO_OK;
}

/* --- events --- */

static bool is_number(const pool *p, long long number)
{
    return number >= 1 && number <= p->options->plan->run_count;
}

static void take_line(pool *p, child *c)
{
    long long number;
    if (sscanf(c->line, "start %lld", &number) == 1 && is_number(p, number)) {
        c->run = number;
        p->early_deaths = 0;
        rondo_view_begin(&p->view, number);
    } else if (sscanf(c->line, "end %lld", &number) == 1 && is_number(p, number)) {
        c->run = 0;
        rondo_view_refresh(&p->view, number, true);
    } else if (strncmp(c->line, "lost ", 5) == 0) {
        /* A run failed, and its folder could not be told. */
        rondo_log_warning("run %s", c->line + 5);
    }
}

static void read_events(pool *p, child *c)
{
    char piece[4096];
    ssize_t count;
    while ((count = read(c->events, piece, sizeof piece)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            if (piece[i] != '\n') {
                if (c->length + 1 < sizeof c->line) c->line[c->length++] = piece[i];
                continue;
            }
            c->line[c->length] = '\0';
            c->length = 0;
            take_line(p, c);
        }
    }
}

void rondo_pool_report(void *context, const rondo_worker_event *event)
{
    (void)context;
    long long number = (long long)event->run->number;
    if (event->is_start)
        printf("start %lld\n", number);
    else if (event->report->unrecorded)
        printf("lost %lld: %s\nend %lld\n", number, event->report->reason, number);
    else
        printf("end %lld\n", number);
    fflush(stdout);
}

/* --- ends of children --- */

static void note_death(pool *p, const child *c, int signal_number)
{
    rondo_run_outcome outcome;
    rondo_error error = {0};
    bool failed = false;
    if (c->run == 0) {
        p->early_deaths++;
        snprintf(p->complaint, sizeof p->complaint, "workers die: signal %d", signal_number);
        return;
    }
    const rondo_plan_run *run = &p->options->plan->runs[c->run - 1];
    rondo_log_warning("run %lld: its worker died by signal %d", (long long)c->run, signal_number);
    if (rondo_run_note_death(p->options->sweep->output.folder, run, signal_number, &failed,
                             &outcome, &error))
        rondo_log_warning("run %lld: %s", (long long)c->run, error.text);
    rondo_view_refresh(&p->view, c->run, failed);
}

static void take_end(pool *p, child *c, int how)
{
    read_events(p, c);
    close(c->events);
    if (WIFSIGNALED(how)) {
        note_death(p, c, WTERMSIG(how));
    } else {
        if (c->run > 0) rondo_view_refresh(&p->view, c->run, false);
        int status = WEXITSTATUS(how);
        if (status == RONDO_STOPPED) p->was_stopped = p->is_stopping = true;
        if (status == RONDO_USAGE) p->early_deaths = MOST_EARLY_DEATHS;
    }
    *c = (child){.is_lost = WIFSIGNALED(how)};
}

static int reap(pool *p)
{
    int alive = 0;
    for (int i = 0; i < p->most; i++) {
        child *c = &p->children[i];
        int how;
        if (c->process == 0) continue;
        if (waitpid(c->process, &how, WNOHANG) == c->process)
            take_end(p, c, how);
        else
            alive++;
    }
    return alive;
}

/* --- threads --- */

static int count_busy(const pool *p)
{
    int busy = 0;
    for (int i = 0; i < p->most; i++)
        busy += p->children[i].process > 0 && p->children[i].run > 0;
    return busy;
}

/* Threads of the `at`-th of `workers`. */
static int share(const pool *p, int at, int workers)
{
    return p->most / workers + (at < p->most % workers);
}

/* When fewer workers have runs than there are processors, these get the threads of the others; and
 * give them back. */
static void deal_threads(pool *p)
{
    double now = rondo_clock_seconds();
    int busy = count_busy(p), at = 0;
    if (busy != p->busy) {
        p->busy = busy;
        p->busy_since = now;
    }
    if (busy == 0 || p->is_stopping || now - p->busy_since < steady_seconds) return;
    for (int i = 0; i < p->most; i++) {
        child *c = &p->children[i];
        if (c->process == 0 || c->run == 0) continue;
        int threads = share(p, at++, busy);
        if (threads == c->threads) continue;
        rondo_worker_send_threads(c->process, threads);
        c->threads = threads;
    }
}

/* --- the loop --- */

static int64_t count_pending(const pool *p)
{
    return p->view.counts[RONDO_LEDGER_MISSING] + p->view.counts[RONDO_LEDGER_STOPPED];
}

/* Halted runs may be promoted: who knows is a worker. */
static int64_t count_wanted(const pool *p)
{
    int64_t halted =
        p->options->plan->halving.rung_count > 0 ? p->view.counts[RONDO_LEDGER_HALTED] : 0;
    return count_pending(p) + halted;
}

static rondo_status start_children(pool *p, int count, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int i = 0; i < count && !status; i++)
        status = start_child(p, &p->children[i], share(p, i, count), error);
    return status;
}

/* Who was killed is replaced: its run is free again. */
static rondo_status replace(pool *p, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int i = 0; i < p->most && !status; i++) {
        child *c = &p->children[i];
        if (!c->is_lost) continue;
        c->is_lost = false;
        if (p->is_stopping || p->early_deaths >= MOST_EARLY_DEATHS) continue;
        status = start_child(p, c, 1, error);
    }
    return status;
}

static void wait_for_events(pool *p)
{
    struct pollfd *files = calloc((size_t)p->most, sizeof *files);
    nfds_t count = 0;
    for (int i = 0; files && i < p->most; i++)
        if (p->children[i].process > 0)
            files[count++] = (struct pollfd){.fd = p->children[i].events, .events = POLLIN};
    bool ready = poll(files, count, POLL_MS) > 0;
    for (int i = 0; i < p->most; i++)
        if (p->children[i].process > 0) read_events(p, &p->children[i]);
    /* A pipe whose writer is gone is always ready, a moment before its process is. */
    if (ready && count > 0 && (files[0].revents & POLLHUP)) poll(NULL, 0, 1);
    free(files);
}

static void stop_children(pool *p)
{
    if (p->asked_to_stop || !*p->options->stop) return;
    p->asked_to_stop = p->is_stopping = p->was_stopped = true;
    for (int i = 0; i < p->most; i++)
        if (p->children[i].process > 0) kill(p->children[i].process, SIGTERM);
}

/* What other machines have done meanwhile. */
static void refresh_others(pool *p)
{
    double now = rondo_clock_seconds();
    if (now - p->refreshed < refresh_seconds) return;
    p->refreshed = now;
    for (int64_t i = 0; i < p->options->plan->run_count; i++)
        if (p->view.states[i] < RONDO_LEDGER_DONE) rondo_view_refresh(&p->view, i + 1, false);
}

static rondo_status run_children(pool *p, rondo_error *error)
{
    int64_t wanted = count_wanted(p);
    rondo_status status = start_children(p, wanted < p->most ? (int)wanted : p->most, error);
    while (reap(p) > 0) {
        wait_for_events(p);
        stop_children(p);
        reap(p);
        deal_threads(p);
        refresh_others(p);
        rondo_view_show(&p->view);
        if (!status) status = replace(p, error);
    }
    return status;
}

/* --- start and end --- */

static rondo_status open_log(const char *folder, rondo_error *error)
{
    char *path = rondo_file_join(folder, "sweep.log");
    if (!path) return rondo_error_set(error, RONDO_FAILED, "not enough memory: sweep.log");
    rondo_status status = rondo_log_open(path, error);
    free(path);
    return status;
}

static rondo_status start(pool *p, rondo_error *error)
{
    const rondo_pool_options *options = p->options;
    const char *folder = options->sweep->output.folder;
    bool higher;
    p->most = options->threads > 0 ? options->threads : rondo_parallel_processors();
    p->children = calloc((size_t)p->most, sizeof *p->children);
    if (!p->children) return rondo_error_set(error, RONDO_FAILED, "not enough memory: workers");
    rondo_status status = open_log(folder, error);
    if (!status) status = rondo_ledger_retry(folder, options->plan, error);
    if (!status)
        status = rondo_worker_direction(options->sweep, options->plan, options->registry,
                                        rondo_view_metric(options->plan), &higher, error);
    if (!status) status = rondo_view_start(&p->view, folder, options->plan, higher, error);
    p->refreshed = rondo_clock_seconds();
    return status;
}

static rondo_status result_of(const pool *p, rondo_error *error)
{
    const int64_t *counts = p->view.counts;
    int64_t left = count_pending(p) + counts[RONDO_LEDGER_RUNNING];
    if (p->was_stopped)
        return rondo_error_set(error, RONDO_STOPPED,
                               "stopped with %lld runs to do; rondo sweep continues with them",
                               (long long)left);
    if (counts[RONDO_LEDGER_FAILED] > 0)
        return rondo_error_set(
            error, RONDO_FAILED, "%lld of %lld runs failed; rondo sweep tries them again",
            (long long)counts[RONDO_LEDGER_FAILED], (long long)p->options->plan->run_count);
    if (count_pending(p) > 0)
        return rondo_error_set(error, RONDO_FAILED, "%lld runs are not done%s%s",
                               (long long)count_pending(p), p->complaint[0] ? ": " : "",
                               p->complaint);
    if (counts[RONDO_LEDGER_RUNNING] > 0)
        return rondo_error_set(error, RONDO_STOPPED,
                               "%lld runs are still being trained by other processes",
                               (long long)counts[RONDO_LEDGER_RUNNING]);
    return RONDO_OK;
}

static rondo_status run(pool *p, rondo_error *error)
{
    const rondo_plan *plan = p->options->plan;
    rondo_text title = {0};
    rondo_text_add(&title, "sweep %s", plan->name);
    rondo_log_info("%s: %lld of %lld runs to do, on %d threads", p->options->sweep->output.folder,
                   (long long)count_wanted(p), (long long)plan->run_count, p->most);
    rondo_progress_start(rondo_text_get(&title), plan->run_count, "runs");
    rondo_text_finish(&title);
    rondo_progress_set(rondo_view_count_ended(&p->view), "");
    rondo_status status = run_children(p, error);
    rondo_progress_finish();
    for (int64_t i = 0; i < plan->run_count; i++)
        rondo_view_refresh(&p->view, i + 1, false);
    rondo_view_report_end(&p->view);
    return status ? status : result_of(p, error);
}

rondo_status rondo_pool_run(const rondo_pool_options *options, rondo_error *error)
{
    pool p = {.options = options};
    rondo_status status = start(&p, error);
    if (!status) status = run(&p, error);
    rondo_log_close();
    rondo_view_finish(&p.view);
    free(p.children);
    return status;
}
