/* Where a config may let its run be written. */
#ifndef RONDO_CONFIG_OUTPUT_FOLDER_H
#define RONDO_CONFIG_OUTPUT_FOLDER_H

#include <stdbool.h>

#include "config/reader.h"

/* Sets output->refusal where a file, not the command line, names a folder that is absolute or leads
 * upwards: a config from elsewhere does not choose where on a machine it writes. A config may name
 * the folder it lies in, as config.yaml of a run whose folder was given so. */
void rondo_output_folder_judge(const rondo_reader *reader, const rondo_node *root,
                               rondo_output_config *output);

/* Whether a path is absolute, or has a part "..". */
bool rondo_path_leads_out(const char *path);

/* Whether a path can stand in a YAML text, into which every path of a config goes again. */
bool rondo_path_is_printable(const char *path);

#endif
