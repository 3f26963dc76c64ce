/* A linear-chain conditional random field (Lafferty, McCallum & Pereira 2001) over the predictions of a
 * tagger (Huang, Xu & Yu 2015): scores of neighbouring tags are learned, and the answer is the best path
 * (Viterbi 1967).
 *
 *     s(y) = start_{y_1} + sum_t x_{t, y_t} + sum_t A_{y_{t-1}, y_t} + end_{y_T}
 *     loss = log sum_y exp s(y) - s(target)
 *     alpha_t(j) = x_tj + log sum_i exp(alpha_{t-1}(i) + A_ij),   beta likewise from the end
 *     d loss / d x_tj = P(y_t = j) - [target_t = j]
 *     d loss / d A_ij = sum_t P(y_{t-1} = i, y_t = j) - [target_{t-1} = i, target_t = j]
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

enum { ACCURACY, WHOLE_SEQUENCES, METRICS };
enum { TRANSITIONS, STARTS, ENDS, PARAMETERS };

static int32_t parameters(const void *config, int64_t width,
                          rondo_loss_parameter own[RONDO_MAX_LOSS_PARAMETERS])
{
    (void)config;
    own[TRANSITIONS] = (rondo_loss_parameter){"transitions", width, width};
    own[STARTS] = (rondo_loss_parameter){"starts", 1, width};
    own[ENDS] = (rondo_loss_parameter){"ends", 1, width};
    return PARAMETERS;
}

/* alpha or the best scores, beta and where the best path comes from, each [steps, K]. */
static int64_t scratch(const void *config, int64_t steps, int64_t width)
{
    (void)config;
    return 3 * steps * width;
}

static double input(const rondo_loss_sequence *s, int64_t t, int64_t k)
{
    return (double)s->prediction[s->row[t] * s->prediction_stride + k];
}

static double transition(const rondo_loss_sequence *s, int64_t from, int64_t to)
{
    return (double)s->parameters[TRANSITIONS][from * s->width + to];
}

/* The best path of classes from first_class on, of equal ones that of the smallest classes; `take` is
 * given each step's. */
static void decode(const rondo_loss_sequence *s, double *best, double *from)
{
    int64_t width = s->width, first = s->first_class, last = s->steps - 1;
    for (int64_t k = first; k < width; k++)
        best[k] = (double)s->parameters[STARTS][k] + input(s, 0, k);
    for (int64_t t = 1; t < s->steps; t++) {
        const double *before = best + (t - 1) * width;
        for (int64_t k = first; k < width; k++) {
            int64_t at = first;
            for (int64_t i = first + 1; i < width; i++)
                if (before[i] + transition(s, i, k) > before[at] + transition(s, at, k)) at = i;
            best[t * width + k] = before[at] + transition(s, at, k) + input(s, t, k);
            from[t * width + k] = (double)at;
        }
    }
    int64_t at = first;
    for (int64_t k = first + 1; k < width; k++)
        if (best[last * width + k] + (double)s->parameters[ENDS][k] >
            best[last * width + at] + (double)s->parameters[ENDS][at])
            at = k;
    for (int64_t t = last; t >= 0; t--) {
        double came = t > 0 ? from[t * width + at] : 0;
        from[t * width] = (double)at; /* the answer to step t */
        at = (int64_t)came;
    }
}

/* log sum_i exp(v_i), v_i = base_i + scores_i stride apart. */
static double log_sum(const double *base, const rondo_real *scores, int64_t stride, int64_t width)
{
    double largest = -HUGE_VAL, sum = 0;
    for (int64_t i = 0; i < width; i++)
        largest = fmax(largest, base[i] + (double)scores[i * stride]);
    for (int64_t i = 0; i < width; i++)
        sum += exp(base[i] + (double)scores[i * stride] - largest);
    return largest + log(sum);
}

/* Returns log sum_y exp s(y). */
static double fill_alpha(const rondo_loss_sequence *s, double *alpha)
{
    int64_t width = s->width;
    for (int64_t k = 0; k < width; k++)
        alpha[k] = (double)s->parameters[STARTS][k] + input(s, 0, k);
    for (int64_t t = 1; t < s->steps; t++)
        for (int64_t k = 0; k < width; k++)
            alpha[t * width + k] =
                input(s, t, k) +
                log_sum(alpha + (t - 1) * width, s->parameters[TRANSITIONS] + k, width, width);
    return log_sum(alpha + (s->steps - 1) * width, s->parameters[ENDS], 1, width);
}

/* Of what follows step t; x_t itself is in alpha. `ahead` is [K] of scratch. */
static void fill_beta(const rondo_loss_sequence *s, double *beta, double *ahead)
{
    int64_t width = s->width, last = s->steps - 1;
    for (int64_t k = 0; k < width; k++)
        beta[last * width + k] = (double)s->parameters[ENDS][k];
    for (int64_t t = last - 1; t >= 0; t--) {
        for (int64_t k = 0; k < width; k++)
            ahead[k] = input(s, t + 1, k) + beta[(t + 1) * width + k];
        for (int64_t k = 0; k < width; k++)
            beta[t * width + k] = log_sum(ahead, s->parameters[TRANSITIONS] + k * width, 1, width);
    }
}

