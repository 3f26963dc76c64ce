#include "plugin/options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

const rondo_option rondo_no_options[] = {RONDO_OPTIONS_END};

/* 2^53: up to here a row's range, in double, is exact. */
static const int64_t MOST_INTEGER = 9007199254740992;

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

static bool set_reals(const rondo_option *option, void *config, const char *token);

void rondo_options_default(const rondo_option *options, void *config)
{
    for (const rondo_option *row = options; row->type != RONDO_OPTION_END; row++) {
        if (row->type == RONDO_OPTION_TEXT)
            put(row, config, &row->fallback_text, sizeof row->fallback_text);
        else if (row->type == RONDO_OPTION_REALS)
            set_reals(row, config, row->fallback_text);
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

static bool is_short_whole(double value)
{
    return value == floor(value) && fabs(value) < 1e15;
}

static void add_bound(rondo_text *text, double value)
{
    char buffer[32];
    if (is_short_whole(value))
        rondo_text_add(text, "%.0f", value);
    else
        rondo_text_add(text, "%s", rondo_text_of_real(value, buffer));
}

/* " in [0, 1)", " of at least 0", "" for no limit. */
static void add_range(const rondo_option *option, rondo_text *text)
{
    bool open_low = option->flags & RONDO_OPEN_LOW, open_high = option->flags & RONDO_OPEN_HIGH;
    if (isinf(option->low) && isinf(option->high)) return;
    if (isinf(option->high)) {
        rondo_text_add(text, open_low ? " above " : " of at least ");
        add_bound(text, option->low);
    } else if (isinf(option->low)) {
        rondo_text_add(text, open_high ? " below " : " of at most ");
        add_bound(text, option->high);
    } else {
        rondo_text_add(text, open_low ? " in (" : " in [");
        add_bound(text, option->low);
        rondo_text_add(text, ", ");
        add_bound(text, option->high);
        rondo_text_add(text, open_high ? ")" : "]");
    }
}

static void add_numbers(const rondo_option *option, const char *words, rondo_text *text)
{
    if (option->low == option->high) {
        add_bound(text, option->low);
        return;
    }
    rondo_text_add(text, "%s", words);
    add_range(option, text);
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
    case RONDO_OPTION_REAL:
        add_numbers(option, option->type == RONDO_OPTION_INTEGER ? integer : real, text);
        break;
    case RONDO_OPTION_BOOLEAN:
        rondo_text_add(text, "true or false");
        break;
    case RONDO_OPTION_CHOICE:
        add_choices(option, text);
        break;
    case RONDO_OPTION_REALS:
        rondo_text_add(text, "%slist of 1 to %d numbers, each", integer[0] == 'a' ? "a " : "",
                       RONDO_MAX_REALS);
        add_range(option, text);
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
    if (!rondo_text_integer(token, &value) || value > MOST_INTEGER || value < -MOST_INTEGER)
        return false;
    if (!in_range(option, (double)value)) return false;
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

/* "0.1, 0.5" or, as it is printed, "[0.1, 0.5]". */
static bool set_reals(const rondo_option *option, void *config, const char *token)
{
    rondo_reals list = {0};
    while (*token) {
        char word[64];
        double value;
        token += strspn(token, "[], ");
        size_t length = strcspn(token, "[], ");
        if (length == 0) break;
        snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : 0), token);
        if (list.count == RONDO_MAX_REALS || !rondo_text_real(word, &value) ||
            !in_range(option, value))
            return false;
        list.values[list.count++] = value;
        token += length;
    }
    if (list.count == 0) return false;
    put(option, config, &list, sizeof list);
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

/* Control characters and Unicode's line ends would break messages and the printed config into
 * lines of their own, or could not be written in YAML at all. */
static bool is_printable(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029)
        return false;
    return code != 0xFEFF && code != 0xFFFE && code != 0xFFFF;
}

static bool set_text(const rondo_option *option, void *config, const char *token)
{
    const char *at = token, *end = token + strlen(token);
    if (at == end) return false;
    while (at < end) {
        uint32_t code;
        int length = rondo_utf8_decode(at, end, &code);
        if (length == 0 || !is_printable(code)) return false;
        at += length;
    }
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
    case RONDO_OPTION_REALS:
        return set_reals(option, config, token);
    default:
        return set_text(option, config, token);
    }
}

bool rondo_options_set(const rondo_option *option, void *config, const char *token,
                       rondo_text *reason)
{
    if (set_field(option, config, token)) return true;
    add_allowed(option, "an integer", "a real number", "a text of one or more printable characters",
                reason);
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
    if (is_short_whole(value)) {
        rondo_text_add(text, "%.1f", value);
        return;
    }
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
    rondo_reals list;
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
    case RONDO_OPTION_REALS:
        get(option, config, &list, sizeof list);
        for (int64_t i = 0; i < list.count; i++) {
            rondo_text_add(text, "%s", i > 0 ? ", " : "[");
            add_real(text, list.values[i]);
        }
        rondo_text_add(text, "]");
        break;
    default:
        get(option, config, &word, sizeof word);
        add_word(text, word ? word : "");
        break;
    }
}

bool rondo_options_is_void(const rondo_option *option, const void *config)
{
    const char *text;
    int64_t integer;
    double real;
    int choice;
    switch (option->type) {
    case RONDO_OPTION_TEXT:
        get(option, config, &text, sizeof text);
        return !text;
    case RONDO_OPTION_INTEGER:
        get(option, config, &integer, sizeof integer);
        return (double)integer < option->low;
    case RONDO_OPTION_REAL:
        get(option, config, &real, sizeof real);
        return real < option->low;
    case RONDO_OPTION_CHOICE:
        get(option, config, &choice, sizeof choice);
        return choice < 0;
    default:
        return false;
    }
}
