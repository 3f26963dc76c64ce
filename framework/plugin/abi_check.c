/* Whether a file, or a struct that is built in, has the ABI. Every way in which it has not has a sentence of
 * its own. */
#include "plugin/registry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "plugin/kinds.h"
#include "plugin/library.h"
#include "plugin/names.h"
#include "plugin/options.h"
#include "plugin/plan.h"

#define SYMBOL_PREFIX "rondo_plugin_"

const char *rondo_registry_kind_name(rondo_plugin_kind kind)
{
    const rondo_kind_facts *facts = rondo_kind_find(kind);
    return facts ? facts->name : "plugin";
}

/* "plugins/cells/lstm.so" -> "lstm". */
static rondo_status file_stem(const char *path, char stem[RONDO_NAME_LIMIT + 1], rondo_error *error)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    size_t length = strlen(file);
    if (length < 4 || strcmp(file + length - 3, ".so") != 0)
        return rondo_error_set(error, RONDO_USAGE, "a plugin's file name ends with .so");
    length -= 3;
    if (length > RONDO_NAME_LIMIT)
        return rondo_error_set(error, RONDO_USAGE, "a plugin's name has at most %d letters",
                               RONDO_NAME_LIMIT);
    memcpy(stem, file, length);
    stem[length] = 0;
    if (!rondo_name_valid(stem))
        return rondo_error_set(error, RONDO_USAGE,
                               "a plugin's file name is of the form [a-z][a-z0-9_]*.so");
    return RONDO_OK;
}

static uint32_t version_of(const rondo_plugin *plugin)
{
    return plugin->abi_version & 0xffff;
}

static uint32_t revision_of(const rondo_plugin *plugin)
{
    return plugin->abi_version >> 16;
}

/* What it was compiled against. */
static rondo_status check_build(const rondo_plugin *plugin, rondo_error *error)
{
    const rondo_kind_facts *kind = rondo_kind_find(plugin->kind);
    if (version_of(plugin) != RONDO_ABI_VERSION)
        return rondo_error_set(error, RONDO_FAILED,
                               "built for plugin ABI version %u, this program has version %u",
                               version_of(plugin), RONDO_ABI_VERSION);
    if (revision_of(plugin) > RONDO_ABI_REVISION)
        return rondo_error_set(error, RONDO_FAILED,
                               "built for plugin ABI version %u.%u, this program has version %u.%u "
                               "(it takes older ones, not newer ones)",
                               version_of(plugin), revision_of(plugin), RONDO_ABI_VERSION,
                               RONDO_ABI_REVISION);
    if (plugin->real_size != sizeof(rondo_real))
        return rondo_error_set(error, RONDO_FAILED,
                               "built with numbers of %u bytes, this program has numbers of %u "
                               "bytes (float and double builds do not mix)",
                               plugin->real_size, (unsigned)sizeof(rondo_real));
    if (!kind) return rondo_error_set(error, RONDO_FAILED, "its kind %u is unknown", plugin->kind);
    if (plugin->struct_size < kind->first_size)
        return rondo_error_set(error, RONDO_FAILED,
                               "its struct has %u bytes, kind %s needs at least %zu",
                               plugin->struct_size, kind->name, kind->first_size);
    return RONDO_OK;
}

/* Structs of plugins of an earlier revision, as long as this program's. Plugins are never closed, and
 * opened again they are at the same address. */
typedef struct older_plugin {
    const rondo_plugin *plugin;
    struct older_plugin *next;
    rondo_plugin copy; /* struct_size bytes of its kind */
} older_plugin;

static older_plugin *older_plugins;

static older_plugin *find_older(const rondo_plugin *plugin)
{
    older_plugin *older = older_plugins;
    while (older && older->plugin != plugin)
        older = older->next;
    return older;
}

