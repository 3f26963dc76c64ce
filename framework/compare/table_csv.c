/* A comparison as CSV: numbers in full. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "compare/table.h"

static void begin(rondo_text *text, bool *first)
{
    if (!*first) rondo_text_add(text, ",");
    *first = false;
}

void rondo_csv_word(rondo_text *text, const char *word)
{
    rondo_text plain = {0};
    rondo_face_add(RONDO_FACE_TERMINAL, word, &plain);
    rondo_text_add_csv(text, rondo_text_get(&plain));
    text->failed |= plain.failed;
    rondo_text_finish(&plain);
}

static void add_word(rondo_text *text, bool *first, const char *word)
{
    begin(text, first);
    rondo_csv_word(text, word ? word : "");
}

static void add_number(rondo_text *text, bool *first, double value)
{
    char number[32];
    begin(text, first);
    if (isfinite(value))
        rondo_text_add(text, "%s", rondo_text_of_real(value, number));
    else if (isinf(value))
        rondo_text_add(text, value > 0 ? "Inf" : "-Inf");
}

static void add_integer(rondo_text *text, bool *first, int64_t value)
{
    begin(text, first);
    rondo_text_add(text, "%lld", (long long)value);
}

static void add_estimate(rondo_text *text, bool *first, const rondo_seed_estimate *estimate)
{
    add_number(text, first, estimate->count > 0 ? estimate->mean : NAN);
    add_number(text, first, estimate->count > 1 ? estimate->deviation : NAN);
    add_number(text, first, estimate->count > 1 ? estimate->low : NAN);
    add_number(text, first, estimate->count > 1 ? estimate->high : NAN);
}

static void add_pair(rondo_text *text, bool *first, const rondo_compared_pair *pair)
{
    add_integer(text, first, pair->count);
    add_estimate(text, first, &pair->difference);
    add_number(text, first, pair->t_p);
    add_number(text, first, pair->exact_p);
    add_number(text, first, pair->adjusted_p);
    add_number(text, first, pair->effect);
    add_number(text, first, pair->better);
    add_number(text, first, pair->equivalent_p);
    add_word(text, first, rondo_compared_verdict_text(pair->verdict));
    add_integer(text, first, pair->more_seeds);
}

static const char pair_names[] =
    "seeds,difference,difference_sd,difference_low,difference_high,p_t,p_exact,p_holm,g_z,"
    "p_better,p_tost,verdict,more_seeds";

static const rondo_compared_pair *with_baseline(const rondo_comparison *comparison, int64_t v)
{
    for (int64_t p = 0; p < comparison->pair_count && comparison->baseline; p++)
        if (comparison->pairs[p].first == v) return &comparison->pairs[p];
    return NULL;
}

static void write_variants(const rondo_comparison *comparison, rondo_text *text)
{
    rondo_text_add(text,
                   "variant,search,parameters,training_flops,hidden,runs,value,value_sd,value_low,"
                   "value_high,best_valid,best_valid_sd,best_valid_low,best_valid_high,test,"
                   "test_sd,test_low,test_high,%s\n",
                   pair_names);
    for (int64_t v = 0; v < comparison->variant_count; v++) {
        const rondo_compared_variant *variant = &comparison->variants[v];
        const rondo_compared_pair *pair = with_baseline(comparison, v);
        bool first = true;
        add_word(text, &first, variant->name);
        add_word(text, &first, comparison->groups[variant->group].name);
        add_number(text, &first, variant->parameters > 0 ? (double)variant->parameters : NAN);
        add_number(text, &first, variant->training_flops);
        add_word(text, &first, variant->hidden_text);
        add_integer(text, &first, variant->value.count);
        add_estimate(text, &first, &variant->value);
        add_estimate(text, &first, &variant->best_valid);
        add_estimate(text, &first, &variant->test);
        if (pair)
            add_pair(text, &first, pair);
        else
            rondo_text_add(text, ",,,,,,,,,,,,,");
        rondo_text_add(text, "\n");
    }
}

static void write_pairs(const rondo_comparison *comparison, rondo_text *text)
{
    rondo_text_add(text, "variant,compared_with,%s\n", pair_names);
    for (int64_t p = 0; p < comparison->pair_count; p++) {
        const rondo_compared_pair *pair = &comparison->pairs[p];
        bool first = true;
        add_word(text, &first, comparison->variants[pair->first].name);
        add_word(text, &first, comparison->variants[pair->second].name);
        add_pair(text, &first, pair);
        rondo_text_add(text, "\n");
    }
}

static void write_runs(const rondo_comparison *comparison, rondo_text *text)
{
    rondo_text_add(text, "run,variant,seed,state,rung,epochs,steps,tokens,best_epoch,best_valid,"
                         "test,value,config,folder,repeat,reason\n");
    for (int64_t i = 0; i < comparison->run_count; i++) {
        const rondo_compared_run *run = &comparison->runs[i];
        bool first = true;
        add_integer(text, &first, run->number);
        add_word(text, &first, comparison->variants[run->variant].name);
        add_integer(text, &first, run->seed);
        add_word(text, &first, rondo_run_state_name(run->state));
        add_integer(text, &first, run->rung);
        add_integer(text, &first, run->epochs);
        add_integer(text, &first, run->steps);
        add_number(text, &first, run->tokens);
        add_integer(text, &first, run->best_epoch);
        add_number(text, &first, run->best_valid);
        add_number(text, &first, run->test);
        add_number(text, &first, run->value);
        add_word(text, &first, run->config_hash);
        add_word(text, &first, run->name);
        add_word(text, &first, run->repeat);
        add_word(text, &first, run->reason);
        rondo_text_add(text, "\n");
    }
}

void rondo_comparison_csv(const rondo_comparison *comparison, rondo_compared_show show,
                          rondo_text *text)
{
    if (show == RONDO_SHOW_PAIRS)
        write_pairs(comparison, text);
    else if (show == RONDO_SHOW_RUNS)
        write_runs(comparison, text);
    else
        write_variants(comparison, text);
}
