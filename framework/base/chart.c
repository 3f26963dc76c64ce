#include "base/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

/* Of the picture, in its own units (pixels when shown unscaled). */
enum {
    PANEL_WIDTH = 420,
    PANEL_HEIGHT = 320,
    LEFT = 74,
    TOP = 64,
    GAP = 24,
    RIGHT = 20,
    AXIS = 46, /* below a panel: ticks and label */
    LEGEND_LINE = 20,
    MOST_DECADES = 16, /* shown below the largest value; the rest leaves at the lower edge */
    MOST_LABELS = 8
};

static const char *const colours[RONDO_CHART_COLOURS] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                         "#E69F00", "#56B4E9", "#000000"};
static const char *const dashes[RONDO_CHART_DASHES] = {"none", "7 3", "2 3", "9 3 2 3"};

typedef struct drawing {
    const rondo_chart *chart;
    rondo_text *svg;
    double least, most;     /* decades of the y axis */
    int64_t last;           /* of the x axis */
    int64_t x_step, y_step; /* between labels */
} drawing;

static int64_t remainder_of(int64_t number, int64_t count)
{
    return (number % count + count) % count;
}

static bool is_shown(double y)
{
    return y > 0 && isfinite(y);
}

/* Text between tags or in an attribute; control characters are no XML. */
static void add_escaped(rondo_text *svg, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            rondo_text_add(svg, "&amp;");
            break;
        case '<':
            rondo_text_add(svg, "&lt;");
            break;
        case '>':
            rondo_text_add(svg, "&gt;");
            break;
        case '"':
            rondo_text_add(svg, "&quot;");
            break;
        default:
            if ((unsigned char)*text < ' ')
                rondo_text_add(svg, " ");
            else
                rondo_text_add_bytes(svg, text, 1);
        }
    }
}

