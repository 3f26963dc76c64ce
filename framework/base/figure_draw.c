#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/figure_private.h"
#include "base/svg.h"

enum {
    TICK_ROOM = 24,  /* below a panel: its ticks' labels */
    LABEL_ROOM = 22, /* an axis label */
    TITLE_ROOM = 26, /* above a panel */
    BETWEEN = 30,    /* panels that share their names on the y axis */
    HEAD_ROOM = 34,  /* above everything: the title of a document */
    CAPTION_LINE = 18,
    EDGE = 6,       /* of the picture */
    MOST_NAME = 220 /* of a category, in pixels */
};

typedef struct layout {
    const rondo_figure *figure;
    bool document;
    int64_t columns, rows;
    double names;       /* room for the labels of y ticks */
    double left, right; /* of each column: outside the panel's inside */
    double inner;       /* width of a panel's inside */
    double top, row;    /* of the first row; height of one with all its labels */
    double legend;      /* where it starts */
    double caption;     /* where it starts; in documents */
    double width, height;
    bool has_titles, has_x_labels, has_y_labels;
} layout;

void rondo_figure_add_label(rondo_text *svg, double x, double y, const char *style,
                            const char *text)
{
    rondo_text_add(svg, "<text");
    rondo_figure_add_attribute(svg, "x", x);
    rondo_figure_add_attribute(svg, "y", y);
    rondo_text_add(svg, "%s%s>", style[0] ? " " : "", style);
    rondo_svg_add_escaped(svg, text);
    rondo_text_add(svg, "</text>\n");
}

/* --- layout --- */

static int64_t y_ticks(const layout *l)
{
    return (int64_t)(l->figure->height / 42) + 1;
}

/* The widest label of the panel's y axis; names are shortened to MOST_NAME. */
static double width_of_names(const layout *l, const rondo_figure_panel *panel)
{
    double widest = 0;
    char buffer[48];
    rondo_figure_ticks ticks;
    rondo_figure_range range = rondo_figure_find_range(l->figure, panel, false);
    for (int64_t c = 0; c < panel->y.category_count; c++)
        widest = fmax(widest, rondo_svg_width(panel->y.categories[c], RONDO_FIGURE_TEXT));
    rondo_figure_find_ticks(&panel->y, &range, y_ticks(l), &ticks);
    for (int64_t t = 0; panel->y.category_count == 0 && t < ticks.count; t++)
        widest = fmax(widest, rondo_svg_width(rondo_figure_tick_label(&panel->y, &ticks, t, buffer),
                                              RONDO_FIGURE_TEXT - 1));
    return fmin(widest, MOST_NAME);
}

static bool has_text(const char *text)
{
    return text && text[0];
}

/* The description in lines that fit; returns how many. Without `svg` nothing is drawn. */
static int64_t draw_caption(const layout *l, rondo_text *svg)
{
    const char *text = l->figure->description ? l->figure->description : "";
    int64_t lines = 0;
    while (*text) {
        rondo_text line = {0};
        size_t end = 0, length = strcspn(text, " ");
        do { /* at least one word */
            end = length;
            length += strspn(text + length, " ");
            length += strcspn(text + length, " ");
            rondo_text_finish(&line);
            rondo_text_add_bytes(&line, text, length);
        } while (length > end && rondo_svg_width(rondo_text_get(&line), RONDO_FIGURE_TEXT - 1) <
                                     l->width - 2 * EDGE);
        rondo_text_finish(&line);
        rondo_text_add_bytes(&line, text, end);
        if (svg)
            rondo_figure_add_label(svg, EDGE, l->caption + CAPTION_LINE * (double)(lines + 1) - 5,
                                   "font-size=\"12\" fill=\"#444\"", rondo_text_get(&line));
        rondo_text_finish(&line);
        text += end + strspn(text + end, " ");
        lines++;
    }
    return lines;
}

