/* A config file becomes a checked experiment: every key known, typed, in range, every default
 * filled in. Spelling is one everywhere: YAML key = field here = error text.
 *
 * Plugin options are kept as structs filled from the plugin's own rows. The experiment owns its
 * strings and option structs; plugin pointers belong to the registry.
 */
#ifndef RONDO_CONFIG_EXPERIMENT_H
#define RONDO_CONFIG_EXPERIMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "config/format.h"
#include "config/metric.h"
#include "config/task.h"
#include "plugin/registry.h"
#include "rondo/loss.h"

/* A config says with which defaults it was written; defaults change only with a new number. */
enum {
    RONDO_BEHAVIOR_VERSION = 1,
    RONDO_MAX_LAYERS = 64,
    RONDO_MAX_FEATURES = 16,
    RONDO_MAX_SHARDS = 1024
};

typedef enum rondo_unit { RONDO_CHARACTER = 0, RONDO_WORD = 1 } rondo_unit;

typedef enum rondo_sequences_kind {
    RONDO_STREAM = 0, /* the text is one stream, cut into batch_size parallel streams */
    RONDO_LINE = 1    /* each line, row or record is a sequence */
} rondo_sequences_kind;

/* How tags spell entities of several tokens: the letter before the first "-". */
typedef enum rondo_tag_scheme {
    RONDO_TAGS_AUTO = 0, /* what the tags of the training split look like */
    RONDO_TAGS_NONE = 1, /* tags are classes of single tokens */
    RONDO_TAGS_IOB1 = 2, /* O, I-type; B-type where an entity follows another of its type */
    RONDO_TAGS_IOB2 = 3, /* O, I-type; B-type where an entity begins (BIO) */
    RONDO_TAGS_IOBES = 4 /* O, B-, I-, E-type; S-type alone (BIOES; BILOU: L for E, U for S) */
} rondo_tag_scheme;

typedef enum rondo_split_order { RONDO_SEQUENTIAL = 0, RONDO_RANDOM = 1 } rondo_split_order;

/* Which letters have a lower case (data/text/letters.h). */
typedef enum rondo_lowercase_rule {
    RONDO_LOWERCASE_UNICODE = 0,
    RONDO_LOWERCASE_ASCII = 1 /* A-Z: all that builds knew whose checkpoints do not say it */
} rondo_lowercase_rule;

typedef struct rondo_vocabulary_config {
    int64_t min_count; /* rarer symbols of the training split become unknown; default 1 */
    int64_t max_size;  /* 0: no limit; counts <UNK> and <EOS> */
    bool lowercase;
    int lowercase_rule;  /* rondo_lowercase_rule: of `lowercase` and of features */
    const char *unknown; /* how the unknown symbol is written; default "<UNK>" */
    const char *end;     /* end of line or sequence; default "<EOS>" */
} rondo_vocabulary_config;

typedef enum rondo_feature_kind {
    RONDO_FEATURE_SUFFIX = 0,
    RONDO_FEATURE_PREFIX = 1,
    RONDO_FEATURE_SHAPE = 2,
    RONDO_FEATURE_LOWERCASE = 3,
    RONDO_FEATURE_COLUMN = 4
} rondo_feature_kind;

/* One more input of each step, beside its word: data/features.h. */
typedef struct rondo_feature_config {
    int kind;          /* rondo_feature_kind */
    int64_t length;    /* suffix, prefix: characters; else 0 */
    int64_t column;    /* column: 1-based field; else 0 */
    int64_t min_count; /* rarer symbols of the training split become unknown; default 1 */
    int64_t embedding; /* width */
} rondo_feature_config;

/* Which values are standardised by the training split (data/scales.h). */
typedef enum rondo_standardize {
    RONDO_STANDARDIZE_NONE = 0,
    RONDO_STANDARDIZE_INPUTS = 1,
    RONDO_STANDARDIZE_ALL = 2 /* targets, too */
} rondo_standardize;

/* A part of the data: a fraction of data.path, so many of its sequences (of a stream: symbols), or
 * a file of its own (path non-NULL). At most one of them is set. */
typedef struct rondo_split_part {
    double fraction;
    int64_t count;
    const char *path;
} rondo_split_part;

typedef struct rondo_split_config {
    rondo_split_part train; /* a path stands instead of data.path; nothing set: what is left */
    rondo_split_part valid; /* default: fraction 0.1 */
    rondo_split_part test;  /* default: fraction 0 */
    int order;              /* rondo_split_order: parts in file order, or lines drawn at random */
} rondo_split_config;

