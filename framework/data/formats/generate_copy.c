/* Copy memory: `copied` symbols are read, `length` steps later they are to be given back in order.
 *
 *     input   s1 .. sM   _ .. _ (length - 1)   ?   _ .. _ (M)
 *     target  _ .. _ (M + length)                  s1 .. sM
 *
 * T + 20 steps with M = 10 and length T. Who remembers nothing but knows the form predicts _ first
 * and then one of S symbols by chance: M ln S / (T + 2M) nats a step, over all steps, as in the
 * paper. */
#include <stdio.h>

#include "data/formats/generator.h"

enum { NAME_SIZE = 24 };
static const char blank[] = "_", go[] = "?";

rondo_status rondo_generate_copy(rondo_generation *generation)
{
    const rondo_generator_config *config = generation->config;
    int64_t steps = config->length + 2 * config->copied;
    for (int64_t t = 0; t < steps; t++) {
        int64_t back = t - config->length - config->copied;
        rondo_random_stream stream = generation->stream;
        char name[NAME_SIZE] = "";
        stream.next = (uint64_t)(back >= 0 ? back : t);
        snprintf(name, sizeof name, "%lld",
                 (long long)rondo_random_stream_below(&stream, config->symbols) + 1);
        const char *input = t < config->copied ? name : back == -1 ? go : blank;
        rondo_status status = rondo_generation_put(generation, input, back >= 0 ? name : blank);
        if (status) return status;
    }
    return RONDO_OK;
}
