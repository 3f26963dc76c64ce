/* The plan: names, order and settings of runs, mistakes of runs, the file, and its folder. */
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "config/conditions.h"
#include "sweep/expand.h"
#include "sweep/support.h"

static bool has_set(const rondo_plan_run *run, const char *set)
{
    for (int64_t i = 0; i < run->set_count; i++)
        if (strcmp(run->sets[i], set) == 0) return true;
    return false;
}

/* Seeds are the slowest, then variants, axes in their order, trials. */
static void test_names_and_order(void)
{
    static const char *const names[] = {"rnn hidden=6 cell=rnn",     "rnn hidden=6 cell=gru",
                                        "rnn hidden=7 cell=rnn",     "rnn hidden=7 cell=gru",
                                        "big one hidden=6 cell=rnn", "big one hidden=6 cell=gru",
                                        "big one hidden=7 cell=rnn", "big one hidden=7 cell=gru"};
    rondo_plan *plan = plan_of("base: base.yaml\n"
                               "variants: {rnn: {train.epochs: 3}, big one: {train.epochs: 4}}\n"
                               "axes: {model.layers.0.hidden: [6, 7], model.layers.0.cell: [rnn, "
                               "gru]}\n"
                               "seeds: [5, 2]\n");
    if (!plan) return;
    CHECK_INTEGER(plan->variant_count, 8);
    CHECK_INTEGER(plan->run_count, 16);
    for (int64_t v = 0; v < 8; v++)
        CHECK_TEXT(plan->variants[v].name, names[v]);
    CHECK_TEXT(plan->runs[0].folder, "001-rnn-hidden=6-cell=rnn-seed5");
    CHECK_TEXT(plan->runs[7].folder, "008-big-one-hidden=7-cell=gru-seed5");
    CHECK_TEXT(plan->runs[8].folder, "009-rnn-hidden=6-cell=rnn-seed2");
    CHECK_INTEGER(plan->runs[15].number, 16);
    CHECK_INTEGER(plan->runs[15].variant, 7);
    CHECK_INTEGER(plan->runs[15].seed, 2);
    CHECK(has_set(&plan->runs[15], "train.epochs=4") &&
          has_set(&plan->runs[15], "model.layers.0.hidden=7") &&
          has_set(&plan->runs[15], "model.layers.0.cell=gru") &&
          has_set(&plan->runs[15], "seed=2"));
    rondo_plan_destroy(plan);
}

/* Axes of one last word are told by as many words as it takes; a long value by its place. */
static void test_names_are_unique_and_short(void)
{
    rondo_plan *plan =
        plan_of("base: base.yaml\n"
                "set: {model.layers: [{cell: rnn, hidden: 2}, {cell: rnn, hidden: 2}]}\n"
                "axes: {model.layers.0.hidden: [3], model.layers.1.hidden: [4]}\n");
    if (plan) CHECK_TEXT(plan->variants[0].name, "0.hidden=3 1.hidden=4");
    rondo_plan_destroy(plan);
    plan = plan_of("base: base.yaml\n"
                   "axes: {model.layers: [[{cell: rnn, hidden: 2}, {cell: rnn, hidden: 3}]]}\n");
    if (plan) CHECK_TEXT(plan->variants[0].name, "layers=value1");
    rondo_plan_destroy(plan);
    plan = plan_of("base: base.yaml\n");
    if (plan) CHECK_TEXT(plan->runs[0].folder, "001-base-seed1");
    rondo_plan_destroy(plan);
    CHECK_CONTAINS(messages("base: base.yaml\n"
                            "variants: {a epochs=3: {}, a: {}}\n"
                            "axes: {train.epochs: [3, \"3 epochs=3\"]}\n"),
                   "s.yaml: two variants would be named \"a epochs=3 epochs=3\"");
}

