#include "data/text/text_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/gzip.h"
#include "base/text.h"
#include "base/utf8.h"

enum {
    CONTROL_SAMPLE = 65536, /* bytes looked at */
    CONTROL_SHARE = 20      /* binary when more than one in so many is a control character */
};

static const size_t largest_input = (size_t)4 << 30;

static int64_t max_bytes;

void rondo_source_limit(int64_t limit)
{
    max_bytes = limit;
}

int64_t rondo_source_max_bytes(void)
{
    return max_bytes;
}

static rondo_status check_binary(const char *name, const rondo_source *source, rondo_error *error)
{
    const char *nul = memchr(source->text, '\0', source->size);
    size_t sample = source->size < CONTROL_SAMPLE ? source->size : CONTROL_SAMPLE, controls = 0;
    if (nul)
        return rondo_error_set(error, RONDO_FAILED, "%s: binary, not text: byte %zu is NUL", name,
                               (size_t)(nul - source->data) + 1);
    for (size_t i = 0; i < sample; i++) {
        unsigned char byte = (unsigned char)source->text[i];
        controls += byte == 0x7F || (byte < 0x20 && (byte < '\t' || byte > '\r'));
    }
    if (controls * CONTROL_SHARE > sample)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: binary, not text: %zu of the first %zu bytes are control "
                               "characters",
                               name, controls, sample);
    return RONDO_OK;
}

static rondo_status check_utf8(const char *name, const rondo_source *source, rondo_error *error)
{
    int64_t line, column;
    size_t place = rondo_utf8_find_invalid(source->text, source->size);
    if (place == source->size) return RONDO_OK;
    rondo_utf8_position(source->text, place, &line, &column);
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: byte 0x%02X is not valid UTF-8",
                           name, (long long)line, (long long)column,
                           (unsigned)(unsigned char)source->text[place]);
}

/* CR LF becomes LF; a CR alone is a character like others. */
static void unify_line_ends(rondo_source *source)
{
    char *to = memchr(source->text, '\r', source->size);
    if (!to) return;
    const char *end = source->text + source->size;
    for (const char *from = to; from < end; from++)
        if (from[0] != '\r' || from + 1 == end || from[1] != '\n') *to++ = *from;
    *to = '\0';
    source->size = (size_t)(to - source->text);
}

static rondo_status prepare(const char *name, rondo_source *source, rondo_error *error)
{
    rondo_status status;
    source->text = source->data;
    if (source->size >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0) {
        source->text += 3;
        source->size -= 3;
    }
    if ((status = check_binary(name, source, error))) return status;
    if ((status = check_utf8(name, source, error))) return status;
    unify_line_ends(source);
    return RONDO_OK;
}

static const char standard_input[] = "standard input";

const char *rondo_source_name(const char *path)
{
    return strcmp(path, "-") == 0 ? standard_input : path;
}

rondo_status rondo_source_read(const char *path, rondo_source *source, rondo_error *error)
{
    if (strcmp(path, "-") == 0) return rondo_source_read_input(source, error);
    *source = (rondo_source){0};
    rondo_status status = rondo_gzip_read(path, max_bytes, &source->data, &source->size, error);
    if (!status) status = prepare(path, source, error);
    if (!status && source->size == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: empty file", path);
    return status;
}

rondo_status rondo_source_read_input(rondo_source *source, rondo_error *error)
{
    const char *name = standard_input;
    *source = (rondo_source){0};
    size_t limit = max_bytes > 0 ? (size_t)max_bytes : largest_input;
    rondo_status status = rondo_file_read_input(limit, &source->data, &source->size, error);
    if (!status) status = prepare(name, source, error);
    if (!status && source->size == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: empty", name);
    return status;
}

rondo_status rondo_source_copy(const char *name, const char *text, rondo_source *source,
                               rondo_error *error)
{
    *source = (rondo_source){.data = rondo_text_copy(text), .size = strlen(text)};
    if (!source->data)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for a text", name);
    return prepare(name, source, error);
}

void rondo_source_finish(rondo_source *source)
{
    free(source->data);
    *source = (rondo_source){0};
}

static int spelled(const char *symbol, int64_t length, const char *name)
{
    return strncmp(symbol, name, (size_t)length) == 0 && name[length] == '\0';
}

const char *rondo_source_lowercase(const rondo_vocabulary_config *config, char *symbol,
                                   int64_t *length, char room[RONDO_LETTERS_ROOM])
{
    if (!config->lowercase || spelled(symbol, *length, config->unknown) ||
        spelled(symbol, *length, config->end))
        return symbol;
    return rondo_letters_lower(config->lowercase_rule, symbol, length, room);
}
