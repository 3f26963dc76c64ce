/* Where the data of a trained model lie now: a run remembers absolute paths, but files move.
 * Whether they are the same data is for fingerprints to say (data/identity.h). */
#ifndef RONDO_CONFIG_LOCATION_H
#define RONDO_CONFIG_LOCATION_H

#include "config/experiment.h"

/* Puts `folder` in the place of the folder that all data files are in: files in one folder keep
 * their names, files in several keep the folders below the one they share; where there is no such
 * file, but one of its bare name in `folder`, it is that one. RONDO_USAGE: no folder, or data
 * without files. [main] */
rondo_status rondo_experiment_move_data(rondo_experiment *experiment, const char *folder,
                                        rondo_error *error);

/* Looks for data files that are not where the config says, in and around the run folder, as if all
 * had been moved together: of a path /a/b/c.txt, b/c.txt or c.txt in the run folder, then in the
 * folder above it, and so on. What is found is told in the log; what is not, stays as it is. [main]
 */
rondo_status rondo_experiment_find_data(rondo_experiment *experiment, const char *run_folder,
                                        rondo_error *error);

/* A run's own config.yaml, with checkpoints/ beside it, means the run that it lies in, wherever
 * that was when it was written: output.folder becomes its folder. [main] */
rondo_status rondo_experiment_find_run(rondo_experiment *experiment, const char *config,
                                       rondo_error *error);

#endif
