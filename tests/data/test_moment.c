/* Moments against seconds that Python's datetime gives, and written again as they stood. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/text/moment.h"

static void dates_are_read(void)
{
    static const struct {
        const char *text;
        double at;
        int order, kind;
    } cases[] = {
        {"1970-01-01", 0, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"2021-01-31", 1612051200, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"2021-01-31 13:00", 1612098000, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"2021-01-31T13:00:05.25", 1612098005.25, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"2021-01-31T13:00Z", 1612098000, RONDO_YEAR_FIRST, RONDO_MOMENT_ZONED},
        {"2021-01-31 13:00+02:00", 1612090800, RONDO_YEAR_FIRST, RONDO_MOMENT_ZONED},
        {"2021-01-31T13:00:00-0330", 1612110600, RONDO_YEAR_FIRST, RONDO_MOMENT_ZONED},
        {"2021-01-31 24:00", 1612137600, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"2021-01", 1609459200, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"20210131", 1612051200, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"20210131T1300", 1612098000, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"2000/2/29", 951782400, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"1900-03-01", -2203891200, RONDO_YEAR_FIRST, RONDO_MOMENT_LOCAL},
        {"31.01.2021 9:05", 1612083900, RONDO_DAY_FIRST, RONDO_MOMENT_LOCAL},
        {"01/31/2021 13:00", 1612098000, RONDO_MONTH_FIRST, RONDO_MOMENT_LOCAL},
        {"2021-01-31", 1612051200, RONDO_DAY_FIRST, RONDO_MOMENT_LOCAL},
        {"17.5", 17.5, RONDO_YEAR_FIRST, RONDO_MOMENT_NUMBER},
        {"-3e2", -300, RONDO_YEAR_FIRST, RONDO_MOMENT_NUMBER},
        {"2021", 2021, RONDO_YEAR_FIRST, RONDO_MOMENT_NUMBER},
        {"1612098000", 1612098000, RONDO_YEAR_FIRST, RONDO_MOMENT_NUMBER},
        {"20211331", 20211331, RONDO_YEAR_FIRST, RONDO_MOMENT_NUMBER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rondo_moment moment;
        rondo_moment_form form;
        CHECK(rondo_moment_read(cases[i].text, cases[i].order, &moment, &form));
        CHECK_NEAR(moment.at, cases[i].at, 1e-6);
        CHECK_INTEGER(form.kind, cases[i].kind);
    }
}

static void others_are_not(void)
{
    static const char *const texts[] = {"2021-02-29",
                                        "2021-13-01",
                                        "2021-00-10",
                                        "2021-01-32",
                                        "2021-1-5",
                                        "31.01.2021",
                                        "01/31/2021",
                                        "2021-01-31T25:00",
                                        "2021-01-31 13:60",
                                        "2021-01-31 13:00+2",
                                        "2021-01-31x",
                                        "noon",
                                        "",
                                        "2021-01-31 24:01",
                                        "1900-02-29",
                                        "2021-01/31"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rondo_moment moment;
        rondo_moment_form form;
        CHECK(!rondo_moment_read(texts[i], RONDO_YEAR_FIRST, &moment, &form));
    }
    CHECK(rondo_moment_resembles("31.01.2021"));
    CHECK(rondo_moment_resembles("1/31/21 13:00"));
    CHECK(!rondo_moment_resembles("1.5"));
    CHECK(!rondo_moment_resembles("192.168.1.1"));
    CHECK(!rondo_moment_resembles("day 1"));
    char *end = strdup("1"); /* nothing is read behind the end: the sanitizers look */
    CHECK(end && !rondo_moment_resembles(end));
    free(end);
}

static void texts_are_written_again(void)
{
    static const char *const texts[] = {"2021-01-31",
                                        "2021-01-31 13:00",
                                        "2021-01-31T13:00:05.25",
                                        "2021-01-31T13:00Z",
                                        "2021-01-31 13:00+0200",
                                        "20210131",
                                        "20210131T1300",
                                        "2021-01",
                                        "2021/01/31 07",
                                        "17.50",
                                        "-3",
                                        "1969-12-31 23:59:59"};
    char text[RONDO_MOMENT_SIZE];
    rondo_moment moment;
    rondo_moment_form form;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CHECK(rondo_moment_read(texts[i], RONDO_YEAR_FIRST, &moment, &form));
        rondo_moment_write(&moment, &form, text);
        CHECK_TEXT(text, texts[i]);
    }
    CHECK(rondo_moment_read("31.01.2021 13:00", RONDO_DAY_FIRST, &moment, &form));
    moment.at += 86400;
    rondo_moment_write(&moment, &form, text);
    CHECK_TEXT(text, "01.02.2021 13:00");
}

/* All days of 800 years, one after another, against the rule of leap years. */
static void every_day(void)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = -135140; /* 1600-01-01 */
    bool are_right = true;
    for (int year = 1600; year < 2400; year++)
        for (int month = 1; month <= 12; month++) {
            bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            int length = lengths[month - 1] + (month == 2 && is_leap);
            for (int day = 1; day <= length; day++, days++) {
                char text[RONDO_MOMENT_SIZE], again[RONDO_MOMENT_SIZE];
                rondo_moment moment;
                rondo_moment_form form;
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
                bool is_read = rondo_moment_read(text, RONDO_YEAR_FIRST, &moment, &form);
                rondo_moment_write(&moment, &form, again);
                are_right = are_right && is_read && moment.at == (double)days * 86400 &&
                            strcmp(text, again) == 0;
            }
        }
    CHECK(are_right);
}

static int64_t months(const char *from, const char *to)
{
    rondo_moment a, b;
    rondo_moment_form form;
    CHECK(rondo_moment_read(from, RONDO_YEAR_FIRST, &a, &form));
    CHECK(rondo_moment_read(to, RONDO_YEAR_FIRST, &b, &form));
    return rondo_moment_months(&a, &b);
}

static void months_of_the_calendar(void)
{
    CHECK_INTEGER(months("2021-01-01", "2021-02-01"), 1);
    CHECK_INTEGER(months("2020-12-15 06:00", "2021-03-15 06:00"), 3);
    CHECK_INTEGER(months("2021-01-31", "2021-02-28"), 1);
    CHECK_INTEGER(months("2020-02-29", "2021-02-28"), 12);
    CHECK_INTEGER(months("2021-02-28", "2021-03-31"), 1);
    CHECK_INTEGER(months("2021-01-30", "2021-02-28"), 0);
    CHECK_INTEGER(months("2021-01-01", "2021-01-31"), 0);
    CHECK_INTEGER(months("2021-01-01 06:00", "2021-02-01"), 0);
}

int main(void)
{
    RUN(dates_are_read);
    RUN(others_are_not);
    RUN(texts_are_written_again);
    RUN(every_day);
    RUN(months_of_the_calendar);
    return check_end();
}
