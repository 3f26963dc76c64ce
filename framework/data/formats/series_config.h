/* What a config says of a time series: the options of data.format series. */
#ifndef RONDO_DATA_FORMATS_SERIES_CONFIG_H
#define RONDO_DATA_FORMATS_SERIES_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

typedef enum rondo_gaps {
    RONDO_GAPS_CUT = 0,   /* no window crosses a step of time that is not as the others */
    RONDO_GAPS_IGNORE = 1 /* rows follow one another however far apart they are */
} rondo_gaps;

typedef enum rondo_missing_rows {
    RONDO_MISSING_REFUSE = 0,
    RONDO_MISSING_SKIP = 1 /* windows that touch a missing cell are left out */
} rondo_missing_rows;

/* Options of data.format series (data/formats/series.c). */
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
    int difference; /* rondo_naive (data/forecasting.h): the forecast that values are differences from */
} rondo_series_config;

#endif
