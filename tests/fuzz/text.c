/* Any bytes as data files. The first byte chooses the form; where this has two files, the first
 * record separator (byte 30) ends the first one. */
#include <string.h>

#include "data/batches/batch.h"
#include "fuzz.h"

/* Everything but task, data and model. */
#define REST    "behavior_version: 1\noptimizer: {name: sgd}\ntrain: {epochs: 1}\n"
#define SYMBOLS "model: {input: {embedding: 2}, layers: [{cell: rnn, hidden: 2}]}\n"
#define VALUES                                                                                     \
    "model: {input: values, layers: [{cell: rnn, hidden: 2}]}\nloss: {name: mean_squared_error}\n"

static const char *const forms[] = {
    REST SYMBOLS "data: {path: fuzz.a, batch_size: 2, truncated_bptt: 3}\n",
    REST SYMBOLS "data: {path: fuzz.a, unit: word, sequences: line, batch_size: 2,\n"
                 "  vocabulary: {lowercase: true}}\n",
    REST SYMBOLS "task: tagging\ndata: {format: columns, path: fuzz.a, batch_size: 2}\n",
    REST SYMBOLS "task: tagging\ndata: {format: columns, path: fuzz.a, batch_size: 2, features:\n"
                 "  [{kind: suffix, length: 2, embedding: 1}, {kind: shape, embedding: 1}]}\n",
    REST SYMBOLS "task: tagging\ndata: {format: columns, batch_size: 2,\n"
                 "  split: {train: fuzz.a, valid: fuzz.b}}\n",
    REST SYMBOLS "task: classification\ndata: {format: table, path: fuzz.a, batch_size: 2,\n"
                 "  table: {text: text, label: label}}\n",
    REST SYMBOLS "data: {format: table, path: fuzz.a, unit: word, sequences: line, batch_size: 2,\n"
                 "  table: {header: false, text: 1, label: 2, delimiter: semicolon}}\n",
    REST "task: translation\ndata: {format: pairs, path: fuzz.a, unit: word, batch_size: 2}\n"
         "model: {input: {embedding: 2}, layers: [{cell: rnn, hidden: 2}],\n"
         "  decoder: {layers: [{cell: rnn, hidden: 2}]}}\n",
    REST VALUES "task: forecasting\ndata: {format: series, path: fuzz.a, batch_size: 2,\n"
                "  series: {targets: load, window: 3, horizon: 1}}\n",
    REST VALUES "task: forecasting\ndata: {format: series, path: fuzz.a, batch_size: 2,\n"
                "  series: {targets: load, inputs: 'load, temp', time: date, id: id, window: 3,\n"
                "    horizon: 2, missing: 'NA, ?', missing_rows: skip_windows}}\n",
    REST "task: forecasting\nmodel: {input: values, layers: [{cell: rnn, hidden: 2}]}\n"
         "loss: {name: sigmoid_cross_entropy}\n"
         "data: {format: piano_roll, path: fuzz.a, batch_size: 2}\n",
    REST "task: classification\nmodel: {input: values, layers: [{cell: rnn, hidden: 2}]}\n"
         "data: {format: idx, path: fuzz-images-idx3-ubyte, batch_size: 2}\n",
};
enum { FORMS = sizeof forms / sizeof forms[0] };

static const rondo_experiment *form(int number)
{
    static rondo_experiment *experiments[FORMS];
    rondo_error error = {0};
    if (experiments[number]) return experiments[number];
    if (rondo_experiment_parse("form", ".", forms[number], NULL, 0, fuzz_registry(),
                               &experiments[number], &error))
        fuzz_fail(error.text);
    return experiments[number];
}

static void write_files(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, 30, size);
    size_t first = end ? (size_t)(end - data) : size;
    const uint8_t *rest = end ? end + 1 : data + size;
    size_t left = end ? size - first - 1 : 0;
    fuzz_write("fuzz.a", data, first);
    fuzz_write("fuzz.b", rest, left);
    fuzz_write("fuzz-images-idx3-ubyte", data, first);
    fuzz_write("fuzz-labels-idx1-ubyte", rest, left);
}

/* A few minibatches of what was read. */
static void use(const rondo_experiment *experiment, const rondo_dataset *dataset)
{
    const rondo_batches_config config = {.batch_size = 2,
                                         .truncated_bptt = experiment->data.truncated_bptt,
                                         .carry_state = experiment->data.carry_state};
    rondo_error error = {0};
    rondo_batches *batches;
    rondo_batch batch;
    if (rondo_batches_create(dataset, RONDO_TRAIN, &config, &batches, &error)) return;
    for (int64_t i = 0; i < rondo_batches_count(batches) && i < 3; i++)
        rondo_batches_get(batches, 0, i, &batch);
    rondo_batches_destroy(batches);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static rondo_error error;
    rondo_dataset *dataset;
    if (size < 1) return 0;
    const rondo_experiment *experiment = form(data[0] % FORMS);
    write_files(data + 1, size - 1);
    error.text[0] = '\0';
    if (rondo_dataset_load(experiment, NULL, &dataset, &error)) {
        if (dataset || error.text[0] == '\0') fuzz_fail("refused data without a message");
        return 0;
    }
    use(experiment, dataset);
    rondo_dataset_destroy(dataset);
    return 0;
}
