#include "statistics/paired.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"

enum { HALF_SUMS = 1 << (RONDO_SIGN_FLIP_EXACT / 2), UNIT_BITS = 52, TIE_BITS = 14 };

/* Differences as whole numbers of 2^-52 of their sum of sizes (rounded up to a power of two). */
typedef struct flips {
    const double *a, *b;
    int64_t count;
    int exponent;     /* value * 2^exponent is the whole number */
    int64_t observed; /* |sum| */
    int64_t least;    /* |sums| from here on count: observed - tie */
} flips;

static int64_t whole(const flips *f, int64_t i)
{
    return llround(ldexp(f->a[i] - f->b[i], f->exponent));
}

static void measure(flips *f)
{
    double sizes = 0, rounding = 0;
    for (int64_t i = 0; i < f->count; i++) {
        sizes += fabs(f->a[i] - f->b[i]);
        rounding += 2 * DBL_EPSILON * (fabs(f->a[i]) + fabs(f->b[i]));
    }
    int size_exponent;
    frexp(sizes, &size_exponent);
    f->exponent = UNIT_BITS - size_exponent;
    int64_t sum = 0;
    for (int64_t i = 0; i < f->count; i++)
        sum += whole(f, i);
    f->observed = llabs(sum);
    double tie = fmax(ldexp(rounding, f->exponent), 1 << TIE_BITS);
    f->least = f->observed - (int64_t)fmin(tie, ldexp(1, UNIT_BITS + 1));
}

/* All sums of the `count` numbers from place `first` on, each with either sign, in rising order:
 * each further number merges the list minus it with the list plus it, of which the former is never
 * behind. Returns how many. */
static int64_t signed_sums(const flips *f, int64_t first, int64_t count, int64_t *sums)
{
    int64_t before[HALF_SUMS / 2], size = 1;
    sums[0] = 0;
    for (int64_t i = first; i < first + count; i++) {
        int64_t value = llabs(whole(f, i)), low = 0, high = 0;
        for (int64_t k = 0; k < size; k++)
            before[k] = sums[k];
        for (int64_t k = 0; k < 2 * size; k++) {
            bool from_low =
                low < size && (low == high || before[low] - value <= before[high] + value);
            sums[k] = from_low ? before[low++] - value : before[high++] + value;
        }
        size *= 2;
    }
    return size;
}

/* How many of all 2^n sums are `least` or more: pairs of sorted sums of the two halves. */
static int64_t count_exact(const flips *f)
{
    int64_t left[HALF_SUMS], right[HALF_SUMS];
    int64_t half = f->count / 2;
    int64_t left_size = signed_sums(f, 0, half, left);
    int64_t right_size = signed_sums(f, half, f->count - half, right);
    int64_t from = right_size, found = 0;
    for (int64_t i = 0; i < left_size; i++) {
        while (from > 0 && left[i] + right[from - 1] >= f->least)
            from--;
        found += right_size - from;
    }
    return found;
}

static int64_t count_sampled(const flips *f, uint64_t seed, int64_t samples)
{
    rondo_random random = {.seed = seed, .purpose = RONDO_FOR_RESAMPLING, .step = 1};
    uint64_t blocks = ((uint64_t)f->count + 127) / 128;
    int64_t found = 0;
    for (int64_t sample = 0; sample < samples; sample++) {
        int64_t sum = 0;
        uint32_t words[4] = {0};
        for (int64_t i = 0; i < f->count; i++) {
            uint64_t bit = (uint64_t)i % 128;
            if (bit == 0)
                rondo_random_words(&random, (uint64_t)sample * blocks + (uint64_t)i / 128, words);
            bool minus = words[bit / 32] >> bit % 32 & 1;
            sum += minus ? -whole(f, i) : whole(f, i);
        }
        found += llabs(sum) >= f->least;
    }
    return found;
}

rondo_sign_flip rondo_sign_flip_test(const double *a, const double *b, int64_t count, uint64_t seed)
{
    flips f = {.a = a, .b = b, .count = count};
    bool exact = count <= RONDO_SIGN_FLIP_EXACT;
    rondo_sign_flip result = {
        .p = 1, .exact = exact, .samples = exact ? (int64_t)1 << count : RONDO_SIGN_FLIP_SAMPLES};
    measure(&f);
    if (f.least <= 0) return result;
    if (exact) /* the sums are symmetric around 0 */
        result.p = 2 * (double)count_exact(&f) / (double)result.samples;
    else
        result.p =
            ((double)count_sampled(&f, seed, result.samples) + 1) / ((double)result.samples + 1);
    return result;
}

double rondo_sign_flip_smallest(int64_t count)
{
    return count < 1 ? 1 : ldexp(2, -(int)(count > 1000 ? 1000 : count));
}

int64_t rondo_sign_flip_fewest(double alpha)
{
    int64_t count = 1;
    while (count < 1000 && !(rondo_sign_flip_smallest(count) < alpha))
        count++;
    return count;
}
