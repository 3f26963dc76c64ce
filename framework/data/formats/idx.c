/* IDX, the files of MNIST (LeCun et al. 1998): images of bytes, and a label a image in a file
 * beside.
 *
 *   0 0 type rank | extent of each dimension, 4 bytes, high byte first | data, row by row
 *
 * Read are images of rank 3 (images, rows, columns) and labels of rank 1, both of type 8, unsigned
 * bytes, plain or gzipped. The labels' file is named like the images', with "labels" for "images"
 * and "idx1" for "idx3". An image becomes a sequence; a pixel of n is the value n / 255.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/gzip.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "config/format.h"
#include "data/reading.h"
#include "data/split_ranges.h"
#include "data/storage.h"
#include "data/text/text_source.h"

/* What a step of an image is. */
typedef enum idx_sequence {
    IDX_PIXELS = 0, /* one pixel, row after row */
    IDX_ROWS = 1,   /* one row */
    IDX_IMAGE = 2   /* the whole image */
} idx_sequence;

typedef struct idx_config {
    int sequence;        /* idx_sequence */
    int64_t permutation; /* seed of one order of the pixels for all images; 0: as they lie */
} idx_config;

enum { UNSIGNED_BYTES = 8, LABELS = 256, IMAGE_RANK = 3, MOST_PIXELS = 1 << 24 };

/* One file, whole. */
typedef struct idx_file {
    char *data; /* owned */
    int64_t extent[IMAGE_RANK];
    const uint8_t *bytes; /* in data, behind the header */
} idx_file;

typedef struct idx_reader {
    const rondo_data_config *config;
    const idx_config *options; /* its options */
    const rondo_schema *saved;
    bool without_labels;
    rondo_dataset *dataset;
    idx_file images[RONDO_SPLITS], labels[RONDO_SPLITS];
    rondo_corpus
        counts[RONDO_SPLITS]; /* images of each file: all that dividing into splits needs */
    rondo_split_ranges ranges;
    int64_t rows, columns;
    int64_t *order; /* [rows * columns]: the pixel at each place; owned */
    int32_t ids[LABELS];
} idx_reader;

/* --- files --- */

static rondo_status fail(const char *path, const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: %s", path, what);
}

static int64_t read_extent(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    return (int64_t)byte[0] << 24 | (int64_t)byte[1] << 16 | (int64_t)byte[2] << 8 | byte[3];
}

static rondo_status parse(const char *path, int rank, size_t size, idx_file *file,
                          rondo_error *error)
{
    size_t header = 4 + 4 * (size_t)rank;
    double expected = 1;
    if (size < 4 || file->data[0] != 0 || file->data[1] != 0)
        return fail(path, "not an IDX file: it does not begin with two zero bytes", error);
    if (file->data[2] != UNSIGNED_BYTES || file->data[3] != rank)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: IDX type %d and rank %d; %s have type %d and rank %d", path,
                               (unsigned char)file->data[2], (unsigned char)file->data[3],
                               rank == IMAGE_RANK ? "images" : "labels", UNSIGNED_BYTES, rank);
    if (size < header) return fail(path, "ends within the IDX header", error);
    for (int i = 0; i < rank; i++) {
        file->extent[i] = read_extent(file->data + 4 + 4 * (size_t)i);
        expected *= (double)file->extent[i];
    }
    if (expected != (double)(size - header))
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: %zu bytes of data, but the IDX header promises %.0f", path,
                               size - header, expected);
    if (expected == 0) return fail(path, "no data in this IDX file", error);
    file->bytes = (const uint8_t *)file->data + header;
    return RONDO_OK;
}

static rondo_status read_file(const char *path, int rank, idx_file *file, rondo_error *error)
{
    size_t size;
    rondo_status status =
        rondo_gzip_read(path, rondo_source_max_bytes(), &file->data, &size, error);
    return status ? status : parse(path, rank, size, file, error);
}

/* Copies `name` with the last `from` in it replaced by `to`, of one length. False: there is none.
 */
static bool replace(char *name, const char *from, const char *to)
{
    char *last = NULL;
    for (char *at = name; (at = strstr(at, from)); at++)
        last = at;
    for (size_t i = 0; last && to[i]; i++)
        last[i] = to[i];
    return last != NULL;
}

