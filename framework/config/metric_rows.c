#include "config/metric_rows.h"

#include <string.h>

/* Rows of the loss plugin stand behind the loss. */
enum { PLACE_OF_LOSS_ROWS = 1 };

static bool applies(const rondo_metric *metric, const rondo_experiment *experiment)
{
    uint32_t needs = metric->needs;
    bool has_entities =
        experiment->task->has_entities && experiment->data.tag_scheme != RONDO_TAGS_NONE;
    if (needs & RONDO_NEEDS_CLASSES && !experiment->task->predicts_classes) return false;
    if (needs & RONDO_NEEDS_ENTITIES && !has_entities) return false;
    if (needs & RONDO_NEEDS_DECODED && !experiment->task->has_decoder) return false;
    if (needs & RONDO_NEEDS_FORECASTS &&
        !rondo_format_has(&experiment->data, RONDO_PROVIDES_WINDOWS))
        return false;
    return !metric->applies || metric->applies(experiment);
}

typedef struct collected {
    rondo_metric_row *rows;
    int64_t count;
} collected;

static void add(collected *c, rondo_metric_row row)
{
    if (c->count < RONDO_MAX_METRIC_ROWS) c->rows[c->count++] = row;
}

static void add_loss_rows(collected *c, const rondo_experiment *experiment)
{
    const rondo_loss *loss = experiment->loss.loss;
    for (int32_t i = 0; i < loss->metric_count && i < RONDO_MAX_METRICS; i++) {
        const rondo_loss_metric *metric = &loss->metrics[i];
        if (metric->rule == RONDO_METRIC_WHOLE) continue;
        if (rondo_loss_metric_is_of_text(metric) && !experiment->task->predicts_text) continue;
        add(c, (rondo_metric_row){metric->name, metric->unit, metric->higher_is_better, NULL, i});
    }
}

static void add_metrics(collected *c, const rondo_experiment *experiment, int32_t low, int32_t high)
{
    const char *unit = experiment->loss.loss->target == RONDO_TARGET_VALUES ? "1" : "nats";
    for (int64_t i = 0; i < experiment->metrics.count; i++) {
        const rondo_metric *metric = experiment->metrics.items[i];
        if (metric->place < low || metric->place >= high || !applies(metric, experiment)) continue;
        add(c, (rondo_metric_row){metric->head.name, metric->unit ? metric->unit : unit,
                                  metric->higher_is_better, metric, -1});
    }
}

int64_t rondo_experiment_metrics(const rondo_experiment *experiment,
                                 rondo_metric_row rows[RONDO_MAX_METRIC_ROWS])
{
    collected c = {.rows = rows};
    if (!experiment->loss.loss) return 0;
    add_metrics(&c, experiment, INT32_MIN, PLACE_OF_LOSS_ROWS);
    add_loss_rows(&c, experiment);
    add_metrics(&c, experiment, PLACE_OF_LOSS_ROWS, INT32_MAX);
    return c.count;
}

const char *rondo_metric_row_lacks(const rondo_experiment *experiment, const rondo_metric_row *row,
                                   const char *split)
{
    const rondo_metric *metric = row->metric;
    if (!metric || strcmp(split, "test") == 0) return NULL;
    if (strcmp(split, "train") == 0)
        return metric->needs || metric->add ? "training measures the loss and what its plugin tells"
                                            : NULL;
    if (metric->needs & RONDO_NEEDS_DECODED && experiment->train.decoded_sequences == 0)
        return "train.decoded_sequences is 0";
    if (metric->is_costly && strcmp(experiment->train.best_by, row->name) != 0)
        return "it is measured on the validation split only where train.best_by names it";
    return NULL;
}

int64_t rondo_metric_rows_find(const rondo_metric_row *rows, int64_t count, const char *name)
{
    for (int64_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0) return i;
    return -1;
}

void rondo_metric_rows_tell(const rondo_metric_row *rows, int64_t count, const char *wrong,
                            rondo_text *text)
{
    const char *names[RONDO_MAX_METRIC_ROWS];
    for (int64_t i = 0; i < count; i++) {
        names[i] = rows[i].name;
        rondo_text_add(text, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *nearest = rondo_text_nearest(wrong, names, count);
    if (nearest) rondo_text_add(text, "; did you mean %s?", nearest);
}
