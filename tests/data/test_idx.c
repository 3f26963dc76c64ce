/* IDX: images as sequences of pixels, rows or whole; permutation; splits; what is refused. */
#include "check.h"
#include "support.h"

#include "base/log.h"
#include "data/batches/batch.h"
#include "data/formats/ragged.h"

enum { IMAGES = 10, ROWS = 2, COLUMNS = 3, PIXELS = ROWS * COLUMNS };

/* Pixel p of image i is 10 i + p; labels 7 3 3 5 7 3 5 5 7 3. */
static const char labels[] = {7, 3, 3, 5, 7, 3, 5, 5, 7, 3};

static void write_images(const char *path, int count, int columns)
{
    char bytes[16 + IMAGES * PIXELS] = {0, 0, 8, 3};
    bytes[7] = (char)count;
    bytes[11] = ROWS;
    bytes[15] = (char)columns;
    for (int i = 0; i < count * ROWS * columns; i++)
        bytes[16 + i] = (char)(10 * (i / PIXELS) + i % PIXELS);
    write_bytes(path, bytes, 16 + (size_t)(count * ROWS * columns));
}

static void write_labels(const char *path, int count, const char *from)
{
    char bytes[8 + IMAGES] = {0, 0, 8, 1};
    bytes[7] = (char)count;
    memcpy(bytes + 8, from, (size_t)count);
    write_bytes(path, bytes, 8 + (size_t)count);
}

static rondo_experiment idx_of(const char *path, const char *sequence)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = &rondo_task_classification;
    experiment.model.pooling = RONDO_POOLING_LAST;
    experiment.model.input.kind = RONDO_INPUT_VALUES;
    use_format(&experiment, &rondo_format_idx);
    experiment.data.sequences = RONDO_LINE;
    set_option(&experiment, "sequence", sequence);
    return experiment;
}

static const char *class_of(const rondo_dataset *dataset, rondo_split split, int64_t s)
{
    return rondo_vocabulary_name(dataset->schema->targets,
                                 rondo_ids_get(dataset->splits[split].targets, s));
}

static void steps_of_an_image(void)
{
    static const int64_t steps[] = {PIXELS, ROWS, 1}, widths[] = {1, COLUMNS, PIXELS};
    static const char *const sequences[] = {"pixels", "rows", "image"};
    for (int sequence = 0; sequence < 3; sequence++) {
        rondo_experiment experiment = idx_of("idx_images-idx3", sequences[sequence]);
        rondo_dataset *dataset = load(&experiment);
        const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
        CHECK(dataset->schema->sequence_targets && !dataset->schema->inputs);
        CHECK_INTEGER(train->count, IMAGES);
        CHECK_INTEGER(train->offset[1], steps[sequence]);
        CHECK_INTEGER(train->offset[IMAGES], IMAGES * steps[sequence]);
        CHECK_INTEGER(dataset->schema->input_width, widths[sequence]);
        CHECK_INTEGER(train->input_bytes[2 * PIXELS + 4], 24);
        CHECK_INTEGER(dataset->schema->target_width, 5);
        CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 2), "3");
        CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 4), "7");
        CHECK_TEXT(class_of(dataset, RONDO_TRAIN, 0), "7");
        CHECK_TEXT(class_of(dataset, RONDO_TRAIN, 3), "5");
        rondo_dataset_destroy(dataset);
    }
}

static void pixels_become_values(void)
{
    rondo_experiment experiment = idx_of("idx_images-idx3", "rows");
    rondo_dataset *dataset = load(&experiment);
    rondo_batches_config config = {.batch_size = 4};
    rondo_batches *batches = NULL;
    rondo_batch batch;
    rondo_error error = {0};
    CHECK(!rondo_batches_create(dataset, RONDO_TRAIN, &config, &batches, &error));
    rondo_batches_get(batches, 0, 1, &batch);
    CHECK_INTEGER(batch.rows, 4);
    CHECK_INTEGER(batch.tokens, 4 * ROWS);
    CHECK_NEAR(batch.input_values[(1 * 4 + 2) * COLUMNS + 1], 64 / 255.0, 1e-7);
    CHECK_INTEGER(batch.targets[1], rondo_ids_get(dataset->splits[RONDO_TRAIN].targets, 5));
    rondo_batches_destroy(batches);

    CHECK(!rondo_ragged_write("idx.h5", dataset, &error));
    use_format(&experiment, &rondo_format_hdf5);
    experiment.data.path = "idx.h5";
    rondo_dataset *again = load(&experiment);
    CHECK(again->schema->sequence_targets && again->schema->input_width == COLUMNS);
    CHECK_NEAR(again->splits[RONDO_TRAIN].input_values[6 * PIXELS + 4], 64 / 255.0, 1e-7);
    rondo_dataset_destroy(again);
    rondo_dataset_destroy(dataset);
}

