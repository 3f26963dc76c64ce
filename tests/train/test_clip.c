/* Clipping by value, by the norm of the whole gradient, and by the norm of each layer's. With plain
 * sgd, rate 1 and parameters of 0, the parameters after an update are minus the clipped gradient.
 */
#include "check.h"

#include <stdlib.h>

#include "model/network.h"
#include "support/registry.h"
#include "train/update.h"

static const char config[] = "behavior_version: 1\n"
                             "model: {input: {embedding: 3}, layers: [{cell: lstm, hidden: 60},\n"
                             "  {cell: gru, hidden: 4, bidirectional: true}]}\n"
                             "task: tagging\n"
                             "data: {path: text.txt, format: columns}\n"
                             "optimizer: {name: sgd, learning_rate: 1}\n";

enum { SYMBOLS = 30, CLASSES = 5 };

typedef struct subject {
    rondo_experiment *experiment;
    rondo_network *network;
    double *before, *after; /* mean gradient, what was taken off the parameters */
    rondo_update_report report;
} subject;

static double gradient_at(int64_t i)
{
    return sin(0.7 * (double)i) * (1 + (double)(i % 5));
}

/* One update of a gradient that is `divisor` times the mean, which is kept in `before`. */
static void apply(subject *s, int threads)
{
    const rondo_layout *layout = &s->network->layout;
    size_t size = (size_t)layout->size;
    static const double divisor = 16;
    rondo_real *parameters = calloc(size, sizeof *parameters);
    rondo_real *gradient = calloc(size, sizeof *gradient);
    rondo_updater updater;
    rondo_error error = {0};
    for (int64_t p = 0; p < layout->count; p++)
        for (int64_t i = 0; i < layout->parameters[p].rows * layout->parameters[p].columns; i++) {
            int64_t at = layout->parameters[p].offset + i;
            s->before[at] = gradient_at(at);
            gradient[at] = (rondo_real)(divisor * s->before[at]);
        }
    CHECK_INTEGER(rondo_updater_start(s->experiment, layout, threads, &updater, &error), RONDO_OK);
    s->report = rondo_updater_apply(&updater, parameters, gradient, NULL, divisor, 1, 1);
    for (size_t i = 0; i < size; i++)
        s->after[i] = -(double)parameters[i];
    rondo_updater_finish(&updater);
    free(parameters);
    free(gradient);
}

/* Of the parts whose name begins with `prefix`. */
static double norm(const subject *s, const double *values, const char *prefix)
{
    const rondo_layout *layout = &s->network->layout;
    double sum = 0;
    int64_t parts = 0;
    for (int64_t p = 0; p < layout->count; p++) {
        const rondo_parameter *part = &layout->parameters[p];
        if (strncmp(part->name, prefix, strlen(prefix)) != 0) continue;
        parts++;
        for (int64_t i = part->offset; i < part->offset + part->rows * part->columns; i++)
            sum += values[i] * values[i];
    }
    CHECK(parts > 0);
    return sqrt(sum);
}

static void check_direction(const subject *s, const char *prefix)
{
    const rondo_layout *layout = &s->network->layout;
    double ratio = norm(s, s->after, prefix) / norm(s, s->before, prefix);
    for (int64_t p = 0; p < layout->count; p++) {
        const rondo_parameter *part = &layout->parameters[p];
        if (strncmp(part->name, prefix, strlen(prefix)) != 0) continue;
        for (int64_t i = part->offset; i < part->offset + part->rows * part->columns; i++)
            CHECK_NEAR(s->after[i], ratio * s->before[i], 1e-12);
    }
}

static void global_scope(subject *s)
{
    double whole;
    s->experiment->clip = (rondo_clip_config){.norm = 3, .scope = RONDO_CLIP_GLOBAL};
    apply(s, 1);
    whole = norm(s, s->before, "");
    CHECK(whole > 3 && s->report.clipped);
    CHECK_NEAR(s->report.gradient_norm, whole, 1e-9);
    CHECK_NEAR(norm(s, s->after, ""), 3, 1e-12);
    check_direction(s, "");
    s->experiment->clip.norm = 2 * whole;
    apply(s, 1);
    CHECK(!s->report.clipped);
    CHECK_NEAR(norm(s, s->after, ""), whole, 1e-9);
}

static void layer_scope(subject *s)
{
    static const char *const groups[] = {"embedding", "layers/0", "layers/1", "readout"};
    double norms[4], whole;
    s->experiment->clip = (rondo_clip_config){.scope = RONDO_CLIP_LAYER};
    apply(s, 1);
    whole = norm(s, s->before, "");
    for (int g = 0; g < 4; g++)
        norms[g] = norm(s, s->before, groups[g]);
    /* Between the smallest and the others: two directions are one layer. */
    s->experiment->clip.norm = 1.2 * norms[3];
    CHECK(norms[3] < norms[0] && s->experiment->clip.norm < norms[0] && norms[0] < norms[1]);
    apply(s, 1);
    CHECK(s->report.clipped);
    CHECK_NEAR(s->report.gradient_norm, whole, 1e-9);
    for (int g = 0; g < 4; g++) {
        CHECK_NEAR(norm(s, s->after, groups[g]), fmin(norms[g], s->experiment->clip.norm), 1e-12);
        check_direction(s, groups[g]);
    }
}

static void value_before_norm(subject *s)
{
    double largest = 0;
    s->experiment->clip = (rondo_clip_config){.value = 0.25};
    apply(s, 1);
    for (int64_t i = 0; i < s->network->layout.size; i++)
        largest = fmax(largest, fabs(s->after[i]));
    CHECK(largest == 0.25 && s->report.clipped);
    CHECK_NEAR(s->report.gradient_norm, norm(s, s->after, ""), 1e-9);
    s->experiment->clip.value = 1e6;
    apply(s, 1);
    CHECK(!s->report.clipped);
}

static void threads_change_no_bit(subject *s)
{
    static const int counts[] = {2, 3, 5, 8};
    size_t bytes = (size_t)s->network->layout.size * sizeof(double);
    double *first = malloc(bytes);
    s->experiment->clip = (rondo_clip_config){.norm = 3, .scope = RONDO_CLIP_LAYER};
    apply(s, 1);
    memcpy(first, s->after, bytes);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        apply(s, counts[i]);
        CHECK(memcmp(first, s->after, bytes) == 0);
    }
    free(first);
}

static void clipping(void)
{
    const char *folder = RONDO_BINARY_DIR "/plugins-double";
    rondo_registry *registry = NULL;
    rondo_error error = {0};
    subject s = {0};
    CHECK_INTEGER(test_registry_create(folder, &registry, &error), RONDO_OK);
    CHECK_INTEGER(
        rondo_experiment_parse("test", ".", config, NULL, 0, registry, &s.experiment, &error),
        RONDO_OK);
    if (error.status) fprintf(stderr, "%s\n", error.text);
    if (!s.experiment) return;
    CHECK_INTEGER(rondo_network_create(s.experiment, SYMBOLS, CLASSES, NULL, &s.network, &error),
                  RONDO_OK);
    s.before = calloc((size_t)s.network->layout.size, sizeof *s.before);
    s.after = calloc((size_t)s.network->layout.size, sizeof *s.after);
    global_scope(&s);
    layer_scope(&s);
    value_before_norm(&s);
    threads_change_no_bit(&s);
    free(s.before);
    free(s.after);
    rondo_network_destroy(s.network);
    rondo_experiment_destroy(s.experiment);
    rondo_registry_destroy(registry);
}

int main(void)
{
    RUN(clipping);
    return check_end();
}
