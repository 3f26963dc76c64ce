/* data.standardize: columns of inputs, or of targets too, by the training split (data/scales.h). */
#ifndef RONDO_DATA_STANDARDIZE_H
#define RONDO_DATA_STANDARDIZE_H

#include "data/dataset.h"

/* Standardises a data set in place as data.standardize says; its schema keeps what with. `saved`
 * (may be NULL): a trained model's schema, whose means and deviations are taken. RONDO_USAGE:
 * inputs or targets that are no values. [main] */
rondo_status rondo_dataset_standardize(const rondo_experiment *experiment,
                                       const rondo_schema *saved, rondo_dataset *dataset,
                                       rondo_error *error);

#endif
