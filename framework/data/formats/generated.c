/* data.format generated: sequences made from the seed (data/formats/generator.h). */
#include "config/conditions.h"
#include "config/validate.h"
#include "data/formats/adding.h"
#include "data/formats/generate_digits.h"
#include "data/formats/generator.h"

enum { MOST_LENGTH = 10000, MOST_SYMBOLS = 1000 };

/* What each generator makes, and the default of `length`; 0: it has none. */
static const struct {
    uint32_t provides;
    int64_t length;
} generators[] = {
    [RONDO_COPY] = {RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_TAGS, 100},
    [RONDO_REBER] = {RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_NEXT_SYMBOLS, 0},
    [RONDO_AGREEMENT] = {RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_NEXT_SYMBOLS, 20},
    [RONDO_ADDING] = {RONDO_PROVIDES_VALUES | RONDO_PROVIDES_TARGET_VALUES, 200},
    [RONDO_DIGITS] = {RONDO_PROVIDES_VALUES | RONDO_PROVIDES_LABEL_SEQUENCES, 5},
};

/* Of all generators, and of those of symbols. */
#define ALWAYS     ((uint32_t)RONDO_PROVIDES_SPLITS)
#define OF_SYMBOLS ((uint32_t)(RONDO_PROVIDES_UNIT | RONDO_PROVIDES_VOCABULARY))

const rondo_generator_config *rondo_generator_of(const rondo_data_config *data)
{
    return data->format == &rondo_format_generated ? data->options : NULL;
}

static uint32_t narrow(const rondo_data_config *data)
{
    const rondo_generator_config *options = data->options;
    if (options->name < 0) return rondo_format_generated.provides; /* which is reported */
    uint32_t provides = generators[options->name].provides;
    return provides | ALWAYS | (provides & RONDO_PROVIDES_SYMBOLS ? OF_SYMBOLS : 0);
}

static int64_t at_least(int64_t given, int64_t low, int64_t otherwise)
{
    return given < low ? otherwise : given;
}

static void resolve(rondo_data_config *data)
{
    rondo_generator_config *options = data->options;
    if (options->name < 0) return;
    options->count = at_least(options->count, 1, 10000);
    options->valid = at_least(options->valid, 0, 1000);
    options->test = at_least(options->test, 0, 1000);
    options->length = at_least(options->length, 1, generators[options->name].length);
    if (options->name == RONDO_COPY) {
        options->symbols = at_least(options->symbols, 2, 8);
        options->copied = at_least(options->copied, 1, 10);
    }
    if (options->name == RONDO_DIGITS) {
        options->symbols = at_least(options->symbols, 2, RONDO_MOST_DIGITS);
        if (options->noise < 0) options->noise = 0.5;
    }
    if (options->name == RONDO_AGREEMENT && options->attractors < 0) options->attractors = 0.5;
}

static void check(const rondo_validator *validator)
{
    const rondo_experiment *experiment = validator->experiment;
    const rondo_generator_config *options = experiment->data.options;
    if (experiment->data.sequences == RONDO_STREAM)
        rondo_validator_refuse(validator, "data.sequences", NULL,
                               "generated data need data.sequences: line (they are sequences)");
    if (options->name == RONDO_DIGITS && options->symbols > RONDO_MOST_DIGITS)
        rondo_validator_refuse(validator, "data.options.symbols", "data.options.name",
                               "must be at most 10 for generator digits");
    if (options->name != RONDO_ADDING) return;
    if (options->length < 2)
        rondo_validator_refuse(validator, "data.options.length", "data.options.name",
                               "must be at least 2: two of the steps are marked");
    if (experiment->model.pooling == RONDO_POOLING_NONE)
        rondo_validator_refuse(
            validator, "model.pooling", "task",
            "generator adding needs model.pooling last, mean or max (one target per sequence)");
}

static int64_t split_count(const rondo_data_config *data, int split)
{
    return rondo_generator_count(data->options, (rondo_split)split);
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    static const rondo_corpus_source source = {.read = rondo_generate};
    const rondo_generator_config *options = reading->experiment->data.options;
    if (options->name == RONDO_ADDING) return rondo_adding_load(reading, dataset, error);
    if (options->name == RONDO_DIGITS) return rondo_digits_load(reading, dataset, error);
    return rondo_assemble(reading, &source, dataset, error);
}

