/* Adafactor (Shazeer & Stern 2018, algorithm 4 without momentum), as torch.optim.Adafactor. Of a matrix
 * it keeps the means of squared gradients of rows and columns alone; of a vector those of its elements,
 * which are its columns.
 *
 *     b = t^-beta2_decay
 *     R = (1 - b) R + b mean of g^2 over each row         C likewise over each column
 *     V = R C / mean(R)                                   of a vector C
 *     u = g / sqrt(V)
 *     rate_t = max(epsilon2, rms(p)) min(rate, 1 / sqrt(t))
 *     p = (1 - rate weight_decay) p - rate_t / max(1, rms(u) / clip) u
 *
 * with mean(R) at least epsilon1 and V at least epsilon1^2. One thread does a tensor.
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct adafactor_config {
    double beta2_decay;
    double epsilon1;
    double epsilon2;
    double clip;
    double weight_decay;
} adafactor_config;

static const rondo_option options[] = {
    RONDO_REAL(adafactor_config, beta2_decay, 0.8, 0.0, 1.0, RONDO_OPEN_LOW,
               "the newest square weighs t^-beta2_decay in the means"),
    RONDO_REAL(adafactor_config, epsilon1, 1.1920929e-7, 0.0, 1.0, RONDO_OPEN_LOW,
               "roots of means of squares are no smaller"),
    RONDO_REAL(
        adafactor_config, epsilon2, 1e-3, 0.0, 1.0, 0,
        "steps are in proportion to the parameters, but as if these were no smaller than this"),
    RONDO_REAL(adafactor_config, clip, 1.0, 0.0, HUGE_VAL, RONDO_OPEN_LOW | RONDO_OPEN_HIGH,
               "root mean square of a tensor's step, before the rate, that it is scaled down to"),
    RONDO_REAL(adafactor_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "the learning rate times this shrinks the parameter, biases too"),
    RONDO_OPTIONS_END,
};

enum { OF_ROWS, OF_COLUMNS };

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = 2;
    plan->slots[OF_ROWS] =
        (rondo_optimizer_slot){.name = "square_of_rows", .shape = RONDO_SLOT_ROWS};
    plan->slots[OF_COLUMNS] =
        (rondo_optimizer_slot){.name = "square_of_columns", .shape = RONDO_SLOT_COLUMNS};
    plan->whole_tensors = true;
}

/* In lanes: vectors of any width give the same bits. */
RONDO_INLINE double sum_of_squares(const rondo_real *x, int64_t count)
{
    double lanes[RONDO_LANES] = {0};
    int64_t i = 0;
    for (; i + RONDO_LANES <= count; i += RONDO_LANES) {
#pragma omp simd
        for (int l = 0; l < RONDO_LANES; l++)
            lanes[l] += (double)x[i + l] * (double)x[i + l];
    }
    for (int l = 0; i < count; i++, l++)
        lanes[l] += (double)x[i] * (double)x[i];
    return rondo_lanes_total(lanes);
}

RONDO_INLINE void update_rows(const rondo_update *update, double newest)
{
    int64_t rows = update->tensor->rows, columns = update->tensor->columns;
    for (int64_t r = 0; r < rows; r++) {
        rondo_real *mean = &update->slot[OF_ROWS][r];
        double now = sum_of_squares(update->gradient + r * columns, columns) / (double)columns;
        *mean = (rondo_real)((double)*mean + newest * (now - (double)*mean));
    }
}

/* A block of columns at a time, so that their sums stay near. */
RONDO_INLINE void update_columns(const rondo_update *update, double newest)
{
    enum { BLOCK = 256 };
    int64_t rows = update->tensor->rows, columns = update->tensor->columns;
    for (int64_t first = 0; first < columns; first += BLOCK) {
        int64_t count = columns - first < BLOCK ? columns - first : BLOCK;
        rondo_real *mean = update->slot[OF_COLUMNS] + first;
        double sums[BLOCK] = {0};
        for (int64_t r = 0; r < rows; r++) {
            const rondo_real *g = update->gradient + r * columns + first;
#pragma omp simd
            for (int64_t k = 0; k < count; k++)
                sums[k] += (double)g[k] * (double)g[k];
        }
        for (int64_t k = 0; k < count; k++)
            mean[k] =
                (rondo_real)((double)mean[k] + newest * (sums[k] / (double)rows - (double)mean[k]));
    }
}

