/* What value_table.c (the format, classes, splits) and value_table_read.c (files) share. */
#ifndef RONDO_DATA_FORMATS_VALUE_TABLE_H
#define RONDO_DATA_FORMATS_VALUE_TABLE_H

#include "data/formats/series_table.h"
#include "data/reading.h"
#include "data/split_ranges.h"

typedef struct rondo_value_table_config {
    const char *inputs;  /* columns by name, "a, b" */
    const char *targets; /* one column of classes, or columns of values */
    const char *id;      /* column whose names tell sequences apart; or NULL */
    const char *file;    /* column of the names of files, a sequence each; or NULL */
    const char *time;    /* column that must rise within a sequence; or NULL */
    int header, delimiter, decimal, date_order; /* of cells: data/text/cells.h */
} rondo_value_table_config;

/* What a file (and those that it names) has: rows of inputs, then targets where they are of steps.
 */
typedef struct rondo_value_file {
    rondo_corpus corpus; /* sequences and their offsets */
    double *values;      /* [steps, columns] */
    int64_t columns, capacity;
    double *targets; /* [sequences, target_count], of sequences */
    int32_t *labels; /* [sequences]: numbers of the reader's labels */
    bool has_targets;
} rondo_value_file;

typedef struct rondo_value_reader {
    const rondo_experiment *experiment;
    const rondo_value_table_config *config;
    const rondo_schema *saved;
    rondo_dataset *dataset;
    bool is_class, of_steps, may_lack_targets;
    rondo_series_config rules; /* how tables are read */
    const char **names;        /* inputs, then targets that are numbers */
    char *text;                /* owns them */
    int64_t input_count, target_count;
    rondo_symbols *labels;
    rondo_value_file files[RONDO_SPLITS];
    rondo_split_ranges ranges;
} rondo_value_reader;

/* Names of the columns that the config lists. */
rondo_status rondo_value_table_choose_names(rondo_value_reader *reader, rondo_error *error);

/* The file of each split, and the ranges of splits. */
rondo_status rondo_value_table_read_files(rondo_value_reader *reader, rondo_error *error);

#endif
