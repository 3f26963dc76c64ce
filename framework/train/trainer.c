#include "train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"
#include "evaluate/score.h"
#include "evaluate/unanswered.h"
#include "train/outcome.h"
#include "train/run.h"
#include "train/start_from.h"
#include "train/update_step.h"

static const double locate_every = 5; /* seconds of training */

/* --- one update --- */

static double learning_rate(const rondo_run *run)
{
    const rondo_experiment *experiment = run->session->experiment;
    rondo_schedule_position position = {.step = run->position.step + 1,
                                        .total_steps = run->total_steps,
                                        .epoch = run->position.epoch + 1,
                                        .steps_per_epoch = run->steps_an_epoch,
                                        .warmup_steps = experiment->schedule.warmup_steps,
                                        .state = run->position.schedule.numbers};
    return experiment->optimizer.learning_rate *
           rondo_schedule_factor(&experiment->schedule, &position);
}

static rondo_status not_finite(const rondo_run *run, const rondo_update_step *step,
                               rondo_error *error)
{
    rondo_text what = {0};
    rondo_update_step_find_not_finite(step, &what);
    rondo_status status = rondo_error_set(
        error, RONDO_FAILED,
        "step %lld: %s; the last checkpoint is of step %lld (a smaller optimizer.learning_rate or "
        "clip.norm may help)",
        (long long)step->number, rondo_text_get(&what),
        (long long)(run->saved_step > 0 ? run->saved_step : 0));
    rondo_text_finish(&what);
    return status;
}

/* Of several ranks the one that has the shard says where it entered. */
static rondo_status all_not_finite(const rondo_run *run, const rondo_update_step *step,
                                   rondo_error *error)
{
    rondo_status status = step->not_finite_here ? not_finite(run, step, error) : RONDO_OK;
    status = rondo_run_agree(run, status, error);
    return status ? status : rondo_run_agree(run, not_finite(run, step, error), error);
}

static void totals_add(rondo_running_totals *totals, const rondo_score *score,
                       const rondo_update_report *report)
{
    rondo_score_add(&totals->score, score);
    totals->norm_sum += report->gradient_norm;
    totals->clipped += report->clipped;
    totals->steps++;
}

/* Virtual processors change places: where they are is looked at every few seconds. */
static void locate_threads(rondo_run *run)
{
    if (run->located_seconds < locate_every) return;
    run->located_seconds = 0;
    rondo_pass_set_core_to_core_latency(run->pass,
                                        rondo_parallel_core_to_core_latency(run->session->threads));
}

static void use_threads(rondo_run *run)
{
    locate_threads(run);
    if (run->updater.threads == run->threads.count) return;
    rondo_pass_use_threads(run->pass, run->threads.count);
    run->updater.threads = run->threads.count;
}

/* Tells what a step took. */
static void add_step_seconds(rondo_run *run, int64_t tokens, double seconds)
{
    run->position.trained_seconds += seconds;
    run->located_seconds += seconds;
    rondo_thread_choice_add(&run->threads, tokens, seconds);
}

/* Of this process, its start included: what a batch system counts. */
static bool time_is_over(const rondo_run *run)
{
    const double seconds = 60 * run->session->experiment->train.max_minutes;
    return seconds > 0 && rondo_clock_seconds() - run->options->started >= seconds;
}

static rondo_status train_step(rondo_run *run, double rate, rondo_error *error)
{
    rondo_position *position = &run->position;
    rondo_batch batch;
    use_threads(run);
    rondo_batch_loader_get(run->loader, position->epoch, position->minibatch, &batch);
    rondo_update_step step = {
        .session = run->session,
        .noise = &run->noise,
        .sampling = run->sampling,
        .pass = run->pass,
        .updater = &run->updater,
        .gradient = run->gradient,
        .batch = &batch,
        .shards = run->is_sharded ? &run->shards : NULL,
        .number = position->step + 1,
        .learning_rate = rate,
        .flags = {*run->options->stop != 0, time_is_over(run), position->trained_seconds}};
    double started = rondo_clock_seconds();
    rondo_update_step_make(&step);
    if (!isfinite(step.report.gradient_norm)) return all_not_finite(run, &step, error);
    run->seen = step.flags;
    add_step_seconds(run, batch.tokens, rondo_clock_seconds() - started);
    if (position->step == 0) run->first_loss = rondo_score_loss(&step.score);
    position->step++;
    position->minibatch++;
    run->epoch_timer.tokens += batch.tokens;
    run->record_timer.tokens += batch.tokens;
    totals_add(&position->epoch_totals, &step.score, &step.report);
    totals_add(&position->record_totals, &step.score, &step.report);
    return RONDO_OK;
}

