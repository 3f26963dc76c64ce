/* What a format is asked to read (config/format.h). */
#ifndef RONDO_DATA_READING_H
#define RONDO_DATA_READING_H

#include "data/dataset.h"

typedef struct rondo_reading {
    const rondo_experiment *experiment; /* whose data.path and data.split name the files to read */
    const rondo_schema *saved;          /* what a trained model was taught; NULL: a new one */
    const rondo_data_wanted *wanted;    /* the splits that must be there */
} rondo_reading;

#endif
