/* What columns of a time series look like that the config does not name: times and ids that nobody
 * looks at, and rows that are not in the order in which they are read. */
#ifndef RONDO_DATA_FORMATS_SERIES_GUESS_H
#define RONDO_DATA_FORMATS_SERIES_GUESS_H

#include "base/error.h"
#include "data/formats/series_config.h"
#include "data/text/delimited.h"

typedef struct rondo_series_guess rondo_series_guess;

/* At the first row of a file. names[i] is the name of field i, NULL for a field that the config
 * names (the id too: `id` is its number, or -1). [main] */
rondo_status rondo_series_guess_create(const rondo_series_config *config,
                                       const rondo_delimited *row, const char *const *names,
                                       int64_t id, rondo_series_guess **out, rondo_error *error);
void rondo_series_guess_destroy(rondo_series_guess *guess); /* NULL is fine */

/* One more row, the first one too. */
rondo_status rondo_series_guess_add(rondo_series_guess *guess, const rondo_delimited *row,
                                    rondo_error *error);

/* At most one warning, which says the key to write; `of_any`: also where rows are in order. */
void rondo_series_guess_report(const rondo_series_guess *guess, const char *path, bool of_any);

#endif
