/* What a run takes, computed by the code that will take it. */
#include "evaluate/decoding.h"
#include "evaluate/evaluate.h"
#include "train/scheduled_sampling.h"
#include "train/shards.h"
#include "train/trainer.h"
#include "train/update.h"

/* Inputs and targets of a token, and targets of a row. */
static void item_bytes(const rondo_network *network, size_t *token_bytes, size_t *row_bytes)
{
    bool values = network->input_kind == RONDO_INPUT_VALUES;
    bool classes = network->loss->target == RONDO_TARGET_CLASS;
    size_t real = sizeof(rondo_real), symbol = sizeof(int32_t);
    size_t inputs = values ? (size_t)network->input_width * real
                           : (size_t)(1 + network->feature_count) * symbol;
    size_t targets = network->loss->target == RONDO_TARGET_LABELS
                         ? 0 /* they stay in the data set */
                     : classes ? symbol
                               : (size_t)network->target_width * real;
    bool pooled = network->pooling != RONDO_POOLING_NONE;
    *token_bytes = inputs + (pooled ? 0 : targets);
    *row_bytes = pooled ? targets : 0;
}

/* One trains while the other is gathered. */
static size_t minibatch_bytes(const rondo_network *network, const rondo_pass_size *size)
{
    size_t token_bytes, row_bytes;
    item_bytes(network, &token_bytes, &row_bytes);
    size_t bytes = rondo_batch_bytes(size->rows, size->steps, size->tokens, token_bytes, row_bytes);
    if (network->encoder)
        bytes += rondo_batch_source_bytes(size->rows, size->source_steps, size->source_tokens);
    return 2 * bytes;
}

/* A copy of the largest shard, and the arrays that gradients of shards are added up in. */
static void plan_shards(const rondo_network *network, const rondo_experiment *experiment,
                        const rondo_pass_size *size, rondo_memory_plan *plan)
{
    const rondo_shard_size whole = {size->rows, size->steps, size->tokens, size->source_steps,
                                    size->source_tokens};
    size_t token_bytes, row_bytes;
    if (experiment->train.shards == 1) return;
    item_bytes(network, &token_bytes, &row_bytes);
    plan->minibatches +=
        rondo_shard_bytes(&whole, experiment->train.shards, token_bytes, row_bytes);
    plan->gradient += rondo_shards_bytes(network, experiment, size->rows);
}

/* Writing a checkpoint: HDF5's own tables, and what is read of an array at a time to sum it up (as
 * measured). */
static size_t checkpoint_bytes(const rondo_layout *layout)
{
    const size_t tables = (size_t)3 << 20, piece = (size_t)1 << 20;
    size_t parameters = (size_t)layout->size * sizeof(rondo_real);
    return tables + (parameters < piece ? parameters : piece);
}

/* Greedy search and scheduled sampling of an encoder-decoder. */
static rondo_status plan_decoding(const rondo_network *network, const rondo_experiment *experiment,
                                  const rondo_pass_size *size, size_t *bytes, rondo_error *error)
{
    size_t sampling = 0;
    *bytes = 0;
    if (!network->encoder) return RONDO_OK;
    rondo_status status = rondo_decoding_bytes(network, size, bytes, error);
    if (!status && experiment->train.scheduled_sampling.decay != RONDO_DECAY_NONE)
        status = rondo_scheduled_sampling_bytes(network, size, &sampling, error);
    *bytes += sampling;
    return status;
}

rondo_status rondo_trainer_plan(const rondo_network *network, const rondo_experiment *experiment,
                                const rondo_dataset *dataset, const rondo_pass_size *size,
                                rondo_memory_plan *plan, rondo_error *error)
{
    *plan = (rondo_memory_plan){.rows = size->rows, .steps = size->steps, .tokens = size->tokens};
    plan->parameters = (size_t)network->layout.size * sizeof(rondo_real);
    if (experiment->train.weight_noise > 0) plan->parameters *= 2;
    plan->gradient = (size_t)network->layout.trained_size * sizeof(rondo_real);
    plan->slots = rondo_updater_bytes(experiment, &network->layout);
    rondo_status status = rondo_pass_bytes(network, size, &plan->pass, error);
    if (!status) status = plan_decoding(network, experiment, size, &plan->decoding, error);
    plan->minibatches = minibatch_bytes(network, size);
    plan_shards(network, experiment, size, plan);
    if (dataset) plan->evaluation = rondo_evaluator_bytes(experiment, dataset, size);
    plan->checkpoint = checkpoint_bytes(&network->layout);
    plan->total = plan->parameters + plan->gradient + plan->slots + plan->pass + plan->decoding +
                  plan->minibatches + plan->evaluation + plan->checkpoint;
    return status;
}
