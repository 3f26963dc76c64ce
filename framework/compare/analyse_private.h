/* Numbers of a comparison, computed. Private to compare/analyse*.c. */
#ifndef RONDO_COMPARE_ANALYSE_PRIVATE_H
#define RONDO_COMPARE_ANALYSE_PRIVATE_H

#include "compare/comparison.h"

/* Pairs over shared seeds, and their verdicts. */
rondo_status rondo_comparison_decide(rondo_comparison *comparison, rondo_error *error);

/* Of a search: the best trial, the best that n trials are expected to have, main effects. */
rondo_status rondo_comparison_search(rondo_comparison *comparison, rondo_error *error);

#endif
