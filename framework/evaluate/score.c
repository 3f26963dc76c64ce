#include "evaluate/score.h"

#include <math.h>

double rondo_score_loss(const rondo_score *score)
{
    return score->loss / score->weight;
}

double rondo_score_row(const rondo_loss *loss, const rondo_score *score, int32_t row)
{
    static const double ln2 = 0.69314718055994530942;
    double mean_loss = rondo_score_loss(score);
    switch (loss->metrics[row].rule) {
    case RONDO_METRIC_EXP_OF_LOSS:
        return exp(mean_loss);
    case RONDO_METRIC_LOSS_IN_BITS:
        return mean_loss / ln2;
    case RONDO_METRIC_ROOT_OF_LOSS:
        return sqrt(mean_loss);
    case RONDO_METRIC_RATIO: /* nothing there and nothing predicted counts as 0 */
        return score->metrics[row + 1] > 0 ? score->metrics[row] / score->metrics[row + 1] : 0;
    default:
        return score->metrics[row] / score->weight;
    }
}
