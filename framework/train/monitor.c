#include "train/monitor.h"

rondo_monitored rondo_monitor_add(rondo_monitor *monitor, const rondo_early_stopping_config *config,
                                  double cost, int64_t step)
{
    const rondo_monitored seen = {.is_best = cost < monitor->best_cost,
                                  .is_improved =
                                      cost < monitor->reference_cost - config->min_delta};
    monitor->waited = seen.is_improved ? 0 : monitor->waited + 1;
    if (seen.is_improved) monitor->reference_cost = cost;
    if (!seen.is_best) return seen;
    monitor->best_cost = cost;
    monitor->best_step = step;
    return seen;
}

bool rondo_monitor_is_over(const rondo_monitor *monitor, const rondo_early_stopping_config *config)
{
    return config->patience > 0 && monitor->waited >= config->patience;
}
