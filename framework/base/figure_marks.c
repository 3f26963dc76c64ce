#include <math.h>
#include <stdlib.h>

#include "base/figure_private.h"
#include "base/svg.h"

static const double DOT = 3.4, MEAN = 4.6, CAP = 4;

const char *rondo_figure_colour(const rondo_figure_series *series)
{
    return series->colour < 0 ? "#8a8a8a" : rondo_svg_colour(series->colour);
}

void rondo_figure_add_attribute(rondo_text *svg, const char *name, double value)
{
    rondo_text_add(svg, " %s=\"", name);
    rondo_svg_add_coordinate(svg, value);
    rondo_text_add(svg, "\"");
}

static void add_pair(rondo_text *svg, const char *command, double x, double y)
{
    rondo_text_add(svg, "%s", command);
    rondo_svg_add_coordinate(svg, x);
    rondo_text_add(svg, " ");
    rondo_svg_add_coordinate(svg, y);
}

/* --- points that can be pointed at --- */

static bool opens_link(const rondo_figure_drawn *drawn, const rondo_figure_point *point)
{
    return !drawn->document && point->link;
}

static void open_point(const rondo_figure_drawn *drawn, const rondo_figure_point *point,
                       rondo_text *svg)
{
    if (opens_link(drawn, point)) {
        rondo_text_add(svg, "<a href=\"");
        rondo_svg_add_escaped(svg, point->link);
        rondo_text_add(svg, "\">");
    } else if (point->title) {
        rondo_text_add(svg, "<g>");
    }
    if (!point->title) return;
    rondo_text_add(svg, "<title>");
    rondo_svg_add_escaped(svg, point->title);
    rondo_text_add(svg, "</title>");
}

static void close_point(const rondo_figure_drawn *drawn, const rondo_figure_point *point,
                        rondo_text *svg)
{
    rondo_text_add(svg, "%s", opens_link(drawn, point) ? "</a>\n" : point->title ? "</g>\n" : "\n");
}

/* --- kinds --- */

static bool is_inside(const rondo_figure_range *range, const rondo_figure_axis *axis, double value)
{
    if (!rondo_figure_is_shown(axis, value)) return false;
    double at = range->logarithmic ? log10(value) : value;
    return at >= range->low && at <= range->high;
}

static void draw_line(const rondo_figure_drawn *d, const rondo_figure_series *series,
                      rondo_text *svg)
{
    const char *dash = rondo_svg_dash(series->dash);
    bool pen_down = false;
    rondo_text_add(svg, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"",
                   rondo_figure_colour(series), series->faint ? "1" : "2");
    if (dash[0] && !series->faint) rondo_text_add(svg, " stroke-dasharray=\"%s\"", dash);
    if (series->faint) rondo_text_add(svg, " stroke-opacity=\".45\"");
    rondo_text_add(svg, " stroke-linejoin=\"round\" d=\"");
    for (int64_t i = 0; i < series->count; i++) {
        const rondo_figure_point *p = &series->points[i];
        bool shown =
            rondo_figure_is_shown(&d->panel->x, p->x) && rondo_figure_is_shown(&d->panel->y, p->y);
        if (shown)
            add_pair(svg, pen_down ? "L" : "M", rondo_figure_place(&d->x, p->x),
                     rondo_figure_place(&d->y, p->y));
        pen_down = shown;
    }
    rondo_text_add(svg, "\"/>\n");
}

static bool has_band(const rondo_figure_drawn *d, const rondo_figure_point *p)
{
    return rondo_figure_is_shown(&d->panel->x, p->x) &&
           rondo_figure_is_shown(&d->panel->y, p->low) &&
           rondo_figure_is_shown(&d->panel->y, p->high);
}

