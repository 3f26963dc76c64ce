/* Sequences that truncated_bptt cuts: forward values are those of whole sequences, gradients those
 * of a plain loop that cuts back-propagation at the pieces' ends and nothing else. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "check.h"
#include "support/fixture.h"

enum { SEQUENCES = 9, MOST_STEPS = 14, SYMBOLS = 6, HIDDEN = 5, CLASSES = 4, TOKENS = 200 };

typedef struct sample {
    rondo_dataset dataset;
    int64_t offset[SEQUENCES + 1];
    int32_t inputs[TOKENS], targets[TOKENS];
} sample;

static void make_sample(sample *intermediate)
{
    static const int64_t lengths[SEQUENCES] = {7, 1, 14, 4, 5, 8, 14, 2, 9};
    rondo_random random = {.seed = 6, .purpose = RONDO_FOR_TEST};
    static rondo_schema schema = {.input_width = SYMBOLS, .target_width = CLASSES};
    *intermediate = (sample){.dataset = {.schema = &schema}};
    for (int64_t s = 0; s < SEQUENCES; s++)
        intermediate->offset[s + 1] = intermediate->offset[s] + lengths[s];
    for (int64_t i = 0; i < intermediate->offset[SEQUENCES]; i++) {
        intermediate->inputs[i] =
            (int32_t)(rondo_random_uniform(&random, (uint64_t)(2 * i)) * SYMBOLS);
        intermediate->targets[i] =
            (int32_t)(rondo_random_uniform(&random, (uint64_t)(2 * i + 1)) * CLASSES);
    }
    intermediate->dataset.splits[RONDO_TRAIN] =
        (rondo_sequences){.count = SEQUENCES,
                          .offset = intermediate->offset,
                          .inputs = rondo_ids_of(intermediate->inputs),
                          .targets = rondo_ids_of(intermediate->targets)};
}

static fixture *make_network(const char *cell)
{
    const fixture_spec spec = {.cell = cell,
                               .options = "",
                               .loss = "softmax_cross_entropy",
                               .input_kind = RONDO_INPUT_ONE_HOT,
                               .input_width = SYMBOLS,
                               .output_width = CLASSES,
                               .layers = 1,
                               .hidden = HIDDEN,
                               .initialization = RONDO_UNIFORM,
                               .scale = 0.8};
    return fixture_create(&spec);
}

/* One epoch of the engine with the weights held: losses, and the sum of all gradients. */
static double run_engine(fixture *f, const sample *from, const rondo_batches_config *config,
                         int threads, double *gradient)
{
    rondo_error error = {0};
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_score score = {0};
    int64_t size = f->network->layout.size;
    rondo_pass_size room = {.threads = threads, .training = true};
    memset(gradient, 0, (size_t)size * sizeof *gradient);
    CHECK(!rondo_batches_create(&from->dataset, RONDO_TRAIN, config, &batches, &error));
    rondo_pass_size_cover(&room, batches);
    CHECK(!rondo_pass_create(f->network, &room, &pass, &error));
    rondo_pass_load(pass, f->parameters);
    for (int64_t k = 0; k < rondo_batches_count(batches); k++) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, k, &batch);
        rondo_pass_train(pass, &batch, 1, f->gradient, &score);
        for (int64_t i = 0; i < size; i++)
            gradient[i] += (double)f->gradient[i];
    }
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    return score.loss;
}

/* The simple network as a plain loop: h_t = tanh(W x_t + b + U h_{t-1}), z_t = V h_t + c. */
typedef struct plain {
    const rondo_real *w, *u, *b, *v, *c; /* [SYMBOLS, HIDDEN], [HIDDEN, HIDDEN], .. */
    double *dw, *du, *db, *dv, *dc;
    double h[MOST_STEPS + 1][HIDDEN]; /* h[0] = 0 */
    double dz[MOST_STEPS][CLASSES];
    double loss;
} plain;

static const rondo_real *part_of(const fixture *f, const char *name, double *gradient, double **to)
{
    int64_t index = rondo_layout_find(&f->network->layout, name);
    CHECK(index >= 0);
    *to = gradient + f->network->layout.parameters[index].offset;
    return f->parameters + f->network->layout.parameters[index].offset;
}

static void predict(plain *p, const double *h, int32_t target, double *dz)
{
    double sum = 0;
    for (int k = 0; k < CLASSES; k++) {
        double z = (double)p->c[k];
        for (int j = 0; j < HIDDEN; j++)
            z += h[j] * (double)p->v[j * CLASSES + k];
        sum += dz[k] = exp(z);
    }
    for (int k = 0; k < CLASSES; k++)
        dz[k] /= sum;
    p->loss -= log(dz[target]);
    dz[target] -= 1;
}

static void go_forward(plain *p, const int32_t *inputs, const int32_t *targets, int64_t steps)
{
    for (int64_t t = 0; t < steps; t++) {
        for (int j = 0; j < HIDDEN; j++) {
            double a = (double)p->w[inputs[t] * HIDDEN + j] + (double)p->b[j];
            for (int i = 0; i < HIDDEN; i++)
                a += p->h[t][i] * (double)p->u[i * HIDDEN + j];
            p->h[t + 1][j] = tanh(a);
        }
        predict(p, p->h[t + 1], targets[t], p->dz[t]);
    }
}

