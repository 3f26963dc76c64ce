/* Mistakes of many runs, each told once. Private to sweep/. */
#ifndef RONDO_SWEEP_FINDINGS_H
#define RONDO_SWEEP_FINDINGS_H

#include "base/error.h"
#include "config/owned.h"

typedef struct rondo_finding {
    const char *line;
    int64_t runs;
    const char *variant; /* the first that has it */
    int64_t variants;
} rondo_finding;

/* Start with {0}; free with rondo_findings_finish. */
typedef struct rondo_findings {
    rondo_owned owned;
    int64_t count;
    rondo_finding *items;
} rondo_findings;

/* Every line of `text` is one of this variant, which has so many runs. */
void rondo_findings_add(rondo_findings *findings, const char *text, const char *variant,
                        int64_t runs);

/* RONDO_OK where there are none; else RONDO_USAGE, a line each: where not all of `total` runs have
 * a mistake, the line says which variant, and how many runs. */
rondo_status rondo_findings_report(const rondo_findings *findings, int64_t total,
                                   rondo_error *error);
void rondo_findings_finish(rondo_findings *findings);

#endif