/* What a plugin of an earlier revision does not have is 0. */
static rondo_status complete(const rondo_plugin **plugin, rondo_error *error)
{
    const rondo_kind_facts *kind = rondo_kind_find((*plugin)->kind);
    size_t size = (*plugin)->struct_size;
    if (size > kind->struct_size)
        return rondo_error_set(
            error, RONDO_FAILED,
            "its struct has %zu bytes, in plugin ABI version %u.%u kind %s has %zu", size,
            RONDO_ABI_VERSION, RONDO_ABI_REVISION, kind->name, kind->struct_size);
    if (size == kind->struct_size) return RONDO_OK;
    older_plugin *older = find_older(*plugin);
    if (!older) {
        older = calloc(1, offsetof(older_plugin, copy) + kind->struct_size);
        if (!older) return rondo_error_set(error, RONDO_FAILED, "no memory for a plugin's struct");
        older->plugin = *plugin;
        older->next = older_plugins;
        memcpy(&older->copy, *plugin, size);
        older_plugins = older;
    }
    *plugin = &older->copy;
    return RONDO_OK;
}

static rondo_status check_options(const rondo_plugin *plugin, bool is_built_in, rondo_error *error)
{
    if (!plugin->options)
        return rondo_error_set(error, RONDO_FAILED,
                               "its option rows are missing (no options: one RONDO_OPTIONS_END)");
    return rondo_options_check(plugin->options, plugin->config_size, is_built_in, error);
}

static rondo_status check_head(const rondo_plugin *plugin, rondo_plugin_kind kind, const char *stem,
                               rondo_error *error)
{
    const rondo_kind_facts *facts = rondo_kind_find(plugin->kind);
    if (facts && facts->is_built_in)
        return rondo_error_set(error, RONDO_FAILED, "kind %s is built in, not a plugin",
                               facts->name);
    if (facts && kind != RONDO_KIND_ANY && plugin->kind != (uint32_t)kind)
        return rondo_error_set(error, RONDO_FAILED, "it is of kind %s, wanted is kind %s",
                               facts->name, rondo_registry_kind_name(kind));
    if (!plugin->name || strcmp(plugin->name, stem) != 0)
        return rondo_error_set(error, RONDO_FAILED, "it calls itself '%.40s', its file name '%s'",
                               plugin->name ? plugin->name : "", stem);
    if (!plugin->summary || !plugin->equations || !plugin->source)
        return rondo_error_set(error, RONDO_FAILED, "it has no %s",
                               !plugin->summary     ? "summary"
                               : !plugin->equations ? "equations"
                                                    : "source");
    return check_options(plugin, false, error);
}

static rondo_status missing_function(const char *function, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "the required function %s is missing", function);
}

static rondo_status check_cell(const rondo_cell *cell, const void *config, rondo_error *error)
{
    rondo_cell_plan plan;
    if (!cell->plan) return missing_function("plan", error);
    return rondo_plan_get(cell, config, &plan, error);
}

static rondo_status check_parts(const rondo_loss *loss, const void *config, rondo_error *error)
{
    if (!loss->parts && !loss->part && !loss->answer) return RONDO_OK;
    if (!loss->parts) return missing_function("parts", error);
    if (!loss->part) return missing_function("part", error);
    if (!loss->answer) return missing_function("answer", error);
    if (loss->target != RONDO_TARGET_VALUES)
        return rondo_error_set(error, RONDO_FAILED,
                               "its predictions have parts, which only those of values can");
    int64_t count = loss->parts(config);
    if (count < 1 || count > RONDO_MAX_LOSS_PARTS)
        return rondo_error_set(error, RONDO_FAILED,
                               "its predictions have %lld parts, allowed are 1 to %d",
                               (long long)count, RONDO_MAX_LOSS_PARTS);
    for (int64_t i = 0; i < count; i++) {
        rondo_loss_part part = {0};
        loss->part(config, i, &part);
        if (!part.name || !rondo_name_valid(part.name))
            return rondo_error_set(error, RONDO_FAILED,
                                   "the name of part %lld is not of the form [a-z][a-z0-9_]*",
                                   (long long)i);
    }
    return RONDO_OK;
}

