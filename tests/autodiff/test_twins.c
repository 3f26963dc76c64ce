/* Shipped cells, whose derivatives were taken by hand, and the same equations by rondo/autodiff.h: the loss and the
 * gradient of every parameter, input and initial state agree to 1e-12 in double precision. */
#include "check.h"
#include "kit/reference.h"
#include "plugin/options.h"
#include "plugin/registry.h"

#include <stdlib.h>

typedef struct twin {
    const char *by_hand, *options_by_hand; /* "name=value", or NULL */
    const char *by_equations, *options;
} twin;

static const twin twins[] = {
    {"lstm", NULL, "autodiff_lstm", NULL},
    {"lstm", "peephole=true", "autodiff_lstm", "peephole=true"},
    {"lstm", "peephole=true peephole_output=previous", "autodiff_lstm",
     "peephole=true peephole_output=previous"},
    {"gru", NULL, "autodiff_gru", NULL},
    {"gru", "reset_after=true", "autodiff_gru", "reset_after=true"},
    {"fast_rnn", NULL, "autodiff_fast_rnn", NULL},
    {"fast_rnn", "activation=relu", "autodiff_fast_rnn", "activation=relu"},
    {"sru", "projection=false", "autodiff_sru", NULL},
    {"layer_norm_lstm", NULL, "autodiff_layer_norm_lstm", NULL},
    {"layer_norm_lstm", "epsilon=0.5", "autodiff_layer_norm_lstm", "epsilon=0.5"},
};

/* Less and more than a chunk, ragged; several chunks, the last of which is cut; one unit; a row that is too long to be
 * kept from pass to pass. */
static const kit_shape shapes[] = {
    {.rows = 6, .input = 5, .hidden = 37, .gap = 3, .lengths = {5, 5, 4, 2, 1, 1}},
    {.rows = 2, .input = 3, .hidden = 150, .lengths = {6, 4}},
    {.rows = 1, .input = 1, .hidden = 1, .lengths = {3}},
    {.rows = 2, .input = 2, .hidden = 330, .lengths = {3, 2}},
};

static const rondo_cell *load(const char *folder, const char *name)
{
    char path[1024];
    const rondo_plugin *plugin = NULL;
    rondo_error error = {0};
    snprintf(path, sizeof path, "%s/%s.so", folder, name);
    if (rondo_plugin_load(path, RONDO_KIND_CELL, &plugin, &error))
        fprintf(stderr, "%s\n", error.text);
    CHECK(plugin);
    return (const rondo_cell *)plugin;
}

static void *config_of(const rondo_cell *cell, const char *options)
{
    char *config = calloc(1, cell->head.config_size + 1), words[256];
    rondo_options_default(cell->head.options, config);
    snprintf(words, sizeof words, "%s", options ? options : "");
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        char *sign = strchr(word, '=');
        rondo_text reason = {0};
        *sign = '\0';
        const rondo_option *option = rondo_options_find(cell->head.options, word);
        CHECK(option && rondo_options_set(option, config, sign + 1, &reason));
        rondo_text_finish(&reason);
    }
    return config;
}

/* A pass with random numbers, which are the same for both. Returns how many there are. */
static int64_t run(const rondo_cell *cell, const void *config, const kit_shape *shape, double *loss,
                   rondo_real **gradient)
{
    static kit_problem problem;
    static kit_pass pass;
    kit_problem_start(&problem, cell, config, shape, 7);
    kit_pass_start(&pass, &problem);
    kit_forward(&problem, &pass, (kit_tiling){0, 0});
    kit_backward(&problem, &pass, (kit_tiling){0, 0});
    *loss = kit_loss(&problem, &pass);
    *gradient = calloc((size_t)problem.value_count, sizeof **gradient);
    kit_gradient(&problem, &pass, *gradient);
    int64_t count = problem.value_count;
    kit_pass_finish(&pass);
    kit_problem_finish(&problem);
    return count;
}

static void compare(const twin *pair, const kit_shape *shape)
{
    const rondo_cell *by_hand = load(RONDO_BINARY_DIR "/plugins-double/cells", pair->by_hand);
    const rondo_cell *by_equations = load(TWINS, pair->by_equations);
    if (!by_hand || !by_equations) return;
    void *first = config_of(by_hand, pair->options_by_hand);
    void *second = config_of(by_equations, pair->options);
    rondo_real *want, *got;
    double loss, other, largest = 0;
    int64_t count = run(by_hand, first, shape, &loss, &want);
    CHECK_INTEGER(run(by_equations, second, shape, &other, &got), count);
    CHECK_NEAR(other, loss, 1e-12);
    for (int64_t i = 0; i < count; i++) {
        CHECK_NEAR(got[i], want[i], 1e-12);
        largest = fmax(largest, fabs(want[i]));
    }
    CHECK(largest > 1e-3);
    free(first);
    free(second);
    free(want);
    free(got);
}

static void test_twins(void)
{
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++)
        for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++)
            compare(&twins[i], &shapes[s]);
}

int main(void)
{
    RUN(test_twins);
    return check_end();
}
