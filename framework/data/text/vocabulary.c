#include "data/text/vocabulary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "data/text/symbols.h"

struct rondo_vocabulary {
    rondo_symbols *symbols; /* while counting: as they came; once built: number = id */
    int64_t *counts;        /* while counting, of each symbol */
    int64_t capacity;
    const char **names; /* once built, by id */
};

static rondo_status create_empty(rondo_vocabulary **out, rondo_error *error)
{
    *out = calloc(1, sizeof **out);
    if (!*out) return rondo_error_set(error, RONDO_FAILED, "not enough memory for a vocabulary");
    rondo_status status = rondo_symbols_create(&(*out)->symbols, error);
    if (status) {
        free(*out);
        *out = NULL;
    }
    return status;
}

void rondo_vocabulary_destroy(rondo_vocabulary *vocabulary)
{
    if (!vocabulary) return;
    rondo_symbols_destroy(vocabulary->symbols);
    free(vocabulary->counts);
    free(vocabulary->names);
    free(vocabulary);
}

rondo_status rondo_vocabulary_create(const char *unknown, const char *end, rondo_vocabulary **out,
                                     rondo_error *error)
{
    rondo_status status;
    rondo_vocabulary *vocabulary = NULL;
    *out = NULL;
    if (strcmp(unknown, end) == 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "data.vocabulary: unknown and end are both spelled \"%s\"", end);
    if ((status = create_empty(&vocabulary, error))) goto cleanup;
    if ((status =
             rondo_vocabulary_count_many(vocabulary, unknown, (int64_t)strlen(unknown), 0, error)))
        goto cleanup;
    if ((status = rondo_vocabulary_count_many(vocabulary, end, (int64_t)strlen(end), 0, error)))
        goto cleanup;
    *out = vocabulary;
    vocabulary = NULL;
cleanup:
    rondo_vocabulary_destroy(vocabulary);
    return status;
}

rondo_status rondo_vocabulary_count_many(rondo_vocabulary *vocabulary, const char *symbol,
                                         int64_t length, int64_t times, rondo_error *error)
{
    assert(!vocabulary->names);
    int32_t index;
    int64_t before = rondo_symbols_count(vocabulary->symbols);
    void *counts = vocabulary->counts;
    rondo_status status = rondo_memory_grow(&counts, &vocabulary->capacity, before + 1,
                                            sizeof *vocabulary->counts, "symbol counts", error);
    vocabulary->counts = counts;
    if (status) return status;
    if ((status = rondo_symbols_add(vocabulary->symbols, symbol, length, &index, error)))
        return status;
    if (index == before) vocabulary->counts[index] = 0;
    vocabulary->counts[index] += times;
    return RONDO_OK;
}

rondo_status rondo_vocabulary_count(rondo_vocabulary *vocabulary, const char *symbol,
                                    int64_t length, rondo_error *error)
{
    return rondo_vocabulary_count_many(vocabulary, symbol, length, 1, error);
}

typedef struct vocabulary_entry {
    int64_t count, length;
    const char *name;
} vocabulary_entry;

/* Falling count, then byte order. */
static int compare_entries(const void *left, const void *right)
{
    const vocabulary_entry *a = left, *b = right;
    if (a->count != b->count) return a->count > b->count ? -1 : 1;
    int64_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->name, b->name, (size_t)shorter);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* The symbols to keep, in id order; the unknown and the end symbol come first whatever they count.
 * Returns how many. */
static int64_t choose(const rondo_vocabulary *vocabulary, int64_t min_count, int64_t max_size,
                      vocabulary_entry *entries)
{
    int64_t kept = 0;
    for (int32_t i = 0; i < rondo_symbols_count(vocabulary->symbols); i++) {
        if (i > RONDO_END_ID && vocabulary->counts[i] < min_count) continue;
        entries[kept].count = vocabulary->counts[i];
        entries[kept].name = rondo_symbols_get(vocabulary->symbols, i, &entries[kept].length);
        kept++;
    }
    qsort(entries + RONDO_END_ID + 1, (size_t)(kept - RONDO_END_ID - 1), sizeof *entries,
          compare_entries);
    if (max_size > 0 && kept > max_size)
        kept = max_size > RONDO_END_ID ? max_size : RONDO_END_ID + 1;
    return kept;
}

/* Names by id; from here on the vocabulary does not change. */
static rondo_status fix_names(rondo_vocabulary *vocabulary, rondo_error *error)
{
    int32_t count = rondo_symbols_count(vocabulary->symbols);
    vocabulary->names = malloc((size_t)count * sizeof *vocabulary->names);
    if (!vocabulary->names)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for %d names", count);
    for (int32_t i = 0; i < count; i++)
        vocabulary->names[i] = rondo_symbols_get(vocabulary->symbols, i, NULL);
    free(vocabulary->counts);
    vocabulary->counts = NULL;
    return RONDO_OK;
}

