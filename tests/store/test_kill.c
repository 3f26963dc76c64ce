/* kill -9 at random moments: whatever a writer was doing, the folder holds a whole checkpoint whose
 * contents are one of the states that were written, and steps never go back. */
#include "check.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/scratch.h"
#include "store/metrics.h"
#include "store/sample.h"

enum { KILLS = 30, KEEP = 3 };
#define FOLDER "kill_test"

/* Writes checkpoints and metrics of steps after `step` for ever. */
static _Noreturn void write_for_ever(int64_t step)
{
    static sample s;
    rondo_error error = {0};
    rondo_metrics *metrics;
    if (rondo_metrics_open(FOLDER, step, &metrics, &error)) _exit(1);
    for (;;) {
        step++;
        rondo_record record = {.kind = "train",
                               .step = step,
                               .epoch = 1,
                               .count = 1,
                               .values = {{"loss", "nats", 1.0 / (double)step}}};
        sample_make(&s, step);
        if (rondo_metrics_add(metrics, &record, &error)) _exit(1);
        if (rondo_metrics_save(metrics, &error)) _exit(1);
        if (rondo_checkpoint_write(FOLDER, KEEP, &s.checkpoint, &error)) _exit(1);
        if (step % 3 == 0 && rondo_checkpoint_mark_best(FOLDER, &error)) _exit(1);
    }
}

static void wait_seconds(double seconds)
{
    double whole = floor(seconds);
    struct timespec rest = {(time_t)whole, (long)((seconds - whole) * 1e9)};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
        continue;
}

/* At most `longest` seconds. */
static void wait_randomly(uint64_t round, double longest)
{
    const rondo_random random = {17, RONDO_FOR_TEST, (uint64_t)getpid()};
    wait_seconds(0.002 + (longest - 0.002) * rondo_random_uniform(&random, round));
}

/* The step of the newest checkpoint, whole; 0 for none; -1 for a wrong one. */
static int64_t newest_step(void)
{
    static sample s;
    rondo_error error = {0};
    char *path;
    rondo_status status = rondo_checkpoint_newest(FOLDER, &path, &error);
    CHECK_INTEGER(status, RONDO_OK);
    CHECK_TEXT(error.text, "");
    if (!path) return 0;
    CHECK_TEXT(path, FOLDER "/latest.h5");
    sample_blank(&s);
    status = rondo_checkpoint_read(path, &s.checkpoint, false, &error);
    free(path);
    return status == RONDO_OK && sample_is_whole(&s) ? s.step : -1;
}

static void check_best(void)
{
    static sample s;
    rondo_error error = {0};
    if (access(FOLDER "/best.h5", F_OK) != 0) return;
    sample_blank(&s);
    CHECK_INTEGER(rondo_checkpoint_read(FOLDER "/best.h5", &s.checkpoint, false, &error), RONDO_OK);
    CHECK(sample_is_whole(&s));
    CHECK_INTEGER(s.step % 3, 0);
}

/* The journal has every step up to the checkpoint's, once. */
static void check_journal(int64_t step)
{
    size_t size;
    rondo_error error = {0};
    rondo_metrics *metrics;
    if (step <= 0) return;
    CHECK_INTEGER(rondo_metrics_open(FOLDER, step, &metrics, &error), RONDO_OK);
    rondo_metrics_close(metrics);
    char *text = scratch_read(FOLDER "/metrics.jsonl", &size);
    int64_t expected = 0;
    for (char *at = text; (at = strstr(at, "\"step\": ")); at++)
        CHECK_INTEGER(strtoll(at + 8, NULL, 10), ++expected);
    CHECK_INTEGER(expected, step);
    free(text);
}

/* How long a process takes to its first checkpoint: a sanitized one, or one on a busy machine, long. */
static double seconds_to_first(void)
{
    double start = rondo_clock_seconds(), seconds = 0;
    pid_t child = fork();
    if (child == 0) write_for_ever(0);
    while (access(FOLDER "/latest.h5", F_OK) != 0 && seconds < 60) {
        wait_seconds(0.001);
        seconds = rondo_clock_seconds() - start;
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return seconds;
}

static void test_kills(void)
{
    scratch_folder(FOLDER);
    double longest = fmax(0.1, 2 * seconds_to_first());
    int64_t step = newest_step(), moved = 0;
    CHECK(step > 0);
    for (uint64_t round = 0; round < KILLS; round++) {
        int state;
        pid_t child = fork();
        if (child == 0) write_for_ever(step);
        wait_randomly(round, longest);
        kill(child, SIGKILL);
        waitpid(child, &state, 0);
        CHECK(WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL);
        int64_t now = newest_step();
        CHECK(now >= step);
        moved += now > step;
        step = now;
        check_best();
        check_journal(step);
    }
    CHECK(moved > 0);
    printf("       %d kills, %lld checkpoints\n", KILLS, (long long)step);
}

int main(void)
{
    RUN(test_kills);
    return check_end();
}
