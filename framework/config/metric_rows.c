#include "config/metric_rows.h"

#include <stdio.h>
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
    if (needs & RONDO_NEEDS_LABELS && !experiment->task->predicts_labels) return false;
    if (needs & RONDO_NEEDS_FORECASTS &&
        !rondo_format_has(&experiment->data, RONDO_PROVIDES_WINDOWS))
        return false;
    return !metric->applies || metric->applies(experiment);
}

/* The name of a part: its pattern with a number for each #. */
static void fill_name(const char *pattern, const int64_t *numbers,
                      char name[RONDO_METRIC_NAME_SIZE])
{
    size_t used = 0;
    for (; *pattern && used + 1 < RONDO_METRIC_NAME_SIZE; pattern++) {
        if (*pattern == '#')
            used += (size_t)snprintf(name + used, RONDO_METRIC_NAME_SIZE - used, "%lld",
                                     (long long)*numbers++);
        else
            name[used++] = *pattern;
    }
    name[used < RONDO_METRIC_NAME_SIZE ? used : RONDO_METRIC_NAME_SIZE - 1] = '\0';
}

/* --- collecting them --- */

typedef struct collected {
    const rondo_experiment *experiment;
    rondo_metric_row *rows;
    int64_t count;
} collected;

static void add(collected *c, const char *name, rondo_metric_row row)
{
    if (c->count == RONDO_MAX_METRIC_ROWS) return;
    snprintf(row.name, sizeof row.name, "%s", name);
    c->rows[c->count++] = row;
}

static void add_loss_rows(collected *c)
{
    const rondo_loss *loss = c->experiment->loss.loss;
    for (int32_t i = 0; i < loss->metric_count && i < RONDO_MAX_METRICS; i++) {
        const rondo_loss_metric *metric = &loss->metrics[i];
        if (metric->rule == RONDO_METRIC_WHOLE) continue;
        if (rondo_loss_metric_is_of_text(metric) && !c->experiment->task->predicts_text) continue;
        add(c, metric->name,
            (rondo_metric_row){
                .unit = metric->unit, .higher_is_better = metric->higher_is_better, .loss_row = i});
    }
}

/* Of a metric's own row, which its parts are like. */
static void add_parts(collected *c, rondo_metric_row row)
{
    const rondo_metric *metric = row.metric;
    char name[RONDO_METRIC_NAME_SIZE];
    int64_t numbers[RONDO_METRIC_NUMBERS];
    row.part = metric->parts;
    if (metric->numbers) {
        for (int64_t i = 0; metric->numbers(c->experiment, i, numbers); i++) {
            fill_name(row.part->name, numbers, name);
            row.part_index = i;
            add(c, name, row);
        }
        return;
    }
    for (; row.part && row.part->name; row.part++, row.part_index++)
        add(c, row.part->name, row);
}

static void add_metrics(collected *c, int32_t low, int32_t high)
{
    const rondo_experiment *experiment = c->experiment;
    const char *unit = experiment->loss.loss->target == RONDO_TARGET_VALUES ? "1" : "nats";
    for (int64_t i = 0; i < experiment->metrics.count; i++) {
        const rondo_metric *metric = experiment->metrics.items[i];
        if (metric->place < low || metric->place >= high || !applies(metric, experiment)) continue;
        const rondo_metric_row row = {.unit = metric->unit ? metric->unit : unit,
                                      .higher_is_better = metric->higher_is_better,
                                      .metric = metric,
                                      .loss_row = -1};
        add(c, metric->head.name, row);
        add_parts(c, row);
    }
}

int64_t rondo_experiment_metrics(const rondo_experiment *experiment,
                                 rondo_metric_row rows[RONDO_MAX_METRIC_ROWS])
{
    collected c = {.experiment = experiment, .rows = rows};
    if (!experiment->loss.loss) return 0;
    add_metrics(&c, INT32_MIN, PLACE_OF_LOSS_ROWS);
    add_loss_rows(&c);
    add_metrics(&c, PLACE_OF_LOSS_ROWS, INT32_MAX);
    return c.count;
}

/* Whether train.monitor names the row or, of a metric's own, one of its parts: these are finished
 * from the same sums. */
static bool is_monitored(const rondo_experiment *experiment, const rondo_metric_row *row)
{
    const char *name = experiment->train.monitor;
    return strcmp(name, row->name) == 0 ||
           (!row->part && rondo_metric_find_part(row->metric, name));
}

const char *rondo_metric_row_lacks(const rondo_experiment *experiment, const rondo_metric_row *row,
                                   const char *split)
{
    const rondo_metric *metric = row->metric;
    if (!metric || strcmp(split, "test") == 0) return NULL;
    if (strcmp(split, "train") == 0)
        return metric->needs || metric->add
                   ? "training measures only the loss and the metrics of its plugin"
                   : NULL;
    if (row->part && row->part->fixed)
        return "training does not change it, so it is measured at the end";
    if (metric->needs & RONDO_NEEDS_DECODED && experiment->train.decoded_sequences == 0)
        return "train.decoded_sequences is 0";
    if ((metric->is_costly || row->part) && !is_monitored(experiment, row))
        return "it is measured on the validation split only if train.monitor names it";
    return NULL;
}

int64_t rondo_metric_rows_find(const rondo_metric_row *rows, int64_t count, const char *name)
{
    for (int64_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0) return i;
    return -1;
}

void rondo_metric_rows_suggest(const rondo_metric_row *rows, int64_t count, const char *wrong,
                               rondo_text *text)
{
    const char *names[RONDO_MAX_METRIC_ROWS];
    for (int64_t i = 0; i < count; i++) {
        names[i] = rows[i].name;
        if (!rows[i].part || !rows[i].part->fixed)
            rondo_text_add(text, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *nearest = rondo_text_nearest(wrong, names, count);
    if (nearest) rondo_text_add(text, "; did you mean %s?", nearest);
}