static void add_text(const drawing *d, double x, double y, const char *style, const char *text)
{
    rondo_text_add(d->svg, "<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, style);
    add_escaped(d->svg, text);
    rondo_text_add(d->svg, "</text>\n");
}

static void add_line(const drawing *d, double x1, double y1, double x2, double y2,
                     const char *colour)
{
    rondo_text_add(d->svg,
                   "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", x1,
                   y1, x2, y2, colour);
}

/* 1, 2 or 5 times a power of ten, so that at most `labels` of them fit. */
static int64_t nice_step(int64_t range, int64_t labels)
{
    static const int64_t factors[] = {1, 2, 5};
    for (int64_t power = 1;; power *= 10)
        for (int i = 0; i < 3; i++)
            if (range / (power * factors[i]) <= labels) return power * factors[i];
}

static void measure(drawing *d)
{
    double low = INFINITY, high = -INFINITY;
    for (int64_t p = 0; p < d->chart->panel_count; p++)
        for (int64_t c = 0; c < d->chart->panels[p].curve_count; c++) {
            const rondo_chart_curve *curve = &d->chart->panels[p].curves[c];
            if (curve->count - 1 > d->last) d->last = curve->count - 1;
            for (int64_t x = 0; x < curve->count; x++) {
                if (!is_shown(curve->y[x])) continue;
                low = fmin(low, log10(curve->y[x]));
                high = fmax(high, log10(curve->y[x]));
            }
        }
    if (!(low <= high)) low = high = 0;
    d->most = ceil(high);
    d->least = fmax(floor(low), d->most - MOST_DECADES);
    if (d->least >= d->most) d->least = d->most - 1;
    if (d->last < 1) d->last = 1;
    d->x_step = nice_step(d->last, MOST_LABELS);
    d->y_step = nice_step((int64_t)(d->most - d->least), MOST_LABELS);
}

static double panel_left(int64_t panel)
{
    return LEFT + (double)panel * (PANEL_WIDTH + GAP);
}

static double place_x(const drawing *d, int64_t panel, int64_t x)
{
    return panel_left(panel) + PANEL_WIDTH * (double)x / (double)d->last;
}

static double place_y(const drawing *d, double y)
{
    return TOP + PANEL_HEIGHT * (d->most - log10(y)) / (d->most - d->least);
}

static void draw_axes(const drawing *d, int64_t panel)
{
    char label[48];
    double left = panel_left(panel), bottom = TOP + PANEL_HEIGHT;
    for (int64_t decade = (int64_t)d->least; decade <= (int64_t)d->most; decade += d->y_step) {
        double y = TOP + PANEL_HEIGHT * (d->most - (double)decade) / (d->most - d->least);
        add_line(d, left, y, left + PANEL_WIDTH, y, "#dddddd");
        if (panel > 0) continue;
        snprintf(label, sizeof label, "1e%lld", (long long)decade);
        add_text(d, left - 6, y + 4, "text-anchor=\"end\"", label);
    }
    for (int64_t x = 0; x <= d->last; x += d->x_step) {
        double at = place_x(d, panel, x);
        add_line(d, at, bottom, at, bottom + 5, "#333333");
        snprintf(label, sizeof label, "%lld", (long long)x);
        add_text(d, at, bottom + 19, "text-anchor=\"middle\"", label);
    }
    rondo_text_add(d->svg,
                   "<rect x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" "
                   "stroke=\"#333333\"/>\n",
                   left, TOP, PANEL_WIDTH, PANEL_HEIGHT);
    add_text(d, left + PANEL_WIDTH / 2.0, TOP - 10, "text-anchor=\"middle\" font-size=\"14\"",
             d->chart->panels[panel].title);
    add_text(d, left + PANEL_WIDTH / 2.0, bottom + 38, "text-anchor=\"middle\"", d->chart->x_label);
}

/* Values below the axis leave the panel, which is cut off there, on their way. */
static void draw_curve(const drawing *d, int64_t panel, const rondo_chart_curve *curve)
{
    const char *colour = colours[remainder_of(curve->colour, RONDO_CHART_COLOURS)];
    bool pen_down = false;
    rondo_text_add(d->svg,
                   "<path clip-path=\"url(#panel%lld)\" fill=\"none\" stroke=\"%s\" "
                   "stroke-width=\"2\" stroke-dasharray=\"%s\" d=\"",
                   (long long)panel, colour, dashes[remainder_of(curve->dash, RONDO_CHART_DASHES)]);
    for (int64_t x = 0; x < curve->count; x++) {
        if (is_shown(curve->y[x]))
            rondo_text_add(d->svg, "%c%.1f %.1f", pen_down ? 'L' : 'M', place_x(d, panel, x),
                           place_y(d, curve->y[x]));
        pen_down = is_shown(curve->y[x]);
    }
    rondo_text_add(d->svg, "\"/>\n");
    if (curve->mark < 0 || curve->mark >= curve->count || !is_shown(curve->y[curve->mark])) return;
    rondo_text_add(d->svg,
                   "<circle clip-path=\"url(#panel%lld)\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\" "
                   "fill=\"%s\" stroke=\"#ffffff\"/>\n",
                   (long long)panel, place_x(d, panel, curve->mark),
                   place_y(d, curve->y[curve->mark]), colour);
}

static void draw_panel(const drawing *d, int64_t panel)
{
    const rondo_chart_panel *p = &d->chart->panels[panel];
    rondo_text_add(d->svg,
                   "<clipPath id=\"panel%lld\"><rect x=\"%.1f\" y=\"%d\" width=\"%d\" "
                   "height=\"%d\"/></clipPath>\n",
                   (long long)panel, panel_left(panel), TOP, PANEL_WIDTH, PANEL_HEIGHT);
    draw_axes(d, panel);
    for (int64_t c = 0; c < p->curve_count; c++)
        draw_curve(d, panel, &p->curves[c]);
}

static bool is_first_of_its_name(const rondo_chart *chart, int64_t panel, int64_t curve)
{
    const char *name = chart->panels[panel].curves[curve].name;
    for (int64_t p = 0; p <= panel; p++)
        for (int64_t c = 0; c < chart->panels[p].curve_count; c++) {
            if (p == panel && c == curve) return true;
            if (strcmp(chart->panels[p].curves[c].name, name) == 0) return false;
        }
    return true;
}

/* Returns how many entries there are; with a drawing they are drawn. */
static int64_t legend(const drawing *d, const rondo_chart *chart)
{
    int64_t entries = 0;
    for (int64_t p = 0; p < chart->panel_count; p++)
        for (int64_t c = 0; c < chart->panels[p].curve_count; c++) {
            const rondo_chart_curve *curve = &chart->panels[p].curves[c];
            if (!is_first_of_its_name(chart, p, c)) continue;
            double y = TOP + PANEL_HEIGHT + AXIS + 10 + LEGEND_LINE * (double)entries++;
            if (!d) continue;
            rondo_text_add(d->svg,
                           "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\" "
                           "stroke-width=\"2\" stroke-dasharray=\"%s\"/>\n",
                           LEFT, y, LEFT + 40, y,
                           colours[remainder_of(curve->colour, RONDO_CHART_COLOURS)],
                           dashes[remainder_of(curve->dash, RONDO_CHART_DASHES)]);
            add_text(d, LEFT + 48, y + 4, "", curve->name);
        }
    return entries;
}

void rondo_chart_draw(const rondo_chart *chart, rondo_text *svg)
{
    drawing d = {.chart = chart, .svg = svg};
    int64_t lines = legend(NULL, chart) + (chart->note ? 1 : 0);
    double width = panel_left(chart->panel_count) - GAP + RIGHT;
    double height = TOP + PANEL_HEIGHT + AXIS + LEGEND_LINE * (double)lines + 10;
    double middle = TOP + PANEL_HEIGHT / 2.0;
    char style[96];
    measure(&d);
    rondo_text_add(svg,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "
                   "xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
                   "viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\" font-size=\"12\" "
                   "fill=\"#222222\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
                   width, height, width, height);
    add_text(&d, LEFT, 26, "font-size=\"17\"", chart->title);
    snprintf(style, sizeof style, "text-anchor=\"middle\" transform=\"rotate(-90 18 %.1f)\"",
             middle);
    add_text(&d, 18, middle, style, chart->y_label);
    for (int64_t panel = 0; panel < chart->panel_count; panel++)
        draw_panel(&d, panel);
    legend(&d, chart);
    if (chart->note) add_text(&d, LEFT, height - 12, "fill=\"#555555\"", chart->note);
    rondo_text_add(svg, "</svg>\n");
}

rondo_status rondo_chart_write(const char *path, const rondo_chart *chart, rondo_error *error)
{
    rondo_text svg = {0};
    rondo_chart_draw(chart, &svg);
    rondo_status status = svg.failed
                              ? rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path)
                              : rondo_file_write(path, rondo_text_get(&svg), svg.length, error);
    rondo_text_finish(&svg);
    return status;
}
