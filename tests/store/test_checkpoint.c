#include "check.h"

#include <unistd.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "base/log.h"
#include "base/product.h"
#include "base/scratch.h"
#include "store/sample.h"

#ifdef RONDO_DOUBLE
#define FOLDER "checkpoint_double_test"
#else
#define FOLDER "checkpoint_test"
#endif
#define LATEST FOLDER "/latest.h5"

static rondo_error error;
static sample written, back;

static void write_step(int64_t step, int64_t keep)
{
    sample_make(&written, step);
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_checkpoint_write(FOLDER, keep, &written.checkpoint, &error), RONDO_OK);
    CHECK_TEXT(error.text, "");
}

/* The step of a checkpoint that is whole, or -1. */
static int64_t step_of(const char *path)
{
    rondo_error ignored = {0};
    sample_blank(&back);
    if (rondo_checkpoint_read(path, &back.checkpoint, false, &ignored)) return -1;
    return sample_is_whole(&back) ? back.step : -1;
}

static void test_round_trip(void)
{
    scratch_folder(FOLDER);
    write_step(0, 2);
    CHECK_INTEGER(step_of(LATEST), 0);
    CHECK(back.best_loss == INFINITY);
    write_step(123456789012, 2);
    CHECK_INTEGER(step_of(LATEST), 123456789012);
    CHECK_INTEGER(rondo_checkpoint_verify(LATEST, &error), RONDO_OK);
    CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
}

static void test_header(void)
{
    rondo_checkpoint_header header;
    scratch_folder(FOLDER);
    write_step(5, 1);
    CHECK_INTEGER(rondo_checkpoint_read_header(LATEST, &header, &error), RONDO_OK);
    CHECK_TEXT(header.config, sample_config);
    CHECK_TEXT(header.kernel, rondo_product_kernel());
    CHECK(header.fingerprint == UINT64_C(0xfedcba9876543210));
    CHECK_INTEGER(header.real_size, sizeof(rondo_real));
    CHECK_INTEGER(header.version, 2);
    CHECK_INTEGER(rondo_vocabulary_size(header.schema->inputs), SAMPLE_NAMES);
    for (int32_t i = 0; i < SAMPLE_NAMES; i++)
        CHECK_TEXT(rondo_vocabulary_name(header.schema->inputs, i), sample_names[i]);
    CHECK(header.schema->targets == header.schema->inputs);
    CHECK(!header.schema->classes && !header.schema->scales && !header.schema->sequence_targets);
    CHECK(header.schema->target == RONDO_TARGET_CLASS);
    rondo_checkpoint_header_finish(&header);
    CHECK(header.config == NULL);
    CHECK(rondo_checkpoint_read_header(FOLDER "/none.h5", &header, &error) != RONDO_OK);
    CHECK(header.config == NULL && header.schema == NULL);
}

static rondo_vocabulary *dictionary(const char *const *names, int64_t count)
{
    rondo_vocabulary *vocabulary = NULL;
    CHECK_INTEGER(rondo_vocabulary_restore_classes(names, count, &vocabulary, &error), RONDO_OK);
    return vocabulary;
}

static rondo_schema *read_schema_back(const rondo_schema *schema)
{
    static sample s;
    rondo_checkpoint_header header;
    scratch_folder(FOLDER);
    sample_make(&s, 5);
    s.checkpoint.schema = schema;
    CHECK_INTEGER(rondo_checkpoint_write(FOLDER, 1, &s.checkpoint, &error), RONDO_OK);
    CHECK_INTEGER(rondo_checkpoint_verify(LATEST, &error), RONDO_OK);
    error = (rondo_error){0};
    rondo_checkpoint_read_header(LATEST, &header, &error);
    CHECK_TEXT(error.text, "");
    rondo_schema *back_schema = header.schema;
    header.schema = NULL;
    rondo_checkpoint_header_finish(&header);
    return back_schema;
}

static void check_dictionary(const rondo_vocabulary *vocabulary, const char *const *names,
                             int64_t count)
{
    CHECK_INTEGER(vocabulary ? rondo_vocabulary_size(vocabulary) : 0, count);
    for (int32_t i = 0; vocabulary && i < count; i++)
        CHECK_TEXT(rondo_vocabulary_name(vocabulary, i), names[i]);
}

