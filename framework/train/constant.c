#include "train/constant.h"

#include <math.h>

#include "base/memory.h"

/* Rows of a loss tile; numbers that are looked at for the answer, and for its loss. */
enum { ROWS = 16, NUMBERS = 1 << 26 };

typedef struct constant {
    const rondo_network *network;
    int64_t width;
    const double *class_weights; /* of training; NULL: all alike */
    double weight;               /* of all targets of the training split */
    double *mean;                /* [width]: of the training split's targets */
    rondo_real *answer;          /* [ROWS, width]: the prediction, before the loss's activation */
    rondo_real *outcome;         /* [width]: behind it */
    double *row_loss, *row_metrics;
    double sum;
    int64_t count; /* rows so far */
} constant;

static rondo_status allocate(constant *c, rondo_error *error)
{
    static const char what[] = "loss of a constant answer";
    size_t width = (size_t)c->width, metrics = (size_t)c->network->loss->metric_count;
    c->mean = rondo_memory_create(width * sizeof *c->mean, what, error);
    c->answer = rondo_memory_create(ROWS * width * sizeof *c->answer, what, error);
    c->outcome = rondo_memory_create(width * sizeof *c->outcome, what, error);
    c->row_loss = rondo_memory_create(ROWS * sizeof *c->row_loss, what, error);
    c->row_metrics = rondo_memory_create((ROWS * metrics + 1) * sizeof(double), what, error);
    return c->mean && c->answer && c->outcome && c->row_loss && c->row_metrics ? RONDO_OK
                                                                               : error->status;
}

static void release(constant *c)
{
    rondo_memory_destroy(c->mean);
    rondo_memory_destroy(c->answer);
    rondo_memory_destroy(c->outcome);
    rondo_memory_destroy(c->row_loss);
    rondo_memory_destroy(c->row_metrics);
}

/* Minibatches of a split, every so many that about NUMBERS are looked at, each `a_row` of them. */
static rondo_status each_batch(const rondo_session *session, rondo_split split, int64_t a_row,
                               void (*take)(constant *c, const rondo_batch *batch), constant *c,
                               rondo_error *error)
{
    rondo_batches *batches;
    rondo_status status = rondo_session_batches(session, split, false, &batches, error);
    if (status) return status;
    int64_t skip = rondo_batches_tokens(batches) / (NUMBERS / a_row + 1) + 1;
    for (int64_t i = 0; i < rondo_batches_count(batches); i += skip) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, i, &batch);
        take(c, &batch);
    }
    rondo_batches_destroy(batches);
    return RONDO_OK;
}

static int64_t rows_of(const constant *c, const rondo_batch *batch)
{
    return rondo_network_predictions(c->network, batch->rows, batch->tokens);
}

static void add_targets(constant *c, const rondo_batch *batch)
{
    int64_t rows = rows_of(c, batch);
    for (int64_t n = 0; batch->targets && n < rows; n++) {
        double weight = c->class_weights ? c->class_weights[batch->targets[n]] : 1;
        c->mean[batch->targets[n]] += weight;
        c->weight += weight;
    }
    for (int64_t n = 0; batch->target_values && n < rows; n++)
        for (int64_t k = 0; k < c->width; k++)
            c->mean[k] += (double)batch->target_values[n * c->width + k];
    if (batch->target_values) c->weight += (double)rows;
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

static void add_losses(constant *c, const rondo_batch *batch)
{
    const rondo_network *network = c->network;
    int64_t rows = rows_of(c, batch);
    for (int64_t first = 0; first < rows; first += ROWS) {
        const rondo_loss_tile tile = {
            .rows = rows - first < ROWS ? rows - first : ROWS,
            .width = c->width,
            .prediction = c->answer,
            .prediction_stride = c->width,
            .target_class = batch->targets ? batch->targets + first : NULL,
            .target_values = batch->target_values ? batch->target_values + first * c->width : NULL,
            .loss = c->row_loss,
            .metrics = c->row_metrics,
            .first_class = network->first_class};
        network->loss->rows(network->loss_options, &tile);
        for (int64_t r = 0; r < tile.rows; r++)
            c->sum += c->row_loss[r];
        c->count += tile.rows;
    }
}

rondo_status rondo_constant_loss(const rondo_session *session, rondo_split split, double *loss,
                                 rondo_error *error)
{
    constant c = {.network = session->network,
                  .width = session->network->output_width,
                  .class_weights = session->class_weights};
    bool is_class = session->network->loss->target == RONDO_TARGET_CLASS;
    *loss = NAN;
    rondo_status status = allocate(&c, error);
    if (!status)
        status = each_batch(session, RONDO_TRAIN, is_class ? 1 : c.width, add_targets, &c, error);
    if (!status && c.weight > 0) {
        divide(&c);
        if (find_answer(&c)) status = each_batch(session, split, c.width, add_losses, &c, error);
        if (!status && c.count > 0) *loss = c.sum / (double)c.count;
    }
    release(&c);
    return status;
}
