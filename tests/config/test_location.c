/* Data that have moved: a folder in the place of the one they were in, and what lies around a run.
 */
#include "support.h"

#include <sys/stat.h>

#include "config/location.h"

static char root[] = "/tmp/rondo_location_XXXXXX";

static const char *in_root(const char *name)
{
    static char paths[8][256];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

static void add(const char *name)
{
    FILE *file = fopen(in_root(name), "w");
    CHECK(file != NULL);
    if (file) fclose(file);
}

static void add_folder(const char *name)
{
    CHECK_INTEGER(mkdir(in_root(name), 0700), 0);
}

static rondo_experiment *experiment_with(const char *data)
{
    char text[1024];
    snprintf(text, sizeof text,
             "behavior_version: 1\n%s\ndata: {%s}\n"
             "model: {layers: [{cell: lstm, hidden: 8}]%s}\noptimizer: {name: adam}\n",
             strstr(data, "pairs") ? "task: translation" : "", data,
             strstr(data, "pairs") ? ", decoder: {layers: [{cell: lstm, hidden: 8}]}" : "");
    return parse(text, NULL);
}

static void check_path(const char *path, const char *expected)
{
    CHECK_TEXT(path, expected[0] == '/' ? expected : in_root(expected));
}

/* One file keeps its name; files in several folders keep these, or lie flat. */
static void folders_in_place_of_others(void)
{
    rondo_error error = {0};
    rondo_experiment *e = experiment_with("path: /old/a.txt");
    add("a.txt");
    CHECK_INTEGER(rondo_experiment_move_data(e, root, &error), RONDO_OK);
    check_path(e->data.path, "a.txt");
    rondo_experiment_destroy(e);
    e = experiment_with("split: {train: /old/x/a.txt, valid: /old/y/a.txt, test: /old/xy/b.txt}");
    add_folder("x");
    add_folder("y");
    add("x/a.txt");
    add("y/a.txt");
    add("b.txt");
    CHECK_INTEGER(rondo_experiment_move_data(e, root, &error), RONDO_OK);
    check_path(e->data.split.train.path, "x/a.txt");
    check_path(e->data.split.valid.path, "y/a.txt");
    check_path(e->data.split.test.path, "b.txt");
    rondo_experiment_destroy(e);
}

/* What is not there keeps the place where it should be, for the message of its reader. */
static void missing_files(void)
{
    rondo_error error = {0};
    rondo_experiment *e = experiment_with("path: /old/none.txt");
    CHECK_INTEGER(rondo_experiment_move_data(e, root, &error), RONDO_OK);
    check_path(e->data.path, "none.txt");
    CHECK_INTEGER(rondo_experiment_move_data(e, in_root("nowhere"), &error), RONDO_USAGE);
    CHECK_CONTAINS(error.text, "nowhere: No such file or directory");
    CHECK_INTEGER(rondo_experiment_move_data(e, in_root("a.txt"), &error), RONDO_USAGE);
    CHECK_CONTAINS(error.text, "a.txt: is a file; give the folder that the data files are in");
    rondo_experiment_destroy(e);
}

/* Pairs in two files are known by what their names begin with. */
static void pairs(void)
{
    rondo_error error = {0};
    rondo_experiment *e = experiment_with(
        "path: /old/a.txt, format: pairs, options: {source_suffix: .de, target_suffix: .en}");
    e->data.path = "/old/deep/p";
    e->data.split.valid.path = "/old/q";
    add_folder("deep");
    add("deep/p.de");
    add("q.de");
    CHECK_INTEGER(rondo_experiment_move_data(e, root, &error), RONDO_OK);
    check_path(e->data.path, "deep/p");
    check_path(e->data.split.valid.path, "q");
    rondo_experiment_destroy(e);
}

/* In the run folder first, then above it; the longest end of the path counts. */
static void around_a_run(void)
{
    rondo_error error = {0};
    add_folder("runs");
    add_folder("runs/r");
    add_folder("data");
    add("data/n.txt");
    add("n.txt");
    rondo_experiment *e = experiment_with("path: /old/project/data/n.txt");
    CHECK_INTEGER(rondo_experiment_find_data(e, in_root("runs/r"), &error), RONDO_OK);
    check_path(e->data.path, "data/n.txt");
    rondo_experiment_destroy(e);
    add("runs/r/n.txt");
    e = experiment_with("path: /old/project/data/n.txt, split: {valid: /no/such_rondo_file.txt}");
    CHECK_INTEGER(rondo_experiment_find_data(e, in_root("runs/r"), &error), RONDO_OK);
    check_path(e->data.path, "runs/r/n.txt");
    check_path(e->data.split.valid.path, "/no/such_rondo_file.txt");
    CHECK_INTEGER(rondo_experiment_find_data(e, in_root("runs/none"), &error), RONDO_OK);
    rondo_experiment_destroy(e);
    e = experiment_with("path: /old/n.txt");
    e->data.path = in_root("data/n.txt");
    CHECK_INTEGER(rondo_experiment_find_data(e, in_root("runs/r"), &error), RONDO_OK);
    check_path(e->data.path, "data/n.txt");
    rondo_experiment_destroy(e);
}

/* Only a config.yaml beside checkpoints means the folder that it is in. */
static void the_run_of_a_config(void)
{
    rondo_error error = {0};
    rondo_experiment *e = experiment_with("path: a.txt");
    e->output.folder = "elsewhere";
    CHECK_INTEGER(rondo_experiment_find_run(e, in_root("runs/r/config.yaml"), &error), RONDO_OK);
    CHECK_TEXT(e->output.folder, "elsewhere");
    add_folder("runs/r/checkpoints");
    CHECK_INTEGER(rondo_experiment_find_run(e, in_root("runs/r/mine.yaml"), &error), RONDO_OK);
    CHECK_TEXT(e->output.folder, "elsewhere");
    CHECK_INTEGER(rondo_experiment_find_run(e, in_root("runs/r/config.yaml"), &error), RONDO_OK);
    check_path(e->output.folder, "runs/r");
    rondo_experiment_destroy(e);
}

int main(void)
{
    if (!support_start() || !mkdtemp(root)) return 1;
    RUN(folders_in_place_of_others);
    RUN(missing_files);
    RUN(pairs);
    RUN(around_a_run);
    RUN(the_run_of_a_config);
    for (const char *const *name =
             (const char *const[]){"runs/r/checkpoints", "runs/r/n.txt", "runs/r", "runs",
                                   "data/n.txt", "data", "n.txt", "deep/p.de", "deep", "q.de",
                                   "x/a.txt", "x", "y/a.txt", "y", "b.txt", "a.txt", NULL};
         *name; name++)
        CHECK_INTEGER(remove(in_root(*name)), 0);
    CHECK_INTEGER(rmdir(root), 0);
    return support_end();
}
