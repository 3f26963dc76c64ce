/* rondo compare --items: trained models on the items of one split. Private to command/. */
#ifndef RONDO_COMMAND_COMPARE_ITEMS_H
#define RONDO_COMMAND_COMPARE_ITEMS_H

#include "command/command.h"
#include "compare/grid.h"

typedef struct rondo_compare_items {
    const rondo_argument_list *runs, *plugins;
    const char *split; /* NULL: test */
    int64_t threads;
    rondo_run_data data;
    rondo_face face;
} rondo_compare_items;

rondo_status rondo_compare_items_run(const rondo_compare_items *arguments, rondo_error *error);

#endif
