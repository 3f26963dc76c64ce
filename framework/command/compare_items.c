#include "command/compare_items.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "infer/split_items.h"
#include "statistics/items.h"
#include "statistics/paired.h"

/* A run, on the split. */
typedef struct model {
    const char *folder;
    rondo_split_identity identity; /* of the split */
    rondo_split_items items;
} model;

typedef struct pair {
    const model *first, *second;
    rondo_paired_bootstrap loss, accuracy;
    int64_t first_only, second_only; /* answers that it alone has right */
    double mcnemar;
} pair;

typedef struct comparing {
    const rondo_compare_items *arguments;
    rondo_split split;
    int64_t count, pair_count;
    model *models;
    pair *pairs;
    double *samples, *p, *adjusted; /* of the bootstrap; [3 * pair_count] */
} comparing;

static rondo_status fail_memory(rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: items");
}

/* --- models --- */

typedef struct opening {
    comparing *c;
    model *model;
} opening;

static rondo_status take_model(void *context, rondo_session *session, rondo_error *error)
{
    opening *o = context;
    rondo_status status = rondo_split_items_make(session, o->c->split, &o->model->items, error);
    o->model->identity = rondo_identity_of(session->dataset).splits[o->c->split];
    return status;
}

static rondo_status open_model(comparing *c, int64_t i, rondo_error *error)
{
    const rondo_compare_items *arguments = c->arguments;
    rondo_run_data data = arguments->data;
    opening o = {c, &c->models[i]};
    data.wanted.split = c->split;
    const rondo_run_arguments run = {.folder = arguments->runs->items[i],
                                     .threads = arguments->threads,
                                     .plugins = *arguments->plugins,
                                     .data = &data};
    c->models[i].folder = run.folder;
    rondo_status status = rondo_command_use_run(&run, true, take_model, &o, error);
    if (status && !strstr(error->text, run.folder)) rondo_error_prefix(error, "%s: ", run.folder);
    return status;
}

static rondo_status check_model(const comparing *c, int64_t i, rondo_error *error)
{
    const model *first = &c->models[0], *other = &c->models[i];
    if (!rondo_split_identity_same(&first->identity, &other->identity) ||
        first->items.count != other->items.count ||
        first->items.prediction_count != other->items.prediction_count)
        return rondo_error_set(
            error, RONDO_USAGE,
            "runs of different data: the %s splits of %s and %s are not the same",
            rondo_split_name(c->split), first->folder, other->folder);
    if (first->items.has_classes != other->items.has_classes)
        return rondo_error_set(error, RONDO_USAGE, "%s and %s do not predict the same",
                               first->folder, other->folder);
    return RONDO_OK;
}

/* --- pairs --- */

static void count_answers(pair *p)
{
    const rondo_split_items *a = &p->first->items, *b = &p->second->items;
    for (int64_t i = 0; i < a->prediction_count; i++) {
        p->first_only += a->answers[i] == RONDO_ITEM_RIGHT && b->answers[i] == RONDO_ITEM_WRONG;
        p->second_only += a->answers[i] == RONDO_ITEM_WRONG && b->answers[i] == RONDO_ITEM_RIGHT;
    }
    p->mcnemar = rondo_mcnemar_exact(p->first_only, p->second_only);
}

static void compare_pair(comparing *c, pair *p)
{
    const rondo_split_items *a = &p->first->items, *b = &p->second->items;
    p->loss = rondo_bootstrap_pairs(a->losses, b->losses, a->weights, a->count, 1, c->samples);
    if (!a->has_classes) return;
    p->accuracy = rondo_bootstrap_pairs(a->right, b->right, a->weights, a->count, 1, c->samples);
    count_answers(p);
}

static void compare_pairs(comparing *c)
{
    int64_t n = 0;
    for (int64_t i = 0; i < c->count; i++)
        for (int64_t k = i + 1; k < c->count; k++, n++) {
            c->pairs[n] = (pair){.first = &c->models[i], .second = &c->models[k], .mcnemar = NAN};
            compare_pair(c, &c->pairs[n]);
            c->p[n] = c->pairs[n].loss.p;
            c->p[c->pair_count + n] = c->pairs[n].accuracy.p;
            c->p[2 * c->pair_count + n] = c->pairs[n].mcnemar;
        }
    int tests = c->models[0].items.has_classes ? 3 : 1;
    for (int t = 0; t < tests; t++)
        rondo_holm(c->p + t * c->pair_count, c->pair_count, c->adjusted + t * c->pair_count);
}

/* --- tables --- */

static void add_pair_names(rondo_grid *grid, const pair *p)
{
    rondo_grid_add(grid, p->first->folder);
    rondo_grid_add(grid, p->second->folder);
}

static void add_bootstrap(rondo_grid *grid, const rondo_paired_bootstrap *result, double adjusted)
{
    rondo_grid_format(grid, "%.4g [%.4g, %.4g]", result->difference, result->low, result->high);
    rondo_grid_probability(grid, result->p);
    rondo_grid_probability(grid, adjusted);
}

