#include "check.h"

#include "base/file.h"
#include "base/hdf5.h"
#include "base/log.h"
#include "base/scratch.h"
#include "store/metrics.h"

#define FOLDER  "metrics_test"
#define JOURNAL FOLDER "/metrics.jsonl"
#define COLUMNS FOLDER "/metrics.h5"

static rondo_error error;

static rondo_metrics *open_at(int64_t keep_until_step)
{
    rondo_metrics *metrics;
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_metrics_open(FOLDER, keep_until_step, &metrics, &error), RONDO_OK);
    CHECK_TEXT(error.text, "");
    return metrics;
}

static void add(rondo_metrics *metrics, const char *kind, int64_t step, double loss, double seconds)
{
    rondo_record record = {.kind = kind,
                           .step = step,
                           .epoch = 1 + step / 10,
                           .count = 2,
                           .values = {{"loss", "nats", loss}, {"seconds", "s", seconds}}};
    CHECK_INTEGER(rondo_metrics_add(metrics, &record, &error), RONDO_OK);
}

static void check_journal(const char *expected)
{
    size_t size;
    char *text = scratch_read(JOURNAL, &size);
    CHECK_TEXT(text, expected);
    free(text);
}

#define UNITS(kind)                                                                                \
    "{\"kind\": \"units\", \"of\": \"" kind "\", \"loss\": \"nats\", \"seconds\": \"s\"}\n"

static void test_journal(void)
{
    scratch_folder(FOLDER);
    rondo_metrics *metrics = open_at(0);
    check_journal("");
    add(metrics, "train", 5, 0.1 + 0.2, 0.5);
    check_journal(UNITS("train") "{\"kind\": \"train\", \"step\": 5, \"epoch\": 1, \"loss\": "
                                 "0.30000000000000004, \"seconds\": 0.5}\n");
    add(metrics, "train", 10, NAN, INFINITY);
    add(metrics, "valid", 10, 1e-8, 2);
    check_journal(
        UNITS("train") "{\"kind\": \"train\", \"step\": 5, \"epoch\": 1, \"loss\": "
                       "0.30000000000000004, \"seconds\": 0.5}\n"
                       "{\"kind\": \"train\", \"step\": 10, \"epoch\": 2, \"loss\": null, "
                       "\"seconds\": null}\n" UNITS(
                           "valid") "{\"kind\": \"valid\", \"step\": 10, \"epoch\": 2, \"loss\": "
                                    "1e-08, \"seconds\": "
                                    "2}\n");
    rondo_metrics_close(metrics);
}

/* "epoch" is a key of every line and a kind as well. */
static void test_has(void)
{
    scratch_folder(FOLDER);
    rondo_metrics *metrics = open_at(0);
    CHECK(!rondo_metrics_has(metrics, "epoch", 5));
    add(metrics, "epoch", 5, 1, 1);
    add(metrics, "train", 6, 1, 1);
    CHECK(rondo_metrics_has(metrics, "epoch", 5));
    CHECK(!rondo_metrics_has(metrics, "epoch", 6));
    rondo_metrics_close(metrics);
    metrics = open_at(5);
    CHECK(rondo_metrics_has(metrics, "epoch", 5));
    CHECK(!rondo_metrics_has(metrics, "train", 6));
    rondo_metrics_close(metrics);
}

static void check_column(rondo_hdf5 *file, const char *path, const char *unit, int64_t count,
                         const double *expected)
{
    rondo_hdf5_shape shape;
    double values[16];
    char *text;
    CHECK_INTEGER(rondo_hdf5_shape_of(file, path, &shape, &error), RONDO_OK);
    CHECK_INTEGER(shape.rank, 1);
    CHECK_INTEGER(shape.extent[0], count);
    if (shape.extent[0] != count) return;
    CHECK_INTEGER(rondo_hdf5_read(file, path, RONDO_HDF5_FLOAT64, values, &error), RONDO_OK);
    for (int64_t i = 0; i < count; i++)
        CHECK(isnan(expected[i]) ? isnan(values[i]) : values[i] == expected[i]);
    CHECK_INTEGER(rondo_hdf5_get_text(file, path, "unit", &text, &error), RONDO_OK);
    CHECK_TEXT(text, unit);
    free(text);
}

