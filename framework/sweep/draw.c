#include "sweep/draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/random.h"

/* exp and log of the C library may differ in the last bit between machines: numbers are drawn to
 * six digits, so that the same search has the same runs everywhere. */
static double round_real(double value)
{
    char digits[32];
    double rounded;
    snprintf(digits, sizeof digits, "%.6g", value);
    return rondo_text_real(digits, &rounded) ? rounded : value;
}

static double within(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* 1 - value has six digits, and value as many behind the point as that takes. */
static double one_minus_log_uniform(double low, double high, double u)
{
    char digits[32];
    double rest = round_real((1 - low) * exp(u * log((1 - high) / (1 - low)))), value;
    snprintf(digits, sizeof digits, "%.15g", 1 - rest);
    return rondo_text_real(digits, &value) ? value : 1 - rest;
}

/* u is in [0, 1). */
static double draw_number(const rondo_sweep_draw *draw, double u)
{
    double low = draw->low, high = draw->high;
    switch (draw->kind) {
    case RONDO_DRAW_LOG_UNIFORM:
        return within(round_real(low * exp(u * log(high / low))), low, high);
    case RONDO_DRAW_ONE_MINUS_LOG_UNIFORM:
        return within(one_minus_log_uniform(low, high, u), low, high);
    case RONDO_DRAW_INTEGER:
        return within(floor(low + u * (high - low + 1)), low, high);
    case RONDO_DRAW_LOG_INTEGER:
        return within(floor(low * exp(u * log((high + 1) / low))), low, high);
    default:
        return within(round_real(low + u * (high - low)), low, high);
    }
}

rondo_setting rondo_sweep_draw_value(const rondo_sweep_draw *draw, int64_t seed, int64_t trial,
                                     rondo_owned *owned)
{
    const rondo_random random = {(uint64_t)seed, RONDO_FOR_SEARCH, (uint64_t)trial};
    double u =
        rondo_random_uniform(&random, rondo_file_checksum(0, draw->path, strlen(draw->path)));
    if (draw->kind == RONDO_DRAW_CHOICE) {
        int64_t count = draw->choices.count, index = (int64_t)(u * (double)count);
        return draw->choices.items[index < count ? index : count - 1];
    }
    char buffer[32];
    double value = draw_number(draw, u);
    const char *text = rondo_text_of_real(value, buffer);
    if (draw->kind == RONDO_DRAW_INTEGER || draw->kind == RONDO_DRAW_LOG_INTEGER)
        snprintf(buffer, sizeof buffer, "%.0f", value), text = buffer;
    const char *kept = rondo_owned_copy(owned, text, strlen(text));
    return (rondo_setting){draw->path, kept ? kept : "", draw->at};
}
