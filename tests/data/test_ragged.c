/* Ragged HDF5: what is written comes back, other programs' files are understood, bad ones refused.
 */
#include "check.h"
#include "support.h"

#include <unistd.h>

#include "base/hdf5.h"
#include "data/ragged.h"

static void check_same_split(const rondo_dataset *a, const rondo_dataset *b, rondo_split split)
{
    const rondo_sequences *left = &a->splits[split], *right = &b->splits[split];
    CHECK_INTEGER(left->count, right->count);
    if (left->count == 0 || left->count != right->count) return;
    size_t steps = (size_t)left->offset[left->count];
    CHECK(memcmp(left->offset, right->offset, (size_t)(left->count + 1) * sizeof(int64_t)) == 0);
    CHECK(!left->inputs == !right->inputs && !left->targets == !right->targets);
    if (left->inputs)
        CHECK(memcmp(left->inputs, right->inputs, steps * sizeof(int32_t)) == 0);
    else
        CHECK(memcmp(left->input_values, right->input_values,
                     steps * (size_t)a->input_width * sizeof(rondo_real)) == 0);
    if (left->targets)
        CHECK(memcmp(left->targets, right->targets, steps * sizeof(int32_t)) == 0);
    else
        CHECK(memcmp(left->target_values, right->target_values,
                     steps * (size_t)a->target_width * sizeof(rondo_real)) == 0);
}

/* Writes a data set, reads it, compares everything. */
static void check_round_trip(const rondo_dataset *dataset, const rondo_experiment *experiment,
                             const char *path)
{
    rondo_error error = {0};
    CHECK_INTEGER(rondo_ragged_write(path, dataset, &error), RONDO_OK);
    CHECK_TEXT(error.text, "");
    rondo_experiment again = *experiment;
    again.data.format = RONDO_FORMAT_HDF5;
    again.data.path = path;
    again.data.split = (rondo_split_config){0};
    rondo_dataset *read = load(&again);
    CHECK(read->stream == dataset->stream);
    CHECK_INTEGER(read->input_width, dataset->input_width);
    CHECK_INTEGER(read->target_width, dataset->target_width);
    CHECK_INTEGER(read->target, dataset->target);
    CHECK((read->inputs == read->targets) == (dataset->inputs == dataset->targets));
    for (int s = 0; s < RONDO_SPLITS; s++)
        check_same_split(read, dataset, (rondo_split)s);
    CHECK(read->fingerprint == dataset->fingerprint);
    rondo_dataset_destroy(read);
}

static void language_models_round_trip(void)
{
    write_file("ragged_text.txt", "one two\nthree\n\xC3\xA9t\xC3\xA9\nfour five six\nseven\n");
    rondo_experiment experiment = experiment_of("ragged_text.txt");
    experiment.data.split.valid.fraction = 0.4;
    rondo_dataset *dataset = load(&experiment);
    check_round_trip(dataset, &experiment, "ragged_stream.h5");
    rondo_dataset_destroy(dataset);
    experiment.data.example = RONDO_LINE;
    experiment.data.split.test.fraction = 0.2;
    dataset = load(&experiment);
    check_round_trip(dataset, &experiment, "ragged_lines.h5");
    rondo_dataset_destroy(dataset);
}

static void tagging_round_trips(void)
{
    rondo_experiment experiment = experiment_of(FIXTURE("tags.tsv"));
    experiment.task = RONDO_TAGGING;
    experiment.data.format = RONDO_FORMAT_COLUMNS;
    experiment.data.split.test.path = FIXTURE("tags.tsv");
    rondo_dataset *dataset = load(&experiment);
    check_round_trip(dataset, &experiment, "ragged_tags.h5");
    rondo_dataset_destroy(dataset);
}

/* A file as another program would make it. NULL arrays are left out. */
typedef struct content {
    const char *format;
    int64_t version;
    int64_t offset_count;
    const int64_t *offsets;
    int64_t input_steps, input_width, target_steps, target_width; /* width 0: ids */
    rondo_hdf5_type input_type, target_type;
    const void *inputs, *targets;
    int64_t name_count;
    const char *const *names, *const *target_names;
    const char *split;
} content;

static const int64_t offsets[] = {0, 2, 5};
static const int32_t ids[] = {2, 3, 3, 2, 1};
static const int32_t tag_ids[] = {2, 2, 2, 2, 2};
static const double values[] = {0.5, -1, 2, 3.25, 1e-3, 6, 7, 8, 9, 10};
static const double shares[] = {0, 1, 0.5, 1, 0};
static const char *const names[] = {"<UNK>", "<EOS>", "a", "b", "b"};
static const char *const tag_names[] = {"<UNK>", "<EOS>", "T"};

