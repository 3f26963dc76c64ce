/* metrics.jsonl of a run: its curves, its model and its data. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/collect_private.h"
#include "data/dataset.h"
#include "store/metrics.h"
#include "store/metrics_follow.h"

/* Columns of one kind of records, as they come. */
typedef struct columns {
    int64_t count, capacity;
    int64_t *epoch, *step;
    int32_t figure_count;
    const char *figures[RONDO_MAX_RECORD_VALUES], *units[RONDO_MAX_RECORD_VALUES];
    double *values[RONDO_MAX_RECORD_VALUES];
} columns;

typedef struct journal {
    rondo_owned *owned;
    rondo_found_run *found;
    columns kinds[RONDO_SPLITS];
} journal;

/* The split that a record is of; RONDO_SPLITS: of none. */
static int find_split(const char *kind)
{
    const char *split = rondo_record_split(kind);
    for (int s = 0; split && s < RONDO_SPLITS; s++)
        if (strcmp(split, rondo_split_name((rondo_split)s)) == 0) return s;
    return RONDO_SPLITS;
}

/* Values that depend on the machine, or say where a record comes from. */
static bool is_figure(const char *name)
{
    static const char *const others[] = {
        "seconds",   "tokens_per_second", "data_wait",        "rank_wait",
        "rank_sums", "checkpoint_step",   "checkpoint_epoch", NULL};
    for (int i = 0; others[i]; i++)
        if (strcmp(name, others[i]) == 0) return false;
    return true;
}

static void *grown(rondo_owned *owned, const void *old, int64_t count, int64_t capacity,
                   size_t size)
{
    void *block = rondo_owned_take(owned, (size_t)capacity * size);
    if (block && count > 0) memcpy(block, old, (size_t)count * size);
    return block;
}

static void fill_with_nan(double *values, int64_t count)
{
    for (int64_t i = 0; values && i < count; i++)
        values[i] = NAN;
}

static bool reserve(columns *c, rondo_owned *owned)
{
    if (c->count < c->capacity) return true;
    int64_t capacity = c->capacity > 0 ? 2 * c->capacity : 16;
    c->epoch = grown(owned, c->epoch, c->count, capacity, sizeof *c->epoch);
    c->step = grown(owned, c->step, c->count, capacity, sizeof *c->step);
    for (int32_t f = 0; f < c->figure_count; f++)
        c->values[f] = grown(owned, c->values[f], c->count, capacity, sizeof **c->values);
    c->capacity = capacity;
    return !owned->failed;
}

/* Index of the figure's column, made where there is none; -1 where there is no room for it. */
static int32_t find_column(columns *c, rondo_owned *owned, const char *name)
{
    for (int32_t f = 0; f < c->figure_count; f++)
        if (strcmp(c->figures[f], name) == 0) return f;
    if (c->figure_count == RONDO_MAX_RECORD_VALUES) return -1;
    int32_t f = c->figure_count;
    int64_t capacity = c->capacity > 0 ? c->capacity : 16;
    c->figures[f] = rondo_owned_copy(owned, name, strlen(name));
    c->units[f] = "";
    c->values[f] = rondo_owned_take(owned, (size_t)capacity * sizeof **c->values);
    if (owned->failed) return -1;
    fill_with_nan(c->values[f], capacity);
    c->figure_count++;
    return f;
}

static void take_units(journal *j, const rondo_record *record)
{
    int s = find_split(record->kind);
    columns *c = s < RONDO_SPLITS ? &j->kinds[s] : NULL;
    for (int32_t i = 0; c && i < record->count; i++) {
        const rondo_record_value *value = &record->values[i];
        int32_t f = is_figure(value->name) && reserve(c, j->owned)
                        ? find_column(c, j->owned, value->name)
                        : -1;
        if (f >= 0) c->units[f] = rondo_owned_copy(j->owned, value->unit, strlen(value->unit));
    }
}

/* A record of the epoch that the last one is of takes its place; the test split has one record, to
 * which those of metrics that have a record of their own are added. */
static void take_record(journal *j, columns *c, const rondo_record *record)
{
    bool is_test = c == &j->kinds[RONDO_TEST];
    bool adds = is_test && strcmp(record->kind, rondo_split_name(RONDO_TEST)) != 0;
    if (adds && c->count == 0) return;
    bool replaces = c->count > 0 && (is_test || record->epoch <= c->epoch[c->count - 1]);
    if (!replaces && !reserve(c, j->owned)) return;
    int64_t at = replaces ? c->count - 1 : c->count;
    for (int32_t f = 0; f < c->figure_count && !adds; f++)
        c->values[f][at] = NAN;
    for (int32_t i = 0; i < record->count; i++) {
        const rondo_record_value *value = &record->values[i];
        int32_t f = is_figure(value->name) ? find_column(c, j->owned, value->name) : -1;
        if (f >= 0) c->values[f][at] = value->value;
        if (strcmp(value->name, "seconds") == 0) j->found->run.machine.seconds += value->value;
        if (is_test && strcmp(value->name, "checkpoint_epoch") == 0)
            j->found->test_epoch = value->value;
    }
    c->epoch[at] = record->epoch;
    c->step[at] = record->step;
    c->count = at + 1;
}

