/* Columns: fields, sequences, what is passed over, tags that training never saw. */
#include "check.h"
#include "support.h"

#include "base/log.h"

static rondo_experiment tagging_of(const char *path)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = RONDO_TAGGING;
    experiment.data.format = RONDO_FORMAT_COLUMNS;
    return experiment;
}

static void tabs(void)
{
    rondo_experiment experiment = tagging_of(FIXTURE("tags.tsv"));
    experiment.data.vocabulary.lowercase = true;
    rondo_dataset *dataset = load(&experiment);
    CHECK(!dataset->stream);
    CHECK(dataset->inputs != dataset->targets);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 3);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "the dog barks .");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "DET NOUN VERB PUNCT");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 2), "dogs bark");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 2), "NOUN VERB");
    CHECK_INTEGER(dataset->target_width, 6);
    CHECK_TEXT(rondo_vocabulary_name(dataset->targets, 0), "<UNK>");
    CHECK_TEXT(rondo_vocabulary_name(dataset->targets, 1), "<EOS>");
    CHECK_TEXT(rondo_vocabulary_name(dataset->targets, 2), "NOUN");
    CHECK_TEXT(rondo_vocabulary_name(dataset->targets, 3), "VERB");
    CHECK_TEXT(rondo_vocabulary_name(dataset->targets, 4), "DET");
    rondo_dataset_destroy(dataset);
}

/* Tags are kept however rare they are, and as they are written. */
static void input_limits_are_not_for_tags(void)
{
    rondo_experiment experiment = tagging_of(FIXTURE("tags.tsv"));
    experiment.data.vocabulary.min_count = 100;
    experiment.data.vocabulary.max_size = 2;
    experiment.data.vocabulary.lowercase = true;
    experiment.data.target_column = 3;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->input_width, 2);
    CHECK_INTEGER(dataset->target_width, 8);
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 2), "NNS VBP");
    rondo_dataset_destroy(dataset);
}

static void blanks(void)
{
    rondo_experiment experiment = tagging_of(FIXTURE("tags_blanks.txt"));
    experiment.data.target_column = 4;
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
    experiment.data.input_column = 2;
    experiment.data.target_column = 4;
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
    CHECK_INTEGER(dataset->target_width, 6);
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

int main(void)
{
    RUN(tabs);
    RUN(input_limits_are_not_for_tags);
    RUN(blanks);
    RUN(comments_of_conllu);
    RUN(unseen_tags_are_unknown);
    RUN(bad_lines_are_refused);
    return check_end();
}
