#include "model/thread_speed.h"

#include <math.h>
#include <stdbool.h>

/* Share of the newest in what is smoothed; how soon a thread without work of its own is forgiven;
 * from what speed on a thread is hardly slower. */
static const double newest = 0.3, forgiven = 0.05, hardly_slower = 0.9;

void rondo_pace_add(rondo_pace *pace, double load, double seconds)
{
    pace->load += load;
    pace->seconds += seconds;
}

static void smooth(rondo_pace *pace, double seconds, double share)
{
    pace->smoothed =
        pace->smoothed > 0 ? pace->smoothed + share * (seconds - pace->smoothed) : seconds;
}

static bool was_seen(const rondo_pace *pace)
{
    return pace->load > 0 && pace->seconds > 0;
}

void rondo_pace_settle(rondo_pace *paces, int threads, double *speeds)
{
    double least = HUGE_VAL; /* seconds a load of the fastest of those that had work */
    for (int i = 0; i < threads; i++)
        if (was_seen(&paces[i])) {
            smooth(&paces[i], paces[i].seconds / paces[i].load, newest);
            least = fmin(least, paces[i].smoothed);
        }
    if (!isfinite(least)) return;
    for (int i = 0; i < threads; i++) {
        if (!was_seen(&paces[i])) smooth(&paces[i], least, forgiven);
        paces[i].load = paces[i].seconds = 0;
        double speed = least / paces[i].smoothed;
        speeds[i] = speed < hardly_slower ? speed : 1;
    }
}
