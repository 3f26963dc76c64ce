/* The figures of variants on several data sets. [main] */
#ifndef RONDO_COMPARE_RANKS_FIGURES_H
#define RONDO_COMPARE_RANKS_FIGURES_H

#include "base/figure.h"
#include "compare/datasets.h"

/* Mean ranks and which of them do not differ: the diagram of Demsar (2006), a row a variant. */
void rondo_figure_ranks(const rondo_datasets *sets, const int32_t *order, rondo_figure *figure);

/* Mean and interval of every variant, a panel a data set. */
void rondo_figure_sets(const rondo_datasets *sets, const int32_t *order, rondo_figure *figure);

/* Variants by rising mean rank, equal ones in their order; malloc'd, NULL without memory. */
int32_t *rondo_ranks_order(const rondo_datasets *sets);

#endif
