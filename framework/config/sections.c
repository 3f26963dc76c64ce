#include "config/sections.h"

#include <math.h>
#include <string.h>

/* Rows whose key is not a field's bare name, or that are required, are written with this; of a
 * required row the default is an example, shown in the reference. */
#define ROW(name, type, flags, config, field, c_type, fallback, low, high, choices, text, help)    \
    {                                                                                              \
        name, type, flags, RONDO_FIELD_OFFSET(config, field, c_type), fallback, low, high,         \
            choices, text, help                                                                    \
    }
#define TEXT(config, field, fallback, help)                                                        \
    ROW(#field, RONDO_OPTION_TEXT, 0, config, field, const char *, 0, 0, 0, NULL, fallback, help)

#define MOST 9007199254740992.0 /* 2^53: every integer up to here is exact in a row */
enum { MOST_UNITS = 65536, MOST_BATCH = 1048576 };

static const char *const units[] = {"character", "word", NULL};
static const char *const tag_schemes[] = {"auto", "none", "iob1", "iob2", "iobes", NULL};
static const char *const features[] = {"suffix", "prefix", "shape", "lowercase", "column", NULL};
static const char *const examples[] = {"stream", "line", NULL};
static const char *const standardize[] = {"none", "inputs", "all", NULL};
static const char *const orders[] = {"sequential", "random", NULL};
static const char *const inputs[] = {"embedding", "one_hot", "values", NULL};
static const char *const poolings[] = {"none", "last", "mean", "max", NULL};
static const char *const dropout_kinds[] = {"element", "sequence", NULL};
static const char *const rules[] = {"glorot_uniform", "orthogonal",   "uniform",
                                    "normal",         "inverse_root", NULL};
static const char *const normalizations[] = {"tokens", "sequences", NULL};
static const char *const clip_scopes[] = {"global", "layer", NULL};

static const rondo_option split_rows[] = {
    RONDO_CHOICE(rondo_split_config, order, RONDO_SEQUENTIAL, orders,
                 "fractions in the order of the file (train, valid, test), or examples drawn at "
                 "random"),
    RONDO_OPTIONS_END};

#define PART_ALLOWED                                                                               \
    "a fraction of the data in [0, 1), a number of sequences, or the path of a file"

static const rondo_part_key split_parts[] = {
    {"train", offsetof(rondo_split_config, train), 0, true,
     "a fraction of the data in (0, 1), a number of sequences, or the path of a file",
     "the first of data.path, valid and test follow and the rest is not used; or a file instead of "
     "data.path; without it, what valid and test leave is for training"},
    {"valid", offsetof(rondo_split_config, valid), 0.1, false, PART_ALLOWED,
     "what early stopping and the choice of the best checkpoint look at"},
    {"test", offsetof(rondo_split_config, test), 0, false, PART_ALLOWED,
     "what is looked at once, at the end"},
    {NULL, 0, 0, false, NULL, NULL}};

static const rondo_option data_rows[] = {
    TEXT(rondo_data_config, path, NULL,
         "the file, relative to the config's folder; or a folder with a file for each split, each "
         "with the word train, valid (dev, val) or test in its name; required unless "
         "data.split.train names a file"),
    RONDO_INTEGER(rondo_data_config, max_bytes, 0, 0, 0x1p50,
                  "bytes that a file may have, and what it unpacks to where it is gzipped or, of "
                  "an array of hdf5, compressed; 0: a gzipped file or compressed array up to 64 "
                  "MiB or a hundred times the file's size, whichever is more, and at most 4 GiB of "
                  "text"),
    RONDO_CHOICE(rondo_data_config, unit, RONDO_CHARACTER, units,
                 "what a symbol is; default: the format's own (rondo describe format NAME)"),
    RONDO_CHOICE(rondo_data_config, example, RONDO_STREAM, examples,
                 "the text as one stream cut into batch_size parallel ones, or one example a "
                 "line; default: stream for text, otherwise line"),
    RONDO_INTEGER(rondo_data_config, batch_size, 64, 1, MOST_BATCH, "sequences of a minibatch"),
    RONDO_INTEGER(rondo_data_config, batch_tokens, 0, 0, INT32_MAX,
                  "tokens of a minibatch at most, besides batch_size; a longer sequence is a "
                  "minibatch alone; 0: no limit; not for streams"),
    RONDO_INTEGER(rondo_data_config, evaluation_batch_size, 0, 0, MOST_BATCH,
                  "sequences of a minibatch in evaluation; 0: batch_size"),
    RONDO_INTEGER(rondo_data_config, truncated_bptt, 100, 0, MOST_BATCH,
                  "steps after which back-propagation is cut; a longer sequence, or a stream, is "
                  "taken through several minibatches of so many steps; 0: whole sequences, not for "
                  "streams; default: 100 for streams, otherwise 0"),
    RONDO_BOOLEAN(rondo_data_config, carry_state, true,
                  "what truncated_bptt cuts goes on from the states that the minibatch before "
                  "ended with; false: training starts each piece from zero (sequences are "
                  "evaluated whole all the same); default: true where truncated_bptt is above 0"),
    RONDO_BOOLEAN(rondo_data_config, shuffle, false,
                  "a new order of the sequences in each epoch; default: false for streams, "
                  "otherwise true"),
    RONDO_CHOICE(rondo_data_config, tag_scheme, RONDO_TAGS_AUTO, tag_schemes,
                 "tagging: how tags spell entities (B-type, I-type, O ..), of which precision, "
                 "recall and f1 are then told; auto: as the training split's tags look; iob2 is "
                 "also called BIO; iobes is BILOU, too"),
    RONDO_CHOICE(rondo_data_config, standardize, RONDO_STANDARDIZE_NONE, standardize,
                 "take from each column of the inputs, or of all, the mean of "
                 "the training split and divide by its standard deviation; predictions are in the "
                 "units of the data, losses are not"),
    RONDO_CHOICE(rondo_data_config, target_unit, RONDO_CHARACTER, units,
                 "what a symbol of the target is; default: as unit"),
    RONDO_BOOLEAN(rondo_data_config, shared_vocabulary, false,
                  "one dictionary for source and target"),
    RONDO_BOOLEAN(rondo_data_config, reverse_source, false,
                  "the encoder reads the source from its end"),
    RONDO_OPTIONS_END};

#define SECTION(section_name, config, field, section_rows, section_help)                           \
    .name = section_name, .offset = offsetof(config, field), .rows = section_rows,                 \
    .help = section_help
#define SECTIONS_END                                                                               \
    {                                                                                              \
        .name = NULL                                                                               \
    }

static const rondo_option feature_rows[] = {
    ROW("kind", RONDO_OPTION_CHOICE, RONDO_REQUIRED, rondo_feature_config, kind, int,
        RONDO_FEATURE_SUFFIX, 0, 0, features, NULL,
        "the last or first `length` characters of the word; its shape (Xx, dd, XX-x); the word in "
        "lower case; or another column"),
    RONDO_INTEGER(rondo_feature_config, length, 0, 1, 16, "suffix, prefix: how many characters"),
    RONDO_INTEGER(rondo_feature_config, column, 0, 1, 1000,
                  "column: the field that holds it, counted from 1"),
    RONDO_INTEGER(rondo_feature_config, min_count, 1, 1, HUGE_VAL,
                  "symbols that the training split has less often become the unknown symbol"),
    ROW("embedding", RONDO_OPTION_INTEGER, RONDO_REQUIRED, rondo_feature_config, embedding, int64_t,
        16, 1, MOST_UNITS, NULL, NULL, "width of its embedding"),
    RONDO_OPTIONS_END};

static const rondo_list_key feature_list = {offsetof(rondo_data_config, feature_count),
                                            sizeof(rondo_feature_config), RONDO_MAX_FEATURES, true};

static const rondo_plugin_key data_format = {.key = "format",
                                             .kind = RONDO_KIND_FORMAT,
                                             .plugin_offset = offsetof(rondo_data_config, format),
                                             .options_offset = offsetof(rondo_data_config, options),
                                             .fallback = "text",
                                             .help = "what the data look like"};

static const rondo_section data_sections[] = {
    {SECTION("vocabulary", rondo_data_config, vocabulary, rondo_vocabulary_rows,
             "built from the training split")},
    {SECTION("features", rondo_data_config, features, feature_rows,
             "further inputs of each step, whose embeddings stand beside "
             "that of the word"),
     .list = &feature_list},
    {SECTION(
         "split", rondo_data_config, split, split_rows,
         "the parts of the data: a fraction of data.path, so many of its sequences (symbols of a "
         "stream), or a file"),
     .parts = split_parts},
    SECTIONS_END};

#define DROPOUT_KIND_HELP                                                                          \
    "drawn anew for each step, or once for all steps that a sequence has in the minibatch "        \
    "(variational dropout)"

static const rondo_option input_rows[] = {
    RONDO_CHOICE(
        rondo_input_config, kind, RONDO_INPUT_ONE_HOT, inputs,
        "how a symbol enters; `input: one_hot` is short for {kind: one_hot}, "
        "`input: values` (real numbers) likewise; default: values for idx and forecasting, "
        "otherwise embedding where a width is given and one_hot where not"),
    RONDO_INTEGER(rondo_input_config, embedding, 0, 1, MOST_UNITS,
                  "width of the embedding; kind embedding only"),
    RONDO_REAL(rondo_input_config, noise, 0, 0, HUGE_VAL, RONDO_OPEN_HIGH,
               "standard deviation of Gaussian noise that training adds to the values, or to the "
               "embedding's output, before dropout (Bishop 1995), drawn anew for each number, step "
               "and update; 0: off; one_hot: none"),
    RONDO_REAL(rondo_input_config, dropout, 0, 0, 1, RONDO_OPEN_HIGH,
               "dropout of what enters the first layer; one_hot: of whole symbols"),
    RONDO_CHOICE(rondo_input_config, dropout_kind, RONDO_DROP_ELEMENTS, dropout_kinds,
                 DROPOUT_KIND_HELP),
    TEXT(rondo_input_config, pretrained, NULL,
         "a text file of word vectors (GloVe, word2vec) that the embedding starts from, relative "
         "to the config's folder; needed when training starts, not afterwards"),
    RONDO_BOOLEAN(rondo_input_config, frozen, false,
                  "leave the pretrained embedding as it is: it has no gradient"),
    RONDO_REAL(rondo_input_config, unknown_rate, 0, 0, 1, RONDO_OPEN_HIGH,
               "share of the symbols that are the unknown symbol to a training step, drawn anew "
               "each time, so that it is learned too; features stay as they are"),
    RONDO_OPTIONS_END};

static const rondo_option backward_rows[] = {
    RONDO_INTEGER(rondo_direction_config, hidden, 0, 1, MOST_UNITS, "units of that direction"),
    RONDO_OPTIONS_END};

static const rondo_plugin_key backward_plugin = {
    .key = "cell",
    .kind = RONDO_KIND_CELL,
    .plugin_offset = offsetof(rondo_direction_config, cell),
    .options_offset = offsetof(rondo_direction_config, options),
    .help = "the recurrent unit of that direction",
    .inherits = true};

#define ZONEOUT_HELP                                                                               \
    "probability that a unit of a state keeps its preceding value, by the name of the state; in "  \
    "evaluation the mean of both takes its place"

static const rondo_state_key backward_zoneout = {
    "zoneout", offsetof(rondo_direction_config, zoneout), ZONEOUT_HELP};

static const rondo_section layer_sections[] = {
    {SECTION("backward", rondo_layer_config, backward, backward_rows,
             "bidirectional: the network that reads from the end, if it is to be another one; of "
             "cell, hidden, zoneout and options, what is left out is as in the forward direction"),
     .plugin = &backward_plugin, .states = &backward_zoneout},
    SECTIONS_END};

static const rondo_option layer_rows[] = {
    ROW("hidden", RONDO_OPTION_INTEGER, RONDO_REQUIRED, rondo_layer_config, hidden, int64_t, 128, 1,
        MOST_UNITS, NULL, NULL, "units of the layer, in each direction"),
    RONDO_REAL(rondo_layer_config, recurrent_dropout, 0, 0, 1, RONDO_OPEN_HIGH,
               "dropout of the states that the recurrent products read; drawn once for all steps "
               "that a sequence has in the minibatch"),
    RONDO_BOOLEAN(rondo_layer_config, layer_norm, false,
                  "normalise the layer's output over its units, with a gain and a bias of each"),
    RONDO_REAL(rondo_layer_config, layer_norm_epsilon, 1e-5, 0, 1, RONDO_OPEN_LOW,
               "what layer_norm adds to the variance"),
    RONDO_REAL(rondo_layer_config, dropout, 0, 0, 1, RONDO_OPEN_HIGH,
               "dropout of the layer's output, after layer_norm"),
    RONDO_CHOICE(rondo_layer_config, dropout_kind, RONDO_DROP_ELEMENTS, dropout_kinds,
                 DROPOUT_KIND_HELP),
    RONDO_BOOLEAN(rondo_layer_config, residual, false,
                  "add the layer's input to its output, after dropout; both must be of one width"),
    RONDO_BOOLEAN(rondo_layer_config, bidirectional, false,
                  "a second network reads each sequence from its end; outputs stand side by side"),
    RONDO_OPTIONS_END};

static const rondo_plugin_key layer_plugin = {.key = "cell",
                                              .kind = RONDO_KIND_CELL,
                                              .plugin_offset = offsetof(rondo_layer_config, cell),
                                              .options_offset =
                                                  offsetof(rondo_layer_config, options),
                                              .help = "the recurrent unit"};

static const rondo_state_key layer_zoneout = {"zoneout", offsetof(rondo_layer_config, zoneout),
                                              ZONEOUT_HELP};

static const rondo_list_key layer_list = {offsetof(rondo_model_config, layer_count),
                                          sizeof(rondo_layer_config), RONDO_MAX_LAYERS, false};

static const rondo_section decoder_sections[] = {
    {SECTION("input", rondo_decoder_config, input, input_rows,
             "how the symbol before enters; default: as model.input"),
     .is_repeated = true},
    {SECTION("layers", rondo_decoder_config, layers, layer_rows,
             "one to each of model.layers, with the same keys, not bidirectional; [] for other "
             "tasks"),
     .plugin = &layer_plugin, .states = &layer_zoneout, .sections = layer_sections,
     .list = &rondo_decoder_list, .is_repeated = true},
    SECTIONS_END};

static const rondo_option initialization_rows[] = {
    RONDO_CHOICE(rondo_initialization_config, weights, RONDO_GLOROT_UNIFORM, rules,
                 "input products, readout and embedding"),
    RONDO_CHOICE(rondo_initialization_config, recurrent, RONDO_ORTHOGONAL, rules,
                 "recurrent products"),
    RONDO_REAL(rondo_initialization_config, scale, 0.1, 0, 100, RONDO_OPEN_LOW,
               "of uniform (+- scale, biases too) and normal (standard deviation)"),
    RONDO_OPTIONS_END};

static const rondo_option readout_rows[] = {ROW("bias", RONDO_OPTION_BOOLEAN, 0, rondo_model_config,
                                                readout_bias, bool, true, 0, 1, NULL, NULL,
                                                "add a bias"),
                                            ROW("tied", RONDO_OPTION_BOOLEAN, 0, rondo_model_config,
                                                readout_tied, bool, false, 0, 1, NULL, NULL,
                                                "the weights are the embedding's transpose (Press "
                                                "& Wolf 2017): the last layer must be as wide as "
                                                "the embedding; a language_model only"),
                                            RONDO_OPTIONS_END};

static const rondo_option model_rows[] = {
    RONDO_CHOICE(rondo_model_config, pooling, RONDO_POOLING_NONE, poolings,
                 "what the readout sees of the last layer: every step (none), or one vector a "
                 "sequence: its last step (of a backward direction the first, which has read all), "
                 "the mean or the maximum over its steps; default: last for classification, "
                 "regression and series, otherwise none"),
    RONDO_OPTIONS_END};

static const rondo_section model_sections[] = {
    {SECTION("input", rondo_model_config, input, input_rows, "what the first layer sees")},
    {SECTION("layers", rondo_model_config, layers, layer_rows,
             "recurrent layers, from the input up; at least one"),
     .plugin = &layer_plugin, .states = &layer_zoneout, .sections = layer_sections,
     .list = &layer_list},
    {SECTION("decoder", rondo_model_config, decoder, rondo_decoder_rows,
             "translation: what writes the target; model.input and model.layers read the source"),
     .sections = decoder_sections},
    {SECTION("initialization", rondo_model_config, initialization, initialization_rows,
             "how weights start")},
    {.name = "readout",
     .rows = readout_rows,
     .help = "the product from the last layer to the predictions"},
    SECTIONS_END};

static const rondo_option loss_rows[] = {
    RONDO_CHOICE(rondo_loss_config, normalization, RONDO_PER_TOKEN, normalizations,
                 "what the gradient of the summed loss is divided by before clipping: the "
                 "minibatch's tokens, or its sequences (then it grows with their length); the loss "
                 "shown is per token always; with model.pooling there is one loss a sequence, and "
                 "everything is per sequence"),
    RONDO_OPTIONS_END};

static const rondo_plugin_key loss_plugin = {.key = "name",
                                             .kind = RONDO_KIND_LOSS,
                                             .plugin_offset = offsetof(rondo_loss_config, loss),
                                             .options_offset = offsetof(rondo_loss_config, options),
                                             .fallback = "softmax_cross_entropy",
                                             .help = "how far predictions are from targets"};

static const rondo_option optimizer_rows[] = {
    RONDO_REAL(rondo_optimizer_config, learning_rate, 0.001, 0, HUGE_VAL, 0,
               "step size before the schedule; default: the optimizer's own"),
    RONDO_OPTIONS_END};

static const rondo_plugin_key optimizer_plugin = {
    .key = "name",
    .kind = RONDO_KIND_OPTIMIZER,
    .plugin_offset = offsetof(rondo_optimizer_config, optimizer),
    .options_offset = offsetof(rondo_optimizer_config, options),
    .help = "the update rule"};

static const rondo_option clip_rows[] = {
    RONDO_REAL(rondo_clip_config, norm, 0, 0, HUGE_VAL, 0,
               "scale the gradient down to this Euclidean norm; 0: off"),
    RONDO_CHOICE(rondo_clip_config, scope, RONDO_CLIP_GLOBAL, clip_scopes,
                 "what norm is of: the whole gradient, or the embedding, each layer and the "
                 "readout apart"),
    RONDO_REAL(rondo_clip_config, value, 0, 0, HUGE_VAL, 0,
               "clip each element to +- this, before the norm; 0: off"),
    RONDO_OPTIONS_END};

static const rondo_option schedule_rows[] = {
    RONDO_INTEGER(rondo_schedule_config, warmup_steps, 0, 0, HUGE_VAL,
                  "update steps of a linear rise from 0, which multiplies any schedule"),
    RONDO_OPTIONS_END};

static const rondo_plugin_key schedule_plugin = {
    .key = "name",
    .kind = RONDO_KIND_SCHEDULE,
    .plugin_offset = offsetof(rondo_schedule_config, schedule),
    .options_offset = offsetof(rondo_schedule_config, options),
    .fallback = "constant",
    .help = "how the learning rate changes from update to update"};

static const rondo_option early_stopping_rows[] = {
    RONDO_INTEGER(rondo_early_stopping_config, patience, 0, 0, HUGE_VAL,
                  "stop after so many evaluations without improvement; 0: off"),
    RONDO_REAL(
        rondo_early_stopping_config, minimum_improvement, 0, 0, HUGE_VAL, 0,
        "an improvement is a gain of more than this over the best value so far, however small the "
        "gain that made it the best; in the units of train.best_by"),
    RONDO_OPTIONS_END};

static const rondo_option train_rows[] = {
    RONDO_INTEGER(rondo_train_config, epochs, 10, 1, 1000000, "passes over the training split"),
    RONDO_INTEGER(rondo_train_config, max_steps, 0, 0, HUGE_VAL,
                  "update steps after which to stop; 0: no limit"),
    RONDO_REAL(rondo_train_config, max_seconds, 0, 0, HUGE_VAL, 0,
               "of update steps, those before a --resume included, after which the run is done; "
               "what comes out then depends on the machine; 0: no limit"),
    RONDO_REAL(rondo_train_config, max_minutes, 0, 0, HUGE_VAL, 0,
               "of this process, after which to stop as at a signal: with a checkpoint, to be gone "
               "on from with --resume, and exit status 3; 0: no limit"),
    RONDO_INTEGER(rondo_train_config, threads, 0, 0, 1024,
                  "0: as many as train fastest at the moment, up to all processors; never changes "
                  "a result"),
    RONDO_INTEGER(
        rondo_train_config, shards, 1, 1, RONDO_MAX_SHARDS,
        "parts of a minibatch's rows whose gradients are computed apart and added up as a "
        "tree, so that up to so many processes (mpirun) train one model, and any number "
        "of them with the same result; results are those of the number of shards"),
    RONDO_INTEGER(rondo_train_config, log_every, 50, 0, HUGE_VAL,
                  "update steps between training records in the metrics; 0: epochs only"),
    TEXT(
        rondo_train_config, start_from, NULL,
        "a run folder whose weights training starts from (fine-tuning): layers by name, rows of "
        "embeddings and classes by symbol; what does not fit starts as usual, and the log says so"),
    RONDO_REAL(rondo_train_config, weight_noise, 0, 0, HUGE_VAL, 0,
               "standard deviation of Gaussian noise on the weights at which a gradient is taken, "
               "new for every update (Graves 2011); evaluation is without it; 0: off"),
    TEXT(rondo_train_config, best_by, "loss",
         "what early stopping, a schedule that follows validations and the best checkpoint look "
         "at in the validation split: loss, a metric of the loss (accuracy ..), or any other that "
         "the config has (rondo list)"),
    RONDO_INTEGER(rondo_train_config, decoded_sequences, 1000, 0, HUGE_VAL,
                  "translation: sequences of the validation split that are decoded after each "
                  "epoch, for exact_match; the test split is decoded whole"),
    RONDO_OPTIONS_END};

static const rondo_section train_sections[] = {
    {SECTION("early_stopping", rondo_train_config, early_stopping, early_stopping_rows,
             "stop when the validation loss, or what train.best_by names, no longer improves")},
    {SECTION("scheduled_sampling", rondo_train_config, scheduled_sampling,
             rondo_scheduled_sampling_rows,
             "translation: the decoder reads symbols of its own while training (Bengio et al. "
             "2015)")},
    SECTIONS_END};

static const rondo_option checkpoint_rows[] = {
    RONDO_INTEGER(rondo_checkpoint_every_config, epochs, 1, 0, HUGE_VAL, "so many epochs; 0: off"),
    RONDO_INTEGER(rondo_checkpoint_every_config, steps, 0, 0, HUGE_VAL,
                  "so many update steps; 0: off"),
    RONDO_OPTIONS_END};

static const rondo_option output_rows[] = {
    TEXT(rondo_output_config, folder, NULL,
         "the run's folder, relative to the current one; default: runs/ and the config's name; one "
         "that is absolute or leads upwards is named by --output or --set only"),
    RONDO_INTEGER(rondo_output_config, keep, 2, 1, 1000, "checkpoints kept, the newest first"),
    RONDO_OPTIONS_END};

static const rondo_section output_sections[] = {
    {SECTION("checkpoint_every", rondo_output_config, checkpoint_every, checkpoint_rows,
             "a checkpoint is written after every, and at the end")},
    SECTIONS_END};

static const rondo_option root_rows[] = {
    ROW("behavior_version", RONDO_OPTION_INTEGER, RONDO_REQUIRED, rondo_experiment,
        behavior_version, int64_t, RONDO_BEHAVIOR_VERSION, RONDO_BEHAVIOR_VERSION,
        RONDO_BEHAVIOR_VERSION, NULL, NULL,
        "the defaults this config was written for; new defaults come with a new number"),
    RONDO_INTEGER(rondo_experiment, seed, 1, 0, MOST, "random seed"), RONDO_OPTIONS_END};

static const rondo_plugin_key task_plugin = {.key = "task",
                                             .kind = RONDO_KIND_TASK,
                                             .plugin_offset = offsetof(rondo_experiment, task),
                                             .fallback = "language_model",
                                             .is_word = true,
                                             .help = "what is learned: rondo describe task NAME"};

static const rondo_option seeds_rows[] = {
    RONDO_INTEGER(rondo_seeds_config, initialization, -1, 0, MOST, "of the parameters"),
    RONDO_INTEGER(rondo_seeds_config, order, -1, 0, MOST, "of the order of training sequences"),
    RONDO_INTEGER(rondo_seeds_config, masks, -1, 0, MOST,
                  "of what changes from step to step: dropout, zoneout, input noise, weight noise, "
                  "unknown symbols, scheduled sampling"),
    RONDO_INTEGER(rondo_seeds_config, data, -1, 0, MOST,
                  "of the division into splits and of generated sequences"),
    RONDO_OPTIONS_END};

static const rondo_section root_sections[] = {
    {SECTION("seeds", rondo_experiment, seeds, seeds_rows,
             "seeds of their own for parts of what is random, so that one can be varied while the "
             "others stay; without one: seed")},
    {SECTION("data", rondo_experiment, data, data_rows, "training data"), .plugin = &data_format,
     .sections = data_sections},
    {SECTION("model", rondo_experiment, model, model_rows, "input, layers, pooling, readout"),
     .sections = model_sections},
    {SECTION("loss", rondo_experiment, loss, loss_rows, "loss function"), .plugin = &loss_plugin},
    {SECTION("optimizer", rondo_experiment, optimizer, optimizer_rows, "how weights are updated"),
     .plugin = &optimizer_plugin},
    {SECTION("clip", rondo_experiment, clip, clip_rows, "gradient clipping")},
    {SECTION("schedule", rondo_experiment, schedule, schedule_rows, "of the learning rate"),
     .plugin = &schedule_plugin},
    {SECTION("train", rondo_experiment, train, train_rows, "training loop"),
     .sections = train_sections},
    {SECTION("output", rondo_experiment, output, output_rows, "what is written, and where"),
     .sections = output_sections},
    SECTIONS_END};

const rondo_section rondo_root_section = {.name = "",
                                          .rows = root_rows,
                                          .plugin = &task_plugin,
                                          .help = "a rondo config",
                                          .sections = root_sections};

const rondo_section *rondo_section_find(const char *path)
{
    const rondo_section *section = &rondo_root_section;
    while (section && *path) {
        const rondo_section *inner = section->sections;
        size_t length = strcspn(path, ".");
        while (inner && inner->name &&
               (strlen(inner->name) != length || strncmp(inner->name, path, length) != 0))
            inner++;
        section = inner && inner->name ? inner : NULL;
        path += length;
        path += *path == '.';
        if (!section || !section->list || !*path) continue;
        path += strcspn(path, "."); /* the number in the list */
        path += *path == '.';
    }
    return section;
}
