/* The sweep file: what is read, what is refused, and where. */
#include "sweep/support.h"

static const char whole[] =
    "base: base.yaml\n"
    "set: {train.epochs: 5, clip: {norm: 2}}\n"
    "variants:\n"
    "  rnn: {model.layers.0.cell: rnn}\n"
    "  lstm:\n"
    "axes: {model.layers.0.hidden: [6, 7]}\n"
    "search:\n"
    "  trials: 2\n"
    "  seed: 9\n"
    "  draw:\n"
    "    optimizer.learning_rate: {log_uniform: [1.0e-4, 1.0e-1]}\n"
    "    data.batch_size: {choice: [5, 10]}\n"
    "    train.weight_noise: {uniform: [0.25, 0.5]}\n"
    "    model.input.noise: {one_minus_log_uniform: [-1, 0.75]}\n"
    "    model.layers.0.dropout: {choice: [0, 0.5]}\n"
    "seeds: [3, 1]\n"
    "vary: [order, data]\n"
    "compare: {metric: valid accuracy, baseline: rnn hidden=6 trial=1, margin: 0.01}\n"
    "output: {folder: here/it}\n";

static void test_every_key_is_read(void)
{
    rondo_sweep *s = load(whole);
    if (!s) return;
    CHECK_TEXT(s->name, "s");
    CHECK_TEXT(s->base_path, "base.yaml");
    CHECK_INTEGER(s->set.count, 2);
    CHECK_TEXT(s->set.items[1].path, "clip.norm");
    CHECK_TEXT(s->set.items[1].value, "2");
    CHECK_TEXT(s->set.items[1].at, "s.yaml:2:31");
    CHECK_INTEGER(s->case_count, 2);
    CHECK_TEXT(s->cases[1].name, "lstm");
    CHECK_INTEGER(s->cases[1].settings.count, 0);
    CHECK_INTEGER(s->axes[0].values.count, 2);
    CHECK_INTEGER(s->search.trials, 2);
    CHECK_INTEGER(s->search.seed, 9);
    CHECK_INTEGER(s->search.draw_count, 5);
    CHECK_INTEGER(s->search.draws[0].kind, RONDO_DRAW_LOG_UNIFORM);
    CHECK_NEAR(s->search.draws[0].low, 1e-4, 0);
    CHECK_INTEGER(s->search.draws[1].choices.count, 2);
    CHECK_INTEGER(s->seed_count, 2);
    CHECK_INTEGER(s->seeds[0], 3);
    CHECK(!s->vary[RONDO_SEED_INITIALIZATION] && s->vary[RONDO_SEED_ORDER] &&
          !s->vary[RONDO_SEED_MASKS] && s->vary[RONDO_SEED_DATA]);
    CHECK_TEXT(s->compare.metric, "valid accuracy");
    CHECK_NEAR(s->compare.margin, 0.01, 0);
    CHECK_TEXT(s->output.folder, "here/it");
    rondo_sweep_destroy(s);
}

static void test_defaults(void)
{
    rondo_sweep *s = load("base: base.yaml\n");
    if (!s) return;
    CHECK_INTEGER(s->seed_count, 1);
    CHECK_INTEGER(s->seeds[0], 1);
    CHECK(s->vary[RONDO_SEED_INITIALIZATION] && s->vary[RONDO_SEED_ORDER] &&
          s->vary[RONDO_SEED_MASKS] && !s->vary[RONDO_SEED_DATA]);
    CHECK(!s->compare.metric && !s->halving.metric);
    CHECK_TEXT(s->output.folder, "sweeps/s");
    rondo_sweep_destroy(s);
}

