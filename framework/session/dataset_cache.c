#include "session/dataset_cache.h"

#include <stdlib.h>
#include <string.h>

#include "session/data_files.h"

typedef struct cache_entry {
    char *key;
    rondo_dataset *dataset;
    int64_t used; /* when: a count of takes */
} cache_entry;

struct rondo_dataset_cache {
    int64_t most, count, takes, reads;
    cache_entry *entries;
};

rondo_status rondo_dataset_cache_create(int64_t most, rondo_dataset_cache **out, rondo_error *error)
{
    rondo_dataset_cache *cache = calloc(1, sizeof *cache);
    *out = NULL;
    if (cache) cache->entries = calloc((size_t)most, sizeof *cache->entries);
    if (!cache || !cache->entries) {
        free(cache);
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: data sets");
    }
    cache->most = most;
    *out = cache;
    return RONDO_OK;
}

static void clear(cache_entry *e)
{
    rondo_dataset_destroy(e->dataset);
    free(e->key);
    *e = (cache_entry){0};
}

void rondo_dataset_cache_destroy(rondo_dataset_cache *cache)
{
    if (!cache) return;
    for (int64_t i = 0; i < cache->count; i++)
        clear(&cache->entries[i]);
    free(cache->entries);
    free(cache);
}

int64_t rondo_dataset_cache_reads(const rondo_dataset_cache *cache)
{
    return cache->reads;
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

static cache_entry *find(const rondo_dataset_cache *cache, const char *key)
{
    for (int64_t i = 0; i < cache->count; i++)
        if (strcmp(cache->entries[i].key, key) == 0) return &cache->entries[i];
    return NULL;
}

/* A place for one more. */
static cache_entry *make_room(rondo_dataset_cache *cache)
{
    if (cache->count < cache->most) return &cache->entries[cache->count++];
    cache_entry *oldest = &cache->entries[0];
    for (int64_t i = 1; i < cache->count; i++)
        if (cache->entries[i].used < oldest->used) oldest = &cache->entries[i];
    clear(oldest);
    return oldest;
}

rondo_status rondo_dataset_cache_take(rondo_dataset_cache *cache,
                                      const rondo_experiment *experiment, rondo_dataset **out,
                                      rondo_error *error)
{
    rondo_dataset *dataset;
    char *key = make_key(experiment);
    *out = NULL;
    if (!key) return rondo_error_set(error, RONDO_FAILED, "not enough memory: data sets");
    cache_entry *e = find(cache, key);
    if (!e) {
        rondo_status status = rondo_dataset_load(experiment, NULL, &dataset, error);
        if (status) {
            free(key);
            return status;
        }
        e = make_room(cache);
        *e = (cache_entry){.key = key, .dataset = dataset};
        cache->reads++;
    } else {
        free(key);
    }
    e->used = ++cache->takes;
    *out = e->dataset;
    return RONDO_OK;
}
