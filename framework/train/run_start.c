/* A run before its first update: folder, memory, and where it goes on. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/product.h"
#include "config/metric_rows.h"
#include "data/remarks.h"
#include "train/run.h"
#include "train/run_folder.h"
#include "train/start_from.h"

static rondo_status open_batches(rondo_run *run, rondo_error *error)
{
    rondo_status status = rondo_session_loader(run->session, &run->loader, error);
    if (status) return status;
    for (int split = 0; split < RONDO_SPLITS; split++) {
        if (split == RONDO_TRAIN || run->session->dataset->splits[split].count == 0) continue;
        status = rondo_session_batches(run->session, (rondo_split)split, false,
                                       &run->batches[split], error);
        if (status) return status;
    }
    run->steps_an_epoch = rondo_batches_count(rondo_batch_loader_batches(run->loader));
    int64_t max_steps = run->session->experiment->train.max_steps;
    run->total_steps = run->steps_an_epoch * run->session->experiment->train.epochs;
    if (max_steps > 0 && max_steps < run->total_steps) run->total_steps = max_steps;
    return RONDO_OK;
}

/* Of training. */
static rondo_shard_size whole_minibatch(const rondo_run *run)
{
    const rondo_batches *batches = rondo_batch_loader_batches(run->loader);
    rondo_shard_size size;
    rondo_batches_largest(batches, &size.rows, &size.steps, &size.tokens);
    rondo_batches_largest_source(batches, &size.source_steps, &size.source_tokens);
    return size;
}

/* What the pass must have room for: a shard and, where this rank evaluates, whole minibatches. */
static rondo_pass_size largest_minibatch(const rondo_run *run)
{
    const rondo_shard_size whole = whole_minibatch(run);
    const rondo_shard_size shard =
        rondo_shard_size_of(&whole, run->session->experiment->train.shards);
    rondo_pass_size size = {.threads = run->session->threads,
                            .training = true,
                            .predictions = rondo_evaluator_keeps_predictions(
                                run->session->experiment, run->session->dataset),
                            .rows = shard.rows,
                            .steps = shard.steps,
                            .tokens = shard.tokens,
                            .source_rows = shard.source_steps > 0 ? shard.rows : 0,
                            .source_steps = shard.source_steps,
                            .source_tokens = shard.source_tokens};
    for (int split = 0; run->is_first && split < RONDO_SPLITS; split++)
        if (run->batches[split]) rondo_pass_size_cover(&size, run->batches[split]);
    return size;
}

static rondo_status allocate_sampling(rondo_run *run, const rondo_pass_size *size,
                                      rondo_error *error)
{
    const rondo_network *network = run->session->network;
    const rondo_scheduled_sampling_config *sampling =
        &run->session->experiment->train.scheduled_sampling;
    if (!network->encoder || sampling->decay == RONDO_DECAY_NONE) return RONDO_OK;
    return rondo_scheduled_sampling_create(network, sampling, size, &run->sampling, error);
}

/* One shard is the minibatch itself, and nothing is added up. */
static rondo_status start_shards(rondo_run *run, rondo_error *error)
{
    const rondo_shard_size whole = whole_minibatch(run);
    run->is_sharded = run->session->experiment->train.shards > 1;
    if (!run->is_sharded) return RONDO_OK;
    return rondo_shards_start(run->session, run->options->ranks, &whole, run->pass, run->gradient,
                              &run->shards, error);
}

/* All ranks judge by train.monitor, though the first alone evaluates. */
static rondo_status allocate_evaluator(rondo_run *run, const rondo_pass_size *size,
                                       rondo_error *error)
{
    int64_t count;
    rondo_status status = rondo_evaluator_create(run->session, size, &run->evaluator, error);
    if (status) return status;
    const rondo_metric_row *rows = rondo_evaluator_rows(run->evaluator, &count);
    run->monitored_row =
        rondo_metric_rows_find(rows, count, run->session->experiment->train.monitor);
    return RONDO_OK;
}

static rondo_status create_slot_arrays(rondo_run *run, rondo_error *error)
{
    const rondo_layout *layout = &run->session->network->layout;
    rondo_status status = RONDO_OK;
    for (int32_t i = 0; !status && i < run->updater.plan.slot_count; i++)
        status = rondo_updater_slot_arrays(&run->updater, layout, i,
                                           &run->slot_arrays[run->slot_array_count++], error);
    return status ? status : rondo_run_start_evaluation_weights(run, error);
}

