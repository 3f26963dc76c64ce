#include "config/renames.h"

const rondo_rename rondo_renames[] = {
    {"schedule.factor", "schedule.options.factor", NULL},
    {"schedule.after_epochs", "schedule.options.after_epochs", NULL},
    {"schedule.every_epochs", "schedule.options.every_epochs", NULL},
    {"schedule.patience", "schedule.options.patience", NULL},
    {"schedule.minimum", "schedule.options.minimum", NULL},
    {NULL, NULL, NULL},
};
