#include "data/judge.h"

#include <stdio.h>
#include <string.h>

#include "data/formats/reber.h"

enum { WAS = 0, WERE = 1, VERBS = 2, LEAST_BIN = 5, SUBJECT_AND_ARTICLE = 2 };

static const char *const verb_names[VERBS] = {"was", "were"};

static void add_bins(rondo_judge *judge, int64_t longest)
{
    judge->bin = longest / (RONDO_MAX_VERDICTS - 1) + 1;
    if (judge->bin < LEAST_BIN) judge->bin = LEAST_BIN;
    for (int64_t low = 0; low <= longest; low += judge->bin) {
        int64_t high = low + judge->bin - 1;
        rondo_verdict *verdict = &judge->verdicts[judge->count++];
        snprintf(verdict->name, sizeof verdict->name, "agreement_%lld_to_%lld", (long long)low,
                 (long long)(high < longest ? high : longest));
    }
}

bool rondo_judge_takes(const rondo_data_config *config)
{
    return config->format == RONDO_FORMAT_GENERATED &&
           (config->generator.name == RONDO_REBER || config->generator.name == RONDO_AGREEMENT);
}

void rondo_judge_start(const rondo_data_config *config, const rondo_vocabulary *names,
                       rondo_judge *judge)
{
    *judge = (rondo_judge){.generator = -1};
    if (!rondo_judge_takes(config)) return;
    bool is_reber = config->generator.name == RONDO_REBER;
    const char *const *symbols = is_reber ? rondo_reber_names : verb_names;
    for (int i = 0; i < (is_reber ? RONDO_REBER_SYMBOLS : VERBS); i++) {
        judge->ids[i] = rondo_vocabulary_find(names, symbols[i], (int64_t)strlen(symbols[i]));
        if (judge->ids[i] == RONDO_UNKNOWN_ID) return;
    }
    judge->generator = config->generator.name;
    judge->width = rondo_vocabulary_size(names);
    judge->count = 1;
    snprintf(judge->verdicts[0].name, RONDO_VERDICT_NAME,
             is_reber ? "legal_sequences" : "agreement");
    if (!is_reber) add_bins(judge, config->generator.length);
}

double rondo_verdict_share(const rondo_verdict *verdict)
{
    return verdict->all > 0 ? (double)verdict->right / (double)verdict->all : 0;
}

void rondo_judge_clear(rondo_judge *judge)
{
    for (int64_t i = 0; i < judge->count; i++)
        judge->verdicts[i].right = judge->verdicts[i].all = 0;
}

static void add_verdict(rondo_verdict *verdict, bool right)
{
    verdict->right += right;
    verdict->all++;
}

/* Is each allowed symbol predicted more strongly than everything else? */
static bool predicts(const rondo_judge *judge, const rondo_real *prediction, int allowed)
{
    rondo_real weakest = 0, strongest = 0;
    bool first_in = true, first_out = true;
    for (int64_t k = 0; k < judge->width; k++) {
        bool inside = false;
        for (int i = 0; i < RONDO_REBER_SYMBOLS; i++)
            inside |= judge->ids[i] == k && (allowed & 1 << i);
        if (inside && (first_in || prediction[k] < weakest)) weakest = prediction[k];
        if (!inside && (first_out || prediction[k] > strongest)) strongest = prediction[k];
        first_in &= !inside;
        first_out &= inside;
    }
    return weakest > strongest;
}

/* The symbols of a string's steps are its targets; the step after the last E is the end symbol. */
static void judge_string(rondo_judge *judge, const rondo_batch *batch, int64_t row,
                         const rondo_real *prediction)
{
    rondo_reber reber = {0};
    bool right = true;
    int allowed;
    for (int64_t t = 0; (allowed = rondo_reber_allowed(&reber)) != 0; t++) {
        int64_t n = batch->offset[t] + row;
        right &= predicts(judge, prediction + n * judge->width, allowed);
        int index = 0;
        while (judge->ids[index] != batch->targets[n])
            index++;
        rondo_reber_step(&reber, 1 << index);
    }
    add_verdict(&judge->verdicts[0], right);
}

static void judge_sentence(rondo_judge *judge, const rondo_batch *batch, int64_t row,
                           const rondo_real *prediction)
{
    int64_t t = 0;
    while (batch->targets[batch->offset[t] + row] != judge->ids[WAS] &&
           batch->targets[batch->offset[t] + row] != judge->ids[WERE])
        t++;
    int64_t n = batch->offset[t] + row, distance = t - SUBJECT_AND_ARTICLE;
    const rondo_real *p = prediction + n * judge->width;
    rondo_real was = p[judge->ids[WAS]], were = p[judge->ids[WERE]];
    bool right = batch->targets[n] == judge->ids[WAS] ? was > were : were > was;
    add_verdict(&judge->verdicts[0], right);
    add_verdict(&judge->verdicts[1 + distance / judge->bin], right);
}

void rondo_judge_add(rondo_judge *judge, const rondo_batch *batch, const rondo_real *prediction)
{
    for (int64_t row = 0; row < batch->rows && judge->generator >= 0; row++)
        (judge->generator == RONDO_REBER ? judge_string : judge_sentence)(judge, batch, row,
                                                                          prediction);
}
