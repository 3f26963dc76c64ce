/* The log and the progress bar, with stderr a file, a pipe nobody reads, a full pipe, a terminal.
 * Time is the test's own. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/scratch.h"

#define STDERR_FILE "log_stderr.txt"
#define LOG_FILE    "log_file.txt"

static double now = 1000;

/* Takes the place of the C library's. */
__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    time->tv_sec = (time_t)now;
    time->tv_nsec = (long)((now - (double)time->tv_sec) * 1e9);
    return 0;
}

static int real_stderr;

static void redirect(int descriptor)
{
    real_stderr = dup(STDERR_FILENO);
    dup2(descriptor, STDERR_FILENO);
    close(descriptor);
}

static void redirect_to_file(void)
{
    redirect(open(STDERR_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0600));
}

static void restore(void)
{
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
}

/* What went to stderr since redirect_to_file. */
static void check_stderr(const char *expected)
{
    size_t size;
    restore();
    char *text = scratch_read(STDERR_FILE, &size);
    CHECK_TEXT(text, expected);
    free(text);
}

/* "2024-05-06 07:08:09 " before each line. */
static void check_log_file(const char *const *lines, int count)
{
    size_t size;
    char *text = scratch_read(LOG_FILE, &size), *at = text;
    for (int i = 0; i < count; i++) {
        int year, month, day, hour, minute, second, length = 0;
        CHECK_INTEGER(sscanf(at, "%4d-%2d-%2d %2d:%2d:%2d %n", &year, &month, &day, &hour, &minute,
                             &second, &length),
                      6);
        CHECK_INTEGER(length, 20);
        char *end = strchr(at, '\n');
        CHECK(end != NULL);
        if (!end) break;
        *end = '\0';
        CHECK_TEXT(at + length, lines[i]);
        at = end + 1;
    }
    CHECK_INTEGER(at - text, size);
    free(text);
}

static void test_two_receivers(void)
{
    rondo_error error = {0};
    unlink(LOG_FILE);
    redirect_to_file();
    rondo_log_info("before the file");
    CHECK_INTEGER(rondo_log_open(LOG_FILE, &error), RONDO_OK);
    rondo_log_info("step %d", 7);
    rondo_log_warning("%s is old", "x.h5");
    rondo_log_set_quiet(1);
    rondo_log_info("unseen");
    rondo_log_warning("unseen, too");
    rondo_log_set_quiet(0);
    rondo_log_close();
    rondo_log_info("after the file");
    check_stderr("before the file\nstep 7\nwarning: x.h5 is old\nafter the file\n");
    check_log_file(
        (const char *[]){"step 7", "warning: x.h5 is old", "unseen", "warning: unseen, too"}, 4);
    CHECK_INTEGER(rondo_log_open(LOG_FILE, &error), RONDO_OK);
    rondo_log_set_quiet(1);
    rondo_log_info("appended");
    rondo_log_set_quiet(0);
    rondo_log_close();
    check_log_file((const char *[]){"step 7", "warning: x.h5 is old", "unseen",
                                    "warning: unseen, too", "appended"},
                   5);
}

static void test_names_do_not_steer_the_terminal(void)
{
    redirect_to_file();
    rondo_log_info("%s", "a\x1b[2Jb\rc\x7F\td \xC3\xBC");
    check_stderr("a\\x1b[2Jb\\x0dc\\x7f\\x09d \xC3\xBC\n");
}

static void test_log_file_that_cannot_be_opened(void)
{
    rondo_error error = {0};
    CHECK_INTEGER(rondo_log_open("log_none/log.txt", &error), RONDO_FAILED);
    CHECK_TEXT(error.text, "log_none/log.txt: cannot open: No such file or directory");
    CHECK_INTEGER(rondo_log_open("/dev/null", &error), RONDO_FAILED);
    CHECK_TEXT(error.text, "/dev/null: is not a regular file");
}

/* Another one's file stands behind the link. */
static void test_log_file_that_is_a_link(void)
{
    size_t size;
    rondo_error error = {0};
    scratch_write("log_precious.txt", "text", 4);
    unlink("log_link.txt");
    CHECK_INTEGER(symlink("log_precious.txt", "log_link.txt"), 0);
    CHECK_INTEGER(rondo_log_open("log_link.txt", &error), RONDO_USAGE);
    CHECK_TEXT(error.text, "log_link.txt: is a symbolic link, and what is written there would go "
                           "elsewhere: remove the link");
    char *text = scratch_read("log_precious.txt", &size);
    CHECK_TEXT(text, "text");
    free(text);
}

