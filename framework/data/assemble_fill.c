/* Symbol numbers of corpora become the ids of a data set's sequences. */
#include "data/assemble_private.h"
#include "data/storage.h"

rondo_ids rondo_assembly_numbers(const rondo_corpus_range *part, int64_t s, int side,
                                 int64_t *count)
{
    int64_t start = rondo_corpus_range_sequence(part, s, count);
    const rondo_corpus *corpus = part->corpus;
    if (side == INPUTS) return rondo_ids_from(rondo_corpus_inputs(corpus), start);
    if (side >= FEATURES) return rondo_ids_of(corpus->features[side - FEATURES] + start);
    if (!corpus->labels) return rondo_ids_of(corpus->targets + start);
    *count = 1;
    return rondo_ids_of(corpus->labels + rondo_corpus_range_number(part, s));
}

/* Room for ids 0 .. most - 1, in as few bytes as they need; data is NULL where there is none. */
static rondo_ids take_ids(rondo_assembly *assembly, int64_t count, int64_t most, const char *what,
                          void **data, rondo_error *error)
{
    int32_t size = rondo_ids_size(most);
    *data = rondo_storage_take(assembly->dataset, (size_t)(count * size), what, error);
    return (rondo_ids){*data, size};
}

/* One array of n symbols is n - 1 inputs and, one further on, n - 1 targets. */
static rondo_status fill_stream(rondo_assembly *assembly, const rondo_corpus_range *part,
                                rondo_sequences *sequences, rondo_error *error)
{
    int64_t *offset = rondo_storage_take(assembly->dataset, 2 * sizeof *offset, "offsets", error);
    if (!offset) return error->status;
    void *to;
    const rondo_ids ids = take_ids(assembly, part->count, assembly->dataset->schema->input_width,
                                   "the symbols of a split", &to, error);
    const rondo_ids numbers = rondo_ids_from(rondo_corpus_inputs(part->corpus), part->first);
    if (!to) return error->status;
    for (int64_t i = 0; i < part->count; i++)
        rondo_ids_put(to, ids.size, i, assembly->ids[INPUTS][rondo_ids_get(numbers, i)]);
    offset[1] = part->count - 1;
    *sequences = (rondo_sequences){
        .count = 1, .offset = offset, .inputs = ids, .targets = rondo_ids_from(ids, 1)};
    return RONDO_OK;
}

/* Offsets of a part's sequences, each longer by `more`. */
static int64_t *fill_offsets(rondo_assembly *assembly, const rondo_corpus_range *part, int64_t more,
                             rondo_error *error)
{
    int64_t *offset =
        rondo_storage_take(assembly->dataset, (size_t)(part->count + 1) * sizeof *offset,
                           "the offsets of a split", error);
    for (int64_t s = 0; offset && s < part->count; s++) {
        int64_t steps;
        rondo_corpus_range_sequence(part, s, &steps);
        offset[s + 1] = offset[s] + steps + more;
    }
    return offset;
}

/* <EOS> a b <EOS> c <EOS>: inputs <EOS> a b, <EOS> c; one further on targets a b <EOS>, c <EOS>. */
static rondo_status fill_lines(rondo_assembly *assembly, const rondo_corpus_range *part, int side,
                               rondo_sequences *sequences, rondo_error *error)
{
    int64_t *offset = fill_offsets(assembly, part, 1, error);
    if (!offset) return error->status;
    void *to;
    const rondo_ids ids =
        take_ids(assembly, offset[part->count] + 1, assembly->dataset->schema->target_width,
                 "the symbols of a split", &to, error);
    const rondo_ids numbers = rondo_corpus_inputs(part->corpus);
    int64_t used = 0;
    if (!to) return error->status;
    rondo_ids_put(to, ids.size, used++, RONDO_END_ID);
    for (int64_t s = 0; s < part->count; s++) {
        int64_t steps, start = rondo_corpus_range_sequence(part, s, &steps);
        for (int64_t i = start; i < start + steps; i++)
            rondo_ids_put(to, ids.size, used++, assembly->ids[side][rondo_ids_get(numbers, i)]);
        rondo_ids_put(to, ids.size, used++, RONDO_END_ID);
    }
    *sequences = (rondo_sequences){
        .count = part->count, .offset = offset, .inputs = ids, .targets = rondo_ids_from(ids, 1)};
    return RONDO_OK;
}

