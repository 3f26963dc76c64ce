#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/figure_private.h"
#include "base/svg.h"

static const char *const kind_names[] = {[RONDO_FIGURE_LINE] = "line",
                                         [RONDO_FIGURE_BAND] = "band",
                                         [RONDO_FIGURE_DOTS] = "dot",
                                         [RONDO_FIGURE_INTERVAL_X] = "interval of x",
                                         [RONDO_FIGURE_INTERVAL_Y] = "interval of y",
                                         [RONDO_FIGURE_BAR_X] = "bar of x",
                                         [RONDO_FIGURE_REGION_X] = "region of x",
                                         [RONDO_FIGURE_RULE_X] = "rule at x",
                                         [RONDO_FIGURE_NOTES] = "note"};

/* --- table --- */

/* A text as one field: no tab, no line break. */
static void add_field(rondo_text *table, const char *text)
{
    for (; text && *text; text++)
        rondo_text_add_bytes(table, (unsigned char)*text < ' ' || *text == 0x7F ? " " : text, 1);
}

static void add_value(rondo_text *table, double value)
{
    char buffer[32];
    rondo_text_add(table, "\t%s", isfinite(value) ? rondo_text_of_real(value, buffer) : "NaN");
}

static bool spans(rondo_figure_kind kind)
{
    return kind == RONDO_FIGURE_BAND || kind == RONDO_FIGURE_INTERVAL_X ||
           kind == RONDO_FIGURE_INTERVAL_Y || kind == RONDO_FIGURE_BAR_X ||
           kind == RONDO_FIGURE_REGION_X;
}

/* What a point's place on the y axis is called: a category's name. */
static const char *category_of(const rondo_figure_axis *axis, double at)
{
    int64_t nearest = (int64_t)floor(at + 0.5);
    bool there = axis->scale == RONDO_FIGURE_CATEGORIES && isfinite(at) && nearest >= 0 &&
                 nearest < axis->category_count;
    return there ? axis->categories[nearest] : "";
}

static void add_rows(const rondo_figure *figure, int64_t panel, const rondo_figure_series *series,
                     rondo_text *table)
{
    const rondo_figure_panel *p = figure->panels[panel];
    bool has_x = series->kind != RONDO_FIGURE_BAR_X && series->kind != RONDO_FIGURE_REGION_X;
    bool has_y = series->kind != RONDO_FIGURE_BAND && series->kind != RONDO_FIGURE_REGION_X &&
                 series->kind != RONDO_FIGURE_RULE_X;
    for (int64_t i = 0; i < series->count; i++) {
        const rondo_figure_point *point = &series->points[i];
        if (p->title)
            add_field(table, p->title);
        else
            rondo_text_add(table, "%lld", (long long)panel + 1);
        rondo_text_add(table, "\t");
        add_field(table, series->name ? series->name : category_of(&p->y, point->y));
        rondo_text_add(table, "\t%s", kind_names[series->kind]);
        add_value(table, has_x ? point->x : NAN);
        add_value(table, has_y ? point->y : NAN);
        add_value(table, spans(series->kind) ? point->low : NAN);
        add_value(table, spans(series->kind) ? point->high : NAN);
        rondo_text_add(table, "\t");
        add_field(table, point->title);
        rondo_text_add(table, "\n");
    }
}

void rondo_figure_add_table(const rondo_figure *figure, rondo_text *table)
{
    rondo_text_add(table, "panel\tseries\tkind\tx\ty\tlow\thigh\tlabel\n");
    for (int64_t p = 0; p < figure->count; p++)
        for (int64_t s = 0; s < figure->panels[p]->count; s++) {
            if (figure->panels[p]->series[s]->count == 0) continue;
            rondo_text_add(table, "\n\n");
            add_rows(figure, p, figure->panels[p]->series[s], table);
        }
}

/* --- gnuplot --- */

enum { MOST_NAME = 260 /* pixels */ };

