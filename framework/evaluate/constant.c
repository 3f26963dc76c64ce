#include "evaluate/constant.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

/* Rows of a loss tile; numbers that are needed for the answer, and for its loss. */
enum { ROWS = 4, NUMBERS = 1 << 26 };

typedef struct constant {
    const rondo_network *network;
    const rondo_dataset *dataset;
    int64_t width;
    const double *class_weights; /* of training; NULL: all alike */
    double weight;               /* of all targets of the training split */
    double *mean;                /* [width]: of the training split's targets */
    rondo_real *answer;          /* [ROWS, width]: the prediction, before the loss's activation */
    rondo_real *outcome;         /* [width]: behind it */
    int32_t classes[ROWS];       /* targets of the tile that is filled */
    rondo_real *values;          /* [ROWS, width]: or these */
    double *row_loss, *row_metrics;
    int64_t rows; /* of the tile so far */
    double sum;   /* of the losses of `count` rows */
    int64_t count;
} constant;

static rondo_status allocate(constant *c, rondo_error *error)
{
    static const char what[] = "loss of a constant answer";
    bool is_class = c->network->loss->target == RONDO_TARGET_CLASS;
    size_t width = (size_t)c->width, metrics = (size_t)c->network->loss->metric_count;
    c->mean = rondo_memory_create(width * sizeof *c->mean, what, error);
    c->answer = rondo_memory_create(ROWS * width * sizeof *c->answer, what, error);
    c->outcome = rondo_memory_create(width * sizeof *c->outcome, what, error);
    c->values = rondo_memory_create((is_class ? 1 : ROWS * width) * sizeof *c->values, what, error);
    c->row_loss = rondo_memory_create(ROWS * sizeof *c->row_loss, what, error);
    c->row_metrics = rondo_memory_create((ROWS * metrics + 1) * sizeof(double), what, error);
    return c->mean && c->answer && c->outcome && c->values && c->row_loss && c->row_metrics
               ? RONDO_OK
               : error->status;
}

static void release(constant *c)
{
    rondo_memory_destroy(c->mean);
    rondo_memory_destroy(c->answer);
    rondo_memory_destroy(c->outcome);
    rondo_memory_destroy(c->values);
    rondo_memory_destroy(c->row_loss);
    rondo_memory_destroy(c->row_metrics);
}

/* Calls take(c, of, row) for the rows of a split, a target each; of a split with more than NUMBERS
 * numbers, `a_row` of them in each row, for some of the rows, evenly spaced. */
static void each_row(constant *c, rondo_split split, int64_t a_row,
                     void (*take)(constant *c, const rondo_sequences *of, int64_t row))
{
    const rondo_sequences *of = &c->dataset->splits[split];
    int64_t count = c->dataset->schema->sequence_targets ? of->count : of->offset[of->count];
    int64_t skip = count / (NUMBERS / a_row + 1) + 1, next = 0, done = 0;
    for (int64_t s = 0; s < of->count; s++) {
        int64_t rows = c->dataset->schema->sequence_targets ? 1 : of->offset[s + 1] - of->offset[s];
        int64_t first = c->dataset->schema->sequence_targets ? s : rondo_sequence_start(of, s);
        for (; next < done + rows; next += skip)
            take(c, of, first + next - done);
        done += rows;
    }
}

static void add_target(constant *c, const rondo_sequences *of, int64_t row)
{
    double weight = 1;
    if (of->targets.data) {
        int32_t target = rondo_ids_get(of->targets, row);
        if (c->class_weights) weight = c->class_weights[target];
        c->mean[target] += weight;
    } else {
        for (int64_t k = 0; k < c->width; k++)
            c->mean[k] += (double)of->target_values[row * c->width + k];
    }
    c->weight += weight;
}

/* Sums become means; a class or a yes that never came keeps a share of one row. */
static void divide(constant *c)
{
    int32_t target = c->network->loss->target;
    double more = target == RONDO_TARGET_VALUES ? 0 : 1;
    double even = target == RONDO_TARGET_CLASS ? 1 / (double)c->width : 0.5;
    for (int64_t k = 0; k < c->width; k++)
        c->mean[k] = (c->mean[k] + more * even) / (c->weight + more);
}