static double score_of_target(const rondo_loss_sequence *s)
{
    double sum = 0;
    for (int64_t t = 0; t < s->steps; t++) {
        int32_t now = s->target_class[s->row[t]];
        sum += input(s, t, now);
        sum += t == 0 ? (double)s->parameters[STARTS][now]
                      : transition(s, s->target_class[s->row[t - 1]], now);
    }
    return sum + (double)s->parameters[ENDS][s->target_class[s->row[s->steps - 1]]];
}

/* Pairs of neighbours first: they need the predictions, whose place d_prediction may take. */
static void add_transitions(const rondo_loss_sequence *s, const double *alpha, const double *beta,
                            double all)
{
    int64_t width = s->width;
    double *d = s->d_parameters[TRANSITIONS];
    for (int64_t t = 1; t < s->steps; t++) {
        for (int64_t i = 0; i < width; i++)
            for (int64_t j = 0; j < width; j++)
                d[i * width + j] += exp(alpha[(t - 1) * width + i] + transition(s, i, j) +
                                        input(s, t, j) + beta[t * width + j] - all);
        d[s->target_class[s->row[t - 1]] * width + s->target_class[s->row[t]]] -= 1;
    }
}

static void write_gradients(const rondo_loss_sequence *s, const double *alpha, const double *beta,
                            double all)
{
    int64_t width = s->width, last = s->steps - 1;
    add_transitions(s, alpha, beta, all);
    for (int64_t t = 0; t < s->steps; t++) {
        rondo_real *d = s->d_prediction + s->row[t] * s->prediction_stride;
        int32_t target = s->target_class[s->row[t]];
        for (int64_t k = 0; k < width; k++) {
            double p = exp(alpha[t * width + k] + beta[t * width + k] - all) - (k == target);
            d[k] = (rondo_real)p;
            if (t == 0) s->d_parameters[STARTS][k] += p;
            if (t == last) s->d_parameters[ENDS][k] += p;
        }
    }
}

static void count_answers(const rondo_loss_sequence *s, const double *answers)
{
    int64_t right = 0;
    for (int64_t t = 0; t < s->steps; t++)
        right += (int32_t)answers[t * s->width] == s->target_class[s->row[t]];
    s->metrics[ACCURACY] = (double)right;
    s->metrics[WHOLE_SEQUENCES] = right == s->steps ? (double)s->steps : 0;
}

static void sequence(const void *config, const rondo_loss_sequence *s)
{
    double *alpha = s->scratch, *beta = alpha + s->steps * s->width;
    double *from = beta + s->steps * s->width;
    (void)config;
    decode(s, alpha, from);
    for (int64_t t = 0; s->classes && t < s->steps; t++)
        s->classes[s->row[t]] = (int32_t)from[t * s->width];
    if (!s->target_class) return;
    count_answers(s, from);
    double all = fill_alpha(s, alpha);
    *s->loss = all - score_of_target(s);
    if (!s->d_prediction) return;
    fill_beta(s, beta, from);
    write_gradients(s, alpha, beta, all);
}

/* Of single steps: a softmax of the scores. The answers are those of the best path. */
static void activate(const void *config, int64_t row_count, int64_t width,
                     const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                     int64_t output_stride)
{
    (void)config;
    for (int64_t r = 0; r < row_count; r++) {
        const rondo_real *x = prediction + r * prediction_stride;
        rondo_real *p = output + r * output_stride, largest = x[0];
        double sum = 0;
        for (int64_t k = 1; k < width; k++)
            largest = x[k] > largest ? x[k] : largest;
        for (int64_t k = 0; k < width; k++) {
            p[k] = rondo_exp(x[k] - largest);
            sum += (double)p[k];
        }
        for (int64_t k = 0; k < width; k++)
            p[k] = (rondo_real)((double)p[k] / sum);
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_crf;
const rondo_loss rondo_plugin_crf = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "crf",
             .summary =
                 "conditional random field: scores of neighbouring tags are learned, answers are "
                 "best paths; nats per step",
             .equations =
                 "s(y) = start_{y_1} + sum_t x_{t, y_t} + sum_t A_{y_{t-1}, y_t} + end_{y_T}\n"
                 "loss = log sum_y exp s(y) - s(target)\n"
                 "answer = argmax_y s(y)",
             .source = "Lafferty, McCallum & Pereira (2001), Conditional random fields; behind a "
                       "recurrent network Huang, Xu & Yu (2015), arXiv:1508.01991, section 2.5",
             .options = options},
    .target = RONDO_TARGET_CLASS,
    .metric_count = METRICS,
    .metrics = {[ACCURACY] = {"accuracy", "1", RONDO_METRIC_MEAN, true},
                [WHOLE_SEQUENCES] = {"steps_of_right_sequences", "1", RONDO_METRIC_MEAN, true}},
    .activate = activate,
    .parameters = parameters,
    .scratch = scratch,
    .sequence = sequence,
};
