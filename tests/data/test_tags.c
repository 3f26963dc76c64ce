/* Tags that spell entities: which scheme they are in, and what tags that training never saw are. */
#include "check.h"
#include "support.h"

#include "data/text/tags.h"

static rondo_experiment tagging_of(const char *path)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = &rondo_task_tagging;
    use_format(&experiment, &rondo_format_columns);
    return experiment;
}

static int scheme_of(const char *text)
{
    rondo_experiment experiment = tagging_of("tags_scheme.txt");
    write_file("tags_scheme.txt", text);
    rondo_dataset *dataset = load(&experiment);
    int scheme = dataset->tags ? dataset->tags->scheme : RONDO_TAGS_NONE;
    rondo_dataset_destroy(dataset);
    return scheme;
}

static void schemes_are_seen(void)
{
    CHECK_INTEGER(scheme_of("a B-X\nb I-X\nc O\n"), RONDO_TAGS_IOB2);
    CHECK_INTEGER(scheme_of("a B-X-Y\n"), RONDO_TAGS_IOB2);
    CHECK_INTEGER(scheme_of("a I-X\nb O\n"), RONDO_TAGS_IOB1);
    CHECK_INTEGER(scheme_of("a B-X\nb I-X\n\nc O\nd I-X\nb B-X\n"), RONDO_TAGS_IOB1);
    CHECK_INTEGER(scheme_of("a B-X\nb I-Y\n"), RONDO_TAGS_IOB1);
    CHECK_INTEGER(scheme_of("a S-X\nb O\n"), RONDO_TAGS_IOBES);
    CHECK_INTEGER(scheme_of("a B-X\nb L-X\n"), RONDO_TAGS_IOBES);
    CHECK_INTEGER(scheme_of("a NOUN\nb VERB\n"), RONDO_TAGS_NONE);
    CHECK_INTEGER(scheme_of("a O\nb O\n"), RONDO_TAGS_NONE);
    CHECK_INTEGER(scheme_of("a B-X\nb -LRB-\n"), RONDO_TAGS_NONE);
    CHECK_INTEGER(scheme_of("a B\nb I\nc O\n"), RONDO_TAGS_NONE);
    CHECK_INTEGER(scheme_of("a B-X\nb BI-X\n"), RONDO_TAGS_NONE);
}

static void a_scheme_may_be_told(void)
{
    rondo_experiment experiment = tagging_of("tags_told.txt");
    write_file("tags_told.txt", "a B\nb I\nc O\nd B-Y\ne U-X\n");
    experiment.data.tag_scheme = RONDO_TAGS_IOBES;
    rondo_dataset *dataset = load(&experiment);
    const rondo_tags *tags = dataset->tags;
    CHECK_INTEGER(tags->scheme, RONDO_TAGS_IOBES);
    CHECK_INTEGER(tags->type_count, 3);
    CHECK_TEXT(tags->types[0], "");
    CHECK_TEXT(tags->types[1], "X");
    int32_t label = rondo_vocabulary_find(dataset->schema->targets, "U-X", 3);
    CHECK_INTEGER(tags->tags[label].letter, RONDO_TAG_SINGLE);
    CHECK_INTEGER(tags->tags[label].type, 1);
    label = rondo_vocabulary_find(dataset->schema->targets, "B", 1);
    CHECK_INTEGER(tags->tags[label].letter, RONDO_TAG_BEGIN);
    CHECK_INTEGER(tags->tags[label].type, 0);
    rondo_dataset_destroy(dataset);
    experiment.data.tag_scheme = RONDO_TAGS_NONE;
    dataset = load(&experiment);
    CHECK(dataset->tags == NULL);
    rondo_dataset_destroy(dataset);
}

static void other_tags_are_refused(void)
{
    rondo_experiment experiment = tagging_of("tags_refused.txt");
    write_file("tags_refused.txt", "a B-X\nb NOUN\n");
    experiment.data.tag_scheme = RONDO_TAGS_IOB2;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.tag_scheme: iob2: the tag \"NOUN\" is none of O, B-type, I-type (tags "
                  "without entities: none)");
    write_file("tags_refused.txt", "a B-X\nb E-X\n");
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.tag_scheme: iob2: the tag \"E-X\" is none of O, B-type, I-type (tags "
                  "without entities: none)");
    write_file("tags_refused.txt", "a B-X\nb I-X\n");
    write_file("tags_refused_test.txt", "a B-X\nb X\n");
    experiment.data.tag_scheme = RONDO_TAGS_AUTO;
    experiment.data.split.test.path = "tags_refused_test.txt";
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.tag_scheme: iob2: the tag \"X\" of valid or test is none of O, B-type, "
                  "I-type (tags without entities: none)");
}

/* Such tags are one class, unknown, to the model, and still each what it is to the score. */
static void unseen_tags_keep_their_labels(void)
{
    rondo_experiment experiment = tagging_of("tags_train.txt");
    write_file("tags_train.txt", "a B-X\nb I-X\nc O\n");
    write_file("tags_test.txt", "a B-X\nb B-Z\nc I-Z\nd I-Y\n");
    experiment.data.split.test.path = "tags_test.txt";
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *test = &dataset->splits[RONDO_TEST];
    CHECK_INTEGER(dataset->schema->target_width, 5);
    CHECK_INTEGER(dataset->label_count, 8);
    for (int i = 1; i < 4; i++)
        CHECK_INTEGER(rondo_ids_get(test->targets, i), RONDO_UNKNOWN_ID);
    CHECK_TEXT(dataset->labels[test->labels[0]], "B-X");
    CHECK_TEXT(dataset->labels[test->labels[1]], "B-Z");
    CHECK_TEXT(dataset->labels[test->labels[2]], "I-Z");
    CHECK_TEXT(dataset->labels[test->labels[3]], "I-Y");
    CHECK(test->labels[0] == rondo_ids_get(test->targets, 0) &&
          test->labels[1] >= dataset->schema->target_width);
    CHECK_INTEGER(dataset->tags->tags[test->labels[2]].letter, RONDO_TAG_INSIDE);
    CHECK_TEXT(dataset->tags->types[dataset->tags->tags[test->labels[3]].type], "Y");
    rondo_dataset_destroy(dataset);
}

int main(void)
{
    RUN(schemes_are_seen);
    RUN(a_scheme_may_be_told);
    RUN(other_tags_are_refused);
    RUN(unseen_tags_keep_their_labels);
    return check_end();
}
