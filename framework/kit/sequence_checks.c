/* What loss.h promises of a loss of whole sequences. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kit/call.h"
#include "kit/guard.h"
#include "kit/kit.h"

enum { GAP = 3, FIRST_CLASS = 1 };

/* A sequence whose steps stand in rows apart, some of which are not its own. */
typedef struct sequence_case {
    const rondo_loss *loss;
    const void *config;
    int64_t steps, width, rows, own_size;
    bool of_labels;
    int64_t label_count, blank;
    int32_t first_class, parameter_count;
    rondo_loss_parameter shapes[RONDO_MAX_LOSS_PARAMETERS];
    int64_t *row;
    int32_t *targets; /* by row; of labels those of the sequence */
    kit_array prediction;
    rondo_real *parameters;       /* all, one behind the other */
    unsigned char *scratch_block; /* its last number is the last of a page */
    double *scratch;
} sequence_case;

typedef struct sequence_result {
    double loss, metrics[RONDO_MAX_METRICS];
    kit_array d_prediction;
    double *d_parameters;
    int32_t *classes; /* by row; of labels the answer [steps] */
    int64_t answer_count;
} sequence_result;

/* So many labels, none of them the blank, that even equal neighbours have a blank between them; or one for
 * each step, none of which equals the one before. */
static void fill_labels(sequence_case *c, bool is_full, uint64_t seed)
{
    int32_t others = (int32_t)c->width - 1; /* classes but the blank */
    c->label_count = others == 0 ? 0 : is_full && others > 1 ? c->steps : (c->steps + 1) / 2;
    for (int64_t u = 0; u < c->label_count; u++) {
        double where = (kit_random(seed + 1, (uint64_t)u) + 1) / 2;
        int32_t k = (int32_t)(where * others);
        if (is_full && others > 1) k = (int32_t)u % 2;
        c->targets[u] = k < c->blank ? k : k + 1;
    }
}

static void fill_classes(sequence_case *c, uint64_t seed)
{
    for (int64_t t = 0; t < c->steps; t++) {
        double where = (kit_random(seed + 1, (uint64_t)t) + 1) / 2;
        c->targets[c->row[t]] = (int32_t)(where * (double)c->width);
    }
}

static int64_t scratch_of(const sequence_case *c)
{
    return c->of_labels ? c->loss->label_scratch(c->config, c->steps, c->width, c->label_count)
                        : c->loss->scratch(c->config, c->steps, c->width);
}

static void take_scratch(sequence_case *c)
{
    size_t room, bytes = (size_t)scratch_of(c) * sizeof *c->scratch;
    c->scratch_block = kit_guard_take(bytes, &room);
    kit_guard_name(c->scratch_block, "scratch", -1);
    c->scratch = (double *)(void *)(c->scratch_block + room - bytes);
}

/* The blank stands where other classes follow it, or, of two classes, first. */
static void case_start(sequence_case *c, const rondo_loss *loss, const void *config, int64_t steps,
                       int64_t width, double scale, uint64_t seed)
{
    *c = (sequence_case){.loss = loss,
                         .config = config,
                         .steps = steps,
                         .width = width,
                         .rows = 2 * steps,
                         .of_labels = loss->target == RONDO_TARGET_LABELS,
                         .blank = width > 2 ? 1 : 0};
    c->first_class = c->of_labels ? (int32_t)c->blank + 1 : width > FIRST_CLASS ? FIRST_CLASS : 0;
    c->parameter_count = rondo_loss_parameters(loss, config, width, c->shapes);
    for (int32_t i = 0; i < c->parameter_count; i++)
        c->own_size += c->shapes[i].rows * c->shapes[i].columns;
    c->row = kit_allocate(steps, sizeof *c->row);
    c->targets = kit_allocate(c->rows, sizeof *c->targets);
    c->parameters = kit_allocate(c->own_size + 1, sizeof *c->parameters);
    kit_array_start(&c->prediction, c->rows, 1, width, GAP);
    for (int64_t t = 0; t < steps; t++)
        c->row[t] = 2 * t + t % 2;
    if (c->of_labels)
        fill_labels(c, steps % 2 == 0, seed);
    else
        fill_classes(c, seed);
    take_scratch(c);
    for (int64_t i = 0; i < c->rows * width; i++)
        kit_array_at(&c->prediction, i / width, 0)[i % width] =
            (rondo_real)(float)(scale * kit_random(seed + 2, (uint64_t)i));
    for (int64_t i = 0; i < c->own_size; i++)
        c->parameters[i] = (rondo_real)(float)kit_random(seed + 3, (uint64_t)i);
}

static void case_finish(sequence_case *c)
{
    kit_array_finish(&c->prediction);
    free(c->row);
    free(c->targets);
    free(c->parameters);
    kit_guard_give(c->scratch_block);
}

