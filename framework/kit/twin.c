#define _DEFAULT_SOURCE
#include "kit/twin.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "kit/reference.h"
#include "plugin/registry.h"

enum { DRAWS = 3 };

static const kit_shape shapes[] = {
    {.rows = 3, .input = 2, .hidden = 3, .gap = 1, .lengths = {4, 2, 1}},
    {.rows = 2, .input = 2, .hidden = 3, .lengths = {2, 1}, .input_scale = 4, .state_scale = 4},
    {.rows = 1, .input = 1, .hidden = 2, .gap = 0, .lengths = {30}},
};

enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Of a value's size, and of the largest of its kind. */
static const double bound = 1e-2, floor_bound = 1e-4;

/* Options may make a cell explode: float then has no number for what double has. */
static const double most_comparable = 1e20;

/* --- what is compared: the outputs of every step, then the gradient of every value --- */

typedef struct trace {
    kit_problem problem;
    int64_t outputs, count;
    double *values;
} trace;

static void trace_start(trace *t, const rondo_cell *cell, const void *config, int shape, int draw)
{
    kit_pass pass;
    kit_problem_start(&t->problem, cell, config, &shapes[shape], 200 + (uint64_t)draw);
    int64_t width = t->problem.output;
    t->outputs = t->problem.tokens * width;
    t->count = t->outputs + t->problem.value_count;
    t->values = kit_allocate(t->count, sizeof *t->values);
    rondo_real *gradient = kit_allocate(t->problem.value_count, sizeof *gradient);
    kit_pass_start(&pass, &t->problem);
    kit_forward(&t->problem, &pass, (kit_tiling){0, 0});
    for (int64_t i = 0; i < t->outputs; i++)
        t->values[i] = (double)kit_array_at(&pass.state[0], i / width, 0)[i % width];
    kit_backward(&t->problem, &pass, (kit_tiling){0, 0});
    kit_gradient(&t->problem, &pass, gradient);
    for (int64_t i = 0; i < t->problem.value_count; i++)
        t->values[t->outputs + i] = (double)gradient[i];
    free(gradient);
    kit_pass_finish(&pass);
}

static void trace_finish(trace *t)
{
    kit_problem_finish(&t->problem);
    free(t->values);
}

static void write_variant(const rondo_cell *cell, const void *config, int64_t variant)
{
    for (int s = 0; s < SHAPES; s++)
        for (int d = 0; d < DRAWS; d++) {
            trace t;
            trace_start(&t, cell, config, s, d);
            double head[2] = {(double)variant, (double)t.count};
            fwrite(head, sizeof *head, 2, stdout);
            fwrite(t.values, sizeof *t.values, (size_t)t.count, stdout);
            trace_finish(&t);
        }
}

/* Of a loss or an optimizer; 0: of another kind. */
static int64_t plain_trace(const rondo_plugin *plugin, const void *config, double values[KIT_TRACE])
{
    if (plugin->kind == RONDO_KIND_LOSS)
        return kit_trace_loss((const rondo_loss *)plugin, config, values);
    if (plugin->kind == RONDO_KIND_OPTIMIZER)
        return kit_trace_optimizer((const rondo_optimizer *)plugin, config, values);
    return 0;
}

static void write_plain(const rondo_plugin *plugin, const void *config, int64_t variant)
{
    double values[KIT_TRACE];
    int64_t count = plain_trace(plugin, config, values);
    double head[2] = {(double)variant, (double)count};
    fwrite(head, sizeof *head, 2, stdout);
    fwrite(values, sizeof *values, (size_t)count, stdout);
}

