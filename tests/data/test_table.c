/* Texts with labels: CSV and TSV, header or not, words or characters, splits, what is refused. */
#include "check.h"
#include "support.h"

#include "base/log.h"

static rondo_experiment table_of(const char *path)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = &rondo_task_classification;
    experiment.model.pooling = RONDO_POOLING_LAST;
    use_format(&experiment, &rondo_format_table);
    experiment.data.unit = RONDO_WORD;
    experiment.data.sequences = RONDO_LINE;
    *TABLE(experiment) = (rondo_table_config){.header = true, .text = "text", .label = "label"};
    return experiment;
}

static const char *label(const rondo_dataset *dataset, rondo_split split, int64_t s)
{
    return rondo_vocabulary_name(dataset->schema->targets,
                                 rondo_ids_get(dataset->splits[split].targets, s));
}

static void commas_and_quotes(void)
{
    write_file("table_a.csv", "id,label,text\n"
                              "1,good,\"It is \"\"fine\"\", really\"\n"
                              "2,bad,\"two\nlines\"\n"
                              "3,good,short\n");
    rondo_experiment experiment = table_of("table_a.csv");
    experiment.data.vocabulary.lowercase = true;
    rondo_dataset *dataset = load(&experiment);
    CHECK(dataset->schema->sequence_targets && !dataset->stream);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 3);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "it is \"fine\", really");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "two lines");
    CHECK_TEXT(label(dataset, RONDO_TRAIN, 0), "good");
    CHECK_TEXT(label(dataset, RONDO_TRAIN, 1), "bad");
    CHECK_TEXT(label(dataset, RONDO_TRAIN, 2), "good");
    CHECK_INTEGER(dataset->schema->target_width, 4);
    CHECK_INTEGER(dataset->schema->target, RONDO_TARGET_CLASS);
    rondo_dataset_destroy(dataset);
    experiment.data.unit = RONDO_CHARACTER;
    dataset = load(&experiment);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "t w o   l i n e s");
    rondo_dataset_destroy(dataset);
}

/* Labels are kept however rare they are; rare words are not. */
static void tabs_without_header(void)
{
    write_file("table_b.tsv", "a \"b\t1\na c\t0\nb a\t2\n");
    write_file("table_c.tsv", "c a x\t0\nb\t7\n");
    rondo_experiment experiment = table_of("table_b.tsv");
    *TABLE(experiment) = (rondo_table_config){.text = "1", .label = "2"};
    experiment.data.split.test.path = "table_c.tsv";
    experiment.data.vocabulary.min_count = 2;
    rondo_log_open("table_log.txt", &(rondo_error){0});
    rondo_dataset *dataset = load(&experiment);
    rondo_log_close();
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 3);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "a <UNK>");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TEST, 0), "<UNK> a <UNK>");
    CHECK_INTEGER(dataset->schema->target_width, 5);
    CHECK_TEXT(label(dataset, RONDO_TRAIN, 2), "2");
    CHECK_TEXT(label(dataset, RONDO_TEST, 0), "0");
    CHECK_TEXT(label(dataset, RONDO_TEST, 1), "<UNK>");
    rondo_dataset_destroy(dataset);
}

static void random_parts_keep_their_labels(void)
{
    char text[4096];
    size_t used = 0;
    for (int i = 0; i < 50; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "w%d x\tc%d\n", i, i);
    write_file("table_d.tsv", text);
    rondo_experiment experiment = table_of("table_d.tsv");
    *TABLE(experiment) = (rondo_table_config){.text = "1", .label = "2"};
    experiment.data.split.order = RONDO_RANDOM;
    experiment.data.split.valid.fraction = 0.3;
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    int wrong = 0, moved = 0;
    CHECK_INTEGER(train->count, 35);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].count, 15);
    for (int64_t s = 0; s < train->count; s++) {
        const char *word =
            rondo_vocabulary_name(dataset->schema->inputs, rondo_ids_get(train->inputs, 2 * s));
        wrong += strcmp(word + 1, label(dataset, RONDO_TRAIN, s) + 1) != 0;
        moved += strcmp(word + 1, "0") != 0 && s == 0;
    }
    CHECK_INTEGER(wrong, 0);
    CHECK_INTEGER(moved, 1);
    rondo_dataset_destroy(dataset);
}

static void saved_names_translate(void)
{
    static const char *const words[] = {"<UNK>", "<EOS>", "short", "two"};
    static const char *const labels[] = {"<UNK>", "<EOS>", "bad"};
    rondo_schema *saved = schema_of_names(words, 4, labels, 3);
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    rondo_experiment experiment = table_of("table_a.csv");
    rondo_log_open("table_log.txt", &(rondo_error){0});
    CHECK_INTEGER(rondo_dataset_load(&experiment, saved, &dataset, &error), RONDO_OK);
    rondo_schema_destroy(saved);
    rondo_log_close();
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "two <UNK>");
    CHECK_TEXT(label(dataset, RONDO_TRAIN, 0), "<UNK>");
    CHECK_TEXT(label(dataset, RONDO_TRAIN, 1), "bad");
    rondo_dataset_destroy(dataset);
}

