/* Which metrics an experiment has, by its config; which direction is better; and what data lack. */
#include "check.h"

#include "config/metric_names.h"
#include "evaluate/evaluate.h"
#include "support/registry.h"

static rondo_registry *registry;

static rondo_experiment *parse(const char *text)
{
    rondo_experiment *experiment = NULL;
    rondo_error error = {0};
    char whole[1024];
    snprintf(whole, sizeof whole, "behavior_version: 1\noptimizer: {name: adam}\n%s", text);
    if (rondo_experiment_parse("test", "/data", whole, NULL, 0, registry, &experiment, &error))
        fprintf(stderr, "%s\n", error.text);
    return experiment;
}

static void check_names(const char *config, const char *names)
{
    rondo_metric_row rows[RONDO_MAX_METRIC_ROWS];
    rondo_text told = {0};
    rondo_experiment *experiment = parse(config);
    CHECK(experiment != NULL);
    int64_t count = experiment ? rondo_experiment_metrics(experiment, rows) : 0;
    for (int64_t i = 0; i < count; i++)
        rondo_text_add(&told, "%s%s [%s]%s", i > 0 ? ", " : "", rows[i].name, rows[i].unit,
                       rows[i].higher_is_better ? "+" : "-");
    CHECK_TEXT(rondo_text_get(&told), names);
    rondo_text_finish(&told);
    rondo_experiment_destroy(experiment);
}

#define LAYERS "layers: [{cell: lstm, hidden: 3}]"

static void of_each_task(void)
{
    check_names("data: {path: a}\nmodel: {" LAYERS "}\n",
                "loss [nats]-, accuracy [1]+, perplexity [1]-, bits_per_symbol [bits]-");
    check_names("task: tagging\ndata: {path: a, format: columns}\nmodel: {" LAYERS "}\n",
                "loss [nats]-, accuracy [1]+, macro_f1 [1]+, precision [1]+, recall [1]+, f1 [1]+");
    check_names("task: tagging\ndata: {path: a, format: columns, tag_scheme: none}\n"
                "model: {" LAYERS "}\n",
                "loss [nats]-, accuracy [1]+, macro_f1 [1]+");
    check_names("task: classification\ndata: {path: a, format: table}\nmodel: {" LAYERS "}\n",
                "loss [nats]-, accuracy [1]+, macro_f1 [1]+");
    check_names("task: translation\ndata: {path: a, format: pairs}\n"
                "model: {" LAYERS ", decoder: {" LAYERS "}}\n",
                "loss [nats]-, accuracy [1]+, perplexity [1]-, bits_per_symbol [bits]-, "
                "exact_match [1]+");
    check_names("data: {format: generated, generator: {name: reber}}\nmodel: {" LAYERS "}\n",
                "loss [nats]-, accuracy [1]+, perplexity [1]-, bits_per_symbol [bits]-, "
                "legal_sequences [1]+");
    check_names("data: {format: generated, generator: {name: agreement}}\nmodel: {" LAYERS "}\n",
                "loss [nats]-, accuracy [1]+, perplexity [1]-, bits_per_symbol [bits]-, "
                "agreement [1]+, agreement_0_to_4 [1]+, agreement_5_to_9 [1]+, agreement_10_to_14 "
                "[1]+, agreement_15_to_19 [1]+, agreement_20_to_20 [1]+");
    check_names("task: forecasting\nloss: {name: mean_squared_error}\n"
                "data: {path: a, format: series, series: {targets: [b], window: 4}}\n"
                "model: {" LAYERS "}\n",
                "loss [1]-, root_mean_squared_error [1]-, mean_absolute_error [1]-, "
                "model_mean_absolute_error [1]-, persistence_mean_absolute_error [1]-, "
                "seasonal_naive_mean_absolute_error [1]-, model_root_mean_squared_error [1]-, "
                "persistence_root_mean_squared_error [1]-, "
                "seasonal_naive_root_mean_squared_error [1]-, "
                "model_mean_absolute_error_in_units [units of the series]-, "
                "persistence_mean_absolute_error_in_units [units of the series]-, "
                "seasonal_naive_mean_absolute_error_in_units [units of the series]-, "
                "model_root_mean_squared_error_in_units [units of the series]-, "
                "persistence_root_mean_squared_error_in_units [units of the series]-, "
                "seasonal_naive_root_mean_squared_error_in_units [units of the series]-");
    check_names("task: forecasting\nloss: {name: sigmoid_cross_entropy}\n"
                "data: {path: a, format: piano_roll}\nmodel: {" LAYERS "}\n",
                "loss [nats]-, accuracy [1]+, frame_accuracy [1]+");
}

static void directions(void)
{
    bool higher = false;
    CHECK(rondo_metric_direction(registry, NULL, "f1", &higher) && higher);
    CHECK(rondo_metric_direction(registry, NULL, "loss", &higher) && !higher);
    CHECK(rondo_metric_direction(registry, "softmax_cross_entropy", "accuracy", &higher) && higher);
    CHECK(rondo_metric_direction(registry, "softmax_cross_entropy", "perplexity", &higher) &&
          !higher);
    CHECK(rondo_metric_direction(registry, NULL, "agreement_10_to_14", &higher) && higher);
    CHECK(rondo_metric_direction(registry, NULL, "persistence_mean_absolute_error", &higher) &&
          !higher);
    CHECK(!rondo_metric_direction(registry, NULL, "agreement__to_4", &higher));
    CHECK(!rondo_metric_direction(registry, NULL, "agreement_1_to_4_", &higher));
    CHECK(!rondo_metric_direction(registry, NULL, "agreement_1_to_x", &higher));
    /* A run whose loss is not known has a row of one of those that there are. */
    CHECK(rondo_metric_direction(registry, NULL, "frame_accuracy", &higher) && higher);
    CHECK(!rondo_metric_direction(registry, NULL, "gradient_norm", &higher));
    CHECK(!rondo_metric_direction(registry, "mean_squared_error", "accuracy", &higher));
}

/* What only the data tell: a config may name it all the same. */
static void data_without_entities(void)
{
    static const int32_t ids[1];
    rondo_schema schema = {.target = RONDO_TARGET_CLASS,
                           .targets = (rondo_vocabulary *)(void *)ids,
                           .target_width = 3};
    rondo_dataset dataset = {.schema = &schema};
    rondo_error error = {0};
    rondo_experiment *experiment =
        parse("task: tagging\ndata: {path: a, format: columns}\nmodel: {" LAYERS "}\n"
              "train: {monitor: f1}\n");
    CHECK(experiment != NULL);
    if (!experiment) return;
    CHECK_INTEGER(rondo_evaluator_check_monitor(experiment, &dataset, &error), RONDO_USAGE);
    CHECK_TEXT(error.text, "train.monitor: there is no f1: the data's tags spell no entities "
                           "(data.tag_scheme); there are loss, accuracy, macro_f1");
    dataset.tags = (rondo_tags *)(void *)ids;
    CHECK_INTEGER(rondo_evaluator_check_monitor(experiment, &dataset, &error), RONDO_OK);
    rondo_experiment_destroy(experiment);
}

int main(void)
{
    rondo_error error = {0};
    if (test_registry_create(RONDO_BINARY_DIR "/plugins", &registry, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    RUN(of_each_task);
    RUN(directions);
    RUN(data_without_entities);
    rondo_registry_destroy(registry);
    return check_end();
}