/* --- the end of an epoch --- */

static rondo_status evaluate_split(rondo_run *run, rondo_split split, rondo_evaluation *evaluation,
                                   rondo_error *error)
{
    double started = rondo_clock_seconds();
    rondo_evaluator_run(run->evaluator, run->pass, run->batches[split], split,
                        split == RONDO_VALID ? RONDO_EVALUATE_VALIDATION : RONDO_EVALUATE_ALL,
                        evaluation);
    if (split == RONDO_VALID && !evaluation->has[run->monitored_row])
        return rondo_error_set(error, RONDO_FAILED,
                               "train.monitor: the validation split has nothing to measure %s on",
                               run->session->experiment->train.monitor);
    return rondo_run_record_evaluation(run, split, evaluation, rondo_clock_seconds() - started,
                                       error);
}

/* 1 where the metric that tells which epoch is best gets better by falling, else -1. */
static double sign_of_cost(const rondo_run *run)
{
    int64_t count;
    return rondo_evaluator_rows(run->evaluator, &count)[run->monitored_row].higher_is_better ? -1
                                                                                             : 1;
}

/* Early stopping, the schedule and the best checkpoint follow train.monitor. */
static bool update_monitor(rondo_run *run)
{
    const rondo_experiment *experiment = run->session->experiment;
    rondo_position *position = &run->position;
    double cost = sign_of_cost(run) * run->valid.values[run->monitored_row];
    const rondo_monitored seen = rondo_monitor_add(
        &position->monitor, &experiment->train.early_stopping, cost, position->step);
    const rondo_validation validation = {.cost = cost, .is_improved = seen.is_improved};
    rondo_schedule_judge(&experiment->schedule, &validation, &position->schedule);
    rondo_updater_judge(&run->updater, position->step, &validation);
    return seen.is_best;
}

/* With the weights that the optimizer evaluates with; then training goes on with its own. */
static rondo_status validate(rondo_run *run, rondo_error *error)
{
    bool has_others = rondo_updater_has_evaluation_weights(&run->updater);
    rondo_run_show_evaluation_weights(run);
    if (has_others) rondo_pass_load(run->pass, run->session->parameters);
    rondo_status status = evaluate_split(run, RONDO_VALID, &run->valid, error);
    rondo_run_show_training_weights(run);
    if (has_others) rondo_pass_load(run->pass, run->session->parameters);
    return status;
}

/* And the validation split, where there is one. */
static rondo_status record_epoch(rondo_run *run, double rate, rondo_error *error)
{
    rondo_status status = rondo_run_record_epoch(run, rate, error);
    if (status || !run->batches[RONDO_VALID]) return status;
    return validate(run, error);
}

static rondo_status finish_epoch(rondo_run *run, double rate, bool *best, rondo_error *error)
{
    rondo_position *position = &run->position;
    rondo_progress_finish();
    rondo_status status = RONDO_OK;
    position->epoch++;
    position->minibatch = 0;
    if (run->is_first) status = record_epoch(run, rate, error);
    if ((status = rondo_run_agree(run, status, error))) return status;
    position->epoch_totals = (rondo_running_totals){0};
    if (run->batches[RONDO_VALID]) {
        rondo_ranks_broadcast(run->options->ranks, &run->valid, sizeof run->valid);
        run->evaluated_step = position->step;
        *best = update_monitor(run);
    }
    run->epoch_timer = rondo_run_start_timer(run);
    return RONDO_OK;
}

/* --- the loop --- */

static bool patience_is_over(const rondo_run *run)
{
    return rondo_monitor_is_over(&run->position.monitor,
                                 &run->session->experiment->train.early_stopping);
}

/* Of update steps: how long evaluation takes, or a start, does not count. */
static bool training_time_is_over(const rondo_run *run)
{
    const double seconds = run->session->experiment->train.max_seconds;
    return seconds > 0 && run->seen.seconds >= seconds;
}

static bool is_done(const rondo_run *run)
{
    return run->position.step >= run->total_steps || patience_is_over(run) ||
           training_time_is_over(run);
}

static bool checkpoint_is_due(const rondo_run *run, bool epoch_ended)
{
    const rondo_checkpoint_every_config *every = &run->session->experiment->output.checkpoint_every;
    if (every->steps > 0 && run->position.step % every->steps == 0) return true;
    return epoch_ended && every->epochs > 0 && run->position.epoch % every->epochs == 0;
}

