#include "base/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000 }; /* for a terminal that takes nothing at the moment */

bool rondo_terminal_redraws(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) && kind && strcmp(kind, "dumb") != 0;
}

int rondo_terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

static void write_patiently(const char *text, size_t size)
{
    while (size > 0) {
        ssize_t count = write(STDERR_FILENO, text, size);
        if (count >= 0) {
            text += count;
            size -= (size_t)count;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = STDERR_FILENO, .events = POLLOUT};
            if (poll(&wait, 1, PATIENCE_MS) <= 0) return;
        } else if (errno != EINTR) {
            return;
        }
    }
}

/* A reader that went away must not end a training run: SIGPIPE is held back and taken. */
void rondo_terminal_write(const char *text, size_t size)
{
    sigset_t pipe_signal, before, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    bool was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    write_patiently(text, size);
    if (!was_pending) {
        struct timespec now = {0};
        while (sigtimedwait(&pipe_signal, NULL, &now) == -1 && errno == EINTR)
            continue;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}
