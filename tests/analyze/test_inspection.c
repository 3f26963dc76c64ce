/* rondo inspect gradients, in double precision: the gradient of one step's loss with respect to
 * each state against central differences, the same for deep bidirectional networks against plain
 * loops, and cases whose norms are known exactly. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/inspection.h"
#include "check.h"
#include "support/fixture.h"

enum { ROWS = 3, STEPS = 7 };
static const int64_t ragged[ROWS] = {7, 5, 4};
static const double h = 1e-5;

static fixture_spec spec_of(const char *cell, const char *options)
{
    return (fixture_spec){.cell = cell,
                          .options = options,
                          .loss = "softmax_cross_entropy",
                          .input_kind = RONDO_INPUT_VALUES,
                          .input_width = 3,
                          .output_width = 4,
                          .layers = 1,
                          .hidden = 5,
                          .initialization = RONDO_NORMAL,
                          .scale = 0.7};
}

static rondo_pass *make_pass(const fixture *f, const rondo_batch *batch, int threads)
{
    rondo_pass *pass;
    rondo_error error = {0};
    rondo_pass_size size = {.rows = batch->rows,
                            .steps = batch->steps,
                            .tokens = batch->tokens,
                            .threads = threads,
                            .training = true,
                            .predictions = true,
                            .inspection = true};
    if (rondo_pass_create(f->network, &size, &pass, &error)) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    rondo_pass_load(pass, f->parameters);
    return pass;
}

/* The loss of row b is taken at steps[b]. */
static void inspect(rondo_pass *pass, const fixture *f, const rondo_batch *batch,
                    const int64_t *steps)
{
    uint8_t selected[ROWS * STEPS] = {0};
    for (int64_t b = 0; b < batch->rows; b++)
        selected[batch->offset[steps[b]] + b] = 1;
    rondo_pass_inspect(pass, batch, selected, f->gradient);
}

static double cross_entropy(const double *z, int64_t width, int32_t target)
{
    double sum = 0;
    for (int64_t k = 0; k < width; k++)
        sum += exp(z[k]);
    return log(sum) - z[target];
}

/* --- one direction: runs cut in two, the states between moved a little --- */

/* Steps first .. end-1 as a minibatch of their own; offset is filled. */
static rondo_batch part_of(const rondo_batch *batch, int64_t first, int64_t end, int64_t *offset)
{
    rondo_batch part = *batch;
    int64_t before = batch->offset[first];
    part.rows = batch->active[first];
    part.steps = end - first;
    part.tokens = batch->offset[end] - before;
    part.active += first;
    for (int64_t t = 0; t <= part.steps; t++)
        offset[t] = batch->offset[first + t] - before;
    part.offset = offset;
    part.input_values += before * 3;
    part.targets += before;
    part.carry = first > 0;
    return part;
}

/* The loss of row b at step tau, with `more` on one unit of a state after step t. */
static double moved_loss(rondo_pass *pass, const rondo_batch *batch, int64_t b, int64_t tau,
                         int64_t t, int64_t state, int64_t unit, double more)
{
    int64_t offset[STEPS + 1];
    rondo_score ignored = {0};
    rondo_batch part = part_of(batch, 0, t + 1, offset);
    rondo_pass_evaluate(pass, &part, &ignored);
    rondo_carried carried = rondo_pass_carried(pass, state);
    carried.data[b * carried.hidden + unit] += more;
    part = part_of(batch, t + 1, batch->steps, offset);
    rondo_pass_evaluate(pass, &part, &ignored);
    int64_t n = offset[tau - t - 1] + b;
    return cross_entropy(rondo_pass_prediction(pass) + n * 4, 4, part.targets[n]);
}

static void check_state(const fixture *f, rondo_pass *pass, rondo_pass *evaluation,
                        const rondo_batch *batch, const int64_t *steps, int32_t state)
{
    int64_t hidden = f->network->directions[0].hidden;
    const rondo_real *gradient = rondo_pass_state_gradient(pass, 0, state);
    for (int64_t b = 0; b < batch->rows; b++)
        for (int64_t t = 0; t < steps[b]; t++)
            for (int64_t u = 0; u < hidden; u++) {
                double above = moved_loss(evaluation, batch, b, steps[b], t, state, u, h);
                double below = moved_loss(evaluation, batch, b, steps[b], t, state, u, -h);
                double analytic = gradient[(batch->offset[t] + b) * hidden + u];
                CHECK_NEAR(analytic, (above - below) / (2 * h), 1e-6);
            }
}