typedef struct rondo_data_config {
    const rondo_format *format;
    void *options;    /* of the format: filled config struct */
    const char *path; /* made absolute against the config's folder */
    int unit;         /* rondo_unit */
    int sequences;    /* rondo_sequences_kind */
    rondo_vocabulary_config vocabulary;
    rondo_split_config split;
    int64_t max_bytes;             /* of a file, and of what it unpacks to; 0: base/gzip.h */
    int64_t batch_size;            /* sequences */
    int64_t batch_tokens;          /* all but streams: tokens at most; 0: no limit */
    int64_t evaluation_batch_size; /* 0: batch_size */
    int64_t truncated_bptt;        /* steps; 0: whole sequences (line, columns) */
    bool carry_state;              /* what is cut goes on where the preceding minibatch ended */
    bool shuffle;                  /* line, columns: a new order each epoch */
    int tag_scheme;                /* rondo_tag_scheme */
    int64_t feature_count;
    rondo_feature_config features[RONDO_MAX_FEATURES];
    int standardize;        /* rondo_standardize */
    int target_unit;        /* pairs: rondo_unit; default: unit */
    bool shared_vocabulary; /* pairs: one dictionary for both sides */
    bool reverse_source;    /* pairs: last symbol first (Sutskever et al. 2014) */
} rondo_data_config;

typedef enum rondo_input_kind {
    RONDO_INPUT_EMBEDDING = 0,
    RONDO_INPUT_ONE_HOT = 1,
    RONDO_INPUT_VALUES = 2
} rondo_input_kind;

/* For how long a number dropped stays dropped. */
typedef enum rondo_dropout_kind {
    RONDO_DROP_ELEMENTS = 0, /* a draw for each unit and step (Zaremba et al. 2014) */
    RONDO_DROP_SEQUENCES = 1 /* a draw for each unit of a sequence, all steps of the minibatch (Gal
                                & Ghahramani 2016) */
} rondo_dropout_kind;

typedef struct rondo_input_config {
    int kind;               /* rondo_input_kind; YAML: `one_hot`, `values`, or {embedding: N} */
    int64_t embedding;      /* width */
    double noise;           /* standard deviation, before dropout; not of one-hot symbols; 0: off */
    double dropout;         /* of the embedding's output, the values, or the one-hot symbols */
    int dropout_kind;       /* rondo_dropout_kind */
    const char *pretrained; /* a file of word vectors that the embedding starts from; NULL: none */
    bool frozen;            /* the embedding is not trained */
    double unknown_rate;    /* of symbols that are the unknown one to a training step */
} rondo_input_config;

/* The direction that reads from the end: what YAML leaves out is as in the layer itself. */
typedef struct rondo_direction_config {
    const rondo_cell *cell; /* NULL unless the layer is bidirectional */
    void *options;
    int64_t hidden;
    double zoneout[RONDO_MAX_STATES];
} rondo_direction_config;

typedef struct rondo_layer_config {
    const rondo_cell *cell;
    void *options; /* filled config struct of the cell */
    int64_t hidden;
    double zoneout[RONDO_MAX_STATES]; /* by state of the cell: probability to keep the old value */
    double dropout;                   /* of the layer's output */
    int dropout_kind;                 /* rondo_dropout_kind */
    double recurrent_dropout;         /* of what the recurrent products read, by sequence */
    bool layer_norm;                  /* of the layer's output, before dropout */
    double layer_norm_epsilon;
    bool residual;      /* the layer's input is added to its output, after dropout */
    bool bidirectional; /* output is [forward, backward], side by side */
    rondo_direction_config backward;
} rondo_layer_config;

/* Of its cells: the units of both directions. */
static inline int64_t rondo_layer_config_units(const rondo_layer_config *layer)
{
    return layer->hidden + (layer->bidirectional ? layer->backward.hidden : 0);
}

/* Of its output: both directions side by side, each as many units or as wide as its cell projects
 * them. */
int64_t rondo_layer_config_width(const rondo_layer_config *layer);

/* Where the states come from that a decoder starts with (model/network.h). */
typedef enum rondo_bridge_rule {
    RONDO_BRIDGE_COPY = 0,
    RONDO_BRIDGE_PROJECTION = 1 /* tanh(W x + b), a state at a time */
} rondo_bridge_rule;

