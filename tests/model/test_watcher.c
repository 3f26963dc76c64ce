/* What a training pass says is there, is there: gradients of the readout and of each layer are
 * final when they are told. Others may already be reading them (train/overlap.h). */
#include <stdlib.h>

#include "check.h"
#include "model/pass.h"
#include "support/fixture.h"

enum { MOST_LAYERS = 4 };

typedef struct told {
    const fixture *f;
    rondo_real *then[1 + MOST_LAYERS]; /* the gradient when the readout, and layer i, were told */
    int64_t order[MOST_LAYERS], layers;
    int forwards;
} told;

static rondo_real *copy_of(const fixture *f)
{
    size_t bytes = (size_t)f->network->layout.trained_size * sizeof(rondo_real);
    rondo_real *copy = malloc(bytes);
    if (copy) memcpy(copy, f->gradient, bytes);
    return copy;
}

static void forward_done(void *context, const rondo_score *score)
{
    told *t = context;
    CHECK(score->loss > 0 && score->weight > 0);
    t->then[0] = copy_of(t->f);
    t->forwards++;
}

static void layer_done(void *context, int64_t layer)
{
    told *t = context;
    t->then[1 + layer] = copy_of(t->f);
    t->order[t->layers++] = layer;
}

/* All parts of the layout whose name begins like that; returns how many. */
static int same_parts(const fixture *f, const char *beginning, const rondo_real *then)
{
    const rondo_layout *layout = &f->network->layout;
    int count = 0;
    for (int64_t p = 0; p < layout->trained_count; p++) {
        const rondo_parameter *part = &layout->parameters[p];
        if (strncmp(part->name, beginning, strlen(beginning)) != 0) continue;
        size_t bytes = (size_t)(part->rows * part->columns) * sizeof(rondo_real);
        if (memcmp(then + part->offset, f->gradient + part->offset, bytes) != 0) {
            fprintf(stderr, "%s changed after it was told\n", part->name);
            CHECK(false);
        }
        count++;
    }
    return count;
}

static void told_is_final(fixture_spec spec)
{
    static const int64_t lengths[] = {9, 7, 7, 4, 1};
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, 5, lengths, NULL);
    rondo_pass *pass = fixture_pass(f, batch, 2);
    told t = {.f = f};
    const rondo_pass_watcher watcher = {forward_done, layer_done, &t};
    rondo_score score = {0};
    rondo_pass_set_watcher(pass, &watcher);
    for (int64_t i = 0; i < f->network->layout.trained_size; i++)
        f->gradient[i] = 7; /* of an update before */
    rondo_pass_train(pass, batch, 1, f->gradient, &score);
    CHECK_INTEGER(t.forwards, 1);
    CHECK_INTEGER(t.layers, spec.layers);
    if (!spec.tied) CHECK(same_parts(f, "readout/", t.then[0]) > 0);
    for (int64_t i = 0; i < spec.layers; i++) {
        char name[32];
        snprintf(name, sizeof name, "layers/%lld/", (long long)i);
        CHECK_INTEGER(t.order[i], spec.layers - 1 - i);
        CHECK(same_parts(f, name, t.then[1 + i]) > 1);
    }
    for (int i = 0; i < 1 + MOST_LAYERS; i++)
        free(t.then[i]);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static const fixture_spec plain = {.cell = "lstm",
                                   .options = "peephole=true",
                                   .loss = "softmax_cross_entropy",
                                   .input_kind = RONDO_INPUT_ONE_HOT,
                                   .input_width = 6,
                                   .output_width = 6,
                                   .layers = 3,
                                   .hidden = 5,
                                   .scale = 0.5};

static void one_hot(void)
{
    told_is_final(plain);
}

static void embedding(void)
{
    fixture_spec spec = plain;
    spec.input_kind = RONDO_INPUT_EMBEDDING;
    spec.embedding = 5;
    spec.features = 1;
    spec.feature_embedding = 2;
    told_is_final(spec);
    spec.features = 0;
    spec.tied = true;
    told_is_final(spec);
}

static void everything(void)
{
    fixture_spec spec = plain;
    spec.bidirectional = true;
    spec.layer_norm = true;
    spec.residual = true;
    spec.dropout = 0.2;
    spec.recurrent_dropout = 0.1;
    spec.pooling = RONDO_POOLING_MEAN;
    told_is_final(spec);
    spec.cell = "gru";
    spec.options = "";
    told_is_final(spec);
}

int main(void)
{
    RUN(one_hot);
    RUN(embedding);
    RUN(everything);
    return check_end();
}
