/* The CRF against crf.h5 (crf.py), where all paths are added up: loss, gradients, the best path. */
#include "check.h"

#include "base/hdf5.h"
#include "support/registry.h"

enum { CLASSES = 4, MOST = 8 };

static void read(rondo_hdf5 *file, const char *name, const char *what, rondo_hdf5_type type,
                 void *data)
{
    char path[64];
    rondo_error error = {0};
    snprintf(path, sizeof path, "%s/%s", name, what);
    CHECK(!rondo_hdf5_read(file, path, type, data, &error));
    if (error.status) fprintf(stderr, "%s\n", error.text);
}

static void compare(rondo_hdf5 *file, const char *name, const char *what, const double *values,
                    int64_t count)
{
    double wanted[MOST * CLASSES];
    read(file, name, what, RONDO_HDF5_FLOAT64, wanted);
    for (int64_t i = 0; i < count; i++)
        CHECK_NEAR(values[i], wanted[i], 1e-12);
}

static void run_case(const rondo_loss *loss, rondo_hdf5 *file, const char *name, int64_t steps)
{
    double prediction[MOST * CLASSES], transitions[CLASSES * CLASSES], starts[CLASSES];
    double ends[CLASSES], scratch[3 * MOST * CLASSES], d[MOST * CLASSES], value = 0;
    double d_transitions[CLASSES * CLASSES] = {0}, d_starts[CLASSES] = {0}, d_ends[CLASSES] = {0};
    double metrics[RONDO_MAX_METRICS];
    int64_t rows[MOST] = {0, 1, 2, 3, 4, 5, 6, 7};
    int32_t targets[MOST], answers[MOST], classes[MOST];
    read(file, name, "prediction", RONDO_HDF5_FLOAT64, prediction);
    read(file, name, "transitions", RONDO_HDF5_FLOAT64, transitions);
    read(file, name, "starts", RONDO_HDF5_FLOAT64, starts);
    read(file, name, "ends", RONDO_HDF5_FLOAT64, ends);
    read(file, name, "target", RONDO_HDF5_INT32, targets);
    read(file, name, "answer", RONDO_HDF5_INT32, answers);
    CHECK(loss->scratch(NULL, steps, CLASSES) <= (int64_t)(sizeof scratch / sizeof *scratch));
    const rondo_loss_sequence sequence = {.steps = steps,
                                          .width = CLASSES,
                                          .row = rows,
                                          .prediction = prediction,
                                          .prediction_stride = CLASSES,
                                          .target_class = targets,
                                          .parameters = {transitions, starts, ends},
                                          .loss = &value,
                                          .metrics = metrics,
                                          .d_prediction = d,
                                          .d_parameters = {d_transitions, d_starts, d_ends},
                                          .classes = classes,
                                          .scratch = scratch};
    loss->sequence(NULL, &sequence);
    compare(file, name, "loss", &value, 1);
    compare(file, name, "d_prediction", d, steps * CLASSES);
    compare(file, name, "d_transitions", d_transitions, CLASSES * CLASSES);
    compare(file, name, "d_starts", d_starts, CLASSES);
    compare(file, name, "d_ends", d_ends, CLASSES);
    for (int64_t t = 0; t < steps; t++)
        CHECK_INTEGER(classes[t], answers[t]);
}

static void all_paths(void)
{
    rondo_registry *registry = NULL;
    const rondo_plugin *plugin = NULL;
    rondo_hdf5 *file = NULL;
    rondo_error error = {0};
    CHECK(!test_registry_create(RONDO_BINARY_DIR "/plugins-double", &registry, &error));
    CHECK(!rondo_registry_find(registry, RONDO_KIND_LOSS, "crf", &plugin, &error));
    CHECK(!rondo_hdf5_open(RONDO_SOURCE_DIR "/tests/golden/crf.h5", &file, &error));
    if (error.status) fprintf(stderr, "%s\n", error.text);
    if (!plugin || !file) return;
    run_case((const rondo_loss *)plugin, file, "one", 1);
    run_case((const rondo_loss *)plugin, file, "two", 2);
    run_case((const rondo_loss *)plugin, file, "six", 6);
    run_case((const rondo_loss *)plugin, file, "sharp", 5);
    rondo_hdf5_close(file, &error);
    rondo_registry_destroy(registry);
}

int main(void)
{
    RUN(all_paths);
    return check_end();
}
