#include "compare/html.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/svg.h"
#include "compare/html_private.h"

enum { MOST_NAME = 420 /* of a variant in a sentence, in pixels */ };

/* --- words and numbers --- */

void rondo_html_add_text(rondo_page *page, const char *text)
{
    rondo_svg_add_escaped(page->html, text ? text : "");
}

void rondo_html_add_number(rondo_page *page, double value, int decimals)
{
    char buffer[48];
    rondo_text_add(page->html, "%s", rondo_svg_number(value, decimals, buffer));
}

void rondo_html_add_value(rondo_page *page, double value)
{
    rondo_html_add_number(page, value, page->decimals);
}

void rondo_html_add_count(rondo_page *page, double value)
{
    char digits[48], buffer[48];
    const char *number = rondo_svg_number(value, 0, buffer);
    snprintf(digits, sizeof digits, "%s", number);
    if (!isfinite(value) || fabs(value) >= 1e15 || fabs(value) < 10000) {
        rondo_text_add(page->html, "%s", digits);
        return;
    }
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        rondo_text_add_bytes(page->html, digits + i, 1);
        if ((length - i) % 3 == 1 && i + 1 < length)
            rondo_text_add(page->html, "\xE2\x80\xAF"); /* a narrow space that does not break */
    }
}

void rondo_html_add_p(rondo_page *page, double p)
{
    if (p < 0.0001)
        rondo_text_add(page->html, "&lt; 0.0001");
    else
        rondo_html_add_number(page, p, 4);
}

void rondo_html_add_variant(rondo_page *page, int64_t variant)
{
    const rondo_comparison *c = page->comparison;
    int64_t row = c->is_search ? c->variants[variant].group : variant;
    const char *name = c->variants[variant].name;
    char *shown = rondo_svg_shorten(name, 16, MOST_NAME);
    if (!shown) page->html->failed = true;
    rondo_text_add(page->html, "<a href=\"#%s-%lld\"", c->is_search ? "group" : "variant",
                   (long long)row + 1);
    if (shown && strcmp(shown, name) != 0) {
        rondo_text_add(page->html, " title=\"");
        rondo_html_add_text(page, name);
        rondo_text_add(page->html, "\"");
    }
    rondo_text_add(page->html, ">");
    rondo_html_add_text(page, shown);
    rondo_text_add(page->html, "</a>");
    free(shown);
}

void rondo_html_draw(const rondo_figure *f, int64_t number, rondo_text *html)
{
    rondo_text_add(html, "<figure id=\"figure-%s\">\n", f->name);
    rondo_figure_add_svg(f, false, html);
    rondo_text_add(html, "<figcaption><b>Figure %lld. ", (long long)number);
    rondo_svg_add_escaped(html, f->title);
    rondo_text_add(html, ".</b> ");
    rondo_svg_add_escaped(html, f->description);
    rondo_text_add(html, "</figcaption>\n</figure>\n");
}

void rondo_html_add_figure(rondo_page *page, rondo_report_figure figure)
{
    if (page->figures->has[figure])
        rondo_html_draw(&page->figures->figures[figure], ++page->figure_count, page->html);
}

/* --- the page --- */

void rondo_html_start(rondo_text *html, const char *title)
{
    rondo_text_add(html,
                   "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                   "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
                   "<title>");
    rondo_svg_add_escaped(html, title);
    rondo_text_add(html, "</title>\n<style>");
    rondo_text_add_bytes(html, rondo_html_style, strlen(rondo_html_style));
    rondo_text_add(html, "</style>\n</head>\n<body>\n<header>\n");
}

rondo_status rondo_html_finish(rondo_text *html, const char *path, rondo_error *error)
{
    rondo_text_add(html, "</main>\n</body>\n</html>\n");
    rondo_status status = html->failed
                              ? rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path)
                              : rondo_file_write(path, rondo_text_get(html), html->length, error);
    rondo_text_finish(html);
    return status;
}