bool kit_twin_trace(const char *path)
{
    const rondo_plugin *plugin;
    kit_variant *variants;
    rondo_error error = {0};
    if (rondo_plugin_load(path, RONDO_KIND_ANY, &plugin, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return false;
    }
    int64_t count = kit_variants_create(plugin, &variants);
    for (int64_t v = 0; v < count; v++) {
        if (variants[v].is_plan_only || rondo_plugin_check(plugin, variants[v].config, &error))
            continue;
        if (plugin->kind == RONDO_KIND_CELL)
            write_variant((const rondo_cell *)plugin, variants[v].config, v);
        else
            write_plain(plugin, variants[v].config, v);
    }
    kit_variants_destroy(variants, count);
    return fflush(stdout) == 0;
}

/* --- the other program --- */

/* PLUGINS/cells/x.so -> PLUGINS-double/cells/x.so, malloc'd. */
static char *twin_path(const char *path)
{
    rondo_text text = {0};
    char full[PATH_MAX];
    if (!realpath(path, full)) return NULL;
    char *file = strrchr(full, '/');
    *file = '\0';
    char *kind = strrchr(full, '/');
    if (kind) {
        *kind = '\0';
        rondo_text_add(&text, "%s-double/%s/%s", full, kind + 1, file + 1);
    }
    return text.data;
}

static char *double_program(void)
{
    rondo_text text = {0};
    char own[PATH_MAX];
    if (!rondo_file_program(own, sizeof own)) return NULL;
    rondo_text_add(&text, "%s_double", own);
    return text.data;
}

/* Starts the other program; *output is what it prints, or NULL: it prints where this one does. `arguments`
 * are what stands behind the plugin's name, and NULL. */
static pid_t start(const kit_twin *twin, char *const *arguments, FILE **output)
{
    enum { MOST = 1024 };
    char *words[MOST] = {twin->program, twin->path};
    int ends[2] = {-1, -1};
    for (int i = 0; arguments[i] && i + 3 < MOST; i++)
        words[i + 2] = arguments[i];
    fflush(stdout);
    if (output && pipe(ends) != 0) return -1;
    pid_t child = fork();
    if (child == 0) {
        if (output) {
            dup2(ends[1], STDOUT_FILENO);
            close(ends[0]);
            close(ends[1]);
        }
        execv(twin->program, words);
        _exit(127);
    }
    if (output) {
        close(ends[1]);
        *output = child > 0 ? fdopen(ends[0], "r") : NULL;
    }
    return child;
}

/* Its exit status, or -1: it ended in another way. */
static int wait_for(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void read_trace(kit_twin *twin, FILE *file)
{
    int64_t room = 0;
    for (;;) {
        if (twin->count == room) {
            room = room ? 2 * room : 1 << 16;
            twin->values = realloc(twin->values, (size_t)room * sizeof *twin->values);
            if (!twin->values) {
                fprintf(stderr, "no memory for the kit\n");
                exit(2);
            }
        }
        size_t got = fread(twin->values + twin->count, sizeof *twin->values,
                           (size_t)(room - twin->count), file);
        if (got == 0) return;
        twin->count += (int64_t)got;
    }
}

void kit_twin_start(kit_twin *twin, const char *path)
{
    FILE *output = NULL;
    *twin = (kit_twin){0};
    if (sizeof(rondo_real) == sizeof(double)) return;
    twin->path = twin_path(path);
    twin->program = double_program();
    if (!twin->program || access(twin->program, X_OK) != 0)
        twin->missing = "this rondo was built without double precision (RONDO_DOUBLE)";
    else if (!twin->path || !rondo_file_exists(twin->path))
        twin->missing = "the plugin was not built in double precision (../plugins-double)";
    if (twin->missing) return;
    static char word[] = "--trace";
    char *const words[] = {word, NULL};
    pid_t child = start(twin, words, &output);
    if (child < 0 || !output) {
        twin->missing = "the kit in double precision cannot be started";
        return;
    }
    read_trace(twin, output);
    fclose(output);
    twin->is_there = wait_for(child) == 0;
    if (!twin->is_there) twin->missing = "the plugin's double build crashes";
}

void kit_twin_finish(kit_twin *twin)
{
    free(twin->path);
    free(twin->program);
    free(twin->values);
    *twin = (kit_twin){0};
}

bool kit_twin_check(const kit_twin *twin, int64_t seconds)
{
    static char word[] = "--seconds";
    char number[32];
    char *const words[] = {word, number, NULL};
    if (!twin->path || !twin->program || !rondo_file_exists(twin->path) ||
        access(twin->program, X_OK) != 0)
        return true;
    snprintf(number, sizeof number, "%lld", (long long)seconds);
    pid_t child = start(twin, words, NULL);
    return child > 0 && wait_for(child) == 0;
}

int kit_twin_show_table(const kit_twin *twin, const char *const *options, int option_count)
{
    static char table[] = "--table", option[] = "--option";
    char **words = kit_allocate(2 * option_count + 2, sizeof *words);
    words[0] = table;
    for (int i = 0; i < option_count; i++) {
        words[2 * i + 1] = option;
        words[2 * i + 2] = rondo_text_copy(options[i]);
    }
    pid_t child = start(twin, words, NULL);
    int status = child > 0 ? wait_for(child) : -1;
    for (int i = 0; i < option_count; i++)
        free(words[2 * i + 2]);
    free(words);
    return status < 0 ? 1 : status;
}

/* --- comparison --- */

/* Where the twin's numbers of a variant begin, or NULL. */
static const double *find_variant(const kit_twin *twin, int64_t variant)
{
    int64_t at = 0;
    while (at + 2 <= twin->count && (int64_t)twin->values[at] != variant)
        at += 2 + (int64_t)twin->values[at + 1];
    return at + 2 <= twin->count ? twin->values + at : NULL;
}

static double largest_of(const double *values, int64_t count)
{
    double largest = 0;
    for (int64_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(values[i]));
    return largest;
}

/* The number of a range that is farthest off, beyond the bound; -1: none is. */
static int64_t worst_of(const double *ours, const double *theirs, int64_t start, int64_t count,
                        double largest)
{
    double limit = bound * largest_of(theirs + start, count) + floor_bound * largest, most = limit;
    int64_t worst = -1;
    for (int64_t i = start; i < start + count; i++) {
        double distance = fabs(ours[i] - theirs[i]);
        if (distance <= most) continue;
        most = distance;
        worst = i;
    }
    return worst;
}

/* What each draw has of a part. */
typedef struct drawn {
    trace ours[DRAWS];
    const double *theirs[DRAWS];
} drawn;

static bool compare_range(kit_report *kit, const drawn *s, int64_t start, int64_t count,
                          int64_t all_start, int64_t all, const char *what, const char *name)
{
    int64_t worst = -1;
    for (int d = 0; d < DRAWS; d++) {
        double largest = largest_of(s->theirs[d] + all_start, all);
        if (!(largest < most_comparable)) return true;
        worst = worst_of(s->ours[d].values, s->theirs[d], start, count, largest);
        if (worst < 0) return true;
    }
    return kit_fail(kit,
                    "%s %s differs from that of the double build: %.9g, in double precision %.9g "
                    "(number %lld; %lld steps)",
                    what, name, s->ours[DRAWS - 1].values[worst], s->theirs[DRAWS - 1][worst],
                    (long long)(worst - start), (long long)s->ours[0].problem.steps);
}

static void compare_shape(kit_report *kit, const drawn *s)
{
    const trace *t = &s->ours[0];
    bool good =
        compare_range(kit, s, 0, t->outputs, 0, t->outputs, "the state", t->problem.plan.states[0]);
    for (int64_t p = 0; good && p < t->problem.part_count; p++) {
        const kit_part *part = &t->problem.parts[p];
        char what[96];
        snprintf(what, sizeof what, "the gradient of %s", kit_part_role_text(part->role));
        compare_range(kit, s, t->outputs + part->start, part->count, t->outputs,
                      t->problem.value_count, what, part->name);
    }
}

static void compare_plain(kit_report *kit, const kit_twin *twin, const rondo_plugin *plugin,
                          const void *config, int64_t variant)
{
    double ours[KIT_TRACE];
    const double *theirs = find_variant(twin, variant);
    int64_t count = plain_trace(plugin, config, ours);
    if (!theirs || theirs[1] != (double)count) {
        kit_fail(kit, "%s has other options", twin->path);
        return;
    }
    theirs += 2;
    int64_t worst = worst_of(ours, theirs, 0, count, largest_of(theirs, count));
    if (worst >= 0)
        kit_fail(kit,
                 "%s differs from the double build's: %.9g, in double precision %.9g (number %lld)",
                 plugin->kind == RONDO_KIND_LOSS ? "a loss or its gradient"
                                                 : "a parameter after five updates",
                 ours[worst], theirs[worst], (long long)worst);
}

static void compare_cell(kit_report *kit, const kit_twin *twin, const rondo_plugin *plugin,
                         const void *config, int64_t variant)
{
    const double *at = find_variant(twin, variant), *end = twin->values + twin->count;
    for (int s = 0; s < SHAPES && kit->failures == 0; s++) {
        drawn both;
        bool fits = true;
        for (int d = 0; d < DRAWS; d++) {
            trace_start(&both.ours[d], (const rondo_cell *)plugin, config, s, d);
            int64_t count = both.ours[d].count;
            fits = fits && at && at + 2 + count <= end && at[0] == (double)variant &&
                   at[1] == (double)count;
            if (!fits) continue;
            both.theirs[d] = at + 2;
            at += 2 + count;
        }
        if (fits)
            compare_shape(kit, &both);
        else
            kit_fail(kit, "%s has other options or another plan", twin->path);
        for (int d = 0; d < DRAWS; d++)
            trace_finish(&both.ours[d]);
    }
}

void kit_twin_compare(kit_report *kit, const kit_twin *twin, const rondo_plugin *plugin,
                      const void *config, int64_t variant)
{
    if (!twin->is_there) return;
    if (plugin->kind == RONDO_KIND_CELL)
        compare_cell(kit, twin, plugin, config, variant);
    else if (plugin->kind == RONDO_KIND_LOSS || plugin->kind == RONDO_KIND_OPTIMIZER)
        compare_plain(kit, twin, plugin, config, variant);
}
