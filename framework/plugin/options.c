#include "plugin/options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_ROWS = 256 }; /* more means that RONDO_OPTIONS_END was forgotten */

int64_t rondo_options_count(const rondo_option *options)
{
    int64_t count = 0;
    while (options[count].type != RONDO_OPTION_END)
        count++;
    return count;
}

const rondo_option *rondo_options_find(const rondo_option *options, const char *name)
{
    for (const rondo_option *row = options; row->type != RONDO_OPTION_END; row++) {
        if (strcmp(row->name, name) == 0) return row;
    }
    return NULL;
}

/* Fields are reached by memcpy, so that the rows' offsets need no cast to the field's type. */
static void put(const rondo_option *option, void *config, const void *value, size_t size)
{
    memcpy((unsigned char *)config + option->offset, value, size);
}

static void get(const rondo_option *option, const void *config, void *value, size_t size)
{
    memcpy(value, (const unsigned char *)config + option->offset, size);
}

static void put_number(const rondo_option *option, void *config, double value)
{
    int64_t integer = (int64_t)value;
    bool boolean = value != 0;
    int choice = (int)value;
    switch (option->type) {
    case RONDO_OPTION_INTEGER:
        put(option, config, &integer, sizeof integer);
        break;
    case RONDO_OPTION_REAL:
        put(option, config, &value, sizeof value);
        break;
    case RONDO_OPTION_BOOLEAN:
        put(option, config, &boolean, sizeof boolean);
        break;
    default:
        put(option, config, &choice, sizeof choice);
        break;
    }
}

void rondo_options_default(const rondo_option *options, void *config)
{
    for (const rondo_option *row = options; row->type != RONDO_OPTION_END; row++) {
        if (row->type == RONDO_OPTION_TEXT)
            put(row, config, &row->fallback_text, sizeof row->fallback_text);
        else
            put_number(row, config, row->fallback);
    }
}

static bool in_range(const rondo_option *option, double value)
{
    if (!isfinite(value) || value < option->low || value > option->high) return false;
    if ((option->flags & RONDO_OPEN_LOW) && value <= option->low) return false;
    return !((option->flags & RONDO_OPEN_HIGH) && value >= option->high);
}

static int64_t choice_count(const rondo_option *option)
{
    int64_t count = 0;
    while (option->choices[count])
        count++;
    return count;
}

static void add_bound(rondo_text *text, double value, bool integer)
{
    char buffer[32];
    if (integer)
        rondo_text_add(text, "%.0f", value);
    else
        rondo_text_add(text, "%s", rondo_text_of_real(value, buffer));
}

/* " in [0, 1)", " of at least 0", "" for no limit. */
static void add_range(const rondo_option *option, rondo_text *text)
{
    bool integer = option->type == RONDO_OPTION_INTEGER;
    bool open_low = option->flags & RONDO_OPEN_LOW, open_high = option->flags & RONDO_OPEN_HIGH;
    if (isinf(option->low) && isinf(option->high)) return;
    if (isinf(option->high)) {
        rondo_text_add(text, open_low ? " above " : " of at least ");
        add_bound(text, option->low, integer);
    } else if (isinf(option->low)) {
        rondo_text_add(text, open_high ? " below " : " of at most ");
        add_bound(text, option->high, integer);
    } else {
        rondo_text_add(text, open_low ? " in (" : " in [");
        add_bound(text, option->low, integer);
        rondo_text_add(text, ", ");
        add_bound(text, option->high, integer);
        rondo_text_add(text, open_high ? ")" : "]");
    }
}

static void add_choices(const rondo_option *option, rondo_text *text)
{
    rondo_text_add(text, "one of ");
    for (int64_t i = 0; option->choices[i]; i++)
        rondo_text_add(text, "%s%s", i > 0 ? ", " : "", option->choices[i]);
}

static void add_allowed(const rondo_option *option, const char *integer, const char *real,
                        const char *words, rondo_text *text)
{
    switch (option->type) {
    case RONDO_OPTION_INTEGER:
        rondo_text_add(text, "%s", integer);
        add_range(option, text);
        break;
    case RONDO_OPTION_REAL:
        rondo_text_add(text, "%s", real);
        add_range(option, text);
        break;
    case RONDO_OPTION_BOOLEAN:
        rondo_text_add(text, "true or false");
        break;
    case RONDO_OPTION_CHOICE:
        add_choices(option, text);
        break;
    default:
        rondo_text_add(text, "%s", words);
        break;
    }
}