typedef enum rondo_context_rule {
    RONDO_CONTEXT_INITIAL = 0,   /* through the starting states alone (Sutskever et al. 2014) */
    RONDO_CONTEXT_EVERY_STEP = 1 /* the encoder's last output enters every step, too (Cho et al.
                                    2014) */
} rondo_context_rule;

/* What a decoder's readout looks at besides its own output (model/attention.c). */
typedef enum rondo_attention_rule {
    RONDO_ATTENTION_NONE = 0,
    RONDO_ATTENTION_DOT = 1,    /* Luong et al. 2015, eq. 8 */
    RONDO_ATTENTION_GENERAL = 2 /* with a matrix between */
} rondo_attention_rule;

/* task translation: model.input and model.layers are the encoder, this is the decoder. */
typedef struct rondo_decoder_config {
    rondo_input_config input; /* default: as model.input */
    int64_t layer_count;      /* 0 for other tasks */
    rondo_layer_config layers[RONDO_MAX_LAYERS];
    int bridge;    /* rondo_bridge_rule; default: copy where the widths are equal */
    int context;   /* rondo_context_rule */
    int attention; /* rondo_attention_rule */
} rondo_decoder_config;

typedef struct rondo_initialization_config {
    int weights;   /* rondo_weight_rule: input products, readout, embedding */
    int recurrent; /* rondo_weight_rule */
    double scale;  /* of uniform (+- scale) and normal (standard deviation) */
} rondo_initialization_config;

typedef enum rondo_weight_rule {
    RONDO_GLOROT_UNIFORM = 0, /* +- sqrt(6 / (fan_in + fan_out)), a gate block at a time */
    RONDO_ORTHOGONAL = 1,     /* a gate block at a time (Saxe et al. 2013) */
    RONDO_UNIFORM = 2,        /* +- scale, biases too (Zaremba et al. 2014) */
    RONDO_NORMAL = 3,
    RONDO_INVERSE_ROOT = 4 /* +- 1/sqrt(hidden), as torch.nn.LSTM */
} rondo_weight_rule;

/* What the readout sees of the top layer's outputs: each step, or one vector per sequence. */
typedef enum rondo_pooling {
    RONDO_POOLING_NONE = 0,
    RONDO_POOLING_LAST = 1, /* the last step; of a backward direction step 0 (model/pooling.c) */
    RONDO_POOLING_MEAN = 2, /* over the sequence's own steps */
    RONDO_POOLING_MAX = 3
} rondo_pooling;

typedef struct rondo_model_config {
    rondo_input_config input;
    int pooling; /* rondo_pooling */
    int64_t layer_count;
    rondo_layer_config layers[RONDO_MAX_LAYERS];
    rondo_decoder_config decoder;
    rondo_initialization_config initialization;
    bool readout_bias; /* YAML: model.readout: {bias: true, tied: false} */
    bool readout_tied; /* the readout's weights are the embedding's transpose */
} rondo_model_config;

/* What the gradient of the sum of losses is divided by, before clipping and update. With pooling
 * there is one loss per sequence, and both are the mean over sequences. */
typedef enum rondo_normalization {
    RONDO_PER_TOKEN = 0,
    RONDO_PER_SEQUENCE = 1 /* mean over rows, sum over steps (Zaremba et al. 2014) */
} rondo_normalization;

typedef enum rondo_class_weights_rule {
    RONDO_WEIGHTS_NONE = 0,
    RONDO_WEIGHTS_BALANCED = 1, /* n / (K n_k): all classes weigh the same in the training split */
    RONDO_WEIGHTS_BY_NAME = 2
} rondo_class_weights_rule;

/* How much classes count in what training minimises. YAML: loss.options.class_weights. */
typedef struct rondo_class_weights_config {
    int rule;      /* rondo_class_weights_rule */
    int64_t count; /* by name: those that the config names; the others have 1 */
    const char *const *names;
    const double *values;
} rondo_class_weights_config;

typedef struct rondo_loss_config {
    const rondo_loss *loss;
    void *options;
    rondo_class_weights_config class_weights;
    int normalization; /* rondo_normalization */
} rondo_loss_config;

typedef struct rondo_optimizer_config {
    const rondo_optimizer *optimizer;
    void *options;
    double learning_rate; /* default: the plugin's */
} rondo_optimizer_config;

typedef enum rondo_clip_scope {
    RONDO_CLIP_GLOBAL = 0,
    RONDO_CLIP_LAYER = 1 /* the embedding, each layer and the readout apart */
} rondo_clip_scope;

