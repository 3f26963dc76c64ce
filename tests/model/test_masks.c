/* What training draws anew for each update: dropout of the input and of layers, zoneout, recurrent
 * dropout, unknown symbols. Each has the share that was asked for, no two draws know of one another
 * (units, rows, steps, updates, layers, directions, kinds, seeds), and no kind moves when another
 * is turned on. Exact values are in tests/golden; here is what a wrong index or a shared purpose
 * would break.
 */
#include <stdlib.h>

#include "check.h"
#include "model/input.h"
#include "model/layer.h"
#include "support/fixture.h"

enum { ROWS = 40, STEPS = 60, WIDTH = 12, HIDDEN = 10, LAYERS = 2, DIRECTIONS = 4, UPDATE = 9 };

/* Of independent draws |z| is above 4.5 once in 150,000 times; seeds are fixed. */
static const double limit = 4.5;

static fixture_spec spec_of(double rate, int kind)
{
    return (fixture_spec){.cell = "rnn",
                          .options = "",
                          .loss = "softmax_cross_entropy",
                          .input_kind = RONDO_INPUT_EMBEDDING,
                          .input_width = 30,
                          .embedding = WIDTH,
                          .output_width = 3,
                          .layers = LAYERS,
                          .hidden = HIDDEN,
                          .bidirectional = true,
                          .dropout = rate,
                          .dropout_kind = kind,
                          .initialization = RONDO_UNIFORM,
                          .scale = 0.3};
}

static fixture_spec everything(void)
{
    fixture_spec spec = spec_of(0.3, RONDO_DROP_ELEMENTS);
    spec.recurrent_dropout = 0.4;
    spec.zoneout[0] = 0.2;
    spec.unknown_rate = 0.15;
    spec.input_noise = 0.1;
    return spec;
}

/* Choices of one kind at one place: 1 where a number is dropped, kept from before, unknown. */
typedef struct mask {
    char name[32];
    double rate;
    int64_t count, width; /* numbers; of a row */
    uint8_t *chosen;
} mask;

enum { MOST_MASKS = 16 };
typedef struct masks {
    int count;
    mask all[MOST_MASKS];
    int64_t rows, steps, tokens;
    int64_t offset[STEPS + 1], active[STEPS];
} masks;

static mask *add_mask(masks *m, const char *name, int64_t number, double rate, int64_t rows,
                      int64_t width)
{
    mask *intermediate = &m->all[m->count++];
    snprintf(intermediate->name, sizeof intermediate->name, "%s %d", name, (int)number);
    intermediate->rate = rate;
    intermediate->width = width;
    intermediate->count = rows * width;
    intermediate->chosen = calloc((size_t)intermediate->count, 1);
    return intermediate;
}

static void add_dropped(masks *m, const char *name, int64_t number, double rate, int64_t width,
                        const uint8_t *kept)
{
    mask *intermediate = add_mask(m, name, number, rate, m->tokens, width);
    for (int64_t i = 0; i < intermediate->count; i++)
        intermediate->chosen[i] = !kept[i];
}

static void add_track(masks *m, const rondo_direction_buffers *buffers, int64_t number)
{
    const rondo_direction *d = buffers->direction;
    if (d->zoneout[0] > 0) {
        mask *zoned = add_mask(m, "zoneout", number, d->zoneout[0], m->tokens, HIDDEN);
        memcpy(zoned->chosen, buffers->zoned[0], (size_t)zoned->count);
    }
    if (!buffers->recurrent_scale) return;
    mask *intermediate =
        add_mask(m, "recurrent dropout", number, d->recurrent_dropout, m->rows, HIDDEN);
    for (int64_t i = 0; i < intermediate->count; i++)
        intermediate->chosen[i] = buffers->recurrent_scale[i] == 0;
}

