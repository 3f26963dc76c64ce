/* What the values that a model predicts are called: the format's names (columns of a time series,
 * pitches), or value_1, value_2 .. */
#ifndef RONDO_INFER_VALUE_NAMES_H
#define RONDO_INFER_VALUE_NAMES_H

#include "session/session.h"

typedef struct rondo_value_names {
    char *text;
    const char **names; /* [output width] */
} rondo_value_names;

/* Of a session with data or without; into memory that finish frees, in any case. [main] */
rondo_status rondo_value_names_make(const rondo_session *session, rondo_value_names *names,
                                    rondo_error *error);
void rondo_value_names_finish(rondo_value_names *names);

#endif