/* Symbols with features, classes of their own from 0 on, tags. */
static void test_schema_of_classes(void)
{
    static const char *const tags[] = {"B-\xC3\xBC"}, *const shapes[] = {"<UNK>", "<EOS>", "Xx"};
    rondo_schema *schema;
    CHECK_INTEGER(rondo_schema_create(&schema, &error), RONDO_OK);
    *schema = (rondo_schema){.input_width = SAMPLE_NAMES + 3,
                             .target_width = 1,
                             .target = RONDO_TARGET_CLASS,
                             .sequence_targets = true,
                             .inputs = dictionary(sample_names, SAMPLE_NAMES),
                             .targets = dictionary(tags, 1),
                             .classes = dictionary(shapes, 3),
                             .feature_count = 2,
                             .features = {dictionary(shapes, 3), dictionary(sample_names, 4)},
                             .tag_scheme = RONDO_TAGS_IOBES};
    rondo_schema *found = read_schema_back(schema);
    CHECK_INTEGER(found->input_width, SAMPLE_NAMES + 3);
    CHECK_INTEGER(found->target_width, 1);
    CHECK(found->target == RONDO_TARGET_CLASS && found->sequence_targets);
    CHECK_INTEGER(found->tag_scheme, RONDO_TAGS_IOBES);
    check_dictionary(found->inputs, sample_names, SAMPLE_NAMES);
    check_dictionary(found->targets, tags, 1);
    check_dictionary(found->classes, shapes, 3);
    CHECK_INTEGER(found->feature_count, 2);
    check_dictionary(found->features[0], shapes, 3);
    check_dictionary(found->features[1], sample_names, 4);
    rondo_schema_destroy(found);
    rondo_schema_destroy(schema);
}

/* Means and deviations of columns come back to the bit, and which column a target is. */
static void test_schema_of_values(void)
{
    static const double means[] = {-0.0, 1e300, 3}, deviations[] = {1.0 / 3, 5e-324, 1};
    rondo_schema schema = {.input_width = 2, .target_width = 6, .target = RONDO_TARGET_VALUES};
    CHECK_INTEGER(rondo_scales_create(3, sample_names + 1, 2, 2, &schema.scales, &error), RONDO_OK);
    memcpy(schema.scales->mean, means, sizeof means);
    memcpy(schema.scales->deviation, deviations, sizeof deviations);
    schema.scales->targets[0] = 2;
    rondo_schema *found = read_schema_back(&schema);
    CHECK(found->target == RONDO_TARGET_VALUES && !found->sequence_targets);
    CHECK(!found->inputs && !found->targets && found->target_width == 6);
    CHECK_INTEGER(found->scales->count, 3);
    CHECK_INTEGER(found->scales->input_count, 2);
    CHECK_INTEGER(found->scales->target_count, 2);
    CHECK(found->scales->targets[0] == 2 && found->scales->targets[1] == 1);
    for (int i = 0; i < 3; i++)
        CHECK_TEXT(found->scales->names[i], sample_names[i + 1]);
    CHECK(memcmp(found->scales->mean, means, sizeof means) == 0);
    CHECK(memcmp(found->scales->deviation, deviations, sizeof deviations) == 0);
    rondo_schema_destroy(found);
    rondo_scales_destroy(schema.scales);
}

/* A file that claims fewer inputs than its dictionary has ids would have arrays read behind their
 * end. */
