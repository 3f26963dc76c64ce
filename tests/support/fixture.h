/* Small networks and minibatches for tests, built without a config file. Failures to build end the
 * test program: a test that cannot start has failed. */
#ifndef RONDO_TESTS_SUPPORT_FIXTURE_H
#define RONDO_TESTS_SUPPORT_FIXTURE_H

#include <stdbool.h>

#include "data/batches/batch.h"
#include "model/network.h"
#include "model/pass.h"

enum { FIXTURE_FEATURE_SYMBOLS = 5 };

typedef struct fixture_spec {
    const char *cell;    /* plugin names */
    const char *options; /* "forget_bias=0.5,peephole=true" or "" */
    const char *loss;
    int precision; /* of products: rondo_precision_choice */
    int input_kind;
    int64_t input_width; /* symbols or values */
    int64_t embedding;
    int64_t features; /* how many further embeddings, of FIXTURE_FEATURE_SYMBOLS symbols each */
    int64_t feature_embedding;
    double unknown_rate;
    double input_noise;
    int64_t output_width;
    int64_t layers, hidden;
    bool bidirectional;
    int64_t one_way_layers;    /* first ones that are not */
    int pooling;               /* rondo_pooling; with it targets are per row */
    bool tied, frozen;         /* readout to embedding; embedding */
    const char *backward_cell; /* NULL: as forward, with the same options and hidden units */
    const char *backward_options;
    int64_t backward_hidden;
    double dropout;   /* of input and layers */
    int dropout_kind; /* rondo_dropout_kind */
    double recurrent_dropout;
    double zoneout[RONDO_MAX_STATES]; /* of both directions */
    bool layer_norm;
    bool residual;      /* of all layers but the first */
    int initialization; /* rondo_weight_rule, for all weights */
    double scale;
    /* an encoder-decoder: layers, hidden and bidirectional are the encoder's; symbols on both
     * sides, output_width of them on the decoder's */
    bool translation;
    const char *decoder_cell; /* NULL: as the encoder's, with its options; else without */
    int64_t decoder_hidden;
    int bridge, context, attention; /* rondo_bridge_rule, .._context_rule, .._attention_rule */
} fixture_spec;

typedef struct fixture {
    rondo_experiment experiment;
    rondo_network *network;
    rondo_real *parameters, *gradient;
} fixture;

/* Parameters are initialized by the spec's rule. */
fixture *fixture_create(const fixture_spec *spec);
/* The network anew, with another cell in all layers, and its parameters initialized again. The cell must live as
 * long as the fixture. */
rondo_status fixture_replan(fixture *f, const rondo_cell *cell, rondo_error *error);
/* A small encoder-decoder with attention, whose source is 9 symbols' embeddings of 3; its weights are
 * uniform in [-scale, scale], and targets have `symbols` symbols. */
fixture *fixture_translator(double scale, int64_t symbols);
void fixture_destroy(fixture *f);

/* A ragged minibatch of random inputs and targets; lengths fall (not sorted here: give them so).
 * Row r is sequence order[r] (NULL: r): its contents depend on the sequence alone. */
rondo_batch *fixture_batch(const fixture *f, int64_t rows, const int64_t *lengths,
                           const int64_t *order);
/* The same with sources, for an encoder-decoder: sequence s has source_lengths[s], in any order. */
rondo_batch *fixture_pairs(const fixture *f, int64_t rows, const int64_t *lengths,
                           const int64_t *source_lengths, const int64_t *order);
void fixture_batch_destroy(rondo_batch *batch);

rondo_pass *fixture_pass(const fixture *f, const rondo_batch *largest, int threads);

/* The loss of an update on such a minibatch, without the update; its gradient is then f->gradient. */
double fixture_train(const fixture *f, int64_t rows, const int64_t *lengths,
                     const int64_t *source_lengths, int threads);

#endif