static void result_start(sequence_result *r, const sequence_case *c)
{
    *r = (sequence_result){.loss = NAN, .answer_count = -1};
    for (int m = 0; m < RONDO_MAX_METRICS; m++)
        r->metrics[m] = NAN;
    kit_array_copy(&r->d_prediction, &c->prediction);
    r->d_parameters = kit_allocate(c->own_size + 1, sizeof *r->d_parameters);
    r->classes = kit_allocate(c->rows, sizeof *r->classes);
    for (int64_t i = 0; i < c->rows; i++)
        r->classes[i] = -1;
}

static void result_finish(sequence_result *r)
{
    kit_array_finish(&r->d_prediction);
    free(r->d_parameters);
    free(r->classes);
}

typedef enum call_way { TRAINS, TRAINS_IN_PLACE, EVALUATES, ANSWERS } call_way;

static void call(const sequence_case *c, sequence_result *r, call_way way)
{
    bool trains = way == TRAINS || way == TRAINS_IN_PLACE;
    rondo_loss_sequence s = {.steps = c->steps,
                             .width = c->width,
                             .row = c->row,
                             .prediction = c->prediction.data,
                             .prediction_stride = c->prediction.row_stride,
                             .first_class = c->first_class,
                             .loss = way == ANSWERS ? NULL : &r->loss,
                             .metrics = way == ANSWERS ? NULL : r->metrics,
                             .d_prediction = trains ? r->d_prediction.data : NULL,
                             .scratch = c->scratch};
    if (c->of_labels) {
        s.labels = way == ANSWERS ? NULL : c->targets;
        s.label_count = way == ANSWERS ? 0 : c->label_count;
        s.blank = c->blank;
        s.answer = trains ? NULL : r->classes;
        s.answer_count = trains ? NULL : &r->answer_count;
    } else {
        s.target_class = way == ANSWERS ? NULL : c->targets;
        s.classes = trains ? NULL : r->classes;
    }
    for (int64_t at = 0, i = 0; i < c->parameter_count; i++) {
        s.parameters[i] = c->parameters + at;
        s.d_parameters[i] = trains ? r->d_parameters + at : NULL;
        at += c->shapes[i].rows * c->shapes[i].columns;
    }
    if (way == TRAINS) kit_array_poison(&r->d_prediction);
    if (way == TRAINS_IN_PLACE) s.prediction = r->d_prediction.data;
    kit_call_enter("sequence", -1, -1);
    c->loss->sequence(c->config, &s);
    kit_call_leave();
}

static bool same_gradients(const sequence_case *c, const sequence_result *a,
                           const sequence_result *b)
{
    for (int64_t t = 0; t < c->steps; t++)
        if (memcmp(kit_array_at(&a->d_prediction, c->row[t], 0),
                   kit_array_at(&b->d_prediction, c->row[t], 0),
                   (size_t)c->width * sizeof(rondo_real)) != 0)
            return false;
    return memcmp(a->d_parameters, b->d_parameters,
                  (size_t)c->own_size * sizeof *a->d_parameters) == 0;
}

static bool check_values(kit_report *kit, const sequence_case *c, const sequence_result *r)
{
    if (!isfinite(r->loss)) return kit_fail(kit, "the loss of a sequence is not finite");
    for (int32_t m = 0; m < c->loss->metric_count; m++)
        if (rondo_loss_metric_has_rows(&c->loss->metrics[m]) && !isfinite(r->metrics[m]))
            return kit_fail(kit, "metric %s is unwritten or not finite", c->loss->metrics[m].name);
    for (int64_t i = 0; i < c->steps * c->width; i++)
        if (!isfinite(
                (double)kit_array_at(&r->d_prediction, c->row[i / c->width], 0)[i % c->width]))
            return kit_fail(kit, "d_prediction is unwritten or not finite");
    if (!kit_array_intact(&r->d_prediction))
        return kit_fail(kit, "sequence writes outside its rows");
    return true;
}

/* At most a label a step, and nothing behind them. */
static bool check_answer(kit_report *kit, const sequence_case *c, const sequence_result *r)
{
    if (r->answer_count < 0 || r->answer_count > c->steps)
        return kit_fail(kit, "sequence answers %lld labels to %lld steps",
                        (long long)r->answer_count, (long long)c->steps);
    for (int64_t i = 0; i < c->rows; i++) {
        if (i >= c->steps && r->classes[i] != -1)
            return kit_fail(kit, "sequence answers more labels than steps");
        if (i < r->answer_count && (r->classes[i] < c->first_class || r->classes[i] >= c->width))
            return kit_fail(kit, "sequence answers no class from first_class on");
    }
    return true;
}

/* Answers of its own steps, none of other rows. */
static bool check_classes(kit_report *kit, const sequence_case *c, const sequence_result *r)
{
    int32_t first = c->first_class;
    if (c->of_labels) return check_answer(kit, c, r);
    for (int64_t i = 0; i < c->rows; i++) {
        bool is_own = c->row[i / 2] == i;
        if (!is_own && r->classes[i] != -1)
            return kit_fail(kit, "sequence answers a row of another sequence");
        if (is_own && (r->classes[i] < first || r->classes[i] >= c->width))
            return kit_fail(kit, "sequence answers no class from first_class on");
    }
    return true;
}

