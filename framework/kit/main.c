/* rondo_kit PLUGIN.so...: checks that plugins keep the contract of their kind, with many option
 * sets. Exit status 0: all do. 1: a plugin does not. 2: bad command line. `rondo check PLUGIN.so`
 * starts it. */
#include "kit/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kit/call.h"
#include "kit/step.h"
#include "kit/twin.h"
#include "kit/vectorised.h"
#include "plugin/options.h"
#include "plugin/registry.h"

enum { MOST_WORDS = 256 };

typedef struct kit_arguments {
    const char *plugins[MOST_WORDS];
    int plugin_count;
    const char *options[MOST_WORDS];
    int option_count;
    const char *step; /* a file of numbers, "-" for standard input, or NULL */
    bool step_file, table, alone, trace;
    int64_t seconds;
} kit_arguments;

static const char usage[] =
    "usage: rondo check PLUGIN.so... [--seconds N] [--alone]\n"
    "       rondo check PLUGIN.so --table | --step FILE | --step-file [--option NAME=VALUE]...\n";

/* What a check is about. */
typedef struct subject {
    const char *path;
    const rondo_plugin *plugin;
    const void *config;
    const kit_twin *twin;
    int64_t variant;
    bool is_plan_only;
} subject;

static void load(kit_report *kit, const void *context)
{
    const subject *s = context;
    const rondo_plugin *plugin;
    rondo_error error = {0};
    kit_call_enter("opening the file, or plan with its defaults,", -1, -1);
    if (rondo_plugin_load(s->path, RONDO_KIND_ANY, &plugin, &error)) {
        fprintf(stderr, "%s\n", error.text);
        kit->failures++;
    }
    kit_call_leave();
}

static void check_kind(kit_report *kit, const rondo_plugin *plugin, const void *config)
{
    switch (plugin->kind) {
    case RONDO_KIND_CELL:
        kit_check_cell(kit, (const rondo_cell *)plugin, config);
        break;
    case RONDO_KIND_LOSS:
        kit_check_loss(kit, (const rondo_loss *)plugin, config);
        break;
    case RONDO_KIND_OPTIMIZER:
        kit_check_optimizer(kit, (const rondo_optimizer *)plugin, config);
        break;
    case RONDO_KIND_SCHEDULE:
        kit_check_schedule(kit, (const rondo_schedule *)plugin, config);
        break;
    default:
        kit_fail(kit, "the kit does not check plugins of its kind");
    }
}

static void check_variant(kit_report *kit, const void *context)
{
    const subject *s = context;
    const rondo_plugin *plugin = s->plugin;
    rondo_error error = {0};
    void *kept = kit_allocate(1, plugin->config_size + 1);
    memcpy(kept, s->config, plugin->config_size);
    kit_call_enter("plan", -1, -1);
    if (rondo_plugin_check(plugin, s->config, &error)) kit_fail(kit, "%s", error.text);
    kit_call_leave();
    if (kit->failures == 0 && !s->is_plan_only) check_kind(kit, plugin, s->config);
    if (kit->failures == 0 && !s->is_plan_only)
        kit_twin_compare(kit, s->twin, plugin, s->config, s->variant);
    if (memcmp(kept, s->config, plugin->config_size) != 0) kit_fail(kit, "it changes its options");
    free(kept);
}

/* What was checked, and what was not. */
static void print_verdict(const kit_report *kit, const subject *s, int64_t variants, bool is_alone)
{
    bool has_gradients = s->plugin->kind == RONDO_KIND_CELL || s->plugin->kind == RONDO_KIND_LOSS;
    bool has_reals = s->plugin->kind != RONDO_KIND_SCHEDULE;
    if (kit->failures) {
        printf("%s: does not conform\n", s->path);
        return;
    }
    printf("%s: conforms: %lld option set%s", s->path, (long long)variants,
           variants == 1 ? "" : "s");
    if (kit->note[0])
        printf("; %s", kit->note);
    else if (sizeof(rondo_real) == sizeof(double))
        printf("%s", has_gradients ? "; gradients within 1e-6 of differences" : "");
    else if (!s->twin->is_there && has_reals)
        printf("; in double precision, gradients included, NOT checked: %s", s->twin->missing);
    else if (has_reals)
        printf("; %s within 1 %% of those of the double build, %s%s",
               s->plugin->kind == RONDO_KIND_OPTIMIZER ? "updates" : "gradients", s->twin->path,
               is_alone ? ", which was NOT checked" : "");
    printf("\n");
}

