#include "base/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL = 9, LEAST_COLUMNS = 30, LEAST_ROWS = 6, BESIDES = 3 /* title, axis, x label */ };
enum { DOTS_ACROSS = 2, DOTS_DOWN = 4 }; /* of a Braille character */
static const double log_from = 20;       /* largest over smallest */

/* The area of the curves: a cell is a character, a dot a part of it. */
typedef struct canvas {
    int32_t columns, rows, across, down; /* cells; dots of a cell */
    bool logarithmic;
    double x_low, x_high, y_low, y_high; /* y as it is drawn: its logarithm maybe */
    unsigned char *dots;                 /* [rows * columns]: bits of Braille, or 1 */
    unsigned char *marks;                /* [rows * columns]: 1 + number of the curve */
} canvas;

static const char *const marks[2][4] = {{"●", "○", "◆", "◇"}, {"o", "x", "*", "+"}}; /* [ascii] */

static bool is_point(const rondo_plot_curve *curve, int64_t i)
{
    return isfinite(curve->x[i]) && isfinite(curve->y[i]);
}

static double drawn(const canvas *c, double y)
{
    return c->logarithmic ? log(y) : y;
}

/* False where there is nothing to draw. */
static bool find_ranges(const rondo_plot *plot, canvas *c)
{
    c->x_low = c->y_low = INFINITY;
    c->x_high = c->y_high = -INFINITY;
    for (int32_t k = 0; k < plot->curve_count; k++)
        for (int64_t i = 0; i < plot->curves[k].count; i++) {
            if (!is_point(&plot->curves[k], i)) continue;
            c->x_low = fmin(c->x_low, plot->curves[k].x[i]);
            c->x_high = fmax(c->x_high, plot->curves[k].x[i]);
            c->y_low = fmin(c->y_low, plot->curves[k].y[i]);
            c->y_high = fmax(c->y_high, plot->curves[k].y[i]);
        }
    if (c->x_low > c->x_high) return false;
    c->logarithmic = c->y_low > 0 && c->y_high / c->y_low > log_from;
    c->y_low = drawn(c, c->y_low);
    c->y_high = drawn(c, c->y_high);
    if (c->x_low == c->x_high) c->x_high += 1;
    if (c->y_low == c->y_high) {
        double room = fmax(fabs(c->y_low) / 10, 1e-9);
        c->y_low -= room;
        c->y_high += room;
    }
    return true;
}

/* Dot of a coordinate, from the left and from the top. */
static int32_t dot_x(const canvas *c, double x)
{
    return (int32_t)lround((x - c->x_low) / (c->x_high - c->x_low) *
                           (double)(c->columns * c->across - 1));
}

static int32_t dot_y(const canvas *c, double y)
{
    return (int32_t)lround((c->y_high - drawn(c, y)) / (c->y_high - c->y_low) *
                           (double)(c->rows * c->down - 1));
}

