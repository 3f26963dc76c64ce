#include "command/watch_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/yaml.h"
#include "store/metrics.h"

enum { LOG_END = 65536 }; /* bytes of log.txt that are looked at */

const char *rondo_watched_state_name(rondo_watched_state state)
{
    static const char *const names[] = {"waiting", "running", "stopped", "done"};
    return names[state];
}

static int64_t integer_at(const rondo_node *root, const char *section, const char *key)
{
    int64_t value = 0;
    const rondo_item *item = rondo_node_find(root, section);
    if (item && item->value->kind == RONDO_MAPPING) item = rondo_node_find(item->value, key);
    bool is_number = item && item->value->kind == RONDO_SCALAR && item->value->text &&
                     rondo_text_integer(item->value->text, &value);
    return is_number && value > 0 ? value : 0;
}

/* How long the run is to be. A config that cannot be read, or not yet, tells nothing. */
static void read_config(rondo_watched_run *run)
{
    rondo_owned owned = {0};
    rondo_problems problems = {0};
    rondo_error error = {0};
    char *path = rondo_file_join(run->folder, "config.yaml"), *text = NULL;
    size_t size;
    const rondo_origin source = {.name = "config.yaml", .is_record = true};
    if (path && !rondo_file_read(path, RONDO_YAML_MAX_BYTES, &text, &size, &error)) {
        const rondo_node *root = rondo_yaml_parse(&source, text, &owned, &problems);
        if (root && root->kind == RONDO_MAPPING && problems.count == 0) {
            run->epochs = integer_at(root, "train", "epochs");
            run->max_steps = integer_at(root, "train", "max_steps");
        }
    }
    free(text);
    free(path);
    rondo_problems_finish(&problems);
    rondo_owned_finish(&owned);
}

static rondo_status visit(void *context, const rondo_journal_line *line, rondo_error *error)
{
    rondo_watched_run *run = context;
    if (line->is_units) return RONDO_OK;
    rondo_record record = line->record;
    for (int32_t i = 0; i < record.count; i++)
        record.values[i].unit = "1";
    rondo_status status = rondo_metric_table_reserve(&run->records, &record, error);
    if (status) return status;
    rondo_metric_table_add(&run->records, &record);
    run->changed = true;
    run->step = record.step;
    if (record.epoch > run->epoch)
        run->epoch = record.epoch; /* within it, evaluations have the one before */
    if (strcmp(record.kind, "epoch") == 0 && record.epoch > 0)
        run->steps_an_epoch = record.step / record.epoch;
    const char *split = rondo_record_split(record.kind);
    if (split && strcmp(split, "test") == 0) run->is_tested = true;
    return RONDO_OK;
}

static void forget(rondo_watched_run *run)
{
    rondo_metric_table_finish(&run->records);
    *run = (rondo_watched_run){.folder = run->folder, .changed = true};
}

/* Whether the end of the log says that early stopping ended the run, the last time that it ran. */
static bool stopped_early(const rondo_watched_run *run)
{
    char *path = rondo_file_join(run->folder, "log.txt"), *text = calloc(1, LOG_END + 1);
    FILE *file = path && text ? rondo_file_open_ordinary(path) : NULL;
    if (file) {
        if (fseek(file, -LOG_END, SEEK_END) != 0) rewind(file);
        text[fread(text, 1, LOG_END, file)] = '\0';
        fclose(file);
    }
    const char *end = text ? strstr(text, " early stopping: ") : NULL;
    bool is_last = end && !strstr(end, " resuming ");
    free(text);
    free(path);
    return is_last;
}

static rondo_watched_state state_of(rondo_watched_run *run)
{
    char *lock = rondo_file_join(run->folder, "lock");
    bool held = lock && rondo_lock_peek(lock, &run->holder);
    int64_t steps = rondo_watched_steps(run);
    free(lock);
    if (held) return RONDO_WATCHED_RUNNING;
    if (run->records.kind_count == 0) return RONDO_WATCHED_NOTHING;
    bool is_done = run->is_tested || (steps > 0 && run->step >= steps) || stopped_early(run);
    return is_done ? RONDO_WATCHED_DONE : RONDO_WATCHED_STOPPED;
}

rondo_status rondo_watched_run_refresh(rondo_watched_run *run, rondo_error *error)
{
    bool again;
    run->changed = false;
    rondo_status status =
        rondo_metrics_follow(&run->reader, run->folder, &again, visit, run, error);
    if (!status && again) {
        forget(run);
        status = rondo_metrics_follow(&run->reader, run->folder, &again, visit, run, error);
        run->changed = true;
    }
    if (status) return status;
    if (run->changed || run->epochs == 0) read_config(run);
    rondo_watched_state state = state_of(run);
    if (state != run->state) run->changed = true;
    run->state = state;
    return RONDO_OK;
}

void rondo_watched_run_finish(rondo_watched_run *run)
{
    rondo_metric_table_finish(&run->records);
    *run = (rondo_watched_run){0};
}

double rondo_watched_newest(const rondo_watched_run *run, const char *kind, const char *name)
{
    const rondo_column *column = rondo_metric_table_find(&run->records, kind, name, 0);
    int64_t count = rondo_metric_table_count(&run->records, kind);
    return column && count > 0 ? column->values[count - 1] : NAN;
}

int64_t rondo_watched_steps(const rondo_watched_run *run)
{
    int64_t steps = run->epochs * run->steps_an_epoch;
    if (run->max_steps > 0 && (steps == 0 || run->max_steps < steps)) return run->max_steps;
    return steps;
}

static double sum_of(const rondo_watched_run *run, const char *kind)
{
    double sum = 0;
    const rondo_column *column = rondo_metric_table_find(&run->records, kind, "seconds", 0);
    int64_t count = column ? rondo_metric_table_count(&run->records, kind) : 0;
    for (int64_t i = 0; i < count; i++)
        if (isfinite(column->values[i])) sum += column->values[i];
    return sum;
}

double rondo_watched_seconds_left(const rondo_watched_run *run)
{
    int64_t steps = rondo_watched_steps(run);
    double seconds = fmax(sum_of(run, "train"), sum_of(run, "epoch")) + sum_of(run, "valid");
    if (steps == 0 || run->step == 0 || seconds <= 0) return NAN;
    return seconds / (double)run->step * (double)(steps > run->step ? steps - run->step : 0);
}
