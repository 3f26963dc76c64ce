#include "base/processor.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "rondo/pointwise.h"

/* The value of a line "key<blanks>: value" of /proc/cpuinfo; false for other lines. */
static bool value_of(const char *line, const char *key, char *value, size_t size)
{
    size_t length = strlen(key);
    if (strncmp(line, key, length) != 0) return false;
    line += length + strspn(line + length, " \t");
    if (*line++ != ':') return false;
    line += strspn(line, " \t");
    snprintf(value, size, "%.*s", (int)strcspn(line, "\n"), line);
    return true;
}

const char *rondo_processor_name(void)
{
    static char name[160];
    char line[512], model_name[96] = "", family[16] = "", model[16] = "";
    if (name[0] != '\0') return name;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file) && line[0] != '\n') {
        if (value_of(line, "model name", model_name, sizeof model_name)) continue;
        if (value_of(line, "cpu family", family, sizeof family)) continue;
        value_of(line, "model", model, sizeof model);
    }
    if (file) fclose(file);
    if (model_name[0] == '\0')
        snprintf(name, sizeof name, "unknown");
    else if (family[0] == '\0' || model[0] == '\0')
        snprintf(name, sizeof name, "%s", model_name);
    else
        snprintf(name, sizeof name, "%s (family %s, model %s)", model_name, family, model);
    return name;
}

/* RONDO_VECTORISED is empty where the compiler makes one version only. */
#define TEXT_OF(...)          #__VA_ARGS__
#define EXPANDED_TEXT_OF(...) TEXT_OF(__VA_ARGS__)

const char *rondo_processor_vectors(void)
{
#ifdef __x86_64__
    bool dispatched = sizeof EXPANDED_TEXT_OF(RONDO_VECTORISED) > 1;
    __builtin_cpu_init();
    if (dispatched && __builtin_cpu_supports("avx512f")) return "avx512f";
    if (dispatched && __builtin_cpu_supports("avx2")) return "avx2";
#endif
    return "baseline";
}

double rondo_processor_all_seconds(void)
{
    /* user, nice, system, idle, iowait, irq, softirq, steal: proc(5) */
    double ticks[8] = {0};
    enum { IDLE = 3, IOWAIT = 4 };
    FILE *file = fopen("/proc/stat", "r");
    if (!file) return -1;
    int found = fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &ticks[0], &ticks[1], &ticks[2],
                       &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[7]);
    fclose(file);
    if (found != 8) return -1;
    double sum = 0;
    for (int i = 0; i < 8; i++)
        if (i != IDLE && i != IOWAIT) sum += ticks[i];
    return sum / (double)sysconf(_SC_CLK_TCK);
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

double rondo_processor_own_seconds(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

size_t rondo_processor_peak_memory(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return (size_t)usage.ru_maxrss * 1024; /* Linux counts in kibibytes */
}

size_t rondo_processor_memory(void)
{
    unsigned long all, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    int found = file ? fscanf(file, "%lu %lu", &all, &resident) : 0;
    if (file) fclose(file);
    if (found != 2) return rondo_processor_peak_memory();
    return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}
