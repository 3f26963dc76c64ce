#include "base/figure_axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/svg.h"

bool rondo_figure_is_shown(const rondo_figure_axis *axis, double value)
{
    return isfinite(value) && (axis->scale != RONDO_FIGURE_LOGARITHMIC || value > 0);
}

/* --- ranges --- */

typedef struct extent {
    double low, high;
} extent;

static void include(extent *e, const rondo_figure_axis *axis, double value)
{
    if (!rondo_figure_is_shown(axis, value)) return;
    if (axis->scale == RONDO_FIGURE_LOGARITHMIC) value = log10(value);
    e->low = fmin(e->low, value);
    e->high = fmax(e->high, value);
}

/* Which numbers of a point stand on the axis. */
static void include_point(extent *e, const rondo_figure_axis *axis, rondo_figure_kind kind,
                          const rondo_figure_point *point, bool of_x)
{
    bool spans_x = kind == RONDO_FIGURE_INTERVAL_X || kind == RONDO_FIGURE_BAR_X ||
                   kind == RONDO_FIGURE_REGION_X;
    bool spans_y = kind == RONDO_FIGURE_INTERVAL_Y || kind == RONDO_FIGURE_BAND;
    bool has_x = kind != RONDO_FIGURE_BAR_X && kind != RONDO_FIGURE_REGION_X;
    bool has_y =
        kind != RONDO_FIGURE_BAND && kind != RONDO_FIGURE_REGION_X && kind != RONDO_FIGURE_RULE_X;
    if (of_x ? has_x : has_y) include(e, axis, of_x ? point->x : point->y);
    if (of_x ? spans_x : spans_y) {
        include(e, axis, point->low);
        include(e, axis, point->high);
    }
}

static void include_panel(extent *e, const rondo_figure_panel *panel, bool of_x)
{
    const rondo_figure_axis *axis = of_x ? &panel->x : &panel->y;
    for (int64_t s = 0; s < panel->count; s++)
        for (int64_t i = 0; i < panel->series[s]->count; i++)
            include_point(e, axis, panel->series[s]->kind, &panel->series[s]->points[i], of_x);
}

/* Air around the data; a single value gets a range too. */
static void widen(extent *e, const rondo_figure_axis *axis)
{
    bool logarithmic = axis->scale == RONDO_FIGURE_LOGARITHMIC;
    if (!(e->low <= e->high)) *e = (extent){0, logarithmic ? 0 : 1};
    if (logarithmic) e->low = fmax(e->low, e->high - RONDO_FIGURE_DECADES);
    double span = e->high - e->low;
    double alone = logarithmic ? 0.3 : e->high == 0 ? 1 : fabs(e->high) * 0.05;
    double air = span > 0 ? 0.05 * span : alone;
    if (axis->whole && !logarithmic && span > 0) air = 0.02 * span;
    e->low -= air;
    e->high += air;
}

rondo_figure_range rondo_figure_find_range(const rondo_figure *figure,
                                           const rondo_figure_panel *panel, bool of_x)
{
    const rondo_figure_axis *axis = of_x ? &panel->x : &panel->y;
    rondo_figure_range range = {.logarithmic = axis->scale == RONDO_FIGURE_LOGARITHMIC};
    extent e = {INFINITY, -INFINITY};
    if (axis->scale == RONDO_FIGURE_CATEGORIES) {
        e = (extent){-0.5, (double)axis->category_count - 0.5};
    } else if (axis->low < axis->high) {
        include(&e, axis, axis->low);
        include(&e, axis, axis->high);
    } else {
        bool shared = of_x ? figure->share_x : figure->share_y;
        for (int64_t p = 0; p < figure->count; p++)
            if (shared || figure->panels[p] == panel) include_panel(&e, figure->panels[p], of_x);
        widen(&e, axis);
    }
    range.low = e.low;
    range.high = e.high;
    range.reversed = axis->scale == RONDO_FIGURE_CATEGORIES && !of_x;
    return range;
}

double rondo_figure_place(const rondo_figure_range *range, double value)
{
    double at = range->logarithmic ? log10(value) : value;
    double part = (at - range->low) / (range->high - range->low);
    if (range->reversed) part = 1 - part;
    return range->from + part * (range->to - range->from);
}

/* --- ticks --- */

/* 1, 2 or 5 times a power of ten, so that at most `most` of them fit. */
static double nice_step(double span, int64_t most, int *decimals)
{
    double power = pow(10, floor(log10(span / (double)most)));
    static const double factors[] = {1, 2, 5, 10, 20};
    double step = power;
    for (int i = 0; i < 5; i++) {
        step = power * factors[i];
        if (floor(span / step) + 1 <= (double)most) break;
    }
    *decimals = (int)fmax(0, -floor(log10(step) + 1e-9));
    return step;
}

