/* Labels that spell entities of several tokens: a letter and, behind the first "-", a type. Schemes
 * of Ramshaw & Marcus (1995, IOB1), Tjong Kim Sang & Veenstra (1999, IOB2, IOE), Uchimoto et al.
 * (2000, start/end; as IOBES or, with other letters, BILOU: Ratinov & Roth 2009).
 */
#ifndef RONDO_DATA_TEXT_TAGS_H
#define RONDO_DATA_TEXT_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/experiment.h"

typedef enum rondo_tag_letter {
    RONDO_TAG_OUTSIDE = 0, /* O */
    RONDO_TAG_BEGIN,       /* B */
    RONDO_TAG_INSIDE,      /* I */
    RONDO_TAG_END,         /* E, L */
    RONDO_TAG_SINGLE       /* S, U */
} rondo_tag_letter;

typedef struct rondo_tag {
    int32_t letter; /* rondo_tag_letter */
    int32_t type;   /* index of its type; 0: no type, which is what O has */
} rondo_tag;

typedef struct rondo_tags {
    int scheme; /* rondo_tag_scheme, never auto or none */
    int64_t count;
    rondo_tag *tags; /* [count], by label */
    int32_t type_count;
    const char **types; /* [type_count]: "" first, then in byte order; they point into the labels */
} rondo_tags;

/* What labels[0 .. count) mean; the first `classes` of them are what a model predicts, those behind
 * stand in other splits only. The labels must outlive it. With RONDO_TAGS_AUTO it depends on the
 * classes; whether I-type begins entities (IOB1) is seen in the training split's `gold` labels of
 * sequences offset[0 .. sequences]. *out is NULL for RONDO_TAGS_NONE and where auto finds no
 * scheme. A label that is not of the scheme: RONDO_USAGE. Labels below `first`, the unknown and the
 * end symbol, are taken for O. [main] */
typedef struct rondo_tags_source {
    int scheme;    /* rondo_tag_scheme, as configured */
    int32_t first; /* rondo_classes_first */
    int64_t count, classes;
    const char *const *labels;
    int64_t sequences;
    const int64_t *offset;
    const int32_t *gold;
} rondo_tags_source;

rondo_status rondo_tags_create(const rondo_tags_source *source, rondo_tags **out,
                               rondo_error *error);
void rondo_tags_destroy(rondo_tags *tags);

/* Whether a chunk ends between two tags of one sequence, and whether one begins there: the rules of
 * the script conlleval (CoNLL-2000 shared task), which read B, I and O of any order, continued to E
 * and S as in seqeval. [any] */
bool rondo_tag_ends_chunk(rondo_tag before, rondo_tag now);
bool rondo_tag_begins_chunk(rondo_tag before, rondo_tag now);

const char *rondo_tag_scheme_name(int scheme); /* "iob2" */

#endif