/* What is printed is read as the same, and printed as the same again. */
static void check_read_back(const char *text)
{
    rondo_text first = {0}, second = {0};
    rondo_sweep *s = load(text);
    if (!s) return;
    rondo_sweep_print(s, &first);
    rondo_sweep_destroy(s);
    s = load(rondo_text_get(&first));
    if (s) rondo_sweep_print(s, &second);
    CHECK_TEXT(rondo_text_get(&second), rondo_text_get(&first));
    rondo_sweep_destroy(s);
    rondo_text_finish(&first);
    rondo_text_finish(&second);
}

/* Values that are plain on a line of their own, and are not within brackets, among them. */
static void test_what_is_printed_is_read_back(void)
{
    check_read_back(whole);
    check_read_back("base: base.yaml\nset:\n  data.file: ?a\n  data.folder: a?\nseeds: 2\n");
    check_read_back(
        "base: base.yaml\naxes:\n  data.file:\n  - a,b\n  - \"- c\"\n  - 'd: e'\nseeds: 2\n");
}

/* The reference is a sweep file itself, but for keys that exclude each other. */
static void test_the_reference_has_every_key(void)
{
    static const char *const keys[] = {
        "base:",  "set:",    "variants:", "axes:",   "trials:", "draw:",
        "solve:", "tokens:", "seconds:",  "seeds:",  "vary:",   "keep:",
        "rungs:", "metric:", "baseline:", "margin:", "folder:"};
    rondo_text text = {0};
    rondo_sweep_reference(&text);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        CHECK_CONTAINS(rondo_text_get(&text), keys[i]);
    support_write("s.yaml", rondo_text_get(&text));
    rondo_error error = {0};
    rondo_sweep *sweep = NULL;
    rondo_sweep_load("s.yaml", &sweep, &error);
    CHECK(!strstr(error.text, "unknown key") && !strstr(error.text, " is not "));
    CHECK_CONTAINS(error.text,
                   "train.epochs: is set by halving.rungs, and by budget.tokens as well");
    rondo_sweep_destroy(sweep);
    rondo_text_finish(&text);
}