static void show_progress(const rondo_run *run)
{
    const rondo_running_totals *totals = &run->position.epoch_totals;
    char note[64];
    if (totals->steps == 0) return;
    snprintf(note, sizeof note, "loss %.4f", rondo_score_loss(&totals->score));
    rondo_progress_set(run->position.minibatch, note);
}

static void start_progress(const rondo_run *run)
{
    char title[64];
    snprintf(title, sizeof title, "epoch %lld/%lld", (long long)run->position.epoch + 1,
             (long long)run->session->experiment->train.epochs);
    rondo_progress_start(title, run->steps_an_epoch, "steps");
    show_progress(run);
}

static rondo_status record_steps(rondo_run *run, double rate, rondo_error *error)
{
    rondo_status status = run->is_first ? rondo_run_record_steps(run, rate, error) : RONDO_OK;
    run->position.record_totals = (rondo_running_totals){0};
    return rondo_run_agree(run, status, error);
}

/* One update and what hangs on it: records, the epoch's end, a checkpoint. */
static rondo_status advance(rondo_run *run, rondo_error *error)
{
    int64_t log_every = run->session->experiment->train.log_every;
    double rate = learning_rate(run);
    bool best = false, epoch_ended;
    if (run->position.minibatch == 0) start_progress(run);
    rondo_status status = train_step(run, rate, error);
    if (status) return status;
    show_progress(run);
    if (log_every > 0 && run->position.step % log_every == 0)
        if ((status = record_steps(run, rate, error))) return status;
    epoch_ended = run->position.minibatch == run->steps_an_epoch;
    if (epoch_ended && (status = finish_epoch(run, rate, &best, error))) return status;
    if (best || checkpoint_is_due(run, epoch_ended)) return rondo_run_save(run, best, error);
    return RONDO_OK;
}

static bool is_held(const rondo_run *run)
{
    int64_t until = run->options->until_epoch;
    return until > 0 && run->position.epoch >= until;
}

static bool is_paused(const rondo_run *run)
{
    return run->options->pause && *run->options->pause;
}

static rondo_status report_stop(const rondo_run *run, rondo_error *error)
{
    char minutes[32];
    if (is_held(run))
        return rondo_error_set(error, RONDO_STOPPED, "held after epoch %lld",
                               (long long)run->position.epoch);
    if (is_paused(run) && !run->seen.stop && !run->seen.late)
        return rondo_error_set(error, RONDO_STOPPED, "paused at step %lld",
                               (long long)run->position.step);
    if (run->seen.stop)
        return rondo_error_set(error, RONDO_STOPPED,
                               "stopped by a signal at step %lld; continue with --resume",
                               (long long)run->position.step);
    return rondo_error_set(
        error, RONDO_STOPPED,
        "stopped at step %lld, after train.max_minutes (%s); continue with --resume",
        (long long)run->position.step,
        rondo_text_of_real(run->session->experiment->train.max_minutes, minutes));
}

/* Of one process at once; ranks agree in each update, and see it there. */
static void check_end(rondo_run *run, bool begins)
{
    if (begins) run->seen.seconds = run->position.trained_seconds;
    if (rondo_ranks_size(run->options->ranks) > 1) return;
    run->seen.stop = *run->options->stop != 0;
    run->seen.late = !begins && time_is_over(run);
    run->seen.seconds = run->position.trained_seconds;
}

/* Where time is over from the beginning, one step is made all the same: a run that is started again
 * and again must come to its end. */
static rondo_status train(rondo_run *run, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    run->epoch_timer = run->record_timer = rondo_run_start_timer(run);
    if (run->position.minibatch > 0) start_progress(run);
    check_end(run, true);
    while (!status && !is_done(run) && !run->seen.stop && !run->seen.late && !is_held(run) &&
           !is_paused(run)) {
        status = advance(run, error);
        check_end(run, false);
    }
    rondo_progress_finish();
    if (status) return status;
    if (run->saved_step != run->position.step && (status = rondo_run_save(run, false, error)))
        return status;
    return is_done(run) ? RONDO_OK : report_stop(run, error);
}

/* --- after the last update --- */

static rondo_status restore_best(rondo_run *run, const char *path, rondo_error *error)
{
    rondo_checkpoint_header header;
    rondo_checkpoint checkpoint = {.parameter_count = run->session->network->layout.count,
                                   .parameters = run->session->parameter_arrays};
    rondo_status status = rondo_checkpoint_read_header(path, &header, error);
    if (status) return status;
    run->restored_step = header.step;
    rondo_checkpoint_header_finish(&header);
    return rondo_checkpoint_read(path, &checkpoint, true, error);
}

