/* A misspelt name of anything that a config can name gives one message, which has the right name, and
 * none that only follows from it. */
#include "support.h"

#define HEAD  "behavior_version: 1\noptimizer: {name: adam, options: {beta1: 0.8}}\n"
#define LAYER "layers: [{cell: lstm, hidden: 8, zoneout: {cell: 0.1}, options: {forget_bias: 2}}]"

typedef struct named {
    const char *config;
    const char *sets[10]; /* a misspelt name each; then NULL */
} named;

static const named configs[] = {
    {HEAD "data: {path: a.txt, vocabulary: {min_count: 2, lowercase: true, lowercase_rule: ascii}, "
          "split: {order: sequential}, truncated_bptt: 20, carry_state: true}\n"
          "model: {input: {embedding: 8, noise: 0.1}, " LAYER ", readout: {tied: true}}\n"
          "schedule: {name: plateau, options: {factor: 0.3}}\n"
          "train: {monitor: perplexity, early_stopping: {min_delta: 0.1}}\n",
     {"data.format=tex", "task=language_modell", "schedule.name=plateu", "optimizer.name=adem",
      "loss.name=softmax_crossentropy", "model.layers.0.cell=lstn", "train.monitor=perplexit"}},
    {HEAD "task: tagging\n"
          "data: {format: columns, path: a, tag_scheme: iob1, options: {target_column: 2}, "
          "vocabulary: {lowercase: true}, features: [{kind: column, column: 3, embedding: 2}]}\n"
          "model: {input: {embedding: 4, unknown_rate: 0.1}, layers: [{cell: gru, hidden: 8, "
          "bidirectional: true, backward: {cell: lstm, options: {forget_bias: 2}}}]}\n"
          "loss: {name: softmax_cross_entropy, options: {label_smoothing: 0.1, "
          "class_weights: balanced}}\n"
          "schedule: {name: newbob, options: {factor: 0.3}}\n"
          "train: {monitor: f1, early_stopping: {patience: 2, min_delta: 0.1}}\n",
     {"data.format=colums", "task=taggin", "loss.name=softmax_cross_entrop", "schedule.name=newbop",
      "optimizer.name=adan", "model.layers.0.cell=gruu", "model.layers.0.backward.cell=lstmm",
      "train.monitor=macro_f"}},
    {HEAD "task: classification\ndata: {format: table, path: a, options: {label: b}}\n"
          "model: {pooling: mean, " LAYER "}\ntrain: {monitor: macro_f1}\n",
     {"data.format=tabel", "task=clasification", "loss.name=softmax_cross_entropie",
      "train.monitor=macrof1"}},
    {HEAD "task: classification\ndata: {format: idx, path: a, options: {permutation: 3}}\n"
          "model: {" LAYER "}\n",
     {"data.format=idxx", "task=classificaton"}},
    {HEAD "task: forecasting\ndata: {format: piano_roll, path: a}\nmodel: {" LAYER "}\n"
          "loss: {name: sigmoid_cross_entropy}\ntrain: {monitor: frame_accuracy}\n",
     {"data.format=pianoroll", "task=forcasting", "loss.name=sigmoid_crossentropy",
      "train.monitor=frame_acuracy"}},
    {HEAD "task: forecasting\ndata: {format: series, path: a, options: {targets: x, window: 9}}\n"
          "model: {" LAYER "}\nloss: {name: mean_squared_error}\n"
          "train: {monitor: model_mean_absolute_error}\n",
     {"data.format=sereis", "task=forecastin", "loss.name=mean_square_error",
      "train.monitor=model_mean_absolute_eror"}},
    {HEAD "task: translation\ndata: {format: pairs, path: a, target_unit: character, "
          "shared_vocabulary: true, reverse_source: true}\n"
          "model: {" LAYER ", decoder: {bridge: copy, " LAYER "}}\n"
          "train: {monitor: exact_match, decoded_sequences: 10, "
          "scheduled_sampling: {decay: linear, slope: 0.1}}\n",
     {"data.format=pair", "task=translatoin", "model.layers.0.cell=lsmt",
      "model.decoder.layers.0.cell=lsmt", "train.monitor=exact_mach"}},
    {HEAD "task: tagging\ndata: {format: hdf5, path: a}\nmodel: {" LAYER "}\n",
     {"data.format=hdf", "task=tagging_"}},
    {HEAD "data: {format: generated, options: {name: agreement, length: 9, attractors: 0.2}}\n"
          "model: {" LAYER "}\ntrain: {monitor: agreement_5_to_9}\n",
     {"data.format=generate", "data.options.name=agrement", "task=language_mode",
      "train.monitor=agreement_5_to_8"}},
    {HEAD "task: regression\ndata: {format: generated, options: {name: adding}}\n"
          "model: {" LAYER "}\nloss: {name: mean_squared_error}\n",
     {"data.format=generatd", "data.options.name=ading", "task=regresion",
      "loss.name=mean_squared_erro"}}};

/* From a file: a text without one is read as the record of a run, which older builds may have written. */
static const char *told_of(const char *config, const char *set)
{
    static rondo_error error;
    rondo_experiment *experiment;
    char path[512];
    snprintf(path, sizeof path, "%s/rondo_misspelt_%d.yaml",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp", (int)getpid());
    FILE *file = fopen(path, "w");
    if (file) fputs(config, file);
    if (file) fclose(file);
    memset(&error, 0, sizeof error);
    rondo_experiment_load(path, &set, set ? 1 : 0, registry, &experiment, &error);
    rondo_experiment_destroy(experiment);
    remove(path);
    return error.text;
}

static void check_one(const char *config, const char *set)
{
    const char *told = told_of(config, set);
    const char *end = strchr(told, '\n');
    CHECK(strstr(told, "did you mean ") != NULL);
    CHECK(end == NULL || end[1] == '\0');
    if (!strstr(told, "did you mean ") || (end && end[1])) fprintf(stderr, "%s: %s\n", set, told);
}

static void one_message(void)
{
    for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++) {
        CHECK_TEXT(told_of(configs[i].config, NULL), "");
        for (int k = 0; configs[i].sets[k]; k++)
            check_one(configs[i].config, configs[i].sets[k]);
    }
}

/* Mistakes that do not follow from the name are there, too. */
static void other_messages(void)
{
    const char *told = told_of(HEAD "data: {format: tex, path: a.txt, batch_size: 0}\n"
                                    "model: {" LAYER "}\nclip: {nrm: 1}\n",
                               NULL);
    CHECK(strstr(told, "no format 'tex'") && strstr(told, "data.batch_size") &&
          strstr(told, "clip.nrm"));
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(one_message);
    RUN(other_messages);
    return support_end();
}