/* A language model's line begins with its class, whose id follows those of the symbols. */
static void lines_given_their_class(void)
{
    write_file("table_d.csv", "text,label\nab,x\nb,y\nba,x\n");
    write_file("table_e.csv", "text,label\na,z\n");
    rondo_experiment experiment = table_of("table_d.csv");
    experiment.task = &rondo_task_language_model;
    experiment.model.pooling = RONDO_POOLING_NONE;
    experiment.data.unit = RONDO_CHARACTER;
    experiment.data.split.test.path = "table_e.csv";
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    const rondo_sequences *test = &dataset->splits[RONDO_TEST];
    CHECK(!dataset->schema->sequence_targets && !dataset->stream);
    CHECK(dataset->schema->targets == dataset->schema->inputs);
    CHECK_INTEGER(rondo_vocabulary_size(dataset->schema->inputs), 4);
    CHECK_INTEGER(rondo_vocabulary_size(dataset->schema->classes), 4);
    CHECK_INTEGER(dataset->schema->input_width, 8);
    CHECK_INTEGER(dataset->schema->target_width, 4);
    CHECK_INTEGER(train->offset[1], 3);
    CHECK_INTEGER(train->offset[3], 8);
    CHECK_TEXT(spell(dataset->schema->inputs, train, train->targets, 0), "a b <EOS>");
    CHECK_TEXT(spell(dataset->schema->inputs, train, train->targets, 1), "b <EOS>");
    for (int64_t s = 0; s < 3; s++) {
        int32_t id = rondo_ids_get(train->inputs, train->offset[s]) - 4;
        CHECK_TEXT(rondo_vocabulary_name(dataset->schema->classes, id), s == 1 ? "y" : "x");
        for (int64_t i = train->offset[s] + 1; i < train->offset[s + 1]; i++)
            CHECK_INTEGER(rondo_ids_get(train->inputs, i), rondo_ids_get(train->targets, i - 1));
    }
    CHECK_INTEGER(rondo_ids_get(test->inputs, 0), 4 + RONDO_UNKNOWN_ID);
    const char *const symbols[] = {"<UNK>", "<EOS>", "b", "a", "c"};
    const char *const classes[] = {"<UNK>", "<EOS>", "z", "y", "x"};
    rondo_error error = {0};
    rondo_schema *saved = schema_of_names(symbols, 5, NULL, 0);
    CHECK_INTEGER(rondo_vocabulary_restore(classes, 5, &saved->classes, &error), RONDO_OK);
    rondo_dataset *again = NULL;
    CHECK_INTEGER(rondo_dataset_load(&experiment, saved, &again, &error), RONDO_OK);
    rondo_schema_destroy(saved);
    CHECK_INTEGER(rondo_ids_get(again->splits[RONDO_TEST].inputs, 0), 5 + 2);
    CHECK_INTEGER(rondo_ids_get(again->splits[RONDO_TRAIN].inputs, 0), 5 + 4);
    CHECK_INTEGER(again->schema->input_width, 10);
    CHECK(again->fingerprint != dataset->fingerprint);
    rondo_dataset_destroy(again);
    rondo_dataset_destroy(dataset);
}

static void bad_tables_are_refused(void)
{
    rondo_experiment experiment = table_of("table_bad.csv");
    write_file("table_bad.csv", "text,label\nx,1\ny\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "table_bad.csv:3: 1 field, but the first line has 2");
    write_file("table_bad.csv", "text,label\nx,1\n\" \",2\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "table_bad.csv:3:1: the text is empty");
    write_file("table_bad.csv", "text,label\nx,1\n\"a\nb\",\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "table_bad.csv:4:4: the label is empty");
    write_file("table_bad.csv", "text,label\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "table_bad.csv: no records");
    write_file("table_bad.csv", "words,label\nx,1\n");
    CHECK_REFUSED(
        &experiment, RONDO_USAGE,
        "data.options.text: no column \"text\" in table_bad.csv, which has 2: words, label");
}

/* Blanks around names of the header and labels are nobody's; those of the text are its own. */
static void blanks_around_names_and_labels(void)
{
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    write_file("table_blanks.csv", "text , label\na b, x\nc,x \nd,\ty\n");
    rondo_experiment experiment = experiment_of("table_blanks.csv");
    experiment.task = &rondo_task_classification;
    experiment.model.pooling = RONDO_POOLING_LAST;
    use_format(&experiment, &rondo_format_table);
    experiment.data.unit = RONDO_WORD;
    experiment.data.sequences = RONDO_LINE;
    *TABLE(experiment) = (rondo_table_config){.header = true, .text = "text", .label = "label"};
    CHECK_INTEGER(rondo_dataset_load(&experiment, NULL, &dataset, &error), RONDO_OK);
    CHECK_INTEGER(dataset->schema->target_width, 4);
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 2), "x");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 3), "y");
    rondo_dataset_destroy(dataset);
}

int main(void)
{
    RUN(commas_and_quotes);
    RUN(tabs_without_header);
    RUN(random_parts_keep_their_labels);
    RUN(saved_names_translate);
    RUN(lines_given_their_class);
    RUN(bad_tables_are_refused);
    RUN(blanks_around_names_and_labels);
    return check_end();
}
