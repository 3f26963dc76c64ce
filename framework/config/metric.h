/* What a metric is: one const struct in one file, evaluate/metrics/NAME.c.
 *
 *     const rondo_metric rondo_metric_macro_f1 = {
 *         .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "macro_f1", ..},
 *         .unit = "1", .higher_is_better = true, .needs = RONDO_NEEDS_CLASSES, .finish = finish};
 *
 * The build collects these structs (cmake/RondoBuiltins.cmake), so that the file is all there is to
 * add: evaluations compute it and records hold it under its name, train.monitor, sweeps and
 * comparisons take it, `rondo list` and `rondo describe metric NAME` show it.
 *
 * A split is evaluated so: `start` with the data, `add` for each minibatch, `finish`. The host
 * keeps what a metric adds up, clears it and adds the sums of several files; it also brings what is
 * costly to find, once for all metrics that need it (classes, entities, decoded targets,
 * forecasts). Nothing in here allocates.
 *
 * Metrics that a loss plugin makes of its rows (rondo/loss.h) stand beside these
 * (config/metric_rows.h).
 *
 * config/ knows this struct, but neither data nor predictions: evaluate/metric.h has their types.
 */
#ifndef RONDO_CONFIG_METRIC_H
#define RONDO_CONFIG_METRIC_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/options.h"
#include "plugin/registry.h"
#include "rondo/plugin.h"

struct rondo_experiment;
struct rondo_owned;
struct rondo_metric_data;
struct rondo_metric_batch;
struct rondo_metric_totals;

/* What a metric looks at besides the sums of the loss. */
enum {
    RONDO_NEEDS_CLASSES = 1 << 0,     /* the class answered to each step or sequence, and counts */
    RONDO_NEEDS_ENTITIES = 1 << 1,    /* entities that tags spell, counted */
    RONDO_NEEDS_DECODED = 1 << 2,     /* targets found by greedy search, of an encoder-decoder */
    RONDO_NEEDS_PREDICTIONS = 1 << 3, /* what the loss plugin gets of every step or sequence */
    RONDO_NEEDS_WHOLE_SEQUENCES = 1 << 4, /* a minibatch holds no pieces of sequences */
    RONDO_NEEDS_FORECASTS = 1 << 5,       /* of a time series in its own units, beside naive ones */
    RONDO_NEEDS_LABELS = 1 << 6           /* answered label sequences, compared with the known */
};

/* Rows beside a metric's own: the metric of some of the predictions, or of another forecaster. They
 * have its unit, direction and record. */
typedef struct rondo_metric_part {
    const char *name;    /* NULL: no more. "agreement_#_to_#": each # is a number (`numbers`) */
    const char *summary; /* what it is of */
    const char *fixed;   /* why no training changes it, behind "it": it is measured after training,
                            and no epoch is chosen by it. NULL: training does */
} rondo_metric_part;

enum { RONDO_METRIC_NUMBERS = 2 }; /* in the name of a part */

typedef struct rondo_metric {
    rondo_plugin head; /* name, summary; equations: its definition; source: whose it is */
    const char *unit;  /* "1"; NULL: that of the loss */
    bool higher_is_better;
    bool is_costly; /* a run at work measures it on its validation split only where train.monitor
                       names it; after training, and in `rondo evaluate`, it is always measured */
    int32_t place;  /* rows are shown in rising order of it; 0 is the loss */
    uint32_t needs; /* RONDO_NEEDS_ bits */
    const char *record; /* kind of the record that it stands in, with its parts (store/metrics.h);
                           NULL: that of the split, without its parts. Metrics of one kind stand
                           side by side */

    /* Whether an experiment has it that has what it needs. NULL: it has. [any] */
    bool (*applies)(const struct rondo_experiment *experiment);

    /* Fills state_size zeroed bytes; false: the data lack what the metric looks for, and it is not
     * measured. NULL: there is nothing to fill. [main] */
    bool (*start)(const struct rondo_metric_data *data, void *state);
    size_t state_size;

    /* Adds a minibatch to `sums`, [sum_count], which are 0 before the first. The metric must be a
     * function of sums, so that those of several files can be added. NULL: there is nothing to add.
     * [main] */
    void (*add)(const struct rondo_metric_batch *batch, double *sums);
    int64_t sum_count;
    int64_t (*count_sums)(const struct rondo_metric_data *data); /* instead of sum_count, of metrics
                                                                    with a sum for each pair of
                                                                    classes, say; NULL. [any] */

    /* REQUIRED. Its value. [main] */
    double (*finish)(const struct rondo_metric_totals *totals);

    /* One row for each; or, with `numbers`, there is one part, and a row of it for each index, from
     * 0, until `numbers` is false, which fills in the numbers of its name. NULL: it has none. */
    const rondo_metric_part *parts;
    bool (*numbers)(const struct rondo_experiment *experiment, int64_t index,
                    int64_t numbers[RONDO_METRIC_NUMBERS]); /* [any] */

    /* The value of its row number `index`; false: the data have nothing that it is of. Needed with
     * parts. [main] */
    bool (*finish_part)(const struct rondo_metric_totals *totals, int64_t index, double *value);
} rondo_metric;

/* All metrics that a config can name, by place. */
typedef struct rondo_metric_list {
    const rondo_metric **items;
    int64_t count;
} rondo_metric_list;

/* Those of the registry, in memory of `owned`. [main] */
rondo_metric_list rondo_metric_list_take(rondo_registry *registry, struct rondo_owned *owned);

/* The metric's part of that name; NULL: there is none. [any] */
const rondo_metric_part *rondo_metric_find_part(const rondo_metric *metric, const char *name);

#endif
