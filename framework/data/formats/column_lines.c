#include "data/formats/column_lines.h"

#include <string.h>

/* --- fields --- */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool has_tabs(const rondo_columns_rules *rules, const char *line, const char *end)
{
    return !rules->delimiter && memchr(line, '\t', (size_t)(end - line)) != NULL;
}

const char *rondo_columns_between(const rondo_columns_rules *rules, const char *line,
                                  const char *end)
{
    return rules->delimiter ? rules->delimiter : has_tabs(rules, line, end) ? "\t" : " ";
}

/* Where the next delimiter begins, or the end of the line. */
static const char *find_delimiter(const char *at, const char *end, const char *delimiter,
                                  size_t length)
{
    for (; at < end; at++)
        if (*at == *delimiter && (size_t)(end - at) >= length && memcmp(at, delimiter, length) == 0)
            return at;
    return end;
}

/* In quotes; quotes written twice stay so. NULL: the field is not quoted to its end. */
static const char *take_quoted(const rondo_columns_rules *rules, const char *at, const char *end,
                               rondo_column_field *found)
{
    if (!rules->has_quotes || at == end || *at != '"') return NULL;
    const char *from = at + 1, *to = from;
    while (to < end && (*to != '"' || (to + 1 < end && to[1] == '"')))
        to += *to == '"' ? 2 : 1;
    if (to >= end || (to + 1 < end && to[1] != *rules->delimiter)) return NULL;
    *found = (rondo_column_field){from, to - from};
    return to + 1;
}

int64_t rondo_columns_field(const rondo_columns_rules *rules, const char *at, const char *end,
                            int64_t number, rondo_column_field *found)
{
    int64_t count = 0;
    const char *delimiter = rondo_columns_between(rules, at, end);
    size_t length = strlen(delimiter);
    bool blanks = strcmp(delimiter, " ") == 0;
    *found = (rondo_column_field){0};
    while (count < number) {
        while (blanks && at < end && *at == ' ')
            at++;
        if (at > end || (blanks && at == end)) break;
        const char *stop = take_quoted(rules, at, end, found);
        if (!stop) {
            stop = find_delimiter(at, end, delimiter, length);
            *found = (rondo_column_field){at, stop - at};
        }
        count++;
        at = stop < end ? stop + length : end + 1;
    }
    return count;
}

static const char *hint(const rondo_columns_rules *rules)
{
    return rules->delimiter ? "" : " (for another field separator set data.options.delimiter)";
}

rondo_status rondo_columns_get(const rondo_columns_rules *rules, const char *path,
                               int64_t line_number, const char *line, const char *end,
                               int64_t number, rondo_column_field *found, rondo_error *error)
{
    int64_t count = rondo_columns_field(rules, line, end, number, found);
    if (count < number)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: no column %lld; the line has %lld%s",
                               path, (long long)line_number, (long long)number, (long long)count,
                               count == 1 && memchr(line, ',', (size_t)(end - line)) ? hint(rules)
                                                                                     : "");
    if (found->length == 0)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: column %lld is empty", path,
                               (long long)line_number, (long long)number);
    return RONDO_OK;
}

/* --- CoNLL-U --- */

/* The first fields of a sequence, line by line. */
typedef struct column_ids {
    int64_t last, empty;  /* the last word, and the last empty node behind it */
    int64_t range;        /* the word that has to follow; 0: any */
    int64_t others;       /* lines that are no words */
    int64_t lines, wrong; /* lines seen; the first that does not fit, from 1; 0: none */
} column_ids;

static bool take_number(const char **at, const char *end, int64_t *value)
{
    const char *from = *at;
    for (*value = 0; *at < end && **at >= '0' && **at <= '9' && *at - from < 9; (*at)++)
        *value = 10 * *value + (**at - '0');
    return *at > from;
}

/* Returns whether the line is a word. */
static bool add_id(column_ids *ids, const char *line, const char *end)
{
    const char *stop = memchr(line, '\t', (size_t)(end - line));
    int64_t first, second = 0;
    bool fits = stop && take_number(&line, stop, &first);
    char kind = fits && line < stop ? *line++ : '\0';
    if (kind != '\0') fits = take_number(&line, stop, &second);
    fits = fits && line == stop;
    if (kind == '\0')
        fits = fits && first == ids->last + 1 && (ids->range == 0 || ids->range == first);
    else if (kind == '-')
        fits = fits && first == ids->last + 1 && second > first && ids->range == 0;
    else
        fits = fits && kind == '.' && first == ids->last && second == ids->empty + 1 &&
               ids->range == 0;
    ids->lines++;
    if (!fits && ids->wrong == 0) ids->wrong = ids->lines;
    if (!fits) return true;
    ids->others += kind != '\0';
    ids->range = kind == '-' ? first : 0;
    ids->empty = kind == '.' ? second : kind == '-' ? ids->empty : 0;
    if (kind == '\0') ids->last = first;
    return kind == '\0';
}

