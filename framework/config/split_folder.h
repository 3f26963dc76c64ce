/* A folder of splits: data.path may name a folder that holds a file for each. */
#ifndef RONDO_CONFIG_SPLIT_FOLDER_H
#define RONDO_CONFIG_SPLIT_FOLDER_H

#include "config/reader_value.h"

/* Where data->path is a folder, it becomes the training file in it; a file for valid or test stands
 * for what data.split does not say. A file is for the split whose word is in its name, set apart by
 * anything but letters: train; valid, validation, val or dev; test. Two files for one split, or
 * none for training, are problems. hdf5, which holds its own splits, and idx, with two files for
 * each, are left alone. */
void rondo_split_folder_resolve(const rondo_reader *reader, const rondo_node *root,
                                rondo_data_config *data);

#endif
