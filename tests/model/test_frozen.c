/* What a cell's plan freezes: parameters behind all that is trained, without gradient; the gradient of
 * everything else is as if nothing were frozen. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "support/fixture.h"

enum { INPUT = 3, SYMBOLS = 6, CLASSES = 4, HIDDEN = 5 };
static const int64_t lengths[] = {6, 4, 4, 1};

static void (*sound_plan)(const void *config, rondo_cell_plan *plan);

static void (*sound_gradient)(const void *config, const rondo_cell_tile *tile,
                              rondo_real *const *d_unit_parameters);

/* The LSTM's own function knows nothing of frozen peepholes: it adds theirs to what nobody reads. */
static void gradient_of_the_rest(const void *config, const rondo_cell_tile *tile,
                                 rondo_real *const *d_unit_parameters)
{
    rondo_real unread[HIDDEN] = {0}, *all[3];
    for (int i = 0; i < 3; i++) {
        CHECK((d_unit_parameters[i] == NULL) == (i == 2));
        all[i] = d_unit_parameters[i] ? d_unit_parameters[i] : unread;
    }
    sound_gradient(config, tile, all);
}

/* Of an LSTM with peepholes: the forget gate, and the output gate's peephole. */
static void frozen_plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[1].flags |= RONDO_GATE_FROZEN;
    plan->unit_parameters[2].flags |= RONDO_PARAMETER_FROZEN;
}

/* Of a GRU, reset after the product: the candidate, whose U h is separate, with a recurrent bias. */
static void frozen_candidate(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[2].flags |= RONDO_GATE_FROZEN;
}

static fixture_spec spec_of(const char *cell, const char *options, int input_kind, bool translation)
{
    return (fixture_spec){.cell = cell,
                          .options = options,
                          .loss = "softmax_cross_entropy",
                          .input_kind = input_kind,
                          .input_width = input_kind == RONDO_INPUT_VALUES ? INPUT : SYMBOLS,
                          .embedding = INPUT,
                          .output_width = CLASSES,
                          .layers = 2,
                          .hidden = HIDDEN,
                          .bidirectional = true,
                          .initialization = RONDO_UNIFORM,
                          .scale = 0.7,
                          .translation = translation,
                          .decoder_hidden = HIDDEN,
                          .bridge = RONDO_BRIDGE_PROJECTION,
                          .context = RONDO_CONTEXT_EVERY_STEP};
}

/* The fixture's network anew, with another plan of its cell. */
static void replan(fixture *f, rondo_cell *cell, void (*plan)(const void *, rondo_cell_plan *))
{
    rondo_error error = {0};
    *cell = *f->experiment.model.layers[0].cell;
    sound_plan = cell->plan;
    cell->plan = plan;
    sound_gradient = cell->unit_parameter_gradient;
    if (plan == frozen_plan) cell->unit_parameter_gradient = gradient_of_the_rest;
    CHECK(!fixture_replan(f, cell, &error));
    if (error.status) fprintf(stderr, "%s\n", error.text);
}

/* The gate block that stands at a column of a parameter of the network with nothing frozen, and where it
 * stands in that of the other network: a parameter of another name, or the same, with fewer columns. */
typedef struct place {
    char name[RONDO_MAX_PARAMETER_NAME];
    int64_t column;
} place;

static place place_of(const rondo_parameter *p, int64_t block, int64_t frozen,
                      int64_t first_separate)
{
    static const char *const parts[] = {"recurrent_weights", "recurrent_biases", "input_weights",
                                        "biases"};
    place at = {.column = block * HIDDEN};
    const char *last = strrchr(p->name, '/') + 1;
    snprintf(at.name, sizeof at.name, "%s", p->name);
    for (int i = 0; i < 4; i++) {
        if (strcmp(last, parts[i]) != 0) continue;
        if (i == 1) block += first_separate;
        char *end = at.name + (last - p->name);
        size_t room = sizeof at.name - (size_t)(last - p->name);
        if (block == frozen) {
            at.column = 0;
            if (i == 0)
                snprintf(end, room, "recurrent_weights_%s",
                         frozen == 1 ? "forget_gate" : "candidate");
            else
                snprintf(end, room, "frozen_%s", parts[i]);
        } else if (block > frozen) {
            at.column -= HIDDEN;
        }
    }
    return at;
}