static const rondo_condition conditions[] = {
    {.path = "data.options.resample_each_epoch", .any = {{.key = ".name", .with = "adding"}}},
    {.path = "data.options.length",
     .any = {{.key = ".name", .with = "not reber"}},
     .why = "the grammar decides how long a string is"},
    {.path = "data.options.symbols", .any = {{.key = ".name", .with = "copy, digits"}}},
    {.path = "data.options.copied", .any = {{.key = ".name", .with = "copy"}}},
    {.path = "data.options.attractors", .any = {{.key = ".name", .with = "agreement"}}},
    {.path = "data.options.noise", .any = {{.key = ".name", .with = "digits"}}},
    {.path = NULL}};

static const char *const names[] = {"copy", "reber", "agreement", "adding", "digits", NULL};

static const rondo_option rows[] = {
    {.name = "name",
     .type = RONDO_OPTION_CHOICE,
     .flags = RONDO_REQUIRED,
     .offset = RONDO_FIELD_OFFSET(rondo_generator_config, name, int),
     .fallback = -1,
     .choices = names,
     .help = "copy: symbols given back after blanks (Arjovsky et al. 2016); reber: strings of "
             "the embedded Reber grammar (Hochreiter & Schmidhuber 1997); agreement: English "
             "sentences whose verb agrees with a noun far before it; adding: the sum of two "
             "marked numbers (Hochreiter & Schmidhuber 1997); digits: strings of digits as noisy "
             "frames, for task transcription"},
    RONDO_INTEGER(rondo_generator_config, count, 0, 1, INT32_MAX,
                  "training sequences per epoch; default: 10000"),
    RONDO_INTEGER(rondo_generator_config, valid, -1, 0, INT32_MAX,
                  "sequences of the validation split; default: 1000"),
    RONDO_INTEGER(rondo_generator_config, test, -1, 0, INT32_MAX,
                  "sequences of the test split; default: 1000"),
    RONDO_BOOLEAN(rondo_generator_config, resample_each_epoch, false,
                  "adding: new training sequences in each epoch, made when they are needed; the "
                  "other splits never change"),
    RONDO_INTEGER(
        rondo_generator_config, length, 0, 1, MOST_LENGTH,
        "copy: steps between the symbols and their copy, default 100; agreement: most "
        "words between noun and verb, default 20; adding: steps, default 200; digits: most "
        "digits of a string, default 5"),
    RONDO_INTEGER(rondo_generator_config, symbols, 0, 2, MOST_SYMBOLS,
                  "copy: different symbols, default 8; digits: different digits, at most and by "
                  "default 10"),
    RONDO_INTEGER(rondo_generator_config, copied, 0, 1, MOST_SYMBOLS,
                  "copy: symbols to remember; default: 10"),
    RONDO_REAL(rondo_generator_config, attractors, -1, 0, 1, 0,
               "agreement: share of the nouns between that have the other number; default: 0.5, "
               "with which they say nothing about the verb"),
    RONDO_REAL(
        rondo_generator_config, noise, -1, 0, 100, 0,
        "digits: standard deviation of the noise of each value, beside patterns of deviation "
        "1; default: 0.5"),
    RONDO_OPTIONS_END};

const rondo_format rondo_format_generated = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "generated",
         .summary =
             "synthetic tasks, generated from the seed without a file: long dependencies, labels "
             "without alignment",
         .config_size = sizeof(rondo_generator_config), .options = rows},
    .provides = RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_VALUES | RONDO_PROVIDES_TAGS |
                RONDO_PROVIDES_NEXT_SYMBOLS | RONDO_PROVIDES_TARGET_VALUES |
                RONDO_PROVIDES_LABEL_SEQUENCES | RONDO_PROVIDES_SPLITS | RONDO_PROVIDES_UNIT |
                RONDO_PROVIDES_VOCABULARY,
    .unit = RONDO_WORD,
    .sequences = RONDO_LINE,
    .conditions = conditions,
    .narrow = narrow,
    .resolve = resolve,
    .check = check,
    .split_count = split_count,
    .read = read};
