/* Option rows: defaults, setting, allowed values in words, printing, and the check of the rows. */
#include "base/text.h"
#include "check.h"
#include "plugin/options.h"

typedef struct sample {
    int64_t count;
    double rate;
    bool loud;
    int color;
    const char *title;
} sample;

static const char *const colors[] = {"red", "green", "blue", NULL};

static const rondo_option rows[] = {
    RONDO_INTEGER(sample, count, 3, 1, 4096, "how many"),
    RONDO_REAL(sample, rate, 0.5, 0, 1, RONDO_OPEN_LOW | RONDO_OPEN_HIGH, "how fast"),
    RONDO_BOOLEAN(sample, loud, 1, "how"), RONDO_CHOICE(sample, color, 2, colors, "which"),
    RONDO_OPTIONS_END};

static const rondo_option title_row = {
    "title", RONDO_OPTION_TEXT, 0, offsetof(sample, title), 0, 0, 0, NULL, "none",
    "what",  {NULL, NULL}};

static void test_defaults_and_find(void)
{
    sample config = {0};
    rondo_options_default(rows, &config);
    CHECK_INTEGER(rondo_options_count(rows), 4);
    CHECK_INTEGER(config.count, 3);
    CHECK_NEAR(config.rate, 0.5, 0);
    CHECK(config.loud);
    CHECK_INTEGER(config.color, 2);
    CHECK(rondo_options_find(rows, "rate") == &rows[1]);
    CHECK(rondo_options_find(rows, "rat") == NULL);
}

/* The reason for which the token is refused, or "" when it is taken. */
static const char *reason_of(const rondo_option *row, const char *token, sample *config)
{
    static char reason[200];
    rondo_text text = {0};
    bool is_set = rondo_options_set(row, config, token, &text);
    snprintf(reason, sizeof reason, "%s", rondo_text_get(&text));
    CHECK(is_set == (reason[0] == '\0'));
    rondo_text_finish(&text);
    return reason;
}

static void test_numbers_are_whole_tokens_in_range(void)
{
    static const char *const wrong_integers[] = {"0",  "4097", "1.5", "ten", "",
                                                 "3x", " 3",   "nan", "0x10"};
    static const char *const wrong_reals[] = {"0", "1", "1e400", "inf", "nan", "0.5.", "", "half"};
    sample config = {0};
    rondo_options_default(rows, &config);
    CHECK_TEXT(reason_of(&rows[0], "1e3", &config), "");
    CHECK_INTEGER(config.count, 1000);
    CHECK_TEXT(reason_of(&rows[1], "1e-3", &config), "");
    CHECK_NEAR(config.rate, 0.001, 0);
    for (size_t i = 0; i < sizeof wrong_integers / sizeof wrong_integers[0]; i++)
        CHECK_TEXT(reason_of(&rows[0], wrong_integers[i], &config), "an integer in [1, 4096]");
    for (size_t i = 0; i < sizeof wrong_reals / sizeof wrong_reals[0]; i++)
        CHECK_TEXT(reason_of(&rows[1], wrong_reals[i], &config), "a real number in (0, 1)");
    CHECK_INTEGER(config.count, 1000);
    CHECK_NEAR(config.rate, 0.001, 0);
}

static void test_words(void)
{
    sample config = {.loud = true};
    CHECK_TEXT(reason_of(&rows[2], "false", &config), "");
    CHECK(!config.loud);
    CHECK_TEXT(reason_of(&rows[2], "yes", &config), "true or false");
    CHECK_TEXT(reason_of(&rows[3], "green", &config), "");
    CHECK_INTEGER(config.color, 1);
    CHECK_TEXT(reason_of(&rows[3], "gren", &config),
               "one of red, green, blue; did you mean green?");
    CHECK_INTEGER(config.color, 1);
}

