#include "data/assemble.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "data/assemble_private.h"
#include "data/storage.h"

static bool has_other_side(const rondo_assembly *assembly)
{
    return assembly->has_targets || assembly->conditioned;
}

/* The unknown and the end symbol are numbers 0 and 1, so a text token spelled so is that symbol. */
static rondo_status start_symbols(rondo_assembly *assembly, rondo_error *error)
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

static rondo_status read_split(rondo_assembly *assembly, rondo_split split, const char *path,
                               rondo_error *error)
{
    const rondo_corpus_request request = {.experiment = assembly->experiment,
                                          .split = split,
                                          .without_targets = assembly->without_targets,
                                          .inputs = assembly->symbols[INPUTS],
                                          .targets = assembly->symbols[TARGETS],
                                          .features = assembly->symbols + FEATURES,
                                          .corpus = &assembly->corpora[split],
                                          .sources = &assembly->sources[split]};
    return assembly->source->read(path, &request, error);
}

/* Which splits have a file, or are made: paths are NULL then. */
static rondo_status find_splits(const rondo_data_config *config, const char *paths[RONDO_SPLITS],
                                bool found[RONDO_SPLITS], rondo_error *error)
{
    bool has_files = rondo_format_has(config, RONDO_PROVIDES_FILES);
    rondo_status status = has_files ? rondo_split_paths(config, paths, error) : RONDO_OK;
    for (int s = 0; !status && s < RONDO_SPLITS; s++)
        found[s] = has_files ? paths[s] != NULL : config->format->split_count(config, s) > 0;
    return status;
}

static rondo_status read_splits(rondo_assembly *assembly, uint64_t seed, rondo_error *error)
{
    const char *paths[RONDO_SPLITS] = {NULL};
    bool found[RONDO_SPLITS];
    const rondo_corpus *files[RONDO_SPLITS] = {NULL};
    rondo_status status = find_splits(assembly->config, paths, found, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++) {
        if (!found[s]) continue;
        status = read_split(assembly, (rondo_split)s, paths[s], error);
        files[s] = &assembly->corpora[s];
    }
    if (status) return status;
    return rondo_split_ranges_make(&assembly->config->split, assembly->dataset->stream, seed, files,
                                   &assembly->ranges, error);
}

/* Adds up how often each symbol number stands in a part. */
static void count_part(const rondo_assembly *assembly, const rondo_corpus_range *part, int side,
                       int64_t *counts)
{
    if (part->count == 0) return;
    if (assembly->dataset->stream) {
        const rondo_ids inputs = rondo_corpus_inputs(part->corpus);
        for (int64_t i = part->first; i < part->first + part->count; i++)
            counts[rondo_ids_get(inputs, i)]++;
        return;
    }
    for (int64_t s = 0; s < part->count; s++) {
        int64_t count;
        const rondo_ids numbers = rondo_assembly_numbers(part, s, side, &count);
        for (int64_t i = 0; i < count; i++)
            counts[rondo_ids_get(numbers, i)]++;
    }
}

/* The symbols of one side in the training split; both sides of pairs are inputs of a corpus. */
static void count_side(const rondo_assembly *assembly, int side, int64_t *counts)
{
    const rondo_corpus_range source = rondo_corpus_range_beside(
        &assembly->ranges.splits[RONDO_TRAIN], assembly->corpora, assembly->sources);
    bool pairs = assembly->pairs, shared = !assembly->has_targets;
    if (!pairs || side == TARGETS || shared)
        count_part(assembly, &assembly->ranges.splits[RONDO_TRAIN], pairs ? INPUTS : side, counts);
    if (pairs && side == INPUTS) count_part(assembly, &source, INPUTS, counts);
}

/* What the trained model has for a side. */
static const rondo_vocabulary *saved_dictionary(const rondo_assembly *assembly, int side)
{
    const rondo_schema *saved = assembly->saved;
    if (side == INPUTS) return saved->inputs;
    if (side >= FEATURES) return saved->features[side - FEATURES];
    return assembly->conditioned ? saved->classes : saved->targets;
}

