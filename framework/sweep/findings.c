#include "sweep/findings.h"

#include <stdio.h>
#include <string.h>

/* Where the column of "a.yaml:3:5: text" begins and ends; 0 where there is no place. */
static size_t find_column(const char *line, size_t *end)
{
    int before = 0, behind = 0;
    const char *colon = strchr(line, ':');
    if (!colon || sscanf(colon, ":%*d:%n%*d: %n", &before, &behind) < 0 || behind == 0) return 0;
    *end = (size_t)(colon - line) + (size_t)behind;
    return (size_t)(colon - line) + (size_t)before;
}

/* The same text of the same line of a file, in whatever column: an unknown key of an axis is one
 * mistake, however many values it has. */
static bool is_same(const char *a, const char *b)
{
    size_t end_a = 0, end_b = 0;
    size_t column = find_column(a, &end_a);
    if (column == 0 || find_column(b, &end_b) != column) return strcmp(a, b) == 0;
    return strncmp(a, b, column) == 0 && strcmp(a + end_a, b + end_b) == 0;
}

static rondo_finding *find(const rondo_findings *findings, const char *line)
{
    for (int64_t i = 0; i < findings->count; i++)
        if (is_same(findings->items[i].line, line)) return &findings->items[i];
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
        const char *line = rondo_owned_copy(&findings->owned, text, length);
        if (!line) return;
        rondo_finding *it = find(findings, line);
        if (!it && (it = append(findings))) *it = (rondo_finding){.line = line, .variant = variant};
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
