/* What variants are on several data sets, as figures and as a page like that of a comparison.
 * [main]
 */
#ifndef RONDO_COMPARE_RANKS_REPORT_H
#define RONDO_COMPARE_RANKS_REPORT_H

#include "compare/datasets.h"

/* Writes the page, whole or not at all. Nothing in it depends on machines or times. */
rondo_status rondo_ranks_write(const rondo_datasets *sets, const char *path, rondo_error *error);

/* Each figure as .svg, .tsv and .gp into the folder, which is made. */
rondo_status rondo_ranks_export(const rondo_datasets *sets, const char *folder, rondo_error *error);

#endif
