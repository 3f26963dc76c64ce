/* A journal read while another process writes it: every line once, a torn one not before it is
 * whole, all again after the journal was cut back; and the wall times of its records. */
#include "check.h"

#include <time.h>

#include "base/scratch.h"
#include "store/metrics.h"
#include "store/metrics_follow.h"
#include "store/metrics_times.h"

#define FOLDER  "follow_test"
#define JOURNAL FOLDER "/metrics.jsonl"

static rondo_error error;

/* "train 5 0.5; units of valid; .." */
static rondo_text seen;

static rondo_status visit(void *context, const rondo_journal_line *line, rondo_error *unused)
{
    (void)context, (void)unused;
    if (line->is_units)
        rondo_text_add(&seen, "units of %s; ", line->record.kind);
    else
        rondo_text_add(&seen, "%s %lld %g; ", line->record.kind, (long long)line->record.step,
                       line->record.values[0].value);
    return RONDO_OK;
}

static void append(const char *text)
{
    FILE *file = fopen(JOURNAL, "a");
    fputs(text, file);
    fclose(file);
}

static void check_next(rondo_metrics_follower *follower, bool starts_again, const char *expected)
{
    bool again;
    seen.length = 0;
    if (seen.data) seen.data[0] = '\0';
    CHECK_INTEGER(rondo_metrics_follow(follower, FOLDER, &again, visit, NULL, &error), RONDO_OK);
    CHECK_INTEGER(again, starts_again);
    CHECK_TEXT(rondo_text_get(&seen), expected);
}

static void test_follow(void)
{
    rondo_metrics_follower follower = {0};
    scratch_folder(FOLDER);
    check_next(&follower, false, "");
    CHECK_INTEGER(follower.modified, 0);
    append("{\"kind\": \"units\", \"of\": \"train\", \"loss\": \"nats\"}\n"
           "{\"kind\": \"train\", \"step\": 5, \"epoch\": 1, \"loss\": 0.5}\n"
           "{\"kind\": \"train\", \"step\": 10, \"epo");
    check_next(&follower, false, "units of train; train 5 0.5; ");
    check_next(&follower, false, "");
    append("ch\": 1, \"loss\": null}\n\nspoilt\n");
    check_next(&follower, false, "train 10 nan; ");
    CHECK_INTEGER(follower.damaged, 2);
    append("{\"kind\": \"valid\", \"step\": 10, \"epoch\": 1, \"loss\": 2}\n");
    check_next(&follower, false, "valid 10 2; ");

    rondo_metrics *metrics;
    CHECK_INTEGER(rondo_metrics_open(FOLDER, 5, &metrics, &error), RONDO_OK);
    check_next(&follower, true, "");
    check_next(&follower, false, "units of train; train 5 0.5; ");
    rondo_metrics_close(metrics);
}

static void test_not_a_file(void)
{
    bool again;
    rondo_metrics_follower follower = {0};
    scratch_folder(FOLDER);
    mkdir(JOURNAL, 0777);
    CHECK_INTEGER(rondo_metrics_follow(&follower, FOLDER, &again, visit, NULL, &error),
                  RONDO_USAGE);
    CHECK_TEXT(error.text, JOURNAL ": is not a regular file");
    rmdir(JOURNAL);
}

static const char records[] =
    "{\"kind\": \"train\", \"step\": 50, \"epoch\": 1, \"seconds\": 2}\n"
    "{\"kind\": \"train\", \"step\": 100, \"epoch\": 1, \"seconds\": 3}\n"
    "{\"kind\": \"epoch\", \"step\": 100, \"epoch\": 1, \"seconds\": 5}\n"
    "{\"kind\": \"valid\", \"step\": 100, \"epoch\": 1, \"seconds\": 1}\n"
    "{\"kind\": \"train\", \"step\": 150, \"epoch\": 2, \"seconds\": 2}\n"
    "{\"kind\": \"train\", \"step\": 200, \"epoch\": 2, \"seconds\": 2.5}\n"
    "{\"kind\": \"epoch\", \"step\": 200, \"epoch\": 2, \"seconds\": 4.5}\n"
    "{\"kind\": \"valid\", \"step\": 200, \"epoch\": 2, \"seconds\": 1}\n"
    "{\"kind\": \"test\", \"step\": 200, \"epoch\": 2, \"seconds\": 0.5}\n";

static void check_times(double base, const double *expected)
{
    rondo_metrics_times times = {0};
    CHECK_INTEGER(rondo_metrics_times_read(FOLDER, &times, &error), RONDO_OK);
    CHECK_INTEGER(times.count, 9);
    for (int i = 0; i < 9 && i < times.count; i++)
        CHECK(fabs(times.seconds[i] - base - expected[i]) < 1e-6);
    rondo_metrics_times_finish(&times);
}

/* The second epoch was trained twice: killed, and resumed an hour later. */
static void test_times(void)
{
    static const char log[] =
        "2026-11-28 10:00:05 epoch 1  step 100  train loss 1.4  (5.0 s, 720550 tokens/s)\n"
        "2026-11-28 10:00:07 epoch 1  step 100  valid loss 0.8\n"
        "2026-11-28 10:00:12 epoch 2  step 200  train loss 0.5  (5.0 s, 242060 tokens/s)\n"
        "2026-11-28 11:00:00 resumed at step 100\n"
        "2026-11-28 11:00:05 epoch 2  step 200  train loss 0.5  (4.5 s, 242060 tokens/s)\n"
        "2026-11-28 11:00:06 epoch 2  step 200  valid loss 0.4\n"
        "2026-11-28 11:00:06 epoch 2  step 200  test loss 0.4  (the best checkpoint)\n";
    static const double expected[] = {2, 5, 5, 7, 9, 11.5, 3605, 3606, 3606.5};
    static const double backwards[] = {-11, -8, -8, -7, -5, -2.5, -2.5, -1.5, -1};
    struct tm ten = {.tm_year = 126, .tm_mon = 10, .tm_mday = 28, .tm_hour = 10, .tm_isdst = -1};
    struct stat about;
    scratch_folder(FOLDER);
    append(records);
    stat(JOURNAL, &about);
    check_times((double)about.st_mtime + 1, backwards);
    scratch_write(FOLDER "/log.txt", log, strlen(log));
    check_times((double)mktime(&ten), expected);
}

static void test_times_of_nothing(void)
{
    rondo_metrics_times times = {0};
    scratch_folder(FOLDER);
    CHECK_INTEGER(rondo_metrics_times_read(FOLDER, &times, &error), RONDO_USAGE);
    CHECK_TEXT(error.text, FOLDER ": is not a run folder: it has no metrics.jsonl");
    append("{\"kind\": \"tra");
    CHECK_INTEGER(rondo_metrics_times_read(FOLDER, &times, &error), RONDO_USAGE);
    CHECK_TEXT(error.text, FOLDER ": its metrics.jsonl has no records yet");
}

int main(void)
{
    RUN(test_follow);
    RUN(test_not_a_file);
    RUN(test_times);
    RUN(test_times_of_nothing);
    rondo_text_finish(&seen);
    return check_end();
}
