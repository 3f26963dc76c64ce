/* Metrics of generated data: what they count, by predictions made by hand. */
#include "check.h"
#include "tasks.h"

#include <stdlib.h>

#include "data/batches/batch.h"
#include "data/formats/generator.h"
#include "data/formats/reber.h"
#include "evaluate/metric.h"

extern const rondo_metric rondo_metric_legal_sequences, rondo_metric_agreement;

static rondo_generator_config options; /* of the experiment at hand */

/* A minibatch, predictions that are all alike but for what a test sets, and what a metric makes of
 * them. */
typedef struct measured {
    rondo_experiment experiment;
    rondo_dataset *dataset;
    rondo_batches *batches;
    rondo_batch batch;
    rondo_real *prediction;
    const rondo_metric *metric;
    void *state;
    double *sums;
} measured;

static void must(bool is_right)
{
    if (!is_right) exit(2);
}

static measured start(const rondo_metric *metric, int name, int64_t length)
{
    options = (rondo_generator_config){
        .name = name, .count = 40, .valid = 20, .test = 20, .length = length, .attractors = 0.5};
    measured m = {
        .metric = metric,
        .experiment = {.seed = 7,
                       .seeds = {-1, -1, -1, -1},
                       .task = &rondo_task_language_model,
                       .data = {.format = &rondo_format_generated,
                                .unit = RONDO_WORD,
                                .sequences = RONDO_LINE,
                                .vocabulary = {.min_count = 1, .unknown = "<UNK>", .end = "<EOS>"},
                                .batch_size = 4}}};
    const rondo_batches_config config = {.batch_size = 4};
    rondo_error error = {0};
    m.experiment.data.options = &options;
    must(!rondo_dataset_load(&m.experiment, NULL, &m.dataset, &error));
    must(!rondo_batches_create(m.dataset, RONDO_TRAIN, &config, &m.batches, &error));
    rondo_batches_get(m.batches, 0, 0, &m.batch);
    m.prediction =
        calloc((size_t)(m.batch.tokens * m.dataset->schema->target_width), sizeof(rondo_real));
    m.state = calloc(1, metric->state_size);
    m.sums = calloc((size_t)metric->sum_count, sizeof *m.sums);
    must(m.prediction && m.state && m.sums);
    const rondo_metric_data data = {&m.experiment, m.dataset};
    CHECK(metric->applies(&m.experiment));
    CHECK(metric->start(&data, m.state));
    return m;
}

static void add(measured *m)
{
    const rondo_metric_batch seen = {.state = m->state,
                                     .batch = &m->batch,
                                     .predictions = m->batch.tokens,
                                     .width = m->dataset->schema->target_width,
                                     .prediction = m->prediction};
    m->metric->add(&seen, m->sums);
}

static double value(const measured *m)
{
    const rondo_metric_totals totals = {.state = m->state, .sums = m->sums};
    return m->metric->finish(&totals);
}

static void end(measured *m)
{
    free(m->prediction);
    free(m->state);
    free(m->sums);
    rondo_batches_destroy(m->batches);
    rondo_dataset_destroy(m->dataset);
}

static int32_t id_of(const measured *m, const char *symbol)
{
    return rondo_vocabulary_find(m->dataset->schema->inputs, symbol, (int64_t)strlen(symbol));
}

/* Symbols that may come next get positive numbers, those that may not negative ones. */
static void predict_legally(const measured *m, int64_t row)
{
    const rondo_batch *batch = &m->batch;
    rondo_reber reber = {0};
    int allowed;
    for (int64_t t = 0; (allowed = rondo_reber_allowed(&reber)); t++) {
        int64_t n = batch->offset[t] + row;
        rondo_real *p = m->prediction + n * m->dataset->schema->target_width;
        int next = 0;
        for (int i = 0; i < RONDO_REBER_SYMBOLS; i++) {
            int32_t id = id_of(m, rondo_reber_names[i]);
            p[id] = allowed & 1 << i ? (rondo_real)(0.1 + i) : (rondo_real)-i;
            if (id == batch->targets[n]) next = i;
        }
        rondo_reber_step(&reber, 1 << next);
    }
}

