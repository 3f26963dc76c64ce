/* Forms whose stored numbers start by a rule of their own. */
#include <math.h>
#include <string.h>

#include "model/forms.h"

/* Of the recurrent weights of Song, Yang & Wang (2016). */
static const double dale_radius = 1.5;

bool rondo_form_has_own_start(rondo_form form)
{
    return form.kind == RONDO_FORM_DALE || form.kind == RONDO_FORM_ORTHOGONAL;
}

/* Of a gamma distribution of shape 2 and mean 1: half the sum of two exponential draws. */
static double gamma_draw(const rondo_random *random, uint64_t index)
{
    return -0.5 * (log1p(-rondo_random_uniform(random, index)) +
                   log1p(-rondo_random_uniform(random, index + 1)));
}

/* The mean of what excites with which U has that spectral radius, for balanced inputs and large U: R^2 =
 * sum of the variances of a unit's inputs (Rajan & Abbott 2006), mean^2 / 2 for each of the
 * E units that excite and (mean E / I)^2 / 2 for each of the I that inhibit. Without units of one kind
 * nothing is balanced, and the radius is the sum of the inputs. */
static double dale_mean(double excitatory, double inhibitory)
{
    if (excitatory == 0 || inhibitory == 0) return dale_radius / (excitatory + inhibitory);
    return dale_radius * sqrt(2 / (excitatory * (1 + excitatory / inhibitory)));
}

/* What inhibits unit `column` sums up to what excites it. */
static void balance(rondo_form form, int64_t column, rondo_real *stored)
{
    int64_t excitatory = rondo_form_first_units(form);
    double excites = 0, inhibits = 0;
    for (int64_t row = 0; row < form.hidden; row++)
        *(row < excitatory ? &excites : &inhibits) += (double)stored[row * form.hidden + column];
    if (excites == 0 || inhibits == 0) return;
    for (int64_t row = excitatory; row < form.hidden; row++) {
        rondo_real *a = &stored[row * form.hidden + column];
        *a = (rondo_real)((double)*a * excites / inhibits);
    }
}

/* As Song, Yang & Wang (2016): gamma draws, balanced unit by unit, of spectral radius 1.5. */
static void fill_dale(rondo_form form, const rondo_random *random, uint64_t first,
                      rondo_real *stored)
{
    double excitatory = (double)rondo_form_first_units(form);
    double mean = dale_mean(excitatory, (double)form.hidden - excitatory);
    for (int64_t i = 0; i < form.hidden * form.hidden; i++)
        stored[i] = (rondo_real)(mean * gamma_draw(random, first + 2 * (uint64_t)i));
    for (int64_t column = 0; column < form.hidden; column++)
        balance(form, column, stored);
}

/* As Helfrich, Willmott & Ye (2018): blocks [0 s; -s 0] on the diagonal, s = sqrt((1 - cos t) /
 * (1 + cos t)) = tan(t / 2), t uniform in [0, pi / 2). */
static void fill_orthogonal(rondo_form form, const rondo_random *random, uint64_t first,
                            rondo_real *stored)
{
    static const double quarter_of_pi = 0.785398163397448309616;
    int64_t hidden = form.hidden, above = 0;
    memset(stored, 0, (size_t)(hidden * (hidden - 1) / 2) * sizeof *stored);
    for (int64_t row = 0; row + 1 < hidden; row++) {
        double half = quarter_of_pi * rondo_random_uniform(random, first + (uint64_t)row);
        if (row % 2 == 0) stored[above] = (rondo_real)tan(half);
        above += hidden - 1 - row;
    }
}

void rondo_form_fill(rondo_form form, const rondo_random *random, uint64_t first,
                     rondo_real *stored)
{
    if (form.kind == RONDO_FORM_DALE)
        fill_dale(form, random, first, stored);
    else
        fill_orthogonal(form, random, first, stored);
}
