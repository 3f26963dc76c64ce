/* Strings of digits as noisy frames, without their places: in the manner of spoken digits. A digit is a
 * few frames around one pattern and a few around a second, each pattern being of standard normals that
 * follow from the seed; before, between and behind digits are pauses of a few frames or none; noise is
 * added to every frame. The labels of a sequence are its digits. */
#ifndef RONDO_DATA_FORMATS_GENERATE_DIGITS_H
#define RONDO_DATA_FORMATS_GENERATE_DIGITS_H

#include "data/reading.h"

/* Values of a frame; digits that there are at most. */
enum { RONDO_DIGITS_WIDTH = 8, RONDO_MOST_DIGITS = 10 };

/* Fills a data set that has storage and is otherwise zero, of a config with generator digits. */
rondo_status rondo_digits_load(const rondo_reading *reading, rondo_dataset *dataset,
                               rondo_error *error);

#endif
