/* Keys under their old names: where they go, what they keep, and when they are refused. */
#include "support.h"

#include "config/conditions.h"
#include "config/overrides.h"
#include "config/renames.h"
#include "config/tree.h"

static const rondo_rename table[] = {
    {"train.best", "train.monitor", NULL},
    {"optimizer.options.first", "optimizer.options.beta1", "adam"},
    {"optimizer.b1", "optimizer.options.beta1", NULL},
    {"optimizer.momentum", "optimizer.options.momentum", "sgd"},
    {"model.layers.*.forget_bias", "model.layers.*.options.forget_bias", NULL},
    {"extra.*", "optimizer.options.*", "adam, adagrad"},
    {NULL, NULL, NULL}};

static void add_node(const rondo_node *node, rondo_text *text)
{
    if (node->kind == RONDO_SCALAR) {
        rondo_text_add(text, "%s", node->text);
        return;
    }
    rondo_text_add(text, node->kind == RONDO_MAPPING ? "{" : "[");
    for (int64_t i = 0; i < node->count; i++) {
        rondo_text_add(text, "%s%s%s", i > 0 ? ", " : "",
                       node->items[i].key ? node->items[i].key : "",
                       node->items[i].key ? ": " : "");
        add_node(node->items[i].value, text);
    }
    rondo_text_add(text, node->kind == RONDO_MAPPING ? "}" : "]");
}

typedef struct outcome {
    rondo_owned owned;
    rondo_problems problems;
    rondo_error error;
    rondo_node *root;
} outcome;

static const rondo_origin own = {.name = "own.yaml", .rank = 0};
static const rondo_origin base = {.name = "base.yaml", .rank = 1};
static const rondo_origin record = {.name = "record", .is_record = true};

/* `below`, which `text` extends, and one --set, may be NULL. */
static outcome *rename_by(const rondo_rename *rows, const char *below, const rondo_origin *source,
                          const char *text, const char *set)
{
    outcome *o = calloc(1, sizeof *o);
    if (!o) abort();
    o->root = rondo_yaml_parse(source, text, &o->owned, &o->problems);
    rondo_node *under = below ? rondo_yaml_parse(&base, below, &o->owned, &o->problems) : NULL;
    if (under) o->root = rondo_tree_merge(under, o->root, &o->owned);
    if (set) rondo_overrides_apply(o->root, &set, NULL, 1, ".", registry, &o->owned, &o->problems);
    rondo_renames_apply(rows, o->root, registry, &o->owned, &o->problems);
    rondo_problems_report(&o->problems, &o->error);
    return o;
}

static outcome *rename_text(const char *below, const rondo_origin *source, const char *text,
                            const char *set)
{
    return rename_by(table, below, source, text, set);
}

static void release(outcome *o)
{
    rondo_problems_finish(&o->problems);
    rondo_owned_finish(&o->owned);
    free(o);
}

static void become(const char *below, const char *text, const char *set, const char *expected)
{
    outcome *o = rename_text(below, &own, text, set);
    rondo_text seen = {0};
    add_node(o->root, &seen);
    CHECK_TEXT(rondo_text_get(&seen), expected);
    CHECK_TEXT(o->error.text, "");
    rondo_text_finish(&seen);
    release(o);
}

static void refuse(const char *text, const char *set, const char *expected)
{
    outcome *o = rename_text(NULL, &own, text, set);
    CHECK_TEXT(o->error.text, expected);
    release(o);
}

