/* A session from a run folder: the checkpoint's dictionaries, network and parameters, and data,
 * which must be those of training unless the caller says otherwise. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"
#include "config/location.h"
#include "data/text/text_source.h"
#include "session/session_private.h"

static rondo_status find_checkpoint(const char *folder, bool latest, char **path,
                                    rondo_error *error)
{
    rondo_status status = RONDO_OK;
    *path = NULL;
    char *checkpoints = rondo_file_join(folder, "checkpoints");
    char *best = checkpoints ? rondo_file_join(checkpoints, "best.h5") : NULL;
    if (!best) {
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: path of %s", folder);
    } else if (!latest && rondo_file_exists(best)) {
        *path = best;
        best = NULL;
    } else {
        status = rondo_checkpoint_newest(checkpoints, path, error);
        if (!status && !*path)
            status = rondo_error_set(error, RONDO_USAGE,
                                     "%s: no checkpoint here; a run folder holds "
                                     "checkpoints/latest.h5 once training has written one",
                                     folder);
    }
    free(best);
    free(checkpoints);
    return status;
}

/* A run folder's, or the file that `path` is itself. */
static rondo_status find_model(const char *path, bool latest, char **found, rondo_error *error)
{
    struct stat facts;
    *found = NULL;
    if (stat(path, &facts) != 0)
        return rondo_error_set(error, RONDO_USAGE, "%s: cannot open: %s", path, strerror(errno));
    if (S_ISDIR(facts.st_mode)) return find_checkpoint(path, latest, found, error);
    *found = rondo_text_copy(path);
    return *found ? RONDO_OK
                  : rondo_error_set(error, RONDO_FAILED, "not enough memory: path of %s", path);
}

/* A run that is being restored. */
typedef struct restoring {
    const char *folder, *path;  /* of the run; of its checkpoint */
    const rondo_run_data *data; /* NULL: dictionaries alone */
    bool weights_only;          /* which a model of values has, too */
    bool
        is_alone; /* for use as a model: `folder` may be a checkpoint, and products are of float32 */
    rondo_registry *registry;
    rondo_session *session;
    rondo_checkpoint_header header;
} restoring;

/* --- a file of its own --- */