static void set_dot(canvas *c, int32_t x, int32_t y)
{
    static const unsigned char bits[DOTS_DOWN][DOTS_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    unsigned char *cell = &c->dots[y / c->down * c->columns + x / c->across];
    *cell |= bits[y % c->down][x % c->across];
}

/* From the dot before: every column between, and in it all rows that the line passes. */
static void draw_line(canvas *c, int32_t from_x, int32_t from_y, int32_t x, int32_t y)
{
    int32_t steps = abs(x - from_x) > abs(y - from_y) ? abs(x - from_x) : abs(y - from_y);
    for (int32_t s = 0; s <= steps; s++) {
        double part = steps ? (double)s / steps : 1;
        set_dot(c, from_x + (int32_t)lround(part * (x - from_x)),
                from_y + (int32_t)lround(part * (y - from_y)));
    }
}

static void draw_curve(canvas *c, const rondo_plot_curve *curve, int32_t number)
{
    int32_t before_x = -1, before_y = -1;
    for (int64_t i = 0; i < curve->count; i++) {
        if (!is_point(curve, i)) {
            before_x = -1;
            continue;
        }
        int32_t x = dot_x(c, curve->x[i]), y = dot_y(c, curve->y[i]);
        if (curve->points)
            c->marks[y / c->down * c->columns + x / c->across] = (unsigned char)(number + 1);
        else
            draw_line(c, before_x < 0 ? x : before_x, before_x < 0 ? y : before_y, x, y);
        before_x = x;
        before_y = y;
    }
}

int32_t rondo_plot_width(const char *text)
{
    int32_t width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void end_line(rondo_text *text)
{
    while (text->length > 0 && text->data[text->length - 1] == ' ')
        text->data[--text->length] = '\0';
    rondo_text_add(text, "\n");
}

static void add_title(const rondo_plot *plot, const canvas *c, rondo_text *text)
{
    rondo_text_add(text, "%s%s", plot->title, c->logarithmic ? " (logarithmic)" : "");
    for (int32_t k = 0; k < plot->curve_count; k++)
        rondo_text_add(text, "   %s %s",
                       plot->curves[k].points ? marks[plot->ascii][k]
                       : plot->ascii          ? ".."
                                              : "⠒⠒",
                       plot->curves[k].name);
    end_line(text);
}

static void add_cell(const rondo_plot *plot, const canvas *c, int32_t cell, rondo_text *text)
{
    if (c->marks[cell]) {
        rondo_text_add(text, "%s", marks[plot->ascii][c->marks[cell] - 1]);
    } else if (plot->ascii || !c->dots[cell]) {
        rondo_text_add(text, c->dots[cell] ? "." : " ");
    } else { /* U+2800 and the dots, as UTF-8 */
        rondo_text_add(text, "\xE2%c%c", 0xA0 | c->dots[cell] >> 6, 0x80 | (c->dots[cell] & 0x3F));
    }
}

static void add_rows(const rondo_plot *plot, const canvas *c, rondo_text *text)
{
    for (int32_t row = 0; row < c->rows; row++) {
        bool labelled = row == 0 || row == c->rows - 1 || row == (c->rows - 1) / 2;
        double part = (double)row / (double)(c->rows - 1);
        double value = c->y_high - part * (c->y_high - c->y_low);
        if (labelled)
            rondo_text_add(text, "%*.4g %s", LABEL, c->logarithmic ? exp(value) : value,
                           plot->ascii ? "+" : "┤");
        else
            rondo_text_add(text, "%*s %s", LABEL, "", plot->ascii ? "|" : "│");
        for (int32_t column = 0; column < c->columns; column++)
            add_cell(plot, c, row * c->columns + column, text);
        end_line(text);
    }
}

static void add_axis(const rondo_plot *plot, const canvas *c, rondo_text *text)
{
    char low[32], high[32];
    rondo_text_add(text, "%*s %s", LABEL, "", plot->ascii ? "+" : "└");
    for (int32_t column = 0; column < c->columns; column++)
        rondo_text_add(text, "%s", plot->ascii ? "-" : "─");
    end_line(text);
    snprintf(low, sizeof low, "%.6g", c->x_low);
    snprintf(high, sizeof high, "%.6g", c->x_high);
    int32_t room = c->columns - rondo_plot_width(low) - rondo_plot_width(high);
    int32_t name = rondo_plot_width(plot->x_label);
    int32_t before = room > name ? (room - name) / 2 : 1;
    int32_t after = room > name ? room - name - before : 1;
    rondo_text_add(text, "%*s  %s%*s%s%*s%s", LABEL, "", low, (int)before, "", plot->x_label,
                   (int)after, "", high);
    end_line(text);
}

void rondo_plot_draw(const rondo_plot *plot, rondo_text *text)
{
    int32_t columns = plot->columns < LEAST_COLUMNS ? LEAST_COLUMNS : plot->columns;
    int32_t rows = plot->rows < LEAST_ROWS ? LEAST_ROWS : plot->rows;
    canvas c = {.columns = columns - LABEL - 2,
                .rows = rows - BESIDES,
                .across = plot->ascii ? 1 : DOTS_ACROSS,
                .down = plot->ascii ? 1 : DOTS_DOWN};
    if (!find_ranges(plot, &c)) return;
    size_t cells = (size_t)c.columns * (size_t)c.rows;
    c.dots = calloc(2, cells);
    if (!c.dots) {
        text->failed = true;
        return;
    }
    c.marks = c.dots + cells;
    for (int32_t k = 0; k < plot->curve_count; k++)
        draw_curve(&c, &plot->curves[k], k);
    add_title(plot, &c, text);
    add_rows(plot, &c, text);
    add_axis(plot, &c, text);
    free(c.dots);
}
