#include "config/renames.h"

const rondo_rename rondo_renames[] = {
    {NULL, NULL, NULL},
};
