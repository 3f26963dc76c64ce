/* Everything that a run folder says. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "base/lock.h"
#include "compare/collect_private.h"
#include "config/tree.h"
#include "store/checkpoint.h"

/* --- outcome.yaml --- */

static const char *text_of(const rondo_node *root, const char *key)
{
    const rondo_item *item = rondo_node_find(root, key);
    if (!item || item->value->kind != RONDO_SCALAR) return NULL;
    return rondo_node_is_empty(item->value) ? NULL : item->value->text;
}

static int64_t integer_of(const rondo_node *root, const char *key)
{
    const char *text = text_of(root, key);
    int64_t value;
    return text && rondo_text_integer(text, &value) ? value : 0;
}

static double real_of(const rondo_node *root, const char *key, double otherwise)
{
    const char *text = text_of(root, key);
    double value;
    return text && rondo_text_real(text, &value) ? value : otherwise;
}

static rondo_status take_state(rondo_compared_run *run, const char *path, const rondo_node *root,
                               rondo_error *error)
{
    static const rondo_run_state states[] = {RONDO_RUN_DONE, RONDO_RUN_HALTED, RONDO_RUN_FAILED};
    const char *text = text_of(root, "state");
    for (int i = 0; text && i < 3; i++) {
        if (strcmp(text, rondo_run_state_name(states[i])) != 0) continue;
        run->state = states[i];
        return RONDO_OK;
    }
    return rondo_error_set(error, RONDO_USAGE, "%s: state: %s is not one of done, failed, halted",
                           path, text ? text : "nothing");
}

static rondo_status read_outcome(rondo_compared_run *run, const char *path, rondo_owned *owned,
                                 rondo_error *error)
{
    rondo_node *root;
    rondo_status status = rondo_compared_read_yaml(path, owned, &root, error);
    if (!status) status = take_state(run, path, root, error);
    if (status) return status;
    run->reason = text_of(root, "reason");
    run->rung = integer_of(root, "rung");
    run->machine.seconds = real_of(root, "seconds", run->machine.seconds);
    run->machine.cpu_seconds = real_of(root, "cpu_seconds", NAN);
    run->machine.threads = integer_of(root, "threads");
    run->machine.host = text_of(root, "host");
    run->machine.kernel = text_of(root, "kernel");
    run->machine.version = text_of(root, "version");
    return RONDO_OK;
}

/* --- the state without it --- */

/* Evaluations since the best loss. */
static int64_t waited(const rondo_found_run *found)
{
    const rondo_curves *valid = &found->run.curves[RONDO_VALID];
    const rondo_curve *loss = rondo_curves_find(valid, "loss");
    int64_t best = 0;
    if (!loss || strcmp(found->monitor, "loss") != 0) return 0;
    for (int64_t i = 1; i < valid->count; i++)
        if (loss->values[i] < loss->values[best]) best = i;
    return valid->count - 1 - best;
}

/* Of a plain run: whether training came to its end. The test split is evaluated only then. */
static bool has_ended(const rondo_found_run *found)
{
    const rondo_curves *train = &found->run.curves[RONDO_TRAIN];
    if (found->has_test) return true;
    if (train->count == 0) return false;
    if (found->epochs_planned > 0 && found->run.epochs >= found->epochs_planned) return true;
    if (found->steps_planned > 0 && found->run.steps >= found->steps_planned) return true;
    return found->patience > 0 && waited(found) >= found->patience;
}

/* By its time alone: a look must not take a lock that somebody else is about to take. */
static bool is_locked(const char *path)
{
    struct stat about;
    if (!rondo_lock_is_one(path) || lstat(path, &about) != 0) return false;
    return difftime(time(NULL), about.st_mtime) < RONDO_LOCK_PATIENCE;
}

