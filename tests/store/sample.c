#include "store/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

const char *const sample_config = "behavior_version: 1\nseed: 1 # \xC3\xBC\n";
const char *const sample_names[SAMPLE_NAMES] = {"<UNK>", "<EOS>", "\xE4\xB8\xAD", "a b"};

static void fill(rondo_real *values, int64_t count, int64_t step, uint64_t which)
{
    const rondo_random random = {which, RONDO_FOR_TEST, (uint64_t)step};
    for (int64_t i = 0; i < count; i++)
        values[i] = (rondo_real)rondo_random_normal(&random, (uint64_t)i);
    values[0] = (rondo_real)-0.0;
    values[1] = (rondo_real)1e-42;
    values[2] = (rondo_real)INFINITY;
}

static void fill_all(sample *s, int64_t step)
{
    fill(s->weights, SAMPLE_ROWS * SAMPLE_COLUMNS, step, 1);
    fill(s->bias, SAMPLE_COLUMNS, step, 2);
    fill(s->moments, SAMPLE_ROWS * SAMPLE_COLUMNS, step, 3);
    fill(s->carried, 2 * SAMPLE_COLUMNS, step, 4);
    s->step = step;
    s->epoch = step / 7;
    s->best_loss = step == 0 ? INFINITY : 1.0 / (double)(3 * step);
}

rondo_schema *sample_schema(void)
{
    static rondo_schema *schema;
    rondo_error error;
    if (schema) return schema;
    if (rondo_schema_create(&schema, &error) ||
        rondo_vocabulary_restore(sample_names, SAMPLE_NAMES, &schema->inputs, &error))
        exit(2);
    schema->targets = schema->inputs;
    schema->target = RONDO_TARGET_CLASS;
    schema->input_width = schema->target_width = SAMPLE_NAMES;
    return schema;
}

static void point(sample *s)
{
    s->parameters[0] =
        (rondo_array){"layers/0/forward/weights", 2, {SAMPLE_ROWS, SAMPLE_COLUMNS}, s->weights};
    s->parameters[1] = (rondo_array){"readout/bias", 1, {SAMPLE_COLUMNS, 0}, s->bias};
    s->slots[0] = (rondo_array){
        "first_moment/layers/0/forward/weights", 2, {SAMPLE_ROWS, SAMPLE_COLUMNS}, s->moments};
    s->states[0] = (rondo_array){"layers/0/forward/hidden", 2, {2, SAMPLE_COLUMNS}, s->carried};
    s->values[0] = (rondo_progress_value){.name = "step", .integer = &s->step};
    s->values[1] = (rondo_progress_value){.name = "epoch", .integer = &s->epoch};
    s->values[2] = (rondo_progress_value){.name = "best_loss", .real = &s->best_loss};
    s->checkpoint = (rondo_checkpoint){.parameter_count = 2,
                                       .parameters = s->parameters,
                                       .slot_count = 1,
                                       .slots = s->slots,
                                       .state_count = 1,
                                       .states = s->states,
                                       .value_count = 3,
                                       .values = s->values,
                                       .config = sample_config,
                                       .fingerprint = UINT64_C(0xfedcba9876543210),
                                       .schema = sample_schema()};
}

void sample_make(sample *s, int64_t step)
{
    fill_all(s, step);
    point(s);
}

void sample_blank(sample *s)
{
    memset(s, 0x5A, sizeof *s);
    point(s);
}

static bool same_bits(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}

bool sample_is_whole(const sample *s)
{
    static sample expected;
    fill_all(&expected, s->step);
    return s->epoch == expected.epoch &&
           same_bits(&s->best_loss, &expected.best_loss, sizeof s->best_loss) &&
           same_bits(s->weights, expected.weights, sizeof s->weights) &&
           same_bits(s->bias, expected.bias, sizeof s->bias) &&
           same_bits(s->moments, expected.moments, sizeof s->moments) &&
           same_bits(s->carried, expected.carried, sizeof s->carried);
}
