/* Figures: panels with axes, and in them lines, bands, dots, intervals. One description is written
 * as SVG, as a table (tab-separated) and as a gnuplot script that draws the table.
 *
 * A figure copies every text that it is given. When memory runs out `failed` is set, what is added
 * afterwards is dropped, and the writers say so: check nothing in between. [any] */
#ifndef RONDO_BASE_FIGURE_H
#define RONDO_BASE_FIGURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

typedef enum rondo_figure_scale {
    RONDO_FIGURE_LINEAR,
    RONDO_FIGURE_LOGARITHMIC, /* what is not above 0 is left out; at most 16 decades are shown */
    RONDO_FIGURE_CATEGORIES   /* names at 0, 1, ..: on a y axis from the top */
} rondo_figure_scale;

typedef struct rondo_figure_axis {
    const char *label;
    rondo_figure_scale scale;
    bool whole;       /* ticks at integers only */
    double low, high; /* where low < high; else from what is drawn */
    int64_t category_count;
    const char *const *categories;
    const char *const *links; /* [category_count] of the categories' names ("#id"); NULL: none */
} rondo_figure_axis;

typedef enum rondo_figure_kind {
    RONDO_FIGURE_LINE,       /* through (x, y); a y that is not finite breaks it */
    RONDO_FIGURE_BAND,       /* at each x from low to high */
    RONDO_FIGURE_DOTS,       /* a marker at (x, y) */
    RONDO_FIGURE_INTERVAL_X, /* a marker at (x, y), a bar from (low, y) to (high, y) */
    RONDO_FIGURE_INTERVAL_Y, /* a marker at (x, y), a bar from (x, low) to (x, high) */
    RONDO_FIGURE_BAR_X,      /* a thick bar from (low, y) to (high, y) */
    RONDO_FIGURE_REGION_X,   /* all between x = low and x = high, behind everything */
    RONDO_FIGURE_RULE_X,     /* a line across the panel at x */
    RONDO_FIGURE_NOTES       /* the title as text, to the right of (x, y) */
} rondo_figure_kind;

typedef struct rondo_figure_point {
    double x, y, low, high;
    const char *title; /* the tooltip; NULL: none */
    const char *link;  /* "#id" of a place in the same page; NULL: none */
} rondo_figure_point;

typedef struct rondo_figure_series {
    rondo_figure_kind kind;
    const char *name; /* in the legend, where series of one name share an entry; NULL: not there */
    int64_t colour, dash, marker; /* base/svg.h; colour -1: grey */
    bool faint;                   /* one of many */
    int64_t count, capacity;
    rondo_figure_point *points;
} rondo_figure_series;

typedef struct rondo_figure_panel {
    char *title; /* NULL: none */
    rondo_figure_axis x, y;
    int64_t count;
    rondo_figure_series **series;
} rondo_figure_panel;

typedef struct rondo_figure {
    char *name;            /* of its files and ids: letters, digits, hyphens */
    char *title;           /* what it shows, for readers who do not see it */
    char *description;     /* the caption */
    int64_t columns;       /* of panels; 0: all in one row */
    double width;          /* in pixels; 0: 960 */
    double height;         /* of a panel's inside; 0: 260 */
    bool share_x, share_y; /* one range for all panels */
    int64_t count;
    rondo_figure_panel **panels;
    bool failed;
} rondo_figure;

/* `figure` is the caller's; finish it in any case. */
void rondo_figure_start(rondo_figure *figure, const char *name, const char *title,
                        const char *description);
void rondo_figure_finish(rondo_figure *figure);

/* Each belongs to the figure; NULL without memory, which those below take too. */
rondo_figure_panel *rondo_figure_add_panel(rondo_figure *figure, const char *title,
                                           const rondo_figure_axis *x, const rondo_figure_axis *y);
rondo_figure_series *rondo_figure_add_series(rondo_figure *figure, rondo_figure_panel *panel,
                                             const rondo_figure_series *like);
void rondo_figure_add_point(rondo_figure *figure, rondo_figure_series *series,
                            rondo_figure_point point);

/* `document`: a file of its own, without links; else a part of an HTML page. */
void rondo_figure_add_svg(const rondo_figure *figure, bool document, rondo_text *svg);

/* A header, then each series as a block after two empty lines: columns panel, series, kind, x, y,
 * low, high, label; numbers read back as the same double. */
void rondo_figure_add_table(const rondo_figure *figure, rondo_text *table);

/* Draws <name>.tsv as <name>.gnuplot.svg; run it in their folder. */
void rondo_figure_add_gnuplot(const rondo_figure *figure, rondo_text *script);

/* The SVG document, whole or not at all. [main] */
rondo_status rondo_figure_write(const rondo_figure *figure, const char *path, rondo_error *error);

/* folder/<name>.svg, .tsv and .gp; makes the folder. [main] */
rondo_status rondo_figure_export(const rondo_figure *figure, const char *folder,
                                 rondo_error *error);

#endif
