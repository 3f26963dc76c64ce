/* Speeds of threads from what they were seen to do. */
#include "threads/thread_speed.h"

#include "check.h"

enum { THREADS = 3 };

static void unseen_threads_are_alike(void)
{
    rondo_thread_speed thread_speeds[THREADS] = {0};
    double speeds[THREADS] = {1, 1, 1};
    rondo_thread_speed_settle(thread_speeds, THREADS, speeds);
    for (int i = 0; i < THREADS; i++)
        CHECK(speeds[i] == 1);
}

static void speeds_are_in_times_of_the_fastest(void)
{
    rondo_thread_speed thread_speeds[THREADS] = {0};
    double speeds[THREADS];
    rondo_thread_speed_add(&thread_speeds[0], 10, 2);
    rondo_thread_speed_add(&thread_speeds[1], 5, 2);
    rondo_thread_speed_add(&thread_speeds[2], 20, 4);
    rondo_thread_speed_add(&thread_speeds[2], 20, 12);
    rondo_thread_speed_settle(thread_speeds, THREADS, speeds);
    CHECK_NEAR(speeds[0], 1, 0);
    CHECK_NEAR(speeds[1], 0.5, 1e-12);
    CHECK_NEAR(speeds[2], 0.5, 1e-12);
}

static void hardly_slower_is_alike(void)
{
    rondo_thread_speed thread_speeds[2] = {0};
    double speeds[2];
    rondo_thread_speed_add(&thread_speeds[0], 100, 1);
    rondo_thread_speed_add(&thread_speeds[1], 95, 1);
    rondo_thread_speed_settle(thread_speeds, 2, speeds);
    CHECK(speeds[0] == 1 && speeds[1] == 1);
}

/* One moment does not turn everything over, a few do. */
static void a_change_is_believed_slowly(void)
{
    rondo_thread_speed thread_speeds[2] = {0};
    double speeds[2] = {0}, once = 0;
    for (int i = 0; i < 20; i++) {
        rondo_thread_speed_add(&thread_speeds[0], 1, 1);
        rondo_thread_speed_add(&thread_speeds[1], 1, i == 0 ? 1 : 2);
        rondo_thread_speed_settle(thread_speeds, 2, speeds);
        if (i == 1) once = speeds[1];
    }
    CHECK(once > 0.7);
    CHECK_NEAR(speeds[1], 0.5, 0.01);
}

/* A thread so slow that it gets nothing to do would else never be seen again. */
static void a_thread_without_work_is_forgiven(void)
{
    rondo_thread_speed thread_speeds[2] = {0};
    double speeds[2] = {0};
    rondo_thread_speed_add(&thread_speeds[0], 1, 1);
    rondo_thread_speed_add(&thread_speeds[1], 1, 1000);
    rondo_thread_speed_settle(thread_speeds, 2, speeds);
    CHECK(speeds[1] < 0.01);
    for (int i = 0; i < 200; i++) {
        rondo_thread_speed_add(&thread_speeds[0], 1, 1);
        rondo_thread_speed_settle(thread_speeds, 2, speeds);
    }
    CHECK(speeds[1] == 1);
}

int main(void)
{
    RUN(unseen_threads_are_alike);
    RUN(speeds_are_in_times_of_the_fastest);
    RUN(hardly_slower_is_alike);
    RUN(a_change_is_believed_slowly);
    RUN(a_thread_without_work_is_forgiven);
    return check_end();
}
