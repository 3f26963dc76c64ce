/* IDX, the files of MNIST (LeCun et al. 1998): images of bytes, and a label a image in a file
 * beside.
 *
 *   0 0 type rank | extent of each dimension, 4 bytes, high byte first | data, row by row
 *
 * Read are images of rank 3 (images, rows, columns) and labels of rank 1, both of type 8, unsigned
 * bytes, plain or gzipped. The labels' file is named like the images', with "labels" for "images"
 * and "idx1" for "idx3". An image becomes a sequence; a pixel of n is the value n / 255.
 */
#ifndef RONDO_DATA_FORMATS_IDX_H
#define RONDO_DATA_FORMATS_IDX_H

#include "data/dataset.h"

/* Fills a data set that has storage and is otherwise zero, by data.idx and data.split; fractions
 * are cut from the training file's tail. Classes are the labels of the training split in their
 * order, or `saved` names (NULL: none). With `without_labels` only images are read, and
 * become a split without targets. */
rondo_status rondo_idx_load(const rondo_experiment *experiment, const rondo_schema *saved,
                            bool without_labels, rondo_dataset *dataset, rondo_error *error);

#endif
