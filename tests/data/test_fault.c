/* Memory that runs out at the N-th allocation, N = 1, 2, 3 .. until it works: a status, one line,
 * no handle, and (under the address sanitizer) no leak. */
#include "check.h"
#include "support.h"
#include "support/fault.h"

#include <unistd.h>

#include "base/file.h"
#include "data/batches/batch_loader.h"
#include "data/formats/ragged.h"

/* Loads with the N-th and all later allocations failing; `says` is in every message. */
static void check_load(const rondo_experiment *experiment, const char *says)
{
    rondo_status status = RONDO_FAILED;
    int n = 0;
    while (status && n < 1000) {
        rondo_error error = {0};
        rondo_dataset *dataset = (rondo_dataset *)1;
        fault_arm(FAULT_MEMORY, ++n, true);
        status = rondo_dataset_load(experiment, NULL, &dataset, &error);
        fault_disarm();
        CHECK((status == RONDO_OK) == (dataset != NULL));
        if (status) CHECK_CONTAINS(error.text, says);
        if (status) CHECK_INTEGER(status, RONDO_FAILED);
        rondo_dataset_destroy(dataset);
    }
    CHECK_INTEGER(status, RONDO_OK);
    CHECK(n > 5);
}

static void text(void)
{
    char text[8192];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i % 9 ? 'a' + i * i % 26 : ' ');
    for (size_t i = 60; i < sizeof text; i += 61)
        text[i] = '\n';
    write_bytes("fault_text.txt", text, sizeof text);
    rondo_experiment experiment = experiment_of("fault_text.txt");
    experiment.data.unit = RONDO_WORD;
    experiment.data.split.valid.fraction = 0.2;
    check_load(&experiment, "not enough memory");
    experiment.data.sequences = RONDO_LINE;
    experiment.data.split.order = RONDO_RANDOM;
    check_load(&experiment, "not enough memory");
}

static void columns(void)
{
    rondo_experiment experiment = experiment_of(FIXTURE("tags.tsv"));
    experiment.task = &rondo_task_tagging;
    use_format(&experiment, &rondo_format_columns);
    experiment.data.split.valid.fraction = 0.3;
    check_load(&experiment, "not enough memory");
}

static void table(void)
{
    write_file("fault_table.csv", "text,label\n\"one two\",a\nthree,b\nfour five six,a\n");
    rondo_experiment experiment = experiment_of("fault_table.csv");
    experiment.task = &rondo_task_classification;
    use_format(&experiment, &rondo_format_table);
    experiment.data.unit = RONDO_WORD;
    *TABLE(experiment) = (rondo_table_config){.header = true, .text = "text", .label = "label"};
    experiment.data.split.valid.fraction = 0.3;
    check_load(&experiment, "not enough memory");
}

static void piano_roll(void)
{
    rondo_experiment experiment = experiment_of("fault_roll.txt");
    write_file("fault_roll.txt", "60 61,62 -\n63 64\n65 66 67 68\n");
    experiment.task = &rondo_task_forecasting;
    use_format(&experiment, &rondo_format_piano_roll);
    experiment.data.split.valid.fraction = 0.3;
    experiment.data.split.order = RONDO_RANDOM;
    check_load(&experiment, "not enough memory");
}

static void images(void)
{
    write_bytes("fault_images-idx3", "\0\0\x08\3\0\0\0\3\0\0\0\1\0\0\0\2abcdef", 22);
    write_bytes("fault_labels-idx1", "\0\0\x08\1\0\0\0\3\1\2\1", 11);
    rondo_experiment experiment = experiment_of("fault_images-idx3");
    experiment.task = &rondo_task_classification;
    use_format(&experiment, &rondo_format_idx);
    experiment.data.split.valid.count = 1;
    check_load(&experiment, "not enough memory");
}

static void series(void)
{
    rondo_experiment experiment = experiment_of("fault_series.csv");
    write_file("fault_series.csv", "a,b\n1,2\n3,4\n5,6\n7,8\n9,8\n7,6\n");
    experiment.task = &rondo_task_forecasting;
    use_format(&experiment, &rondo_format_series);
    *SERIES(experiment) = (rondo_series_config){
        .inputs = "b", .targets = "a, b", .window = 2, .horizon = 1, .stride = 1};
    experiment.data.split.valid.count = 2;
    for (int pooling = RONDO_POOLING_NONE; pooling <= RONDO_POOLING_LAST; pooling++) {
        experiment.model.pooling = pooling;
        check_load(&experiment, "not enough memory");
    }
}

