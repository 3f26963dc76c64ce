/* The data set of a config, as the model sees it. */
#ifndef RONDO_COMMAND_EXPORT_DATA_H
#define RONDO_COMMAND_EXPORT_DATA_H

#include "base/error.h"
#include "command/arguments.h"

typedef struct rondo_export_data {
    const char *config;
    const char *split;  /* train, valid or test; NULL: train */
    const char *output; /* all splits as ragged HDF5 into this file; NULL: the split as text */
    const rondo_argument_list *sets, *plugins;
} rondo_export_data;

/* [main] */
rondo_status rondo_export_data_run(const rondo_export_data *arguments, rondo_error *error);

#endif