/* Links of the activations there are: identity, softmax, sigmoid. */
enum { LINKS = 3 };

static double through_link(int link, double mean)
{
    if (link == 0) return mean;
    return link == 1 ? log(mean) : log(mean / (1 - mean));
}

/* Whether the loss's own activation makes the means of the answer. */
static bool answers_the_means(constant *c, int link)
{
    const rondo_network *network = c->network;
    for (int64_t k = 0; k < c->width; k++)
        c->answer[k] = (rondo_real)through_link(link, c->mean[k]);
    network->loss->activate(network->loss_options, 1, c->width, c->answer, c->width, c->outcome,
                            c->width);
    for (int64_t k = 0; k < c->width; k++)
        if (!(fabs((double)c->outcome[k] - c->mean[k]) <= 1e-3 * fabs(c->mean[k]) + 1e-6))
            return false;
    return true;
}

static bool find_answer(constant *c)
{
    int link = 0;
    while (link < LINKS && !answers_the_means(c, link))
        link++;
    for (int64_t i = c->width; i < ROWS * c->width; i++)
        c->answer[i] = c->answer[i - c->width];
    return link < LINKS;
}

static void add_losses(constant *c)
{
    const rondo_network *network = c->network;
    bool is_class = network->loss->target == RONDO_TARGET_CLASS;
    const rondo_loss_tile tile = {.rows = c->rows,
                                  .width = c->width,
                                  .prediction = c->answer,
                                  .prediction_stride = c->width,
                                  .target_class = is_class ? c->classes : NULL,
                                  .target_values = is_class ? NULL : c->values,
                                  .loss = c->row_loss,
                                  .metrics = c->row_metrics,
                                  .first_class = network->first_class,
                                  .target_width = network->target_width};
    if (c->rows == 0) return;
    network->loss->rows(network->loss_options, &tile);
    for (int64_t r = 0; r < tile.rows; r++)
        c->sum += c->row_loss[r];
    c->count += c->rows;
    c->rows = 0;
}

/* Rows are evaluated in blocks. */
static void add_row(constant *c, const rondo_sequences *of, int64_t row)
{
    if (of->targets.data)
        c->classes[c->rows] = rondo_ids_get(of->targets, row);
    else
        memcpy(c->values + c->rows * c->width, of->target_values + row * c->width,
               (size_t)c->width * sizeof *c->values);
    if (++c->rows == ROWS) add_losses(c);
}

/* Where sequences are made anew for each epoch there is nothing to evaluate. */
static bool is_held(const rondo_dataset *dataset, rondo_split split)
{
    return dataset->splits[split].count > 0 && !dataset->splits[split].resampling;
}

static double loss_of(constant *c, rondo_split split)
{
    bool is_class = c->network->loss->target == RONDO_TARGET_CLASS;
    rondo_split known = is_held(c->dataset, RONDO_TRAIN) ? RONDO_TRAIN : split;
    if (!is_held(c->dataset, known) || !is_held(c->dataset, split)) return NAN;
    each_row(c, known, is_class ? 1 : c->width, add_target);
    divide(c);
    if (!find_answer(c)) return NAN;
    each_row(c, split, c->width, add_row);
    add_losses(c);
    return c->sum / (double)c->count;
}

rondo_status rondo_constant_loss(const rondo_session *session, rondo_split split, double *loss,
                                 rondo_error *error)
{
    constant c = {.network = session->network,
                  .dataset = session->dataset,
                  .width = session->network->output_width,
                  .class_weights = session->class_weights};
    *loss = NAN;
    if (session->network->loss->sequence || c.width != session->network->target_width)
        return RONDO_OK; /* a mean says nothing of parts */
    rondo_status status = allocate(&c, error);
    if (!status) *loss = loss_of(&c, split);
    release(&c);
    return status;
}
