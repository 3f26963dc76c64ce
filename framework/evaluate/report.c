#include "evaluate/report.h"

#include <math.h>
#include <string.h>

double rondo_report_loss(const rondo_score *score)
{
    return score->loss / score->weight;
}

double rondo_report_metric(const rondo_loss *loss, const rondo_score *score, int32_t index)
{
    static const double ln2 = 0.69314718055994530942;
    double mean_loss = rondo_report_loss(score);
    switch (loss->metrics[index].rule) {
    case RONDO_METRIC_EXP_OF_LOSS:
        return exp(mean_loss);
    case RONDO_METRIC_LOSS_IN_BITS:
        return mean_loss / ln2;
    case RONDO_METRIC_ROOT_OF_LOSS:
        return sqrt(mean_loss);
    case RONDO_METRIC_RATIO: /* nothing there and nothing predicted counts as 0 */
        return score->metrics[index + 1] > 0 ? score->metrics[index] / score->metrics[index + 1]
                                             : 0;
    default:
        return score->metrics[index] / score->weight;
    }
}

static void add_figure(rondo_figure *figures, int32_t *count, const char *name, const char *unit,
                       bool higher_is_better, double value)
{
    figures[(*count)++] = (rondo_figure){name, unit, higher_is_better, value};
}

static bool is_shown(const rondo_metric *metric, const rondo_evaluation *evaluation)
{
    if (metric->rule == RONDO_METRIC_WHOLE) return false;
    return evaluation->of_text || !rondo_metric_is_of_text(metric);
}

int32_t rondo_report_figures(const rondo_loss *loss, const rondo_evaluation *evaluation,
                             rondo_figure figures[RONDO_MAX_FIGURES])
{
    const rondo_score *score = &evaluation->score;
    const rondo_label_count *entities = &evaluation->entities;
    const char *unit = loss->target == RONDO_TARGET_VALUES ? "1" : "nats";
    int32_t count = 0;
    add_figure(figures, &count, "loss", unit, false, rondo_report_loss(score));
    for (int32_t i = 0; i < loss->metric_count && i < RONDO_MAX_METRICS; i++)
        if (is_shown(&loss->metrics[i], evaluation))
            add_figure(figures, &count, loss->metrics[i].name, loss->metrics[i].unit,
                       loss->metrics[i].higher_is_better, rondo_report_metric(loss, score, i));
    if (evaluation->match.decoded > 0)
        add_figure(figures, &count, "exact_match", "1", true,
                   rondo_exact_match_rate(&evaluation->match));
    if (evaluation->has_classes)
        add_figure(figures, &count, "macro_f1", "1", true, evaluation->macro_f1);
    if (!evaluation->has_entities) return count;
    add_figure(figures, &count, "precision", "1", true, rondo_label_precision(entities));
    add_figure(figures, &count, "recall", "1", true, rondo_label_recall(entities));
    add_figure(figures, &count, "f1", "1", true, rondo_label_f1(entities));
    return count;
}

bool rondo_report_find(const rondo_loss *loss, const rondo_evaluation *evaluation, const char *name,
                       rondo_figure *figure)
{
    rondo_figure figures[RONDO_MAX_FIGURES];
    int32_t count = rondo_report_figures(loss, evaluation, figures);
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(figures[i].name, name) != 0) continue;
        *figure = figures[i];
        return true;
    }
    return false;
}

rondo_status rondo_report_check_best_by(const rondo_experiment *experiment,
                                        const rondo_dataset *dataset, rondo_error *error)
{
    bool decodes = experiment->task == RONDO_TRANSLATION && experiment->train.decoded_sequences > 0;
    const rondo_evaluation nothing = {.of_text = rondo_experiment_predicts_text(experiment),
                                      .has_classes = true,
                                      .has_entities = dataset->tags != NULL,
                                      .match.decoded = decodes};
    rondo_figure figure;
    const char *name = experiment->train.best_by;
    if (rondo_report_find(experiment->loss.loss, &nothing, name, &figure)) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "train.best_by: there is no %s: the data's tags spell no entities "
                           "(data.tag_scheme)",
                           name);
}

void rondo_record_set(rondo_record *record, const char *name, const char *unit, double value)
{
    if (record->count >= RONDO_MAX_RECORD_VALUES) return;
    record->values[record->count++] = (rondo_record_value){name, unit, value};
}

void rondo_record_set_evaluation(rondo_record *record, const rondo_loss *loss,
                                 const rondo_evaluation *evaluation)
{
    rondo_figure figures[RONDO_MAX_FIGURES];
    int32_t count = rondo_report_figures(loss, evaluation, figures);
    for (int32_t i = 0; i < count; i++)
        rondo_record_set(record, figures[i].name, figures[i].unit, figures[i].value);
}

void rondo_report_line(const rondo_loss *loss, const rondo_evaluation *evaluation, rondo_text *text)
{
    rondo_figure figures[RONDO_MAX_FIGURES];
    int32_t count = rondo_report_figures(loss, evaluation, figures);
    rondo_text_add(text, "%s %.4f", figures[0].name, figures[0].value);
    for (int32_t i = 1; i < count; i++)
        rondo_text_add(text, " %s %.4g", figures[i].name, figures[i].value);
}
