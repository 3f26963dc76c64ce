/* rondo sweep --list: the ledger, read. Nothing is written, and nothing taken. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "command/sweep.h"
#include "command/sweep_check.h"
#include "config/yaml.h"
#include "sweep/halving.h"
#include "sweep/view.h"
#include "sweep/worker.h"

/* Whether a file of the sweep's folder has just this text. */
static bool is_file(const rondo_sweep *sweep, const char *name, const rondo_text *text)
{
    rondo_error ignored = {0};
    size_t size = 0;
    char *data = NULL, *path = rondo_file_join(sweep->output.folder, name);
    bool is_same = path && rondo_file_exists(path) && !text->failed &&
                   !rondo_file_read(path, RONDO_YAML_MAX_BYTES, &data, &size, &ignored) &&
                   strcmp(data, rondo_text_get(text)) == 0;
    free(data);
    free(path);
    return is_same;
}

static bool is_there(const rondo_sweep *sweep, const char *name)
{
    char *path = rondo_file_join(sweep->output.folder, name);
    bool found = path && rondo_file_exists(path);
    free(path);
    return found;
}

/* One that only variants make whole has no copy. */
static bool has_base(const rondo_sweep *sweep, rondo_registry *registry)
{
    rondo_experiment *base;
    rondo_error ignored = {0};
    rondo_text text = {0};
    if (rondo_experiment_load(sweep->base_path, NULL, 0, registry, &base, &ignored))
        return !is_there(sweep, "base.yaml");
    rondo_experiment_print(base, &text);
    rondo_experiment_destroy(base);
    bool is_same = is_file(sweep, "base.yaml", &text);
    rondo_text_finish(&text);
    return is_same;
}

/* The folder's own copies of sweep file and base tell whether its plan is this one's: then it need
 * not be made again, which loads the config of every variant. */
static bool has_plan(const rondo_sweep *sweep, rondo_registry *registry)
{
    rondo_text now = {0};
    rondo_sweep_print(sweep, &now);
    bool is_same = rondo_plan_exists(sweep->output.folder) && is_file(sweep, "sweep.yaml", &now) &&
                   has_base(sweep, registry);
    rondo_text_finish(&now);
    return is_same;
}

rondo_status rondo_sweep_open_plan(const rondo_sweep *sweep, rondo_registry *registry, bool store,
                                   rondo_plan **out, rondo_error *error)
{
    if (has_plan(sweep, registry)) return rondo_plan_read(sweep->output.folder, out, error);
    rondo_status status = rondo_plan_make(sweep, registry, out, error);
    if (status) return rondo_sweep_hint(sweep, registry, error);
    if (!store) return status;
    status = rondo_plan_store(sweep, *out, error);
    if (!status) return RONDO_OK;
    rondo_plan_destroy(*out);
    *out = NULL;
    /* Another worker that was started at the same moment has written it. */
    return has_plan(sweep, registry) ? rondo_plan_read(sweep->output.folder, out, error) : status;
}

/* One run, listed. */
typedef struct row {
    const rondo_plan *plan;
    const rondo_plan_run *run;
    const char *metric;
    bool higher; /* of the metric is better */
    rondo_ledger_entry entry;
    double value;
    bool is_pending;
} row;

static void add_text_row(const row *r, bool pending, rondo_text *text)
{
    const rondo_run_outcome *outcome = &r->entry.outcome;
    if (pending) {
        rondo_text_add(text, "%lld\n", (long long)r->run->number);
        return;
    }
    rondo_text_add(text, "%5lld  %-8s", (long long)r->run->number,
                   rondo_ledger_state_name(r->entry.state));
    if (isfinite(r->value))
        rondo_text_add(text, "  %10.5g", r->value);
    else
        rondo_text_add(text, "  %10s", "-");
    rondo_text_add(text, "  %s", r->run->folder);
    if (outcome->reason[0]) rondo_text_add(text, "  %s", outcome->reason);
    rondo_text_add(text, "\n");
}

