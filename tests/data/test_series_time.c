/* Time, ids and missing values of time series: which windows are left, how parts are split, and
 * what is refused. Expected starts are counted by hand. */
#include "check.h"
#include "support.h"

#include <math.h>

#include "data/formats/series.h"

static const char path[] = "series_time.csv";

static rondo_experiment series_of(const char *targets)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = &rondo_task_forecasting;
    use_format(&experiment, &rondo_format_series);
    experiment.data.sequences = RONDO_LINE;
    *SERIES(experiment) =
        (rondo_series_config){.targets = targets, .window = 3, .horizon = 1, .stride = 1};
    experiment.model.pooling = RONDO_POOLING_LAST;
    return experiment;
}

/* "0 1 2 5": the rows at which windows of a split start. */
static const char *starts(const rondo_dataset *dataset, rondo_split split)
{
    static char text[4][512];
    static int next;
    char *to = text[next++ % 4];
    size_t used = 0;
    to[0] = '\0';
    for (int64_t s = 0; s < dataset->splits[split].count; s++)
        used += (size_t)snprintf(to + used, sizeof text[0] - used, "%s%lld", s > 0 ? " " : "",
                                 (long long)dataset->splits[split].start[s]);
    return to;
}

/* Hours 0 .. 5 of one day and 9 .. 14, with values 0, 1, ..: a gap behind row 5. */
static void write_gap(void)
{
    rondo_text text = {0};
    rondo_text_add(&text, "when,y\n");
    for (int row = 0; row < 12; row++)
        rondo_text_add(&text, "2021-03-01 %02d:00,%d\n", row < 6 ? row : row + 3, row);
    write_file(path, rondo_text_get(&text));
    rondo_text_finish(&text);
}

static void no_window_crosses_a_gap(void)
{
    write_gap();
    rondo_experiment experiment = series_of("y");
    rondo_dataset *dataset = load(&experiment);
    CHECK_TEXT(starts(dataset, RONDO_TRAIN), "0 1 2 3 4 5 6 7 8");
    rondo_dataset_destroy(dataset);
    SERIES(experiment)->time = "when";
    dataset = load(&experiment);
    CHECK_TEXT(starts(dataset, RONDO_TRAIN), "0 1 2 6 7 8");
    CHECK_INTEGER(rondo_series_of(dataset)->files[RONDO_TRAIN].unequal, 1);
    rondo_dataset_destroy(dataset);
    SERIES(experiment)->gaps = RONDO_GAPS_IGNORE;
    dataset = load(&experiment);
    CHECK_TEXT(starts(dataset, RONDO_TRAIN), "0 1 2 3 4 5 6 7 8");
    rondo_dataset_destroy(dataset);
    SERIES(experiment)->gaps = RONDO_GAPS_CUT;
    SERIES(experiment)->difference = RONDO_NAIVE_PERSISTENCE;
    dataset = load(&experiment);
    CHECK_TEXT(starts(dataset, RONDO_TRAIN), "1 2 7 8"); /* a difference needs the row before */
    rondo_dataset_destroy(dataset);
    SERIES(experiment)->difference = RONDO_NAIVE_NONE;
    experiment.model.pooling = RONDO_POOLING_NONE;
    experiment.data.split.valid.count = 8;
    dataset = load(&experiment);
    CHECK_TEXT(starts(dataset, RONDO_TRAIN), "0");
    CHECK_TEXT(starts(dataset, RONDO_VALID), "3 6 9"); /* rows 3, 4; 6, 7, 8; 9, 10 are read */
    CHECK_INTEGER(dataset->splits[RONDO_VALID].offset[3], 2 + 3 + 2);
    rondo_dataset_destroy(dataset);
    SERIES(experiment)->window = 7;
    CHECK_REFUSED(
        &experiment, RONDO_USAGE,
        "data.split: the train split has 4 rows, but nowhere enough of one series without "
        "a gap or a missing value for a window of 7 and a horizon of 1 (the file has at "
        "most 6)");
}