/* No file may grow beyond what this one has; as with a full disk, that is said once. */
static void test_full_log_file(void)
{
    static char filling[8192];
    rondo_error error = {0};
    struct rlimit before, limit;
    CHECK_INTEGER(getrlimit(RLIMIT_FSIZE, &before), 0);
    scratch_write("log_full.txt", filling, sizeof filling);
    limit = (struct rlimit){.rlim_cur = sizeof filling, .rlim_max = before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    CHECK_INTEGER(setrlimit(RLIMIT_FSIZE, &limit), 0);
    redirect_to_file();
    CHECK_INTEGER(rondo_log_open("log_full.txt", &error), RONDO_OK);
    rondo_log_info("one");
    rondo_log_info("two");
    rondo_log_close();
    CHECK_INTEGER(setrlimit(RLIMIT_FSIZE, &before), 0);
    check_stderr("warning: log.txt cannot be written\none\ntwo\n");
}

static void test_nobody_reads(void)
{
    int ends[2];
    CHECK_INTEGER(pipe(ends), 0);
    close(ends[0]);
    redirect(ends[1]);
    rondo_log_info("into the void");
    rondo_progress_start("epoch 1", 10, "steps");
    now += 100;
    rondo_progress_set(5, "");
    rondo_progress_finish();
    restore();
    CHECK(1);
}

static void test_full_pipe(void)
{
    int ends[2];
    char block[4096] = {0};
    CHECK_INTEGER(pipe(ends), 0);
    CHECK_INTEGER(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    while (write(ends[1], block, sizeof block) > 0)
        continue;
    CHECK_INTEGER(errno, EAGAIN);
    redirect(ends[1]);
    rondo_log_info("no room");
    restore();
    close(ends[0]);
}

/* Not a terminal: lines after 5, 10, 20, 40, 80 seconds, then every minute, over all phases of the
 * process. So this test runs first. */
static void test_progress_lines(void)
{
    redirect_to_file();
    rondo_progress_start("epoch 1/2", 1000, "steps");
    for (int i = 0; i <= 200; i++) {
        rondo_progress_set(5 * i, "loss 1.52");
        now += 1;
    }
    rondo_progress_finish();
    rondo_progress_start("epoch 2/2", 1000, "steps");
    for (int i = 0; i <= 70; i++) {
        rondo_progress_set(5 * i, "loss 1.25");
        now += 1;
    }
    rondo_progress_finish();
    rondo_progress_set(7, "after the end");
    check_stderr("epoch 1/2  2 %  25/1000 steps  loss 1.52  3:15 left  5.00 steps/s\n"
                 "epoch 1/2  5 %  50/1000 steps  loss 1.52  3:10 left  5.00 steps/s\n"
                 "epoch 1/2  10 %  100/1000 steps  loss 1.52  3:00 left  5.00 steps/s\n"
                 "epoch 1/2  20 %  200/1000 steps  loss 1.52  2:40 left  5.00 steps/s\n"
                 "epoch 1/2  40 %  400/1000 steps  loss 1.52  2:00 left  5.00 steps/s\n"
                 "epoch 1/2  70 %  700/1000 steps  loss 1.52  1:00 left  5.00 steps/s\n"
                 "epoch 1/2  100 %  1000/1000 steps  loss 1.52  5.00 steps/s\n"
                 "epoch 2/2  30 %  300/1000 steps  loss 1.25  2:20 left  5.00 steps/s\n");
}

/* After a resume the rate is that of this process; a total of 0 is unknown. */
static void test_rate_and_unknown_total(void)
{
    redirect_to_file();
    rondo_progress_start("epoch", 100000, "steps");
    rondo_progress_set(50000, "");
    now += 100;
    rondo_progress_set(51000, "");
    rondo_progress_start("reading", 0, "lines");
    rondo_progress_set(0, NULL);
    now += 100;
    rondo_progress_set(12345, NULL);
    rondo_progress_finish();
    check_stderr("epoch  51 %  51000/100000 steps  1:21:40 left  10.0 steps/s\n"
                 "reading  12345 lines  123 lines/s\n");
}

static void test_quiet_has_no_progress(void)
{
    redirect_to_file();
    rondo_log_set_quiet(1);
    rondo_progress_start("epoch", 10, "steps");
    rondo_progress_set(1, "");
    now += 1000;
    rondo_progress_set(2, "");
    rondo_progress_finish();
    rondo_log_set_quiet(0);
    check_stderr("");
}

/* The other end of a terminal that stderr is. */
static int open_terminal(unsigned short columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) return -1;
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    if (slave < 0 || ioctl(slave, TIOCSWINSZ, &size) != 0) return -1;
    fcntl(master, F_SETFL, O_NONBLOCK);
    setenv("TERM", "xterm", 1);
    redirect(slave);
    return master;
}

/* What is written to a terminal arrives at its other end a little later. */
static void check_shown(int master, const char *expected)
{
    char shown[4096];
    size_t size = 0;
    struct pollfd arrival = {.fd = master, .events = POLLIN};
    int patience = expected[0] ? 2000 : 20; /* milliseconds */
    while ((size == 0 || size < strlen(expected)) && poll(&arrival, 1, patience) > 0) {
        ssize_t count = read(master, shown + size, sizeof shown - 1 - size);
        if (count <= 0) break;
        size += (size_t)count;
    }
    shown[size] = '\0';
    int terminal = dup(STDERR_FILENO); /* what fails is said where it can be read */
    dup2(real_stderr, STDERR_FILENO);
    CHECK_TEXT(shown, expected);
    dup2(terminal, STDERR_FILENO);
    close(terminal);
}

#define CLEAR "\r\x1b[K"

static void test_bar(void)
{
    int master = open_terminal(100);
    if (master < 0) {
        printf("       no terminals here: not tested\n");
        return;
    }
    rondo_progress_start("epoch 1/2", 200, "steps");
    rondo_progress_set(0, "loss 4.5");
    check_shown(master, "\repoch 1/2  [............]  0 %  0/200 steps  loss 4.5\x1b[K");
    now += 0.05;
    rondo_progress_set(1, "loss 4.4");
    check_shown(master, "");
    now += 9.95;
    rondo_progress_set(50, "loss 3.5");
    check_shown(master, "\repoch 1/2  [###.........]  25 %  50/200 steps  loss 3.5  0:30 left  "
                        "5.00 steps/s\x1b[K");
    rondo_log_info("hello");
    check_shown(master, CLEAR "hello\r\n"
                              "\repoch 1/2  [###.........]  25 %  50/200 steps  loss 3.5  "
                              "0:30 left  5.00 steps/s\x1b[K");
    rondo_progress_finish();
    check_shown(master, CLEAR);
    rondo_log_info("done");
    check_shown(master, "done\r\n");
    restore();
    close(master);
}

/* A line that is too long would wrap and could not be redrawn. */
static void test_narrow_terminal(void)
{
    int master = open_terminal(20);
    if (master < 0) return;
    rondo_progress_start("\xC3\xA9poque 1 \xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD", 10, "steps");
    rondo_progress_set(0, "");
    check_shown(master, "\r\xC3\xA9poque 1 \xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD\x1b[K");
    rondo_progress_finish();
    rondo_progress_start("twelve bytes\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD", 10, "steps");
    check_shown(master, CLEAR);
    rondo_progress_set(0, "");
    check_shown(master, "\rtwelve bytes\xE4\xB8\xAD\xE4\xB8\xAD\x1b[K");
    rondo_progress_finish();
    restore();
    close(master);
}

int main(void)
{
    RUN(test_progress_lines);
    RUN(test_two_receivers);
    RUN(test_names_do_not_steer_the_terminal);
    RUN(test_log_file_that_cannot_be_opened);
    RUN(test_log_file_that_is_a_link);
    RUN(test_full_log_file);
    RUN(test_nobody_reads);
    RUN(test_full_pipe);
    RUN(test_rate_and_unknown_total);
    RUN(test_quiet_has_no_progress);
    RUN(test_bar);
    RUN(test_narrow_terminal);
    return check_end();
}
