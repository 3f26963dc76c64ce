#include "data/assemble.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "data/columns.h"
#include "data/division.h"
#include "data/generator.h"
#include "data/pairs.h"
#include "data/parallel_tags.h"
#include "data/plain_text.h"
#include "data/storage.h"
#include "data/symbols.h"
#include "data/table.h"

/* What has symbols of its own: inputs, targets, each feature. */
enum { INPUTS = 0, TARGETS = 1, FEATURES = 2, MOST_SIDES = FEATURES + RONDO_MAX_FEATURES };

typedef struct text_assembly {
    const rondo_data_config *config;
    const rondo_saved_names *saved;
    bool has_targets; /* symbols of their own */
    bool conditioned; /* a language model of a table: the label of a line is what it begins with */
    int sides;
    bool pairs;
    rondo_dataset *dataset;
    rondo_symbols *symbols[MOST_SIDES]; /* of all files together; in a language model no targets,
                                           but the classes of conditioned lines in their place */
    rondo_corpus corpora[RONDO_SPLITS];
    rondo_corpus sources[RONDO_SPLITS]; /* of pairs, whose targets are in corpora */
    rondo_division division;
    int32_t *ids[MOST_SIDES]; /* symbol number -> id */
    int32_t *labels;          /* target symbol number -> label */
} text_assembly;

static bool has_other_side(const text_assembly *assembly)
{
    return assembly->has_targets || assembly->conditioned;
}

/* The unknown and the end symbol are numbers 0 and 1, so a text token spelled so is that symbol. */
static rondo_status start_symbols(text_assembly *assembly, rondo_error *error)
{
    const rondo_vocabulary_config *config = &assembly->config->vocabulary;
    const char *const names[] = {config->unknown, config->end};
    int32_t index;
    for (int side = 0; side < assembly->sides; side++) {
        rondo_status status = rondo_symbols_create(&assembly->symbols[side], error);
        for (int i = 0; i < 2 && !status; i++)
            status = rondo_symbols_add(assembly->symbols[side], names[i], (int64_t)strlen(names[i]),
                                       &index, error);
        if (status) return status;
    }
    return RONDO_OK;
}

static rondo_status read_file(text_assembly *assembly, rondo_split split, const char *path,
                              rondo_error *error)
{
    const rondo_data_config *config = assembly->config;
    rondo_corpus *corpus = &assembly->corpora[split];
    rondo_symbols *inputs = assembly->symbols[INPUTS], *targets = assembly->symbols[TARGETS];
    rondo_symbols *const *features = assembly->symbols + FEATURES;
    switch (config->format) {
    case RONDO_FORMAT_COLUMNS:
        return rondo_columns_read(path, config, inputs, targets, features, corpus, error);
    case RONDO_FORMAT_PARALLEL_TAGS:
        return rondo_parallel_tags_read(path, config, inputs, targets, features, corpus, error);
    case RONDO_FORMAT_TABLE:
        return rondo_table_read(path, config, inputs, targets, corpus, error);
    case RONDO_FORMAT_PAIRS:
        return rondo_pairs_read(path, config, inputs, targets ? targets : inputs,
                                &assembly->sources[split], corpus, error);
    default:
        return rondo_plain_text_read(path, config, inputs, corpus, error);
    }
}

static rondo_status read_files(text_assembly *assembly, uint64_t seed, rondo_error *error)
{
    const char *paths[RONDO_SPLITS];
    const rondo_corpus *files[RONDO_SPLITS] = {NULL};
    if (assembly->config->format == RONDO_FORMAT_GENERATED)
        return rondo_generate(assembly->config, seed, assembly->symbols, assembly->corpora,
                              &assembly->division, error);
    rondo_status status = rondo_split_paths(assembly->config, paths, error);
    if (status) return status;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        if (!paths[s]) continue;
        if ((status = read_file(assembly, (rondo_split)s, paths[s], error))) return status;
        files[s] = &assembly->corpora[s];
    }
    return rondo_division_make(&assembly->config->split, assembly->dataset->stream, seed, files,
                               &assembly->division, error);
}