static rondo_status read_pair(idx_reader *reader, rondo_split split, const char *path,
                              rondo_error *error)
{
    idx_file *images = &reader->images[split], *labels = &reader->labels[split];
    rondo_status status = read_file(path, IMAGE_RANK, images, error);
    if (status) return status;
    reader->counts[split].sequences = images->extent[0];
    if (reader->without_labels) return RONDO_OK;
    char *name = rondo_text_copy(path);
    if (!name) return fail(path, "not enough memory for its name", error);
    bool is_named = replace(name, "images", "labels") && replace(name, "idx3", "idx1");
    if (is_named)
        status = read_file(name, 1, labels, error);
    else
        status = rondo_error_set(error, RONDO_USAGE,
                                 "%s: the name of the labels' file is this one with labels for "
                                 "images and idx1 for idx3; it must contain both words",
                                 path);
    if (!status && labels->extent[0] != images->extent[0])
        status =
            rondo_error_set(error, RONDO_FAILED, "%s: %lld labels, but %s has %lld images", name,
                            (long long)labels->extent[0], path, (long long)images->extent[0]);
    free(name);
    return status;
}

static rondo_status check_size(idx_reader *reader, rondo_split split, const char *path,
                               rondo_error *error)
{
    const idx_file *file = &reader->images[split];
    if (reader->rows == 0) {
        reader->rows = file->extent[1];
        reader->columns = file->extent[2];
    }
    if (file->extent[1] != reader->rows || file->extent[2] != reader->columns)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: images of %lld x %lld, but those for training are %lld x %lld",
                               path, (long long)file->extent[1], (long long)file->extent[2],
                               (long long)reader->rows, (long long)reader->columns);
    if (reader->rows * reader->columns > MOST_PIXELS)
        return fail(path, "images of more than 16777216 pixels", error);
    return RONDO_OK;
}

static rondo_status read_files(idx_reader *reader, uint64_t seed, rondo_error *error)
{
    const char *paths[RONDO_SPLITS];
    const rondo_corpus *files[RONDO_SPLITS] = {NULL};
    rondo_status status = rondo_split_paths(reader->config, paths, error);
    if (status) return status;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        if (!paths[s]) continue;
        status = read_pair(reader, (rondo_split)s, paths[s], error);
        if (!status) status = check_size(reader, (rondo_split)s, paths[s], error);
        if (status) return status;
        files[s] = &reader->counts[s];
    }
    return rondo_split_ranges_make(&reader->config->split, false, seed, files, &reader->ranges,
                                   error);
}

/* --- classes --- */

/* The labels file that a range was cut from. */
static const uint8_t *labels_of(const idx_reader *reader, const rondo_corpus_range *part)
{
    return reader->labels[part->corpus - reader->counts].bytes;
}

static rondo_status name_classes(idx_reader *reader, rondo_error *error)
{
    const rondo_corpus_range *train = &reader->ranges.splits[RONDO_TRAIN];
    const rondo_vocabulary_config *config = &reader->config->vocabulary;
    const char *names[2 + LABELS] = {config->unknown, config->end};
    char digits[LABELS][4];
    bool seen[LABELS] = {false};
    int64_t count = 2;
    if (reader->saved)
        return rondo_schema_copy_dictionary(reader->saved->targets,
                                            &reader->dataset->schema->targets, error);
    const uint8_t *labels = labels_of(reader, train);
    for (int64_t i = 0; i < train->count; i++)
        seen[labels[rondo_corpus_range_number(train, i)]] = true;
    for (int label = 0; label < LABELS; label++) {
        snprintf(digits[label], sizeof digits[label], "%d", label);
        if (seen[label]) names[count++] = digits[label];
    }
    return rondo_vocabulary_restore(names, count, &reader->dataset->schema->targets, error);
}

static void number_classes(idx_reader *reader)
{
    for (int label = 0; label < LABELS; label++) {
        char name[4];
        int length = snprintf(name, sizeof name, "%d", label);
        reader->ids[label] = rondo_vocabulary_find(reader->dataset->schema->targets, name, length);
    }
}

/* --- sequences --- */

/* Where each pixel of an image comes from: its own place, or one fixed random order for all. */
static rondo_status make_order(idx_reader *reader, rondo_error *error)
{
    int64_t pixels = reader->rows * reader->columns;
    const rondo_random random = {.seed = (uint64_t)reader->options->permutation,
                                 .purpose = RONDO_FOR_PERMUTATION};
    reader->order = malloc((size_t)pixels * sizeof *reader->order);
    if (!reader->order)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory to order pixels");
    for (int64_t i = 0; i < pixels; i++)
        reader->order[i] = i;
    if (reader->options->permutation > 0) rondo_random_shuffle(&random, reader->order, pixels);
    return RONDO_OK;
}

static int64_t steps_of_image(const idx_reader *reader)
{
    switch (reader->options->sequence) {
    case IDX_PIXELS:
        return reader->rows * reader->columns;
    case IDX_ROWS:
        return reader->rows;
    default:
        return 1;
    }
}

