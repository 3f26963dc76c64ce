/* Time series: which windows there are (against a count of all possible ones), what is in them,
 * what standardisation is fitted on, and each bad file's message. */
#include "check.h"
#include "support.h"

#include "data/batches/batch.h"
#include "data/formats/series.h"

static rondo_experiment series_of(const char *path, const char *targets, bool pooled)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = &rondo_task_forecasting;
    use_format(&experiment, &rondo_format_series);
    experiment.data.sequences = RONDO_LINE;
    *SERIES(experiment) = (rondo_series_config){
        .targets = targets, .window = 3, .horizon = 1, .stride = 1, .standardize = true};
    experiment.model.pooling = pooled ? RONDO_POOLING_LAST : RONDO_POOLING_NONE;
    return experiment;
}

/* --- windows --- */

enum { MOST = 64 };

static const rondo_series_range whole_file = {0, MOST};

/* Starts of all windows of full length whose predicted rows are all in the range. */
static int64_t possible(const rondo_series_config *c, bool pooled, const rondo_series_range *range,
                        int64_t starts[MOST])
{
    int64_t count = 0;
    for (int64_t i = 0; i < MOST; i++) {
        int64_t first_predicted = pooled ? i + c->window : i + 1;
        int64_t last_predicted = i + c->window - 1 + c->horizon;
        bool within = first_predicted >= range->first && last_predicted < range->end;
        if (within) starts[count++] = i;
    }
    return count;
}

static void check_full_windows(const rondo_series_config *c, bool pooled, bool training,
                               const rondo_series_range *range)
{
    int64_t starts[MOST], start[MOST], steps[MOST], wanted = 0;
    int64_t stride = training ? c->stride : 1;
    int64_t all = possible(c, pooled, range, starts);
    int64_t count = rondo_series_windows(c, pooled, training, range, &whole_file, NULL, NULL);
    CHECK(count <= MOST);
    CHECK_INTEGER(rondo_series_windows(c, pooled, training, range, &whole_file, start, steps),
                  count);
    for (int64_t i = 0; i < all; i += stride, wanted++) {
        CHECK(wanted < count && start[wanted] == starts[i] && steps[wanted] == c->window);
    }
    CHECK_INTEGER(count, wanted);
}

/* Step by step, every row that has a horizon in the range behind it is once a last row seen. */
static void check_chained_windows(const rondo_series_config *c, const rondo_series_range *range)
{
    int64_t start[MOST], steps[MOST], seen[MOST] = {0};
    int64_t count = rondo_series_windows(c, false, false, range, &whole_file, start, steps);
    for (int64_t w = 0; w < count; w++) {
        CHECK(steps[w] >= 1 && steps[w] <= c->window);
        CHECK(w == count - 1 || steps[w] == c->window);
        for (int64_t t = 0; t < steps[w]; t++)
            seen[start[w] + t]++;
    }
    for (int64_t r = 0; r < MOST; r++)
        CHECK_INTEGER(seen[r], r + 1 >= range->first && r + c->horizon < range->end);
}

/* Seasonal differences begin a period behind the first row, and windows there. */
static void windows_of_differences(void)
{
    static const rondo_series_range range = {0, 30};
    for (int64_t window = 1; window <= 9; window++)
        for (int pooled = 0; pooled < 2; pooled++) {
            int64_t start[MOST], steps[MOST];
            rondo_series_config c = {.window = window,
                                     .horizon = 2,
                                     .stride = 1,
                                     .season = 5,
                                     .difference = RONDO_NAIVE_SEASONAL};
            int64_t count =
                rondo_series_windows(&c, pooled, true, &range, &whole_file, start, steps);
            CHECK_INTEGER(start[0], 5);
            CHECK_INTEGER(start[count - 1] + window - 1 + 2, 29);
            c.difference = RONDO_NAIVE_PERSISTENCE;
            rondo_series_windows(&c, pooled, true, &range, &whole_file, start, steps);
            CHECK_INTEGER(start[0], 1);
        }
}