/* Symbol numbers of sequence s of a part: its inputs, its steps' targets, or its one label. */
static const int32_t *numbers_of(const rondo_part *part, int64_t s, int side, int64_t *count)
{
    int64_t start = rondo_part_sequence(part, s, count);
    if (side == INPUTS) return part->corpus->inputs + start;
    if (side >= FEATURES) return part->corpus->features[side - FEATURES] + start;
    if (!part->corpus->labels) return part->corpus->targets + start;
    *count = 1;
    return part->corpus->labels + rondo_part_number(part, s);
}

/* Adds up how often each symbol number stands in a part. */
static void count_part(const text_assembly *assembly, const rondo_part *part, int side,
                       int64_t *counts)
{
    if (assembly->dataset->stream) {
        for (int64_t i = part->first; i < part->first + part->count; i++)
            counts[part->corpus->inputs[i]]++;
        return;
    }
    for (int64_t s = 0; s < part->count; s++) {
        int64_t count;
        const int32_t *numbers = numbers_of(part, s, side, &count);
        for (int64_t i = 0; i < count; i++)
            counts[numbers[i]]++;
    }
}

/* The symbols of one side in the training split; both sides of pairs are inputs of a corpus. */
static void count_side(const text_assembly *assembly, int side, int64_t *counts)
{
    const rondo_part source = rondo_part_beside(&assembly->division.parts[RONDO_TRAIN],
                                                assembly->corpora, assembly->sources);
    bool pairs = assembly->pairs, shared = !assembly->has_targets;
    if (!pairs || side == TARGETS || shared)
        count_part(assembly, &assembly->division.parts[RONDO_TRAIN], pairs ? INPUTS : side, counts);
    if (pairs && side == INPUTS) count_part(assembly, &source, INPUTS, counts);
}

/* Tags are few and each is wanted: min_count and max_size are about inputs. */
static rondo_status build_vocabulary(const text_assembly *assembly, int side, const int64_t *counts,
                                     rondo_vocabulary **out, rondo_error *error)
{
    const rondo_vocabulary_config *config = &assembly->config->vocabulary;
    rondo_vocabulary *vocabulary = NULL;
    rondo_status status;
    const rondo_saved_names *saved = assembly->saved;
    int64_t min_count = side == INPUTS || assembly->pairs ? config->min_count
                        : side == TARGETS                 ? 1
                                          : assembly->config->features[side - FEATURES].min_count;
    if (saved) return rondo_saved_names_restore(saved, side, assembly->conditioned, out, error);
    if ((status = rondo_vocabulary_create(config->unknown, config->end, &vocabulary, error)))
        goto cleanup;
    for (int32_t i = 0; i < rondo_symbols_count(assembly->symbols[side]); i++) {
        int64_t length;
        const char *symbol = rondo_symbols_get(assembly->symbols[side], i, &length);
        if (counts[i] == 0) continue;
        status = rondo_vocabulary_count_many(vocabulary, symbol, length, counts[i], error);
        if (status) goto cleanup;
    }
    bool limited = side == INPUTS || assembly->pairs;
    status = rondo_vocabulary_build(vocabulary, min_count, limited ? config->max_size : 0, error);
    if (status) goto cleanup;
    *out = vocabulary;
    vocabulary = NULL;
cleanup:
    rondo_vocabulary_destroy(vocabulary);
    return status;
}

/* The vocabulary of one side, and the id of each symbol number. */
static rondo_status make_ids(text_assembly *assembly, int side, rondo_vocabulary **out,
                             rondo_error *error)
{
    const rondo_symbols *symbols = assembly->symbols[side];
    int32_t count = rondo_symbols_count(symbols);
    int64_t *counts = calloc((size_t)count, sizeof *counts);
    int32_t *ids = calloc((size_t)count, sizeof *ids);
    rondo_status status;
    if (!counts || !ids) {
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory for %d symbols", count);
        goto cleanup;
    }
    count_side(assembly, side, counts);
    if ((status = build_vocabulary(assembly, side, counts, out, error))) goto cleanup;
    ids[RONDO_UNKNOWN_ID] = RONDO_UNKNOWN_ID;
    ids[RONDO_END_ID] = RONDO_END_ID;
    for (int32_t i = RONDO_END_ID + 1; i < count; i++) {
        int64_t length;
        const char *symbol = rondo_symbols_get(symbols, i, &length);
        ids[i] = rondo_vocabulary_find(*out, symbol, length);
    }
    assembly->ids[side] = ids;
    ids = NULL;
cleanup:
    free(counts);
    free(ids);
    return status;
}