static void test_folder_names_are_safe(void)
{
    char name[RONDO_MAX_RUN_NAME];
    rondo_run_name(7, "a/b \xC3\xA4:*\"..", 1, name);
    CHECK_TEXT(name, "007-a_b-_____..-seed1");
    rondo_run_name(12345, "x", 9007199254740992, name);
    CHECK_TEXT(name, "12345-x-seed9007199254740992");
    char longest[400];
    memset(longest, 'y', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    rondo_run_name(1, longest, 9007199254740992, name);
    CHECK(strlen(name) < RONDO_MAX_RUN_NAME);
    CHECK_CONTAINS(name, "yyy-seed9007199254740992");
}

/* All variants of a trial have the same draws; `drawn` says which keys these are. */
static void test_a_search_draws_alike_for_all_variants(void)
{
    rondo_plan *plan =
        plan_of("base: base.yaml\n"
                "variants: {a: {}, b: {train.epochs: 3}}\n"
                "search: {trials: 3, draw: {optimizer.learning_rate: {log_uniform: [0.001, 0.1]}, "
                "data.batch_size: {integer: [5, 9]}}}\n"
                "compare: {baseline: a}\n"); /* a case that a search crosses */
    if (!plan) return;
    CHECK_TEXT(plan->baseline, "a");
    CHECK_INTEGER(plan->variant_count, 6);
    CHECK(plan->search);
    for (int64_t t = 0; t < 3; t++) {
        const rondo_plan_variant *a = &plan->variants[t], *b = &plan->variants[3 + t];
        CHECK_INTEGER(a->drawn.count, 2);
        CHECK_TEXT(value_of(a, "optimizer.learning_rate"), value_of(b, "optimizer.learning_rate"));
        CHECK_TEXT(value_of(a, "data.batch_size"), value_of(b, "data.batch_size"));
        CHECK_TEXT(a->drawn.items[0].value, value_of(a, "optimizer.learning_rate"));
    }
    CHECK_TEXT(plan->variants[4].name, "b trial=2");
    CHECK(strcmp(value_of(&plan->variants[0], "optimizer.learning_rate"),
                 value_of(&plan->variants[1], "optimizer.learning_rate")) != 0);
    rondo_plan_destroy(plan);
}

/* What is not varied stays at the base's seed 4. */
static void test_what_a_seed_changes(void)
{
    rondo_plan *plan = plan_of("base: base.yaml\nseeds: [7]\n");
    if (plan) {
        CHECK(has_set(&plan->runs[0], "seed=7") && has_set(&plan->runs[0], "seeds.data=4"));
        CHECK_INTEGER(plan->runs[0].set_count, 2);
    }
    rondo_plan_destroy(plan);
    plan = plan_of("base: base.yaml\nseeds: [7]\nvary: [order]\n");
    if (plan) {
        CHECK(has_set(&plan->runs[0], "seed=7") && has_set(&plan->runs[0], "seeds.data=4") &&
              has_set(&plan->runs[0], "seeds.initialization=4") &&
              has_set(&plan->runs[0], "seeds.masks=4"));
        CHECK_INTEGER(plan->runs[0].set_count, 4);
    }
    rondo_plan_destroy(plan);
    plan = plan_of("base: base.yaml\nset: {seeds.data: 9}\nseeds: [7]\n");
    if (plan) CHECK(has_set(&plan->runs[0], "seeds.data=9") && plan->runs[0].set_count == 2);
    rondo_plan_destroy(plan);
}

static rondo_text value_in_run(const rondo_plan *plan, int64_t run, const char *path)
{
    rondo_experiment *experiment = NULL;
    rondo_error error = {0};
    rondo_text value = {0};
    rondo_status status =
        rondo_experiment_load("base.yaml", plan->runs[run].sets, plan->runs[run].set_count,
                              registry, &experiment, &error);
    CHECK_TEXT(error.text, "");
    if (!status) rondo_condition_value(experiment, path, &value);
    rondo_experiment_destroy(experiment);
    return value;
}

static void check_value(const rondo_plan *plan, int64_t run, const char *path, const char *expected)
{
    rondo_text value = value_in_run(plan, run, path);
    CHECK_TEXT(rondo_text_get(&value), expected);
    rondo_text_finish(&value);
}

/* Old names of keys, wherever a sweep names keys; a draw is the same under the name that it had. */
static void test_old_names(void)
{
    rondo_plan *plan = plan_of("base: base.yaml\n"
                               "set: {schedule: {name: step, every_epochs: 3}}\n"
                               "variants: {a: {}, b: {schedule.minimum: 0.125}}\n"
                               "axes: {schedule.factor: [0.25, 0.5]}\n");
    if (!plan) return;
    CHECK_INTEGER(plan->run_count, 4);
    CHECK_TEXT(plan->variants[1].name, "a factor=0.5");
    for (int64_t run = 0; run < 4; run++) {
        check_value(plan, run, "schedule.options.every_epochs", "3");
        check_value(plan, run, "schedule.options.factor", run % 2 ? "0.5" : "0.25");
        check_value(plan, run, "schedule.options.minimum", run < 2 ? "0.0" : "0.125");
    }
    rondo_plan_destroy(plan);
    plan = plan_of("base: base.yaml\nset: {schedule.name: step}\n"
                   "search: {trials: 2, draw: {schedule.factor: {uniform: [0.25, 0.5]}}}\n");
    if (!plan) return;
    check_value(plan, 1, "schedule.options.factor",
                value_of(&plan->variants[1], "schedule.factor"));
    rondo_plan_destroy(plan);
    /* What says a key more exactly counts, whichever name it has there. */
    plan =
        plan_of("base: base.yaml\nset: {schedule.name: step, schedule.factor: 0.75, train.best_by: "
                "accuracy}\n"
                "axes: {schedule.options.factor: [0.25, 0.5], train.monitor: [loss, accuracy]}\n");
    if (!plan) return;
    CHECK_TEXT(plan->variants[2].name, "factor=0.5 monitor=loss");
    check_value(plan, 2, "schedule.options.factor", "0.5");
    check_value(plan, 2, "train.monitor", "loss");
    rondo_plan_destroy(plan);
}

static void test_old_and_new_names_at_once(void)
{
    CHECK_TEXT(
        messages("base: base.yaml\nset: {train.best_by: loss, train: {monitor: accuracy}}\n"),
        "s.yaml:2:36: set.train.monitor: train.best_by and train.monitor are two names of "
        "train.monitor: keep one of them");
    CHECK_CONTAINS(messages("base: base.yaml\naxes: {output.keep: [1, 2], output.keep_checkpoints: "
                            "[1, 2]}\n"),
                   "s.yaml:2:29: axes.output.keep_checkpoints: output.keep and "
                   "output.keep_checkpoints are two names of output.keep_checkpoints: keep one");
    CHECK_CONTAINS(
        messages("base: base.yaml\nsearch: {trials: 2, draw: {output.keep: {integer: [1, "
                 "9]}, output.keep_checkpoints: {integer: [1, 9]}}}\n"),
        "are two names of output.keep_checkpoints: keep one of them");
    CHECK_CONTAINS(messages("base: base.yaml\nvariants: {a: {train.best_by: loss}, b: {}}\n"
                            "axes: {train.monitor: [loss, accuracy]}\n"),
                   "train.best_by: is set by variants, and by axes as well (s.yaml:3:8)");
}

/* A base with a seed of its own for what a sweep varies: it is varied all the same. */
static void test_a_varied_seed_of_the_base(void)
{
    support_write("own.yaml", "extends: base.yaml\nbehavior_version: 1\nseeds: {order: 3}\n");
    rondo_plan *plan = plan_of("base: own.yaml\nseeds: [7]\n");
    if (plan) CHECK(has_set(&plan->runs[0], "seeds.order=7"));
    rondo_plan_destroy(plan);
}

static void test_mistakes_of_runs(void)
{
    CHECK_TEXT(messages("base: nothing.yaml\n"),
               "s.yaml:1:1: base: nothing.yaml: no such file; the path is relative to the sweep "
               "file");
    CHECK_CONTAINS(messages("base: base.yaml\naxes: {model.layers.0.hiden: [3, 4]}\nseeds: 9\n"),
                   "s.yaml:2:31: model.layers.0.hiden: unknown key; allowed: cell, hidden");
    CHECK_CONTAINS(messages("base: base.yaml\nset: {model.layers.0.cell: lstn}\n"),
                   "s.yaml:2:7: model.layers.0.cell: no cell 'lstn' (did you mean 'lstm'?)");
    CHECK_TEXT(messages("base: base.yaml\nvariants: {a: {train.epochs: 2}, b: {}}\n"),
               "s.yaml:2:16: variants \"a\" and \"b\" are the same runs: leave one out "
               "(variant \"b\")");
    CHECK_CONTAINS(messages("base: base.yaml\ncompare: {metric: test acuracy}\n"),
                   "s.yaml:2:11: compare.metric: no run has \"test acuracy\": figures are loss, ");
    CHECK_CONTAINS(messages("base: base.yaml\ncompare: {metric: test acuracy}\n"),
                   "; did you mean test accuracy?");
    CHECK_CONTAINS(messages("base: base.yaml\nset: {data.options.test: 0}\ncompare: {}\n"),
                   "compare.metric: no run has \"test loss\": there is no test split");
    CHECK_CONTAINS(messages("base: base.yaml\nvariants: {lstm: {}, gru: {train.epochs: 1}}\n"
                            "compare: {baseline: ltsm}\n"),
                   "s.yaml:3:11: compare.baseline: \"ltsm\" is not one of the variants: lstm, gru; "
                   "did you mean lstm?");
    CHECK_CONTAINS(messages("base: base.yaml\naxes: {data.batch_size: [1, 2]}\nseeds: 100000\n"),
                   "s.yaml: 2 variants and 100000 seeds are 200000 runs; a sweep has at most "
                   "100000");
    CHECK_CONTAINS(messages("base: base.yaml\nset: {data.format: text, data.path: gone.txt}\n"),
                   "gone.txt");
}

/* One mistake of 100 runs is one line with their number; each is told with the first variant. */
static void test_a_mistake_of_many_runs_is_told_once(void)
{
    const char *text = messages("base: base.yaml\n"
                                "variants: {a: {}, b: {train.epochs: none}, c: {train.epochs: 3}}\n"
                                "axes: {data.batch_size: [4, 5, 0]}\n"
                                "seeds: 10\n");
    CHECK_CONTAINS(text, "s.yaml:2:23: train.epochs: \"none\" is not an integer in [1, 1000000] "
                         "(variant \"b batch_size=4\" and 2 more: 30 runs)");
    CHECK_CONTAINS(text, "s.yaml:3:32: data.batch_size: \"0\" is not an integer in [1, 1048576] "
                         "(variant \"a batch_size=0\" and 2 more: 30 runs)");
    int64_t lines = 1;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    CHECK_INTEGER(lines, 2);
    text =
        messages("base: base.yaml\nset: {train.epochs: none}\naxes: {data.batch_size: [4, 5]}\n");
    CHECK_TEXT(text, "s.yaml:2:7: train.epochs: \"none\" is not an integer in [1, 1000000]");
}

static char *print(const rondo_plan *plan)
{
    rondo_text text = {0};
    rondo_plan_print(plan, &text);
    return text.data;
}

static void remove_sweep(const char *folder)
{
    char path[256];
    snprintf(path, sizeof path, "%s/plan.yaml", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/sweep.yaml", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/base.yaml", folder);
    unlink(path);
    rmdir(folder);
}

static rondo_status store(const char *text, rondo_plan **plan, rondo_error *error)
{
    rondo_sweep *sweep = NULL;
    *plan = NULL;
    *error = (rondo_error){0};
    support_write("s.yaml", text);
    rondo_status status = rondo_sweep_load("s.yaml", &sweep, error);
    if (!status) status = rondo_plan_make(sweep, registry, plan, error);
    if (!status) status = rondo_plan_store(sweep, *plan, error);
    rondo_sweep_destroy(sweep);
    return status;
}

static void test_a_folder_with_old_names(void)
{
    static const char old[] = "base: base.yaml\n"
                              "set: {schedule.name: step, schedule.factor: 0.75}\n"
                              "variants: {a: {output.keep: 3}, b: {output.keep: 4}}\n"
                              "axes: {train.best_by: [loss, accuracy]}\n"
                              "seeds: 2\noutput: {folder: n}\n";
    static const char now[] = "base: base.yaml\n"
                              "set: {schedule.name: step, schedule.options.factor: 0.75}\n"
                              "variants: {a: {output.keep_checkpoints: 3}, b: "
                              "{output.keep_checkpoints: 4}}\n"
                              "axes: {train.monitor: [loss, accuracy]}\n"
                              "seeds: 3\noutput: {folder: n}\n";
    static const char other[] = "base: base.yaml\n"
                                "set: {schedule.name: step, schedule.options.factor: 0.75}\n"
                                "variants: {a: {output.keep_checkpoints: 3}, b: "
                                "{output.keep_checkpoints: 5}}\n"
                                "axes: {train.monitor: [loss, accuracy]}\n"
                                "seeds: 3\noutput: {folder: n}\n";
    rondo_plan *plan;
    rondo_error error;
    for (int i = 0; i < 2; i++) {
        CHECK_INTEGER(store(old, &plan, &error), RONDO_OK);
        CHECK(plan && plan->run_count == 8);
        if (plan) CHECK_TEXT(plan->runs[1].folder, "002-a-best_by=accuracy-seed1");
        rondo_plan_destroy(plan);
    }
    /* With the new names, and a seed more: the runs keep their folders. */
    for (int i = 0; i < 2; i++) {
        CHECK_INTEGER(store(now, &plan, &error), RONDO_OK);
        CHECK_TEXT(error.text, "");
        CHECK(plan && plan->run_count == 12);
        if (plan) {
            CHECK_TEXT(plan->runs[1].folder, "002-a-best_by=accuracy-seed1");
            CHECK_TEXT(plan->runs[11].folder, "012-b-best_by=accuracy-seed3");
            CHECK(has_set(&plan->runs[11], "train.monitor=accuracy"));
        }
        rondo_plan_destroy(plan);
    }
    CHECK_INTEGER(store(other, &plan, &error), RONDO_USAGE);
    CHECK_CONTAINS(error.text, "n: holds another sweep: run 3 (\"b best_by=loss\", seed 1) ");
    rondo_plan_destroy(plan);
    remove_sweep("n");
}

static void test_the_file_is_read_as_it_was_written(void)
{
    rondo_error error;
    rondo_plan *plan, *again = NULL;
    CHECK(store("base: base.yaml\n"
                "variants: {\"a \\\"b\\\": c\": {}, n: {data.vocabulary.unknown: \"12\", "
                "train.epochs: 3}}\n"
                "axes: {optimizer.learning_rate: [1.0e-3, .5]}\n"
                "search: {trials: 2, draw: {train.weight_noise: {uniform: [0.1, 1]}}}\n"
                "seeds: 3\n"
                "vary: [order, masks]\n"
                "halving: {keep: 1/3, rungs: [1, 2]}\n"
                "set: {}\n"
                "compare: {metric: valid loss, margin: 0.125}\n"
                "output: {folder: w}\n",
                &plan, &error) == RONDO_USAGE); /* halving says the epochs */
    rondo_plan_destroy(plan);
    CHECK(store("base: base.yaml\n"
                "variants: {\"a \\\"b\\\": c\": {}, n: {data.vocabulary.unknown: \"12\"}}\n"
                "axes: {optimizer.learning_rate: [1.0e-3, .5]}\n"
                "search: {trials: 2, draw: {train.weight_noise: {uniform: [0.1, 1]}}}\n"
                "seeds: 3\n"
                "vary: [order, masks]\n"
                "halving: {keep: 1/3, rungs: [1, 2]}\n"
                "compare: {metric: valid loss, margin: 0.125}\n"
                "output: {folder: w}\n",
                &plan, &error) == RONDO_OK);
    CHECK_TEXT(error.text, "");
    CHECK(rondo_plan_read("w", &again, &error) == RONDO_OK);
    CHECK_TEXT(error.text, "");
    if (plan && again) {
        char *first = print(plan), *second = print(again);
        CHECK_TEXT(second, first);
        CHECK_INTEGER(again->run_count, 24);
        CHECK_INTEGER(again->halving.rungs[1], 2);
        CHECK_NEAR(again->margin, 0.125, 0);
        CHECK_CONTAINS(first, "\"data.vocabulary.unknown=\\\"12\\\"\"");
        free(first);
        free(second);
    }
    rondo_plan_destroy(plan);
    rondo_plan_destroy(again);
    remove_sweep("w");
}

static void test_a_damaged_plan_is_refused(void)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{\"format\": 1}",
        "{\"format\": 2, \"name\": \"a\"}",
        "{\"format\": 1, \"name\": ",
        "{\"format\": 1, \"name\": \"s\", \"base\": \"b\", \"metric\": null, \"baseline\": null, "
        "\"margin\": 0, \"vary\": [\"order\"], \"halving\": null, \"budget\": null, \"search\": "
        "false, \"variants\": [{\"name\": \"v\", \"parameters\": 1, \"set\": {}, \"drawn\": {}}], "
        "\"runs\": [{\"number\": 1, \"variant\": \"v\", \"seed\": 1, \"folder\": \"../out\", "
        "\"set\": []}]}"};
    mkdir("damaged", 0777);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rondo_error error = {0};
        rondo_plan *plan = NULL;
        support_write("damaged/plan.yaml", bad[i]);
        CHECK(rondo_plan_read("damaged", &plan, &error) == RONDO_FAILED && !plan);
        CHECK_CONTAINS(error.text, "damaged/plan.yaml: not a plan of a sweep");
    }
    remove_sweep("damaged");
    rondo_error error = {0};
    rondo_plan *plan = NULL;
    CHECK(rondo_plan_read("damaged", &plan, &error) == RONDO_USAGE && !plan);
}

