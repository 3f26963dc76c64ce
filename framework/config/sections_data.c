/* The section data: format, batches, vocabulary, features, splits. */
#include <math.h>

#include "config/sections_private.h"

static const char *const units[] = {"character", "word", NULL};
static const char *const tag_schemes[] = {"auto", "none", "iob1", "iob2", "iobes", NULL};
static const char *const features[] = {"suffix", "prefix", "shape", "lowercase", "column", NULL};
static const char *const sequences[] = {"stream", "line", NULL};
static const char *const standardize[] = {"none", "inputs", "all", NULL};
static const char *const lowercase_rules[] = {"unicode", "ascii", NULL};
static const char *const orders[] = {"sequential", "random", NULL};

static const rondo_option split_rows[] = {
    RONDO_CHOICE(
        rondo_split_config, order, RONDO_SEQUENTIAL, orders,
        "splits are taken in the order of the file (train, valid, test), or drawn at random"),
    RONDO_OPTIONS_END};

#define PART_ALLOWED                                                                               \
    "a fraction of the data in [0, 1), a number of sequences, or the path of a file"

static const rondo_part_key split_parts[] = {
    {"train", offsetof(rondo_split_config, train), 0, true,
     "a fraction of the data in (0, 1), a number of sequences, or the path of a file",
     "taken from the start of data.path, followed by valid and test; the rest is not used. Or a "
     "file, instead of data.path. Default: what valid and test leave"},
    {"valid", offsetof(rondo_split_config, valid), 0.1, false, PART_ALLOWED,
     "used for early stopping and to select the best checkpoint"},
    {"test", offsetof(rondo_split_config, test), 0, false, PART_ALLOWED,
     "evaluated once, at the end"},
    {NULL, 0, 0, false, NULL, NULL}};

const rondo_option rondo_data_rows[] = {
    RONDO_TEXT_ROW(
        rondo_data_config, path, NULL,
        "the file, relative to the config's folder; or a folder with a file for each split, each "
        "with the word train, valid (dev, val) or test in its name; required unless "
        "data.split.train names a file"),
    RONDO_INTEGER(rondo_data_config, max_bytes, 0, 0, 0x1p50,
                  "maximum size of a file in bytes, also after unpacking a gzipped file or a "
                  "compressed array of an HDF5 file; 0: unpacked up to 64 MiB or 100 times the "
                  "size of the file, whichever is more, and at most 4 GiB of text"),
    RONDO_CHOICE(rondo_data_config, unit, RONDO_CHARACTER, units,
                 "what a symbol is; default: the format's own (rondo describe format NAME)"),
    RONDO_CHOICE(rondo_data_config, sequences, RONDO_STREAM, sequences,
                 "stream: the whole text as one sequence, cut into batch_size parallel parts; "
                 "line: each line of a text, or record of another format, is a sequence; default: "
                 "stream for text, otherwise line"),
    RONDO_INTEGER(rondo_data_config, batch_size, 64, 1, RONDO_MOST_BATCH,
                  "sequences per minibatch"),
    RONDO_INTEGER(rondo_data_config, batch_tokens, 0, 0, INT32_MAX,
                  "maximum number of tokens per minibatch, in addition to batch_size; a longer "
                  "sequence forms a minibatch of its own; 0: no limit; not for streams"),
    RONDO_INTEGER(rondo_data_config, evaluation_batch_size, 0, 0, RONDO_MOST_BATCH,
                  "sequences per minibatch in evaluation; 0: batch_size"),
    RONDO_INTEGER(rondo_data_config, truncated_bptt, 100, 0, RONDO_MOST_BATCH,
                  "steps after which back-propagation is truncated; a stream or a longer sequence "
                  "is processed in pieces of this length, one per minibatch; 0: whole sequences, "
                  "not for streams; default: 100 for streams, otherwise 0"),
    RONDO_BOOLEAN(rondo_data_config, carry_state, true,
                  "a piece cut by truncated_bptt continues from the final states of the piece "
                  "before it; false: training starts each piece from zero states (evaluation still "
                  "reads sequences whole); default: true if truncated_bptt is above 0"),
    RONDO_BOOLEAN(
        rondo_data_config, shuffle, false,
        "shuffle the sequences in each epoch; default: false for streams, otherwise true"),
    RONDO_CHOICE(rondo_data_config, tag_scheme, RONDO_TAGS_AUTO, tag_schemes,
                 "tagging: how tags spell entities (B-type, I-type, O ..); precision, recall and "
                 "f1 of entities are then reported; auto: guessed from the tags of the training "
                 "split; iob2 is also called BIO, iobes also covers BILOU"),
    RONDO_CHOICE(
        rondo_data_config, standardize, RONDO_STANDARDIZE_NONE, standardize,
        "subtract the training split's mean from each column, of the inputs or of all, and divide "
        "by its standard deviation; predictions are in the units of the data, losses are not"),
    RONDO_CHOICE(rondo_data_config, target_unit, RONDO_CHARACTER, units,
                 "what a symbol of the target is; default: as unit"),
    RONDO_BOOLEAN(rondo_data_config, shared_vocabulary, false,
                  "one dictionary for source and target"),
    RONDO_BOOLEAN(rondo_data_config, reverse_source, false,
                  "the encoder reads the source backward"),
    RONDO_OPTIONS_END};