/* Of a training pass of that update. The minibatch is the same each time. */
static masks draw(const fixture_spec *spec, int64_t update, uint64_t seed)
{
    static int64_t lengths[ROWS];
    masks m = {.rows = ROWS, .steps = STEPS};
    for (int64_t row = 0; row < ROWS; row++)
        lengths[row] = STEPS - row / 4;
    fixture *f = fixture_create(spec);
    f->network->seed = seed;
    rondo_batch *batch = fixture_batch(f, ROWS, lengths, NULL);
    for (int64_t n = 0; n < batch->tokens; n++) /* no unknown ones but those that are drawn */
        if (batch->inputs[n] == 0) ((int32_t *)batch->inputs)[n] = 1;
    rondo_pass *pass = fixture_pass(f, batch, 1);
    rondo_score score = {0};
    rondo_pass_load(pass, f->parameters);
    rondo_pass_train(pass, batch, update, f->gradient, &score);
    m.tokens = batch->tokens;
    memcpy(m.offset, batch->offset, sizeof m.offset);
    memcpy(m.active, batch->active, sizeof m.active);
    if (spec->dropout > 0) {
        bool one_hot = spec->input_kind == RONDO_INPUT_ONE_HOT;
        add_dropped(&m, "input", 0, spec->dropout, one_hot ? 1 : WIDTH, pass->input->kept);
        for (int64_t l = 0; l < LAYERS; l++)
            add_dropped(&m, "layer", l, spec->dropout, 2 * HIDDEN, pass->layers[l].kept);
    }
    for (int64_t i = 0; i < DIRECTIONS; i++)
        add_track(&m, &pass->directions[i], i);
    if (spec->unknown_rate > 0) {
        mask *unknown = add_mask(&m, "unknown", 0, spec->unknown_rate, m.tokens, 1);
        for (int64_t n = 0; n < m.tokens; n++)
            unknown->chosen[n] = pass->input->replaced[n] != batch->inputs[n];
    }
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
    return m;
}

static void release(masks *m)
{
    for (int i = 0; i < m->count; i++)
        free(m->all[i].chosen);
}

static const mask *find(const masks *m, const char *name)
{
    for (int i = 0; i < m->count; i++)
        if (strcmp(m->all[i].name, name) == 0) return &m->all[i];
    CHECK(false);
    exit(1);
}

/* --- statistics --- */

typedef struct products {
    double sum, variance;
} products;

static void add_product(products *p, const mask *a, int64_t i, const mask *b, int64_t j)
{
    p->sum += (a->chosen[i] - a->rate) * (b->chosen[j] - b->rate);
    p->variance += a->rate * (1 - a->rate) * b->rate * (1 - b->rate);
}

static void check_independent(const products *p, const mask *a, const mask *b, const char *how)
{
    double z = p->sum / sqrt(p->variance);
    CHECK(p->variance > 1 && fabs(z) < limit);
    if (!(fabs(z) < limit)) fprintf(stderr, "%s and %s, %s: z = %.1f\n", a->name, b->name, how, z);
}

/* The same numbers of two masks: of two places, two updates. */
static void check_places(const mask *a, const mask *b, const char *how)
{
    products p = {0};
    int64_t width = a->width < b->width ? a->width : b->width, rows = a->count / a->width;
    if (b->count / b->width < rows) rows = b->count / b->width;
    for (int64_t n = 0; n < rows; n++)
        for (int64_t u = 0; u < width; u++)
            add_product(&p, a, n * a->width + u, b, n * b->width + u);
    check_independent(&p, a, b, how);
}

/* A number and the one so many units or rows further. */
static void check_neighbours(const mask *a, int64_t units, int64_t rows, const char *how)
{
    products p = {0};
    int64_t shift = rows * a->width + units;
    for (int64_t i = 0; i + shift < a->count; i++)
        if (i % a->width + units < a->width) add_product(&p, a, i, a, i + shift);
    check_independent(&p, a, a, how);
}

static void check_steps(const masks *m, const mask *a)
{
    products p = {0};
    for (int64_t t = 0; t + 1 < m->steps; t++)
        for (int64_t i = 0; i < m->active[t + 1] * a->width; i++)
            add_product(&p, a, m->offset[t] * a->width + i, a, m->offset[t + 1] * a->width + i);
    check_independent(&p, a, a, "the next step");
}

static void check_share(const mask *a)
{
    double sum = 0, n = (double)a->count;
    for (int64_t i = 0; i < a->count; i++)
        sum += a->chosen[i];
    double z = (sum / n - a->rate) / sqrt(a->rate * (1 - a->rate) / n);
    CHECK(fabs(z) < limit);
    if (!(fabs(z) < limit)) fprintf(stderr, "%s: share %.3f of %.3f\n", a->name, sum / n, a->rate);
}

