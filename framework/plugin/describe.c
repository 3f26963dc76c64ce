#include "plugin/describe.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "plugin/options.h"
#include "plugin/plan.h"
#include "plugin/registry.h"

/* Every line of a text with a margin of four, under its title; nothing where there is no text. */
static void add_paragraph(rondo_text *text, const char *title, const char *lines)
{
    if (!lines) return;
    rondo_text_add(text, "\n%s:\n", title);
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        rondo_text_add(text, "    %.*s\n", (int)length, lines);
        lines += length;
        if (*lines) lines++;
    }
}

/* " 0.5"; nothing where the default is none. */
static void add_default(rondo_text *text, const rondo_option *row, const void *defaults)
{
    if (rondo_options_is_void(row, defaults)) return;
    rondo_text_add(text, " ");
    rondo_options_print(row, defaults, text);
}

static void add_options(rondo_text *text, const rondo_plugin *plugin, const void *defaults)
{
    if (rondo_options_count(plugin->options) == 0) {
        rondo_text_add(text, "\noptions: none\n");
        return;
    }
    rondo_text_add(text, "\noptions:\n");
    for (const rondo_option *row = plugin->options; row->name; row++) {
        rondo_text_add(text, "    %s:%s", row->name,
                       row->flags & RONDO_REQUIRED ? " required" : "");
        if (!(row->flags & RONDO_REQUIRED)) add_default(text, row, defaults);
        rondo_text_add(text, "\n        %s\n        ", row->help ? row->help : "");
        rondo_options_allowed(row, text);
        if (row->flags & RONDO_WITH_PREVIOUS) rondo_text_add(text, "; only with %s", row[-1].name);
        rondo_text_add(text, "\n");
    }
}

/* Gates of all stages, in the order of the columns in a checkpoint; or only those whose recurrent
 * product is kept beside. */
static void add_columns(rondo_text *text, const rondo_cell_plan *plan, bool beside)
{
    const char *separator = "";
    for (int32_t s = 0; s < plan->stage_count; s++) {
        const rondo_cell_stage *stage = &plan->stages[s];
        int32_t first = beside ? stage->gate_count - stage->beside_count : 0;
        for (int32_t g = first; g < stage->gate_count; g++) {
            rondo_text_add(text, "%s%s", separator, stage->gates[g].name);
            separator = " | ";
        }
    }
    rondo_text_add(text, "\n");
}

/* "[input, 4 hidden]"; rows NULL: a vector. */
static void add_shape(rondo_text *text, const char *name, const char *rows, int32_t blocks)
{
    rondo_text shape = {0};
    rondo_text_add(&shape, "[%s%s", rows ? rows : "", rows ? ", " : "");
    if (blocks > 1) rondo_text_add(&shape, "%d ", (int)blocks);
    rondo_text_add(&shape, "hidden]");
    rondo_text_add(text, "    %-18s %-19s", name, rondo_text_get(&shape));
    rondo_text_finish(&shape);
}

static void add_gate_matrix(rondo_text *text, const char *name, const char *rows,
                            const rondo_cell_plan *plan, bool beside)
{
    int32_t blocks = 0;
    for (int32_t s = 0; s < plan->stage_count; s++)
        blocks += beside ? plan->stages[s].beside_count : plan->stages[s].gate_count;
    if (blocks == 0) return;
    add_shape(text, name, rows, blocks);
    rondo_text_add(text, "  ");
    add_columns(text, plan, beside);
}

/* What a stage's gates are made of before the cell's own functions see them. */
static void add_stage(rondo_text *text, const rondo_cell_plan *plan, int32_t index)
{
    const rondo_cell_stage *stage = &plan->stages[index];
    bool is_state = stage->source < RONDO_SOURCE_MADE(0);
    const char *source =
        is_state ? plan->states[stage->source] : plan->made[stage->source - RONDO_SOURCE_MADE(0)];
    for (int32_t g = 0; g < stage->gate_count; g++) {
        bool beside = g >= stage->gate_count - stage->beside_count;
        char buffer[32];
        rondo_text_add(text, "    %-18s x_t W + b %s %s%s U%s", stage->gates[g].name,
                       beside ? "and, beside it," : "+", source, is_state ? "_{t-1}" : "_t",
                       beside ? " + recurrent b" : "");
        if (stage->gates[g].bias != 0)
            rondo_text_add(text, ", b starts with %s",
                           rondo_text_of_real(stage->gates[g].bias, buffer));
        if (stage->gates[g].start == RONDO_START_IDENTITY)
            rondo_text_add(text, ", U starts with %s * identity",
                           rondo_text_of_real(stage->gates[g].scale, buffer));
        rondo_text_add(text, "\n");
    }
}

