#include "data/text/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FIRST_SLOTS = 1024 };

typedef struct slot {
    uint32_t hash;
    int32_t index; /* of the symbol, plus 1; 0: free */
} slot;

struct rondo_symbols {
    char *bytes; /* spellings, each followed by NUL */
    int64_t bytes_used, bytes_capacity;
    int64_t *start; /* [count + 1]: where each begins in bytes */
    int64_t start_capacity;
    int32_t count;
    slot *slots;
    int64_t slot_count;  /* a power of two */
    int32_t single[256]; /* the symbol that is this one byte, or -1: most of a character text */
};

rondo_status rondo_symbols_create(rondo_symbols **out, rondo_error *error)
{
    *out = NULL;
    rondo_symbols *symbols = calloc(1, sizeof *symbols);
    if (symbols) symbols->slots = calloc(FIRST_SLOTS, sizeof *symbols->slots);
    if (symbols) symbols->start = calloc(FIRST_SLOTS, sizeof *symbols->start);
    if (!symbols || !symbols->slots || !symbols->start) {
        rondo_symbols_destroy(symbols);
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for a table of symbols");
    }
    symbols->slot_count = FIRST_SLOTS;
    symbols->start_capacity = FIRST_SLOTS;
    memset(symbols->single, -1, sizeof symbols->single);
    *out = symbols;
    return RONDO_OK;
}

void rondo_symbols_destroy(rondo_symbols *symbols)
{
    if (!symbols) return;
    free(symbols->bytes);
    free(symbols->start);
    free(symbols->slots);
    free(symbols);
}

/* FNV-1a, 32 bits, with the upper half folded in: only the low bits choose a slot. */
static uint32_t hash_of(const char *bytes, int64_t length)
{
    uint32_t hash = 2166136261u;
    for (int64_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
    return hash ^ hash >> 16;
}

const char *rondo_symbols_get(const rondo_symbols *symbols, int32_t index, int64_t *length)
{
    if (length) *length = symbols->start[index + 1] - symbols->start[index] - 1;
    return symbols->bytes + symbols->start[index];
}

int32_t rondo_symbols_count(const rondo_symbols *symbols)
{
    return symbols->count;
}

/* The slot that holds the symbol, or the free one where it belongs. */
static slot *probe(const rondo_symbols *symbols, uint32_t hash, const char *bytes, int64_t length)
{
    int64_t mask = symbols->slot_count - 1;
    for (int64_t at = hash & mask;; at = (at + 1) & mask) {
        slot *here = &symbols->slots[at];
        if (here->index == 0) return here;
        if (here->hash != hash) continue;
        int64_t known_length;
        const char *known = rondo_symbols_get(symbols, here->index - 1, &known_length);
        if (known_length == length && memcmp(known, bytes, (size_t)length) == 0) return here;
    }
}

int32_t rondo_symbols_find(const rondo_symbols *symbols, const char *bytes, int64_t length)
{
    if (length == 1) return symbols->single[(unsigned char)bytes[0]];
    return probe(symbols, hash_of(bytes, length), bytes, length)->index - 1;
}

static rondo_status double_slots(rondo_symbols *symbols, rondo_error *error)
{
    int64_t wanted = 2 * symbols->slot_count;
    slot *slots = calloc((size_t)wanted, sizeof *slots);
    if (!slots)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for %d distinct symbols",
                               symbols->count + 1);
    for (int64_t i = 0; i < symbols->slot_count; i++) {
        if (symbols->slots[i].index == 0) continue;
        int64_t at = symbols->slots[i].hash & (wanted - 1);
        while (slots[at].index != 0)
            at = (at + 1) & (wanted - 1);
        slots[at] = symbols->slots[i];
    }
    free(symbols->slots);
    symbols->slots = slots;
    symbols->slot_count = wanted;
    return RONDO_OK;
}

/* Room for one symbol more, before anything is changed. */
static rondo_status reserve(rondo_symbols *symbols, int64_t length, rondo_error *error)
{
    rondo_status status;
    void *bytes = symbols->bytes, *start = symbols->start;
    if (symbols->count >= INT32_MAX - 1)
        return rondo_error_set(error, RONDO_FAILED, "more than %d distinct symbols", INT32_MAX - 1);
    status = rondo_memory_grow(&bytes, &symbols->bytes_capacity, symbols->bytes_used + length + 1,
                               1, "the spelling of symbols", error);
    symbols->bytes = bytes;
    if (status) return status;
    status = rondo_memory_grow(&start, &symbols->start_capacity, (int64_t)symbols->count + 2,
                               sizeof *symbols->start, "the table of symbols", error);
    symbols->start = start;
    if (status) return status;
    return 2 * ((int64_t)symbols->count + 1) > symbols->slot_count ? double_slots(symbols, error)
                                                                   : RONDO_OK;
}

rondo_status rondo_symbols_add(rondo_symbols *symbols, const char *bytes, int64_t length,
                               int32_t *index, rondo_error *error)
{
    if (length == 1 && symbols->single[(unsigned char)bytes[0]] >= 0) {
        *index = symbols->single[(unsigned char)bytes[0]];
        return RONDO_OK;
    }
    uint32_t hash = hash_of(bytes, length);
    slot *place = probe(symbols, hash, bytes, length);
    if (place->index == 0) {
        rondo_status status = reserve(symbols, length, error);
        if (status) return status;
        place = probe(symbols, hash, bytes, length);
        memcpy(symbols->bytes + symbols->bytes_used, bytes, (size_t)length);
        symbols->bytes[symbols->bytes_used + length] = '\0';
        symbols->bytes_used += length + 1;
        symbols->count++;
        symbols->start[symbols->count] = symbols->bytes_used;
        *place = (slot){.hash = hash, .index = symbols->count};
        if (length == 1) symbols->single[(unsigned char)bytes[0]] = symbols->count - 1;
    }
    *index = place->index - 1;
    return RONDO_OK;
}
