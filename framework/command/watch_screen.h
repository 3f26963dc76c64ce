/* A view that is drawn anew on a terminal, on stdout. Private to command/watch*.c; all functions
 * are [main]. */
#ifndef RONDO_COMMAND_WATCH_SCREEN_H
#define RONDO_COMMAND_WATCH_SCREEN_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "command/watch_run.h"

/* Whether stdout is a terminal that can be drawn on. */
bool rondo_screen_can_draw(void);

/* Its size now, 80 x 24 where stdout is none; and whether the locale has UTF-8. */
void rondo_screen_measure(rondo_watch_page *page);

/* `begin` keeps what stood on the terminal, `end` brings it back. */
void rondo_screen_begin(void);
void rondo_screen_end(void);

/* The view in place of the one before, cut to the page. The text is emptied. */
rondo_status rondo_screen_draw(rondo_text *view, const rondo_watch_page *page, rondo_error *error);

/* On a page of its own, or as lines of a log. The text is emptied. */
rondo_status rondo_screen_print(rondo_text *view, rondo_error *error);

#endif
