/* Whether a language model of sentences prefers the verb that agrees with its noun; its parts are
 * the same by the number of words between the two. */
#include "data/formats/generator.h"
#include "evaluate/metric.h"

enum { MOST_BINS = 41, LEAST_BIN = 5, SUBJECT_AND_ARTICLE = 2 };
enum { RIGHT, ALL, PAIR }; /* of all sentences, then of each bin */

typedef struct sentences {
    int32_t was, were; /* ids */
    int64_t bin;       /* distances that are one part */
} sentences;

static bool applies(const rondo_experiment *experiment)
{
    const rondo_generator_config *generator = rondo_generator_of(&experiment->data);
    return generator && generator->name == RONDO_AGREEMENT;
}

static const rondo_metric_part parts[] = {
    {"agreement_#_to_#", "sentences with this many words between noun and verb", NULL},
    {NULL, NULL, NULL}};

static int64_t longest_distance(const rondo_experiment *experiment)
{
    return rondo_generator_of(&experiment->data)->length;
}

static int64_t width_of_bin(const rondo_experiment *experiment)
{
    int64_t bin = longest_distance(experiment) / MOST_BINS + 1;
    return bin < LEAST_BIN ? LEAST_BIN : bin;
}

/* The shortest and the longest distance of a bin. */
static bool numbers(const rondo_experiment *experiment, int64_t index, int64_t *ends)
{
    int64_t bin = width_of_bin(experiment), longest = longest_distance(experiment);
    ends[0] = index * bin;
    ends[1] = ends[0] + bin - 1 < longest ? ends[0] + bin - 1 : longest;
    return ends[0] <= longest;
}

static bool start(const rondo_metric_data *data, void *state)
{
    sentences *s = state;
    s->was = rondo_vocabulary_find(data->dataset->schema->inputs, "was", 3);
    s->were = rondo_vocabulary_find(data->dataset->schema->inputs, "were", 4);
    s->bin = width_of_bin(data->experiment);
    return s->was != RONDO_UNKNOWN_ID && s->were != RONDO_UNKNOWN_ID;
}

static void add_pair(double *pair, bool is_right)
{
    pair[RIGHT] += is_right;
    pair[ALL]++;
}

static void add_sentence(const rondo_metric_batch *batch, int64_t row, double *sums)
{
    const sentences *s = batch->state;
    const rondo_batch *b = batch->batch;
    int64_t t = 0;
    while (b->targets[b->offset[t] + row] != s->was && b->targets[b->offset[t] + row] != s->were)
        t++;
    int64_t n = b->offset[t] + row, distance = t - SUBJECT_AND_ARTICLE;
    const rondo_real *p = batch->prediction + n * batch->width;
    bool is_right = b->targets[n] == s->was ? p[s->was] > p[s->were] : p[s->were] > p[s->was];
    add_pair(sums, is_right);
    add_pair(sums + PAIR * (1 + distance / s->bin), is_right);
}

static void add(const rondo_metric_batch *batch, double *sums)
{
    for (int64_t row = 0; row < batch->batch->rows; row++)
        add_sentence(batch, row, sums);
}

static double share(const double *pair)
{
    return pair[ALL] > 0 ? pair[RIGHT] / pair[ALL] : 0;
}

static double finish(const rondo_metric_totals *totals)
{
    return share(totals->sums);
}

/* Of a split without such sentences there is nothing to report. */
static bool finish_part(const rondo_metric_totals *totals, int64_t index, double *value)
{
    const double *pair = totals->sums + PAIR * (1 + index);
    *value = share(pair);
    return pair[ALL] > 0;
}

const rondo_metric rondo_metric_agreement = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "agreement",
             .summary = "share of the sentences in which the correct one of \"was\" and \"were\" "
                        "is more probable",
             .equations = "agreement = right / all", .source = "Linzen, Dupoux & Goldberg (2016)",
             .options = rondo_no_options},
    .unit = "1",
    .higher_is_better = true,
    .place = 41,
    .needs = RONDO_NEEDS_PREDICTIONS | RONDO_NEEDS_WHOLE_SEQUENCES,
    .applies = applies,
    .start = start,
    .state_size = sizeof(sentences),
    .add = add,
    .sum_count = (int64_t)PAIR * (1 + MOST_BINS),
    .finish = finish,
    .parts = parts,
    .numbers = numbers,
    .finish_part = finish_part,
};
