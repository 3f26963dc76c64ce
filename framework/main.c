/* rondo VERB ...: finds the verb, runs it, and turns its status into the exit status. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/product.h"
#include "base/stack.h"
#include "base/text.h"
#include "base/version.h"
#include "command/command.h"

typedef struct verb {
    const char *name;
    rondo_status (*run)(int argc, char **argv, rondo_error *error);
    const char *summary;
} verb;

static const verb verbs[] = {
    {"train", rondo_command_train, "train the model that a config describes"},
    {"sweep", rondo_command_sweep, "many runs from one file: variants, seeds, searches"},
    {"evaluate", rondo_command_evaluate, "loss and metrics of a trained model on a split"},
    {"predict", rondo_command_predict, "predict labels, values or forecasts for a file"},
    {"sample", rondo_command_sample, "generate text with a language model"},
    {"score", rondo_command_score, "probability of a text under a language model"},
    {"translate", rondo_command_translate, "translate text with an encoder-decoder"},
    {"check", rondo_command_check, "validate a config, and what it needs; or a plugin"},
    {"compare", rondo_command_compare,
     "which variants of many runs are better, and how certain that is"},
    {"inspect", rondo_command_inspect,
     "how far gradients reach back in time, and how open gates are"},
    {"export", rondo_command_export, "export the data of a config, or the metrics of a run"},
    {"watch", rondo_command_watch, "follow a run or a sweep from another terminal"},
    {"bench", rondo_command_bench, "speed of training, and where the time goes"},
    {"describe", rondo_command_describe, "options, equations and sources of plugins"},
    {"new", rondo_command_new, "write the source of a new plugin, and what tries it"},
    {"list", rondo_command_list, "everything a config can name, and where it was found"},
};
enum { VERBS = sizeof verbs / sizeof *verbs };

static void print_help(FILE *file)
{
    fputs("rondo trains recurrent networks: language models, taggers, encoder-decoders, from YAML "
          "experiments.\n\n"
          "usage: rondo VERB ...\n\n",
          file);
    for (int i = 0; i < VERBS; i++)
        fprintf(file, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
    fputs("\nSee rondo VERB --help, and rondo --version.\n", file);
}

static rondo_status unknown_verb(const char *name, rondo_error *error)
{
    const char *names[VERBS];
    for (int i = 0; i < VERBS; i++)
        names[i] = verbs[i].name;
    const char *nearest = rondo_text_nearest(name, names, VERBS);
    return rondo_error_set(error, RONDO_USAGE, "%s: unknown verb%s%s%s; see rondo --help", name,
                           nearest ? "; did you mean " : "", nearest ? nearest : "",
                           nearest ? "?" : "");
}

static int report(rondo_status status, const rondo_error *error)
{
    if (status && error->text[0]) /* of several processes one has the message */
        fprintf(stderr, "%s%s\n", rondo_error_has_place(error->text) ? "" : "rondo: ", error->text);
    if ((fflush(stdout) != 0 || ferror(stdout)) && !status) {
        fprintf(stderr, "rondo: standard output cannot be written\n");
        return RONDO_FAILED;
    }
    return (int)status;
}

/* Where a standard file is closed, the next file opened would take its number, and messages would
 * be written into it. What cannot be written still fails: 0 is opened for writing, 1 and 2 for
 * reading. */
static bool fill_standard_files(void)
{
    for (int file = 0; file <= 2; file++)
        if (fcntl(file, F_GETFD) < 0 && open("/dev/null", file == 0 ? O_WRONLY : O_RDONLY) != file)
            return false;
    return true;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

static rondo_status run(const verb *v, int argc, char **argv, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (!asks_for_help(argc, argv)) status = rondo_product_start(error);
    return status ? status : v->run(argc, argv, error);
}

int main(int argc, char **argv)
{
    rondo_error error = {0};
    if (!fill_standard_files()) return RONDO_FAILED;
    rondo_memory_return_large();
    signal(SIGXFSZ, SIG_IGN); /* a limit of file sizes is an error like a full disk */
    rondo_parallel_restart(argv);
    if (argc < 2) {
        print_help(stderr);
        return RONDO_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return report(RONDO_OK, &error);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("rondo %s\n", RONDO_VERSION);
        return report(RONDO_OK, &error);
    }
    if (rondo_stack_check(&error)) return report(error.status, &error);
    for (int i = 0; i < VERBS; i++)
        if (strcmp(argv[1], verbs[i].name) == 0)
            return report(run(&verbs[i], argc - 2, argv + 2, &error), &error);
    return report(unknown_verb(argv[1], &error), &error);
}
