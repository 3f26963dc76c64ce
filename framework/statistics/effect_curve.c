#include "statistics/effect_curve.h"

#include <math.h>
#include <stdbool.h>

#include "base/memory.h"
#include "base/sort.h"
#include "statistics/distribution.h"

enum { MOST_PIECES = 16, TRIALS_A_PIECE = 8, MOST_GROUPS = 20 };
enum { MOST_COLUMNS = RONDO_EFFECT_CURVE_MOST_CHOICES + 1 };

typedef struct workspace {
    const double *place, *outcome;
    int64_t trials;
    int32_t choices;
    double *sorted;  /* [trials] place, in rising order */
    double *columns; /* [MOST_COLUMNS][trials] an orthonormal basis of the curves */
    double *rest;    /* [trials] what the basis leaves of the outcome */
} workspace;

/* The `column`-th function of the basis at x: 1, x and hinges at the knots; or 1 and indicators. */
static double basis(const workspace *w, int32_t pieces, int32_t column, double x)
{
    if (column == 0) return 1;
    if (w->choices > 0) return x == column;
    if (column == 1) return x;
    double place = (double)w->trials * (column - 1) / pieces;
    double knot = w->sorted[(int64_t)place];
    return x > knot ? x - knot : 0;
}

static double dot(const double *a, const double *b, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

static void remove_part(double *vector, const double *unit, int64_t count)
{
    double part = dot(vector, unit, count);
    for (int64_t i = 0; i < count; i++)
        vector[i] -= part * unit[i];
}

static int32_t columns_of(const workspace *w, int32_t pieces)
{
    if (pieces == 0) return 1;
    return w->choices > 0 ? w->choices : pieces + 1;
}

static int64_t groups_of(const workspace *w)
{
    return w->trials < MOST_GROUPS ? w->trials : MOST_GROUPS;
}

typedef struct fit {
    double share; /* 1 - (RSS / (n - p)) / (TSS / (n - 1)) */
    double press; /* sum of squared errors of leaving one out */
} fit;

/* Least squares by Gram & Schmidt, twice over, of all trials but those of `group` (-1: of all).
 * Columns that add nothing (ties) are left out. */
static fit fit_curve(const workspace *w, int32_t pieces, int64_t group)
{
    int64_t count = 0, wanted = columns_of(w, pieces), rank = 0;
    for (int64_t i = 0; i < w->trials; i++)
        if (group < 0 || i % groups_of(w) != group) w->rest[count++] = w->outcome[i];
    double total = 0;
    for (int64_t c = 0; c < wanted; c++) {
        double *column = w->columns + rank * w->trials;
        int64_t row = 0;
        for (int64_t i = 0; i < w->trials; i++)
            if (group < 0 || i % groups_of(w) != group)
                column[row++] = basis(w, pieces, (int32_t)c, w->place[i]);
        double before = sqrt(dot(column, column, count));
        for (int64_t k = 0; k < 2 * rank; k++)
            remove_part(column, w->columns + k % rank * w->trials, count);
        double size = sqrt(dot(column, column, count));
        if (!(size > 1e-9 * before)) continue;
        for (int64_t i = 0; i < count; i++)
            column[i] /= size;
        remove_part(w->rest, column, count);
        if (rank++ == 0) total = dot(w->rest, w->rest, count);
    }
    fit result = {0, 0};
    for (int64_t i = 0; i < count; i++) {
        double leverage = 0;
        for (int64_t k = 0; k < rank; k++)
            leverage += w->columns[k * w->trials + i] * w->columns[k * w->trials + i];
        double error = w->rest[i] / fmax(1 - leverage, 1e-9);
        result.press += error * error;
    }
    double left = dot(w->rest, w->rest, count) / (double)(count - rank);
    result.share = total > 0 ? 1 - left / (total / (double)(count - 1)) : 0;
    return result;
}

static int32_t choose_pieces(const workspace *w)
{
    if (w->choices > 0) {
        double none = fit_curve(w, 0, -1).press;
        return fit_curve(w, w->choices, -1).press < none ? w->choices : 0;
    }
    int32_t best = 0;
    double least = INFINITY;
    int64_t most = w->trials / TRIALS_A_PIECE;
    for (int32_t pieces = 0; pieces <= MOST_PIECES && pieces <= most; pieces++) {
        double press = fit_curve(w, pieces, -1).press;
        if (press < least) {
            least = press;
            best = pieces;
        }
    }
    return best;
}

static rondo_effect_curve find_effect(const workspace *w, double confidence)
{
    for (int64_t i = 0; i < w->trials; i++)
        w->sorted[i] = w->place[i];
    rondo_sort_numbers(w->sorted, w->trials);
    rondo_effect_curve effect = {.pieces = choose_pieces(w)};
    /* Where no curve is better than none, the interval is that of a straight line. */
    int32_t pieces = effect.pieces > 0 ? effect.pieces : w->choices > 0 ? w->choices : 1;
    int64_t groups = groups_of(w);
    double mean = 0, squares = 0, share = fit_curve(w, pieces, -1).share;
    for (int64_t group = 0; group < groups; group++) {
        double without = fit_curve(w, pieces, group).share, away = without - mean;
        mean += away / (double)(group + 1); /* Welford 1962 */
        squares += away * (without - mean);
    }
    double half = rondo_t_quantile_upper((1 - confidence) / 2, (double)(groups - 1)) *
                  sqrt(squares * (double)(groups - 1) / (double)groups);
    effect.share = effect.pieces > 0 ? fmax(share, 0) : 0;
    effect.low = effect.pieces > 0 ? fmin(fmax(share - half, 0), 1) : 0;
    effect.high = fmin(fmax(share + half, 0), 1);
    return effect;
}

static rondo_status check(const double *place, const double *outcome, int64_t trials,
                          int32_t choices, rondo_error *error)
{
    if (trials < RONDO_EFFECT_CURVE_FEWEST)
        return rondo_error_set(error, RONDO_USAGE, "%lld trials: an effect needs at least %d",
                               (long long)trials, RONDO_EFFECT_CURVE_FEWEST);
    if (choices != 0 && (choices < 2 || choices > RONDO_EFFECT_CURVE_MOST_CHOICES))
        return rondo_error_set(error, RONDO_USAGE, "%d choices: 2 to %d", choices,
                               RONDO_EFFECT_CURVE_MOST_CHOICES);
    for (int64_t i = 0; i < trials; i++) {
        double x = place[i];
        bool chosen = x >= 0 && x < choices && x == floor(x);
        if (!isfinite(outcome[i]))
            return rondo_error_set(error, RONDO_USAGE, "trial %lld has no finite outcome",
                                   (long long)i + 1);
        if (choices ? !chosen : !isfinite(x))
            return rondo_error_set(error, RONDO_USAGE, "trial %lld has the value %g",
                                   (long long)i + 1, x);
    }
    return RONDO_OK;
}

rondo_status rondo_effect_curve_fit(const double *place, const double *outcome, int64_t trials,
                                    int32_t choices, double confidence, rondo_effect_curve *curve,
                                    rondo_error *error)
{
    rondo_status status = check(place, outcome, trials, choices, error);
    if (status != RONDO_OK) return status;
    double *block =
        rondo_memory_create((size_t)trials * (MOST_COLUMNS + 2) * sizeof(double), "effects", error);
    if (!block) return RONDO_FAILED;
    workspace w = {.place = place,
                   .outcome = outcome,
                   .trials = trials,
                   .choices = choices,
                   .sorted = block,
                   .rest = block + trials,
                   .columns = block + 2 * trials};
    *curve = find_effect(&w, confidence);
    rondo_memory_destroy(block);
    return RONDO_OK;
}