static void test_keys_and_values_are_refused(void)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"base: base.yaml\nvariant: {a: {}}\n",
         "s.yaml:2:1: variant: unknown key; allowed: base, set, variants, axes, search, budget, "
         "seeds, vary, halving, compare, output; did you mean variants?"},
        {"seeds: 3\n", "s.yaml:1:1: base: missing key"},
        {"base: base.yaml\nseeds: 0\n", "s.yaml:2:8: seeds: \"0\" is not a number of seeds"},
        {"base: base.yaml\nseeds: [1, 2, 1]\n", "s.yaml:2:15: seeds: 1 is given twice"},
        {"base: base.yaml\nseeds: [1, -1]\n", "s.yaml:2:12: seeds: \"-1\" is not a seed"},
        {"base: base.yaml\nvary: [initialisation]\n",
         "s.yaml:2:8: vary: \"initialisation\" is not one of initialization, order, masks, data; "
         "did you mean initialization?"},
        {"base: base.yaml\nvary: []\n", "s.yaml:2:7: vary: a list is not a list of"},
        {"base: base.yaml\nset: {seed: 3}\n",
         "s.yaml:2:7: set.seed: the seeds of runs are given under seeds"},
        {"base: base.yaml\nset: {output.folder: a}\n",
         "s.yaml:2:7: set.output.folder: runs have folders below output.folder of the sweep"},
        {"base: base.yaml\nset: {a..b: 3}\n", "s.yaml:2:7: set.a..b: a key is words"},
        {"base: base.yaml\nset: 3\n", "s.yaml:2:6: set: \"3\" is not a mapping"},
        {"base: base.yaml\nvariants: {a: 3}\n", "s.yaml:2:15: variants.a: \"3\" is not a mapping"},
        {"base: base.yaml\nvariants: {\"\": {}}\n", "a name has 1 to 60 bytes"},
        {"base: base.yaml\nvariants: {a: {}, a: {}}\n", "s.yaml:2:19: \"a\" is given twice"},
        {"base: base.yaml\naxes: {train.epochs: 3}\n",
         "s.yaml:2:22: axes.train.epochs: \"3\" is not a list of one or more values"},
        {"base: base.yaml\naxes: {train.epochs: []}\n", "a list is not a list of one or more"},
        {"base: base.yaml\naxes: {train.epochs: [3, 4, 3]}\n",
         "s.yaml:2:29: axes.train.epochs: 3 is given twice"},
        {"base: base.yaml\naxes:\n  data.file:\n  - a\n  -\n  - b\n",
         "s.yaml:5:4: axes.data.file: an entry of this list is empty: write its value, or \"\""},
        {"base: base.yaml\nset: {data.files: {a: [x, &y , z]}}\n",
         "set.data.files.a: an entry of this list is empty"},
        {"base: base.yaml\nsearch: {trials: 3, draw: {a.b: {choice: [x, &y , z]}}}\n",
         "search.draw.a.b.choice: an entry of this list is empty"},
        {"base: base.yaml\nsearch: {trials: 3}\n", "s.yaml:2:1: search: draw is missing"},
        {"base: base.yaml\nsearch: {draw: {a.b: {uniform: [0, 1]}}}\n", "trials is missing"},
        {"base: base.yaml\nsearch: {trials: 3, draw: {a.b: {uniform: [1, 0]}}}\n",
         "s.yaml:2:43: search.draw.a.b.uniform: a list is not two reals [LOW, HIGH]"},
        {"base: base.yaml\nsearch: {trials: 3, draw: {a.b: {log_uniform: [0, 1]}}}\n",
         "a list is not two reals [LOW, HIGH] above 0"},
        {"base: base.yaml\nsearch: {trials: 3, draw: {a.b: {one_minus_log_uniform: [0.01, 1]}}}\n",
         "s.yaml:2:57: search.draw.a.b.one_minus_log_uniform: a list is not two reals [LOW, HIGH] "
         "below 1, LOW below HIGH"},
        {"base: base.yaml\nsearch: {trials: 3, draw: {a.b: {integer: [0.5, 1]}}}\n",
         "a list is not two integers"},
        {"base: base.yaml\nsearch: {trials: 3, draw: {a.b: {loguniform: [1, 2]}}}\n",
         "\"loguniform\" is not one of uniform, log_uniform, one_minus_log_uniform, integer, "
         "log_integer, choice; did you mean log_uniform?"},
        {"base: base.yaml\nsearch: {trials: 3, draw: {a.b: 4}}\n", "\"4\" is not one of {uniform"},
        {"base: base.yaml\nbudget: {parameters: 100}\n",
         "s.yaml:2:10: budget.parameters: solve is missing"},
        {"base: base.yaml\nbudget: {solve: model.layers.0.hidden}\n", "parameters is missing"},
        {"base: base.yaml\nbudget: {}\n", "one of parameters, tokens, seconds is missing"},
        {"base: base.yaml\nbudget: {seconds: 0}\n", "budget.seconds: \"0\" is not "},
        {"base: base.yaml\nhalving: {keep: 1/3}\n", "rungs is missing"},
        {"base: base.yaml\nhalving: {rungs: [1, 3]}\n", "keep is missing"},
        {"base: base.yaml\nhalving: {keep: 1, rungs: [1, 3]}\n",
         "s.yaml:2:17: halving.keep: \"1\" is not a fraction such as 1/3, or a real number in (0, "
         "1)"},
        {"base: base.yaml\nhalving: {keep: 3/2, rungs: [1, 3]}\n", "\"3/2\" is not a fraction"},
        {"base: base.yaml\nhalving: {keep: 1/3, rungs: [3, 1]}\n",
         "s.yaml:2:29: halving.rungs: a list is not a list of 2 to 16 ascending"},
        {"base: base.yaml\nhalving: {keep: 1/3, rungs: [1, 3], metric: test loss}\n",
         "s.yaml:2:37: halving.metric: the test split is evaluated once"},
        {"base: base.yaml\ncompare: {metric: loss}\n",
         "s.yaml:2:11: compare.metric: \"loss\" is not a split and a metric"},
        {"base: base.yaml\ncompare: {margin: -1}\n", "compare.margin: \"-1\" is not "},
        {"base: base.yaml\nset: {train.epochs: 4}\nhalving: {keep: 1/3, rungs: [1, 3]}\n",
         "s.yaml:2:7: train.epochs: is set by set, and by halving.rungs as well"},
        {"base: base.yaml\nvariants: {a: {train.epochs: 4}}\naxes: {train.epochs: [1, 2]}\n",
         "s.yaml:2:16: train.epochs: is set by variants, and by axes as well (s.yaml:3:8)"},
        {"base: base.yaml\nvariants: {a: {seeds.order: 4}}\n",
         "s.yaml:2:16: seeds.order: is set by variants, and by vary as well (s.yaml)"},
        {"- a\n", "s.yaml:1:1: a list is not a mapping; allowed keys: base"},
        {"base: [\n", "s.yaml:2:1: "},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_CONTAINS(messages(bad[i].text), bad[i].message);
}

