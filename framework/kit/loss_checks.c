/* What loss.h promises of a loss. */
#include "kit/kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kit/call.h"

/* One call's data: predictions and gradients in rows with gaps, everything else with redzones. */
typedef struct loss_case {
    const rondo_loss *loss;
    const void *config;
    int64_t rows, width, target_width;
    kit_array prediction;
    kit_array values; /* [rows * target_width] without gaps */
    int32_t *classes;
} loss_case;

typedef struct loss_result {
    kit_array d_prediction;
    double *loss;    /* with a guard after the last row */
    double *metrics; /* with a guard after the last row */
} loss_result;

static const double guard = 1234567.0;

static void case_start(loss_case *c, const rondo_loss *loss, const void *config, int64_t rows,
                       int64_t target_width, double scale, uint64_t seed)
{
    int64_t width = target_width * rondo_loss_parts(loss, config);
    *c = (loss_case){
        .loss = loss, .config = config, .rows = rows, .width = width, .target_width = target_width};
    kit_array_start(&c->prediction, rows, 1, width, 3);
    kit_array_start(&c->values, 1, 1, rows * target_width, 0);
    kit_array_name(&c->prediction, "prediction", -1);
    kit_array_name(&c->values, "target_values", -1);
    c->classes = kit_allocate(rows, sizeof *c->classes);
    for (int64_t r = 0; r < rows; r++) {
        double where = (kit_random(seed + 1, (uint64_t)r) + 1) / 2;
        c->classes[r] = (int32_t)(where * (double)width);
        for (int64_t k = 0; k < width; k++) {
            uint64_t i = (uint64_t)(r * width + k);
            kit_array_at(&c->prediction, r, 0)[k] =
                (rondo_real)(float)(scale * kit_random(seed, i));
        }
        for (int64_t k = 0; k < target_width; k++) {
            uint64_t i = (uint64_t)(r * target_width + k);
            double target = kit_random(seed + 2, i);
            if (loss->target == RONDO_TARGET_BINARY)
                target = i % 3 == 0 ? 0 : i % 3 == 1 ? 1 : (target + 1) / 2;
            c->values.data[i] = (rondo_real)(float)target;
        }
    }
}

static void case_finish(loss_case *c)
{
    kit_array_finish(&c->prediction);
    kit_array_finish(&c->values);
    free(c->classes);
}

static void result_start(loss_result *result, const loss_case *c)
{
    int64_t metrics = c->rows * c->loss->metric_count;
    kit_array_copy(&result->d_prediction, &c->prediction);
    kit_array_name(&result->d_prediction, "d_prediction", -1);
    kit_array_poison(&result->d_prediction);
    result->loss = kit_allocate(c->rows + 1, sizeof *result->loss);
    result->metrics = kit_allocate(metrics + 1, sizeof *result->metrics);
    for (int64_t r = 0; r < c->rows; r++)
        result->loss[r] = NAN;
    for (int64_t i = 0; i < metrics; i++)
        result->metrics[i] = NAN;
    result->loss[c->rows] = guard;
    result->metrics[metrics] = guard;
}

static void result_finish(loss_result *result)
{
    kit_array_finish(&result->d_prediction);
    free(result->loss);
    free(result->metrics);
}

typedef enum gradient_place { NOWHERE, APART, IN_PLACE } gradient_place;

/* Rows from .. from + rows - 1. In place, d_prediction starts as the prediction. */
static void call(const loss_case *c, loss_result *result, int64_t from, int64_t rows,
                 gradient_place place)
{
    rondo_real *d = kit_array_at(&result->d_prediction, from, 0);
    rondo_loss_tile tile = {.rows = rows,
                            .width = c->width,
                            .target_width = c->target_width,
                            .prediction = kit_array_at(&c->prediction, from, 0),
                            .prediction_stride = c->prediction.row_stride,
                            .loss = result->loss + from,
                            .metrics = result->metrics + from * c->loss->metric_count};
    if (c->loss->target == RONDO_TARGET_CLASS)
        tile.target_class = c->classes + from;
    else
        tile.target_values = c->values.data + from * c->target_width;
    if (place == IN_PLACE) {
        kit_array_set(&result->d_prediction, &c->prediction);
        tile.prediction = d;
    }
    if (place != NOWHERE) tile.d_prediction = d;
    kit_call_enter("rows", -1, -1);
    c->loss->rows(c->config, &tile);
    kit_call_leave();
}

