/* Rows of a time series in order: by id, rising in time, cut where time has gaps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/sort.h"
#include "data/formats/series_table.h"

/* Steps that differ by less are equal: clocks jitter, and thirds are rounded. */
static const double tolerance = 0.01;

static rondo_status fail_memory(const char *path, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for its rows", path);
}

/* --- by id --- */

static rondo_status make_parts(const char *path, rondo_series_table *table, rondo_error *error)
{
    int64_t count = table->ids ? rondo_symbols_count(table->id_names) : 1;
    table->parts = calloc((size_t)count, sizeof *table->parts);
    if (!table->parts) return fail_memory(path, error);
    table->part_count = count;
    for (int64_t r = 0; r < table->rows; r++)
        table->parts[table->ids ? table->ids[r] : 0].end++;
    for (int64_t p = 0, first = 0; p < count; p++) {
        rondo_series_part *part = &table->parts[p];
        if (table->ids) part->id = rondo_symbols_get(table->id_names, (int32_t)p, NULL);
        part->first = first;
        first = part->end += first;
    }
    return RONDO_OK;
}

static bool are_grouped(const rondo_series_table *table)
{
    for (int64_t r = 1; table->ids && r < table->rows; r++)
        if (table->ids[r] < table->ids[r - 1]) return false;
    return true;
}

/* Moves items of `size` bytes so that row r goes to place[r]. */
static rondo_status permute(const char *path, void *items, size_t size, const int64_t *place,
                            int64_t rows, rondo_error *error)
{
    if (!items) return RONDO_OK;
    char *copy = malloc((size_t)rows * size);
    if (!copy) return fail_memory(path, error);
    memcpy(copy, items, (size_t)rows * size);
    for (int64_t r = 0; r < rows; r++)
        memcpy((char *)items + (size_t)place[r] * size, copy + (size_t)r * size, size);
    free(copy);
    return RONDO_OK;
}

static rondo_status group_rows(const char *path, rondo_series_table *table, rondo_error *error)
{
    int64_t *place = malloc((size_t)table->rows * sizeof *place);
    int64_t *next = malloc((size_t)table->part_count * sizeof *next);
    rondo_status status = place && next ? RONDO_OK : fail_memory(path, error);
    for (int64_t p = 0; !status && p < table->part_count; p++)
        next[p] = table->parts[p].first;
    for (int64_t r = 0; !status && r < table->rows; r++)
        place[r] = next[table->ids[r]]++;
    size_t row_bytes = (size_t)table->columns * sizeof *table->values;
    if (!status) status = permute(path, table->values, row_bytes, place, table->rows, error);
    if (!status)
        status = permute(path, table->lines, sizeof *table->lines, place, table->rows, error);
    if (!status)
        status = permute(path, table->times, sizeof *table->times, place, table->rows, error);
    if (!status)
        status = permute(path, table->labels, sizeof *table->labels, place, table->rows, error);
    if (!status) status = permute(path, table->ids, sizeof *table->ids, place, table->rows, error);
    free(place);
    free(next);
    return status;
}

/* --- time --- */

/* Whether row r has a row of its own id before it. */
static bool has_step(const rondo_series_table *table, int64_t r)
{
    return r > 0 && (!table->ids || table->ids[r] == table->ids[r - 1]);
}

static rondo_status check_rising(const char *path, const rondo_series_config *config,
                                 const rondo_series_table *table, rondo_error *error)
{
    char now[RONDO_MOMENT_SIZE], before[RONDO_MOMENT_SIZE];
    int64_t found = -1;
    for (int64_t r = 1; r < table->rows; r++)
        if (has_step(table, r) && !(table->times[r].at > table->times[r - 1].at) &&
            (found < 0 || table->lines[r] < table->lines[found]))
            found = r;
    if (found < 0) return RONDO_OK;
    rondo_moment_write(&table->times[found], &table->form, now);
    rondo_moment_write(&table->times[found - 1], &table->form, before);
    return rondo_error_set(
        error, RONDO_FAILED,
        "%s:%lld: column \"%s\": %s does not come after %s of line %lld; rows%s must be in order "
        "of time, each time once%s",
        path, (long long)table->lines[found], config->time, now, before,
        (long long)table->lines[found - 1], config->id ? " of one id" : "",
        config->id ? "" : " (several series in one file: data.options.id names their column)");
}

