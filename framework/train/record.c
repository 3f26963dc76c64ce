/* What a run reports: records of the metrics, lines of the log. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/metric_rows.h"
#include "evaluate/report.h"
#include "train/run.h"

static void set_totals(rondo_record *record, const rondo_run *run,
                       const rondo_running_totals *totals)
{
    rondo_evaluation seen;
    rondo_evaluator_of_score(run->evaluator, &totals->score, &seen);
    rondo_record_set_evaluation(record, run->evaluator, &seen);
    rondo_record_set(record, "gradient_norm", "1", totals->norm_sum / (double)totals->steps);
    rondo_record_set(record, "clip_rate", "1", (double)totals->clipped / (double)totals->steps);
}

static void set_speed(rondo_record *record, double tokens, double seconds)
{
    rondo_record_set(record, "tokens_per_second", "tokens/s", seconds > 0 ? tokens / seconds : 0);
    rondo_record_set(record, "seconds", "s", seconds);
}

rondo_run_timer rondo_run_start_timer(const rondo_run *run)
{
    return (rondo_run_timer){.started = rondo_clock_seconds(),
                             .waited = rondo_batch_loader_waited(run->loader),
                             .rank_waited = run->shards.waited,
                             .rank_summed = run->shards.summed};
}

/* Which share of the time a rank waited for others, and for the sums of gradients between them. */
static void set_ranks(rondo_record *record, const rondo_run *run, const rondo_run_timer *timer,
                      double seconds)
{
    if (rondo_ranks_size(run->options->ranks) == 1 || seconds <= 0) return;
    rondo_record_set(record, "rank_wait", "1", (run->shards.waited - timer->rank_waited) / seconds);
    rondo_record_set(record, "rank_sums", "1", (run->shards.summed - timer->rank_summed) / seconds);
}

/* Speed of training, and which share of the time it waited for data. Returns the seconds. */
static double set_training_speed(rondo_record *record, const rondo_run *run,
                                 const rondo_run_timer *timer)
{
    rondo_run_timer now = rondo_run_start_timer(run);
    double seconds = now.started - timer->started, waited = now.waited - timer->waited;
    set_speed(record, (double)timer->tokens, seconds);
    rondo_record_set(record, "data_wait", "1", seconds > 0 ? waited / seconds : 0);
    set_ranks(record, run, timer, seconds);
    return seconds;
}

static rondo_status record_model(rondo_run *run, rondo_error *error)
{
    const rondo_session *session = run->session;
    rondo_record record = {.kind = "model"};
    rondo_record_set(&record, "parameters", "1", (double)session->network->layout.trainable);
    rondo_record_set(&record, "training_flops", "FLOP/token",
                     rondo_session_flops(session, rondo_network_training_flops));
    rondo_record_set(&record, "sequence_flops", "FLOP/sequence",
                     rondo_network_sequence_flops(session->network));
    rondo_record_set(&record, "epoch_tokens", "tokens",
                     (double)rondo_batches_tokens(rondo_batch_loader_batches(run->loader)));
    return rondo_metrics_add(run->metrics, &record, error);
}

/* Of a fingerprint what a double holds exactly, so that the journal's numbers stay numbers. */
static double short_fingerprint(uint64_t fingerprint)
{
    return (double)(fingerprint & ((UINT64_C(1) << 53) - 1));
}

static rondo_status record_data(rondo_run *run, rondo_error *error)
{
    static const char *const names[RONDO_SPLITS][3] = {
        {"train_sequences", "train_tokens", "train_fingerprint"},
        {"valid_sequences", "valid_tokens", "valid_fingerprint"},
        {"test_sequences", "test_tokens", "test_fingerprint"}};
    rondo_record record = {.kind = "data"};
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_split_identity *split = &run->identity.splits[s];
        if (split->sequences == 0) continue;
        rondo_record_set(&record, names[s][0], "sequences", (double)split->sequences);
        rondo_record_set(&record, names[s][1], "tokens", (double)split->tokens);
        rondo_record_set(&record, names[s][2], "1", short_fingerprint(split->fingerprint));
    }
    return rondo_metrics_add(run->metrics, &record, error);
}

rondo_status rondo_run_record_start(rondo_run *run, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (!rondo_metrics_has(run->metrics, "model", 0)) status = record_model(run, error);
    if (!status && !rondo_metrics_has(run->metrics, "data", 0)) status = record_data(run, error);
    return status;
}

rondo_status rondo_run_record_steps(rondo_run *run, double learning_rate, rondo_error *error)
{
    rondo_record record = {
        .kind = "train", .step = run->position.step, .epoch = run->position.epoch + 1};
    set_totals(&record, run, &run->position.record_totals);
    rondo_record_set(&record, "learning_rate", "1", learning_rate);
    set_training_speed(&record, run, &run->record_timer);
    run->record_timer = rondo_run_start_timer(run);
    return rondo_metrics_add(run->metrics, &record, error);
}

