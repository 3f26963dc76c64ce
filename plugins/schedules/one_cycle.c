/* One cycle: up from `start` to 1 in the first `rise` of the run, then down to `end`.
 *
 *     p = rise n - 1                                    the update, from 0, with factor 1
 *     factor(t) = curve(start, 1, t / p)                t = 0 .. p
 *     factor(t) = curve(1, end, (t - p) / (n - 1 - p))  t = p .. n - 1
 *     curve(a, b, s) = b + (a - b) (1 + cos(pi s)) / 2  cosine
 *     curve(a, b, s) = a + (b - a) s                    linear
 *
 * in update t = 0, 1, .. of n. As torch.optim.lr_scheduler.OneCycleLR without its cycle of the
 * momentum: max_lr is optimizer.learning_rate, pct_start is rise, start is 1 / div_factor, and end
 * is 1 / (div_factor final_div_factor).
 */
#include <math.h>

#include "rondo/schedule.h"

enum { COSINE, LINEAR };

typedef struct one_cycle_config {
    double rise, start, end;
    int shape;
} one_cycle_config;

static const char *const shapes[] = {"cosine", "linear", NULL};

static const rondo_option options[] = {
    RONDO_REAL(one_cycle_config, rise, 0.3, 0, 1, RONDO_OPEN_LOW | RONDO_OPEN_HIGH,
               "share of the run's updates in which the rate rises"),
    RONDO_REAL(one_cycle_config, start, 0.04, 0, 1, 0,
               "rate of the first update, as a fraction of optimizer.learning_rate"),
    RONDO_REAL(one_cycle_config, end, 4e-6, 0, 1, 0,
               "rate of the last update, as a fraction of optimizer.learning_rate"),
    RONDO_CHOICE(one_cycle_config, shape, COSINE, shapes,
                 "shape of both parts: half a cosine, or a straight line"),
    RONDO_OPTIONS_END,
};

static double curve(const one_cycle_config *c, double from, double to, double done)
{
    static const double pi = 3.14159265358979323846;
    if (c->shape == LINEAR) return from + (to - from) * done;
    return to + (from - to) * 0.5 * (1 + cos(pi * done));
}

static double factor(const void *config, const rondo_schedule_position *position)
{
    const one_cycle_config *c = config;
    double last = (double)(position->total_steps - 1), now = (double)(position->step - 1);
    double peak = c->rise * (double)position->total_steps - 1;
    if (now < peak) return curve(c, c->start, 1, now / peak);
    return curve(c, 1, c->end, fmin((now - peak) / (last - peak), 1));
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_one_cycle;
const rondo_schedule rondo_plugin_one_cycle = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "one_cycle",
             .summary =
                 "rises to the full rate in the first part of the run, then falls almost to zero",
             .equations = "p = rise n - 1\n"
                          "factor(t) = curve(start, 1, t / p)                t = 0 .. p\n"
                          "factor(t) = curve(1, end, (t - p) / (n - 1 - p))  t = p .. n - 1\n"
                          "curve(a, b, s) = b + (a - b) (1 + cos(pi s)) / 2  (linear: a + (b - a) "
                          "s)",
             .source = "Smith & Topin (2018), arXiv:1708.07120; as "
                       "torch.optim.lr_scheduler.OneCycleLR",
             .config_size = sizeof(one_cycle_config), .options = options},
    .factor = factor,
};
