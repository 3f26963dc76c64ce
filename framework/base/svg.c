#include "base/svg.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const char *const colours[RONDO_SVG_COLOURS] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                       "#E69F00", "#56B4E9", "#000000"};
static const char *const dashes[RONDO_SVG_DASHES] = {"", "7 3", "2 3", "9 3 2 3"};

static int64_t remainder_of(int64_t number, int64_t count)
{
    return (number % count + count) % count;
}

const char *rondo_svg_colour(int64_t number)
{
    return colours[remainder_of(number, RONDO_SVG_COLOURS)];
}

const char *rondo_svg_dash(int64_t number)
{
    return dashes[remainder_of(number, RONDO_SVG_DASHES)];
}

/* --- characters --- */

/* The character at the start of `text` and how many bytes it takes; U+FFFD of one byte where there
 * is none. */
static uint32_t read_character(const char *text, size_t *bytes)
{
    uint32_t code;
    int length = rondo_utf8_decode(text, text + strnlen(text, RONDO_UTF8_LONGEST), &code);
    *bytes = length > 0 ? (size_t)length : 1;
    return code;
}

static bool is_allowed(uint32_t code)
{
    bool turns = code == 0x061C || code == 0x200E || code == 0x200F ||
                 (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    return code != RONDO_UTF8_REPLACEMENT && !turns && (code & 0xFFFE) != 0xFFFE &&
           !(code >= 0x7F && code < 0xA0) && code != 0x2028 && code != 0x2029;
}

static const char *entity_of(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return code < ' ' ? " " : is_allowed(code) ? NULL : "\xEF\xBF\xBD";
    }
}

void rondo_svg_add_escaped(rondo_text *svg, const char *text)
{
    size_t bytes;
    for (; *text; text += bytes) {
        const char *entity = entity_of(read_character(text, &bytes));
        if (entity)
            rondo_text_add_bytes(svg, entity, strlen(entity));
        else
            rondo_text_add_bytes(svg, text, bytes);
    }
}

/* In units of the font's size; the widest of the usual sans-serif fonts. */
static double width_of(uint32_t code)
{
    if (code >= 0x1100) return code >= 0x2000 && code < 0x2E80 ? 0.85 : 1.05;
    if (code < 0x80 && strchr("iljI.,:;'|![]()ft -/", (int)code)) return 0.42;
    if (code < 0x80 && strchr("mwMW@%", (int)code)) return 1.0;
    if (code < 0x80 && strchr("<>=+~#^&", (int)code)) return 0.84;
    if (code < 0x80 && code >= 'A' && code <= 'Z') return 0.79;
    return code < 0x80 ? 0.64 : 0.8;
}

double rondo_svg_width(const char *text, double size)
{
    double width = 0;
    size_t bytes;
    for (; *text; text += bytes)
        width += width_of(read_character(text, &bytes));
    return width * size;
}

/* How many bytes of the text's start are at most so wide. */
static size_t start_within(const char *text, double size, double most)
{
    size_t at = 0, bytes;
    for (double width = 0; text[at]; at += bytes) {
        width += size * width_of(read_character(text + at, &bytes));
        if (width > most) break;
    }
    return at;
}

char *rondo_svg_shorten(const char *text, double size, double most)
{
    static const char ellipsis[] = "\xE2\x80\xA6";
    if (rondo_svg_width(text, size) <= most) return rondo_text_copy(text);
    double half = (most - rondo_svg_width(ellipsis, size)) / 2;
    size_t head = start_within(text, size, half), tail = head, bytes;
    while (text[tail] && rondo_svg_width(text + tail, size) > half) {
        read_character(text + tail, &bytes);
        tail += bytes;
    }
    size_t length = head + sizeof ellipsis + strlen(text + tail);
    char *shorter = malloc(length);
    if (shorter) snprintf(shorter, length, "%.*s%s%s", (int)head, text, ellipsis, text + tail);
    return shorter;
}

/* --- numbers --- */

void rondo_svg_add_coordinate(rondo_text *svg, double value)
{
    double tenths = floor(value * 10 + 0.5);
    double whole = floor(fabs(tenths) / 10);
    const char *sign = tenths < 0 ? "-" : "";
    if (fabs(tenths) == whole * 10)
        rondo_text_add(svg, "%s%.0f", sign, whole);
    else
        rondo_text_add(svg, "%s%.0f.%.0f", sign, whole, fabs(tenths) - whole * 10);
}

void rondo_svg_add_marker(rondo_text *svg, int64_t marker, double x, double y, double radius)
{
    double r = radius;
    double by[4][8] = {{-r, 0, r, 0}, {-r * 0.9, -r * 0.9}, {0, -r * 1.2}, {0, -r * 1.3}};
    marker = remainder_of(marker, RONDO_SVG_MARKERS);
    rondo_text_add(svg, "M");
    rondo_svg_add_coordinate(svg, x + by[marker][0]);
    rondo_text_add(svg, " ");
    rondo_svg_add_coordinate(svg, y + by[marker][1]);
    if (marker == 0)
        rondo_text_add(svg, "a%.1f %.1f 0 1 0 %.1f 0a%.1f %.1f 0 1 0-%.1f 0", r, r, 2 * r, r, r,
                       2 * r);
    else if (marker == 1)
        rondo_text_add(svg, "h%.1fv%.1fh-%.1fz", r * 1.8, r * 1.8, r * 1.8);
    else if (marker == 2)
        rondo_text_add(svg, "l%.1f %.1fh-%.1fz", r * 1.15, r * 2, r * 2.3);
    else
        rondo_text_add(svg, "l%.1f %.1f-%.1f %.1f-%.1f-%.1fz", r * 1.3, r * 1.3, r * 1.3, r * 1.3,
                       r * 1.3, r * 1.3);
}

static bool is_all_zeros(const char *digits)
{
    return strspn(digits, "0.") == strlen(digits);
}

const char *rondo_svg_number(double value, int decimals, char buffer[48])
{
    static const char minus[] = "\xE2\x88\x92";
    char digits[40];
    if (!isfinite(value)) return "\xE2\x80\x93";
    decimals = decimals < 0 ? 0 : decimals > 12 ? 12 : decimals;
    bool huge = fabs(value) >= 1e15;
    if (!huge) snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    if (huge || (is_all_zeros(digits) && value != 0)) {
        snprintf(digits, sizeof digits, "%.1e", fabs(value));
    }
    snprintf(buffer, 48, "%s%s", value < 0 && !is_all_zeros(digits) ? minus : "", digits);
    return buffer;
}
