/* The wrapper of dlopen: a file and a symbol name become an address. */
#ifndef RONDO_PLUGIN_LIBRARY_H
#define RONDO_PLUGIN_LIBRARY_H

#include "base/error.h"

/* Opens the shared object RTLD_NOW | RTLD_LOCAL, never to be closed (rows, names and functions
 * point into it), and finds the data symbol. Opening a file again gives the same address. The
 * message does not name the file; the caller does. [main] */
rondo_status rondo_library_open(const char *path, const char *symbol, const void **out,
                                rondo_error *error);

/* The folder of the shared object that this function is in, malloc'd; NULL where it is in the
 * program itself, or there is no memory. [any] */
char *rondo_library_own_folder(void);

#endif
