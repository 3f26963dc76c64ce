/* loss.options.class_weights becomes a number for each class. */
#ifndef RONDO_SESSION_CLASS_WEIGHTS_H
#define RONDO_SESSION_CLASS_WEIGHTS_H

#include "base/error.h"
#include "config/experiment.h"
#include "data/dataset.h"

/* *out: [dataset->schema->target_width], freed with rondo_memory_destroy, or NULL where the config
 * has none. Balanced (scikit-learn's rule): n / (K n_k), of the n targets of the training split n_k
 * in class k, K classes that occur; the weights of the split then add up to n. RONDO_USAGE: the
 * config names a class that the training data does not have, or leaves no class with a weight above
 * 0. [main] */
rondo_status rondo_class_weights_make(const rondo_experiment *experiment,
                                      const rondo_dataset *dataset, double **out,
                                      rondo_error *error);

#endif
