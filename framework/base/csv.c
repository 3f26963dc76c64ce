#include "base/csv.h"

#include <string.h>

void rondo_csv_add_field(rondo_text *csv, const char *field)
{
    if (!strpbrk(field, ",\r\n\"")) {
        rondo_text_add_bytes(csv, field, strlen(field));
        return;
    }
    rondo_text_add(csv, "\"");
    for (; *field; field++)
        rondo_text_add_bytes(csv, *field == '"' ? "\"\"" : field, *field == '"' ? 2 : 1);
    rondo_text_add(csv, "\"");
}
