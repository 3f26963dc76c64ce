/* Gates whose units share weights, and those that read means of their source: the network is that of a cell
 * without groups whose weights repeat, and the gradient of what is shared is the sum of what the other
 * network's weights get. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "support/fixture.h"

enum { INPUT = 3, SYMBOLS = 6, CLASSES = 4, HIDDEN = 6, GATES = 3, CANDIDATE = 2 };
static const int64_t lengths[] = {6, 4, 4, 1};

/* By gate of a GRU, reset after the product. */
typedef struct grouping {
    int32_t unit[GATES], source[GATES];
} grouping;

static grouping chosen;
static void (*sound_plan)(const void *config, rondo_cell_plan *plan);

static void grouped_plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    for (int g = 0; g < GATES; g++) {
        plan->stages[0].gates[g].unit_group = chosen.unit[g];
        plan->stages[0].gates[g].source_group = chosen.source[g];
    }
}

static fixture_spec spec_of(int input_kind)
{
    return (fixture_spec){.cell = "gru",
                          .options = "reset_after=true",
                          .loss = "softmax_cross_entropy",
                          .input_kind = input_kind,
                          .input_width = input_kind == RONDO_INPUT_VALUES ? INPUT : SYMBOLS,
                          .embedding = INPUT,
                          .output_width = CLASSES,
                          .layers = 2,
                          .hidden = HIDDEN,
                          .bidirectional = true,
                          .initialization = RONDO_UNIFORM,
                          .scale = 0.7};
}

/* The fixture's network anew, with groups. */
static rondo_status replan(fixture *f, rondo_cell *cell, rondo_error *error)
{
    *cell = *f->experiment.model.layers[0].cell;
    sound_plan = cell->plan;
    cell->plan = grouped_plan;
    return fixture_replan(f, cell, error);
}

/* Where the network with groups has an element of a parameter of the network without, and by what it is
 * divided. */
typedef struct place {
    int64_t at;
    double divisor;
} place;

enum { W, U, B, B_RECURRENT, PARTS };

static place place_of(const rondo_layout *narrow, const rondo_parameter *p, int64_t row,
                      int64_t column)
{
    static const char *const parts[PARTS] = {"input_weights", "recurrent_weights", "biases",
                                             "recurrent_biases"};
    static const char *const gates[GATES] = {"reset_gate", "update_gate", "candidate"};
    char name[RONDO_MAX_PARAMETER_NAME + 64];
    const char *last = strrchr(p->name, '/') + 1;
    place to = {.divisor = 1};
    int part = 0;
    while (part < PARTS && strcmp(last, parts[part]) != 0)
        part++;
    snprintf(name, sizeof name, "%s", p->name);
    if (part < PARTS && strstr(p->name, "layers/")) {
        int64_t gate = part == B_RECURRENT ? CANDIDATE : column / HIDDEN, before = 0;
        bool is_own = chosen.unit[gate] > 1 || (part == U && chosen.source[gate] > 1);
        for (int64_t g = 0; g < gate && part != B_RECURRENT; g++)
            before += !(chosen.unit[g] > 1 || (part == U && chosen.source[g] > 1));
        int64_t unit = column % HIDDEN;
        column = before * HIDDEN + unit;
        if (is_own) {
            int64_t sources = part == U && chosen.source[gate] > 1 ? chosen.source[gate] : 1;
            snprintf(name, sizeof name, "%s_%s", p->name, gates[gate]);
            column = chosen.unit[gate] > 1 ? unit / chosen.unit[gate] : unit;
            row /= sources;
            to.divisor = (double)sources;
        }
    }
    int64_t index = rondo_layout_find(narrow, name);
    CHECK(index >= 0);
    if (index < 0) {
        fprintf(stderr, "no %s\n", name);
        return to;
    }
    const rondo_parameter *q = &narrow->parameters[index];
    CHECK(row < q->rows && column < q->columns);
    to.at = q->offset + row * q->columns + column;
    return to;
}

/* Every element of the network without groups: its value, or what its gradient gives. */
static void visit(const fixture *wide, const fixture *narrow, double *sums)
{
    for (int64_t i = 0; i < wide->network->layout.count; i++) {
        const rondo_parameter *p = &wide->network->layout.parameters[i];
        for (int64_t row = 0; row < p->rows; row++)
            for (int64_t column = 0; column < p->columns; column++) {
                const place to = place_of(&narrow->network->layout, p, row, column);
                int64_t from = p->offset + row * p->columns + column;
                if (sums)
                    sums[to.at] += (double)wide->gradient[from] / to.divisor;
                else
                    wide->parameters[from] =
                        (rondo_real)((double)narrow->parameters[to.at] / to.divisor);
            }
    }
}

static double loss_of(const fixture *f, int threads)
{
    static const int64_t sources[] = {3, 5, 1, 2};
    return fixture_train(f, 4, lengths, sources, threads);
}

