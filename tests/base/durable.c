#include "base/durable.h"

#include <stdio.h>
#include <string.h>

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

recording durable_take(void)
{
    recording r;
    r.count = fault_recorded(&r.events);
    return r;
}

/* Whether the contents that stand under `path` at event `end` are flushed: from their last write
 * on, wherever they stood. */
static bool contents_are_flushed(const recording *r, int end, const char *path)
{
    bool flushed = false;
    for (int i = end - 1; i >= 0; i--) {
        const file_event *e = &r->events[i];
        bool is_own = strcmp(e->path, path) == 0;
        if (is_own && e->call == FILE_SYNC) flushed = true;
        if (is_own && e->call == FILE_WRITE) return flushed;
        if ((e->call == FILE_LINK || e->call == FILE_RENAME) && strcmp(e->to, path) == 0)
            return flushed || contents_are_flushed(r, i, e->path);
    }
    return true;
}

static bool is_folder_of(const char *folder, const char *path)
{
    size_t length = (size_t)(name_of(path) - path) - 1;
    return strlen(folder) == length && strncmp(folder, path, length) == 0;
}

static bool gives_name(const file_event *e)
{
    return e->call == FILE_RENAME || e->call == FILE_MAKE_FOLDER;
}

static const char *named(const file_event *e)
{
    return *e->to ? e->to : e->path;
}

static bool name_is_flushed(const recording *r, int at)
{
    const char *path = named(&r->events[at]);
    for (int i = at + 1; i < r->count && !gives_name(&r->events[i]); i++)
        if (r->events[i].call == FILE_SYNC && is_folder_of(r->events[i].path, path)) return true;
    return false;
}

const char *durable_fault(const recording *r)
{
    static char text[2 * PATH_MAX + 100];
    for (int i = 0; i < r->count; i++) {
        const file_event *e = &r->events[i];
        if (!gives_name(e)) continue;
        bool contents = e->call != FILE_RENAME || contents_are_flushed(r, i, e->path);
        if (contents && name_is_flushed(r, i)) continue;
        snprintf(text, sizeof text, "event %d: %s %s", i, named(e),
                 contents ? "is not flushed with its folder"
                          : "has contents that were not flushed before");
        return text;
    }
    return NULL;
}

int durable_find(const recording *r, int from, file_call call, const char *name)
{
    for (int i = from; i < r->count; i++)
        if (r->events[i].call == call && strcmp(name_of(named(&r->events[i])), name) == 0) return i;
    return -1;
}

int durable_count(const recording *r, file_call call, const char *name)
{
    int count = 0;
    for (int i = -1; (i = durable_find(r, i + 1, call, name)) >= 0;)
        count++;
    return count;
}

bool durable_flushed(const recording *r, int end, const char *name)
{
    int written = -1, flushed = -1;
    for (int i = 0; i < end; i++) {
        if (durable_find(r, i, FILE_WRITE, name) == i) written = i;
        if (durable_find(r, i, FILE_SYNC, name) == i) flushed = i;
    }
    return flushed >= written;
}