/* The curve is the mean of the rows' norms. */
static void check_curve(const fixture *f, const rondo_pass *pass, const rondo_batch *batch,
                        const int64_t *steps)
{
    rondo_inspection inspection;
    rondo_error error = {0};
    CHECK(!rondo_inspection_measure(pass, f->network, batch, steps, steps, &inspection, &error));
    const rondo_gradient_curve *curve = &inspection.curves[0];
    CHECK_INTEGER(inspection.count, 1);
    CHECK_INTEGER(curve->count, 5); /* two of three rows reach distance 4 */
    for (int64_t k = 0; k < curve->count; k++) {
        double sum = 0;
        int64_t rows = 0, hidden = f->network->directions[0].hidden;
        for (int64_t b = 0; b < batch->rows; b++) {
            double squares = 0;
            if (k > steps[b]) continue;
            for (int32_t s = 0; s < curve->state_count; s++) {
                const rondo_real *gradient = rondo_pass_state_gradient(pass, 0, s);
                for (int64_t u = 0; u < hidden; u++)
                    squares += pow(gradient[(batch->offset[steps[b] - k] + b) * hidden + u], 2);
            }
            sum += sqrt(squares);
            rows++;
        }
        CHECK_NEAR(curve->norm[k], sum / (double)rows, 1e-12);
        CHECK_INTEGER(curve->rows[k], rows);
    }
    rondo_inspection_finish(&inspection);
}

static void check_cell(const char *cell, const char *options)
{
    static const int64_t last[ROWS] = {6, 4, 3}, within[ROWS] = {3, 4, 2};
    fixture_spec spec = spec_of(cell, options);
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, ragged, NULL);
    rondo_pass *pass = make_pass(f, batch, 1), *evaluation = make_pass(f, batch, 1);
    inspect(pass, f, batch, within);
    for (int32_t s = 0; s < f->network->directions[0].plan.state_count; s++)
        check_state(f, pass, evaluation, batch, within, s);
    inspect(pass, f, batch, last);
    for (int32_t s = 0; s < f->network->directions[0].plan.state_count; s++)
        check_state(f, pass, evaluation, batch, last, s);
    check_curve(f, pass, batch, last);
    rondo_pass_destroy(pass);
    rondo_pass_destroy(evaluation);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static void gradients_are_those_of_differences(void)
{
    check_cell("rnn", "");
    check_cell("lstm", "");
    check_cell("lstm", "peephole=true");
    check_cell("gru", "");
    check_cell("gru", "reset_after=true");
}

/* --- two layers in both directions, in plain loops --- */

enum { LAYERS = 2, HIDDEN = 3, WIDTH = 4, INPUT = 3 };

/* One number of one state that is moved. */
typedef struct move {
    int64_t layer, direction, t, unit;
    double more;
} move;

static const rondo_real *part(const fixture *f, int64_t index)
{
    return f->parameters + f->network->layout.parameters[index].offset;
}

/* out[t][direction * HIDDEN + u] of one layer for a sequence in[steps][width]. */
static void plain_layer(const fixture *f, int64_t layer, int64_t steps, int64_t width,
                        double in[STEPS][2 * HIDDEN], const move *m, double out[STEPS][2 * HIDDEN])
{
    for (int64_t direction = 0; direction < 2; direction++) {
        const rondo_direction *d =
            &f->network->directions[f->network->layers[layer].directions[direction]];
        const rondo_real *w = part(f, d->input_weights), *u = part(f, d->recurrent_weights);
        double state[HIDDEN] = {0}, next[HIDDEN];
        for (int64_t i = 0; i < steps; i++) {
            int64_t t = direction ? steps - 1 - i : i;
            for (int64_t j = 0; j < HIDDEN; j++) {
                double sum = part(f, d->biases)[j];
                for (int64_t k = 0; k < width; k++)
                    sum += in[t][k] * w[k * HIDDEN + j];
                for (int64_t k = 0; k < HIDDEN; k++)
                    sum += state[k] * u[k * HIDDEN + j];
                bool moves = m->layer == layer && m->direction == direction && m->t == t;
                next[j] = tanh(sum) + (moves && m->unit == j ? m->more : 0);
            }
            memcpy(state, next, sizeof state);
            memcpy(out[t] + direction * HIDDEN, state, sizeof state);
        }
    }
}

