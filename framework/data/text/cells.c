#include "data/text/cells.h"

#include <string.h>

#include "base/text.h"

enum { QUOTED = 24, LONGEST_NUMBER = 64 };

const char *const rondo_delimiter_names[] = {"auto", "tab", "comma", "semicolon", NULL};
const char *const rondo_header_names[] = {"auto", "true", "false", NULL};
const char *const rondo_decimal_names[] = {"point", "comma", NULL};
const char *const rondo_date_order_names[] = {"year_first", "day_first", "month_first", NULL};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

void rondo_cell_trim(rondo_field *field)
{
    while (field->length > 0 && is_blank(field->text[0])) {
        field->text++;
        field->length--;
    }
    while (field->length > 0 && is_blank(field->text[field->length - 1]))
        field->text[--field->length] = '\0';
}

void rondo_cells_trim(rondo_delimited *record)
{
    for (int64_t i = 0; i < record->count; i++)
        rondo_cell_trim(&record->fields[i]);
}

bool rondo_cells_next(const char **at, const char **name, size_t *length)
{
    const char *text = *at + strspn(*at, ", \t");
    *length = strcspn(text, ",");
    *name = text;
    *at = text + *length;
    while (*length > 0 && is_blank(text[*length - 1]))
        (*length)--;
    return *length > 0;
}

static bool is_listed(const char *list, const char *text)
{
    size_t length, wanted = strlen(text);
    const char *name, *at = list;
    while (at && rondo_cells_next(&at, &name, &length))
        if (length == wanted && memcmp(name, text, length) == 0) return true;
    return false;
}

bool rondo_cell_is_missing(const rondo_cell_rules *rules, const rondo_field *field)
{
    return field->length == 0 || is_listed(rules->missing, field->text);
}

/* A text with a comma in it as a number with a point there. */
static bool read_comma(const char *text, double *value)
{
    char copy[LONGEST_NUMBER];
    if (strlen(text) >= sizeof copy || strchr(text, '.')) return false;
    strcpy(copy, text);
    char *comma = strchr(copy, ',');
    if (comma) *comma = '.';
    return rondo_text_real(copy, value);
}

bool rondo_cell_real(const rondo_cell_rules *rules, const rondo_field *field, double *value)
{
    if (strlen(field->text) != (size_t)field->length) return false;
    return rules->decimal == RONDO_DECIMAL_COMMA ? read_comma(field->text, value)
                                                 : rondo_text_real(field->text, value);
}

rondo_status rondo_cell_fail(const char *path, const rondo_field *field, const char *name,
                             const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: column \"%s\"%s", path,
                           (long long)field->line, (long long)field->column, name, what);
}

/* The key to write where a cell is no number; NULL: none. */
static const char *find_key(const rondo_cell_rules *rules, const char *text)
{
    static const char marks[] =
        "NA, N/A, n/a, na, NaN, nan, NULL, null, None, ?, -, ., #N/A, missing";
    double value;
    if (is_listed(marks, text)) return "missing, if that says that a value is missing";
    bool is_comma = rules->decimal == RONDO_DECIMAL_POINT && strchr(text, ',');
    return is_comma && read_comma(text, &value) ? "decimal: comma reads it" : NULL;
}

rondo_status rondo_cell_fail_number(const rondo_cell_rules *rules, const char *path,
                                    const rondo_field *field, const char *name, rondo_error *error)
{
    const char *key = find_key(rules, field->text);
    rondo_text what = {0};
    rondo_text_add(&what, ": \"%.*s\" is not a finite number%s", QUOTED, field->text,
                   rules->decimal == RONDO_DECIMAL_COMMA ? " with a decimal comma" : "");
    if (key) rondo_text_add(&what, "; data.options.%s", key);
    rondo_status status = rondo_cell_fail(path, field, name, rondo_text_get(&what), error);
    rondo_text_finish(&what);
    return status;
}

char rondo_cells_delimiter(int delimiter, int decimal, const rondo_source *source)
{
    static const char delimiters[] = {
        [RONDO_DELIMITER_AUTO] = '\0',
        [RONDO_TAB] = '\t',
        [RONDO_COMMA] = ',',
        [RONDO_SEMICOLON] = ';',
    };
    if (delimiter != RONDO_DELIMITER_AUTO) return delimiters[delimiter];
    const char *end = memchr(source->text, '\n', source->size);
    size_t first_line = end ? (size_t)(end - source->text) : source->size;
    if (memchr(source->text, '\t', first_line)) return '\t';
    bool is_semicolon = memchr(source->text, ';', first_line) != NULL;
    bool is_comma = memchr(source->text, ',', first_line) != NULL;
    return is_semicolon && (!is_comma || decimal == RONDO_DECIMAL_COMMA) ? ';' : ',';
}
