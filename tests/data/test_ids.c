/* Symbols are held in as few bytes as they need, are the same in any, and have the fingerprint of
 * 32-bit ones. */
#include "check.h"
#include "data/batches/batch.h"
#include "data/fingerprint.h"
#include "data/formats/ragged.h"
#include "support.h"

/* Words w0 w1 .. and the first ones again: the numbers of symbols come to need more bytes while a
 * file is read. */
static void write_words(const char *path, int64_t distinct, const char *end)
{
    size_t size = (size_t)(distinct + 8) * 12, used = 0;
    char *text = malloc(size);
    CHECK(text != NULL);
    for (int64_t i = 0; i < distinct + 5; i++)
        used += (size_t)snprintf(text + used, size - used, "w%lld%s", (long long)(i % distinct),
                                 i + 1 < distinct + 5 ? end : "");
    write_file(path, text);
    free(text);
}

static int64_t find_word(const rondo_dataset *dataset, int64_t number)
{
    char word[24];
    int length = snprintf(word, sizeof word, "w%lld", (long long)number);
    return rondo_vocabulary_find(dataset->schema->inputs, word, length);
}

/* Besides the words there are the unknown and the end symbol. */
static void check_stream(int64_t distinct, int32_t size)
{
    write_words("ids_words.txt", distinct, " ");
    rondo_experiment experiment = experiment_of("ids_words.txt");
    experiment.data.unit = RONDO_WORD;
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    int64_t wrong = 0;
    CHECK_INTEGER(dataset->schema->input_width, distinct + 2);
    CHECK_INTEGER(train->inputs.size, size);
    CHECK_INTEGER(train->targets.size, size);
    CHECK_INTEGER(train->offset[1], distinct + 5);
    for (int64_t i = 0; i < distinct + 5; i++) {
        wrong += rondo_ids_get(train->inputs, i) != find_word(dataset, i % distinct);
        if (i > 0) wrong += rondo_ids_get(train->targets, i - 1) != rondo_ids_get(train->inputs, i);
    }
    CHECK_INTEGER(wrong, 0);
    rondo_dataset_destroy(dataset);
}

static void as_few_bytes_as_they_need(void)
{
    check_stream(3, 1);
    check_stream(254, 1);
    check_stream(255, 2);
    check_stream(65534, 2);
    check_stream(65535, 4);
}

/* Minibatches have the same ids whatever they are gathered from. */
static void gathered_from_any(void)
{
    static const int64_t distinct[] = {100, 5000, 70000};
    for (size_t i = 0; i < sizeof distinct / sizeof *distinct; i++) {
        rondo_error error = {0};
        rondo_batches *batches = NULL;
        rondo_batch batch;
        write_words("ids_lines.txt", distinct[i], "\n");
        rondo_experiment experiment = experiment_of("ids_lines.txt");
        experiment.data.unit = RONDO_WORD;
        experiment.data.sequences = RONDO_LINE;
        rondo_dataset *dataset = load(&experiment);
        const rondo_batches_config config = {.batch_size = distinct[i] + 5};
        CHECK_INTEGER(rondo_batches_create(dataset, RONDO_TRAIN, &config, &batches, &error),
                      RONDO_OK);
        rondo_batches_get(batches, 0, 0, &batch);
        int64_t wrong = 0;
        for (int64_t b = 0; b < batch.rows; b++) {
            wrong +=
                batch.inputs[b] != RONDO_END_ID || batch.targets[b + batch.rows] != RONDO_END_ID;
            wrong += batch.targets[b] != find_word(dataset, b % distinct[i]);
            wrong += batch.inputs[b + batch.rows] != batch.targets[b];
        }
        CHECK_INTEGER(batch.rows, distinct[i] + 5);
        CHECK_INTEGER(wrong, 0);
        rondo_batches_destroy(batches);
        rondo_dataset_destroy(dataset);
    }
}

/* FNV-1a and CRC-32, a bit at a time. */
typedef struct sums {
    uint64_t fnv, bytes;
    uint32_t crc;
} sums;

