/* Columns: fields, sequences, what is passed over, tags that training never saw. */
#include "check.h"
#include "support.h"

#include "base/log.h"

static rondo_experiment tagging_of(const char *path)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = &rondo_task_tagging;
    use_format(&experiment, &rondo_format_columns);
    return experiment;
}

static void tabs(void)
{
    rondo_experiment experiment = tagging_of(FIXTURE("tags.tsv"));
    experiment.data.vocabulary.lowercase = true;
    rondo_dataset *dataset = load(&experiment);
    CHECK(!dataset->stream);
    CHECK(dataset->schema->inputs != dataset->schema->targets);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 3);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "the dog barks .");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "DET NOUN VERB PUNCT");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 2), "dogs bark");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 2), "NOUN VERB");
    CHECK_INTEGER(dataset->schema->target_width, 6);
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 0), "<UNK>");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 1), "<EOS>");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 2), "NOUN");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 3), "VERB");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 4), "DET");
    rondo_dataset_destroy(dataset);
}

/* Tags are kept however rare they are, and as they are written. */
static void input_limits_are_not_for_tags(void)
{
    rondo_experiment experiment = tagging_of(FIXTURE("tags.tsv"));
    experiment.data.vocabulary.min_count = 100;
    experiment.data.vocabulary.max_size = 2;
    experiment.data.vocabulary.lowercase = true;
    COLUMNS(experiment)->target_column = 3;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->schema->input_width, 2);
    CHECK_INTEGER(dataset->schema->target_width, 8);
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 2), "NNS VBP");
    rondo_dataset_destroy(dataset);
}

static void blanks(void)
{
    rondo_experiment experiment = tagging_of(FIXTURE("tags_blanks.txt"));
    COLUMNS(experiment)->target_column = 4;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 2);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "EU rejects #");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "I-ORG O O");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "Peter Blackburn");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 1), "I-PER I-PER");
    rondo_dataset_destroy(dataset);
}

static void comments_of_conllu(void)
{
    rondo_experiment experiment = tagging_of(FIXTURE("two.conllu"));
    COLUMNS(experiment)->input_column = 2;
    COLUMNS(experiment)->target_column = 4;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 2);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "They buy books .");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "I #");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 1), "PRON SYM");
    rondo_dataset_destroy(dataset);
}

static void unseen_tags_are_unknown(void)
{
    rondo_error error = {0};
    char *log = NULL;
    remove("columns_log.txt");
    CHECK_INTEGER(rondo_log_open("columns_log.txt", &error), RONDO_OK);
    rondo_log_set_quiet(1);
    rondo_experiment experiment = tagging_of(FIXTURE("tags.tsv"));
    experiment.data.split.test.path = FIXTURE("tags_unseen.tsv");
    rondo_dataset *dataset = load(&experiment);
    rondo_log_close();
    CHECK_TEXT(spell_inputs(dataset, RONDO_TEST, 0), "<UNK> <UNK> <UNK> <UNK>");
    CHECK_TEXT(spell_targets(dataset, RONDO_TEST, 0), "<UNK> DET NOUN <UNK>");
    CHECK_INTEGER(dataset->schema->target_width, 6);
    FILE *file = fopen("columns_log.txt", "r");
    CHECK(file != NULL);
    if (file) {
        log = calloc(1, 4096);
        CHECK(fread(log, 1, 4095, file) > 0);
        fclose(file);
        CHECK_CONTAINS(log, "2 of 13 steps have a tag that the training split does not have "
                            "(\"INTJ\" is the first); each counts as an error");
    }
    free(log);
    rondo_dataset_destroy(dataset);
}

