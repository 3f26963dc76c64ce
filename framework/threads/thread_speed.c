#include "threads/thread_speed.h"

#include <math.h>
#include <stdbool.h>

/* Share of the newest in what is smoothed; how soon a thread without work of its own is forgiven;
 * from what speed on a thread is hardly slower. */
static const double newest = 0.3, forgiven = 0.05, hardly_slower = 0.9;

void rondo_thread_speed_add(rondo_thread_speed *speed, double load, double seconds)
{
    speed->load += load;
    speed->seconds += seconds;
}

static void smooth(rondo_thread_speed *speed, double seconds, double share)
{
    speed->smoothed =
        speed->smoothed > 0 ? speed->smoothed + share * (seconds - speed->smoothed) : seconds;
}

static bool was_seen(const rondo_thread_speed *speed)
{
    return speed->load > 0 && speed->seconds > 0;
}

void rondo_thread_speed_settle(rondo_thread_speed *thread_speeds, int threads, double *speeds)
{
    double least = HUGE_VAL; /* seconds a load of the fastest of those that had work */
    for (int i = 0; i < threads; i++)
        if (was_seen(&thread_speeds[i])) {
            smooth(&thread_speeds[i], thread_speeds[i].seconds / thread_speeds[i].load, newest);
            least = fmin(least, thread_speeds[i].smoothed);
        }
    if (!isfinite(least)) return;
    for (int i = 0; i < threads; i++) {
        if (!was_seen(&thread_speeds[i])) smooth(&thread_speeds[i], least, forgiven);
        thread_speeds[i].load = thread_speeds[i].seconds = 0;
        double speed = least / thread_speeds[i].smoothed;
        speeds[i] = speed < hardly_slower ? speed : 1;
    }
}
