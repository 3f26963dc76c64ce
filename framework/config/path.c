#include "config/path.h"

#include <string.h>

static size_t append(char path[RONDO_PATH_SIZE], size_t used, const char *text)
{
    size_t length = strlen(text), room = RONDO_PATH_SIZE - 1 - used;
    if (length > room) length = room;
    memcpy(path + used, text, length);
    path[used + length] = '\0';
    return used + length;
}

const char *rondo_path_join(const char *parent, const char *key, char path[RONDO_PATH_SIZE])
{
    size_t used = append(path, 0, parent);
    if (used > 0) used = append(path, used, ".");
    append(path, used, key);
    return path;
}