static bool same_values(const loss_case *c, const loss_result *a, const loss_result *b)
{
    int64_t count = c->loss->metric_count;
    if (memcmp(a->loss, b->loss, (size_t)c->rows * sizeof *a->loss) != 0) return false;
    for (int64_t i = 0; i < c->rows * count; i++) {
        if (!rondo_loss_metric_has_rows(&c->loss->metrics[i % count])) continue;
        if (memcmp(&a->metrics[i], &b->metrics[i], sizeof *a->metrics) != 0) return false;
    }
    return true;
}

static bool check_result(kit_report *kit, const loss_case *c, const loss_result *result,
                         const char *what)
{
    int64_t count = c->loss->metric_count;
    for (int64_t r = 0; r < c->rows; r++) {
        if (!isfinite(result->loss[r]))
            return kit_fail(kit, "the loss of a row is not finite (%s)", what);
    }
    for (int64_t i = 0; i < c->rows * count; i++) {
        const rondo_loss_metric *metric = &c->loss->metrics[i % count];
        if (rondo_loss_metric_has_rows(metric) && !isfinite(result->metrics[i]))
            return kit_fail(kit, "metric %s of a row is unwritten or not finite (%s)", metric->name,
                            what);
    }
    if (!kit_array_finite(&result->d_prediction))
        return kit_fail(kit, "d_prediction is unwritten or not finite (%s)", what);
    if (!kit_array_intact(&result->d_prediction) || result->loss[c->rows] != guard ||
        result->metrics[c->rows * count] != guard)
        return kit_fail(kit, "rows writes outside its rows");
    return true;
}

/* All at once against row by row, twice, in place, and without gradient. */
static bool check_ways(kit_report *kit, const loss_case *c)
{
    loss_result all, other;
    kit_array before;
    result_start(&all, c);
    kit_array_copy(&before, &c->prediction);
    call(c, &all, 0, c->rows, APART);
    bool good = check_result(kit, c, &all, "ordinary predictions");
    if (good && !kit_array_same(&before, &c->prediction))
        good = kit_fail(kit, "rows changes its input prediction");
    kit_array_finish(&before);
    for (int way = 0; good && way < 4; way++) {
        result_start(&other, c);
        if (way == 0)
            call(c, &other, 0, c->rows, APART);
        else if (way == 1)
            for (int64_t r = 0; r < c->rows; r++)
                call(c, &other, r, 1, APART);
        else
            call(c, &other, 0, c->rows, way == 2 ? IN_PLACE : NOWHERE);
        bool same = same_values(c, &all, &other) &&
                    (way == 3 || kit_array_same(&all.d_prediction, &other.d_prediction));
        static const char *const sentences[] = {
            "the same input gives other bytes when run again",
            "rows one at a time give other bytes than all at once: a row depends on other rows",
            "d_prediction in place of prediction gives other bytes",
            "without d_prediction the loss or a metric has other bytes"};
        if (!same) good = kit_fail(kit, "%s", sentences[way]);
        result_finish(&other);
    }
    result_finish(&all);
    return good;
}

static double sum_of_losses(const loss_case *c)
{
    loss_result result;
    double sum = 0;
    result_start(&result, c);
    call(c, &result, 0, c->rows, NOWHERE);
    for (int64_t r = 0; r < c->rows; r++)
        sum += result.loss[r];
    result_finish(&result);
    return sum;
}

