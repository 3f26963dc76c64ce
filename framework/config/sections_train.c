/* The section train: limits, early stopping, scheduled sampling. */
#include <math.h>

#include "config/sections_private.h"

static const char *const decays[] = {"none", "linear", "exponential", "inverse_sigmoid", NULL};
static const char *const precisions[] = {"float32", "bfloat16", "auto", NULL};
static const char *const own_symbols[] = {"argmax", "sample", NULL};

static const rondo_option early_stopping_rows[] = {
    RONDO_INTEGER(rondo_early_stopping_config, patience, 0, 0, HUGE_VAL,
                  "evaluations without improvement after which training stops; 0: off"),
    RONDO_REAL(
        rondo_early_stopping_config, min_delta, 0, 0, HUGE_VAL, 0,
        "gain over the last improvement above which a value counts as an improvement (so small "
        "gains add up), in the units of train.monitor; the best checkpoint follows any gain"),
    RONDO_OPTIONS_END};

static const rondo_option scheduled_sampling_rows[] = {
    RONDO_CHOICE(
        rondo_scheduled_sampling_config, decay, RONDO_DECAY_NONE, decays,
        "decay of the probability of the true symbol with the update step i: linear k - slope i, "
        "exponential k^i, inverse_sigmoid k / (k + exp(i / k)); none: always the true one"),
    RONDO_REAL(rondo_scheduled_sampling_config, k, 1, 0, HUGE_VAL, RONDO_OPEN_LOW,
               "linear and exponential at most 1, inverse_sigmoid at least 1"),
    RONDO_REAL(rondo_scheduled_sampling_config, slope, 0, 0, 1, 0, "linear: decrease per step"),
    RONDO_REAL(rondo_scheduled_sampling_config, minimum, 0, 0, 1, 0,
               "lower bound of the probability"),
    RONDO_CHOICE(rondo_scheduled_sampling_config, choice, RONDO_CHOOSE_ARGMAX, own_symbols,
                 "how the model's own symbol is chosen: the most probable one, or a sampled one"),
    RONDO_OPTIONS_END};

const rondo_option rondo_train_rows[] = {
    RONDO_INTEGER(rondo_train_config, epochs, 10, 1, 1000000, "passes over the training split"),
    RONDO_INTEGER(rondo_train_config, max_steps, 0, 0, HUGE_VAL,
                  "update steps after which to stop; 0: no limit"),
    RONDO_REAL(rondo_train_config, max_seconds, 0, 0, HUGE_VAL, 0,
               "seconds of update steps, including those before a --resume, after which the run "
               "ends; the result then depends on the machine; 0: no limit"),
    RONDO_REAL(rondo_train_config, max_minutes, 0, 0, HUGE_VAL, 0,
               "minutes after which this process stops as if by a signal: with a checkpoint from "
               "which --resume continues, and exit status 3; 0: no limit"),
    RONDO_INTEGER(rondo_train_config, threads, 0, 0, 1024,
                  "number of threads; 0: as many as are fastest at the moment, up to all "
                  "processors; never changes results"),
    RONDO_CHOICE(
        rondo_train_config, precision, RONDO_CHOOSE_FLOAT32, precisions,
        "what matrix products multiply; bfloat16 rounds both operands to 8 significant bits "
        "(it needs a processor with AVX512_BF16; AMD's take about half the time, Intel's "
        "longer than for float32); sums, weights, states and the optimizer are of float32 in "
        "either case; auto: bfloat16 where it is faster; results depend on it"),
    RONDO_INTEGER(
        rondo_train_config, shards, 1, 1, RONDO_MAX_SHARDS,
        "parts into which a minibatch's rows are divided; their gradients are computed separately "
        "and summed as a tree, so that up to this many processes (mpirun) train one model, with "
        "the same result for any number of processes; results depend on the number of shards"),
    RONDO_INTEGER(rondo_train_config, log_every, 50, 0, HUGE_VAL,
                  "update steps between training records in the metrics; 0: epochs only"),
    RONDO_TEXT_ROW(
        rondo_train_config, start_from, NULL,
        "a run folder whose weights training starts from (fine-tuning): layers by name, rows of "
        "embeddings and classes by symbol; what does not fit starts as usual, and the log says so"),
    RONDO_REAL(rondo_train_config, weight_noise, 0, 0, HUGE_VAL, 0,
               "standard deviation of Gaussian noise on the weights at which a gradient is taken, "
               "new for every update (Graves 2011); evaluation is without it; 0: off"),
    RONDO_REAL(
        rondo_train_config, weight_average, 0, 0, 1, RONDO_OPEN_HIGH,
        "decay of an exponential moving average of the weights, such as 0.999: evaluation, the "
        "best checkpoint and whoever uses the run have the average; 0: off"),
    RONDO_TEXT_ROW(rondo_train_config, monitor, "loss",
                   "the validation metric for early stopping, validation-based schedules and the "
                   "best checkpoint: loss, a metric of the loss (accuracy ..), or any other that "
                   "the config has (rondo list)"),
    RONDO_INTEGER(rondo_train_config, decoded_sequences, 1000, 0, HUGE_VAL,
                  "translation: sequences of the validation split that are decoded after each "
                  "epoch, for exact_match; the test split is decoded whole"),
    RONDO_OPTIONS_END};

const rondo_section rondo_train_sections[] = {
    {RONDO_SECTION(
        "early_stopping", rondo_train_config, early_stopping, early_stopping_rows,
        "stop when the validation loss, or what train.monitor names, no longer improves")},
    {RONDO_SECTION("scheduled_sampling", rondo_train_config, scheduled_sampling,
                   scheduled_sampling_rows,
                   "translation: the decoder sometimes reads its own predictions in training "
                   "(Bengio et al. 2015)")},
    RONDO_SECTIONS_END};