/* One mistake does not hide another; lines stand in the order of the file. */
static void test_all_mistakes_are_told_together(void)
{
    CHECK_TEXT(messages("base: base.yaml\nseeds: none\nvary: [x]\nhalving: {kep: 1/3, keep: 1/3, "
                        "rungs: [1, 2]}\n"),
               "s.yaml:2:8: seeds: \"none\" is not a number of seeds from 1 to 100000 (1, 2, ..), "
               "or a list of them\n"
               "s.yaml:3:8: vary: \"x\" is not one of initialization, order, masks, data\n"
               "s.yaml:4:11: halving.kep: unknown key; allowed: metric, keep, rungs; did you mean "
               "keep?");
}

static void test_the_file_names_no_folder_elsewhere(void)
{
    rondo_error error = {0};
    rondo_sweep *s = load("base: base.yaml\noutput: {folder: a/../../b}\n");
    if (!s) return;
    CHECK(rondo_sweep_check_folder(s, &error) == RONDO_USAGE);
    CHECK_CONTAINS(error.text, "s.yaml:2:10: output.folder: \"a/../../b\" is absolute or leads "
                               "upwards");
    rondo_sweep_move(s, "/tmp/elsewhere");
    CHECK(rondo_sweep_check_folder(s, &error) == RONDO_OK);
    rondo_sweep_destroy(s);
}

static void test_how_many_a_halving_keeps(void)
{
    const rondo_halving_config third = {.keep_part = 1, .keep_of = 3};
    const rondo_halving_config tenths = {.keep_part = 0.3, .keep_of = 1};
    CHECK_INTEGER(rondo_halving_keep(&third, 9), 3);
    CHECK_INTEGER(rondo_halving_keep(&third, 27), 9);
    CHECK_INTEGER(rondo_halving_keep(&third, 10), 3);
    CHECK_INTEGER(rondo_halving_keep(&third, 2), 1);
    CHECK_INTEGER(rondo_halving_keep(&third, 1), 1);
    CHECK_INTEGER(rondo_halving_keep(&tenths, 10), 3); /* 0.3 * 10 is below 3 in binary */
    for (int64_t n = 1; n < 100000; n++)
        CHECK_INTEGER(rondo_halving_keep(&third, 3 * n), n);
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_every_key_is_read);
    RUN(test_defaults);
    RUN(test_what_is_printed_is_read_back);
    RUN(test_the_reference_has_every_key);
    RUN(test_keys_and_values_are_refused);
    RUN(test_all_mistakes_are_told_together);
    RUN(test_the_file_names_no_folder_elsewhere);
    RUN(test_how_many_a_halving_keeps);
    return support_end();
}
