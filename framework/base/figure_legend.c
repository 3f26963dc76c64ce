#include <stdlib.h>
#include <string.h>

#include "base/figure_private.h"
#include "base/svg.h"

enum { LINE_HEIGHT = 22, BETWEEN = 22, MOST = 300 /* of a name, in pixels */ };

bool rondo_figure_is_first_of_its_name(const rondo_figure *figure, int64_t panel, int64_t series)
{
    const char *name = figure->panels[panel]->series[series]->name;
    for (int64_t p = 0; p <= panel; p++)
        for (int64_t s = 0; s < figure->panels[p]->count; s++) {
            const char *other = figure->panels[p]->series[s]->name;
            if (p == panel && s == series) return name != NULL;
            if (name && other && strcmp(name, other) == 0) return false;
        }
    return name != NULL;
}

static void add_symbol(const rondo_figure_series *series, double x, double y, rondo_text *svg)
{
    const char *colour = rondo_figure_colour(series), *dash = rondo_svg_dash(series->dash);
    bool is_line = series->kind == RONDO_FIGURE_LINE;
    bool is_bar =
        series->kind == RONDO_FIGURE_INTERVAL_X || series->kind == RONDO_FIGURE_INTERVAL_Y;
    if (series->kind == RONDO_FIGURE_BAND || series->kind == RONDO_FIGURE_REGION_X)
        rondo_text_add(svg,
                       "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"12\" fill=\"%s\" "
                       "fill-opacity=\".16\"/>",
                       x, y - 6, RONDO_FIGURE_SYMBOL,
                       series->kind == RONDO_FIGURE_BAND ? colour : "#000");
    if (is_line || is_bar || series->kind == RONDO_FIGURE_RULE_X)
        rondo_text_add(svg,
                       "<path stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" d=\"M%.1f "
                       "%.1fh%d\"/>",
                       colour,
                       is_line  ? (dash[0] && !series->faint ? dash : "none")
                       : is_bar ? "none"
                                : "4 3",
                       x, y, RONDO_FIGURE_SYMBOL);
    if (is_bar || series->kind == RONDO_FIGURE_DOTS) {
        rondo_text_add(svg, "<path fill=\"%s\" d=\"", colour);
        rondo_svg_add_marker(svg, series->marker, x + RONDO_FIGURE_SYMBOL / 2.0, y, 4);
        rondo_text_add(svg, "\"/>");
    }
}

/* One symbol out of all series of the panel that share the name. */
static void add_entry(const rondo_figure *figure, int64_t panel, int64_t series, double x, double y,
                      const char *shown, rondo_text *svg)
{
    const rondo_figure_panel *p = figure->panels[panel];
    for (int64_t s = series; s < p->count; s++)
        if (p->series[s]->name && strcmp(p->series[s]->name, p->series[series]->name) == 0)
            add_symbol(p->series[s], x, y, svg);
    rondo_figure_add_label(svg, x + RONDO_FIGURE_SYMBOL + 7, y + 4.5, "", shown);
}

double rondo_figure_draw_legend(const rondo_figure *figure, double left, double top, double width,
                                rondo_text *svg)
{
    double x = left, y = top + LINE_HEIGHT / 2.0;
    int64_t entries = 0;
    for (int64_t p = 0; p < figure->count; p++)
        for (int64_t s = 0; s < figure->panels[p]->count; s++) {
            if (!rondo_figure_is_first_of_its_name(figure, p, s)) continue;
            char *shown =
                rondo_svg_shorten(figure->panels[p]->series[s]->name, RONDO_FIGURE_TEXT, MOST);
            if (!shown) {
                if (svg) svg->failed = true;
                continue;
            }
            double wide = RONDO_FIGURE_SYMBOL + 7 + rondo_svg_width(shown, RONDO_FIGURE_TEXT);
            if (entries > 0 && x + wide > left + width) {
                x = left;
                y += LINE_HEIGHT;
            }
            if (svg) add_entry(figure, p, s, x, y, shown, svg);
            x += wide + BETWEEN;
            entries++;
            free(shown);
        }
    return entries > 0 ? y + LINE_HEIGHT / 2.0 + 6 - top : 0;
}
