/* Ragged HDF5 that is refused: in one line, with the array and the place in it. */
#include "base/scratch.h"
#include "check.h"
#include "ragged_files.h"

#define CHECK_BAD(first, second, message)                                                          \
    do {                                                                                           \
        make_file("bad.h5", first, second);                                                        \
        rondo_experiment bad = hdf5_of("bad.h5", &rondo_task_language_model, RONDO_LINE);          \
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
    rondo_experiment experiment = hdf5_of("bad.h5", &rondo_task_language_model, RONDO_STREAM);
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "bad.h5: has /train/targets, which this task does not take (it predicts the next "
                  "step of its input); is it for task tagging, classification or regression?");
    made = good_ids();
    make_file("bad.h5", &made, NULL);
    experiment.task = &rondo_task_tagging;
    CHECK_REFUSED(&experiment, RONDO_USAGE, "bad.h5: no /train/targets, which this task needs");
}

static void targets_of_sequences_must_fit(void)
{
    content made = good_classes();
    made.target_kind = "row";
    CHECK_BAD(&made, NULL,
              "bad.h5: root attribute targets is not \"step\", \"sequence\" or \"labels\"");
    made = good_classes();
    made.target_steps = 1;
    CHECK_BAD(&made, NULL, "bad.h5: /train/targets: 1 rows, but 2 sequences");
    made = good_classes();
    made.target_kind = NULL;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/targets: 2 steps, but the offsets end with 5 (targets of sequences "
              "need the root attribute targets = \"sequence\")");
    made = good_classes();
    made.target_name_count = 3;
    CHECK_BAD(&made, NULL,
              "bad.h5: /train/targets: sequence 1: id 3 is outside the vocabulary, 0 to 2");
}

static void pooling_must_fit(void)
{
    content made = good_classes();
    make_file("bad.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("bad.h5", &rondo_task_tagging, RONDO_LINE);
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "bad.h5: its targets are per sequence, but the model predicts at every step; is "
                  "it for task classification, or regression with model.pooling?");
    made = good_values();
    make_file("bad.h5", &made, NULL);
    experiment.task = &rondo_task_regression;
    experiment.model.pooling = RONDO_POOLING_MEAN;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "bad.h5: its targets are per step (root attribute targets is not \"sequence\"), "
                  "but model.pooling leaves one prediction per sequence");
    made = good_ids();
    make_file("bad.h5", &made, NULL);
    CHECK_REFUSED(&experiment, RONDO_USAGE, "bad.h5: no /train/targets, which this task needs");
}

/* Not an HDF5 file, a file cut short: the wrapper's message, with the name. */
static void broken_files_are_refused(void)
{
    static char bytes[65536];
    content made = good_ids();
    make_file("bad.h5", &made, NULL);
    scratch_unseal("bad.h5");
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

int main(void)
{
    RUN(bad_frames_are_refused);
    RUN(bad_symbols_are_refused);
    RUN(bad_values_are_refused);
    RUN(splits_must_agree);
    RUN(the_task_must_fit);
    RUN(targets_of_sequences_must_fit);
    RUN(pooling_must_fit);
    RUN(broken_files_are_refused);
    return check_end();
}
