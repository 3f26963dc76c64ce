/* What reads a config with (its registry, memory and list of problems), and how single values are
 * read. */
#ifndef RONDO_CONFIG_READER_VALUE_H
#define RONDO_CONFIG_READER_VALUE_H

#include "config/sections.h"
#include "config/yaml.h"

typedef struct rondo_reader {
    rondo_registry *registry;
    rondo_owned *owned; /* of the experiment: strings and option structs */
    rondo_problems *problems;
} rondo_reader;

/* A node in a message: "a list", or its text quoted. */
const char *rondo_reader_describe(const rondo_node *node, char text[RONDO_QUOTE_SIZE + 8]);

/* "PATH: VALUE is not ALLOWED" */
void rondo_reader_report(const rondo_reader *reader, const char *path, const rondo_node *value,
                         const char *allowed);
/* Sets the row's field of `config`, or reports what is wrong with the value. */
void rondo_reader_value(const rondo_reader *reader, const rondo_option *row,
                        const rondo_node *value, const char *path, void *config);

#endif