static rondo_status allocate(rondo_run *run, rondo_error *error)
{
    rondo_session *session = run->session;
    const rondo_layout *layout = &session->network->layout;
    rondo_status status = open_batches(run, error);
    if (status) return status;
    run->gradient =
        rondo_memory_create((size_t)layout->trained_size * sizeof(rondo_real), "gradient", error);
    if (!run->gradient) return error->status;
    if ((status = rondo_noise_start(session->experiment, layout, &run->noise, error)))
        return status;
    rondo_thread_choice_start(&run->threads, session->threads, session->threads_open);
    run->located_seconds = HUGE_VAL;
    status =
        rondo_updater_start(session->experiment, layout, session->threads, &run->updater, error);
    if (status) return status;
    if ((status = create_slot_arrays(run, error))) return status;
    run->identity = rondo_identity_of(session->dataset);
    rondo_pass_size size = largest_minibatch(run);
    status = allocate_evaluator(run, &size, error);
    if (status) return status;
    status = rondo_pass_create(session->network, &size, &run->pass, error);
    if (status) return status;
    rondo_pass_set_class_weights(run->pass, session->class_weights);
    if ((status = start_shards(run, error))) return status;
    return allocate_sampling(run, &size, error);
}

static rondo_status open_metrics(rondo_run *run, int64_t keep_until_step, rondo_error *error)
{
    return rondo_metrics_open(run->session->experiment->output.folder, keep_until_step,
                              &run->metrics, error);
}

/* The run's own copy of what it was told. */
static rondo_status write_config(const rondo_run *run, rondo_error *error)
{
    char *path = rondo_file_join(run->session->experiment->output.folder, "config.yaml");
    if (!path) return rondo_error_set(error, RONDO_FAILED, "not enough memory: config.yaml");
    rondo_status status = rondo_file_write(path, run->config, strlen(run->config), error);
    free(path);
    return status;
}

static void report_coverage(const rondo_session *session)
{
    const rondo_coverage *coverage = &session->coverage;
    if (coverage->symbols == 0) return;
    rondo_log_info("embedding: %lld of %lld symbols (%.1f %%) are in %s, %lld of them by their "
                   "lowercase form; the others are initialized as usual",
                   (long long)coverage->found, (long long)coverage->symbols,
                   100.0 * (double)coverage->found / (double)coverage->symbols,
                   session->experiment->model.input.pretrained, (long long)coverage->lowered);
}

static rondo_status begin(rondo_run *run, rondo_error *error)
{
    const char *folder = run->session->experiment->output.folder;
    char *newest = NULL;
    rondo_status status = rondo_checkpoint_newest(run->checkpoints, &newest, error);
    if (status && !run->options->overwrite) return status;
    if (status) *error = (rondo_error){0}; /* what is damaged is replaced */
    status = RONDO_OK;
    if (newest && !run->options->resume && !run->options->overwrite) {
        free(newest);
        return rondo_error_set(error, RONDO_USAGE,
                               "%s already holds a run: --resume continues it, --overwrite "
                               "replaces it, --output chooses another folder",
                               folder);
    }
    if (newest && run->options->resume) {
        status = rondo_run_load(run, newest, error);
        if (!status) status = open_metrics(run, run->position.step, error);
        if (!status && run->position.step > 0 &&
            run->position.monitor.best_step == run->position.step)
            status = rondo_checkpoint_mark_best(run->checkpoints, error);
        if (!status)
            rondo_log_info("resuming %s at step %lld", newest, (long long)run->position.step);
    } else {
        if (run->options->resume) rondo_log_info("no checkpoint in %s yet: starting", folder);
        if (run->options->resume) status = rondo_session_read_pretrained(run->session, error);
        if (!status && run->options->resume)
            status = rondo_session_start_from(run->session, run->options->registry, error);
        if (!status) report_coverage(run->session);
        if (!status) status = rondo_checkpoint_clear(run->checkpoints, error);
        if (!status) status = open_metrics(run, 0, error);
    }
    free(newest);
    if (!status) status = rondo_run_record_start(run, error);
    return status ? status : write_config(run, error);
}