/* Adds step t's gradients; dh becomes the one of h[t]. */
static void step_back(plain *p, int32_t input, int64_t t, double *dh)
{
    double da[HIDDEN], before[HIDDEN] = {0};
    for (int j = 0; j < HIDDEN; j++) {
        for (int k = 0; k < CLASSES; k++) {
            dh[j] += p->dz[t][k] * (double)p->v[j * CLASSES + k];
            p->dv[j * CLASSES + k] += p->h[t + 1][j] * p->dz[t][k];
        }
        da[j] = dh[j] * (1 - p->h[t + 1][j] * p->h[t + 1][j]);
        p->dw[input * HIDDEN + j] += da[j];
        p->db[j] += da[j];
    }
    for (int k = 0; k < CLASSES; k++)
        p->dc[k] += p->dz[t][k];
    for (int i = 0; i < HIDDEN; i++)
        for (int j = 0; j < HIDDEN; j++) {
            p->du[i * HIDDEN + j] += p->h[t][i] * da[j];
            before[i] += da[j] * (double)p->u[i * HIDDEN + j];
        }
    memcpy(dh, before, sizeof before);
}

/* `limit` 0: back-propagation is not cut. */
static double run_plain(const fixture *f, const sample *from, int64_t limit, double *gradient)
{
    plain p = {.loss = 0};
    memset(gradient, 0, (size_t)f->network->layout.size * sizeof *gradient);
    p.w = part_of(f, "layers/0/forward/input_weights", gradient, &p.dw);
    p.u = part_of(f, "layers/0/forward/recurrent_weights", gradient, &p.du);
    p.b = part_of(f, "layers/0/forward/biases", gradient, &p.db);
    p.v = part_of(f, "readout/weights", gradient, &p.dv);
    p.c = part_of(f, "readout/biases", gradient, &p.dc);
    for (int64_t s = 0; s < SEQUENCES; s++) {
        int64_t first = from->offset[s], steps = from->offset[s + 1] - first;
        double dh[HIDDEN] = {0};
        go_forward(&p, from->inputs + first, from->targets + first, steps);
        for (int64_t t = steps - 1; t >= 0; t--) {
            if (limit > 0 && (t + 1) % limit == 0) memset(dh, 0, sizeof dh);
            step_back(&p, from->inputs[first + t], t, dh);
        }
    }
    return p.loss;
}

static double distance(const fixture *f, const double *a, const double *b)
{
    double largest = 0;
    for (int64_t i = 0; i < f->network->layout.size; i++)
        largest = fmax(largest, fabs(a[i] - b[i]));
    return largest;
}

static void gradients_are_those_of_a_plain_loop(void)
{
    static const int64_t limits[] = {1, 3, 4, 13, 14, 50}, sizes[] = {1, 4, 20};
    static sample from;
    static double engine[2000], loop[2000];
    fixture *f = make_network("rnn");
    CHECK(f->network->layout.size <= 2000);
    make_sample(&from);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (size_t j = 0; j < 2 * sizeof sizes / sizeof *sizes; j++) {
            rondo_batches_config config = {.batch_size = sizes[j / 2],
                                           .batch_tokens = j == 3 ? 11 : 0,
                                           .truncated_bptt = limits[i],
                                           .carry_state = true,
                                           .shuffle = j % 2 == 1,
                                           .seed = 4};
            double loss = run_engine(f, &from, &config, 1 + (int)(j % 3), engine);
            CHECK(fabs(loss - run_plain(f, &from, limits[i], loop)) < 1e-11);
            CHECK(distance(f, engine, loop) < 1e-11);
        }
    fixture_destroy(f);
}

/* For every cell: losses do not depend on where the pieces end, gradients do. */
static void losses_are_those_of_whole_sequences(void)
{
    static const char *const cells[] = {"rnn", "gru", "lstm"};
    static sample from;
    static double whole[4000], cut[4000];
    make_sample(&from);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        fixture *f = make_network(cells[i]);
        CHECK(f->network->layout.size <= 4000);
        rondo_batches_config config = {.batch_size = 4, .carry_state = true, .shuffle = true};
        double loss = run_engine(f, &from, &config, 2, whole);
        config.truncated_bptt = 3;
        CHECK(fabs(run_engine(f, &from, &config, 2, cut) - loss) < 1e-11);
        CHECK(distance(f, whole, cut) > 1e-3);
        config.carry_state = false;
        CHECK(fabs(run_engine(f, &from, &config, 2, cut) - loss) > 1e-3);
        config.carry_state = true;
        config.truncated_bptt = MOST_STEPS;
        CHECK(run_engine(f, &from, &config, 1, cut) == loss);
        CHECK(memcmp(whole, cut, (size_t)f->network->layout.size * sizeof *cut) == 0);
        fixture_destroy(f);
    }
}

int main(void)
{
    RUN(gradients_are_those_of_a_plain_loop);
    RUN(losses_are_those_of_whole_sequences);
    return check_end();
}
