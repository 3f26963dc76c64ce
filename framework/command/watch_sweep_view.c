#include <math.h>
#include <string.h>

#include "base/plot.h"
#include "command/watch_sweep.h"

enum { MOST_FAILED = 5, MOST_RUNNING = 16, LEAST_NAME = 7 };

static int64_t ended_count(const rondo_watched_sweep *sweep)
{
    return sweep->counts[RONDO_LEDGER_DONE] + sweep->counts[RONDO_LEDGER_FAILED] +
           sweep->counts[RONDO_LEDGER_HALTED];
}

static void add_left(const rondo_watched_sweep *sweep, rondo_text *text)
{
    if (isnan(sweep->seconds_left)) return;
    rondo_text_add(text, "  ");
    rondo_text_add_duration(text, sweep->seconds_left);
    rondo_text_add(text, " left");
}

static void add_counts(const rondo_watched_sweep *sweep, rondo_text *text)
{
    static const rondo_ledger_state order[] = {RONDO_LEDGER_DONE,    RONDO_LEDGER_RUNNING,
                                               RONDO_LEDGER_FAILED,  RONDO_LEDGER_HALTED,
                                               RONDO_LEDGER_STOPPED, RONDO_LEDGER_MISSING};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (sweep->counts[order[i]] > 0 || i < 3)
            rondo_text_add(text, "%s%s %lld", i > 0 ? "  " : "", rondo_ledger_state_name(order[i]),
                           (long long)sweep->counts[order[i]]);
}

static void add_best(const rondo_watched_sweep *sweep, rondo_text *text)
{
    if (sweep->best < 0) return;
    rondo_text_add(text, "best %s %.4g: %s", sweep->metric, sweep->entries[sweep->best].value,
                   sweep->plan->runs[sweep->best].folder);
}

static void add_head(const rondo_watched_sweep *sweep, rondo_text *text)
{
    int64_t count = sweep->plan->run_count, ended = ended_count(sweep);
    rondo_text_add(text, "%s  %lld of %lld runs  ", sweep->folder, (long long)ended,
                   (long long)count);
    rondo_watch_add_bar(text, count > 0 ? (double)ended / (double)count : 1);
    add_left(sweep, text);
    rondo_text_add(text, "\n");
    add_counts(sweep, text);
    if (sweep->mean_seconds > 0) rondo_text_add(text, "  (%.3g s per run)", sweep->mean_seconds);
    rondo_text_add(text, "\n");
    add_best(sweep, text);
    if (sweep->best >= 0) rondo_text_add(text, "\n");
}

static void add_running(const rondo_watched_sweep *sweep, rondo_text *text)
{
    int64_t shown = 0;
    for (int64_t i = 0; i < sweep->plan->run_count && shown < MOST_RUNNING; i++) {
        if (!sweep->entries[i].live) continue;
        if (shown++ == 0) rondo_text_add(text, "\nrunning\n");
        rondo_text_add(text, "  %s  ", sweep->plan->runs[i].folder);
        rondo_watched_run_line(sweep->entries[i].live, text);
    }
}

static void add_failed(const rondo_watched_sweep *sweep, rondo_text *text)
{
    int64_t shown = 0, failed = sweep->counts[RONDO_LEDGER_FAILED];
    if (failed == 0) return;
    rondo_text_add(text, "\nfailed\n");
    for (int64_t i = 0; i < sweep->plan->run_count && shown < MOST_FAILED; i++) {
        if (sweep->entries[i].ledger.state != RONDO_LEDGER_FAILED) continue;
        shown++;
        rondo_text_add(text, "  %s: %s\n", sweep->plan->runs[i].folder,
                       sweep->entries[i].ledger.outcome.reason);
    }
    if (failed > shown) rondo_text_add(text, "  and %lld more\n", (long long)(failed - shown));
}

/* Runs of a variant that are done, and their mean and best. */
typedef struct variant_row {
    int64_t runs, done, running, failed, values;
    double sum, best;
} variant_row;

static variant_row row_of(const rondo_watched_sweep *sweep, int64_t variant)
{
    variant_row row = {.best = NAN};
    for (int64_t i = 0; i < sweep->plan->run_count; i++) {
        const rondo_watched_entry *entry = &sweep->entries[i];
        if (sweep->plan->runs[i].variant != variant) continue;
        row.runs++;
        row.done += entry->ledger.state == RONDO_LEDGER_DONE;
        row.running += entry->ledger.state == RONDO_LEDGER_RUNNING;
        row.failed += entry->ledger.state == RONDO_LEDGER_FAILED;
        if (entry->ledger.state != RONDO_LEDGER_DONE || isnan(entry->value)) continue;
        row.values++;
        row.sum += entry->value;
        row.best = isnan(row.best)           ? entry->value
                   : sweep->higher_is_better ? fmax(row.best, entry->value)
                                             : fmin(row.best, entry->value);
    }
    return row;
}

static void add_padded(rondo_text *text, const char *name, int32_t width)
{
    int32_t room = width - rondo_plot_width(name);
    rondo_text_add(text, "%s%*s", name, (int)(room > 0 ? room : 0), "");
}

static void add_variants(const rondo_watched_sweep *sweep, rondo_text *text)
{
    int32_t width = LEAST_NAME;
    for (int64_t v = 0; v < sweep->plan->variant_count; v++) {
        int32_t own = rondo_plot_width(sweep->plan->variants[v].name);
        if (own > width) width = own;
    }
    rondo_text_add(text, "\n");
    add_padded(text, "variant", width);
    rondo_text_add(text, "     done  running  failed  mean %s      best\n", sweep->metric);
    for (int64_t v = 0; v < sweep->plan->variant_count; v++) {
        const variant_row row = row_of(sweep, v);
        add_padded(text, sweep->plan->variants[v].name, width);
        rondo_text_add(text, "  %3lld/%-3lld  %7lld  %6lld", (long long)row.done,
                       (long long)row.runs, (long long)row.running, (long long)row.failed);
        if (row.values > 0)
            rondo_text_add(text, "  %*.4g  %8.4g", (int)strlen(sweep->metric) + 5,
                           row.sum / (double)row.values, row.best);
        rondo_text_add(text, "\n");
    }
}

void rondo_watched_sweep_show(const rondo_watched_sweep *sweep, rondo_text *text)
{
    add_head(sweep, text);
    add_running(sweep, text);
    add_failed(sweep, text);
    add_variants(sweep, text);
}

void rondo_watched_sweep_line(const rondo_watched_sweep *sweep, rondo_text *text)
{
    rondo_text_add(text, "%lld of %lld runs  ", (long long)ended_count(sweep),
                   (long long)sweep->plan->run_count);
    add_counts(sweep, text);
    add_left(sweep, text);
    rondo_text_add(text, sweep->best >= 0 ? "  " : "");
    add_best(sweep, text);
    rondo_text_add(text, "\n");
}