static const char grown_from[] = "base: base.yaml\n"
                                 "variants: {a: {}, b: {model.layers.0.cell: rnn}}\n"
                                 "seeds: 2\noutput: {folder: g}\n";

/* More seeds and variants get numbers behind the old runs, which keep theirs. */
static void test_a_sweep_may_grow(void)
{
    rondo_error error;
    rondo_plan *plan;
    CHECK(store(grown_from, &plan, &error) == RONDO_OK);
    rondo_plan_destroy(plan);
    CHECK(store(grown_from, &plan, &error) == RONDO_OK); /* the same again */
    rondo_plan_destroy(plan);
    CHECK(store("base: base.yaml\n"
                "variants: {new: {model.layers.0.cell: gru}, a: {}, b: {model.layers.0.cell: "
                "rnn}}\n"
                "seeds: [9, 1, 2]\noutput: {folder: g}\n",
                &plan, &error) == RONDO_OK);
    CHECK_TEXT(error.text, "");
    rondo_plan_destroy(plan);
    CHECK(rondo_plan_read("g", &plan, &error) == RONDO_OK);
    if (plan) {
        CHECK_INTEGER(plan->run_count, 9);
        CHECK_TEXT(plan->runs[0].folder, "001-a-seed1");
        CHECK_TEXT(plan->runs[1].folder, "002-b-seed1");
        CHECK_TEXT(plan->runs[3].folder, "004-b-seed2");
        CHECK_TEXT(plan->runs[4].folder, "005-new-seed9");
        CHECK_TEXT(plan->runs[5].folder, "006-a-seed9");
    }
    rondo_plan_destroy(plan);
}

