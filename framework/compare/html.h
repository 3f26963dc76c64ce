/* A report: one HTML file with everything inside, which no browser needs to fetch anything or run
 * anything for. The same runs give the same bytes whenever, wherever and in whatever order they
 * were made, but for the appendix, the last part, which is about just that. [main] */
#ifndef RONDO_COMPARE_HTML_H
#define RONDO_COMPARE_HTML_H

#include "compare/comparison.h"

/* Writes it, whole or not at all; without the appendix where that is not wanted. */
rondo_status rondo_html_write(const rondo_comparison *comparison, const char *path, bool appendix,
                              rondo_error *error);

#endif