static void windows_by_counting(void)
{
    static const rondo_series_range ranges[] = {{0, 20}, {0, 5}, {0, 4}, {13, 30}, {3, 9}, {1, 40}};
    for (int64_t window = 1; window <= 7; window++)
        for (int64_t horizon = 1; horizon <= 4; horizon++)
            for (int64_t stride = 1; stride <= 5; stride++)
                for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
                    const rondo_series_config c = {
                        .window = window, .horizon = horizon, .stride = stride};
                    check_full_windows(&c, true, false, &ranges[r]);
                    check_chained_windows(&c, &ranges[r]);
                    if (ranges[r].first > 0) continue;
                    check_full_windows(&c, true, true, &ranges[r]);
                    check_full_windows(&c, false, true, &ranges[r]);
                }
}

/* --- values --- */

enum { ROWS = 40 };

/* Three columns that say where they are from, and a date. */
static double made(int64_t row, int column)
{
    return column == 0 ? (double)row : column == 1 ? 1000.5 - 3 * (double)row : (double)(row % 7);
}

static void write_table(const char *path, int64_t first, int64_t rows)
{
    rondo_text text = {0};
    rondo_text_add(&text, "\"Date\", a ,\"b, too\",c\n");
    for (int64_t r = first; r < first + rows; r++)
        rondo_text_add(&text, "\"day %lld, noon\",%.17g,%.17g,\"%.17g\"\r\n", (long long)r,
                       made(r, 0), made(r, 1), made(r, 2));
    write_file(path, rondo_text_get(&text));
    rondo_text_finish(&text);
}

static double scaled(const rondo_series *series, int column, double value)
{
    return (value - series->scales->mean[column]) / series->scales->deviation[column];
}

/* Of 40 rows, 24 to train on. Inputs a and c, targets c and a; columns of the series: a, c. */
static void check_minibatches(const rondo_dataset *dataset, rondo_split split, bool pooled,
                              int64_t window, int64_t horizon)
{
    static const int column_of[2] = {0, 2};
    rondo_batches *batches = NULL;
    rondo_batch batch;
    rondo_error error = {0};
    const rondo_batches_config config = {.batch_size = 5, .shuffle = split == RONDO_TRAIN};
    const rondo_sequences *sequences = &dataset->splits[split];
    int64_t width = dataset->schema->target_width, rows = 0;
    CHECK_INTEGER(rondo_batches_create(dataset, split, &config, &batches, &error), RONDO_OK);
    for (int64_t i = 0; i < rondo_batches_count(batches); i++) {
        rondo_batches_get(batches, 0, i, &batch);
        for (int64_t b = 0; b < batch.rows; b++, rows++) {
            int64_t start = sequences->start[batch.sequence[b]];
            for (int64_t t = 0; t < window && b < batch.active[t]; t++) {
                int64_t n = batch.offset[t] + b;
                for (int c = 0; c < 2; c++)
                    CHECK_NEAR(batch.input_values[n * 2 + c],
                               scaled(rondo_series_of(dataset), c, made(start + t, column_of[c])),
                               1e-6);
                if (pooled && t < window - 1) continue;
                const rondo_real *target = batch.target_values + (pooled ? b : n) * width;
                for (int64_t k = 0; k < horizon; k++) {
                    int64_t row = start + t + 1 + k;
                    CHECK_NEAR(target[2 * k], scaled(rondo_series_of(dataset), 1, made(row, 2)),
                               1e-6);
                    CHECK_NEAR(target[2 * k + 1], scaled(rondo_series_of(dataset), 0, made(row, 0)),
                               1e-6);
                }
            }
        }
    }
    CHECK_INTEGER(rows, sequences->count);
    rondo_batches_destroy(batches);
}

