/* What a loss plugin counts becomes what users read. */
#include "check.h"
#include "tasks.h"

#include "config/owned.h"
#include "evaluate/report.h"
#include "evaluate/score.h"
#include "support/registry.h"

enum { ROWS = 3, WIDTH = 4 };

static rondo_registry *registry;

static const rondo_loss *find_loss(const char *name)
{
    const rondo_plugin *plugin = NULL;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_LOSS, name, &plugin, &error), RONDO_OK);
    return (const rondo_loss *)plugin;
}

static double metric(const rondo_loss *loss, const rondo_score *score, const char *name)
{
    for (int32_t i = 0; i < loss->metric_count; i++)
        if (strcmp(loss->metrics[i].name, name) == 0) return rondo_score_row(loss, score, i);
    CHECK(false);
    return 0;
}

/* A record and a line of an epoch of training. The evaluator, which owns the record's names, is the
 * caller's. */
static rondo_evaluator *evaluate(const rondo_loss *loss, const rondo_score *score,
                                 rondo_record *record, rondo_text *line)
{
    rondo_error error = {0};
    rondo_schema schema = {0};
    rondo_dataset dataset = {.schema = &schema};
    rondo_network network = {.loss = loss};
    rondo_experiment experiment = {
        .task = &rondo_task_forecasting, .loss.loss = loss, .train.monitor = "loss"};
    rondo_owned owned = {0};
    experiment.metrics = rondo_metric_list_take(registry, &owned);
    rondo_session session = {.experiment = &experiment, .dataset = &dataset, .network = &network};
    rondo_pass_size size = {.tokens = 1};
    rondo_evaluator *evaluator = NULL;
    rondo_evaluation evaluation;
    CHECK_INTEGER(rondo_evaluator_create(&session, &size, &evaluator, &error), RONDO_OK);
    rondo_evaluator_of_score(evaluator, score, &evaluation);
    record->kind = "epoch";
    rondo_record_set_evaluation(record, evaluator, &evaluation);
    rondo_report_line(evaluator, &evaluation, record->kind, line);
    rondo_owned_finish(&owned);
    return evaluator;
}

/* TP / (TP + FP + FN) of all rows together, which no mean over rows gives: here rows have 1/3, 2/2
 * and 0/1. */
static void frame_accuracy_is_of_all_rows(void)
{
    static const rondo_real x[ROWS * WIDTH] = {2, 3, -1, -4, 5, 1, -2, -3, -1, -1, -1, -1};
    static const rondo_real t[ROWS * WIDTH] = {1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1};
    const rondo_loss *loss = find_loss("sigmoid_cross_entropy");
    double losses[ROWS], metrics[ROWS * RONDO_MAX_METRICS], expected = 0;
    rondo_score score = {.weight = ROWS};
    rondo_record record = {0};
    rondo_text line = {0};
    const rondo_loss_tile tile = {.rows = ROWS,
                                  .width = WIDTH,
                                  .prediction = x,
                                  .prediction_stride = WIDTH,
                                  .target_values = t,
                                  .loss = losses,
                                  .metrics = metrics};
    loss->rows(NULL, &tile);
    for (int r = 0; r < ROWS; r++) {
        score.loss += losses[r];
        for (int32_t m = 0; m < loss->metric_count; m++)
            score.metrics[m] += metrics[r * loss->metric_count + m];
    }
    for (int i = 0; i < ROWS * WIDTH; i++)
        expected += log1p(exp((double)x[i])) - (double)t[i] * (double)x[i];
    CHECK_NEAR(rondo_score_loss(&score), expected / ROWS, 1e-12); /* summed over a row */
    CHECK_NEAR(metric(loss, &score, "frame_accuracy"), 3.0 / 6, 1e-15);
    CHECK_NEAR(metric(loss, &score, "accuracy"), 9.0 / 12, 1e-15);
    rondo_evaluator *evaluator = evaluate(loss, &score, &record, &line);
    CHECK_INTEGER(record.count, 3);
    CHECK_TEXT(record.values[2].name, "frame_accuracy");
    CHECK_CONTAINS(rondo_text_get(&line), "accuracy 0.75 frame_accuracy 0.5");
    CHECK(strstr(rondo_text_get(&line), "whole") == NULL);
    rondo_evaluator_destroy(evaluator);
    rondo_text_finish(&line);
}

/* Accuracy is of the best class that is answered; the loss is of all of them. */
static void accuracy_ranks_what_is_answered(void)
{
    static const rondo_real x[ROWS * WIDTH] = {9, 0, 2, 1, 0, 9, 1, 2, 3, 1, 0, 2};
    static const int32_t t[ROWS] = {2, 1, 3};
    const rondo_loss *loss = find_loss("softmax_cross_entropy");
    double losses[2][ROWS], metrics[2][ROWS * RONDO_MAX_METRICS];
    static const double config[1] = {0}; /* no label smoothing */
    for (int first = 0; first <= 2; first += 2) {
        const rondo_loss_tile tile = {.rows = ROWS,
                                      .width = WIDTH,
                                      .prediction = x,
                                      .prediction_stride = WIDTH,
                                      .target_class = t,
                                      .loss = losses[first / 2],
                                      .metrics = metrics[first / 2],
                                      .first_class = first};
        loss->rows(config, &tile);
    }
    static const double all[ROWS] = {0, 1, 0}, answered[ROWS] = {1, 0, 1};
    for (int r = 0; r < ROWS; r++) {
        CHECK_NEAR(metrics[0][r * loss->metric_count], all[r], 0);
        CHECK_NEAR(metrics[1][r * loss->metric_count], answered[r], 0);
        CHECK_NEAR(losses[0][r], losses[1][r], 0);
    }
}

/* Silence that is predicted as silence: no division by nothing. */
static void nothing_there(void)
{
    const rondo_loss *loss = find_loss("sigmoid_cross_entropy");
    const rondo_score score = {.weight = 2};
    CHECK_NEAR(metric(loss, &score, "frame_accuracy"), 0, 0);
}

int main(void)
{
    rondo_error error = {0};
    if (test_registry_create(RONDO_BINARY_DIR "/plugins-double", &registry, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    RUN(frame_accuracy_is_of_all_rows);
    RUN(accuracy_ranks_what_is_answered);
    RUN(nothing_there);
    rondo_registry_destroy(registry);
    return check_end();
}
