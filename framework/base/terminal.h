/* stderr, as the log and the progress bar use it. */
#ifndef RONDO_BASE_TERMINAL_H
#define RONDO_BASE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* A terminal that can redraw a line? [main] */
bool rondo_terminal_redraws(void);

/* Its width in columns; 80 where unknown. [main] */
int rondo_terminal_columns(void);

/* Writes to stderr; when nobody reads it any more, the text is lost and the program goes on. [main]
 */
void rondo_terminal_write(const char *text, size_t size);

/* The bar steps aside for a line of the log, and comes back (base/progress.c). [main] */
void rondo_progress_hide(void);
void rondo_progress_show(void);

#endif
