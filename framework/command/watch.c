#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "command/command.h"
#include "command/stop.h"
#include "command/watch_run.h"
#include "command/watch_screen.h"

typedef struct watch_arguments {
    const char *folder, *figure;
    double every;
    bool once, ascii;
} watch_arguments;

/* What is watched. */
typedef struct watched {
    const watch_arguments *arguments;
    rondo_watched_run run;
    rondo_watch_page page;
    bool draws;         /* on a terminal */
    bool started;       /* one view at least was shown */
    int64_t line_epoch; /* of the last line */
} watched;

/* Until the next look, or a signal. */
static void wait_for(double seconds)
{
    struct timespec pause = {.tv_sec = (time_t)seconds,
                             .tv_nsec = (long)(1e9 * (seconds - floor(seconds)))};
    nanosleep(&pause, NULL);
}

static rondo_status show_run(watched *w, rondo_error *error)
{
    rondo_text view = {0};
    rondo_watched_run_show(&w->run, &w->page, &view);
    return w->draws && !w->arguments->once ? rondo_screen_draw(&view, &w->page, error)
                                           : rondo_screen_print(&view, error);
}

/* A line an epoch, and one for each change of state. */
static rondo_status log_run(watched *w, rondo_watched_state before, rondo_error *error)
{
    rondo_text line = {0};
    if (w->started && before == w->run.state && w->run.epoch == w->line_epoch) return RONDO_OK;
    w->line_epoch = w->run.epoch;
    rondo_watched_run_line(&w->run, &line);
    return rondo_screen_print(&line, error);
}

static rondo_status look_at_run(watched *w, bool *ended, rondo_error *error)
{
    rondo_watched_state before = w->run.state;
    rondo_watch_page page = {.ascii = w->arguments->ascii, .figure = w->arguments->figure};
    rondo_status status = rondo_watched_run_look(&w->run, error);
    if (status) return status;
    rondo_screen_measure(&page);
    bool resized = page.columns != w->page.columns || page.rows != w->page.rows;
    w->page = page;
    if (w->draws || w->arguments->once) {
        if (w->run.changed || resized || !w->started) status = show_run(w, error);
    } else {
        status = log_run(w, before, error);
    }
    w->started = true;
    *ended = w->run.state == RONDO_WATCHED_DONE;
    return status;
}

static rondo_status watch(watched *w, rondo_error *error)
{
    const volatile sig_atomic_t *stop = rondo_stop_catch();
    bool ended = false;
    rondo_status status = RONDO_OK;
    if (w->draws && !w->arguments->once) rondo_screen_begin();
    while (!status && !ended && !*stop) {
        status = look_at_run(w, &ended, error);
        if (w->arguments->once) break;
        if (!status && !ended && !*stop) wait_for(w->arguments->every);
    }
    if (w->draws && !w->arguments->once) {
        rondo_text view = {0};
        rondo_screen_end();
        rondo_watched_run_show(&w->run, &w->page, &view);
        if (!status) status = rondo_screen_print(&view, error);
        rondo_text_finish(&view);
    }
    return status;
}

/* A folder that is not there yet may come: who watches may be first. One view of nothing is none.
 */
static rondo_status check(const watch_arguments *arguments, rondo_error *error)
{
    bool is_there = rondo_file_exists(arguments->folder);
    if (is_there && !rondo_file_is_folder(arguments->folder))
        return rondo_error_set(error, RONDO_USAGE, "%s: is a file; the folder of a run is watched",
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
        {RONDO_ARGUMENT_WORD, "RUN", NULL, true, 0, 0, &arguments.folder,
         "the folder of a run, which may be still to come"},
        {RONDO_ARGUMENT_FLAG, "--once", NULL, false, 0, 0, &arguments.once,
         "one view, and no more"},
        {RONDO_ARGUMENT_TEXT, "--figure", "NAME", false, 0, 0, &arguments.figure,
         "whose curves are drawn: loss (default), accuracy, .."},
        {RONDO_ARGUMENT_REAL, "--every", "SECONDS", false, 0.1, 3600, &arguments.every,
         "how often it looks; 1 where nothing is said"},
        {RONDO_ARGUMENT_FLAG, "--ascii", NULL, false, 0, 0, &arguments.ascii,
         "plain characters, also where the locale has UTF-8"},
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(
        table, "watch",
        "A run as it goes on, from another terminal: where it is, how long it will take, its "
        "curves. Reads only. Ends with the run, or at Ctrl-C. Where stdout is no terminal: a line "
        "an epoch.",
        argc, argv, &help, error);
    if (status || help) return status;
    if ((status = check(&arguments, error))) return status;
    watched w = {
        .arguments = &arguments, .run.folder = arguments.folder, .draws = rondo_screen_can_draw()};
    status = watch(&w, error);
    rondo_watched_run_finish(&w.run);
    return status;
}