static bool is_same_file(const char *a, const char *b)
{
    struct stat left, right;
    return a && stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

/* Figures of sequences that were trained on are not what they seem. */
static void warn_of_training_data(const rondo_session *session, const rondo_dataset *dataset,
                                  const char *file)
{
    const rondo_data_config *data = &session->experiment->data;
    const char *train = data->split.train.path ? data->split.train.path : data->path;
    const rondo_identity now = rondo_identity_of(dataset);
    bool is_split =
        session->identity.known &&
        rondo_split_identity_same(&session->identity.splits[RONDO_TRAIN], &now.splits[RONDO_TEST]);
    bool has_splits = rondo_format_has(data, RONDO_PROVIDES_SPLITS);
    bool is_file = !has_splits && is_same_file(train, file);
    if (is_split || is_file) rondo_log_warning("%s holds data that the model was trained on", file);
}

static rondo_status check_width(const char *file, const char *what, int64_t width, int64_t wanted,
                                rondo_error *error)
{
    if (width == wanted || width == 0 || wanted == 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "%s: %s of %lld values, but the model's have %lld",
                           file, what, (long long)width, (long long)wanted);
}

/* Whether a model with so many inputs and outputs (0: not known) can take a file. */
static rondo_status check_file(const rondo_experiment *experiment, const rondo_dataset *dataset,
                               const char *file, int64_t inputs, int64_t outputs,
                               rondo_error *error)
{
    const rondo_sequences *split = &dataset->splits[RONDO_TEST];
    bool has_targets = rondo_sequences_have_targets(split);
    rondo_status status = rondo_session_check_input(experiment, dataset, error);
    if (!status) status = check_width(file, "inputs", dataset->schema->input_width, inputs, error);
    if (status || !has_targets) return status;
    status = check_width(file, "targets", dataset->schema->target_width, outputs, error);
    return status ? status : rondo_session_check_loss(experiment->loss.loss, dataset, error);
}

/* Messages of splits and models do not name the file. */
static rondo_status name_file(const char *file, rondo_error *error)
{
    return strstr(error->text, file) ? error->status : rondo_error_prefix(error, "%s: ", file);
}

static rondo_status restore_file(restoring *r, rondo_error *error)
{
    rondo_session *session = r->session;
    const rondo_schema *saved = r->header.schema;
    rondo_status status =
        rondo_dataset_read(session->experiment, saved, &r->data->wanted, &session->dataset, error);
    if (!status)
        status = check_file(session->experiment, session->dataset, r->data->wanted.file,
                            saved->input_width, saved->target_width, error);
    if (status) return name_file(r->data->wanted.file, error);
    if (!r->data->wanted.without_targets)
        warn_of_training_data(session, session->dataset, r->data->wanted.file);
    return RONDO_OK;
}

/* --- the run's own data --- */

/* The one that is looked at: without a word the validation split, or what there is. */
static rondo_split wanted_split(const restoring *r)
{
    rondo_split split = r->data->wanted.split;
    if (split != RONDO_SPLITS || !r->header.identity.known) return split;
    return r->header.identity.splits[RONDO_VALID].sequences > 0 ? RONDO_VALID : RONDO_TRAIN;
}

static rondo_status report_difference(const restoring *r, const char *what, rondo_error *error)
{
    static const char *const leak = "what it was trained on may stand in them";
    r->session->other_data = true;
    if (!r->data->other)
        return rondo_error_set(
            error, RONDO_USAGE,
            "%s: the data are not those it was trained with: %s; %s; --other-data accepts them",
            r->folder, what, leak);
    rondo_log_warning("%s: the data are not those it was trained with: %s; %s", r->folder, what,
                      leak);
    return RONDO_OK;
}

/* The wanted split decides; the others that were read with it are told of. */
static rondo_status check_split(const restoring *r, rondo_split split, rondo_error *error)
{
    const rondo_identity *then = &r->header.identity;
    const rondo_identity now = rondo_identity_of(r->session->dataset);
    rondo_text text = {0};
    if (now.splits[split].sequences == 0 ||
        rondo_split_identity_same(&then->splits[split], &now.splits[split]))
        return RONDO_OK;
    rondo_identity_add_difference(then, &now, split, &text);
    for (int s = 0; s < RONDO_SPLITS; s++)
        if (s != (int)split && now.splits[s].sequences > 0)
            rondo_identity_add_difference(then, &now, (rondo_split)s, &text);
    rondo_status status = report_difference(r, rondo_text_get(&text), error);
    rondo_text_finish(&text);
    return status;
}

/* An old checkpoint has one fingerprint of everything; of values it depends on their size. */
static rondo_status check_all(const restoring *r, rondo_error *error)
{
    const rondo_dataset *dataset = r->session->dataset;
    bool is_comparable =
        dataset->schema->inputs || r->header.real_size == (int64_t)sizeof(rondo_real);
    if (!is_comparable || rondo_checkpoint_has_data(&r->header, dataset)) return RONDO_OK;
    return report_difference(
        r, "its checkpoint has one fingerprint of all splits, which is another", error);
}

static rondo_status restore_own_data(restoring *r, rondo_error *error)
{
    rondo_session *session = r->session;
    const rondo_schema *saved = r->header.schema;
    const rondo_data_wanted wanted = {.split = wanted_split(r)};
    rondo_status status =
        r->data->folder ? rondo_experiment_move_data(session->experiment, r->data->folder, error)
                        : rondo_experiment_find_data(session->experiment, r->folder, error);
    if (status) return status;
    if (!r->header.identity.known && !r->data->other) {
        status = rondo_dataset_load(session->experiment, saved, &session->dataset, error);
        if (status)
            return rondo_error_add(error, status,
                                   "an old checkpoint is compared with all of its data; "
                                   "--other-data reads the split alone");
        return check_all(r, error);
    }
    status = rondo_dataset_read(session->experiment, saved, &wanted, &session->dataset, error);
    if (status || !r->header.identity.known) return status;
    return check_split(r, wanted.split, error);
}

/* Only files of arrays have classes from 0 on; others have the unknown and the end symbol. */
static rondo_status check_classes(const rondo_session *session, rondo_error *error)
{
    const rondo_vocabulary *targets = rondo_schema_own_targets(session->schema);
    bool from_zero = rondo_format_has(&session->experiment->data, RONDO_PROVIDES_NAMES);
    if (from_zero || !targets || rondo_vocabulary_size(targets) > RONDO_END_ID) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED,
                           "the dictionary of targets has no unknown and no end symbol");
}

/* The checkpoint's schema is all there is. */
static rondo_status restore_schema(restoring *r, rondo_error *error)
{
    rondo_session *session = r->session;
    session->schema = r->header.schema;
    r->header.schema = NULL;
    const rondo_format *format = session->experiment->data.format;
    if (format->restore) return format->restore(&session->experiment->data, session->schema, error);
    return check_classes(session, error);
}

static rondo_status restore_data(restoring *r, rondo_error *error)
{
    rondo_session *session = r->session;
    session->identity = r->header.identity;
    if (!r->data) return restore_schema(r, error);
    rondo_status status =
        r->data->wanted.file ? restore_file(r, error) : restore_own_data(r, error);
    if (session->dataset) session->schema = session->dataset->schema;
    return status;
}

/* A file's config may claim any size: memory is taken for what the file holds. */
static rondo_status check_claims(const restoring *r, rondo_error *error)
{
    const rondo_layout *layout = &r->session->network->layout;
    rondo_array *arrays;
    rondo_status status = rondo_arrays_create(layout, layout->count, "", NULL, &arrays, error);
    if (status) return status;
    const rondo_checkpoint claimed = {.parameter_count = layout->count, .parameters = arrays};
    status = rondo_checkpoint_check(r->path, &claimed, error);
    rondo_arrays_destroy(arrays, layout->count);
    return status;
}

