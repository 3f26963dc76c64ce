/* What the ledger reads of a run's figures: the tested epoch's or, before the test, the best by the
 * metric's direction. */
#include <math.h>
#include <sys/stat.h>

#include "support.h"
#include "sweep/ledger.h"

#define VALIDATIONS                                                                                \
    "{\"kind\": \"valid\", \"step\": 5, \"epoch\": 1, \"loss\": 3, \"accuracy\": 0.5}\n"           \
    "{\"kind\": \"valid\", \"step\": 10, \"epoch\": 2, \"loss\": 1, \"accuracy\": null}\n"         \
    "{\"kind\": \"valid\", \"step\": 15, \"epoch\": 3, \"loss\": 2, \"accuracy\": 0.75}\n"         \
    "{\"kind\": \"valid\", \"step\": 20, \"epoch\": 4, \"loss\": 4, \"accuracy\": 0.25}\n"

static double best(const char *metric, bool higher)
{
    rondo_ledger_figure figure;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_ledger_read_best("ledger", metric, higher, &figure, &error), RONDO_OK);
    return figure.value;
}

static void before_the_test(void)
{
    support_write("ledger/metrics.jsonl", VALIDATIONS);
    CHECK_NEAR(best("valid loss", false), 1, 0);
    CHECK_NEAR(best("valid accuracy", true), 0.75, 0);
    CHECK(isnan(best("test loss", false)) && isnan(best("valid f1", true)));
}

static void of_the_tested_epoch(void)
{
    support_write("ledger/metrics.jsonl",
                  VALIDATIONS "{\"kind\": \"test\", \"step\": 20, \"epoch\": 4, \"loss\": 9, "
                              "\"accuracy\": 0.125, \"checkpoint_epoch\": 3}\n");
    CHECK_NEAR(best("valid loss", false), 2, 0);
    CHECK_NEAR(best("valid accuracy", true), 0.75, 0);
    CHECK_NEAR(best("test accuracy", true), 0.125, 0);
}

int main(void)
{
    mkdir("ledger", 0777);
    RUN(before_the_test);
    RUN(of_the_tested_epoch);
    return check_end();
}
