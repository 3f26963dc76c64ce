#include "evaluate/unanswered.h"

#include "base/log.h"
#include "data/remarks.h"

void rondo_unanswered_warn(const rondo_class_counts *counts, int64_t first, const char *where)
{
    rondo_remark missing = {0};
    int64_t occurring = 0, size = counts ? rondo_class_counts_size(counts) : 0;
    for (int64_t k = first; k < size; k++) {
        const rondo_label_count *count = &rondo_class_counts_by_class(counts)[k];
        occurring += count->gold > 0;
        if (count->gold > 0 && count->predicted == 0)
            rondo_remark_add(&missing, rondo_class_counts_name(counts, k), k);
    }
    if (missing.count > 0)
        rondo_log_warning("the model never answers %lld of the %lld classes that occur in %s: %s",
                          (long long)missing.count, (long long)occurring, where,
                          rondo_remark_names(&missing));
    rondo_remark_finish(&missing);
}