static void add_more(rondo_metrics *metrics)
{
    add(metrics, "train", 5, 2.385, 0.5);
    add(metrics, "valid", 5, 3.25, 7);
    rondo_record other = {.kind = "train",
                          .step = 10,
                          .epoch = 2,
                          .count = 2,
                          .values = {{"accuracy", "1", 0.25}, {"loss", "nats", 1.0 / 3}}};
    CHECK_INTEGER(rondo_metrics_add(metrics, &other, &error), RONDO_OK);
    add(metrics, "train", 15, INFINITY, 0.25);
}

static void check_columns(void)
{
    rondo_hdf5 *file;
    rondo_hdf5_shape shape;
    CHECK_INTEGER(rondo_hdf5_open(COLUMNS, &file, &error), RONDO_OK);
    check_column(file, "/train/step", "updates", 3, (double[]){5, 10, 15});
    check_column(file, "/train/epoch", "epochs", 3, (double[]){1, 2, 2});
    check_column(file, "/train/loss", "nats", 3, (double[]){2.385, 1.0 / 3, NAN});
    check_column(file, "/train/seconds", "s", 3, (double[]){0.5, NAN, 0.25});
    check_column(file, "/train/accuracy", "1", 3, (double[]){NAN, 0.25, NAN});
    check_column(file, "/valid/loss", "nats", 1, (double[]){3.25});
    CHECK(!rondo_hdf5_has(file, "/valid/accuracy"));
    CHECK_INTEGER(rondo_hdf5_shape_of(file, "/train/step", &shape, &error), RONDO_OK);
    CHECK_INTEGER(shape.type, RONDO_HDF5_INT64);
    rondo_hdf5_close(file, &error);
}

static void test_columns(void)
{
    scratch_folder(FOLDER);
    rondo_metrics *metrics = open_at(0);
    add_more(metrics);
    CHECK_INTEGER(rondo_metrics_save(metrics, &error), RONDO_OK);
    check_columns();
    CHECK_INTEGER(rondo_metrics_save(metrics, &error), RONDO_OK);
    check_columns();
    rondo_metrics_close(metrics);
    CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
}

/* Values, order and units survive closing and opening. */
static void test_resume_keeps_everything(void)
{
    scratch_folder(FOLDER);
    rondo_metrics *metrics = open_at(0);
    add_more(metrics);
    rondo_metrics_close(metrics);
    size_t before, after;
    char *old = scratch_read(JOURNAL, &before);
    metrics = open_at(15);
    char *now = scratch_read(JOURNAL, &after);
    CHECK_TEXT(now, old);
    CHECK_INTEGER(rondo_metrics_save(metrics, &error), RONDO_OK);
    check_columns();
    rondo_metrics_close(metrics);
    free(old);
    free(now);
}

/* Cut back and gone on with, the journal is that of a run that was never killed. */
static void test_resume_cuts_back(void)
{
    scratch_folder(FOLDER);
    rondo_metrics *metrics = open_at(0);
    add(metrics, "train", 5, 1, 1);
    add(metrics, "train", 10, 2, 1);
    add(metrics, "valid", 10, 3, 1);
    add(metrics, "train", 15, 4, 1);
    size_t size;
    char *whole = scratch_read(JOURNAL, &size);
    rondo_metrics_close(metrics);
    for (int64_t keep = 14; keep >= 5; keep -= 3) {
        metrics = open_at(keep);
        if (keep < 10) add(metrics, "train", 10, 2, 1);
        if (keep < 10) add(metrics, "valid", 10, 3, 1);
        add(metrics, "train", 15, 4, 1);
        check_journal(whole);
        CHECK_INTEGER(rondo_metrics_save(metrics, &error), RONDO_OK);
        rondo_hdf5 *file;
        CHECK_INTEGER(rondo_hdf5_open(COLUMNS, &file, &error), RONDO_OK);
        check_column(file, "/train/loss", "nats", 3, (double[]){1, 2, 4});
        check_column(file, "/valid/loss", "nats", 1, (double[]){3});
        rondo_hdf5_close(file, &error);
        rondo_metrics_close(metrics);
    }
    metrics = open_at(0);
    check_journal("");
    rondo_metrics_close(metrics);
    CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
    free(whole);
}

