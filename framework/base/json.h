/* JSON (RFC 8259), added to a text.
 *
 *     rondo_json json = {&text};
 *     rondo_json_begin(&json, NULL, '{');
 *     rondo_json_string(&json, "name", "reber");
 *     rondo_json_begin(&json, "losses", '[');
 *     rondo_json_real(&json, NULL, 0.25);
 *     rondo_json_end(&json, ']');
 *     rondo_json_end(&json, '}');              {"name": "reber", "losses": [0.25]}
 */
#ifndef RONDO_BASE_JSON_H
#define RONDO_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

typedef struct rondo_json {
    rondo_text *text;
    bool follows; /* the next value comes after one of its own object or list */
    bool breaks;  /* and begins a line, so many blanks in */
    int indent;
} rondo_json;

/* Values; the key is NULL in a list. A string is null for NULL; control characters in it, and what
 * would steer a terminal, are escaped, and a byte that is not UTF-8 becomes U+FFFD. Numbers that
 * JSON does not have (infinite, no number) are null. [any] */
void rondo_json_string(rondo_json *json, const char *key, const char *value);
void rondo_json_integer(rondo_json *json, const char *key, int64_t value);
void rondo_json_bool(rondo_json *json, const char *key, bool value);
void rondo_json_null(rondo_json *json, const char *key);
/* In the shortest form that reads back as the same double; or with so many digits. */
void rondo_json_real(rondo_json *json, const char *key, double value);
void rondo_json_rounded(rondo_json *json, const char *key, double value, int digits);

/* An object, '{' and '}', or a list, '[' and ']'. [any] */
void rondo_json_begin(rondo_json *json, const char *key, char bracket);
void rondo_json_end(rondo_json *json, char bracket);

/* What comes next begins a line, `indent` blanks in. [any] */
void rondo_json_break(rondo_json *json, int indent);

/* A string or a number alone, as rondo_json_string and rondo_json_real write them. [any] */
void rondo_json_add_string(rondo_text *json, const char *string);
void rondo_json_add_number(rondo_text *json, double value);

#endif