static void windows_hold_the_rows(void)
{
    write_table("series.csv", 0, ROWS);
    for (int pooled = 0; pooled < 2; pooled++) {
        rondo_experiment experiment = series_of("series.csv", "c, a", pooled);
        SERIES(experiment)->inputs = "a, c";
        SERIES(experiment)->window = 6;
        SERIES(experiment)->horizon = 3;
        SERIES(experiment)->stride = 2;
        experiment.data.split = (rondo_split_config){
            .train = {.count = 24}, .valid = {.count = 8}, .test = {.fraction = 0.2}};
        rondo_dataset *dataset = load(&experiment);
        CHECK_INTEGER(dataset->schema->input_width, 2);
        CHECK_INTEGER(dataset->schema->target_width, 6);
        CHECK_INTEGER(dataset->schema->target, RONDO_TARGET_VALUES);
        CHECK(dataset->schema->sequence_targets == pooled);
        CHECK_INTEGER(dataset->schema->scales->count, 2);
        CHECK_INTEGER(dataset->schema->scales->targets[0], 1);
        CHECK_INTEGER(dataset->schema->scales->targets[1], 0);
        CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, (24 - 6 - 3) / 2 + 1);
        CHECK_INTEGER(dataset->splits[RONDO_VALID].count, pooled ? 8 - 3 + 1 : 1);
        CHECK_INTEGER(dataset->splits[RONDO_VALID].start[0], pooled ? 24 - 6 : 23);
        for (int split = 0; split < RONDO_SPLITS; split++)
            check_minibatches(dataset, (rondo_split)split, pooled, 6, 3);
        rondo_dataset_destroy(dataset);
    }
}

/* What is predicted is added to the last row, or to the row a period before; horizon 5, period 3:
 * the rows are one or two periods back. */
static void differences(void)
{
    for (int naive = RONDO_NAIVE_PERSISTENCE; naive <= RONDO_NAIVE_SEASONAL; naive++) {
        for (int pooled = 0; pooled < 2; pooled++) {
            rondo_experiment experiment = series_of("series.csv", "c", pooled);
            SERIES(experiment)->horizon = 5;
            SERIES(experiment)->season = 3;
            SERIES(experiment)->difference = naive;
            rondo_dataset *dataset = load(&experiment);
            const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
            for (int64_t s = 0; s < train->count; s++) {
                int64_t row = train->start[s] + 2, lag = naive == RONDO_NAIVE_SEASONAL ? 3 : 1;
                CHECK_NEAR(train->input_values[row] * dataset->schema->scales->deviation[0],
                           made(row, 2) - made(row - lag, 2), 1e-5);
                const rondo_real *target = train->target_values + (pooled ? s : row) * 5;
                static const int64_t back[5] = {-2, -1, 0, -2, -1};
                for (int64_t k = 1; k <= 5; k++) {
                    int64_t from = naive == RONDO_NAIVE_SEASONAL ? row + back[k - 1] : row;
                    CHECK_NEAR(target[k - 1] * dataset->schema->scales->deviation[0],
                               made(row + k, 2) - made(from, 2), 1e-5);
                }
            }
            rondo_dataset_destroy(dataset);
        }
    }
}

/* A file of its own has nothing before its first row. */
static void files_of_their_own(void)
{
    write_table("series_test.csv", 100, 9);
    rondo_experiment experiment = series_of("series.csv", "a", true);
    experiment.data.split.valid.count = 10;
    experiment.data.split.test.path = "series_test.csv";
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *test = &dataset->splits[RONDO_TEST];
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 30 - 3);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].count, 10);
    CHECK_INTEGER(test->count, 9 - 3);
    CHECK_INTEGER(test->start[0], 0);
    CHECK_NEAR(test->input_values[0], scaled(rondo_series_of(dataset), 0, 100), 1e-6);
    CHECK_NEAR(dataset->schema->scales->mean[0], 14.5, 1e-12);
    rondo_dataset_destroy(dataset);
}

/* --- standardisation --- */

/* A table of one column, 30 rows, in which `row` (-1: none) is another. */
static rondo_dataset *load_changed(int64_t row)
{
    rondo_text text = {0};
    rondo_text_add(&text, "x\ty\n");
    for (int64_t r = 0; r < 30; r++)
        rondo_text_add(&text, "%lld\t%.17g\n", (long long)r, r == row ? 1e6 : sin((double)r));
    write_file("series_changed.tsv", rondo_text_get(&text));
    rondo_text_finish(&text);
    rondo_experiment experiment = series_of("series_changed.tsv", "y", true);
    experiment.data.split =
        (rondo_split_config){.train = {.count = 18}, .valid = {.count = 6}, .test = {.count = 4}};
    return load(&experiment);
}