static void add_json_row(const row *r, rondo_json *json)
{
    const rondo_run_outcome *outcome = &r->entry.outcome;
    rondo_json_break(json, 1);
    rondo_json_begin(json, NULL, '{');
    rondo_json_integer(json, "run", r->run->number);
    rondo_json_string(json, "folder", r->run->folder);
    rondo_json_string(json, "variant", r->plan->variants[r->run->variant].name);
    rondo_json_integer(json, "seed", r->run->seed);
    rondo_json_string(json, "state", rondo_ledger_state_name(r->entry.state));
    rondo_json_bool(json, "pending", r->is_pending);
    rondo_json_string(json, "metric", r->metric);
    rondo_json_real(json, "value", r->value);
    rondo_json_integer(json, "epochs", outcome->epochs);
    rondo_json_integer(json, "rung", outcome->rung);
    rondo_json_string(json, "reason", outcome->reason[0] ? outcome->reason : NULL);
    rondo_json_end(json, '}');
}

static bool is_pending(const rondo_ledger_entry *entry, const rondo_halving *halving, int64_t run)
{
    switch (entry->state) {
    case RONDO_LEDGER_MISSING:
    case RONDO_LEDGER_STOPPED:
    case RONDO_LEDGER_FAILED:
        return true;
    case RONDO_LEDGER_HALTED: {
        if (!halving) return true;
        const rondo_halving_goal goal = rondo_halving_goal_of(halving, run);
        return !goal.is_out && goal.rung > entry->outcome.rung;
    }
    default:
        return false;
    }
}

static rondo_status read_run(const rondo_sweep *sweep, const rondo_halving *halving, int64_t run,
                             row *r, rondo_error *error)
{
    rondo_ledger_figure figure;
    rondo_status status = rondo_ledger_read(sweep->output.folder, r->run, &r->entry, error);
    if (status) return status;
    r->is_pending = is_pending(&r->entry, halving, run);
    r->value = NAN;
    char *folder = rondo_plan_run_folder(sweep->output.folder, r->run);
    if (!folder) return rondo_error_set(error, RONDO_FAILED, "not enough memory: list of runs");
    status = rondo_ledger_read_best(folder, r->metric, r->higher, &figure, error);
    if (!status) r->value = figure.value;
    free(folder);
    return status;
}

static rondo_status list(const rondo_sweep_arguments *arguments, const rondo_sweep *sweep,
                         const rondo_plan *plan, const rondo_halving *halving,
                         rondo_registry *registry, rondo_text *text, rondo_error *error)
{
    const char *metric = rondo_view_metric(plan);
    bool higher = false;
    rondo_json json = {.text = text};
    rondo_status status = rondo_worker_direction(sweep, plan, registry, metric, &higher, error);
    if (arguments->json) rondo_json_begin(&json, NULL, '[');
    for (int64_t i = 0; i < plan->run_count && !status; i++) {
        row r = {.plan = plan, .run = &plan->runs[i], .metric = metric, .higher = higher};
        status = read_run(sweep, halving, i, &r, error);
        if (status || (arguments->pending && !r.is_pending)) continue;
        if (arguments->json)
            add_json_row(&r, &json);
        else
            add_text_row(&r, arguments->pending, text);
    }
    if (arguments->json) {
        rondo_json_break(&json, 0);
        rondo_json_end(&json, ']');
        rondo_text_add(text, "\n");
    }
    return status;
}

rondo_status rondo_sweep_list(const rondo_sweep_arguments *arguments, const rondo_sweep *sweep,
                              rondo_registry *registry, rondo_error *error)
{
    rondo_plan *plan;
    rondo_halving *halving = NULL;
    rondo_text text = {0};
    rondo_status status = rondo_sweep_open_plan(sweep, registry, false, &plan, error);
    if (status) return status;
    if (plan->halving.rung_count > 0)
        status = rondo_halving_open(sweep->output.folder, plan, false, &halving, error);
    if (!status && halving) status = rondo_halving_update(halving, false, error);
    if (!status) status = list(arguments, sweep, plan, halving, registry, &text, error);
    if (!status && arguments->json)
        status = rondo_command_print(&text, error);
    else if (!status)
        status = rondo_command_print_report(&text, error);
    else
        rondo_text_finish(&text);
    rondo_halving_close(halving);
    rondo_plan_destroy(plan);
    return status;
}