static const rondo_option vocabulary_rows[] = {
    RONDO_INTEGER(rondo_vocabulary_config, min_count, 1, 1, HUGE_VAL,
                  "symbols that occur less often in the training split become the unknown symbol"),
    RONDO_INTEGER(
        rondo_vocabulary_config, max_size, 0, 0, INT32_MAX,
        "maximum size of the dictionary, including the unknown and the end symbol; 0: no limit"),
    RONDO_BOOLEAN(rondo_vocabulary_config, lowercase, false,
                  "convert text to lower case, in all scripts"),
    RONDO_CHOICE(rondo_vocabulary_config, lowercase_rule, RONDO_LOWERCASE_UNICODE, lowercase_rules,
                 "which letters are converted, here and in data.features: all of Unicode, or only "
                 "A-Z, as in runs of older builds"),
    RONDO_TEXT_ROW(rondo_vocabulary_config, unknown, "<UNK>", "how the unknown symbol is written"),
    RONDO_TEXT_ROW(rondo_vocabulary_config, end, "<EOS>",
                   "how the symbol for the end of a line or sequence is written"),
    RONDO_OPTIONS_END};

static const rondo_option feature_rows[] = {
    RONDO_ROW(
        "kind", RONDO_OPTION_CHOICE, RONDO_REQUIRED, rondo_feature_config, kind, int,
        RONDO_FEATURE_SUFFIX, 0, 0, features, NULL,
        "the last or first `length` characters of the word; its shape (Xx, dd, XX-x); the word in "
        "lower case; or another column"),
    RONDO_INTEGER(rondo_feature_config, length, 0, 1, 16, "suffix, prefix: how many characters"),
    RONDO_INTEGER(rondo_feature_config, column, 0, 1, 1000,
                  "column: the field that holds it, counted from 1"),
    RONDO_INTEGER(rondo_feature_config, min_count, 1, 1, HUGE_VAL,
                  "symbols that occur less often in the training split become the unknown symbol"),
    RONDO_ROW("embedding", RONDO_OPTION_INTEGER, RONDO_REQUIRED, rondo_feature_config, embedding,
              int64_t, 16, 1, RONDO_MOST_UNITS, NULL, NULL, "width of its embedding"),
    RONDO_OPTIONS_END};

static const rondo_list_key feature_list = {offsetof(rondo_data_config, feature_count),
                                            sizeof(rondo_feature_config), RONDO_MAX_FEATURES, true};

const rondo_plugin_key rondo_data_format = {.key = "format",
                                            .kind = RONDO_KIND_FORMAT,
                                            .plugin_offset = offsetof(rondo_data_config, format),
                                            .options_offset = offsetof(rondo_data_config, options),
                                            .fallback = "text",
                                            .help = "format of the data"};

const rondo_section rondo_data_sections[] = {
    {RONDO_SECTION("vocabulary", rondo_data_config, vocabulary, vocabulary_rows,
                   "built from the training split")},
    {RONDO_SECTION(
         "features", rondo_data_config, features, feature_rows,
         "additional inputs of each step; their embeddings are concatenated with that of the word"),
     .list = &feature_list},
    {RONDO_SECTION("split", rondo_data_config, split, split_rows,
                   "the splits: each a fraction of data.path, a number of its sequences (symbols "
                   "of a stream), or a file of its own"),
     .parts = split_parts},
    RONDO_SECTIONS_END};
