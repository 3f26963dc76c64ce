#include "data/formats/generator.h"

#include <string.h>

/* A random number's step has 56 bits (base/random.c). */
enum { SPLIT_SHIFT = 54 };

rondo_random_stream rondo_random_stream_start(uint64_t seed, rondo_split split, int64_t number)
{
    uint64_t step = (uint64_t)split << SPLIT_SHIFT | (uint64_t)number;
    return (rondo_random_stream){.random = {seed, RONDO_FOR_GENERATOR, step}};
}

double rondo_random_stream_uniform(rondo_random_stream *stream)
{
    return rondo_random_uniform(&stream->random, stream->next++);
}

int64_t rondo_random_stream_below(rondo_random_stream *stream, int64_t count)
{
    return (int64_t)(rondo_random_stream_uniform(stream) * (double)count);
}

rondo_status rondo_generation_put(rondo_generation *generation, const char *input,
                                  const char *target)
{
    int32_t in, out;
    rondo_status status = rondo_symbols_add(generation->inputs, input, (int64_t)strlen(input), &in,
                                            generation->error);
    if (status) return status;
    if (!target) return rondo_corpus_add(generation->corpus, in, generation->error);
    status = rondo_symbols_add(generation->targets, target, (int64_t)strlen(target), &out,
                               generation->error);
    if (status) return status;
    return rondo_corpus_add_pair(generation->corpus, in, out, generation->error);
}

int64_t rondo_generator_count(const rondo_generator_config *config, rondo_split split)
{
    const int64_t counts[RONDO_SPLITS] = {config->count, config->valid, config->test};
    return counts[split];
}

rondo_status rondo_generate(const char *path, const rondo_corpus_request *request,
                            rondo_error *error)
{
    rondo_status (*const generators[])(rondo_generation *) = {
        rondo_generate_copy, rondo_generate_reber, rondo_generate_agreement};
    const rondo_generator_config *config = request->experiment->data.options;
    uint64_t seed = rondo_experiment_seed(request->experiment, RONDO_SEED_DATA);
    rondo_generation generation = {.config = config,
                                   .inputs = request->inputs,
                                   .targets = request->targets,
                                   .corpus = request->corpus,
                                   .error = error};
    (void)path;
    for (int64_t i = 0; i < rondo_generator_count(config, request->split); i++) {
        generation.stream = rondo_random_stream_start(seed, request->split, i);
        rondo_status status = generators[config->name](&generation);
        if (!status) status = rondo_corpus_end_sequence(request->corpus, error);
        if (status) return status;
    }
    return RONDO_OK;
}