/* A kill in the middle of a write leaves any part of the last lines. */
static void test_torn_lines(void)
{
    scratch_folder(FOLDER);
    rondo_metrics *metrics = open_at(0);
    add(metrics, "train", 5, 1, 1);
    size_t first, size;
    char *start = scratch_read(JOURNAL, &first);
    add(metrics, "valid", 5, 2, 1);
    char *whole = scratch_read(JOURNAL, &size);
    rondo_metrics_close(metrics);
    for (size_t cut = first; cut <= size; cut++) {
        scratch_write(JOURNAL, whole, cut);
        metrics = open_at(100);
        check_journal(cut == size ? whole : start);
        if (cut < size) add(metrics, "valid", 5, 2, 1);
        check_journal(whole);
        rondo_metrics_close(metrics);
    }
    free(start);
    free(whole);
}

static void test_damaged_lines(void)
{
    static const char *const damaged[] = {"",
                                          "{}",
                                          "[1]",
                                          "null",
                                          "{\"kind\": \"train\"}",
                                          "{\"kind\": \"train\", \"step\": 1.5, \"epoch\": 1}",
                                          "{\"kind\": \"train\", \"step\": 1, \"epoch\": 1",
                                          "{\"kind\": \"train\", \"step\": 1, \"epoch\": 1} x",
                                          "{\"kind\": \"a/b\", \"step\": 1, \"epoch\": 1}",
                                          "{\"kind\": \"train\", \"step\": 1, \"epoch\": 1, \"x\": "
                                          "inf}",
                                          "{\"kind\": \"train\", \"step\": 1, \"epoch\": 1, \"x\": "
                                          "\"y\"}",
                                          "{\"kind\": \"train\", \"step\": 1, \"epoch\": 1, \"x\": "
                                          "[1]}",
                                          "{\"kind\": \"units\", \"loss\": \"nats\"}",
                                          "{\"kind\": \"tra\\u0000in\", \"step\": 1, \"epoch\": 1}",
                                          "{\"kind\": \"tra\\ud83din\", \"step\": 1, \"epoch\": 1}",
                                          "{\"kind\": \"tra\\u12\", \"step\": 1, \"epoch\": 1}",
                                          "{\"kind\": \"tra\\qin\", \"step\": 1, \"epoch\": 1}"};
    const char *good = "{\"kind\": \"train\", \"step\": 1, \"epoch\": 1, \"loss\": 2}\n";
    const char *spaced = " { \"loss\":3 , \"epoch\":1,\"step\" : 2, \"kind\":\"tr\\u0061in\" "
                         ",\"l\\u00f6s\\u20ac\":7} \n";
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        char text[512], kept[512];
        scratch_folder(FOLDER);
        snprintf(text, sizeof text, "%s%s\n%s", good, damaged[i], spaced);
        snprintf(kept, sizeof kept, "%s%s", good, spaced);
        scratch_write(JOURNAL, text, strlen(text));
        rondo_metrics *metrics = open_at(100);
        check_journal(kept);
        CHECK_INTEGER(rondo_metrics_save(metrics, &error), RONDO_OK);
        rondo_hdf5 *file;
        CHECK_INTEGER(rondo_hdf5_open(COLUMNS, &file, &error), RONDO_OK);
        check_column(file, "/train/loss", "1", 2, (double[]){2, 3});
        CHECK(rondo_hdf5_has(file, "/train/l\xC3\xB6s\xE2\x82\xAC"));
        rondo_hdf5_close(file, &error);
        rondo_metrics_close(metrics);
    }
}

