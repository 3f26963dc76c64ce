#include "data/fingerprint.h"

#include <string.h>

#include "base/file.h"
#include "base/gzip.h"
#include "data/storage.h"

typedef struct data_sum {
    bool is_old;
    uint64_t fnv, bytes;
    uint32_t crc;
} data_sum;

static void add_bytes(data_sum *sum, const void *data, size_t size)
{
    if (sum->is_old) {
        sum->fnv = rondo_file_checksum(sum->fnv, data, size);
    } else {
        sum->crc = rondo_gzip_crc32(sum->crc, data, size);
        sum->bytes += size;
    }
}

static void add_names(data_sum *sum, const rondo_vocabulary *vocabulary)
{
    for (int32_t id = 0; vocabulary && id < rondo_vocabulary_size(vocabulary); id++) {
        const char *name = rondo_vocabulary_name(vocabulary, id);
        add_bytes(sum, name, strlen(name) + 1);
    }
}

/* As int32_t, in however many bytes symbols are held. */
static void add_ids(data_sum *sum, rondo_ids ids, int64_t first, int64_t count)
{
    enum { PIECE = 1024 };
    int32_t piece[PIECE];
    const rondo_side side = {.ids = ids};
    for (int64_t i = 0; i < count; i += PIECE) {
        int64_t some = count - i < PIECE ? count - i : PIECE;
        rondo_side_copy(side, first + i, some, piece);
        add_bytes(sum, piece, (size_t)some * sizeof *piece);
    }
}

static void add_side(data_sum *sum, rondo_side side, int64_t first, int64_t steps)
{
    if (side.ids.data)
        add_ids(sum, side.ids, first, steps);
    else
        add_bytes(sum, (const char *)side.data + (size_t)first * side.step_bytes,
                  (size_t)steps * side.step_bytes);
}

static int64_t last_step(const rondo_sequences *sequences, int64_t s)
{
    return rondo_sequence_start(sequences, s) + sequences->offset[s + 1] - sequences->offset[s] - 1;
}

/* Of a language model's targets only each sequence's last is not an input as well. */
static void add_targets(data_sum *sum, const rondo_dataset *dataset, rondo_split split,
                        int64_t first, int64_t steps)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    rondo_side targets = rondo_storage_targets(dataset, split);
    if (dataset->schema->sequence_targets)
        add_side(sum, targets, 0, sequences->count);
    else if (!dataset->storage->next_step)
        add_side(sum, targets, first, steps);
    else
        for (int64_t s = 0; s < sequences->count; s++)
            add_side(sum, targets, last_step(sequences, s), 1);
}

static void add_offsets(data_sum *sum, const rondo_sequences *sequences)
{
    add_bytes(sum, sequences->offset, (size_t)(sequences->count + 1) * sizeof *sequences->offset);
}

static void add_label_sequences(data_sum *sum, const rondo_sequences *sequences)
{
    const int64_t *offset = sequences->label_offset;
    add_bytes(sum, offset, (size_t)(sequences->count + 1) * sizeof *offset);
    add_bytes(sum, sequences->label_ids,
              (size_t)offset[sequences->count] * sizeof *sequences->label_ids);
}

static void add_split(data_sum *sum, const rondo_dataset *dataset, rondo_split split)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    add_bytes(sum, &sequences->count, sizeof sequences->count);
    if (sequences->count == 0) return;
    int64_t first = rondo_sequence_start(sequences, 0);
    int64_t steps = last_step(sequences, sequences->count - 1) + 1 - first;
    add_offsets(sum, sequences);
    if (sequences->resampling) return; /* what they will be follows from the config */
    if (sequences->start)
        add_bytes(sum, sequences->start, (size_t)sequences->count * sizeof *sequences->start);
    add_side(sum, rondo_storage_inputs(dataset, split), first, steps);
    for (int64_t f = 0; f < dataset->schema->feature_count; f++)
        add_bytes(sum, sequences->features[f], (size_t)steps * sizeof(int32_t));
    if (sequences->label_offset)
        add_label_sequences(sum, sequences);
    else
        add_targets(sum, dataset, split, first, steps);
}

static void add_sources(data_sum *sum, const rondo_sequences *sources)
{
    if (sources->count == 0) return;
    add_offsets(sum, sources);
    add_ids(sum, sources->inputs, 0, sources->offset[sources->count]);
}

static data_sum sum_of(const rondo_dataset *dataset, bool is_old)
{
    const rondo_schema *schema = dataset->schema;
    data_sum sum = {.is_old = is_old};
    add_names(&sum, schema->inputs);
    add_names(&sum, schema->classes);
    add_names(&sum, rondo_schema_own_targets(schema));
    for (int64_t f = 0; f < schema->feature_count; f++)
        add_names(&sum, schema->features[f]);
    for (int s = 0; s < RONDO_SPLITS; s++)
        add_split(&sum, dataset, (rondo_split)s);
    for (int s = 0; s < RONDO_SPLITS; s++)
        add_sources(&sum, &dataset->sources[s]);
    return sum;
}

uint64_t rondo_dataset_fingerprint(const rondo_dataset *dataset)
{
    const data_sum sum = sum_of(dataset, false);
    return sum.bytes << 32 | sum.crc;
}

uint64_t rondo_dataset_old_fingerprint(const rondo_dataset *dataset)
{
    return sum_of(dataset, true).fnv;
}
