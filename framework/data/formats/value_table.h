/* Sequences of numbers in CSV or TSV, for classification and regression: one long table whose rows
 * say by an id which sequence they are of, or a table that names a file for each sequence. */
#ifndef RONDO_DATA_FORMATS_VALUE_TABLE_H
#define RONDO_DATA_FORMATS_VALUE_TABLE_H

#include "data/dataset.h"

/* Fills a data set that has storage and is otherwise zero. Refused besides what
 * data/formats/series_table.h refuses: a target that is not the same in all rows of its sequence,
 * where it is the sequence's. `may_lack_targets`: a file without the columns of targets gives
 * splits without them. [main] */
rondo_status rondo_value_table_load(const rondo_experiment *experiment, const rondo_schema *saved,
                                    bool may_lack_targets, rondo_dataset *dataset,
                                    rondo_error *error);

#endif