static void add_columns(rondo_grid *grid, const char *const *names, int count)
{
    for (int c = 0; c < count; c++)
        rondo_grid_column(grid, names[c], c < 2);
}

static void print_losses(const comparing *c, rondo_grid *grid)
{
    static const char *const names[] = {"run", "compared with", "loss difference", "p (bootstrap)",
                                        "p (Holm)"};
    add_columns(grid, names, 5);
    for (int64_t n = 0; n < c->pair_count; n++) {
        add_pair_names(grid, &c->pairs[n]);
        add_bootstrap(grid, &c->pairs[n].loss, c->adjusted[n]);
    }
}

static void print_answers(const comparing *c, rondo_grid *grid)
{
    static const char *const names[] = {
        "run",           "compared with",  "accuracy difference", "p (bootstrap)", "p (Holm)",
        "only it right", "only the other", "p (McNemar)",         "p (Holm)"};
    add_columns(grid, names, 9);
    for (int64_t n = 0; n < c->pair_count; n++) {
        const pair *p = &c->pairs[n];
        add_pair_names(grid, p);
        add_bootstrap(grid, &p->accuracy, c->adjusted[c->pair_count + n]);
        rondo_grid_format(grid, "%lld", (long long)p->first_only);
        rondo_grid_format(grid, "%lld", (long long)p->second_only);
        rondo_grid_probability(grid, p->mcnemar);
        rondo_grid_probability(grid, c->adjusted[2 * c->pair_count + n]);
    }
}

static void add_notes(const comparing *c, rondo_text *text)
{
    const rondo_split_items *items = &c->models[0].items;
    rondo_text notes = {0};
    rondo_text_add(&notes,
                   "these trained models on the %lld sequences of the %s split; nothing is said "
                   "about other seeds: for those, compare without --items\n",
                   (long long)items->count, rondo_split_name(c->split));
    rondo_text_add(&notes,
                   "p (bootstrap): sequences resampled with replacement, %d times; intervals cover "
                   "95 %% of the resamples\n",
                   (int)RONDO_BOOTSTRAP_SAMPLES);
    if (items->has_classes && items->prediction_count > items->count)
        rondo_text_add(&notes, "p (McNemar) assumes that the answers within a sequence are "
                               "independent, which they are not: rely on the bootstrap\n");
    rondo_text_add(&notes, "p (Holm): adjusted over the family of %lld pair%s, test by test\n",
                   (long long)c->pair_count, c->pair_count == 1 ? "" : "s");
    rondo_face_add_lines(c->arguments->face, rondo_text_get(&notes), text);
    text->failed |= notes.failed;
    rondo_text_finish(&notes);
}

static rondo_status print(const comparing *c, rondo_error *error)
{
    rondo_owned owned = {0};
    rondo_text text = {0};
    rondo_grid losses = {.owned = &owned}, answers = {.owned = &owned};
    print_losses(c, &losses);
    rondo_grid_print(&losses, c->arguments->face, &text);
    if (c->models[0].items.has_classes) {
        print_answers(c, &answers);
        rondo_grid_print(&answers, c->arguments->face, &text);
    }
    add_notes(c, &text);
    text.failed |= owned.failed;
    rondo_owned_finish(&owned);
    return rondo_command_print(&text, error);
}

/* --- all --- */

static bool allocate(comparing *c)
{
    c->models = calloc((size_t)c->count, sizeof *c->models);
    c->pairs = calloc((size_t)c->pair_count, sizeof *c->pairs);
    c->samples = malloc(RONDO_BOOTSTRAP_SAMPLES * sizeof *c->samples);
    c->p = malloc((size_t)(3 * c->pair_count) * sizeof *c->p);
    c->adjusted = malloc((size_t)(3 * c->pair_count) * sizeof *c->adjusted);
    return c->models && c->pairs && c->samples && c->p && c->adjusted;
}

rondo_status rondo_compare_items_run(const rondo_compare_items *arguments, rondo_error *error)
{
    int64_t count = arguments->runs->count;
    comparing c = {.arguments = arguments,
                   .split = RONDO_TEST,
                   .count = count,
                   .pair_count = count * (count - 1) / 2};
    rondo_status status = RONDO_OK;
    if (count < 2) return rondo_error_set(error, RONDO_USAGE, "--items needs two or more runs");
    if (arguments->split) status = rondo_command_split(arguments->split, &c.split, error);
    if (status) return status;
    if (!allocate(&c)) status = fail_memory(error);
    for (int64_t i = 0; i < count && !status; i++) {
        status = open_model(&c, i, error);
        if (!status) status = check_model(&c, i, error);
    }
    if (!status) {
        compare_pairs(&c);
        status = print(&c, error);
    }
    for (int64_t i = 0; i < count && c.models; i++)
        rondo_split_items_finish(&c.models[i].items);
    free(c.models);
    free(c.pairs);
    free(c.samples);
    free(c.p);
    free(c.adjusted);
    return status;
}
