#include <math.h>
#include <stdio.h>

#include "compare/html_private.h"

enum { MOST_IN_WORDS = 5 };

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

/* "a, b and c" */
static void add_list(rondo_page *page, const char *const *words, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        rondo_text_add(page->html, "%s", i == 0 ? "" : i == count - 1 ? " and " : ", ");
        rondo_html_add_text(page, words[i]);
    }
}

static void add_states(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    int64_t done = c->counts[RONDO_RUN_DONE];
    rondo_text_add(page->html, "%lld run%s", (long long)c->run_count, plural(c->run_count));
    if (done == c->run_count) return;
    rondo_text_add(page->html, " (%lld done", (long long)done);
    for (int s = RONDO_RUN_HALTED; s <= RONDO_RUN_MISSING; s++)
        if (c->counts[s] > 0)
            rondo_text_add(page->html, ", %lld %s", (long long)c->counts[s],
                           rondo_run_state_name((rondo_run_state)s));
    rondo_text_add(page->html, ")");
}

static void add_lead(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    rondo_text_add(page->html, "<p class=\"lead\">");
    if (c->is_search && c->group_count > 1)
        rondo_text_add(page->html, "%lld variants, %lld trials in total", (long long)c->group_count,
                       (long long)c->variant_count);
    else
        rondo_text_add(page->html, "%lld %s%s", (long long)c->variant_count,
                       c->is_search ? "trial" : "variant", plural(c->variant_count));
    rondo_text_add(page->html, ", ");
    add_states(page);
    rondo_text_add(page->html, ". Compared: <b>");
    rondo_html_add_text(page, c->metric.name);
    rondo_text_add(page->html, "</b> (%s is better), at the epoch with the best validation ",
                   c->metric.higher_is_better ? "higher" : "lower");
    rondo_html_add_text(page, c->monitor ? c->monitor : c->metric.figure);
    rondo_text_add(page->html, ".</p>\n");
}

static void add_facts(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    rondo_text_add(page->html, "<p class=\"facts\">");
    if (c->vary_count > 0) {
        rondo_text_add(page->html, "A seed changes: ");
        add_list(page, c->vary, c->vary_count);
        rondo_text_add(page->html, "%s. ",
                       c->data_varies ? "; runs of different seeds saw different data"
                                      : "; all runs saw the same data");
    }
    if (c->data_differs) rondo_text_add(page->html, "<b>The runs saw different data.</b> ");
    rondo_text_add(page->html, "Intervals are 95 %% t intervals over seeds. ");
    if (c->family > 0) {
        rondo_text_add(page->html, "%s: ",
                       c->is_declared ? "Declared before the first run"
                                      : "Not declared before the runs");
        rondo_html_add_text(page, c->metric.name);
        if (c->baseline) {
            rondo_text_add(page->html, " against ");
            rondo_html_add_text(page, c->baseline);
        } else {
            rondo_text_add(page->html, " of all pairs");
        }
        if (isfinite(c->margin)) {
            char buffer[32];
            rondo_text_add(page->html, ", margin %s", rondo_text_of_real(c->margin, buffer));
        }
        rondo_text_add(page->html, "; %lld comparison%s, adjusted together (Holm). ",
                       (long long)c->family, plural(c->family));
    }
    if (c->family > 0 && c->least_seeds < 6)
        rondo_text_add(page->html,
                       "<b>With fewer than 6 shared seeds no exact test can reach 5 %%.</b>");
    rondo_text_add(page->html, "</p>\n");
}

/* --- verdicts in words --- */

static const char *class_of(rondo_compared_verdict verdict)
{
    static const char *const classes[] = {"open", "better", "worse", "same", "open"};
    return classes[verdict];
}

static void add_interval(rondo_page *page, const rondo_seed_estimate *e)
{
    rondo_text_add(page->html, "difference ");
    rondo_html_add_number(page, e->mean, page->pair_decimals);
    rondo_text_add(page->html, " (");
    rondo_html_add_number(page, e->low, page->pair_decimals);
    rondo_text_add(page->html, " to ");
    rondo_html_add_number(page, e->high, page->pair_decimals);
    rondo_text_add(page->html, ")");
}

static void add_sentence(rondo_page *page, const rondo_compared_pair *pair)
{
    rondo_html_add_variant(page, pair->first);
    switch (pair->verdict) {
    case RONDO_COMPARED_BETTER:
        rondo_text_add(page->html, " is <b>better</b> than ");
        break;
    case RONDO_COMPARED_WORSE:
        rondo_text_add(page->html, " is <b>worse</b> than ");
        break;
    case RONDO_COMPARED_EQUIVALENT:
        rondo_text_add(page->html, " is <b>equivalent within the margin</b> to ");
        break;
    default:
        rondo_text_add(page->html, " against ");
        break;
    }
    rondo_html_add_variant(page, pair->second);
    if (pair->verdict == RONDO_COMPARED_OPEN)
        rondo_text_add(page->html, ": <b>not established</b>");
    if (pair->verdict == RONDO_COMPARED_NONE)
        rondo_text_add(page->html,
                       ": <b>nothing can be established</b>: fewer than two shared seeds");
    rondo_text_add(page->html, ".");
}

static void add_unpaired(rondo_page *page, const rondo_compared_unpaired *unpaired)
{
    const rondo_seed_estimate estimate = {
        .mean = unpaired->difference, .low = unpaired->low, .high = unpaired->high};
    if (unpaired->first_runs == 0) return;
    rondo_text_add(page->html, " <small>For information, without a verdict: ");
    add_interval(page, &estimate);
    rondo_text_add(
        page->html,
        " between %lld and %lld runs with different seeds; p of Welch’s test, not adjusted, ",
        (long long)unpaired->first_runs, (long long)unpaired->second_runs);
    rondo_html_add_p(page, unpaired->p);
    rondo_text_add(page->html, "</small>");
}

