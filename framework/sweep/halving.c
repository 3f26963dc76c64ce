#include "sweep/halving.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "config/yaml.h"
#include "sweep/ledger.h"

enum { MOST_BYTES = 1 << 26 };

/* Of a run. */
typedef struct place {
    int64_t rung; /* that it is in, from 1 */
    bool is_out, is_there;
} place;

struct rondo_halving {
    const char *folder;
    const rondo_plan *plan;
    bool higher;
    int64_t rung;  /* the first that is not decided, from 1 */
    place *places; /* [plan->run_count] */
};

static rondo_status fail_memory(rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: halving");
}

rondo_status rondo_halving_open(const char *sweep_folder, const rondo_plan *plan, bool higher,
                                rondo_halving **out, rondo_error *error)
{
    rondo_halving *halving = calloc(1, sizeof *halving);
    *out = NULL;
    if (halving) halving->places = calloc((size_t)plan->run_count + 1, sizeof(place));
    if (!halving || !halving->places) {
        free(halving);
        return fail_memory(error);
    }
    halving->folder = sweep_folder;
    halving->plan = plan;
    halving->higher = higher;
    halving->rung = 1;
    for (int64_t i = 0; i < plan->run_count; i++)
        halving->places[i].rung = 1;
    *out = halving;
    return RONDO_OK;
}

void rondo_halving_close(rondo_halving *halving)
{
    if (!halving) return;
    free(halving->places);
    free(halving);
}

void rondo_halving_arrive(rondo_halving *halving, int64_t run)
{
    halving->places[run].is_there = true;
}

rondo_halving_goal rondo_halving_goal_of(const rondo_halving *halving, int64_t run)
{
    const rondo_halving_config *config = &halving->plan->halving;
    const place *p = &halving->places[run];
    bool is_last = p->rung == config->rung_count;
    return (rondo_halving_goal){.is_out = p->is_out,
                                .is_there = p->is_there,
                                .rung = p->rung,
                                .until_epoch = is_last ? 0 : config->rungs[p->rung - 1]};
}

/* --- ranks --- */

static int compare_up(const void *a, const void *b)
{
    const rondo_ranked *left = a, *right = b;
    bool is_left = isfinite(left->value), is_right = isfinite(right->value);
    if (is_left != is_right) return is_left ? -1 : 1;
    if (is_left && left->value < right->value) return -1;
    if (is_left && left->value > right->value) return 1;
    return (left->number > right->number) - (left->number < right->number);
}

static int compare_down(const void *a, const void *b)
{
    const rondo_ranked *left = a, *right = b;
    const rondo_ranked l = {left->number, -left->value}, r = {right->number, -right->value};
    return compare_up(&l, &r);
}

void rondo_halving_rank(rondo_ranked *runs, int64_t count, bool higher)
{
    if (count > 0) qsort(runs, (size_t)count, sizeof *runs, higher ? compare_down : compare_up);
}

/* --- the file of a decision --- */

static char *path_of(const rondo_halving *halving)
{
    rondo_text name = {0};
    rondo_text_add(&name, "rung-%lld.yaml", (long long)halving->rung);
    char *path = name.failed ? NULL : rondo_file_join(halving->folder, rondo_text_get(&name));
    rondo_text_finish(&name);
    return path;
}

static void print(const rondo_halving *halving, const rondo_ranked *runs, int64_t count,
                  int64_t kept, rondo_text *text)
{
    const rondo_halving_config *config = &halving->plan->halving;
    rondo_text_add(text, "rung: %lld\nepochs: %lld\nmetric: ", (long long)halving->rung,
                   (long long)config->rungs[halving->rung - 1]);
    rondo_json_add_string(text, config->metric);
    rondo_text_add(text, "\npromoted: [");
    for (int64_t i = 0; i < kept; i++)
        rondo_text_add(text, "%s%lld", i > 0 ? ", " : "", (long long)runs[i].number);
    rondo_text_add(text, "]\n# all runs of the rung, best first\nranks:\n");
    for (int64_t i = 0; i < count; i++) {
        rondo_text_add(text, "  - {run: %lld, value: ", (long long)runs[i].number);
        rondo_json_add_number(text, runs[i].value);
        rondo_text_add(text, "}\n");
    }
}

/* Into its place, unless another process was faster: the first decision stands. */
static rondo_status publish(const char *path, const rondo_text *text, rondo_error *error)
{
    char *temporary = rondo_file_temporary(path);
    if (!temporary) return fail_memory(error);
    rondo_status status = rondo_file_write(temporary, text->data, text->length, error);
    if (!status && link(temporary, path) != 0 && errno != EEXIST && !rondo_file_exists(path))
        status = rondo_file_replace(temporary, path, error); /* no hard links here */
    unlink(temporary);
    free(temporary);
    return status;
}