/* One closed path for each stretch without a gap. */
static void draw_band(const rondo_figure_drawn *d, const rondo_figure_series *series,
                      rondo_text *svg)
{
    rondo_text_add(svg, "<path fill=\"%s\" fill-opacity=\".16\" d=\"", rondo_figure_colour(series));
    for (int64_t from = 0, to; from < series->count; from = to + 1) {
        for (to = from; to < series->count && has_band(d, &series->points[to]); to++)
            add_pair(svg, to == from ? "M" : "L", rondo_figure_place(&d->x, series->points[to].x),
                     rondo_figure_place(&d->y, series->points[to].low));
        if (to == from) continue;
        for (int64_t i = to - 1; i >= from; i--)
            add_pair(svg, "L", rondo_figure_place(&d->x, series->points[i].x),
                     rondo_figure_place(&d->y, series->points[i].high));
        rondo_text_add(svg, "z");
    }
    rondo_text_add(svg, "\"/>\n");
}

/* Discs and squares are the ends of lines without length: the shortest way to write them, and a
 * report has thousands. */
static void open_dots(const rondo_figure_series *series, bool as_ends, bool square, double radius,
                      rondo_text *svg)
{
    const char *colour = rondo_figure_colour(series), *opacity = series->faint ? ".5" : "1";
    if (as_ends)
        rondo_text_add(svg,
                       "<g stroke=\"%s\" stroke-opacity=\"%s\" stroke-width=\"%.1f\" "
                       "stroke-linecap=\"%s\">\n",
                       colour, opacity, radius * (square ? 1.8 : 2), square ? "square" : "round");
    else
        rondo_text_add(svg, "<g fill=\"%s\" fill-opacity=\"%s\">\n", colour, opacity);
}

/* Points that nothing is told of share a path. */
static void draw_dots(const rondo_figure_drawn *d, const rondo_figure_series *series,
                      rondo_text *svg)
{
    double radius = series->faint ? DOT : MEAN;
    int64_t marker = (series->marker % RONDO_SVG_MARKERS + RONDO_SVG_MARKERS) % RONDO_SVG_MARKERS;
    bool is_open = false;
    open_dots(series, marker < 2, marker == 1, radius, svg);
    for (int64_t i = 0; i < series->count; i++) {
        const rondo_figure_point *p = &series->points[i];
        bool plain = !p->title && !p->link;
        if (!is_inside(&d->x, &d->panel->x, p->x) || !is_inside(&d->y, &d->panel->y, p->y))
            continue;
        double x = rondo_figure_place(&d->x, p->x), y = rondo_figure_place(&d->y, p->y);
        if (is_open && !plain) rondo_text_add(svg, "\"/>\n");
        if (!plain) open_point(d, p, svg);
        if (!plain || !is_open) rondo_text_add(svg, "<path d=\"");
        if (marker < 2) {
            add_pair(svg, "M", x, y);
            rondo_text_add(svg, "h0");
        } else {
            rondo_svg_add_marker(svg, marker, x, y, radius);
        }
        if (!plain) rondo_text_add(svg, "\"/>");
        if (!plain) close_point(d, p, svg);
        is_open = plain;
    }
    rondo_text_add(svg, is_open ? "\"/>\n</g>\n" : "</g>\n");
}

static double held(const rondo_figure_range *range, double place)
{
    double low = fmin(range->from, range->to), high = fmax(range->from, range->to);
    return fmin(fmax(place, low), high);
}

/* A bar with caps; an end outside the panel stops at its edge, without a cap. */
static void add_bar(const rondo_figure_drawn *d, const rondo_figure_point *p, bool along_x,
                    rondo_text *svg)
{
    const rondo_figure_range *range = along_x ? &d->x : &d->y;
    const rondo_figure_axis *axis = along_x ? &d->panel->x : &d->panel->y;
    double across = along_x ? rondo_figure_place(&d->y, p->y) : rondo_figure_place(&d->x, p->x);
    const double ends[2] = {p->low, p->high};
    double at[2];
    if (!rondo_figure_is_shown(axis, p->high)) return;
    for (int i = 0; i < 2; i++)
        at[i] = rondo_figure_is_shown(axis, ends[i])
                    ? held(range, rondo_figure_place(range, ends[i]))
                    : range->from;
    add_pair(svg, "M", along_x ? at[0] : across, along_x ? across : at[0]);
    add_pair(svg, "L", along_x ? at[1] : across, along_x ? across : at[1]);
    for (int i = 0; i < 2; i++) {
        if (!is_inside(range, axis, ends[i])) continue;
        add_pair(svg, "M", along_x ? at[i] : across - CAP, along_x ? across - CAP : at[i]);
        rondo_text_add(svg, "%c%g", along_x ? 'v' : 'h', 2 * CAP);
    }
}