/* More trials follow behind; those that are there stay. */
static void test_a_search_may_grow(void)
{
    static const char *const texts[] = {
        "base: base.yaml\nsearch: {trials: 9, draw: {optimizer.learning_rate: {uniform: [0.1, "
        "0.2]}}}\noutput: {folder: t}\n",
        "base: base.yaml\nsearch: {trials: 11, draw: {optimizer.learning_rate: {uniform: [0.1, "
        "0.2]}}}\nseeds: 2\noutput: {folder: t}\n"};
    rondo_error error;
    rondo_plan *plan;
    for (int i = 0; i < 2; i++) {
        CHECK(store(texts[i], &plan, &error) == RONDO_OK);
        CHECK_TEXT(error.text, "");
        rondo_plan_destroy(plan);
    }
    CHECK(rondo_plan_read("t", &plan, &error) == RONDO_OK);
    if (plan) {
        CHECK_TEXT(plan->runs[8].folder, "009-trial=9-seed1");
        CHECK_TEXT(plan->runs[9].folder, "010-trial=10-seed1");
        CHECK_TEXT(plan->runs[11].folder, "012-trial=1-seed2");
        CHECK_INTEGER(plan->run_count, 22);
    }
    rondo_plan_destroy(plan);
    remove_sweep("t");
}