static rondo_status check_sequence(const rondo_loss *loss, const void *config, rondo_error *error)
{
    rondo_loss_parameter parameters[RONDO_MAX_LOSS_PARAMETERS] = {{0}};
    bool is_of_labels = loss->target == RONDO_TARGET_LABELS;
    if (is_of_labels && !loss->label_scratch) return missing_function("label_scratch", error);
    if (!is_of_labels && !loss->parameters) return missing_function("parameters", error);
    if (!is_of_labels && !loss->scratch) return missing_function("scratch", error);
    if ((!is_of_labels && loss->target != RONDO_TARGET_CLASS) || loss->parts)
        return rondo_error_set(error, RONDO_FAILED,
                               "it looks at whole sequences, which only losses of classes can");
    int32_t count = rondo_loss_parameters(loss, config, 2, parameters);
    if (count < 0 || count > RONDO_MAX_LOSS_PARAMETERS)
        return rondo_error_set(error, RONDO_FAILED, "it has %d parameters, allowed are 0 to %d",
                               count, RONDO_MAX_LOSS_PARAMETERS);
    for (int32_t i = 0; i < count; i++)
        if (!parameters[i].name || !rondo_name_valid(parameters[i].name) ||
            parameters[i].rows < 1 || parameters[i].columns < 1)
            return rondo_error_set(error, RONDO_FAILED,
                                   "its parameter %d has no name of the form [a-z][a-z0-9_]* or no "
                                   "shape",
                                   i);
    return RONDO_OK;
}

static rondo_status check_loss(const rondo_loss *loss, const void *config, rondo_error *error)
{
    if (!loss->rows && !loss->sequence) return missing_function("rows", error);
    if (!loss->activate) return missing_function("activate", error);
    if (loss->target < RONDO_TARGET_CLASS || loss->target > RONDO_TARGET_LABELS)
        return rondo_error_set(error, RONDO_FAILED, "its target %d is unknown", loss->target);
    if (loss->target == RONDO_TARGET_LABELS && !loss->sequence)
        return missing_function("sequence", error);
    if (loss->metric_count < 0 || loss->metric_count > RONDO_MAX_METRICS)
        return rondo_error_set(error, RONDO_FAILED, "metric_count is %d, allowed are 0 to %d",
                               loss->metric_count, RONDO_MAX_METRICS);
    for (int32_t i = 0; i < loss->metric_count; i++) {
        const rondo_loss_metric *metric = &loss->metrics[i];
        if (!metric->name || !rondo_name_valid(metric->name))
            return rondo_error_set(error, RONDO_FAILED,
                                   "the name of metric %d is not of the form [a-z][a-z0-9_]*", i);
        if (!metric->unit)
            return rondo_error_set(error, RONDO_FAILED, "metric %s has no unit", metric->name);
        if (metric->rule < RONDO_METRIC_MEAN || metric->rule > RONDO_METRIC_WHOLE)
            return rondo_error_set(error, RONDO_FAILED, "metric %s has the unknown rule %d",
                                   metric->name, metric->rule);
        bool is_whole = metric->rule == RONDO_METRIC_WHOLE;
        bool has_ratio = i > 0 && loss->metrics[i - 1].rule == RONDO_METRIC_RATIO;
        if (is_whole != has_ratio ||
            (metric->rule == RONDO_METRIC_RATIO && i + 1 == loss->metric_count))
            return rondo_error_set(error, RONDO_FAILED,
                                   "metric %s: a ratio and its whole stand one behind the other",
                                   metric->name);
        for (int32_t j = 0; j < i; j++) {
            if (strcmp(metric->name, loss->metrics[j].name) == 0)
                return rondo_error_set(error, RONDO_FAILED, "two metrics are named %s",
                                       metric->name);
        }
    }
    return loss->sequence ? check_sequence(loss, config, error) : check_parts(loss, config, error);
}

