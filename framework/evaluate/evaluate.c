#include "evaluate/evaluate.h"

#include <math.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "evaluate/decoding.h"
#include "evaluate/label_errors.h"
#include "evaluate/metric_states.h"
#include "evaluate/score.h"
#include "model/not_finite.h"

struct rondo_evaluator {
    const rondo_session *session;
    rondo_metric_states metrics;
    rondo_class_counts *classes; /* what the metrics need; NULL: none does */
    rondo_entities *entities;
    rondo_forecast *forecast;
    rondo_decoding *decoding;
    rondo_label_comparison *labels;
    rondo_label_count entity_total; /* of all types, and of all files that were added */
    bool is_added;                  /* to the counts those of another file */
};

/* --- memory --- */

static rondo_status create_sources(rondo_evaluator *e, const rondo_pass_size *size,
                                   rondo_error *error)
{
    const rondo_session *session = e->session;
    const uint32_t needs = e->metrics.needs;
    rondo_status status = RONDO_OK;
    if (needs & (RONDO_NEEDS_CLASSES | RONDO_NEEDS_ENTITIES))
        status = rondo_class_counts_create(session->dataset, size->tokens, &e->classes, error);
    if (!status && needs & RONDO_NEEDS_ENTITIES)
        status = rondo_entities_create(session->dataset, &e->entities, error);
    if (!status && needs & RONDO_NEEDS_FORECASTS)
        status = rondo_forecast_create(session->network, session->dataset, &e->forecast, error);
    if (!status && needs & RONDO_NEEDS_DECODED)
        status = rondo_decoding_create(session->network, size, &e->decoding, error);
    if (!status && needs & RONDO_NEEDS_LABELS)
        status = rondo_label_comparison_create(size, &e->labels, error);
    return status;
}

rondo_status rondo_evaluator_create(const rondo_session *session, const rondo_pass_size *size,
                                    rondo_evaluator **out, rondo_error *error)
{
    *out = NULL;
    rondo_evaluator *e = rondo_memory_create(sizeof *e, "an evaluation", error);
    if (!e) return error->status;
    e->session = session;
    rondo_status status =
        rondo_metric_states_start(session->experiment, session->dataset, &e->metrics, error);
    if (!status) status = create_sources(e, size, error);
    if (status) {
        rondo_evaluator_destroy(e);
        return status;
    }
    *out = e;
    return RONDO_OK;
}

void rondo_evaluator_destroy(rondo_evaluator *e)
{
    if (!e) return;
    rondo_metric_states_finish(&e->metrics);
    rondo_class_counts_destroy(e->classes);
    rondo_entities_destroy(e->entities);
    rondo_forecast_destroy(e->forecast);
    rondo_decoding_destroy(e->decoding);
    rondo_label_comparison_destroy(e->labels);
    rondo_memory_destroy(e);
}

size_t rondo_evaluator_bytes(const rondo_experiment *experiment, const rondo_dataset *dataset,
                             const rondo_pass_size *size)
{
    const uint32_t needs = rondo_metric_needs(experiment, dataset);
    size_t bytes = sizeof(rondo_evaluator) + rondo_metric_states_bytes(experiment, dataset);
    if (needs & (RONDO_NEEDS_CLASSES | RONDO_NEEDS_ENTITIES))
        bytes += rondo_class_counts_bytes(dataset, size->tokens);
    if (needs & RONDO_NEEDS_ENTITIES) bytes += rondo_entities_bytes(dataset);
    if (needs & RONDO_NEEDS_FORECASTS) bytes += rondo_forecast_bytes(dataset);
    if (needs & RONDO_NEEDS_LABELS) bytes += rondo_label_comparison_bytes(size);
    return bytes;
}

bool rondo_evaluator_keeps_predictions(const rondo_experiment *experiment,
                                       const rondo_dataset *dataset)
{
    return rondo_metric_needs(experiment, dataset) & RONDO_NEEDS_PREDICTIONS;
}

/* --- a split --- */

/* Of the run that is at work: what it wants of its metrics now. */
typedef struct wanted {
    bool rows[RONDO_MAX_METRIC_ROWS];
    bool sums[RONDO_MAX_METRIC_ROWS]; /* of a row, for it or for a part */
    uint32_t needs;
    int64_t decoded; /* sequences at most; 0: all */
} wanted;

static bool is_wanted(const rondo_evaluator *e, int64_t row, rondo_evaluation_extent extent)
{
    if (!e->metrics.states[row].is_there) return false;
    return extent == RONDO_EVALUATE_ALL ||
           !rondo_metric_row_lacks(e->session->experiment, &e->metrics.rows[row],
                                   rondo_split_name(RONDO_VALID));
}