/* What every variant gives may be missing in the base. */
static void test_a_base_that_variants_complete(void)
{
    support_write("part.yaml", "behavior_version: 1\n"
                               "task: language_model\n"
                               "data:\n"
                               "  format: generated\n"
                               "  generator: {name: reber, count: 100, valid: 20, test: 20}\n"
                               "model: {input: one_hot, layers: [{hidden: 8}]}\n"
                               "optimizer: {name: adam}\n");
    rondo_plan *plan = plan_of("base: part.yaml\naxes: {model.layers.0.cell: [rnn, gru]}\n");
    CHECK(plan && plan->run_count == 2 && !plan->base_config);
    rondo_plan_destroy(plan);
    CHECK_CONTAINS(messages("base: part.yaml\n"), "part.yaml:6:");
}

static void refuse_change(const char *text, const char *message)
{
    rondo_error error, ignored = {0};
    rondo_plan *plan, *before = NULL, *after = NULL;
    CHECK(rondo_plan_read("g", &before, &ignored) == RONDO_OK);
    CHECK(store(text, &plan, &error) == RONDO_USAGE);
    CHECK_CONTAINS(error.text, "g: holds another sweep: ");
    CHECK_CONTAINS(error.text, message);
    CHECK_CONTAINS(error.text, "; choose another folder (output.folder, --output)");
    CHECK(rondo_plan_read("g", &after, &ignored) == RONDO_OK);
    if (before && after) {
        char *first = print(before), *second = print(after);
        CHECK_TEXT(second, first); /* nothing was written */
        free(first);
        free(second);
    }
    rondo_plan_destroy(plan);
    rondo_plan_destroy(before);
    rondo_plan_destroy(after);
}

