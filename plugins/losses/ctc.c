/* Connectionist temporal classification (Graves, Fernandez, Gomez & Schmidhuber 2006): labels of a sequence
 * without their places in it. At each step a network says a label or nothing (the blank); a path says the
 * labels that are left when repetitions are merged and blanks taken out, and the probability of labels is
 * the sum over all paths that say them.
 *
 *     y_tk = softmax_k(x_t),   l' = blank l_1 blank l_2 .. l_U blank,   S = 2 U + 1
 *     alpha_t(s) = y_t(l'_s) (alpha_{t-1}(s) + alpha_{t-1}(s-1) [+ alpha_{t-1}(s-2)])
 *     beta_{t-1}(s) = beta_t(s) y_t(l'_s) + beta_t(s+1) y_t(l'_{s+1}) [+ beta_t(s+2) y_t(l'_{s+2})]
 *     loss = -log p,   p = alpha_T(S) + alpha_T(S-1)
 *     d loss / d x_tk = y_tk - sum_{s: l'_s = k} alpha_t(s) beta_t(s) / p
 *
 * The terms in brackets are of labels that differ from the label before. All of it is computed with
 * logarithms. The paper's beta has y_t(l'_s) in it; here alpha alone has.
 *
 * Answers: the labels of the best path, or those of the best prefix that a beam search finds (Graves 2012,
 * Supervised sequence labelling with recurrent neural networks, section 7.5.3, as restricted to a beam by
 * Hannun, Maas, Jurafsky & Ng 2014, arXiv:1408.2873, algorithm 1, without a language model).
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

typedef struct ctc_config {
    int64_t beam;
} ctc_config;

enum { MOST_BEAM = 100 };

static const rondo_option options[] = {
    RONDO_INTEGER(
        ctc_config, beam, 1, 1, MOST_BEAM,
        "how labels are answered; 1: those of the best path; above: a search over prefixes "
        "that keeps so many, slower"),
    RONDO_OPTIONS_END};

/* log(exp a + exp b) */
static double add(double a, double b)
{
    double largest = fmax(a, b);
    return largest == -HUGE_VAL ? largest : largest + log1p(exp(fmin(a, b) - largest));
}

/* --- loss and gradient --- */

/* alpha [steps, S]; at a step beta and what it carries back, [S] each; and sums over s by class [K]. */
static int64_t loss_scratch(int64_t steps, int64_t width, int64_t labels)
{
    int64_t places = 2 * labels + 1;
    return (steps + 2) * places + width;
}

static const rondo_real *input(const rondo_loss_sequence *s, int64_t t)
{
    return s->prediction + s->row[t] * s->prediction_stride;
}

/* log sum_k exp(x_k) */
static double log_total(const rondo_real *x, int64_t width)
{
    double largest = (double)x[0], sum = 0;
    for (int64_t k = 1; k < width; k++)
        largest = fmax(largest, (double)x[k]);
    for (int64_t k = 0; k < width; k++)
        sum += exp((double)x[k] - largest);
    return largest + log(sum);
}

/* l'_i: blanks are at even places. */
static int64_t class_at(const rondo_loss_sequence *s, int64_t i)
{
    return i % 2 == 0 ? s->blank : s->labels[i / 2];
}

/* Whether a path may come to place i from i - 2: past a blank, to another label. */
static bool may_skip(const rondo_loss_sequence *s, int64_t i)
{
    return i % 2 == 1 && i >= 3 && s->labels[i / 2] != s->labels[i / 2 - 1];
}

/* Returns log p. */
static double fill_alpha(const rondo_loss_sequence *s, double *alpha)
{
    int64_t places = 2 * s->label_count + 1;
    for (int64_t t = 0; t < s->steps; t++) {
        const rondo_real *x = input(s, t);
        const double *before = alpha + (t - 1) * places;
        double *now = alpha + t * places, total = log_total(x, s->width);
        for (int64_t i = 0; i < places; i++) {
            double come = t > 0 ? before[i] : i < 2 ? 0 : -HUGE_VAL;
            if (t > 0 && i > 0) come = add(come, before[i - 1]);
            if (t > 0 && may_skip(s, i)) come = add(come, before[i - 2]);
            now[i] = come + (double)x[class_at(s, i)] - total;
        }
    }
    const double *last = alpha + (s->steps - 1) * places;
    return places > 1 ? add(last[places - 1], last[places - 2]) : last[0];
}

/* From the last step back. A step's prediction is read before its gradient is written, which may take its
 * place. */
