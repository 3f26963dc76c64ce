#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/message.h"

static void write_at(rondo_error *error, size_t start, const char *format, va_list arguments)
{
    if (start >= sizeof error->text) return;
    rondo_message_format(error->text + start, sizeof error->text - start, format, arguments);
}

rondo_status rondo_error_write(rondo_error *error, rondo_status status, const char *format, ...)
{
    va_list arguments;
    error->status = status;
    va_start(arguments, format);
    write_at(error, 0, format, arguments);
    va_end(arguments);
    return status;
}

/* Where one more line begins. */
static size_t begin_line(rondo_error *error)
{
    size_t start = strlen(error->text);
    if (start > 0 && start + 1 < sizeof error->text) {
        error->text[start++] = '\n';
        error->text[start] = '\0';
    }
    return start;
}

rondo_status rondo_error_add_lines(rondo_error *error, rondo_status status, const char *lines)
{
    size_t start = begin_line(error);
    error->status = status;
    rondo_message_lines(error->text + start, sizeof error->text - start, lines);
    return status;
}

rondo_status rondo_error_add(rondo_error *error, rondo_status status, const char *format, ...)
{
    va_list arguments;
    size_t start = begin_line(error);
    error->status = status;
    va_start(arguments, format);
    write_at(error, start, format, arguments);
    va_end(arguments);
    return status;
}

rondo_status rondo_error_prefix(rondo_error *error, const char *format, ...)
{
    char message[RONDO_ERROR_SIZE];
    va_list arguments;
    memcpy(message, error->text, sizeof message);
    va_start(arguments, format);
    write_at(error, 0, format, arguments);
    va_end(arguments);
    size_t start = strlen(error->text);
    snprintf(error->text + start, sizeof error->text - start, "%s", message);
    return error->status;
}

bool rondo_error_has_place(const char *text)
{
    int line, column, end = 0;
    const char *colon = strchr(text, ':');
    return colon && sscanf(colon, ":%d:%d: %n", &line, &column, &end) == 2 && end > 0;
}
