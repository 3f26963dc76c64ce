/* librondo leaves its host as it was: what it set in the HDF5 library, its streams, its signals; and arguments that
 * are wrong are answered. Everything here is before a model is open. */
#include <hdf5.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "rondo/rondo.h"

static herr_t complain(hid_t stack, void *context)
{
    (void)stack;
    ++*(int *)context;
    return 0;
}

static void check_hdf5_settings(void)
{
    static int complaints;
    H5E_auto2_t print = NULL;
    void *context = NULL;
    unsigned filters = 0;
    rondo_model *model;
    rondo_error error;
    H5Eset_auto2(H5E_DEFAULT, complain, &complaints);
    H5PLset_loading_state(H5PL_ALL_PLUGIN);
    CHECK(rondo_model_open(RONDO_SOURCE_DIR "/README.md", NULL, &model, &error) == RONDO_FAILED);
    CHECK(model == NULL && strstr(error.text, "README.md"));
    CHECK_INTEGER(complaints, 0);
    H5Eget_auto2(H5E_DEFAULT, &print, &context);
    H5PLget_loading_state(&filters);
    CHECK(print == complain && context == &complaints && filters == H5PL_ALL_PLUGIN);
    H5Fopen("/nowhere", H5F_ACC_RDONLY, H5P_DEFAULT);
    CHECK(complaints > 0);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* What waits in stdout is written once, though child processes try kernels. */
static void check_streams(void)
{
    char read_back[64] = "";
    int kept = dup(STDOUT_FILENO);
    fflush(stdout);
    CHECK(freopen("stdout.txt", "w", stdout) != NULL);
    printf("waits");
    CHECK(rondo_start(NULL) == RONDO_OK);
    CHECK(rondo_start(NULL) == RONDO_OK);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    FILE *file = fopen("stdout.txt", "r");
    CHECK(file && fgets(read_back, sizeof read_back, file));
    CHECK_TEXT(read_back, "waits");
    if (file) fclose(file);
}

enum { SIGNALS = 32 };
static struct sigaction handlers[SIGNALS];

static void note_signals(void)
{
    for (int s = 1; s < SIGNALS; s++)
        sigaction(s, NULL, &handlers[s]);
}

static void check_signals(void)
{
    for (int s = 1; s < SIGNALS; s++) {
        struct sigaction now = handlers[s];
        sigaction(s, NULL, &now);
        CHECK(now.sa_handler == handlers[s].sa_handler);
    }
}

static void hear_nothing(void *context, const char *message)
{
    (void)context, (void)message;
}

static void check_arguments(void)
{
    rondo_open_options options = RONDO_OPEN_OPTIONS;
    const char *folders[] = {"no/such/folder"};
    rondo_model *model = (rondo_model *)&options;
    rondo_error error;
    CHECK(rondo_model_open(NULL, NULL, &model, NULL) == RONDO_USAGE && !model);
    CHECK(rondo_model_open(NULL, NULL, &model, &error) == RONDO_USAGE);
    CHECK_TEXT(error.text, "path: missing");
    options.size = 1;
    CHECK(rondo_model_open("x", &options, &model, &error) == RONDO_USAGE);
    CHECK(strstr(error.text, "start with RONDO_OPEN_OPTIONS"));
    options.size = sizeof options;
    options.threads = 0;
    CHECK(rondo_model_open("x", &options, &model, &error) == RONDO_USAGE);
    CHECK_TEXT(error.text, "options.threads: must be in 1 .. 1024, is 0");
    options.threads = 1;
    options.warn = hear_nothing;
    options.plugin_folders = folders;
    options.plugin_folder_count = 1;
    CHECK(rondo_model_open("x", &options, &model, &error) == RONDO_USAGE);
    CHECK_TEXT(error.text, "no/such/folder: no such folder of plugins");
    rondo_model_close(NULL);
    rondo_runner_close(NULL);
    rondo_stream_close(NULL);
    rondo_free(NULL);
    CHECK_TEXT(rondo_version(), RONDO_EXPECTED_VERSION);
}

int main(void)
{
    note_signals();
    RUN(check_streams);
    RUN(check_hdf5_settings);
    RUN(check_signals);
    RUN(check_arguments);
    return check_end();
}
