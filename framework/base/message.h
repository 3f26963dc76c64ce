/* Messages with untrusted texts: nothing in a name, a path or a datum steers the terminal
 * or breaks the line. */
#ifndef RONDO_BASE_MESSAGE_H
#define RONDO_BASE_MESSAGE_H

#include <stdarg.h>
#include <stddef.h>

/* As vsnprintf, but control characters in texts (%s, %c) come as \xNN, byte by byte: those of
 * ASCII, newlines and tabs too, those of Unicode (C1, line separators, changes of direction), and
 * bytes that are not valid UTF-8. The format itself is taken as it is. A cut falls between symbols.
 * %n and long double are not known. [any] */
size_t rondo_message_format(char *to, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* The same for one text, whose lines stay lines. [any] */
size_t rondo_message_lines(char *to, size_t size, const char *text);

#endif
