#include "compare/ranks_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/svg.h"
#include "compare/html_private.h"
#include "compare/ranks_figures.h"

enum { FIGURES = 2 };

typedef struct ranks_report {
    const rondo_datasets *sets;
    int32_t *order; /* of the variants, best first */
    rondo_figure figures[FIGURES];
    rondo_text html;
} ranks_report;

static rondo_status start(ranks_report *r, const rondo_datasets *sets, rondo_error *error)
{
    *r = (ranks_report){.sets = sets, .order = rondo_ranks_order(sets)};
    if (r->order) {
        rondo_figure_ranks(sets, r->order, &r->figures[0]);
        rondo_figure_sets(sets, r->order, &r->figures[1]);
        if (!r->figures[0].failed && !r->figures[1].failed) return RONDO_OK;
    }
    return rondo_error_set(error, RONDO_FAILED, "not enough memory for a report");
}

static void finish(ranks_report *r)
{
    for (int f = 0; f < FIGURES; f++)
        rondo_figure_finish(&r->figures[f]);
    free(r->order);
}

rondo_status rondo_ranks_export(const rondo_datasets *sets, const char *folder, rondo_error *error)
{
    ranks_report r;
    rondo_status status = start(&r, sets, error);
    for (int f = 0; f < FIGURES && status == RONDO_OK; f++)
        status = rondo_figure_export(&r.figures[f], folder, error);
    finish(&r);
    return status;
}

/* --- the page --- */

static void add_number(ranks_report *r, double value, int decimals)
{
    char buffer[48];
    rondo_text_add(&r->html, "%s", rondo_svg_number(value, decimals, buffer));
}

static void add_p(ranks_report *r, double p)
{
    rondo_text_add(&r->html, p < 0.0001 ? "p &lt; 0.0001" : "p ");
    if (!(p < 0.0001)) add_number(r, p, 4);
}

static void add_verdict(ranks_report *r)
{
    const rondo_rank_test *test = &r->sets->test;
    bool differs = test->iman_davenport_p < 0.05;
    rondo_text_add(&r->html, "<ul class=\"verdicts\">\n<li class=\"%s\">",
                   differs ? "better" : "open");
    if (differs) {
        rondo_text_add(&r->html, "The variants <b>differ</b>; ");
        rondo_svg_add_escaped(&r->html, r->sets->variants[r->order[0]]);
        rondo_text_add(&r->html, " ranks first.");
    } else {
        rondo_text_add(&r->html, "It is <b>not established</b> that the variants differ.");
    }
    rondo_text_add(&r->html, "<small>Friedman ");
    add_number(r, test->friedman, 2);
    rondo_text_add(&r->html, ", ");
    add_p(r, test->friedman_p);
    rondo_text_add(&r->html, "; Iman-Davenport F ");
    add_number(r, test->iman_davenport, 2);
    rondo_text_add(&r->html, ", ");
    add_p(r, test->iman_davenport_p);
    rondo_text_add(&r->html, "; critical difference of mean ranks ");
    add_number(r, test->critical_difference, 2);
    rondo_text_add(&r->html, " (Nemenyi, 5 %%)</small></li>\n</ul>\n");
}

static void add_row(ranks_report *r, int32_t variant)
{
    const rondo_datasets *sets = r->sets;
    rondo_text_add(&r->html, "<tr><th scope=\"row\" class=\"t\">");
    rondo_svg_add_escaped(&r->html, sets->variants[variant]);
    rondo_text_add(&r->html, "</th><td>");
    add_number(r, sets->mean_ranks[variant], 2);
    rondo_text_add(&r->html, "</td>");
    for (int64_t s = 0; s < sets->count; s++) {
        rondo_text_add(&r->html, "<td>");
        add_number(r, sets->values[s * sets->variant_count + variant],
                   rondo_rows_decimals(&sets->sets[s]));
        rondo_text_add(&r->html, "</td>");
    }
    rondo_text_add(&r->html, "</tr>\n");
}

static void add_table(ranks_report *r)
{
    rondo_text_add(&r->html,
                   "<section id=\"values\">\n<h2>Values</h2>\n<div class=\"wide\"><table>\n"
                   "<caption>Mean rank, and the mean over seeds on each data set.</caption>\n"
                   "<thead><tr><th scope=\"col\" class=\"t\">Variant</th>"
                   "<th scope=\"col\">Mean rank</th>");
    for (int64_t s = 0; s < r->sets->count; s++) {
        rondo_text_add(&r->html, "<th scope=\"col\">");
        rondo_svg_add_escaped(&r->html, r->sets->names[s]);
        rondo_text_add(&r->html, "</th>");
    }
    rondo_text_add(&r->html, "</tr></thead>\n<tbody>\n");
    for (int32_t v = 0; v < r->sets->variant_count; v++)
        add_row(r, r->order[v]);
    rondo_text_add(&r->html, "</tbody></table></div>\n</section>\n");
}

rondo_status rondo_ranks_write(const rondo_datasets *sets, const char *path, rondo_error *error)
{
    ranks_report r;
    char title[80];
    rondo_status status = start(&r, sets, error);
    if (status == RONDO_OK) {
        snprintf(title, sizeof title, "%ld variants on %lld data sets", (long)sets->variant_count,
                 (long long)sets->count);
        rondo_html_start(&r.html, title);
        rondo_text_add(&r.html, "<h1>%s</h1>\n<p class=\"lead\">Compared: <b>", title);
        rondo_svg_add_escaped(&r.html, sets->sets[0].metric.name);
        rondo_text_add(&r.html, "</b> (%s is better), means over seeds.</p>\n",
                       sets->sets[0].metric.higher_is_better ? "higher" : "lower");
        add_verdict(&r);
        rondo_text_add(&r.html, "</header>\n<main>\n");
        for (int f = 0; f < FIGURES; f++)
            rondo_html_draw(&r.figures[f], f + 1, &r.html);
        add_table(&r);
        status = rondo_html_finish(&r.html, path, error);
    }
    finish(&r);
    return status;
}