static void add_parameters(rondo_text *text, const rondo_cell_plan *plan)
{
    rondo_text_add(text, "\nparameters, as a checkpoint has them in "
                         "/parameters/layers/0/forward; `|` parts columns:\n");
    add_gate_matrix(text, "input_weights", "input", plan, false);
    add_gate_matrix(text, "recurrent_weights", "hidden", plan, false);
    add_gate_matrix(text, "biases", NULL, plan, false);
    add_gate_matrix(text, "recurrent_biases", NULL, plan, true);
    for (int32_t v = 0; v < plan->vector_count; v++) {
        add_shape(text, plan->vectors[v].name, NULL, 1);
        rondo_text_add(text, "\n");
    }
    rondo_text_add(
        text, "\nwhat the cell reads as its gates; x_t is a row, and W, U and b are the gate's "
              "columns of input_weights, recurrent_weights and biases:\n");
    for (int32_t s = 0; s < plan->stage_count; s++)
        add_stage(text, plan, s);
}

static rondo_status add_cell(rondo_text *text, const rondo_cell *cell, const void *config,
                             rondo_error *error)
{
    rondo_cell_plan plan;
    rondo_status status = rondo_plan_get(cell, config, &plan, error);
    if (status) return status;
    rondo_text_add(text, "\nstates:");
    for (int32_t i = 0; i < plan.state_count; i++)
        rondo_text_add(text, "%s %s", i ? "," : "", plan.states[i]);
    rondo_text_add(text, " (the first is the output)\n");
    add_parameters(text, &plan);
    return RONDO_OK;
}

static void add_loss(rondo_text *text, const rondo_loss *loss)
{
    static const char *const targets[] = {
        [RONDO_TARGET_CLASS] = "one class index a row",
        [RONDO_TARGET_VALUES] = "real values, as many as the prediction is wide",
        [RONDO_TARGET_BINARY] = "values in [0, 1], as many as the prediction is wide",
    };
    rondo_text_add(text, "\ntarget: %s\n\nmetrics:%s\n", targets[loss->target],
                   loss->metric_count ? "" : " none");
    for (int32_t i = 0; i < loss->metric_count; i++)
        if (loss->metrics[i].rule != RONDO_METRIC_WHOLE)
            rondo_text_add(text, "    %s [%s], %s is better%s\n", loss->metrics[i].name,
                           loss->metrics[i].unit,
                           loss->metrics[i].higher_is_better ? "higher" : "lower",
                           rondo_loss_metric_is_of_text(&loss->metrics[i])
                               ? ", of language models and translation"
                               : "");
}

static void add_optimizer(rondo_text *text, const rondo_optimizer *optimizer, const void *config)
{
    const char *names[RONDO_MAX_SLOTS] = {NULL};
    char buffer[32];
    int32_t count = optimizer->slots(config, names);
    rondo_text_add(text, "\ndefault learning_rate: %s\n\nslots (one number a parameter each):%s",
                   rondo_text_of_real(optimizer->learning_rate, buffer), count ? "" : " none");
    for (int32_t i = 0; i < count; i++)
        rondo_text_add(text, "%s %s", i ? "," : "", names[i]);
    rondo_text_add(text, "\n");
}

static void add_schedule(rondo_text *text, const rondo_schedule *schedule, const void *config)
{
    const char *names[RONDO_MAX_SCHEDULE_STATE] = {NULL};
    int32_t count = schedule->state ? schedule->state(config, names) : 0;
    if (count == 0) return;
    rondo_text_add(text, "\nremembered from validation to validation:");
    for (int32_t i = 0; i < count; i++)
        rondo_text_add(text, "%s %s", i ? "," : "", names[i]);
    rondo_text_add(text, "\n");
}

static rondo_status add_kind(rondo_text *text, const rondo_plugin *plugin, const void *config,
                             rondo_error *error)
{
    if (plugin->kind == RONDO_KIND_CELL)
        return add_cell(text, (const rondo_cell *)plugin, config, error);
    if (plugin->kind == RONDO_KIND_LOSS)
        add_loss(text, (const rondo_loss *)plugin);
    else if (plugin->kind == RONDO_KIND_OPTIMIZER)
        add_optimizer(text, (const rondo_optimizer *)plugin, config);
    else if (plugin->kind == RONDO_KIND_SCHEDULE)
        add_schedule(text, (const rondo_schedule *)plugin, config);
    return RONDO_OK;
}

rondo_status rondo_describe_plugin(const rondo_plugin *plugin, const void *config, rondo_text *text,
                                   rondo_error *error)
{
    void *defaults = rondo_memory_create(plugin->config_size + 1, "a plugin's options", error);
    if (!defaults) return RONDO_FAILED;
    rondo_options_default(plugin->options, defaults);
    rondo_text_add(text, "%s %s: %s\n", rondo_registry_kind_name((rondo_plugin_kind)plugin->kind),
                   plugin->name, plugin->summary);
    add_paragraph(text, "equations", plugin->equations);
    add_paragraph(text, "source", plugin->source);
    add_options(text, plugin, config ? config : defaults);
    rondo_status status = add_kind(text, plugin, config ? config : defaults, error);
    if (!status && text->failed)
        status = rondo_error_set(error, RONDO_FAILED, "no memory for a description");
    rondo_memory_destroy(defaults);
    return status;
}