/* Names that a plugin gives to numbers of its own. */
static rondo_status check_names(const char *const *names, int32_t count, const char *what,
                                rondo_error *error)
{
    for (int32_t i = 0; i < count; i++) {
        if (!names[i] || !rondo_name_valid(names[i]))
            return rondo_error_set(error, RONDO_FAILED,
                                   "the name of %s %d is not of the form [a-z][a-z0-9_]*", what, i);
        for (int32_t j = 0; j < i; j++) {
            if (strcmp(names[i], names[j]) == 0)
                return rondo_error_set(error, RONDO_FAILED, "two %ss are named %s", what, names[i]);
        }
    }
    return RONDO_OK;
}

static rondo_status check_slots(const rondo_optimizer_plan *plan, rondo_error *error)
{
    const char *names[RONDO_MAX_SLOTS] = {NULL};
    if (plan->slot_count < 0 || plan->slot_count > RONDO_MAX_SLOTS)
        return rondo_error_set(error, RONDO_FAILED, "it has %d slots, allowed are 0 to %d",
                               plan->slot_count, RONDO_MAX_SLOTS);
    for (int32_t i = 0; i < plan->slot_count; i++) {
        int32_t shape = plan->slots[i].shape;
        names[i] = plan->slots[i].name;
        if (shape < RONDO_SLOT_ELEMENTS || shape > RONDO_SLOT_TENSOR)
            return rondo_error_set(error, RONDO_FAILED, "slot %d has the unknown shape %d", i,
                                   shape);
        if (names[i] && strcmp(names[i], "training_weights") == 0)
            return rondo_error_set(error, RONDO_FAILED,
                                   "slot %d: the name training_weights is the host's", i);
        if (shape != RONDO_SLOT_ELEMENTS && !plan->whole_tensors)
            return rondo_error_set(
                error, RONDO_FAILED,
                "slot %d has not one number a parameter, which needs whole_tensors", i);
    }
    return check_names(names, plan->slot_count, "slot", error);
}

static rondo_status check_norms(const rondo_optimizer *optimizer, const rondo_optimizer_plan *plan,
                                rondo_error *error)
{
    const uint32_t known = RONDO_NORM_PARAMETER | RONDO_NORM_GRADIENT | RONDO_NORM_DIRECTION;
    if (plan->norms & ~known)
        return rondo_error_set(error, RONDO_FAILED, "it asks for the unknown norms %u",
                               plan->norms);
    if (plan->norms & RONDO_NORM_DIRECTION && !optimizer->direction)
        return rondo_error_set(error, RONDO_FAILED,
                               "it asks for the norm of its direction, but the function direction "
                               "is missing");
    return RONDO_OK;
}

static rondo_status check_optimizer(const rondo_optimizer *optimizer, const void *config,
                                    rondo_error *error)
{
    rondo_optimizer_plan plan = {0};
    if (!optimizer->plan) return missing_function("plan", error);
    if (!optimizer->update) return missing_function("update", error);
    if (!isfinite(optimizer->learning_rate) || optimizer->learning_rate <= 0)
        return rondo_error_set(error, RONDO_FAILED,
                               "its default learning_rate is not a number above 0");
    optimizer->plan(config, &plan);
    rondo_status status = check_slots(&plan, error);
    if (!status) status = check_norms(optimizer, &plan, error);
    if (status) return status;
    if (plan.number_count < 0 || plan.number_count > RONDO_MAX_OPTIMIZER_NUMBERS)
        return rondo_error_set(error, RONDO_FAILED, "it has %d numbers, allowed are 0 to %d",
                               plan.number_count, RONDO_MAX_OPTIMIZER_NUMBERS);
    if (plan.number_count > 0 && !optimizer->advance && !optimizer->judge)
        return missing_function("advance", error);
    return check_names(plan.numbers, plan.number_count, "number", error);
}