static void write_gradients(const rondo_loss_sequence *s, const double *alpha, double log_p)
{
    int64_t places = 2 * s->label_count + 1, width = s->width;
    double *beta = s->scratch + s->steps * places, *ahead = beta + places, *said = ahead + places;
    for (int64_t i = 0; i < places; i++)
        beta[i] = i < places - 2 ? -HUGE_VAL : 0;
    for (int64_t t = s->steps - 1; t >= 0; t--) {
        const rondo_real *x = input(s, t);
        rondo_real *d = s->d_prediction + s->row[t] * s->prediction_stride;
        double total = log_total(x, width);
        for (int64_t k = 0; k < width; k++)
            said[k] = 0;
        for (int64_t i = 0; i < places; i++) {
            said[class_at(s, i)] += exp(alpha[t * places + i] + beta[i] - log_p);
            ahead[i] = beta[i] + (double)x[class_at(s, i)] - total;
        }
        for (int64_t i = 0; i < places; i++) {
            beta[i] = ahead[i];
            if (i + 1 < places) beta[i] = add(beta[i], ahead[i + 1]);
            if (i + 2 < places && may_skip(s, i + 2)) beta[i] = add(beta[i], ahead[i + 2]);
        }
        for (int64_t k = 0; k < width; k++)
            d[k] = (rondo_real)(exp((double)x[k] - total) - said[k]);
    }
}

/* --- answers --- */

/* Classes that are answered are the blank and those from first_class on; of equal ones the blank, then the
 * smallest. */
static void answer_best_path(const rondo_loss_sequence *s)
{
    int64_t before = s->blank, count = 0;
    for (int64_t t = 0; t < s->steps; t++) {
        const rondo_real *x = input(s, t);
        int64_t best = s->blank;
        for (int64_t k = s->first_class; k < s->width; k++)
            if (x[k] > x[best]) best = k;
        if (best != s->blank && best != before) s->answer[count++] = (int32_t)best;
        before = best;
    }
    *s->answer_count = count;
}

/* Prefixes are nodes of a tree; numbers are kept as doubles, as all scratch is. */
typedef struct prefix_tree {
    double *parent, *label, *child, *sibling; /* node 0 is the empty prefix and no child */
    double *place;                            /* in the beam, from 1; 0: not there */
    int64_t count;
} prefix_tree;

/* Log probabilities of all paths so far that say a prefix and end with the blank, or with a label. */
typedef struct hypothesis {
    int64_t node;  /* of the prefix; with `label` that of the prefix before it */
    int64_t label; /* -1: none is added */
    double blank, other;
} hypothesis;

typedef struct beam {
    int64_t count, most;
    hypothesis at[MOST_BEAM];
} beam;

enum { NODE_NUMBERS = 5 };

static int64_t node_count(int64_t most, int64_t steps)
{
    return 1 + most * steps;
}

static int64_t search_scratch(int64_t most, int64_t steps, int64_t width)
{
    return NODE_NUMBERS * node_count(most, steps) + width;
}

/* By falling probability; of equal ones the first stays before. */
static void offer(beam *next, const hypothesis *h)
{
    double p = add(h->blank, h->other);
    int64_t i = next->count < next->most ? next->count++ : next->most;
    for (; i > 0 && add(next->at[i - 1].blank, next->at[i - 1].other) < p; i--)
        if (i < next->most) next->at[i] = next->at[i - 1];
    if (i < next->most) next->at[i] = *h;
}

static int64_t find_child(const prefix_tree *tree, int64_t node, int64_t label)
{
    int64_t child = (int64_t)tree->child[node];
    while (child > 0 && (int64_t)tree->label[child] != label)
        child = (int64_t)tree->sibling[child];
    return child;
}

/* log P of coming to say `label` behind a prefix: again only from a blank. */
static double extension(const prefix_tree *tree, const hypothesis *h, int64_t label,
                        const double *log_y)
{
    bool again = h->node > 0 && (int64_t)tree->label[h->node] == label;
    return log_y[label] + (again ? h->blank : add(h->blank, h->other));
}

/* What each prefix of the beam becomes where it stays, and where a label is added to it; a prefix that is
 * in the beam already gets what its parent brings. */
static void extend(const rondo_loss_sequence *s, const prefix_tree *tree, const beam *now,
                   const double *log_y, beam *next)
{
    next->count = 0;
    for (int64_t b = 0; b < now->count; b++) {
        const hypothesis *h = &now->at[b];
        hypothesis stays = {h->node, -1, log_y[s->blank] + add(h->blank, h->other), -HUGE_VAL};
        if (h->node > 0) {
            int64_t label = (int64_t)tree->label[h->node];
            int64_t before = (int64_t)tree->place[(int64_t)tree->parent[h->node]];
            stays.other = h->other + log_y[label];
            if (before > 0)
                stays.other = add(stays.other, extension(tree, &now->at[before - 1], label, log_y));
        }
        offer(next, &stays);
        for (int64_t k = s->first_class; k < s->width; k++) {
            int64_t child = find_child(tree, h->node, k);
            if (child > 0 && tree->place[child] > 0) continue;
            offer(next, &(hypothesis){h->node, k, -HUGE_VAL, extension(tree, h, k, log_y)});
        }
    }
}

