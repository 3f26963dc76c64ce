/* Ragged HDF5: what is written comes back, and other programs' files are understood. */
#include "check.h"
#include "support.h"

#include <unistd.h>

#include "ragged_files.h"

static void check_same_ids(rondo_ids a, rondo_ids b, int64_t count)
{
    int64_t different = 0;
    CHECK(!a.data == !b.data);
    for (int64_t i = 0; a.data && b.data && i < count; i++)
        different += rondo_ids_get(a, i) != rondo_ids_get(b, i);
    CHECK_INTEGER(different, 0);
}

static void check_same_split(const rondo_dataset *a, const rondo_dataset *b, rondo_split split)
{
    const rondo_sequences *left = &a->splits[split], *right = &b->splits[split];
    CHECK_INTEGER(left->count, right->count);
    if (left->count == 0 || left->count != right->count) return;
    size_t steps = (size_t)left->offset[left->count];
    size_t targets = a->schema->sequence_targets ? (size_t)left->count : steps;
    CHECK(memcmp(left->offset, right->offset, (size_t)(left->count + 1) * sizeof(int64_t)) == 0);
    check_same_ids(left->inputs, right->inputs, (int64_t)steps);
    check_same_ids(left->targets, right->targets, (int64_t)targets);
    if (left->input_values)
        CHECK(memcmp(left->input_values, right->input_values,
                     steps * (size_t)a->schema->input_width * sizeof(rondo_real)) == 0);
    if (left->target_values)
        CHECK(memcmp(left->target_values, right->target_values,
                     targets * (size_t)a->schema->target_width * sizeof(rondo_real)) == 0);
}

/* Writes a data set, reads it, compares everything. */
static void check_round_trip(const rondo_dataset *dataset, const rondo_experiment *experiment,
                             const char *path)
{
    rondo_error error = {0};
    CHECK_INTEGER(rondo_ragged_write(path, dataset, &error), RONDO_OK);
    CHECK_TEXT(error.text, "");
    rondo_experiment again = *experiment;
    use_format(&again, &rondo_format_hdf5);
    again.data.path = path;
    again.data.split = (rondo_split_config){0};
    rondo_dataset *read = load(&again);
    CHECK(read->stream == dataset->stream);
    CHECK(read->schema->sequence_targets == dataset->schema->sequence_targets);
    CHECK_INTEGER(read->schema->input_width, dataset->schema->input_width);
    CHECK_INTEGER(read->schema->target_width, dataset->schema->target_width);
    CHECK_INTEGER(read->schema->target, dataset->schema->target);
    CHECK((read->schema->inputs == read->schema->targets) ==
          (dataset->schema->inputs == dataset->schema->targets));
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
    experiment.data.sequences = RONDO_LINE;
    experiment.data.split.test.fraction = 0.2;
    dataset = load(&experiment);
    check_round_trip(dataset, &experiment, "ragged_lines.h5");
    rondo_dataset_destroy(dataset);
}

static void tagging_round_trips(void)
{
    rondo_experiment experiment = experiment_of(FIXTURE("tags.tsv"));
    experiment.task = &rondo_task_tagging;
    use_format(&experiment, &rondo_format_columns);
    experiment.data.split.test.path = FIXTURE("tags.tsv");
    rondo_dataset *dataset = load(&experiment);
    check_round_trip(dataset, &experiment, "ragged_tags.h5");
    rondo_dataset_destroy(dataset);
}

static void sequences_and_streams(void)
{
    content made = good_ids();
    make_file("ragged_ids.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("ragged_ids.h5", &rondo_task_language_model, RONDO_LINE);
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 2);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "a");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "b");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "b a");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 1), "a <EOS>");
    rondo_dataset_destroy(dataset);
    experiment.data.sequences = RONDO_STREAM;
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
    rondo_schema *saved = schema_of_names(other, 4, NULL, 0);
    content made = good_ids();
    make_file("ragged_saved.h5", &made, NULL);
    rondo_experiment experiment =
        hdf5_of("ragged_saved.h5", &rondo_task_language_model, RONDO_STREAM);
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    CHECK_INTEGER(rondo_dataset_load(&experiment, saved, &dataset, &error), RONDO_OK);
    rondo_schema_destroy(saved);
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "b b <UNK> <EOS>");
    CHECK_INTEGER(rondo_ids_get(dataset->splits[RONDO_TRAIN].inputs, 1), 3);
    rondo_dataset_destroy(dataset);
}

