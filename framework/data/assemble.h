/* Text, columns and generated symbols to a data set: files are read into corpora, corpora are cut
 * into splits, vocabularies are built from the training split, and symbol numbers become ids. */
#ifndef RONDO_DATA_ASSEMBLE_H
#define RONDO_DATA_ASSEMBLE_H

#include "data/dataset.h"

/* Fills a data set that has storage and is otherwise zero. */
rondo_status rondo_assemble(const rondo_experiment *experiment, const rondo_schema *saved,
                            rondo_dataset *dataset, rondo_error *error);

#endif
