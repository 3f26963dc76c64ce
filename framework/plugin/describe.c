#include "plugin/describe.h"

#include <stdio.h>
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

/* The parameters that gate blocks have a share of. */
typedef enum gate_part { INPUT_WEIGHTS, RECURRENT_WEIGHTS, BIASES, RECURRENT_BIASES } gate_part;

static bool is_frozen(const rondo_cell_gate *gate)
{
    return gate->flags & RONDO_GATE_FROZEN;
}

/* Its units share weights: what it has is a parameter of its own. */
static bool is_grouped(const rondo_cell_gate *gate)
{
    return gate->unit_group > 1;
}

/* Recurrent weights of a frozen gate, or with groups, are not among the columns of the others. */
static bool has_own_weights(const rondo_cell_gate *gate)
{
    return gate->form != RONDO_FORM_DENSE || is_frozen(gate) || is_grouped(gate) ||
           gate->source_group > 1;
}

static bool has_part(const rondo_cell_stage *stage, int32_t g, gate_part part)
{
    bool is_separate = g >= stage->gate_count - stage->separate_count;
    bool has_bias = !(stage->gates[g].flags & RONDO_GATE_NO_BIAS);
    switch (part) {
    case INPUT_WEIGHTS:
        return !(stage->gates[g].flags & RONDO_GATE_NO_INPUT);
    case RECURRENT_WEIGHTS:
        return stage->source != RONDO_SOURCE_NONE && !has_own_weights(&stage->gates[g]);
    case BIASES:
        return has_bias;
    default:
        return is_separate && has_bias && !(stage->gates[g].flags & RONDO_GATE_NO_RECURRENT_BIAS);
    }
}

/* Names of the gates that have that part, frozen or trained, in the order of its columns in a
 * checkpoint. Returns how many they are. */
static int32_t add_columns(rondo_text *text, const rondo_cell_plan *plan, gate_part part,
                           bool frozen)
{
    int32_t count = 0;
    for (int32_t s = 0; s < plan->stage_count; s++) {
        const rondo_cell_stage *stage = &plan->stages[s];
        for (int32_t g = 0; g < stage->gate_count; g++) {
            if (!has_part(stage, g, part) || is_frozen(&stage->gates[g]) != frozen ||
                is_grouped(&stage->gates[g]))
                continue;
            rondo_text_add(text, "%s%s", count > 0 ? " | " : "", stage->gates[g].name);
            count++;
        }
    }
    return count;
}

/* "[input, 4 hidden]"; rows NULL: a vector; no blocks: a single number. */
static void add_shape(rondo_text *text, const char *name, const char *rows, int32_t blocks)
{
    rondo_text shape = {0};
    rondo_text_add(&shape, "[%s%s", rows ? rows : "", rows ? ", " : "");
    if (blocks > 1) rondo_text_add(&shape, "%d ", (int)blocks);
    rondo_text_add(&shape, blocks > 0 ? "hidden]" : "1]");
    rondo_text_add(text, "    %-18s %-19s", name, rondo_text_get(&shape));
    rondo_text_finish(&shape);
}

static void add_gate_matrix(rondo_text *text, const char *name, const char *rows,
                            const rondo_cell_plan *plan, gate_part part, bool frozen)
{
    rondo_text columns = {0};
    int32_t blocks = add_columns(&columns, plan, part, frozen);
    if (blocks > 0) {
        add_shape(text, name, rows, blocks);
        rondo_text_add(text, "  %s\n", rondo_text_get(&columns));
    }
    text->failed |= columns.failed;
    rondo_text_finish(&columns);
}

/* "x_t W + b", without what the gate does not have. */
static void add_fed(rondo_text *text, const rondo_cell_stage *stage, int32_t g)
{
    bool has_input = has_part(stage, g, INPUT_WEIGHTS), has_bias = has_part(stage, g, BIASES);
    rondo_text_add(text, "%s%s%s", has_input ? "x_t W" : "", has_input && has_bias ? " + " : "",
                   has_bias ? "b" : "");
}

