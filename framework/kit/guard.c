#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "kit/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rondo/real.h"

/* PAGES pages that nobody may touch lie behind a block, and as many before it. A forbidden place has no
 * pages that may be touched. */
enum { PAGES = 4 };

typedef struct guarded {
    uintptr_t from, end; /* what may be touched */
    size_t margin;
    const char *what, *why;
    int32_t number;
    bool is_free;
} guarded;

/* Grows while no plugin runs. */
static guarded *ranges;
static int64_t range_count, range_room;

static void end_without_memory(void)
{
    fprintf(stderr, "no memory for the kit\n");
    exit(2);
}

static guarded *add_range(void)
{
    if (range_count == range_room) {
        range_room = range_room ? 2 * range_room : 256;
        guarded *more = realloc(ranges, (size_t)range_room * sizeof *ranges);
        if (!more) end_without_memory();
        ranges = more;
    }
    ranges[range_count] = (guarded){.number = -1};
    return &ranges[range_count++];
}

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static guarded *map(size_t bytes)
{
    size_t margin = PAGES * page_size();
    char *start = mmap(NULL, bytes + 2 * margin, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED ||
        (bytes > 0 && mprotect(start + margin, bytes, PROT_READ | PROT_WRITE) != 0))
        end_without_memory();
    guarded *added = add_range();
    added->from = (uintptr_t)start + margin;
    added->end = added->from + bytes;
    added->margin = margin;
    return added;
}

void *kit_guard_take(size_t bytes, size_t *room)
{
    size_t page = page_size(), size = (bytes + page - 1) / page * page;
    guarded *found = NULL;
    for (int64_t i = 0; i < range_count && !found; i++)
        if (ranges[i].is_free && ranges[i].end - ranges[i].from == size) found = &ranges[i];
    if (!found) found = map(size);
    found->is_free = false;
    found->what = NULL;
    *room = size;
    return (void *)found->from;
}

static guarded *range_at(const void *block)
{
    int64_t i = 0;
    while (ranges[i].from != (uintptr_t)block)
        i++;
    return &ranges[i];
}

void kit_guard_give(void *block)
{
    if (block) range_at(block)->is_free = true;
}

void kit_guard_name(void *block, const char *what, int32_t number)
{
    guarded *named = range_at(block);
    named->what = what;
    named->number = number;
}

void *kit_guard_forbidden(const char *what, int32_t number, const char *why)
{
    for (int64_t i = 0; i < range_count; i++)
        if (ranges[i].why && ranges[i].number == number && strcmp(ranges[i].what, what) == 0 &&
            strcmp(ranges[i].why, why) == 0)
            return (void *)ranges[i].from;
    guarded *added = map(0);
    added->what = what;
    added->number = number;
    added->why = why;
    return (void *)added->from;
}

bool kit_guard_find(uintptr_t address, char *text, size_t size)
{
    for (int64_t i = 0; i < range_count; i++) {
        const guarded *r = &ranges[i];
        char name[64];
        if (address < r->from - r->margin || address >= r->end + r->margin || r->is_free) continue;
        if (!r->what || (address >= r->from && address < r->end)) return false;
        if (r->number < 0)
            snprintf(name, sizeof name, "%s", r->what);
        else
            snprintf(name, sizeof name, "%s %d", r->what, (int)r->number);
        if (r->why) {
            snprintf(text, size, "%s, %s", name, r->why);
            return true;
        }
        bool is_behind = address >= r->end;
        size_t bytes = is_behind ? address - r->end : r->from - address - 1;
        size_t numbers = bytes / sizeof(rondo_real) + 1;
        snprintf(text, size, "%s, %zu number%s %s", name, numbers, numbers == 1 ? "" : "s",
                 is_behind ? "past its end" : "before its beginning");
        return true;
    }
    return false;
}
