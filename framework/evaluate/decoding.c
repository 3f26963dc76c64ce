#include "evaluate/decoding.h"

#include "base/memory.h"
#include "infer/beam_search.h"

struct rondo_decoding {
    rondo_beam_search *search;
    rondo_decoded found;
};

/* A search may go one symbol beyond the longest target: what is ended by force is no match. */
static rondo_beam_config greedy(const rondo_pass_size *size)
{
    return (rondo_beam_config){.beam = 1,
                               .longest = size->steps,
                               .source_rows = size->source_rows,
                               .source_steps = size->source_steps,
                               .source_tokens = size->source_tokens,
                               .threads = size->threads};
}

static size_t array_bytes(const rondo_pass_size *size)
{
    return (size_t)size->rows * (sizeof(int32_t *) + sizeof(int64_t));
}

rondo_status rondo_decoding_bytes(const rondo_network *network, const rondo_pass_size *size,
                                  size_t *bytes, rondo_error *error)
{
    const rondo_beam_config config = greedy(size);
    rondo_status status = rondo_beam_search_bytes(network, &config, bytes, error);
    *bytes += sizeof(rondo_decoding) + array_bytes(size);
    return status;
}

rondo_status rondo_decoding_create(const rondo_network *network, const rondo_pass_size *size,
                                   rondo_decoding **out, rondo_error *error)
{
    static const char what[] = "decoded targets";
    const rondo_beam_config config = greedy(size);
    *out = NULL;
    rondo_decoding *decoding = rondo_memory_create(sizeof *decoding, what, error);
    if (!decoding) return error->status;
    size_t rows = (size_t)size->rows;
    decoding->found.symbols = rondo_memory_create(rows * sizeof(int32_t *), what, error);
    decoding->found.lengths = rondo_memory_create(rows * sizeof(int64_t), what, error);
    rondo_status status = decoding->found.symbols && decoding->found.lengths
                              ? rondo_beam_search_create(network, &config, &decoding->search, error)
                              : error->status;
    if (status)
        rondo_decoding_destroy(decoding);
    else
        *out = decoding;
    return status;
}

void rondo_decoding_destroy(rondo_decoding *decoding)
{
    if (!decoding) return;
    rondo_beam_search_destroy(decoding->search);
    rondo_memory_destroy(decoding->found.symbols);
    rondo_memory_destroy(decoding->found.lengths);
    rondo_memory_destroy(decoding);
}

void rondo_decoding_load(rondo_decoding *decoding, const rondo_real *parameters)
{
    rondo_beam_search_load(decoding->search, parameters);
}

const rondo_decoded *rondo_decoding_run(rondo_decoding *decoding, const rondo_batch *batch)
{
    rondo_beam_search_run(decoding->search, batch->source, batch->steps);
    for (int64_t b = 0; b < batch->rows; b++)
        decoding->found.symbols[b] = rondo_beam_search_get(decoding->search, batch->source_row[b],
                                                           &decoding->found.lengths[b], NULL);
    return &decoding->found;
}
