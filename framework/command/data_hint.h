/* What brings the data of a config of this tree, for messages about a file that is missing. */
#ifndef RONDO_COMMAND_DATA_HINT_H
#define RONDO_COMMAND_DATA_HINT_H

#include "base/text.h"
#include "config/experiment.h"
#include "session/session.h"

/* "; datasets/get ptb_small downloads it", or nothing: where the data do not lie beside the config,
 * where its head does not say whose they are, or where there is no datasets/get beside its folder.
 * Finish the text. [main] */
void rondo_data_hint(const char *config, const rondo_experiment *experiment, rondo_text *hint);

/* Adds the hint to a message that says of a file that there is none. Gives the error's status.
 * [main] */
rondo_status rondo_data_hint_add(const rondo_text *hint, rondo_error *error);

/* rondo_session_start, with the hint in its message. [main] */
rondo_status rondo_data_hint_start(const char *config, rondo_experiment *experiment, int threads,
                                   rondo_session *session, rondo_error *error);

#endif