typedef struct rondo_clip_config {
    double norm;  /* of the gradient; 0: off */
    int scope;    /* rondo_clip_scope: what has one norm */
    double value; /* of each element; 0: off. Before norm. */
} rondo_clip_config;

typedef struct rondo_schedule_config {
    const rondo_schedule *schedule;
    void *options;
    int64_t warmup_steps; /* rises linearly from 0; any schedule */
} rondo_schedule_config;

typedef struct rondo_early_stopping_config {
    int64_t patience; /* evaluations without improvement; 0: off */
    double min_delta; /* in the units of train.monitor */
} rondo_early_stopping_config;

typedef enum rondo_sampling_decay {
    RONDO_DECAY_NONE = 0, /* teacher forcing */
    RONDO_DECAY_LINEAR = 1,
    RONDO_DECAY_EXPONENTIAL = 2,
    RONDO_DECAY_INVERSE_SIGMOID = 3
} rondo_sampling_decay;

typedef enum rondo_sampling_choice {
    RONDO_CHOOSE_ARGMAX = 0,
    RONDO_CHOOSE_SAMPLE = 1
} rondo_sampling_choice;

/* The probability that a decoder's input is the true symbol and not its own (Bengio et al. 2015,
 * section 2.4), by update step i: linear max(minimum, k - slope i), exponential k^i, inverse
 * sigmoid k / (k + exp(i / k)). */
typedef struct rondo_scheduled_sampling_config {
    int decay; /* rondo_sampling_decay */
    double k, slope, minimum;
    int choice; /* rondo_sampling_choice: which symbol of its own */
} rondo_scheduled_sampling_config;

typedef enum rondo_precision_choice {
    RONDO_CHOOSE_FLOAT32 = 0,
    RONDO_CHOOSE_BFLOAT16 = 1,
    RONDO_CHOOSE_PRECISION = 2 /* bfloat16 where that is faster */
} rondo_precision_choice;

typedef struct rondo_train_config {
    int64_t epochs;
    int64_t max_steps;      /* 0: no limit */
    double max_seconds;     /* of update steps, in all processes together; 0: no limit */
    double max_minutes;     /* of one process; 0: no limit */
    int64_t threads;        /* 0: as many as train fastest; never changes a result */
    int precision;          /* of products: rondo_precision_choice */
    int64_t shards;         /* S, of a minibatch; any number of ranks up to S gives one result */
    int64_t log_every;      /* steps between training records in the metrics; 0: epochs only */
    const char *start_from; /* a run whose weights training starts from; NULL: none */
    double weight_noise;    /* standard deviation; 0: off */
    double weight_average;  /* decay of the weights to evaluate with; 0: off */
    const char *monitor; /* "loss" or a metric of the validation split: says which epoch is best */
    int64_t decoded_sequences; /* translation: of the validation split, decoded each epoch */
    rondo_early_stopping_config early_stopping;
    rondo_scheduled_sampling_config scheduled_sampling;
} rondo_train_config;

typedef struct rondo_checkpoint_every_config {
    int64_t epochs; /* 0: off */
    int64_t steps;  /* 0: off */
} rondo_checkpoint_every_config;

typedef struct rondo_output_config {
    const char *folder;  /* relative to the current folder, as --output */
    const char *refusal; /* why nothing is written there unless the command line says so (a message
                            with its place); NULL where it may be (config/paths.h) */
    rondo_checkpoint_every_config checkpoint_every;
    int64_t keep_checkpoints; /* generations of the latest checkpoint */
} rondo_output_config;

/* What random numbers are drawn for, each with a seed of its own. */
typedef enum rondo_seed {
    RONDO_SEED_INITIALIZATION = 0, /* of the parameters */
    RONDO_SEED_ORDER = 1,          /* of the training sequences */
    RONDO_SEED_MASKS = 2, /* dropout, zoneout, noise, unknown symbols, scheduled sampling */
    RONDO_SEED_DATA = 3,  /* the division into splits, and sequences that are generated */
    RONDO_SEEDS = 4
} rondo_seed;

/* Below 0: not given, then `seed` counts (rondo_experiment_seed). */
typedef struct rondo_seeds_config {
    int64_t initialization;
    int64_t order;
    int64_t masks;
    int64_t data;
} rondo_seeds_config;

