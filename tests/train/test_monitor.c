/* Best, patience and min_delta over courses of validations that were followed by hand: one letter per
 * validation, `B` better by more than min_delta than the last such one, `b` the best so far by less,
 * `.` neither. */
#include "check.h"

#include <stdlib.h>

#include "train/monitor.h"

enum { LONGEST = 12 };

typedef struct course {
    double min_delta;
    const char *costs; /* separated by spaces */
    const char *expected;
    const int64_t waited[LONGEST]; /* after each */
    int64_t best_step;             /* validation k is of step 10 k */
    double best_cost;
} course;

/* Powers of two, so that sums and differences are exact. */
static const course courses[] = {
    /* Equal is no improvement, and the first of equals stays the best. */
    {0, "4 4 2 2 3 1", "B.B..B", {0, 1, 0, 1, 2, 0}, 60, 1},
    {0, "3 1 1 1", "BB..", {0, 0, 1, 2}, 20, 1},
    /* A gain of exactly min_delta is too little; more is enough. */
    {0.25, "4 3.75 3.5 3 3", "BbBB.", {0, 1, 0, 0, 1}, 40, 3},
    /* It is measured against the last that was enough: small gains add up (Keras EarlyStopping, torch
     * ReduceLROnPlateau), and the best of them is the best all the same. */
    {0.5, "4 3.75 3.5 3.25 2.5", "BbbBB", {0, 1, 2, 0, 0}, 50, 2.5},
    {1, "4 3.75 3.5 3.25 3 2.75 2.5", "BbbbbBb", {0, 1, 2, 3, 4, 0, 1}, 70, 2.5},
    /* A worse one between does not become what the next is measured against, and one that is better
     * than the best by little is worse than what was enough. */
    {0.5, "4 8 3.75 8 3", "B.b.B", {0, 1, 2, 3, 0}, 50, 3},
    {0.5, "4 3 2.75 2.9 2.4", "BBb.B", {0, 0, 1, 2, 0}, 50, 2.4},
    /* Figures of which more is better come as their negatives. */
    {0.125, "-0.5 -0.5625 -0.75 -0.25", "BbB.", {0, 1, 0, 1}, 30, -0.75},
    /* What is not a number is no better than any, nor is it in the way of the next. */
    {0, "nan nan 3 nan 2 inf", "..B.B.", {1, 2, 0, 1, 0, 1}, 50, 2},
};

static char letter_of(rondo_monitored seen)
{
    return seen.is_improved ? 'B' : seen.is_best ? 'b' : '.';
}

static void follow(const course *c)
{
    const rondo_early_stopping_config config = {.min_delta = c->min_delta};
    rondo_monitor monitor = {.best_cost = INFINITY, .reference_cost = INFINITY};
    const char *at = c->costs;
    char seen[LONGEST + 1] = "";
    for (int k = 0; c->expected[k]; k++) {
        char *end;
        rondo_monitored now = rondo_monitor_add(&monitor, &config, strtod(at, &end), 10 * (k + 1));
        CHECK(end > at && (!now.is_improved || now.is_best));
        seen[k] = letter_of(now);
        CHECK_INTEGER(monitor.waited, c->waited[k]);
        at = end;
    }
    CHECK_TEXT(seen, c->expected);
    CHECK_INTEGER(monitor.best_step, c->best_step);
    CHECK(monitor.best_cost == c->best_cost);
}

static void courses_by_hand(void)
{
    for (size_t i = 0; i < sizeof courses / sizeof *courses; i++)
        follow(&courses[i]);
}

/* Patience counts validations that are no improvement, in a row: with 2 the second of them ends the
 * run, and 0 is for ever. */
static void patience(void)
{
    static const double costs[] = {4, 5, 3, 3, 4, 5};
    static const bool over[4][6] = {{false, false, false, false, false, false},
                                    {false, true, false, true, true, true},
                                    {false, false, false, false, true, true},
                                    {false, false, false, false, false, true}};
    for (int64_t p = 0; p < 4; p++) {
        const rondo_early_stopping_config config = {.patience = p};
        rondo_monitor monitor = {.best_cost = INFINITY, .reference_cost = INFINITY};
        CHECK(!rondo_monitor_is_over(&monitor, &config));
        for (int k = 0; k < 6; k++) {
            rondo_monitor_add(&monitor, &config, costs[k], k);
            CHECK(rondo_monitor_is_over(&monitor, &config) == over[p][k]);
        }
    }
}

int main(void)
{
    RUN(courses_by_hand);
    RUN(patience);
    return check_end();
}