/* inputs class a b, class c; targets a b <EOS>, c <EOS>. Ids of classes follow those of symbols. */
static rondo_status fill_conditioned(rondo_assembly *assembly, const rondo_corpus_range *part,
                                     rondo_sequences *sequences, rondo_error *error)
{
    int64_t *offset = fill_offsets(assembly, part, 1, error);
    if (!offset) return error->status;
    void *inputs, *targets;
    rondo_dataset *dataset = assembly->dataset;
    int64_t steps = offset[part->count];
    int32_t symbols = (int32_t)rondo_vocabulary_size(dataset->schema->inputs);
    const rondo_ids in = take_ids(assembly, steps, dataset->schema->input_width,
                                  "the inputs of a split", &inputs, error);
    if (!inputs) return error->status;
    const rondo_ids out = take_ids(assembly, steps, dataset->schema->target_width,
                                   "the targets of a split", &targets, error);
    if (!targets) return error->status;
    for (int64_t s = 0; s < part->count; s++) {
        int64_t count, classes, first = offset[s];
        const rondo_ids numbers = rondo_assembly_numbers(part, s, INPUTS, &count);
        const rondo_ids label = rondo_assembly_numbers(part, s, TARGETS, &classes);
        for (int64_t i = 0; i < count; i++) {
            int32_t id = assembly->ids[INPUTS][rondo_ids_get(numbers, i)];
            rondo_ids_put(inputs, in.size, first + 1 + i, id);
            rondo_ids_put(targets, out.size, first + i, id);
        }
        rondo_ids_put(inputs, in.size, first,
                      symbols + assembly->ids[TARGETS][rondo_ids_get(label, 0)]);
        rondo_ids_put(targets, out.size, first + count, RONDO_END_ID);
    }
    *sequences =
        (rondo_sequences){.count = part->count, .offset = offset, .inputs = in, .targets = out};
    return RONDO_OK;
}

/* Inputs of a part, sequence after sequence. */
static rondo_ids fill_inputs(rondo_assembly *assembly, const rondo_corpus_range *part,
                             int64_t total, rondo_error *error)
{
    void *to;
    const rondo_ids ids = take_ids(assembly, total, assembly->dataset->schema->input_width,
                                   "the inputs of a split", &to, error);
    int64_t used = 0;
    for (int64_t s = 0; to && s < part->count; s++) {
        int64_t count;
        const rondo_ids numbers = rondo_assembly_numbers(part, s, INPUTS, &count);
        for (int64_t i = 0; i < count; i++)
            rondo_ids_put(to, ids.size, used++, assembly->ids[INPUTS][rondo_ids_get(numbers, i)]);
    }
    return ids;
}

/* Ids of a side that is not the inputs. */
static int32_t *fill_side(rondo_assembly *assembly, const rondo_corpus_range *part, int side,
                          int64_t total, rondo_error *error)
{
    int32_t *ids = rondo_storage_take(
        assembly->dataset, (size_t)total * sizeof *ids,
        side == TARGETS ? "the targets of a split" : "the features of a split", error);
    int32_t *to = ids;
    for (int64_t s = 0; ids && s < part->count; s++) {
        int64_t count;
        const rondo_ids numbers = rondo_assembly_numbers(part, s, side, &count);
        for (int64_t i = 0; i < count; i++)
            *to++ = assembly->ids[side][rondo_ids_get(numbers, i)];
    }
    return ids;
}

