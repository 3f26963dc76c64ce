#include "infer/incremental_decoder.h"

#include <string.h>

#include "base/memory.h"

struct rondo_incremental_decoder {
    const rondo_network *network;
    rondo_pass *pass;
    const int64_t *source_row; /* of the start */
    int64_t *sequence;         /* [rows]: 0, 1, .. */
    rondo_real *copied;        /* [rows, widest state] */
};

static rondo_pass_size pass_size(const rondo_incremental_decoder_size *size)
{
    return (rondo_pass_size){.rows = size->rows,
                             .steps = 1,
                             .tokens = size->rows,
                             .threads = size->threads,
                             .predictions = true,
                             .source_rows = size->source_rows,
                             .source_steps = size->source_steps,
                             .source_tokens = size->source_tokens};
}

static size_t copied_bytes(const rondo_network *network, int64_t rows)
{
    int64_t widest = 0;
    for (int64_t i = 0; i < network->direction_count; i++)
        for (int32_t state = 0; state < 2; state++)
            if (rondo_direction_width(&network->directions[i], state) > widest)
                widest = rondo_direction_width(&network->directions[i], state);
    return (size_t)(rows * widest) * sizeof(rondo_real);
}

rondo_status rondo_incremental_decoder_bytes(const rondo_network *network,
                                             const rondo_incremental_decoder_size *size,
                                             size_t *bytes, rondo_error *error)
{
    const rondo_pass_size pass = pass_size(size);
    rondo_status status = rondo_pass_bytes(network, &pass, bytes, error);
    *bytes += copied_bytes(network, size->rows) + (size_t)size->rows * sizeof(int64_t);
    return status;
}

rondo_status rondo_incremental_decoder_create(const rondo_network *network,
                                              const rondo_incremental_decoder_size *size,
                                              rondo_incremental_decoder **out, rondo_error *error)
{
    const rondo_pass_size pass = pass_size(size);
    rondo_status status = RONDO_FAILED;
    *out = NULL;
    rondo_incremental_decoder *decoder = rondo_memory_create(sizeof *decoder, "decoder", error);
    if (!decoder) return error->status;
    decoder->network = network;
    decoder->sequence =
        rondo_memory_create((size_t)size->rows * sizeof *decoder->sequence, "decoder", error);
    decoder->copied = rondo_memory_create(copied_bytes(network, size->rows), "decoder", error);
    if (!decoder->sequence || !decoder->copied) goto cleanup;
    for (int64_t row = 0; row < size->rows; row++)
        decoder->sequence[row] = row;
    if ((status = rondo_pass_create(network, &pass, &decoder->pass, error))) goto cleanup;
    *out = decoder;
    decoder = NULL;
cleanup:
    rondo_incremental_decoder_destroy(decoder);
    return status;
}

void rondo_incremental_decoder_destroy(rondo_incremental_decoder *decoder)
{
    if (!decoder) return;
    rondo_pass_destroy(decoder->pass);
    rondo_memory_destroy(decoder->sequence);
    rondo_memory_destroy(decoder->copied);
    rondo_memory_destroy(decoder);
}

void rondo_incremental_decoder_load(rondo_incremental_decoder *decoder,
                                    const rondo_real *parameters)
{
    rondo_pass_load(decoder->pass, parameters);
}

static const rondo_real *step(rondo_incremental_decoder *decoder, const rondo_batch *source,
                              int64_t rows, const int32_t *symbols)
{
    int64_t offset[2] = {0, rows};
    rondo_score unused = {0};
    const rondo_batch batch = {.rows = rows,
                               .steps = 1,
                               .tokens = rows,
                               .active = &rows,
                               .offset = offset,
                               .inputs = symbols,
                               .sequence = decoder->sequence,
                               .carry = !source,
                               .source = source,
                               .source_row = decoder->source_row};
    rondo_pass_evaluate(decoder->pass, &batch, &unused);
    return rondo_pass_prediction(decoder->pass);
}

const rondo_real *rondo_incremental_decoder_start(rondo_incremental_decoder *decoder,
                                                  const rondo_batch *source, int64_t rows,
                                                  const int64_t *source_row, const int32_t *symbols)
{
    decoder->source_row = source_row;
    return step(decoder, source, rows, symbols);
}

const rondo_real *rondo_incremental_decoder_next(rondo_incremental_decoder *decoder, int64_t rows,
                                                 const int32_t *symbols)
{
    return step(decoder, NULL, rows, symbols);
}

void rondo_incremental_decoder_reorder(rondo_incremental_decoder *decoder, int64_t rows,
                                       const int64_t *from)
{
    for (int64_t i = 0; i < rondo_pass_carried_count(decoder->pass); i++) {
        rondo_carried carried = rondo_pass_carried(decoder->pass, i);
        size_t bytes = (size_t)carried.hidden * sizeof(rondo_real);
        memcpy(decoder->copied, carried.data, (size_t)rows * bytes);
        for (int64_t row = 0; row < rows; row++)
            memcpy(carried.data + row * carried.hidden,
                   decoder->copied + from[row] * carried.hidden, bytes);
    }
}