/* One array of n symbols is n - 1 inputs and, one further on, n - 1 targets. */
static rondo_status fill_stream(text_assembly *assembly, const rondo_part *part,
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
static int64_t *fill_offsets(text_assembly *assembly, const rondo_part *part, int64_t more,
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
static rondo_status fill_lines(text_assembly *assembly, const rondo_part *part, int side,
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
static rondo_status fill_conditioned(text_assembly *assembly, const rondo_part *part,
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
        const int32_t *numbers = numbers_of(part, s, INPUTS, &count);
        const int32_t *label = numbers_of(part, s, TARGETS, &classes);
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
static int32_t *fill_side(text_assembly *assembly, const rondo_part *part, int side, int64_t total,
                          rondo_error *error)
{
    int32_t *ids = rondo_storage_take(
        assembly->dataset, (size_t)total * sizeof *ids,
        side == TARGETS ? "the targets of a split" : "the inputs of a split", error);
    int32_t *to = ids;
    for (int64_t s = 0; ids && s < part->count; s++) {
        int64_t count;
        const int32_t *numbers = numbers_of(part, s, side, &count);
        for (int64_t i = 0; i < count; i++)
            *to++ = assembly->ids[side][numbers[i]];
    }
    return ids;
}
/* Target symbols that are no class get labels behind the classes. */
static rondo_status make_labels(text_assembly *assembly, rondo_error *error)
{
    rondo_dataset *dataset = assembly->dataset;
    const rondo_symbols *symbols = assembly->symbols[TARGETS];
    int32_t count = rondo_symbols_count(symbols);
    int32_t used = (int32_t)rondo_vocabulary_size(dataset->targets);
    size_t most = (size_t)used + (size_t)count;
    const char **labels = rondo_storage_take(dataset, most * sizeof *labels, "tags", error);
    assembly->labels = labels ? calloc((size_t)count, sizeof *assembly->labels) : NULL;
    if (!assembly->labels) return rondo_error_set(error, RONDO_FAILED, "not enough memory: tags");
    for (int32_t id = 0; id < used; id++)
        labels[id] = rondo_vocabulary_name(dataset->targets, id);
    for (int32_t i = 0; i < count; i++) {
        int32_t id = assembly->ids[TARGETS][i];
        bool is_class = id != RONDO_UNKNOWN_ID || i <= RONDO_END_ID;
        assembly->labels[i] = is_class ? id : used;
        if (!is_class) labels[used++] = rondo_symbols_get(symbols, i, NULL);
    }
    dataset->labels = labels;
    dataset->label_count = used;
    dataset->storage->label_symbols = assembly->symbols[TARGETS];
    assembly->symbols[TARGETS] = NULL;
    return RONDO_OK;
}

/* Where every tag is a class, its target is its label. */
static rondo_status fill_labels(text_assembly *assembly, const rondo_part *part,
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
        const int32_t *numbers = numbers_of(part, s, TARGETS, &count);
        for (int64_t i = 0; i < count; i++)
            *labels++ = assembly->labels[numbers[i]];
    }
    return RONDO_OK;
}

static rondo_status fill_pairs(text_assembly *assembly, rondo_split split, rondo_error *error)
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

static rondo_status fill_targets(text_assembly *assembly, const rondo_part *part,
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

/* A class that the model was never shown cannot be predicted: it is an error of the model. Nor does
 * a language model know how to go on from it. */
static void warn_unknown_targets(const text_assembly *assembly)
{
    int64_t unknown = 0, all = 0;
    int32_t first = -1;
    bool whole = assembly->dataset->sequence_targets || assembly->conditioned;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_part *part = &assembly->division.parts[s];
        for (int64_t i = 0; part->corpus && i < part->count; i++) {
            int64_t count;
            const int32_t *numbers = numbers_of(part, i, TARGETS, &count);
            for (int64_t at = 0; at < count; at++) {
                if (assembly->ids[TARGETS][numbers[at]] != RONDO_UNKNOWN_ID) continue;
                if (first < 0) first = numbers[at];
                unknown++;
            }
            all += count;
        }
    }
    if (unknown > 0)
        rondo_log_warning("%lld of %lld %s have a %s that the training split does not have "
                          "(\"%s\" is the first); %s",
                          (long long)unknown, (long long)all, whole ? "sequences" : "steps",
                          whole ? "label" : "tag",
                          rondo_symbols_get(assembly->symbols[TARGETS], first, NULL),
                          assembly->conditioned ? "they are lines of the unknown class"
                                                : "each counts as an error");
}

static rondo_status fill_splits(text_assembly *assembly, rondo_error *error)
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

static rondo_status assemble(text_assembly *assembly, uint64_t seed, rondo_error *error)
{
    rondo_status status;
    rondo_dataset *dataset = assembly->dataset;
    if ((status = start_symbols(assembly, error))) return status;
    if ((status = read_files(assembly, seed, error))) return status;
    if ((status = make_ids(assembly, INPUTS, &dataset->inputs, error))) return status;
    dataset->targets = dataset->inputs;
    if (assembly->has_targets) {
        dataset->targets = NULL;
        if ((status = make_ids(assembly, TARGETS, &dataset->targets, error))) return status;
    }
    dataset->feature_count = assembly->sides > FEATURES ? assembly->sides - FEATURES : 0;
    for (int f = 0; f < dataset->feature_count; f++)
        if ((status = make_ids(assembly, FEATURES + f, &dataset->features[f], error)))
            return status;
    dataset->input_width = rondo_vocabulary_size(dataset->inputs);
    if (assembly->conditioned) {
        if ((status = make_ids(assembly, TARGETS, &dataset->classes, error))) return status;
        dataset->input_width += rondo_vocabulary_size(dataset->classes);
    }
    dataset->target_width = rondo_vocabulary_size(dataset->targets);
    dataset->target = RONDO_TARGET_CLASS;
    dataset->storage->next_step = assembly->pairs || !assembly->has_targets;
    dataset->sequence_targets =
        assembly->has_targets && assembly->config->format == RONDO_FORMAT_TABLE;
    if (has_other_side(assembly) && !assembly->pairs) warn_unknown_targets(assembly);
    bool has_tags = assembly->has_targets && !assembly->pairs && !dataset->sequence_targets;
    if (has_tags && (status = make_labels(assembly, error))) return status;
    return fill_splits(assembly, error);
}

rondo_status rondo_assemble(const rondo_experiment *experiment, const rondo_saved_names *saved,
                            rondo_dataset *dataset, rondo_error *error)
{
    bool is_language_model = experiment->task == RONDO_LANGUAGE_MODEL;
    bool pairs = experiment->task == RONDO_TRANSLATION;
    text_assembly assembly = {
        .config = &experiment->data,
        .saved = saved,
        .has_targets = !is_language_model && !(pairs && experiment->data.shared_vocabulary),
        .pairs = pairs,
        .conditioned = is_language_model && experiment->data.format == RONDO_FORMAT_TABLE,
        .dataset = dataset};
    assembly.sides = has_other_side(&assembly) ? FEATURES + (int)experiment->data.feature_count : 1;
    rondo_status status = assemble(&assembly, (uint64_t)experiment->seed, error);
    rondo_division_finish(&assembly.division);
    for (int side = 0; side < MOST_SIDES; side++) {
        rondo_symbols_destroy(assembly.symbols[side]);
        free(assembly.ids[side]);
    }
    free(assembly.labels);
    for (int s = 0; s < RONDO_SPLITS; s++) {
        rondo_corpus_finish(&assembly.corpora[s]);
        rondo_corpus_finish(&assembly.sources[s]);
    }
    return status;
}
