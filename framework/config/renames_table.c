#include "config/renames.h"

const rondo_rename rondo_renames[] = {
    {"schedule.factor", "schedule.options.factor", NULL},
    {"schedule.after_epochs", "schedule.options.after_epochs", NULL},
    {"schedule.every_epochs", "schedule.options.every_epochs", NULL},
    {"schedule.patience", "schedule.options.patience", NULL},
    {"schedule.minimum", "schedule.options.minimum", NULL},
    {"data.input_column", "data.options.input_column", "columns"},
    {"data.target_column", "data.options.target_column", "columns"},
    {"data.columns.*", "data.options.*", "columns"},
    {"data.input_file", "data.options.input_file", "parallel_tags"},
    {"data.target_file", "data.options.target_file", "parallel_tags"},
    {"data.separator", "data.options.separator", "pairs"},
    {"data.source_suffix", "data.options.source_suffix", "pairs"},
    {"data.target_suffix", "data.options.target_suffix", "pairs"},
    {"data.table.*", "data.options.*", "table"},
    {"data.value_table.*", "data.options.*", "value_table"},
    {"data.idx.*", "data.options.*", "idx"},
    {"data.piano_roll.*", "data.options.*", "piano_roll"},
    {"data.series.*", "data.options.*", "series"},
    {"data.generator.*", "data.options.*", "generated"},
    {NULL, NULL, NULL},
};
