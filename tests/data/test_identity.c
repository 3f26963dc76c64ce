/* Fingerprints of splits; splits and files that are read alone, by a trained model's dictionaries.
 */
#include "check.h"
#include "support.h"

#include "base/log.h"
#include "data/formats/series.h"
#include "data/identity.h"
#include "ragged_files.h"

static rondo_identity identity_read(const rondo_experiment *experiment, const rondo_schema *saved,
                                    const rondo_data_wanted *wanted)
{
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    rondo_identity identity = {0};
    CHECK_INTEGER(rondo_dataset_read(experiment, saved, wanted, &dataset, &error), RONDO_OK);
    if (!dataset) fprintf(stderr, "%s\n", error.text);
    if (dataset) identity = rondo_identity_of(dataset);
    rondo_dataset_destroy(dataset);
    return identity;
}

static void check_same(const rondo_split_identity *a, const rondo_split_identity *b)
{
    CHECK(a->sequences > 0 && a->tokens > 0);
    CHECK(rondo_split_identity_same(a, b));
}

/* The test split has a file of its own, and everything else is missing. */
static void check_alone(rondo_experiment experiment)
{
    rondo_dataset *dataset = load(&experiment);
    const rondo_schema *saved = dataset->schema;
    const rondo_identity all = rondo_identity_of(dataset);
    const char *path = experiment.data.split.test.path;
    experiment.data.path = "there/is/none";
    const rondo_data_wanted split = {.split = RONDO_TEST};
    rondo_identity alone = identity_read(&experiment, saved, &split);
    check_same(&all.splits[RONDO_TEST], &alone.splits[RONDO_TEST]);
    CHECK_INTEGER(alone.splits[RONDO_TRAIN].sequences, 0);
    CHECK(alone.dictionaries == all.dictionaries);
    experiment.data.split.test.path = "there/is/none";
    const rondo_data_wanted file = {.split = RONDO_SPLITS, .file = path};
    alone = identity_read(&experiment, saved, &file);
    check_same(&all.splits[RONDO_TEST], &alone.splits[RONDO_TEST]);
    rondo_dataset_destroy(dataset);
}

static rondo_experiment lines_of(const char *path, const char *test)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.data.sequences = RONDO_LINE;
    experiment.data.split.test.path = test;
    return experiment;
}

/* Two tags that training never saw stand in an order in which neither file alone has them. */
static rondo_experiment tags_of(void)
{
    write_file("identity_train.tsv", "a\tX\nb\tY\n\nc\tX\n\nd\tNEW2\n");
    write_file("identity_test.tsv", "b\tNEW1\na\tNEW2\nq\tX\n\nq\tNEW1\n");
    rondo_experiment experiment = lines_of("identity_train.tsv", "identity_test.tsv");
    experiment.task = &rondo_task_tagging;
    use_format(&experiment, &rondo_format_columns);
    experiment.data.split.valid.count = 1;
    experiment.data.feature_count = 1;
    experiment.data.features[0] = (rondo_feature_config){
        .kind = RONDO_FEATURE_SUFFIX, .length = 1, .min_count = 1, .embedding = 2};
    return experiment;
}

static rondo_experiment table_of(void)
{
    write_file("identity_train.csv", "text,label\na b,x\nb,y\nc c,x\n");
    write_file("identity_test.csv", "text,label\nb c,y\nzz,x\n");
    rondo_experiment experiment = lines_of("identity_train.csv", "identity_test.csv");
    experiment.task = &rondo_task_classification;
    experiment.model.pooling = RONDO_POOLING_LAST;
    use_format(&experiment, &rondo_format_table);
    experiment.data.unit = RONDO_WORD;
    *TABLE(experiment) = (rondo_table_config){.header = true, .text = "text", .label = "label"};
    return experiment;
}

