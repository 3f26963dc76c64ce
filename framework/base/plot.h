/* Curves drawn with characters, for terminals and logs. */
#ifndef RONDO_BASE_PLOT_H
#define RONDO_BASE_PLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { RONDO_PLOT_CURVES = 4 };

/* Points with a coordinate that is not finite are left out. */
typedef struct rondo_plot_curve {
    const char *name;
    bool points; /* a mark at each point; otherwise a line through all of them */
    int64_t count;
    const double *x, *y; /* x does not fall */
} rondo_plot_curve;

/* The y axis is logarithmic where all values are positive and the largest is more than 20 times the
 * smallest. */
typedef struct rondo_plot {
    const char *title, *x_label;
    int32_t columns, rows; /* of the whole picture, at least 30 x 6 */
    bool ascii;            /* plain characters; otherwise Unicode (Braille dots make the lines) */
    int32_t curve_count;
    rondo_plot_curve curves[RONDO_PLOT_CURVES];
} rondo_plot;

/* Appends `rows` lines of at most `columns` characters, without blanks at their ends; nothing where
 * no curve has a point. [any] */
void rondo_plot_draw(const rondo_plot *plot, rondo_text *text);

/* How many columns a UTF-8 text takes, one a character. [any] */
int32_t rondo_plot_width(const char *text);

#endif
