/* Connectionist temporal classification against ctc.h5 (ctc.py: PyTorch), and against all paths added up:
 * loss, gradients, the best path and the best labels. */
#include "check.h"

#include <math.h>
#include <string.h>

#include "base/hdf5.h"
#include "base/random.h"
#include "support/registry.h"

enum { CLASSES = 5, MOST = 64, BLANK = 1, FIRST = 2, SCRATCH = 1 << 16 };

typedef struct ctc_config {
    int64_t beam;
} ctc_config;

static const rondo_loss *ctc;

typedef struct numbers {
    int64_t steps, width, label_count, answer_count;
    double prediction[MOST * CLASSES], d[MOST * CLASSES], loss;
    int32_t labels[MOST], answer[MOST];
} numbers;

static void run(numbers *n, int64_t beam, bool trains)
{
    static double scratch[SCRATCH];
    static const int64_t rows[MOST] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    const ctc_config config = {beam};
    CHECK(ctc->label_scratch(&config, n->steps, n->width, n->label_count) <= SCRATCH);
    const rondo_loss_sequence sequence = {.steps = n->steps,
                                          .width = n->width,
                                          .row = rows,
                                          .prediction = n->prediction,
                                          .prediction_stride = n->width,
                                          .first_class = FIRST,
                                          .loss = &n->loss,
                                          .d_prediction = trains ? n->d : NULL,
                                          .scratch = scratch,
                                          .labels = n->labels,
                                          .label_count = n->label_count,
                                          .blank = BLANK,
                                          .answer = trains ? NULL : n->answer,
                                          .answer_count = trains ? NULL : &n->answer_count};
    ctc->sequence(&config, &sequence);
}

/* --- PyTorch's numbers --- */

static int64_t read(rondo_hdf5 *file, const char *name, const char *what, rondo_hdf5_type type,
                    void *data)
{
    char path[64];
    rondo_error error = {0};
    rondo_hdf5_shape shape = {0};
    snprintf(path, sizeof path, "%s/%s", name, what);
    CHECK(!rondo_hdf5_shape_of(file, path, &shape, &error));
    CHECK(!rondo_hdf5_read(file, path, type, data, &error));
    if (error.status) fprintf(stderr, "%s\n", error.text);
    return shape.extent[0];
}

static void run_case(rondo_hdf5 *file, const char *name)
{
    static numbers n;
    double loss = 0, d[MOST * CLASSES];
    int32_t answer[MOST];
    n = (numbers){.width = CLASSES};
    n.steps = read(file, name, "prediction", RONDO_HDF5_FLOAT64, n.prediction);
    n.label_count = read(file, name, "labels", RONDO_HDF5_INT32, n.labels) - 1;
    int64_t answer_count = read(file, name, "best_path", RONDO_HDF5_INT32, answer) - 1;
    read(file, name, "loss", RONDO_HDF5_FLOAT64, &loss);
    read(file, name, "d_prediction", RONDO_HDF5_FLOAT64, d);
    run(&n, 1, true);
    CHECK_NEAR(n.loss, loss, 1e-12);
    for (int64_t i = 0; i < n.steps * CLASSES; i++)
        CHECK_NEAR(n.d[i], d[i], 1e-12);
    run(&n, 1, false);
    CHECK_NEAR(n.loss, loss, 1e-12);
    CHECK_INTEGER(n.answer_count, answer_count);
    CHECK(memcmp(n.answer, answer, (size_t)answer_count * sizeof *answer) == 0);
}

static void test_pytorch(void)
{
    static const char *const names[] = {
        "one_0",  "one_empty_0", "empty_0",  "full_0",   "repeated_0", "loose_0", "sharp_0",
        "long_0", "ragged_0",    "ragged_1", "ragged_2", "ragged_3",   "ragged_4"};
    rondo_hdf5 *file = NULL;
    rondo_error error = {0};
    CHECK(!rondo_hdf5_open(RONDO_SOURCE_DIR "/tests/golden/ctc.h5", &file, &error));
    if (!file) return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        run_case(file, names[i]);
    rondo_hdf5_close(file, &error);
}

/* --- all paths --- */

enum { SMALL_CLASSES = 4, SMALL_STEPS = 5, MOST_LISTS = 1024 };

/* Labels that some path says, and the sum of the probabilities of all that do. */
typedef struct said {
    int64_t count;
    int32_t labels[SMALL_STEPS];
    double p, d[SMALL_STEPS * SMALL_CLASSES]; /* d p / d logits */
} said;

static said *find(said *lists, int64_t *count, const said *one)
{
    for (int64_t i = 0; i < *count; i++)
        if (lists[i].count == one->count &&
            memcmp(lists[i].labels, one->labels, (size_t)one->count * sizeof(int32_t)) == 0)
            return &lists[i];
    CHECK(*count < MOST_LISTS);
    lists[*count] = *one;
    return &lists[(*count)++];
}

static void say(const int64_t *path, int64_t steps, said *one)
{
    int64_t before = BLANK;
    *one = (said){0};
    for (int64_t t = 0; t < steps; t++) {
        if (path[t] != before && path[t] != BLANK) one->labels[one->count++] = (int32_t)path[t];
        before = path[t];
    }
}

