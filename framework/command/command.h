/* The verbs of the program. Each parses its own arguments (argv after the verb), prints results on
 * stdout, and returns a status that main turns into the exit status. */
#ifndef RONDO_COMMAND_COMMAND_H
#define RONDO_COMMAND_COMMAND_H

#include "base/error.h"
#include "command/arguments.h"
#include "plugin/kinds.h"
#include "plugin/registry.h"
#include "session/session.h"

rondo_status rondo_command_train(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_evaluate(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_predict(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_sample(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_score(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_describe(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_list(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_translate(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_compare(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_check(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_inspect(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_export(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_sweep(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_watch(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_new(int argc, char **argv, rondo_error *error);
rondo_status rondo_command_bench(int argc, char **argv, rondo_error *error);

/* Rows that several verbs share. */
#define RONDO_ARGUMENT_RUN(folder)                                                                 \
    {                                                                                              \
        RONDO_ARGUMENT_WORD, "RUN", NULL, true, 0, 0, &(folder), "the run folder"                  \
    }
#define RONDO_ARGUMENT_LATEST(flag)                                                                \
    {                                                                                              \
        RONDO_ARGUMENT_FLAG, "--latest", NULL, false, 0, 0, &(flag),                               \
            "the latest checkpoint instead of the best"                                            \
    }
#define RONDO_ARGUMENT_PLUGINS(list)                                                               \
    {                                                                                              \
        RONDO_ARGUMENT_LIST, "--plugins", "FOLDER", false, 0, 0, &(list),                          \
            "search this folder for plugins first (cells/, losses/, optimizers/, schedules/ in "   \
            "it)"                                                                                  \
    }
#define RONDO_ARGUMENT_THREADS(number)                                                             \
    {                                                                                              \
        RONDO_ARGUMENT_INTEGER, "--threads", "N", false, 0, 1024, &(number),                       \
            "number of threads; 0: the config's value. Never changes a result"                     \
    }
#define RONDO_ARGUMENT_SETS(list)                                                                  \
    {                                                                                              \
        RONDO_ARGUMENT_LIST, "--set", "KEY=VALUE", false, 0, 0, &(list),                           \
            "override a key of the config: --set model.layers.0.cell=gru"                          \
    }
#define RONDO_ARGUMENT_DATA(folder)                                                                \
    {                                                                                              \
        RONDO_ARGUMENT_TEXT, "--data", "FOLDER", false, 0, 0, &(folder),                           \
            "the folder with the data files, if not where the config says"                         \
    }
#define RONDO_ARGUMENT_OTHER_DATA(flag)                                                            \
    {                                                                                              \
        RONDO_ARGUMENT_FLAG, "--other-data", NULL, false, 0, 0, &(flag),                           \
            "accept data that differ from those of training"                                       \
    }
#define RONDO_ARGUMENTS_END                                                                        \
    {                                                                                              \
        RONDO_ARGUMENT_END, NULL, NULL, false, 0, 0, NULL, NULL                                    \
    }

/* Prints help and says so, or parses: the first lines of every verb. */
rondo_status rondo_command_parse(const rondo_argument *table, const char *verb, const char *summary,
                                 int argc, char **argv, bool *help, rondo_error *error);

/* All that a config can name: plugins, those of `plugins` first, and what is built in. */
rondo_status rondo_command_registry(const rondo_argument_list *plugins, rondo_registry **out,
                                    rondo_error *error);

/* What names a trained model. */
typedef struct rondo_run_arguments {
    const char *folder;
    bool latest; /* its latest checkpoint, not its best */
    int64_t threads;
    rondo_argument_list plugins;
    const rondo_run_data *data; /* which; NULL: valid, or train where there is none */
} rondo_run_arguments;

typedef rondo_status (*rondo_run_use)(void *context, rondo_session *session, rondo_error *error);

/* Opens the run, with its data or without, lets it be used, and closes it. */
rondo_status rondo_command_use_run(const rondo_run_arguments *run, bool with_data,
                                   rondo_run_use use, void *context, rondo_error *error);

/* RONDO_USAGE where the config names an output folder that only the command line may name. */
rondo_status rondo_command_check_folder(const rondo_experiment *experiment, rondo_error *error);

/* On stdout; the text is finished. A text that did not fit into memory is an error. */
rondo_status rondo_command_print(rondo_text *text, rondo_error *error);

/* The same for a report that people read: names in it are untrusted, and their control
 * characters are escaped (base/message.h). */
rondo_status rondo_command_print_report(rondo_text *text, rondo_error *error);

/* --split NAME. */
rondo_status rondo_command_split(const char *name, rondo_split *split, rondo_error *error);

/* What "cell", or "cells", names; RONDO_USAGE otherwise. */
rondo_status rondo_command_kind(const char *name, rondo_plugin_kind *kind, rondo_error *error);

#endif
