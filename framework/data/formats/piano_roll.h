/* Piano roll: music as text. A sequence is a line, its steps stand apart by blanks, a step is the
 * MIDI numbers of the pitches that sound, apart by commas, or "-" for silence:
 *
 *     60,64,67 60,64,67 - 59,62,67
 *
 * A step becomes data.piano_roll.pitches values, 1 where that pitch sounds and otherwise 0. A
 * sequence of n steps is n - 1 predictions: each step but the first from all before it, as Bai,
 * Kolter & Koltun (2018), arXiv:1803.01271, count them. */
#ifndef RONDO_DATA_FORMATS_PIANO_ROLL_H
#define RONDO_DATA_FORMATS_PIANO_ROLL_H

#include "data/dataset.h"

/* Fills a data set that has storage and is otherwise zero. A word that is no step, a pitch out of
 * range or twice in a step, and a sequence of one step are refused with file, line and column.
 * `without_targets`: every step is an input, and one alone is enough. */
rondo_status rondo_piano_roll_load(const rondo_experiment *experiment, bool without_targets,
                                   rondo_dataset *dataset, rondo_error *error);

#endif
