#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/svg.h"
#include "compare/html_private.h"

/* A header row; names that start with '<' stand at the left. */
static void start_table(rondo_page *page, const char *caption, const char *const *names, int count)
{
    rondo_text_add(page->html, "<div class=\"wide\"><table>\n<caption>%s</caption>\n<thead><tr>",
                   caption);
    for (int i = 0; i < count; i++) {
        bool left = names[i][0] == '<';
        rondo_text_add(page->html, "<th scope=\"col\"%s>%s</th>", left ? " class=\"t\"" : "",
                       names[i] + left);
    }
    rondo_text_add(page->html, "</tr></thead>\n<tbody>\n");
}

static void end_table(rondo_page *page)
{
    rondo_text_add(page->html, "</tbody></table></div>\n");
}

static void add_cell(rondo_page *page, double value, int decimals)
{
    rondo_text_add(page->html, "<td>");
    rondo_html_add_number(page, value, decimals);
    rondo_text_add(page->html, "</td>");
}

static void add_p_cell(rondo_page *page, double p)
{
    rondo_text_add(page->html, "<td>");
    rondo_html_add_p(page, p);
    rondo_text_add(page->html, "</td>");
}

static void add_range_cell(rondo_page *page, const rondo_seed_estimate *e, int decimals)
{
    rondo_text_add(page->html, "<td>");
    if (isfinite(e->low)) {
        rondo_html_add_number(page, e->low, decimals);
        rondo_text_add(page->html, " to ");
        rondo_html_add_number(page, e->high, decimals);
    } else {
        rondo_html_add_value(page, NAN);
    }
    rondo_text_add(page->html, "</td>");
}

/* --- pairs --- */

static void add_pair(rondo_page *page, const rondo_compared_pair *pair)
{
    rondo_text_add(page->html, "<tr><th scope=\"row\" class=\"t\">");
    rondo_html_add_variant(page, pair->first);
    rondo_text_add(page->html, " − ");
    rondo_html_add_variant(page, pair->second);
    rondo_text_add(page->html, "</th><td>%lld</td>", (long long)pair->count);
    add_cell(page, pair->difference.mean, page->pair_decimals);
    add_range_cell(page, &pair->difference, page->pair_decimals);
    add_p_cell(page, pair->t_p);
    add_p_cell(page, pair->adjusted_p);
    add_p_cell(page, pair->exact_p);
    add_cell(page, pair->effect, 2);
    add_cell(page, pair->better, 2);
    if (isfinite(page->comparison->margin)) add_p_cell(page, pair->equivalent_p);
    rondo_text_add(page->html, "<td class=\"t\">%s</td></tr>\n",
                   rondo_compared_verdict_text(pair->verdict));
}

void rondo_html_add_pairs(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    static const char *const all[] = {"<Pair",     "Seeds",    "Difference", "95 % interval",
                                      "p (t)",     "p (Holm)", "p (exact)",  "g<sub>z</sub>",
                                      "P(better)", "p (TOST)", "<Verdict"};
    const char *names[11];
    int count = 0;
    for (int i = 0; i < 11; i++)
        if (i != 9 || isfinite(c->margin)) names[count++] = all[i];
    start_table(page,
                "Paired over shared seeds: mean difference with its t interval; p of the paired t "
                "test, the same adjusted over all pairs (Holm), p of the sign-flip permutation "
                "test (all flips; beyond 20 seeds random ones); Hedges’ g<sub>z</sub>; share of "
                "seeds in which the first is better. Better "
                "and worse need p (Holm) and p (exact) below 0.05.",
                names, count);
    for (int64_t p = 0; p < c->pair_count; p++)
        add_pair(page, &c->pairs[p]);
    end_table(page);
}

/* --- variants --- */

/* Whether every variant has it: it is told once then. */
static bool is_shared(const rondo_comparison *c, const rondo_compared_setting *setting)
{
    for (int64_t v = 0; v < c->variant_count; v++) {
        const rondo_compared_variant *variant = &c->variants[v];
        bool has = false;
        for (int64_t i = 0; i < variant->setting_count; i++)
            has = has || (strcmp(variant->settings[i].key, setting->key) == 0 &&
                          strcmp(variant->settings[i].value, setting->value) == 0);
        if (!has) return false;
    }
    return c->variant_count > 1;
}

