#include "infer/split_labels.h"

#include <string.h>

#include "base/memory.h"
#include "model/pass.h"

/* Answers are no longer than their sequences, so that each has its place before all are known. */
static void take_batch(const rondo_sequences *sequences, const rondo_pass *pass,
                       const rondo_batch *batch, rondo_split_labels *labels)
{
    for (int64_t b = 0; b < batch->rows; b++) {
        int64_t s = batch->sequence[b], count;
        const int32_t *answer = rondo_pass_labels(pass, b, &count);
        memcpy(labels->labels + sequences->offset[s], answer, (size_t)count * sizeof *answer);
        labels->offset[s + 1] = count;
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

static rondo_status run(const rondo_session *session, rondo_split split, rondo_split_labels *labels,
                        rondo_error *error)
{
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_pass_size size = {.threads = session->threads};
    rondo_status status = rondo_session_batches(session, split, false, &batches, error);
    if (status) return status;
    rondo_pass_size_cover(&size, batches);
    status = rondo_pass_create(session->network, &size, &pass, error);
    if (!status) rondo_pass_load(pass, session->parameters);
    for (int64_t i = 0; !status && i < rondo_batches_count(batches); i++) {
        rondo_batch batch;
        rondo_score unused = {0};
        rondo_batches_get(batches, 0, i, &batch);
        rondo_pass_evaluate(pass, &batch, &unused);
        take_batch(&session->dataset->splits[split], pass, &batch, labels);
    }
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    return status;
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
    rondo_status status = run(session, split, labels, error);
    if (!status) close_up(sequences, labels);
    return status;
}

void rondo_split_labels_finish(rondo_split_labels *labels)
{
    rondo_memory_destroy(labels->offset);
    rondo_memory_destroy(labels->labels);
    *labels = (rondo_split_labels){0};
}
