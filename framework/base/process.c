#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* Seconds: clocks are set, and file systems have clocks of their own. */
enum { TOLERANCE = 60 };

/* The 22nd word of /proc/N/stat; the second may hold blanks and brackets. */
int64_t rondo_process_start(int64_t process)
{
    enum { BEHIND_NAME = 20 };
    char path[64], text[1024];
    int64_t ticks;
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    text[count > 0 ? count : 0] = '\0';
    char *at = strrchr(text, ')');
    for (int i = 0; at && i < BEHIND_NAME; i++) {
        at = strchr(at, ' ');
        if (at) at++;
    }
    if (!at) return 0;
    at[strcspn(at, " \n")] = '\0';
    return rondo_text_integer(at, &ticks) ? ticks : 0;
}

bool rondo_process_lived(int64_t process, time_t when)
{
    struct timespec since_boot;
    if (process > INT32_MAX || (kill((pid_t)process, 0) != 0 && errno == ESRCH)) return false;
    int64_t start = rondo_process_start(process);
    long ticks = sysconf(_SC_CLK_TCK);
    if (start == 0 || ticks <= 0 || clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0) return true;
    time_t boot = time(NULL) - since_boot.tv_sec;
    return boot + (time_t)(start / ticks) <= when + TOLERANCE;
}
