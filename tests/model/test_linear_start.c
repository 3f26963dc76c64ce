/* How the linear recurrent unit starts: |lambda|^2 even between r_min^2 and r_max^2, as of numbers uniform on a ring
 * of the complex plane (Orvieto et al. 2023, lemma 3.2), angles up to max_phase, and gamma = sqrt(1 - |lambda|^2). */
#include <math.h>

#include "check.h"
#include "support/fixture.h"

enum { HIDDEN = 64 };

static const rondo_real *start_of(const fixture *f, const char *name)
{
    int64_t index = rondo_layout_find(&f->network->layout, name);
    CHECK(index >= 0);
    return index < 0 ? f->parameters : f->parameters + f->network->layout.parameters[index].offset;
}

static void check_ring(const char *options, double r_min, double r_max, double max_phase)
{
    fixture *f = fixture_create(&(fixture_spec){.cell = "lru",
                                                .options = options,
                                                .loss = "softmax_cross_entropy",
                                                .input_kind = RONDO_INPUT_VALUES,
                                                .input_width = 3,
                                                .output_width = 4,
                                                .layers = 1,
                                                .hidden = HIDDEN});
    const rondo_real *nu = start_of(f, "layers/0/forward/nu_log");
    const rondo_real *theta = start_of(f, "layers/0/forward/theta_log");
    const rondo_real *gamma = start_of(f, "layers/0/forward/gamma_log");
    double sum = 0, angles = 0;
    for (int64_t u = 0; u < HIDDEN; u++) {
        double size = exp(-exp((double)nu[u])), angle = exp((double)theta[u]);
        CHECK(size > r_min && size < r_max);
        CHECK(angle > 0 && angle <= max_phase * (1 + 1e-12));
        CHECK_NEAR(exp(2 * (double)gamma[u]), 1 - size * size, 1e-13);
        sum += size * size;
        angles += angle;
    }
    CHECK_NEAR(sum / HIDDEN, (r_min * r_min + r_max * r_max) / 2, 1e-12);
    CHECK_NEAR(angles / HIDDEN, max_phase / 2, 0.15 * max_phase); /* 4 deviations of such a mean */
    fixture_destroy(f);
}

static void rings(void)
{
    check_ring("", 0, 1, 2 * acos(-1));
    check_ring("r_min=0.9,r_max=0.999,max_phase=0.3", 0.9, 0.999, 0.3);
}

int main(void)
{
    RUN(rings);
    return check_end();
}