/* Starts and ends of months, and years, are as far apart as the calendar has them. */
static void months_are_regular(void)
{
    static const struct {
        const char *dates[7];
        int64_t months, unequal;
        const char *next;
    } cases[] = {
        {{"2020-11-01", "2020-12-01", "2021-01-01", "2021-02-01", "2021-03-01", "2021-04-01"},
         1,
         0,
         "2021-05-01"},
        {{"2020-11-30", "2020-12-31", "2021-01-31", "2021-02-28", "2021-03-31", "2021-04-30"},
         1,
         0,
         "2021-05-31"},
        {{"2020-11", "2020-12", "2021-01", "2021-02", "2021-03", "2021-05"}, 1, 1, ""},
        {{"2018-02-28", "2019-02-28", "2020-02-29", "2021-02-28", "2022-02-28", "2023-02-28"},
         12,
         0,
         "2024-02-29"},
        {{"2021-02-26", "2021-02-27", "2021-02-28", "2021-03-01", "2021-03-02", "2021-03-03"},
         0,
         0,
         "2021-03-04"},
        {{"1", "1.5", "2", "2.5", "3.0", "3.5"}, 0, 0, "4.0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char next[RONDO_MOMENT_SIZE];
        rondo_text text = {0};
        rondo_text_add(&text, "t,y\n");
        for (int row = 0; row < 6; row++)
            rondo_text_add(&text, "%s,%d\n", cases[i].dates[row], row);
        write_file(path, rondo_text_get(&text));
        rondo_text_finish(&text);
        rondo_experiment experiment = series_of("y");
        SERIES(experiment)->time = "t";
        rondo_dataset *dataset = load(&experiment);
        const rondo_series_table *table = &rondo_series_of(dataset)->files[RONDO_TRAIN];
        CHECK_INTEGER(table->step.months, cases[i].months);
        CHECK_INTEGER(table->unequal, cases[i].unequal);
        rondo_series_table_time(table, 5, 1, next);
        CHECK_TEXT(next, cases[i].next);
        rondo_dataset_destroy(dataset);
    }
}

/* Series a and b whose rows alternate, 8 and 6 of them: a has 0, 1, .., b 100, 101, .. */
static void write_panel(void)
{
    rondo_text text = {0};
    rondo_text_add(&text, "y;day;who\n");
    for (int day = 1; day <= 8; day++) {
        rondo_text_add(&text, "%d,5;%d;a\n", day - 1, day);
        if (day <= 6) rondo_text_add(&text, "%d;%d;\"b;c\"\n", 99 + day, day);
    }
    write_file(path, rondo_text_get(&text));
    rondo_text_finish(&text);
}

static void ids_are_series_of_their_own(void)
{
    write_panel();
    rondo_experiment experiment = series_of("y");
    SERIES(experiment)->window = 2;
    SERIES(experiment)->time = "day";
    SERIES(experiment)->id = "who";
    SERIES(experiment)->decimal = RONDO_DECIMAL_COMMA;
    experiment.data.split.test.count = 2;
    rondo_dataset *dataset = load(&experiment);
    const rondo_series_table *table = &rondo_series_of(dataset)->files[RONDO_TRAIN];
    CHECK_INTEGER(table->part_count, 2);
    CHECK_TEXT(table->parts[1].id, "b;c");
    for (int64_t row = 0; row < 14; row++)
        CHECK_NEAR(table->values[row], row < 8 ? (double)row + 0.5 : (double)row + 92, 0);
    CHECK_TEXT(starts(dataset, RONDO_TRAIN), "0 1 2 3 8 9"); /* rows 0 .. 5 and 8 .. 11 */
    CHECK_TEXT(starts(dataset, RONDO_TEST), "4 5 10 11");    /* predict 6, 7 and 12, 13 */
    rondo_dataset_destroy(dataset);
    SERIES(experiment)->standardize = true; /* of all training rows together */
    dataset = load(&experiment);
    CHECK_NEAR(dataset->schema->scales->mean[0], (0.5 * 6 + 15 + 100 + 101 + 102 + 103) / 10,
               1e-12);
    rondo_dataset_destroy(dataset);
    experiment.data.split.test.count = 5;
    experiment.data.split.train.count = 2;
    CHECK_REFUSED(
        &experiment, RONDO_USAGE,
        "data.split: train, valid and test ask for 7 rows of \"b;c\", but the file has 6");
}

static void missing_values_are_skipped(void)
{
    write_file(path, "x,y\n1,1\n2,2\n3,3\n4,NA\n5,5\n6,6\n7,7\n?,8\n9,9\n10,10\n11,11\n12,12\n");
    rondo_experiment experiment = series_of("y");
    SERIES(experiment)->inputs = "x";
    SERIES(experiment)->window = 2;
    SERIES(experiment)->standardize = true;
    SERIES(experiment)->missing = "NA, ?";
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "series_time.csv:5:3: column \"y\" is empty (\"NA\"); in all 2 cells of 2 rows: "
                  "fill them, or let data.options.missing_rows: skip_windows leave out the windows "
                  "that touch them");
    SERIES(experiment)->missing_rows = RONDO_MISSING_SKIP;
    rondo_dataset *dataset = load(&experiment);
    CHECK_TEXT(starts(dataset, RONDO_TRAIN), "0 4 8 9");
    CHECK_NEAR(dataset->schema->scales->mean[1],
               (1 + 2 + 3 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12) / 11.0, 1e-12);
    CHECK_NEAR(dataset->schema->scales->mean[0], (78 - 8) / 11.0, 1e-12);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    for (int64_t s = 0; s < train->count; s++)
        CHECK(isfinite(train->input_values[train->start[s]]) && isfinite(train->target_values[s]));
    rondo_dataset_destroy(dataset);
}

