#include "data/text/tags.h"

#include <stdlib.h>
#include <string.h>

const char *rondo_tag_scheme_name(int scheme)
{
    static const char *const names[] = {"auto", "none", "iob1", "iob2", "iobes"};
    return names[scheme];
}

/* A label taken apart: the letter before the first "-", and what stands behind it. */
static bool parse(const char *label, int32_t *letter, const char **type)
{
    static const char letters[] = "OBIELSU";
    static const int32_t meanings[] = {RONDO_TAG_OUTSIDE, RONDO_TAG_BEGIN, RONDO_TAG_INSIDE,
                                       RONDO_TAG_END,     RONDO_TAG_END,   RONDO_TAG_SINGLE,
                                       RONDO_TAG_SINGLE};
    const char *found = label[0] ? strchr(letters, label[0]) : NULL;
    *type = "";
    if (!found || (label[1] != '\0' && label[1] != '-')) return false;
    *letter = meanings[found - letters];
    if (label[1] == '-') *type = label + 2;
    return *letter != RONDO_TAG_OUTSIDE || label[1] == '\0';
}

/* Letters of the classes: bit n is letter n. 0 when one of them is no tag of an entity. */
static unsigned letters_of(const rondo_tags_source *source)
{
    unsigned letters = 0;
    for (int64_t i = source->first; i < source->classes; i++) {
        int32_t letter;
        const char *type;
        if (!parse(source->labels[i], &letter, &type)) return 0;
        if (letter != RONDO_TAG_OUTSIDE && type[0] == '\0') return 0;
        letters |= 1u << letter;
    }
    return letters;
}

/* In IOB2 every entity begins with B. */
static bool begins_inside(const rondo_tags_source *source, const rondo_tags *tags)
{
    for (int64_t s = 0; s < source->sequences; s++) {
        rondo_tag before = {0};
        for (int64_t i = source->offset[s]; i < source->offset[s + 1]; i++) {
            rondo_tag now = tags->tags[source->gold[i]];
            if (now.letter == RONDO_TAG_INSIDE && rondo_tag_begins_chunk(before, now)) return true;
            before = now;
        }
    }
    return false;
}

/* IOB1 and IOB2 are told apart later. */
static int detect(const rondo_tags_source *source)
{
    unsigned letters = letters_of(source);
    unsigned inside = 1u << RONDO_TAG_BEGIN | 1u << RONDO_TAG_INSIDE;
    unsigned ends = 1u << RONDO_TAG_END | 1u << RONDO_TAG_SINGLE;
    if (!(letters & (inside | ends))) return RONDO_TAGS_NONE;
    return letters & ends ? RONDO_TAGS_IOBES : RONDO_TAGS_IOB2;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* All types, each once, in byte order; "" is the first. */
static void list_types(const rondo_tags_source *source, rondo_tags *tags)
{
    int32_t count = 0, letter;
    tags->types[count++] = "";
    for (int64_t i = source->first; i < source->count; i++) {
        const char *type;
        if (parse(source->labels[i], &letter, &type)) tags->types[count++] = type;
    }
    qsort(tags->types, (size_t)count, sizeof *tags->types, compare_names);
    tags->type_count = 1;
    for (int32_t i = 1; i < count; i++)
        if (strcmp(tags->types[i], tags->types[tags->type_count - 1]) != 0)
            tags->types[tags->type_count++] = tags->types[i];
}

static int32_t find_type(const rondo_tags *tags, const char *type)
{
    const char **found =
        bsearch(&type, tags->types, (size_t)tags->type_count, sizeof *tags->types, compare_names);
    return found ? (int32_t)(found - tags->types) : 0;
}

static rondo_status refuse(const rondo_tags_source *source, const rondo_tags *tags, int64_t label,
                           rondo_error *error)
{
    bool ends = tags->scheme == RONDO_TAGS_IOBES;
    return rondo_error_set(error, RONDO_USAGE,
                           "data.tag_scheme: %s: the tag \"%s\"%s is none of O, B-type, I-type%s "
                           "(tags without entities: none)",
                           rondo_tag_scheme_name(tags->scheme), source->labels[label],
                           label < source->classes ? "" : " of valid or test",
                           ends ? ", E-type or L-type, S-type or U-type" : "");
}

static rondo_status fill_tags(const rondo_tags_source *source, rondo_tags *tags, rondo_error *error)
{
    for (int64_t i = source->first; i < source->count; i++) {
        const char *type;
        int32_t letter;
        bool known = parse(source->labels[i], &letter, &type);
        bool ends = known && letter >= RONDO_TAG_END;
        if (!known || (ends && tags->scheme != RONDO_TAGS_IOBES))
            return refuse(source, tags, i, error);
        tags->tags[i] = (rondo_tag){letter, find_type(tags, type)};
    }
    return RONDO_OK;
}

rondo_status rondo_tags_create(const rondo_tags_source *source, rondo_tags **out,
                               rondo_error *error)
{
    bool is_auto = source->scheme == RONDO_TAGS_AUTO;
    int scheme = is_auto ? detect(source) : source->scheme;
    size_t count = (size_t)source->count;
    *out = NULL;
    if (scheme == RONDO_TAGS_NONE) return RONDO_OK;
    rondo_tags *tags = calloc(1, sizeof *tags);
    if (tags) tags->tags = calloc(count, sizeof *tags->tags);
    if (tags) tags->types = calloc(count + 1, sizeof *tags->types);
    if (!tags || !tags->tags || !tags->types) {
        rondo_tags_destroy(tags);
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for %lld tags",
                               (long long)source->count);
    }
    tags->scheme = scheme;
    tags->count = source->count;
    list_types(source, tags);
    rondo_status status = fill_tags(source, tags, error);
    if (status) {
        rondo_tags_destroy(tags);
        return status;
    }
    if (is_auto && scheme == RONDO_TAGS_IOB2 && begins_inside(source, tags))
        tags->scheme = RONDO_TAGS_IOB1;
    *out = tags;
    return RONDO_OK;
}

void rondo_tags_destroy(rondo_tags *tags)
{
    if (!tags) return;
    free(tags->tags);
    free(tags->types);
    free(tags);
}

bool rondo_tag_ends_chunk(rondo_tag before, rondo_tag now)
{
    if (before.letter == RONDO_TAG_OUTSIDE) return false;
    if (before.letter == RONDO_TAG_END || before.letter == RONDO_TAG_SINGLE) return true;
    return now.letter == RONDO_TAG_OUTSIDE || now.letter == RONDO_TAG_BEGIN ||
           now.letter == RONDO_TAG_SINGLE || before.type != now.type;
}

bool rondo_tag_begins_chunk(rondo_tag before, rondo_tag now)
{
    if (now.letter == RONDO_TAG_OUTSIDE) return false;
    if (now.letter == RONDO_TAG_BEGIN || now.letter == RONDO_TAG_SINGLE) return true;
    return before.letter == RONDO_TAG_OUTSIDE || before.letter == RONDO_TAG_END ||
           before.letter == RONDO_TAG_SINGLE || before.type != now.type;
}
