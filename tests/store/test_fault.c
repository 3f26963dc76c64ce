/* The n-th file operation or allocation fails, n = 1, 2, 3 .. until the action succeeds: a status,
 * one line, nothing handed out, nothing left behind, and what was on disk is still whole. */
#include "check.h"

#include <signal.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "base/log.h"
#include "base/scratch.h"
#include "store/metrics.h"
#include "store/sample.h"
#include "support/fault.h"

#define FOLDER "fault_test"
#define LATEST FOLDER "/latest.h5"

static rondo_error error;
static sample s;

/* One attempt with a fault; says whether it succeeded. */
typedef bool (*attempt)(void);

/* Repeats with later and later faults; returns how many it took to get through without one. */
static int repeat(attempt action, fault_kind kind, bool forever)
{
    int n = 0;
    bool given = true;
    while (given && n < 3000) {
        error = (rondo_error){0};
        fault_arm(kind, ++n, forever);
        bool done = action();
        given = fault_disarm();
        CHECK(done || given);
        if (!done) CHECK(error.text[0] != '\0' && strchr(error.text, '\n') == NULL);
        if (done && !given) CHECK_TEXT(error.text, "");
    }
    CHECK(!given);
    return n;
}

static void repeat_all(attempt action, int least_files, int least_memory)
{
    CHECK(repeat(action, FAULT_FILES, false) > least_files);
    CHECK(repeat(action, FAULT_FILES, true) > least_files);
    CHECK(repeat(action, FAULT_MEMORY, false) > least_memory);
    CHECK(repeat(action, FAULT_MEMORY, true) > least_memory);
}

/* Runs code without the fault that is armed, then goes on with it. */
#define UNHARMED(code)                                                                             \
    do {                                                                                           \
        fault_pause();                                                                             \
        code;                                                                                      \
        fault_resume();                                                                            \
    } while (0)

/* The step of the newest checkpoint, or -1. */
static int64_t newest_step(void)
{
    static sample back;
    rondo_error ignored = {0};
    char *path;
    if (rondo_checkpoint_newest(FOLDER, &path, &ignored) || !path) return -1;
    sample_blank(&back);
    rondo_status status = rondo_checkpoint_read(path, &back.checkpoint, false, &ignored);
    CHECK_TEXT(path, LATEST);
    free(path);
    return status == RONDO_OK && sample_is_whole(&back) ? back.step : -1;
}

static int64_t last_step;

static bool write_next(void)
{
    bool done;
    int64_t newest;
    sample_make(&s, last_step + 1);
    done = rondo_checkpoint_write(FOLDER, 3, &s.checkpoint, &error) == RONDO_OK;
    UNHARMED(newest = newest_step());
    CHECK(newest == last_step || newest == last_step + 1);
    if (done) CHECK_INTEGER(newest, last_step + 1);
    CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
    last_step = newest;
    return done;
}

static void write_some(void)
{
    scratch_folder(FOLDER);
    for (last_step = 0; last_step < 3;)
        write_next();
}

static void test_write(void)
{
    write_some();
    repeat_all(write_next, 20, 30);
}

static bool read_whole(void)
{
    sample_blank(&s);
    bool done = rondo_checkpoint_read(LATEST, &s.checkpoint, false, &error) == RONDO_OK;
    if (done) CHECK(sample_is_whole(&s) && s.step == 3);
    return done;
}

static bool read_header(void)
{
    rondo_checkpoint_header header;
    bool done = rondo_checkpoint_read_header(LATEST, &header, &error) == RONDO_OK;
    if (done) CHECK_TEXT(header.config, sample_config);
    if (!done) CHECK(!header.config && !header.kernel && !header.schema);
    rondo_checkpoint_header_finish(&header);
    return done;
}

static bool find_newest(void)
{
    char *path = (char *)1;
    bool done = rondo_checkpoint_newest(FOLDER, &path, &error) == RONDO_OK;
    CHECK(done ? path && strncmp(path, FOLDER "/latest", 17) == 0 : path == NULL);
    if (done) free(path);
    return done;
}

static void test_read(void)
{
    write_some();
    repeat_all(read_whole, 1, 10);
    repeat_all(read_header, 1, 10);
    repeat_all(find_newest, 1, 2);
    rondo_hdf5_read_in_process(true);
    repeat_all(read_whole, 1, 20);
    repeat_all(read_header, 1, 10);
    repeat_all(find_newest, 1, 2);
    rondo_hdf5_read_in_process(false);
}

static bool mark_best(void)
{
    static sample back;
    rondo_error ignored = {0};
    rondo_status read;
    bool done = rondo_checkpoint_mark_best(FOLDER, &error) == RONDO_OK;
    sample_blank(&back);
    UNHARMED(read = rondo_checkpoint_read(FOLDER "/best.h5", &back.checkpoint, false, &ignored));
    CHECK(read == RONDO_OK && sample_is_whole(&back));
    CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
    return done;
}

