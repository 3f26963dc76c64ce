/* Fields of comma-separated values (RFC 4180), added to a text. */
#ifndef RONDO_BASE_CSV_H
#define RONDO_BASE_CSV_H

#include "base/text.h"

/* In quotes where it has a comma, a quote or a line end. [any] */
void rondo_csv_add_field(rondo_text *csv, const char *field);

#endif