static void test_texts_can_be_written_on_one_line(void)
{
    static const char *const wrong[] = {"",
                                        "a\nb",
                                        "a\x1b[2J",
                                        "\x7f",
                                        "\xc2\x85",         /* next line */
                                        "\xe2\x80\xa8",     /* line separator */
                                        "\xef\xbb\xbf",     /* byte order mark */
                                        "\xed\xa0\x80",     /* half of a surrogate pair */
                                        "\xc0\xaf",         /* "/", overlong */
                                        "\xf4\x90\x80\x80", /* beyond Unicode */
                                        "caf\xe9",
                                        "\xe4\xb8"};
    sample config = {.title = "before"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CHECK_TEXT(reason_of(&title_row, wrong[i], &config),
                   "a text of one or more printable characters");
    CHECK_TEXT(config.title, "before");
    CHECK_TEXT(reason_of(&title_row, "\xe4\xb8\xad \xf0\x9f\x98\x80", &config), "");
    CHECK_TEXT(config.title, "\xe4\xb8\xad \xf0\x9f\x98\x80");
}

static void check_allowed(rondo_option row, const char *expected)
{
    rondo_text text = {0};
    rondo_options_allowed(&row, &text);
    CHECK_TEXT(rondo_text_get(&text), expected);
    rondo_text_finish(&text);
}

static void test_allowed_values_in_words(void)
{
    rondo_option real = rows[1];
    check_allowed(rows[0], "integer in [1, 4096]");
    check_allowed(rows[2], "true or false");
    check_allowed(rows[3], "one of red, green, blue");
    check_allowed(title_row, "text");
    check_allowed(real, "real in (0, 1)");
    real.flags = 0;
    check_allowed(real, "real in [0, 1]");
    real.high = HUGE_VAL;
    check_allowed(real, "real of at least 0");
    real.low = -HUGE_VAL;
    check_allowed(real, "real");
    real.high = 2.5;
    real.flags = RONDO_OPEN_HIGH;
    check_allowed(real, "real below 2.5");
}

static void check_printed(const rondo_option *row, sample config, const char *expected)
{
    rondo_text text = {0};
    rondo_options_print(row, &config, &text);
    CHECK_TEXT(rondo_text_get(&text), expected);
    rondo_text_finish(&text);
}

/* As a YAML 1.1 reader wants it: reals with a point, texts that look like something else quoted. */
static void test_printing(void)
{
    check_printed(&rows[0], (sample){.count = -9007199254740992}, "-9007199254740992");
    check_printed(&rows[1], (sample){.rate = 10}, "10.0");
    check_printed(&rows[1], (sample){.rate = 1e-8}, "1.0e-08");
    check_printed(&rows[1], (sample){.rate = 0.1}, "0.1");
    check_printed(&rows[1], (sample){.rate = 1.25e300}, "1.25e+300");
    check_printed(&rows[2], (sample){.loud = true}, "true");
    check_printed(&rows[3], (sample){.color = 1}, "green");
    check_printed(&title_row, (sample){.title = "runs/a-b.c"}, "runs/a-b.c");
    check_printed(&title_row, (sample){.title = "Yes"}, "\"Yes\"");
    check_printed(&title_row, (sample){.title = "0.5"}, "\"0.5\"");
    check_printed(&title_row, (sample){.title = "a: \"b\" \\ #c"}, "\"a: \\\"b\\\" \\\\ #c\"");
    check_printed(&title_row, (sample){.title = " "}, "\" \"");
}

static void check_rows(rondo_option row, const char *expected)
{
    const rondo_option changed[] = {rows[0], row, RONDO_OPTIONS_END};
    rondo_error error = {0};
    rondo_status status = rondo_options_check(changed, sizeof(sample), false, &error);
    CHECK_INTEGER(status, expected[0] ? RONDO_FAILED : RONDO_OK);
    CHECK_CONTAINS(error.text, expected);
}

static void test_rows_that_cannot_be_right(void)
{
    rondo_option real = rows[1], choice = rows[3], boolean = rows[2];
    check_rows(real, "");
    check_rows(rows[0], "two options are named count");
    check_rows(title_row, "title: plugins have no text options");
    real.fallback = 0;
    check_rows(real, "rate: its default 0 is out of its range");
    real.fallback = NAN;
    check_rows(real, "is out of its range");
    real = rows[1];
    real.low = 2;
    check_rows(real, "rate: its range is empty");
    real = rows[1];
    real.type = RONDO_OPTION_INTEGER;
    check_rows(real, "rate: its default 0.5 is not an integer");
    real.type = 99;
    check_rows(real, "rate: type 99 is unknown");
    real = rows[1];
    real.flags = RONDO_REQUIRED;
    check_rows(real, "flags that a row of its kind cannot have");
    real.flags = RONDO_WITH_PREVIOUS;
    check_rows(real, "");
    const rondo_option alone[] = {real, RONDO_OPTIONS_END};
    rondo_error error = {0};
    CHECK_INTEGER(rondo_options_check(alone, sizeof(sample), false, &error), RONDO_FAILED);
    CHECK_CONTAINS(error.text, "the first option has no previous one");
    real = rows[1];
    real.offset = sizeof(sample) - 4;
    check_rows(real, "rate: its field is not in the config");
    real.offset = SIZE_MAX - 7;
    check_rows(real, "rate: its field is not in the config");
    real = rows[1];
    real.help = "";
    check_rows(real, "rate: no help text");
    real = rows[1];
    real.name = "Rate";
    check_rows(real, "[a-z][a-z0-9_]*");
    choice.fallback = 3;
    check_rows(choice, "color: its default 3 is not a choice");
    choice.choices = NULL;
    check_rows(choice, "color: a choice without names");
    boolean.fallback = 2;
    check_rows(boolean, "loud: its default 2 is not 0 or 1");
}

/* What is built in may leave a value open. */
static void test_rows_that_are_built_in(void)
{
    rondo_option real = rows[1], choice = rows[3], title = title_row;
    rondo_error error = {0};
    title.flags = RONDO_REQUIRED;
    real.fallback = real.low - 1;
    choice.fallback = -1;
    const rondo_option right[] = {title, real, choice, RONDO_OPTIONS_END};
    CHECK_INTEGER(rondo_options_check(right, sizeof(sample), true, &error), RONDO_OK);
    CHECK_TEXT(error.text, "");
    CHECK_INTEGER(rondo_options_check(right, sizeof(sample), false, &error), RONDO_FAILED);
    real.fallback = real.high + 1;
    const rondo_option above[] = {real, RONDO_OPTIONS_END};
    CHECK_INTEGER(rondo_options_check(above, sizeof(sample), true, &error), RONDO_FAILED);
    CHECK_CONTAINS(error.text, "is out of its range");
    title.offset = sizeof(sample) - 4;
    const rondo_option outside[] = {title, RONDO_OPTIONS_END};
    CHECK_INTEGER(rondo_options_check(outside, sizeof(sample), true, &error), RONDO_FAILED);
    CHECK_CONTAINS(error.text, "title: its field is not in the config");
}

static void test_rows_that_are_not_there(void)
{
    static rondo_option endless[300];
    static char names[300][8];
    rondo_error error = {0};
    CHECK_INTEGER(rondo_options_check(NULL, 8, false, &error), RONDO_FAILED);
    for (int i = 0; i < 299; i++) {
        endless[i] = rows[0];
        snprintf(names[i], sizeof names[i], "n%d", i);
        endless[i].name = names[i];
    }
    CHECK_INTEGER(rondo_options_check(endless, sizeof(sample), false, &error), RONDO_FAILED);
    CHECK_CONTAINS(error.text, "more than 256");
}

typedef struct list_sample {
    int64_t before;
    rondo_reals levels;
} list_sample;

static void test_lists(void)
{
    static const rondo_option list_rows[] = {RONDO_REAL_LIST(list_sample, levels, "0.1, 0.5, 0.9",
                                                             0, 1, RONDO_OPEN_LOW | RONDO_OPEN_HIGH,
                                                             "which"),
                                             RONDO_OPTIONS_END};
    static const rondo_option wrong_rows[] = {
        RONDO_REAL_LIST(list_sample, levels, "0.1, 1.5", 0, 1, 0, "which"), RONDO_OPTIONS_END};
    static const char *const wrong[] = {"",    "[]",       "0.5, 1", "0.5; 0.6", "a",
                                        "nan", "0.1, ten", "0",      "0.5 0.5x"};
    list_sample config = {0};
    rondo_text text = {0}, reason = {0};
    rondo_error error = {0};
    rondo_options_default(list_rows, &config);
    CHECK_INTEGER(config.levels.count, 3);
    CHECK_NEAR(config.levels.values[2], 0.9, 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK(!rondo_options_set(list_rows, &config, wrong[i], &reason));
        CHECK_INTEGER(config.levels.count, 3);
    }
    CHECK(strncmp(rondo_text_get(&reason), "a list of 1 to 16 numbers, each in (0, 1)", 41) == 0);
    CHECK(rondo_options_set(list_rows, &config, "[0.25, 0.75]", &reason));
    CHECK(rondo_options_set(list_rows, &config, "0.25, 0.75", &reason));
    rondo_options_print(list_rows, &config, &text);
    CHECK_TEXT(rondo_text_get(&text), "[0.25, 0.75]");
    CHECK_INTEGER(config.before, 0);
    CHECK(!rondo_options_check(list_rows, sizeof config, false, &error));
    CHECK(rondo_options_check(wrong_rows, sizeof config, false, &error) == RONDO_FAILED);
    CHECK_TEXT(error.text, "option levels: its default \"0.1, 1.5\" is not a list in its range");
    CHECK(rondo_options_check(list_rows, sizeof config - 8, false, &error) == RONDO_FAILED);
    rondo_text_finish(&text);
    rondo_text_finish(&reason);
}

int main(void)
{
    RUN(test_defaults_and_find);
    RUN(test_numbers_are_whole_tokens_in_range);
    RUN(test_words);
    RUN(test_texts_can_be_written_on_one_line);
    RUN(test_allowed_values_in_words);
    RUN(test_printing);
    RUN(test_rows_that_cannot_be_right);
    RUN(test_rows_that_are_built_in);
    RUN(test_rows_that_are_not_there);
    RUN(test_lists);
    return check_end();
}
