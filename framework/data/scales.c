#include "data/scales.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

rondo_status rondo_scales_create(int64_t count, const char *const *names, int64_t input_count,
                                 int64_t target_count, rondo_scales **out, rondo_error *error)
{
    rondo_text text = {0};
    rondo_scales *scales = *out = calloc(1, sizeof *scales);
    if (!scales) return rondo_error_set(error, RONDO_FAILED, "not enough memory for scales");
    *scales =
        (rondo_scales){.count = count, .input_count = input_count, .target_count = target_count};
    scales->names = calloc((size_t)count + 1, sizeof *scales->names);
    scales->mean = calloc((size_t)count + 1, sizeof *scales->mean);
    scales->deviation = calloc((size_t)count + 1, sizeof *scales->deviation);
    scales->targets = calloc((size_t)target_count + 1, sizeof *scales->targets);
    for (int64_t i = 0; i < count; i++)
        rondo_text_add_bytes(&text, names[i], strlen(names[i]) + 1);
    scales->text = text.data;
    if (text.failed || !scales->names || !scales->mean || !scales->deviation || !scales->targets)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for scales");
    const char *at = scales->text;
    for (int64_t i = 0; i < count; i++) {
        scales->names[i] = at;
        scales->deviation[i] = 1;
        at += strlen(at) + 1;
    }
    for (int64_t t = 0; t < target_count; t++)
        scales->targets[t] = t;
    return RONDO_OK;
}

static int64_t find(const rondo_scales *scales, const char *name)
{
    for (int64_t i = 0; scales && i < scales->count; i++)
        if (strcmp(scales->names[i], name) == 0) return i;
    return -1;
}

rondo_status rondo_scales_take(rondo_scales *scales, const rondo_scales *saved, rondo_error *error)
{
    for (int64_t c = 0; c < scales->count; c++) {
        int64_t i = find(saved, scales->names[c]);
        bool is_usable = i >= 0 && isfinite(saved->mean[i]) && isfinite(saved->deviation[i]) &&
                         saved->deviation[i] > 0;
        if (!is_usable)
            return rondo_error_set(error, RONDO_FAILED,
                                   "the run has no usable mean and deviation of column \"%s\"; was "
                                   "it trained with data of another width?",
                                   scales->names[c]);
        scales->mean[c] = saved->mean[i];
        scales->deviation[c] = saved->deviation[i];
    }
    return RONDO_OK;
}

void rondo_scales_destroy(rondo_scales *scales)
{
    if (!scales) return;
    free(scales->names);
    free(scales->targets);
    free(scales->text);
    free(scales->mean);
    free(scales->deviation);
    free(scales);
}

double rondo_scales_restore(const rondo_scales *scales, int64_t column, double value)
{
    if (!scales || scales->target_count == 0) return value;
    int64_t i = scales->targets[column];
    return value * scales->deviation[i] + scales->mean[i];
}