static void check_schema_refused(const rondo_schema *schema, const char *message)
{
    static sample s;
    rondo_checkpoint_header header;
    scratch_folder(FOLDER);
    sample_make(&s, 5);
    s.checkpoint.schema = schema;
    CHECK_INTEGER(rondo_checkpoint_write(FOLDER, 1, &s.checkpoint, &error), RONDO_OK);
    CHECK_INTEGER(rondo_checkpoint_read_header(LATEST, &header, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, message);
    CHECK(!header.schema && !header.config);
}

static void test_schema_misfits(void)
{
    rondo_schema schema = *sample_schema();
    schema.input_width = SAMPLE_NAMES - 1;
    check_schema_refused(&schema,
                         LATEST ": /schema: widths 3 and 4 are not those of its dictionaries");
    schema.input_width = SAMPLE_NAMES;
    schema.target_width = SAMPLE_NAMES + 1;
    check_schema_refused(&schema,
                         LATEST ": /schema: widths 4 and 5 are not those of its dictionaries");
    schema.target_width = SAMPLE_NAMES;
    schema.first_class = 2;
    rondo_schema *found = read_schema_back(&schema);
    CHECK_INTEGER(found->first_class, 2);
    rondo_schema_destroy(found);
    rondo_schema values = {.input_width = 1, .target_width = 1, .target = RONDO_TARGET_VALUES};
    CHECK_INTEGER(rondo_scales_create(1, sample_names, 1, 1, &values.scales, &error), RONDO_OK);
    values.scales->targets[0] = 1;
    check_schema_refused(&values, LATEST ": /schema/columns: inputs or targets are none of its 1 "
                                         "columns");
    values.scales->targets[0] = 0;
    values.scales->input_count = 2;
    check_schema_refused(&values, LATEST ": /schema/columns: inputs or targets are none of its 1 "
                                         "columns");
    rondo_scales_destroy(values.scales);
}

/* Which data it was trained with; a checkpoint without that is one from before. */
static void test_identity(void)
{
    static sample s;
    rondo_checkpoint_header header;
    scratch_folder(FOLDER);
    sample_make(&s, 5);
    CHECK_INTEGER(rondo_checkpoint_write(FOLDER, 1, &s.checkpoint, &error), RONDO_OK);
    CHECK_INTEGER(rondo_checkpoint_read_header(LATEST, &header, &error), RONDO_OK);
    CHECK(!header.identity.known);
    rondo_checkpoint_header_finish(&header);
    s.checkpoint.identity = (rondo_identity){
        .known = true,
        .dictionaries = UINT64_MAX,
        .splits = {{3, 17, UINT64_C(0x8000000000000001)}, {0}, {INT64_MAX, INT64_MAX, 7}}};
    CHECK_INTEGER(rondo_checkpoint_write(FOLDER, 1, &s.checkpoint, &error), RONDO_OK);
    CHECK_INTEGER(rondo_checkpoint_verify(LATEST, &error), RONDO_OK);
    CHECK_INTEGER(rondo_checkpoint_read_header(LATEST, &header, &error), RONDO_OK);
    CHECK(header.identity.known && header.identity.dictionaries == UINT64_MAX);
    for (int i = 0; i < RONDO_SPLITS; i++)
        CHECK(rondo_split_identity_same(&header.identity.splits[i],
                                        &s.checkpoint.identity.splits[i]));
    rondo_checkpoint_header_finish(&header);
}

/* What scripts and other readers rely on. */
static void test_layout(void)
{
    static const char *const arrays[] = {
        "/parameters/layers/0/forward/weights",
        "/parameters/readout/bias",
        "/optimizer/first_moment/layers/0/forward/weights",
        "/state/layers/0/forward/hidden",
        "/config",
        "/schema/inputs",
    };
    static const char *const texts[] = {"rondo_format", "rondo_version", "kernel",
                                        "dataset_fingerprint", "checksum"};
    rondo_hdf5 *file;
    rondo_hdf5_shape shape;
    int64_t integer;
    double real;
    char *text;
    scratch_folder(FOLDER);
    write_step(21, 1);
    CHECK_INTEGER(rondo_hdf5_open(LATEST, &file, &error), RONDO_OK);
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        CHECK(rondo_hdf5_has(file, arrays[i]));
    CHECK(!rondo_hdf5_shape_of(file, arrays[0], &shape, &error));
    CHECK_INTEGER(shape.type, RONDO_HDF5_REAL);
    CHECK_INTEGER(shape.rank, 2);
    CHECK_INTEGER(shape.extent[0], SAMPLE_ROWS);
    CHECK_INTEGER(shape.extent[1], SAMPLE_COLUMNS);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CHECK(!rondo_hdf5_get_text(file, "/", texts[i], &text, &error));
        if (i == 0) CHECK_TEXT(text, "checkpoint");
        if (i == 3) CHECK_TEXT(text, "crc32 fedcba9876543210");
        if (i == 4) CHECK_INTEGER(strlen(text), strlen("crc32 01234567"));
        free(text);
    }
    CHECK(!rondo_hdf5_get_integer(file, "/", "version", &integer, &error));
    CHECK_INTEGER(integer, 2);
    CHECK(!rondo_hdf5_get_integer(file, "/", "real_size", &integer, &error));
    CHECK_INTEGER(integer, sizeof(rondo_real));
    CHECK(!rondo_hdf5_get_integer(file, "/progress", "step", &integer, &error));
    CHECK_INTEGER(integer, 21);
    CHECK(!rondo_hdf5_get_real(file, "/progress", "best_loss", &real, &error));
    CHECK(real == 1.0 / 63);
    rondo_hdf5_close(file, &error);
}

