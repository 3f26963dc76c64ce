#include "data/remarks.h"

#include "base/log.h"
#include "base/memory.h"
#include "data/scales.h"

enum { SHOWN = 5 };

void rondo_remark_add(rondo_remark *remark, const char *name, int64_t number)
{
    if (remark->count++ >= SHOWN) return;
    rondo_text_add(&remark->names, "%s", remark->count > 1 ? ", " : "");
    if (name)
        rondo_text_add(&remark->names, "%s", name);
    else
        rondo_text_add(&remark->names, "%lld", (long long)number);
}

const char *rondo_remark_names(rondo_remark *remark)
{
    if (remark->count > SHOWN) rondo_text_add(&remark->names, ", ..");
    return rondo_text_get(&remark->names);
}

void rondo_remark_finish(rondo_remark *remark)
{
    rondo_text_finish(&remark->names);
}

/* --- classes --- */

static void mark_classes(const rondo_dataset *dataset, rondo_split split, bool *seen)
{
    const rondo_sequences *of = &dataset->splits[split];
    for (int64_t s = 0; s < of->count; s++) {
        int64_t start = rondo_sequence_start(of, s), steps = of->offset[s + 1] - of->offset[s];
        rondo_ids targets =
            rondo_ids_from(of->targets, dataset->schema->sequence_targets ? s : start);
        for (int64_t t = 0; t < (dataset->schema->sequence_targets ? 1 : steps); t++)
            seen[rondo_ids_get(targets, t)] = true;
    }
}

static const char *class_name(const rondo_dataset *dataset, int64_t id)
{
    return dataset->schema->targets ? rondo_vocabulary_name(dataset->schema->targets, (int32_t)id)
                                    : NULL;
}

/* Classes from `first` on that should be in a split (NULL: all) and are not seen there. */
static void warn_missing(const rondo_dataset *dataset, const char *split, int64_t first,
                         const bool *expected, const bool *seen)
{
    rondo_remark missing = {0};
    for (int64_t k = first; k < dataset->schema->target_width; k++)
        if ((!expected || expected[k]) && !seen[k])
            rondo_remark_add(&missing, class_name(dataset, k), k);
    if (missing.count == 1)
        rondo_log_warning("the %s split has no example of the class %s", split,
                          rondo_remark_names(&missing));
    else if (missing.count > 1)
        rondo_log_warning("the %s split has no example of %lld of %lld classes: %s", split,
                          (long long)missing.count,
                          (long long)(dataset->schema->target_width - first),
                          rondo_remark_names(&missing));
    rondo_remark_finish(&missing);
}

static rondo_status remark_classes(const rondo_experiment *experiment, const rondo_dataset *dataset,
                                   rondo_error *error)
{
    int64_t first = dataset->schema->first_class;
    size_t count = (size_t)dataset->schema->target_width;
    bool answers = experiment->task->predicts_classes;
    if (!answers || !dataset->splits[RONDO_TRAIN].targets.data) return RONDO_OK;
    bool *seen = rondo_memory_create(2 * count * sizeof *seen, "classes of the splits", error);
    if (!seen) return error->status;
    mark_classes(dataset, RONDO_TRAIN, seen);
    warn_missing(dataset, "training", first, NULL, seen);
    if (dataset->splits[RONDO_VALID].count > 0) {
        mark_classes(dataset, RONDO_VALID, seen + count);
        warn_missing(dataset, "validation", first, seen, seen + count);
    }
    rondo_memory_destroy(seen);
    return RONDO_OK;
}

/* --- columns --- */

static double value_at(const rondo_sequences *of, int64_t index)
{
    return of->input_bytes ? of->input_bytes[index] / 255.0 : (double)of->input_values[index];
}

/* Columns of steps [begin, end) that differ from the first step are crossed out; returns how many
 * are left. */
static int64_t cross_out(const rondo_sequences *of, int64_t width, int64_t first, int64_t begin,
                         int64_t end, bool *varies, int64_t left)
{
    for (int64_t step = begin; step < end && left > 0; step++)
        for (int64_t c = 0; c < width; c++)
            if (!varies[c] && value_at(of, step * width + c) != value_at(of, first * width + c)) {
                varies[c] = true;
                left--;
            }
    return left;
}

/* Sequences may share steps: none is looked at twice. */
static int64_t find_constant(const rondo_dataset *dataset, bool *varies)
{
    const rondo_sequences *of = &dataset->splits[RONDO_TRAIN];
    int64_t first = rondo_sequence_start(of, 0), done = first, left = dataset->schema->input_width;
    for (int64_t s = 0; s < of->count && left > 0; s++) {
        int64_t start = rondo_sequence_start(of, s);
        int64_t end = start + of->offset[s + 1] - of->offset[s];
        left = cross_out(of, dataset->schema->input_width, first, start > done ? start : done, end,
                         varies, left);
        if (end > done) done = end;
    }
    return left;
}

static rondo_status remark_columns(const rondo_dataset *dataset, rondo_error *error)
{
    const rondo_sequences *of = &dataset->splits[RONDO_TRAIN];
    rondo_remark constant = {0};
    if ((!of->input_values && !of->input_bytes) || of->count == 0) return RONDO_OK;
    bool *varies = rondo_memory_create((size_t)dataset->schema->input_width, "columns", error);
    if (!varies) return error->status;
    int64_t left = find_constant(dataset, varies);
    const char *const *names = dataset->forecasting ? dataset->schema->scales->names : NULL;
    for (int64_t c = 0; c < dataset->schema->input_width && left > 0; c++)
        if (!varies[c]) rondo_remark_add(&constant, names ? names[c] : NULL, c);
    if (constant.count > 0)
        rondo_log_warning("input column%s %s%s: the same value in all of the training split",
                          constant.count > 1 ? "s" : "", rondo_remark_names(&constant),
                          names ? "" : " (counted from 0)");
    rondo_remark_finish(&constant);
    rondo_memory_destroy(varies);
    return RONDO_OK;
}

rondo_status rondo_dataset_remark(const rondo_experiment *experiment, const rondo_dataset *dataset,
                                  rondo_error *error)
{
    rondo_status status = remark_classes(experiment, dataset, error);
    return status ? status : remark_columns(dataset, error);
}
