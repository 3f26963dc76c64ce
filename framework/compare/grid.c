#include "compare/grid.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/plot.h"

enum { TERMINAL_WIDTH = 100 };

static size_t format_plain(char *to, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = rondo_message_format(to, size, format, arguments);
    va_end(arguments);
    return length;
}

/* Without control characters, owned. */
static const char *escaped(rondo_owned *owned, const char *cell)
{
    size_t size = format_plain(NULL, 0, "%s", cell) + 1;
    char *plain = rondo_owned_take(owned, size);
    if (plain) format_plain(plain, size, "%s", cell);
    return plain;
}

void rondo_grid_column(rondo_grid *grid, const char *name, bool is_text)
{
    if (grid->columns == RONDO_GRID_COLUMNS) return;
    const char *plain = escaped(grid->owned, name);
    grid->column[grid->columns].name = plain ? plain : "";
    grid->column[grid->columns++].is_text = is_text;
}

/* `rows` counts cells until the table is printed: a row is `columns` of them. */
static void append(rondo_grid *grid, const char *cell)
{
    const char **cells = rondo_owned_grow(grid->owned, (void *)grid->cells, grid->rows,
                                          &grid->capacity, sizeof *cells);
    if (!cells) return;
    grid->cells = cells;
    grid->cells[grid->rows++] = cell ? cell : "";
}

void rondo_grid_add(rondo_grid *grid, const char *cell)
{
    append(grid, escaped(grid->owned, cell ? cell : ""));
}

void rondo_grid_format(rondo_grid *grid, const char *format, ...)
{
    char cell[256];
    va_list arguments;
    va_start(arguments, format);
    rondo_message_format(cell, sizeof cell, format, arguments);
    va_end(arguments);
    append(grid, rondo_owned_copy(grid->owned, cell, strlen(cell)));
}

void rondo_grid_probability(rondo_grid *grid, double p)
{
    if (isnan(p))
        rondo_grid_add(grid, "-");
    else if (p < 0.0001)
        rondo_grid_add(grid, "< 0.0001");
    else
        rondo_grid_format(grid, "%.4f", p);
}

/* --- one cell --- */

static void add_latex(const char *cell, rondo_text *text)
{
    static const char special[] = "&%$#_{}";
    for (; *cell; cell++) {
        if (strchr(special, *cell))
            rondo_text_add(text, "\\%c", *cell);
        else if (*cell == '\\')
            rondo_text_add(text, "\\textbackslash{}");
        else if (*cell == '~' || *cell == '^')
            rondo_text_add(text, "\\%c{}", *cell);
        else if (*cell == '<' || *cell == '>')
            rondo_text_add(text, "$%c$", *cell);
        else
            rondo_text_add_bytes(text, cell, 1);
    }
}

static void add_markdown(const char *cell, rondo_text *text)
{
    static const char special[] = "|*_`\\<>[]#";
    for (; *cell; cell++) {
        if (strchr(special, *cell)) rondo_text_add(text, "\\");
        rondo_text_add_bytes(text, cell, 1);
    }
}

void rondo_face_add(rondo_face face, const char *sentence, rondo_text *text)
{
    size_t size = format_plain(NULL, 0, "%s", sentence) + 1;
    char *plain = malloc(size);
    if (!plain) {
        text->failed = true;
        return;
    }
    format_plain(plain, size, "%s", sentence);
    if (face == RONDO_FACE_LATEX)
        add_latex(plain, text);
    else if (face == RONDO_FACE_MARKDOWN)
        add_markdown(plain, text);
    else
        rondo_text_add_bytes(text, plain, size - 1);
    free(plain);
}

/* Blanks where the line would be longer become line breaks; what follows is indented. */
static void add_wrapped(const char *line, rondo_text *text)
{
    int64_t used = 0;
    while (*line) {
        size_t length = strcspn(line, " ");
        if (used > 0 && used + 1 + (int64_t)length > TERMINAL_WIDTH) {
            rondo_text_add(text, "\n  ");
            used = 2;
        } else if (used > 0) {
            rondo_text_add(text, " ");
            used++;
        }
        rondo_text_add_bytes(text, line, length);
        used += (int64_t)length;
        line += length;
        while (*line == ' ')
            line++;
    }
}

