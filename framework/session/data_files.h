/* What the files of a data set look like from outside: whether they were changed since they were
 * read. */
#ifndef RONDO_SESSION_DATA_FILES_H
#define RONDO_SESSION_DATA_FILES_H

#include "base/text.h"
#include "config/experiment.h"

/* Adds a line for each file that the config's data may be read from: its name, number, size and
 * times. Of a folder all files in it count; of a file those in its folder whose names begin as its
 * own does, up to the first point, hyphen or underscore, since readers find labels and the other
 * side of pairs by name. [main] */
void rondo_data_files_describe(const rondo_data_config *data, rondo_text *text);

#endif
