#include "data/text/unknowns.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"

/* As much of a symbol as has room, in whole characters. */
static size_t room_for(const char *symbol, int64_t length)
{
    size_t bytes = (size_t)length;
    if (bytes < RONDO_UNKNOWN_BYTES) return bytes;
    bytes = RONDO_UNKNOWN_BYTES - 1;
    while (bytes > 0 && ((unsigned char)symbol[bytes] & 0xC0) == 0x80)
        bytes--;
    return bytes;
}

void rondo_unknowns_add(rondo_unknowns *unknowns, const char *symbol, int64_t length)
{
    char name[RONDO_UNKNOWN_BYTES] = "";
    unknowns->unknown++;
    memcpy(name, symbol, room_for(symbol, length));
    for (int i = 0; i < unknowns->named; i++)
        if (strcmp(unknowns->names[i], name) == 0) return;
    unknowns->more = unknowns->named == RONDO_NAMED_UNKNOWNS;
    if (!unknowns->more) memcpy(unknowns->names[unknowns->named++], name, sizeof name);
}

int32_t rondo_unknowns_find(rondo_unknowns *unknowns, const rondo_vocabulary *vocabulary,
                            const char *symbol, int64_t length)
{
    int32_t id = rondo_vocabulary_search(vocabulary, symbol, length);
    if (unknowns) unknowns->symbols++;
    if (id >= 0) return id;
    if (unknowns) rondo_unknowns_add(unknowns, symbol, length);
    return RONDO_UNKNOWN_ID;
}

void rondo_unknowns_warn(const rondo_unknowns *unknowns, const rondo_vocabulary *vocabulary)
{
    rondo_text names = {0};
    if (unknowns->unknown == 0) return;
    for (int i = 0; i < unknowns->named; i++)
        rondo_text_add(&names, "%s\"%s\"", i > 0 ? ", " : "", unknowns->names[i]);
    if (unknowns->more) rondo_text_add(&names, ", ..");
    rondo_log_warning("%lld of %lld symbols are not in the model's dictionary and are read as %s: "
                      "%s",
                      (long long)unknowns->unknown, (long long)unknowns->symbols,
                      rondo_vocabulary_name(vocabulary, RONDO_UNKNOWN_ID), rondo_text_get(&names));
    rondo_text_finish(&names);
}
