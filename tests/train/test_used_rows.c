/* Rows of an embedding that a minibatch does not use are left out of an update: the bits are those of an update with
 * gradients of 0 there, and what stands in the gradient is not read. */
#include "model/used_rows.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "support/layout.h"
#include "support/options.h"
#include "support/registry.h"
#include "train/update.h"

enum { ROWS = 300, STEPS = 5, TENSORS = 3, EMBEDDING = 1, MOST_USED = 40 };

static rondo_registry *registry;

static int64_t draw(int64_t i, int64_t below)
{
    return (i * 7919 + 104729) % 2003 % below;
}

static rondo_real fraction(int64_t i)
{
    return (rondo_real)(draw(i, 2003) - 1001) / 1001;
}

static bool has_gradient(const rondo_used_rows *used, int64_t at)
{
    if (!used || at < used->offset || at >= used->offset + used->rows * used->columns) return true;
    return used->is_used[(at - used->offset) / used->columns];
}

/* Every number of [from, end), once. */
static void check_spans(const rondo_used_rows *used, int64_t from, int64_t end)
{
    int64_t at = from;
    rondo_parameter_span span = rondo_used_rows_span(used, from, end);
    for (; span.count > 0; span = rondo_used_rows_span(used, at, end)) {
        for (; at < span.first; at++)
            CHECK(!has_gradient(used, at));
        for (; at < span.first + span.count; at++)
            CHECK(has_gradient(used, at));
    }
    CHECK(span.first == end);
    for (; at < end; at++)
        CHECK(!has_gradient(used, at));
    CHECK(at == end);
}

static void spans_of_every_range(void)
{
    static const uint8_t some[10] = {0, 1, 1, 1, 0, 0, 1, 0, 1, 0};
    static const uint8_t ends[10] = {1, 0, 0, 0, 0, 0, 0, 0, 0, 1}, none[10] = {0};
    const rondo_used_rows lists[] = {
        {5, 10, 3, some}, {0, 10, 3, ends}, {5, 10, 3, none}, {0, 10, 1, some}};
    for (int64_t end = 0; end <= 45; end++)
        for (int64_t from = 0; from <= end; from++) {
            check_spans(NULL, from, end);
            for (int i = 0; i < 4; i++)
                check_spans(&lists[i], from, end);
        }
}

/* Biases before the embedding, so that its offset is not 0, and weights behind. */
static void make_layout(rondo_layout *layout, int64_t columns)
{
    const rondo_parameter parts[TENSORS] = {
        {.name = "biases", .rows = 1, .columns = 21, .role = RONDO_ROLE_BIASES},
        {.name = "embedding", .rows = ROWS, .columns = columns, .role = RONDO_ROLE_EMBEDDING},
        {.name = "weights", .rows = 60, .columns = 50, .role = RONDO_ROLE_INPUT_WEIGHTS}};
    *layout = (rondo_layout){0};
    test_layout_make(parts, TENSORS, layout);
}

static rondo_experiment experiment_of(const char *optimizer, const char *options)
{
    const rondo_plugin *plugin = NULL;
    rondo_error error = {0};
    CHECK(!rondo_registry_find(registry, RONDO_KIND_OPTIMIZER, optimizer, &plugin, &error));
    rondo_experiment experiment = {0};
    experiment.optimizer.optimizer = (const rondo_optimizer *)plugin;
    experiment.optimizer.options = test_options_read(plugin, options, " ");
    return experiment;
}

/* Gradients of step `step`; `unused` stands where unused rows have theirs. */
static void fill_gradient(const rondo_layout *layout, const rondo_used_rows *used, int64_t step,
                          rondo_real unused, rondo_real *gradient)
{
    for (int t = 0; t < TENSORS; t++) {
        const rondo_parameter *p = &layout->parameters[t];
        for (int64_t i = p->offset; i < p->offset + p->rows * p->columns; i++)
            gradient[i] = has_gradient(used, i) ? fraction(i + 31 * step) : unused;
    }
}

static void draw_rows(const rondo_layout *layout, int64_t step, uint8_t *is_used,
                      rondo_used_rows *used)
{
    const rondo_parameter *p = &layout->parameters[EMBEDDING];
    memset(is_used, 0, ROWS);
    for (int64_t n = 0; n < MOST_USED; n++)
        is_used[draw(n + 17 * step, n % 3 == 0 ? 8 : ROWS)] = 1;
    *used = (rondo_used_rows){p->offset, p->rows, p->columns, is_used};
}

typedef struct trained {
    rondo_real *parameters;
    rondo_updater updater;
    double norms[STEPS];
    bool clipped[STEPS];
} trained;

