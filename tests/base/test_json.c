/* Nested values, spelled out by hand. */
#include <math.h>

#include "base/json.h"
#include "check.h"

static void check_written(rondo_text *text, const char *expected)
{
    CHECK_TEXT(rondo_text_get(text), expected);
    rondo_text_finish(text);
}

static void values(void)
{
    rondo_text text = {0};
    rondo_json json = {.text = &text};
    rondo_json_begin(&json, NULL, '{');
    rondo_json_string(&json, "text", "a \"b\" \\ \n \xC3\xA9");
    rondo_json_string(&json, "none", NULL);
    rondo_json_integer(&json, "count", INT64_MIN);
    rondo_json_bool(&json, "yes", true);
    rondo_json_bool(&json, "no", false);
    rondo_json_real(&json, "tenth", 0.1);
    rondo_json_real(&json, "inf", INFINITY);
    rondo_json_rounded(&json, "third", 1.0 / 3, 3);
    rondo_json_rounded(&json, "nan", NAN, 3);
    rondo_json_end(&json, '}');
    check_written(&text, "{\"text\": \"a \\\"b\\\" \\\\ \\u000a \xC3\xA9\", \"none\": null, "
                         "\"count\": -9223372036854775808, \"yes\": true, \"no\": false, "
                         "\"tenth\": 0.1, \"inf\": null, \"third\": 0.333, \"nan\": null}");
}

/* What would steer a terminal or end a line is escaped, in keys too; what is not UTF-8 (here an
 * overlong slash, half a pair of surrogates, a symbol that is cut off) becomes U+FFFD byte by byte.
 */
static void strange_strings(void)
{
    rondo_text text = {0};
    rondo_json json = {.text = &text};
    rondo_json_begin(&json, NULL, '{');
    rondo_json_string(&json, "\x1b[2J", "\x7f \xC2\x9B \xE2\x80\xA8 \xE2\x80\xAE \xEF\xBB\xBF");
    rondo_json_string(&json, "kept", "\xC2\xA0 \xF0\x9F\x98\x80 \xE2\x80\x8D");
    rondo_json_string(&json, "bad", "a\xFF \xC0\xAF \xED\xA0\x80 \xE2\x82");
    rondo_json_end(&json, '}');
    check_written(&text, "{\"\\u001b[2J\": \"\\u007f \\u009b \\u2028 \\u202e \\ufeff\", "
                         "\"kept\": \"\xC2\xA0 \xF0\x9F\x98\x80 \xE2\x80\x8D\", "
                         "\"bad\": \"a\\ufffd \\ufffd\\ufffd \\ufffd\\ufffd\\ufffd "
                         "\\ufffd\\ufffd\"}");
}

static void nesting(void)
{
    rondo_text text = {0};
    rondo_json json = {.text = &text};
    rondo_json_begin(&json, NULL, '{');
    rondo_json_begin(&json, "empty", '[');
    rondo_json_end(&json, ']');
    rondo_json_begin(&json, "rows", '[');
    for (int64_t row = 0; row < 2; row++) {
        rondo_json_break(&json, 2);
        rondo_json_begin(&json, NULL, '[');
        rondo_json_integer(&json, NULL, row);
        rondo_json_integer(&json, NULL, row + 1);
        rondo_json_end(&json, ']');
    }
    rondo_json_break(&json, 1);
    rondo_json_end(&json, ']');
    rondo_json_begin(&json, "inner", '{');
    rondo_json_null(&json, "key");
    rondo_json_end(&json, '}');
    rondo_json_bool(&json, "last", true);
    rondo_json_end(&json, '}');
    check_written(&text, "{\"empty\": [], \"rows\": [\n  [0, 1],\n  [1, 2]\n ], "
                         "\"inner\": {\"key\": null}, \"last\": true}");
}

int main(void)
{
    RUN(values);
    RUN(strange_strings);
    RUN(nesting);
    return check_end();
}
