/* Samples without shared seeds, ranks over data sets, items of a test set: SciPy's values
 * (golden.py) and values by hand. */
#include "golden.h"
#include "statistics/items.h"
#include "statistics/ranks.h"
#include "statistics/unpaired.h"

static golden_array read_part(rondo_hdf5 *file, const char *folder, const char *name)
{
    char path[80];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    golden_array array = golden_read(file, path);
    CHECK(array.values != NULL);
    return array;
}

static void close_golden(rondo_hdf5 *file)
{
    rondo_error error = {0};
    CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_OK);
}

static void test_unpaired(void)
{
    rondo_hdf5 *file = golden_open();
    for (int i = 0; i < 11; i++) {
        char folder[32];
        snprintf(folder, sizeof folder, "paired/%02d", i);
        golden_array a = read_part(file, folder, "a"), b = read_part(file, folder, "b");
        golden_array welch = read_part(file, folder, "welch");
        golden_array rank = read_part(file, folder, "mann_whitney");
        rondo_welch w = rondo_welch_test(a.values, a.rows, b.values, b.rows, 0.95);
        CHECK_RELATIVE(w.t, welch.values[0], 1e-10);
        CHECK_RELATIVE(w.p, welch.values[1], 1e-10);
        CHECK_RELATIVE(w.df, welch.values[2], 1e-10);
        CHECK_RELATIVE(w.low, welch.values[3], 1e-10);
        CHECK_RELATIVE(w.high, welch.values[4], 1e-10);
        rondo_mann_whitney u = rondo_mann_whitney_test(a.values, a.rows, b.values, b.rows);
        CHECK_RELATIVE(u.u, rank.values[0], 0);
        CHECK_RELATIVE(u.p, rank.values[1], 1e-10);
        CHECK(u.exact == (a.rows <= 20));
        free(a.values);
        free(b.values);
        free(welch.values);
        free(rank.values);
    }
    close_golden(file);
}

static void test_unpaired_edges(void)
{
    double three[3] = {1, 2, 3}, four[4] = {4, 5, 6, 7}, same[3] = {2, 2, 2};
    rondo_mann_whitney u = rondo_mann_whitney_test(three, 3, four, 4);
    CHECK(u.exact && u.u == 0 && u.greater == 0);
    CHECK_NEAR(u.p, 2.0 / 35, 1e-15); /* one order of 7 over 3, each way */
    u = rondo_mann_whitney_test(same, 3, same, 3);
    CHECK(!u.exact && u.p == 1 && u.greater == 0.5);
    CHECK(rondo_welch_test(three, 3, same, 1, 0.95).p == 1);
    CHECK(rondo_welch_test(same, 3, same, 3, 0.95).p == 1);
    double more[3] = {3, 3, 3};
    CHECK(rondo_welch_test(more, 3, same, 3, 0.95).p == 0);
}

static void test_ranking(void)
{
    rondo_hdf5 *file = golden_open();
    for (int i = 0; i < 4; i++) {
        char folder[32];
        double average[8], reverse[8];
        snprintf(folder, sizeof folder, "ranking/%d", i);
        golden_array table = read_part(file, folder, "values");
        golden_array ranks = read_part(file, folder, "ranks");
        golden_array figures = read_part(file, folder, "figures");
        int32_t variants = (int32_t)table.columns;
        rondo_error error = {0};
        rondo_rank_test f;
        CHECK_INTEGER(
            rondo_ranks_test(table.values, variants, table.rows, false, average, &f, &error),
            RONDO_OK);
        CHECK_RELATIVE(f.friedman, figures.values[0], 1e-10);
        CHECK_RELATIVE(f.friedman_p, figures.values[1], 1e-10);
        CHECK(f.iman_davenport == figures.values[2] ||
              fabs(f.iman_davenport / figures.values[2] - 1) < 1e-10);
        CHECK_RELATIVE(f.iman_davenport_p, figures.values[3], 1e-10);
        CHECK_RELATIVE(f.critical_difference, figures.values[4], 1e-10);
        rondo_ranks_test(table.values, variants, table.rows, true, reverse, &f, &error);
        for (int32_t v = 0; v < variants; v++) {
            CHECK_NEAR(average[v], ranks.values[v], 1e-14);
            CHECK_NEAR(average[v] + reverse[v], variants + 1, 1e-14);
        }
        free(table.values);
        free(ranks.values);
        free(figures.values);
    }
    close_golden(file);
}

static void test_mcnemar(void)
{
    rondo_hdf5 *file = golden_open();
    golden_array table = golden_read(file, "mcnemar");
    CHECK_INTEGER(table.rows, 6);
    for (int64_t i = 0; i < table.rows; i++) {
        const double *row = table.values + 3 * i;
        CHECK_RELATIVE(rondo_mcnemar_exact((int64_t)row[0], (int64_t)row[1]), row[2], 1e-10);
    }
    CHECK(rondo_mcnemar_exact(0, 0) == 1);
    free(table.values);
    close_golden(file);
}

/* SciPy's intervals are of other random samples: the ends agree within what that leaves. */
static void test_bootstrap(void)
{
    rondo_hdf5 *file = golden_open();
    golden_array part[4];
    const char *names[] = {"first", "second", "weight", "ends"};
    for (int i = 0; i < 4; i++)
        part[i] = read_part(file, "bootstrap", names[i]);
    const double *first = part[0].values, *second = part[1].values, *ends = part[3].values;
    static double room[RONDO_BOOTSTRAP_SAMPLES];
    const double *weight = part[2].values;
    rondo_paired_bootstrap b = rondo_bootstrap_pairs(first, second, weight, 120, 3, room);
    double near = 0.03 * (ends[2] - ends[1]);
    CHECK_RELATIVE(b.difference, ends[0], 1e-12);
    CHECK(fabs(b.bca_low - ends[1]) < near && fabs(b.bca_high - ends[2]) < near);
    CHECK(fabs(b.low - ends[3]) < near && fabs(b.high - ends[4]) < near);
    CHECK(fabs(b.bca_low - b.low) > near); /* the data are skewed */
    rondo_paired_bootstrap again = rondo_bootstrap_pairs(first, second, weight, 120, 3, room);
    CHECK(b.low == again.low && b.bca_high == again.bca_high && b.p == again.p);
    again = rondo_bootstrap_pairs(first, second, weight, 120, 4, room);
    CHECK(b.low != again.low);
    again = rondo_bootstrap_pairs(first, first, weight, 120, 3, room);
    CHECK(again.p == 1 && again.bca_low == 0 && again.bca_high == 0);
    for (int i = 0; i < 4; i++)
        free(part[i].values);
    close_golden(file);
}

int main(void)
{
    RUN(test_unpaired);
    RUN(test_unpaired_edges);
    RUN(test_ranking);
    RUN(test_mcnemar);
    RUN(test_bootstrap);
    return check_end();
}
