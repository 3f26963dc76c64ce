#include "train/outcome.h"

#include <math.h>

#include "base/log.h"
#include "evaluate/constant.h"
#include "evaluate/score.h"

/* A loss is better than another by this share of it at least. */
static const double clearly = 1e-3;

/* Losses of the epochs, of training and validation. */
typedef struct history {
    const double *training, *validation;
    int64_t epochs, validations;
    double last; /* of training: the epoch that was begun, else the last one */
} history;

static double smallest(const double *losses, int64_t count)
{
    double least = INFINITY;
    for (int64_t i = 0; i < count; i++)
        least = fmin(least, losses[i]); /* of a NaN and a number the number */
    return least;
}

static history history_of(const rondo_run *run)
{
    const rondo_running_totals *totals = &run->position.epoch_totals;
    history h = {.last = NAN};
    h.epochs = rondo_metrics_column(run->metrics, "epoch", "loss", &h.training);
    h.validations = rondo_metrics_column(run->metrics, "valid", "loss", &h.validation);
    if (totals->steps > 0)
        h.last = rondo_score_loss(&totals->score);
    else if (h.epochs > 0)
        h.last = h.training[h.epochs - 1];
    return h;
}

/* The best loss against that of a model that ignores its input; of a loss that has none, against
 * the one before the first update. */
static rondo_status report_learning(const rondo_run *run, const history *h, rondo_error *error)
{
    bool validated = h->validations > 0;
    double other, best = validated ? smallest(h->validation, h->validations)
                                   : fmin(smallest(h->training, h->epochs), h->last);
    rondo_status status =
        rondo_constant_loss(run->session, validated ? RONDO_VALID : RONDO_TRAIN, &other, error);
    if (status) return status;
    bool constant = !isnan(other);
    if (!constant) other = run->first_loss;
    if (isnan(other) || best < other - clearly * fabs(other)) return RONDO_OK;
    rondo_log_warning("nothing was learned: the best %s loss, %.4g, is not below %.4g, that of %s",
                      validated ? "validation" : "training", best, other,
                      constant ? "a model that ignores its input" : "the model before training");
    return RONDO_OK;
}

/* More than half of what training had gained is lost; and validation, where there is one, saw it.
 */
static bool is_lost(const history *h)
{
    double best = smallest(h->training, h->epochs), first = h->training[0];
    double lost = h->last - best;
    bool seen = h->validations == 0 ||
                !(h->validation[h->validations - 1] <= smallest(h->validation, h->validations));
    return seen && lost > 0.5 * (first - best) && lost > 0.05 * fabs(best);
}

static void report_divergence(const rondo_run *run, const history *h)
{
    double last = h->validations > 0 ? h->validation[h->validations - 1] : 0;
    if (!isfinite(last))
        rondo_log_warning("the run diverged: its last validation loss is not finite; the best "
                          "checkpoint is of step %lld",
                          (long long)run->position.monitor.best_step);
    else if (h->epochs > 0 && is_lost(h))
        rondo_log_warning("the run diverged: its last training loss, %.4g, is far above the best, "
                          "%.4g (a smaller optimizer.learning_rate or clip.norm may help)",
                          h->last, smallest(h->training, h->epochs));
}

rondo_status rondo_outcome_report(const rondo_run *run, rondo_error *error)
{
    const history h = history_of(run);
    if (run->position.step == 0) return RONDO_OK;
    rondo_status status = report_learning(run, &h, error);
    if (!status) report_divergence(run, &h);
    return status;
}