/* --- lines --- */

static bool starts_with(const char *line, const char *end, const char *prefix)
{
    size_t length = strlen(prefix);
    return (size_t)(end - line) >= length && memcmp(line, prefix, length) == 0;
}

bool rondo_columns_is_empty(const rondo_columns_rules *rules, const char *line, const char *end)
{
    while (line < end && (is_blank(*line) || (rules->has_quotes && *line == *rules->delimiter)))
        line++;
    return line == end;
}

static int64_t count_fields(const rondo_columns_rules *rules, const char *line, const char *end)
{
    rondo_column_field last;
    return rondo_columns_field(rules, line, end, INT64_MAX, &last);
}

static bool may_be_comment(const rondo_columns_rules *rules, const char *line, const char *end)
{
    if (!rules->comment || !starts_with(line, end, rules->comment)) return false;
    return rules->form == RONDO_COLUMNS_CONLLU || !has_tabs(rules, line, end);
}

const char *rondo_line_end(const char *line, const char *end)
{
    const char *found = memchr(line, '\n', (size_t)(end - line));
    return found ? found : end;
}

/* The first line that can only be a step says how many fields steps have. */
static void note_fields(rondo_columns_rules *rules, const char *lines, const char *end)
{
    for (const char *stop; rules->fields == 0 && lines < end; lines = stop + 1) {
        stop = rondo_line_end(lines, end);
        if (may_be_comment(rules, lines, stop) || starts_with(lines, stop, "-DOCSTART-")) continue;
        rules->fields = has_tabs(rules, lines, stop) ? -1 : count_fields(rules, lines, stop);
    }
}

/* "#word TAG" is a step; "# word" is a comment, though it may have as many fields: then it is
 * counted.
 */
static bool is_comment(rondo_columns_rules *rules, const char *line, const char *end)
{
    if (!may_be_comment(rules, line, end)) return false;
    if (rules->form == RONDO_COLUMNS_CONLLU || count_fields(rules, line, end) != rules->fields)
        return true;
    const char *behind = line + strlen(rules->comment);
    bool is_apart = behind == end || is_blank(*behind);
    rules->doubtful += is_apart;
    return is_apart;
}

static rondo_status fail_id(const char *path, int64_t number, const char *line, const char *end,
                            rondo_error *error)
{
    enum { QUOTED = 24 };
    int length = (int)strcspn(line, "\t\n");
    if (length > end - line) length = (int)(end - line);
    return rondo_error_set(error, RONDO_FAILED,
                           "%s:%lld: \"%.*s\" does not number this line as CoNLL-U does "
                           "(data.options.form: conllu)",
                           path, (long long)number, length < QUOTED ? length : QUOTED, line);
}

/* Lines that are no words become nodes, where the sequence is CoNLL-U. */
static rondo_status find_nodes(rondo_columns_rules *rules, const char *lines, const char *end,
                               const char *path, int64_t number, char *kinds, rondo_error *error)
{
    column_ids ids = {0}, again = {0};
    int64_t i = 0;
    for (const char *at = lines, *stop; at < end; at = stop + 1, i++) {
        stop = rondo_line_end(at, end);
        if (kinds[i] != RONDO_LINE_STEP) continue;
        add_id(&ids, at, stop);
        if (ids.wrong > 0 && rules->form == RONDO_COLUMNS_CONLLU)
            return fail_id(path, number + i, at, stop, error);
    }
    rules->unfit += ids.wrong > 0 && ids.others > 0;
    if (ids.wrong > 0 || ids.range > 0 || ids.last == 0 || ids.others == 0) return RONDO_OK;
    i = 0;
    for (const char *at = lines, *stop; at < end; at = stop + 1, i++) {
        stop = rondo_line_end(at, end);
        if (kinds[i] == RONDO_LINE_STEP && !add_id(&again, at, stop)) kinds[i] = RONDO_LINE_NODE;
    }
    return RONDO_OK;
}

rondo_status rondo_columns_classify(rondo_columns_rules *rules, const char *lines, const char *end,
                                    const char *path, int64_t number, rondo_text *kinds,
                                    rondo_error *error)
{
    size_t before = kinds->length;
    bool within = false;
    note_fields(rules, lines, end);
    for (const char *at = lines, *stop; at < end; at = stop + 1) {
        stop = rondo_line_end(at, end);
        char kind = starts_with(at, stop, "-DOCSTART-")      ? RONDO_LINE_DOCUMENT
                    : !within && is_comment(rules, at, stop) ? RONDO_LINE_COMMENT
                                                             : RONDO_LINE_STEP;
        rondo_text_add_bytes(kinds, &kind, 1);
        within = within || kind == RONDO_LINE_STEP;
    }
    if (kinds->failed) return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path);
    if (rules->form == RONDO_COLUMNS_PLAIN || !within) return RONDO_OK;
    return find_nodes(rules, lines, end, path, number, kinds->data + before, error);
}
