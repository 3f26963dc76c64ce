#include "base/utf8.h"

#include <string.h>

int rondo_utf8_length_of_valid(char first)
{
    unsigned char byte = (unsigned char)first;
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

int rondo_utf8_length(const char *at, const char *end)
{
    const unsigned char *bytes = (const unsigned char *)at;
    unsigned char first = bytes[0], low = 0x80, high = 0xBF;
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    if (first == 0xE0) low = 0xA0;  /* else overlong */
    if (first == 0xED) high = 0x9F; /* else a surrogate */
    if (first == 0xF0) low = 0x90;  /* else overlong */
    if (first == 0xF4) high = 0x8F; /* else above U+10FFFF */
    int length = rondo_utf8_length_of_valid(at[0]);
    if (end - at < length || bytes[1] < low || bytes[1] > high) return 0;
    for (int i = 2; i < length; i++)
        if ((bytes[i] & 0xC0) != 0x80) return 0;
    return length;
}

int rondo_utf8_decode(const char *at, const char *end, uint32_t *code)
{
    int length = rondo_utf8_length(at, end);
    unsigned char first = (unsigned char)at[0];
    *code = length == 1 ? first : first & (0x7Fu >> length);
    for (int i = 1; i < length; i++)
        *code = *code << 6 | ((unsigned char)at[i] & 0x3F);
    if (length == 0) *code = RONDO_UTF8_REPLACEMENT;
    return length;
}

char *rondo_utf8_encode(uint32_t code, char *to)
{
    if (code >= 0xD800 && code <= 0xDFFF) return NULL;
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
    } else {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *to++ = (char)(0x80 | (code & 0x3F));
    return to;
}

bool rondo_utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

size_t rondo_utf8_find_invalid(const char *text, size_t size)
{
    const char *at = text, *end = text + size;
    while (at < end) {
        uint64_t eight;
        if (end - at >= 8) { /* most texts are mostly ASCII */
            memcpy(&eight, at, 8);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += 8;
                continue;
            }
        }
        int length = rondo_utf8_length(at, end);
        if (length == 0) break;
        at += length;
    }
    return (size_t)(at - text);
}

void rondo_utf8_position(const char *text, size_t place, int64_t *line, int64_t *column)
{
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < place; i++) {
        if (text[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
            ++*column;
        }
    }
}
