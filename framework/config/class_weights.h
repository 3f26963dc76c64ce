/* loss.options.class_weights: how much each class counts in what training minimises. An option of
 * every loss of classes, applied by the framework, so that no loss plugin needs to know of it. */
#ifndef RONDO_CONFIG_CLASS_WEIGHTS_H
#define RONDO_CONFIG_CLASS_WEIGHTS_H

#include "config/reader_value.h"
#include "config/yaml.h"

extern const char rondo_class_weights_key[]; /* "class_weights" */
extern const char rondo_class_weights_help[];

/* Whether a plugin is a loss of classes, and so has the option. */
bool rondo_class_weights_belong(const rondo_plugin *plugin);

/* none, balanced, or a mapping of class names to numbers. Mistakes are reported under `path`. */
void rondo_class_weights_read(const rondo_reader *reader, const rondo_node *value, const char *path,
                              rondo_class_weights_config *weights);

/* The option as a config has it; nothing where there are no weights. */
void rondo_class_weights_print(rondo_yaml_writer *writer,
                               const rondo_class_weights_config *weights);

#endif
