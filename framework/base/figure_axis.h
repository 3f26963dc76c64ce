/* Axes of figures: ranges out of what is drawn, places, ticks. Of base/figure*.c. [any] */
#ifndef RONDO_BASE_FIGURE_AXIS_H
#define RONDO_BASE_FIGURE_AXIS_H

#include "base/figure.h"

enum { RONDO_FIGURE_TICKS = 40, RONDO_FIGURE_DECADES = 16 };

/* What an axis shows; logarithmic ones in decades. */
typedef struct rondo_figure_range {
    double low, high;
    bool logarithmic;
    bool reversed; /* low is at the end of `from`.. */
    double from, to;
} rondo_figure_range;

typedef struct rondo_figure_ticks {
    int64_t count;
    double at[RONDO_FIGURE_TICKS]; /* in the data's units */
    int decimals;                  /* of linear labels */
} rondo_figure_ticks;

/* Whether a place can be shown on that scale. */
bool rondo_figure_is_shown(const rondo_figure_axis *axis, double value);

/* The range of the figure's panel (of all panels, where they share it). */
rondo_figure_range rondo_figure_find_range(const rondo_figure *figure,
                                           const rondo_figure_panel *panel, bool of_x);

/* Where a value stands between from and to. */
double rondo_figure_place(const rondo_figure_range *range, double value);

/* Round numbers inside the range, at most `most` of them (at least 2 are asked for). */
void rondo_figure_find_ticks(const rondo_figure_axis *axis, const rondo_figure_range *range,
                             int64_t most, rondo_figure_ticks *ticks);

/* The label of a tick: "0.25", "1000", 10 to a power. */
const char *rondo_figure_tick_label(const rondo_figure_axis *axis, const rondo_figure_ticks *ticks,
                                    int64_t tick, char buffer[48]);

#endif