static void test_moves(void)
{
    become(NULL, "train: {best: loss}", NULL, "{train: {monitor: loss}}");
    become(NULL, "optimizer: {name: adam, b1: 0.5}", NULL,
           "{optimizer: {name: adam, options: {beta1: 0.5}}}");
    become(NULL, "optimizer: {name: adam, options: {beta2: 0.9}, b1: 0.5}", NULL,
           "{optimizer: {name: adam, options: {beta2: 0.9, beta1: 0.5}}}");
    become(NULL, "optimizer: {name: adam, options: , b1: 0.5}", NULL,
           "{optimizer: {name: adam, options: {beta1: 0.5}}}");
    become(NULL, "model: {layers: [{cell: rnn}, {cell: lstm, forget_bias: 2}]}", NULL,
           "{model: {layers: [{cell: rnn}, {cell: lstm, options: {forget_bias: 2}}]}}");
    become(NULL, "{optimizer: {name: adam}, extra: {beta1: 0.1, beta2: 0.2}}", NULL,
           "{optimizer: {name: adam, options: {beta2: 0.2, beta1: 0.1}}}");
    become(NULL, "{optimizer: {name: adam}, extra: }", NULL, "{optimizer: {name: adam}}");
}

/* An option of another name once; where what is chosen has an option of that name, that is meant. */
static void test_options(void)
{
    static const rondo_rename taken[] = {
        {"optimizer.options.momentum", "optimizer.options.beta1", "adam"}, {NULL, NULL, NULL}};
    become(NULL, "optimizer: {name: adam, options: {first: 0.5}}", NULL,
           "{optimizer: {name: adam, options: {beta1: 0.5}}}");
    refuse("optimizer: {name: sgd, options: {first: 0.5}}", NULL,
           "own.yaml:1:34: optimizer.options.beta1: only for optimizer.name adam; this config has "
           "sgd");
    outcome *o =
        rename_by(taken, NULL, &own, "optimizer: {name: sgd, options: {momentum: 0.5}}", NULL);
    CHECK(rondo_tree_find(o->root, "optimizer.options.momentum") != NULL);
    CHECK(rondo_tree_find(o->root, "optimizer.options.beta1") == NULL);
    CHECK_TEXT(o->error.text, "");
    release(o);
}

/* An entry says where it stands, under whatever name. */
static void test_places(void)
{
    outcome *word = rename_text(NULL, &own, "seed: 1\ntrain:\n  best: loss\n", NULL);
    rondo_place plain_place = rondo_tree_place(word->root, "train.monitor");
    CHECK_INTEGER(plain_place.line, 3);
    CHECK_INTEGER(plain_place.column, 3);
    release(word);
    outcome *o = rename_text(NULL, &own, "optimizer:\n  name: adam\n  b1: 0.5\n", NULL);
    rondo_place place = rondo_tree_place(o->root, "optimizer.options.beta1");
    CHECK_INTEGER(place.line, 3);
    CHECK_INTEGER(place.column, 3);
    const rondo_node *value = rondo_tree_find(o->root, "optimizer.options.beta1");
    CHECK(value && value->place.line == 3 && value->place.column == 7);
    release(o);
}

/* What was said later counts, under whichever name. */
static void test_both_names(void)
{
    become("optimizer: {name: adam, options: {beta1: 0.1}}", "optimizer: {b1: 0.2}", NULL,
           "{optimizer: {name: adam, options: {beta1: 0.2}}}");
    become("optimizer: {name: adam, b1: 0.1}", "optimizer: {options: {beta1: 0.2}}", NULL,
           "{optimizer: {name: adam, options: {beta1: 0.2}}}");
    become("optimizer: {name: adam, b1: 0.1}", "optimizer: {options: {beta1: 0.2}}",
           "optimizer.b1=0.3", "{optimizer: {name: adam, options: {beta1: 0.3}}}");
    refuse(
        "optimizer:\n  name: adam\n  b1: 0.1\n  options: {beta1: 0.1}\n", NULL,
        "own.yaml:3:3: optimizer.b1: is the old name of optimizer.options.beta1, which the config "
        "gives, too: keep one of them");
    refuse("train: {monitor: loss, best: accuracy}", NULL,
           "own.yaml:1:24: train.best: is the old name of train.monitor, which the config gives, "
           "too: keep one of them");
}

