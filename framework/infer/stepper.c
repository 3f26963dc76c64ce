#include "infer/stepper.h"

#include <string.h>

#include "base/memory.h"

struct rondo_stepper {
    const rondo_network *network;
    rondo_pass *pass;
    const int64_t *source_row; /* of the start */
    int64_t *sequence;         /* [rows]: 0, 1, .. */
    rondo_real *copied;        /* [rows, widest state] */
};

static rondo_pass_size pass_size(const rondo_stepper_size *size)
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
        if (network->directions[i].hidden > widest) widest = network->directions[i].hidden;
    return (size_t)(rows * widest) * sizeof(rondo_real);
}

rondo_status rondo_stepper_bytes(const rondo_network *network, const rondo_stepper_size *size,
                                 size_t *bytes, rondo_error *error)
{
    const rondo_pass_size pass = pass_size(size);
    rondo_status status = rondo_pass_bytes(network, &pass, bytes, error);
    *bytes += copied_bytes(network, size->rows) + (size_t)size->rows * sizeof(int64_t);
    return status;
}

rondo_status rondo_stepper_create(const rondo_network *network, const rondo_stepper_size *size,
                                  rondo_stepper **out, rondo_error *error)
{
    const rondo_pass_size pass = pass_size(size);
    rondo_status status = RONDO_FAILED;
    *out = NULL;
    rondo_stepper *stepper = rondo_memory_create(sizeof *stepper, "decoder", error);
    if (!stepper) return error->status;
    stepper->network = network;
    stepper->sequence =
        rondo_memory_create((size_t)size->rows * sizeof *stepper->sequence, "decoder", error);
    stepper->copied = rondo_memory_create(copied_bytes(network, size->rows), "decoder", error);
    if (!stepper->sequence || !stepper->copied) goto cleanup;
    for (int64_t row = 0; row < size->rows; row++)
        stepper->sequence[row] = row;
    if ((status = rondo_pass_create(network, &pass, &stepper->pass, error))) goto cleanup;
    *out = stepper;
    stepper = NULL;
cleanup:
    rondo_stepper_destroy(stepper);
    return status;
}

void rondo_stepper_destroy(rondo_stepper *stepper)
{
    if (!stepper) return;
    rondo_pass_destroy(stepper->pass);
    rondo_memory_destroy(stepper->sequence);
    rondo_memory_destroy(stepper->copied);
    rondo_memory_destroy(stepper);
}

void rondo_stepper_load(rondo_stepper *stepper, const rondo_real *parameters)
{
    rondo_pass_load(stepper->pass, parameters);
}

static const rondo_real *step(rondo_stepper *stepper, const rondo_batch *source, int64_t rows,
                              const int32_t *symbols)
{
    int64_t offset[2] = {0, rows};
    rondo_score unused = {0};
    const rondo_batch batch = {.rows = rows,
                               .steps = 1,
                               .tokens = rows,
                               .active = &rows,
                               .offset = offset,
                               .inputs = symbols,
                               .sequence = stepper->sequence,
                               .carry = !source,
                               .source = source,
                               .source_row = stepper->source_row};
    rondo_pass_evaluate(stepper->pass, &batch, &unused);
    return rondo_pass_prediction(stepper->pass);
}

const rondo_real *rondo_stepper_start(rondo_stepper *stepper, const rondo_batch *source,
                                      int64_t rows, const int64_t *source_row,
                                      const int32_t *symbols)
{
    stepper->source_row = source_row;
    return step(stepper, source, rows, symbols);
}

const rondo_real *rondo_stepper_next(rondo_stepper *stepper, int64_t rows, const int32_t *symbols)
{
    return step(stepper, NULL, rows, symbols);
}

void rondo_stepper_reorder(rondo_stepper *stepper, int64_t rows, const int64_t *from)
{
    for (int64_t i = 0; i < rondo_pass_carried_count(stepper->pass); i++) {
        rondo_carried carried = rondo_pass_carried(stepper->pass, i);
        size_t bytes = (size_t)carried.hidden * sizeof(rondo_real);
        memcpy(stepper->copied, carried.data, (size_t)rows * bytes);
        for (int64_t row = 0; row < rows; row++)
            memcpy(carried.data + row * carried.hidden,
                   stepper->copied + from[row] * carried.hidden, bytes);
    }
}