static double difference(const loss_case *c, rondo_real *x, double h)
{
    rondo_real kept = *x;
    double at[4];
    for (int i = 0; i < 4; i++) {
        static const double places[4] = {-2, -1, 1, 2};
        *x = (rondo_real)((double)kept + places[i] * h);
        at[i] = sum_of_losses(c);
    }
    *x = kept;
    return (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * h);
}

static bool agree(double a, double b, double relative)
{
    return fabs(a - b) <= relative * fmax(fmax(fabs(a), fabs(b)), 1e-4);
}

/* The numbers of a draw that differences at a step and at half of it agree about: where they do not, a kink
 * (of Huber's loss, say) lies between, and the number waits for other values. */
static bool compare_draw(kit_report *kit, const loss_case *c, bool *is_compared, int64_t *left)
{
    static const double step = 1e-3, bound = 1e-6, agreement = 2e-7;
    loss_result result;
    bool good = true;
    result_start(&result, c);
    call(c, &result, 0, c->rows, APART);
    for (int64_t i = 0; good && i < c->rows * c->width; i++) {
        int64_t r = i / c->width, k = i % c->width;
        rondo_real *x = &kit_array_at(&c->prediction, r, 0)[k];
        double exact = (double)kit_array_at(&result.d_prediction, r, 0)[k];
        double numeric = is_compared[i] ? 0 : difference(c, x, step);
        if (is_compared[i] || !agree(numeric, difference(c, x, step / 2), agreement)) continue;
        is_compared[i] = true;
        --*left;
        if (!agree(exact, numeric, bound))
            good = kit_fail(kit,
                            "the gradient of the prediction is wrong: %.9g, by differences "
                            "%.9g",
                            exact, numeric);
    }
    result_finish(&result);
    return good;
}

static bool check_gradient(kit_report *kit, const rondo_loss *loss, const void *config,
                           int64_t rows, int64_t width)
{
    enum { DRAWS = 100, SEEDS = 100 };
    int64_t left = rows * width * rondo_loss_parts(loss, config);
    bool *is_compared = kit_allocate(left, sizeof *is_compared), good = true;
    for (uint64_t draw = 0; good && left > 0 && draw < DRAWS; draw++) {
        loss_case c;
        case_start(&c, loss, config, rows, width, 3, 500 + SEEDS * draw);
        good = compare_draw(kit, &c, is_compared, &left);
        case_finish(&c);
    }
    if (good && left > 0)
        good = kit_fail(kit, "central differences do not settle: the loss is not smooth");
    free(is_compared);
    return good;
}

static bool check_extremes(kit_report *kit, const rondo_loss *loss, const void *config)
{
    static const double scales[] = {1e2, 1e4, 1e8};
    bool good = true;
    for (int i = 0; good && i < 3; i++) {
        loss_case c;
        loss_result result;
        case_start(&c, loss, config, 5, 19, scales[i], 30 + (uint64_t)i);
        result_start(&result, &c);
        call(&c, &result, 0, c.rows, APART);
        good = check_result(kit, &c, &result, "large predictions");
        result_finish(&result);
        case_finish(&c);
    }
    return good;
}

/* What activate gives must be what the target's kind says: probabilities or values. */
static bool check_meaning(kit_report *kit, const loss_case *c, const kit_array *output)
{
    for (int64_t r = 0; r < c->rows && c->loss->target != RONDO_TARGET_VALUES; r++) {
        double sum = 0;
        for (int64_t k = 0; k < c->width; k++) {
            double p = (double)kit_array_at(output, r, 0)[k];
            if (p < 0 || p > 1 + 1e-6)
                return kit_fail(kit, "activate gives %g, which is no probability", p);
            sum += p;
        }
        if (c->loss->target == RONDO_TARGET_CLASS && fabs(sum - 1) > 1e-5)
            return kit_fail(kit, "activate gives probabilities of sum %g", sum);
    }
    return true;
}