/* An option that what is chosen does not have. */
static void test_misplaced(void)
{
    refuse("optimizer: {name: sgd, b1: 0.5}", NULL,
           "own.yaml:1:24: optimizer.options.beta1: only for optimizer.name adam, lamb, lion, "
           "nadam or "
           "schedule_free; this config has sgd");
    refuse("optimizer: {name: adam, momentum: 0.5}", NULL,
           "own.yaml:1:25: optimizer.options.momentum: only for optimizer.name sgd; this config "
           "has adam");
    refuse("{optimizer: {name: sgd}, extra: {beta2: 0.5}}", NULL,
           "own.yaml:1:34: optimizer.options.beta2: only for optimizer.name adam; this config has "
           "sgd");
    refuse("optimizer: {name: sgd}", "optimizer.b1=0.9",
           "--set optimizer.b1=0.9: optimizer.options.beta1: only for optimizer.name adam, lamb, "
           "lion, "
           "nadam or schedule_free; this config has sgd");
    /* It has an option of that name, but not the one that the old key was. */
    refuse(
        "{optimizer: {name: sgd}, extra: {momentum: 0.5}}", NULL,
        "own.yaml:1:34: optimizer.options.momentum: only for optimizer.name adam or adagrad; this "
        "config has sgd");
}

/* Passed over: its default in a file, everything in a record, what was chosen away from later. */
static void test_passed_over(void)
{
    become(NULL, "optimizer: {name: sgd, b1: 0.90}", NULL, "{optimizer: {name: sgd}}");
    become("optimizer: {name: adam, b1: 0.5}", "optimizer: {name: sgd}", NULL,
           "{optimizer: {name: sgd}}");
    become(NULL, "optimizer: {name: adam, b1: 0.5}", "optimizer.name=sgd",
           "{optimizer: {name: sgd}}");
    outcome *o = rename_text(NULL, &record, "optimizer: {name: sgd, b1: 0.5}", NULL);
    CHECK_TEXT(o->error.text, "");
    CHECK(!rondo_tree_find(o->root, "optimizer.b1"));
    CHECK(!rondo_tree_find(o->root, "optimizer.options"));
    release(o);
}

/* The reader says what is wrong on the way; nothing is lost silently before. */
static void test_mistakes_around(void)
{
    become(NULL, "optimizer: {name: adma, b1: 0.5}", NULL,
           "{optimizer: {name: adma, options: {beta1: 0.5}}}");
    become(NULL, "optimizer: {name: adam, options: [1], b1: 0.5}", NULL,
           "{optimizer: {name: adam, options: [1]}}");
    become(NULL, "{optimizer: {name: adam}, extra: {beta3: 1}}", NULL,
           "{optimizer: {name: adam, options: {beta3: 1}}}");
    become(NULL, "extra: 5", NULL, "{extra: 5}");
    become(NULL, "train: 5", NULL, "{train: 5}");
}

/* --- schedule: flat keys became options --- */

static void have(const rondo_experiment *e, const char *path, const char *value)
{
    rondo_text text = {0};
    if (e) rondo_condition_value(e, path, &text);
    CHECK_TEXT(rondo_text_get(&text), value);
    rondo_text_finish(&text);
}

/* Both ways to write it are the same experiment, whose resolved config has the new names. */
static void check_same(const char *old, const char *old_set, const char *now, const char *set)
{
    rondo_experiment *before = parse(old, old_set), *after = parse(now, set);
    rondo_text left = {0}, right = {0};
    if (before && after) {
        rondo_experiment_print(before, &left);
        rondo_experiment_print(after, &right);
    }
    CHECK(left.length > 0);
    CHECK_TEXT(rondo_text_get(&left), rondo_text_get(&right));
    CHECK_CONTAINS(rondo_text_get(&left), "\nschedule:\n  name: ");
    CHECK_CONTAINS(rondo_text_get(&left), "\n  options:");
    rondo_text_finish(&left);
    rondo_text_finish(&right);
    rondo_experiment_destroy(before);
    rondo_experiment_destroy(after);
}

