#include "sweep/run_outcome.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/product.h"
#include "base/text.h"
#include "base/version.h"
#include "config/yaml.h"

enum { MOST_BYTES = 1 << 16 };

static const char *const state_names[] = {"done", "failed", "halted"};

static rondo_status fail_memory(rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: outcome of a run");
}

static char *path_of(const char *run_folder)
{
    return rondo_file_join(run_folder, "outcome.yaml");
}

bool rondo_run_outcome_exists(const char *run_folder)
{
    char *path = path_of(run_folder);
    bool exists = path && rondo_file_exists(path);
    free(path);
    return exists;
}

static const char *text_of(const rondo_node *root, const char *key)
{
    const rondo_item *item = rondo_node_find(root, key);
    return item && item->value->kind == RONDO_SCALAR ? item->value->text : "";
}

static int64_t integer_of(const rondo_node *root, const char *key)
{
    int64_t value;
    return rondo_text_integer(text_of(root, key), &value) ? value : 0;
}

static double real_of(const rondo_node *root, const char *key)
{
    double value;
    return rondo_text_real(text_of(root, key), &value) ? value : 0;
}

static bool take_tree(const rondo_node *root, rondo_run_outcome *outcome)
{
    const char *state = text_of(root, "state");
    int64_t s = 0;
    while (s < 3 && strcmp(state, state_names[s]) != 0)
        s++;
    *outcome = (rondo_run_outcome){.state = (rondo_outcome_state)s,
                                   .rung = integer_of(root, "rung"),
                                   .epochs = integer_of(root, "epochs"),
                                   .threads = integer_of(root, "threads"),
                                   .seconds = real_of(root, "seconds"),
                                   .cpu_seconds = real_of(root, "cpu_seconds")};
    if (s == RONDO_OUTCOME_FAILED)
        snprintf(outcome->reason, sizeof outcome->reason, "%s", text_of(root, "reason"));
    return s < 3;
}

/* What cannot be understood is none: its writer was another program, or the disk. */
static bool parse(const char *path, const char *text, rondo_run_outcome *outcome)
{
    rondo_owned owned = {0};
    rondo_problems problems = {0};
    const rondo_origin source = {.name = path};
    const rondo_node *root = rondo_yaml_parse(&source, text, &owned, &problems);
    bool found =
        root && problems.count == 0 && root->kind == RONDO_MAPPING && take_tree(root, outcome);
    rondo_problems_finish(&problems);
    rondo_owned_finish(&owned);
    return found;
}

rondo_status rondo_run_outcome_read(const char *run_folder, rondo_run_outcome *outcome, bool *found,
                                    rondo_error *error)
{
    char *text = NULL, *path = path_of(run_folder);
    size_t size = 0;
    rondo_status status = RONDO_OK;
    *found = false;
    if (!path) return fail_memory(error);
    if (rondo_file_exists(path)) {
        rondo_error ignored = {0};
        status = rondo_file_read(path, MOST_BYTES, &text, &size, &ignored);
        /* A run that goes on removes it at any time. */
        if (status && rondo_file_exists(path))
            status = rondo_error_set(error, RONDO_FAILED, "%s", ignored.text);
        else if (status)
            status = RONDO_OK;
        else
            *found = parse(path, text, outcome);
    }
    free(text);
    free(path);
    return status;
}

static void add_text(rondo_text *text, const char *key, const char *value)
{
    rondo_text_add(text, "%s: ", key);
    if (value[0])
        rondo_json_add_string(text, value);
    else
        rondo_text_add(text, "null");
    rondo_text_add(text, "\n");
}

static void print(const rondo_run_outcome *outcome, rondo_text *text)
{
    char number[32], host[128] = "";
    if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
    rondo_text_add(text, "state: %s\n", state_names[outcome->state]);
    rondo_text_add(text, "rung: %lld\nepochs: %lld\n", (long long)outcome->rung,
                   (long long)outcome->epochs);
    add_text(text, "reason", outcome->reason);
    rondo_text_add(text, "threads: %lld\n", (long long)outcome->threads);
    rondo_text_add(text, "seconds: %s\n", rondo_text_of_real(outcome->seconds, number));
    rondo_text_add(text, "cpu_seconds: %s\n", rondo_text_of_real(outcome->cpu_seconds, number));
    add_text(text, "host", host);
    add_text(text, "kernel", rondo_product_kernel());
    add_text(text, "version", RONDO_VERSION);
}

rondo_status rondo_run_outcome_write(const char *run_folder, const rondo_run_outcome *outcome,
                                     rondo_error *error)
{
    rondo_text text = {0};
    char *path = path_of(run_folder);
    print(outcome, &text);
    rondo_status status = path && !text.failed
                              ? rondo_file_write(path, text.data, text.length, error)
                              : fail_memory(error);
    rondo_text_finish(&text);
    free(path);
    return status;
}

rondo_status rondo_run_outcome_remove(const char *run_folder, rondo_error *error)
{
    char *path = path_of(run_folder);
    rondo_status status = path ? RONDO_OK : fail_memory(error);
    if (path && unlink(path) != 0 && errno != ENOENT)
        status = rondo_error_set(error, RONDO_FAILED, "%s: cannot be removed: %s", path,
                                 strerror(errno));
    free(path);
    return status;
}
