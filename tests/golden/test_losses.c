/* Losses and their gradients against losses.h5 (losses.py): rows of predictions by PyTorch. */
#include "check.h"

#include "cases.h"
#include "support/options.h"

enum { ROWS = 6, WIDTH = 5, MOST = 16 };

static void read(rondo_hdf5 *file, const char *name, const char *what, rondo_hdf5_type type,
                 void *data)
{
    char path[256];
    rondo_error error = {0};
    snprintf(path, sizeof path, "%s/%s", name, what);
    CHECK(!rondo_hdf5_read(file, path, type, data, &error));
    if (error.status) fprintf(stderr, "%s\n", error.text);
}

static void compare(rondo_hdf5 *file, const char *name, const rondo_loss *loss, const void *config,
                    int64_t parts)
{
    double prediction[ROWS * WIDTH * MOST], wanted[ROWS], gradient[ROWS * WIDTH * MOST];
    double values[ROWS * WIDTH], d[ROWS * WIDTH * MOST], losses[ROWS];
    double metrics[ROWS * RONDO_MAX_METRICS];
    int32_t classes[ROWS];
    bool is_class = loss->target == RONDO_TARGET_CLASS;
    read(file, name, "prediction", RONDO_HDF5_FLOAT64, prediction);
    read(file, name, "losses", RONDO_HDF5_FLOAT64, wanted);
    read(file, name, "gradient", RONDO_HDF5_FLOAT64, gradient);
    read(file, name, "target", is_class ? RONDO_HDF5_INT32 : RONDO_HDF5_FLOAT64,
         is_class ? (void *)classes : (void *)values);
    CHECK_INTEGER(rondo_loss_parts(loss, config), parts);
    const rondo_loss_tile tile = {.rows = ROWS,
                                  .width = parts * WIDTH,
                                  .target_width = WIDTH,
                                  .prediction = prediction,
                                  .prediction_stride = parts * WIDTH,
                                  .target_class = is_class ? classes : NULL,
                                  .target_values = is_class ? NULL : values,
                                  .loss = losses,
                                  .metrics = metrics,
                                  .d_prediction = d};
    loss->rows(config, &tile);
    for (int r = 0; r < ROWS; r++)
        CHECK_NEAR(losses[r], wanted[r], 1e-13);
    for (int64_t i = 0; i < ROWS * parts * WIDTH; i++)
        CHECK_NEAR(d[i], gradient[i], 1e-13);
}

static void run_case(rondo_registry *registry, rondo_hdf5 *file, const char *name)
{
    char *word = NULL, *options = NULL;
    const rondo_plugin *plugin = NULL;
    int64_t parts = 0;
    rondo_error error = {0};
    CHECK(!rondo_hdf5_get_text(file, name, "loss", &word, &error));
    CHECK(!rondo_hdf5_get_text(file, name, "options", &options, &error));
    CHECK(!rondo_hdf5_get_integer(file, name, "parts", &parts, &error));
    CHECK(!rondo_registry_find(registry, RONDO_KIND_LOSS, word, &plugin, &error));
    if (error.status) fprintf(stderr, "%s\n", error.text);
    if (plugin && parts <= MOST) {
        void *config = test_options_read(plugin, options, " ");
        compare(file, name, (const rondo_loss *)plugin, config, parts);
        free(config);
    }
    free(word);
    free(options);
}

static void all_cases(void)
{
    golden_run_cases(RONDO_SOURCE_DIR "/tests/golden/losses.h5", 10, run_case);
}

int main(void)
{
    RUN(all_cases);
    return check_end();
}