static double value_of(const rondo_record *record, const char *name, double otherwise)
{
    for (int32_t i = 0; i < record->count; i++)
        if (strcmp(record->values[i].name, name) == 0 && isfinite(record->values[i].value))
            return record->values[i].value;
    return otherwise;
}

/* An untrusted number as a count. */
static int64_t count_of(const rondo_record *record, const char *name)
{
    double value = value_of(record, name, 0);
    return value > 0 && value <= 9007199254740992.0 ? (int64_t)value : 0;
}

static void take_model(rondo_found_run *found, const rondo_record *record)
{
    found->parameters = count_of(record, "parameters");
    found->training_flops = value_of(record, "training_flops", NAN);
    found->epoch_tokens = value_of(record, "epoch_tokens", NAN);
}

static void take_data(rondo_found_run *found, const rondo_record *record)
{
    static const char *const names[RONDO_SPLITS][3] = {
        {"train_sequences", "train_tokens", "train_fingerprint"},
        {"valid_sequences", "valid_tokens", "valid_fingerprint"},
        {"test_sequences", "test_tokens", "test_fingerprint"}};
    found->run.data.known = true;
    for (int s = 0; s < RONDO_SPLITS; s++)
        found->run.data.splits[s] =
            (rondo_compared_split){.sequences = count_of(record, names[s][0]),
                                   .tokens = count_of(record, names[s][1]),
                                   .fingerprint = (uint64_t)count_of(record, names[s][2])};
}

static rondo_status take_line(void *context, const rondo_journal_line *line, rondo_error *error)
{
    journal *j = context;
    const rondo_record *record = &line->record;
    int s = find_split(record->kind);
    if (line->is_units)
        take_units(j, record);
    else if (s < RONDO_SPLITS)
        take_record(j, &j->kinds[s], record);
    else if (strcmp(record->kind, "model") == 0)
        take_model(j->found, record);
    else if (strcmp(record->kind, "data") == 0)
        take_data(j->found, record);
    return rondo_owned_check(j->owned, "metrics of a run", error);
}

static int by_figure(const void *a, const void *b)
{
    return strcmp(((const rondo_curve *)a)->figure, ((const rondo_curve *)b)->figure);
}

static void hand_over(const columns *c, rondo_owned *owned, rondo_curves *curves)
{
    *curves = (rondo_curves){.count = c->count, .epoch = c->epoch, .step = c->step};
    if (c->count == 0) return;
    curves->curves = rondo_owned_take(owned, (size_t)c->figure_count * sizeof *curves->curves);
    if (!curves->curves) return;
    for (int32_t f = 0; f < c->figure_count; f++)
        curves->curves[f] = (rondo_curve){c->figures[f], c->units[f], c->values[f]};
    curves->curve_count = c->figure_count;
    qsort(curves->curves, (size_t)curves->curve_count, sizeof *curves->curves, by_figure);
}

rondo_status rondo_found_run_read_metrics(rondo_found_run *found, rondo_owned *owned,
                                          rondo_error *error)
{
    journal j = {.owned = owned, .found = found};
    rondo_metrics_follower follower = {0};
    const char *folder = found->run.folder;
    bool again = true;
    rondo_status status = RONDO_OK;
    for (int tries = 0; again && tries < 3 && !status; tries++) {
        memset(j.kinds, 0, sizeof j.kinds);
        follower.damaged = 0;
        found->run.machine.seconds = 0;
        status = rondo_metrics_follow(&follower, folder, &again, take_line, &j, error);
    }
    if (!status && follower.damaged > 0)
        status = rondo_error_set(error, RONDO_USAGE,
                                 "%s/metrics.jsonl is damaged: %lld of its lines are not records",
                                 folder, (long long)follower.damaged);
    for (int s = 0; s < RONDO_SPLITS && !status; s++)
        hand_over(&j.kinds[s], owned, &found->run.curves[s]);
    found->has_test = j.kinds[RONDO_TEST].count > 0;
    return status ? status : rondo_owned_check(owned, "metrics of a run", error);
}