/* " + hidden_{t-1} U" */
static void add_recurrent(rondo_text *text, const rondo_cell_plan *plan,
                          const rondo_cell_stage *stage, int32_t g)
{
    if (stage->source == RONDO_SOURCE_NONE) return;
    bool is_state = stage->source < RONDO_SOURCE_INTERMEDIATE(0);
    bool is_separate = g >= stage->gate_count - stage->separate_count;
    bool is_first = !has_part(stage, g, INPUT_WEIGHTS) && !has_part(stage, g, BIASES);
    const char *source = is_state
                             ? plan->states[stage->source]
                             : plan->intermediates[stage->source - RONDO_SOURCE_INTERMEDIATE(0)];
    rondo_text_add(text, "%s%s%s U%s",
                   is_separate ? " and, separate, "
                   : is_first  ? ""
                               : " + ",
                   source, is_state ? "_{t-1}" : "_t",
                   has_part(stage, g, RECURRENT_BIASES) ? " + recurrent b" : "");
}

/* What a stage's gates are made of before the cell's own functions see them. */
static void add_stage(rondo_text *text, const rondo_cell_plan *plan, int32_t index)
{
    const rondo_cell_stage *stage = &plan->stages[index];
    for (int32_t g = 0; g < stage->gate_count; g++) {
        const rondo_cell_gate *gate = &stage->gates[g];
        char buffer[32];
        rondo_text_add(text, "    %-18s ", gate->name);
        add_fed(text, stage, g);
        add_recurrent(text, plan, stage, g);
        if (gate->bias_start)
            rondo_text_add(text, ", b starts at a value of each unit's own");
        else if (gate->bias != 0)
            rondo_text_add(text, ", b starts at %s", rondo_text_of_real(gate->bias, buffer));
        if (gate->start == RONDO_START_IDENTITY)
            rondo_text_add(text, ", U starts as %s * identity",
                           rondo_text_of_real(gate->scale, buffer));
        if (is_frozen(gate)) rondo_text_add(text, ", frozen");
        if (is_grouped(gate))
            rondo_text_add(text, ", the same for every %d units", gate->unit_group);
        if (gate->source_group > 1)
            rondo_text_add(text, ", U reads the means of every %d units", gate->source_group);
        rondo_text_add(text, "\n");
    }
}

/* "numbers of U, of 4 blocks on its diagonal" */
static void add_form(rondo_text *text, const rondo_cell_gate *gate)
{
    int size = gate->form_size;
    char share[32];
    rondo_text_of_real(gate->form_share, share);
    if (gate->form == RONDO_FORM_BLOCK_DIAGONAL)
        rondo_text_add(text, "U, of %d blocks on its diagonal", size);
    else if (gate->form == RONDO_FORM_BLOCK_TRIANGULAR)
        rondo_text_add(text, "U, of %d groups that see later ones", size);
    else if (gate->form == RONDO_FORM_ANTISYMMETRIC)
        rondo_text_add(text, "A, upper triangular: U = A - A'");
    else if (gate->form == RONDO_FORM_LOW_RANK)
        rondo_text_add(text, "P and Q': U = P Q, of rank %d", size);
    else if (gate->form == RONDO_FORM_DALE)
        rondo_text_add(text,
                       "A: U = D max(A, 0), D = 1 for the first %s of the units, -1 for the others",
                       share);
    else
        rondo_text_add(text,
                       "A = -A', upper triangular: U' = (I + A)^-1 (I - A) D, D = -1 for the first "
                       "%s of the units, 1 for the others",
                       share);
}

/* "hidden", or "hidden/8" of groups of 8 units. */
static void add_units(rondo_text *text, int32_t group)
{
    rondo_text_add(text, "hidden");
    if (group > 1) rondo_text_add(text, "/%d", (int)group);
}

/* "[input, hidden/8]"; rows NULL: a vector. */
static void add_group_shape(rondo_text *text, const char *name, const char *rows, int32_t group)
{
    rondo_text shape = {0};
    rondo_text_add(&shape, "[%s%s", rows ? rows : "", rows ? ", " : "");
    add_units(&shape, group);
    rondo_text_add(&shape, "]");
    rondo_text_add(text, "    %-18s %-19s", name, rondo_text_get(&shape));
    rondo_text_finish(&shape);
}

/* What gates whose units share weights have. */
static void add_grouped(rondo_text *text, const char *name, const char *rows,
                        const rondo_cell_plan *plan, gate_part part)
{
    for (int32_t s = 0; s < plan->stage_count; s++)
        for (int32_t g = 0; g < plan->stages[s].gate_count; g++) {
            const rondo_cell_gate *gate = &plan->stages[s].gates[g];
            char own[80];
            if (!is_grouped(gate) || !has_part(&plan->stages[s], g, part)) continue;
            snprintf(own, sizeof own, "%s_%.40s", name, gate->name);
            add_group_shape(text, own, rows, gate->unit_group);
            rondo_text_add(text, "  %s, one for every %d units\n", gate->name,
                           (int)gate->unit_group);
        }
}