static content good_ids(void)
{
    return (content){.format = "ragged sequences",
                     .version = 1,
                     .offset_count = 3,
                     .offsets = offsets,
                     .input_steps = 5,
                     .input_type = RONDO_HDF5_INT32,
                     .inputs = ids,
                     .name_count = 4,
                     .names = names,
                     .split = "train"};
}

static content good_values(void)
{
    content made = good_ids();
    made.names = NULL;
    made.inputs = values;
    made.input_type = RONDO_HDF5_FLOAT64;
    made.input_width = 2;
    made.targets = shares;
    made.target_type = RONDO_HDF5_FLOAT64;
    made.target_steps = 5;
    made.target_width = 1;
    return made;
}

static void put_array(rondo_hdf5 *file, const char *split, const char *array, rondo_hdf5_type type,
                      int64_t steps, int64_t width, const void *data)
{
    char path[64];
    rondo_error error = {0};
    const int64_t extent[2] = {steps, width};
    snprintf(path, sizeof path, "/%s/%s", split, array);
    if (data)
        CHECK_INTEGER(rondo_hdf5_write(file, path, type, width > 0 ? 2 : 1, extent, data, &error),
                      RONDO_OK);
}

static void put(rondo_hdf5 *file, const content *made)
{
    rondo_error error = {0};
    if (made->format)
        CHECK_INTEGER(rondo_hdf5_set_text(file, "/", "rondo_format", made->format, &error), 0);
    CHECK_INTEGER(rondo_hdf5_set_integer(file, "/", "version", made->version, &error), 0);
    if (made->names)
        CHECK_INTEGER(rondo_hdf5_write_texts(file, "/vocabulary/inputs", made->name_count,
                                             made->names, &error),
                      0);
    if (made->target_names)
        CHECK_INTEGER(
            rondo_hdf5_write_texts(file, "/vocabulary/targets", 3, made->target_names, &error), 0);
    put_array(file, made->split, "offsets", RONDO_HDF5_INT64, made->offset_count, 0, made->offsets);
    put_array(file, made->split, "inputs", made->input_type, made->input_steps, made->input_width,
              made->inputs);
    put_array(file, made->split, "targets", made->target_type, made->target_steps,
              made->target_width, made->targets);
}

/* One content, or two where the second is another split of the same file. */
static void make_file(const char *path, const content *first, const content *second)
{
    rondo_error error = {0};
    rondo_hdf5 *file = NULL;
    remove(path);
    CHECK_INTEGER(rondo_hdf5_create(path, &file, &error), RONDO_OK);
    put(file, first);
    if (second) {
        put_array(file, second->split, "offsets", RONDO_HDF5_INT64, second->offset_count, 0,
                  second->offsets);
        put_array(file, second->split, "inputs", second->input_type, second->input_steps,
                  second->input_width, second->inputs);
        put_array(file, second->split, "targets", second->target_type, second->target_steps,
                  second->target_width, second->targets);
    }
    CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_OK);
}

static rondo_experiment hdf5_of(const char *path, int task, int example)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = task;
    experiment.data.format = RONDO_FORMAT_HDF5;
    experiment.data.example = example;
    return experiment;
}

static void sequences_and_streams(void)
{
    content made = good_ids();
    make_file("ragged_ids.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("ragged_ids.h5", RONDO_LANGUAGE_MODEL, RONDO_LINE);
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 2);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "a");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "b");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "b a");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 1), "a <EOS>");
    rondo_dataset_destroy(dataset);
    experiment.data.example = RONDO_STREAM;
    dataset = load(&experiment);
    CHECK(dataset->stream);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 1);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "a b b a");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "b b a <EOS>");
    rondo_dataset_destroy(dataset);
}

static void saved_names_translate(void)
{
    static const char *const other[] = {"<UNK>", "<EOS>", "c", "b"};
    const rondo_saved_names saved = {.input_count = 4, .inputs = other};
    content made = good_ids();
    make_file("ragged_saved.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("ragged_saved.h5", RONDO_LANGUAGE_MODEL, RONDO_STREAM);
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    CHECK_INTEGER(rondo_dataset_load(&experiment, &saved, &dataset, &error), RONDO_OK);
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "b b <UNK> <EOS>");
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].inputs[1], 3);
    rondo_dataset_destroy(dataset);
}