static void draw_intervals(const rondo_figure_drawn *d, const rondo_figure_series *series,
                           rondo_text *svg)
{
    const char *colour = rondo_figure_colour(series);
    rondo_text_add(svg, "<g fill=\"%s\" stroke=\"%s\" stroke-width=\"2\">\n", colour, colour);
    for (int64_t i = 0; i < series->count; i++) {
        const rondo_figure_point *p = &series->points[i];
        if (!rondo_figure_is_shown(&d->panel->x, p->x) ||
            !rondo_figure_is_shown(&d->panel->y, p->y))
            continue;
        open_point(d, p, svg);
        rondo_text_add(svg, "<path fill=\"none\" d=\"");
        add_bar(d, p, series->kind == RONDO_FIGURE_INTERVAL_X, svg);
        rondo_text_add(svg, "\"/><path stroke=\"#fff\" stroke-width=\"1\" d=\"");
        rondo_svg_add_marker(svg, series->marker, held(&d->x, rondo_figure_place(&d->x, p->x)),
                             held(&d->y, rondo_figure_place(&d->y, p->y)), MEAN);
        rondo_text_add(svg, "\"/>");
        close_point(d, p, svg);
    }
    rondo_text_add(svg, "</g>\n");
}

static void draw_thick_bars(const rondo_figure_drawn *d, const rondo_figure_series *series,
                            rondo_text *svg)
{
    for (int64_t i = 0; i < series->count; i++) {
        const rondo_figure_point *p = &series->points[i];
        open_point(d, p, svg);
        rondo_text_add(svg, "<path stroke=\"%s\" stroke-width=\"6\" stroke-opacity=\".75\" d=\"",
                       rondo_figure_colour(series));
        add_pair(svg, "M", held(&d->x, rondo_figure_place(&d->x, p->low)),
                 rondo_figure_place(&d->y, p->y));
        add_pair(svg, "L", held(&d->x, rondo_figure_place(&d->x, p->high)),
                 rondo_figure_place(&d->y, p->y));
        rondo_text_add(svg, "\"/>");
        close_point(d, p, svg);
    }
}

static void draw_regions(const rondo_figure_drawn *d, const rondo_figure_series *series,
                         rondo_text *svg)
{
    for (int64_t i = 0; i < series->count; i++) {
        const rondo_figure_point *p = &series->points[i];
        double low = held(&d->x, rondo_figure_place(&d->x, p->low));
        double high = held(&d->x, rondo_figure_place(&d->x, p->high));
        open_point(d, p, svg);
        rondo_text_add(svg, "<rect fill=\"#000\" fill-opacity=\".07\"");
        rondo_figure_add_attribute(svg, "x", fmin(low, high));
        rondo_figure_add_attribute(svg, "y", fmin(d->y.from, d->y.to));
        rondo_figure_add_attribute(svg, "width", fabs(high - low));
        rondo_figure_add_attribute(svg, "height", fabs(d->y.to - d->y.from));
        rondo_text_add(svg, "/>");
        close_point(d, p, svg);
    }
}

static void draw_rules(const rondo_figure_drawn *d, const rondo_figure_series *series,
                       rondo_text *svg)
{
    for (int64_t i = 0; i < series->count; i++) {
        const rondo_figure_point *p = &series->points[i];
        if (!is_inside(&d->x, &d->panel->x, p->x)) continue;
        open_point(d, p, svg);
        rondo_text_add(svg, "<path stroke=\"#555\" stroke-dasharray=\"4 3\" d=\"");
        add_pair(svg, "M", rondo_figure_place(&d->x, p->x), d->y.from);
        add_pair(svg, "L", rondo_figure_place(&d->x, p->x), d->y.to);
        rondo_text_add(svg, "\"/>");
        close_point(d, p, svg);
    }
}

