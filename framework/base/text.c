#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(rondo_text *text, size_t extra)
{
    if (text->failed) return false;
    if (text->length + extra + 1 <= text->capacity) return true;
    size_t wanted = text->capacity ? text->capacity : 64;
    while (wanted < text->length + extra + 1)
        wanted *= 2;
    char *grown = realloc(text->data, wanted);
    if (!grown) {
        text->failed = true;
        return false;
    }
    text->data = grown;
    text->capacity = wanted;
    return true;
}

void rondo_text_add_bytes(rondo_text *text, const char *bytes, size_t count)
{
    if (!reserve(text, count)) return;
    memcpy(text->data + text->length, bytes, count);
    text->length += count;
    text->data[text->length] = '\0';
}

void rondo_text_add(rondo_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int count = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (count > 0 && reserve(text, (size_t)count)) {
        vsnprintf(text->data + text->length, (size_t)count + 1, format, again);
        text->length += (size_t)count;
    }
    va_end(again);
}

void rondo_text_add_duration(rondo_text *text, double seconds)
{
    int64_t whole = (int64_t)(seconds + 0.5);
    if (whole < 3600)
        rondo_text_add(text, "%d:%02d", (int)(whole / 60), (int)(whole % 60));
    else
        rondo_text_add(text, "%lld:%02d:%02d", (long long)(whole / 3600), (int)(whole / 60 % 60),
                       (int)(whole % 60));
}

void rondo_text_cut(rondo_text *text, size_t length)
{
    if (length >= text->length) return;
    text->length = length;
    text->data[length] = '\0';
}

const char *rondo_text_get(const rondo_text *text)
{
    return text->data ? text->data : "";
}

void rondo_text_finish(rondo_text *text)
{
    free(text->data);
    *text = (rondo_text){0};
}

enum { NEAREST_MAX_LENGTH = 63 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance (Damerau 1964, restricted): rows i-2, i-1, i in turn. */
static int edit_distance(const char *a, const char *b)
{
    int rows[3][NEAREST_MAX_LENGTH + 1];
    int m = (int)strlen(a), n = (int)strlen(b);
    for (int j = 0; j <= n; j++)
        rows[0][j] = j;
    for (int i = 1; i <= m; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int differs = a[i - 1] != b[j - 1];
            row[j] = least(above[j - 1] + differs, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

bool rondo_text_lists(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (; *list; list += strcspn(list, ","), list += strspn(list, ", "))
        if (strcspn(list, ",") == length && strncmp(list, name, length) == 0) return true;
    return false;
}

void rondo_text_add_choices(rondo_text *text, const char *list)
{
    while (*list) {
        size_t length = strcspn(list, ",");
        const char *next = list + length + strspn(list + length, ", ");
        bool is_last_but_one = *next && !strchr(next, ',');
        rondo_text_add_bytes(text, list, length);
        if (*next) rondo_text_add(text, "%s", is_last_but_one ? " or " : ", ");
        list = next;
    }
}

const char *rondo_text_nearest(const char *wrong, const char *const *names, int64_t count)
{
    size_t length = strlen(wrong);
    const char *nearest = NULL;
    int best = (int)length / 2 + 1;
    if (length == 0 || length > NEAREST_MAX_LENGTH) return NULL;
    for (int64_t i = 0; i < count; i++) {
        if (!names[i] || strlen(names[i]) > NEAREST_MAX_LENGTH) continue;
        int distance = edit_distance(wrong, names[i]);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

bool rondo_text_real(const char *token, double *value)
{
    char *end;
    if (token[0] == '\0' || strspn(token, "+-.0123456789eE") != strlen(token)) return false;
    errno = 0;
    *value = strtod(token, &end);
    return *end == '\0' && end != token && isfinite(*value);
}

bool rondo_text_integer(const char *token, int64_t *value)
{
    char *end;
    double real;
    if (token[0] == '\0') return false;
    if (strspn(token, "+-0123456789") == strlen(token)) {
        errno = 0;
        *value = strtoll(token, &end, 10);
        return *end == '\0' && errno == 0;
    }
    if (!rondo_text_real(token, &real) || fabs(real) > 9007199254740992.0 || real != floor(real))
        return false;
    *value = (int64_t)real;
    return true;
}

const char *rondo_text_of_real(double value, char buffer[32])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(buffer, 32, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value) break;
    }
    return buffer;
}

char *rondo_text_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy) memcpy(copy, text, size);
    return copy;
}

void rondo_text_write_csv(FILE *output, const char *field)
{
    if (!strpbrk(field, ",\r\n\"")) {
        fputs(field, output);
        return;
    }
    fputc('"', output);
    for (; *field; field++)
        fputs(*field == '"' ? "\"\"" : (char[]){*field, '\0'}, output);
    fputc('"', output);
}

void rondo_text_add_csv(rondo_text *text, const char *field)
{
    if (!strpbrk(field, ",\r\n\"")) {
        rondo_text_add_bytes(text, field, strlen(field));
        return;
    }
    rondo_text_add(text, "\"");
    for (; *field; field++)
        rondo_text_add_bytes(text, *field == '"' ? "\"\"" : field, *field == '"' ? 2 : 1);
    rondo_text_add(text, "\"");
}