static bool check_ways(kit_report *kit, const sequence_case *c)
{
    sequence_result of[4];
    for (int w = 0; w < 4; w++) {
        result_start(&of[w], c);
        call(c, &of[w], (call_way)w);
    }
    bool good = check_values(kit, c, &of[TRAINS]) && check_classes(kit, c, &of[EVALUATES]);
    if (good && !same_gradients(c, &of[TRAINS], &of[TRAINS_IN_PLACE]))
        good = kit_fail(kit, "d_prediction in place of prediction gives other bytes");
    for (int w = TRAINS_IN_PLACE; good && w <= EVALUATES; w++)
        if (of[w].loss != of[TRAINS].loss ||
            memcmp(of[w].metrics, of[TRAINS].metrics, sizeof of[w].metrics) != 0)
            good = kit_fail(kit, "the loss or a metric has other bytes %s",
                            w == EVALUATES ? "without d_prediction" : "in place");
    size_t answers =
        (size_t)(c->of_labels ? of[EVALUATES].answer_count : c->rows) * sizeof(int32_t);
    if (good && (of[EVALUATES].answer_count != of[ANSWERS].answer_count ||
                 memcmp(of[EVALUATES].classes, of[ANSWERS].classes, answers) != 0))
        good = kit_fail(kit, "answers depend on whether targets are known");
    for (int w = 0; w < 4; w++)
        result_finish(&of[w]);
    return good;
}

static double loss_of(const sequence_case *c)
{
    sequence_result r;
    result_start(&r, c);
    call(c, &r, EVALUATES);
    result_finish(&r);
    return r.loss;
}

static bool check_number(kit_report *kit, const sequence_case *c, rondo_real *x, double exact,
                         const char *what)
{
    const double h = 1e-3;
    const rondo_real kept = *x;
    double at[4];
    for (int i = 0; i < 4; i++) {
        static const double places[4] = {-2, -1, 1, 2};
        *x = (rondo_real)((double)kept + places[i] * h);
        at[i] = loss_of(c);
    }
    *x = kept;
    double numeric = (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * h);
    if (fabs(exact - numeric) <= 1e-6 * fmax(fmax(fabs(exact), fabs(numeric)), 1e-4)) return true;
    return kit_fail(kit, "the gradient of %s is wrong: %.9g, by differences %.9g", what, exact,
                    numeric);
}

static bool check_gradient(kit_report *kit, const sequence_case *c)
{
    sequence_result r;
    bool good = true;
    result_start(&r, c);
    call(c, &r, TRAINS);
    for (int64_t i = 0; good && i < c->steps * c->width; i++) {
        int64_t row = c->row[i / c->width], k = i % c->width;
        good = check_number(kit, c, &kit_array_at(&c->prediction, row, 0)[k],
                            (double)kit_array_at(&r.d_prediction, row, 0)[k], "the prediction");
    }
    for (int64_t p = 0, at = 0; good && p < c->parameter_count; p++)
        for (int64_t k = 0; good && k < c->shapes[p].rows * c->shapes[p].columns; k++, at++)
            good = check_number(kit, c, &c->parameters[at], r.d_parameters[at], c->shapes[p].name);
    result_finish(&r);
    return good;
}

void kit_check_sequence_loss(kit_report *kit, const rondo_loss *loss, const void *config)
{
    static const int64_t shapes[][2] = {{1, 1}, {1, 3}, {2, 2}, {5, 4}, {9, 7}};
    static const double scales[] = {1e2, 1e4};
    bool good = true;
    for (int i = 0; good && i < 5; i++) {
        sequence_case c;
        case_start(&c, loss, config, shapes[i][0], shapes[i][1], 2, 900 + 10 * (uint64_t)i);
        good = check_ways(kit, &c) &&
               (sizeof(rondo_real) != sizeof(double) || check_gradient(kit, &c));
        case_finish(&c);
    }
    for (int i = 0; good && i < 2; i++) {
        sequence_case c;
        case_start(&c, loss, config, 6, 5, scales[i], 970 + 10 * (uint64_t)i);
        good = check_ways(kit, &c);
        case_finish(&c);
    }
}

int64_t kit_trace_sequence_loss(const rondo_loss *loss, const void *config,
                                double values[KIT_TRACE])
{
    sequence_case c;
    sequence_result r;
    int64_t count = 0;
    case_start(&c, loss, config, 4, 4, 2, 40);
    result_start(&r, &c);
    call(&c, &r, TRAINS);
    values[count++] = r.loss;
    for (int64_t i = 0; i < c.steps * c.width; i++)
        values[count++] = (double)kit_array_at(&r.d_prediction, c.row[i / c.width], 0)[i % c.width];
    for (int64_t i = 0; i < c.own_size && count < KIT_TRACE; i++)
        values[count++] = r.d_parameters[i];
    result_finish(&r);
    case_finish(&c);
    return count;
}