/* Of a gate whose recurrent weights are not columns of the others'. */
static void add_own_weights(rondo_text *text, const rondo_cell_gate *gate)
{
    char name[80];
    snprintf(name, sizeof name, "recurrent_weights_%.40s", gate->name);
    if (gate->form == RONDO_FORM_DENSE) {
        rondo_text rows = {0};
        add_units(&rows, gate->source_group);
        add_group_shape(text, name, rondo_text_get(&rows), gate->unit_group);
        rondo_text_add(text, "  %s\n", gate->name);
        rondo_text_finish(&rows);
        return;
    }
    rondo_text_add(text, "    %s  numbers of ", name);
    add_form(text, gate);
    rondo_text_add(text, "%s\n", is_frozen(gate) ? "; frozen" : "");
}

static void add_forms(rondo_text *text, const rondo_cell_plan *plan)
{
    for (int32_t s = 0; s < plan->stage_count; s++)
        for (int32_t g = 0; g < plan->stages[s].gate_count; g++)
            if (plan->stages[s].source != RONDO_SOURCE_NONE &&
                has_own_weights(&plan->stages[s].gates[g]))
                add_own_weights(text, &plan->stages[s].gates[g]);
}

static void add_unit_parameter(rondo_text *text, const rondo_cell_unit_parameter *parameter)
{
    char low[32], high[32];
    add_shape(text, parameter->name, NULL, parameter->flags & RONDO_PARAMETER_SHARED ? 0 : 1);
    if (parameter->flags & RONDO_PARAMETER_CLAMPED)
        rondo_text_add(text, "  kept within [%s, %s]", rondo_text_of_real(parameter->low, low),
                       rondo_text_of_real(parameter->high, high));
    if (parameter->flags & RONDO_PARAMETER_FROZEN) rondo_text_add(text, "  frozen");
    rondo_text_add(text, "\n");
}

static void add_projection(rondo_text *text, const rondo_cell_plan *plan)
{
    char shape[64];
    if (plan->projection == 0) return;
    snprintf(shape, sizeof shape, "[hidden, %lld]", (long long)plan->projection);
    rondo_text_add(text, "    %-18s %-19s  W_p: the output is %s times it\n", "projection_weights",
                   shape, plan->states[0]);
}

static void add_parameters(rondo_text *text, const rondo_cell_plan *plan)
{
    rondo_text_add(text, "\nparameters, as stored in a checkpoint under "
                         "/parameters/layers/0/forward; `|` separates columns:\n");
    add_gate_matrix(text, "input_weights", "input", plan, INPUT_WEIGHTS, false);
    add_grouped(text, "input_weights", "input", plan, INPUT_WEIGHTS);
    add_gate_matrix(text, "recurrent_weights", plan->projection > 0 ? "output" : "hidden", plan,
                    RECURRENT_WEIGHTS, false);
    add_projection(text, plan);
    add_forms(text, plan);
    add_gate_matrix(text, "biases", NULL, plan, BIASES, false);
    add_grouped(text, "biases", NULL, plan, BIASES);
    add_gate_matrix(text, "recurrent_biases", NULL, plan, RECURRENT_BIASES, false);
    add_grouped(text, "recurrent_biases", NULL, plan, RECURRENT_BIASES);
    for (int32_t i = 0; i < plan->unit_parameter_count; i++)
        add_unit_parameter(text, &plan->unit_parameters[i]);
    add_gate_matrix(text, "frozen_input_weights", "input", plan, INPUT_WEIGHTS, true);
    add_gate_matrix(text, "frozen_biases", NULL, plan, BIASES, true);
    add_gate_matrix(text, "frozen_recurrent_biases", NULL, plan, RECURRENT_BIASES, true);
    rondo_text_add(text,
                   "\nwhat the cell receives for its gates; x_t is a row vector, and W, U and b "
                   "are the gate's columns of input_weights, recurrent_weights and biases:\n");
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
    rondo_text_add(text, " (the first is the output%s)\n",
                   plan.projection > 0 ? ", projected" : "");
    add_parameters(text, &plan);
    return RONDO_OK;
}