/* What the HDF5 library takes itself is not counted, and the wrapper has messages of its own. */
static void ragged(void)
{
    rondo_error error = {0};
    rondo_experiment experiment = experiment_of(FIXTURE("ptb_like.txt"));
    experiment.data.sequences = RONDO_LINE;
    rondo_dataset *dataset = load(&experiment);
    char *temporary = rondo_file_temporary("fault_again.h5");
    CHECK(temporary != NULL);
    CHECK_INTEGER(rondo_ragged_write("fault.h5", dataset, &error), RONDO_OK);
    use_format(&experiment, &rondo_format_hdf5);
    experiment.data.path = "fault.h5";
    check_load(&experiment, "");
    rondo_status status = RONDO_FAILED;
    for (int n = 1; status && n < 100; n++) {
        fault_arm(FAULT_MEMORY, n, true);
        status = rondo_ragged_write("fault_again.h5", dataset, &error);
        fault_disarm();
        CHECK(access(temporary, F_OK) != 0);
    }
    CHECK_INTEGER(status, RONDO_OK);
    free(temporary);
    rondo_dataset_destroy(dataset);
}

static void batches(void)
{
    rondo_experiment experiment = experiment_of(FIXTURE("ptb_like.txt"));
    rondo_batches_config config = {.batch_size = 2, .truncated_bptt = 3};
    for (int sequences = RONDO_STREAM; sequences <= RONDO_LINE; sequences++) {
        experiment.data.sequences = sequences;
        config.shuffle = sequences == RONDO_LINE;
        config.batch_tokens = sequences == RONDO_LINE ? 5 : 0;
        rondo_dataset *dataset = load(&experiment);
        rondo_status status = RONDO_FAILED;
        int n = 0;
        while (status && n < 100) {
            rondo_error error = {0};
            rondo_batches *made = (rondo_batches *)1;
            fault_arm(FAULT_MEMORY, ++n, true);
            status = rondo_batches_create(dataset, RONDO_TRAIN, &config, &made, &error);
            fault_disarm();
            CHECK((status == RONDO_OK) == (made != NULL));
            if (status) CHECK_CONTAINS(error.text, "not enough memory");
            rondo_batches_destroy(made);
        }
        CHECK_INTEGER(status, RONDO_OK);
        CHECK(n > 5);
        rondo_dataset_destroy(dataset);
    }
}

static void loader(void)
{
    rondo_experiment experiment = experiment_of(FIXTURE("ptb_like.txt"));
    rondo_batches_config config = {.batch_size = 2, .truncated_bptt = 3};
    rondo_dataset *dataset = load(&experiment);
    rondo_status status = RONDO_FAILED;
    int n = 0;
    while (status && n < 100) {
        rondo_error error = {0};
        rondo_batch_loader *made = (rondo_batch_loader *)1;
        fault_arm(FAULT_MEMORY, ++n, true);
        status = rondo_batch_loader_create(dataset, RONDO_TRAIN, &config, &made, &error);
        fault_disarm();
        CHECK((status == RONDO_OK) == (made != NULL));
        if (status) CHECK_CONTAINS(error.text, "not enough memory");
        rondo_batch_loader_destroy(made);
    }
    CHECK_INTEGER(status, RONDO_OK);
    CHECK(n > 12);
    rondo_dataset_destroy(dataset);
}

static void primes(void)
{
    rondo_experiment experiment = experiment_of(FIXTURE("ptb_like.txt"));
    rondo_dataset *dataset = load(&experiment);
    for (int n = 1; n <= 2; n++) {
        rondo_error error = {0};
        int32_t *ids = (int32_t *)1;
        int64_t count;
        fault_arm(FAULT_MEMORY, n, true);
        CHECK_INTEGER(rondo_dataset_encode(&experiment.data, dataset->schema->inputs, "fox", NULL,
                                           &ids, &count, &error),
                      RONDO_FAILED);
        fault_disarm();
        CHECK(ids == NULL);
        CHECK_CONTAINS(error.text, "not enough memory");
    }
    rondo_dataset_destroy(dataset);
}

int main(void)
{
    RUN(text);
    RUN(columns);
    RUN(table);
    RUN(piano_roll);
    RUN(series);
    RUN(images);
    RUN(ragged);
    RUN(batches);
    RUN(loader);
    RUN(primes);
    return check_end();
}
