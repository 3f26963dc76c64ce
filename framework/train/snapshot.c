/* A run as a checkpoint: tables of names that serve writing and reading alike. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/product.h"
#include "base/text.h"
#include "plugin/names.h"
#include "store/checkpoint.h"
#include "train/run.h"
#include "train/run_folder.h"

#define SCHEDULE_PREFIX  "schedule_"
#define OPTIMIZER_PREFIX "optimizer_"
enum { MAX_VALUES = 96 };

typedef struct value_table {
    rondo_progress_value values[MAX_VALUES];
    int64_t count;
    char schedule_names[RONDO_MAX_SCHEDULE_STATE][RONDO_NAME_LIMIT + sizeof SCHEDULE_PREFIX];
    char optimizer_names[RONDO_MAX_OPTIMIZER_NUMBERS][RONDO_NAME_LIMIT + sizeof OPTIMIZER_PREFIX];
} value_table;

static void add_integer(value_table *table, const char *name, int64_t *value)
{
    table->values[table->count++] = (rondo_progress_value){.name = name, .integer = value};
}

static void add_real(value_table *table, const char *name, double *value)
{
    table->values[table->count++] = (rondo_progress_value){.name = name, .real = value};
}

static const char *const epoch_metric_names[RONDO_MAX_METRICS] = {
    "epoch_metric_0", "epoch_metric_1", "epoch_metric_2", "epoch_metric_3",
    "epoch_metric_4", "epoch_metric_5", "epoch_metric_6", "epoch_metric_7"};
static const char *const record_metric_names[RONDO_MAX_METRICS] = {
    "record_metric_0", "record_metric_1", "record_metric_2", "record_metric_3",
    "record_metric_4", "record_metric_5", "record_metric_6", "record_metric_7"};

/* Times are no results: a checkpoint has them only where the run depends on them. */
static void add_time(value_table *table, const rondo_experiment *experiment,
                     rondo_position *position)
{
    if (experiment->train.max_seconds > 0)
        add_real(table, "trained_seconds", &position->trained_seconds);
}

static void add_position(value_table *table, rondo_position *position)
{
    rondo_running_totals *epoch = &position->epoch_totals, *record = &position->record_totals;
    add_integer(table, "step", &position->step);
    add_integer(table, "epoch", &position->epoch);
    add_integer(table, "minibatch", &position->minibatch);
    add_real(table, "best_cost", &position->monitor.best_cost);
    add_integer(table, "best_step", &position->monitor.best_step);
    add_real(table, "reference_cost", &position->monitor.reference_cost);
    table->values[table->count - 1].former = "best_cost";
    add_integer(table, "waited", &position->monitor.waited);
    add_real(table, "epoch_loss", &epoch->score.loss);
    add_real(table, "epoch_weight", &epoch->score.weight);
    add_real(table, "epoch_norm_sum", &epoch->norm_sum);
    add_integer(table, "epoch_steps", &epoch->steps);
    add_integer(table, "epoch_clipped", &epoch->clipped);
    add_real(table, "record_loss", &record->score.loss);
    add_real(table, "record_weight", &record->score.weight);
    add_real(table, "record_norm_sum", &record->norm_sum);
    add_integer(table, "record_steps", &record->steps);
    add_integer(table, "record_clipped", &record->clipped);
    for (int i = 0; i < RONDO_MAX_METRICS; i++) {
        add_real(table, epoch_metric_names[i], &epoch->score.metrics[i]);
        add_real(table, record_metric_names[i], &record->score.metrics[i]);
    }
}

/* What the numbers of plateau, the only schedule that had some, were called. */
static const char *former_name(const char *name)
{
    static const char *const names[][2] = {{"waited", "plateau_waited"},
                                           {"reductions", "reductions"}};
    for (int i = 0; i < 2; i++)
        if (strcmp(name, names[i][0]) == 0) return names[i][1];
    return NULL;
}

static void add_schedule(value_table *table, const rondo_schedule_config *schedule,
                         rondo_schedule_state *state)
{
    const char *names[RONDO_MAX_SCHEDULE_STATE] = {NULL};
    int32_t count = rondo_schedule_names(schedule, names);
    for (int32_t i = 0; i < count; i++) {
        char *name = table->schedule_names[i];
        snprintf(name, sizeof table->schedule_names[i], SCHEDULE_PREFIX "%s", names[i]);
        add_real(table, name, &state->numbers[i]);
        table->values[table->count - 1].former = former_name(names[i]);
    }
}

static void add_optimizer(value_table *table, rondo_updater *updater)
{
    for (int32_t i = 0; i < updater->plan.number_count; i++) {
        char *name = table->optimizer_names[i];
        snprintf(name, sizeof table->optimizer_names[i], OPTIMIZER_PREFIX "%s",
                 updater->plan.numbers[i]);
        add_real(table, name, &updater->numbers[i]);
    }
}

