#include "store/metrics_times.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/memory.h"
#include "store/metrics_follow.h"

/* A record as the log may tell of it too. */
typedef struct moment {
    char kind; /* 'e' the end of an epoch, 'v' its validation, ' ' something else */
    int64_t step;
    double time; /* in the log: seconds since 1970; in the journal: of work, since its start */
} moment;

typedef struct moments {
    int64_t count, capacity;
    moment *items;
} moments;

static rondo_status add_moment(moments *list, moment item, rondo_error *error)
{
    void *block = list->items;
    rondo_status status = rondo_memory_grow(&block, &list->capacity, list->count + 1,
                                            sizeof *list->items, "metrics", error);
    list->items = block;
    if (!status) list->items[list->count++] = item;
    return status;
}

static double duration_of(const rondo_record *record)
{
    for (int32_t i = 0; i < record->count; i++)
        if (strcmp(record->values[i].name, "seconds") == 0)
            return isfinite(record->values[i].value) ? fmax(0, record->values[i].value) : 0;
    return 0;
}

/* An epoch's duration is that of its records of kind train again; its rest is what they lack. */
static rondo_status visit(void *context, const rondo_journal_line *line, rondo_error *error)
{
    moments *list = context;
    const rondo_record *record = &line->record;
    if (line->is_units) return RONDO_OK;
    moment item = {.kind = ' ', .step = record->step};
    if (list->count > 0) item.time = list->items[list->count - 1].time;
    if (strcmp(record->kind, "epoch") == 0)
        item.kind = 'e';
    else
        item.time += duration_of(record);
    if (strcmp(record->kind, "valid") == 0) item.kind = 'v';
    return add_moment(list, item, error);
}

/* "2026-11-28 11:18:54 epoch 1  step 100  train loss 1.42 .." */
static bool parse_log_line(const char *line, moment *item)
{
    char split[8];
    long long step;
    struct tm local = {.tm_isdst = -1};
    int found =
        sscanf(line, "%d-%d-%d %d:%d:%d epoch %*d step %lld %7s", &local.tm_year, &local.tm_mon,
               &local.tm_mday, &local.tm_hour, &local.tm_min, &local.tm_sec, &step, split);
    if (found != 8) return false;
    bool is_train = strcmp(split, "train") == 0;
    if (!is_train && strcmp(split, "valid") != 0) return false;
    local.tm_year -= 1900;
    local.tm_mon -= 1;
    *item = (moment){is_train ? 'e' : 'v', step, (double)mktime(&local)};
    return item->time >= 0;
}

static rondo_status read_log(const char *folder, moments *list, rondo_error *error)
{
    char *path = rondo_file_join(folder, "log.txt"), *line = NULL;
    size_t size = 0;
    rondo_status status = RONDO_OK;
    if (!path) return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", folder);
    FILE *file = rondo_file_open_ordinary(path);
    while (file && !status && getline(&line, &size, file) > 0) {
        moment item;
        if (parse_log_line(line, &item)) status = add_moment(list, item, error);
    }
    if (file) fclose(file);
    free(line);
    free(path);
    return status;
}

/* From the end backwards, because a resumed run logs the same steps again: gives each record that
 * the log knows its time there, others NaN. */
static void match(const moments *journal, const moments *log, double *seconds)
{
    int64_t next = log->count - 1;
    for (int64_t i = journal->count - 1; i >= 0; i--) {
        const moment *record = &journal->items[i];
        int64_t at = next;
        seconds[i] = NAN;
        if (record->kind == ' ') continue;
        while (at >= 0 && log->items[at].step >= record->step &&
               (log->items[at].step != record->step || log->items[at].kind != record->kind))
            at--;
        if (at < 0 || log->items[at].step < record->step) continue;
        seconds[i] = log->items[at].time;
        next = at - 1;
    }
}

/* Every record from the nearest known one before it, or else after it. */
static void fill(const moments *journal, double modified, double *seconds)
{
    int64_t first = 0, count = journal->count;
    while (first < count && isnan(seconds[first]))
        first++;
    if (first == count) seconds[first = count - 1] = modified;
    double known = seconds[first], work = journal->items[first].time, last = -INFINITY;
    for (int64_t i = 0; i < count; i++) {
        if (!isnan(seconds[i])) {
            known = seconds[i];
            work = journal->items[i].time;
        }
        seconds[i] = last = fmax(last, known + journal->items[i].time - work);
    }
}

rondo_status rondo_metrics_times_read(const char *folder, rondo_metrics_times *times,
                                      rondo_error *error)
{
    bool again;
    moments journal = {0}, log = {0};
    rondo_metrics_follower follower = {0};
    rondo_status status = rondo_metrics_follow(&follower, folder, &again, visit, &journal, error);
    if (!status && journal.count == 0)
        status =
            rondo_error_set(error, RONDO_USAGE, "%s: %s", folder,
                            follower.modified ? "its metrics.jsonl has no records yet"
                                              : "is not a run folder: it has no metrics.jsonl");
    if (!status) status = read_log(folder, &log, error);
    void *block = times->seconds;
    if (!status)
        status = rondo_memory_grow(&block, &times->capacity, journal.count, sizeof(double),
                                   "metrics", error);
    times->seconds = block;
    if (!status) {
        times->count = journal.count;
        match(&journal, &log, times->seconds);
        fill(&journal, (double)follower.modified, times->seconds);
    }
    free(journal.items);
    free(log.items);
    return status;
}

void rondo_metrics_times_finish(rondo_metrics_times *times)
{
    free(times->seconds);
    *times = (rondo_metrics_times){0};
}