static rondo_experiment pairs_of(void)
{
    write_file("identity_a.x", "a b\nb\n");
    write_file("identity_a.y", "c\nd d\n");
    write_file("identity_b.x", "b a\n");
    write_file("identity_b.y", "d c\n");
    rondo_experiment experiment = lines_of("identity_a", "identity_b");
    experiment.task = &rondo_task_translation;
    use_format(&experiment, &rondo_format_pairs);
    PAIRS(experiment)->separator = "tab";
    PAIRS(experiment)->source_suffix = ".x";
    PAIRS(experiment)->target_suffix = ".y";
    return experiment;
}

static rondo_experiment roll_of(void)
{
    write_file("identity_train.roll", "60 61 62\n63 60\n");
    write_file("identity_test.roll", "60,64 61 62\n-  63\n");
    rondo_experiment experiment = lines_of("identity_train.roll", "identity_test.roll");
    experiment.task = &rondo_task_forecasting;
    use_format(&experiment, &rondo_format_piano_roll);
    set_option(&experiment, "lowest_pitch", "60");
    set_option(&experiment, "pitches", "8");
    return experiment;
}

static rondo_experiment series_of(void)
{
    write_file("identity_train_series.csv", "x\n1\n2\n4\n3\n5\n7\n");
    write_file("identity_test_series.csv", "x\n2\n1\n1\n6\n4\n");
    rondo_experiment experiment = lines_of("identity_train_series.csv", "identity_test_series.csv");
    experiment.task = &rondo_task_forecasting;
    experiment.model.pooling = RONDO_POOLING_LAST;
    use_format(&experiment, &rondo_format_series);
    *SERIES(experiment) = (rondo_series_config){
        .targets = "x", .window = 2, .horizon = 1, .stride = 1, .standardize = true};
    return experiment;
}

static void write_idx(const char *images, const char *classes, char first)
{
    char image[16 + 8] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2};
    char label[8 + 2] = {0, 0, 8, 1, 0, 0, 0, 2, 7, 3};
    for (int i = 0; i < 8; i++)
        image[16 + i] = (char)(first + i);
    write_bytes(images, image, sizeof image);
    if (classes) write_bytes(classes, label, sizeof label);
}

static rondo_experiment idx_of(void)
{
    write_idx("identity_train_images-idx3", "identity_train_labels-idx1", 1);
    write_idx("identity_test_images-idx3", "identity_test_labels-idx1", 5);
    rondo_experiment experiment =
        lines_of("identity_train_images-idx3", "identity_test_images-idx3");
    experiment.task = &rondo_task_classification;
    experiment.model.pooling = RONDO_POOLING_LAST;
    use_format(&experiment, &rondo_format_idx);
    set_option(&experiment, "sequence", "rows");
    return experiment;
}

/* A split that is read alone is the one it was among the others, in every form. */
static void splits_alone(void)
{
    write_file("identity_train.txt", "anna\nbob\n");
    write_file("identity_test.txt", "bab\n\nnao\nx\n");
    rondo_log_open("identity_log.txt", &(rondo_error){0});
    check_alone(lines_of("identity_train.txt", "identity_test.txt"));
    rondo_experiment stream = lines_of("identity_train.txt", "identity_test.txt");
    stream.data.sequences = RONDO_STREAM;
    check_alone(stream);
    check_alone(tags_of());
    check_alone(table_of());
    rondo_experiment conditioned = table_of();
    conditioned.task = &rondo_task_language_model;
    check_alone(conditioned);
    check_alone(pairs_of());
    check_alone(roll_of());
    check_alone(series_of());
    rondo_experiment steps = series_of();
    steps.model.pooling = RONDO_POOLING_NONE;
    check_alone(steps);
    check_alone(idx_of());
    rondo_log_close();
}

