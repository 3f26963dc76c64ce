#include "sweep/findings.h"

#include <string.h>

static rondo_finding *find(const rondo_findings *findings, const char *line, size_t length)
{
    for (int64_t i = 0; i < findings->count; i++) {
        rondo_finding *it = &findings->items[i];
        if (strncmp(it->line, line, length) == 0 && it->line[length] == '\0') return it;
    }
    return NULL;
}

static rondo_finding *append(rondo_findings *findings)
{
    int64_t count = findings->count;
    if ((count & (count - 1)) == 0) { /* full at each power of two */
        size_t capacity = count > 0 ? 2 * (size_t)count : 1;
        rondo_finding *items = rondo_owned_take(&findings->owned, capacity * sizeof *items);
        if (!items) return NULL;
        if (count > 0) memcpy(items, findings->items, (size_t)count * sizeof *items);
        findings->items = items;
    }
    return &findings->items[findings->count++];
}

void rondo_findings_add(rondo_findings *findings, const char *text, const char *variant,
                        int64_t runs)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        rondo_finding *it = find(findings, text, length);
        if (!it && (it = append(findings))) {
            const char *line = rondo_owned_copy(&findings->owned, text, length);
            *it = (rondo_finding){.line = line ? line : "", .variant = variant};
        }
        if (it) {
            it->runs += runs;
            it->variants++;
        }
        text += length;
        if (*text) text++;
    }
}

rondo_status rondo_findings_report(const rondo_findings *findings, int64_t total,
                                   rondo_error *error)
{
    enum { ROOM = 400 }; /* for a line cut short, and the last one */
    rondo_status status = rondo_owned_check(&findings->owned, "messages", error);
    if (status || findings->count == 0) return status;
    error->text[0] = '\0';
    for (int64_t i = 0; i < findings->count; i++) {
        const rondo_finding *it = &findings->items[i];
        size_t used = strlen(error->text);
        if (i > 0 && used + strlen(it->line) + ROOM > RONDO_ERROR_SIZE) {
            rondo_error_add(error, RONDO_USAGE, "and %lld more", (long long)(findings->count - i));
            break;
        }
        if (it->runs == total)
            rondo_error_add(error, RONDO_USAGE, "%s", it->line);
        else if (it->variants == 1)
            rondo_error_add(error, RONDO_USAGE, "%s (variant \"%s\")", it->line, it->variant);
        else
            rondo_error_add(error, RONDO_USAGE, "%s (variant \"%s\" and %lld more: %lld runs)",
                            it->line, it->variant, (long long)(it->variants - 1),
                            (long long)it->runs);
    }
    return RONDO_USAGE;
}

void rondo_findings_finish(rondo_findings *findings)
{
    rondo_owned_finish(&findings->owned);
}