static void test_mark_best(void)
{
    write_some();
    CHECK_INTEGER(rondo_checkpoint_mark_best(FOLDER, &error), RONDO_OK);
    write_next();
    repeat_all(mark_best, 3, 3);
}

static const char *const line = "{\"kind\": \"train\", \"step\": 1, \"epoch\": 1, \"loss\": 2}\n";

/* Steps 1 and 2 are there before; 2 is dropped, and comes back before the next attempt. */
static bool open_metrics(void)
{
    rondo_metrics *metrics = (rondo_metrics *)1;
    size_t size;
    bool done = rondo_metrics_open(FOLDER, 1, &metrics, &error) == RONDO_OK;
    CHECK(done == (metrics != NULL));
    fault_pause();
    char *text = scratch_read(FOLDER "/metrics.jsonl", &size);
    CHECK(size >= strlen(line) && memcmp(text, line, strlen(line)) == 0);
    if (done) CHECK_TEXT(text, line);
    free(text);
    if (done) rondo_metrics_close(metrics);
    CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
    char both[200];
    snprintf(both, sizeof both, "%s{\"kind\": \"train\", \"step\": 2, \"epoch\": 1}\n", line);
    scratch_write(FOLDER "/metrics.jsonl", both, strlen(both));
    fault_resume();
    return done;
}

static void test_metrics_open(void)
{
    char both[200];
    scratch_folder(FOLDER);
    snprintf(both, sizeof both, "%s{\"kind\": \"train\", \"step\": 2, \"epoch\": 1}\n", line);
    scratch_write(FOLDER "/metrics.jsonl", both, strlen(both));
    repeat_all(open_metrics, 4, 10);
}

static rondo_metrics *metrics;
static int64_t records;

static int64_t lines_of_journal(void)
{
    size_t size;
    int64_t count = 0;
    char *text = scratch_read(FOLDER "/metrics.jsonl", &size);
    for (char *at = text; (at = strstr(at, "\"step\": ")); at++)
        CHECK_INTEGER(strtoll(at + 8, NULL, 10), ++count);
    CHECK(size == 0 || text[size - 1] == '\n');
    free(text);
    return count;
}

/* Each attempt brings a kind or a name of its own, so that tables grow. */
static bool add_record(void)
{
    static int attempts;
    char name[32];
    int64_t lines;
    snprintf(name, sizeof name, "value_%d", attempts++ % 100);
    rondo_record record = {
        .kind = "train", .step = records + 1, .epoch = 1, .count = 1, .values = {{name, "1", 0.1}}};
    bool done = rondo_metrics_add(metrics, &record, &error) == RONDO_OK;
    records += done;
    UNHARMED(lines = lines_of_journal());
    CHECK_INTEGER(lines, records);
    return done;
}

static bool save_metrics(void)
{
    bool done = rondo_metrics_save(metrics, &error) == RONDO_OK;
    CHECK(rondo_file_exists(FOLDER "/metrics.h5"));
    CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
    return done;
}

static void test_metrics(void)
{
    scratch_folder(FOLDER);
    records = 0;
    CHECK_INTEGER(rondo_metrics_open(FOLDER, 0, &metrics, &error), RONDO_OK);
    repeat_all(add_record, 1, 1);
    CHECK_INTEGER(rondo_metrics_save(metrics, &error), RONDO_OK);
    repeat_all(save_metrics, 8, 10);
    rondo_metrics_close(metrics);
}

/* A disk that fills up after every possible number of bytes, also in the middle of one write. */
static void test_full_disk(void)
{
    struct rlimit before, full;
    write_some();
    CHECK_INTEGER(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    int failed = 0;
    for (rlim_t bytes = 0; bytes < 45000; bytes += 1777) {
        full = (struct rlimit){bytes, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &full);
        sample_make(&s, 4);
        error = (rondo_error){0};
        rondo_status status = rondo_checkpoint_write(FOLDER, 3, &s.checkpoint, &error);
        setrlimit(RLIMIT_FSIZE, &before);
        if (status == RONDO_OK) break;
        failed++;
        CHECK_CONTAINS(error.text, "File too large");
        CHECK_INTEGER(newest_step(), 3);
        CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
    }
    CHECK(failed > 10);
    CHECK_INTEGER(newest_step(), 4);
}

int main(void)
{
    sample_make(&s, 1);
    rondo_log_set_quiet(1);
    RUN(test_write);
    RUN(test_read);
    RUN(test_mark_best);
    RUN(test_metrics_open);
    RUN(test_metrics);
    RUN(test_full_disk);
    return check_end();
}
