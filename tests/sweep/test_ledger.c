/* What the ledger reads of a run's figures: the tested epoch's or, before the test, the best by the
 * metric's direction. And that a run which ended before it wrote anything of its own can be taken
 * again: all there is then is what the sweep wrote. */
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"
#include "sweep/deaths.h"
#include "sweep/ledger.h"
#include "train/run_folder.h"

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

static rondo_status take_folder(const char *folder)
{
    rondo_lock *lock = NULL;
    rondo_error error = {0};
    rondo_status status = rondo_run_folder_try(folder, &lock, &error);
    CHECK((status == RONDO_OK) == (lock != NULL));
    rondo_lock_release(lock);
    return status;
}

/* Killed with nothing but its lock, which whoever notes the death takes away. */
static void killed_before_it_began(void)
{
    rondo_run_outcome outcome;
    rondo_error error = {0};
    bool failed = false;
    for (int deaths = 1; deaths <= RONDO_KILLS; deaths++) {
        CHECK_INTEGER(rondo_deaths_add("killed", 0, &failed, &outcome, &error), RONDO_OK);
        CHECK_INTEGER(failed, deaths == RONDO_KILLS);
        CHECK_INTEGER(take_folder("killed"), RONDO_OK);
    }
    CHECK(rondo_run_outcome_exists("killed") && access("killed/deaths", F_OK) != 0);
}

/* Its data were not there, for example. */
static void failed_before_it_began(void)
{
    const rondo_run_outcome outcome = {.state = RONDO_OUTCOME_FAILED, .reason = "no data"};
    rondo_error error = {0};
    CHECK_INTEGER(rondo_run_outcome_write("failed", &outcome, &error), RONDO_OK);
    CHECK_INTEGER(take_folder("failed"), RONDO_OK);
}

static void files_of_others_with_these_names(void)
{
    support_write("others/deaths", "year,count\n1918,50\n");
    CHECK_INTEGER(take_folder("others"), RONDO_USAGE);
    CHECK(unlink("others/deaths") == 0);
    support_write("others/outcome.yaml", "state: Vermont\n");
    CHECK_INTEGER(take_folder("others"), RONDO_USAGE);
}

int main(void)
{
    static const char *const folders[] = {"ledger", "killed", "failed", "others"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        mkdir(folders[i], 0777);
    RUN(before_the_test);
    RUN(of_the_tested_epoch);
    RUN(killed_before_it_began);
    RUN(failed_before_it_began);
    RUN(files_of_others_with_these_names);
    return check_end();
}
