/* A network does not trust a cell: a plan that is out of bounds is refused, also when the plan that
 * was looked at while the config was read was in order. */
#include "check.h"
#include "support/fixture.h"

static void (*sound_plan)(const void *config, rondo_cell_plan *plan);

static void too_many_gates(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gate_count = RONDO_MAX_GATES + 1;
}

static void source_nowhere(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].source = RONDO_SOURCE_STATE(plan->state_count);
}

/* The second layer's cell changes its mind: what the first layer has taken is given back. */
static void check_refused(fixture *f, void (*plan)(const void *, rondo_cell_plan *),
                          const char *sentence)
{
    rondo_error error = {0};
    rondo_network *network = f->network;
    rondo_layer_config *layer = &f->experiment.model.layers[1];
    const rondo_cell *sound = layer->cell;
    rondo_cell unsound = *sound;
    unsound.plan = plan;
    layer->cell = &unsound;
    CHECK_INTEGER(rondo_network_create(&f->experiment, 3, 4, NULL, &network, &error), RONDO_FAILED);
    CHECK(network == NULL);
    CHECK_TEXT(error.text, sentence);
    layer->cell = sound;
}

static void test_plan_out_of_bounds(void)
{
    fixture *f = fixture_create(&(fixture_spec){.cell = "lstm",
                                                .options = "",
                                                .loss = "softmax_cross_entropy",
                                                .input_width = 3,
                                                .embedding = 2,
                                                .output_width = 4,
                                                .layers = 2,
                                                .hidden = 5});
    sound_plan = f->experiment.model.layers[1].cell->plan;
    check_refused(f, too_many_gates,
                  "layer 1: cell lstm: plan: gate_count is 17, allowed are 1 to 16");
    check_refused(f, source_nowhere,
                  "layer 1: cell lstm: plan: the source 2 of stage 0 is neither RONDO_SOURCE_NONE "
                  "nor one of the 2 states "
                  "nor one of the 0 intermediates");
    fixture_destroy(f);
}

int main(void)
{
    RUN(test_plan_out_of_bounds);
    return check_end();
}
