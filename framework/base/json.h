/* Values as JSON (RFC 8259), added to a text. */
#ifndef RONDO_BASE_JSON_H
#define RONDO_BASE_JSON_H

#include "base/text.h"

/* In quotes, with what JSON keeps for itself escaped. `string` is valid UTF-8. [any] */
void rondo_json_add_string(rondo_text *json, const char *string);

/* The shortest form that reads back as the same double; null where JSON has none (infinite, no
 * number). [any] */
void rondo_json_add_number(rondo_text *json, double value);

#endif
