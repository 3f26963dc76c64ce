/* Whether a language model of sentences prefers the verb that agrees with its noun; its parts are
 * the same by the number of words between the two. */
#include <stdio.h>
#include <string.h>

#include "data/formats/generator.h"
#include "evaluate/metric.h"

enum { MOST_BINS = 41, LEAST_BIN = 5, SUBJECT_AND_ARTICLE = 2 };
enum { RIGHT, ALL, PAIR }; /* of all sentences, then of each bin */

typedef struct sentences {
    int32_t was, were; /* ids */
    int64_t bin;       /* distances that are one part */
    int64_t bin_count;
    char names[MOST_BINS][40];
} sentences;

static bool applies(const rondo_experiment *experiment)
{
    const rondo_generator_config *generator = rondo_generator_of(&experiment->data);
    return generator && generator->name == RONDO_AGREEMENT;
}

static void name_bins(sentences *s, int64_t longest)
{
    s->bin = longest / MOST_BINS + 1;
    if (s->bin < LEAST_BIN) s->bin = LEAST_BIN;
    for (int64_t low = 0; low <= longest; low += s->bin) {
        int64_t high = low + s->bin - 1;
        snprintf(s->names[s->bin_count++], sizeof s->names[0], "agreement_%lld_to_%lld",
                 (long long)low, (long long)(high < longest ? high : longest));
    }
}

static bool start(const rondo_metric_data *data, void *state)
{
    sentences *s = state;
    s->was = rondo_vocabulary_find(data->dataset->schema->inputs, "was", 3);
    s->were = rondo_vocabulary_find(data->dataset->schema->inputs, "were", 4);
    name_bins(s, rondo_generator_of(&data->experiment->data)->length);
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

static bool part(const rondo_metric_totals *totals, int64_t index, rondo_metric_part *out)
{
    const sentences *s = totals->state;
    if (index >= s->bin_count) return false;
    *out = (rondo_metric_part){s->names[index], share(totals->sums + PAIR * (1 + index))};
    return true;
}

const rondo_metric rondo_metric_agreement = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "agreement",
             .summary =
                 "share of the sentences in which the right one of \"was\" and \"were\" is "
                 "predicted more strongly; rondo evaluate tells it by the words between noun "
                 "and verb, too",
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
    .part = part,
};
