#include "data/formats/generate_digits.h"

#include <math.h>
#include <string.h>

#include "data/formats/generator.h"
#include "data/storage.h"

enum { WIDTH = RONDO_DIGITS_WIDTH, PATTERNS = 2, LONGEST_PATTERN = 3, LONGEST_PAUSE = 3 };

/* Of a data set. Patterns stand where no split is. */
typedef struct digits {
    const rondo_generator_config *config;
    uint64_t seed;
    double patterns[RONDO_MOST_DIGITS][PATTERNS][WIDTH];
} digits;

static double draw_normal(rondo_random_stream *stream)
{
    return rondo_random_normal(&stream->random, stream->next++);
}

static void draw_patterns(digits *d)
{
    rondo_random_stream stream = rondo_random_stream_start(d->seed, RONDO_SPLITS, 0);
    for (int k = 0; k < RONDO_MOST_DIGITS; k++)
        for (int p = 0; p < PATTERNS; p++)
            for (int i = 0; i < WIDTH; i++)
                d->patterns[k][p][i] = draw_normal(&stream);
}

/* The sequence at hand. Noise has numbers of its own, so that what is only counted is as what is filled. */
typedef struct utterance {
    const digits *digits;
    rondo_random_stream stream, noise;
    int64_t steps, labels;
    rondo_real *values; /* [steps, WIDTH]; NULL: only counted */
    int32_t *ids;       /* [labels]; NULL likewise */
} utterance;

/* `pattern` NULL: a pause. */
static void say(utterance *u, const double *pattern, int64_t frames)
{
    for (int64_t t = 0; t < frames; t++, u->steps++)
        for (int64_t i = 0; u->values && i < WIDTH; i++)
            u->values[u->steps * WIDTH + i] =
                (rondo_real)((pattern ? pattern[i] : 0) +
                             u->digits->config->noise * draw_normal(&u->noise));
}

/* A sequence has one frame at least. */
static void make(utterance *u, const digits *d, rondo_split split, int64_t number)
{
    u->digits = d;
    u->steps = u->labels = 0;
    u->stream = u->noise = rondo_random_stream_start(d->seed, split, number);
    u->noise.next = UINT64_C(1) << 32;
    int64_t count = rondo_random_stream_below(&u->stream, d->config->length + 1);
    say(u, NULL, 1 + rondo_random_stream_below(&u->stream, LONGEST_PAUSE));
    for (int64_t i = 0; i < count; i++) {
        int64_t digit = rondo_random_stream_below(&u->stream, d->config->symbols);
        for (int p = 0; p < PATTERNS; p++)
            say(u, d->patterns[digit][p],
                1 + rondo_random_stream_below(&u->stream, LONGEST_PATTERN));
        say(u, NULL, rondo_random_stream_below(&u->stream, LONGEST_PAUSE + 1));
        if (u->ids) u->ids[u->labels] = (int32_t)(RONDO_END_ID + 1 + digit);
        u->labels++;
    }
}

static rondo_status fill_split(rondo_dataset *dataset, const digits *d, rondo_split split,
                               int64_t count, rondo_error *error)
{
    size_t bytes = (size_t)(count + 1) * sizeof(int64_t);
    int64_t *offset = rondo_storage_take(dataset, bytes, "the offsets of a split", error);
    if (!offset) return error->status;
    int64_t *label_offset = rondo_storage_take(dataset, bytes, "the offsets of labels", error);
    if (!label_offset) return error->status;
    for (int64_t s = 0; s < count; s++) {
        utterance u = {0};
        make(&u, d, split, s);
        offset[s + 1] = offset[s] + u.steps;
        label_offset[s + 1] = label_offset[s] + u.labels;
    }
    rondo_real *values = rondo_storage_take(dataset, (size_t)offset[count] * WIDTH * sizeof *values,
                                            "the inputs of a split", error);
    if (!values) return error->status;
    int32_t *ids = rondo_storage_take(dataset, (size_t)(label_offset[count] + 1) * sizeof *ids,
                                      "the labels of a split", error);
    if (!ids) return error->status;
    for (int64_t s = 0; s < count; s++) {
        utterance u = {.values = values + offset[s] * WIDTH, .ids = ids + label_offset[s]};
        make(&u, d, split, s);
    }
    dataset->splits[split] = (rondo_sequences){.count = count,
                                               .offset = offset,
                                               .input_values = values,
                                               .label_offset = label_offset,
                                               .label_ids = ids};
    return RONDO_OK;
}

/* "0", "1" .. have the ids behind the unknown and the end symbol. */
static rondo_status make_names(const rondo_reading *reading, int64_t count, rondo_vocabulary **out,
                               rondo_error *error)
{
    const rondo_vocabulary_config *config = &reading->experiment->data.vocabulary;
    if (reading->saved) return rondo_schema_copy_dictionary(reading->saved->targets, out, error);
    rondo_status status = rondo_vocabulary_create(config->unknown, config->end, out, error);
    for (int64_t k = 0; !status && k < count; k++)
        status = rondo_vocabulary_count(*out, &"0123456789"[k], 1, error);
    return status ? status : rondo_vocabulary_build(*out, 1, 0, error);
}

rondo_status rondo_digits_load(const rondo_reading *reading, rondo_dataset *dataset,
                               rondo_error *error)
{
    const rondo_experiment *experiment = reading->experiment;
    rondo_schema *schema = dataset->schema;
    digits d = {.config = experiment->data.options,
                .seed = rondo_experiment_seed(experiment, RONDO_SEED_DATA)};
    draw_patterns(&d);
    rondo_status status = make_names(reading, d.config->symbols, &schema->targets, error);
    if (status) return status;
    schema->input_width = WIDTH;
    schema->target_width = rondo_vocabulary_size(schema->targets);
    schema->target = RONDO_TARGET_LABELS;
    for (int s = 0; !status && s < RONDO_SPLITS; s++) {
        int64_t count = rondo_generator_count(d.config, (rondo_split)s);
        if (count > 0) status = fill_split(dataset, &d, (rondo_split)s, count, error);
    }
    return status;
}