/* Results of the best checkpoint, where there is a test split. */
static rondo_status report_best(rondo_run *run, rondo_evaluation *evaluation, rondo_error *error)
{
    rondo_session *session = run->session;
    rondo_status status = RONDO_OK;
    if (!run->batches[RONDO_TEST]) return RONDO_OK;
    char *best = rondo_file_join(run->checkpoints, "best.h5");
    if (best && rondo_file_exists(best)) {
        /* Where the last update is the best one, its parameters are at hand. */
        if (run->position.monitor.best_step == run->position.step)
            run->restored_step = run->position.step;
        else
            status = restore_best(run, best, error);
    }
    free(best);
    if (status) return status;
    rondo_pass_load(run->pass, session->parameters);
    return evaluate_split(run, RONDO_TEST, evaluation, error);
}

/* Of the split that was evaluated last. */
static void warn_unanswered(const rondo_run *run, const char *where)
{
    rondo_unanswered_warn(rondo_evaluator_classes(run->evaluator),
                          run->session->network->first_class, where);
}

static rondo_status evaluate_at_end(rondo_run *run, rondo_error *error)
{
    rondo_pass_load(run->pass, run->session->parameters);
    return evaluate_split(run, RONDO_VALID, &run->valid, error);
}

static rondo_status finish(rondo_run *run, rondo_error *error)
{
    rondo_evaluation test;
    rondo_status status = RONDO_OK;
    if (!run->is_first) return RONDO_OK;
    if (patience_is_over(run))
        rondo_log_info("early stopping: no improvement in %lld evaluations",
                       (long long)run->position.monitor.waited);
    if (training_time_is_over(run))
        rondo_log_info("train.max_seconds reached: %.1f s of update steps",
                       run->position.trained_seconds);
    /* From here on only evaluation is left. */
    rondo_run_show_evaluation_weights(run);
    if (run->batches[RONDO_VALID] && run->evaluated_step != run->position.step)
        status = evaluate_at_end(run, error);
    if (status) return status;
    if (isfinite(run->position.monitor.best_cost)) {
        rondo_log_info("best validation %s %.4f at step %lld",
                       run->session->experiment->train.monitor,
                       sign_of_cost(run) * run->position.monitor.best_cost,
                       (long long)run->position.monitor.best_step);
    }
    if ((status = rondo_outcome_report(run, error))) return status;
    if (run->batches[RONDO_VALID]) warn_unanswered(run, "the validation split");
    if ((status = report_best(run, &test, error))) return status;
    if (run->batches[RONDO_TEST]) warn_unanswered(run, "the test split");
    if (run->batches[RONDO_TEST]) status = rondo_run_record_own(run, &test, error);
    if (status) return status;
    return rondo_metrics_save(run->metrics, error);
}

static rondo_status read_weights(rondo_session *session, const rondo_trainer_options *options,
                                 rondo_error *error)
{
    rondo_status status = rondo_session_read_pretrained(session, error);
    return status ? status : rondo_session_start_from(session, options->registry, error);
}

rondo_status rondo_trainer_run(rondo_session *session, const rondo_trainer_options *options,
                               rondo_error *error)
{
    rondo_run run = {.session = session,
                     .options = options,
                     .position = {.monitor = {.best_cost = INFINITY, .reference_cost = INFINITY}},
                     .first_loss = NAN,
                     .restored_step = -1,
                     .evaluated_step = -1,
                     .saved_step = -1};
    rondo_status status = RONDO_OK;
    /* Before anything is written; a run that is resumed has its embedding in the checkpoint. */
    status = rondo_evaluator_check_monitor(session->experiment, session->dataset, error);
    if (!status && !options->resume && rondo_ranks_is_first(options->ranks))
        status = read_weights(session, options, error);
    status = rondo_run_agree(&run, status, error);
    if (!status) status = rondo_run_start(&run, error);
    if (!status) status = train(&run, error);
    rondo_batch_loader_destroy(run.loader); /* what is told of the run may need its memory */
    run.loader = NULL;
    if (!status) status = finish(&run, error);
    status = rondo_run_agree(&run, status, error);
    if (options->end)
        *options->end =
            (rondo_trainer_end){.step = run.position.step,
                                .epoch = run.position.epoch,
                                .is_held = status == RONDO_STOPPED && is_held(&run),
                                .is_paused = status == RONDO_STOPPED && !is_held(&run) &&
                                             !run.seen.stop && !run.seen.late && is_paused(&run)};
    rondo_run_finish(&run);
    return status;
}