static void headers(void)
{
    static const struct {
        const char *text, *targets;
        int header;
        int64_t rows;
        double first;
    } cases[] = {
        {"1.5,2\n3,4\n5,6\n7,8\n9,10\n", "1", RONDO_HEADER_AUTO, 5, 1.5},
        {"1.5,2\n3,4\n5,6\n7,8\n9,10\n", "1", RONDO_HEADER_TRUE, 4, 3},
        {"a,b\n3,4\n5,6\n7,8\n9,10\n", "2", RONDO_HEADER_AUTO, 4, 4},
        {"0,1\n3,4\n5,6\n7,8\n9,10\n", "0", RONDO_HEADER_AUTO, 4, 3}, /* a name, no number */
        {"1,2\n3,4\n5,6\n7,8\n9,10\n", "2", RONDO_HEADER_FALSE, 5, 2},
        {"1,2\n3,4\n5,6\n7,8\n9,10\n", "2", RONDO_HEADER_TRUE, 4, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rondo_experiment experiment = series_of(cases[i].targets);
        SERIES(experiment)->header = cases[i].header;
        write_file(path, cases[i].text);
        rondo_dataset *dataset = load(&experiment);
        CHECK_INTEGER(rondo_series_of(dataset)->files[RONDO_TRAIN].rows, cases[i].rows);
        CHECK_NEAR(rondo_series_of(dataset)->files[RONDO_TRAIN].values[0], cases[i].first, 0);
        rondo_dataset_destroy(dataset);
    }
    rondo_experiment experiment = series_of("2");
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "series_time.csv:1: this line may name the columns or be the first row: write "
                  "data.options.header: true or false");
}

static void bad_times_are_refused(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"t,y\n1,1\n3,1\n2,1\n4,1\n",
         "series_time.csv:4: column \"t\": 2 does not come after 3 of line 3; rows must be in "
         "order of time, each time once (several series in one file: data.options.id names "
         "their column)"},
        {"t,y\n2021-01-01,1\n2021-01-02,1\n2021-01-02,1\n",
         "series_time.csv:4: column \"t\": 2021-01-02 does not come after 2021-01-02 of line 3; "
         "rows must be in order of time, each time once (several series in one file: "
         "data.options.id names their column)"},
        {"t,y\n2021-01-01,1\n,1\n",
         "series_time.csv:3:1: column \"t\" is empty: each row needs its time"},
        {"t,y\n2021-01-01,1\n7,1\n",
         "series_time.csv:3:1: column \"t\": \"7\" is not as the rows before: they have dates "
         "without a zone"},
        {"t,y\n2021-01-01T00:00,1\n2021-01-01T01:00Z,1\n",
         "series_time.csv:3:1: column \"t\": \"2021-01-01T01:00Z\" is not as the rows before: they "
         "have dates without a zone"},
        {"t,y\n31.01.2021,1\n",
         "series_time.csv:2:1: column \"t\": \"31.01.2021\" is neither a number nor a date with "
         "the "
         "year first (2021-01-31 13:00); another order: data.options.date_order"},
        {"t,y\nnoon,1\n",
         "series_time.csv:2:1: column \"t\": \"noon\" is neither a number nor a date with the year "
         "first (2021-01-31 13:00)"},
        {"t;y\n1;1,5\n", "series_time.csv:2:3: column \"y\": \"1,5\" is not a finite number; "
                         "data.options.decimal: comma reads it"},
    };
    rondo_experiment experiment = series_of("y");
    SERIES(experiment)->time = "t";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file(path, cases[i].text);
        CHECK_REFUSED(&experiment, RONDO_FAILED, cases[i].message);
    }
    SERIES(experiment)->decimal = RONDO_DECIMAL_COMMA;
    write_file(path, "t;y\n1;1.000,5\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "series_time.csv:2:3: column \"y\": \"1.000,5\" is not a finite number with a "
                  "decimal comma");
}

int main(void)
{
    RUN(no_window_crosses_a_gap);
    RUN(months_are_regular);
    RUN(ids_are_series_of_their_own);
    RUN(missing_values_are_skipped);
    RUN(headers);
    RUN(bad_times_are_refused);
    return check_end();
}