static int32_t *fill_classes(const idx_reader *reader, const rondo_corpus_range *part,
                             int64_t *unknown, rondo_error *error)
{
    const uint8_t *labels = labels_of(reader, part);
    int32_t *targets =
        rondo_storage_take(reader->dataset, (size_t)part->count * sizeof *targets, "labels", error);
    for (int64_t s = 0; targets && s < part->count; s++) {
        targets[s] = reader->ids[labels[rondo_corpus_range_number(part, s)]];
        *unknown += targets[s] == RONDO_UNKNOWN_ID;
    }
    return targets;
}

static rondo_status fill_split(idx_reader *reader, rondo_split split, int64_t *unknown,
                               rondo_error *error)
{
    const rondo_corpus_range *part = &reader->ranges.splits[split];
    int64_t pixels = reader->rows * reader->columns, steps = steps_of_image(reader);
    if (!part->corpus) return RONDO_OK;
    size_t count = (size_t)part->count;
    int64_t *offset =
        rondo_storage_take(reader->dataset, (count + 1) * sizeof *offset, "offsets", error);
    if (!offset) return error->status;
    uint8_t *inputs = rondo_storage_take(reader->dataset, count * (size_t)pixels, "images", error);
    if (!inputs) return error->status;
    bool has_labels = labels_of(reader, part) != NULL;
    int32_t *targets = has_labels ? fill_classes(reader, part, unknown, error) : NULL;
    if (has_labels && !targets) return error->status;
    const uint8_t *images = reader->images[part->corpus - reader->counts].bytes;
    for (int64_t s = 0; s < part->count; s++) {
        const uint8_t *image = images + rondo_corpus_range_number(part, s) * pixels;
        offset[s + 1] = offset[s] + steps;
        for (int64_t i = 0; i < pixels; i++)
            inputs[s * pixels + i] = image[reader->order[i]];
    }
    reader->dataset->splits[split] = (rondo_sequences){.count = part->count,
                                                       .offset = offset,
                                                       .input_bytes = inputs,
                                                       .targets = rondo_ids_of(targets)};
    return RONDO_OK;
}

static rondo_status load(idx_reader *reader, uint64_t seed, rondo_error *error)
{
    rondo_dataset *dataset = reader->dataset;
    int64_t unknown = 0;
    rondo_status status;
    if ((status = read_files(reader, seed, error))) return status;
    if ((status = make_order(reader, error))) return status;
    if ((status = name_classes(reader, error))) return status;
    number_classes(reader);
    dataset->schema->sequence_targets = true;
    dataset->schema->target = RONDO_TARGET_CLASS;
    dataset->schema->input_width = reader->rows * reader->columns / steps_of_image(reader);
    dataset->schema->target_width = rondo_vocabulary_size(dataset->schema->targets);
    for (int s = 0; s < RONDO_SPLITS; s++)
        if ((status = fill_split(reader, (rondo_split)s, &unknown, error))) return status;
    if (unknown > 0)
        rondo_log_warning("%lld images have a label that the training split does not have; each "
                          "counts as an error",
                          (long long)unknown);
    return RONDO_OK;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    const rondo_experiment *experiment = reading->experiment;
    idx_reader reader = {.config = &experiment->data,
                         .options = experiment->data.options,
                         .saved = reading->saved,
                         .without_labels = reading->wanted->without_targets,
                         .dataset = dataset};
    rondo_status status = load(&reader, rondo_experiment_seed(experiment, RONDO_SEED_DATA), error);
    rondo_split_ranges_finish(&reader.ranges);
    free(reader.order);
    for (int s = 0; s < RONDO_SPLITS; s++) {
        free(reader.images[s].data);
        free(reader.labels[s].data);
    }
    return status;
}

static const char *const sequences[] = {"pixels", "rows", "image", NULL};

#define MOST_SEED 9007199254740992.0 /* 2^53: every integer up to here is exact in a row */

static const rondo_option options[] = {
    RONDO_CHOICE(idx_config, sequence, IDX_PIXELS, sequences,
                 "what a step is: a pixel, a row of pixels, or the whole image"),
    RONDO_INTEGER(idx_config, permutation, 0, 0, MOST_SEED,
                  "seed of a random pixel order shared by all images; 0: the order of the file"),
    RONDO_OPTIONS_END};

const rondo_format rondo_format_idx = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "idx",
             .summary = "IDX: images with labels, as those of MNIST",
             .config_size = sizeof(idx_config), .options = options},
    .provides = RONDO_PROVIDES_VALUES | RONDO_PROVIDES_LABELS | RONDO_PROVIDES_FILES,
    .unit = RONDO_CHARACTER,
    .sequences = RONDO_LINE,
    .read = read};
