#include "base/message.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum { SPEC_SIZE = 32, NUMBER_SIZE = 512 };

typedef struct sink {
    char *to;
    size_t size, length; /* length: also of what had no room */
} sink;

/* So that a function can take from it. */
typedef struct arguments {
    va_list list;
} arguments;

static void put(sink *s, const char *bytes, size_t count)
{
    if (s->length + count < s->size) {
        memcpy(s->to + s->length, bytes, count);
        s->to[s->length + count] = '\0';
    }
    s->length += count;
}

/* --- texts --- */

static void put_escaped(sink *s, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char escaped[8];
        put(s, escaped,
            (size_t)snprintf(escaped, sizeof escaped, "\\x%02x", (unsigned char)bytes[i]));
    }
}

static void put_text(sink *s, const char *text, size_t length, bool keeps_lines)
{
    size_t bytes;
    for (size_t i = 0; i < length; i += bytes) {
        uint32_t symbol;
        int valid = rondo_utf8_decode(text + i, text + length, &symbol);
        bool is_plain =
            valid > 0 && (!rondo_utf8_is_control(symbol) || (keeps_lines && symbol == '\n'));
        bytes = valid > 0 ? (size_t)valid : 1;
        if (is_plain)
            put(s, text + i, bytes);
        else
            put_escaped(s, text + i, bytes);
    }
}

/* --- conversions --- */

/* One conversion of a format, taken apart. */
typedef struct conversion {
    char spec[SPEC_SIZE]; /* as snprintf wants it, with numbers in place of asterisks */
    size_t used;
    int precision; /* -1: none */
    int longs;     /* how many l */
    char size;     /* z, j or t; 0: none of them */
    char kind;
} conversion;

static void add(conversion *c, char byte)
{
    if (c->used + 1 < sizeof c->spec) c->spec[c->used++] = byte;
}

/* Returns what stands behind it. */
static const char *parse(const char *at, arguments *values, conversion *c)
{
    *c = (conversion){.precision = -1};
    add(c, *at++);
    for (; *at && strchr("-+ #0123456789.*", *at); at++) {
        if (*at == '.') c->precision = 0;
        if (*at != '*') {
            if (c->precision >= 0 && *at != '.') c->precision = 10 * c->precision + (*at - '0');
            add(c, *at);
            continue;
        }
        char number[16];
        int value = va_arg(values->list, int);
        snprintf(number, sizeof number, "%d", value);
        for (const char *digit = number; *digit; digit++)
            add(c, *digit);
        if (c->precision >= 0) c->precision = value;
    }
    for (; *at && strchr("hlzjt", *at); at++) {
        if (*at == 'l') c->longs++;
        if (strchr("zjt", *at)) c->size = *at;
        add(c, *at);
    }
    c->kind = *at;
    if (*at) add(c, *at++);
    return at;
}

static int print_integer(const conversion *c, arguments *values, char number[NUMBER_SIZE])
{
    if (c->size == 'z') return snprintf(number, NUMBER_SIZE, c->spec, va_arg(values->list, size_t));
    if (c->size == 'j')
        return snprintf(number, NUMBER_SIZE, c->spec, va_arg(values->list, intmax_t));
    if (c->size == 't')
        return snprintf(number, NUMBER_SIZE, c->spec, va_arg(values->list, ptrdiff_t));
    if (c->longs > 1)
        return snprintf(number, NUMBER_SIZE, c->spec, va_arg(values->list, long long));
    if (c->longs > 0) return snprintf(number, NUMBER_SIZE, c->spec, va_arg(values->list, long));
    return snprintf(number, NUMBER_SIZE, c->spec, va_arg(values->list, int));
}

static void put_number(sink *s, const conversion *c, arguments *values)
{
    char number[NUMBER_SIZE];
    int length = 0;
    if (strchr("diouxX", c->kind))
        length = print_integer(c, values, number);
    else if (strchr("fFeEgGaA", c->kind))
        length = snprintf(number, sizeof number, c->spec, va_arg(values->list, double));
    else if (c->kind == 'p')
        length = snprintf(number, sizeof number, c->spec, va_arg(values->list, void *));
    if (length > 0)
        put(s, number, (size_t)length < sizeof number ? (size_t)length : sizeof number - 1);
}

static void put_conversion(sink *s, const conversion *c, arguments *values)
{
    if (c->kind == 's') {
        const char *text = va_arg(values->list, const char *);
        if (!text) text = "(null)";
        put_text(s, text, c->precision < 0 ? strlen(text) : strnlen(text, (size_t)c->precision),
                 false);
    } else if (c->kind == 'c') {
        char byte = (char)va_arg(values->list, int);
        put_text(s, &byte, 1, false);
    } else if (c->kind == '%') {
        put(s, "%", 1);
    } else if (c->kind) {
        put_number(s, c, values);
    }
}

size_t rondo_message_format(char *to, size_t size, const char *format, va_list list)
{
    sink s = {.to = to, .size = size};
    arguments values;
    if (size > 0) to[0] = '\0';
    va_copy(values.list, list);
    while (*format) {
        conversion c;
        size_t plain = strcspn(format, "%");
        put(&s, format, plain);
        format += plain;
        if (*format == '\0') break;
        format = parse(format, &values, &c);
        put_conversion(&s, &c, &values);
    }
    va_end(values.list);
    return s.length;
}

size_t rondo_message_lines(char *to, size_t size, const char *text)
{
    sink s = {.to = to, .size = size};
    if (size > 0) to[0] = '\0';
    put_text(&s, text, strlen(text), true);
    return s.length;
}
