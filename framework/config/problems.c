#include "config/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *format_text(rondo_owned *owned, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = length >= 0 ? rondo_owned_take(owned, (size_t)length + 1) : NULL;
    if (text) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

int64_t rondo_source_age(const rondo_origin *source)
{
    return source->lineless ? 0 : source->rank + 1;
}

void rondo_problems_add(rondo_problems *problems, rondo_place place, const char *path,
                        const char *format, ...)
{
    va_list arguments;
    if (problems->count++ >= RONDO_MAX_PROBLEMS) return;
    rondo_problem *problem = &problems->kept[problems->count - 1];
    va_start(arguments, format);
    problem->place = place;
    problem->path = rondo_owned_copy(&problems->owned, path, strlen(path));
    problem->text = format_text(&problems->owned, format, arguments);
    va_end(arguments);
}

static int64_t kept_count(const rondo_problems *problems)
{
    return problems->count < RONDO_MAX_PROBLEMS ? problems->count : RONDO_MAX_PROBLEMS;
}

bool rondo_problems_has(const rondo_problems *problems, const char *path)
{
    size_t length = strlen(path);
    for (int64_t i = 0; i < kept_count(problems); i++) {
        const char *found = problems->kept[i].path;
        if (!found || strncmp(found, path, length) != 0) continue;
        if (found[length] == '\0' || found[length] == '.') return true;
    }
    return false;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_problems(const void *a, const void *b)
{
    const rondo_problem *left = a, *right = b;
    int order = compare_numbers(left->place.source->rank, right->place.source->rank);
    if (!order) order = compare_numbers(left->place.line, right->place.line);
    if (!order) order = compare_numbers(left->place.column, right->place.column);
    if (!order) order = strcmp(left->path, right->path);
    return order ? order : strcmp(left->text, right->text);
}

static void add_line(const rondo_problem *problem, rondo_text *line)
{
    const rondo_place *place = &problem->place;
    rondo_text_add(line, "%s:", place->source->name);
    if (place->line > 0)
        rondo_text_add(line, "%lld:%lld:", (long long)place->line, (long long)place->column);
    rondo_text_add(line, " ");
    if (problem->path[0]) rondo_text_add(line, "%s: ", problem->path);
    rondo_text_add(line, "%s", problem->text);
}

/* As many whole lines as the error's buffer holds, then how many are left. */
rondo_status rondo_problems_report(rondo_problems *problems, rondo_error *error)
{
    enum { LAST_LINE = 64 };
    rondo_status status = problems->failed ? RONDO_FAILED : RONDO_USAGE;
    int64_t shown = 0, kept = kept_count(problems);
    size_t used = 0;
    if (rondo_owned_check(&problems->owned, "messages", error)) return RONDO_FAILED;
    if (problems->count == 0) return RONDO_OK;
    qsort(problems->kept, (size_t)kept, sizeof problems->kept[0], compare_problems);
    error->text[0] = '\0';
    for (; shown < kept; shown++) {
        rondo_text line = {0};
        add_line(&problems->kept[shown], &line);
        used += line.length + 1;
        bool fits = used + LAST_LINE < RONDO_ERROR_SIZE;
        if (fits) rondo_error_add(error, status, "%s", rondo_text_get(&line));
        rondo_owned_release(&problems->owned, &line);
        if (!fits) break;
    }
    if (shown < problems->count)
        rondo_error_add(error, status, "and %lld more", (long long)(problems->count - shown));
    return rondo_owned_check(&problems->owned, "messages", error) ? RONDO_FAILED : status;
}

void rondo_problems_finish(rondo_problems *problems)
{
    rondo_owned_finish(&problems->owned);
}

const char *rondo_problem_quote(const char *text, char buffer[RONDO_QUOTE_SIZE])
{
    enum { ROOM = 8 }; /* for one escaped byte, the dots and the NUL */
    size_t used = 0;
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        bool starts_symbol = (byte & 0xC0) != 0x80;
        if (used + ROOM + (starts_symbol ? 4 : 0) > RONDO_QUOTE_SIZE) {
            memcpy(buffer + used, "...", 3);
            used += 3;
            break;
        }
        if (byte < 0x20 || byte == 0x7f)
            used += (size_t)snprintf(buffer + used, ROOM, "\\x%02x", byte);
        else
            buffer[used++] = (char)byte;
    }
    buffer[used] = '\0';
    return buffer;
}

static size_t append(char path[RONDO_PATH_SIZE], size_t used, const char *text)
{
    size_t length = strlen(text), room = RONDO_PATH_SIZE - 1 - used;
    if (length > room) length = room;
    memcpy(path + used, text, length);
    path[used + length] = '\0';
    return used + length;
}

const char *rondo_path_join(const char *parent, const char *key, char path[RONDO_PATH_SIZE])
{
    size_t used = append(path, 0, parent);
    if (used > 0) used = append(path, used, ".");
    append(path, used, key);
    return path;
}