static void train(const rondo_experiment *experiment, const rondo_layout *layout, int threads,
                  bool leaves_out, trained *out)
{
    size_t size = (size_t)layout->size;
    rondo_real *gradient = calloc(size, sizeof *gradient);
    rondo_error error = {0};
    out->parameters = calloc(size, sizeof *out->parameters);
    CHECK(!rondo_updater_start(experiment, layout, threads, &out->updater, &error));
    for (size_t i = 0; i < size; i++)
        out->parameters[i] = fraction((int64_t)i + 3);
    for (int64_t step = 0; step < STEPS; step++) {
        uint8_t is_used[ROWS];
        rondo_used_rows used;
        draw_rows(layout, step, is_used, &used);
        fill_gradient(layout, &used, step, leaves_out ? (rondo_real)NAN : 0, gradient);
        const rondo_update_report report = rondo_updater_apply(
            &out->updater, out->parameters, gradient, leaves_out ? &used : NULL, 4, 0.3, step + 1);
        out->norms[step] = report.gradient_norm;
        out->clipped[step] = report.clipped;
    }
    free(gradient);
}

static void finish(trained *t)
{
    rondo_updater_finish(&t->updater);
    free(t->parameters);
}

static void check_same(const rondo_layout *layout, const trained *a, const trained *b)
{
    size_t bytes = (size_t)layout->size * sizeof(rondo_real);
    CHECK(memcmp(a->parameters, b->parameters, bytes) == 0);
    CHECK(memcmp(a->norms, b->norms, sizeof a->norms) == 0);
    CHECK(memcmp(a->clipped, b->clipped, sizeof a->clipped) == 0);
    for (int32_t i = 0; i < a->updater.plan.slot_count; i++)
        CHECK(memcmp(a->updater.slots[i], b->updater.slots[i], bytes) == 0);
    CHECK(isfinite(a->norms[STEPS - 1]) && a->norms[STEPS - 1] > 0);
}

static void same_bits(const char *optimizer, const char *options)
{
    static const int64_t widths[] = {1, 7, 16, 200};
    static const rondo_clip_config clips[] = {{0}, {.norm = 0.5}, {.value = 0.05}};
    rondo_experiment experiment = experiment_of(optimizer, options);
    for (int w = 0; w < 4; w++)
        for (int c = 0; c < 3; c++) {
            rondo_layout layout;
            trained whole, some;
            experiment.clip = clips[c];
            make_layout(&layout, widths[w]);
            train(&experiment, &layout, 1, false, &whole);
            CHECK(rondo_updater_takes_used_rows(&whole.updater));
            CHECK(whole.clipped[0] == (c > 0));
            for (int threads = 1; threads <= 3; threads += 2) {
                train(&experiment, &layout, threads, true, &some);
                check_same(&layout, &whole, &some);
                finish(&some);
            }
            finish(&whole);
            rondo_layout_finish(&layout);
        }
    free((void *)(uintptr_t)experiment.optimizer.options);
}

static void leaving_out_changes_no_bit(void)
{
    same_bits("sgd", "");
    same_bits("adagrad", "");
}

/* Where they move without a gradient, too. */
static void unused_rows_move(void)
{
    static const char *const cases[][2] = {{"sgd", "momentum=0.9"},
                                           {"sgd", "weight_decay=0.1"},
                                           {"adagrad", "weight_decay=0.1"},
                                           {"adam", ""},
                                           {"rmsprop", ""},
                                           {"schedule_free", ""},
                                           {"adadelta", ""},
                                           {"lion", ""},
                                           {"nadam", ""},
                                           {"asgd", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        same_bits(cases[i][0], cases[i][1]);
}

static void tensors_that_are_looked_at_are_whole(void)
{
    static const char *const names[] = {"lamb", "adafactor"};
    rondo_layout layout;
    make_layout(&layout, 7);
    for (int i = 0; i < 2; i++) {
        rondo_experiment experiment = experiment_of(names[i], "");
        rondo_updater updater;
        rondo_error error = {0};
        CHECK(!rondo_updater_start(&experiment, &layout, 1, &updater, &error));
        CHECK(!rondo_updater_takes_used_rows(&updater));
        rondo_updater_finish(&updater);
        free((void *)(uintptr_t)experiment.optimizer.options);
    }
    rondo_layout_finish(&layout);
}

int main(void)
{
    CHECK(!test_registry_create(RONDO_BINARY_DIR "/plugins", &registry, &(rondo_error){0}));
    RUN(spans_of_every_range);
    RUN(leaving_out_changes_no_bit);
    RUN(unused_rows_move);
    RUN(tensors_that_are_looked_at_are_whole);
    rondo_registry_destroy(registry);
    return check_end();
}
