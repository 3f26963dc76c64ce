#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"

void rondo_json_add_string(rondo_text *json, const char *string)
{
    const char *end = string + strlen(string);
    rondo_text_add(json, "\"");
    for (int bytes; string<end; string += bytes> 0 ? bytes : 1) {
        uint32_t symbol;
        bytes = rondo_utf8_decode(string, end, &symbol);
        if (symbol == '"' || symbol == '\\')
            rondo_text_add(json, "\\%c", *string);
        else if (bytes == 0 || rondo_utf8_is_control(symbol))
            rondo_text_add(json, "\\u%04x", (unsigned)symbol);
        else
            rondo_text_add_bytes(json, string, (size_t)bytes);
    }
    rondo_text_add(json, "\"");
}

void rondo_json_add_number(rondo_text *json, double value)
{
    char number[32];
    rondo_text_add(json, "%s", isfinite(value) ? rondo_text_of_real(value, number) : "null");
}

static void start_value(rondo_json *json, const char *key)
{
    if (json->follows) rondo_text_add(json->text, json->breaks ? "," : ", ");
    if (json->breaks) rondo_text_add(json->text, "\n%*s", json->indent, "");
    json->breaks = false;
    json->follows = true;
    if (!key) return;
    rondo_json_add_string(json->text, key);
    rondo_text_add(json->text, ": ");
}

void rondo_json_string(rondo_json *json, const char *key, const char *value)
{
    if (!value) {
        rondo_json_null(json, key);
        return;
    }
    start_value(json, key);
    rondo_json_add_string(json->text, value);
}

void rondo_json_integer(rondo_json *json, const char *key, int64_t value)
{
    start_value(json, key);
    rondo_text_add(json->text, "%lld", (long long)value);
}

void rondo_json_bool(rondo_json *json, const char *key, bool value)
{
    start_value(json, key);
    rondo_text_add(json->text, value ? "true" : "false");
}

void rondo_json_null(rondo_json *json, const char *key)
{
    start_value(json, key);
    rondo_text_add(json->text, "null");
}

void rondo_json_real(rondo_json *json, const char *key, double value)
{
    start_value(json, key);
    rondo_json_add_number(json->text, value);
}

void rondo_json_rounded(rondo_json *json, const char *key, double value, int digits)
{
    if (!isfinite(value)) {
        rondo_json_null(json, key);
        return;
    }
    start_value(json, key);
    rondo_text_add(json->text, "%.*g", digits, value);
}

void rondo_json_begin(rondo_json *json, const char *key, char bracket)
{
    start_value(json, key);
    rondo_text_add_bytes(json->text, &bracket, 1);
    json->follows = false;
}

void rondo_json_end(rondo_json *json, char bracket)
{
    if (json->breaks) rondo_text_add(json->text, "\n%*s", json->indent, "");
    json->breaks = false;
    rondo_text_add_bytes(json->text, &bracket, 1);
    json->follows = true;
}

void rondo_json_break(rondo_json *json, int indent)
{
    json->breaks = true;
    json->indent = indent;
}