static kit_report report_of(const subject *s, const kit_arguments *arguments)
{
    return (kit_report){
        .kind = s->plugin ? rondo_registry_kind_name((rondo_plugin_kind)s->plugin->kind) : "plugin",
        .name = s->plugin ? s->plugin->name : s->path,
        .variant = "defaults",
        .seconds = arguments->seconds};
}

/* First in a process of its own: what crashes while it is opened crashes there. */
static bool load_plugin(subject *s, const kit_arguments *arguments)
{
    rondo_error error = {0};
    kit_report kit = report_of(s, arguments);
    kit_call_apart(&kit, load, s);
    if (kit.failures) printf("%s: does not conform\n", s->path);
    return kit.failures == 0 &&
           rondo_plugin_load(s->path, RONDO_KIND_ANY, &s->plugin, &error) == RONDO_OK;
}

static void check_variants(kit_report *kit, subject *s, const kit_variant *variants, int64_t count)
{
    for (int64_t i = 0; i < count && kit->failures == 0; i++) {
        printf("%s %s (%s)\n", kit->kind, kit->name, variants[i].name);
        kit->variant = variants[i].name;
        s->config = variants[i].config;
        s->variant = i;
        s->is_plan_only = variants[i].is_plan_only;
        kit_call_apart(kit, check_variant, s);
    }
    if (kit->failures == 0) kit_hint_vectorised(s->plugin);
}

/* The double build first: what is wrong in both is said better there. */
static bool check_file(const char *path, const kit_arguments *arguments)
{
    subject s = {.path = path};
    kit_variant *variants;
    kit_twin twin;
    if (!load_plugin(&s, arguments)) return false;
    kit_report kit = report_of(&s, arguments);
    int64_t count = kit_variants_create(s.plugin, &variants);
    kit_twin_start(&twin, path);
    s.twin = &twin;
    if (!arguments->alone && !kit_twin_check(&twin, arguments->seconds)) {
        printf("%s: does not conform: its double build does not\n", path);
        kit.failures++;
    } else {
        check_variants(&kit, &s, variants, count);
        print_verdict(&kit, &s, count, arguments->alone);
    }
    kit_twin_finish(&twin);
    kit_variants_destroy(variants, count);
    return kit.failures == 0;
}

static bool set_options(const subject *s, void *config, const kit_arguments *arguments)
{
    rondo_options_default(s->plugin->options, config);
    for (int i = 0; i < arguments->option_count; i++) {
        const char *sign = strchr(arguments->options[i], '=');
        char name[64] = "";
        rondo_text reason = {0};
        if (sign && (size_t)(sign - arguments->options[i]) < sizeof name)
            memcpy(name, arguments->options[i], (size_t)(sign - arguments->options[i]));
        const rondo_option *option = rondo_options_find(s->plugin->options, name);
        bool good = option && rondo_options_set(option, config, sign + 1, &reason);
        if (!option)
            fprintf(stderr, "--option %s: %s has no option of that name\n", arguments->options[i],
                    s->plugin->name);
        else if (!good)
            fprintf(stderr, "--option %s: must be %s\n", arguments->options[i],
                    rondo_text_get(&reason));
        rondo_text_finish(&reason);
        if (!good) return false;
    }
    return true;
}

/* Differences mean something in double precision only. */
static int show_table_of_twin(const char *path, const kit_arguments *arguments)
{
    kit_twin twin;
    int status = 1;
    kit_twin_start(&twin, path);
    if (twin.is_there)
        status = kit_twin_show_table(&twin, arguments->options, arguments->option_count);
    else
        fprintf(stderr, "%s: --table needs double precision: %s\n", path, twin.missing);
    kit_twin_finish(&twin);
    return status;
}

