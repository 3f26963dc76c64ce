/* Parts of the report's page. Of compare/html*.c. [main] */
#ifndef RONDO_COMPARE_HTML_PRIVATE_H
#define RONDO_COMPARE_HTML_PRIVATE_H

#include "base/text.h"
#include "compare/figures.h"
#include "compare/rows.h"

typedef struct rondo_page {
    const rondo_comparison *comparison;
    const rondo_figures *figures;
    rondo_rows rows; /* all of them */
    int decimals, pair_decimals;
    int64_t figure_count; /* numbered so far */
    rondo_text *html;
} rondo_page;

/* The page's style sheet. */
extern const char rondo_html_style[];

/* Head and start of the header; the end of the body, and the file, whole or not at all. The second
 * finishes the text. */
void rondo_html_start(rondo_text *html, const char *title);
rondo_status rondo_html_finish(rondo_text *html, const char *path, rondo_error *error);

/* A figure with its number and caption. */
void rondo_html_draw(const rondo_figure *figure, int64_t number, rondo_text *html);

void rondo_html_add_summary(rondo_page *page);  /* title, what was compared, verdicts in words */
void rondo_html_add_pairs(rondo_page *page);    /* the table behind the verdicts */
void rondo_html_add_variants(rondo_page *page); /* a row each */
void rondo_html_add_effects(rondo_page *page);  /* of a search: what explains the variance */
void rondo_html_add_rungs(rondo_page *page);    /* of a halving: a row each */
void rondo_html_add_runs(rondo_page *page);     /* an entry each */
void rondo_html_add_appendix(rondo_page *page);

/* One of the comparison's, where it has it. */
void rondo_html_add_figure(rondo_page *page, rondo_report_figure figure);

/* Escaped text; a value of the metric with the page's decimals; a number with others; a whole
 * number with thin spaces; a p value ("< 0.0001"). */
void rondo_html_add_text(rondo_page *page, const char *text);
void rondo_html_add_value(rondo_page *page, double value);
void rondo_html_add_number(rondo_page *page, double value, int decimals);
void rondo_html_add_count(rondo_page *page, double value);
void rondo_html_add_p(rondo_page *page, double p);

/* A variant's name, a link to its row where it has one. */
void rondo_html_add_variant(rondo_page *page, int64_t variant);

#endif
