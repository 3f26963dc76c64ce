#include "sweep/expand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/renames.h"
#include "sweep/draw.h"

void rondo_run_name(int64_t number, const char *variant, int64_t seed,
                    char name[RONDO_MAX_RUN_NAME])
{
    enum { ROOM = 32 }; /* for "-seed9007199254740992" */
    size_t used = (size_t)snprintf(name, RONDO_MAX_RUN_NAME, "%03lld-", (long long)number);
    for (; *variant && used + ROOM < RONDO_MAX_RUN_NAME; variant++) {
        bool is_plain = (*variant >= 'a' && *variant <= 'z') ||
                        (*variant >= 'A' && *variant <= 'Z') ||
                        (*variant >= '0' && *variant <= '9') || strchr("._=+-", *variant);
        name[used++] = (char)(is_plain ? *variant : *variant == ' ' ? '-' : '_');
    }
    snprintf(name + used, RONDO_MAX_RUN_NAME - used, "-seed%lld", (long long)seed);
}

void rondo_variant_set(rondo_plan_variant *variant, rondo_setting setting, rondo_owned *owned)
{
    rondo_settings *settings = &variant->settings;
    for (int64_t i = 0; i < settings->count; i++) {
        if (!rondo_renames_same(rondo_renames, settings->items[i].path, setting.path)) continue;
        settings->items[i] = setting;
        return;
    }
    rondo_settings_append(settings, owned, setting);
}

/* How many last words of the path tell it from those of the other axes. */
static const char *short_name(const rondo_sweep *sweep, int64_t axis)
{
    const char *path = sweep->axes[axis].path;
    const char *name = path + strlen(path);
    while (name > path) {
        for (name--; name > path && name[-1] != '.';)
            name--;
        bool is_alone = true;
        size_t length = strlen(name);
        for (int64_t i = 0; i < sweep->axis_count; i++) {
            const char *other = sweep->axes[i].path;
            size_t other_length = strlen(other);
            if (i == axis || other_length < length) continue;
            const char *end = other + other_length - length;
            if (strcmp(end, name) == 0 && (end == other || end[-1] == '.')) is_alone = false;
        }
        if (is_alone) break;
    }
    return name;
}

/* A long value is told by its place. */
static void add_value(const char *value, int64_t place, rondo_text *name)
{
    enum { LONGEST = 32 };
    size_t length = strlen(value);
    if (value[0] == '"' && length >= 2) {
        value++;
        length -= 2;
    }
    if (length > LONGEST)
        rondo_text_add(name, "value%lld", (long long)place + 1);
    else
        rondo_text_add_bytes(name, value, length);
}

typedef struct combination {
    int64_t named, trial; /* trial 0: no search */
    int64_t index;        /* of the values of the axes, the last fastest */
} combination;

static int64_t value_of(const rondo_sweep *sweep, int64_t index, int64_t axis)
{
    for (int64_t a = sweep->axis_count - 1; a > axis; a--)
        index /= sweep->axes[a].values.count;
    return index % sweep->axes[axis].values.count;
}

static const char *stem(const char *path, size_t *length)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    const char *dot = strrchr(file, '.');
    *length = dot && dot > file ? (size_t)(dot - file) : strlen(file);
    return file;
}

static const char *make_name(const rondo_sweep *sweep, const combination *c, rondo_owned *owned)
{
    rondo_text name = {0};
    if (sweep->case_count > 0) rondo_text_add(&name, "%s", sweep->cases[c->named].name);
    for (int64_t a = 0; a < sweep->axis_count; a++) {
        int64_t place = value_of(sweep, c->index, a);
        rondo_text_add(&name, "%s%s=", name.length > 0 ? " " : "", short_name(sweep, a));
        add_value(sweep->axes[a].values.items[place].value, place, &name);
    }
    if (c->trial > 0)
        rondo_text_add(&name, "%strial=%lld", name.length > 0 ? " " : "", (long long)c->trial);
    if (name.length == 0) {
        size_t length;
        const char *file = stem(sweep->base, &length);
        rondo_text_add_bytes(&name, file, length);
    }
    const char *kept = rondo_owned_copy(owned, rondo_text_get(&name), name.length);
    rondo_owned_release(owned, &name);
    return kept ? kept : "";
}

