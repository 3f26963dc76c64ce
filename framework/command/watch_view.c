#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/plot.h"
#include "command/watch_run.h"

enum { BAR = 20, FIXED_LINES = 7, MOST_PLOT_ROWS = 20, LEAST_PLOT_ROWS = 8, MOST_COLUMNS = 120 };

void rondo_watch_add_bar(rondo_text *text, double fraction)
{
    static const char full[] = "####################", empty[] = "....................";
    int filled = (int)(fmin(1, fmax(0, fraction)) * BAR);
    rondo_text_add(text, "[%.*s%.*s]  %d %%", filled, full, BAR - filled, empty,
                   (int)(100 * fmin(1, fmax(0, fraction))));
}

static void add_state(const rondo_watched_run *run, rondo_text *text)
{
    rondo_text_add(text, "%s  %s", run->folder, rondo_watched_state_name(run->state));
    if (run->state == RONDO_WATCHED_RUNNING)
        rondo_text_add(text, " on %s, process %lld, since %s", run->holder.host,
                       (long long)run->holder.process, run->holder.since);
    else if (run->state == RONDO_WATCHED_STOPPED)
        rondo_text_add(text, ": no process is working on it; continue with train --resume");
    rondo_text_add(text, "\n");
}

static void add_place(const rondo_watched_run *run, rondo_text *text)
{
    rondo_text_add(text, "epoch %lld", (long long)run->epoch);
    if (run->epochs > 0) rondo_text_add(text, "/%lld", (long long)run->epochs);
    rondo_text_add(text, "  step %lld", (long long)run->step);
}

static void add_left(const rondo_watched_run *run, rondo_text *text)
{
    double left = rondo_watched_seconds_left(run);
    if (run->state != RONDO_WATCHED_RUNNING || isnan(left)) return;
    rondo_text_add(text, "  ");
    rondo_text_add_duration(text, left);
    rondo_text_add(text, " left");
}

static void add_progress(const rondo_watched_run *run, rondo_text *text)
{
    int64_t steps = rondo_watched_steps(run);
    add_place(run, text);
    if (steps > 0) {
        rondo_text_add(text, "/%lld  ", (long long)steps);
        rondo_watch_add_bar(text, (double)run->step / (double)steps);
    }
    add_left(run, text);
    rondo_text_add(text, "\n");
}

/* Figures of the last record of a kind: all that are no durations and no marks of a checkpoint. */
static void add_figures(const rondo_watched_run *run, const char *kind, rondo_text *text)
{
    static const char *const others[] = {"tokens_per_second", "seconds",   "data_wait",
                                         "rank_wait",         "rank_sums", "checkpoint_step",
                                         "checkpoint_epoch"};
    for (int32_t k = 0; k < run->records.kind_count; k++) {
        const rondo_kind *of = run->records.kinds[k];
        if (strcmp(of->name, kind) != 0 || of->count == 0) continue;
        rondo_text_add(text, "%-6s", kind);
        for (int32_t i = 0; i < of->column_count; i++) {
            bool shown = true;
            for (size_t n = 0; n < sizeof others / sizeof others[0]; n++)
                shown = shown && strcmp(of->columns[i].name, others[n]) != 0;
            if (shown && !isnan(of->columns[i].values[of->count - 1]))
                rondo_text_add(text, "  %s %.4g", of->columns[i].name,
                               of->columns[i].values[of->count - 1]);
        }
        rondo_text_add(text, "\n");
    }
}

static const char *training_kind(const rondo_watched_run *run)
{
    return rondo_metric_table_count(&run->records, "train") > 1 ? "train" : "epoch";
}

static void add_speed(const rondo_watched_run *run, rondo_text *text)
{
    double rate = rondo_watched_newest(run, training_kind(run), "tokens_per_second");
    double wait = rondo_watched_newest(run, training_kind(run), "data_wait");
    if (isnan(rate)) return;
    rondo_text_add(text, "speed   %.0f tokens/s", rate);
    if (!isnan(wait)) rondo_text_add(text, "  waiting for data %.0f %%", 100 * wait);
    rondo_text_add(text, "\n");
}

/* A curve over epochs, or over steps before the first epoch is over. x is malloc'd. */
static void take_curve(const rondo_watched_run *run, const char *kind, const char *figure,
                       bool points, rondo_plot *plot)
{
    const rondo_column *column = rondo_metric_table_find(&run->records, kind, figure, 0);
    int64_t count = column ? rondo_metric_table_count(&run->records, kind) : 0;
    double *x = count > 0 ? malloc((size_t)count * sizeof *x) : NULL;
    if (!x) return;
    for (int32_t k = 0; k < run->records.kind_count; k++)
        for (int64_t i = 0; strcmp(run->records.kinds[k]->name, kind) == 0 && i < count; i++)
            x[i] = (double)run->records.kinds[k]->step[i] /
                   (run->steps_an_epoch > 0 ? (double)run->steps_an_epoch : 1);
    const char *name = strcmp(kind, "epoch") == 0 ? "train" : kind;
    plot->curves[plot->curve_count++] = (rondo_plot_curve){name, points, count, x, column->values};
}

static void add_plot(const rondo_watched_run *run, const rondo_watch_page *page, int32_t rows,
                     rondo_text *text)
{
    rondo_plot plot = {.title = page->figure,
                       .x_label = run->steps_an_epoch > 0 ? "epoch" : "step",
                       .columns = page->columns < MOST_COLUMNS ? page->columns : MOST_COLUMNS,
                       .rows = rows < MOST_PLOT_ROWS ? rows : MOST_PLOT_ROWS,
                       .ascii = page->ascii};
    take_curve(run, training_kind(run), page->figure, false, &plot);
    take_curve(run, "valid", page->figure, true, &plot);
    rondo_text_add(text, "\n");
    rondo_plot_draw(&plot, text);
    for (int32_t i = 0; i < plot.curve_count; i++)
        free((double *)plot.curves[i].x);
}

void rondo_watched_run_show(const rondo_watched_run *run, const rondo_watch_page *page,
                            rondo_text *text)
{
    add_state(run, text);
    if (run->records.kind_count == 0) return;
    add_progress(run, text);
    add_figures(run, training_kind(run), text);
    add_figures(run, "valid", text);
    add_figures(run, "test", text);
    add_speed(run, text);
    if (page->rows - FIXED_LINES >= LEAST_PLOT_ROWS)
        add_plot(run, page, page->rows - FIXED_LINES, text);
}

static void add_newest(const rondo_watched_run *run, const char *kind, rondo_text *text)
{
    double loss = rondo_watched_newest(run, kind, "loss");
    if (!isnan(loss))
        rondo_text_add(text, "  %s loss %.4g", strcmp(kind, "epoch") == 0 ? "train" : kind, loss);
}

void rondo_watched_run_line(const rondo_watched_run *run, rondo_text *text)
{
    rondo_text_add(text, "%s  ", rondo_watched_state_name(run->state));
    if (run->records.kind_count > 0) {
        add_place(run, text);
        add_newest(run, training_kind(run), text);
        add_newest(run, "valid", text);
        add_newest(run, "test", text);
        add_left(run, text);
    }
    rondo_text_add(text, "\n");
}