static void hash(sums *sum, const void *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = ((const unsigned char *)data)[i];
        sum->fnv = (sum->fnv ^ byte) * UINT64_C(0x100000001b3);
        sum->crc ^= byte;
        for (int bit = 0; bit < 8; bit++)
            sum->crc = sum->crc >> 1 ^ (sum->crc & 1 ? UINT32_C(0xEDB88320) : 0);
    }
    sum->bytes += size;
}

/* Of ids of four bytes, however many hold them; and as the first versions computed it, whose
 * checkpoints have it. */
static void fingerprints(void)
{
    enum { COUNT = 5000 };
    static char text[COUNT + 2];
    sums sum = {.fnv = UINT64_C(0xcbf29ce484222325), .crc = UINT32_MAX};
    for (int i = 0; i < COUNT; i++)
        text[i] = (char)('a' + i * i % 23);
    text[COUNT] = '\n';
    write_file("ids_old.txt", text);
    rondo_experiment experiment = experiment_of("ids_old.txt");
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].inputs.size, 1);
    for (int32_t id = 0; id < dataset->schema->input_width; id++) {
        const char *name = rondo_vocabulary_name(dataset->schema->inputs, id);
        hash(&sum, name, strlen(name) + 1);
    }
    const int64_t count[] = {1, 0}, offset[] = {0, COUNT};
    hash(&sum, count, sizeof *count);
    hash(&sum, offset, sizeof offset);
    for (int i = 0; i <= COUNT; i++) { /* all inputs, and the last target */
        int32_t id =
            i < COUNT ? rondo_vocabulary_find(dataset->schema->inputs, text + i, 1) : RONDO_END_ID;
        hash(&sum, &id, sizeof id);
    }
    hash(&sum, count + 1, sizeof *count); /* no valid, no test */
    hash(&sum, count + 1, sizeof *count);
    CHECK(rondo_dataset_old_fingerprint(dataset) == sum.fnv);
    CHECK(dataset->fingerprint == (sum.bytes << 32 | (sum.crc ^ UINT32_MAX)));
    rondo_dataset_destroy(dataset);
}

/* An HDF5 file is read piece by piece; a piece is less than this text. */
static void ragged_files_too(void)
{
    enum { COUNT = (1 << 20) + 1000 };
    rondo_error error = {0};
    rondo_dataset *again = NULL;
    char *text = malloc(COUNT + 1);
    CHECK(text != NULL);
    for (int64_t i = 0; i < COUNT; i++)
        text[i] = (char)('a' + (i * i + i / 7) % 23);
    text[COUNT] = '\0';
    write_file("ids_long.txt", text);
    free(text);
    rondo_experiment experiment = experiment_of("ids_long.txt");
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(rondo_ragged_write("ids_long.h5", dataset, &error), RONDO_OK);
    CHECK_INTEGER(rondo_ragged_read("ids_long.h5", true, NULL, &again, &error), RONDO_OK);
    const rondo_sequences *a = &dataset->splits[RONDO_TRAIN], *b = &again->splits[RONDO_TRAIN];
    int64_t wrong = 0;
    CHECK_INTEGER(a->inputs.size, 1);
    CHECK_INTEGER(b->inputs.size, 1);
    CHECK_INTEGER(b->offset[1], a->offset[1]);
    for (int64_t i = 0; i < a->offset[1]; i++)
        wrong += rondo_ids_get(a->inputs, i) != rondo_ids_get(b->inputs, i) ||
                 rondo_ids_get(a->targets, i) != rondo_ids_get(b->targets, i);
    CHECK_INTEGER(wrong, 0);
    rondo_dataset_destroy(dataset);
    rondo_dataset_destroy(again);
}

int main(void)
{
    RUN(as_few_bytes_as_they_need);
    RUN(gathered_from_any);
    RUN(fingerprints);
    RUN(ragged_files_too);
    return check_end();
}
