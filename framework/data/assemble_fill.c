/* Symbol numbers of corpora become the ids of a data set's sequences. */
#include "data/assemble_private.h"
#include "data/storage.h"

const int32_t *rondo_assembly_numbers(const rondo_part *part, int64_t s, int side, int64_t *count)
{
    int64_t start = rondo_part_sequence(part, s, count);
    if (side == INPUTS) return part->corpus->inputs + start;
    if (side >= FEATURES) return part->corpus->features[side - FEATURES] + start;
    if (!part->corpus->labels) return part->corpus->targets + start;
    *count = 1;
    return part->corpus->labels + rondo_part_number(part, s);
}

/* One array of n symbols is n - 1 inputs and, one further on, n - 1 targets. */
static rondo_status fill_stream(rondo_assembly *assembly, const rondo_part *part,
                                rondo_sequences *sequences, rondo_error *error)
{
    int64_t *offset = rondo_storage_take(assembly->dataset, 2 * sizeof *offset, "offsets", error);
    if (!offset) return error->status;
    int32_t *ids = rondo_storage_take(assembly->dataset, (size_t)part->count * sizeof *ids,
                                      "the symbols of a split", error);
    if (!ids) return error->status;
    for (int64_t i = 0; i < part->count; i++)
        ids[i] = assembly->ids[INPUTS][part->corpus->inputs[part->first + i]];
    offset[1] = part->count - 1;
    *sequences = (rondo_sequences){.count = 1, .offset = offset, .inputs = ids, .targets = ids + 1};
    return RONDO_OK;
}

/* Offsets of a part's sequences, each longer by `more`. */
static int64_t *fill_offsets(rondo_assembly *assembly, const rondo_part *part, int64_t more,
                             rondo_error *error)
{
    int64_t *offset =
        rondo_storage_take(assembly->dataset, (size_t)(part->count + 1) * sizeof *offset,
                           "the offsets of a split", error);
    for (int64_t s = 0; offset && s < part->count; s++) {
        int64_t steps;
        rondo_part_sequence(part, s, &steps);
        offset[s + 1] = offset[s] + steps + more;
    }
    return offset;
}

/* <EOS> a b <EOS> c <EOS>: inputs <EOS> a b, <EOS> c; one further on targets a b <EOS>, c <EOS>. */
static rondo_status fill_lines(rondo_assembly *assembly, const rondo_part *part, int side,
                               rondo_sequences *sequences, rondo_error *error)
{
    int64_t *offset = fill_offsets(assembly, part, 1, error);
    if (!offset) return error->status;
    int32_t *ids =
        rondo_storage_take(assembly->dataset, (size_t)(offset[part->count] + 1) * sizeof *ids,
                           "the symbols of a split", error);
    if (!ids) return error->status;
    int32_t *to = ids;
    *to++ = RONDO_END_ID;
    for (int64_t s = 0; s < part->count; s++) {
        int64_t steps, start = rondo_part_sequence(part, s, &steps);
        for (int64_t i = start; i < start + steps; i++)
            *to++ = assembly->ids[side][part->corpus->inputs[i]];
        *to++ = RONDO_END_ID;
    }
    *sequences = (rondo_sequences){
        .count = part->count, .offset = offset, .inputs = ids, .targets = ids + 1};
    return RONDO_OK;
}

/* inputs class a b, class c; targets a b <EOS>, c <EOS>. Ids of classes follow those of symbols. */
static rondo_status fill_conditioned(rondo_assembly *assembly, const rondo_part *part,
                                     rondo_sequences *sequences, rondo_error *error)
{
    int64_t *offset = fill_offsets(assembly, part, 1, error);
    if (!offset) return error->status;
    size_t bytes = (size_t)offset[part->count] * sizeof(int32_t);
    int32_t symbols = (int32_t)rondo_vocabulary_size(assembly->dataset->inputs);
    int32_t *inputs = rondo_storage_take(assembly->dataset, bytes, "the inputs of a split", error);
    if (!inputs) return error->status;
    int32_t *targets =
        rondo_storage_take(assembly->dataset, bytes, "the targets of a split", error);
    if (!targets) return error->status;
    for (int64_t s = 0; s < part->count; s++) {
        int64_t count, classes, first = offset[s];
        const int32_t *numbers = rondo_assembly_numbers(part, s, INPUTS, &count);
        const int32_t *label = rondo_assembly_numbers(part, s, TARGETS, &classes);
        for (int64_t i = 0; i < count; i++)
            inputs[first + 1 + i] = targets[first + i] = assembly->ids[INPUTS][numbers[i]];
        inputs[first] = symbols + assembly->ids[TARGETS][*label];
        targets[first + count] = RONDO_END_ID;
    }
    *sequences = (rondo_sequences){
        .count = part->count, .offset = offset, .inputs = inputs, .targets = targets};
    return RONDO_OK;
}

