/* The one form of a name that configs, files, symbols and parameters share. */
#ifndef RONDO_PLUGIN_NAMES_H
#define RONDO_PLUGIN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

enum { RONDO_NAME_LIMIT = 63 }; /* bytes */

static inline bool rondo_name_valid(const char *name)
{
    if (!(name[0] >= 'a' && name[0] <= 'z')) return false;
    for (size_t i = 1; name[i]; i++) {
        bool letter = name[i] >= 'a' && name[i] <= 'z';
        bool digit = name[i] >= '0' && name[i] <= '9';
        if (!(letter || digit || name[i] == '_') || i >= RONDO_NAME_LIMIT) return false;
    }
    return true;
}

#endif
