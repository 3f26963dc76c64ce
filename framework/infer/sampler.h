/* Text from a language model: symbols drawn one after another, each fed back as the next input. */
#ifndef RONDO_INFER_SAMPLER_H
#define RONDO_INFER_SAMPLER_H

#include <stdint.h>

#include "infer/sampling.h"
#include "session/session.h"

typedef struct rondo_sampler_config {
    const char *class_name; /* of a model with classes; NULL otherwise */
    const char *prime;      /* text the model reads first; "" for none */
    rondo_sampling_config draw;
    int64_t length; /* symbols at most, after the prime; 0: 500, or 1000 of a line */
    int64_t count;  /* samples, drawn side by side */
    bool until_end; /* stop at the end symbol; models of lines always do */
    uint64_t seed;
    /* Hears the text of each sample piece by piece, as it comes: first the prime, then a piece a
     * symbol. `text` is valid during the call. */
    void (*hear)(void *context, int64_t sample, const char *text);
    void *context;
} rondo_sampler_config;

/* What is drawn depends on the seed and the number of the sample alone. A model that does not stop
 * at the end symbol writes it as a line end and goes on. RONDO_USAGE: not a language model, or
 * not one of its classes. [main]
 */
rondo_status rondo_sampler_run(const rondo_session *session, const rondo_sampler_config *config,
                               rondo_error *error);

#endif