/* Beside their point, on whichever side there is more room; shortened to it. */
static void draw_notes(const rondo_figure_drawn *d, const rondo_figure_series *series,
                       rondo_text *svg)
{
    for (int64_t i = 0; i < series->count; i++) {
        const rondo_figure_point *p = &series->points[i];
        if (!p->title || !is_inside(&d->x, &d->panel->x, p->x) ||
            !is_inside(&d->y, &d->panel->y, p->y))
            continue;
        double x = rondo_figure_place(&d->x, p->x), y = rondo_figure_place(&d->y, p->y);
        bool right = d->x.to - x >= x - d->x.from ||
                     d->x.to - x - 12 >= rondo_svg_width(p->title, RONDO_FIGURE_TEXT - 1);
        double room = (right ? d->x.to - x : x - d->x.from) - 12;
        char *text = rondo_svg_shorten(p->title, RONDO_FIGURE_TEXT - 1, room);
        if (!text) svg->failed = true;
        rondo_figure_add_label(svg, right ? x + 9 : x - 9, y + 4,
                               right ? "font-size=\"12\"" : "font-size=\"12\" text-anchor=\"end\"",
                               text ? text : "");
        free(text);
    }
}

static void draw(const rondo_figure_drawn *d, const rondo_figure_series *series, rondo_text *svg)
{
    static void (*const kinds[])(const rondo_figure_drawn *, const rondo_figure_series *,
                                 rondo_text *) = {
        [RONDO_FIGURE_LINE] = draw_line,
        [RONDO_FIGURE_BAND] = draw_band,
        [RONDO_FIGURE_DOTS] = draw_dots,
        [RONDO_FIGURE_INTERVAL_X] = draw_intervals,
        [RONDO_FIGURE_INTERVAL_Y] = draw_intervals,
        [RONDO_FIGURE_BAR_X] = draw_thick_bars,
        [RONDO_FIGURE_REGION_X] = draw_regions,
        [RONDO_FIGURE_RULE_X] = draw_rules,
        [RONDO_FIGURE_NOTES] = draw_notes,
    };
    kinds[series->kind](d, series, svg);
}

static bool is_outside(const rondo_figure_range *range, const rondo_figure_axis *axis, double value)
{
    return rondo_figure_is_shown(axis, value) && !is_inside(range, axis, value);
}

static bool leaves_panel(const rondo_figure_drawn *d, const rondo_figure_series *series)
{
    bool band = series->kind == RONDO_FIGURE_BAND;
    const rondo_figure_axis *x = &d->panel->x, *y = &d->panel->y;
    for (int64_t i = 0; i < series->count; i++) {
        const rondo_figure_point *p = &series->points[i];
        if (is_outside(&d->x, x, p->x) || (!band && is_outside(&d->y, y, p->y)) ||
            (band && (is_outside(&d->y, y, p->low) || is_outside(&d->y, y, p->high))))
            return true;
    }
    return false;
}

static void add_clip(const rondo_figure_drawn *d, rondo_text *svg)
{
    rondo_text_add(svg, "<clipPath id=\"%s-%lld\"><rect", d->figure->name, (long long)d->number);
    rondo_figure_add_attribute(svg, "x", d->x.from);
    rondo_figure_add_attribute(svg, "y", d->y.to);
    rondo_figure_add_attribute(svg, "width", d->x.to - d->x.from);
    rondo_figure_add_attribute(svg, "height", d->y.from - d->y.to);
    rondo_text_add(svg, "/></clipPath>\n");
}

/* Lines and bands that leave the panel are cut off at its edge. */
void rondo_figure_draw_series(const rondo_figure_drawn *d, rondo_text *svg)
{
    bool has_clip = false;
    for (int64_t s = 0; s < d->panel->count; s++) {
        const rondo_figure_series *series = d->panel->series[s];
        bool line = series->kind == RONDO_FIGURE_LINE || series->kind == RONDO_FIGURE_BAND;
        bool cut = line && leaves_panel(d, series);
        if (cut && !has_clip) add_clip(d, svg);
        has_clip = has_clip || cut;
        if (cut)
            rondo_text_add(svg, "<g clip-path=\"url(#%s-%lld)\">", d->figure->name,
                           (long long)d->number);
        draw(d, series, svg);
        if (cut) rondo_text_add(svg, "</g>\n");
    }
}
