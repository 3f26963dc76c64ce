/* How many threads train, where neither config nor command says so: as many as make it fastest.
 *
 * Of a small layer two threads can be slower than one, where they share no cache; and what else a
 * machine does changes. So training tries some numbers of threads for a few steps each, goes on
 * with the fastest, and now and then tries again. Results do not depend on threads.
 */
#ifndef RONDO_TRAIN_THREAD_CHOICE_H
#define RONDO_TRAIN_THREAD_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

enum { RONDO_THREAD_CANDIDATES = 3 };

typedef struct rondo_thread_choice {
    int most;  /* threads there are */
    int count; /* threads of the next step */
    bool is_decided;
    /* a trial: some candidates in turn */
    int origin; /* count before it */
    int candidates[RONDO_THREAD_CANDIDATES], candidate_count, at;
    double rates[RONDO_THREAD_CANDIDATES]; /* tokens per second */
    int64_t steps;                         /* of the candidate at hand */
    double tokens, seconds;
    double trial_seconds; /* of the whole trial */
    double held_seconds;  /* since then */
} rondo_thread_choice;

/* `open`: false where the number is given; it then stays. */
void rondo_thread_choice_start(rondo_thread_choice *choice, int most, bool open);

/* Adds what a step with choice->count threads took, and chooses the number for the next. */
void rondo_thread_choice_add(rondo_thread_choice *choice, int64_t tokens, double seconds);

#endif
