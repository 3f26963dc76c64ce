/* Texts and settings, while runs are read. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "compare/collect_private.h"

const char *rondo_compared_text(rondo_owned *owned, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = length < 0 ? NULL : rondo_owned_take(owned, (size_t)length + 1);
    if (text) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

void rondo_setting_list_add(rondo_setting_list *list, rondo_owned *owned, const char *key,
                            const char *value)
{
    if (!key || !value) return; /* no memory was left for them, which `owned` knows */
    rondo_compared_setting *items =
        rondo_owned_grow(owned, list->items, list->count, &list->capacity, sizeof *items);
    if (!items) return;
    list->items = items;
    list->items[list->count++] = (rondo_compared_setting){key, value};
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const rondo_compared_setting *)a)->key,
                  ((const rondo_compared_setting *)b)->key);
}

void rondo_setting_list_sort(rondo_setting_list *list)
{
    if (list->count > 1) qsort(list->items, (size_t)list->count, sizeof *list->items, by_key);
}

const char *rondo_setting_list_find(const rondo_setting_list *list, const char *key)
{
    const rondo_compared_setting wanted = {.key = key};
    if (list->count == 0) return NULL;
    const rondo_compared_setting *found =
        bsearch(&wanted, list->items, (size_t)list->count, sizeof *list->items, by_key);
    return found ? found->value : NULL;
}

void rondo_setting_list_hash(const rondo_setting_list *list, char hash[17])
{
    uint64_t sum = 0;
    for (int64_t i = 0; i < list->count; i++) {
        sum = rondo_file_checksum(sum, list->items[i].key, strlen(list->items[i].key) + 1);
        sum = rondo_file_checksum(sum, list->items[i].value, strlen(list->items[i].value) + 1);
    }
    snprintf(hash, 17, "%016llx", (unsigned long long)sum);
}

int rondo_compared_order(const char *a, const char *b)
{
    double left, right;
    if (rondo_text_real(a, &left) && rondo_text_real(b, &right) && left != right)
        return left < right ? -1 : 1;
    return strcmp(a, b);
}

void rondo_compared_add_word(rondo_text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+=.,:/@%";
    if (*word && strspn(word, plain) == strlen(word)) {
        rondo_text_add(text, "%s", word);
        return;
    }
    rondo_text_add(text, "'");
    for (; *word; word++) {
        if (*word == '\'')
            rondo_text_add(text, "'\\''");
        else
            rondo_text_add_bytes(text, word, 1);
    }
    rondo_text_add(text, "'");
}

rondo_status rondo_compared_read_yaml(const char *path, rondo_owned *owned, rondo_node **root,
                                      rondo_error *error)
{
    char *text = NULL;
    size_t size, limit = (size_t)RONDO_YAML_MAX_BYTES * RONDO_YAML_LEDGER;
    *root = NULL;
    rondo_status status = rondo_file_read(path, limit, &text, &size, error);
    if (status) return status;
    rondo_origin *source = rondo_owned_take(owned, sizeof *source);
    rondo_problems problems = {0};
    if (source) {
        *source = (rondo_origin){.name = path, .is_ledger = true, .is_record = true};
        *root = rondo_yaml_parse(source, text, owned, &problems);
        status = rondo_problems_report(&problems, error);
    }
    rondo_problems_finish(&problems);
    free(text);
    return status ? status : rondo_owned_check(owned, path, error);
}