static void test_foreign_journal_is_not_touched(void)
{
    static const char foreign[] = "my notes\nof last year\n";
    rondo_metrics *metrics = (rondo_metrics *)1;
    scratch_folder(FOLDER);
    scratch_write(JOURNAL, foreign, strlen(foreign));
    CHECK_INTEGER(rondo_metrics_open(FOLDER, 0, &metrics, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, JOURNAL ": is not a journal of rondo; move it away");
    CHECK(metrics == NULL);
    check_journal(foreign);
    CHECK_INTEGER(rondo_metrics_open(FOLDER "/none", 0, &metrics, &error), RONDO_FAILED);
    CHECK_CONTAINS(error.text, "No such file or directory");
    CHECK(metrics == NULL);
}

static void test_refused_records(void)
{
    static const rondo_record records[] = {
        {.kind = "units", .step = 1, .epoch = 1},
        {.kind = "", .step = 1, .epoch = 1},
        {.kind = "a/b", .step = 1, .epoch = 1},
        {.kind = ".", .step = 1, .epoch = 1},
        {.kind = "train", .count = 1, .values = {{"step", "1", 1}}},
        {.kind = "train", .count = 1, .values = {{".", "1", 1}}},
        {.kind = "train", .count = 1, .values = {{"a\"b", "1", 1}}},
        {.kind = "train", .count = 2, .values = {{"loss", "1", 1}, {"loss", "1", 2}}},
        {.kind = "train", .count = RONDO_MAX_RECORD_VALUES + 1}};
    scratch_folder(FOLDER);
    rondo_metrics *metrics = open_at(0);
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        error = (rondo_error){0};
        CHECK_INTEGER(rondo_metrics_add(metrics, &records[i], &error), RONDO_FAILED);
        CHECK_CONTAINS(error.text, "metrics: ");
    }
    check_journal("");
    rondo_metrics_close(metrics);
}

/* A long run: every value comes back, and reading them takes a second or so. */
static void test_many_records(void)
{
    enum { COUNT = 100000 };
    scratch_folder(FOLDER);
    rondo_metrics *metrics = open_at(0);
    for (int64_t i = 1; i <= COUNT; i++)
        add(metrics, "train", i, 1.0 / (double)i, sqrt((double)i));
    rondo_metrics_close(metrics);
    metrics = open_at(COUNT / 2);
    CHECK_INTEGER(rondo_metrics_save(metrics, &error), RONDO_OK);
    rondo_metrics_close(metrics);
    rondo_hdf5 *file;
    rondo_hdf5_shape shape;
    static double loss[COUNT], seconds[COUNT];
    CHECK_INTEGER(rondo_hdf5_open(COLUMNS, &file, &error), RONDO_OK);
    CHECK_INTEGER(rondo_hdf5_shape_of(file, "/train/loss", &shape, &error), RONDO_OK);
    CHECK_INTEGER(shape.extent[0], COUNT / 2);
    CHECK(!rondo_hdf5_read(file, "/train/loss", RONDO_HDF5_FLOAT64, loss, &error));
    CHECK(!rondo_hdf5_read(file, "/train/seconds", RONDO_HDF5_FLOAT64, seconds, &error));
    int wrong = 0;
    for (int64_t i = 1; i <= COUNT / 2; i++)
        wrong += loss[i - 1] != 1.0 / (double)i || seconds[i - 1] != sqrt((double)i);
    CHECK_INTEGER(wrong, 0);
    rondo_hdf5_close(file, &error);
}

int main(void)
{
    RUN(test_journal);
    RUN(test_has);
    RUN(test_columns);
    RUN(test_resume_keeps_everything);
    RUN(test_resume_cuts_back);
    RUN(test_torn_lines);
    RUN(test_damaged_lines);
    RUN(test_foreign_journal_is_not_touched);
    RUN(test_refused_records);
    RUN(test_many_records);
    return check_end();
}