static void bad_lines_are_refused(void)
{
    rondo_experiment experiment = tagging_of("columns_bad.tsv");
    write_file("columns_bad.tsv", "a\tX\nb\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "columns_bad.tsv:2: no column 2; the line has 1");
    write_file("columns_bad.tsv", "a X\n\nb  \n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "columns_bad.tsv:3: no column 2; the line has 1");
    write_file("columns_bad.tsv", "a\tX\nb\t\tX\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "columns_bad.tsv:2: column 2 is empty");
    write_file("columns_bad.tsv", "a\tX\n\tX\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "columns_bad.tsv:2: column 1 is empty");
    write_file("columns_bad.tsv", "a\tX\nb\t\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "columns_bad.tsv:2: column 2 is empty");
    write_file("columns_bad.tsv", "# only\n\n-DOCSTART- -X-\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "columns_bad.tsv: no lines with columns");
    write_file("columns_bad.tsv", "a\tX\n\xC3\xA9\t\xFF\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "columns_bad.tsv:2:3: byte 0xFF is not valid UTF-8");
}

/* --- what is a step --- */

static rondo_experiment of_text(const char *text, int64_t input, int64_t target)
{
    write_file("columns_form.txt", text);
    rondo_experiment experiment = tagging_of("columns_form.txt");
    COLUMNS(experiment)->input_column = input;
    COLUMNS(experiment)->target_column = target;
    return experiment;
}

static void check_steps(const rondo_experiment *experiment, const char *words, const char *tags)
{
    rondo_dataset *dataset = load(experiment);
    rondo_text inputs = {0}, targets = {0};
    for (int64_t s = 0; s < dataset->splits[RONDO_TRAIN].count; s++) {
        rondo_text_add(&inputs, "%s%s", s > 0 ? " / " : "", spell_inputs(dataset, RONDO_TRAIN, s));
        rondo_text_add(&targets, "%s%s", s > 0 ? " / " : "",
                       spell_targets(dataset, RONDO_TRAIN, s));
    }
    CHECK_TEXT(rondo_text_get(&inputs), words);
    CHECK_TEXT(rondo_text_get(&targets), tags);
    rondo_text_finish(&inputs);
    rondo_text_finish(&targets);
    rondo_dataset_destroy(dataset);
}

/* Ranges and empty nodes of CoNLL-U, also at the start and the end of a sequence. */
static void conllu(void)
{
    static const char text[] =
        "# sent_id = 1\n# text = du vin\n1-2\tdu\t_\n1\tde\tADP\n2\tle\tDET\n"
        "3\tvin\tNOUN\n3.1\tbu\tVERB\n3.2\tla\tADV\n\n"
        "0.1\tx\tX\n1\toui\tINTJ\n2-3\tau\t_\n2\ta\tADP\n3\tle\tDET\n";
    rondo_experiment experiment = of_text(text, 2, 3);
    check_steps(&experiment, "de le vin / oui a le", "ADP DET NOUN / INTJ ADP DET");
    COLUMNS(experiment)->form = RONDO_COLUMNS_PLAIN;
    check_steps(&experiment, "du de le vin bu la / x oui au a le",
                "_ ADP DET NOUN VERB ADV / X INTJ _ ADP DET");
    COLUMNS(experiment)->form = RONDO_COLUMNS_CONLLU;
    check_steps(&experiment, "de le vin / oui a le", "ADP DET NOUN / INTJ ADP DET");
}

/* First fields that look like ids and are none: each line is a step. */
static void not_conllu(void)
{
    static const struct {
        const char *text;
        int64_t input, target;
        const char *words;
    } cases[] = {
        {"1\tA\n2-3\tB\n2\tB\n3\tA\n", 1, 2, "1 2-3 2 3"}, /* the words are numbers */
        {"1\tA\n1.1\tB\n2\tA\n", 1, 2, "1 1.1 2"},
        {"A\t1\nB\t2-3\n", 2, 1, "1 2-3"},
        {"1\ta\tA\n2-3\tb\tB\n4\tc\tA\n", 2, 3, "a b c"},     /* an ordinal of two rows */
        {"1-1\ta\tA\n1-2\tb\tB\n1-3\tc\tA\n", 2, 3, "a b c"}, /* sentence and token */
        {"1.1\ta\tA\n1.2\tb\tB\n", 2, 3, "a b"},
        {"7\ta\tA\n8-9\tb\tB\n8\tc\tA\n", 2, 3, "a b c"}, /* does not begin with 1 */
        {"1\ta\tA\n2-3\tb\tB\n", 2, 3, "a b"},            /* a range of nothing */
        {"1 a A\n2-3 b B\n2 c A\n", 2, 3, "a b c"},       /* no tabs */
        {"3-2\ta\tA\n1\tb\tB\n", 2, 3, "a b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rondo_experiment experiment = of_text(cases[i].text, cases[i].input, cases[i].target);
        rondo_dataset *dataset = load(&experiment);
        CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), cases[i].words);
        rondo_dataset_destroy(dataset);
    }
    rondo_experiment experiment = of_text("1\ta\tA\n3\tb\tB\n", 2, 3);
    COLUMNS(experiment)->form = RONDO_COLUMNS_CONLLU;
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "columns_form.txt:2: \"3\" does not number this line as CoNLL-U does "
                  "(data.options.form: conllu)");
    experiment.data.feature_count = 1;
    experiment.data.features[0] = (rondo_feature_config){
        .kind = RONDO_FEATURE_COLUMN, .column = 1, .min_count = 1, .embedding = 2};
    COLUMNS(experiment)->form = RONDO_COLUMNS_AUTO;
    write_file("columns_form.txt", "1\ta\tA\n2-3\tb\tB\n2\tc\tA\n3\td\tA\n");
    check_steps(&experiment, "a b c d", "A B A A");
}

static void delimiters(void)
{
    rondo_experiment experiment =
        of_text("a ||| b ||| X\nc d ||| e ||| Y\n\nf ||| g ||| X\n", 1, 3);
    COLUMNS(experiment)->delimiter = " ||| ";
    check_steps(&experiment, "a c d / f", "X Y / X");
    experiment = of_text("a,X\n\"b, c\",Y\n,\n\"d\"\"e\",\"X\"\n", 1, 2);
    COLUMNS(experiment)->delimiter = "comma";
    check_steps(&experiment, "a b, c / d\"\"e", "X Y / X");
    experiment = of_text("a b\tX\nc\tY\n", 1, 2);
    COLUMNS(experiment)->delimiter = "tab";
    check_steps(&experiment, "a b c", "X Y");
    COLUMNS(experiment)->delimiter = "blank";
    CHECK_REFUSED(&experiment, RONDO_FAILED, "columns_form.txt:2: no column 2; the line has 1");
    experiment = of_text("a,X\nb,Y\n", 1, 2);
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "columns_form.txt:1: no column 2; the line has 1 (for another field separator "
                  "set data.options.delimiter)");
}

/* A hashtag is a word. */
static void hashes(void)
{
    rondo_experiment experiment = of_text("#win T\nis O\n\n# a comment\n#id = 3\n#now T\n", 1, 2);
    check_steps(&experiment, "#win is / #now", "T O / T");
    experiment = of_text("#win\tT\nis\tO\n\n# text = x\n#now\tT\n", 1, 2);
    check_steps(&experiment, "#win is / #now", "T O / T");
    experiment = of_text("# O\nb X\n", 1, 2);
    COLUMNS(experiment)->comment = "none";
    check_steps(&experiment, "# b", "O X");
    experiment = of_text("% note\nb X\n", 1, 2);
    COLUMNS(experiment)->comment = "%";
    check_steps(&experiment, "b", "X");
}

int main(void)
{
    RUN(tabs);
    RUN(input_limits_are_not_for_tags);
    RUN(blanks);
    RUN(comments_of_conllu);
    RUN(unseen_tags_are_unknown);
    RUN(bad_lines_are_refused);
    RUN(conllu);
    RUN(not_conllu);
    RUN(delimiters);
    RUN(hashes);
    return check_end();
}
