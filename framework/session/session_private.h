/* What session.c (a session from a config) and session_restore.c (from a run folder) share. */
#ifndef RONDO_SESSION_SESSION_PRIVATE_H
#define RONDO_SESSION_SESSION_PRIVATE_H

#include "session/session.h"

void rondo_session_count_threads(rondo_session *session, int threads);

/* Fails where the data's inputs are symbols and the model reads values, or the other way. */
rondo_status rondo_session_check_input(const rondo_experiment *experiment,
                                       const rondo_dataset *dataset, rondo_error *error);

/* Data and schema, whoever owns them. */
void rondo_session_drop_data(rondo_session *session);

/* Of the schema's widths. */
rondo_status rondo_session_make_network(rondo_session *session, rondo_error *error);
rondo_status rondo_session_make_parameters(rondo_session *session, rondo_error *error);

#endif