static void find_layout(layout *l)
{
    const rondo_figure *f = l->figure;
    bool names_once = f->count > 0 && f->panels[0]->y.scale == RONDO_FIGURE_CATEGORIES;
    l->columns = f->columns > 0 ? f->columns : f->count > 0 ? f->count : 1;
    if (l->columns > f->count && f->count > 0) l->columns = f->count;
    l->rows = (f->count + l->columns - 1) / l->columns;
    for (int64_t p = 0; p < f->count; p++) {
        l->names = fmax(l->names, width_of_names(l, f->panels[p]));
        l->has_titles = l->has_titles || has_text(f->panels[p]->title);
        l->has_x_labels = l->has_x_labels || has_text(f->panels[p]->x.label);
        l->has_y_labels = l->has_y_labels || has_text(f->panels[p]->y.label);
    }
    l->left = l->names + 10 + (l->has_y_labels ? LABEL_ROOM : 0);
    l->right = 16;
    l->width = f->width;
    l->inner = names_once ? l->width - 2 * EDGE - l->left - (double)l->columns * l->right -
                                (double)(l->columns - 1) * BETWEEN
                          : l->width - 2 * EDGE - (double)l->columns * (l->left + l->right);
    l->inner = fmax(l->inner / (double)l->columns, 60);
    l->legend = EDGE + (l->document ? HEAD_ROOM : 0);
    l->top = l->legend + rondo_figure_draw_legend(f, EDGE, 0, l->width - 2 * EDGE, NULL);
    l->row = (l->has_titles ? TITLE_ROOM : 8) + f->height + TICK_ROOM +
             (l->has_x_labels ? LABEL_ROOM : 0) + 6;
    l->height = l->top + (double)l->rows * l->row + EDGE;
    l->caption = l->height + 10;
    if (l->document) l->height += 16 + CAPTION_LINE * (double)draw_caption(l, NULL);
}

static double left_of(const layout *l, int64_t column)
{
    bool names_once = l->figure->panels[0]->y.scale == RONDO_FIGURE_CATEGORIES;
    double step = l->inner + l->right + (names_once ? BETWEEN : l->left);
    return EDGE + l->left + (double)column * step;
}

/* --- axes --- */

static void add_grid_line(rondo_text *svg, double x1, double y1, double x2, double y2)
{
    rondo_text_add(svg, "M");
    rondo_svg_add_coordinate(svg, x1);
    rondo_text_add(svg, " ");
    rondo_svg_add_coordinate(svg, y1);
    rondo_text_add(svg, x1 == x2 ? "V" : "H");
    rondo_svg_add_coordinate(svg, x1 == x2 ? y2 : x2);
}

/* As many ticks as have room for their labels side by side. */
static void find_x_ticks(const rondo_figure_drawn *d, rondo_figure_ticks *ticks)
{
    double wide = d->x.to - d->x.from;
    char buffer[48];
    if (d->panel->x.scale == RONDO_FIGURE_CATEGORIES) {
        rondo_figure_find_ticks(&d->panel->x, &d->x, 0, ticks);
        return;
    }
    for (int64_t most = (int64_t)(wide / 60) + 1; most >= 2; most--) {
        double widest = 0;
        rondo_figure_find_ticks(&d->panel->x, &d->x, most, ticks);
        for (int64_t t = 0; t < ticks->count; t++)
            widest = fmax(widest,
                          rondo_svg_width(rondo_figure_tick_label(&d->panel->x, ticks, t, buffer),
                                          RONDO_FIGURE_TEXT - 1));
        bool fits = true;
        for (int64_t t = 1; t < ticks->count; t++)
            fits = fits && rondo_figure_place(&d->x, ticks->at[t]) -
                                   rondo_figure_place(&d->x, ticks->at[t - 1]) >
                               widest + 6;
        if (fits) return;
    }
}

