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
