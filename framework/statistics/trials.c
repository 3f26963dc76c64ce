#include "statistics/trials.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/sort.h"
#include "statistics/effect_curve.h"

rondo_status rondo_trials_expected_best(const double *figures, int64_t count, bool higher_is_better,
                                        double *expected, rondo_error *error)
{
    double *sorted = malloc((size_t)(count > 0 ? count : 1) * sizeof *sorted);
    if (!sorted) return rondo_error_set(error, RONDO_FAILED, "not enough memory: trials");
    for (int64_t i = 0; i < count; i++)
        sorted[i] = higher_is_better ? figures[i] : -figures[i];
    rondo_sort_numbers(sorted, count);
    for (int64_t n = 1; n <= count; n++) {
        /* The weight of the best is n / count; each next one's follows from it. */
        double weight = (double)n / (double)count, sum = 0;
        for (int64_t i = count; i >= n; i--) {
            sum += weight * sorted[i - 1];
            if (i > 1) weight *= (double)(i - n) / (double)(i - 1);
        }
        expected[n - 1] = higher_is_better ? sum : -sum;
    }
    free(sorted);
    return RONDO_OK;
}

/* --- ranks and bins --- */

typedef struct placed {
    double value;
    int64_t trial;
} placed;

static int by_placed(const void *a, const void *b)
{
    const placed *one = a, *other = b;
    if (one->value != other->value) return one->value < other->value ? -1 : 1;
    return (one->trial > other->trial) - (one->trial < other->trial);
}

/* ranks[i] of values[i], from 1; ties share the mean of theirs. */
static void rank(const double *values, int64_t count, placed *room, double *ranks)
{
    for (int64_t i = 0; i < count; i++)
        room[i] = (placed){values[i], i};
    qsort(room, (size_t)count, sizeof *room, by_placed);
    for (int64_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && room[to].value == room[from].value; to++)
            ;
        for (int64_t i = from; i < to; i++)
            ranks[room[i].trial] = (double)(from + to + 1) / 2;
    }
}

/* Trials of equal settings are of one bin: that of the first of them. */
static int32_t deal(const double *settings, int64_t count, int32_t bins, placed *room,
                    int32_t *bin_of)
{
    int32_t used = 0, last = -1;
    for (int64_t i = 0; i < count; i++)
        room[i] = (placed){settings[i], i};
    qsort(room, (size_t)count, sizeof *room, by_placed);
    for (int64_t i = 0; i < count; i++) {
        int32_t bin = (int32_t)(i * bins / count);
        bool same = i > 0 && room[i].value == room[i - 1].value;
        if (!same && bin != last) {
            last = bin;
            used++;
        }
        bin_of[room[i].trial] = used - 1;
    }
    return used;
}

static int32_t deal_categories(const double *settings, int64_t count, int32_t categories,
                               int32_t *bin_of)
{
    int32_t used = 0, place[RONDO_EFFECT_MOST_BINS];
    for (int32_t c = 0; c < RONDO_EFFECT_MOST_BINS; c++)
        place[c] = -1;
    for (int64_t i = 0; i < count; i++) {
        int32_t c = (int32_t)settings[i];
        if (c >= categories || c >= RONDO_EFFECT_MOST_BINS) c = RONDO_EFFECT_MOST_BINS - 1;
        if (place[c] < 0) place[c] = used++;
        bin_of[i] = place[c];
    }
    return used;
}

/* --- variance --- */

/* Sum of squares between bins and in all, of values around their mean. `order`: values[order[i]]
 * belongs to trial i; NULL: each to its own. */
static double between(const double *values, const int32_t *bin_of, const int64_t *order,
                      int64_t count, int32_t bins, double mean)
{
    double sum[RONDO_EFFECT_MOST_BINS] = {0}, squares = 0;
    int64_t size[RONDO_EFFECT_MOST_BINS] = {0};
    for (int64_t i = 0; i < count; i++) {
        sum[bin_of[i]] += values[order ? order[i] : i] - mean;
        size[bin_of[i]]++;
    }
    for (int32_t b = 0; b < bins; b++)
        if (size[b] > 0) squares += sum[b] * sum[b] / (double)size[b];
    return squares;
}