static void test_another_sweep_is_refused(void)
{
    refuse_change("base: base.yaml\nvariants: {a: {}}\nseeds: 2\noutput: {folder: g}\n",
                  "run 2 (\"b\", seed 1) is not in the sweep file any more");
    refuse_change("base: base.yaml\nset: {clip.norm: 3}\nvariants: {a: {}, b: "
                  "{model.layers.0.cell: rnn}, new: {model.layers.0.cell: gru}}\nseeds: [9, 1, "
                  "2]\noutput: {folder: g}\n",
                  "run 1 (\"a\", seed 1) had seed=1, now clip.norm=3");
    refuse_change("base: base.yaml\nvariants: {a: {}, b: {model.layers.0.cell: rnn}, new: "
                  "{model.layers.0.cell: gru}}\nseeds: [9, 1, 2]\nvary: [order]\noutput: "
                  "{folder: g}\n",
                  "vary differs");
    remove_sweep("g");
}

static const char moving[] = "base: moving.yaml\noutput: {folder: m}\n";

static rondo_status store_with(const char *more, rondo_error *error)
{
    char text[512];
    rondo_plan *plan;
    snprintf(text, sizeof text, "extends: base.yaml\nbehavior_version: 1\n%s", more);
    support_write("moving.yaml", text);
    rondo_status status = store(moving, &plan, error);
    rondo_plan_destroy(plan);
    return status;
}