/* All arrays of a checkpoint besides the parameters: one table for slots, one for states. */
typedef struct array_tables {
    rondo_array *slots, *states;
    int64_t slot_count, state_count;
} array_tables;

static void fill_states(const rondo_run *run, array_tables *tables)
{
    for (int64_t i = 0; i < tables->state_count; i++) {
        rondo_carried carried =
            run->is_sharded ? run->shards.carried[i] : rondo_pass_carried(run->pass, i);
        tables->states[i] = (rondo_array){.name = carried.name,
                                          .rank = 2,
                                          .extent = {carried.rows, carried.hidden},
                                          .data = carried.data};
    }
}

static rondo_status tables_create(const rondo_run *run, array_tables *tables, rondo_error *error)
{
    int64_t parameters = run->session->network->layout.trained_count;
    *tables = (array_tables){.slot_count = run->slot_array_count * parameters,
                             .state_count = run->is_sharded ? run->shards.state_count
                                                            : rondo_pass_carried_count(run->pass)};
    tables->slots = calloc((size_t)tables->slot_count + 1, sizeof *tables->slots);
    tables->states = calloc((size_t)tables->state_count + 1, sizeof *tables->states);
    if (!tables->slots || !tables->states) {
        free(tables->slots);
        free(tables->states);
        tables->slots = tables->states = NULL;
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: checkpoint tables");
    }
    for (int64_t i = 0; i < tables->slot_count; i++)
        tables->slots[i] = run->slot_arrays[i / parameters][i % parameters];
    fill_states(run, tables);
    return RONDO_OK;
}

static rondo_checkpoint checkpoint_of(rondo_run *run, const array_tables *tables,
                                      value_table *values)
{
    rondo_checkpoint checkpoint = {.parameter_count = run->session->network->layout.count,
                                   .parameters = run->session->parameter_arrays,
                                   .slot_count = tables->slot_count,
                                   .slots = tables->slots,
                                   .state_count = tables->state_count,
                                   .states = tables->states,
                                   .config = run->config,
                                   .fingerprint = run->session->dataset->fingerprint,
                                   .identity = run->identity,
                                   .schema = run->session->schema};
    values->count = 0;
    add_position(values, &run->position);
    add_schedule(values, &run->session->experiment->schedule, &run->position.schedule);
    add_optimizer(values, &run->updater);
    add_time(values, run->session->experiment, &run->position);
    checkpoint.value_count = values->count;
    checkpoint.values = values->values;
    return checkpoint;
}

static rondo_status save(rondo_run *run, bool best, rondo_error *error)
{
    array_tables tables;
    value_table values;
    const rondo_output_config *output = &run->session->experiment->output;
    rondo_status status = rondo_run_folder_check(output->folder, run->lock, error);
    if (!status) status = tables_create(run, &tables, error);
    if (status) return status;
    rondo_checkpoint checkpoint = checkpoint_of(run, &tables, &values);
    rondo_run_show_evaluation_weights(run);
    /* Metrics first: a checkpoint must never be newer than the history that leads to it. Its way to
     * the disk may take long: whose the folder is, is looked at again. */
    status = rondo_metrics_save(run->metrics, error);
    if (!status) status = rondo_run_folder_check(output->folder, run->lock, error);
    if (!status)
        status =
            rondo_checkpoint_write(run->checkpoints, output->keep_checkpoints, &checkpoint, error);
    if (!status && best) status = rondo_checkpoint_mark_best(run->checkpoints, error);
    rondo_run_show_training_weights(run);
    free(tables.slots);
    free(tables.states);
    return status;
}

rondo_status rondo_run_save(rondo_run *run, bool best, rondo_error *error)
{
    if (run->is_sharded) rondo_shards_collect_states(&run->shards);
    rondo_status status = run->is_first ? save(run, best, error) : RONDO_OK;
    run->saved_step = run->position.step;
    return rondo_run_agree(run, status, error);
}

void rondo_run_spread(rondo_run *run)
{
    const rondo_ranks *ranks = run->options->ranks;
    const rondo_layout *layout = &run->session->network->layout;
    rondo_ranks_broadcast(ranks, run->session->parameters,
                          (size_t)layout->size * sizeof(rondo_real));
    for (int32_t i = 0; i < run->updater.plan.slot_count; i++)
        rondo_ranks_broadcast(ranks, run->updater.slots[i],
                              (size_t)rondo_updater_slot_size(&run->updater, layout, i) *
                                  sizeof(rondo_real));
    if (run->updater.average)
        rondo_ranks_broadcast(ranks, run->updater.average,
                              (size_t)layout->trained_size * sizeof(rondo_real));
    rondo_ranks_broadcast(ranks, run->updater.numbers, sizeof run->updater.numbers);
    rondo_ranks_broadcast(ranks, &run->position, sizeof run->position);
    rondo_ranks_broadcast(ranks, &run->saved_step, sizeof run->saved_step);
    if (run->is_sharded) rondo_shards_spread_states(&run->shards);
}