static void legal_strings(void)
{
    measured m = start(&rondo_metric_legal_sequences, RONDO_REBER, 0);
    int64_t width = m.dataset->schema->target_width;
    for (int64_t row = 0; row < m.batch.rows; row++)
        predict_legally(&m, row);
    add(&m);
    CHECK_NEAR(value(&m), 1, 0);
    /* One symbol too many in one string, and one too few in another; then six of eight are legal.
     */
    m.prediction[(m.batch.offset[3] + 1) * width + RONDO_UNKNOWN_ID] = 100;
    m.prediction[(m.batch.offset[1] + 2) * width + id_of(&m, rondo_reber_names[1])] = -100;
    add(&m);
    CHECK_NEAR(value(&m), 6.0 / 8, 0);
    end(&m);
}

/* Of a model that always says "was". */
static void agreement_by_distance(void)
{
    measured m = start(&rondo_metric_agreement, RONDO_AGREEMENT, 12);
    int64_t width = m.dataset->schema->target_width, with_was = 0, parts = 0, pairs = 0;
    int32_t was = id_of(&m, "was");
    for (int64_t n = 0; n < m.batch.tokens; n++) {
        m.prediction[n * width + was] = 1;
        with_was += m.batch.targets[n] == was;
    }
    CHECK(with_was > 0 && with_was < 4);
    add(&m);
    CHECK_NEAR(value(&m), (double)with_was / 4, 0);
    static const int64_t ends[3][2] = {{0, 4}, {5, 9}, {10, 12}};
    const rondo_metric_totals totals = {.state = m.state, .sums = m.sums};
    int64_t numbers[RONDO_METRIC_NUMBERS];
    for (; m.metric->numbers(&m.experiment, parts, numbers); parts++) {
        double found = -1;
        CHECK_INTEGER(numbers[0], ends[parts][0]);
        CHECK_INTEGER(numbers[1], ends[parts][1]);
        bool there = m.metric->finish_part(&totals, parts, &found);
        CHECK(there == (m.sums[2 * (1 + parts) + 1] > 0));
        CHECK(!there || found == m.sums[2 * (1 + parts)] / m.sums[2 * (1 + parts) + 1]);
    }
    CHECK_INTEGER(parts, 3);
    /* Each sentence is in one bin: right and all of the bins come to those of the whole. */
    double right = 0;
    for (int64_t i = 1; i <= parts; i++) {
        right += m.sums[2 * i];
        pairs += (int64_t)m.sums[2 * i + 1];
    }
    CHECK_INTEGER(pairs, 4);
    CHECK_NEAR(right, (double)with_was, 0);
    end(&m);
}

/* Without the words it looks for in the dictionary, or of another generator, there is no metric. */
static void without_a_case(void)
{
    measured m = start(&rondo_metric_agreement, RONDO_AGREEMENT, 12);
    rondo_error error = {0};
    rondo_dataset *small = NULL;
    m.experiment.data.vocabulary.max_size = 4;
    must(!rondo_dataset_load(&m.experiment, NULL, &small, &error));
    const rondo_metric_data data = {&m.experiment, small};
    memset(m.state, 0, m.metric->state_size);
    CHECK(!m.metric->start(&data, m.state));
    rondo_dataset_destroy(small);
    options.name = RONDO_COPY;
    CHECK(!rondo_metric_agreement.applies(&m.experiment));
    CHECK(!rondo_metric_legal_sequences.applies(&m.experiment));
    options.name = RONDO_REBER;
    CHECK(!rondo_metric_agreement.applies(&m.experiment));
    end(&m);
}

int main(void)
{
    RUN(legal_strings);
    RUN(agreement_by_distance);
    RUN(without_a_case);
    return check_end();
}
