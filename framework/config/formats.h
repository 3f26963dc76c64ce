/* What a config says of formats made of fields: tables, piano rolls, time series. */
#ifndef RONDO_CONFIG_FORMATS_H
#define RONDO_CONFIG_FORMATS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum rondo_delimiter {
    RONDO_DELIMITER_AUTO = 0, /* a tab where the first line has one, otherwise a comma */
    RONDO_TAB = 1,
    RONDO_COMMA = 2,
    RONDO_SEMICOLON = 3
} rondo_delimiter;

typedef struct rondo_table_config {
    bool header;       /* the first line names the columns */
    int delimiter;     /* rondo_delimiter */
    const char *text;  /* column of the text: its name, or its number from 1 */
    const char *label; /* column of the class */
} rondo_table_config;

/* Whether a file of columns is CoNLL-U, whose first field numbers words. */
typedef enum rondo_columns_form {
    RONDO_COLUMNS_AUTO = 0, /* each sequence as its first fields look, unless that field is read */
    RONDO_COLUMNS_CONLLU = 1,
    RONDO_COLUMNS_PLAIN = 2
} rondo_columns_form;

typedef struct rondo_columns_config {
    int form;              /* rondo_columns_form */
    const char *delimiter; /* "auto", "tab", "blank", "comma", "semicolon", or what stands between
                              fields itself */
    const char *comment;   /* what comments before a sequence begin with; "none": there are none */
} rondo_columns_config;

typedef struct rondo_piano_roll_config {
    int64_t lowest_pitch; /* MIDI number of the first of a step's values; default 21, A0 */
    int64_t pitches;      /* values a step; default 88, a piano's keys */
} rondo_piano_roll_config;

/* Forecasts that need no model (data/formats/series.h). */
typedef enum rondo_naive {
    RONDO_NAIVE_NONE = 0,
    RONDO_NAIVE_PERSISTENCE = 1,
    RONDO_NAIVE_SEASONAL = 2
} rondo_naive;

/* Whether the first line names the columns. */
typedef enum rondo_header {
    RONDO_HEADER_AUTO = 0, /* yes, unless all columns are named by number and hold numbers there */
    RONDO_HEADER_TRUE = 1,
    RONDO_HEADER_FALSE = 2
} rondo_header;

typedef enum rondo_decimal { RONDO_DECIMAL_POINT = 0, RONDO_DECIMAL_COMMA = 1 } rondo_decimal;

typedef enum rondo_date_order {
    RONDO_YEAR_FIRST = 0, /* 2021-01-31, as ISO 8601 */
    RONDO_DAY_FIRST = 1,  /* 31.01.2021, 31/01/2021 */
    RONDO_MONTH_FIRST = 2 /* 01/31/2021 */
} rondo_date_order;

/* Which values are standardised by the training split (data/scales.h). */
typedef enum rondo_standardize {
    RONDO_STANDARDIZE_NONE = 0,
    RONDO_STANDARDIZE_INPUTS = 1,
    RONDO_STANDARDIZE_ALL = 2 /* targets, too */
} rondo_standardize;

/* Sequences of numbers in CSV: data/formats/value_table.h. */
typedef struct rondo_value_table_config {
    const char *inputs;  /* columns by name, "a, b" */
    const char *targets; /* one column of classes, or columns of values */
    const char *id;      /* column whose names tell sequences apart; or NULL */
    const char *file;    /* column of the names of files, a sequence each; or NULL */
    const char *time;    /* column that must rise within a sequence; or NULL */
    int header;          /* rondo_header */
    int delimiter;       /* rondo_delimiter */
    int decimal;         /* rondo_decimal */
    int date_order;      /* rondo_date_order */
} rondo_value_table_config;

typedef enum rondo_gaps {
    RONDO_GAPS_CUT = 0,   /* no window crosses a step of time that is not as the others */
    RONDO_GAPS_IGNORE = 1 /* rows follow one another however far apart they are */
} rondo_gaps;

typedef enum rondo_missing_rows {
    RONDO_MISSING_REFUSE = 0,
    RONDO_MISSING_SKIP = 1 /* windows that touch a missing cell are left out */
} rondo_missing_rows;

/* data/formats/series.h */
typedef struct rondo_series_config {
    const char *inputs;  /* columns by name, "a, b"; NULL: the targets */
    const char *targets; /* columns by name */
    const char *time;    /* column of the time; several are read with a blank between; or NULL */
    const char *id;      /* column that tells several series of a file apart; or NULL */
    int header;          /* rondo_header */
    int delimiter;       /* rondo_delimiter */
    int decimal;         /* rondo_decimal */
    int date_order;      /* rondo_date_order */
    int gaps;            /* rondo_gaps */
    const char *missing; /* texts of cells without a value, "NA, ?", besides the empty cell */
    int missing_rows;    /* rondo_missing_rows */
    int64_t window;      /* rows that are read */
    int64_t horizon;     /* rows that are predicted */
    int64_t stride;      /* rows from one window for training to the next */
    bool standardize;
    int64_t season; /* rows of a period, for the seasonal naive forecast; 0: none is made */
    int difference; /* rondo_naive: the forecast that values are differences from */
} rondo_series_config;

#endif