/* --- tests --- */

static void shares_and_neighbours(void)
{
    const fixture_spec spec = everything();
    masks m = draw(&spec, UPDATE, 3);
    CHECK_INTEGER(m.count, 3 + 2 * DIRECTIONS + 1);
    for (int i = 0; i < m.count; i++) {
        const mask *a = &m.all[i];
        check_share(a);
        check_neighbours(a, 0, 1, "the next row");
        for (int64_t units = 1; a->width > 1 && units < 6; units++)
            check_neighbours(a, units, 0, "units further");
        if (a->count / a->width == m.tokens) check_steps(&m, a);
    }
    release(&m);
}

/* Each with each, the same update and the next, and with another seed. */
static void places_and_updates(void)
{
    const fixture_spec spec = everything();
    masks m = draw(&spec, UPDATE, 3), next = draw(&spec, UPDATE + 1, 3);
    masks other = draw(&spec, UPDATE, 4);
    for (int i = 0; i < m.count; i++)
        for (int j = 0; j < m.count; j++) {
            if (i != j) check_places(&m.all[i], &m.all[j], "the same update");
            check_places(&m.all[i], &next.all[j], "the next update");
            check_places(&m.all[i], &other.all[j], "another seed");
        }
    release(&m);
    release(&next);
    release(&other);
}

static void check_same(const masks *a, const masks *b, const char *name)
{
    const mask *x = find(a, name), *y = find(b, name);
    CHECK_INTEGER(x->count, y->count);
    CHECK(x->count == y->count && memcmp(x->chosen, y->chosen, (size_t)x->count) == 0);
}

/* What a number is drawn from does not depend on what else is drawn. */
static void one_kind_does_not_move_another(void)
{
    const fixture_spec all = everything(), dropout = spec_of(0.3, RONDO_DROP_ELEMENTS);
    fixture_spec zoneout = spec_of(0, RONDO_DROP_ELEMENTS), recurrent = zoneout, unknown = zoneout;
    zoneout.zoneout[0] = all.zoneout[0];
    recurrent.recurrent_dropout = all.recurrent_dropout;
    unknown.unknown_rate = all.unknown_rate;
    const fixture_spec *const alone[] = {&dropout, &zoneout, &recurrent, &unknown};
    masks together = draw(&all, UPDATE, 3);
    for (int k = 0; k < 4; k++) {
        masks m = draw(alone[k], UPDATE, 3);
        CHECK(m.count > 0);
        for (int i = 0; i < m.count; i++)
            check_same(&m, &together, m.all[i].name);
        release(&m);
    }
    release(&together);
}

/* Another rate moves the threshold, not the numbers. */
static void a_higher_rate_drops_more(void)
{
    const fixture_spec low = spec_of(0.3, RONDO_DROP_ELEMENTS),
                       high = spec_of(0.5, RONDO_DROP_ELEMENTS);
    masks few = draw(&low, UPDATE, 3), many = draw(&high, UPDATE, 3);
    for (int i = 0; i < few.count; i++) {
        int64_t kept_again = 0;
        for (int64_t j = 0; j < few.all[i].count; j++)
            kept_again += few.all[i].chosen[j] && !many.all[i].chosen[j];
        CHECK_INTEGER(kept_again, 0);
    }
    release(&few);
    release(&many);
}

/* One choice a unit and row, of all steps; rows and units are independent. */
static void dropout_by_sequence(void)
{
    const fixture_spec spec = spec_of(0.3, RONDO_DROP_SEQUENCES);
    masks m = draw(&spec, UPDATE, 3);
    for (int i = 0; i < m.count; i++) {
        const mask *a = &m.all[i];
        int64_t differ = 0;
        for (int64_t t = 1; t < m.steps; t++)
            for (int64_t j = 0; j < m.active[t] * a->width; j++)
                differ += a->chosen[m.offset[t] * a->width + j] != a->chosen[j];
        CHECK_INTEGER(differ, 0);
        const mask first = {
            .rate = a->rate, .count = ROWS * a->width, .width = a->width, .chosen = a->chosen};
        check_share(&first);
        check_neighbours(&first, 0, 1, "the next row");
        check_neighbours(&first, 1, 0, "the next unit");
    }
    release(&m);
}