/* Before anything is written. */
static rondo_status lock_folder(rondo_run *run, rondo_error *error)
{
    run->lock = run->options->lock;
    if (run->lock) return RONDO_OK;
    rondo_status status =
        rondo_run_folder_take(run->session->experiment->output.folder, true, &run->own_lock, error);
    run->lock = run->own_lock;
    return status;
}

static rondo_status prepare_folder(rondo_run *run, rondo_error *error)
{
    const char *folder = run->session->experiment->output.folder;
    rondo_text config = {0};
    rondo_experiment_print(run->session->experiment, &config);
    run->config = config.data;
    run->checkpoints = rondo_file_join(folder, "checkpoints");
    if (config.failed || !run->checkpoints)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: config of the run");
    if (!run->is_first) return RONDO_OK;
    rondo_status status = lock_folder(run, error);
    if (!status) status = rondo_file_make_folder(run->checkpoints, error);
    if (status) return status;
    char *log = rondo_file_join(folder, "log.txt");
    if (!log) return rondo_error_set(error, RONDO_FAILED, "not enough memory: log of the run");
    status = rondo_log_open(log, error);
    free(log);
    return status;
}

rondo_status rondo_run_agree(const rondo_run *run, rondo_status status, rondo_error *error)
{
    return rondo_ranks_agree(run->options->ranks, status, error);
}

/* Where several processes train together: which, and on how many processors. */
static void report_ranks(const rondo_run *run)
{
    const rondo_ranks *ranks = run->options->ranks;
    int32_t size = rondo_ranks_size(ranks);
    if (size == 1) return;
    rondo_log_info(
        "%d ranks (%s), %lld shards, %d thread%s per rank; rank 0 may run on %d processor%s",
        (int)size, ranks->group.library, (long long)run->shards.count, run->session->threads,
        run->session->threads == 1 ? "" : "s", rondo_parallel_processors(),
        rondo_parallel_processors() == 1 ? "" : "s");
}

static void report_kernels(rondo_precision precision)
{
    rondo_log_note("products: %s (%s)", rondo_product_kernel(), rondo_product_reason());
    if (rondo_product_is_generic())
        rondo_log_warning("BLIS has no kernels for this processor but those of plain C, which take "
                          "several times as long; a newer BLIS may have better ones");
    if (rondo_precision_is_slow(precision))
        rondo_log_warning("products of bfloat16 take longer on this processor than those of "
                          "float32; train.precision: auto takes what is faster");
}

rondo_status rondo_run_start(rondo_run *run, rondo_error *error)
{
    run->is_first = rondo_ranks_is_first(run->options->ranks);
    rondo_status status =
        rondo_shards_check(run->session->experiment->train.shards, run->options->ranks, error);
    if (status) return status;
    status = rondo_run_agree(run, prepare_folder(run, error), error);
    if (!status) status = rondo_run_agree(run, allocate(run, error), error);
    if (status) return status;
    if (run->is_first) report_kernels(run->session->network->precision);
    report_ranks(run);
    if (run->is_first) status = begin(run, error);
    if ((status = rondo_run_agree(run, status, error))) return status;
    rondo_run_spread(run);
    rondo_pass_load(run->pass, run->session->parameters);
    status = rondo_dataset_remark(run->session->experiment, run->session->dataset, error);
    return rondo_run_agree(run, status, error);
}

void rondo_run_finish(rondo_run *run)
{
    for (int split = 0; split < RONDO_SPLITS; split++)
        rondo_batches_destroy(run->batches[split]);
    rondo_batch_loader_destroy(run->loader);
    for (int i = 0; i <= RONDO_MAX_SLOTS; i++)
        rondo_arrays_destroy(run->slot_arrays[i], run->session->network->layout.trained_count);
    rondo_shards_finish(&run->shards);
    rondo_pass_destroy(run->pass);
    rondo_evaluator_destroy(run->evaluator);
    rondo_scheduled_sampling_destroy(run->sampling);
    rondo_updater_finish(&run->updater);
    rondo_memory_destroy(run->training_weights);
    rondo_memory_destroy(run->gradient);
    rondo_noise_finish(&run->noise);
    rondo_metrics_close(run->metrics);
    free(run->checkpoints);
    free(run->config);
    rondo_log_close();
    rondo_lock_release(run->own_lock);
}
