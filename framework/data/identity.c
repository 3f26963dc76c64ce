#include "data/identity.h"

#include <string.h>

#include "data/storage.h"

/* A word at a time: data sets are large, and nobody chooses them to deceive. */
static uint64_t mix(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return sum ^ sum >> 32;
}

static uint64_t add_name(uint64_t sum, const char *name)
{
    for (; *name; name++)
        sum = mix(sum, (unsigned char)*name);
    return mix(sum, 256);
}

static uint64_t add_names(uint64_t sum, const rondo_vocabulary *vocabulary)
{
    int64_t size = vocabulary ? rondo_vocabulary_size(vocabulary) : 0;
    sum = mix(sum, (uint64_t)size);
    for (int32_t id = 0; id < size; id++)
        sum = add_name(sum, rondo_vocabulary_name(vocabulary, id));
    return sum;
}

static uint64_t add_symbols(uint64_t sum, rondo_ids ids, int64_t first, int64_t count)
{
    for (int64_t i = first; i < first + count; i++)
        sum = mix(sum, (uint32_t)rondo_ids_get(ids, i));
    return sum;
}

static uint64_t add_values(uint64_t sum, const rondo_real *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        float value = (float)values[i];
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        sum = mix(sum, bits);
    }
    return sum;
}

static uint64_t add_bytes(uint64_t sum, const uint8_t *bytes, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        sum = mix(sum, bytes[i]);
    return sum;
}

static int64_t steps_of(const rondo_sequences *sequences, int64_t s)
{
    return sequences->offset[s + 1] - sequences->offset[s];
}

static uint64_t add_inputs(uint64_t sum, const rondo_dataset *dataset,
                           const rondo_sequences *sequences, int64_t first, int64_t steps)
{
    int64_t width = dataset->schema->input_width;
    if (sequences->inputs.data) sum = add_symbols(sum, sequences->inputs, first, steps);
    if (sequences->input_values)
        sum = add_values(sum, sequences->input_values + first * width, steps * width);
    if (sequences->input_bytes)
        sum = add_bytes(sum, sequences->input_bytes + first * width, steps * width);
    for (int64_t f = 0; f < dataset->schema->feature_count; f++)
        sum = add_symbols(sum, rondo_ids_of(sequences->features[f]), first, steps);
    return sum;
}

static uint64_t add_targets(uint64_t sum, const rondo_dataset *dataset,
                            const rondo_sequences *sequences, int64_t first, int64_t count)
{
    int64_t width = dataset->schema->target_width;
    if (sequences->targets.data) sum = add_symbols(sum, sequences->targets, first, count);
    if (sequences->target_values)
        sum = add_values(sum, sequences->target_values + first * width, count * width);
    return sum;
}

/* Tags that training never saw have numbers that depend on what else was read: their names count.
 */
static uint64_t add_labels(uint64_t sum, const rondo_dataset *dataset,
                           const rondo_sequences *sequences, int64_t first, int64_t steps)
{
    for (int64_t i = first; sequences->labels && i < first + steps; i++)
        if (sequences->labels[i] >= dataset->schema->target_width)
            sum = add_name(sum, dataset->labels[sequences->labels[i]]);
    return sum;
}

/* Where the target of a step is the next input, only each sequence's last is not an input too. */
static uint64_t add_last_targets(uint64_t sum, const rondo_dataset *dataset,
                                 const rondo_sequences *sequences)
{
    for (int64_t s = 0; s < sequences->count; s++) {
        int64_t last = rondo_sequence_start(sequences, s) + steps_of(sequences, s) - 1;
        sum = add_targets(sum, dataset, sequences, last, 1);
    }
    return sum;
}

static uint64_t add_label_sequences(uint64_t sum, const rondo_sequences *sequences)
{
    const int64_t *offset = sequences->label_offset;
    for (int64_t s = 0; s < sequences->count; s++)
        sum = mix(sum, (uint64_t)(offset[s + 1] - offset[s]));
    return add_symbols(sum, rondo_ids_of(sequences->label_ids), offset[0],
                       offset[sequences->count] - offset[0]);
}