static wanted choose(const rondo_evaluator *e, rondo_evaluation_extent extent)
{
    wanted w = {0};
    if (extent == RONDO_EVALUATE_VALIDATION)
        w.decoded = e->session->experiment->train.decoded_sequences;
    for (int64_t i = 0; i < e->metrics.count; i++) {
        w.rows[i] = is_wanted(e, i, extent);
        if (!w.rows[i]) continue;
        w.sums[e->metrics.states[i].owner] = true;
        if (e->metrics.rows[i].metric) w.needs |= e->metrics.rows[i].metric->needs;
    }
    return w;
}

/* Once a split, of the first minibatch: what comes behind it is not finite either. */
static void warn_not_finite(const rondo_pass *pass, rondo_split split)
{
    rondo_text place = {0};
    rondo_pass_find_not_finite(pass, &place);
    rondo_log_warning("the %s loss is not finite, first in %s", rondo_split_name(split),
                      rondo_text_get(&place));
    rondo_text_finish(&place);
}

static void evaluate_one(rondo_pass *pass, const rondo_batch *batch, rondo_split split,
                         rondo_score *score)
{
    bool was_finite = isfinite(score->loss);
    rondo_pass_evaluate(pass, batch, score);
    if (was_finite && !isfinite(score->loss)) warn_not_finite(pass, split);
}

/* To each metric that is wanted, and has or has not to do with decoding. */
static void add_to_metrics(rondo_evaluator *e, const wanted *w, bool of_decoding,
                           rondo_metric_batch *seen)
{
    for (int64_t i = 0; i < e->metrics.count; i++) {
        const rondo_metric *metric = e->metrics.rows[i].metric;
        if (!w->sums[i] || !metric || !metric->add) continue;
        if (of_decoding != !!(metric->needs & RONDO_NEEDS_DECODED)) continue;
        seen->state = e->metrics.states[i].state;
        metric->add(seen, e->metrics.states[i].sums);
    }
}

static void take(rondo_evaluator *e, const wanted *w, const rondo_pass *pass,
                 const rondo_batch *batch)
{
    const rondo_network *network = e->session->network;
    bool by_sequence = e->session->dataset->schema->sequence_targets;
    rondo_metric_batch seen = {.batch = batch,
                               .predictions = by_sequence ? batch->rows : batch->tokens,
                               .width = network->output_width,
                               .first_class = network->first_class};
    if (w->needs & RONDO_NEEDS_PREDICTIONS) seen.prediction = rondo_pass_prediction(pass);
    if (e->classes) {
        rondo_class_counts_take(e->classes, batch);
        seen.classes = rondo_class_counts_predicted(e->classes);
    }
    if (e->entities) rondo_entities_take(e->entities, batch, seen.classes);
    if (w->needs & RONDO_NEEDS_FORECASTS) rondo_forecast_take(e->forecast, batch, seen.prediction);
    if (e->labels) seen.label_errors = rondo_label_comparison_run(e->labels, pass, batch);
    add_to_metrics(e, w, false, &seen);
}

static void run_forward(rondo_evaluator *e, const wanted *w, rondo_pass *pass,
                        rondo_batches *batches, rondo_split split, rondo_score *score)
{
    int64_t count = rondo_batches_count(batches);
    if (e->classes) rondo_class_counts_start(e->classes, pass);
    if (e->entities) rondo_entities_start(e->entities, split);
    if (w->needs & RONDO_NEEDS_FORECASTS) rondo_forecast_start(e->forecast, split);
    rondo_progress_start(rondo_split_name(split), count, "minibatches");
    for (int64_t i = 0; i < count; i++) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, i, &batch);
        evaluate_one(pass, &batch, split, score);
        take(e, w, pass, &batch);
        rondo_progress_set(i + 1, "");
    }
    if (e->classes) rondo_class_counts_finish(e->classes);
    if (e->entities) {
        rondo_entities_finish(e->entities);
        e->entity_total = rondo_entities_total(e->entities);
    }
    rondo_progress_finish();
}

/* Whole minibatches in their order, until enough sequences are decoded. */
static void run_decoding(rondo_evaluator *e, const wanted *w, rondo_batches *batches)
{
    int64_t count = rondo_batches_count(batches), decoded = 0;
    rondo_decoding_load(e->decoding, e->session->parameters);
    rondo_progress_start("decoding", count, "minibatches");
    for (int64_t i = 0; i < count && (w->decoded == 0 || decoded < w->decoded); i++) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, i, &batch);
        rondo_metric_batch seen = {.batch = &batch,
                                   .decoded = rondo_decoding_run(e->decoding, &batch)};
        add_to_metrics(e, w, true, &seen);
        decoded += batch.rows;
        rondo_progress_set(i + 1, "");
    }
    rondo_progress_finish();
}

/* --- values --- */

static rondo_metric_totals totals_of(const rondo_evaluator *e, const rondo_score *score,
                                     int64_t row)
{
    return (rondo_metric_totals){.state = e->metrics.states[row].state,
                                 .sums = e->metrics.states[row].sums,
                                 .score = score,
                                 .classes = e->classes,
                                 .entities = e->entities ? &e->entity_total : NULL,
                                 .forecast = e->forecast};
}

