#include "command/arguments.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { MAX_ARGUMENTS = 32 };

static int64_t table_size(const rondo_argument *table)
{
    int64_t count = 0;
    while (table[count].kind != RONDO_ARGUMENT_END)
        count++;
    return count;
}

static bool is_word(const rondo_argument *argument)
{
    return argument->kind == RONDO_ARGUMENT_WORD || argument->kind == RONDO_ARGUMENT_WORDS;
}

static const rondo_argument *find_option(const rondo_argument *table, const char *text,
                                         size_t length)
{
    for (; table->kind != RONDO_ARGUMENT_END; table++)
        if (!is_word(table) && strlen(table->name) == length &&
            strncmp(table->name, text, length) == 0)
            return table;
    return NULL;
}

static rondo_status unknown_option(const rondo_argument *table, const char *text, size_t length,
                                   rondo_error *error)
{
    const char *names[MAX_ARGUMENTS] = {"--help"};
    int64_t count = 1;
    char wrong[64];
    snprintf(wrong, sizeof wrong, "%.*s", (int)length, text);
    for (; table->kind != RONDO_ARGUMENT_END && count < MAX_ARGUMENTS; table++)
        if (!is_word(table)) names[count++] = table->name;
    const char *nearest = rondo_text_nearest(wrong, names, count);
    return rondo_error_set(error, RONDO_USAGE, "%s: unknown option%s%s%s", wrong,
                           nearest ? "; did you mean " : "", nearest ? nearest : "",
                           nearest ? "?" : "");
}

static rondo_status set_number(const rondo_argument *argument, const char *value,
                               rondo_error *error)
{
    char low[32], high[32];
    double real = 0;
    int64_t integer = 0;
    bool whole = argument->kind == RONDO_ARGUMENT_INTEGER;
    bool good = whole ? rondo_text_integer(value, &integer) : rondo_text_real(value, &real);
    if (whole) real = (double)integer;
    if (!good || real < argument->low || real > argument->high)
        return rondo_error_set(error, RONDO_USAGE, "%s: \"%s\" is not %s in [%s, %s]",
                               argument->name, value, whole ? "an integer" : "a number",
                               rondo_text_of_real(argument->low, low),
                               rondo_text_of_real(argument->high, high));
    if (whole)
        *(int64_t *)argument->target = integer;
    else
        *(double *)argument->target = real;
    return RONDO_OK;
}

static rondo_status set_value(const rondo_argument *argument, const char *value, rondo_error *error)
{
    rondo_argument_list *list = argument->target;
    switch (argument->kind) {
    case RONDO_ARGUMENT_INTEGER:
    case RONDO_ARGUMENT_REAL:
        return set_number(argument, value, error);
    case RONDO_ARGUMENT_LIST:
    case RONDO_ARGUMENT_WORDS:
        if (list->count == RONDO_MAX_LIST)
            return rondo_error_set(error, RONDO_USAGE, "%s: given more than %d times",
                                   argument->name, RONDO_MAX_LIST);
        list->items[list->count++] = value;
        return RONDO_OK;
    default:
        *(const char **)argument->target = value;
        return RONDO_OK;
    }
}

/* "all", of the value name "[all]". */
static bool is_choice(const rondo_argument *argument, const char *value)
{
    size_t length = strlen(value);
    const char *name = argument->value_name + 1;
    return strncmp(name, value, length) == 0 && strcmp(name + length, "]") == 0;
}

static rondo_status take_choice(const rondo_argument *argument, const char *equals, int argc,
                                char **argv, int *at, rondo_error *error)
{
    const char **target = argument->target;
    bool follows = !equals && *at + 1 < argc && is_choice(argument, argv[*at + 1]);
    if (equals && !is_choice(argument, equals + 1))
        return rondo_error_set(error, RONDO_USAGE, "%s: \"%s\" is not one of its values: %s %s",
                               argument->name, equals + 1, argument->name, argument->value_name);
    *target = equals ? equals + 1 : follows ? argv[*at + 1] : "";
    *at += follows;
    return RONDO_OK;
}

/* One --option at argv[*at]; moves *at over its value. */
static rondo_status take_option(const rondo_argument *table, int argc, char **argv, int *at,
                                rondo_error *error)
{
    const char *text = argv[*at], *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    const rondo_argument *argument = find_option(table, text, length);
    if (!argument) return unknown_option(table, text, length, error);
    if (argument->kind == RONDO_ARGUMENT_FLAG) {
        if (equals)
            return rondo_error_set(error, RONDO_USAGE, "%s: takes no value", argument->name);
        *(bool *)argument->target = true;
        return RONDO_OK;
    }
    if (argument->kind == RONDO_ARGUMENT_CHOICE)
        return take_choice(argument, equals, argc, argv, at, error);
    if (equals) return set_value(argument, equals + 1, error);
    if (*at + 1 >= argc)
        return rondo_error_set(error, RONDO_USAGE, "%s: needs a value: %s %s", argument->name,
                               argument->name, argument->value_name);
    *at += 1;
    return set_value(argument, argv[*at], error);
}

static const rondo_argument *next_word(const rondo_argument *argument)
{
    while (argument->kind != RONDO_ARGUMENT_END && !is_word(argument))
        argument++;
    return argument;
}

rondo_status rondo_arguments_parse(const rondo_argument *table, int argc, char **argv, bool *help,
                                   rondo_error *error)
{
    const rondo_argument *word = next_word(table), *missing = word;
    bool options = true;
    *help = false;
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            *help = true;
            return RONDO_OK;
        }
    for (int i = 0; i < argc; i++) {
        rondo_status status = RONDO_OK;
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
            status = take_option(table, argc, argv, &i, error);
        } else if (word->kind == RONDO_ARGUMENT_END) {
            status = rondo_error_set(error, RONDO_USAGE, "unexpected argument: %s", argv[i]);
        } else {
            status = set_value(word, argv[i], error);
            missing = NULL;
            if (word->kind == RONDO_ARGUMENT_WORD) missing = word = next_word(word + 1);
        }
        if (status) return status;
    }
    if (missing && missing->kind != RONDO_ARGUMENT_END && missing->required)
        return rondo_error_set(error, RONDO_USAGE, "%s is missing: %s", missing->name,
                               missing->help);
    return RONDO_OK;
}

static void print_usage(const rondo_argument *table, const char *verb)
{
    int64_t count = table_size(table);
    printf("usage: rondo %s", verb);
    for (int64_t i = 0; i < count; i++) {
        const rondo_argument *a = &table[i];
        if (is_word(a))
            printf(a->required ? " %s%s" : " [%s]%s", a->name,
                   a->kind == RONDO_ARGUMENT_WORDS ? "..." : "");
        else
            printf(" [%s%s%s]%s", a->name, a->value_name ? " " : "",
                   a->value_name ? a->value_name : "", a->kind == RONDO_ARGUMENT_LIST ? "..." : "");
    }
    printf("\n");
}

void rondo_arguments_help(const rondo_argument *table, const char *verb, const char *summary)
{
    print_usage(table, verb);
    printf("\n%s\n\n", summary);
    for (; table->kind != RONDO_ARGUMENT_END; table++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", table->name, table->value_name ? " " : "",
                 table->value_name ? table->value_name : "");
        printf("  %-22s %s\n", left, table->help);
    }
    printf("  %-22s %s\n", "--help", "show this help");
    printf("\nexit status: 0 done, 1 failed while running, 2 bad command line or config,\n"
           "3 stopped by a signal, or by train.max_minutes; what was done is kept\n");
}