static void values_of_both_kinds(void)
{
    content made = good_values();
    make_file("ragged_values.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("ragged_values.h5", RONDO_TAGGING, RONDO_STREAM);
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    CHECK(!dataset->stream && !dataset->inputs && !dataset->targets && !train->inputs);
    CHECK_INTEGER(dataset->input_width, 2);
    CHECK_INTEGER(dataset->target_width, 1);
    CHECK_INTEGER(dataset->target, RONDO_TARGET_BINARY);
    CHECK_INTEGER(train->count, 2);
    CHECK(train->input_values[3] == (rondo_real)3.25);
    CHECK(train->input_values[4] == (rondo_real)1e-3);
    CHECK(train->target_values[2] == (rondo_real)0.5);
    check_round_trip(dataset, &experiment, "ragged_values_again.h5");
    rondo_dataset_destroy(dataset);
    made.targets = values;
    make_file("ragged_values.h5", &made, NULL);
    dataset = load(&experiment);
    CHECK_INTEGER(dataset->target, RONDO_TARGET_VALUES);
    rondo_dataset_destroy(dataset);

    made.targets = NULL;
    make_file("ragged_next.h5", &made, NULL);
    experiment = hdf5_of("ragged_next.h5", RONDO_LANGUAGE_MODEL, RONDO_LINE);
    dataset = load(&experiment);
    train = &dataset->splits[RONDO_TRAIN];
    CHECK_INTEGER(train->offset[2], 3);
    CHECK(train->input_values[2] == 1e-3f || train->input_values[2] == (rondo_real)1e-3);
    CHECK(train->target_values[0] == 2 && train->target_values[3] == 8);
    check_round_trip(dataset, &experiment, "ragged_next_again.h5");
    rondo_dataset_destroy(dataset);
}

static void values_in_classes_out(void)
{
    content made = good_values();
    made.targets = tag_ids;
    made.target_type = RONDO_HDF5_INT32;
    made.target_width = 0;
    made.target_names = tag_names;
    make_file("ragged_mixed.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("ragged_mixed.h5", RONDO_TAGGING, RONDO_STREAM);
    rondo_dataset *dataset = load(&experiment);
    CHECK(dataset->inputs == NULL && dataset->targets != NULL);
    CHECK_INTEGER(dataset->target, RONDO_TARGET_CLASS);
    CHECK_INTEGER(dataset->target_width, 3);
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "T T");
    check_round_trip(dataset, &experiment, "ragged_mixed_again.h5");
    rondo_dataset_destroy(dataset);
}

#define CHECK_BAD(first, second, message)                                                          \
    do {                                                                                           \
        make_file("bad.h5", first, second);                                                        \
        rondo_experiment bad = hdf5_of("bad.h5", RONDO_LANGUAGE_MODEL, RONDO_LINE);                \
        CHECK_REFUSED(&bad, RONDO_FAILED, message);                                                \
    } while (0)

static void bad_frames_are_refused(void)
{
    static const int64_t late[] = {1, 2, 5}, flat[] = {0, 2, 2}, falling[] = {0, 7, 5};
    static const int64_t single[] = {0, 1, 5};
    content made = good_ids();
    made.format = NULL;
    CHECK_BAD(&made, NULL,
              "bad.h5: not a ragged data set: root attribute rondo_format is not \"ragged "
              "sequences\"");
    made.format = "something";
    CHECK_BAD(&made, NULL,
              "bad.h5: not a ragged data set: root attribute rondo_format is not \"ragged "
              "sequences\"");
    made = good_ids();
    made.version = 2;
    CHECK_BAD(&made, NULL, "bad.h5: root attribute version is not 1, the one this program reads");
    made = good_ids();
    made.split = "valid";
    CHECK_BAD(&made, NULL, "bad.h5: no /train/inputs");
    made = good_ids();
    made.offsets = late;
    CHECK_BAD(&made, NULL, "bad.h5: /train/offsets: starts with 1, not 0");
    made.offsets = flat;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/offsets: entry 2 (2) is not greater than the one before (2)");
    made.offsets = falling;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/offsets: entry 2 (5) is not greater than the one before (7)");
    made.offsets = offsets;
    made.offset_count = 1;
    CHECK_BAD(&made, NULL, "bad.h5: /train/offsets: not a list of at least two integers");
    made.offset_count = 2;
    CHECK_BAD(&made, NULL, "bad.h5: /train/inputs: 5 steps, but the offsets end with 2");
    made.offset_count = 3;
    made.offsets = single;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train: sequence 0 has one step; to predict the next it needs two");
}

static void bad_symbols_are_refused(void)
{
    static const int32_t outside[] = {2, 3, 3, 4, 1}, negative[] = {2, 3, -1, 2, 1};
    content made = good_ids();
    made.inputs = outside;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/inputs: sequence 1, step 1: id 4 is outside the vocabulary, 0 to 3");
    made.inputs = negative;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/inputs: sequence 1, step 0: id -1 is outside the vocabulary, 0 to 3");
    made = good_ids();
    made.names = NULL;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/inputs holds symbol ids, but there is no /vocabulary/inputs with "
              "their names");
    made = good_ids();
    made.name_count = 5;
    CHECK_BAD(&made, NULL, "bad.h5: vocabulary: names 3 and 4 are both \"b\"");
}

