#include "data/text/delimited.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static char choose_delimiter(const rondo_source *source)
{
    const char *end = memchr(source->text, '\n', source->size);
    size_t first_line = end ? (size_t)(end - source->text) : source->size;
    return memchr(source->text, '\t', first_line) ? '\t' : ',';
}

void rondo_delimited_start(const char *path, const rondo_source *source, char delimiter,
                           rondo_delimited *reader)
{
    *reader = (rondo_delimited){.path = path,
                                .delimiter = delimiter ? delimiter : choose_delimiter(source),
                                .at = source->text,
                                .end = source->text + source->size,
                                .line = 1,
                                .column = 1};
}

void rondo_delimited_finish(rondo_delimited *reader)
{
    free(reader->fields);
    *reader = (rondo_delimited){0};
}

static rondo_status fail_at(const rondo_delimited *reader, int64_t line, int64_t column,
                            const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: %s", reader->path, (long long)line,
                           (long long)column, what);
}

/* One byte on; bytes that continue a character have no column of their own. */
static void advance(rondo_delimited *reader)
{
    unsigned char byte = (unsigned char)*reader->at++;
    if (byte == '\n') {
        reader->line++;
        reader->column = 1;
    } else {
        reader->column += (byte & 0xC0) != 0x80;
    }
}

static bool ends_field(const rondo_delimited *reader)
{
    return reader->at == reader->end || *reader->at == reader->delimiter || *reader->at == '\n';
}

/* What stands between two quotes, in place; `at` is the first. */
static rondo_status take_quoted(rondo_delimited *reader, rondo_field *field, rondo_error *error)
{
    bool is_closed = false;
    char *to = field->text = reader->at + 1;
    for (advance(reader); reader->at < reader->end && !is_closed; advance(reader)) {
        bool is_quote = *reader->at == '"';
        bool is_doubled = is_quote && reader->at + 1 < reader->end && reader->at[1] == '"';
        if (is_doubled) advance(reader);
        is_closed = is_quote && !is_doubled;
        if (!is_closed) *to++ = *reader->at;
    }
    field->length = to - field->text;
    if (!is_closed)
        return fail_at(reader, field->line, field->column, "this quote is never closed", error);
    if (!ends_field(reader))
        return fail_at(reader, reader->line, reader->column,
                       "text after the closing quote of a field", error);
    return RONDO_OK;
}

static rondo_status take_field(rondo_delimited *reader, rondo_field *field, rondo_error *error)
{
    bool takes_quotes = reader->delimiter != '\t';
    *field = (rondo_field){.text = reader->at, .line = reader->line, .column = reader->column};
    if (takes_quotes && reader->at < reader->end && *reader->at == '"')
        return take_quoted(reader, field, error);
    while (!ends_field(reader))
        advance(reader);
    field->length = reader->at - field->text;
    return RONDO_OK;
}

static rondo_status add_field(rondo_delimited *reader, rondo_error *error)
{
    void *fields = reader->fields;
    rondo_status status = rondo_memory_grow(&fields, &reader->capacity, reader->count + 1,
                                            sizeof *reader->fields, "the fields of a line", error);
    reader->fields = fields;
    return status ? status : take_field(reader, &reader->fields[reader->count++], error);
}

static rondo_status check_width(rondo_delimited *reader, rondo_error *error)
{
    if (reader->width == 0) reader->width = reader->count;
    if (reader->count == reader->width) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED,
                           "%s:%lld: %lld field%s, but the first line has %lld", reader->path,
                           (long long)reader->fields[0].line, (long long)reader->count,
                           reader->count == 1 ? "" : "s", (long long)reader->width);
}

/* Field texts end with NUL, where a delimiter, a line end or a closing quote stood. */
static void end_fields(rondo_delimited *reader)
{
    for (int64_t i = 0; i < reader->count; i++)
        reader->fields[i].text[reader->fields[i].length] = '\0';
}

rondo_status rondo_delimited_next(rondo_delimited *reader, bool *found, rondo_error *error)
{
    rondo_status status;
    *found = false;
    reader->count = 0;
    while (reader->at < reader->end && *reader->at == '\n')
        advance(reader);
    if (reader->at == reader->end) return RONDO_OK;
    for (;;) {
        if ((status = add_field(reader, error))) return status;
        if (reader->at == reader->end || *reader->at == '\n') break;
        advance(reader);
    }
    if (reader->at < reader->end) advance(reader);
    if ((status = check_width(reader, error))) return status;
    end_fields(reader);
    *found = true;
    return RONDO_OK;
}

static void list_names(const rondo_delimited *reader, rondo_text *text)
{
    enum { MOST_LISTED = 20 };
    for (int64_t i = 0; i < reader->count && i < MOST_LISTED; i++)
        rondo_text_add(text, "%s%s", i > 0 ? ", " : "", reader->fields[i].text);
    if (reader->count > MOST_LISTED) rondo_text_add(text, ", ..");
}

/* Blanks around a name in the header do not count. */
static bool is_named(const rondo_field *field, const char *wanted)
{
    const char *name = field->text + strspn(field->text, " \t");
    size_t length = strlen(name);
    while (length > 0 && (name[length - 1] == ' ' || name[length - 1] == '\t'))
        length--;
    return strlen(wanted) == length && memcmp(name, wanted, length) == 0;
}

rondo_status rondo_delimited_column(const rondo_delimited *reader, bool is_header, const char *key,
                                    const char *wanted, int64_t *column, rondo_error *error)
{
    int64_t number;
    *column = -1;
    for (int64_t i = 0; is_header && i < reader->count && *column < 0; i++)
        if (is_named(&reader->fields[i], wanted)) *column = i;
    if (*column >= 0) return RONDO_OK;
    if (rondo_text_integer(wanted, &number) && number >= 1 && number <= reader->count) {
        *column = number - 1;
        return RONDO_OK;
    }
    rondo_text names = {0};
    if (is_header) list_names(reader, &names);
    rondo_error_set(error, RONDO_USAGE, "%s: no column \"%s\" in %s, which has %lld%s%s", key,
                    wanted, reader->path, (long long)reader->count, is_header ? ": " : "",
                    rondo_text_get(&names));
    rondo_text_finish(&names);
    return error->status;
}
