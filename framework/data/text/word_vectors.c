#include "data/text/word_vectors.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "data/text/symbols.h"
#include "data/text/text_source.h"

typedef enum match { MATCH_NONE = 0, MATCH_LOWERED = 1, MATCH_SPELLED = 2 } match;

typedef struct vector_reader {
    const char *path;
    rondo_source source;
    const rondo_vocabulary *vocabulary;
    int64_t width;
    rondo_real *rows;
    rondo_real *vector;     /* [width]: of the line at hand */
    unsigned char *matches; /* [symbols] */
    rondo_symbols *lowered; /* lowercase forms of all symbols */
    int32_t *first, *next;  /* the symbols of each form, as a list; -1 ends it */
    int64_t words;
    int64_t promised; /* words by the first line, or -1 */
} vector_reader;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* The field at or behind `at`, before `end`; false where there is none. */
static bool next_field(char **at, const char *end, char **field, int64_t *length)
{
    while (*at < end && is_blank(**at))
        ++*at;
    *field = *at;
    while (*at < end && !is_blank(**at))
        ++*at;
    *length = *at - *field;
    return *length > 0;
}

static int64_t count_fields(char *line, const char *end)
{
    char *field;
    int64_t length, count = 0;
    while (next_field(&line, end, &field, &length))
        count++;
    return count;
}

/* Field number `index` from 0, or the line's end. */
static char *field_at(char *line, const char *end, int64_t index)
{
    char *field = line;
    int64_t length;
    for (int64_t i = 0; i <= index; i++)
        next_field(&line, end, &field, &length);
    return field;
}

/* A field as a number; what follows it is a blank, a line's end, or the text's NUL. */
static bool read_number(char *field, int64_t length, double *value)
{
    char after = field[length];
    field[length] = '\0';
    bool good = rondo_text_real(field, value);
    field[length] = after;
    return good;
}

static rondo_status fail_at(const vector_reader *r, const char *place, const char *text,
                            rondo_error *error)
{
    int64_t line, column;
    rondo_utf8_position(r->source.text, (size_t)(place - r->source.text), &line, &column);
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: %s", r->path, (long long)line,
                           (long long)column, text);
}

static rondo_status fail_width(const vector_reader *r, const char *place, int64_t width,
                               rondo_error *error)
{
    rondo_text text = {0};
    rondo_text_add(&text, "%lld numbers for a word, but model.input.embedding is %lld",
                   (long long)width, (long long)r->width);
    rondo_status status = fail_at(r, place, rondo_text_get(&text), error);
    rondo_text_finish(&text);
    return status;
}

/* "400000 300": two whole numbers alone. For vectors of one number it cannot be told apart. */
static bool is_header(const vector_reader *r, char *line, char *end, double numbers[2])
{
    if (r->width == 1 || count_fields(line, end) != 2) return false;
    for (int i = 0; i < 2; i++) {
        char *field;
        int64_t length;
        next_field(&line, end, &field, &length);
        if (!read_number(field, length, &numbers[i])) return false;
        if (numbers[i] < 1 || numbers[i] != floor(numbers[i])) return false;
    }
    return true;
}

static rondo_status read_vector(const vector_reader *r, char *numbers, const char *end,
                                rondo_error *error)
{
    for (int64_t i = 0; i < r->width; i++) {
        char *field;
        int64_t length;
        double value = 0;
        next_field(&numbers, end, &field, &length);
        bool good = read_number(field, length, &value);
        r->vector[i] = (rondo_real)value;
        if (!good || !isfinite(r->vector[i]))
            return fail_at(r, field, "not a number that a parameter can have", error);
    }
    return RONDO_OK;
}

static void set_row(const vector_reader *r, int32_t symbol, match how)
{
    r->matches[symbol] = (unsigned char)how;
    if (r->rows)
        memcpy(r->rows + symbol * r->width, r->vector, (size_t)r->width * sizeof *r->vector);
}

/* Gives the vector of a word to those symbols that have none as good. */
static rondo_status use_word(const vector_reader *r, const char *word, int64_t length,
                             char *numbers, const char *end, rondo_error *error)
{
    int32_t form = rondo_symbols_find(r->lowered, word, length);
    int32_t same = rondo_vocabulary_find(r->vocabulary, word, length);
    const char *name = rondo_vocabulary_name(r->vocabulary, same);
    bool is_same = strncmp(name, word, (size_t)length) == 0 && name[length] == '\0';
    bool wanted = is_same && r->matches[same] != MATCH_SPELLED;
    for (int32_t s = form < 0 ? -1 : r->first[form]; s >= 0; s = r->next[s])
        wanted |= r->matches[s] == MATCH_NONE;
    if (!wanted) return RONDO_OK;
    rondo_status status = read_vector(r, numbers, end, error);
    if (status) return status;
    if (is_same && r->matches[same] != MATCH_SPELLED) set_row(r, same, MATCH_SPELLED);
    for (int32_t s = form < 0 ? -1 : r->first[form]; s >= 0; s = r->next[s])
        if (r->matches[s] == MATCH_NONE) set_row(r, s, MATCH_LOWERED);
    return RONDO_OK;
}

