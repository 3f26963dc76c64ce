/* Where each key counts: a line for every row of sections*.c. */
#include "config/conditions_table.h"

#define FORMAT(values)                                                                             \
    {                                                                                              \
        {                                                                                          \
            "data.format", values                                                                  \
        }                                                                                          \
    }
#define TASK(values)                                                                               \
    {                                                                                              \
        {                                                                                          \
            "task", values                                                                         \
        }                                                                                          \
    }
#define KEY(name, value)                                                                           \
    {                                                                                              \
        {                                                                                          \
            name, value                                                                            \
        }                                                                                          \
    }

/* Parts of data.split that are cut out. */
static const char drawn[] = RONDO_CONDITION_DRAWN;

const rondo_condition rondo_conditions[] = {
    {"behavior_version", {{0}}, NULL},
    {"seed", {{0}}, NULL},
    {"task", {{0}}, NULL},

    {"data.format", {{0}}, NULL},
    {"data.path", FORMAT("not generated"), "generated data have no file"},
    {"data.unit", FORMAT("not columns, parallel_tags, idx, piano_roll, series"), NULL},
    {"data.example", {{0}}, NULL},
    {"data.batch_size", {{0}}, NULL},
    {"data.batch_tokens", {{0}}, NULL},
    {"data.evaluation_batch_size", {{0}}, NULL},
    {"data.truncated_bptt", {{0}}, NULL},
    {"data.carry_state", {{0}}, NULL},
    {"data.shuffle", {{0}}, NULL},
    {"data.input_column", FORMAT("columns"), NULL},
    {"data.target_column", FORMAT("columns"), NULL},
    {"data.input_file", FORMAT("parallel_tags"), NULL},
    {"data.target_file", FORMAT("parallel_tags"), NULL},
    {"data.tag_scheme", TASK("tagging"), NULL},
    {"data.separator", FORMAT("pairs"), NULL},
    {"data.separator", KEY(".source_suffix", "not given"), "two files need no separator"},
    {"data.source_suffix", FORMAT("pairs"), NULL},
    {"data.target_suffix", FORMAT("pairs"), NULL},
    {"data.target_unit", FORMAT("pairs"), NULL},
    {"data.shared_vocabulary", FORMAT("pairs"), NULL},
    {"data.reverse_source", FORMAT("pairs"), NULL},
    {"data.generator", FORMAT("generated"), NULL},
    {"data.generator.fresh", KEY(".name", "adding"), NULL},
    {"data.generator.length", KEY(".name", "not reber"),
     "the grammar decides how long a string is"},
    {"data.generator.symbols", KEY(".name", "copy"), NULL},
    {"data.generator.copied", KEY(".name", "copy"), NULL},
    {"data.generator.attractors", KEY(".name", "agreement"), NULL},
    {"data.vocabulary", FORMAT("not piano_roll, series"), "values have no vocabulary"},
    {"data.vocabulary", KEY("data.generator.name", "not adding"), "values have no vocabulary"},
    {"data.vocabulary.min_count", FORMAT("not hdf5, idx"), NULL},
    {"data.vocabulary.max_size", FORMAT("not hdf5, idx"), NULL},
    {"data.vocabulary.lowercase", FORMAT("not idx, generated"), NULL},
    {"data.vocabulary.lowercase_rule", {{".lowercase", "true"}, {"data.features", "given"}}, NULL},
    {"data.vocabulary.unknown", FORMAT("not hdf5"), "the file names its symbols"},
    {"data.vocabulary.end", FORMAT("not hdf5"), "the file names its symbols"},
    {"data.columns", FORMAT("columns"), NULL},
    {"data.table", FORMAT("table"), NULL},
    {"data.idx", FORMAT("idx"), NULL},
    {"data.piano_roll", FORMAT("piano_roll"), NULL},
    {"data.series", FORMAT("series"), NULL},
    {"data.series.gaps", KEY(".time", "given"), NULL},
    {"data.features", FORMAT("columns, parallel_tags"), "features are of words with tags"},
    {"data.features.*.length", KEY(".kind", "suffix, prefix"), NULL},
    {"data.features.*.column", KEY(".kind", "column"), NULL},
    {"data.split", FORMAT("not hdf5"), "an hdf5 file holds its own splits"},
    {"data.split", FORMAT("not generated"),
     "data.generator says how many sequences valid and test have"},
    {"data.split.order",
     {{".train", drawn}, {".valid", drawn}, {".test", drawn}},
     "where each split is a file there is nothing to draw"},

    {"model.input.kind", {{0}}, NULL},
    {"model.input.embedding", KEY(".kind", "embedding"), NULL},
    {"model.input.dropout", {{0}}, NULL},
    {"model.input.dropout_kind", KEY(".dropout", "above 0"), NULL},
    {"model.input.pretrained", KEY(".kind", "embedding"),
     "word vectors are for an embedding: give its width, model.input.embedding"},
    {"model.input.frozen", KEY(".kind", "embedding"), NULL},
    {"model.input.frozen", KEY(".pretrained", "given"),
     "an embedding that nothing has trained would stay random"},
    {"model.input.unknown_rate", KEY(".kind", "embedding, one_hot"), "values are never unknown"},
    {"model.layers.*.hidden", {{0}}, NULL},
    {"model.layers.*.recurrent_dropout", {{0}}, NULL},
    {"model.layers.*.layer_norm", {{0}}, NULL},
    {"model.layers.*.layer_norm_epsilon", KEY(".layer_norm", "true"), NULL},
    {"model.layers.*.dropout", {{0}}, NULL},
    {"model.layers.*.dropout_kind", KEY(".dropout", "above 0"), NULL},
    {"model.layers.*.residual", {{0}}, NULL},
    {"model.layers.*.bidirectional", {{0}}, NULL},
    {"model.layers.*.backward", KEY(".bidirectional", "true"), NULL},
    {"model.decoder", TASK("translation"), NULL},
    {"model.decoder.input.embedding", KEY(".kind", "embedding"), NULL},
    {"model.decoder.input.dropout_kind", KEY(".dropout", "above 0"), NULL},
    {"model.decoder.input.frozen", KEY(".pretrained", "given"), NULL},
    {"model.decoder.layers.*.layer_norm_epsilon", KEY(".layer_norm", "true"), NULL},
    {"model.decoder.layers.*.dropout_kind", KEY(".dropout", "above 0"), NULL},
    {"model.decoder.layers.*.backward", KEY(".bidirectional", "true"), NULL},
    {"model.initialization.weights", {{0}}, NULL},
    {"model.initialization.recurrent", {{0}}, NULL},
    {"model.initialization.scale",
     {{".weights", "uniform, normal"}, {".recurrent", "uniform, normal"}},
     NULL},
    {"model.pooling", {{0}}, NULL},
    {"model.readout.bias", {{0}}, NULL},
    {"model.readout.tied", {{0}}, NULL},

    {"loss.normalization", {{0}}, NULL},
    {"optimizer.learning_rate", {{0}}, NULL},
    {"clip.norm", {{0}}, NULL},
    {"clip.scope", KEY(".norm", "above 0"), NULL},
    {"clip.value", {{0}}, NULL},
    {"schedule.name", {{0}}, NULL},
    {"schedule.warmup_steps", {{0}}, NULL},
    {"schedule.factor", KEY(".name", "exponential, step, plateau"), NULL},
    {"schedule.after_epochs", KEY(".name", "exponential"), NULL},
    {"schedule.every_epochs", KEY(".name", "step"), NULL},
    {"schedule.patience", KEY(".name", "plateau"), NULL},
    {"schedule.minimum", KEY(".name", "not constant"), NULL},
    {"train.epochs", {{0}}, NULL},
    {"train.max_steps", {{0}}, NULL},
    {"train.max_minutes", {{0}}, NULL},
    {"train.start_from", {{0}}, NULL},
    {"train.threads", {{0}}, NULL},
    {"train.log_every", {{0}}, NULL},
    {"train.weight_noise", {{0}}, NULL},
    {"train.best_by", {{0}}, NULL},
    {"train.decoded_sequences", TASK("translation"), NULL},
    {"train.early_stopping.patience", {{0}}, NULL},
    {"train.early_stopping.minimum_improvement",
     {{".patience", "above 0"}, {"schedule.name", "plateau"}},
     NULL},
    {"train.scheduled_sampling", TASK("translation"), NULL},
    {"train.scheduled_sampling.k", KEY(".decay", "not none"), NULL},
    {"train.scheduled_sampling.slope", KEY(".decay", "linear"), NULL},
    {"train.scheduled_sampling.minimum", KEY(".decay", "not none"), NULL},
    {"train.scheduled_sampling.choice", KEY(".decay", "not none"), NULL},
    {"output.folder", {{0}}, NULL},
    {"output.keep", {{0}}, NULL},
    {"output.checkpoint_every.epochs", {{0}}, NULL},
    {"output.checkpoint_every.steps", {{0}}, NULL},
    {NULL, {{0}}, NULL},
};