static bool same_training(const rondo_dataset *a, const rondo_dataset *b)
{
    const rondo_sequences *p = &a->splits[RONDO_TRAIN], *q = &b->splits[RONDO_TRAIN];
    size_t inputs = 18 * sizeof(rondo_real), targets = (size_t)p->count * sizeof(rondo_real);
    return a->schema->scales->mean[0] == b->schema->scales->mean[0] &&
           a->schema->scales->deviation[0] == b->schema->scales->deviation[0] &&
           p->count == q->count && memcmp(p->input_values, q->input_values, inputs) == 0 &&
           memcmp(p->target_values, q->target_values, targets) == 0;
}

static void standardisation_sees_training_rows_only(void)
{
    rondo_dataset *before = load_changed(-1);
    double mean = 0, squares = 0;
    for (int64_t r = 0; r < 18; r++)
        mean += sin((double)r) / 18;
    for (int64_t r = 0; r < 18; r++)
        squares += (sin((double)r) - mean) * (sin((double)r) - mean) / 18;
    CHECK_NEAR(before->schema->scales->mean[0], mean, 1e-12);
    CHECK_NEAR(before->schema->scales->deviation[0], sqrt(squares), 1e-12);
    for (int64_t row = 0; row < 30; row++) {
        rondo_dataset *changed = load_changed(row);
        CHECK(same_training(before, changed) == (row >= 18));
        CHECK((before->fingerprint != changed->fingerprint) == (row < 28)); /* 28, 29: no split */
        rondo_dataset_destroy(changed);
    }
    rondo_dataset_destroy(before);
}

static void columns_that_never_change(void)
{
    write_file("series_flat.csv", "x\n0.1\n0.1\n0.1\n0.1\n0.1\n0.1\n5\n");
    rondo_experiment tenths = series_of("series_flat.csv", "x", true);
    tenths.data.split.test.count = 1;
    rondo_dataset *rounded = load(&tenths);
    CHECK_NEAR(rounded->schema->scales->deviation[0], 1, 0);
    rondo_dataset_destroy(rounded);
    write_file("series_flat.csv", "x\n2\n2\n2\n2\n2\n2\n5\n");
    rondo_experiment experiment = series_of("series_flat.csv", "x", true);
    experiment.data.split.test.count = 1;
    rondo_dataset *dataset = load(&experiment);
    CHECK_NEAR(dataset->schema->scales->mean[0], 2, 0);
    CHECK_NEAR(dataset->schema->scales->deviation[0], 1, 0);
    CHECK_NEAR(dataset->splits[RONDO_TEST].target_values[0], 3, 0);
    rondo_dataset_destroy(dataset);
    SERIES(experiment)->standardize = false;
    dataset = load(&experiment);
    CHECK_NEAR(dataset->splits[RONDO_TEST].target_values[0], 5, 0);
    rondo_dataset_destroy(dataset);
}

/* A run's numbers are used as they are; what training rows say now does not count. */
static void saved_numbers(void)
{
    static const char *const columns[] = {"other", "x"};
    rondo_scales *scales;
    rondo_experiment experiment = series_of("series_flat.csv", "x", true);
    experiment.data.split.test.count = 1;
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    CHECK_INTEGER(rondo_scales_create(2, columns, 2, 0, &scales, &error), RONDO_OK);
    memcpy(scales->mean, (const double[]){7, 1}, 2 * sizeof(double));
    memcpy(scales->deviation, (const double[]){9, 4}, 2 * sizeof(double));
    rondo_schema saved = {.scales = scales};
    CHECK_INTEGER(rondo_dataset_load(&experiment, &saved, &dataset, &error), RONDO_OK);
    CHECK_NEAR(dataset->splits[RONDO_TEST].target_values[0], (5.0 - 1) / 4, 0);
    rondo_dataset_destroy(dataset);
    scales->deviation[1] = 0;
    CHECK_INTEGER(rondo_dataset_load(&experiment, &saved, &dataset, &error), RONDO_FAILED);
    scales->count = 1;
    CHECK_INTEGER(rondo_dataset_load(&experiment, &saved, &dataset, &error), RONDO_FAILED);
    CHECK_TEXT(error.text,
               "the run has no usable mean and deviation of column \"x\"; was it trained "
               "with data of another width?");
    rondo_scales_destroy(scales);
}