static void find_linear(const rondo_figure_range *range, int64_t most, bool whole,
                        rondo_figure_ticks *ticks)
{
    double step = nice_step(range->high - range->low, most, &ticks->decimals);
    if (whole && step < 1) {
        step = 1;
        ticks->decimals = 0;
    }
    double first = ceil(range->low / step - 1e-9);
    for (double k = first; k * step <= range->high + 1e-9 * step; k++) {
        if (ticks->count == RONDO_FIGURE_TICKS) break;
        ticks->at[ticks->count++] = k * step;
    }
}

static int64_t count_decades(const rondo_figure_range *range, const double *factors, int64_t count,
                             int64_t every, rondo_figure_ticks *ticks)
{
    int64_t found = 0;
    int64_t last = (int64_t)floor(range->high);
    for (int64_t decade = (int64_t)floor(range->low); decade <= last; decade++) {
        if (decade % every != 0) continue;
        for (int64_t f = 0; f < count; f++) {
            double at = (double)decade + log10(factors[f]);
            if (at < range->low - 1e-9 || at > range->high + 1e-9) continue;
            if (ticks && found < RONDO_FIGURE_TICKS)
                ticks->at[found] = factors[f] * pow(10, (double)decade);
            found++;
        }
    }
    return found;
}

/* Every n-th power of ten; where the range is short also 2, 5 and all other digits between. */
static void find_logarithmic(const rondo_figure_range *range, int64_t most,
                             rondo_figure_ticks *ticks)
{
    static const double digits[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, some[] = {1, 2, 5}, one[] = {1};
    static const struct {
        const double *factors;
        int64_t count;
    } sets[] = {{digits, 9}, {some, 3}, {one, 1}};
    if (range->high - range->low < 0.3) { /* nearly linear */
        rondo_figure_range plain = {.low = pow(10, range->low), .high = pow(10, range->high)};
        find_linear(&plain, most, false, ticks);
        return;
    }
    for (int i = 0; i < 3; i++) {
        int64_t found = count_decades(range, sets[i].factors, sets[i].count, 1, NULL);
        if (found > most) continue;
        ticks->count = count_decades(range, sets[i].factors, sets[i].count, 1, ticks);
        return;
    }
    int64_t every = 2;
    while (count_decades(range, one, 1, every, NULL) > most)
        every++;
    ticks->count = count_decades(range, one, 1, every, ticks);
}

void rondo_figure_find_ticks(const rondo_figure_axis *axis, const rondo_figure_range *range,
                             int64_t most, rondo_figure_ticks *ticks)
{
    *ticks = (rondo_figure_ticks){0};
    if (most < 2) most = 2;
    if (most > RONDO_FIGURE_TICKS) most = RONDO_FIGURE_TICKS;
    if (axis->scale == RONDO_FIGURE_CATEGORIES) {
        while (ticks->count < axis->category_count && ticks->count < RONDO_FIGURE_TICKS) {
            ticks->at[ticks->count] = (double)ticks->count;
            ticks->count++;
        }
        return;
    }
    if (range->logarithmic)
        find_logarithmic(range, most, ticks);
    else
        find_linear(range, most, axis->whole, ticks);
}

/* d times ten to a power, with a true minus sign and raised digits: "2×10⁻⁵". */
static const char *power_label(double value, char buffer[48])
{
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    double exponent = floor(log10(value) + 1e-9);
    double digit = floor(value / pow(10, exponent) * 10 + 0.5) / 10;
    char front[16] = "";
    if (digit != 1) snprintf(front, sizeof front, "%.*f×", digit == floor(digit) ? 0 : 1, digit);
    int power = (int)fabs(exponent);
    snprintf(buffer, 48, "%s10%s%s%s", front, exponent < 0 ? "⁻" : "",
             power >= 100 ? raised[power / 100 % 10] : "",
             power >= 10 ? raised[power / 10 % 10] : "");
    size_t length = strlen(buffer);
    snprintf(buffer + length, 48 - length, "%s", raised[power % 10]);
    return buffer;
}

/* Thousands and millions of parameters or tokens. */
static const char *short_label(double value, char buffer[48])
{
    static const struct {
        double unit;
        const char *letter;
    } units[] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    for (int i = 0; i < 3; i++)
        if (fabs(value) >= units[i].unit) {
            snprintf(buffer, 48, "%g%s", value / units[i].unit, units[i].letter);
            return buffer;
        }
    snprintf(buffer, 48, "%g", value);
    return buffer;
}

const char *rondo_figure_tick_label(const rondo_figure_axis *axis, const rondo_figure_ticks *ticks,
                                    int64_t tick, char buffer[48])
{
    double value = ticks->at[tick];
    double size = fabs(value);
    bool logarithmic = axis->scale == RONDO_FIGURE_LOGARITHMIC;
    if (logarithmic && (size < 1e-4 || size >= 1e12)) return power_label(value, buffer);
    if (size >= 10000 && size < 1e12) return short_label(value, buffer);
    if (!logarithmic || ticks->decimals > 0)
        return rondo_svg_number(fabs(value) < 1e-300 ? 0 : value, ticks->decimals, buffer);
    snprintf(buffer, 48, "%g", value);
    return buffer;
}