static void values_of_both_kinds(void)
{
    content made = good_values();
    make_file("ragged_values.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("ragged_values.h5", &rondo_task_tagging, RONDO_STREAM);
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    CHECK(!dataset->stream && !dataset->schema->inputs && !dataset->schema->targets &&
          !train->inputs.data);
    CHECK_INTEGER(dataset->schema->input_width, 2);
    CHECK_INTEGER(dataset->schema->target_width, 1);
    CHECK_INTEGER(dataset->schema->target, RONDO_TARGET_BINARY);
    CHECK_INTEGER(train->count, 2);
    CHECK(train->input_values[3] == (rondo_real)3.25);
    CHECK(train->input_values[4] == (rondo_real)1e-3);
    CHECK(train->target_values[2] == (rondo_real)0.5);
    check_round_trip(dataset, &experiment, "ragged_values_again.h5");
    rondo_dataset_destroy(dataset);
    made.targets = values;
    make_file("ragged_values.h5", &made, NULL);
    dataset = load(&experiment);
    CHECK_INTEGER(dataset->schema->target, RONDO_TARGET_VALUES);
    rondo_dataset_destroy(dataset);

    made.targets = NULL;
    make_file("ragged_next.h5", &made, NULL);
    experiment = hdf5_of("ragged_next.h5", &rondo_task_language_model, RONDO_LINE);
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
    static const int32_t tag_ids[] = {2, 2, 2, 2, 2};
    static const char *const tag_names[] = {"<UNK>", "<EOS>", "T"};
    content made = good_values();
    made.targets = tag_ids;
    made.target_type = RONDO_HDF5_INT32;
    made.target_width = 0;
    made.target_names = tag_names;
    made.target_name_count = 3;
    make_file("ragged_mixed.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("ragged_mixed.h5", &rondo_task_tagging, RONDO_STREAM);
    rondo_dataset *dataset = load(&experiment);
    CHECK(dataset->schema->inputs == NULL && dataset->schema->targets != NULL);
    CHECK_INTEGER(dataset->schema->target, RONDO_TARGET_CLASS);
    CHECK_INTEGER(dataset->schema->target_width, 3);
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "T T");
    check_round_trip(dataset, &experiment, "ragged_mixed_again.h5");
    rondo_dataset_destroy(dataset);
}

static rondo_experiment pooled_of(const char *path, const rondo_task *task)
{
    rondo_experiment experiment = hdf5_of(path, task, RONDO_LINE);
    experiment.model.pooling = RONDO_POOLING_LAST;
    return experiment;
}

static void classes_of_sequences(void)
{
    content made = good_classes();
    make_file("ragged_classes.h5", &made, NULL);
    rondo_experiment experiment = pooled_of("ragged_classes.h5", &rondo_task_classification);
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    CHECK(dataset->schema->sequence_targets && !dataset->stream);
    CHECK_INTEGER(dataset->schema->target, RONDO_TARGET_CLASS);
    CHECK_INTEGER(dataset->schema->target_width, 4);
    CHECK_INTEGER(train->count, 2);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "b a <EOS>");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, rondo_ids_get(train->targets, 0)),
               "low");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, rondo_ids_get(train->targets, 1)),
               "high");
    check_round_trip(dataset, &experiment, "ragged_classes_again.h5");
    uint64_t before = dataset->fingerprint;
    rondo_dataset_destroy(dataset);
    static const int32_t other[] = {3, 3};
    made.targets = other;
    make_file("ragged_classes.h5", &made, NULL);
    dataset = load(&experiment);
    CHECK(dataset->fingerprint != before);
    rondo_dataset_destroy(dataset);
}

static void values_of_sequences(void)
{
    content made = good_values();
    made.target_kind = "sequence";
    made.target_steps = 2;
    made.target_width = 2;
    make_file("ragged_wholes.h5", &made, NULL);
    rondo_experiment experiment = pooled_of("ragged_wholes.h5", &rondo_task_regression);
    rondo_dataset *dataset = load(&experiment);
    CHECK(dataset->schema->sequence_targets);
    CHECK_INTEGER(dataset->schema->target_width, 2);
    CHECK(dataset->splits[RONDO_TRAIN].target_values[2] == (rondo_real)0.5);
    check_round_trip(dataset, &experiment, "ragged_wholes_again.h5");
    rondo_dataset_destroy(dataset);
}

/* Every sequence has one step, so shapes alone could mean either; the attribute decides. */
static void the_attribute_decides(void)
{
    static const int64_t ones[] = {0, 1, 2};
    content made = good_classes();
    made.offsets = ones;
    made.input_steps = 2;
    make_file("ragged_ones.h5", &made, NULL);
    rondo_experiment experiment = pooled_of("ragged_ones.h5", &rondo_task_classification);
    rondo_dataset *dataset = load(&experiment);
    CHECK(dataset->schema->sequence_targets);
    rondo_dataset_destroy(dataset);
    made.target_kind = "step";
    make_file("ragged_ones.h5", &made, NULL);
    experiment = hdf5_of("ragged_ones.h5", &rondo_task_tagging, RONDO_LINE);
    dataset = load(&experiment);
    CHECK(!dataset->schema->sequence_targets);
    rondo_dataset_destroy(dataset);
}

static void nothing_half_written(void)
{
    rondo_error error = {0};
    content made = good_ids();
    make_file("ragged_from.h5", &made, NULL);
    rondo_experiment experiment = hdf5_of("ragged_from.h5", &rondo_task_language_model, RONDO_LINE);
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
    RUN(classes_of_sequences);
    RUN(values_of_sequences);
    RUN(the_attribute_decides);
    RUN(nothing_half_written);
    return check_end();
}
