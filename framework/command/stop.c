#include "command/stop.h"

#include <stdbool.h>
#include <stddef.h>

static volatile sig_atomic_t requested;

static void request(int signal_number)
{
    (void)signal_number;
    requested = 1;
}

static void catch_signal(int number, int flags)
{
    struct sigaction action = {.sa_handler = request, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/* nohup, and batch scripts, ignore what is not to reach the program. */
static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* Whoever asks by SIGINT or SIGTERM may ask again: SA_RESETHAND restores the default, so that the
 * second one kills. The others come from systems, some more than once: SIGXCPU comes every second
 * while the last checkpoint is being written. */
const volatile sig_atomic_t *rondo_stop_catch(void)
{
    static const int others[] = {SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU};
    catch_signal(SIGINT, (int)SA_RESETHAND | SA_RESTART);
    catch_signal(SIGTERM, (int)SA_RESETHAND | SA_RESTART);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (!is_ignored(others[i])) catch_signal(others[i], SA_RESTART);
    return &requested;
}