static int64_t child_of(prefix_tree *tree, int64_t node, int64_t label)
{
    int64_t child = find_child(tree, node, label);
    if (child > 0) return child;
    child = tree->count++;
    tree->parent[child] = (double)node;
    tree->label[child] = (double)label;
    tree->child[child] = tree->place[child] = 0;
    tree->sibling[child] = tree->child[node];
    tree->child[node] = (double)child;
    return child;
}

/* The next beam becomes this one; its new prefixes get nodes. */
static void take(prefix_tree *tree, const beam *next, beam *now)
{
    for (int64_t b = 0; b < now->count; b++)
        tree->place[now->at[b].node] = 0;
    *now = *next;
    for (int64_t b = 0; b < now->count; b++) {
        hypothesis *h = &now->at[b];
        if (h->label >= 0) h->node = child_of(tree, h->node, h->label);
        h->label = -1;
        tree->place[h->node] = (double)(b + 1);
    }
}

static void write_prefix(const rondo_loss_sequence *s, const prefix_tree *tree, int64_t node)
{
    int64_t count = 0;
    for (int64_t n = node; n > 0; n = (int64_t)tree->parent[n])
        count++;
    *s->answer_count = count;
    for (; node > 0; node = (int64_t)tree->parent[node])
        s->answer[--count] = (int32_t)tree->label[node];
}

static void answer_best_prefix(const rondo_loss_sequence *s, int64_t most)
{
    int64_t nodes = node_count(most, s->steps);
    double *numbers = s->scratch, *log_y = numbers + NODE_NUMBERS * nodes;
    prefix_tree tree = {.parent = numbers,
                        .label = numbers + nodes,
                        .child = numbers + 2 * nodes,
                        .sibling = numbers + 3 * nodes,
                        .place = numbers + 4 * nodes,
                        .count = 1};
    beam now = {.count = 1, .most = most, .at = {{0, -1, 0, -HUGE_VAL}}}, next = {.most = most};
    tree.child[0] = 0;
    tree.place[0] = 1;
    for (int64_t t = 0; t < s->steps; t++) {
        const rondo_real *x = input(s, t);
        double total = log_total(x, s->width);
        for (int64_t k = 0; k < s->width; k++)
            log_y[k] = (double)x[k] - total;
        extend(s, &tree, &now, log_y, &next);
        take(&tree, &next, &now);
    }
    write_prefix(s, &tree, now.at[0].node);
}

/* --- */

static int64_t label_scratch(const void *config, int64_t steps, int64_t width, int64_t labels)
{
    const ctc_config *c = config;
    int64_t of_loss = loss_scratch(steps, width, labels);
    int64_t of_search = c->beam > 1 ? search_scratch(c->beam, steps, width) : 0;
    return of_loss > of_search ? of_loss : of_search;
}

static void sequence(const void *config, const rondo_loss_sequence *s)
{
    const ctc_config *c = config;
    if (s->answer && c->beam > 1) answer_best_prefix(s, c->beam);
    if (s->answer && c->beam == 1) answer_best_path(s);
    if (!s->labels) return;
    double log_p = fill_alpha(s, s->scratch);
    *s->loss = -log_p;
    if (s->d_prediction) write_gradients(s, s->scratch, log_p);
}

/* y_tk */
static void activate(const void *config, int64_t row_count, int64_t width,
                     const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                     int64_t output_stride)
{
    (void)config;
    for (int64_t r = 0; r < row_count; r++) {
        const rondo_real *x = prediction + r * prediction_stride;
        rondo_real *y = output + r * output_stride;
        double total = log_total(x, width);
        for (int64_t k = 0; k < width; k++)
            y[k] = (rondo_real)exp((double)x[k] - total);
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_ctc;
const rondo_loss rondo_plugin_ctc = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "ctc",
             .summary =
                 "connectionist temporal classification: label sequences whose places in the "
                 "input are not known; nats per sequence",
             .equations =
                 "y_tk = softmax_k(x_t)\n"
                 "p(l | x) = sum over paths of prod_t y_{t, path_t}; a path says l when its\n"
                 "           repetitions are merged and then its blanks taken out\n"
                 "loss = -log p(l | x)\n"
                 "answer = the labels of the best path, or of the best prefix found",
             .source = "Graves, Fernandez, Gomez & Schmidhuber (2006), Connectionist temporal "
                       "classification: labelling unsegmented sequence data with recurrent neural "
                       "networks",
             .config_size = sizeof(ctc_config), .options = options},
    .target = RONDO_TARGET_LABELS,
    .activate = activate,
    .sequence = sequence,
    .label_scratch = label_scratch,
};