/* The factor that V has in a row beside the column's mean: R / mean(R). */
RONDO_INLINE double row_factor(const adafactor_config *c, const rondo_update *update, double sum,
                               int64_t r)
{
    int64_t rows = update->tensor->rows;
    if (rows == 1) return 1;
    return (double)update->slot[OF_ROWS][r] / fmax(sum / (double)rows, c->epsilon1);
}

/* Element of u = g / sqrt(V). */
RONDO_INLINE double step_of(double gradient, double factor, double mean, double least)
{
    return gradient / sqrt(fmax(factor * mean, least));
}

RONDO_INLINE double sum_of_rows(const rondo_update *update)
{
    double sum = 0;
    for (int64_t r = 0; r < update->tensor->rows; r++)
        sum += (double)update->slot[OF_ROWS][r];
    return sum;
}

RONDO_INLINE double squares_of_step(const adafactor_config *c, const rondo_update *update,
                                    double sum)
{
    const rondo_real *mean = update->slot[OF_COLUMNS];
    double least = c->epsilon1 * c->epsilon1, squares = 0;
    int64_t columns = update->tensor->columns;
    for (int64_t r = 0; r < update->tensor->rows; r++) {
        const rondo_real *g = update->gradient + r * columns;
        double factor = row_factor(c, update, sum, r), lanes[RONDO_LANES] = {0};
        int64_t k = 0;
        for (; k + RONDO_LANES <= columns; k += RONDO_LANES) {
#pragma omp simd
            for (int l = 0; l < RONDO_LANES; l++) {
                double u = step_of((double)g[k + l], factor, (double)mean[k + l], least);
                lanes[l] += u * u;
            }
        }
        for (int l = 0; k < columns; k++, l++) {
            double u = step_of((double)g[k], factor, (double)mean[k], least);
            lanes[l] += u * u;
        }
        squares += rondo_lanes_total(lanes);
    }
    return squares;
}

RONDO_VECTORISED static void update_tensor(const void *config, const rondo_update *update)
{
    const adafactor_config *c = config;
    int64_t rows = update->tensor->rows, columns = update->tensor->columns;
    double count = (double)update->count, step = (double)update->step;
    double newest = pow(step, -c->beta2_decay), least = c->epsilon1 * c->epsilon1;
    update_rows(update, newest);
    update_columns(update, newest);
    double sum = sum_of_rows(update);
    double size = sqrt(sum_of_squares(update->parameter, update->count) / count);
    double rate = fmax(c->epsilon2, size) * fmin(update->learning_rate, 1 / sqrt(step));
    double root = sqrt(squares_of_step(c, update, sum) / count);
    rate /= fmax(1, root / c->clip);
    double kept = 1 - update->learning_rate * c->weight_decay;
    const rondo_real *mean = update->slot[OF_COLUMNS];
    for (int64_t r = 0; r < rows; r++) {
        const rondo_real *g = update->gradient + r * columns;
        rondo_real *p = update->parameter + r * columns;
        double factor = row_factor(c, update, sum, r);
#pragma omp simd
        for (int64_t k = 0; k < columns; k++)
            p[k] = (rondo_real)(kept * (double)p[k] -
                                rate * step_of((double)g[k], factor, (double)mean[k], least));
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_adafactor;
const rondo_optimizer rondo_plugin_adafactor = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "adafactor",
             .summary = "Adam's squares by rows and columns alone, and steps in proportion to the "
                        "parameters: little memory",
             .equations = "b = t^-beta2_decay\n"
                          "R = (1 - b) R + b mean of g^2 over each row,  C over each column\n"
                          "u = g / sqrt(R C / mean(R))            of a vector g / sqrt(C)\n"
                          "p = (1 - rate weight_decay) p\n"
                          "    - max(epsilon2, rms(p)) min(rate, 1 / sqrt(t)) / max(1, rms(u) / "
                          "clip) u",
             .source = "Shazeer & Stern (2018), arXiv:1804.04235, algorithms 4 and 5; as "
                       "torch.optim.Adafactor",
             .config_size = sizeof(adafactor_config), .options = options},
    .learning_rate = 0.01,
    .plan = plan,
    .update = update_tensor,
};