static double length_of(const rondo_series_table *table, int64_t r)
{
    return table->times[r].at - table->times[r - 1].at;
}

static int64_t months_of(const rondo_series_table *table, int64_t r)
{
    return rondo_moment_months(&table->times[r - 1], &table->times[r]);
}

/* Lengths of all steps, or (`months`) those that are whole months; their median, 0 without any. */
static double usual(const rondo_series_table *table, bool months, double *scratch)
{
    int64_t count = 0;
    for (int64_t r = 1; r < table->rows; r++) {
        if (!has_step(table, r)) continue;
        double size = months ? (double)months_of(table, r) : length_of(table, r);
        if (size > 0) scratch[count++] = size;
    }
    rondo_sort_numbers(scratch, count);
    return count > 0 ? scratch[(count - 1) / 2] : 0;
}

static bool is_equal(const rondo_series_table *table, int64_t r, const rondo_series_step *step)
{
    if (step->months > 0) return months_of(table, r) == step->months;
    return fabs(length_of(table, r) - step->size) <= tolerance * step->size;
}

static int64_t count_unequal(const rondo_series_table *table, const rondo_series_step *step,
                             int64_t *first)
{
    int64_t count = 0;
    *first = -1;
    for (int64_t r = 1; r < table->rows; r++) {
        if (!has_step(table, r) || is_equal(table, r, step)) continue;
        if (*first < 0 || table->lines[r] < table->lines[*first]) *first = r;
        count++;
    }
    return count;
}

static bool has_one_length(const rondo_series_table *table)
{
    for (int64_t r = 1; r < table->rows; r++)
        if (has_step(table, r) && length_of(table, r) != table->step.size) return false;
    return true;
}

/* Months where at least as many steps are so many months as are of one length, and lengths differ:
 * years of 365 and 366 days are years. */
static rondo_status find_step(const char *path, rondo_series_table *table, rondo_error *error)
{
    double *scratch = malloc((size_t)table->rows * sizeof *scratch);
    int64_t first;
    if (!scratch) return fail_memory(path, error);
    table->step = (rondo_series_step){.size = usual(table, false, scratch)};
    table->unequal = count_unequal(table, &table->step, &first);
    if (table->form.kind != RONDO_MOMENT_NUMBER && !has_one_length(table)) {
        const rondo_series_step step = {.months = (int64_t)usual(table, true, scratch)};
        int64_t unequal = step.months > 0 ? count_unequal(table, &step, &first) : INT64_MAX;
        if (unequal <= table->unequal) {
            table->step = step;
            table->unequal = unequal;
        }
    }
    free(scratch);
    return RONDO_OK;
}

