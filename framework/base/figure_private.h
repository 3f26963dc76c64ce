/* What the files that draw a figure share. Of base/figure*.c. [any] */
#ifndef RONDO_BASE_FIGURE_PRIVATE_H
#define RONDO_BASE_FIGURE_PRIVATE_H

#include "base/figure.h"
#include "base/figure_axis.h"

enum { RONDO_FIGURE_TEXT = 13, RONDO_FIGURE_SYMBOL = 30 /* of the legend */ };

/* A panel while it is drawn. */
typedef struct rondo_figure_drawn {
    const rondo_figure *figure;
    const rondo_figure_panel *panel;
    int64_t number;
    rondo_figure_range x, y;
    bool document;
} rondo_figure_drawn;

/* All series of a panel, in their order. */
void rondo_figure_draw_series(const rondo_figure_drawn *drawn, rondo_text *svg);

/* The legend from (left, top) within a width; returns its height. Without `svg` nothing is drawn.
 */
double rondo_figure_draw_legend(const rondo_figure *figure, double left, double top, double width,
                                rondo_text *svg);

/* The series that stands for a name in the legend: the first of it and those of the same panel that
 * share the name. */
bool rondo_figure_is_first_of_its_name(const rondo_figure *figure, int64_t panel, int64_t series);

/* <text>, escaped. `style` is further attributes. */
void rondo_figure_add_label(rondo_text *svg, double x, double y, const char *style,
                            const char *text);

/* ` name="coordinate"` */
void rondo_figure_add_attribute(rondo_text *svg, const char *name, double value);

const char *rondo_figure_colour(const rondo_figure_series *series);

#endif
