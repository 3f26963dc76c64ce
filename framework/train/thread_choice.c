#include "train/thread_choice.h"

/* Of a candidate; its first step finds its data in other caches and is not looked at. */
enum { LEAST_STEPS = 4, LEAST_LONG_STEPS = 2 };

static const double least_seconds = 0.02;  /* of a candidate */
static const double long_seconds = 0.3;    /* so long a moment's noise is small beside it */
static const double hold_seconds = 5;      /* before the next trial, at least .. */
static const double hold_trials = 50;      /* .. and so many times as long as the last one took */
static const double clearly_faster = 1.03; /* than more threads: otherwise these stay */

static void add_candidate(rondo_thread_choice *choice, int threads)
{
    if (threads < 1 || threads > choice->most) return;
    for (int i = 0; i < choice->candidate_count; i++)
        if (choice->candidates[i] == threads) return;
    choice->candidates[choice->candidate_count++] = threads;
}

/* Of twice, as many, and half the threads; the most first. */
static void start_trial(rondo_thread_choice *choice)
{
    int twice = 2 * choice->count;
    choice->origin = choice->count;
    choice->candidate_count = choice->at = 0;
    add_candidate(choice, twice < choice->most ? twice : choice->most);
    add_candidate(choice, choice->count);
    add_candidate(choice, choice->count / 2);
    choice->count = choice->candidates[0];
    choice->is_decided = choice->candidate_count < 2;
    choice->steps = 0;
    choice->tokens = choice->seconds = choice->trial_seconds = choice->held_seconds = 0;
}

void rondo_thread_choice_start(rondo_thread_choice *choice, int most, bool open)
{
    *choice = (rondo_thread_choice){.most = most, .count = most, .is_decided = true};
    if (open) start_trial(choice);
}

static bool is_enough(const rondo_thread_choice *choice)
{
    bool is_long = choice->seconds >= long_seconds;
    return choice->steps >= (is_long ? LEAST_LONG_STEPS : LEAST_STEPS) &&
           choice->seconds >= least_seconds;
}

/* The fastest; the next trial follows at once where it may lead further. */
static void decide(rondo_thread_choice *choice)
{
    int best = 0;
    for (int i = 1; i < choice->candidate_count; i++)
        if (choice->rates[i] > clearly_faster * choice->rates[best]) best = i;
    choice->count = choice->candidates[best];
    choice->is_decided = true;
    if (choice->count != choice->origin && choice->count > 1 && choice->count < choice->most)
        start_trial(choice);
}

void rondo_thread_choice_add(rondo_thread_choice *choice, int64_t tokens, double seconds)
{
    if (choice->candidate_count < 2) return;
    if (choice->is_decided) {
        choice->held_seconds += seconds;
        double hold = hold_trials * choice->trial_seconds;
        if (choice->held_seconds > (hold > hold_seconds ? hold : hold_seconds)) start_trial(choice);
        return;
    }
    choice->trial_seconds += seconds;
    if (choice->steps++ > 0) {
        choice->tokens += (double)tokens;
        choice->seconds += seconds;
    }
    if (!is_enough(choice)) return;
    choice->rates[choice->at] = choice->tokens / choice->seconds;
    choice->steps = 0;
    choice->tokens = choice->seconds = 0;
    if (++choice->at < choice->candidate_count)
        choice->count = choice->candidates[choice->at];
    else
        decide(choice);
}
