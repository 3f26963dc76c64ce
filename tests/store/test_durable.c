/* A checkpoint, its older generations, the best one and the metrics survive a loss of power at any
 * moment: every name is given to flushed contents and flushed with its folder. */
#include "check.h"

#include "base/durable.h"
#include "base/log.h"
#include "base/scratch.h"
#include "store/metrics.h"
#include "store/sample.h"

#define FOLDER "store_durable_test"

enum { KEEP = 3 };

static rondo_error error;
static sample s;

static recording take(void)
{
    const recording r = durable_take();
    const char *fault = durable_fault(&r);
    CHECK_TEXT(fault ? fault : "", "");
    CHECK(r.count < FAULT_EVENTS);
    return r;
}

static void write_checkpoint(int64_t step)
{
    sample_make(&s, step);
    CHECK_INTEGER(rondo_checkpoint_write(FOLDER, KEEP, &s.checkpoint, &error), RONDO_OK);
}

static const char *last_part(const char *path)
{
    return strrchr(path, '/') + 1;
}

/* The newest gets its name last: until then the one before it stands under it. And it is on the
 * disk before any older one moves. */
static void checkpoints(void)
{
    for (int links = 0; links <= 1; links++) {
        scratch_folder(FOLDER);
        for (int64_t step = 1; step < 6; step++) {
            if (!links) fault_arm(FAULT_LINKS, 1, true);
            fault_record();
            write_checkpoint(step);
            const recording r = take();
            fault_disarm();
            int newest = durable_find(&r, 0, FILE_RENAME, "latest.h5"), first = 0;
            while (first < newest && r.events[first].call != FILE_RENAME)
                first++;
            CHECK(newest > 0 && first <= newest);
            if (newest < 0) return;
            CHECK(durable_find(&r, 0, FILE_WRITE, last_part(r.events[newest].path)) >= 0);
            CHECK(durable_flushed(&r, first, last_part(r.events[newest].path)));
            CHECK_INTEGER(durable_count(&r, FILE_RENAME, "latest.h5"), 1);
            CHECK_INTEGER(durable_count(&r, FILE_RENAME, "latest-1.h5"), step > 1);
            CHECK_INTEGER(durable_count(&r, FILE_RENAME, "latest-2.h5"), step > 2);
            CHECK_INTEGER(durable_find(&r, newest + 1, FILE_RENAME, "latest-1.h5"), -1);
            CHECK_INTEGER(durable_find(&r, newest + 1, FILE_RENAME, "latest-2.h5"), -1);
        }
    }
}

static void best(void)
{
    scratch_folder(FOLDER);
    write_checkpoint(1);
    fault_record();
    CHECK_INTEGER(rondo_checkpoint_mark_best(FOLDER, &error), RONDO_OK);
    const recording r = take();
    CHECK_INTEGER(durable_count(&r, FILE_RENAME, "best.h5"), 1);
}

static void add(rondo_metrics *metrics, int64_t step)
{
    const rondo_record record = {
        .kind = "train", .step = step, .epoch = 1, .count = 1, .values = {{"loss", "nats", 2}}};
    CHECK_INTEGER(rondo_metrics_add(metrics, &record, &error), RONDO_OK);
}

/* The journal is what the columns are made of, so it comes to the disk first. */
static void metrics(void)
{
    rondo_metrics *metrics = NULL;
    scratch_folder(FOLDER);
    CHECK_INTEGER(rondo_metrics_open(FOLDER, 0, &metrics, &error), RONDO_OK);
    if (!metrics) return;
    fault_record();
    add(metrics, 1);
    add(metrics, 2);
    CHECK_INTEGER(rondo_metrics_save(metrics, &error), RONDO_OK);
    const recording saved = take();
    int columns = durable_find(&saved, 0, FILE_RENAME, "metrics.h5");
    CHECK(columns > 0 && durable_find(&saved, 0, FILE_WRITE, "metrics.jsonl") >= 0);
    CHECK(durable_flushed(&saved, columns, "metrics.jsonl"));
    rondo_metrics_close(metrics);
    /* Cut back to step 1: another file under the journal's name. */
    fault_record();
    CHECK_INTEGER(rondo_metrics_open(FOLDER, 1, &metrics, &error), RONDO_OK);
    const recording opened = take();
    int journal = durable_find(&opened, 0, FILE_RENAME, "metrics.jsonl");
    CHECK(journal > 0 && opened.events[journal - 1].call == FILE_SYNC);
    CHECK_TEXT(opened.events[journal - 1].path, opened.events[journal].path);
    rondo_metrics_close(metrics);
}

int main(void)
{
    rondo_log_set_quiet(1);
    RUN(checkpoints);
    RUN(best);
    RUN(metrics);
    return check_end();
}
