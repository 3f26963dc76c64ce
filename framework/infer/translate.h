/* Lines of text through a trained encoder-decoder. */
#ifndef RONDO_INFER_TRANSLATE_H
#define RONDO_INFER_TRANSLATE_H

#include "base/text.h"
#include "infer/beam_search.h"
#include "session/session.h"

typedef struct rondo_translate_config {
    int64_t beam;
    double alpha; /* of the length penalty (infer/beam_search.h) */
    rondo_length_rule rule;
    int64_t longest;          /* symbols of a target, at most */
    int64_t batch_size;       /* lines searched side by side */
    rondo_unknowns *unknowns; /* unknown symbols are added to it; NULL: they are warned of */
} rondo_translate_config;

/* texts[i] gets the best target of lines[i]: its symbols, words apart by blanks. A line is read as
 * the data's sources are (unit, lowercase, blanks at its ends, reverse_source); one that is empty
 * stays empty. What stands beside a line does not change its target. RONDO_USAGE for other tasks
 * than translation. [main] */
rondo_status rondo_translate_run(const rondo_session *session, const rondo_translate_config *config,
                                 const char *const *lines, int64_t count, rondo_text *texts,
                                 rondo_error *error);

#endif
