#include "compare/comparison.h"

#include <string.h>

const char *rondo_run_state_name(rondo_run_state state)
{
    static const char *const names[] = {"done",    "halted",  "failed",
                                        "stopped", "running", "missing"};
    return names[state];
}

const char *rondo_compared_verdict_text(rondo_compared_verdict verdict)
{
    static const char *const texts[] = {"too few runs", "better", "worse",
                                        "equivalent within the margin", "not established"};
    return texts[verdict];
}

const rondo_curve *rondo_curves_find(const rondo_curves *curves, const char *figure)
{
    for (int64_t i = 0; i < curves->curve_count; i++)
        if (strcmp(curves->curves[i].figure, figure) == 0) return &curves->curves[i];
    return NULL;
}

void rondo_comparison_finish(rondo_comparison *comparison)
{
    rondo_owned_finish(&comparison->owned);
    *comparison = (rondo_comparison){0};
}

int64_t rondo_comparison_find_variant(const rondo_comparison *comparison, const char *name)
{
    for (int64_t v = 0; v < comparison->variant_count; v++)
        if (strcmp(comparison->variants[v].name, name) == 0) return v;
    return -1;
}