static void add_settings(rondo_page *page, const rondo_compared_setting *settings, int64_t count,
                         bool shared)
{
    for (int64_t i = 0; i < count; i++) {
        if (is_shared(page->comparison, &settings[i]) != shared) continue;
        rondo_text_add(page->html, "<code>");
        rondo_html_add_text(page, settings[i].key);
        rondo_text_add(page->html, ": ");
        rondo_html_add_text(page, settings[i].value);
        rondo_text_add(page->html, "</code>");
    }
}

/* Mean epochs and tokens of the runs that count. */
static void add_training(rondo_page *page, const rondo_compared_variant *variant)
{
    double tokens = 0;
    int64_t count = 0;
    for (int64_t r = variant->first_run; r < variant->first_run + variant->run_count; r++) {
        const rondo_compared_run *run = &page->comparison->runs[r];
        if (!run->counts) continue;
        tokens += run->tokens;
        count++;
    }
    rondo_text_add(page->html, "<td>");
    rondo_html_add_count(page, count > 0 ? tokens / (double)count : NAN);
    rondo_text_add(page->html, "</td>");
}

static void add_variant(rondo_page *page, const rondo_row *row)
{
    const rondo_comparison *c = page->comparison;
    rondo_text_add(page->html, "<tr id=\"%s\"><th scope=\"row\" class=\"t\">", row->id);
    rondo_html_add_text(page, row->name);
    rondo_text_add(page->html, "</th><td class=\"s\">");
    if (row->variant < 0) {
        rondo_text_add(page->html, "no trial has a result</td><td>%lld</td>",
                       (long long)row->run_count);
        for (int i = 0; i < 6; i++)
            rondo_text_add(page->html, "<td>–</td>");
        rondo_text_add(page->html, "</tr>\n");
        return;
    }
    const rondo_compared_variant *v = &c->variants[row->variant];
    add_settings(page, v->settings, v->setting_count, false);
    if (c->is_search) add_settings(page, v->drawn, v->drawn_count, false);
    rondo_text_add(page->html, "</td><td>%lld</td><td>", (long long)row->run_count);
    rondo_html_add_count(page, v->parameters > 0 ? (double)v->parameters : NAN);
    rondo_text_add(page->html, "</td><td>");
    rondo_html_add_count(page, v->training_flops);
    rondo_text_add(page->html, "</td>");
    add_training(page, v);
    add_cell(page, v->best_valid.mean, page->decimals);
    add_cell(page, v->value.mean, page->decimals);
    add_range_cell(page, &v->value, page->decimals);
    rondo_text_add(page->html, "</tr>\n");
}

static void add_shared(rondo_page *page)
{
    const rondo_compared_variant *first = &page->comparison->variants[0];
    bool any = false;
    for (int64_t i = 0; i < first->setting_count; i++)
        any = any || is_shared(page->comparison, &first->settings[i]);
    if (!any) return;
    rondo_text_add(page->html, "<div class=\"s\">All variants: ");
    add_settings(page, first->settings, first->setting_count, true);
    rondo_text_add(page->html, "</div>\n");
}

void rondo_html_add_variants(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    rondo_text valid = {0}, value = {0};
    rondo_svg_add_escaped(&valid, c->metric.figure);
    rondo_svg_add_escaped(&value, c->metric.name);
    rondo_text valid_name = {0};
    rondo_text_add(&valid_name, "Best valid %s", rondo_text_get(&valid));
    const char *const names[] = {"<Variant",
                                 c->is_search ? "<Settings of the best trial" : "<Settings",
                                 c->is_search ? "Trials" : "Runs",
                                 "Parameters",
                                 "FLOP per token",
                                 "Tokens trained on",
                                 rondo_text_get(&valid_name),
                                 rondo_text_get(&value),
                                 "95 % interval"};
    page->html->failed = page->html->failed || valid.failed || value.failed || valid_name.failed;
    add_shared(page);
    start_table(page,
                c->is_search ? "For each variant, the trial with the best validation result."
                             : "Means over seeds.",
                names, 9);
    for (int64_t r = 0; r < page->rows.count; r++)
        add_variant(page, &page->rows.rows[r]);
    end_table(page);
    rondo_text_finish(&valid);
    rondo_text_finish(&value);
    rondo_text_finish(&valid_name);
}

/* --- rungs of a halving --- */