static void test_parameters_only(void)
{
    static sample untouched;
    scratch_folder(FOLDER);
    write_step(9, 1);
    sample_blank(&back);
    sample_blank(&untouched);
    CHECK_INTEGER(rondo_checkpoint_read(LATEST, &back.checkpoint, true, &error), RONDO_OK);
    CHECK(memcmp(back.weights, written.weights, sizeof back.weights) == 0);
    CHECK(memcmp(back.bias, written.bias, sizeof back.bias) == 0);
    CHECK(memcmp(back.moments, untouched.moments, sizeof back.moments) == 0);
    CHECK(memcmp(back.carried, untouched.carried, sizeof back.carried) == 0);
    CHECK(back.step == untouched.step);
}

/* Nothing may be filled when anything does not fit. */
static void check_misfit(const char *message)
{
    static sample untouched;
    sample_blank(&untouched);
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_checkpoint_read(LATEST, &back.checkpoint, false, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, message);
    CHECK(memcmp(back.weights, untouched.weights, sizeof back.weights) == 0);
    CHECK(memcmp(back.carried, untouched.carried, sizeof back.carried) == 0);
    CHECK(back.step == untouched.step);
    sample_blank(&back);
}

static void test_misfits(void)
{
    scratch_folder(FOLDER);
    write_step(9, 1);
    sample_blank(&back);
    back.parameters[0].extent[1] = 54;
    check_misfit(LATEST ": parameter layers/0/forward/weights is [37, 53] in the file, [37, 54] in "
                        "the model");
    back.parameters[1].rank = 2;
    back.parameters[1].extent[1] = 1;
    check_misfit(LATEST ": parameter readout/bias is [53] in the file, [53, 1] in the model");
    back.parameters[1].name = "readout/scale";
    check_misfit(LATEST ": parameter readout/scale [53] is not in the file");
    back.checkpoint.parameter_count = 1;
    check_misfit(LATEST ": the model has no parameter readout/bias");
    back.slots[0].extent[0] = 1;
    check_misfit(LATEST ": optimizer slot first_moment/layers/0/forward/weights is [37, 53] in the "
                        "file, [1, 53] in the model");
    back.checkpoint.slot_count = 0;
    check_misfit(LATEST ": the model has no optimizer slot first_moment/layers/0/forward/weights");
    back.states[0].name = "layers/1/forward/hidden";
    check_misfit(LATEST ": carried state layers/1/forward/hidden [2, 53] is not in the file");
    back.values[1].name = "waited";
    check_misfit(LATEST ": /progress: attribute waited is missing");
    back.values[2] = (rondo_progress_value){.name = "best_loss", .integer = &back.epoch};
    check_misfit(LATEST ": /progress: attribute best_loss is not an integer");
}

static void test_generations(void)
{
    static const char *const names[] = {LATEST, FOLDER "/latest-1.h5", FOLDER "/latest-2.h5",
                                        FOLDER "/latest-3.h5"};
    scratch_folder(FOLDER);
    for (int64_t step = 1; step <= 5; step++) {
        write_step(step, 3);
        for (int64_t generation = 0; generation < 4; generation++) {
            int64_t expected = generation < 3 && step > generation ? step - generation : -1;
            CHECK_INTEGER(step_of(names[generation]), expected);
        }
        CHECK_INTEGER(scratch_count(FOLDER, ""), step < 3 ? step : 3);
    }
    write_step(6, 1);
    CHECK_INTEGER(step_of(LATEST), 6);
    CHECK_INTEGER(scratch_count(FOLDER, ""), 1);
    scratch_write(FOLDER "/latest-x.h5", "x", 1);
    scratch_write(FOLDER "/latest-07.h5", "x", 1);
    write_step(7, 1);
    CHECK_INTEGER(scratch_count(FOLDER, ""), 3);
}

static void test_best(void)
{
    scratch_folder(FOLDER);
    CHECK(rondo_checkpoint_mark_best(FOLDER, &error) != RONDO_OK);
    write_step(1, 1);
    CHECK_INTEGER(rondo_checkpoint_mark_best(FOLDER, &error), RONDO_OK);
    CHECK_INTEGER(rondo_checkpoint_mark_best(FOLDER, &error), RONDO_OK);
    write_step(2, 1);
    write_step(3, 1);
    CHECK_INTEGER(step_of(FOLDER "/best.h5"), 1);
    CHECK_INTEGER(rondo_checkpoint_mark_best(FOLDER, &error), RONDO_OK);
    CHECK_INTEGER(step_of(FOLDER "/best.h5"), 3);
}