/* "3 numbers for each value of a target: quantile_0.1, quantile_0.5, quantile_0.9" */
static void add_parts(rondo_text *text, const rondo_loss *loss, const void *config)
{
    int64_t count = rondo_loss_parts(loss, config);
    if (!loss->part) return;
    rondo_text_add(text, "prediction: %lld numbers for each value of a target:", (long long)count);
    for (int64_t i = 0; i < count; i++) {
        rondo_loss_part part = {0};
        loss->part(config, i, &part);
        char number[32];
        rondo_text_add(text, "%s %s%s%s", i ? "," : "", part.name, part.has_number ? "_" : "",
                       part.has_number ? rondo_text_of_real(part.number, number) : "");
    }
    rondo_text_add(text, "\n");
}

static void add_loss(rondo_text *text, const rondo_loss *loss, const void *config)
{
    static const char *const targets[] = {
        [RONDO_TARGET_CLASS] = "one class index per row",
        [RONDO_TARGET_VALUES] = "real values, one per output",
        [RONDO_TARGET_BINARY] = "values in [0, 1], one per output",
        [RONDO_TARGET_LABELS] = "a sequence of classes per sequence, without alignment",
    };
    rondo_text_add(text, "\ntarget: %s\n", loss->part ? "real values" : targets[loss->target]);
    add_parts(text, loss, config);
    rondo_text_add(text, "\nmetrics:%s\n", loss->metric_count ? "" : " none");
    for (int32_t i = 0; i < loss->metric_count; i++)
        if (loss->metrics[i].rule != RONDO_METRIC_WHOLE)
            rondo_text_add(text, "    %s [%s], %s is better%s\n", loss->metrics[i].name,
                           loss->metrics[i].unit,
                           loss->metrics[i].higher_is_better ? "higher" : "lower",
                           rondo_loss_metric_is_of_text(&loss->metrics[i])
                               ? ", of language models and translation"
                               : "");
}

static void add_names(rondo_text *text, const char *title, const char *const *names, int32_t count)
{
    if (count == 0) return;
    rondo_text_add(text, "%s", title);
    for (int32_t i = 0; i < count; i++)
        rondo_text_add(text, "%s %s", i ? "," : "", names[i]);
    rondo_text_add(text, "\n");
}

static void add_slots(rondo_text *text, const rondo_optimizer_plan *plan)
{
    static const char *const titles[] = {
        [RONDO_SLOT_ELEMENTS] = "slots (one number per parameter each):",
        [RONDO_SLOT_ROWS] = "slots (one number a row of a tensor each):",
        [RONDO_SLOT_COLUMNS] = "slots (one number a column of a tensor each):",
        [RONDO_SLOT_TENSOR] = "slots (one number a tensor each):"};
    if (plan->slot_count == 0) rondo_text_add(text, "%s none\n", titles[RONDO_SLOT_ELEMENTS]);
    for (int32_t shape = RONDO_SLOT_ELEMENTS; shape <= RONDO_SLOT_TENSOR; shape++) {
        const char *names[RONDO_MAX_SLOTS];
        int32_t count = 0;
        for (int32_t i = 0; i < plan->slot_count; i++)
            if (plan->slots[i].shape == shape) names[count++] = plan->slots[i].name;
        add_names(text, titles[shape], names, count);
    }
}

static void add_optimizer(rondo_text *text, const rondo_optimizer *optimizer, const void *config)
{
    rondo_optimizer_plan plan = {0};
    char buffer[32];
    optimizer->plan(config, &plan);
    rondo_text_add(text, "\ndefault learning_rate: %s\n\n",
                   rondo_text_of_real(optimizer->learning_rate, buffer));
    add_slots(text, &plan);
    add_names(text, "numbers of the whole run:", plan.numbers, plan.number_count);
    if (optimizer->evaluation_weights)
        rondo_text_add(text, "\nevaluates with other weights than it trains\n");
}

static void add_schedule(rondo_text *text, const rondo_schedule *schedule, const void *config)
{
    const char *names[RONDO_MAX_SCHEDULE_STATE] = {NULL};
    int32_t count = schedule->state ? schedule->state(config, names) : 0;
    if (count > 0) rondo_text_add(text, "\n");
    add_names(text, "state kept between validations:", names, count);
}

static rondo_status add_kind(rondo_text *text, const rondo_plugin *plugin, const void *config,
                             rondo_error *error)
{
    if (plugin->kind == RONDO_KIND_CELL)
        return add_cell(text, (const rondo_cell *)plugin, config, error);
    if (plugin->kind == RONDO_KIND_LOSS)
        add_loss(text, (const rondo_loss *)plugin, config);
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
