#include "kit/kit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/guard.h"

enum { REDZONE = 64 }; /* numbers, at least */

bool kit_fail(kit_report *kit, const char *format, ...)
{
    va_list arguments;
    kit->failures++;
    fprintf(stderr, "FAILED (%s): ", kit->variant);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return false;
}

void kit_note(kit_report *kit, const char *format, ...)
{
    va_list arguments;
    if (kit->note[0]) return;
    va_start(arguments, format);
    vsnprintf(kit->note, sizeof kit->note, format, arguments);
    va_end(arguments);
}

void *kit_allocate(int64_t count, size_t size)
{
    void *block = calloc((size_t)(count > 0 ? count : 1), size);
    if (!block) {
        fprintf(stderr, "no memory for the kit\n");
        exit(2);
    }
    return block;
}

/* Splitmix64 (Steele, Lea & Flood 2014), once for the seed and once for the index. */
static uint64_t mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

double kit_random(uint64_t seed, uint64_t index)
{
    uint64_t bits = mix(mix(seed) ^ index) >> 41;
    return ((double)bits + 0.5) / 4194304.0 - 1.0;
}

/* Two NaNs of different payload: one for what nobody may touch, one for what must be written. */
static rondo_real pattern(bool member)
{
#ifdef RONDO_DOUBLE
    uint64_t bits = member ? UINT64_C(0x7ff8000000facade) : UINT64_C(0x7ff800000badcafe);
#else
    uint32_t bits = member ? UINT32_C(0x7fc0face) : UINT32_C(0x7fc0cafe);
#endif
    rondo_real value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void kit_array_start(kit_array *array, int64_t rows, int64_t blocks, int64_t units, int64_t gap)
{
    rondo_real guard = pattern(false);
    size_t room;
    *array = (kit_array){.rows = rows, .blocks = blocks, .units = units};
    array->block_stride = units + gap;
    array->row_stride = blocks * array->block_stride + gap;
    int64_t members = (rows - 1) * array->row_stride + (blocks - 1) * array->block_stride + units;
    if (rows * blocks * units == 0) members = 0;
    array->base = kit_guard_take((size_t)(REDZONE + members) * sizeof *array->base, &room);
    array->total = (int64_t)(room / sizeof *array->base);
    if (members > 0) array->data = array->base + array->total - members;
    for (int64_t i = 0; i < array->total; i++)
        memcpy(&array->base[i], &guard, sizeof guard);
    kit_array_poison(array);
}

void kit_array_name(kit_array *array, const char *what, int32_t number)
{
    kit_guard_name(array->base, what, number);
}

void kit_array_finish(kit_array *array)
{
    kit_guard_give(array->base);
    *array = (kit_array){0};
}

void kit_array_set(kit_array *array, const kit_array *from)
{
    memcpy(array->base, from->base, (size_t)from->total * sizeof *from->base);
}

void kit_array_copy(kit_array *copy, const kit_array *array)
{
    size_t room;
    *copy = *array;
    copy->base = kit_guard_take((size_t)array->total * sizeof *array->base, &room);
    copy->data = array->data ? copy->base + (array->data - array->base) : NULL;
    kit_array_set(copy, array);
}

rondo_real *kit_array_at(const kit_array *array, int64_t row, int64_t block)
{
    return array->data + row * array->row_stride + block * array->block_stride;
}

void kit_array_poison(kit_array *array)
{
    rondo_real value = pattern(true);
    for (int64_t r = 0; array->data && r < array->rows; r++) {
        for (int64_t b = 0; b < array->blocks; b++) {
            for (int64_t u = 0; u < array->units; u++)
                memcpy(kit_array_at(array, r, b) + u, &value, sizeof value);
        }
    }
}

void kit_array_randomize(kit_array *array, uint64_t seed)
{
    uint64_t index = 0;
    for (int64_t r = 0; array->data && r < array->rows; r++) {
        for (int64_t b = 0; b < array->blocks; b++) {
            for (int64_t u = 0; u < array->units; u++)
                kit_array_at(array, r, b)[u] = (rondo_real)kit_random(seed, index++);
        }
    }
}

static bool is_guard(const rondo_real *value)
{
    rondo_real guard = pattern(false);
    return memcmp(value, &guard, sizeof guard) == 0;
}

static bool all_guards(const rondo_real *from, const rondo_real *end)
{
    for (; from < end; from++) {
        if (!is_guard(from)) return false;
    }
    return true;
}

bool kit_array_intact(const kit_array *array)
{
    const rondo_real *clean = array->base; /* everything before is checked */
    for (int64_t r = 0; array->data && r < array->rows; r++) {
        for (int64_t b = 0; b < array->blocks; b++) {
            const rondo_real *block = kit_array_at(array, r, b);
            if (!all_guards(clean, block)) return false;
            clean = block + array->units;
        }
    }
    return all_guards(clean, array->base + array->total);
}

bool kit_array_finite(const kit_array *array)
{
    for (int64_t r = 0; array->data && r < array->rows; r++) {
        for (int64_t b = 0; b < array->blocks; b++) {
            for (int64_t u = 0; u < array->units; u++) {
                if (!isfinite(kit_array_at(array, r, b)[u])) return false;
            }
        }
    }
    return true;
}

bool kit_array_same(const kit_array *a, const kit_array *b)
{
    return a->total == b->total &&
           memcmp(a->base, b->base, (size_t)a->total * sizeof *a->base) == 0;
}