static void check_same(const fixture_spec *spec, grouping groups)
{
    rondo_cell cell;
    rondo_error error = {0};
    fixture *wide = fixture_create(spec), *narrow = fixture_create(spec);
    chosen = groups;
    CHECK(!replan(narrow, &cell, &error));
    CHECK_TEXT(error.text, "");
    const rondo_layout *layout = &narrow->network->layout;
    CHECK(layout->trainable < wide->network->layout.trainable);
    visit(wide, narrow, NULL);
    CHECK_NEAR(loss_of(wide, 1), loss_of(narrow, 2), 1e-12);
    double *sums = calloc((size_t)layout->size, sizeof *sums);
    visit(wide, narrow, sums);
    for (int64_t i = 0; i < layout->size; i++)
        CHECK_NEAR((double)narrow->gradient[i], sums[i], 1e-12);
    free(sums);
    fixture_destroy(wide);
    fixture_destroy(narrow);
}

static const grouping of_units = {{0, 1, 2}, {0}};
static const grouping of_all_units = {{3, 2, 6}, {0}};
static const grouping of_sources = {{0}, {2, 0, 3}};
static const grouping of_both = {{3, 0, 2}, {2, 6, 2}};

static void weights_repeat(void)
{
    static const int kinds[] = {RONDO_INPUT_EMBEDDING, RONDO_INPUT_ONE_HOT, RONDO_INPUT_VALUES};
    for (int i = 0; i < 3; i++) {
        fixture_spec spec = spec_of(kinds[i]);
        check_same(&spec, of_units);
        check_same(&spec, of_all_units);
        check_same(&spec, of_sources);
        check_same(&spec, of_both);
    }
}

static void encoder_decoder(void)
{
    fixture_spec spec = spec_of(RONDO_INPUT_EMBEDDING);
    spec.translation = true;
    spec.layers = 1;
    spec.decoder_hidden = HIDDEN;
    spec.bridge = RONDO_BRIDGE_PROJECTION;
    check_same(&spec, of_both);
}

/* By hand: of the reset gate H/3 columns, of the update gate H, of the candidate H/2, and for means rows
 * H/2, H/6 and H/2 of U. */
static void counts(void)
{
    rondo_cell cell;
    rondo_error error = {0};
    fixture_spec spec = spec_of(RONDO_INPUT_VALUES);
    spec.layers = 1;
    spec.bidirectional = false;
    fixture *f = fixture_create(&spec);
    chosen = of_both;
    CHECK(!replan(f, &cell, &error));
    int64_t columns = 2 + 6 + 3, recurrent = 3 * 2 + 1 * 6 + 3 * 3;
    CHECK_INTEGER(f->network->layout.trainable,
                  INPUT * columns + recurrent + columns + 3 + HIDDEN * CLASSES + CLASSES);
    fixture_destroy(f);
}

static void check_refused(int64_t hidden, const char *sentence)
{
    rondo_cell cell;
    rondo_error error = {0};
    fixture_spec spec = spec_of(RONDO_INPUT_VALUES);
    spec.hidden = hidden;
    fixture *f = fixture_create(&spec);
    CHECK_INTEGER(replan(f, &cell, &error), RONDO_USAGE);
    CHECK_TEXT(error.text, sentence);
    fixture_destroy(f);
}

static void widths_that_groups_do_not_divide(void)
{
    chosen = of_units;
    check_refused(5,
                  "model.layers.0.hidden: units of cell gru share weights, 2 at a time, and 5 is "
                  "no multiple of that: write hidden: 4 or 6");
    chosen = of_both;
    check_refused(9,
                  "model.layers.0.hidden: units of cell gru share weights, 6 at a time, and 9 is "
                  "no multiple of that: write hidden: 6 or 12");
    check_refused(4,
                  "model.layers.0.hidden: units of cell gru share weights, 6 at a time, and 4 is "
                  "no multiple of that: write hidden: 6");
}

/* A context would give each unit of a group a number of its own. */
static void context_at_every_step(void)
{
    rondo_cell cell;
    rondo_error error = {0};
    fixture_spec spec = spec_of(RONDO_INPUT_EMBEDDING);
    spec.translation = true;
    spec.layers = 1;
    spec.decoder_hidden = HIDDEN;
    spec.bridge = RONDO_BRIDGE_PROJECTION;
    spec.context = RONDO_CONTEXT_EVERY_STEP;
    fixture *f = fixture_create(&spec);
    chosen = of_units;
    CHECK_INTEGER(replan(f, &cell, &error), RONDO_USAGE);
    CHECK_TEXT(
        error.text,
        "model.decoder.context: every_step adds to all gates of the first layer, and cell gru "
        "has gates that read no input or have no bias, or whose units share them: write "
        "context: initial, or another cell");
    fixture_destroy(f);
}

int main(void)
{
    RUN(weights_repeat);
    RUN(encoder_decoder);
    RUN(counts);
    RUN(widths_that_groups_do_not_divide);
    RUN(context_at_every_step);
    return check_end();
}