static rondo_status read_line(vector_reader *r, char *line, char *end, rondo_error *error)
{
    double header[2], ignored;
    char *field, *at = line;
    int64_t length, fields = count_fields(line, end), surplus = fields - 1 - r->width;
    if (fields == 0) return RONDO_OK;
    if (r->words == 0 && r->promised < 0 && is_header(r, line, end, header)) {
        r->promised = (int64_t)header[0];
        return (int64_t)header[1] == r->width
                   ? RONDO_OK
                   : fail_width(r, field_at(line, end, 1), (int64_t)header[1], error);
    }
    r->words++;
    if (surplus < 0) return fail_width(r, end, fields - 1, error);
    next_field(&at, end, &field, &length);
    char *word = field;
    if (surplus > 0) {
        next_field(&at, end, &field, &length);
        if (read_number(field, length, &ignored))
            return fail_width(r, field_at(line, end, 1 + r->width), fields - 1, error);
    }
    char *numbers = field_at(line, end, fields - r->width);
    char *word_end = numbers;
    while (is_blank(word_end[-1]))
        word_end--;
    return use_word(r, word, word_end - word, numbers, end, error);
}

static rondo_status read_lines(vector_reader *r, rondo_error *error)
{
    char *at = r->source.text, *end = r->source.text + r->source.size;
    while (at < end) {
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) line_end = end;
        rondo_status status = read_line(r, at, line_end, error);
        if (status) return status;
        at = line_end + 1;
    }
    if (r->promised < 0 || r->promised == r->words) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED,
                           "%s:1:1: this line promises %lld words, but there are %lld", r->path,
                           (long long)r->promised, (long long)r->words);
}

/* Lists of the symbols that have the same lowercase form, which may be the spelling of one. */
static rondo_status list_forms(vector_reader *r, rondo_error *error)
{
    int64_t count = rondo_vocabulary_size(r->vocabulary);
    rondo_text form = {0};
    rondo_status status = rondo_symbols_create(&r->lowered, error);
    for (int32_t s = 0; s < count && !status; s++) {
        int32_t index, known = rondo_symbols_count(r->lowered);
        form.length = 0;
        const char *name = rondo_vocabulary_name(r->vocabulary, s);
        rondo_letters_add_lower(RONDO_LOWERCASE_UNICODE, name, (int64_t)strlen(name), &form);
        if (form.failed)
            status = rondo_error_set(error, RONDO_FAILED, "not enough memory for word vectors");
        else
            status = rondo_symbols_add(r->lowered, form.data, (int64_t)form.length, &index, error);
        if (status) break;
        r->next[s] = index == known ? -1 : r->first[index];
        r->first[index] = s;
    }
    rondo_text_finish(&form);
    return status;
}

static rondo_status allocate(vector_reader *r, rondo_error *error)
{
    size_t count = (size_t)rondo_vocabulary_size(r->vocabulary);
    r->vector = rondo_memory_create((size_t)r->width * sizeof *r->vector, "word vectors", error);
    r->matches = rondo_memory_create(count, "word vectors", error);
    r->first = rondo_memory_create(count * sizeof *r->first, "word vectors", error);
    r->next = rondo_memory_create(count * sizeof *r->next, "word vectors", error);
    if (!r->vector || !r->matches || !r->first || !r->next) return error->status;
    return list_forms(r, error);
}

static void count_matches(const vector_reader *r, rondo_coverage *coverage)
{
    *coverage = (rondo_coverage){.symbols = rondo_vocabulary_size(r->vocabulary)};
    for (int64_t s = 0; s < coverage->symbols; s++) {
        coverage->found += r->matches[s] != MATCH_NONE;
        coverage->lowered += r->matches[s] == MATCH_LOWERED;
    }
}

rondo_status rondo_word_vectors_read(const char *path, const rondo_vocabulary *vocabulary,
                                     int64_t width, rondo_real *rows, rondo_coverage *coverage,
                                     rondo_error *error)
{
    vector_reader r = {
        .path = path, .vocabulary = vocabulary, .width = width, .rows = rows, .promised = -1};
    rondo_status status = rondo_source_read(path, &r.source, error);
    if (!status) status = allocate(&r, error);
    if (!status) status = read_lines(&r, error);
    if (!status) count_matches(&r, coverage);
    rondo_source_finish(&r.source);
    rondo_symbols_destroy(r.lowered);
    rondo_memory_destroy(r.vector);
    rondo_memory_destroy(r.matches);
    rondo_memory_destroy(r.first);
    rondo_memory_destroy(r.next);
    return status;
}