static double plain_loss(const fixture *f, const rondo_batch *batch, int64_t row, int64_t steps,
                         int64_t tau, const move *m)
{
    double in[STEPS][2 * HIDDEN], out[STEPS][2 * HIDDEN], z[WIDTH];
    for (int64_t t = 0; t < steps; t++)
        for (int64_t k = 0; k < INPUT; k++)
            in[t][k] = batch->input_values[(batch->offset[t] + row) * INPUT + k];
    for (int64_t layer = 0; layer < LAYERS; layer++) {
        plain_layer(f, layer, steps, layer == 0 ? INPUT : 2 * HIDDEN, in, m, out);
        memcpy(in, out, sizeof in);
    }
    for (int64_t k = 0; k < WIDTH; k++) {
        z[k] = part(f, f->network->readout_biases)[k];
        for (int64_t j = 0; j < 2 * HIDDEN; j++)
            z[k] += out[tau][j] * part(f, f->network->readout_weights)[j * WIDTH + k];
    }
    return cross_entropy(z, WIDTH, batch->targets[batch->offset[tau] + row]);
}

static void check_against_loops(const fixture *f, const rondo_batch *batch, const rondo_pass *pass,
                                int64_t row, int64_t tau)
{
    move m = {0};
    for (m.layer = 0; m.layer < LAYERS; m.layer++)
        for (m.direction = 0; m.direction < 2; m.direction++)
            for (m.t = 0; m.t < ragged[row]; m.t++)
                for (m.unit = 0; m.unit < HIDDEN; m.unit++) {
                    int64_t index = f->network->layers[m.layer].directions[m.direction];
                    int64_t n = batch->offset[m.t] + row;
                    m.more = h;
                    double above = plain_loss(f, batch, row, ragged[row], tau, &m);
                    m.more = -h;
                    double below = plain_loss(f, batch, row, ragged[row], tau, &m);
                    CHECK_NEAR(rondo_pass_state_gradient(pass, index, 0)[n * HIDDEN + m.unit],
                               (above - below) / (2 * h), 1e-6);
                }
}

static void deep_bidirectional_is_that_of_plain_loops(void)
{
    static const int64_t middle[ROWS] = {3, 2, 2};
    fixture_spec spec = spec_of("rnn", "");
    spec.layers = LAYERS;
    spec.hidden = HIDDEN;
    spec.bidirectional = true;
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, ragged, NULL);
    rondo_pass *pass = make_pass(f, batch, 2);
    inspect(pass, f, batch, middle);
    for (int64_t row = 0; row < ROWS; row++)
        check_against_loops(f, batch, pass, row, middle[row]);
    rondo_inspection inspection;
    rondo_error error = {0};
    CHECK(!rondo_inspection_measure(pass, f->network, batch, middle, middle, &inspection, &error));
    const rondo_gradient_curve *backward = &inspection.curves[1];
    CHECK(backward->reverse && backward->layer == 0);
    CHECK_INTEGER(backward->count, 3); /* rows go on for 3, 2 and 1 steps */
    double norm = 0;
    for (int64_t row = 0; row < 2; row++) {
        double squares = 0;
        for (int64_t u = 0; u < HIDDEN; u++) {
            int64_t n = batch->offset[middle[row] + 2] + row;
            squares += pow(rondo_pass_state_gradient(pass, 1, 0)[n * HIDDEN + u], 2);
        }
        norm += sqrt(squares) / 2;
    }
    CHECK_NEAR(backward->norm[2], norm, 1e-12);
    rondo_inspection_finish(&inspection);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

/* --- known exactly --- */

/* Inputs of zero keep the states of a network without biases at zero: there tanh is the identity.
 */
static void clear_inputs(const rondo_batch *batch)
{
    memset((rondo_real *)batch->input_values, 0,
           (size_t)batch->tokens * INPUT * sizeof *batch->input_values);
}

static rondo_inspection measure(const fixture *f, const rondo_batch *batch, rondo_pass *pass)
{
    static const int64_t last[ROWS] = {6, 6, 6};
    rondo_inspection inspection;
    rondo_error error = {0};
    rondo_pass_load(pass, f->parameters);
    inspect(pass, f, batch, last);
    CHECK(!rondo_inspection_measure(pass, f->network, batch, last, last, &inspection, &error));
    return inspection;
}

static void scale_recurrent(const fixture *f, double factor)
{
    const rondo_parameter *p =
        &f->network->layout.parameters[f->network->directions[0].recurrent_weights];
    for (int64_t i = 0; i < p->rows * p->columns; i++)
        f->parameters[p->offset + i] *= factor;
}

