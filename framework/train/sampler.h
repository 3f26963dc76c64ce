/* Text from a language model: symbols drawn one after another, each fed back as the next input. */
#ifndef RONDO_TRAIN_SAMPLER_H
#define RONDO_TRAIN_SAMPLER_H

#include <stdint.h>

#include "base/text.h"
#include "train/session.h"

typedef struct rondo_sampler_config {
    const char *prime;  /* text the model reads first; "" for none */
    double temperature; /* logits are divided by it; 0: always the most probable symbol */
    int64_t length;     /* symbols at most, after the prime */
    int64_t count;      /* samples, drawn side by side */
    uint64_t seed;
} rondo_sampler_config;

/* One text a sample into texts[count]; the prime is part of it. Models of lines stop at the end
 * symbol; models of a stream write it as a line end and go on. The unknown symbol is never drawn:
 * its probability is shared out, which is what drawing again until another comes amounts to. [main]
 */
rondo_status rondo_sampler_run(const rondo_session *session, const rondo_sampler_config *config,
                               rondo_text *texts, rondo_error *error);

#endif
