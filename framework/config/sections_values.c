/* Rows of the sections of data formats made of fields: tables, piano rolls, time series; and of
 * what is generated. */
#include "config/sections.h"

enum { MOST_UNITS = 65536, MOST_ROWS = 1048576 };

static const char *const delimiters[] = {"auto", "tab", "comma", "semicolon", NULL};
static const char *const differences[] = {"none", "last", "season", NULL};
static const char *const headers[] = {"auto", "true", "false", NULL};
static const char *const decimals[] = {"point", "comma", NULL};
static const char *const date_orders[] = {"year_first", "day_first", "month_first", NULL};
static const char *const gaps[] = {"cut", "ignore", NULL};
static const char *const missing_rows[] = {"refuse", "skip_windows", NULL};

#define NAMED(config, field, default_text, help_text)                                              \
    {                                                                                              \
        .name = #field, .type = RONDO_OPTION_TEXT,                                                 \
        .offset = RONDO_FIELD_OFFSET(config, field, const char *), .fallback_text = default_text,  \
        .help = help_text                                                                          \
    }

static const char *const columns_forms[] = {"auto", "conllu", "plain", NULL};

const rondo_option rondo_columns_rows[] = {
    RONDO_CHOICE(rondo_columns_config, form, RONDO_COLUMNS_AUTO, columns_forms,
                 "conllu: the first field numbers the words of a sequence from 1, and lines with a "
                 "range (2-3) or an empty node (5.1) are no steps; plain: every line is a step; "
                 "auto: conllu where the first field, which nothing else reads, is numbered so"),
    NAMED(rondo_columns_config, delimiter, "auto",
          "what stands between fields: tab, blank (or several), comma or semicolon (fields may be "
          "in double quotes), or another text such as \" ||| \"; auto: tabs in a line that has "
          "one, otherwise blanks"),
    NAMED(rondo_columns_config, comment, "#",
          "what comments before a sequence begin with; none: there are no comments; a line such as "
          "#word TAG, of as many fields as steps have, is a step all the same"),
    RONDO_OPTIONS_END};

const rondo_option rondo_table_rows[] = {
    RONDO_BOOLEAN(rondo_table_config, header, true, "the first line names the columns"),
    RONDO_CHOICE(rondo_table_config, delimiter, RONDO_DELIMITER_AUTO, delimiters,
                 "what stands between fields; auto: a tab where the first line has one, otherwise "
                 "a comma. Fields may be in double quotes unless it is a tab"),
    NAMED(rondo_table_config, text, "text",
          "column of the text: its name in the header, or its number from 1"),
    NAMED(rondo_table_config, label, "label", "column of the class"), RONDO_OPTIONS_END};

const rondo_option rondo_value_table_rows[] = {
    NAMED(rondo_value_table_config, inputs, NULL,
          "columns of the numbers of a step, by name: a, b or [a, b]; required"),
    NAMED(
        rondo_value_table_config, targets, "label",
        "classification: the column of the class; regression: one or more columns of numbers; the "
        "same in all rows of a sequence, but with regression and model.pooling none of each"),
    NAMED(rondo_value_table_config, id, NULL,
          "column whose names tell sequences apart: the rows of one id are a sequence, in their "
          "order; this or file"),
    NAMED(rondo_value_table_config, file, NULL,
          "column of the names of files, relative to the table: a row is a sequence, whose steps "
          "are the rows of its file; this or id"),
    NAMED(rondo_value_table_config, time, NULL,
          "column of the time, which must rise within a sequence"),
    RONDO_CHOICE(rondo_value_table_config, header, RONDO_HEADER_AUTO, headers,
                 "as data.series.header"),
    RONDO_CHOICE(rondo_value_table_config, delimiter, RONDO_DELIMITER_AUTO, delimiters,
                 "as data.series.delimiter"),
    RONDO_CHOICE(rondo_value_table_config, decimal, RONDO_DECIMAL_POINT, decimals,
                 "what stands before the fraction of a number: 1.5 or 1,5"),
    RONDO_CHOICE(rondo_value_table_config, date_order, RONDO_YEAR_FIRST, date_orders,
                 "of the dates in the column of the time"),
    RONDO_OPTIONS_END};

const rondo_option rondo_piano_roll_rows[] = {
    RONDO_INTEGER(rondo_piano_roll_config, lowest_pitch, 21, 0, 127,
                  "MIDI number of the lowest pitch; 21 is a piano's lowest key"),
    RONDO_INTEGER(rondo_piano_roll_config, pitches, 88, 1, 128,
                  "pitches, one value each of a step: 1 where it sounds, otherwise 0"),
    RONDO_OPTIONS_END};

const rondo_option rondo_series_rows[] = {
    NAMED(rondo_series_config, inputs, NULL,
          "columns that are read, by name: a, b or [a, b]; default: the targets"),
    NAMED(rondo_series_config, targets, NULL, "columns that are predicted, by name; required"),
    NAMED(rondo_series_config, time, NULL,
          "column of the time, which must rise: dates (2021-01-31, 2021-01-31 13:00, "
          "2021-01-31T13:00Z) or numbers; [Date, Time]: two columns, read with a blank between; "
          "unequal steps are told, and no window crosses them"),
    NAMED(rondo_series_config, id, NULL,
          "column whose names tell several series of one file apart: no window reaches from one "
          "into another, each is split by itself in its order, and is forecast by itself"),
    RONDO_CHOICE(rondo_series_config, header, RONDO_HEADER_AUTO, headers,
                 "whether the first line names the columns; auto: it does, unless every column "
                 "stands in this config by its number and the line has numbers in the columns of "
                 "inputs and targets"),
    RONDO_CHOICE(rondo_series_config, delimiter, RONDO_DELIMITER_AUTO, delimiters,
                 "what stands between fields; auto: a tab where the first line has one, a "
                 "semicolon where it has no comma but a semicolon (or decimal is comma), otherwise "
                 "a comma"),
    RONDO_CHOICE(rondo_series_config, decimal, RONDO_DECIMAL_POINT, decimals,
                 "what stands before the fraction of a number: 1.5 or 1,5"),
    RONDO_CHOICE(rondo_series_config, date_order, RONDO_YEAR_FIRST, date_orders,
                 "of the dates in the column of the time: 2021-01-31, 31.01.2021 or 01/31/2021"),
    RONDO_CHOICE(rondo_series_config, gaps, RONDO_GAPS_CUT, gaps,
                 "where a step of time is not as the others: no window crosses it (cut), or rows "
                 "follow one another all the same (ignore), as trading days do"),
    NAMED(rondo_series_config, missing, NULL,
          "cells that say that a value is missing, besides empty ones: NA, ? or [NA, \"?\"]"),
    RONDO_CHOICE(rondo_series_config, missing_rows, RONDO_MISSING_REFUSE, missing_rows,
                 "a file with missing values is refused, or the windows that touch a row with one "
                 "are left out (skip_windows)"),
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