static void test_clear(void)
{
    char *path;
    scratch_folder(FOLDER);
    for (int64_t step = 1; step <= 3; step++)
        write_step(step, 3);
    CHECK_INTEGER(rondo_checkpoint_mark_best(FOLDER, &error), RONDO_OK);
    scratch_write(FOLDER "/notes.txt", "x", 1);
    CHECK_INTEGER(rondo_checkpoint_clear(FOLDER, &error), RONDO_OK);
    CHECK_INTEGER(scratch_count(FOLDER, ""), 1);
    CHECK_INTEGER(rondo_checkpoint_newest(FOLDER, &path, &error), RONDO_OK);
    CHECK(path == NULL);
    CHECK_INTEGER(rondo_checkpoint_clear(FOLDER, &error), RONDO_OK);
    CHECK_INTEGER(rondo_checkpoint_clear(FOLDER "/none", &error), RONDO_OK);
}

/* Flips one bit of a file. */
static void damage(const char *path, double where)
{
    size_t size;
    char *bytes = scratch_read(path, &size);
    bytes[(size_t)(where * (double)size)] ^= 4;
    scratch_write(path, bytes, size);
    free(bytes);
}

static void check_newest(const char *expected)
{
    char *path = (char *)1;
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_checkpoint_newest(FOLDER, &path, &error), RONDO_OK);
    CHECK_TEXT(error.text, "");
    if (expected)
        CHECK_TEXT(path, expected);
    else
        CHECK(path == NULL);
    free(path);
}

static void test_newest_falls_back(void)
{
    char *path = (char *)1;
    size_t size;
    scratch_folder(FOLDER);
    check_newest(NULL);
    for (int64_t step = 1; step <= 4; step++)
        write_step(step, 4);
    CHECK_INTEGER(rondo_log_open(FOLDER "/log.txt", &error), RONDO_OK);
    check_newest(LATEST);
    damage(LATEST, 0.5);
    check_newest(FOLDER "/latest-1.h5");
    scratch_write(FOLDER "/latest-1.h5", "not an HDF5 file", 16);
    check_newest(FOLDER "/latest-2.h5");
    unlink(FOLDER "/latest-2.h5");
    check_newest(FOLDER "/latest-3.h5");
    CHECK_INTEGER(truncate(FOLDER "/latest-3.h5", 5000), 0);
    CHECK_INTEGER(rondo_checkpoint_newest(FOLDER, &path, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FOLDER ": all 3 checkpoints are damaged");
    CHECK(path == NULL);
    rondo_log_close();
    char *log = scratch_read(FOLDER "/log.txt", &size);
    CHECK_CONTAINS(log, "warning: " LATEST ": damaged: its bytes are not those that were written "
                        "(checksum); trying the checkpoint before it\n");
    CHECK_CONTAINS(log, "latest-1.h5: is not an HDF5 file, or a damaged one");
    free(log);
    write_step(5, 4);
    check_newest(LATEST);
}

static void check_verify_fails(const char *message)
{
    static sample untouched;
    sample_blank(&untouched);
    sample_blank(&back);
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_checkpoint_verify(LATEST, &error), RONDO_FAILED);
    CHECK_CONTAINS(error.text, message);
    CHECK(strchr(error.text, '\n') == NULL);
    CHECK_INTEGER(rondo_checkpoint_read(LATEST, &back.checkpoint, false, &error), RONDO_FAILED);
    CHECK(memcmp(back.weights, untouched.weights, sizeof back.weights) == 0);
}

static void edit(rondo_status (*change)(rondo_hdf5 *file))
{
    rondo_hdf5 *file;
    CHECK_INTEGER(rondo_hdf5_create(LATEST, &file, &error), RONDO_OK);
    CHECK_INTEGER(change(file), RONDO_OK);
    CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_OK);
    scratch_unseal(LATEST);
}

static rondo_status make_data_set(rondo_hdf5 *file)
{
    return rondo_hdf5_set_text(file, "/", "rondo_format", "ragged sequences", &error);
}

static rondo_status make_later_version(rondo_hdf5 *file)
{
    rondo_hdf5_set_text(file, "/", "rondo_format", "checkpoint", &error);
    return rondo_hdf5_set_integer(file, "/", "version", 3, &error);
}

static rondo_status make_without_sum(rondo_hdf5 *file)
{
    rondo_hdf5_set_text(file, "/", "rondo_format", "checkpoint", &error);
    return rondo_hdf5_set_integer(file, "/", "version", 1, &error);
}