/* Lengths, and where sequences start in relation to the first. */
static uint64_t add_layout(uint64_t sum, const rondo_sequences *sequences)
{
    sum = mix(sum, (uint64_t)sequences->count);
    for (int64_t s = 0; s < sequences->count; s++) {
        sum = mix(sum, (uint64_t)steps_of(sequences, s));
        if (sequences->start) sum = mix(sum, (uint64_t)(sequences->start[s] - sequences->start[0]));
    }
    return sum;
}

static uint64_t add_split(uint64_t sum, const rondo_dataset *dataset,
                          const rondo_sequences *sequences)
{
    int64_t last = sequences->count - 1;
    sum = add_layout(sum, sequences);
    if (sequences->resampling) return sum; /* what they will be follows from the config */
    int64_t first = rondo_sequence_start(sequences, 0);
    int64_t steps = rondo_sequence_start(sequences, last) + steps_of(sequences, last) - first;
    sum = add_inputs(sum, dataset, sequences, first, steps);
    if (sequences->label_offset) return add_label_sequences(sum, sequences);
    if (dataset->schema->sequence_targets)
        return add_targets(sum, dataset, sequences, 0, sequences->count);
    if (dataset->storage->next_step) return add_last_targets(sum, dataset, sequences);
    sum = add_targets(sum, dataset, sequences, first, steps);
    return add_labels(sum, dataset, sequences, first, steps);
}

static rondo_split_identity identify(const rondo_dataset *dataset, rondo_split split)
{
    const rondo_sequences *sequences = &dataset->splits[split], *sources = &dataset->sources[split];
    if (sequences->count == 0) return (rondo_split_identity){0};
    rondo_split_identity identity = {.sequences = sequences->count,
                                     .tokens = sequences->offset[sequences->count],
                                     .fingerprint = add_split(1, dataset, sequences)};
    if (sources->count == 0) return identity;
    identity.fingerprint = add_layout(identity.fingerprint, sources);
    identity.fingerprint =
        add_symbols(identity.fingerprint, sources->inputs, 0, sources->offset[sources->count]);
    return identity;
}

rondo_identity rondo_identity_of(const rondo_dataset *dataset)
{
    rondo_identity identity = {.known = true};
    uint64_t names = add_names(1, dataset->schema->inputs);
    names = add_names(names, dataset->schema->classes);
    if (dataset->schema->targets != dataset->schema->inputs)
        names = add_names(names, dataset->schema->targets);
    for (int64_t f = 0; f < dataset->schema->feature_count; f++)
        names = add_names(names, dataset->schema->features[f]);
    identity.dictionaries = names;
    for (int s = 0; s < RONDO_SPLITS; s++)
        identity.splits[s] = identify(dataset, (rondo_split)s);
    return identity;
}

bool rondo_split_identity_same(const rondo_split_identity *a, const rondo_split_identity *b)
{
    return a->sequences == b->sequences && a->tokens == b->tokens &&
           a->fingerprint == b->fingerprint;
}

static void add_size(const rondo_split_identity *split, rondo_text *text)
{
    rondo_text_add(text, "%lld %s, %lld tokens", (long long)split->sequences,
                   split->sequences == 1 ? "sequence" : "sequences", (long long)split->tokens);
}

void rondo_identity_add_difference(const rondo_identity *then, const rondo_identity *now,
                                   rondo_split split, rondo_text *text)
{
    const rondo_split_identity *before = &then->splits[split], *after = &now->splits[split];
    if (rondo_split_identity_same(before, after)) return;
    rondo_text_add(text, "%s%s: ", text->length > 0 ? "; " : "", rondo_split_name(split));
    add_size(before, text);
    if (before->sequences == after->sequences && before->tokens == after->tokens) {
        rondo_text_add(text, " then and now, but others");
        return;
    }
    rondo_text_add(text, " then, ");
    add_size(after, text);
    rondo_text_add(text, " now");
}