static rondo_setting decided(rondo_plan *plan, const char *path, double value, const char *at)
{
    char buffer[32];
    snprintf(buffer, sizeof buffer, "%.15g", value);
    const char *text = rondo_owned_copy(&plan->owned, buffer, strlen(buffer));
    return (rondo_setting){path, text ? text : "", at};
}

static void fill(const rondo_sweep *sweep, const combination *c, rondo_plan *plan,
                 rondo_plan_variant *variant)
{
    rondo_owned *owned = &plan->owned;
    const rondo_halving_config *halving = &sweep->halving;
    variant->name = make_name(sweep, c, owned);
    for (int64_t i = 0; i < sweep->set.count; i++)
        rondo_variant_set(variant, sweep->set.items[i], owned);
    if (sweep->case_count > 0) {
        const rondo_settings *settings = &sweep->cases[c->named].settings;
        for (int64_t i = 0; i < settings->count; i++)
            rondo_variant_set(variant, settings->items[i], owned);
    }
    for (int64_t a = 0; a < sweep->axis_count; a++)
        rondo_variant_set(variant, sweep->axes[a].values.items[value_of(sweep, c->index, a)],
                          owned);
    for (int64_t d = 0; c->trial > 0 && d < sweep->search.draw_count; d++) {
        rondo_setting drawn =
            rondo_sweep_draw_value(&sweep->search.draws[d], sweep->search.seed, c->trial, owned);
        rondo_variant_set(variant, drawn, owned);
        rondo_settings_append(&variant->drawn, owned, drawn);
    }
    if (sweep->budget.seconds > 0)
        rondo_variant_set(
            variant, decided(plan, "train.max_seconds", sweep->budget.seconds, sweep->budget.at),
            owned);
    if (halving->rung_count > 0)
        rondo_variant_set(variant,
                          decided(plan, "train.epochs",
                                  (double)halving->rungs[halving->rung_count - 1], halving->at),
                          owned);
}

/* Products that do not fit are above the limit, too. */
static rondo_status count_variants(const rondo_sweep *sweep, int64_t *count, rondo_error *error)
{
    double product = sweep->case_count > 0 ? (double)sweep->case_count : 1;
    for (int64_t a = 0; a < sweep->axis_count; a++)
        product *= (double)sweep->axes[a].values.count;
    if (sweep->search.trials > 0) product *= (double)sweep->search.trials;
    double runs = product * (double)sweep->seed_count;
    if (runs > RONDO_MAX_SWEEP_RUNS)
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: %.0f variants and %lld seeds are %.0f runs; a sweep has at "
                               "most %d",
                               sweep->path, product, (long long)sweep->seed_count, runs,
                               RONDO_MAX_SWEEP_RUNS);
    *count = (int64_t)product;
    return RONDO_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A variant named as a value of an axis is written could be two. */
static rondo_status check_names(const rondo_sweep *sweep, rondo_plan *plan, rondo_error *error)
{
    size_t count = (size_t)plan->variant_count;
    const char **names = rondo_owned_take(&plan->owned, (count + 1) * sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        names[i] = plan->variants[i].name;
    if (!names) return RONDO_OK; /* told by the owner's check */
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 1; i < count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return rondo_error_set(
                error, RONDO_USAGE,
                "%s: two variants would be named \"%s\": give them different names", sweep->path,
                names[i]);
    return RONDO_OK;
}

rondo_status rondo_expand_variants(const rondo_sweep *sweep, rondo_plan *plan, rondo_error *error)
{
    int64_t count = 0, cases = sweep->case_count > 0 ? sweep->case_count : 1;
    int64_t trials = sweep->search.trials, each = trials > 0 ? trials : 1;
    rondo_status status = count_variants(sweep, &count, error);
    if (status) return status;
    plan->variants = rondo_owned_take(&plan->owned, (size_t)count * sizeof *plan->variants);
    for (int64_t i = 0; plan->variants && i < count; i++) {
        int64_t of_case = count / cases;
        const combination c = {.named = i / of_case,
                               .index = i % of_case / each,
                               .trial = trials > 0 ? i % each + 1 : 0};
        fill(sweep, &c, plan, &plan->variants[plan->variant_count++]);
    }
    status = rondo_owned_check(&plan->owned, "plan", error);
    return status ? status : check_names(sweep, plan, error);
}