static int64_t add_up_paths(const numbers *n, said *lists)
{
    double y[SMALL_STEPS][SMALL_CLASSES];
    int64_t count = 0, paths = 1;
    for (int64_t t = 0; t < n->steps; t++, paths *= SMALL_CLASSES) {
        double sum = 0;
        for (int64_t k = 0; k < SMALL_CLASSES; k++)
            sum += exp(n->prediction[t * SMALL_CLASSES + k]);
        for (int64_t k = 0; k < SMALL_CLASSES; k++)
            y[t][k] = exp(n->prediction[t * SMALL_CLASSES + k]) / sum;
    }
    for (int64_t number = 0; number < paths; number++) {
        int64_t path[SMALL_STEPS], rest = number;
        double p = 1;
        said one;
        for (int64_t t = 0; t < n->steps; t++, rest /= SMALL_CLASSES) {
            path[t] = rest % SMALL_CLASSES;
            p *= y[t][path[t]];
        }
        say(path, n->steps, &one);
        said *list = find(lists, &count, &one);
        list->p += p;
        for (int64_t t = 0; t < n->steps; t++)
            for (int64_t k = 0; k < SMALL_CLASSES; k++)
                list->d[t * SMALL_CLASSES + k] += p * ((k == path[t]) - y[t][k]);
    }
    return count;
}

/* Every list that can be said, and the most probable of those with answered classes alone. */
static void check_all_paths(int64_t steps, double scale, unsigned seed)
{
    static said lists[MOST_LISTS];
    static numbers n;
    n = (numbers){.steps = steps, .width = SMALL_CLASSES};
    const rondo_random random = {seed, RONDO_FOR_TEST, (uint64_t)steps};
    for (int64_t i = 0; i < steps * SMALL_CLASSES; i++)
        n.prediction[i] = scale * (2 * rondo_random_uniform(&random, (uint64_t)i) - 1);
    int64_t count = add_up_paths(&n, lists);
    const said *best = NULL;
    double all = 0;
    for (int64_t i = 0; i < count; i++) {
        bool answered = true;
        n.label_count = lists[i].count;
        memcpy(n.labels, lists[i].labels, sizeof lists[i].labels);
        run(&n, 1, true);
        CHECK_NEAR(exp(-n.loss), lists[i].p, 1e-13);
        for (int64_t j = 0; j < steps * SMALL_CLASSES; j++)
            CHECK_NEAR(n.d[j], -lists[i].d[j] / lists[i].p, 1e-10);
        all += exp(-n.loss);
        for (int64_t u = 0; u < lists[i].count; u++)
            answered = answered && lists[i].labels[u] >= FIRST;
        if (answered && (!best || lists[i].p > best->p)) best = &lists[i];
    }
    CHECK_NEAR(all, 1, 1e-12);
    run(&n, 100, false);
    CHECK_INTEGER(n.answer_count, best->count);
    CHECK(memcmp(n.answer, best->labels, (size_t)best->count * sizeof(int32_t)) == 0);
}

static void test_all_paths(void)
{
    for (unsigned seed = 1; seed <= 20; seed++)
        for (int64_t steps = 1; steps <= SMALL_STEPS; steps++)
            check_all_paths(steps, seed % 2 ? 1 : 4, seed);
}

/* Graves et al. (2006), figure 2 in words: two labels that are equal need a blank between them. */
static void test_by_hand(void)
{
    static numbers n;
    n = (numbers){.steps = 3, .width = 3, .label_count = 2, .labels = {2, 2}};
    run(&n, 1, true); /* one path of 27: label, blank, label */
    CHECK_NEAR(n.loss, log(27), 1e-14);
    n.label_count = 1; /* 2bb b2b bb2 22b b22 222 */
    run(&n, 1, true);
    CHECK_NEAR(n.loss, log(27.0 / 6), 1e-14);
    n.label_count = 0;
    run(&n, 1, true);
    CHECK_NEAR(n.loss, log(27), 1e-14);
}

/* The most probable path says nothing (0.36), the most probable labels are one 2 (0.64). */
static void test_search_beats_the_best_path(void)
{
    static numbers n;
    n = (numbers){.steps = 2, .width = 3};
    for (int64_t t = 0; t < 2; t++) {
        n.prediction[3 * t] = -1000;
        n.prediction[3 * t + 1] = log(0.6);
        n.prediction[3 * t + 2] = log(0.4);
    }
    run(&n, 1, false);
    CHECK_INTEGER(n.answer_count, 0);
    run(&n, 2, false);
    CHECK_INTEGER(n.answer_count, 1);
    CHECK_INTEGER(n.answer[0], 2);
}

int main(void)
{
    rondo_registry *registry = NULL;
    const rondo_plugin *plugin = NULL;
    rondo_error error = {0};
    CHECK(!test_registry_create(RONDO_BINARY_DIR "/plugins-double", &registry, &error));
    CHECK(!rondo_registry_find(registry, RONDO_KIND_LOSS, "ctc", &plugin, &error));
    if (error.status) fprintf(stderr, "%s\n", error.text);
    ctc = (const rondo_loss *)plugin;
    if (ctc) {
        RUN(test_pytorch);
        RUN(test_all_paths);
        RUN(test_by_hand);
        RUN(test_search_beats_the_best_path);
    }
    rondo_registry_destroy(registry);
    return check_end();
}
