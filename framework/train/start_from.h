/* train.start_from: the weights of a trained run are where another run starts (fine-tuning). */
#ifndef RONDO_TRAIN_START_FROM_H
#define RONDO_TRAIN_START_FROM_H

#include "session/session.h"

/* Copies the weights of the run that train.start_from names (its best checkpoint, or the newest)
 * over the initialized ones; nothing where the config names none. Parts are matched by name; rows
 * and columns that belong to symbols or classes by these, whatever their order there, so that the
 * dictionaries may differ. A layer's parts are taken where its cell and its widths are the same.
 * What is not taken stays as initialized. The log says what was taken, and why the rest was not.
 * RONDO_USAGE: no such run, or nothing of it fits. [main] */
rondo_status rondo_session_start_from(rondo_session *session, rondo_registry *registry,
                                      rondo_error *error);

#endif
