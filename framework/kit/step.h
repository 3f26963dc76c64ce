/* One forward step of a cell with given numbers, to be compared with another implementation of it: one
 * sequence, one step. */
#ifndef RONDO_KIT_STEP_H
#define RONDO_KIT_STEP_H

#include "kit/kit.h"

/* A file of all the numbers that such a step takes, random ones, on stdout. */
void kit_step_write(const rondo_cell *cell, const void *config);

/* Reads such a file ("-": standard input), in which what is not named is 0, and prints what the step gives.
 * False: the file is wrong, which was said on stderr. */
bool kit_step_print(const rondo_cell *cell, const void *config, const char *path);

#endif