/* Shortened as in the picture; in single quotes, where gnuplot knows no escapes but the doubled
 * quote. */
static void add_quoted(rondo_text *script, const char *text)
{
    char *shown = rondo_svg_shorten(text ? text : "", RONDO_FIGURE_TEXT, MOST_NAME);
    if (!shown) script->failed = true;
    rondo_text_add(script, "'");
    for (const char *at = shown; at && *at; at++) {
        if (*at == '\'') rondo_text_add(script, "'");
        rondo_text_add_bytes(script, (unsigned char)*at < ' ' || *at == 0x7F ? " " : at, 1);
    }
    rondo_text_add(script, "'");
    free(shown);
}

static void add_range(const rondo_figure *figure, const rondo_figure_panel *panel, bool of_x,
                      rondo_text *script)
{
    const rondo_figure_axis *axis = of_x ? &panel->x : &panel->y;
    rondo_figure_range range = rondo_figure_find_range(figure, panel, of_x);
    char letter = of_x ? 'x' : 'y', low[32], high[32];
    double from = range.logarithmic ? pow(10, range.low) : range.low;
    double to = range.logarithmic ? pow(10, range.high) : range.high;
    rondo_text_add(script, "%s logscale %c\nset %crange [%s:%s]\nset %clabel ",
                   range.logarithmic ? "set" : "unset", letter, letter,
                   rondo_text_of_real(range.reversed ? to : from, low),
                   rondo_text_of_real(range.reversed ? from : to, high), letter);
    add_quoted(script, axis->label);
    rondo_text_add(script, " noenhanced\nset %ctics ", letter);
    if (axis->scale != RONDO_FIGURE_CATEGORIES) {
        rondo_text_add(script, "autofreq\n");
        return;
    }
    rondo_text_add(script, "noenhanced (");
    for (int64_t c = 0; c < axis->category_count; c++) {
        rondo_text_add(script, "%s", c > 0 ? ", " : "");
        add_quoted(script, axis->categories[c]);
        rondo_text_add(script, " %lld", (long long)c);
    }
    rondo_text_add(script, ")\n");
}

/* The columns that gnuplot reads, and how. What has no place on the y axis spans it. */
static void add_columns(rondo_figure_kind kind, const rondo_figure_range *y, rondo_text *script)
{
    static const char *const styles[] = {
        [RONDO_FIGURE_LINE] = "4:5 with lines",
        [RONDO_FIGURE_BAND] = "4:6:7 with filledcurves fs transparent solid 0.16 noborder",
        [RONDO_FIGURE_DOTS] = "4:5 with points",
        [RONDO_FIGURE_INTERVAL_X] = "4:5:6:7 with xerrorbars",
        [RONDO_FIGURE_INTERVAL_Y] = "4:5:6:7 with yerrorbars",
        [RONDO_FIGURE_BAR_X] = "6:5:($7-$6):(0) with vectors nohead",
        [RONDO_FIGURE_NOTES] = "4:5:8 with labels left offset 0.7,0 noenhanced"};
    char low[32], high[32], span[32];
    rondo_text_of_real(y->logarithmic ? pow(10, y->low) : y->low, low);
    rondo_text_of_real(y->logarithmic ? pow(10, y->high) : y->high, high);
    rondo_text_of_real(y->high - y->low, span);
    if (kind == RONDO_FIGURE_REGION_X)
        rondo_text_add(script,
                       "using (($6+$7)/2):(%s):6:7:(%s):(%s) with boxxyerror fs transparent "
                       "solid 0.07 noborder",
                       low, low, high);
    else if (kind == RONDO_FIGURE_RULE_X)
        rondo_text_add(script, "using 4:(%s):(0):(%s) with vectors nohead", low, span);
    else
        rondo_text_add(script, "using %s", styles[kind]);
}