/* --- what is refused --- */

#define ONE_EMPTY                                                                                  \
    "; in all 1 cell of 1 row: fill them, or let data.options.missing_rows: skip_windows leave "   \
    "out "                                                                                         \
    "the windows that touch them"
#define MARK "; data.options.missing, if that says that a value is missing"

static void bad_tables_are_refused(void)
{
    static const struct {
        const char *text, *message;
        rondo_status status;
    } cases[] = {
        {"x,y\n1,2\n3,\n", "series_bad.csv:3:3: column \"y\" is empty" ONE_EMPTY, RONDO_FAILED},
        {"x,y\n1,2\n3,  \n", "series_bad.csv:3:3: column \"y\" is empty" ONE_EMPTY, RONDO_FAILED},
        {"x\ty\n1\t\n", "series_bad.csv:2:3: column \"y\" is empty" ONE_EMPTY, RONDO_FAILED},
        {"x,y\n1,n/a\n", "series_bad.csv:2:3: column \"y\": \"n/a\" is not a finite number" MARK,
         RONDO_FAILED},
        {"x,y\n\n1,NaN\n", "series_bad.csv:3:3: column \"y\": \"NaN\" is not a finite number" MARK,
         RONDO_FAILED},
        {"x,y\n1,1e999\n", "series_bad.csv:2:3: column \"y\": \"1e999\" is not a finite number",
         RONDO_FAILED},
        {"x,y\n1,\"2 3\"\n", "series_bad.csv:2:3: column \"y\": \"2 3\" is not a finite number",
         RONDO_FAILED},
        {"x,y\n1,2,3\n", "series_bad.csv:2: 3 fields, but the first line has 2", RONDO_FAILED},
        {"x,y,z\n1,2\n", "series_bad.csv:2: 2 fields, but the first line has 3", RONDO_FAILED},
        {"y,x,y\n1,2,3\n", "series_bad.csv:1:5: a second column is named \"y\"", RONDO_FAILED},
        {"x,Y\n1,2\n", "data.options: no column \"y\" in series_bad.csv, which has 2: x, Y",
         RONDO_USAGE},
        {"x,y\n\n", "series_bad.csv: no rows below the header", RONDO_FAILED},
        {"x,y\n1,2\n3,4\n5,6\n",
         "data.split: the train split has 3 rows, too few for a window of 3 "
         "and a horizon of 1",
         RONDO_USAGE},
    };
    rondo_experiment experiment = series_of("series_bad.csv", "y", true);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file("series_bad.csv", cases[i].text);
        CHECK_REFUSED(&experiment, cases[i].status, cases[i].message);
    }
}

static void bad_choices_are_refused(void)
{
    rondo_experiment experiment = series_of("series.csv", "a, c, a", true);
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.options.targets: \"a, c, a\" names a column twice");
    SERIES(experiment)->targets = " , ";
    SERIES(experiment)->inputs = "a";
    CHECK_REFUSED(&experiment, RONDO_USAGE, "data.options.targets: \" , \" names no column");
    SERIES(experiment)->targets = "a";
    SERIES(experiment)->inputs = "c,c";
    CHECK_REFUSED(&experiment, RONDO_USAGE, "data.options.inputs: \"c,c\" names a column twice");
    SERIES(experiment)->inputs = NULL;
    experiment.data.split.valid.count = 30;
    experiment.data.split.test.count = 11;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: train, valid and test ask for 41 rows, but the file has 40");
    experiment.data.split.test.count = 9;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: the train split has 1 rows, too few for a window of 3 and a horizon "
                  "of 1");
    experiment.data.split.test.count = 1;
    SERIES(experiment)->horizon = 2;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: the test split has 1 rows, too few for a window of 3 and a horizon "
                  "of 2");
}

int main(void)
{
    RUN(windows_by_counting);
    RUN(windows_of_differences);
    RUN(windows_hold_the_rows);
    RUN(differences);
    RUN(files_of_their_own);
    RUN(standardisation_sees_training_rows_only);
    RUN(columns_that_never_change);
    RUN(saved_numbers);
    RUN(bad_tables_are_refused);
    RUN(bad_choices_are_refused);
    return check_end();
}
