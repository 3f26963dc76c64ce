#include "compare/figures_private.h"

enum { MOST_ROWS = 40 };

static bool (*const makers[RONDO_REPORT_FIGURES])(const rondo_figure_source *, rondo_figure *) = {
    [RONDO_REPORT_SEEDS] = rondo_figure_seeds,
    [RONDO_REPORT_DIFFERENCES] = rondo_figure_differences,
    [RONDO_REPORT_CURVES] = rondo_figure_curves,
    [RONDO_REPORT_QUALITY] = rondo_figure_quality,
    [RONDO_REPORT_EXPECTED] = rondo_figure_expected,
    [RONDO_REPORT_RESPONSE] = rondo_figure_response,
    [RONDO_REPORT_GRADIENTS] = rondo_figure_gradients,
    [RONDO_REPORT_NORMS] = rondo_figure_norms,
    [RONDO_REPORT_TIME] = rondo_figure_time,
};

rondo_status rondo_figures_make(const rondo_comparison *comparison, rondo_figures *figures,
                                rondo_error *error)
{
    rondo_rows rows;
    bool failed = false;
    *figures = (rondo_figures){0};
    rondo_status status = rondo_rows_find(comparison, MOST_ROWS, &rows, error);
    if (status != RONDO_OK) return status;
    const rondo_figure_source source = {.comparison = comparison,
                                        .rows = &rows,
                                        .decimals = rondo_rows_decimals(comparison),
                                        .pair_decimals = rondo_rows_pair_decimals(comparison)};
    for (int f = 0; f < RONDO_REPORT_FIGURES; f++) {
        figures->has[f] = makers[f](&source, &figures->figures[f]);
        failed = failed || figures->figures[f].failed;
    }
    rondo_rows_finish(&rows);
    if (!failed) return RONDO_OK;
    rondo_figures_finish(figures);
    return rondo_error_set(error, RONDO_FAILED, "not enough memory for the figures");
}

void rondo_figures_finish(rondo_figures *figures)
{
    for (int f = 0; f < RONDO_REPORT_FIGURES; f++)
        rondo_figure_finish(&figures->figures[f]);
}

rondo_status rondo_figures_export(const rondo_comparison *comparison, const char *folder,
                                  bool appendix, rondo_error *error)
{
    rondo_figures figures;
    rondo_status status = rondo_figures_make(comparison, &figures, error);
    if (status != RONDO_OK) return status;
    for (int f = 0; f < RONDO_REPORT_FIGURES && status == RONDO_OK; f++)
        if (figures.has[f] && (appendix || f != RONDO_REPORT_TIME))
            status = rondo_figure_export(&figures.figures[f], folder, error);
    rondo_figures_finish(&figures);
    return status;
}
