/* The figures of a report, each made from a comparison alone. [main] */
#ifndef RONDO_COMPARE_FIGURES_H
#define RONDO_COMPARE_FIGURES_H

#include "base/figure.h"
#include "compare/comparison.h"

typedef enum rondo_report_figure {
    RONDO_REPORT_SEEDS,       /* every run of every variant; differences to the baseline */
    RONDO_REPORT_DIFFERENCES, /* of all pairs, where the first has no room for them */
    RONDO_REPORT_CURVES,      /* learning curves */
    RONDO_REPORT_QUALITY,     /* against parameters, tokens, operations */
    RONDO_REPORT_EXPECTED,    /* best of n trials of a search */
    RONDO_REPORT_RESPONSE,    /* a search's results against what was drawn */
    RONDO_REPORT_GRADIENTS,   /* how far back gradients reach */
    RONDO_REPORT_NORMS,       /* of gradients, during training */
    RONDO_REPORT_TIME,        /* against time: differs from machine to machine */
    RONDO_REPORT_FIGURES
} rondo_report_figure;

typedef struct rondo_figures {
    rondo_figure figures[RONDO_REPORT_FIGURES];
    bool has[RONDO_REPORT_FIGURES]; /* there is something to show */
} rondo_figures;

/* RONDO_FAILED without memory; then there is nothing to finish. */
rondo_status rondo_figures_make(const rondo_comparison *comparison, rondo_figures *figures,
                                rondo_error *error);
void rondo_figures_finish(rondo_figures *figures);

/* Each figure as .svg, .tsv and .gp into the folder, which is made; that of the appendix, whose
 * numbers are times, where it is wanted. */
rondo_status rondo_figures_export(const rondo_comparison *comparison, const char *folder,
                                  bool appendix, rondo_error *error);

#endif
