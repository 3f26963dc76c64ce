#include "store/metrics_journal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

/* Keys that are no values. */
static const char *const reserved[] = {"kind", "step", "epoch", "of"};
enum { RESERVED = sizeof reserved / sizeof reserved[0] };

bool rondo_journal_name_ok(const char *name)
{
    for (int i = 0; i < RESERVED; i++)
        if (strcmp(name, reserved[i]) == 0) return false;
    return rondo_journal_kind_ok(name);
}

bool rondo_journal_kind_ok(const char *name)
{
    for (const char *at = name; *at; at++)
        if ((unsigned char)*at < 0x20 || strchr("\"\\/", *at)) return false;
    return *name != '\0' && strcmp(name, ".") != 0; /* "here" in an HDF5 path */
}

static void add_units(const rondo_record *record, const rondo_metric_table *table, rondo_text *text)
{
    rondo_json json = {.text = text};
    bool begun = false;
    for (int32_t i = 0; i < record->count; i++) {
        const rondo_record_value *value = &record->values[i];
        const rondo_column *column = rondo_metric_table_find(table, record->kind, value->name, i);
        if (column && column->announced) continue;
        if (!begun) {
            rondo_json_begin(&json, NULL, '{');
            rondo_json_string(&json, "kind", "units");
            rondo_json_string(&json, "of", record->kind);
        }
        begun = true;
        rondo_json_string(&json, value->name, value->unit);
    }
    if (!begun) return;
    rondo_json_end(&json, '}');
    rondo_text_add(text, "\n");
}

void rondo_journal_format(const rondo_record *record, const rondo_metric_table *table,
                          rondo_text *text)
{
    add_units(record, table, text);
    rondo_json json = {.text = text};
    rondo_json_begin(&json, NULL, '{');
    rondo_json_string(&json, "kind", record->kind);
    rondo_json_integer(&json, "step", record->step);
    rondo_json_integer(&json, "epoch", record->epoch);
    for (int32_t i = 0; i < record->count; i++)
        rondo_json_real(&json, record->values[i].name, record->values[i].value);
    rondo_json_end(&json, '}');
    rondo_text_add(text, "\n");
}

static char *skip_spaces(char *at)
{
    return at + strspn(at, " \t\r");
}

/* The character of "\u", which takes less room than its escape, in place of it; NULL when it is none,
 * or half of one. */
static char *put_character(const char *escape, char *to)
{
    unsigned code;
    if (escape[1] != 'u' || strspn(escape + 2, "0123456789abcdefABCDEF") < 4 ||
        sscanf(escape, "\\u%4x", &code) != 1)
        return NULL;
    return code > 0 ? rondo_utf8_encode(code, to) : NULL;
}

/* A string, unescaped in place; *next is behind its closing quote. NULL when it is none. */
static char *take_string(char *at, char **next)
{
    static const char escaped[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    if (*at != '"') return NULL;
    char *start = ++at, *to = start;
    while (*at != '"') {
        if (*at == '\0') return NULL;
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        const char *found = at[1] ? strchr(escaped, at[1]) : NULL;
        if (found)
            *to++ = meant[found - escaped];
        else if (!(to = put_character(at, to)))
            return NULL;
        at += found ? 2 : 6;
    }
    *next = at + 1;
    *to = '\0';
    return start;
}

/* A number or null up to the next comma or brace, which *delimiter gets. NULL when it is none. */
static char *take_number(char *at, char **next, char *delimiter, double *value)
{
    size_t length = strcspn(at, " \t\r,}");
    char *end = skip_spaces(at + length);
    *delimiter = *end;
    *next = end;
    at[length] = '\0';
    *value = NAN;
    return strcmp(at, "null") == 0 || rondo_text_real(at, value) ? at : NULL;
}

/* What a line says apart from its values. */
typedef struct line_head {
    const char *kind, *of;
    bool has_step, has_epoch;
} line_head;

static bool store_text(const char *key, char *text, line_head *head, rondo_record *record)
{
    if (strcmp(key, "kind") == 0) {
        head->kind = text;
    } else if (strcmp(key, "of") == 0) {
        head->of = text;
    } else {
        if (record->count == RONDO_MAX_RECORD_VALUES || !rondo_journal_name_ok(key)) return false;
        record->values[record->count++] = (rondo_record_value){.name = key, .unit = text};
    }
    return true;
}

static bool store_number(const char *key, const char *token, double value, line_head *head,
                         rondo_record *record)
{
    if (strcmp(key, "step") == 0) {
        head->has_step = true;
        return rondo_text_integer(token, &record->step);
    }
    if (strcmp(key, "epoch") == 0) {
        head->has_epoch = true;
        return rondo_text_integer(token, &record->epoch);
    }
    if (record->count == RONDO_MAX_RECORD_VALUES || !rondo_journal_name_ok(key)) return false;
    record->values[record->count++] = (rondo_record_value){.name = key, .value = value};
    return true;
}

/* "key": value, at *at; *delimiter is what follows it. */
static bool parse_member(char **at, char *delimiter, line_head *head, rondo_record *record)
{
    double value;
    char *key = take_string(skip_spaces(*at), at);
    if (!key) return false;
    char *colon = skip_spaces(*at);
    if (*colon != ':') return false;
    char *start = skip_spaces(colon + 1);
    if (*start == '"') {
        char *text = take_string(start, at);
        if (!text || !store_text(key, text, head, record)) return false;
        *at = skip_spaces(*at);
        *delimiter = **at;
    } else {
        char *token = take_number(start, at, delimiter, &value);
        if (!token || !store_number(key, token, value, head, record)) return false;
    }
    ++*at;
    return *delimiter == ',' || *delimiter == '}';
}

static bool check_values(const rondo_journal_line *parsed)
{
    for (int32_t i = 0; i < parsed->record.count; i++)
        if (parsed->is_units != (parsed->record.values[i].unit != NULL)) return false;
    return true;
}

bool rondo_journal_parse(char *line, rondo_journal_line *parsed)
{
    line_head head = {0};
    rondo_record *record = &parsed->record;
    char delimiter = ',';
    char *at = skip_spaces(line);
    record->count = 0;
    record->step = record->epoch = 0;
    if (*at++ != '{') return false;
    while (delimiter == ',')
        if (!parse_member(&at, &delimiter, &head, record)) return false;
    if (*skip_spaces(at) != '\0' || !head.kind) return false;
    parsed->is_units = strcmp(head.kind, "units") == 0;
    record->kind = parsed->is_units ? head.of : head.kind;
    if (!record->kind || !rondo_journal_kind_ok(record->kind)) return false;
    if (!parsed->is_units && (head.of || !head.has_step || !head.has_epoch)) return false;
    return check_values(parsed);
}
