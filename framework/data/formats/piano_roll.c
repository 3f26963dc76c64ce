/* Piano roll: music as text. A sequence is a line, its steps stand apart by blanks, a step is the
 * MIDI numbers of the pitches that sound, apart by commas, or "-" for silence:
 *
 *     60,64,67 60,64,67 - 59,62,67
 *
 * A step becomes data.options.pitches values, 1 where that pitch sounds and otherwise 0. A
 * sequence of n steps is n - 1 predictions: each step but the first from all before it, as Bai,
 * Kolter & Koltun (2018), arXiv:1803.01271, count them. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "config/format.h"
#include "data/corpus.h"
#include "data/reading.h"
#include "data/split_ranges.h"
#include "data/storage.h"
#include "data/text/text_source.h"

typedef struct piano_roll_config {
    int64_t lowest_pitch; /* MIDI number of the first of a step's values; default 21, A0 */
    int64_t pitches;      /* values per step; default 88, a piano's keys */
} piano_roll_config;

/* The sequences of one file: of the corpus only lengths are used. */
typedef struct roll {
    rondo_corpus corpus;
    unsigned char *sounding; /* [steps, pitches]: 0 or 1 */
    int64_t capacity;
} roll;

typedef struct roll_reader {
    const char *path;
    const piano_roll_config *config;
    bool without_targets;
    roll *roll;
    int64_t line; /* from 1 */
    const char *line_start;
} roll_reader;

enum { QUOTED = 24 }; /* bytes of a wrong word that are shown */

static rondo_status refuse(const roll_reader *reader, const char *at, const char *end,
                           const char *text, rondo_error *error)
{
    int length = end - at < QUOTED ? (int)(end - at) : QUOTED;
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: \"%.*s\" %s", reader->path,
                           (long long)reader->line, (long long)(at - reader->line_start) + 1,
                           length, at, text);
}

/* A row of zeros at the end of the roll. */
static rondo_status add_step(const roll_reader *reader, unsigned char **step, rondo_error *error)
{
    roll *r = reader->roll;
    int64_t used = r->corpus.steps * reader->config->pitches;
    void *block = r->sounding;
    rondo_status status = rondo_memory_grow(&block, &r->capacity, used + reader->config->pitches, 1,
                                            "a piano roll", error);
    r->sounding = block;
    if (status) return status;
    *step = memset(r->sounding + used, 0, (size_t)reader->config->pitches);
    r->corpus.steps++;
    return RONDO_OK;
}

static rondo_status read_pitch(const roll_reader *reader, const char *at, const char *end,
                               unsigned char *step, rondo_error *error)
{
    int64_t lowest = reader->config->lowest_pitch, pitches = reader->config->pitches, pitch = 0;
    const char *digit = at;
    while (digit < end && *digit >= '0' && *digit <= '9' && digit - at < 4)
        pitch = 10 * pitch + (*digit++ - '0');
    if (digit == at || digit != end)
        return refuse(reader, at, end, "is not a MIDI pitch; a step is 60,64,67 or -", error);
    if (pitch < lowest || pitch >= lowest + pitches)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s:%lld:%lld: pitch %lld is not in %lld to %lld "
                               "(data.options.lowest_pitch and pitches)",
                               reader->path, (long long)reader->line,
                               (long long)(at - reader->line_start) + 1, (long long)pitch,
                               (long long)lowest, (long long)(lowest + pitches - 1));
    if (step[pitch - lowest]) return refuse(reader, at, end, "occurs twice in a step", error);
    step[pitch - lowest] = 1;
    return RONDO_OK;
}

static rondo_status read_step(const roll_reader *reader, const char *at, const char *end,
                              rondo_error *error)
{
    unsigned char *step;
    rondo_status status = add_step(reader, &step, error);
    if (status || (end - at == 1 && *at == '-')) return status;
    while (!status) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        status = read_pitch(reader, at, comma ? comma : end, step, error);
        if (!comma) break;
        at = comma + 1;
    }
    return status;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static rondo_status read_line(const roll_reader *reader, const char *end, rondo_error *error)
{
    const rondo_corpus *corpus = &reader->roll->corpus;
    int64_t before = corpus->steps;
    const char *at = reader->line_start;
    while (true) {
        while (at < end && is_blank(*at))
            at++;
        if (at == end) break;
        const char *word = at;
        while (at < end && !is_blank(*at))
            at++;
        rondo_status status = read_step(reader, word, at, error);
        if (status) return status;
    }
    if (corpus->steps - before == 1 && !reader->without_targets)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s:%lld: the sequence has one step; to predict the next it needs "
                               "two",
                               reader->path, (long long)reader->line);
    return rondo_corpus_end_sequence(&reader->roll->corpus, error);
}

static rondo_status read_lines(roll_reader *reader, const rondo_source *source, rondo_error *error)
{
    const char *end = source->text + source->size;
    for (const char *at = source->text; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) line_end = end;
        reader->line++;
        reader->line_start = at;
        rondo_status status = read_line(reader, line_end, error);
        if (status) return status;
        at = line_end + 1;
    }
    return RONDO_OK;
}