#define STEP "schedule: {name: step, options: {factor: 0.25, every_epochs: 3, minimum: 0.1}}\n"

static void test_schedule(void)
{
    static const char old_step[] =
        LEAST "schedule: {name: step, factor: 0.25, every_epochs: 3, minimum: 0.1}\n";
    static const char now_step[] = LEAST STEP;
    rondo_experiment *e = parse(old_step, NULL);
    have(e, "schedule.name", "step");
    have(e, "schedule.options.factor", "0.25");
    have(e, "schedule.options.every_epochs", "3");
    have(e, "schedule.options.minimum", "0.1");
    have(e, "schedule.options.patience", "");
    rondo_experiment_destroy(e);
    check_same(old_step, NULL, now_step, NULL);
    check_same(old_step, "schedule.factor=0.5", now_step, "schedule.options.factor=0.5");
    check_same(now_step, "schedule.factor=0.5", old_step, "schedule.options.factor=0.5");
    check_same(LEAST, "schedule={name: exponential, after_epochs: 4}", LEAST,
               "schedule={name: exponential, options: {after_epochs: 4}}");
    check_same(now_step, "schedule.name=constant", old_step, "schedule.name=constant");
    check_same(now_step, "schedule.name=plateau", old_step, "schedule.name=plateau");
    /* As resolved configs were: every key, whatever the schedule. */
    check_same(LEAST "schedule: {name: cosine, warmup_steps: 9, factor: 0.5, after_epochs: 0, "
                     "every_epochs: 1, patience: 1, minimum: 0.125}\n",
               NULL, LEAST "schedule: {name: cosine, warmup_steps: 9, options: {minimum: 0.125}}\n",
               NULL);
}

static void test_schedule_refused(void)
{
    CHECK_TEXT(
        messages(LEAST "schedule: {name: step, factor: 0.5,\n  options: {factor: 0.5}}\n", NULL),
        "test:5:24: schedule.factor: is the old name of schedule.options.factor, which the "
        "config gives, too: keep one of them");
    CHECK_TEXT(messages(LEAST "schedule: {name: step, factor: 2}\n", NULL),
               "test:5:32: schedule.options.factor: \"2\" is not a real number in (0, 1]");
    CHECK_TEXT(messages(LEAST STEP, "schedule.every_epochs=0"),
               "--set schedule.every_epochs=0: schedule.options.every_epochs: \"0\" is not an "
               "integer of at least 1");
    CHECK_TEXT(messages(LEAST STEP, "schedule.patience=2"),
               "--set schedule.patience=2: schedule.options.patience: only for schedule.name "
               "plateau; this config has step");
    CHECK_TEXT(messages(LEAST STEP, "schedule.options.patience=2"),
               "--set schedule.options.patience=2: schedule.options.patience: only for "
               "schedule.name plateau; this config has step");
}

static void write_text(const char *path, const char *first, const char *rest)
{
    FILE *file = fopen(path, "w");
    if (!file) abort();
    fprintf(file, "%s%s", first, rest);
    fclose(file);
}