static double mean_of(const double *values, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static bool alike(const double *values, int64_t count)
{
    for (int64_t i = 1; i < count; i++)
        if (values[i] != values[0]) return false;
    return true;
}

/* Shares of the variance of figures and of their ranks; places[i] is the trial's rank by the
 * setting, or its category of `choices`. */
static rondo_status find_shares(const double *places, int32_t choices, const double *figures,
                                const double *ranks, int64_t count, rondo_main_effect *effect,
                                rondo_error *error)
{
    rondo_effect_curve curve, of_ranks;
    rondo_status status =
        rondo_effect_curve_fit(places, figures, count, choices, 0.95, &curve, error);
    if (!status)
        status = rondo_effect_curve_fit(places, ranks, count, choices, 0.95, &of_ranks, error);
    if (status) return status;
    effect->share = curve.share;
    effect->low = curve.low;
    effect->high = curve.high;
    effect->rank_share = of_ranks.share;
    return RONDO_OK;
}

/* Ranks are halves of integers: the sums that are compared are exact but for the divisions by the
 * bins' sizes, for which a billionth is left. */
static double permuted_p(const double *ranks, const int32_t *bin_of, int64_t count, int32_t bins,
                         uint64_t seed, int64_t *order)
{
    double mean = mean_of(ranks, count);
    double least = between(ranks, bin_of, NULL, count, bins, mean) * (1 - 1e-9);
    int64_t found = 0;
    for (int64_t sample = 0; sample < RONDO_EFFECT_SAMPLES; sample++) {
        const rondo_random random = {.seed = seed,
                                     .purpose = RONDO_FOR_RESAMPLING,
                                     .step = (UINT64_C(2) << 32) + (uint64_t)sample};
        for (int64_t i = 0; i < count; i++)
            order[i] = i;
        rondo_random_shuffle(&random, order, count);
        found += between(ranks, bin_of, order, count, bins, mean) >= least;
    }
    return (double)(found + 1) / (double)(RONDO_EFFECT_SAMPLES + 1);
}

rondo_status rondo_trials_main_effect(const double *settings, const double *figures, int64_t count,
                                      int32_t categories, uint64_t seed, rondo_main_effect *effect,
                                      rondo_error *error)
{
    *effect = (rondo_main_effect){0, NAN, NAN, NAN, NAN, NAN};
    if (count < RONDO_EFFECT_FEWEST) return RONDO_OK;
    size_t size = (size_t)count;
    placed *room = malloc(size * sizeof *room);
    double *ranks = malloc(2 * size * sizeof *ranks), *places = ranks ? ranks + size : NULL;
    int32_t *bin_of = malloc(size * sizeof *bin_of);
    int64_t *order = malloc(size * sizeof *order);
    rondo_status status = RONDO_OK;
    if (room && ranks && bin_of && order) {
        int32_t bins = (int32_t)sqrt((double)count);
        if (bins > RONDO_EFFECT_MOST_BINS) bins = RONDO_EFFECT_MOST_BINS;
        effect->bins = categories > 0 ? deal_categories(settings, count, categories, bin_of)
                                      : deal(settings, count, bins, room, bin_of);
        rank(figures, count, room, ranks);
        if (effect->bins > 1 && effect->bins < count && !alike(figures, count)) {
            if (categories > 0)
                for (int64_t i = 0; i < count; i++)
                    places[i] = bin_of[i];
            else
                rank(settings, count, room, places);
            status = find_shares(places, categories > 0 ? effect->bins : 0, figures, ranks, count,
                                 effect, error);
        }
        if (!isnan(effect->rank_share))
            effect->p = permuted_p(ranks, bin_of, count, effect->bins, seed, order);
    } else {
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: trials");
    }
    free(room);
    free(ranks);
    free(bin_of);
    free(order);
    return status;
}
