#include "evaluate/class_counts.h"

#include <string.h>

#include "base/memory.h"

struct rondo_class_counts {
    const rondo_dataset *dataset;
    rondo_pass *pass;
    int64_t size;
    int32_t *predicted;        /* [predictions of a minibatch] */
    rondo_label_count *counts; /* [size] */
    int64_t *confusion;        /* [size, size]: gold, predicted; NULL: too many classes */
};

static size_t confusion_bytes(int64_t size)
{
    return size <= RONDO_MAX_CONFUSION ? (size_t)(size * size) * sizeof(int64_t) : 0;
}

size_t rondo_class_counts_bytes(const rondo_dataset *dataset, int64_t batch_predictions)
{
    int64_t size = dataset->schema->target_width;
    return sizeof(rondo_class_counts) + (size_t)batch_predictions * sizeof(int32_t) +
           (size_t)size * sizeof(rondo_label_count) + confusion_bytes(size);
}

rondo_status rondo_class_counts_create(const rondo_dataset *dataset, int64_t batch_predictions,
                                       rondo_class_counts **out, rondo_error *error)
{
    static const char what[] = "counts of classes";
    *out = NULL;
    rondo_class_counts *counts = rondo_memory_create(sizeof *counts, what, error);
    if (!counts) return error->status;
    counts->dataset = dataset;
    counts->size = dataset->schema->target_width;
    size_t matrix = confusion_bytes(counts->size);
    counts->predicted =
        rondo_memory_create((size_t)batch_predictions * sizeof(int32_t), what, error);
    counts->counts =
        rondo_memory_create((size_t)counts->size * sizeof *counts->counts, what, error);
    if (matrix > 0) counts->confusion = rondo_memory_create(matrix, what, error);
    if (!counts->predicted || !counts->counts || (matrix > 0 && !counts->confusion)) {
        rondo_class_counts_destroy(counts);
        return error->status;
    }
    *out = counts;
    return RONDO_OK;
}

void rondo_class_counts_destroy(rondo_class_counts *counts)
{
    if (!counts) return;
    rondo_memory_destroy(counts->predicted);
    rondo_memory_destroy(counts->counts);
    rondo_memory_destroy(counts->confusion);
    rondo_memory_destroy(counts);
}

void rondo_class_counts_start(rondo_class_counts *counts, rondo_pass *pass)
{
    counts->pass = pass;
    memset(counts->counts, 0, (size_t)counts->size * sizeof *counts->counts);
    if (counts->confusion) memset(counts->confusion, 0, confusion_bytes(counts->size));
    rondo_pass_set_classes(pass, counts->predicted);
}

void rondo_class_counts_take(rondo_class_counts *counts, const rondo_batch *batch)
{
    int64_t predictions = counts->dataset->schema->sequence_targets ? batch->rows : batch->tokens;
    for (int64_t n = 0; n < predictions; n++) {
        int64_t gold = batch->targets[n], predicted = counts->predicted[n];
        counts->counts[gold].gold++;
        counts->counts[predicted].predicted++;
        counts->counts[gold].correct += gold == predicted;
        if (counts->confusion) counts->confusion[gold * counts->size + predicted]++;
    }
}

void rondo_class_counts_finish(rondo_class_counts *counts)
{
    rondo_pass_set_classes(counts->pass, NULL);
    counts->pass = NULL;
}

void rondo_class_counts_add(rondo_class_counts *counts, const rondo_class_counts *more)
{
    for (int64_t i = 0; i < counts->size; i++) {
        counts->counts[i].gold += more->counts[i].gold;
        counts->counts[i].predicted += more->counts[i].predicted;
        counts->counts[i].correct += more->counts[i].correct;
    }
    for (int64_t i = 0; counts->confusion && i < counts->size * counts->size; i++)
        counts->confusion[i] += more->confusion[i];
}

const int32_t *rondo_class_counts_predicted(const rondo_class_counts *counts)
{
    return counts->predicted;
}

int64_t rondo_class_counts_size(const rondo_class_counts *counts)
{
    return counts->size;
}

const rondo_label_count *rondo_class_counts_by_class(const rondo_class_counts *counts)
{
    return counts->counts;
}

const char *rondo_class_counts_name(const rondo_class_counts *counts, int64_t class_id)
{
    return rondo_vocabulary_name(counts->dataset->schema->targets, (int32_t)class_id);
}

bool rondo_class_counts_has(const rondo_class_counts *counts, int64_t class_id)
{
    const rondo_label_count *count = &counts->counts[class_id];
    return count->gold > 0 || count->predicted > 0;
}

bool rondo_class_counts_confusion(const rondo_class_counts *counts, int64_t gold, int64_t predicted,
                                  int64_t *count)
{
    if (!counts->confusion) return false;
    *count = counts->confusion[gold * counts->size + predicted];
    return true;
}

/* Each class with weight 1, or with as much as it occurs. */
static rondo_class_means mean_over_classes(const rondo_class_counts *counts, bool by_support)
{
    rondo_class_means sum = {0};
    double weights = 0;
    for (int64_t i = 0; i < counts->size; i++) {
        const rondo_label_count *count = &counts->counts[i];
        double weight = by_support ? (double)count->gold : 1;
        if (!rondo_class_counts_has(counts, i)) continue;
        sum.precision += weight * rondo_label_precision(count);
        sum.recall += weight * rondo_label_recall(count);
        sum.f1 += weight * rondo_label_f1(count);
        weights += weight;
    }
    if (weights == 0) return sum;
    return (rondo_class_means){sum.precision / weights, sum.recall / weights, sum.f1 / weights};
}

rondo_class_means rondo_class_counts_macro(const rondo_class_counts *counts)
{
    return mean_over_classes(counts, false);
}

rondo_class_means rondo_class_counts_weighted(const rondo_class_counts *counts)
{
    return mean_over_classes(counts, true);
}
