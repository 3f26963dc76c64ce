/* Options of a plugin from a short text. */
#ifndef RONDO_TESTS_SUPPORT_OPTIONS_H
#define RONDO_TESTS_SUPPORT_OPTIONS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plugin/options.h"

/* Defaults, and "a=1 b=true" with the separator given; free it. Ends the program where it cannot. */
static inline void *test_options_read(const rondo_plugin *plugin, const char *text,
                                      const char *separator)
{
    char copy[256];
    void *config = calloc(1, plugin->config_size + 1);
    rondo_text reason = {0};
    rondo_options_default(plugin->options, config);
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, separator); word; word = strtok(NULL, separator)) {
        char *value = strchr(word, '=');
        if (value) *value++ = '\0';
        const rondo_option *row = rondo_options_find(plugin->options, word);
        if (!value || !row || !rondo_options_set(row, config, value, &reason)) {
            fprintf(stderr, "%s: option %s: %s\n", plugin->name, word, rondo_text_get(&reason));
            exit(1);
        }
    }
    rondo_text_finish(&reason);
    return config;
}

#endif
