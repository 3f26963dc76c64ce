/* A session: an experiment, its data, its network and the parameters, together. What `train` starts
 * from, and what `evaluate`, `sample` and `predict` rebuild from a run folder. */
#ifndef RONDO_SESSION_SESSION_H
#define RONDO_SESSION_SESSION_H

#include "base/error.h"
#include "config/experiment.h"
#include "data/batches/batch_loader.h"
#include "data/dataset.h"
#include "data/text/word_vectors.h"
#include "model/network.h"
#include "store/checkpoint.h"

typedef struct rondo_session {
    rondo_experiment *experiment;
    bool dataset_is_shared; /* with other sessions: its owner is somewhere else */
    rondo_dataset *dataset; /* NULL when only what the model reads and writes is needed */
    rondo_schema *schema;   /* the data set's; where there is none, owned here */
    rondo_network *network;
    rondo_real *parameters;        /* [layout.size] */
    rondo_array *parameter_arrays; /* the checkpoint's view of parameters */
    bool other_data;               /* restored: the data are not those of training */
    double *class_weights;         /* [targets]: of training; NULL: all alike */
    rondo_coverage coverage;       /* of the pretrained embedding; zero where none was read */
    rondo_identity identity;       /* restored: of the data of training; may be unknown */
    int threads;
    bool threads_open; /* neither command nor config says how many: `threads` are the most */
} rondo_session;

/* Takes the experiment over (also on failure). threads: 0 for what the config says, where 0 is up
 * to all processors. Parameters are initialized. [main] */
rondo_status rondo_session_start(rondo_experiment *experiment, int threads, rondo_session *session,
                                 rondo_error *error);

/* The same without parameters, which are NULL: for what is only to be known (rondo check). [main]
 */
rondo_status rondo_session_plan(rondo_experiment *experiment, int threads, rondo_session *session,
                                rondo_error *error);

/* Both with a data set that is read already (session/dataset_cache.h) and outlives the session. [main] */
rondo_status rondo_session_start_on(rondo_experiment *experiment, rondo_dataset *dataset,
                                    int threads, rondo_session *session, rondo_error *error);
rondo_status rondo_session_plan_on(rondo_experiment *experiment, rondo_dataset *dataset,
                                   int threads, rondo_session *session, rondo_error *error);

/* Puts the vectors of model.input.pretrained into the initialized parameters, where the config
 * names such a file: once, when training starts. Checkpoints hold them from then on. Of a session
 * without parameters the file is read all the same, and its mistakes are found. [main] */
rondo_status rondo_session_read_pretrained(rondo_session *session, rondo_error *error);

/* Which data a run is restored with. */
typedef struct rondo_run_data {
    rondo_data_wanted wanted; /* data/dataset.h; split RONDO_SPLITS and no file: valid, or train
                                 where the run has no valid */
    const char *folder; /* where the data files lie now; NULL: where they were, or in or around
                           the run folder (config/location.h) */
    int64_t set_count;
    const char *const *sets; /* [set_count]: overrides of the run's config, as `--set` takes them */
    bool other;              /* they may be other data than in training */
    bool text_comes_later;   /* of a file only what is no text (hdf5, idx, piano_roll, generated) is
                                read; a text is left to the caller, who reads it as it comes */
} rondo_run_data;

/* From a run folder: best.h5, or the newest checkpoint when there is no best or `latest` is asked
 * for. `data`: with these data, read with the run's own dictionaries and scales; NULL: with
 * dictionaries alone. Only what is wanted has to be there. A split that is not the one of training,
 * by its fingerprint, is RONDO_USAGE unless `other`; of an old checkpoint all data are compared. A
 * file is taken as it is, with a warning where it is what was trained on. [main] */
rondo_status rondo_session_restore(const char *folder, bool latest, const rondo_run_data *data,
                                   int threads, rondo_registry *registry, rondo_session *session,
                                   rondo_error *error);

/* Network, parameters and what dictionaries there are, of the best checkpoint or the newest. [main]
 */
rondo_status rondo_session_restore_weights(const char *folder, rondo_registry *registry,
                                           rondo_session *session, rondo_error *error);

/* A model for use without data: of a run folder, as rondo_session_restore, or of one checkpoint's
 * file. Products are of float32, so that several models can be used at the same time. [main] */
rondo_status rondo_session_restore_model(const char *path, bool latest, int threads,
                                         rondo_registry *registry, rondo_session *session,
                                         rondo_error *error);

/* Another file (wanted->file) in the place of the data that a restored session has. After a failure
 * it has them still. [main] */
rondo_status rondo_session_read_file(rondo_session *session, const rondo_data_wanted *wanted,
                                     rondo_error *error);

/* What a language model reads first: the symbol of the class of that name, or, of a model without
 * classes, the end symbol. RONDO_USAGE: no class (NULL) where there are classes, one where there
 * are none, or one that does not exist. [main] */
rondo_status rondo_session_start_symbol(const rondo_session *session, const char *class_name,
                                        int32_t *symbol, rondo_error *error);

void rondo_session_finish(rondo_session *session);

/* Fails when the loss cannot take the data's targets. */
rondo_status rondo_session_check_loss(const rondo_loss *loss, const rondo_dataset *dataset,
                                      rondo_error *error);

/* Views of arrays laid out like the first `count` parameters; names get the prefix ("" for none).
 * malloc'd table with its names; free with rondo_arrays_destroy. */
rondo_status rondo_arrays_create(const rondo_layout *layout, int64_t count, const char *prefix,
                                 rondo_real *data, rondo_array **out, rondo_error *error);
void rondo_arrays_destroy(rondo_array *arrays, int64_t count);

/* How the experiment cuts a split into minibatches: in training, or in evaluation. */
rondo_batches_config rondo_session_batches_config(const rondo_session *session, bool training);
/* Tokens of sources to one token of the targets, in the training split; 0 where there are none. */
double rondo_session_source_ratio(const rondo_session *session);

/* What a count of operations (model/network.h) gives for one token of the targets and its share of
 * the sources. The products between encoder and decoder, once a sequence, are left out. */
double rondo_session_flops(const rondo_session *session,
                           double (*count)(const rondo_network *network));

/* Minibatches of one split as the experiment says: training order, or evaluation order. */
rondo_status rondo_session_batches(const rondo_session *session, rondo_split split, bool training,
                                   rondo_batches **out, rondo_error *error);

/* The training split's minibatches in training order, gathered in advance. */
rondo_status rondo_session_loader(const rondo_session *session, rondo_batch_loader **out,
                                  rondo_error *error);

#endif