static void test_foreign_files(void)
{
    scratch_folder(FOLDER);
    edit(make_data_set);
    check_verify_fails(LATEST ": is not a checkpoint of rondo");
    edit(make_later_version);
    check_verify_fails(LATEST ": is a checkpoint of version 3, this program reads versions 1 to 2");
    edit(make_without_sum);
    check_verify_fails(LATEST ": /: attribute checksum is missing");
}

/* One wrong bit anywhere: the file is refused, or it was a bit of the mark that says where the seal
 * is. */
static void test_every_bit_counts(void)
{
    enum { TRIALS = 60 };
    int refused = 0;
    scratch_folder(FOLDER);
    for (int i = 0; i < TRIALS; i++) {
        write_step(31, 1);
        damage(LATEST, (i + 0.5) / TRIALS);
        error = (rondo_error){0};
        if (rondo_checkpoint_verify(LATEST, &error) == RONDO_OK)
            CHECK_INTEGER(step_of(LATEST), 31);
        else
            refused++;
        if (error.status) CHECK_CONTAINS(error.text, "its bytes are not those that were written");
    }
    CHECK(refused >= TRIALS - 2);
}

/* A checkpoint of a build before seals: read and checked by its contents' checksum; a wrong bit is
 * noticed, or it means nothing (unused bytes). */
static void test_without_a_seal(void)
{
    enum { TRIALS = 60 };
    int refused = 0;
    scratch_folder(FOLDER);
    for (int i = 0; i < TRIALS; i++) {
        write_step(31, 1);
        scratch_unseal(LATEST);
        CHECK_INTEGER(step_of(LATEST), 31);
        damage(LATEST, (i + 0.5) / TRIALS);
        rondo_error ignored = {0};
        if (rondo_checkpoint_verify(LATEST, &ignored) == RONDO_OK)
            CHECK_INTEGER(step_of(LATEST), 31);
        else
            refused++;
    }
    CHECK(refused >= TRIALS / 3); /* the arrays alone are more than that */
}

/* Where the real number of the progress stands in a file; 0 where it does not. */
static size_t place_of(const char *bytes, size_t size, double value)
{
    for (size_t at = 0; at + sizeof value <= size; at++)
        if (memcmp(bytes + at, &value, sizeof value) == 0) return at;
    return 0;
}

/* The checksum is of the progress, too: a run would go on with another best loss. */
static void test_progress_counts(void)
{
    size_t size;
    scratch_folder(FOLDER);
    write_step(31, 1);
    scratch_unseal(LATEST);
    CHECK_INTEGER(step_of(LATEST), 31);
    char *bytes = scratch_read(LATEST, &size);
    size_t at = place_of(bytes, size, written.best_loss);
    CHECK(at > 0);
    bytes[at] ^= 1;
    scratch_write(LATEST, bytes, size);
    free(bytes);
    check_verify_fails(LATEST ": damaged: the checksum does not match the contents");
}

static void test_write_into_nowhere(void)
{
    sample_make(&written, 1);
    CHECK_INTEGER(rondo_checkpoint_write("checkpoint_none", 2, &written.checkpoint, &error),
                  RONDO_FAILED);
    CHECK_CONTAINS(error.text, "checkpoint_none/latest.h5");
    CHECK_CONTAINS(error.text, "No such file or directory");
}

static void test_stale_temporary_is_removed(void)
{
    scratch_folder(FOLDER);
    write_step(1, 2);
    char own[100];
    snprintf(own, sizeof own, LATEST ".tmp-%ld", (long)getpid());
    scratch_write(own, "half", 4);
    scratch_write(LATEST ".tmp-2147483646", "half", 4);
    write_step(2, 2);
    CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
    CHECK_INTEGER(step_of(LATEST), 2);
}

int main(void)
{
    RUN(test_round_trip);
    RUN(test_header);
    RUN(test_schema_of_classes);
    RUN(test_schema_of_values);
    RUN(test_schema_misfits);
    RUN(test_identity);
    RUN(test_layout);
    RUN(test_parameters_only);
    RUN(test_misfits);
    RUN(test_generations);
    RUN(test_best);
    RUN(test_clear);
    RUN(test_newest_falls_back);
    RUN(test_foreign_files);
    RUN(test_every_bit_counts);
    RUN(test_without_a_seal);
    RUN(test_progress_counts);
    RUN(test_write_into_nowhere);
    RUN(test_stale_temporary_is_removed);
    return check_end();
}