static void describe_step(const rondo_series_table *table, char *text, size_t size)
{
    static const struct {
        double size;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    const rondo_series_step *step = &table->step;
    double count = step->months > 0 ? (double)step->months : step->size;
    const char *name = step->months > 0 ? "month" : NULL;
    for (int i = 0; i < 4 && !name && table->form.kind != RONDO_MOMENT_NUMBER; i++) {
        if (fmod(step->size, units[i].size) != 0 && i < 3) continue;
        count = step->size / units[i].size;
        name = units[i].name;
    }
    snprintf(text, size, "%.6g%s%s%s", count, name ? " " : "", name ? name : "",
             name && count != 1 ? "s" : "");
}

static void report_steps(const char *path, const rondo_series_config *config,
                         const rondo_series_table *table)
{
    char step[RONDO_MOMENT_SIZE], from[RONDO_MOMENT_SIZE], to[RONDO_MOMENT_SIZE];
    int64_t first, steps = table->rows - table->part_count;
    if (table->unequal == 0) return;
    count_unequal(table, &table->step, &first);
    describe_step(table, step, sizeof step);
    rondo_moment_write(&table->times[first - 1], &table->form, from);
    rondo_moment_write(&table->times[first], &table->form, to);
    if (config->gaps == RONDO_GAPS_CUT)
        rondo_log_warning("%s: %lld of %lld steps of \"%s\" are not %s; the first is at line %lld, "
                          "from %s to %s; no window crosses them (data.options.gaps: ignore lets "
                          "them)",
                          path, (long long)table->unequal, (long long)steps, config->time, step,
                          (long long)table->lines[first], from, to);
    else
        rondo_log_info("%s: %lld of %lld steps of \"%s\" are not %s; windows cross them "
                       "(data.options.gaps: ignore)",
                       path, (long long)table->unequal, (long long)steps, config->time, step);
}

/* --- spans --- */

static bool is_whole(const rondo_series_table *table, int64_t r)
{
    for (int64_t c = 0; table->missing > 0 && c < table->columns; c++)
        if (isnan(table->values[r * table->columns + c])) return false;
    return true;
}

static bool follows(const rondo_series_table *table, const rondo_series_config *config, int64_t r)
{
    if (!has_step(table, r) || !is_whole(table, r - 1)) return false;
    return !table->times || config->gaps == RONDO_GAPS_IGNORE || is_equal(table, r, &table->step);
}

/* Into table->spans where it is there; returns their number. */
static int64_t list_spans(rondo_series_table *table, const rondo_series_config *config)
{
    int64_t count = 0;
    for (int64_t r = 0; r < table->rows; r++) {
        if (!is_whole(table, r)) continue;
        if (!follows(table, config, r)) count++;
        if (!table->spans) continue;
        rondo_series_span *span = &table->spans[count - 1];
        if (!follows(table, config, r))
            *span = (rondo_series_span){.first = r, .part = table->ids ? table->ids[r] : 0};
        span->end = r + 1;
    }
    return count;
}

static rondo_status make_spans(const char *path, const rondo_series_config *config,
                               rondo_series_table *table, rondo_error *error)
{
    int64_t count = list_spans(table, config);
    table->spans = calloc((size_t)(count > 0 ? count : 1), sizeof *table->spans);
    if (!table->spans) return fail_memory(path, error);
    table->span_count = list_spans(table, config);
    return RONDO_OK;
}

rondo_status rondo_series_rows_arrange(const char *path, const rondo_series_config *config,
                                       rondo_series_table *table, rondo_error *error)
{
    rondo_status status = make_parts(path, table, error);
    if (!status && !are_grouped(table)) status = group_rows(path, table, error);
    if (!status && table->times) {
        status = check_rising(path, config, table, error);
        if (!status) status = find_step(path, table, error);
        if (!status) report_steps(path, config, table);
    }
    if (config->gaps == RONDO_GAPS_IGNORE && table->unequal > 0)
        table->step = (rondo_series_step){0}; /* trading days: nobody knows which comes next */
    return status ? status : make_spans(path, config, table, error);
}

const rondo_series_span *rondo_series_table_span(const rondo_series_table *table, int64_t row)
{
    int64_t low = 0, high = table->span_count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (table->spans[middle].end <= row)
            low = middle + 1;
        else
            high = middle;
    }
    return low < table->span_count && table->spans[low].first <= row ? &table->spans[low] : NULL;
}

/* Whether months are counted to last days: from a short month's last day it cannot be seen alone.
 */
static bool are_last(const rondo_series_table *table, int64_t row)
{
    return rondo_moment_is_last(&table->times[row]) &&
           (!has_step(table, row) || rondo_moment_is_last(&table->times[row - 1]));
}

void rondo_series_table_time(const rondo_series_table *table, int64_t row, int64_t k,
                             char text[RONDO_MOMENT_SIZE])
{
    const rondo_series_step *step = &table->step;
    text[0] = '\0';
    if (!table->times || (step->months == 0 && !(step->size > 0))) return;
    if (has_step(table, row) && !is_equal(table, row, step)) return;
    const rondo_moment *from = &table->times[row];
    rondo_moment moment = {from->at + (double)k * step->size, from->zone};
    if (step->months > 0)
        moment = rondo_moment_add_months(from, k * step->months, are_last(table, row));
    rondo_moment_write(&moment, &table->form, text);
}
