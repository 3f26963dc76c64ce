/* Features: what symbol each kind makes of a word, vocabularies, and what minibatches carry. */
#include "check.h"
#include "support.h"

#include "data/batches/batch.h"
#include "data/features.h"

static rondo_text scratch;

static const char *get(int kind, int64_t length, const char *word)
{
    const rondo_feature_config feature = {.kind = kind, .length = length};
    const rondo_token token = {.word = word, .length = (int64_t)strlen(word)};
    const char *symbol;
    int64_t symbol_length;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_feature_get(&feature, RONDO_LOWERCASE_UNICODE, &token, &scratch, &symbol,
                                    &symbol_length, &error),
                  RONDO_OK);
    CHECK_INTEGER(symbol_length, (int64_t)strlen(symbol));
    return symbol;
}

static void affixes_are_characters(void)
{
    CHECK_TEXT(get(RONDO_FEATURE_SUFFIX, 3, "Walking"), "ing");
    CHECK_TEXT(get(RONDO_FEATURE_SUFFIX, 3, "to"), "to");
    CHECK_TEXT(get(RONDO_FEATURE_SUFFIX, 2, "na\xC3\xAFvet\xC3\xA9"), "t\xC3\xA9");
    CHECK_TEXT(get(RONDO_FEATURE_PREFIX, 2, "Undo"), "un");
    CHECK_TEXT(get(RONDO_FEATURE_PREFIX, 3, "na\xC3\xAFve"), "na\xC3\xAF");
    CHECK_TEXT(get(RONDO_FEATURE_PREFIX, 16, "A"), "a");
}

static void shapes(void)
{
    CHECK_TEXT(get(RONDO_FEATURE_SHAPE, 0, "I"), "X");
    CHECK_TEXT(get(RONDO_FEATURE_SHAPE, 0, "USA"), "XX");
    CHECK_TEXT(get(RONDO_FEATURE_SHAPE, 0, "McDonald"), "XxXxx");
    CHECK_TEXT(get(RONDO_FEATURE_SHAPE, 0, "1,234.50"), "d,dd.dd");
    CHECK_TEXT(get(RONDO_FEATURE_SHAPE, 0, "..."), "...");
    CHECK_TEXT(get(RONDO_FEATURE_SHAPE, 0, "na\xC3\xAFve"), "xx");
    CHECK_TEXT(get(RONDO_FEATURE_LOWERCASE, 0, "McDonald"), "mcdonald");
    CHECK_TEXT(get(RONDO_FEATURE_SHAPE, 0, "\xC3\x89t\xC3\xA9"), "Xxx");
    CHECK_TEXT(get(RONDO_FEATURE_LOWERCASE, 0, "\xC3\x89T\xC3\x89"), "\xC3\xA9t\xC3\xA9");
    CHECK_TEXT(get(RONDO_FEATURE_PREFIX, 2, "\xC3\x89T\xC3\x89"), "\xC3\xA9t");
    CHECK_TEXT(get(RONDO_FEATURE_SUFFIX, 2, "\xC3\x89T\xC3\x89"), "t\xC3\xA9");
}

static rondo_experiment experiment_with(const char *text)
{
    rondo_experiment experiment = experiment_of("features.tsv");
    experiment.task = &rondo_task_tagging;
    use_format(&experiment, &rondo_format_columns);
    COLUMNS(experiment)->target_column = 3;
    experiment.data.vocabulary.lowercase = true;
    experiment.data.feature_count = 2;
    experiment.data.features[0] =
        (rondo_feature_config){.kind = RONDO_FEATURE_SHAPE, .min_count = 1};
    experiment.data.features[1] =
        (rondo_feature_config){.kind = RONDO_FEATURE_COLUMN, .column = 2, .min_count = 2};
    write_file("features.tsv", text);
    return experiment;
}

static const char *spell_feature(const rondo_dataset *dataset, int f, int64_t sequence)
{
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    return spell(dataset->schema->features[f], train, rondo_ids_of(train->features[f]), sequence);
}

static void vocabularies_are_their_own(void)
{
    rondo_experiment experiment = experiment_with("Ab\tp\tX\nC\tq\tX\n\nd\tp\tX\n");
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->schema->feature_count, 2);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "ab c");
    CHECK_TEXT(spell_feature(dataset, 0, 0), "Xx X");
    CHECK_TEXT(spell_feature(dataset, 0, 1), "x");
    CHECK_TEXT(spell_feature(dataset, 1, 0), "p <UNK>");
    CHECK_INTEGER(rondo_vocabulary_size(dataset->schema->features[0]), 5);
    CHECK_INTEGER(rondo_vocabulary_size(dataset->schema->features[1]), 3);
    rondo_dataset_destroy(dataset);
}

static void minibatches_carry_them(void)
{
    const rondo_batches_config config = {.batch_size = 2};
    rondo_experiment experiment = experiment_with("d\tp\tX\n\nAb\tp\tX\nC\tq\tX\n");
    rondo_dataset *dataset = load(&experiment);
    rondo_batches *batches;
    rondo_batch batch;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_batches_create(dataset, RONDO_TRAIN, &config, &batches, &error), RONDO_OK);
    rondo_batches_get(batches, 0, 0, &batch);
    CHECK_INTEGER(batch.tokens, 3);
    static const char *const shapes_of[] = {"Xx", "x", "X"};
    for (int n = 0; n < 3; n++)
        CHECK_TEXT(rondo_vocabulary_name(dataset->schema->features[0], batch.features[0][n]),
                   shapes_of[n]);
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->features[1], batch.features[1][2]), "<UNK>");
    CHECK(batch.features[2] == NULL);
    CHECK(batch.start[0] == 1 && batch.start[1] == 0);
    rondo_batches_destroy(batches);
    rondo_dataset_destroy(dataset);
}

static void contents_are_in_the_fingerprint(void)
{
    rondo_experiment experiment = experiment_with("a\tp\tX\nb\tp\tX\n");
    rondo_dataset *one = load(&experiment);
    experiment = experiment_with("A\tp\tX\nb\tp\tX\n");
    rondo_dataset *other = load(&experiment);
    CHECK(one->fingerprint != other->fingerprint);
    rondo_dataset_destroy(one);
    rondo_dataset_destroy(other);
}

static void missing_columns_are_refused(void)
{
    rondo_experiment experiment = experiment_with("a\tp\tX\n");
    experiment.data.features[1].column = 4;
    CHECK_REFUSED(&experiment, RONDO_FAILED, "features.tsv:1: no column 4; the line has 3");
}

int main(void)
{
    RUN(affixes_are_characters);
    RUN(shapes);
    RUN(vocabularies_are_their_own);
    RUN(minibatches_carry_them);
    RUN(contents_are_in_the_fingerprint);
    RUN(missing_columns_are_refused);
    rondo_text_finish(&scratch);
    return check_end();
}