static bool check_activate(kit_report *kit, const loss_case *c)
{
    kit_array apart, in_place;
    bool good = true;
    kit_array_start(&apart, c->rows, 1, c->width, 7);
    kit_array_copy(&in_place, &c->prediction);
    kit_array_name(&apart, "output", -1);
    kit_array_name(&in_place, "output", -1);
    kit_call_enter("activate", -1, -1);
    c->loss->activate(c->config, c->rows, c->width, c->prediction.data, c->prediction.row_stride,
                      apart.data, apart.row_stride);
    for (int64_t r = 0; r < c->rows; r++) {
        rondo_real *row = kit_array_at(&in_place, r, 0);
        c->loss->activate(c->config, 1, c->width, row, in_place.row_stride, row,
                          in_place.row_stride);
        if (good && memcmp(row, kit_array_at(&apart, r, 0), (size_t)c->width * sizeof *row) != 0)
            good = kit_fail(kit, "activate gives other bytes in place and row by row");
    }
    kit_call_leave();
    if (good && (!kit_array_intact(&apart) || !kit_array_intact(&in_place)))
        good = kit_fail(kit, "activate writes outside its rows");
    if (good && !kit_array_finite(&apart))
        good = kit_fail(kit, "activate leaves values unwritten or not finite");
    good = good && check_meaning(kit, c, &apart);
    kit_array_finish(&apart);
    kit_array_finish(&in_place);
    return good;
}

static bool check_answer(kit_report *kit, const loss_case *c)
{
    kit_array whole, alone;
    bool good = true;
    if (!c->loss->answer) return true;
    kit_array_start(&whole, c->rows, 1, c->target_width, 5);
    kit_array_start(&alone, c->rows, 1, c->target_width, 5);
    kit_call_enter("answer", -1, -1);
    c->loss->answer(c->config, c->rows, c->target_width, c->prediction.data,
                    c->prediction.row_stride, whole.data, whole.row_stride);
    for (int64_t r = 0; r < c->rows; r++)
        c->loss->answer(c->config, 1, c->target_width, kit_array_at(&c->prediction, r, 0),
                        c->prediction.row_stride, kit_array_at(&alone, r, 0), alone.row_stride);
    kit_call_leave();
    if (!kit_array_same(&whole, &alone))
        good = kit_fail(kit, "answer gives other bytes row by row");
    if (good && !kit_array_intact(&whole)) good = kit_fail(kit, "answer writes outside its rows");
    if (good && !kit_array_finite(&whole))
        good = kit_fail(kit, "answer leaves values unwritten or not finite");
    kit_array_finish(&whole);
    kit_array_finish(&alone);
    return good;
}

void kit_check_loss(kit_report *kit, const rondo_loss *loss, const void *config)
{
    static const int64_t shapes[][2] = {{1, 1}, {1, 2}, {3, 5}, {4, 17}, {2, 101}};
    bool good = true;
    if (loss->sequence) {
        kit_check_sequence_loss(kit, loss, config);
        return;
    }
    for (int i = 0; good && i < 5; i++) {
        loss_case c;
        case_start(&c, loss, config, shapes[i][0], shapes[i][1], 3, 20 + (uint64_t)i);
        good = check_ways(kit, &c) && check_activate(kit, &c) && check_answer(kit, &c) &&
               (sizeof(rondo_real) != sizeof(double) ||
                check_gradient(kit, loss, config, shapes[i][0], shapes[i][1]));
        case_finish(&c);
    }
    if (good) check_extremes(kit, loss, config);
}

int64_t kit_trace_loss(const rondo_loss *loss, const void *config, double values[KIT_TRACE])
{
    loss_case c;
    loss_result result;
    int64_t count = 0;
    if (loss->sequence) return kit_trace_sequence_loss(loss, config, values);
    case_start(&c, loss, config, 4, 9, 3, 40);
    result_start(&result, &c);
    call(&c, &result, 0, c.rows, APART);
    for (int64_t r = 0; r < c.rows; r++) {
        values[count++] = result.loss[r];
        for (int64_t k = 0; k < c.width; k++)
            values[count++] = (double)kit_array_at(&result.d_prediction, r, 0)[k];
    }
    result_finish(&result);
    case_finish(&c);
    return count;
}
