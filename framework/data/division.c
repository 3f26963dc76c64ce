#include "data/division.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"

/* How many of `count` a part takes that is not a file of its own. The slack keeps 0.2 of 10, which
 * is a little more than 2 in binary, from becoming 3. */
static int64_t share(const rondo_split_part *part, bool is_file, int64_t count)
{
    static const double slack = 1e-6;
    if (is_file || (part->count == 0 && part->fraction <= 0)) return 0;
    if (part->count > 0) return part->count < count ? part->count : count;
    return (int64_t)fmax(1, ceil(part->fraction * (double)count - slack));
}

static rondo_status draw_order(rondo_division *division, int64_t count, uint64_t seed,
                               rondo_error *error)
{
    rondo_random random = {.seed = seed, .purpose = RONDO_FOR_SPLIT};
    division->order = malloc((size_t)count * sizeof *division->order);
    if (!division->order)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory to order %lld sequences",
                               (long long)count);
    for (int64_t i = 0; i < count; i++)
        division->order[i] = i;
    rondo_random_shuffle(&random, division->order, count);
    return RONDO_OK;
}

/* A stream of n symbols has n - 1 steps. */
static rondo_status check_parts(const rondo_division *division, bool stream, rondo_error *error)
{
    const char *unit = stream ? "symbols" : "sequences";
    int64_t least = stream ? 2 : 1;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_part *part = &division->parts[s];
        if (part->corpus && part->count < least)
            return rondo_error_set(error, RONDO_USAGE,
                                   "data.split: the %s split would have %lld %s; it needs at "
                                   "least %lld",
                                   rondo_split_name((rondo_split)s), (long long)part->count, unit,
                                   (long long)least);
    }
    return RONDO_OK;
}

rondo_status rondo_division_make(const rondo_split_config *config, bool stream, uint64_t seed,
                                 const rondo_corpus *const files[RONDO_SPLITS],
                                 rondo_division *division, rondo_error *error)
{
    const rondo_corpus *file = files[RONDO_TRAIN];
    int64_t count = stream ? file->steps : file->sequences;
    int64_t valid = share(&config->valid, files[RONDO_VALID] != NULL, count);
    int64_t test = share(&config->test, files[RONDO_TEST] != NULL, count);
    *division = (rondo_division){0};
    if (config->order == RONDO_RANDOM && valid + test > 0) {
        if (stream)
            return rondo_error_set(error, RONDO_USAGE,
                                   "data.split.order: random needs sequences; with data.example "
                                   "stream only sequential");
        rondo_status status = draw_order(division, count, seed, error);
        if (status) return status;
    }
    int64_t valid_end = count - test;
    int64_t train_end = valid_end > valid ? valid_end - valid : 0;
    const int64_t ends[RONDO_SPLITS] = {train_end, valid_end, count};
    const int64_t shares[RONDO_SPLITS] = {count, valid, test};
    for (int s = 0; s < RONDO_SPLITS; s++) {
        rondo_part *part = &division->parts[s];
        if (shares[s] > 0) {
            int64_t first = s > 0 ? ends[s - 1] : 0;
            *part = (rondo_part){file, first, ends[s] - first, division->order};
        } else if (files[s]) {
            part->corpus = files[s];
            part->count = stream ? files[s]->steps : files[s]->sequences;
        }
    }
    return check_parts(division, stream, error);
}

void rondo_division_finish(rondo_division *division)
{
    free(division->order);
    *division = (rondo_division){0};
}

int64_t rondo_part_number(const rondo_part *part, int64_t i)
{
    return part->order ? part->order[part->first + i] : part->first + i;
}

int64_t rondo_part_sequence(const rondo_part *part, int64_t i, int64_t *steps)
{
    int64_t sequence = rondo_part_number(part, i);
    *steps = part->corpus->offset[sequence + 1] - part->corpus->offset[sequence];
    return part->corpus->offset[sequence];
}
