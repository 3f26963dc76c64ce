/* Element-wise functions for plugins: exp, log, sigmoid, tanh, softplus and their slopes, sin, cos.
 *
 * Float build: branch-free polynomials that gcc and clang vectorise in a plain loop at -O3. The
 * same bits on every processor, as long as a*b+c is not contracted (-ffp-contract=off); at most 3
 * units in the last place over the whole range (tests/pointwise). exp: Cody & Waite (1980)
 * reduction to |r| <= ln2/2, then exp(r) - 1 = r + r^2 P(r) with a minimax P. Of sin and cos the error is
 * at most 1.2e-7 for |x| <= 8192; beyond it grows.
 *
 * Double build: libm, since double is what checks.
 *
 * NaN in, NaN out; infinities give the limits; nothing raises or traps on overflow.
 */
#ifndef RONDO_POINTWISE_H
#define RONDO_POINTWISE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "rondo/real.h"

/* Before a function whose loops matter: built for AVX-512, AVX2 and the baseline, chosen when the
 * plugin is loaded. Needs ifunc; thread sanitizer cannot start with it. */
#if !defined(RONDO_NO_DISPATCH)
#if defined(__SANITIZE_THREAD__)
#define RONDO_NO_DISPATCH
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RONDO_NO_DISPATCH
#endif
#endif
#endif
#if defined(__x86_64__) && defined(__ELF__) && defined(__GLIBC__) && !defined(RONDO_NO_DISPATCH)
#if defined(__clang__)
#if __clang_major__ >= 14
#define RONDO_VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#elif defined(__GNUC__) && __GNUC__ >= 8
#define RONDO_VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#endif
#ifndef RONDO_VECTORISED
#define RONDO_VECTORISED
#endif

/* Before a loop whose turns do not depend on each other. Plugins may as well write `#pragma omp simd`, which
 * headers cannot: it takes an option of the compiler's. */
#if defined(__clang__)
#define RONDO_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define RONDO_INDEPENDENT _Pragma("GCC ivdep")
#else
#define RONDO_INDEPENDENT
#endif

/* Helpers of a vectorised function must become part of it, else they stay built for the baseline. */
#define RONDO_INLINE static inline __attribute__((always_inline))

#ifdef RONDO_DOUBLE

RONDO_INLINE double rondo_exp(double x)
{
    return exp(x);
}

RONDO_INLINE double rondo_sigmoid(double x)
{
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1.0) / (1.0 + e);
}

RONDO_INLINE double rondo_tanh(double x)
{
    return tanh(x);
}

RONDO_INLINE double rondo_softplus(double x)
{
    return (x > 0 ? x : 0.0) + log1p(exp(-fabs(x)));
}

RONDO_INLINE double rondo_softplus_slope(double y)
{
    return -expm1(-y);
}

RONDO_INLINE double rondo_log(double x)
{
    return log(x);
}

RONDO_INLINE double rondo_sqrt(double x)
{
    return sqrt(x);
}

RONDO_INLINE double rondo_sin(double x)
{
    return sin(x);
}

RONDO_INLINE double rondo_cos(double x)
{
    return cos(x);
}

#else

RONDO_INLINE uint32_t rondo_bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

RONDO_INLINE float rondo_float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* x = n ln2 + r with |r| <= ln2/2. Adding 1.5 * 2^23 rounds to an integer in the low bits; ln2's
 * first part has 9 bits, so n times it is exact. */
#define RONDO_ROUNDER 12582912.0f

RONDO_INLINE float rondo_exp_reduce(float x, float *shifted)
{
    *shifted = x * 1.44269504f + RONDO_ROUNDER;
    float n = *shifted - RONDO_ROUNDER;
    return (x - n * 0.693359375f) + n * 2.12194440e-4f;
}

/* exp(r) - 1 for |r| <= ln2/2. */
RONDO_INLINE float rondo_exp_minus_one_reduced(float r)
{
    float p = 0.00139464578f;
    p = p * r + 0.00836658943f;
    p = p * r + 0.0416662805f;
    p = p * r + 0.166665435f;
    p = p * r + 0.5f;
    return r + (r * r) * p;
}

/* 2^n is applied in two halves, so that results below the normal range are rounded once and
 * results above it become infinite. */
RONDO_INLINE float rondo_exp(float x)
{
    float shifted;
    x = 89.0f < x ? 89.0f : x;
    x = -104.0f > x ? -104.0f : x;
    float r = rondo_exp_reduce(x, &shifted);
    uint32_t n = rondo_bits_of(shifted) - rondo_bits_of(RONDO_ROUNDER) + 254u;
    uint32_t half = n >> 1;
    float scale = rondo_float_of(half << 23);
    float rest = rondo_float_of((n - half) << 23);
    return (1.0f + rondo_exp_minus_one_reduced(r)) * scale * rest;
}