static rondo_status read_file(const char *path, const piano_roll_config *config,
                              bool without_targets, roll *r, rondo_error *error)
{
    rondo_source source;
    roll_reader reader = {.path = rondo_source_name(path),
                          .config = config,
                          .without_targets = without_targets,
                          .roll = r};
    rondo_status status = rondo_source_read(path, &source, error);
    if (!status) status = read_lines(&reader, &source, error);
    if (!status && r->corpus.sequences == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: only empty lines", path);
    rondo_source_finish(&source);
    return status;
}

/* Inputs and targets are one array of all steps; the targets, if any, begin one step further on. */
static rondo_status fill_split(rondo_dataset *dataset, bool without_targets,
                               const rondo_corpus_range *part, const roll *r,
                               rondo_sequences *sequences, rondo_error *error)
{
    size_t width = (size_t)dataset->schema->input_width, count = (size_t)part->count;
    int64_t *start = rondo_storage_take(dataset, count * sizeof *start, "the starts", error);
    if (!start) return error->status;
    int64_t *offset = rondo_storage_take(dataset, (count + 1) * sizeof *offset, "offsets", error);
    if (!offset) return error->status;
    int64_t steps = 0, length;
    for (int64_t s = 0; s < part->count; s++) {
        rondo_corpus_range_sequence(part, s, &length);
        start[s] = steps;
        offset[s + 1] = offset[s] + length - !without_targets;
        steps += length;
    }
    rondo_real *values = rondo_storage_take(dataset, (size_t)steps * width * sizeof *values,
                                            "the steps of a split", error);
    if (!values) return error->status;
    assert(r->sounding); /* a file that was read has sequences */
    rondo_real *to = values;
    for (int64_t s = 0; s < part->count; s++) {
        int64_t first = rondo_corpus_range_sequence(part, s, &length);
        const unsigned char *from = r->sounding + (size_t)first * width;
        for (size_t i = 0; i < (size_t)length * width; i++)
            *to++ = from[i];
    }
    *sequences = (rondo_sequences){.count = part->count,
                                   .offset = offset,
                                   .start = start,
                                   .input_values = values,
                                   .target_values = without_targets ? NULL : values + width};
    return RONDO_OK;
}

static rondo_status load(const rondo_experiment *experiment, bool without_targets,
                         roll rolls[RONDO_SPLITS], rondo_split_ranges *ranges,
                         rondo_dataset *dataset, rondo_error *error)
{
    const rondo_data_config *config = &experiment->data;
    const char *paths[RONDO_SPLITS];
    const rondo_corpus *files[RONDO_SPLITS] = {NULL};
    rondo_status status = rondo_split_paths(config, paths, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++) {
        if (!paths[s]) continue;
        status = read_file(paths[s], config->options, without_targets, &rolls[s], error);
        files[s] = &rolls[s].corpus;
    }
    if (!status)
        status = rondo_split_ranges_make(&config->split, false,
                                         rondo_experiment_seed(experiment, RONDO_SEED_DATA), files,
                                         ranges, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++) {
        const rondo_corpus_range *part = &ranges->splits[s];
        const roll *from = part->corpus == files[RONDO_TRAIN] ? &rolls[RONDO_TRAIN] : &rolls[s];
        if (part->corpus)
            status = fill_split(dataset, without_targets, part, from, &dataset->splits[s], error);
    }
    return status;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    roll rolls[RONDO_SPLITS] = {0};
    rondo_split_ranges ranges = {0};
    const piano_roll_config *options = reading->experiment->data.options;
    bool without_targets = reading->wanted->without_targets;
    dataset->schema->input_width = dataset->schema->target_width = options->pitches;
    dataset->schema->target = RONDO_TARGET_BINARY;
    dataset->storage->next_step = !without_targets;
    rondo_status status =
        load(reading->experiment, without_targets, rolls, &ranges, dataset, error);
    rondo_split_ranges_finish(&ranges);
    for (int s = 0; s < RONDO_SPLITS; s++) {
        rondo_corpus_finish(&rolls[s].corpus);
        free(rolls[s].sounding);
    }
    return status;
}

static void name_value(const rondo_data_config *data, const rondo_dataset *dataset, int64_t i,
                       rondo_text *text)
{
    (void)dataset;
    const piano_roll_config *options = data->options;
    rondo_text_add(text, "%lld", (long long)(options->lowest_pitch + i));
}

/* The pitches that are more probable than not. */
static void write_step(const rondo_data_config *data, const rondo_real *values, FILE *output)
{
    const piano_roll_config *options = data->options;
    int64_t sounding = 0;
    for (int64_t i = 0; i < options->pitches; i++)
        if (values[i] > (rondo_real)0.5)
            fprintf(output, "%s%lld", sounding++ > 0 ? "," : "",
                    (long long)(options->lowest_pitch + i));
    if (sounding == 0) fputc('-', output);
}

static const rondo_option rows[] = {
    RONDO_INTEGER(piano_roll_config, lowest_pitch, 21, 0, 127,
                  "MIDI number of the lowest pitch; 21 is a piano's lowest key"),
    RONDO_INTEGER(piano_roll_config, pitches, 88, 1, 128,
                  "number of pitches; a step has one value for each: 1 if it sounds, otherwise 0"),
    RONDO_OPTIONS_END};

const rondo_format rondo_format_piano_roll = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "piano_roll",
             .summary =
                 "music as text: one sequence per line, each step a list of MIDI pitches, as "
                 "in 60,64,67",
             .config_size = sizeof(piano_roll_config), .options = rows},
    .provides = RONDO_PROVIDES_VALUES | RONDO_PROVIDES_NEXT_VALUES | RONDO_PROVIDES_FILES |
                RONDO_PROVIDES_FOLDERS | RONDO_PROVIDES_STREAM,
    .unit = RONDO_CHARACTER,
    .sequences = RONDO_LINE,
    .read = read,
    .name_value = name_value,
    .write_step = write_step,
    .step_word = "a chord",
    .value_word = "pitch"};