static void linear_network_fades_by_its_factor(void)
{
    static const int64_t full[ROWS] = {7, 7, 7};
    static const double factors[] = {0.8, 0.8 * 1.5}; /* fades, explodes */
    fixture_spec spec = spec_of("rnn", "");
    spec.initialization = RONDO_ORTHOGONAL;
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, full, NULL);
    rondo_pass *pass = make_pass(f, batch, 1);
    clear_inputs(batch);
    for (int i = 0; i < 2; i++) {
        double sum = 0, all = 0, length = 0;
        scale_recurrent(f, i == 0 ? 0.8 : 1.5);
        rondo_inspection inspection = measure(f, batch, pass);
        const rondo_gradient_curve *curve = &inspection.curves[0];
        CHECK_INTEGER(curve->count, 7);
        CHECK(curve->norm[0] > 0.01);
        for (int64_t k = 0; k < 7; k++) {
            CHECK_NEAR(curve->norm[k] / curve->norm[0], pow(factors[i], (double)k), 1e-12);
            all += pow(factors[i], (double)k);
        }
        while (sum < 0.9 * all)
            sum += pow(factors[i], length++);
        CHECK_NEAR(curve->factor_per_step, factors[i], 1e-12);
        CHECK_INTEGER(curve->memory_length, length);
        CHECK_INTEGER(curve->gate_count, 0);
        rondo_inspection_finish(&inspection);
    }
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static const rondo_gate_activity *find_gate(const rondo_gradient_curve *curve, const char *name)
{
    for (int64_t i = 0; i < curve->gate_count; i++)
        if (strcmp(curve->gates[i].name, name) == 0) return &curve->gates[i];
    return NULL;
}

/* With a forget gate of 1 and no recurrent weights the cell hands its gradient on unchanged. */
static void open_forget_gate_keeps(void)
{
    static const int64_t full[ROWS] = {7, 7, 7};
    fixture_spec spec = spec_of("lstm", "forget_bias=100");
    spec.initialization = RONDO_ORTHOGONAL;
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, full, NULL);
    rondo_pass *pass = make_pass(f, batch, 1);
    scale_recurrent(f, 0);
    rondo_inspection inspection = measure(f, batch, pass);
    const rondo_gradient_curve *curve = &inspection.curves[0];
    CHECK_TEXT(curve->states[1], "cell");
    CHECK(curve->state_norm[1][1] > 0.01);
    for (int64_t k = 1; k < 7; k++) {
        CHECK_NEAR(curve->state_norm[1][k], curve->state_norm[1][1], 1e-12);
        CHECK(curve->state_norm[0][k] == 0);
    }
    CHECK_INTEGER(curve->gate_count, 3);
    const rondo_gate_activity *forget = find_gate(curve, "forget_gate");
    const rondo_gate_activity *input = find_gate(curve, "input_gate");
    CHECK(forget && forget->high == 1 && forget->low == 0);
    CHECK(input && input->high + input->low < 1);
    CHECK(!find_gate(curve, "candidate"));
    rondo_inspection_finish(&inspection);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

/* --- what it leaves alone --- */

static void same_bits_for_any_thread_count(void)
{
    static const int64_t last[ROWS] = {6, 4, 3};
    fixture_spec spec = spec_of("gru", "");
    spec.layers = 2;
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, ragged, NULL);
    rondo_pass *one = make_pass(f, batch, 1), *three = make_pass(f, batch, 3);
    inspect(one, f, batch, last);
    inspect(three, f, batch, last);
    size_t bytes = (size_t)(batch->tokens * spec.hidden) * sizeof(rondo_real);
    for (int64_t d = 0; d < 2; d++)
        CHECK(memcmp(rondo_pass_state_gradient(one, d, 0), rondo_pass_state_gradient(three, d, 0),
                     bytes) == 0);
    rondo_pass_destroy(one);
    rondo_pass_destroy(three);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static void training_afterwards_is_whole(void)
{
    static const int64_t last[ROWS] = {6, 4, 3};
    fixture_spec spec = spec_of("lstm", "");
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, ragged, NULL);
    rondo_pass *pass = make_pass(f, batch, 1), *other = fixture_pass(f, batch, 1);
    size_t bytes = (size_t)f->network->layout.size * sizeof(rondo_real);
    rondo_real *expected = calloc(1, bytes);
    rondo_score score = {0};
    rondo_pass_train(other, batch, 1, expected, &score);
    inspect(pass, f, batch, last);
    CHECK(memcmp(expected, f->gradient, bytes) != 0);
    rondo_pass_train(pass, batch, 1, f->gradient, &score);
    CHECK(memcmp(expected, f->gradient, bytes) == 0);
    free(expected);
    rondo_pass_destroy(pass);
    rondo_pass_destroy(other);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

int main(void)
{
    RUN(gradients_are_those_of_differences);
    RUN(deep_bidirectional_is_that_of_plain_loops);
    RUN(linear_network_fades_by_its_factor);
    RUN(open_forget_gate_keeps);
    RUN(same_bits_for_any_thread_count);
    RUN(training_afterwards_is_whole);
    return check_end();
}