/* The sweep file is the same, but the base is not: runs of both must not meet in one folder. */
static void test_a_base_that_was_changed(void)
{
    rondo_error error;
    CHECK(store_with("", &error) == RONDO_OK);
    CHECK(store_with("train: {threads: 1, log_every: 3}\n", &error) == RONDO_OK);
    CHECK(store_with("optimizer: {learning_rate: 0.5}\n", &error) == RONDO_USAGE);
    CHECK_TEXT(
        error.text,
        "m: holds another sweep: the base was different (optimizer.learning_rate: 0.001 before, "
        "0.5 now); choose another folder (output.folder, --output), or remove this one");
    CHECK(store_with("train: {epochs: 3}\n", &error) == RONDO_USAGE);
    CHECK_CONTAINS(error.text, "(how long it trains)");
    CHECK(store_with("", &error) == RONDO_OK);
    remove_sweep("m");
}

static void test_a_folder_of_something_else_is_refused(void)
{
    mkdir("other", 0777);
    support_write("other/thesis.tex", "");
    rondo_error error;
    rondo_plan *plan;
    CHECK(store("base: base.yaml\noutput: {folder: other}\n", &plan, &error) == RONDO_USAGE);
    CHECK_CONTAINS(error.text, "other: holds \"thesis.tex\" but no sweep; choose another folder");
    CHECK(!rondo_file_exists("other/plan.yaml") && !rondo_file_exists("other/sweep.yaml"));
    rondo_plan_destroy(plan);
    unlink("other/thesis.tex");
    rmdir("other");
}