/* Where every tag is a class, its target is its label. */
static rondo_status fill_labels(rondo_assembly *assembly, const rondo_corpus_range *part,
                                rondo_sequences *sequences, rondo_error *error)
{
    size_t bytes = (size_t)sequences->offset[sequences->count] * sizeof(int32_t);
    sequences->labels = sequences->targets.data; /* these are int32_t */
    if (assembly->dataset->label_count == assembly->dataset->schema->target_width) return RONDO_OK;
    int32_t *labels = rondo_storage_take(assembly->dataset, bytes, "the tags of a split", error);
    if (!labels) return error->status;
    sequences->labels = labels;
    for (int64_t s = 0; s < part->count; s++) {
        int64_t count;
        const rondo_ids numbers = rondo_assembly_numbers(part, s, TARGETS, &count);
        for (int64_t i = 0; i < count; i++)
            *labels++ = assembly->labels[rondo_ids_get(numbers, i)];
    }
    return RONDO_OK;
}

/* The label sequences of a part beside its inputs. */
static rondo_status fill_label_sequences(rondo_assembly *assembly, const rondo_corpus_range *part,
                                         rondo_sequences *sequences, rondo_error *error)
{
    int side = assembly->has_targets ? TARGETS : INPUTS;
    int64_t *offset = fill_offsets(assembly, part, 0, error);
    if (!offset) return error->status;
    int32_t *to =
        rondo_storage_take(assembly->dataset, (size_t)(offset[part->count] + 1) * sizeof *to,
                           "the labels of a split", error);
    if (!to) return error->status;
    sequences->label_offset = offset;
    sequences->label_ids = to;
    for (int64_t s = 0; s < part->count; s++) {
        int64_t count;
        const rondo_ids numbers = rondo_assembly_numbers(part, s, INPUTS, &count);
        for (int64_t i = 0; i < count; i++)
            *to++ = assembly->ids[side][rondo_ids_get(numbers, i)];
    }
    return RONDO_OK;
}

/* Of label sequences the sources are the sequences; otherwise the targets are. */
static rondo_status fill_pairs(rondo_assembly *assembly, rondo_split split, rondo_error *error)
{
    const rondo_corpus_range source = rondo_corpus_range_beside(
        &assembly->ranges.splits[split], assembly->corpora, assembly->sources);
    rondo_sequences *sources = assembly->of_labels ? &assembly->dataset->splits[split]
                                                   : &assembly->dataset->sources[split];
    int64_t *offset = fill_offsets(assembly, &source, 0, error);
    if (!offset) return error->status;
    const rondo_ids ids = fill_inputs(assembly, &source, offset[source.count], error);
    if (!ids.data) return error->status;
    *sources = (rondo_sequences){.count = source.count, .offset = offset, .inputs = ids};
    if (assembly->without_targets) return RONDO_OK;
    if (assembly->of_labels)
        return fill_label_sequences(assembly, &assembly->ranges.splits[split], sources, error);
    return fill_lines(assembly, &assembly->ranges.splits[split],
                      assembly->has_targets ? TARGETS : INPUTS, &assembly->dataset->splits[split],
                      error);
}

static rondo_status fill_targets(rondo_assembly *assembly, const rondo_corpus_range *part,
                                 rondo_sequences *sequences, rondo_error *error)
{
    int64_t *offset = fill_offsets(assembly, part, 0, error);
    if (!offset) return error->status;
    int64_t steps = offset[part->count];
    int64_t target_count = part->corpus->labels ? part->count : steps;
    const rondo_ids inputs = fill_inputs(assembly, part, steps, error);
    if (!inputs.data) return error->status;
    int32_t *targets = fill_side(assembly, part, TARGETS, target_count, error);
    if (!targets) return error->status;
    *sequences = (rondo_sequences){
        .count = part->count, .offset = offset, .inputs = inputs, .targets = rondo_ids_of(targets)};
    for (int64_t f = 0; f < assembly->dataset->schema->feature_count; f++) {
        sequences->features[f] = fill_side(assembly, part, FEATURES + (int)f, steps, error);
        if (!sequences->features[f]) return error->status;
    }
    return assembly->labels ? fill_labels(assembly, part, sequences, error) : RONDO_OK;
}

rondo_status rondo_assembly_fill(rondo_assembly *assembly, rondo_error *error)
{
    rondo_dataset *dataset = assembly->dataset;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_corpus_range *part = &assembly->ranges.splits[s];
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