rondo_status rondo_run_record_epoch(rondo_run *run, double learning_rate, rondo_error *error)
{
    const rondo_running_totals *totals = &run->position.epoch_totals;
    rondo_record record = {
        .kind = "epoch", .step = run->position.step, .epoch = run->position.epoch};
    rondo_evaluation seen;
    rondo_text line = {0};
    set_totals(&record, run, totals);
    rondo_record_set(&record, "learning_rate", "1", learning_rate);
    double seconds = set_training_speed(&record, run, &run->epoch_timer);
    rondo_evaluator_of_score(run->evaluator, &totals->score, &seen);
    rondo_report_line(run->evaluator, &seen, record.kind, &line);
    rondo_log_info("epoch %lld  step %lld  train %s  (%.1f s, %.0f tokens/s)",
                   (long long)run->position.epoch, (long long)run->position.step,
                   rondo_text_get(&line), seconds,
                   seconds > 0 ? (double)run->epoch_timer.tokens / seconds : 0);
    rondo_text_finish(&line);
    return rondo_metrics_add(run->metrics, &record, error);
}

/* Updates that the parameters at hand have seen, and the epochs that these were. */
static int64_t checkpoint_step(const rondo_run *run)
{
    return run->restored_step >= 0 ? run->restored_step : run->position.step;
}

static int64_t checkpoint_epoch(const rondo_run *run)
{
    return run->restored_step >= 0 ? run->restored_step / run->steps_an_epoch : run->position.epoch;
}

/* A record made at the end stands at the run's last step, whatever it is of. */
static void set_checkpoint(rondo_record *record, const rondo_run *run)
{
    rondo_record_set(record, "checkpoint_step", "updates", (double)checkpoint_step(run));
    rondo_record_set(record, "checkpoint_epoch", "epochs", (double)checkpoint_epoch(run));
}

static const char *note_of(const rondo_run *run, rondo_split split)
{
    if (split != RONDO_TEST) return "";
    return run->restored_step >= 0 ? "  (the best checkpoint)" : "  (after the last update)";
}

rondo_status rondo_run_record_evaluation(rondo_run *run, rondo_split split,
                                         const rondo_evaluation *evaluation, double seconds,
                                         rondo_error *error)
{
    rondo_record record = {
        .kind = rondo_split_name(split), .step = run->position.step, .epoch = run->position.epoch};
    rondo_text line = {0};
    rondo_record_set_evaluation(&record, run->evaluator, evaluation);
    rondo_report_line(run->evaluator, evaluation, record.kind, &line);
    set_speed(&record, (double)rondo_batches_tokens(run->batches[split]), seconds);
    if (split == RONDO_TEST) set_checkpoint(&record, run);
    rondo_log_info("epoch %lld  step %lld  %s %s%s", (long long)checkpoint_epoch(run),
                   (long long)checkpoint_step(run), rondo_split_name(split), rondo_text_get(&line),
                   note_of(run, split));
    rondo_text_finish(&line);
    /* A run that was resumed when it had ended reports again what it recorded then. */
    if (rondo_metrics_has(run->metrics, record.kind, record.step)) return RONDO_OK;
    return rondo_metrics_add(run->metrics, &record, error);
}

static void report_forecast(const rondo_forecast *forecast)
{
    rondo_text text = {0};
    rondo_forecast_describe(forecast, &text);
    for (const char *line = rondo_text_get(&text); *line;) {
        int length = (int)strcspn(line, "\n");
        rondo_log_info("%.*s", length, line);
        line += length + (line[length] == '\n');
    }
    rondo_text_finish(&text);
}

static rondo_status record_own(rondo_run *run, const char *kind, const rondo_evaluation *evaluation,
                               rondo_error *error)
{
    rondo_record record = {.kind = kind, .step = run->position.step, .epoch = run->position.epoch};
    rondo_record_set_own(&record, run->evaluator, evaluation);
    set_checkpoint(&record, run);
    if (rondo_metrics_has(run->metrics, record.kind, record.step)) return RONDO_OK;
    return rondo_metrics_add(run->metrics, &record, error);
}

rondo_status rondo_run_record_own(rondo_run *run, const rondo_evaluation *evaluation,
                                  rondo_error *error)
{
    const rondo_forecast *forecast = rondo_evaluator_forecast(run->evaluator);
    const char *before = NULL;
    int64_t count;
    const rondo_metric_row *rows = rondo_evaluator_rows(run->evaluator, &count);
    rondo_status status = RONDO_OK;
    if (forecast) report_forecast(forecast);
    for (int64_t i = 0; i < count && !status; i++) {
        const char *kind = rows[i].metric ? rows[i].metric->record : NULL;
        if (!kind || !evaluation->has[i] || (before && strcmp(kind, before) == 0)) continue;
        status = record_own(run, kind, evaluation, error);
        before = kind;
    }
    return status;
}
