/* Strings of the Reber grammar that are predicted as the grammar has them, throughout. */
#include <string.h>

#include "data/formats/generator.h"
#include "data/formats/reber.h"
#include "evaluate/metric.h"

enum { LEGAL, ALL, SUMS };

/* Of the grammar's symbols, in the data's dictionary. */
typedef struct symbols {
    int32_t ids[RONDO_REBER_SYMBOLS];
} symbols;

static bool applies(const rondo_experiment *experiment)
{
    const rondo_generator_config *generator = rondo_generator_of(&experiment->data);
    return generator && generator->name == RONDO_REBER;
}

static bool start(const rondo_metric_data *data, void *state)
{
    symbols *s = state;
    for (int i = 0; i < RONDO_REBER_SYMBOLS; i++) {
        const char *name = rondo_reber_names[i];
        s->ids[i] =
            rondo_vocabulary_find(data->dataset->schema->inputs, name, (int64_t)strlen(name));
        if (s->ids[i] == RONDO_UNKNOWN_ID) return false;
    }
    return true;
}

/* Is each allowed symbol predicted more strongly than everything else? */
static bool predicts(const symbols *s, const rondo_real *prediction, int64_t width, int allowed)
{
    rondo_real weakest = 0, strongest = 0;
    bool first_in = true, first_out = true;
    for (int64_t k = 0; k < width; k++) {
        bool inside = false;
        for (int i = 0; i < RONDO_REBER_SYMBOLS; i++)
            inside |= s->ids[i] == k && (allowed & 1 << i);
        if (inside && (first_in || prediction[k] < weakest)) weakest = prediction[k];
        if (!inside && (first_out || prediction[k] > strongest)) strongest = prediction[k];
        first_in &= !inside;
        first_out &= inside;
    }
    return weakest > strongest;
}

/* The symbols of a string's steps are its targets; the step after the last E is the end symbol. */
static bool is_legal(const rondo_metric_batch *batch, int64_t row)
{
    const symbols *s = batch->state;
    rondo_reber reber = {0};
    bool legal = true;
    int allowed;
    for (int64_t t = 0; (allowed = rondo_reber_allowed(&reber)) != 0; t++) {
        int64_t n = batch->batch->offset[t] + row;
        legal &= predicts(s, batch->prediction + n * batch->width, batch->width, allowed);
        int index = 0;
        while (s->ids[index] != batch->batch->targets[n])
            index++;
        rondo_reber_step(&reber, 1 << index);
    }
    return legal;
}

static void add(const rondo_metric_batch *batch, double *sums)
{
    for (int64_t row = 0; row < batch->batch->rows; row++)
        sums[LEGAL] += is_legal(batch, row);
    sums[ALL] += (double)batch->batch->rows;
}

static double finish(const rondo_metric_totals *totals)
{
    return totals->sums[ALL] > 0 ? totals->sums[LEGAL] / totals->sums[ALL] : 0;
}

const rondo_metric rondo_metric_legal_sequences = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "legal_sequences",
             .summary = "share of the Reber strings in which, at every step, every legal next "
                        "symbol is more probable than every illegal one",
             .equations = "legal_sequences = legal / all",
             .source = "Hochreiter & Schmidhuber (1997), section 5.1", .options = rondo_no_options},
    .unit = "1",
    .higher_is_better = true,
    .place = 40,
    .needs = RONDO_NEEDS_PREDICTIONS | RONDO_NEEDS_WHOLE_SEQUENCES,
    .applies = applies,
    .start = start,
    .state_size = sizeof(symbols),
    .add = add,
    .sum_count = SUMS,
    .finish = finish,
};