/* The common file's parts do not change when a split of its own is not read. */
static void common_file_alone(void)
{
    write_file("identity_common.txt", "anna\nbob\ncid\ndot\neve\n");
    write_file("identity_other.txt", "bab\n");
    rondo_experiment experiment = lines_of("identity_common.txt", "identity_other.txt");
    experiment.data.split.valid.fraction = 0.4;
    experiment.data.split.order = RONDO_RANDOM;
    rondo_dataset *dataset = load(&experiment);
    const rondo_identity all = rondo_identity_of(dataset);
    const rondo_schema *saved = dataset->schema;
    experiment.data.split.test.path = "there/is/none";
    const rondo_data_wanted valid = {.split = RONDO_VALID};
    rondo_identity alone = identity_read(&experiment, saved, &valid);
    check_same(&all.splits[RONDO_VALID], &alone.splits[RONDO_VALID]);
    check_same(&all.splits[RONDO_TRAIN], &alone.splits[RONDO_TRAIN]);
    CHECK_INTEGER(alone.splits[RONDO_TEST].sequences, 0);
    const rondo_data_wanted test = {.split = RONDO_TEST};
    rondo_dataset *none = (rondo_dataset *)1;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_dataset_read(&experiment, saved, &test, &none, &error), RONDO_USAGE);
    CHECK(none == NULL);
    CHECK_CONTAINS(error.text, "there/is/none: cannot open");
    rondo_dataset_destroy(dataset);
}

/* One symbol in one split changes that split's fingerprint and no other's; so does its order. */
static void differences(void)
{
    write_file("identity_common.txt", "ab\nba\nbb\naa\nab\n");
    rondo_experiment experiment = lines_of("identity_common.txt", NULL);
    experiment.data.split.valid.count = 1;
    experiment.data.split.test.count = 2;
    rondo_dataset *dataset = load(&experiment);
    rondo_identity then = rondo_identity_of(dataset);
    rondo_dataset_destroy(dataset);
    rondo_text text = {0};
    for (int s = 0; s < RONDO_SPLITS; s++)
        rondo_identity_add_difference(&then, &then, (rondo_split)s, &text);
    CHECK_TEXT(rondo_text_get(&text), "");
    write_file("identity_common.txt", "ab\nba\nbb\nab\naa\n");
    dataset = load(&experiment);
    rondo_identity now = rondo_identity_of(dataset);
    rondo_dataset_destroy(dataset);
    for (int s = 0; s < RONDO_SPLITS; s++)
        rondo_identity_add_difference(&then, &now, (rondo_split)s, &text);
    CHECK_TEXT(rondo_text_get(&text), "test: 2 sequences, 6 tokens then and now, but others");
    write_file("identity_common.txt", "ab\nbab\nbb\nab\naa\na\n");
    dataset = load(&experiment);
    now = rondo_identity_of(dataset);
    rondo_dataset_destroy(dataset);
    rondo_text_finish(&text);
    text = (rondo_text){0};
    rondo_identity_add_difference(&then, &now, RONDO_TRAIN, &text);
    rondo_identity_add_difference(&then, &now, RONDO_VALID, &text);
    CHECK_TEXT(rondo_text_get(&text),
               "train: 2 sequences, 6 tokens then, 3 sequences, 10 tokens now; "
               "valid: 1 sequence, 3 tokens then and now, but others");
    rondo_text_finish(&text);
}