/* A config in the new form that another one in the old form extends, and the other way round. */
static void test_schedule_extended(void)
{
    static const struct {
        const char *below, *above, *factor, *every_epochs;
    } cases[] = {
        {STEP, "schedule: {factor: 0.5}\n", "0.5", "3"},
        {"schedule: {name: step, factor: 0.25, every_epochs: 3}\n",
         "schedule: {options: {factor: 0.5}}\n", "0.5", "3"},
        {"schedule: {name: step, factor: 0.25, every_epochs: 3}\n",
         "schedule: {name: step, every_epochs: 2}\n", "0.25", "2"},
        {"schedule: {name: step, factor: 0.25, every_epochs: 3}\n",
         "schedule: {name: plateau, patience: 2}\n", "0.25", ""},
        {"schedule: {name: step, factor: 0.25, every_epochs: 3}\n", "schedule: {name: cosine}\n",
         "", ""},
        {STEP, "schedule: {name: cosine}\n", "", ""},
    };
    char folder[] = "/tmp/rondo-renames-XXXXXX", below[64], above[64];
    if (!mkdtemp(folder)) abort();
    snprintf(below, sizeof below, "%s/below.yaml", folder);
    snprintf(above, sizeof above, "%s/above.yaml", folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rondo_experiment *e = NULL;
        rondo_error error = {0};
        write_text(below, LEAST, cases[i].below);
        write_text(above, "extends: below.yaml\n", cases[i].above);
        CHECK_INTEGER(rondo_experiment_load(above, NULL, 0, registry, &e, &error), RONDO_OK);
        CHECK_TEXT(error.text, "");
        have(e, "schedule.options.factor", cases[i].factor);
        have(e, "schedule.options.every_epochs", cases[i].every_epochs);
        rondo_experiment_destroy(e);
    }
    remove(below);
    remove(above);
    rmdir(folder);
}

#define LAYERS     "layers: [{cell: rnn, hidden: 3}]"
#define MODEL      "model: {" LAYERS "}\n"
#define TRANSLATOR "model: {" LAYERS ", decoder: {" LAYERS "}}\n"

