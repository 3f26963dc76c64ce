#include "infer/split_labels.h"

#include <string.h>

#include "base/memory.h"
#include "infer/split_batches.h"

typedef struct label_taking {
    const rondo_sequences *sequences;
    rondo_split_labels *labels;
} label_taking;

/* Answers are no longer than their sequences, so that each has its place before all are known. */
static void take_batch(void *context, const rondo_pass *pass, const rondo_batch *batch)
{
    const label_taking *t = context;
    for (int64_t b = 0; b < batch->rows; b++) {
        int64_t s = batch->sequence[b], count;
        const int32_t *answer = rondo_pass_labels(pass, b, &count);
        memcpy(t->labels->labels + t->sequences->offset[s], answer, (size_t)count * sizeof *answer);
        t->labels->offset[s + 1] = count;
    }
}

/* Counts become offsets, and places are closed up. */
static void close_up(const rondo_sequences *sequences, rondo_split_labels *labels)
{
    for (int64_t s = 0; s < labels->count; s++) {
        int64_t count = labels->offset[s + 1];
        memmove(labels->labels + labels->offset[s], labels->labels + sequences->offset[s],
                (size_t)count * sizeof *labels->labels);
        labels->offset[s + 1] = labels->offset[s] + count;
    }
}

rondo_status rondo_split_labels_make(const rondo_session *session, rondo_split split,
                                     rondo_split_labels *labels, rondo_error *error)
{
    static const char what[] = "label sequences";
    const rondo_sequences *sequences = &session->dataset->splits[split];
    *labels = (rondo_split_labels){.count = sequences->count};
    size_t count = (size_t)sequences->count, steps = (size_t)sequences->offset[count];
    labels->offset = rondo_memory_create((count + 1) * sizeof *labels->offset, what, error);
    if (!labels->offset) return error->status;
    labels->labels = rondo_memory_create(steps * sizeof *labels->labels, what, error);
    if (!labels->labels) return error->status;
    label_taking t = {sequences, labels};
    rondo_status status = rondo_split_batches_each(session, split, false, take_batch, &t, error);
    if (!status) close_up(sequences, labels);
    return status;
}

void rondo_split_labels_finish(rondo_split_labels *labels)
{
    rondo_memory_destroy(labels->offset);
    rondo_memory_destroy(labels->labels);
    *labels = (rondo_split_labels){0};
}
