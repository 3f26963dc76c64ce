/* Optimizers through the host's updater against optimizers.h5 (optimizers.py): a few updates of three
 * tensors, one of them larger than a slice, with any number of threads. */
#include "check.h"

#include <stdlib.h>

#include "cases.h"
#include "support/layout.h"
#include "support/options.h"
#include "train/update.h"

enum { STEPS = 8, EVERY = 29, TENSORS = 3 };

typedef struct golden_case {
    rondo_hdf5 *file;
    const char *name;
    rondo_experiment experiment; /* the optimizer alone */
    double rate, growth;         /* of the first update; from one to the next */
    rondo_layout layout;
    rondo_real *parameters, *weights; /* [layout.size] */
} golden_case;

static rondo_real fraction(int64_t i, int64_t seed)
{
    return (rondo_real)((i * 7919 + seed * 104729) % 2003 - 1001) / 1001;
}

static void make_layout(rondo_layout *layout)
{
    static const rondo_parameter parts[TENSORS] = {
        {.name = "embedding", .rows = 95, .columns = 90, .role = RONDO_ROLE_EMBEDDING},
        {.name = "weights", .rows = 6, .columns = 5, .role = RONDO_ROLE_INPUT_WEIGHTS},
        {.name = "biases", .rows = 1, .columns = 7, .role = RONDO_ROLE_BIASES}};
    test_layout_make(parts, TENSORS, layout);
}

/* Number i of tensor t becomes a fraction over `divisor`. */
static void fill(const rondo_layout *layout, rondo_real *values, int64_t seed, double divisor)
{
    for (int t = 0; t < TENSORS; t++) {
        const rondo_parameter *p = &layout->parameters[t];
        for (int64_t i = 0; i < p->rows * p->columns; i++)
            values[p->offset + i] = fraction(i, seed + t) / (rondo_real)divisor;
    }
}

/* The gradient of all updates; then weights are those to evaluate with. */
static void train(golden_case *g, int threads)
{
    size_t size = (size_t)g->layout.size;
    rondo_real *gradient = calloc(size, sizeof *gradient);
    rondo_error error = {0};
    rondo_updater updater;
    CHECK(!rondo_updater_start(&g->experiment, &g->layout, threads, &updater, &error));
    fill(&g->layout, g->parameters, 1, 1);
    for (int64_t step = 1; step <= STEPS; step++) {
        fill(&g->layout, gradient, 10 * step, 1 + (double)(step % 3));
        rondo_updater_apply(&updater, g->parameters, gradient, NULL, 1,
                            g->rate + g->growth * (double)(step - 1), step);
    }
    memcpy(g->weights, g->parameters, size * sizeof *gradient);
    if (rondo_updater_has_evaluation_weights(&updater))
        rondo_updater_evaluation_weights(&updater, g->parameters, STEPS, g->weights);
    rondo_updater_finish(&updater);
    free(gradient);
}

static void compare(const golden_case *g, const char *kind, const rondo_real *values)
{
    for (int t = 0; t < TENSORS; t++) {
        char path[512];
        double wanted[1000];
        rondo_error error = {0};
        rondo_hdf5_shape shape = {0};
        const rondo_parameter *p = &g->layout.parameters[t];
        int64_t every = t == 0 ? EVERY : 1, count = (p->rows * p->columns + every - 1) / every;
        snprintf(path, sizeof path, "%s/%s/%s", g->name, kind, p->name);
        CHECK(!rondo_hdf5_shape_of(g->file, path, &shape, &error));
        CHECK(shape.rank == 1 && shape.extent[0] == count);
        CHECK(!rondo_hdf5_read(g->file, path, RONDO_HDF5_FLOAT64, wanted, &error));
        double largest = 0;
        for (int64_t i = 0; i < count; i++)
            largest = fmax(largest, fabs((double)values[p->offset + i * every] - wanted[i]));
        if (largest > 1e-12) fprintf(stderr, "%s: differs by %g\n", path, largest);
        CHECK(largest <= 1e-12);
    }
}

static void check_case(golden_case *g)
{
    size_t bytes = (size_t)g->layout.size * sizeof(rondo_real);
    rondo_real *one = malloc(bytes);
    train(g, 1);
    compare(g, "trained", g->parameters);
    compare(g, "evaluated", g->weights);
    memcpy(one, g->parameters, bytes);
    for (int threads = 2; threads <= 5; threads++) {
        train(g, threads);
        CHECK(memcmp(one, g->parameters, bytes) == 0);
    }
    free(one);
}