void rondo_face_add_lines(rondo_face face, const char *lines, rondo_text *text)
{
    if (*lines && text->length > 0) rondo_text_add(text, "\n");
    while (*lines) {
        rondo_text line = {0}, plain = {0};
        size_t length = strcspn(lines, "\n");
        rondo_text_add_bytes(&line, lines, length);
        rondo_face_add(face, rondo_text_get(&line), &plain);
        if (face == RONDO_FACE_TERMINAL)
            add_wrapped(rondo_text_get(&plain), text);
        else
            rondo_text_add(text, "%s%s", face == RONDO_FACE_LATEX ? "% " : "* ",
                           rondo_text_get(&plain));
        rondo_text_add(text, "\n");
        text->failed |= line.failed | plain.failed;
        rondo_text_finish(&line);
        rondo_text_finish(&plain);
        lines += length + (lines[length] == '\n');
    }
}

/* A number's minus sign is longer than a hyphen. */
static void add_cell(rondo_face face, const char *cell, bool is_text, rondo_text *text)
{
    if (face != RONDO_FACE_LATEX || is_text) {
        rondo_face_add(face, cell, text);
        return;
    }
    for (const char *at = cell; *at; at++) {
        const char one[2] = {*at, '\0'};
        bool is_minus = *at == '-' && at[1] >= '0' && at[1] <= '9';
        if (is_minus && (at == cell || at[-1] == ' ' || at[-1] == '['))
            rondo_text_add(text, "$-$");
        else
            add_latex(one, text);
    }
}

static void pad(int count, rondo_text *text)
{
    if (count > 0) rondo_text_add(text, "%*s", count, "");
}

/* --- tables --- */

static int64_t row_count(const rondo_grid *grid)
{
    return grid->columns > 0 ? grid->rows / grid->columns : 0;
}

static const char *cell_at(const rondo_grid *grid, int64_t row, int32_t c)
{
    return row < 0 ? grid->column[c].name : grid->cells[row * grid->columns + c];
}

static void print_terminal(const rondo_grid *grid, rondo_text *text)
{
    int widths[RONDO_GRID_COLUMNS] = {0};
    for (int64_t row = -1; row < row_count(grid); row++)
        for (int32_t c = 0; c < grid->columns; c++) {
            int width = rondo_plot_width(cell_at(grid, row, c));
            if (width > widths[c]) widths[c] = width;
        }
    for (int64_t row = -1; row < row_count(grid); row++) {
        for (int32_t c = 0; c < grid->columns; c++) {
            const char *cell = cell_at(grid, row, c);
            bool is_text = grid->column[c].is_text, is_last = c + 1 == grid->columns;
            int blanks = widths[c] - rondo_plot_width(cell);
            if (c > 0) rondo_text_add(text, "  ");
            if (!is_text) pad(blanks, text);
            rondo_text_add(text, "%s", cell);
            if (is_text && !is_last) pad(blanks, text);
        }
        rondo_text_add(text, "\n");
    }
}

static void print_markdown(const rondo_grid *grid, rondo_text *text)
{
    for (int64_t row = -1; row < row_count(grid); row++) {
        for (int32_t c = 0; c < grid->columns; c++) {
            rondo_text_add(text, c == 0 ? "| " : " | ");
            add_cell(RONDO_FACE_MARKDOWN, cell_at(grid, row, c), grid->column[c].is_text, text);
        }
        rondo_text_add(text, " |\n");
        for (int32_t c = 0; row < 0 && c < grid->columns; c++)
            rondo_text_add(text, grid->column[c].is_text ? "|---" : "|---:");
        if (row < 0) rondo_text_add(text, "|\n");
    }
}

static void print_latex(const rondo_grid *grid, rondo_text *text)
{
    rondo_text_add(text, "\\begin{tabular}{");
    for (int32_t c = 0; c < grid->columns; c++)
        rondo_text_add(text, grid->column[c].is_text ? "l" : "r");
    rondo_text_add(text, "}\n\\toprule\n");
    for (int64_t row = -1; row < row_count(grid); row++) {
        for (int32_t c = 0; c < grid->columns; c++) {
            if (c > 0) rondo_text_add(text, " & ");
            add_cell(RONDO_FACE_LATEX, cell_at(grid, row, c), grid->column[c].is_text, text);
        }
        rondo_text_add(text, " \\\\\n%s", row < 0 ? "\\midrule\n" : "");
    }
    rondo_text_add(text, "\\bottomrule\n\\end{tabular}\n");
}

void rondo_grid_print(const rondo_grid *grid, rondo_face face, rondo_text *text)
{
    if (row_count(grid) == 0) return;
    if (text->length > 0) rondo_text_add(text, "\n");
    if (face == RONDO_FACE_TERMINAL)
        print_terminal(grid, text);
    else if (face == RONDO_FACE_MARKDOWN)
        print_markdown(grid, text);
    else
        print_latex(grid, text);
}