static rondo_status find_state(rondo_found_run *found, rondo_error *error)
{
    char *lock = rondo_file_join(found->run.folder, "lock");
    char *newest = rondo_file_join(found->run.folder, "checkpoints/latest.h5");
    if (lock && newest) {
        bool has_begun = rondo_file_exists(newest) || found->run.curves[RONDO_TRAIN].count > 0;
        found->run.state = is_locked(lock)    ? RONDO_RUN_RUNNING
                           : has_ended(found) ? RONDO_RUN_DONE
                           : has_begun        ? RONDO_RUN_STOPPED
                                              : RONDO_RUN_MISSING;
    }
    rondo_status status =
        lock && newest ? RONDO_OK
                       : rondo_error_set(error, RONDO_FAILED, "not enough memory: state of a run");
    free(lock);
    free(newest);
    return status;
}

static rondo_status read_state(rondo_found_run *found, rondo_owned *owned, rondo_error *error)
{
    char *path = rondo_file_join(found->run.folder, "outcome.yaml");
    if (!path) return rondo_error_set(error, RONDO_FAILED, "not enough memory: state of a run");
    rondo_status status = rondo_file_exists(path) ? read_outcome(&found->run, path, owned, error)
                                                  : find_state(found, error);
    free(path);
    return status;
}

/* --- runs from before their metrics said it --- */

static void take_identity(rondo_found_run *found, const rondo_identity *identity)
{
    found->run.data.known = identity->known;
    for (int s = 0; s < RONDO_SPLITS; s++)
        found->run.data.splits[s] = (rondo_compared_split){
            .sequences = identity->splits[s].sequences,
            .tokens = identity->splits[s].tokens,
            .fingerprint = identity->splits[s].fingerprint & ((UINT64_C(1) << 53) - 1)};
}

/* Elements of all arrays below /parameters. */
static int64_t count_parameters(rondo_hdf5 *file, rondo_error *error)
{
    int64_t count = 0, sum = 0;
    char **paths = NULL;
    if (rondo_hdf5_list(file, "/parameters", &count, &paths, error)) return 0;
    for (int64_t i = 0; i < count; i++) {
        rondo_hdf5_shape shape;
        int64_t elements = 1;
        if (rondo_hdf5_shape_of(file, paths[i], &shape, error)) break;
        for (int32_t d = 0; d < shape.rank; d++)
            elements *= shape.extent[d];
        sum += elements;
    }
    for (int64_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
    return sum;
}

/* What cannot be read stays unknown: the metrics are what is compared. */
static void read_checkpoint(rondo_found_run *found)
{
    rondo_error ignored = {0};
    rondo_checkpoint_header header = {0};
    rondo_hdf5 *file = NULL;
    char *path = rondo_file_join(found->run.folder, "checkpoints/latest.h5");
    if (path && rondo_file_exists(path) &&
        rondo_checkpoint_read_header(path, &header, &ignored) == RONDO_OK) {
        take_identity(found, &header.identity);
        rondo_checkpoint_header_finish(&header);
        if (rondo_hdf5_open(path, &file, &ignored) == RONDO_OK)
            found->parameters = count_parameters(file, &ignored);
        rondo_hdf5_close(file, &ignored);
    }
    free(path);
}

/* --- all --- */

static void count_epochs(rondo_found_run *found)
{
    const rondo_curves *train = &found->run.curves[RONDO_TRAIN];
    if (train->count == 0) return;
    found->run.epochs = train->epoch[train->count - 1];
    found->run.steps = train->step[train->count - 1];
    found->run.tokens = found->epoch_tokens * (double)found->run.epochs;
}

rondo_status rondo_found_run_read(rondo_found_run *found, rondo_registry *registry,
                                  rondo_owned *owned, rondo_error *error)
{
    found->training_flops = found->epoch_tokens = found->test_epoch = NAN;
    found->run.tokens = found->run.value = found->run.best_valid = found->run.test = NAN;
    found->run.machine.cpu_seconds = NAN;
    found->monitor = "loss";
    found->run.state = RONDO_RUN_MISSING;
    if (!rondo_file_is_folder(found->run.folder)) return RONDO_OK;
    rondo_status status = rondo_found_run_read_config(found, registry, owned, error);
    if (!status) status = rondo_found_run_read_metrics(found, owned, error);
    if (status) return status;
    count_epochs(found);
    if ((status = read_state(found, owned, error))) return status;
    if (!found->run.data.known) read_checkpoint(found);
    return rondo_found_run_read_profiles(found, owned, error);
}