static void run_case(rondo_registry *registry, rondo_hdf5 *file, const char *name)
{
    golden_case g = {.file = file, .name = name};
    char *optimizer = NULL, *options = NULL;
    const rondo_plugin *plugin = NULL;
    rondo_error error = {0};
    CHECK(!rondo_hdf5_get_text(file, name, "optimizer", &optimizer, &error));
    CHECK(!rondo_hdf5_get_text(file, name, "options", &options, &error));
    CHECK(!rondo_hdf5_get_real(file, name, "rate", &g.rate, &error));
    CHECK(!rondo_hdf5_get_real(file, name, "growth", &g.growth, &error));
    CHECK(!rondo_registry_find(registry, RONDO_KIND_OPTIMIZER, optimizer, &plugin, &error));
    if (error.status) fprintf(stderr, "%s\n", error.text);
    if (plugin) {
        void *config = test_options_read(plugin, options, " ");
        g.experiment.optimizer.optimizer = (const rondo_optimizer *)plugin;
        g.experiment.optimizer.options = config;
        make_layout(&g.layout);
        g.parameters = calloc((size_t)g.layout.size, sizeof *g.parameters);
        g.weights = calloc((size_t)g.layout.size, sizeof *g.weights);
        check_case(&g);
        free(g.parameters);
        free(g.weights);
        free(config);
        rondo_layout_finish(&g.layout);
    }
    free(optimizer);
    free(options);
}

static void all_cases(void)
{
    golden_run_cases(RONDO_SOURCE_DIR "/tests/golden/optimizers.h5", 10, run_case);
}

/* NT-AvSGD of AWD-LSTM on a line, by hand: with patience 2 the validations 5 4 3 3.5 4.5 begin the
 * average with the last one, the first that is worse than the best but two of those before it (4). */
static void trigger_of_averaging(void)
{
    static const double costs[] = {5, 4, 3, 3.5, 4.5};
    rondo_registry *registry = NULL;
    const rondo_plugin *plugin = NULL;
    rondo_error error = {0};
    CHECK(!test_registry_create(RONDO_BINARY_DIR "/plugins-double", &registry, &error));
    CHECK(!rondo_registry_find(registry, RONDO_KIND_OPTIMIZER, "asgd", &plugin, &error));
    if (!plugin) return;
    void *config = test_options_read(plugin, "patience=2", " ");
    golden_case g = {.rate = 1};
    rondo_updater updater;
    g.experiment.optimizer.optimizer = (const rondo_optimizer *)plugin;
    g.experiment.optimizer.options = config;
    make_layout(&g.layout);
    rondo_real *p = calloc((size_t)g.layout.size, sizeof *p);
    rondo_real *gradient = calloc((size_t)g.layout.size, sizeof *gradient);
    rondo_real *weights = calloc((size_t)g.layout.size, sizeof *weights);
    CHECK(!rondo_updater_start(&g.experiment, &g.layout, 2, &updater, &error));
    /* p[0] is -1, -2, -3 ..; of the first 10 updates every second one is followed by a validation. */
    for (int64_t step = 1; step <= 14; step++) {
        const rondo_validation seen = {costs[step > 10 ? 4 : (step - 1) / 2], false};
        gradient[0] = 1;
        rondo_updater_apply(&updater, p, gradient, NULL, 1, 1, step);
        if (step % 2 == 0 && step <= 10) rondo_updater_judge(&updater, step, &seen);
        rondo_updater_evaluation_weights(&updater, p, step, weights);
        CHECK_NEAR((double)p[0], -(double)step, 0);
        /* Begun at step 10, updates 11 and on are averaged, but for torch's first one: 12 is a mean of
         * itself, 13 one of 12 and 13. */
        static const double means[] = {-11, -12, -12.5, -13};
        CHECK_NEAR((double)weights[0], step <= 10 ? -(double)step : means[step - 11], 1e-12);
    }
    rondo_updater_finish(&updater);
    free(p);
    free(gradient);
    free(weights);
    free(config);
    rondo_layout_finish(&g.layout);
    rondo_registry_destroy(registry);
}

int main(void)
{
    RUN(all_cases);
    RUN(trigger_of_averaging);
    return check_end();
}