static void add_keep(rondo_text *text, const rondo_comparison *c)
{
    char part[32], of[32];
    rondo_text_add(text, "Runs of a rung were ranked by ");
    rondo_svg_add_escaped(text, c->halving_metric);
    rondo_text_add(text, " at its last epoch, and %s", rondo_text_of_real(c->keep_part, part));
    if (c->keep_of != 1) rondo_text_add(text, "/%s", rondo_text_of_real(c->keep_of, of));
    rondo_text_add(text, " of them continued. Means, intervals and pairs are over the runs that "
                         "finished the last rung.");
}

void rondo_html_add_rungs(rondo_page *page)
{
    static const char *const names[] = {"Rung", "Epochs", "Runs that reached it", "Ended here",
                                        "Failed before it"};
    const rondo_comparison *c = page->comparison;
    rondo_text caption = {0};
    add_keep(&caption, c);
    page->html->failed = page->html->failed || caption.failed;
    start_table(page, rondo_text_get(&caption), names, 5);
    for (int64_t r = 0; r < c->rung_count; r++) {
        const rondo_compared_rung *rung = &c->rungs[r];
        rondo_text_add(page->html,
                       "<tr><th scope=\"row\">%lld</th><td>%lld</td><td>%lld</td><td>%lld</td>"
                       "<td>%lld</td></tr>\n",
                       (long long)r + 1, (long long)rung->epochs, (long long)rung->reached,
                       (long long)rung->ended, (long long)rung->failed);
    }
    end_table(page);
    rondo_text_finish(&caption);
}

/* --- effects of a search --- */

enum { MOST_KEYS = 12 };

static const rondo_compared_effect *find_effect(const rondo_compared_group *group, const char *key)
{
    for (int64_t e = 0; e < group->effect_count; e++)
        if (strcmp(group->effects[e].key, key) == 0) return &group->effects[e];
    return NULL;
}

static int find_effect_keys(const rondo_comparison *c, const char *keys[MOST_KEYS])
{
    int count = 0;
    for (int64_t g = 0; g < c->group_count; g++)
        for (int64_t e = 0; e < c->groups[g].effect_count; e++) {
            int k = 0;
            while (k < count && strcmp(keys[k], c->groups[g].effects[e].key) != 0)
                k++;
            if (k == count && count < MOST_KEYS) keys[count++] = c->groups[g].effects[e].key;
        }
    return count;
}

static void add_effects(rondo_page *page, int64_t g, const char *const *keys, int count)
{
    const rondo_compared_group *group = &page->comparison->groups[g];
    rondo_text_add(page->html, "<tr><th scope=\"row\" class=\"t\">");
    rondo_html_add_text(page, group->name);
    rondo_text_add(page->html, "</th>");
    for (int k = 0; k < count; k++) {
        const rondo_compared_effect *effect = find_effect(group, keys[k]);
        rondo_text_add(page->html, "<td>");
        rondo_html_add_number(page, effect ? effect->share : NAN, 2);
        if (effect) {
            rondo_text_add(page->html, " (");
            rondo_html_add_number(page, effect->low, 2);
            rondo_text_add(page->html, " to ");
            rondo_html_add_number(page, effect->high, 2);
            rondo_text_add(page->html, ")<br/>p ");
            rondo_html_add_p(page, effect->p);
        }
        rondo_text_add(page->html, "</td>");
    }
    rondo_text_add(page->html, "</tr>\n");
}

void rondo_html_add_effects(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    const char *keys[MOST_KEYS], *names[MOST_KEYS + 1] = {"<Variant"};
    rondo_text heads[MOST_KEYS] = {{0}};
    int count = find_effect_keys(c, keys);
    if (count == 0) return;
    for (int k = 0; k < count; k++) {
        rondo_svg_add_escaped(&heads[k], keys[k]);
        page->html->failed = page->html->failed || heads[k].failed;
        names[k + 1] = rondo_text_get(&heads[k]);
    }
    start_table(page,
                "Share of the variance of the validation results over the trials that one setting "
                "explains alone: that of a piecewise linear curve, whose number of pieces is "
                "chosen by leave-one-out cross-validation, with a 95 % jackknife interval; p: "
                "permutation test on ranks that it explains anything.",
                names, count + 1);
    for (int64_t g = 0; g < c->group_count; g++)
        if (c->groups[g].effect_count > 0) add_effects(page, g, keys, count);
    end_table(page);
    for (int k = 0; k < count; k++)
        rondo_text_finish(&heads[k]);
}