/* --- a decision is made --- */

/* Whether every run of the rung stands there, is done, or has failed: as far as the first one that
 * is not. */
static rondo_status read_ledger(rondo_halving *halving, bool *all, rondo_error *error)
{
    const rondo_plan *plan = halving->plan;
    *all = true;
    for (int64_t i = 0; i < plan->run_count && *all; i++) {
        place *p = &halving->places[i];
        rondo_ledger_entry entry;
        if (p->is_out || p->is_there) continue;
        rondo_status status = rondo_ledger_read(halving->folder, &plan->runs[i], &entry, error);
        if (status) return status;
        p->is_there = entry.state == RONDO_LEDGER_DONE ||
                      (entry.state == RONDO_LEDGER_HALTED && entry.outcome.rung >= p->rung);
        *all = p->is_there || entry.state == RONDO_LEDGER_FAILED;
    }
    return RONDO_OK;
}

static rondo_status value_of(const rondo_halving *halving, int64_t run, double *value,
                             rondo_error *error)
{
    const rondo_halving_config *config = &halving->plan->halving;
    rondo_ledger_figure figure;
    *value = NAN;
    if (!halving->places[run].is_there) return RONDO_OK; /* it failed */
    char *folder = rondo_plan_run_folder(halving->folder, &halving->plan->runs[run]);
    if (!folder) return fail_memory(error);
    rondo_status status = rondo_ledger_read_figure(
        folder, config->metric, config->rungs[halving->rung - 1], &figure, error);
    free(folder);
    if (!status) *value = figure.value;
    return status;
}

static rondo_status decide(const rondo_halving *halving, const char *path, rondo_error *error)
{
    const rondo_plan *plan = halving->plan;
    rondo_text text = {0};
    rondo_status status = RONDO_OK;
    int64_t count = 0;
    rondo_ranked *runs = calloc((size_t)plan->run_count + 1, sizeof *runs);
    if (!runs) return fail_memory(error);
    for (int64_t i = 0; i < plan->run_count && !status; i++) {
        if (halving->places[i].is_out) continue;
        runs[count].number = plan->runs[i].number;
        status = value_of(halving, i, &runs[count++].value, error);
    }
    if (!status) {
        rondo_halving_rank(runs, count, halving->higher);
        print(halving, runs, count, rondo_halving_keep(&plan->halving, count), &text);
        status = text.failed ? fail_memory(error) : publish(path, &text, error);
    }
    rondo_text_finish(&text);
    free(runs);
    return status;
}

/* --- a decision is read --- */

static void promote(rondo_halving *halving, const rondo_node *promoted)
{
    const rondo_plan *plan = halving->plan;
    for (int64_t i = 0; i < plan->run_count; i++)
        halving->places[i].is_out = true;
    for (int64_t i = 0; i < promoted->count; i++) {
        int64_t number;
        const rondo_node *value = promoted->items[i].value;
        if (value->kind != RONDO_SCALAR || !rondo_text_integer(value->text, &number)) continue;
        if (number >= 1 && number <= plan->run_count)
            halving->places[number - 1] = (place){.rung = halving->rung + 1};
    }
    halving->rung++;
}

static rondo_status apply(rondo_halving *halving, const char *path, rondo_error *error)
{
    char *text;
    size_t size;
    rondo_owned owned = {0};
    rondo_problems problems = {0};
    const rondo_origin source = {.name = path, .is_ledger = true};
    rondo_status status = rondo_file_read(path, MOST_BYTES, &text, &size, error);
    if (status) return status;
    const rondo_node *root = rondo_yaml_parse(&source, text, &owned, &problems);
    const rondo_item *item =
        root && root->kind == RONDO_MAPPING ? rondo_node_find(root, "promoted") : NULL;
    if (problems.count == 0 && item && item->value->kind == RONDO_SEQUENCE &&
        item->value->count > 0)
        promote(halving, item->value);
    else
        status = rondo_error_set(error, RONDO_FAILED,
                                 "%s: damaged: it records which runs go on to the next rung", path);
    rondo_problems_finish(&problems);
    rondo_owned_finish(&owned);
    free(text);
    return status;
}

rondo_status rondo_halving_update(rondo_halving *halving, bool may_decide, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    bool goes_on = true;
    while (!status && goes_on && halving->rung < halving->plan->halving.rung_count) {
        char *path = path_of(halving);
        if (!path) return fail_memory(error);
        if (!rondo_file_exists(path)) {
            goes_on = may_decide;
            if (goes_on) status = read_ledger(halving, &goes_on, error);
            if (!status && goes_on) status = decide(halving, path, error);
        }
        if (!status && goes_on) status = apply(halving, path, error);
        free(path);
    }
    return status;
}
