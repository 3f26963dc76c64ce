#define _GNU_SOURCE /* MAP_ANONYMOUS, REG_ERR */
#include "kit/call.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "kit/guard.h"

/* What no plugin has in its hands: addresses this small come from NULL. */
enum { NEAR_NULL = 65536 };

typedef struct call {
    const char *function; /* NULL: none runs */
    int32_t stage;
    int64_t step;
} call;

typedef struct shared_call {
    call calls[KIT_MOST_THREADS + 1];
    atomic_llong count; /* calls so far */
    call last;          /* that ended the process */
    bool is_stopped;    /* by one of the signals below */
    int signal;         /* SIGALRM: it took too long */
    uintptr_t address;
    bool is_write, knows_access, is_of_stack;
    char place[160];
    bool is_finished;
    int64_t failures;
    char note[KIT_NOTE];
} shared_call;

static shared_call *shared;
static _Thread_local int thread_number;
static bool names_pointers;
static uintptr_t stack_top; /* of the main thread */
static int64_t seconds_allowed;

void kit_call_enter(const char *function, int32_t stage, int64_t step)
{
    if (!shared) return;
    shared->calls[thread_number] = (call){function, stage, step};
    atomic_fetch_add(&shared->count, 1);
}

void kit_call_leave(void)
{
    if (shared) shared->calls[thread_number].function = NULL;
}

void kit_call_thread(int number)
{
    thread_number = number;
}

bool kit_call_names_pointers(void)
{
    return names_pointers;
}

static void stop(int signal, int thread)
{
    shared->last = shared->calls[thread];
    shared->signal = signal;
    shared->is_stopped = true;
    _exit(1);
}

static bool is_of_stack(uintptr_t address)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return false;
    return address < stack_top && stack_top - address < limit.rlim_cur + NEAR_NULL;
}

static void on_crash(int signal, siginfo_t *information, void *context)
{
    shared->address = (uintptr_t)information->si_addr;
    shared->is_of_stack = is_of_stack(shared->address);
#if defined(__x86_64__) && defined(REG_ERR)
    shared->knows_access = signal == SIGSEGV;
    shared->is_write = ((ucontext_t *)context)->uc_mcontext.gregs[REG_ERR] & 2;
#else
    (void)context;
#endif
    if (!kit_guard_find(shared->address, shared->place, sizeof shared->place))
        shared->place[0] = '\0';
    stop(signal, thread_number);
}

/* Once a second: a call that was there `seconds_allowed` times in a row does not return. */
static void on_second(int signal)
{
    static long long seen;
    static int64_t times;
    long long now = atomic_load(&shared->count);
    int running = 0;
    while (running <= KIT_MOST_THREADS && !shared->calls[running].function)
        running++;
    times = now == seen && running <= KIT_MOST_THREADS ? times + 1 : 0;
    seen = now;
    if (times >= seconds_allowed) stop(signal, running);
}

static void watch(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    static char stack[1 << 16]; /* the plugin may have used up its own */
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction crash = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    struct sigaction second = {.sa_handler = on_second, .sa_flags = SA_RESTART | SA_ONSTACK};
    struct itimerval timer = {{1, 0}, {1, 0}};
    sigaltstack(&other, NULL);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        sigaction(crashes[i], &crash, NULL);
    sigaction(SIGALRM, &second, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void run_here(kit_report *kit, kit_check check, const void *context)
{
    stack_top = (uintptr_t)__builtin_frame_address(0);
    seconds_allowed = kit->seconds;
    watch();
    kit->failures = 0;
    check(kit, context);
    shared->failures = kit->failures;
    memcpy(shared->note, kit->note, sizeof shared->note);
    shared->is_finished = true;
    fflush(stdout);
    fflush(stderr);
    _exit(0);
}

/* Runs it to its end, whatever that is. */
static int run_process(kit_report *kit, kit_check check, const void *context)
{
    int status;
    memset(shared, 0, sizeof *shared);
    fflush(stdout);
    fflush(stderr);
    pid_t child = fork();
    if (child < 0) {
        kit_fail(kit, "no process to check in: %s", strerror(errno));
        shared->is_finished = true;
        return 0;
    }
    if (child == 0) run_here(kit, check, context);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

static void name_call(const call *last, char *text, size_t size)
{
    int length = snprintf(text, size, "%s", last->function ? last->function : "the check");
    if (last->stage >= 0 && length >= 0)
        length += snprintf(text + length, size - (size_t)length, " of stage %d", (int)last->stage);
    if (last->step > 0 && length >= 0)
        snprintf(text + length, size - (size_t)length, ", at step %lld,", (long long)last->step);
}

static void explain_crash(const char *where, char *text, size_t size)
{
    const char *access = !shared->knows_access ? "uses" : shared->is_write ? "writes" : "reads";
    if (shared->place[0])
        snprintf(text, size, "%s %s %s", where, access, shared->place);
    else if (shared->is_of_stack)
        snprintf(text, size,
                 "%s overruns its stack: a recursion without end, or an array too large for it",
                 where);
    else if (shared->address < NEAR_NULL)
        snprintf(text, size, "%s %s through a NULL pointer%s", where, access,
                 shared->last.step >= 0 ? ": something that this function does not have?" : "");
    else
        snprintf(
            text, size,
            "%s crashes: it %s memory that is not its own, at %#llx, far from every buffer: an "
            "index out of range?",
            where, access, (unsigned long long)shared->address);
}

static void explain(const kit_report *kit, int status, char *text, size_t size)
{
    char where[96];
    const call *last = shared->is_stopped ? &shared->last : &shared->calls[0];
    name_call(last, where, sizeof where);
    if (!shared->is_stopped && WIFSIGNALED(status))
        snprintf(text, size, "%s was ended by signal %d (%s)", where, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (!shared->is_stopped)
        snprintf(text, size, "%s ended the process with status %d: it calls exit", where,
                 WEXITSTATUS(status));
    else if (shared->signal == SIGALRM)
        snprintf(text, size,
                 "%s did not return within %lld s: a loop without end (--seconds allows more)",
                 where, (long long)kit->seconds);
    else if (shared->signal == SIGABRT)
        snprintf(text, size,
                 "%s aborts: the compiler's check found an array on the stack overrun, or it calls "
                 "abort",
                 where);
    else if (shared->signal == SIGFPE)
        snprintf(text, size, "%s divides an integer by 0", where);
    else if (shared->signal == SIGILL)
        snprintf(text, size, "%s has an instruction that this processor does not know", where);
    else
        explain_crash(where, text, size);
}

void kit_call_apart(kit_report *kit, kit_check check, const void *context)
{
    char text[512], second[512];
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        fprintf(stderr, "no memory for the kit\n");
        exit(2);
    }
    int status = run_process(kit, check, context);
    if (shared->is_finished) {
        kit->failures += shared->failures;
        memcpy(kit->note, shared->note, sizeof kit->note);
    } else {
        explain(kit, status, text, sizeof text);
        if (shared->is_stopped && shared->address < NEAR_NULL && shared->signal == SIGSEGV) {
            names_pointers = true;
            status = run_process(kit, check, context);
            if (!shared->is_finished && shared->place[0]) {
                explain(kit, status, second, sizeof second);
                memcpy(text, second, sizeof text);
            }
            names_pointers = false;
        }
        kit_fail(kit, "%s %s: %s", kit->kind, kit->name, text);
    }
    munmap(shared, sizeof *shared);
    shared = NULL;
}
