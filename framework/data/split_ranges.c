#include "data/split_ranges.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"

rondo_status rondo_split_paths(const rondo_data_config *config, const char *paths[RONDO_SPLITS],
                               rondo_error *error)
{
    const rondo_split_config *split = &config->split;
    paths[RONDO_TRAIN] = split->train.path ? split->train.path : config->path;
    paths[RONDO_VALID] = split->valid.path;
    paths[RONDO_TEST] = split->test.path;
    return paths[RONDO_TRAIN] || paths[RONDO_VALID] || paths[RONDO_TEST]
               ? RONDO_OK
               : rondo_error_set(error, RONDO_USAGE, "data.path: no file to train on");
}

/* The slack keeps 0.2 of 10, which is a little more than 2 in binary, from becoming 3. */
static int64_t share(double fraction, int64_t count)
{
    static const double slack = 1e-6;
    return fraction > 0 ? (int64_t)fmax(1, ceil(fraction * (double)count - slack)) : 0;
}

static rondo_status draw_order(rondo_split_ranges *ranges, int64_t count, uint64_t seed,
                               rondo_error *error)
{
    rondo_random random = {.seed = seed, .purpose = RONDO_FOR_SPLIT};
    ranges->order = malloc((size_t)count * sizeof *ranges->order);
    if (!ranges->order)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory to order %lld sequences",
                               (long long)count);
    for (int64_t i = 0; i < count; i++)
        ranges->order[i] = i;
    rondo_random_shuffle(&random, ranges->order, count);
    return RONDO_OK;
}

/* A stream of n symbols has n - 1 steps. */
static rondo_status check_parts(const rondo_split_ranges *ranges, bool stream, rondo_error *error)
{
    const char *unit = stream ? "symbols" : "sequences";
    int64_t least = stream ? 2 : 1;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_corpus_range *part = &ranges->splits[s];
        if (part->corpus && part->count < least)
            return rondo_error_set(error, RONDO_USAGE,
                                   "data.split: the %s split would have %lld %s; it needs at "
                                   "least %lld",
                                   rondo_split_name((rondo_split)s), (long long)part->count, unit,
                                   (long long)least);
    }
    return RONDO_OK;
}

/* What a part asks for of the common file: nothing where it has one of its own. */
static int64_t wanted(const rondo_split_part *part, bool has_file, int64_t count)
{
    if (has_file) return 0;
    return part->count > 0 ? part->count : share(part->fraction, count);
}

rondo_status rondo_split_sizes(const rondo_split_config *config, bool valid_has_file,
                               bool test_has_file, int64_t count, const char *unit,
                               int64_t sizes[RONDO_SPLITS], rondo_error *error)
{
    int64_t valid = wanted(&config->valid, valid_has_file, count);
    int64_t test = wanted(&config->test, test_has_file, count);
    int64_t train = wanted(&config->train, false, count), left = count - test - valid;
    bool is_counted = config->train.count > 0 || config->valid.count > 0 || config->test.count > 0;
    if (train == 0 || (config->train.count == 0 && train > left)) train = left > 0 ? left : 0;
    if (is_counted && train + valid + test > count)
        return rondo_error_set(
            error, RONDO_USAGE,
            "data.split: train, valid and test ask for %lld %s, but the file has %lld",
            (long long)(train + valid + test), unit, (long long)count);
    sizes[RONDO_TRAIN] = train;
    sizes[RONDO_VALID] = valid;
    sizes[RONDO_TEST] = test;
    return RONDO_OK;
}

rondo_status rondo_split_ranges_make(const rondo_split_config *config, bool stream, uint64_t seed,
                                     const rondo_corpus *const files[RONDO_SPLITS],
                                     rondo_split_ranges *ranges, rondo_error *error)
{
    const rondo_corpus *file = files[RONDO_TRAIN];
    int64_t count = !file ? 0 : stream ? file->steps : file->sequences, first = 0;
    int64_t sizes[RONDO_SPLITS] = {0};
    *ranges = (rondo_split_ranges){0};
    rondo_status status =
        rondo_split_sizes(config, files[RONDO_VALID] != NULL, files[RONDO_TEST] != NULL, count,
                          stream ? "symbols" : "sequences", sizes, error);
    if (status) return status;
    if (config->order == RONDO_RANDOM && sizes[RONDO_TRAIN] < count) {
        if (stream)
            return rondo_error_set(error, RONDO_USAGE,
                                   "data.split.order: random needs sequences; with data.sequences "
                                   "stream only sequential");
        status = draw_order(ranges, count, seed, error);
        if (status) return status;
    }
    for (int s = 0; s < RONDO_SPLITS; s++) {
        rondo_corpus_range *part = &ranges->splits[s];
        if (file && (sizes[s] > 0 || s == RONDO_TRAIN)) {
            *part = (rondo_corpus_range){file, first, sizes[s], ranges->order};
            first += sizes[s];
        } else if (files[s]) {
            part->corpus = files[s];
            part->count = stream ? files[s]->steps : files[s]->sequences;
        }
    }
    return check_parts(ranges, stream, error);
}

void rondo_split_ranges_finish(rondo_split_ranges *ranges)
{
    free(ranges->order);
    *ranges = (rondo_split_ranges){0};
}

int64_t rondo_corpus_range_number(const rondo_corpus_range *part, int64_t i)
{
    return part->order ? part->order[part->first + i] : part->first + i;
}

int64_t rondo_corpus_range_sequence(const rondo_corpus_range *part, int64_t i, int64_t *steps)
{
    int64_t sequence = rondo_corpus_range_number(part, i);
    *steps = part->corpus->offset[sequence + 1] - part->corpus->offset[sequence];
    return part->corpus->offset[sequence];
}

rondo_corpus_range rondo_corpus_range_beside(const rondo_corpus_range *part,
                                             const rondo_corpus *from, const rondo_corpus *to)
{
    rondo_corpus_range beside = *part;
    if (part->corpus) beside.corpus = to + (part->corpus - from);
    return beside;
}