/* Without data a model of values has no use but its weights. */
static rondo_status check_use(const restoring *r, rondo_error *error)
{
    const rondo_schema *schema = r->header.schema;
    bool is_series = rondo_format_has(&r->session->experiment->data, RONDO_PROVIDES_WINDOWS);
    if (r->data || is_series || schema->inputs) return RONDO_OK;
    if (!r->weights_only)
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: this model reads values, not text: `rondo evaluate` and `rondo "
                               "predict --split` take them from the run's data",
                               r->path);
    if (schema->input_width > 0 && schema->target_width > 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "%s: an older checkpoint of a model of values: it does not say how many",
                           r->path);
}

/* What a caller reads line by line, or row by row. */
static bool is_text(const rondo_experiment *experiment)
{
    return rondo_format_has(&experiment->data, RONDO_PROVIDES_ROWS) &&
           !experiment->task->predicts_labels;
}

/* Its weights are of float32, and serve as they are. */
static void warn_of_precision(const rondo_session *session)
{
    if (session->experiment->train.precision == RONDO_CHOOSE_BFLOAT16 &&
        session->network->precision == RONDO_FLOAT32)
        rondo_log_warning("the model was trained with products of bfloat16, which need %s; here "
                          "they are of float32",
                          rondo_precision_lacks(RONDO_BFLOAT16));
}

static rondo_status restore_from(restoring *r, int threads, rondo_error *error)
{
    rondo_session *session = r->session;
    rondo_checkpoint_header *header = &r->header;
    rondo_status status = rondo_checkpoint_read_header(r->path, header, error);
    if (status) return status;
    status = rondo_experiment_parse(r->path, "/", header->config, r->data ? r->data->sets : NULL,
                                    r->data ? r->data->set_count : 0, r->registry,
                                    &session->experiment, error);
    if (status) return status;
    rondo_checkpoint_complete(header, session->experiment);
    if (r->is_alone) session->experiment->train.precision = RONDO_CHOOSE_FLOAT32;
    if (r->data && r->data->text_comes_later && is_text(session->experiment)) r->data = NULL;
    status = check_use(r, error);
    if (status) return status;
    rondo_source_limit(session->experiment->data.max_bytes); /* of files that are read later, too */
    rondo_session_count_threads(session, threads);
    if (header->schema->feature_count != session->experiment->data.feature_count)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: dictionaries of %lld features, but the config has %lld",
                               r->path, (long long)header->schema->feature_count,
                               (long long)session->experiment->data.feature_count);
    if ((status = restore_data(r, error))) return status;
    if ((status = rondo_session_make_network(session, error))) return status;
    warn_of_precision(session);
    if ((status = check_claims(r, error))) return status;
    if ((status = rondo_session_make_parameters(session, error))) return status;
    rondo_checkpoint checkpoint = {.parameter_count = session->network->layout.count,
                                   .parameters = session->parameter_arrays};
    return rondo_checkpoint_read(r->path, &checkpoint, true, error);
}

static rondo_status restore(restoring *r, bool latest, int threads, rondo_error *error)
{
    char *path;
    *r->session = (rondo_session){0};
    rondo_status status = r->is_alone ? find_model(r->folder, latest, &path, error)
                                      : find_checkpoint(r->folder, latest, &path, error);
    if (status) return status;
    r->path = path;
    status = restore_from(r, threads, error);
    if (status) rondo_session_finish(r->session);
    rondo_checkpoint_header_finish(&r->header);
    free(path);
    return status;
}

rondo_status rondo_session_restore(const char *folder, bool latest, const rondo_run_data *data,
                                   int threads, rondo_registry *registry, rondo_session *session,
                                   rondo_error *error)
{
    restoring r = {.folder = folder, .data = data, .registry = registry, .session = session};
    return restore(&r, latest, threads, error);
}

rondo_status rondo_session_restore_weights(const char *folder, rondo_registry *registry,
                                           rondo_session *session, rondo_error *error)
{
    restoring r = {
        .folder = folder, .weights_only = true, .registry = registry, .session = session};
    return restore(&r, false, 1, error);
}

rondo_status rondo_session_restore_model(const char *path, bool latest, int threads,
                                         rondo_registry *registry, rondo_session *session,
                                         rondo_error *error)
{
    restoring r = {.folder = path,
                   .weights_only = true,
                   .is_alone = true,
                   .registry = registry,
                   .session = session};
    return restore(&r, latest, threads, error);
}

/* --- another file for a session --- */

rondo_status rondo_session_read_file(rondo_session *session, const rondo_data_wanted *wanted,
                                     rondo_error *error)
{
    const rondo_network *network = session->network;
    const rondo_network *reader = network->encoder ? network->encoder : network;
    rondo_dataset *dataset = NULL;
    rondo_status status =
        rondo_dataset_read(session->experiment, session->schema, wanted, &dataset, error);
    if (!status)
        status = check_file(session->experiment, dataset, wanted->file, reader->input_width,
                            network->target_width, error);
    if (status) {
        rondo_dataset_destroy(dataset);
        return name_file(wanted->file, error);
    }
    warn_of_training_data(session, dataset, wanted->file);
    rondo_session_drop_data(session);
    session->dataset = dataset;
    session->schema = dataset->schema;
    return RONDO_OK;
}
