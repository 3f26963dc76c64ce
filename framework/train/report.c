#include "train/report.h"

#include <math.h>

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

void rondo_record_set(rondo_record *record, const char *name, const char *unit, double value)
{
    if (record->count >= RONDO_MAX_RECORD_VALUES) return;
    record->values[record->count++] = (rondo_record_value){name, unit, value};
}

void rondo_record_set_score(rondo_record *record, const rondo_loss *loss, const rondo_score *score)
{
    const char *unit = loss->target == RONDO_TARGET_VALUES ? "1" : "nats";
    rondo_record_set(record, "loss", unit, rondo_report_loss(score));
    for (int32_t i = 0; i < loss->metric_count; i++)
        if (loss->metrics[i].rule != RONDO_METRIC_WHOLE)
            rondo_record_set(record, loss->metrics[i].name, loss->metrics[i].unit,
                             rondo_report_metric(loss, score, i));
}

void rondo_report_line(const rondo_loss *loss, const rondo_score *score, rondo_text *text)
{
    rondo_text_add(text, "loss %.4f", rondo_report_loss(score));
    for (int32_t i = 0; i < loss->metric_count; i++)
        if (loss->metrics[i].rule != RONDO_METRIC_WHOLE)
            rondo_text_add(text, " %s %.4g", loss->metrics[i].name,
                           rondo_report_metric(loss, score, i));
}