static void bad_values_are_refused(void)
{
    double broken[10];
    content made = good_values();
    made.targets = NULL;
    memcpy(broken, values, sizeof broken);
    made.inputs = broken;
    broken[7] = (double)NAN;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/inputs: sequence 1, step 1, feature 1: nan is not a finite number");
    broken[7] = 1;
    broken[0] = -HUGE_VAL;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/inputs: sequence 0, step 0, feature 0: -inf is not a finite number");
    made.inputs = shares;
    made.input_width = 0;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/inputs: neither integer ids [steps] nor values [steps, width]");
}

static void splits_must_agree(void)
{
    content made = good_ids(), other = good_values();
    other.split = "valid";
    other.targets = NULL;
    CHECK_BAD(&made, &other,
              "bad.h5: /valid/inputs: width 2 values, but the training split has width 1 ids");
    made = good_values();
    made.targets = NULL;
    other.input_width = 1;
    CHECK_BAD(&made, &other,
              "bad.h5: /valid/inputs: width 1 values, but the training split has width 2 values");
    other = good_values();
    other.split = "test";
    CHECK_BAD(&made, &other, "bad.h5: no /train/targets but has /test/targets");
}

static void the_task_must_fit(void)
{
    content made = good_values();
    make_file("bad.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("bad.h5", RONDO_LANGUAGE_MODEL, RONDO_STREAM);
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "bad.h5: has /train/targets, which task language_model does not take; is it for "
                  "task tagging?");
    made = good_ids();
    make_file("bad.h5", &made, NULL);
    experiment.task = RONDO_TAGGING;
    CHECK_REFUSED(&experiment, RONDO_USAGE, "bad.h5: no /train/targets, which task tagging needs");
}

/* Not an HDF5 file, a file cut short: the door's sentence, with the name. */
static void broken_files_are_refused(void)
{
    static char bytes[65536];
    content made = good_ids();
    make_file("bad.h5", &made, NULL);
    FILE *file = fopen("bad.h5", "rb");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file) fclose(file);
    CHECK(size > 1000);
    for (size_t kept = 0; kept < size; kept += size / 7) {
        rondo_error error = {0};
        rondo_dataset *dataset = (rondo_dataset *)1;
        write_bytes("cut.h5", bytes, kept);
        CHECK(rondo_ragged_read("cut.h5", false, NULL, &dataset, &error) != RONDO_OK);
        CHECK(dataset == NULL);
        CHECK_CONTAINS(error.text, "cut.h5");
        CHECK(strchr(error.text, '\n') == NULL);
    }
}

static void nothing_half_written(void)
{
    rondo_error error = {0};
    content made = good_ids();
    make_file("ragged_from.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("ragged_from.h5", RONDO_LANGUAGE_MODEL, RONDO_LINE);
    rondo_dataset *dataset = load(&experiment);
    CHECK(rondo_ragged_write("no/such/folder/x.h5", dataset, &error) != RONDO_OK);
    CHECK_CONTAINS(error.text, "no/such/folder/");
    CHECK(access("no", F_OK) != 0);
    rondo_dataset_destroy(dataset);
}

int main(void)
{
    RUN(language_models_round_trip);
    RUN(tagging_round_trips);
    RUN(sequences_and_streams);
    RUN(saved_names_translate);
    RUN(values_of_both_kinds);
    RUN(values_in_classes_out);
    RUN(bad_frames_are_refused);
    RUN(bad_symbols_are_refused);
    RUN(bad_values_are_refused);
    RUN(splits_must_agree);
    RUN(the_task_must_fit);
    RUN(broken_files_are_refused);
    RUN(nothing_half_written);
    return check_end();
}