static void add_evidence(rondo_page *page, const rondo_compared_pair *pair)
{
    if (pair->verdict == RONDO_COMPARED_NONE) {
        add_unpaired(page, &pair->unpaired);
        return;
    }
    bool both = pair->within_margin && pair->verdict != RONDO_COMPARED_EQUIVALENT;
    rondo_text_add(page->html, " <small>");
    add_interval(page, &pair->difference);
    rondo_text_add(page->html, " over %lld seed%s; ", (long long)pair->count, plural(pair->count));
    if (pair->verdict == RONDO_COMPARED_EQUIVALENT) {
        rondo_text_add(page->html, "p of equivalence ");
        rondo_html_add_p(page, pair->equivalent_p);
    } else {
        rondo_text_add(page->html, "adjusted p ");
        rondo_html_add_p(page, pair->adjusted_p);
    }
    if (both)
        rondo_text_add(page->html, "; but within the margin, so the difference does not matter");
    if (pair->verdict == RONDO_COMPARED_OPEN && pair->more_seeds > 0)
        rondo_text_add(page->html, "; about %lld more seed%s for power 0.8 (a rough estimate)",
                       (long long)pair->more_seeds, plural(pair->more_seeds));
    if (pair->verdict == RONDO_COMPARED_OPEN && pair->more_seeds < 0)
        rondo_text_add(page->html, "; no reasonable number of further seeds would establish it");
    rondo_text_add(page->html, "</small>");
}

/* Where nothing is compared in pairs: who comes first. */
static void add_best(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    int64_t best = -1;
    for (int64_t r = 0; r < page->rows.count; r++) {
        int64_t v = page->rows.rows[r].variant;
        if (v < 0 || !isfinite(c->variants[v].best_valid.mean)) continue;
        double own = c->variants[v].best_valid.mean;
        double other = best < 0 ? NAN : c->variants[best].best_valid.mean;
        if (best < 0 || (c->metric.higher_is_better ? own > other : own < other)) best = v;
    }
    if (best < 0) return;
    rondo_text_add(page->html, "<ul class=\"verdicts\">\n<li>Best on the validation split: ");
    rondo_html_add_variant(page, best);
    rondo_text_add(page->html, ", ");
    rondo_html_add_text(page, c->metric.name);
    rondo_text_add(page->html, " <b>");
    rondo_html_add_value(page, c->variants[best].value.mean);
    rondo_text_add(page->html, "</b>.<small>No pairs were tested: this is a rank, not a finding."
                               "</small></li>\n</ul>\n");
}

/* How many pairs of each verdict. */
static void add_tally(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    bool first = true;
    rondo_text_add(page->html, "<p>%lld pairs: ", (long long)c->pair_count);
    for (int v = RONDO_COMPARED_BETTER; v <= RONDO_COMPARED_OPEN + 1; v++) {
        rondo_compared_verdict verdict =
            v > RONDO_COMPARED_OPEN ? RONDO_COMPARED_NONE : (rondo_compared_verdict)v;
        int64_t count = 0;
        for (int64_t p = 0; p < c->pair_count; p++)
            count += c->pairs[p].verdict == verdict;
        if (count == 0) continue;
        rondo_text_add(page->html, "%s%lld %s", first ? "" : ", ", (long long)count,
                       verdict == RONDO_COMPARED_NONE ? "with fewer than two shared seeds"
                                                      : rondo_compared_verdict_text(verdict));
        first = false;
    }
    rondo_text_add(page->html, ". The first %d:</p>\n", MOST_IN_WORDS);
}

static bool is_decided(const rondo_compared_pair *pair)
{
    return pair->verdict != RONDO_COMPARED_OPEN && pair->verdict != RONDO_COMPARED_NONE;
}

/* What is established comes first. */
static void add_verdicts(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    int64_t shown = 0;
    if (c->pair_count == 0) {
        add_best(page);
        return;
    }
    if (c->pair_count > MOST_IN_WORDS) add_tally(page);
    rondo_text_add(page->html, "<ul class=\"verdicts\">\n");
    for (int open = 0; open < 2; open++)
        for (int64_t p = 0; p < c->pair_count && shown < MOST_IN_WORDS; p++) {
            if (is_decided(&c->pairs[p]) == (open == 1)) continue;
            rondo_text_add(page->html, "<li class=\"%s\">", class_of(c->pairs[p].verdict));
            add_sentence(page, &c->pairs[p]);
            add_evidence(page, &c->pairs[p]);
            rondo_text_add(page->html, "</li>\n");
            shown++;
        }
    rondo_text_add(page->html, "</ul>\n");
    if (c->pair_count > shown)
        rondo_text_add(page->html, "<p>%lld more are in <a href=\"#pairs\">the table</a>.</p>\n",
                       (long long)(c->pair_count - shown));
}

void rondo_html_add_summary(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    rondo_text_add(page->html, "<h1>");
    if (c->name && c->name[0])
        rondo_html_add_text(page, c->name);
    else
        rondo_text_add(page->html, "Comparison of %lld variant%s", (long long)c->variant_count,
                       plural(c->variant_count));
    rondo_text_add(page->html, "</h1>\n");
    add_lead(page);
    add_verdicts(page);
    add_facts(page);
}
