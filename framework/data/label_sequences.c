#include "data/label_sequences.h"

int64_t rondo_labels_steps(const int32_t *labels, int64_t count)
{
    int64_t steps = count;
    for (int64_t u = 1; u < count; u++)
        steps += labels[u] == labels[u - 1];
    return steps;
}

/* The first sequence that is too short, and how many are. */
static rondo_status refuse_short(const rondo_sequences *sequences, rondo_split split, int64_t first,
                                 int64_t count, rondo_error *error)
{
    const int64_t *offset = sequences->label_offset;
    int64_t labels = offset[first + 1] - offset[first];
    int64_t steps = sequences->offset[first + 1] - sequences->offset[first];
    return rondo_error_set(
        error, RONDO_USAGE,
        "%lld of %lld sequences of the %s split are too short for their labels; the first is "
        "number "
        "%lld, of %lld steps, whose %lld labels need %lld (one each, and one between equal "
        "neighbours): leave them out",
        (long long)count, (long long)sequences->count, rondo_split_name(split),
        (long long)first + 1, (long long)steps, (long long)labels,
        (long long)rondo_labels_steps(sequences->label_ids + offset[first], labels));
}

static rondo_status check_split(const rondo_sequences *sequences, rondo_split split,
                                rondo_error *error)
{
    const int64_t *offset = sequences->label_offset;
    int64_t first = -1, count = 0;
    for (int64_t s = 0; s < sequences->count; s++) {
        const int32_t *labels = sequences->label_ids + offset[s];
        int64_t steps = sequences->offset[s + 1] - sequences->offset[s];
        for (int64_t u = 0; u < offset[s + 1] - offset[s]; u++)
            if (labels[u] == RONDO_BLANK_ID)
                return rondo_error_set(error, RONDO_USAGE,
                                       "sequence %lld of the %s split has the end symbol among its "
                                       "labels, which stands for no label "
                                       "(data.vocabulary.end gives it another spelling)",
                                       (long long)s + 1, rondo_split_name(split));
        if (rondo_labels_steps(labels, offset[s + 1] - offset[s]) <= steps) continue;
        if (first < 0) first = s;
        count++;
    }
    return count > 0 ? refuse_short(sequences, split, first, count, error) : RONDO_OK;
}

rondo_status rondo_label_sequences_check(const rondo_dataset *dataset, rondo_error *error)
{
    for (int s = 0; s < RONDO_SPLITS; s++) {
        if (!dataset->splits[s].label_offset) continue;
        rondo_status status = check_split(&dataset->splits[s], (rondo_split)s, error);
        if (status) return status;
    }
    return RONDO_OK;
}
