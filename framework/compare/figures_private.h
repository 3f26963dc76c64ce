/* What the files that make figures share. Of compare/figures*.c. [main] */
#ifndef RONDO_COMPARE_FIGURES_PRIVATE_H
#define RONDO_COMPARE_FIGURES_PRIVATE_H

#include "compare/figures.h"
#include "compare/rows.h"

/* What a figure is made from. */
typedef struct rondo_figure_source {
    const rondo_comparison *comparison;
    const rondo_rows *rows;
    int decimals, pair_decimals;
} rondo_figure_source;

/* Starts the figure and fills it; false: there is nothing to show, and nothing was started. */
bool rondo_figure_seeds(const rondo_figure_source *source, rondo_figure *figure);
bool rondo_figure_differences(const rondo_figure_source *source, rondo_figure *figure);
bool rondo_figure_curves(const rondo_figure_source *source, rondo_figure *figure);
bool rondo_figure_quality(const rondo_figure_source *source, rondo_figure *figure);
bool rondo_figure_expected(const rondo_figure_source *source, rondo_figure *figure);
bool rondo_figure_response(const rondo_figure_source *source, rondo_figure *figure);
bool rondo_figure_gradients(const rondo_figure_source *source, rondo_figure *figure);
bool rondo_figure_norms(const rondo_figure_source *source, rondo_figure *figure);
bool rondo_figure_time(const rondo_figure_source *source, rondo_figure *figure);

/* Whether all pairs are against the baseline and find a place beside the runs. */
bool rondo_figure_pairs_have_rows(const rondo_comparison *comparison);

/* A dot for a run, with its tooltip and the link to its entry. */
void rondo_figure_add_run(const rondo_figure_source *source, rondo_figure *figure,
                          rondo_figure_series *series, const rondo_compared_run *run, double x,
                          double y, double value, int decimals);

/* The text becomes the figure's caption and is finished. */
void rondo_figure_describe(rondo_figure *figure, rondo_text *text);

/* -0.5 .. 0.5, spread evenly, the same for the same index. */
double rondo_figure_spread(int64_t index);

/* A range for the axis that leaves out values far from all others; returns how many are. */
int64_t rondo_figure_leave_out_far(rondo_figure_axis *axis, const double *values, int64_t count);

#endif