static void add_style(const rondo_figure_series *series, rondo_text *script)
{
    static const int point_types[RONDO_SVG_MARKERS] = {7, 5, 9, 13};
    static const int dash_types[RONDO_SVG_DASHES] = {1, 2, 3, 4};
    int64_t marker = (series->marker % RONDO_SVG_MARKERS + RONDO_SVG_MARKERS) % RONDO_SVG_MARKERS;
    int64_t dash = (series->dash % RONDO_SVG_DASHES + RONDO_SVG_DASHES) % RONDO_SVG_DASHES;
    if (series->kind == RONDO_FIGURE_NOTES) return;
    rondo_text_add(script, " lc rgb '%s'",
                   series->kind == RONDO_FIGURE_REGION_X ? "#000000" : rondo_figure_colour(series));
    if (series->kind == RONDO_FIGURE_LINE)
        rondo_text_add(script, " lw %s dt %d", series->faint ? "1" : "2", dash_types[dash]);
    if (series->kind == RONDO_FIGURE_BAR_X) rondo_text_add(script, " lw 5");
    if (series->kind == RONDO_FIGURE_RULE_X) rondo_text_add(script, " dt 2");
    if (series->kind == RONDO_FIGURE_DOTS || series->kind == RONDO_FIGURE_INTERVAL_X ||
        series->kind == RONDO_FIGURE_INTERVAL_Y)
        rondo_text_add(script, " pt %d ps %s", point_types[marker], series->faint ? "0.4" : "0.7");
}

/* Each series is a block of the table; the header is block 0. */
static void add_plot(const rondo_figure *figure, int64_t panel, int64_t *block, rondo_text *script)
{
    const rondo_figure_panel *p = figure->panels[panel];
    const rondo_figure_range y = rondo_figure_find_range(figure, p, false);
    int64_t plotted = 0;
    for (int64_t s = 0; s < p->count; s++) {
        const rondo_figure_series *series = p->series[s];
        if (series->count == 0) continue;
        ++*block;
        rondo_text_add(script, "%s", plotted++ == 0 ? "plot " : ", \\\n     ");
        rondo_text_add(script, "data index %lld ", (long long)*block);
        add_columns(series->kind, &y, script);
        add_style(series, script);
        if (rondo_figure_is_first_of_its_name(figure, panel, s)) {
            rondo_text_add(script, " title ");
            add_quoted(script, series->name);
            rondo_text_add(script, " noenhanced");
        } else {
            rondo_text_add(script, " notitle");
        }
    }
    rondo_text_add(script, plotted > 0 ? "\n" : "plot NaN notitle\n");
}

void rondo_figure_add_gnuplot(const rondo_figure *figure, rondo_text *script)
{
    int64_t columns = figure->columns > 0 ? figure->columns : figure->count;
    if (columns > figure->count) columns = figure->count;
    if (columns < 1) columns = 1;
    int64_t rows = (figure->count + columns - 1) / columns, block = 0;
    rondo_text_add(script, "# gnuplot %s.gp, in this folder\n", figure->name);
    rondo_text_add(script,
                   "data = '%s.tsv'\nset datafile separator \"\\t\"\nset encoding utf8\n"
                   "set terminal svg size %.0f,%.0f font ',12' background '#ffffff'\n"
                   "set output '%s.gnuplot.svg'\n"
                   "set border 3\nset tics nomirror\nset key noenhanced\nset bars small\n"
                   "set grid lc rgb '#dddddd'\n",
                   figure->name, figure->width, (double)rows * (figure->height + 110),
                   figure->name);
    rondo_text_add(script, "set multiplot layout %lld,%lld\n", (long long)rows, (long long)columns);
    for (int64_t p = 0; p < figure->count; p++) {
        rondo_text_add(script, "set title ");
        add_quoted(script, figure->panels[p]->title);
        rondo_text_add(script, " noenhanced\n");
        add_range(figure, figure->panels[p], true, script);
        add_range(figure, figure->panels[p], false, script);
        add_plot(figure, p, &block, script);
    }
    rondo_text_add(script, "unset multiplot\nset output\n");
}