void rondo_options_allowed(const rondo_option *option, rondo_text *text)
{
    add_allowed(option, "integer", "real", "text", text);
}

static bool set_integer(const rondo_option *option, void *config, const char *token)
{
    int64_t value;
    if (!rondo_text_integer(token, &value) || !in_range(option, (double)value)) return false;
    put(option, config, &value, sizeof value);
    return true;
}

static bool set_real(const rondo_option *option, void *config, const char *token)
{
    double value;
    if (!rondo_text_real(token, &value) || !in_range(option, value)) return false;
    put(option, config, &value, sizeof value);
    return true;
}

static bool set_boolean(const rondo_option *option, void *config, const char *token)
{
    bool value = strcmp(token, "true") == 0;
    if (!value && strcmp(token, "false") != 0) return false;
    put(option, config, &value, sizeof value);
    return true;
}

static bool set_choice(const rondo_option *option, void *config, const char *token)
{
    for (int i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], token) == 0) {
            put(option, config, &i, sizeof i);
            return true;
        }
    }
    return false;
}

/* Control characters would break messages and the printed config into lines of their own. */
static bool set_text(const rondo_option *option, void *config, const char *token)
{
    for (const char *c = token; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) return false;
    }
    if (token[0] == '\0') return false;
    put(option, config, &token, sizeof token);
    return true;
}

static bool set_field(const rondo_option *option, void *config, const char *token)
{
    switch (option->type) {
    case RONDO_OPTION_INTEGER:
        return set_integer(option, config, token);
    case RONDO_OPTION_REAL:
        return set_real(option, config, token);
    case RONDO_OPTION_BOOLEAN:
        return set_boolean(option, config, token);
    case RONDO_OPTION_CHOICE:
        return set_choice(option, config, token);
    default:
        return set_text(option, config, token);
    }
}

bool rondo_options_set(const rondo_option *option, void *config, const char *token,
                       rondo_text *reason)
{
    if (set_field(option, config, token)) return true;
    add_allowed(option, "an integer", "a real number",
                "a text of one or more characters, none of them a control character", reason);
    if (option->type == RONDO_OPTION_CHOICE) {
        const char *nearest = rondo_text_nearest(token, option->choices, choice_count(option));
        if (nearest) rondo_text_add(reason, "; did you mean %s?", nearest);
    }
    return false;
}

/* YAML 1.1 readers take a real for text when its mantissa has no point: 1.0e-08, 10.0. */
static void add_real(rondo_text *text, double value)
{
    char buffer[32];
    const char *number = rondo_text_of_real(value, buffer);
    size_t mantissa = strcspn(number, "e");
    bool point = strcspn(number, ".") < mantissa;
    rondo_text_add(text, "%.*s%s%s", (int)mantissa, number, point ? "" : ".0", number + mantissa);
}

/* Plain where every YAML reader takes it for a text; otherwise in double quotes. */
static bool is_plain(const char *word)
{
    static const char *const taken[] = {"true", "false", "null", "yes", "no",
                                        "on",   "off",   "y",    "n"};
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
    char lower[8] = {0};
    size_t length = strlen(word);
    if (length == 0 || strspn(word, safe) != length || strchr("0123456789.-", word[0]))
        return false;
    if (length >= sizeof lower) return true;
    for (size_t i = 0; i < length; i++)
        lower[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] - 'A' + 'a' : word[i]);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (strcmp(lower, taken[i]) == 0) return false;
    }
    return true;
}

static void add_word(rondo_text *text, const char *word)
{
    if (is_plain(word)) {
        rondo_text_add(text, "%s", word);
        return;
    }
    rondo_text_add(text, "\"");
    for (const char *c = word; *c; c++) {
        if (*c == '"' || *c == '\\') rondo_text_add_bytes(text, "\\", 1);
        rondo_text_add_bytes(text, c, 1);
    }
    rondo_text_add(text, "\"");
}

void rondo_options_print(const rondo_option *option, const void *config, rondo_text *text)
{
    int64_t integer;
    double real;
    bool boolean;
    int choice;
    const char *word;
    switch (option->type) {
    case RONDO_OPTION_INTEGER:
        get(option, config, &integer, sizeof integer);
        rondo_text_add(text, "%lld", (long long)integer);
        break;
    case RONDO_OPTION_REAL:
        get(option, config, &real, sizeof real);
        add_real(text, real);
        break;
    case RONDO_OPTION_BOOLEAN:
        get(option, config, &boolean, sizeof boolean);
        rondo_text_add(text, boolean ? "true" : "false");
        break;
    case RONDO_OPTION_CHOICE:
        get(option, config, &choice, sizeof choice);
        rondo_text_add(text, "%s", option->choices[choice]);
        break;
    default:
        get(option, config, &word, sizeof word);
        add_word(text, word ? word : "");
        break;
    }
}