/* Ids of one side of a part, sequence after sequence. */
static int32_t *fill_side(rondo_assembly *assembly, const rondo_part *part, int side, int64_t total,
                          rondo_error *error)
{
    int32_t *ids = rondo_storage_take(
        assembly->dataset, (size_t)total * sizeof *ids,
        side == TARGETS ? "the targets of a split" : "the inputs of a split", error);
    int32_t *to = ids;
    for (int64_t s = 0; ids && s < part->count; s++) {
        int64_t count;
        const int32_t *numbers = rondo_assembly_numbers(part, s, side, &count);
        for (int64_t i = 0; i < count; i++)
            *to++ = assembly->ids[side][numbers[i]];
    }
    return ids;
}

/* Where every tag is a class, its target is its label. */
static rondo_status fill_labels(rondo_assembly *assembly, const rondo_part *part,
                                rondo_sequences *sequences, rondo_error *error)
{
    size_t bytes = (size_t)sequences->offset[sequences->count] * sizeof(int32_t);
    sequences->labels = sequences->targets;
    if (assembly->dataset->label_count == assembly->dataset->target_width) return RONDO_OK;
    int32_t *labels = rondo_storage_take(assembly->dataset, bytes, "the tags of a split", error);
    if (!labels) return error->status;
    sequences->labels = labels;
    for (int64_t s = 0; s < part->count; s++) {
        int64_t count;
        const int32_t *numbers = rondo_assembly_numbers(part, s, TARGETS, &count);
        for (int64_t i = 0; i < count; i++)
            *labels++ = assembly->labels[numbers[i]];
    }
    return RONDO_OK;
}

static rondo_status fill_pairs(rondo_assembly *assembly, rondo_split split, rondo_error *error)
{
    const rondo_part source =
        rondo_part_beside(&assembly->division.parts[split], assembly->corpora, assembly->sources);
    rondo_sequences *sources = &assembly->dataset->sources[split];
    int64_t *offset = fill_offsets(assembly, &source, 0, error);
    if (!offset) return error->status;
    int32_t *ids = fill_side(assembly, &source, INPUTS, offset[source.count], error);
    if (!ids) return error->status;
    *sources = (rondo_sequences){.count = source.count, .offset = offset, .inputs = ids};
    return fill_lines(assembly, &assembly->division.parts[split],
                      assembly->has_targets ? TARGETS : INPUTS, &assembly->dataset->splits[split],
                      error);
}

static rondo_status fill_targets(rondo_assembly *assembly, const rondo_part *part,
                                 rondo_sequences *sequences, rondo_error *error)
{
    int64_t *offset = fill_offsets(assembly, part, 0, error);
    if (!offset) return error->status;
    int64_t steps = offset[part->count];
    int64_t target_count = part->corpus->labels ? part->count : steps;
    int32_t *inputs = fill_side(assembly, part, INPUTS, steps, error);
    if (!inputs) return error->status;
    int32_t *targets = fill_side(assembly, part, TARGETS, target_count, error);
    if (!targets) return error->status;
    *sequences = (rondo_sequences){
        .count = part->count, .offset = offset, .inputs = inputs, .targets = targets};
    for (int64_t f = 0; f < assembly->dataset->feature_count; f++) {
        sequences->features[f] = fill_side(assembly, part, FEATURES + (int)f, steps, error);
        if (!sequences->features[f]) return error->status;
    }
    return assembly->labels ? fill_labels(assembly, part, sequences, error) : RONDO_OK;
}

rondo_status rondo_assembly_fill(rondo_assembly *assembly, rondo_error *error)
{
    rondo_dataset *dataset = assembly->dataset;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_part *part = &assembly->division.parts[s];
        rondo_sequences *sequences = &dataset->splits[s];
        if (!part->corpus) continue;
        rondo_status status =
            assembly->pairs         ? fill_pairs(assembly, (rondo_split)s, error)
            : assembly->has_targets ? fill_targets(assembly, part, sequences, error)
            : assembly->conditioned ? fill_conditioned(assembly, part, sequences, error)
            : dataset->stream       ? fill_stream(assembly, part, sequences, error)
                                    : fill_lines(assembly, part, INPUTS, sequences, error);
        if (status) return status;
    }
    return RONDO_OK;
}