rondo_status rondo_vocabulary_build(rondo_vocabulary *vocabulary, int64_t min_count,
                                    int64_t max_size, rondo_error *error)
{
    rondo_status status;
    rondo_symbols *chosen = NULL;
    int32_t index;
    vocabulary_entry *entries =
        calloc((size_t)rondo_symbols_count(vocabulary->symbols), sizeof *entries);
    if (!entries) {
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory to build a vocabulary");
        goto cleanup;
    }
    if ((status = rondo_symbols_create(&chosen, error))) goto cleanup;
    int64_t kept = choose(vocabulary, min_count, max_size, entries);
    for (int64_t i = 0; i < kept; i++)
        if ((status = rondo_symbols_add(chosen, entries[i].name, entries[i].length, &index, error)))
            goto cleanup;
    rondo_symbols_destroy(vocabulary->symbols);
    vocabulary->symbols = chosen;
    chosen = NULL;
    status = fix_names(vocabulary, error);
cleanup:
    rondo_symbols_destroy(chosen);
    free(entries);
    return status;
}

/* Saved names may come from an untrusted file. */
static rondo_status restore_names(rondo_vocabulary *vocabulary, const char *const *names,
                                  int64_t count, rondo_error *error)
{
    for (int64_t i = 0; i < count; i++) {
        size_t length = strlen(names[i]);
        int32_t index;
        if (length == 0)
            return rondo_error_set(error, RONDO_FAILED, "vocabulary: name %lld is empty",
                                   (long long)i);
        if (rondo_utf8_find_invalid(names[i], length) != length)
            return rondo_error_set(error, RONDO_FAILED, "vocabulary: name %lld is not valid UTF-8",
                                   (long long)i);
        rondo_status status =
            rondo_symbols_add(vocabulary->symbols, names[i], (int64_t)length, &index, error);
        if (status) return status;
        if (index != i)
            return rondo_error_set(error, RONDO_FAILED,
                                   "vocabulary: names %d and %lld are both \"%s\"", index,
                                   (long long)i, names[i]);
    }
    return fix_names(vocabulary, error);
}

rondo_status rondo_vocabulary_restore_classes(const char *const *names, int64_t count,
                                              rondo_vocabulary **out, rondo_error *error)
{
    rondo_status status;
    rondo_vocabulary *vocabulary = NULL;
    *out = NULL;
    if (count < 1 || count >= INT32_MAX)
        return rondo_error_set(error, RONDO_FAILED, "vocabulary: %lld names; 1 to %d are allowed",
                               (long long)count, INT32_MAX - 1);
    if ((status = create_empty(&vocabulary, error))) goto cleanup;
    if ((status = restore_names(vocabulary, names, count, error))) goto cleanup;
    *out = vocabulary;
    vocabulary = NULL;
cleanup:
    rondo_vocabulary_destroy(vocabulary);
    return status;
}

rondo_status rondo_vocabulary_restore(const char *const *names, int64_t count,
                                      rondo_vocabulary **out, rondo_error *error)
{
    *out = NULL;
    if (count < 2 || count >= INT32_MAX)
        return rondo_error_set(error, RONDO_FAILED,
                               "vocabulary: %lld names; it needs the unknown and the end symbol, "
                               "and at most %d",
                               (long long)count, INT32_MAX - 1);
    return rondo_vocabulary_restore_classes(names, count, out, error);
}

int64_t rondo_vocabulary_size(const rondo_vocabulary *vocabulary)
{
    return rondo_symbols_count(vocabulary->symbols);
}

int32_t rondo_vocabulary_find(const rondo_vocabulary *vocabulary, const char *symbol,
                              int64_t length)
{
    int32_t id = rondo_symbols_find(vocabulary->symbols, symbol, length);
    return id < 0 ? RONDO_UNKNOWN_ID : id;
}

int32_t rondo_vocabulary_search(const rondo_vocabulary *vocabulary, const char *symbol,
                                int64_t length)
{
    return rondo_symbols_find(vocabulary->symbols, symbol, length);
}

const char *rondo_vocabulary_name(const rondo_vocabulary *vocabulary, int32_t id)
{
    return vocabulary->names[id];
}

const char *const *rondo_vocabulary_names(const rondo_vocabulary *vocabulary)
{
    return vocabulary->names;
}