typedef struct rondo_experiment {
    int64_t behavior_version;
    int64_t seed;
    rondo_seeds_config seeds;
    const rondo_task *task;
    rondo_data_config data;
    rondo_model_config model;
    rondo_loss_config loss;
    rondo_optimizer_config optimizer;
    rondo_clip_config clip;
    rondo_schedule_config schedule;
    rondo_train_config train;
    rondo_output_config output;
    rondo_metric_list metrics; /* all that can be named; which of them it has:
                                  rondo_experiment_metrics */
    struct rondo_owned *owned; /* strings and option structs; private */
} rondo_experiment;

/* Reads `path` (with what it `extends`), applies `--set` texts ("path.to.key=value", list indices
 * as numbers), fills defaults, validates. All errors found are reported together, a line each:
 *
 *   a.yaml:12:5: model.layers.0.hiden: unknown key; allowed: cell, ...; did you mean hidden?
 *   --set train.epochs=ten: train.epochs: "ten" is not an integer in [1, 1000000]
 *
 * [main] */
rondo_status rondo_experiment_load(const char *path, const char *const *sets, int64_t set_count,
                                   rondo_registry *registry, rondo_experiment **out,
                                   rondo_error *error);

/* The same for sets that stand in a file: names[i] ("sweep.yaml:3:5") stands in messages instead of
 * "--set TEXT". */
rondo_status rondo_experiment_load_named(const char *path, const char *const *sets,
                                         const char *const *names, int64_t set_count,
                                         rondo_registry *registry, rondo_experiment **out,
                                         rondo_error *error);

/* The same from a text (a checkpoint's or run folder's resolved config); `name` stands in messages;
 * relative paths are taken from `folder`. */
rondo_status rondo_experiment_parse(const char *name, const char *folder, const char *text,
                                    const char *const *sets, int64_t set_count,
                                    rondo_registry *registry, rondo_experiment **out,
                                    rondo_error *error);

void rondo_experiment_destroy(rondo_experiment *experiment);

/* The seed that counts for a purpose. [any] */
uint64_t rondo_experiment_seed(const rondo_experiment *experiment, rondo_seed what);

/* Its key: "initialization", "order", "masks", "data". */
const char *rondo_seed_name(rondo_seed what);

/* The bits of a config's format with its options; all of them where the config names no format that
 * there is, which is reported. [any] */
uint32_t rondo_format_provides(const rondo_data_config *data);

/* Whether it provides one of these bits. [any] */
bool rondo_format_has(const rondo_data_config *data, uint32_t bits);

/* Its suffix; "" where a path is the name of a file. [any] */
const char *rondo_format_suffix(const rondo_data_config *data);

/* "a, b or c": the formats that, with some options, provide one of `bits` and none of `lacks`, or
 * (`others`) those that never do. Returns how many; `text` may be NULL. [main] */
int64_t rondo_format_list(rondo_registry *registry, uint32_t bits, uint32_t lacks, bool others,
                          rondo_text *text);

/* Whether the bool at that offset of a rondo_task is true; and the tasks of which it is: "a, b".
 * [any] */
bool rondo_task_has(const rondo_task *task, size_t trait);
void rondo_task_list(size_t trait, rondo_text *names);

/* Whether the task can be learned with the loss, as far as the data leave it open. [any] */
bool rondo_task_takes_loss(const rondo_task *task, const rondo_loss *loss);

/* Why the task cannot be learned from the data's format, with what to write; nothing where it can.
 * [any] */
void rondo_task_explain(const rondo_experiment *experiment, rondo_registry *registry,
                        rondo_text *text);

/* The resolved config: every key, every default written out; loading it gives the same experiment
 * and the same text again. */
void rondo_experiment_print(const rondo_experiment *experiment, rondo_text *text);

/* The same without keys and sections that do not count in this experiment (config/conditions.h):
 * loading it gives the same experiment, too. */
void rondo_experiment_print_short(const rondo_experiment *experiment, rondo_text *text);

/* configs/reference.yaml: every key with default, allowed values and help as comments. */
void rondo_experiment_reference(rondo_registry *registry, rondo_text *text);

/* Keys on which a run's result depends and that differ between the two, one line each; empty when
 * `now` may resume a run of `before`. train.epochs, train.max_steps, train.max_minutes,
 * train.threads, train.log_every, train.early_stopping and output may differ, and where files lie.
 */
void rondo_experiment_diff(const rondo_experiment *before, const rondo_experiment *now,
                           rondo_text *text);

#endif