/* One order for all images of all splits: a permutation, and another one for another seed. */
static void permuted_pixels(void)
{
    rondo_experiment experiment = idx_of("idx_images-idx3", "pixels");
    experiment.data.split.test.path = "idx_images-idx3";
    uint8_t first[3][PIXELS];
    static const char *const seeds[] = {"0", "1", "2"};
    for (int seed = 0; seed < 3; seed++) {
        set_option(&experiment, "permutation", seeds[seed]);
        rondo_dataset *dataset = load(&experiment);
        const uint8_t *bytes = dataset->splits[RONDO_TRAIN].input_bytes;
        int seen[PIXELS] = {0}, wrong = 0;
        memcpy(first[seed], bytes, PIXELS);
        for (int i = 0; i < IMAGES * PIXELS; i++) {
            wrong += bytes[i] != 10 * (i / PIXELS) + first[seed][i % PIXELS];
            seen[first[seed][i % PIXELS]]++;
        }
        for (int p = 0; p < PIXELS; p++)
            wrong += seen[p] != IMAGES;
        CHECK_INTEGER(wrong, 0);
        CHECK(memcmp(dataset->splits[RONDO_TEST].input_bytes, bytes, IMAGES * PIXELS) == 0);
        rondo_dataset_destroy(dataset);
    }
    CHECK(memcmp(first[0], first[1], PIXELS) != 0);
    CHECK(memcmp(first[1], first[2], PIXELS) != 0);
}

/* Valid is the tail; classes are those of what is left for training. */
static void splits_and_unknown_classes(void)
{
    static const char nines[] = {9, 9};
    rondo_experiment experiment = idx_of("idx_images-idx3", "image");
    write_images("idx_test_images-idx3", 2, COLUMNS);
    write_labels("idx_test_labels-idx1", 2, nines);
    experiment.data.split.valid.fraction = 0.7;
    experiment.data.split.test.path = "idx_test_images-idx3";
    rondo_log_open("idx_log.txt", &(rondo_error){0});
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 3);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].count, 7);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].input_bytes[0], 30);
    CHECK_INTEGER(dataset->schema->target_width, 4);
    CHECK_TEXT(class_of(dataset, RONDO_VALID, 0), "<UNK>");
    CHECK_TEXT(class_of(dataset, RONDO_VALID, 1), "7");
    CHECK_TEXT(class_of(dataset, RONDO_TEST, 1), "<UNK>");
    rondo_dataset_destroy(dataset);
    static const char *const names[] = {"<UNK>", "<EOS>", "5", "9"};
    rondo_schema *saved = schema_of_names(NULL, 0, names, 4);
    rondo_error error = {0};
    CHECK(!rondo_dataset_load(&experiment, saved, &dataset, &error));
    rondo_schema_destroy(saved);
    rondo_log_close();
    CHECK_INTEGER(rondo_ids_get(dataset->splits[RONDO_TEST].targets, 0), 3);
    CHECK_INTEGER(rondo_ids_get(dataset->splits[RONDO_TRAIN].targets, 0), 0);
    rondo_dataset_destroy(dataset);
}

static void bad_files_are_refused(void)
{
    rondo_experiment experiment = idx_of("bad_images-idx3", "pixels");
    write_images("bad_images-idx3", IMAGES, COLUMNS);
    write_labels("bad_labels-idx1", IMAGES - 1, labels);
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "bad_labels-idx1: 9 labels, but bad_images-idx3 has 10 images");
    write_bytes("bad_images-idx3", "\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\1x", 17);
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "bad_images-idx3: 1 bytes of data, but the IDX header promises 2");
    write_bytes("bad_images-idx3", "\0\0\x08\3\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
                16);
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "bad_images-idx3: 0 bytes of data, but the IDX header promises "
                  "79228162458924105372415295488");
    write_bytes("bad_images-idx3", "\0\0\x08\3\0\0\0\0\0\0\0\1\0\0\0\1", 16);
    CHECK_REFUSED(&experiment, RONDO_FAILED, "bad_images-idx3: no data in this IDX file");
    write_bytes("bad_images-idx3", "\0\0\x0D\3\0\0\0\1", 8);
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "bad_images-idx3: IDX type 13 and rank 3; images have type 8 and rank 3");
    write_bytes("bad_images-idx3", "\0\0\x08\3\0\0\0\1", 8);
    CHECK_REFUSED(&experiment, RONDO_FAILED, "bad_images-idx3: ends within the IDX header");
    write_bytes("bad_images-idx3", "PNG", 3);
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "bad_images-idx3: not an IDX file: it does not begin with two zero bytes");
    write_images("bad_pictures-idx3", IMAGES, COLUMNS);
    experiment.data.path = "bad_pictures-idx3";
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "bad_pictures-idx3: the name of the labels' file is this one with labels for "
                  "images and idx1 for idx3; it must contain both words");
    experiment.data.path = "idx_images-idx3";
    experiment.data.split.test.path = "bad_test_images-idx3";
    write_images("bad_test_images-idx3", 2, 2);
    write_labels("bad_test_labels-idx1", 2, labels);
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "bad_test_images-idx3: images of 2 x 2, but those for training are 2 x 3");
}

int main(void)
{
    write_images("idx_images-idx3", IMAGES, COLUMNS);
    write_labels("idx_labels-idx1", IMAGES, labels);
    RUN(steps_of_an_image);
    RUN(pixels_become_values);
    RUN(permuted_pixels);
    RUN(splits_and_unknown_classes);
    RUN(bad_files_are_refused);
    return check_end();
}