/* Tags are few and each is wanted: min_count and max_size are about inputs. */
static rondo_status build_vocabulary(const rondo_assembly *assembly, int side,
                                     const int64_t *counts, rondo_vocabulary **out,
                                     rondo_error *error)
{
    const rondo_vocabulary_config *config = &assembly->config->vocabulary;
    rondo_vocabulary *vocabulary = NULL;
    rondo_status status;
    int64_t min_count = side == INPUTS || assembly->pairs ? config->min_count
                        : side == TARGETS                 ? 1
                                          : assembly->config->features[side - FEATURES].min_count;
    if (assembly->saved)
        return rondo_schema_copy_dictionary(saved_dictionary(assembly, side), out, error);
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
static rondo_status make_ids(rondo_assembly *assembly, int side, rondo_vocabulary **out,
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

/* Target symbols that are no class get labels behind the classes. */
static rondo_status make_labels(rondo_assembly *assembly, rondo_error *error)
{
    rondo_dataset *dataset = assembly->dataset;
    const rondo_symbols *symbols = assembly->symbols[TARGETS];
    int32_t count = rondo_symbols_count(symbols);
    int32_t used = (int32_t)rondo_vocabulary_size(dataset->schema->targets);
    size_t most = (size_t)used + (size_t)count;
    const char **labels = rondo_storage_take(dataset, most * sizeof *labels, "tags", error);
    assembly->labels = labels ? calloc((size_t)count, sizeof *assembly->labels) : NULL;
    if (!assembly->labels) return rondo_error_set(error, RONDO_FAILED, "not enough memory: tags");
    for (int32_t id = 0; id < used; id++)
        labels[id] = rondo_vocabulary_name(dataset->schema->targets, id);
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

/* A class that the model was never shown cannot be predicted: it is an error of the model. Nor does
 * a language model know how to go on from it. */
static void warn_unknown_targets(const rondo_assembly *assembly)
{
    int64_t unknown = 0, all = 0;
    int32_t first = -1;
    bool whole = assembly->dataset->schema->sequence_targets || assembly->conditioned;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_corpus_range *part = &assembly->ranges.splits[s];
        for (int64_t i = 0; part->corpus && i < part->count; i++) {
            int64_t count;
            const rondo_ids numbers = rondo_assembly_numbers(part, i, TARGETS, &count);
            for (int64_t at = 0; at < count; at++) {
                int32_t number = rondo_ids_get(numbers, at);
                if (assembly->ids[TARGETS][number] != RONDO_UNKNOWN_ID) continue;
                if (first < 0) first = number;
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

/* A column of a format may be the wrong one, and nothing fails. */
static void warn_one_class(const rondo_assembly *assembly)
{
    const rondo_vocabulary *targets = assembly->dataset->schema->targets;
    const char *key = assembly->config->format->targets_key;
    if (!key || assembly->saved || rondo_vocabulary_size(targets) != RONDO_END_ID + 2) return;
    rondo_log_warning("every %s of the training split is \"%s\": there is nothing to learn; is %s "
                      "right?",
                      assembly->dataset->schema->sequence_targets ? "label" : "tag",
                      rondo_vocabulary_name(targets, RONDO_END_ID + 1), key);
}

static rondo_status assemble(rondo_assembly *assembly, uint64_t seed, rondo_error *error)
{
    rondo_status status;
    rondo_dataset *dataset = assembly->dataset;
    if ((status = start_symbols(assembly, error))) return status;
    if ((status = read_splits(assembly, seed, error))) return status;
    if ((status = make_ids(assembly, INPUTS, &dataset->schema->inputs, error))) return status;
    dataset->schema->targets = dataset->schema->inputs;
    if (assembly->has_targets) {
        dataset->schema->targets = NULL;
        if ((status = make_ids(assembly, TARGETS, &dataset->schema->targets, error))) return status;
    }
    dataset->schema->feature_count = assembly->sides > FEATURES ? assembly->sides - FEATURES : 0;
    for (int f = 0; f < dataset->schema->feature_count; f++)
        if ((status = make_ids(assembly, FEATURES + f, &dataset->schema->features[f], error)))
            return status;
    dataset->schema->input_width = rondo_vocabulary_size(dataset->schema->inputs);
    if (assembly->conditioned) {
        if ((status = make_ids(assembly, TARGETS, &dataset->schema->classes, error))) return status;
        dataset->schema->input_width += rondo_vocabulary_size(dataset->schema->classes);
    }
    dataset->schema->target_width = rondo_vocabulary_size(dataset->schema->targets);
    dataset->schema->target = assembly->of_labels ? RONDO_TARGET_LABELS : RONDO_TARGET_CLASS;
    dataset->storage->next_step =
        !assembly->of_labels && (assembly->pairs || !assembly->has_targets);
    dataset->schema->sequence_targets =
        assembly->has_targets && rondo_format_has(assembly->config, RONDO_PROVIDES_LABELS);
    if (has_other_side(assembly) && !assembly->pairs) warn_unknown_targets(assembly);
    if (assembly->has_targets && !assembly->pairs) warn_one_class(assembly);
    bool has_tags = assembly->has_targets && !assembly->pairs && !dataset->schema->sequence_targets;
    if (has_tags && (status = make_labels(assembly, error))) return status;
    return rondo_assembly_fill(assembly, error);
}

rondo_status rondo_assemble(const rondo_reading *reading, const rondo_corpus_source *source,
                            rondo_dataset *dataset, rondo_error *error)
{
    const rondo_experiment *experiment = reading->experiment;
    bool is_language_model = experiment->task->predicts_input;
    bool has_labels = rondo_format_has(&experiment->data, RONDO_PROVIDES_LINE_LABELS);
    rondo_assembly assembly = {.experiment = experiment,
                               .config = &experiment->data,
                               .source = source,
                               .saved = reading->saved,
                               .has_targets = !is_language_model && !source->has_one_dictionary,
                               .pairs = rondo_format_has(&experiment->data, RONDO_PROVIDES_PAIRS),
                               .of_labels = experiment->task->predicts_labels,
                               .conditioned = is_language_model && has_labels,
                               .dataset = dataset};
    assembly.without_targets = assembly.of_labels && reading->wanted->without_targets;
    assembly.sides = has_other_side(&assembly) ? FEATURES + (int)experiment->data.feature_count : 1;
    rondo_status status =
        assemble(&assembly, rondo_experiment_seed(experiment, RONDO_SEED_DATA), error);
    rondo_split_ranges_finish(&assembly.ranges);
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