/* Block `block` of a parameter of `from`, there and in `to`: copied, or compared. */
static void visit(const fixture *from, const rondo_parameter *p, int64_t block, int64_t width,
                  const fixture *to, int64_t frozen, int64_t first_separate, bool compare)
{
    const place at = place_of(p, block, frozen, first_separate);
    int64_t index = rondo_layout_find(&to->network->layout, at.name);
    CHECK(index >= 0);
    if (index < 0) {
        fprintf(stderr, "no %s\n", at.name);
        return;
    }
    const rondo_parameter *q = &to->network->layout.parameters[index];
    bool is_trained = index < to->network->layout.trained_count;
    bool should_be = !strstr(at.name, "frozen_") && !strstr(at.name, "recurrent_weights_") &&
                     !(frozen == 1 && strstr(at.name, "output_peephole"));
    CHECK(is_trained == should_be);
    for (int64_t row = 0; row < p->rows; row++)
        for (int64_t j = 0; j < width; j++) {
            int64_t here = p->offset + row * p->columns + block * HIDDEN + j;
            int64_t there = q->offset + row * q->columns + at.column + j;
            if (!compare)
                to->parameters[there] = from->parameters[here];
            else if (is_trained)
                CHECK_NEAR((double)to->gradient[there], (double)from->gradient[here], 1e-13);
        }
}

static void visit_all(const fixture *from, const fixture *to, int64_t frozen,
                      int64_t first_separate, bool compare)
{
    for (int64_t i = 0; i < from->network->layout.count; i++) {
        const rondo_parameter *p = &from->network->layout.parameters[i];
        bool by_gates = strstr(p->name, "/forward/") || strstr(p->name, "/backward/");
        if (!by_gates) {
            visit(from, p, 0, p->columns, to, frozen, first_separate, compare);
            continue;
        }
        for (int64_t block = 0; block * HIDDEN < p->columns; block++)
            visit(from, p, block, HIDDEN, to, frozen, first_separate, compare);
    }
}

static double loss_of(const fixture *f, int threads)
{
    static const int64_t sources[] = {3, 5, 1, 2};
    return fixture_train(f, 4, lengths, sources, threads);
}

static void check_same(const fixture_spec *spec, void (*plan)(const void *, rondo_cell_plan *),
                       int64_t frozen, int64_t first_separate)
{
    rondo_cell cell;
    fixture *all = fixture_create(spec), *some = fixture_create(spec);
    replan(some, &cell, plan);
    visit_all(all, some, frozen, first_separate, false);
    CHECK(all->network->layout.trainable > some->network->layout.trainable);
    CHECK(some->network->layout.count > some->network->layout.trained_count);
    CHECK_NEAR(loss_of(all, 1), loss_of(some, 2), 1e-13);
    visit_all(all, some, frozen, first_separate, true);
    fixture_destroy(all);
    fixture_destroy(some);
}

static void the_rest_is_as_before(void)
{
    static const int kinds[] = {RONDO_INPUT_EMBEDDING, RONDO_INPUT_ONE_HOT, RONDO_INPUT_VALUES};
    for (int i = 0; i < 3; i++) {
        fixture_spec lstm = spec_of("lstm", "peephole=true", kinds[i], false);
        fixture_spec gru = spec_of("gru", "reset_after=true", kinds[i], false);
        check_same(&lstm, frozen_plan, 1, 0);
        check_same(&gru, frozen_candidate, 2, 2);
    }
}

/* The encoder's constants stand behind the decoder's parameters, bridges and context. */
static void encoder_decoder(void)
{
    fixture_spec lstm = spec_of("lstm", "peephole=true", RONDO_INPUT_EMBEDDING, true);
    lstm.layers = 1;
    lstm.decoder_hidden = HIDDEN;
    check_same(&lstm, frozen_plan, 1, 0);
}

/* A reservoir: nothing of the layers is trained. 10 units to 4 classes and 4 biases are; of the layers,
 * forward and backward, W, U and b are not. */
static void reservoir(void)
{
    fixture_spec spec = spec_of("echo_state", "leak=0.7", RONDO_INPUT_VALUES, false);
    fixture *f = fixture_create(&spec);
    const rondo_layout *layout = &f->network->layout;
    CHECK_INTEGER(layout->trainable, 2 * HIDDEN * CLASSES + CLASSES);
    CHECK_INTEGER(layout->trained_count, 2);
    CHECK_INTEGER(layout->count, 2 + 4 * 3);
    for (int64_t i = layout->trained_size; i < layout->size; i++)
        f->gradient[i] = 77;
    loss_of(f, 2);
    for (int64_t i = layout->trained_size; i < layout->size; i++)
        CHECK(f->gradient[i] == 77);
    int64_t input = rondo_layout_find(layout, "layers/0/forward/frozen_input_weights");
    int64_t recurrent = rondo_layout_find(layout, "layers/1/backward/recurrent_weights_hidden");
    CHECK(input >= 2 && recurrent >= 2);
    if (input >= 0) CHECK(f->parameters[layout->parameters[input].offset] != 0);
    if (recurrent >= 0) CHECK(f->parameters[layout->parameters[recurrent].offset] != 0);
    fixture_destroy(f);
}

int main(void)
{
    RUN(the_rest_is_as_before);
    RUN(encoder_decoder);
    RUN(reservoir);
    return check_end();
}
