/* The number of threads that training chooses for itself, on machines made up here. */
#include "train/thread_choice.h"

#include "check.h"

enum { TOKENS = 1000, MOST_STEPS = 10000000 };

/* Tokens a second with a number of threads. */
typedef double (*speed)(int threads);

static double scaling(int threads)
{
    return 1e6 * threads;
}

static double hindered(int threads)
{
    return 1e6 / threads;
}

/* Faster up to four threads. */
static double peaked(int threads)
{
    return 1e6 * (threads <= 4 ? threads : 16.0 / threads);
}

static double alike(int threads)
{
    return 1e6 * (threads == 1 ? 1.01 : 1);
}

/* Trains for some seconds; returns how many of them were spent with `threads`. */
static double train(rondo_thread_choice *choice, speed of, double seconds, int threads)
{
    double spent = 0, all = 0;
    for (int step = 0; all < seconds && step < MOST_STEPS; step++) {
        double took = TOKENS / of(choice->count);

        if (choice->count == threads) spent += took;
        all += took;
        rondo_thread_choice_add(choice, TOKENS, took);
    }
    CHECK(all >= seconds);
    return spent / all;
}

static void the_fastest_is_found(void)
{
    static const struct {
        speed of;
        int most, best;
    } cases[] = {{scaling, 2, 2},   {scaling, 6, 6}, {hindered, 2, 1}, {hindered, 7, 1},
                 {hindered, 64, 1}, {peaked, 16, 4}, {alike, 2, 2},    {scaling, 1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rondo_thread_choice choice;
        rondo_thread_choice_start(&choice, cases[i].most, true);
        train(&choice, cases[i].of, 4, 1);
        CHECK(choice.is_decided && choice.count == cases[i].best);
        CHECK(train(&choice, cases[i].of, 60, cases[i].best) > 0.97);
    }
}

static void a_change_is_followed(void)
{
    rondo_thread_choice choice;
    rondo_thread_choice_start(&choice, 2, true);
    train(&choice, scaling, 3, 2);
    CHECK(choice.count == 2);
    CHECK(train(&choice, hindered, 60, 1) > 0.85);
    CHECK(choice.count == 1);
    CHECK(train(&choice, scaling, 60, 2) > 0.85);
    CHECK(choice.count == 2);
}

/* Steps of many seconds: a trial takes no more of them than it must. */
static void long_steps_are_tried_twice(void)
{
    rondo_thread_choice choice;
    int steps = 0;
    rondo_thread_choice_start(&choice, 2, true);
    for (; !choice.is_decided && steps < MOST_STEPS; steps++)
        rondo_thread_choice_add(&choice, TOKENS, choice.count == 2 ? 4 : 8);
    CHECK_INTEGER(steps, 4);
    CHECK_INTEGER(choice.count, 2);
}

static void a_given_number_stays(void)
{
    rondo_thread_choice choice;
    rondo_thread_choice_start(&choice, 3, false);
    CHECK(choice.is_decided && train(&choice, hindered, 60, 3) == 1);
}

int main(void)
{
    RUN(the_fastest_is_found);
    RUN(a_change_is_followed);
    RUN(long_steps_are_tried_twice);
    RUN(a_given_number_stays);
    return check_end();
}