static size_t field_size(const rondo_option *row)
{
    switch (row->type) {
    case RONDO_OPTION_INTEGER:
        return sizeof(int64_t);
    case RONDO_OPTION_REAL:
        return sizeof(double);
    case RONDO_OPTION_BOOLEAN:
        return sizeof(bool);
    default:
        return sizeof(int);
    }
}

static bool is_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length < 64 && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static rondo_status check_number(const rondo_option *row, rondo_error *error)
{
    if (!(row->low <= row->high))
        return rondo_error_set(error, RONDO_FAILED, "option %s: its range is empty", row->name);
    if (!in_range(row, row->fallback))
        return rondo_error_set(error, RONDO_FAILED, "option %s: its default %g is out of its range",
                               row->name, row->fallback);
    if (row->type == RONDO_OPTION_INTEGER &&
        (row->fallback != floor(row->fallback) || fabs(row->fallback) > 9007199254740992.0))
        return rondo_error_set(error, RONDO_FAILED, "option %s: its default %g is not an integer",
                               row->name, row->fallback);
    return RONDO_OK;
}

static rondo_status check_choice(const rondo_option *row, rondo_error *error)
{
    if (!row->choices || !row->choices[0])
        return rondo_error_set(error, RONDO_FAILED, "option %s: a choice without names", row->name);
    if (!(row->fallback >= 0 && row->fallback < (double)choice_count(row)) ||
        row->fallback != floor(row->fallback))
        return rondo_error_set(error, RONDO_FAILED, "option %s: its default %g is not a choice",
                               row->name, row->fallback);
    return RONDO_OK;
}

static rondo_status check_value(const rondo_option *row, rondo_error *error)
{
    switch (row->type) {
    case RONDO_OPTION_INTEGER:
    case RONDO_OPTION_REAL:
        return check_number(row, error);
    case RONDO_OPTION_BOOLEAN:
        if (row->fallback == 0 || row->fallback == 1) return RONDO_OK;
        return rondo_error_set(error, RONDO_FAILED, "option %s: its default %g is not 0 or 1",
                               row->name, row->fallback);
    case RONDO_OPTION_CHOICE:
        return check_choice(row, error);
    case RONDO_OPTION_TEXT:
        return rondo_error_set(error, RONDO_FAILED, "option %s: plugins have no text options",
                               row->name);
    default:
        return rondo_error_set(error, RONDO_FAILED, "option %s: type %d is unknown", row->name,
                               (int)row->type);
    }
}

static rondo_status check_row(const rondo_option *row, size_t config_size, rondo_error *error)
{
    if (!row->name || !is_name(row->name))
        return rondo_error_set(error, RONDO_FAILED,
                               "an option's name is not of the form "
                               "[a-z][a-z0-9_]*, at most 63 characters");
    if (!row->help || row->help[0] == '\0')
        return rondo_error_set(error, RONDO_FAILED, "option %s: no help text", row->name);
    if (row->flags & ~(uint32_t)(RONDO_OPEN_LOW | RONDO_OPEN_HIGH))
        return rondo_error_set(error, RONDO_FAILED,
                               "option %s: flags that a plugin's row cannot have", row->name);
    rondo_status status = check_value(row, error);
    if (status) return status;
    size_t size = field_size(row);
    if (row->offset > config_size || size > config_size - row->offset || row->offset % size != 0)
        return rondo_error_set(error, RONDO_FAILED, "option %s: its field is not in the config",
                               row->name);
    return RONDO_OK;
}

rondo_status rondo_options_check(const rondo_option *options, size_t config_size,
                                 rondo_error *error)
{
    if (!options) return rondo_error_set(error, RONDO_FAILED, "no option rows");
    for (int64_t i = 0; options[i].type != RONDO_OPTION_END; i++) {
        if (i == MAX_ROWS)
            return rondo_error_set(error, RONDO_FAILED, "more than %d option rows", (int)MAX_ROWS);
        rondo_status status = check_row(&options[i], config_size, error);
        if (status) return status;
        for (int64_t j = 0; j < i; j++) {
            if (strcmp(options[j].name, options[i].name) == 0)
                return rondo_error_set(error, RONDO_FAILED, "two options are named %s",
                                       options[i].name);
        }
    }
    return RONDO_OK;
}