/* exp(y) - 1 for 0 <= y, held at y = 60, where 1 more or less no longer counts. */
RONDO_INLINE float rondo_exp_minus_one_positive(float y)
{
    float shifted;
    y = 60.0f < y ? 60.0f : y;
    float q = rondo_exp_minus_one_reduced(rondo_exp_reduce(y, &shifted));
    float scale =
        rondo_float_of((rondo_bits_of(shifted) - rondo_bits_of(RONDO_ROUNDER) + 127u) << 23);
    return q * scale + (scale - 1.0f);
}

RONDO_INLINE float rondo_sigmoid(float x)
{
    float e = rondo_exp(-fabsf(x));
    return (x < 0 ? e : 1.0f) / (1.0f + e);
}

/* tanh|x| = e / (e + 2), e = exp(2|x|) - 1: exact near 0, where 1 - 2/(exp(2x) + 1) is not. */
RONDO_INLINE float rondo_tanh(float x)
{
    float e = rondo_exp_minus_one_positive(2.0f * fabsf(x));
    float t = e / (e + 2.0f);
    return rondo_float_of(rondo_bits_of(t) | (rondo_bits_of(x) & 0x80000000u));
}

/* log(1 + exp x) = max(x, 0) + log(1 + e), e = exp(-|x|);
 * log(1 + e) = 2 artanh s = 2s + s^3 R(s^2), s = e / (2 + e) <= 1/3. */
RONDO_INLINE float rondo_softplus(float x)
{
    float e = rondo_exp(-fabsf(x));
    float s = e / (2.0f + e);
    float z = s * s;
    float p = 0.280176163f;
    p = p * z + 0.280007333f;
    p = p * z + 0.400215834f;
    p = p * z + 0.666664183f;
    return (0.0f < x ? x : 0.0f) + (2.0f * s + s * z * p);
}

/* Softplus's slope is sigmoid(x) = 1 - exp(-y). */
RONDO_INLINE float rondo_softplus_slope(float y)
{
    float e = rondo_exp_minus_one_positive(y);
    return e / (e + 1.0f);
}

/* x = 2^n m, m in [sqrt(1/2), sqrt 2), whose bits begin at those of sqrt(1/2); log m = 2 artanh s = 2s + s^3
 * R(s^2), s = (m - 1) / (m + 1), |s| <= 0.172, R the first terms of its series. Numbers below the normal range
 * are scaled up before. */
RONDO_INLINE float rondo_log(float x)
{
    bool is_small = x < 1.17549435e-38f;
    uint32_t bits = rondo_bits_of(is_small ? x * 8388608.0f : x) - 0x3f3504f3u;
    float n = (float)((int32_t)bits >> 23) - (is_small ? 23.0f : 0.0f);
    float m = rondo_float_of((bits & 0x7fffffu) + 0x3f3504f3u);
    float s = (m - 1.0f) / (m + 1.0f);
    float z = s * s;
    float p = 0.222222222f;
    p = p * z + 0.285714286f;
    p = p * z + 0.4f;
    p = p * z + 0.666666667f;
    float y = n * 0.693359375f + (2.0f * s + (s * z * p - n * 2.12194440e-4f));
    y = x <= 3.4028235e38f ? y : x;
    return x > 0 ? y : x == 0 ? -HUGE_VALF : NAN;
}

RONDO_INLINE float rondo_sqrt(float x)
{
    return sqrtf(x);
}

/* sin(x + quarters pi / 2). x = n pi/2 + r, |r| <= pi/4: Cody & Waite's reduction in three parts of pi/2, of
 * which the first two have so few bits that n times them is exact; polynomials of Cephes (Moshier 1989). */
RONDO_INLINE float rondo_sin_from(float x, uint32_t quarters)
{
    float shifted = x * 0.636619772f + RONDO_ROUNDER;
    float n = shifted - RONDO_ROUNDER;
    float r = ((x - n * 1.5703125f) - n * 4.83751297e-4f) - n * 7.54978995e-8f;
    float z = r * r;
    float sine = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
    float cosine =
        ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z +
        (1.0f - 0.5f * z);
    uint32_t quarter = rondo_bits_of(shifted) + quarters;
    float y = quarter & 1u ? cosine : sine;
    return quarter & 2u ? -y : y;
}

RONDO_INLINE float rondo_sin(float x)
{
    return rondo_sin_from(x, 0);
}

RONDO_INLINE float rondo_cos(float x)
{
    return rondo_sin_from(x, 1);
}

#endif

/* Slopes, from the function's value. */
RONDO_INLINE rondo_real rondo_sigmoid_slope(rondo_real y)
{
    return y * (1 - y);
}

RONDO_INLINE rondo_real rondo_tanh_slope(rondo_real y)
{
    return (1 - y) * (1 + y);
}

/* A sum of many terms: term k is added to lane k % RONDO_LANES, in double, and the lanes are added
 * in order at the end. The lanes vectorise, and the order does not depend on the vector's width. */
enum { RONDO_LANES = 16 };

RONDO_INLINE double rondo_lanes_total(const double lanes[RONDO_LANES])
{
    double total = 0;
    for (int l = 0; l < RONDO_LANES; l++)
        total += lanes[l];
    return total;
}

#endif