static void draw_x_axis(const layout *l, const rondo_figure_drawn *d, rondo_text *svg)
{
    char buffer[48];
    rondo_figure_ticks ticks = {0}; /* none where there is room for less than two */
    find_x_ticks(d, &ticks);
    rondo_text_add(svg, "<path stroke=\"#e4e4e4\" fill=\"none\" d=\"M0 0");
    for (int64_t t = 0; t < ticks.count; t++) {
        double x = rondo_figure_place(&d->x, ticks.at[t]);
        add_grid_line(svg, x, d->y.to, x, d->y.from);
    }
    rondo_text_add(svg, "\"/>\n<g font-size=\"%d\" text-anchor=\"middle\" fill=\"#444\">\n",
                   RONDO_FIGURE_TEXT - 1);
    double cell = (d->x.to - d->x.from) / (double)(ticks.count > 0 ? ticks.count : 1);
    for (int64_t t = 0; t < ticks.count; t++) {
        const char *label = d->panel->x.scale == RONDO_FIGURE_CATEGORIES
                                ? d->panel->x.categories[t]
                                : rondo_figure_tick_label(&d->panel->x, &ticks, t, buffer);
        char *shown = rondo_svg_shorten(label, RONDO_FIGURE_TEXT - 1,
                                        d->panel->x.category_count > 0 ? cell - 6 : INFINITY);
        if (!shown) svg->failed = true;
        rondo_figure_add_label(svg, rondo_figure_place(&d->x, ticks.at[t]), d->y.from + 18, "",
                               shown ? shown : "");
        free(shown);
    }
    rondo_text_add(svg, "</g>\n<path stroke=\"#888\" d=\"");
    add_grid_line(svg, d->x.from, d->y.from, d->x.to, d->y.from);
    rondo_text_add(svg, "\"/>\n");
    if (!has_text(d->panel->x.label)) return;
    char *label = rondo_svg_shorten(d->panel->x.label, RONDO_FIGURE_TEXT, l->inner + l->right);
    if (!label) svg->failed = true;
    rondo_figure_add_label(svg, (d->x.from + d->x.to) / 2, d->y.from + TICK_ROOM + 14,
                           "text-anchor=\"middle\"", label ? label : "");
    free(label);
}

static void draw_names(const layout *l, const rondo_figure_drawn *d, rondo_text *svg)
{
    const rondo_figure_axis *y = &d->panel->y;
    for (int64_t c = 0; c < y->category_count; c++) {
        bool links = !l->document && y->links && y->links[c];
        char *name = rondo_svg_shorten(y->categories[c], RONDO_FIGURE_TEXT, l->names + 0.5);
        if (!name) svg->failed = true;
        if (links) {
            rondo_text_add(svg, "<a href=\"");
            rondo_svg_add_escaped(svg, y->links[c]);
            rondo_text_add(svg, "\">");
        }
        rondo_text_add(svg, "<g><title>");
        rondo_svg_add_escaped(svg, y->categories[c]);
        rondo_text_add(svg, "</title>");
        rondo_figure_add_label(svg, d->x.from - 10, rondo_figure_place(&d->y, (double)c) + 4.5,
                               "text-anchor=\"end\"", name ? name : "");
        rondo_text_add(svg, "</g>%s\n", links ? "</a>" : "");
        free(name);
    }
}

static void draw_y_axis(const layout *l, const rondo_figure_drawn *d, rondo_text *svg)
{
    char buffer[48], style[96];
    rondo_figure_ticks ticks;
    rondo_figure_find_ticks(&d->panel->y, &d->y, y_ticks(l), &ticks);
    if (d->panel->y.scale == RONDO_FIGURE_CATEGORIES) ticks.count = 0;
    rondo_text_add(svg, "<path stroke=\"#e4e4e4\" fill=\"none\" d=\"M0 0");
    for (int64_t t = 0; t < ticks.count; t++) {
        double y = rondo_figure_place(&d->y, ticks.at[t]);
        add_grid_line(svg, d->x.from, y, d->x.to, y);
    }
    for (int64_t c = 1; c < d->panel->y.category_count; c++) {
        double y = rondo_figure_place(&d->y, (double)c - 0.5);
        add_grid_line(svg, d->x.from, y, d->x.to, y);
    }
    rondo_text_add(svg, "\"/>\n<g font-size=\"%d\" text-anchor=\"end\" fill=\"#444\">\n",
                   RONDO_FIGURE_TEXT - 1);
    for (int64_t t = 0; t < ticks.count; t++)
        rondo_figure_add_label(svg, d->x.from - 8, rondo_figure_place(&d->y, ticks.at[t]) + 4.2, "",
                               rondo_figure_tick_label(&d->panel->y, &ticks, t, buffer));
    rondo_text_add(svg, "</g>\n");
    if (!has_text(d->panel->y.label)) return;
    char *label = rondo_svg_shorten(d->panel->y.label, RONDO_FIGURE_TEXT, l->figure->height + 10);
    double x = d->x.from - l->left + 13, middle = (d->y.from + d->y.to) / 2;
    snprintf(style, sizeof style, "text-anchor=\"middle\" transform=\"rotate(-90 %.1f %.1f)\"", x,
             middle);
    if (!label) svg->failed = true;
    rondo_figure_add_label(svg, x, middle, style, label ? label : "");
    free(label);
}