/* Twenty draws of two values repeat; two cases that are the same are still refused. */
static void test_trials_may_repeat(void)
{
    rondo_plan *plan =
        plan_of("base: base.yaml\nvariants: {a: {}, b: {train.epochs: 3}}\n"
                "search: {trials: 20, draw: {data.batch_size: {choice: [5, 10]}}}\n");
    CHECK(plan && plan->variant_count == 40);
    rondo_plan_destroy(plan);
    CHECK_CONTAINS(messages("base: base.yaml\nvariants: {a: {}, b: {train.epochs: 2}}\n"
                            "search: {trials: 2, draw: {data.batch_size: {choice: [5, 10]}}}\n"),
                   "are the same runs: leave one out");
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* 1,000 runs: planned in well under a second, read in less than 50 ms; processor time, because
 * tests run beside each other. Limits are wide enough for sanitizers on a slow machine. */
static void test_a_thousand_runs(void)
{
    rondo_error error;
    rondo_plan *plan;
    double started = now();
    CHECK(store("base: base.yaml\n"
                "search: {trials: 100, draw: {optimizer.learning_rate: {log_uniform: [1.0e-4, "
                "1.0e-1]}}}\nseeds: 10\noutput: {folder: thousand}\n",
                &plan, &error) == RONDO_OK);
    double planned = now() - started;
    rondo_plan_destroy(plan);
    started = now();
    CHECK(rondo_plan_read("thousand", &plan, &error) == RONDO_OK);
    double read = now() - started;
    CHECK(plan && plan->run_count == 1000);
    rondo_plan_destroy(plan);
    printf("planned in %.0f ms, read in %.1f ms\n", 1e3 * planned, 1e3 * read);
    CHECK(planned < 5 && read < 0.5);
    remove_sweep("thousand");
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_names_and_order);
    RUN(test_names_are_unique_and_short);
    RUN(test_folder_names_are_safe);
    RUN(test_a_search_draws_alike_for_all_variants);
    RUN(test_what_a_seed_changes);
    RUN(test_old_names);
    RUN(test_old_and_new_names_at_once);
    RUN(test_a_folder_with_old_names);
    RUN(test_a_varied_seed_of_the_base);
    RUN(test_mistakes_of_runs);
    RUN(test_a_mistake_of_many_runs_is_told_once);
    RUN(test_the_file_is_read_as_it_was_written);
    RUN(test_a_damaged_plan_is_refused);
    RUN(test_a_sweep_may_grow);
    RUN(test_a_search_may_grow);
    RUN(test_a_base_that_variants_complete);
    RUN(test_another_sweep_is_refused);
    RUN(test_a_base_that_was_changed);
    RUN(test_a_folder_of_something_else_is_refused);
    RUN(test_trials_may_repeat);
    RUN(test_a_thousand_runs);
    return support_end();
}