typedef struct section {
    const char *id, *title;
    rondo_report_figure figures[3];
    int figure_count;
    void (*table)(rondo_page *);
} section;

static const section sections[] = {
    {"pairs", "Differences", {RONDO_REPORT_DIFFERENCES}, 1, rondo_html_add_pairs},
    {"variants", "Variants", {RONDO_REPORT_SEEDS}, 0, rondo_html_add_variants},
    {"halving", "Halving", {RONDO_REPORT_SEEDS}, 0, rondo_html_add_rungs},
    {"search", "Search", {RONDO_REPORT_RESPONSE, RONDO_REPORT_EXPECTED}, 2, rondo_html_add_effects},
    {"learning", "Learning curves", {RONDO_REPORT_CURVES}, 1, NULL},
    {"cost", "Quality and cost", {RONDO_REPORT_QUALITY}, 1, NULL},
    {"flow", "Flow of gradients", {RONDO_REPORT_GRADIENTS, RONDO_REPORT_NORMS}, 2, NULL},
    {"runs", "Runs", {RONDO_REPORT_SEEDS}, 0, rondo_html_add_runs},
};

enum { SECTIONS = sizeof sections / sizeof sections[0] };

static bool is_empty(const rondo_page *page, const section *s)
{
    if (strcmp(s->id, "pairs") == 0) return page->comparison->pair_count == 0;
    if (strcmp(s->id, "halving") == 0) return page->comparison->rung_count == 0;
    if (strcmp(s->id, "variants") == 0 || strcmp(s->id, "runs") == 0) return false;
    for (int f = 0; f < s->figure_count; f++)
        if (page->figures->has[s->figures[f]]) return false;
    return true;
}

static void add_navigation(rondo_page *page, bool appendix)
{
    rondo_text_add(page->html, "<nav aria-label=\"Parts of this report\">");
    for (int s = 0; s < SECTIONS; s++)
        if (!is_empty(page, &sections[s]))
            rondo_text_add(page->html, "<a href=\"#%s\">%s</a> ", sections[s].id,
                           sections[s].title);
    if (appendix) rondo_text_add(page->html, "<a href=\"#appendix\">Appendix</a>");
    rondo_text_add(page->html, "</nav>\n");
}

static void add_section(rondo_page *page, const section *s)
{
    rondo_text_add(page->html, "<section id=\"%s\">\n<h2>%s</h2>\n", s->id, s->title);
    for (int f = 0; f < s->figure_count; f++)
        rondo_html_add_figure(page, s->figures[f]);
    if (s->table) s->table(page);
    rondo_text_add(page->html, "</section>\n");
}

static void add_page(rondo_page *page, bool appendix)
{
    const char *name = page->comparison->name;
    rondo_html_start(page->html, name && name[0] ? name : "Comparison");
    rondo_html_add_summary(page);
    rondo_text_add(page->html, "</header>\n<main>\n");
    rondo_html_add_figure(page, RONDO_REPORT_SEEDS);
    add_navigation(page, appendix);
    for (int s = 0; s < SECTIONS; s++)
        if (!is_empty(page, &sections[s])) add_section(page, &sections[s]);
    if (appendix) rondo_html_add_appendix(page);
}

rondo_status rondo_html_write(const rondo_comparison *comparison, const char *path, bool appendix,
                              rondo_error *error)
{
    rondo_figures figures;
    rondo_text html = {0};
    rondo_page page = {.comparison = comparison,
                       .figures = &figures,
                       .decimals = rondo_rows_decimals(comparison),
                       .pair_decimals = rondo_rows_pair_decimals(comparison),
                       .html = &html};
    rondo_status status = rondo_figures_make(comparison, &figures, error);
    if (status != RONDO_OK) return status;
    status = rondo_rows_find(comparison, INT64_MAX, &page.rows, error);
    if (status == RONDO_OK) {
        add_page(&page, appendix);
        status = rondo_html_finish(&html, path, error);
        rondo_rows_finish(&page.rows);
    }
    rondo_figures_finish(&figures);
    return status;
}
