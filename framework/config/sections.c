/* The whole config: its sections, and those with a few rows. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "config/sections_private.h"
#include "plugin/options.h"
#include "plugin/plan.h"

#define MOST 9007199254740992.0 /* 2^53: every integer up to here is exact in a row */

static const char *const normalizations[] = {"tokens", "sequences", NULL};
static const char *const clip_scopes[] = {"global", "layer", NULL};

static const rondo_option loss_rows[] = {
    RONDO_CHOICE(rondo_loss_config, normalization, RONDO_PER_TOKEN, normalizations,
                 "divisor of the summed loss's gradient, before clipping: the number of tokens or "
                 "of sequences in the minibatch (the gradient then grows with sequence length); "
                 "the reported loss is always per token; with model.pooling there is one loss per "
                 "sequence, and everything is per sequence"),
    RONDO_OPTIONS_END};

static const rondo_plugin_key loss_plugin = {.key = "name",
                                             .kind = RONDO_KIND_LOSS,
                                             .plugin_offset = offsetof(rondo_loss_config, loss),
                                             .options_offset = offsetof(rondo_loss_config, options),
                                             .fallback = "softmax_cross_entropy",
                                             .help = "the loss function"};

static const rondo_option optimizer_rows[] = {
    RONDO_REAL(rondo_optimizer_config, learning_rate, 0.001, 0, HUGE_VAL, 0,
               "base learning rate, which the schedule multiplies; default: the optimizer's own"),
    RONDO_OPTIONS_END};

static const rondo_plugin_key optimizer_plugin = {
    .key = "name",
    .kind = RONDO_KIND_OPTIMIZER,
    .plugin_offset = offsetof(rondo_optimizer_config, optimizer),
    .options_offset = offsetof(rondo_optimizer_config, options),
    .help = "the update rule"};

static const rondo_option clip_rows[] = {
    RONDO_REAL(rondo_clip_config, norm, 0, 0, HUGE_VAL, 0,
               "scale the gradient down to this Euclidean norm; 0: off"),
    RONDO_CHOICE(rondo_clip_config, scope, RONDO_CLIP_GLOBAL, clip_scopes,
                 "what the norm is taken over: the whole gradient, or separately the embedding, "
                 "each layer and the readout"),
    RONDO_REAL(rondo_clip_config, value, 0, 0, HUGE_VAL, 0,
               "clip each element to +- this, before the norm; 0: off"),
    RONDO_OPTIONS_END};

static const rondo_option schedule_rows[] = {
    RONDO_INTEGER(rondo_schedule_config, warmup_steps, 0, 0, HUGE_VAL,
                  "update steps of linear warm-up from 0, multiplied with any schedule"),
    RONDO_OPTIONS_END};

static const rondo_plugin_key schedule_plugin = {
    .key = "name",
    .kind = RONDO_KIND_SCHEDULE,
    .plugin_offset = offsetof(rondo_schedule_config, schedule),
    .options_offset = offsetof(rondo_schedule_config, options),
    .fallback = "constant",
    .help = "how the learning rate changes during training"};

static const rondo_option checkpoint_rows[] = {
    RONDO_INTEGER(rondo_checkpoint_every_config, epochs, 1, 0, HUGE_VAL,
                  "epochs between checkpoints; 0: off"),
    RONDO_INTEGER(rondo_checkpoint_every_config, steps, 0, 0, HUGE_VAL,
                  "update steps between checkpoints; 0: off"),
    RONDO_OPTIONS_END};

static const rondo_option output_rows[] = {
    RONDO_TEXT_ROW(
        rondo_output_config, folder, NULL,
        "the run folder, relative to the current folder; default: runs/ and the config's name; an "
        "absolute path, or one that leads upwards, must be given by --output or --set"),
    RONDO_INTEGER(rondo_output_config, keep_checkpoints, 2, 1, 1000,
                  "number of checkpoints to keep, newest first"),
    RONDO_OPTIONS_END};

static const rondo_section output_sections[] = {
    {RONDO_SECTION("checkpoint_every", rondo_output_config, checkpoint_every, checkpoint_rows,
                   "when checkpoints are written, besides at the end")},
    RONDO_SECTIONS_END};

static const rondo_option root_rows[] = {
    RONDO_ROW("behavior_version", RONDO_OPTION_INTEGER, RONDO_REQUIRED, rondo_experiment,
              behavior_version, int64_t, RONDO_BEHAVIOR_VERSION, RONDO_BEHAVIOR_VERSION,
              RONDO_BEHAVIOR_VERSION, NULL, NULL,
              "the defaults this config was written for; new defaults come with a new number"),
    RONDO_INTEGER(rondo_experiment, seed, 1, 0, MOST, "random seed"), RONDO_OPTIONS_END};

