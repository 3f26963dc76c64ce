#define _GNU_SOURCE /* dladdr1 */
#include "plugin/library.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

/* The linker's text without the file's name in front, which the caller gives. */
static const char *linker_text(const char *path)
{
    const char *text = dlerror();
    size_t length = strlen(path);
    if (!text) return "unknown reason";
    if (strncmp(text, path, length) == 0 && text[length] == ':') {
        text += length + 1;
        while (*text == ' ')
            text++;
    }
    return text;
}

rondo_status rondo_library_open(const char *path, const char *symbol, const void **out,
                                rondo_error *error)
{
    *out = NULL;
    if (!rondo_file_exists(path)) return rondo_error_set(error, RONDO_USAGE, "no such file");
    /* A name without a slash would be searched for in the system's folders. */
    char *full = strchr(path, '/') ? rondo_text_copy(path) : rondo_file_join(".", path);
    if (!full) return rondo_error_set(error, RONDO_FAILED, "no memory for a file name");
    void *handle = dlopen(full, RTLD_NOW | RTLD_LOCAL);
    free(full);
    if (!handle)
        return rondo_error_set(error, RONDO_FAILED, "not a shared object that can be opened: %s",
                               linker_text(path));
    const void *address = dlsym(handle, symbol);
    if (!address) return rondo_error_set(error, RONDO_FAILED, "the file has no symbol %s", symbol);
    *out = address;
    return RONDO_OK;
}

/* The program's entry in the linker's list has an empty name. */
char *rondo_library_own_folder(void)
{
    static const char here;
    Dl_info info;
    void *entry = NULL;
    if (!dladdr1(&here, &info, &entry, RTLD_DL_LINKMAP) || !entry) return NULL;
    const char *name = ((const struct link_map *)entry)->l_name;
    return name[0] != '\0' ? rondo_file_folder(name) : NULL;
}
