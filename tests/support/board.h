/* The communicator of tests: board.c, linked into a test or loaded as a plugin. */
#ifndef RONDO_TESTS_SUPPORT_BOARD_H
#define RONDO_TESTS_SUPPORT_BOARD_H

#include "rondo/communicator.h"

enum { RONDO_BOARD_PIECE = 65532, RONDO_BOARD_BOX = 65536 };

#define RONDO_BOARD_SIZE(ranks) ((size_t)(ranks) * (size_t)(ranks)*RONDO_BOARD_BOX)

extern RONDO_PLUGIN_EXPORT const rondo_communicator rondo_plugin_board;

#endif
