#include "base/json.h"

#include <math.h>

void rondo_json_add_string(rondo_text *json, const char *string)
{
    rondo_text_add(json, "\"");
    for (; *string; string++) {
        unsigned char byte = (unsigned char)*string;
        if (byte == '"' || byte == '\\')
            rondo_text_add(json, "\\%c", byte);
        else if (byte < 0x20)
            rondo_text_add(json, "\\u%04x", byte);
        else
            rondo_text_add_bytes(json, string, 1);
    }
    rondo_text_add(json, "\"");
}

void rondo_json_add_number(rondo_text *json, double value)
{
    char number[32];
    rondo_text_add(json, "%s", isfinite(value) ? rondo_text_of_real(value, number) : "null");
}
