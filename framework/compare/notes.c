/* What is said about a comparison in words. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/message.h"
#include "compare/table.h"

enum { FEWEST_SEEDS = 6, MOST_NAMED = 10 };

/* Untrusted texts in it do not break its line. */
static void add(rondo_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(rondo_text *text, const char *format, ...)
{
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    rondo_message_format(line, sizeof line, format, arguments);
    va_end(arguments);
    rondo_text_add(text, "%s", line);
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

/* --- the heading --- */

static void add_metric(const rondo_comparison *comparison, rondo_text *text)
{
    const rondo_compared_metric *metric = &comparison->metric;
    if (*comparison->name) add(text, "%s: ", comparison->name);
    add(text, "%s", metric->name);
    if (*metric->unit && strcmp(metric->unit, "1") != 0) add(text, " in %s", metric->unit);
    add(text, ", %s is better", metric->higher_is_better ? "higher" : "lower");
    for (int64_t i = 0; i < comparison->run_count; i++)
        if (comparison->runs[i].best_epoch > 0) {
            add(text, "; at the epoch of the best valid %s", comparison->monitor);
            break;
        }
    add(text, "\n");
}

static const char *say_data(const rondo_comparison *comparison)
{
    if (comparison->data_varies) return "and so do the data";
    if (comparison->data_differs) return "and runs saw different data (--other-data)";
    if (!comparison->data.known) return "it is not known whether the data are the same";
    return "the data are the same in all runs";
}

static void add_varied(const rondo_comparison *comparison, rondo_text *text)
{
    int64_t counted = 0;
    for (int64_t i = 0; i < comparison->run_count; i++)
        counted += comparison->runs[i].counts;
    add(text, "%lld of %lld run%s count; ", (long long)counted, (long long)comparison->run_count,
        plural(comparison->run_count));
    add(text, "%s", comparison->vary_count > 0 ? "a seed varies " : "all have the same seed");
    for (int64_t i = 0; i < comparison->vary_count; i++) {
        bool is_last = i + 1 == comparison->vary_count;
        add(text, "%s%s", i == 0 ? "" : is_last ? " and " : ", ", comparison->vary[i]);
    }
    add(text, ", %s\n", say_data(comparison));
}

static void add_declaration(const rondo_comparison *comparison, rondo_text *text)
{
    add(text, "%s",
        comparison->is_declared ? "declared before the runs: metric"
                                : "chosen after the runs, not declared before them: metric");
    if (comparison->baseline)
        add(text, ", baseline %s", comparison->baseline);
    else
        add(text, ", all pairs");
    if (!isnan(comparison->margin)) add(text, ", margin %g", comparison->margin);
    add(text, "\n");
}

void rondo_comparison_heading(const rondo_comparison *comparison, rondo_text *text)
{
    add_metric(comparison, text);
    add_varied(comparison, text);
    if (comparison->pair_count > 0) add_declaration(comparison, text);
}

/* --- runs that do not count --- */

static void add_unfinished(const rondo_comparison *comparison, rondo_text *text)
{
    int64_t stopped = comparison->counts[RONDO_RUN_STOPPED];
    int64_t running = comparison->counts[RONDO_RUN_RUNNING];
    int64_t missing = comparison->counts[RONDO_RUN_MISSING];
    int64_t halted = comparison->counts[RONDO_RUN_HALTED];
    if (stopped + running + missing > 0)
        add(text,
            "unfinished: %lld of %lld runs (%lld running, %lld stopped, %lld not begun); the "
            "others are compared\n",
            (long long)(stopped + running + missing), (long long)comparison->run_count,
            (long long)running, (long long)stopped, (long long)missing);
    if (halted > 0)
        add(text,
            "halving: %lld run%s ended at an earlier rung and %s not compared with the %lld of "
            "the last\n",
            (long long)halted, plural(halted), halted == 1 ? "is" : "are",
            (long long)comparison->counts[RONDO_RUN_DONE]);
}

static void add_failed(const rondo_comparison *comparison, rondo_text *text)
{
    int64_t named = 0;
    for (int64_t i = 0; i < comparison->run_count; i++) {
        const rondo_compared_run *run = &comparison->runs[i];
        if (run->state != RONDO_RUN_FAILED || named++ >= MOST_NAMED) continue;
        add(text, "failed: %s: %s\n", run->name,
            run->reason ? run->reason : "no reason was recorded");
    }
    if (named > MOST_NAMED)
        add(text, "failed: %lld more: --table runs\n", (long long)(named - MOST_NAMED));
}

/* Done, and yet without the metric: a loss that is not finite. */
static void add_without_value(const rondo_comparison *comparison, rondo_text *text)
{
    int64_t count = 0;
    const char *first = NULL;
    for (int64_t i = 0; i < comparison->run_count; i++) {
        const rondo_compared_run *run = &comparison->runs[i];
        if (run->state != RONDO_RUN_DONE || run->counts) continue;
        if (count++ == 0) first = run->name;
    }
    if (count > 0)
        add(text, "without a finite %s: %lld run%s (%s%s)\n", comparison->metric.name,
            (long long)count, plural(count), first, count > 1 ? ", ..." : "");
}

/* --- what the numbers mean --- */

static bool has_open_pair(const rondo_comparison *comparison)
{
    for (int64_t p = 0; p < comparison->pair_count; p++)
        if (comparison->pairs[p].more_seeds != 0) return true;
    return false;
}

static bool has_random_flips(const rondo_comparison *comparison)
{
    for (int64_t p = 0; p < comparison->pair_count; p++)
        if (comparison->pairs[p].count >= 2 && !comparison->pairs[p].exact_is_exact) return true;
    return false;
}

static void add_unpaired(const rondo_comparison *comparison, rondo_text *text)
{
    for (int64_t p = 0; p < comparison->pair_count; p++) {
        if (comparison->pairs[p].unpaired.first_runs == 0) continue;
        add(text, "unpaired: variants that share no seed, by Welch's test, with a 95 %% interval; "
                  "for information only: not adjusted, and the basis of no verdict; to test them, "
                  "give both the same seeds\n");
        return;
    }
}

static void add_pairs(const rondo_comparison *comparison, rondo_text *text)
{
    if (comparison->pair_count == 0) return;
    if (comparison->family == 0) {
        add(text,
            "no two variants share two seeds: nothing can be established about their difference\n");
        return;
    }
    add(text,
        "difference: mean over the seeds that both have, with a 95 %% t interval; p (t): paired t "
        "test; p (Holm): p (t) adjusted over the family of %lld pair%s%s; p (exact): %s; better "
        "and worse require p (Holm) and p (exact) below 0.05\n",
        (long long)comparison->family, plural(comparison->family),
        comparison->baseline ? " with the baseline" : "",
        has_random_flips(comparison) ? "sign-flip test with 99999 random flips from a fixed seed"
                                     : "sign-flip test over all flips");
    if (!isnan(comparison->margin))
        add(text,
            "p (TOST): two one-sided t tests against the margin of %g, adjusted over the family; "
            "equivalent requires it to be below 0.05\n",
            comparison->margin);
    if (comparison->least_seeds < FEWEST_SEEDS)
        add(text,
            "at least one pair has only %lld shared seed%s: below %d no exact test can reach 5 %%, "
            "whatever the difference\n",
            (long long)comparison->least_seeds, plural(comparison->least_seeds), (int)FEWEST_SEEDS);
    if (has_open_pair(comparison))
        add(text, "more seeds: for power 0.8 at a conservative estimate of the true difference "
                  "(the power at the observed effect would be optimistic); a rough figure, as any "
                  "estimate from few seeds\n");
}

static void add_search(const rondo_comparison *comparison, rondo_text *text)
{
    if (!comparison->is_search) return;
    add(text, "%lld trials, each a variant: --table variants\n",
        (long long)comparison->variant_count);
    add(text,
        "best of n: expected valid %s of the best of n trials (Tang et al. 2020); trials of a "
        "search are not tested against each other: train its choice again with several seeds and "
        "compare that\n",
        comparison->metric.figure);
    for (int64_t g = 0; g < comparison->group_count; g++)
        if (comparison->groups[g].effect_count > 0) {
            add(text,
                "share of variance: explained by that setting alone (first-order term of a "
                "functional ANOVA), with a 95 %% interval, for the values and for their ranks; "
                "interactions and seeds are in no share; p: for the ranks, by 9999 permutations\n");
            return;
        }
}

void rondo_comparison_notes(const rondo_comparison *comparison, rondo_text *text)
{
    add_unfinished(comparison, text);
    add_failed(comparison, text);
    add_without_value(comparison, text);
    add_pairs(comparison, text);
    add_unpaired(comparison, text);
    add_search(comparison, text);
}