/* The value of a row that is measured; of a part that the data have nothing of it has none. */
static void set_value(const rondo_evaluator *e, rondo_evaluation *evaluation, int64_t row)
{
    const rondo_metric_row *r = &e->metrics.rows[row];
    const rondo_score *score = &evaluation->score;
    double *value = &evaluation->values[row];
    evaluation->has[row] = true;
    if (!r->metric) {
        *value = rondo_score_row(e->session->network->loss, score, r->loss_row);
        return;
    }
    const rondo_metric_totals totals = totals_of(e, score, row);
    if (r->part)
        evaluation->has[row] = r->metric->finish_part(&totals, r->part_index, value);
    else
        *value = r->metric->finish(&totals);
}

void rondo_evaluator_run(rondo_evaluator *e, rondo_pass *pass, rondo_batches *batches,
                         rondo_split split, rondo_evaluation_extent extent,
                         rondo_evaluation *evaluation)
{
    const wanted w = choose(e, extent);
    *evaluation = (rondo_evaluation){0};
    e->is_added = false;
    rondo_metric_states_clear(&e->metrics);
    run_forward(e, &w, pass, batches, split, &evaluation->score);
    if (w.needs & RONDO_NEEDS_DECODED) run_decoding(e, &w, batches);
    for (int64_t i = 0; i < e->metrics.count; i++)
        if (w.rows[i]) set_value(e, evaluation, i);
}

void rondo_evaluator_of_score(const rondo_evaluator *e, const rondo_score *score,
                              rondo_evaluation *evaluation)
{
    *evaluation = (rondo_evaluation){.score = *score};
    for (int64_t i = 0; i < e->metrics.count; i++) {
        if (rondo_metric_row_lacks(e->session->experiment, &e->metrics.rows[i],
                                   rondo_split_name(RONDO_TRAIN)))
            continue;
        set_value(e, evaluation, i);
    }
}

void rondo_evaluator_add(rondo_evaluator *e, rondo_evaluation *evaluation,
                         const rondo_evaluator *more, const rondo_evaluation *other)
{
    rondo_score_add(&evaluation->score, &other->score);
    rondo_metric_states_add(&e->metrics, &more->metrics);
    if (e->classes) rondo_class_counts_add(e->classes, more->classes);
    if (e->forecast) rondo_forecast_add(e->forecast, more->forecast);
    e->entity_total.gold += more->entity_total.gold;
    e->entity_total.predicted += more->entity_total.predicted;
    e->entity_total.correct += more->entity_total.correct;
    e->is_added = true;
    for (int64_t i = 0; i < e->metrics.count; i++) {
        bool is_part = e->metrics.rows[i].part; /* which one of the files may have nothing of */
        evaluation->has[i] = is_part ? evaluation->has[e->metrics.states[i].owner]
                                     : evaluation->has[i] && other->has[i];
        if (evaluation->has[i]) set_value(e, evaluation, i);
    }
}

/* --- what there is --- */

const rondo_metric_row *rondo_evaluator_rows(const rondo_evaluator *e, int64_t *count)
{
    *count = e->metrics.count;
    return e->metrics.rows;
}

const rondo_class_counts *rondo_evaluator_classes(const rondo_evaluator *e)
{
    return e->classes;
}

const rondo_entities *rondo_evaluator_entities(const rondo_evaluator *e)
{
    return e->is_added ? NULL : e->entities;
}

const rondo_forecast *rondo_evaluator_forecast(const rondo_evaluator *e)
{
    return e->forecast;
}

static const char *reason(const rondo_metric_row *row)
{
    bool of_entities = row->metric && row->metric->needs & RONDO_NEEDS_ENTITIES;
    return of_entities ? "the data's tags spell no entities (data.tag_scheme)"
                       : "the data have nothing to measure it on";
}

rondo_status rondo_evaluator_check_monitor(const rondo_experiment *experiment,
                                           const rondo_dataset *dataset, rondo_error *error)
{
    const char *name = experiment->train.monitor;
    rondo_metric_states states;
    rondo_status status = rondo_metric_states_start(experiment, dataset, &states, error);
    int64_t row = rondo_metric_rows_find(states.rows, states.count, name);
    if (!status && row >= 0 && !states.states[row].is_there) {
        rondo_metric_row there[RONDO_MAX_METRIC_ROWS];
        rondo_text text = {0};
        int64_t count = 0;
        for (int64_t i = 0; i < states.count; i++)
            if (states.states[i].is_there) there[count++] = states.rows[i];
        rondo_metric_rows_suggest(there, count, name, &text);
        status =
            rondo_error_set(error, RONDO_USAGE, "train.monitor: there is no %s: %s; there are %s",
                            name, reason(&states.rows[row]), rondo_text_get(&text));
        rondo_text_finish(&text);
    }
    rondo_metric_states_finish(&states);
    return status;
}
