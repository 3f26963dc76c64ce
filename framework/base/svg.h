/* Pieces of SVG and HTML: text made harmless, numbers made short, and how wide a text will be. */
#ifndef RONDO_BASE_SVG_H
#define RONDO_BASE_SVG_H

#include <stdint.h>

#include "base/text.h"

enum { RONDO_SVG_COLOURS = 7, RONDO_SVG_DASHES = 4, RONDO_SVG_MARKERS = 4 };

/* Text between tags or in a quoted attribute of XML or HTML. What is not UTF-8, what XML does not
 * allow, and what turns the direction of writing becomes U+FFFD; control characters become spaces.
 * [any] */
void rondo_svg_add_escaped(rondo_text *svg, const char *text);

/* A coordinate: to a tenth, without what is not needed ("12", "-0.5"). [any] */
void rondo_svg_add_coordinate(rondo_text *svg, double value);

/* The colours of Okabe & Ito (2008), which colour-blind readers can tell apart, and patterns of
 * dashes; numbers are taken modulo how many there are. [any] */
const char *rondo_svg_colour(int64_t number);
const char *rondo_svg_dash(int64_t number);

/* Appends path data of a marker around (x, y): disc, square, triangle, diamond. [any] */
void rondo_svg_add_marker(rondo_text *svg, int64_t marker, double x, double y, double radius);

/* Not less than the width of the text in a usual font of that size, whatever the font. [any] */
double rondo_svg_width(const char *text, double size);

/* The text where it is at most `most` wide, else its start and end with an ellipsis between (ends
 * tell names apart as often as starts do). malloc'd; NULL without memory. [any] */
char *rondo_svg_shorten(const char *text, double size, double most);

/* A number for readers: so many decimals (0 to 12), a true minus sign, never "-0"; an en dash where
 * there is no finite number. From 1e15 on, and where all decimals would be 0 but the number is
 * not, in powers of ten. [any] */
const char *rondo_svg_number(double value, int decimals, char buffer[48]);

#endif
