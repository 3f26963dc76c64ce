#include <math.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "command/command.h"
#include "command/stop.h"
#include "command/watch_run.h"
#include "command/watch_screen.h"
#include "command/watch_sweep.h"

typedef struct watch_arguments {
    const char *folder, *figure;
    double every;
    bool once, ascii;
} watch_arguments;

/* What is watched: a run, until a plan shows that it is a sweep. */
typedef struct watched {
    const watch_arguments *arguments;
    rondo_watched_run run;
    rondo_watched_sweep sweep; /* folder NULL: it is none */
    rondo_watch_page page;
    bool draws;       /* on a terminal, again and again */
    bool started;     /* one view at least was shown */
    rondo_text shown; /* the last line of a log, without what changes by itself */
} watched;

/* Until the next look, or a signal. */
static void wait_for(double seconds)
{
    struct timespec pause = {.tv_sec = (time_t)seconds,
                             .tv_nsec = (long)(1e9 * (seconds - floor(seconds)))};
    nanosleep(&pause, NULL);
}

static rondo_status refresh(watched *w, bool *changed, bool *ended, rondo_error *error)
{
    rondo_status status;
    if (!w->sweep.folder && rondo_plan_exists(w->arguments->folder))
        w->sweep.folder = w->arguments->folder;
    if (w->sweep.folder) {
        status = rondo_watched_sweep_refresh(&w->sweep, error);
        *changed = w->sweep.changed;
        *ended = w->sweep.ended;
    } else {
        status = rondo_watched_run_refresh(&w->run, error);
        *changed = w->run.changed;
        *ended = w->run.state == RONDO_WATCHED_DONE;
    }
    return status;
}

static void describe(const watched *w, rondo_text *view)
{
    if (w->sweep.folder)
        rondo_watched_sweep_show(&w->sweep, view);
    else
        rondo_watched_run_show(&w->run, &w->page, view);
}

/* What a new line of a log must differ in: the state and the epoch of a run, the counts of a sweep.
 */
static void key_of(const watched *w, rondo_text *key)
{
    if (!w->sweep.folder) {
        rondo_text_add(key, "%d %lld", w->run.state, (long long)w->run.epoch);
        return;
    }
    for (int i = 0; i < RONDO_LEDGER_STATES; i++)
        rondo_text_add(key, "%lld ", (long long)w->sweep.counts[i]);
}

static rondo_status add_to_log(watched *w, rondo_error *error)
{
    rondo_text line = {0}, key = {0};
    key_of(w, &key);
    bool is_new = strcmp(rondo_text_get(&key), rondo_text_get(&w->shown)) != 0;
    rondo_text_finish(&w->shown);
    w->shown = key;
    if (!is_new) return RONDO_OK;
    if (w->sweep.folder)
        rondo_watched_sweep_line(&w->sweep, &line);
    else
        rondo_watched_run_line(&w->run, &line);
    return rondo_screen_print(&line, error);
}

static rondo_status refresh_and_show(watched *w, bool *ended, rondo_error *error)
{
    bool changed;
    rondo_text view = {0};
    rondo_watch_page page = {.ascii = w->arguments->ascii, .figure = w->arguments->figure};
    rondo_status status = refresh(w, &changed, ended, error);
    if (status) return status;
    rondo_screen_measure(&page);
    bool resized = page.columns != w->page.columns || page.rows != w->page.rows;
    bool needed = changed || resized || !w->started;
    w->page = page;
    w->started = true;
    if (!w->draws && !w->arguments->once) return add_to_log(w, error);
    if (!needed) return RONDO_OK;
    describe(w, &view);
    return w->draws ? rondo_screen_draw(&view, &w->page, error) : rondo_screen_print(&view, error);
}

static rondo_status watch(watched *w, rondo_error *error)
{
    const volatile sig_atomic_t *stop = rondo_stop_catch();
    bool ended = false;
    rondo_status status = RONDO_OK;
    if (w->draws) rondo_screen_begin();
    while (!status && !ended && !*stop) {
        status = refresh_and_show(w, &ended, error);
        if (w->arguments->once) break;
        if (!status && !ended && !*stop) wait_for(w->arguments->every);
    }
    if (w->draws) {
        rondo_text view = {0};
        rondo_screen_end();
        if (!status && w->started) {
            describe(w, &view);
            status = rondo_screen_print(&view, error);
        }
    }
    return status;
}

/* A folder that is not there yet may come: who watches may be first. One view of nothing is none.
 */
static rondo_status check(const watch_arguments *arguments, rondo_error *error)
{
    bool is_there = rondo_file_exists(arguments->folder);
    if (is_there && !rondo_file_is_folder(arguments->folder))
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: is a file; the folder of a run or of a sweep is watched",
                               arguments->folder);
    if (!is_there && arguments->once)
        return rondo_error_set(error, RONDO_USAGE, "%s: there is no such folder",
                               arguments->folder);
    return RONDO_OK;
}

rondo_status rondo_command_watch(int argc, char **argv, rondo_error *error)
{
    watch_arguments arguments = {.figure = "loss", .every = 1};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "RUN|SWEEP", NULL, true, 0, 0, &arguments.folder,
         "the folder of a run or a sweep, which need not exist yet"},
        {RONDO_ARGUMENT_FLAG, "--once", NULL, false, 0, 0, &arguments.once,
         "print one view and exit"},
        {RONDO_ARGUMENT_TEXT, "--figure", "NAME", false, 0, 0, &arguments.figure,
         "the metric whose curves are drawn: loss (default), accuracy, .."},
        {RONDO_ARGUMENT_REAL, "--every", "SECONDS", false, 0.1, 3600, &arguments.every,
         "seconds between updates (default 1)"},
        {RONDO_ARGUMENT_FLAG, "--ascii", NULL, false, 0, 0, &arguments.ascii,
         "ASCII characters only, even if the locale is UTF-8"},
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status =
        rondo_command_parse(table, "watch",
                            "Follow a run or a sweep from another terminal: progress, time left, "
                            "curves of a run, variants of a sweep. Only reads files. Ends with the "
                            "run or sweep, or at Ctrl-C. If stdout is not a terminal, prints one "
                            "line per epoch, or one line when a run of the sweep starts or ends.",
                            argc, argv, &help, error);
    if (status || help) return status;
    if ((status = check(&arguments, error))) return status;
    watched w = {.arguments = &arguments,
                 .run.folder = arguments.folder,
                 .draws = !arguments.once && rondo_screen_can_draw()};
    status = watch(&w, error);
    rondo_watched_run_finish(&w.run);
    rondo_watched_sweep_finish(&w.sweep);
    rondo_text_finish(&w.shown);
    return status;
}
