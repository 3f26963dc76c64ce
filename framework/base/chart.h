/* A picture of curves over 0, 1, 2 .. with a logarithmic y axis, as SVG: panels side by side with
 * the same axes, one legend below. Colours are those of Okabe & Ito (2008), which colour-blind
 * readers can tell apart; lines of one colour differ in their dashes. */
#ifndef RONDO_BASE_CHART_H
#define RONDO_BASE_CHART_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum { RONDO_CHART_COLOURS = 7, RONDO_CHART_DASHES = 4, RONDO_CHART_PANELS = 4 };

/* y[0 .. count-1] at x = 0, 1, ..; what is not above 0 or not finite is left out. Numbers of colour
 * and dash are taken modulo how many there are. */
typedef struct rondo_chart_curve {
    const char *name; /* in the legend; curves of one name share an entry */
    int64_t count;
    const double *y;
    int64_t colour, dash;
    int64_t mark; /* x of a dot on the curve; -1: none */
} rondo_chart_curve;

typedef struct rondo_chart_panel {
    const char *title;
    int64_t curve_count;
    const rondo_chart_curve *curves;
} rondo_chart_panel;

typedef struct rondo_chart {
    const char *title, *x_label, *y_label;
    const char *note; /* a line below the legend; NULL: none */
    int64_t panel_count;
    const rondo_chart_panel *panels; /* [1 .. RONDO_CHART_PANELS] */
} rondo_chart;

/* Appends the SVG document. [any] */
void rondo_chart_draw(const rondo_chart *chart, rondo_text *svg);

/* Writes it, whole or not at all. [main] */
rondo_status rondo_chart_write(const char *path, const rondo_chart *chart, rondo_error *error);

#endif