static const rondo_plugin_key task_plugin = {
    .key = "task",
    .kind = RONDO_KIND_TASK,
    .plugin_offset = offsetof(rondo_experiment, task),
    .fallback = "language_model",
    .is_word = true,
    .help = "what the model learns to do; see rondo describe task NAME"};

static const rondo_option seeds_rows[] = {
    RONDO_INTEGER(rondo_seeds_config, initialization, -1, 0, MOST, "initial parameters"),
    RONDO_INTEGER(rondo_seeds_config, order, -1, 0, MOST, "order of the training sequences"),
    RONDO_INTEGER(rondo_seeds_config, masks, -1, 0, MOST,
                  "random draws at every step: dropout, zoneout, input noise, weight noise, "
                  "unknown symbols, scheduled sampling"),
    RONDO_INTEGER(rondo_seeds_config, data, -1, 0, MOST,
                  "split into training, validation and test data; generated sequences"),
    RONDO_OPTIONS_END};

static const rondo_section root_sections[] = {
    {RONDO_SECTION("seeds", rondo_experiment, seeds, seeds_rows,
                   "separate seeds for single sources of randomness, to vary one and keep the "
                   "others; default of each: seed")},
    {RONDO_SECTION("data", rondo_experiment, data, rondo_data_rows, "training data"),
     .plugin = &rondo_data_format, .sections = rondo_data_sections},
    {RONDO_SECTION("model", rondo_experiment, model, rondo_model_rows,
                   "input, layers, pooling, readout"),
     .sections = rondo_model_sections},
    {RONDO_SECTION("loss", rondo_experiment, loss, loss_rows, "loss function"),
     .plugin = &loss_plugin},
    {RONDO_SECTION("optimizer", rondo_experiment, optimizer, optimizer_rows,
                   "how weights are updated"),
     .plugin = &optimizer_plugin},
    {RONDO_SECTION("clip", rondo_experiment, clip, clip_rows, "gradient clipping")},
    {RONDO_SECTION("schedule", rondo_experiment, schedule, schedule_rows, "learning rate schedule"),
     .plugin = &schedule_plugin},
    {RONDO_SECTION("train", rondo_experiment, train, rondo_train_rows, "training loop"),
     .sections = rondo_train_sections},
    {RONDO_SECTION("output", rondo_experiment, output, output_rows, "run folder and checkpoints"),
     .sections = output_sections},
    RONDO_SECTIONS_END};

const rondo_section rondo_root_section = {.name = "",
                                          .rows = root_rows,
                                          .plugin = &task_plugin,
                                          .help = "a rondo config",
                                          .sections = root_sections};

const rondo_section *rondo_section_find(const char *path)
{
    const rondo_section *section = &rondo_root_section;
    while (section && *path) {
        const rondo_section *inner = section->sections;
        size_t length = strcspn(path, ".");
        while (inner && inner->name &&
               (strlen(inner->name) != length || strncmp(inner->name, path, length) != 0))
            inner++;
        section = inner && inner->name ? inner : NULL;
        path += length;
        path += *path == '.';
        if (!section || !section->list || !*path) continue;
        path += strcspn(path, "."); /* the number in the list */
        path += *path == '.';
    }
    return section;
}

static bool plan_of(const rondo_plugin *cell, const void *options, rondo_cell_plan *plan)
{
    rondo_error ignored = {0}; /* reported where the plugin is read */
    if (options) return !rondo_plan_get((const rondo_cell *)cell, options, plan, &ignored);
    void *defaults = rondo_memory_create(cell->config_size + 1, "a plugin's options", &ignored);
    if (!defaults) return false;
    rondo_options_default(cell->options, defaults);
    bool sound = !rondo_plan_get((const rondo_cell *)cell, defaults, plan, &ignored);
    rondo_memory_destroy(defaults);
    return sound;
}

void rondo_state_options(const rondo_state_key *key, const rondo_plugin *cell, const void *options,
                         rondo_option rows[RONDO_MAX_STATES + 1])
{
    rondo_cell_plan plan;
    int32_t count = plan_of(cell, options, &plan) ? plan.state_count : 0;
    for (int32_t i = 0; i < count; i++)
        rows[i] = (rondo_option){.name = plan.states[i],
                                 .type = RONDO_OPTION_REAL,
                                 .flags = RONDO_OPEN_HIGH,
                                 .offset = key->offset + (size_t)i * sizeof(double),
                                 .high = 1,
                                 .help = key->help};
    rows[count] = (rondo_option)RONDO_OPTIONS_END;
}
