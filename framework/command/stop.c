#include "command/stop.h"

#include <stddef.h>

static volatile sig_atomic_t requested;

/* The second signal kills: SA_RESETHAND restores the default. */
static void request(int signal_number)
{
    (void)signal_number;
    requested = 1;
}

const volatile sig_atomic_t *rondo_stop_catch(void)
{
    struct sigaction action = {.sa_handler = request, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &requested;
}