/* Of one-hot inputs whole symbols: by sequence each symbol of a row has one choice. */
static void dropout_of_symbols(void)
{
    fixture_spec spec = spec_of(0.3, RONDO_DROP_ELEMENTS);
    spec.input_kind = RONDO_INPUT_ONE_HOT;
    masks m = draw(&spec, UPDATE, 3);
    check_share(find(&m, "input 0"));
    check_steps(&m, find(&m, "input 0"));
    check_neighbours(find(&m, "input 0"), 0, 1, "the next row");
    release(&m);
    spec.dropout_kind = RONDO_DROP_SEQUENCES;
    m = draw(&spec, UPDATE, 3);
    fixture *f = fixture_create(&spec);
    static int64_t lengths[ROWS];
    for (int64_t row = 0; row < ROWS; row++)
        lengths[row] = STEPS - row / 4;
    rondo_batch *batch = fixture_batch(f, ROWS, lengths, NULL);
    enum { SYMBOLS = 30 };
    static int choice[ROWS][SYMBOLS]; /* 1 kept, 2 dropped */
    int64_t differ = 0, rows_differ = 0;
    for (int64_t t = 0; t < m.steps; t++)
        for (int64_t b = 0; b < m.active[t]; b++) {
            int64_t n = m.offset[t] + b;
            int now = 1 + find(&m, "input 0")->chosen[n], *seen = &choice[b][batch->inputs[n]];
            differ += *seen && *seen != now;
            *seen = now;
        }
    for (int64_t b = 1; b < ROWS; b++)
        for (int s = 0; s < SYMBOLS; s++)
            rows_differ += choice[b][s] && choice[0][s] && choice[b][s] != choice[0][s];
    CHECK_INTEGER(differ, 0);
    for (int shift = 1; shift < 6; shift++) { /* symbols of one row */
        double equal = 0, pairs = 0, p = 0.3 * 0.3 + 0.7 * 0.7;
        for (int64_t b = 0; b < ROWS; b++)
            for (int s = 0; s + shift < SYMBOLS; s++) {
                bool both = choice[b][s] && choice[b][s + shift];
                pairs += both;
                equal += both && choice[b][s] == choice[b][s + shift];
            }
        CHECK(pairs > ROWS * SYMBOLS / 3 &&
              fabs(equal - pairs * p) < limit * sqrt(pairs * p * (1 - p)));
    }
    CHECK(rows_differ > ROWS * SYMBOLS / 5); /* 2 * 0.3 * 0.7 of those that both have */
    fixture_batch_destroy(batch);
    fixture_destroy(f);
    release(&m);
}

/* Evaluation drops nothing: the same numbers as a network without any of it. */
static void evaluation_draws_nothing(void)
{
    const fixture_spec plain = spec_of(0, RONDO_DROP_ELEMENTS);
    fixture_spec all = everything();
    double losses[2];
    static const int64_t lengths[] = {7, 5, 5, 2};
    all.zoneout[0] = 0; /* which has its mean in evaluation */
    const fixture_spec *const specs[] = {&plain, &all};
    for (int i = 0; i < 2; i++) {
        fixture *f = fixture_create(specs[i]);
        rondo_batch *batch = fixture_batch(f, 4, lengths, NULL);
        rondo_pass *pass = fixture_pass(f, batch, 1);
        rondo_score score = {0};
        rondo_pass_load(pass, f->parameters);
        rondo_pass_evaluate(pass, batch, &score);
        losses[i] = score.loss;
        rondo_pass_destroy(pass);
        fixture_batch_destroy(batch);
        fixture_destroy(f);
    }
    CHECK(losses[0] == losses[1]);
}

int main(void)
{
    RUN(shares_and_neighbours);
    RUN(places_and_updates);
    RUN(one_kind_does_not_move_another);
    RUN(a_higher_rate_drops_more);
    RUN(dropout_by_sequence);
    RUN(dropout_of_symbols);
    RUN(evaluation_draws_nothing);
    return check_end();
}