/* Each format's flat keys of old, and its options: one resolved config. */
static void test_formats(void)
{
    static const char *const pairs[][4] = {
        {"tagging", "format: columns, path: a, target_column: 3, columns: {form: plain}",
         "format: columns, path: a, options: {target_column: 3, form: plain}"},
        {"tagging", "format: parallel_tags, path: a, input_file: w",
         "format: parallel_tags, path: a, options: {input_file: w}"},
        {"classification", "format: table, path: a, table: {label: x}",
         "format: table, path: a, options: {label: x}"},
        {"classification", "format: value_table, path: a, value_table: {inputs: [x, y], id: i}",
         "format: value_table, path: a, options: {inputs: [x, y], id: i}"},
        {"forecasting", "format: series, path: a, series: {targets: [x], window: 9}",
         "format: series, path: a, options: {targets: [x], window: 9}",
         MODEL "loss: {name: mean_squared_error}\n"},
        {"translation", "format: pairs, path: a, separator: '|'",
         "format: pairs, path: a, options: {separator: '|'}", TRANSLATOR},
        {"translation", "format: pairs, path: a, source_suffix: .de, target_suffix: .en",
         "format: pairs, path: a, options: {source_suffix: .de, target_suffix: .en}", TRANSLATOR},
        {"forecasting", "format: piano_roll, path: a, piano_roll: {lowest_pitch: 30}",
         "format: piano_roll, path: a, options: {lowest_pitch: 30}",
         MODEL "loss: {name: sigmoid_cross_entropy}\n"},
        {"classification", "format: idx, path: a, idx: {permutation: 3}",
         "format: idx, path: a, options: {permutation: 3}"},
        {"language_model", "format: generated, generator: {name: reber, count: 5}",
         "format: generated, options: {name: reber, count: 5}"},
        {"regression", "format: generated, generator: {name: adding, fresh: true}",
         "format: generated, options: {name: adding, resample_each_epoch: true}",
         "model: {input: values, " LAYERS "}\nloss: {name: mean_squared_error}\n"},
        {"regression", "format: generated, options: {name: adding, fresh: true}",
         "format: generated, options: {name: adding, resample_each_epoch: true}",
         "model: {input: values, " LAYERS "}\nloss: {name: mean_squared_error}\n"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        rondo_text resolved[2] = {{0}, {0}};
        for (int k = 0; k < 2; k++) {
            char text[512];
            snprintf(text, sizeof text,
                     "behavior_version: 1\ntask: %s\ndata: {%s}\n%soptimizer: {name: sgd}\n",
                     pairs[i][0], pairs[i][1 + k], pairs[i][3] ? pairs[i][3] : MODEL);
            rondo_experiment *e = parse(text, NULL);
            CHECK(e != NULL);
            if (e) rondo_experiment_print(e, &resolved[k]);
            rondo_experiment_destroy(e);
        }
        CHECK_TEXT(rondo_text_get(&resolved[0]), rondo_text_get(&resolved[1]));
        CHECK(strstr(rondo_text_get(&resolved[0]), "  options:\n") != NULL);
        rondo_text_finish(&resolved[0]);
        rondo_text_finish(&resolved[1]);
    }
}

/* --- every plain key that had another name --- */

static const struct {
    const char *rest, *old, *now; /* what the config has besides; `--set` texts */
} plain[] = {
    {"", "train.best_by=accuracy", "train.monitor=accuracy"},
    {"", "output.keep=5", "output.keep_checkpoints=5"},
    {"train: {early_stopping: {patience: 2}}\n", "train.early_stopping.minimum_improvement=0.25",
     "train.early_stopping.min_delta=0.25"},
    {"schedule: {name: newbob}\n", "schedule.options.minimum_improvement=0.25",
     "schedule.options.min_delta=0.25"},
    {"", "data.example=line", "data.sequences=line"},
};
enum { PLAIN = sizeof plain / sizeof *plain };

/* "train.early_stopping.patience=2" as YAML: "train: {early_stopping: {patience: 2}}". */
static void nest(const char *set, rondo_text *text)
{
    const char *equals = strchr(set, '=');
    int depth = 0;
    for (const char *c = set; c <= equals; c++) {
        if (*c == '.') {
            rondo_text_add(text, ": {");
            depth++;
        } else if (c < equals) {
            rondo_text_add_bytes(text, c, 1);
        }
    }
    rondo_text_add(text, ": %s", equals + 1);
    for (; depth > 0; depth--)
        rondo_text_add(text, "}");
    rondo_text_add(text, "\n");
}

static void print(const char *text, const char *const *sets, int64_t set_count, rondo_text *out)
{
    rondo_experiment *e;
    rondo_error error = {0};
    CHECK_INTEGER(
        rondo_experiment_parse("test", "/data", text, sets, set_count, registry, &e, &error),
        RONDO_OK);
    CHECK_TEXT(error.text, "");
    if (e) rondo_experiment_print(e, out);
    rondo_experiment_destroy(e);
}

/* By --set, and in a file that extends another. */
static void test_plain_keys(void)
{
    char folder[] = "/tmp/rondo-renames-XXXXXX", below[64], above[64];
    if (!mkdtemp(folder)) abort();
    snprintf(below, sizeof below, "%s/below.yaml", folder);
    snprintf(above, sizeof above, "%s/above.yaml", folder);
    for (int i = 0; i < PLAIN; i++) {
        rondo_text text = {0}, over = {0}, old = {0}, now = {0}, unset = {0};
        rondo_experiment *e = NULL;
        rondo_error error = {0};
        rondo_text_add(&text, LEAST "%s", plain[i].rest);
        print(rondo_text_get(&text), &plain[i].old, 1, &old);
        print(rondo_text_get(&text), &plain[i].now, 1, &now);
        print(rondo_text_get(&text), NULL, 0, &unset);
        CHECK(now.length > 0);
        CHECK_TEXT(rondo_text_get(&old), rondo_text_get(&now));
        CHECK(strcmp(rondo_text_get(&now), rondo_text_get(&unset)) != 0);
        nest(plain[i].old, &over);
        write_text(below, rondo_text_get(&text), "");
        write_text(above, "extends: below.yaml\n", rondo_text_get(&over));
        CHECK_INTEGER(rondo_experiment_load(above, NULL, 0, registry, &e, &error), RONDO_OK);
        CHECK_TEXT(error.text, "");
        rondo_text_finish(&old);
        if (e) {
            e->data.path = "/data/input.txt";
            e->output.folder = "runs/test";
            rondo_experiment_print(e, &old);
        }
        CHECK_TEXT(rondo_text_get(&old), rondo_text_get(&now));
        rondo_experiment_destroy(e);
        rondo_text_finish(&text);
        rondo_text_finish(&over);
        rondo_text_finish(&old);
        rondo_text_finish(&now);
        rondo_text_finish(&unset);
    }
    remove(below);
    remove(above);
    rmdir(folder);
}

/* Both names at once are one message, and a mistake in a value names the new key, where it stands. */
static void test_plain_keys_refused(void)
{
    CHECK_TEXT(messages(LEAST "train:\n  monitor: loss\n  best_by: loss\n", NULL),
               "test:7:3: train.best_by: is the old name of train.monitor, which the config gives, "
               "too: keep one of them");
    CHECK_TEXT(messages(LEAST "output:\n  keep: 0\n", NULL),
               "test:6:9: output.keep_checkpoints: \"0\" is not an integer in [1, 1000]");
    CHECK_TEXT(
        messages(LEAST, "data.example=lines"),
        "--set data.example=lines: data.sequences: \"lines\" is not one of stream, line; did "
        "you mean line?");
}

/* Who misspells a key, by either name, is told the new one. */
static void test_suggestions(void)
{
    CHECK_CONTAINS(messages(LEAST, "train.moniter=loss"), "; did you mean monitor?");
    CHECK_CONTAINS(messages(LEAST, "train.best_bye=loss"), "; did you mean train.monitor?");
    CHECK_CONTAINS(messages(LEAST, "output.kepe=3"), "; did you mean output.keep_checkpoints?");
    CHECK_CONTAINS(messages(LEAST, "data.exmaple=line"), "; did you mean data.sequences?");
    CHECK_CONTAINS(messages(LEAST, "train.early_stopping.min_dleta=1"),
                   "; did you mean min_delta?");
    CHECK_CONTAINS(messages(LEAST, "train.early_stopping.minimum_improvment=1"),
                   "; did you mean train.early_stopping.min_delta?");
    CHECK_CONTAINS(
        messages(LEAST "schedule: {name: newbob}\n", "schedule.options.minimum_improvment=1"),
        "; did you mean schedule.options.min_delta?");
}

static void check_path(const char *path, const char *expected)
{
    char now[RONDO_PATH_SIZE];
    CHECK_TEXT(rondo_renames_path(rondo_renames, path, now), expected);
}

/* Where there is no tree: settings of sweeps. */
static void test_paths(void)
{
    check_path("train.best_by", "train.monitor");
    check_path("train.monitor", "train.monitor");
    check_path("train", "train");
    check_path("schedule.factor", "schedule.options.factor");
    check_path("data.series.window", "data.options.window");
    check_path("data.series", "data.series");
    check_path("data.generator.fresh", "data.options.resample_each_epoch");
    check_path("data.example.more", "data.sequences.more");
    check_path("datum.example", "datum.example");
    check_path("data.examples", "data.examples");
    CHECK(rondo_renames_same(rondo_renames, "output.keep", "output.keep_checkpoints"));
    CHECK(!rondo_renames_same(rondo_renames, "output.keep", "output.folder"));
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_formats);
    RUN(test_moves);
    RUN(test_options);
    RUN(test_places);
    RUN(test_both_names);
    RUN(test_misplaced);
    RUN(test_passed_over);
    RUN(test_mistakes_around);
    RUN(test_schedule);
    RUN(test_schedule_refused);
    RUN(test_schedule_extended);
    RUN(test_plain_keys);
    RUN(test_plain_keys_refused);
    RUN(test_suggestions);
    RUN(test_paths);
    return support_end();
}
