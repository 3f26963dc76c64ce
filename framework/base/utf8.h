/* UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF (Unicode 15, table
 * 3-7). */
#ifndef RONDO_BASE_UTF8_H
#define RONDO_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RONDO_UTF8_REPLACEMENT = 0xFFFD, RONDO_UTF8_LONGEST = 4 };

/* Bytes of the character that starts at `at` (1 to 4), or 0 where none does. [any] */
int rondo_utf8_length(const char *at, const char *end);

/* The same, and the character's number; U+FFFD with 0 bytes. [any] */
int rondo_utf8_decode(const char *at, const char *end, uint32_t *code);

/* Writes a character below U+10000, 1 to 3 bytes, and returns what is behind it; NULL for half of a
 * pair of surrogates. [any] */
char *rondo_utf8_encode(uint32_t code, char *to);

/* Control characters, and those that make a line look like another: separators, changes of
 * direction. All are below U+10000. [any] */
bool rondo_utf8_is_control(uint32_t code);

/* As rondo_utf8_length for a text known to be valid, from the first byte alone. [any] */
int rondo_utf8_length_of_valid(char first);

/* Where the first byte stands that begins no character, or `size`. [any] */
size_t rondo_utf8_find_invalid(const char *text, size_t size);

/* Line and column, both from 1, of a place in a text; columns count characters. [any] */
void rondo_utf8_position(const char *text, size_t place, int64_t *line, int64_t *column);

#endif
