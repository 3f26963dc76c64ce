/* Rows of the sections of data formats that hold values: piano rolls and time series. */
#include "config/sections.h"

enum { MOST_UNITS = 65536, MOST_ROWS = 1048576 };

static const char *const differences[] = {"none", "last", "season", NULL};

const rondo_option rondo_piano_roll_rows[] = {
    RONDO_INTEGER(rondo_piano_roll_config, lowest_pitch, 21, 0, 127,
                  "MIDI number of the lowest pitch; 21 is a piano's lowest key"),
    RONDO_INTEGER(rondo_piano_roll_config, pitches, 88, 1, 128,
                  "pitches, one value each of a step: 1 where it sounds, otherwise 0"),
    RONDO_OPTIONS_END};

#define COLUMNS(field, help_text)                                                                  \
    {                                                                                              \
        .name = #field, .type = RONDO_OPTION_TEXT,                                                 \
        .offset = RONDO_FIELD_OFFSET(rondo_series_config, field, const char *), .help = help_text  \
    }

const rondo_option rondo_series_rows[] = {
    COLUMNS(inputs, "columns that are read, by name: a, b or [a, b]; default: the targets"),
    COLUMNS(targets, "columns that are predicted, by name; required"),
    RONDO_INTEGER(rondo_series_config, window, 32, 1, MOST_ROWS, "rows that are read"),
    RONDO_INTEGER(rondo_series_config, horizon, 1, 1, MOST_UNITS,
                  "rows behind them that are predicted, all at once"),
    RONDO_INTEGER(rondo_series_config, stride, 1, 1, MOST_ROWS,
                  "rows from the start of a window to the start of the next, in training"),
    RONDO_BOOLEAN(rondo_series_config, standardize, true,
                  "take from each column the mean of the training split and divide by its standard "
                  "deviation"),
    RONDO_INTEGER(rondo_series_config, season, 0, 0, MOST_ROWS,
                  "rows of a period (24 for hours with a daily rhythm): the model is compared with "
                  "the values of a period ago, too; 0: only with the last value"),
    RONDO_CHOICE(rondo_series_config, difference, RONDO_NAIVE_NONE, differences,
                 "the model reads and predicts differences: from the row before (last), or from "
                 "the row a period before (season), as Box and Jenkins make a series stationary"),
    RONDO_OPTIONS_END};

static const char *const generators[] = {"copy", "reber", "agreement", "adding", NULL};

const rondo_option rondo_generator_rows[] = {
    RONDO_CHOICE(rondo_generator_config, name, -1, generators,
                 "copy: symbols given back after blanks (Arjovsky et al. 2016); reber: strings of "
                 "the embedded Reber grammar (Hochreiter & Schmidhuber 1997); agreement: English "
                 "sentences whose verb agrees with a noun far before it; adding: the sum of two "
                 "marked numbers (Hochreiter & Schmidhuber 1997)"),
    RONDO_INTEGER(rondo_generator_config, count, 0, 1, INT32_MAX,
                  "training sequences of an epoch; default: 10000"),
    RONDO_INTEGER(rondo_generator_config, valid, -1, 0, INT32_MAX,
                  "sequences of the validation split; default: 1000"),
    RONDO_INTEGER(rondo_generator_config, test, -1, 0, INT32_MAX,
                  "sequences of the test split; default: 1000"),
    RONDO_BOOLEAN(rondo_generator_config, fresh, false,
                  "adding: other training sequences in each epoch, made when they are needed; the "
                  "other splits never change"),
    RONDO_INTEGER(rondo_generator_config, length, 0, 1, 10000,
                  "copy: steps between the symbols and their copy, default 100; agreement: most "
                  "words between noun and verb, default 20; adding: steps, default 200"),
    RONDO_INTEGER(rondo_generator_config, symbols, 0, 2, 1000,
                  "copy: different symbols; default: 8"),
    RONDO_INTEGER(rondo_generator_config, copied, 0, 1, 1000,
                  "copy: symbols to remember; default: 10"),
    RONDO_REAL(rondo_generator_config, attractors, -1, 0, 1, 0,
               "agreement: share of the nouns between that have the other number; default: 0.5, "
               "with which they say nothing about the verb"),
    RONDO_OPTIONS_END};