/* Ragged HDF5: any split of the file stands for itself; what has no targets has none. */
static void parts_of_ragged_files(void)
{
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    content made = good_classes(), other = good_classes();
    static const int32_t swapped[] = {3, 2};
    other.split = "valid";
    other.targets = swapped;
    make_file("identity_both.h5", &made, &other);
    rondo_experiment experiment =
        hdf5_of("identity_both.h5", &rondo_task_classification, RONDO_LINE);
    experiment.model.pooling = RONDO_POOLING_LAST;
    dataset = load(&experiment);
    const rondo_schema *saved = dataset->schema;
    const rondo_identity all = rondo_identity_of(dataset);
    rondo_data_wanted wanted = {.split = RONDO_VALID, .file = "identity_both.h5"};
    rondo_identity part = identity_read(&experiment, saved, &wanted);
    check_same(&all.splits[RONDO_VALID], &part.splits[RONDO_TEST]);
    CHECK(!rondo_split_identity_same(&all.splits[RONDO_TRAIN], &part.splits[RONDO_TEST]));
    wanted.split = RONDO_SPLITS;
    rondo_dataset *none = NULL;
    CHECK_INTEGER(rondo_dataset_read(&experiment, saved, &wanted, &none, &error), RONDO_USAGE);
    CHECK_TEXT(error.text, "identity_both.h5: no /test/inputs; say which split with --split");
    const rondo_data_wanted own = {.split = RONDO_VALID};
    make_file("identity_both.h5", &other, NULL); /* no training split any more */
    part = identity_read(&experiment, saved, &own);
    check_same(&all.splits[RONDO_VALID], &part.splits[RONDO_VALID]);
    CHECK_INTEGER(part.splits[RONDO_TEST].sequences, 0);
    made.split = "test";
    made.targets = NULL;
    make_file("identity_bare.h5", &made, NULL);
    wanted.file = "identity_bare.h5";
    CHECK(rondo_dataset_read(&experiment, saved, &wanted, &none, &error) != RONDO_OK);
    CHECK_CONTAINS(error.text, "identity_bare.h5: it has no targets");
    wanted.without_targets = true;
    CHECK_INTEGER(rondo_dataset_read(&experiment, saved, &wanted, &none, &error), RONDO_OK);
    CHECK_INTEGER(none->splits[RONDO_TEST].count, 2);
    CHECK_INTEGER(none->splits[RONDO_TEST].offset[2], 5);
    CHECK(!none->splits[RONDO_TEST].targets.data && !none->splits[RONDO_TEST].target_values);
    CHECK_INTEGER(none->schema->target_width, 4);
    CHECK_TEXT(rondo_vocabulary_name(none->schema->targets, 3), "high");
    rondo_dataset_destroy(none);
    rondo_dataset_destroy(dataset);
}

static void images_without_labels(void)
{
    rondo_error error = {0};
    rondo_experiment experiment = idx_of();
    rondo_dataset *dataset = load(&experiment), *bare = NULL;
    const rondo_schema *saved = dataset->schema;
    write_idx("identity_bare_images", NULL, 9);
    const rondo_data_wanted wanted = {
        .split = RONDO_SPLITS, .file = "identity_bare_images", .without_targets = true};
    CHECK_INTEGER(rondo_dataset_read(&experiment, saved, &wanted, &bare, &error), RONDO_OK);
    CHECK_INTEGER(bare->splits[RONDO_TEST].count, 2);
    CHECK_INTEGER(bare->splits[RONDO_TEST].input_bytes[7], 16);
    CHECK(!bare->splits[RONDO_TEST].targets.data);
    rondo_dataset_destroy(bare);
    rondo_dataset_destroy(dataset);
}

static void no_file_for_these(void)
{
    rondo_error error = {0};
    rondo_dataset *none = NULL;
    const rondo_schema none_saved = {0}, *saved = &none_saved;
    rondo_data_wanted wanted = {.split = RONDO_SPLITS, .file = "new.txt"};
    rondo_experiment generated = experiment_of(NULL);
    use_format(&generated, &rondo_format_generated);
    CHECK_INTEGER(rondo_dataset_read(&generated, saved, &wanted, &none, &error), RONDO_USAGE);
    CHECK_CONTAINS(error.text, "new.txt: this model's data are generated");
    wanted.file = "-";
    rondo_experiment images = idx_of();
    CHECK_INTEGER(rondo_dataset_read(&images, saved, &wanted, &none, &error), RONDO_USAGE);
    CHECK_CONTAINS(error.text, "cannot come from standard input");
}

int main(void)
{
    RUN(splits_alone);
    RUN(common_file_alone);
    RUN(differences);
    RUN(parts_of_ragged_files);
    RUN(images_without_labels);
    RUN(no_file_for_these);
    return check_end();
}
