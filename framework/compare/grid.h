/* A table of texts, and its three faces: terminal, Markdown, LaTeX. Private to compare/. */
#ifndef RONDO_COMPARE_GRID_H
#define RONDO_COMPARE_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "config/owned.h"

enum { RONDO_GRID_COLUMNS = 16 };

typedef enum rondo_face {
    RONDO_FACE_TERMINAL = 0,
    RONDO_FACE_MARKDOWN = 1,
    RONDO_FACE_LATEX = 2 /* booktabs */
} rondo_face;

typedef struct rondo_grid {
    rondo_owned *owned;
    int32_t columns;
    struct {
        const char *name;
        bool is_text; /* to the left; numbers stand to the right */
    } column[RONDO_GRID_COLUMNS];
    int64_t rows, capacity;
    const char **cells; /* [rows][columns] */
} rondo_grid;

/* Columns first, then rows, cell by cell: the cell added last ends its row by itself. */
void rondo_grid_column(rondo_grid *grid, const char *name, bool is_text);
void rondo_grid_add(rondo_grid *grid, const char *cell);
/* A text made for it. */
void rondo_grid_format(rondo_grid *grid, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A p value: "0.0123", "< 0.0001", "-" where it is NaN. */
void rondo_grid_probability(rondo_grid *grid, double p);

/* Appends the table; nothing where it has no rows. Cells may be untrusted texts: what means
 * something in Markdown or LaTeX is escaped, and control characters come as \xNN. */
void rondo_grid_print(const rondo_grid *grid, rondo_face face, rondo_text *text);

/* Lines below a table: escaped as cells are; on a terminal wrapped at 100 columns, in Markdown a
 * list, in LaTeX comments. */
void rondo_face_add_lines(rondo_face face, const char *lines, rondo_text *text);

/* A sentence in that face: escaped as cells are. */
void rondo_face_add(rondo_face face, const char *sentence, rondo_text *text);

/* A cell of CSV: in quotes where it needs them, control characters as \xNN. */
void rondo_csv_word(rondo_text *text, const char *word);

#endif