/* --- panels --- */

static void draw_panel(const layout *l, int64_t number, rondo_text *svg)
{
    const rondo_figure_panel *panel = l->figure->panels[number];
    rondo_figure_drawn d = {.figure = l->figure,
                            .panel = panel,
                            .number = number,
                            .x = rondo_figure_find_range(l->figure, panel, true),
                            .y = rondo_figure_find_range(l->figure, panel, false),
                            .document = l->document};
    int64_t row = number / l->columns;
    double top = l->top + (double)row * l->row + (l->has_titles ? TITLE_ROOM : 8);
    bool is_category = panel->y.scale == RONDO_FIGURE_CATEGORIES;
    d.x.from = left_of(l, number % l->columns);
    d.x.to = d.x.from + l->inner;
    d.y.to = top;
    d.y.from = top + l->figure->height;
    draw_x_axis(l, &d, svg);
    draw_y_axis(l, &d, svg);
    if (is_category && number % l->columns == 0) draw_names(l, &d, svg);
    if (has_text(panel->title)) {
        char *title = rondo_svg_shorten(panel->title, RONDO_FIGURE_TEXT, l->inner);
        if (!title) svg->failed = true;
        rondo_figure_add_label(svg, d.x.from, top - 10, "font-weight=\"600\"", title ? title : "");
        free(title);
    }
    rondo_figure_draw_series(&d, svg);
}

static void add_named(rondo_text *svg, const char *tag, const char *name, const char *text)
{
    rondo_text_add(svg, "<%s id=\"%s-%s\">", tag, name, tag);
    rondo_svg_add_escaped(svg, text ? text : "");
    rondo_text_add(svg, "</%s>\n", tag);
}

static void draw_head(const layout *l, rondo_text *svg)
{
    char *title = rondo_svg_shorten(l->figure->title ? l->figure->title : "", RONDO_FIGURE_TEXT + 3,
                                    l->width - 2 * EDGE);
    rondo_text_add(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n");
    if (!title) svg->failed = true;
    rondo_figure_add_label(svg, EDGE, EDGE + 17, "font-size=\"16\" font-weight=\"600\"",
                           title ? title : "");
    draw_caption(l, svg);
    free(title);
}

void rondo_figure_add_svg(const rondo_figure *figure, bool document, rondo_text *svg)
{
    layout l = {.figure = figure, .document = document};
    if (figure->failed) {
        svg->failed = true;
        return;
    }
    find_layout(&l);
    if (document) rondo_text_add(svg, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    rondo_text_add(svg,
                   "<svg%s viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"%s\" "
                   "aria-labelledby=\"%s-title %s-desc\" font-family=\"system-ui, 'Segoe UI', "
                   "Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif\" font-size=\"%d\" "
                   "fill=\"#222\">\n",
                   document ? " xmlns=\"http://www.w3.org/2000/svg\"" : "", l.width, ceil(l.height),
                   l.width, ceil(l.height), document ? "img" : "group", figure->name, figure->name,
                   RONDO_FIGURE_TEXT);
    add_named(svg, "title", figure->name, figure->title);
    add_named(svg, "desc", figure->name, figure->description);
    if (document) rondo_text_add(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n");
    if (document) draw_head(&l, svg);
    rondo_figure_draw_legend(figure, EDGE, l.legend, l.width - 2 * EDGE, svg);
    for (int64_t p = 0; p < figure->count; p++)
        draw_panel(&l, p, svg);
    rondo_text_add(svg, "</svg>\n");
}