/* --table, --step, --step-file: one option set, of a cell. */
static int show(const char *path, const kit_arguments *arguments)
{
    subject s = {.path = path};
    if (!load_plugin(&s, arguments)) return 1;
    if (arguments->table && sizeof(rondo_real) == sizeof(float))
        return show_table_of_twin(path, arguments);
    if (s.plugin->kind != RONDO_KIND_CELL) {
        fprintf(stderr, "%s: --table and --step are for cells\n", path);
        return 2;
    }
    const rondo_cell *cell = (const rondo_cell *)s.plugin;
    void *config = kit_allocate(1, s.plugin->config_size + 1);
    int status = set_options(&s, config, arguments) ? 0 : 2;
    rondo_error error = {0};
    if (status == 0 && rondo_plugin_check(s.plugin, config, &error)) {
        fprintf(stderr, "%s: %s\n", path, error.text);
        status = 1;
    }
    if (status == 0 && arguments->table)
        kit_print_gradients(cell, config);
    else if (status == 0 && arguments->step_file)
        kit_step_write(cell, config);
    else if (status == 0)
        status = kit_step_print(cell, config, arguments->step) ? 0 : 2;
    free(config);
    return status;
}

static bool is_plugin(const char *word)
{
    size_t length = strlen(word);
    return length > 3 && strcmp(word + length - 3, ".so") == 0;
}

static bool read_value(int count, char **words, int *i, const char **value)
{
    if (*i + 1 >= count) {
        fprintf(stderr, "%s: a value is missing\n%s", words[*i], usage);
        return false;
    }
    *value = words[++*i];
    return true;
}

static bool read_flag(const char *word, kit_arguments *a)
{
    bool *flag = strcmp(word, "--table") == 0       ? &a->table
                 : strcmp(word, "--step-file") == 0 ? &a->step_file
                 : strcmp(word, "--alone") == 0     ? &a->alone
                 : strcmp(word, "--trace") == 0     ? &a->trace
                                                    : NULL;
    if (flag) *flag = true;
    return flag;
}

static bool read_arguments(int count, char **words, kit_arguments *a)
{
    const char *seconds = "20";
    for (int i = 1; i < count; i++) {
        bool good = true;
        if (strcmp(words[i], "--seconds") == 0)
            good = read_value(count, words, &i, &seconds);
        else if (strcmp(words[i], "--step") == 0)
            good = read_value(count, words, &i, &a->step);
        else if (strcmp(words[i], "--option") == 0 && a->option_count < MOST_WORDS)
            good = read_value(count, words, &i, &a->options[a->option_count++]);
        else if (words[i][0] != '-' && is_plugin(words[i]) && a->plugin_count < MOST_WORDS)
            a->plugins[a->plugin_count++] = words[i];
        else if (!read_flag(words[i], a)) {
            fprintf(stderr, "%s: %s\n%s", words[i],
                    words[i][0] == '-' ? "no such argument" : "a plugin's file name ends with .so",
                    usage);
            return false;
        }
        if (!good) return false;
    }
    if (!rondo_text_integer(seconds, &a->seconds) || a->seconds < 1) {
        fprintf(stderr, "--seconds %s: must be a whole number of at least 1\n", seconds);
        return false;
    }
    bool shows = a->table || a->step || a->step_file;
    if (a->plugin_count == 0 || (shows && a->plugin_count > 1) ||
        a->table + !!a->step + a->step_file > 1 || (a->option_count > 0 && !shows)) {
        fprintf(stderr, "%s%s", a->plugin_count == 0 ? "no plugin is named\n" : "", usage);
        return false;
    }
    return true;
}

int main(int argument_count, char **words)
{
    static kit_arguments arguments;
    bool good = true;
    if (argument_count < 2) fprintf(stderr, "%s", usage);
    if (argument_count < 2 || !read_arguments(argument_count, words, &arguments)) return 2;
    if (arguments.trace) return kit_twin_trace(arguments.plugins[0]) ? 0 : 1;
    if (arguments.table || arguments.step || arguments.step_file)
        return show(arguments.plugins[0], &arguments);
    for (int i = 0; i < arguments.plugin_count; i++)
        good = check_file(arguments.plugins[i], &arguments) && good;
    return good ? 0 : 1;
}
