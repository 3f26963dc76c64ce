#include "session/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "session/data_files.h"

typedef struct shelf_entry {
    char *key;
    rondo_dataset *dataset;
    int64_t used; /* when: a count of takes */
} shelf_entry;

struct rondo_shelf {
    int64_t most, count, takes, reads;
    shelf_entry *entries;
};

rondo_status rondo_shelf_create(int64_t most, rondo_shelf **out, rondo_error *error)
{
    rondo_shelf *shelf = calloc(1, sizeof *shelf);
    *out = NULL;
    if (shelf) shelf->entries = calloc((size_t)most, sizeof *shelf->entries);
    if (!shelf || !shelf->entries) {
        free(shelf);
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: data sets");
    }
    shelf->most = most;
    *out = shelf;
    return RONDO_OK;
}

static void clear(shelf_entry *e)
{
    rondo_dataset_destroy(e->dataset);
    free(e->key);
    *e = (shelf_entry){0};
}

void rondo_shelf_destroy(rondo_shelf *shelf)
{
    if (!shelf) return;
    for (int64_t i = 0; i < shelf->count; i++)
        clear(&shelf->entries[i]);
    free(shelf->entries);
    free(shelf);
}

int64_t rondo_shelf_reads(const rondo_shelf *shelf)
{
    return shelf->reads;
}

/* How sequences become minibatches is no matter of the data set. */
static bool is_of_batches(const char *line)
{
    static const char *const keys[] = {"batch_size:",     "batch_tokens:", "evaluation_batch_size:",
                                       "truncated_bptt:", "carry_state:",  "shuffle:"};
    line += strspn(line, " ");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strncmp(line, keys[i], strlen(keys[i])) == 0) return true;
    return false;
}

/* All that a data set depends on: the section `data` as printed, what the readers look at beside
 * it, and the files as they are now. */
static char *make_key(const rondo_experiment *experiment)
{
    rondo_text config = {0}, key = {0};
    rondo_experiment_print(experiment, &config);
    const char *line = config.failed ? NULL : strstr(rondo_text_get(&config), "\ndata:\n");
    rondo_text_add(&key, "%s %d %llu", experiment->task->head.name, experiment->model.pooling,
                   (unsigned long long)rondo_experiment_seed(experiment, RONDO_SEED_DATA));
    if (!line) key.failed = true;
    for (line = line ? line + 1 : NULL; line && (line = strchr(line, '\n')) && line[1] == ' ';
         line++)
        if (!is_of_batches(line + 1)) rondo_text_add_bytes(&key, line, 1 + strcspn(line + 1, "\n"));
    rondo_data_files_describe(&experiment->data, &key);
    if (key.failed) rondo_text_finish(&key);
    rondo_text_finish(&config);
    return key.data;
}

static shelf_entry *find(const rondo_shelf *shelf, const char *key)
{
    for (int64_t i = 0; i < shelf->count; i++)
        if (strcmp(shelf->entries[i].key, key) == 0) return &shelf->entries[i];
    return NULL;
}

/* A place for one more. */
static shelf_entry *make_room(rondo_shelf *shelf)
{
    if (shelf->count < shelf->most) return &shelf->entries[shelf->count++];
    shelf_entry *oldest = &shelf->entries[0];
    for (int64_t i = 1; i < shelf->count; i++)
        if (shelf->entries[i].used < oldest->used) oldest = &shelf->entries[i];
    clear(oldest);
    return oldest;
}

rondo_status rondo_shelf_take(rondo_shelf *shelf, const rondo_experiment *experiment,
                              rondo_dataset **out, rondo_error *error)
{
    rondo_dataset *dataset;
    char *key = make_key(experiment);
    *out = NULL;
    if (!key) return rondo_error_set(error, RONDO_FAILED, "not enough memory: data sets");
    shelf_entry *e = find(shelf, key);
    if (!e) {
        rondo_status status = rondo_dataset_load(experiment, NULL, &dataset, error);
        if (status) {
            free(key);
            return status;
        }
        e = make_room(shelf);
        *e = (shelf_entry){.key = key, .dataset = dataset};
        shelf->reads++;
    } else {
        free(key);
    }
    e->used = ++shelf->takes;
    *out = e->dataset;
    return RONDO_OK;
}
