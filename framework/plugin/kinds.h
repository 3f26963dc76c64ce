/* The kinds of things that a config names, each by a const struct that begins with a rondo_plugin.
 */
#ifndef RONDO_PLUGIN_KINDS_H
#define RONDO_PLUGIN_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rondo/plugin.h"

enum { RONDO_KINDS = 8 }; /* numbered from 1 */

typedef struct rondo_kind_facts {
    const char *name;   /* "cell" */
    const char *plural; /* "cells": also the folder of its plugins */
    size_t struct_size; /* that of this program */
    size_t first_size;  /* that of revision 0 of the ABI: no plugin has less */
    bool is_built_in;   /* into the program only: there are no plugins of this kind */
    bool is_foreign;    /* a plugin of this kind may link libraries that are not there */
} rondo_kind_facts;

/* NULL: there is no such kind. */
const rondo_kind_facts *rondo_kind_find(uint32_t kind);

/* By its name or plural; false: there is none. */
bool rondo_kind_named(const char *name, rondo_plugin_kind *kind);

#endif
