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
    RONDO_CHOICE(rondo_split_config, order, RONDO_SEQUENTIAL, orders,
                 "fractions in the order of the file (train, valid, test), or sequences drawn at "
                 "random"),
    RONDO_OPTIONS_END};

#define PART_ALLOWED                                                                               \
    "a fraction of the data in [0, 1), a number of sequences, or the path of a file"

static const rondo_part_key split_parts[] = {
    {"train", offsetof(rondo_split_config, train), 0, true,
     "a fraction of the data in (0, 1), a number of sequences, or the path of a file",
     "the first of data.path, valid and test follow and the rest is not used; or a file instead of "
     "data.path; without it, what valid and test leave is for training"},
    {"valid", offsetof(rondo_split_config, valid), 0.1, false, PART_ALLOWED,
     "what early stopping and the choice of the best checkpoint look at"},
    {"test", offsetof(rondo_split_config, test), 0, false, PART_ALLOWED,
     "what is looked at once, at the end"},
    {NULL, 0, 0, false, NULL, NULL}};

const rondo_option rondo_data_rows[] = {
    RONDO_TEXT_ROW(
        rondo_data_config, path, NULL,
        "the file, relative to the config's folder; or a folder with a file for each split, each "
        "with the word train, valid (dev, val) or test in its name; required unless "
        "data.split.train names a file"),
    RONDO_INTEGER(rondo_data_config, max_bytes, 0, 0, 0x1p50,
                  "bytes that a file may have, and what it unpacks to where it is gzipped or, of "
                  "an array of hdf5, compressed; 0: a gzipped file or compressed array up to 64 "
                  "MiB or a hundred times the file's size, whichever is more, and at most 4 GiB of "
                  "text"),
    RONDO_CHOICE(rondo_data_config, unit, RONDO_CHARACTER, units,
                 "what a symbol is; default: the format's own (rondo describe format NAME)"),
    RONDO_CHOICE(
        rondo_data_config, sequences, RONDO_STREAM, sequences,
        "stream: the text as one, cut into batch_size parallel parts; line: each line of a text, "
        "or record of another format, is a sequence; default: stream for text, otherwise line"),
    RONDO_INTEGER(rondo_data_config, batch_size, 64, 1, RONDO_MOST_BATCH,
                  "sequences of a minibatch"),
    RONDO_INTEGER(rondo_data_config, batch_tokens, 0, 0, INT32_MAX,
                  "tokens of a minibatch at most, besides batch_size; a longer sequence is a "
                  "minibatch alone; 0: no limit; not for streams"),
    RONDO_INTEGER(rondo_data_config, evaluation_batch_size, 0, 0, RONDO_MOST_BATCH,
                  "sequences of a minibatch in evaluation; 0: batch_size"),
    RONDO_INTEGER(rondo_data_config, truncated_bptt, 100, 0, RONDO_MOST_BATCH,
                  "steps after which back-propagation is cut; a longer sequence, or a stream, is "
                  "taken through several minibatches of so many steps; 0: whole sequences, not for "
                  "streams; default: 100 for streams, otherwise 0"),
    RONDO_BOOLEAN(rondo_data_config, carry_state, true,
                  "what truncated_bptt cuts goes on from the states that the minibatch before "
                  "ended with; false: training starts each piece from zero (sequences are "
                  "evaluated whole all the same); default: true where truncated_bptt is above 0"),
    RONDO_BOOLEAN(rondo_data_config, shuffle, false,
                  "a new order of the sequences in each epoch; default: false for streams, "
                  "otherwise true"),
    RONDO_CHOICE(rondo_data_config, tag_scheme, RONDO_TAGS_AUTO, tag_schemes,
                 "tagging: how tags spell entities (B-type, I-type, O ..), of which precision, "
                 "recall and f1 are then told; auto: as the training split's tags look; iob2 is "
                 "also called BIO; iobes is BILOU, too"),
    RONDO_CHOICE(rondo_data_config, standardize, RONDO_STANDARDIZE_NONE, standardize,
                 "take from each column of the inputs, or of all, the mean of "
                 "the training split and divide by its standard deviation; predictions are in the "
                 "units of the data, losses are not"),
    RONDO_CHOICE(rondo_data_config, target_unit, RONDO_CHARACTER, units,
                 "what a symbol of the target is; default: as unit"),
    RONDO_BOOLEAN(rondo_data_config, shared_vocabulary, false,
                  "one dictionary for source and target"),
    RONDO_BOOLEAN(rondo_data_config, reverse_source, false,
                  "the encoder reads the source from its end"),
    RONDO_OPTIONS_END};

static const rondo_option vocabulary_rows[] = {
    RONDO_INTEGER(rondo_vocabulary_config, min_count, 1, 1, HUGE_VAL,
                  "symbols that the training split has less often become the unknown symbol"),
    RONDO_INTEGER(rondo_vocabulary_config, max_size, 0, 0, INT32_MAX,
                  "symbols kept at most, the unknown and the end symbol among them; 0: no limit"),
    RONDO_BOOLEAN(rondo_vocabulary_config, lowercase, false,
                  "turn capital letters into small ones, of all scripts"),
    RONDO_CHOICE(rondo_vocabulary_config, lowercase_rule, RONDO_LOWERCASE_UNICODE, lowercase_rules,
                 "which letters have a lower case, here and in data.features: all of Unicode, or "
                 "A-Z alone, as a run of an older build that is resumed"),
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
                  "symbols that the training split has less often become the unknown symbol"),
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
                                            .help = "what the data look like"};

const rondo_section rondo_data_sections[] = {
    {RONDO_SECTION("vocabulary", rondo_data_config, vocabulary, vocabulary_rows,
                   "built from the training split")},
    {RONDO_SECTION("features", rondo_data_config, features, feature_rows,
                   "further inputs of each step, whose embeddings stand beside "
                   "that of the word"),
     .list = &feature_list},
    {RONDO_SECTION(
         "split", rondo_data_config, split, split_rows,
         "the parts of the data: a fraction of data.path, so many of its sequences (symbols of a "
         "stream), or a file"),
     .parts = split_parts},
    RONDO_SECTIONS_END};