/* Which data differ, where the checkpoint can tell. */
static rondo_status refuse_data(const rondo_run *run, const char *path,
                                const rondo_checkpoint_header *header, rondo_error *error)
{
    rondo_text text = {0};
    for (int s = 0; s < RONDO_SPLITS && header->identity.known; s++)
        rondo_identity_add_difference(&header->identity, &run->identity, (rondo_split)s, &text);
    rondo_status status =
        rondo_error_set(error, RONDO_USAGE,
                        "%s: cannot resume: the data set is not the one it was written with%s%s (a "
                        "run is resumed bit for bit or not at all)",
                        path, text.length > 0 ? ": " : "", rondo_text_get(&text));
    rondo_text_finish(&text);
    return status;
}

/* Earlier builds recorded the kernel alone. */
static bool rounds_alike(const rondo_checkpoint_header *header)
{
    if (header->rounding) return strcmp(header->rounding, rondo_product_rounding()) == 0;
    return strcmp(header->kernel, rondo_product_kernel()) == 0;
}

/* With kernels that round differently the run goes on only where that is accepted. Two of one name are told apart by
 * their rounding. */
static rondo_status check_kernel(const rondo_run *run, const char *path,
                                 const rondo_checkpoint_header *header, rondo_error *error)
{
    const char *kernel = rondo_product_kernel(), *reason = rondo_product_reason();
    if (rounds_alike(header)) return RONDO_OK;
    bool is_same_name = strcmp(header->kernel, kernel) == 0;
    const char *rounded = is_same_name ? ", rounded as " : "";
    const char *then = is_same_name ? header->rounding : "";
    const char *now = is_same_name ? rondo_product_rounding() : "";
    if (run->options->other_kernel) {
        rondo_log_warning(
            "%s: was written with %s%s%s, and is continued with %s%s%s (%s): results agree "
            "to rounding, not bit for bit",
            path, header->kernel, rounded, then, kernel, rounded, now, reason);
        return RONDO_OK;
    }
    return rondo_error_set(
        error, RONDO_USAGE,
        "%s: cannot resume: it was written with %s%s%s, and this is %s%s%s (%s), so "
        "that results would agree to rounding, not bit for bit; --other-kernel "
        "continues all the same, BLIS_ARCH_TYPE chooses a kernel",
        path, header->kernel, rounded, then, kernel, rounded, now, reason);
}

/* The same data, and the same config but for what may change. */
static rondo_status check_header(const rondo_run *run, const char *path, rondo_registry *registry,
                                 const rondo_checkpoint_header *header, rondo_error *error)
{
    rondo_experiment *before;
    rondo_text differences = {0};
    rondo_status status =
        rondo_experiment_parse(path, "/", header->config, NULL, 0, registry, &before, error);
    if (status) return status;
    rondo_experiment_diff(before, run->session->experiment, &differences);
    rondo_experiment_destroy(before);
    if (differences.length > 0) {
        rondo_error_set(error, RONDO_USAGE,
                        "%s: cannot resume with another config; different:", path);
        status = rondo_error_add_lines(error, RONDO_USAGE, rondo_text_get(&differences));
    } else if (!rondo_checkpoint_has_data(header, run->session->dataset))
        status = refuse_data(run, path, header, error);
    else if (header->real_size != (int64_t)sizeof(rondo_real))
        status = rondo_error_set(error, RONDO_USAGE, "%s: written with %lld-byte numbers, not %zu",
                                 path, (long long)header->real_size, sizeof(rondo_real));
    rondo_text_finish(&differences);
    return status;
}

rondo_status rondo_run_load(rondo_run *run, const char *path, rondo_error *error)
{
    array_tables tables;
    value_table values;
    rondo_checkpoint_header header = {0};
    rondo_status status = rondo_checkpoint_read_header(path, &header, error);
    if (status) return status;
    status = check_header(run, path, run->options->registry, &header, error);
    if (!status) status = check_kernel(run, path, &header, error);
    if (status) goto cleanup;
    if ((status = tables_create(run, &tables, error))) goto cleanup;
    rondo_checkpoint checkpoint = checkpoint_of(run, &tables, &values);
    status = rondo_checkpoint_read(path, &checkpoint, false, error);
    if (!status) run->saved_step = run->position.step;
    if (!status) rondo_updater_restore_average(&run->updater, run->session->parameters);
    if (!status) rondo_run_show_training_weights(run);
    free(tables.slots);
    free(tables.states);
cleanup:
    rondo_checkpoint_header_finish(&header);
    return status;
}
