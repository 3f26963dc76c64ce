/* Fields as RFC 4180 has them. */
#include "base/text.h"
#include "check.h"

static void check_field(const char *field, const char *expected)
{
    rondo_text csv = {0};
    rondo_text_add_csv(&csv, field);
    CHECK_TEXT(rondo_text_get(&csv), expected);
    rondo_text_finish(&csv);
}

static void fields_are_quoted_where_needed(void)
{
    check_field("", "");
    check_field("plain words", "plain words");
    check_field("a,b", "\"a,b\"");
    check_field("say \"no\"", "\"say \"\"no\"\"\"");
    check_field("two\nlines", "\"two\nlines\"");
    check_field("\r", "\"\r\"");
    check_field("100%s", "100%s");
}

int main(void)
{
    RUN(fields_are_quoted_where_needed);
    return check_end();
}