static rondo_status check_schedule(const rondo_schedule *schedule, const void *config,
                                   rondo_error *error)
{
    const char *names[RONDO_MAX_SCHEDULE_STATE] = {NULL};
    if (!schedule->factor) return missing_function("factor", error);
    if (!schedule->state && schedule->judge) return missing_function("state", error);
    if (schedule->state && !schedule->judge) return missing_function("judge", error);
    int32_t count = schedule->state ? schedule->state(config, names) : 0;
    if (count < 0 || count > RONDO_MAX_SCHEDULE_STATE)
        return rondo_error_set(error, RONDO_FAILED, "its state has %d numbers, allowed are 0 to %d",
                               count, RONDO_MAX_SCHEDULE_STATE);
    return check_names(names, count, "number", error);
}

static rondo_status check_communicator(const rondo_communicator *communicator, rondo_error *error)
{
    if (!communicator->start) return missing_function("start", error);
    if (!communicator->exchange) return missing_function("exchange", error);
    if (!communicator->finish) return missing_function("finish", error);
    return RONDO_OK;
}

rondo_status rondo_plugin_check(const rondo_plugin *plugin, const void *config, rondo_error *error)
{
    switch (plugin->kind) {
    case RONDO_KIND_CELL:
        return check_cell((const rondo_cell *)plugin, config, error);
    case RONDO_KIND_LOSS:
        return check_loss((const rondo_loss *)plugin, config, error);
    case RONDO_KIND_OPTIMIZER:
        return check_optimizer((const rondo_optimizer *)plugin, config, error);
    case RONDO_KIND_COMMUNICATOR:
        return check_communicator((const rondo_communicator *)plugin, error);
    case RONDO_KIND_SCHEDULE:
        return check_schedule((const rondo_schedule *)plugin, config, error);
    default:
        return RONDO_OK;
    }
}

static rondo_status check_with_defaults(const rondo_plugin *plugin, rondo_error *error)
{
    void *config = rondo_memory_create(plugin->config_size + 1, "a plugin's options", error);
    if (!config) return RONDO_FAILED;
    rondo_options_default(plugin->options, config);
    rondo_status status = rondo_plugin_check(plugin, config, error);
    rondo_memory_destroy(config);
    return status;
}

rondo_status rondo_plugin_check_built_in(const rondo_plugin *plugin, rondo_error *error)
{
    rondo_status status = check_build(plugin, error);
    if (status) return status;
    if (!plugin->name || !rondo_name_valid(plugin->name))
        return rondo_error_set(error, RONDO_FAILED, "its name is not of the form [a-z][a-z0-9_]*");
    if (!plugin->summary) return rondo_error_set(error, RONDO_FAILED, "it has no summary");
    status = check_options(plugin, true, error);
    return status ? status : check_with_defaults(plugin, error);
}

rondo_status rondo_plugin_load(const char *path, rondo_plugin_kind kind, const rondo_plugin **out,
                               rondo_error *error)
{
    char stem[RONDO_NAME_LIMIT + 1];
    char symbol[sizeof SYMBOL_PREFIX + RONDO_NAME_LIMIT] = SYMBOL_PREFIX;
    const void *address = NULL;
    const rondo_plugin *plugin;
    rondo_status status;
    *out = NULL;
    if ((status = file_stem(path, stem, error))) goto cleanup;
    strcat(symbol, stem);
    if ((status = rondo_library_open(path, symbol, &address, error))) goto cleanup;
    plugin = address;
    if ((status = check_build(plugin, error))) goto cleanup;
    if ((status = check_head(plugin, kind, stem, error))) goto cleanup;
    if ((status = complete(&plugin, error))) goto cleanup;
    if ((status = check_with_defaults(plugin, error))) goto cleanup;
    *out = plugin;
cleanup:
    if (status) rondo_error_prefix(error, "plugin %s: ", path);
    return status;
}
