/* Parallel text: one file and two, separators, blanks, dictionaries, minibatches of both sides. */
#include "check.h"
#include "support.h"

#include "data/batches/batch.h"
#include "data/batches/shard.h"

static rondo_experiment pairs_of(const char *path)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = &rondo_task_translation;
    use_format(&experiment, &rondo_format_pairs);
    experiment.data.sequences = RONDO_LINE;
    PAIRS(experiment)->separator = "tab";
    experiment.data.unit = RONDO_WORD;
    experiment.data.target_unit = RONDO_WORD;
    return experiment;
}

static const char *source_of(const rondo_dataset *dataset, rondo_split split, int64_t s)
{
    return spell(dataset->schema->inputs, &dataset->sources[split], dataset->sources[split].inputs,
                 s);
}

static const char *decoder_input_of(const rondo_dataset *dataset, rondo_split split, int64_t s)
{
    return spell(dataset->schema->targets, &dataset->splits[split], dataset->splits[split].inputs,
                 s);
}

static void one_file(void)
{
    write_file("pairs.tsv", "the cat\tle chat\nthe big dog\tle gros chien \ncat\tchat");
    rondo_experiment experiment = pairs_of("pairs.tsv");
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 3);
    CHECK_INTEGER(dataset->sources[RONDO_TRAIN].count, 3);
    CHECK_TEXT(source_of(dataset, RONDO_TRAIN, 1), "the big dog");
    CHECK_TEXT(decoder_input_of(dataset, RONDO_TRAIN, 1), "<EOS> le gros chien");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 1), "le gros chien <EOS>");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 2), "chat <EOS>");
    CHECK_INTEGER(dataset->schema->input_width, 6);
    CHECK_INTEGER(dataset->schema->target_width, 6);
    CHECK(dataset->schema->inputs != dataset->schema->targets);
    rondo_dataset_destroy(dataset);
}

/* Columns of fixed width: padded with blanks, "_" starts the target; characters on one side. */
static void padded_to_a_width(void)
{
    write_file("pairs_padded.txt", "1 May 70   _a b \n2/3/71     _cd  \n");
    rondo_experiment experiment = pairs_of("pairs_padded.txt");
    PAIRS(experiment)->separator = "_";
    experiment.data.unit = RONDO_CHARACTER;
    experiment.data.reverse_source = true;
    rondo_dataset *dataset = load(&experiment);
    CHECK_TEXT(source_of(dataset, RONDO_TRAIN, 0), "0 7   y a M   1");
    CHECK_TEXT(source_of(dataset, RONDO_TRAIN, 1), "1 7 / 3 / 2");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "a b <EOS>");
    rondo_dataset_destroy(dataset);
}

static void two_files_and_splits(void)
{
    write_file("pairs_a.de", "eins\nzwei\n");
    write_file("pairs_a.en", "one\ntwo\n");
    write_file("pairs_b.de", "zwei drei\n");
    write_file("pairs_b.en", "two three\n");
    rondo_experiment experiment = pairs_of("pairs_a");
    PAIRS(experiment)->source_suffix = ".de";
    PAIRS(experiment)->target_suffix = ".en";
    experiment.data.split.valid.path = "pairs_b";
    rondo_dataset *dataset = load(&experiment);
    CHECK_TEXT(source_of(dataset, RONDO_TRAIN, 1), "zwei");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 1), "two <EOS>");
    CHECK_TEXT(source_of(dataset, RONDO_VALID, 0), "zwei <UNK>");
    CHECK_TEXT(spell_targets(dataset, RONDO_VALID, 0), "two <UNK> <EOS>");
    rondo_dataset_destroy(dataset);
}

static void shared_dictionary_and_random_split(void)
{
    char text[4096] = "";
    for (int i = 0; i < 40; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "w%d x\tw%d\n", i, i);
    write_file("pairs_shared.tsv", text);
    rondo_experiment experiment = pairs_of("pairs_shared.tsv");
    experiment.data.shared_vocabulary = true;
    experiment.data.split.order = RONDO_RANDOM;
    experiment.data.split.test.fraction = 0.25;
    rondo_dataset *dataset = load(&experiment);
    CHECK(dataset->schema->inputs == dataset->schema->targets);
    CHECK_INTEGER(dataset->schema->input_width, 33);
    CHECK_INTEGER(rondo_vocabulary_find(dataset->schema->inputs, "x", 1), 2);
    for (int64_t s = 0; s < 30; s++) { /* sources stay with their targets */
        const rondo_sequences *source = &dataset->sources[RONDO_TRAIN];
        const rondo_sequences *target = &dataset->splits[RONDO_TRAIN];
        CHECK_INTEGER(rondo_ids_get(source->inputs, source->offset[s]),
                      rondo_ids_get(target->targets, target->offset[s]));
    }
    CHECK_INTEGER(dataset->sources[RONDO_TEST].count, 10);
    rondo_dataset_destroy(dataset);
}

/* Each side is sorted by its own lengths, without padding, and source_row joins them. */
static void minibatches_of_both_sides(void)
{
    write_file("pairs_batch.tsv", "a a a\tA\nb\tB B B\nc c\tC C\nd d d\tD D D\ne\tE\n");
    rondo_experiment experiment = pairs_of("pairs_batch.tsv");
    rondo_dataset *dataset = load(&experiment);
    const rondo_batches_config config = {.batch_size = 4};
    rondo_batches *batches = NULL;
    rondo_error error = {0};
    rondo_batch batch;
    int64_t steps, tokens;
    CHECK(!rondo_batches_create(dataset, RONDO_TRAIN, &config, &batches, &error));
    rondo_batches_largest_source(batches, &steps, &tokens);
    CHECK_INTEGER(steps, 3);
    CHECK_INTEGER(tokens, 9);
    rondo_batches_get(batches, 0, 0, &batch);
    CHECK_INTEGER(batch.tokens, 2 + 4 + 3 + 4);
    CHECK_INTEGER(batch.source->rows, 4);
    CHECK_INTEGER(batch.source->steps, 3);
    CHECK_INTEGER(batch.source->tokens, 3 + 1 + 2 + 3);
    CHECK_INTEGER(batch.source->active[2], 2);
    for (int64_t b = 0; b < 4; b++) {
        int64_t r = batch.source_row[b];
        char name[2] = {0};
        CHECK_INTEGER(batch.source->sequence[r], batch.sequence[b]);
        name[0] = (char)('a' + batch.sequence[b]);
        CHECK_TEXT(rondo_vocabulary_name(dataset->schema->inputs, batch.source->inputs[r]), name);
        name[0] = (char)('A' + batch.sequence[b]);
        CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, batch.targets[b]), name);
        if (b > 0) CHECK(batch.source->offset[1] == 4);
    }
    rondo_batches_get(batches, 0, 1, &batch);
    CHECK_INTEGER(batch.source->rows, 1);
    CHECK_INTEGER(batch.source->tokens, 1);
    CHECK_INTEGER(batch.source_row[0], 0);
    rondo_batches_destroy(batches);
    rondo_dataset_destroy(dataset);
}

static void check_line(const char *text, const char *message)
{
    write_file("pairs_bad.tsv", text);
    rondo_experiment experiment = pairs_of("pairs_bad.tsv");
    CHECK_REFUSED(&experiment, RONDO_FAILED, message);
}

static void bad_lines(void)
{
    check_line("a\tb\nc d\n",
               "pairs_bad.tsv:2: no separator (data.options.separator: tab) between source "
               "and target");
    check_line("a\tb\n\nc\td\n",
               "pairs_bad.tsv:2: no separator (data.options.separator: tab) between "
               "source and target");
    check_line("a\tb\tc\n", "pairs_bad.tsv:1: more than one separator (data.options.separator: "
                            "tab): a line is a source and "
                            "a target; leave out further columns (cut -f1,2)");
    check_line("a\tb\n \tc\n", "pairs_bad.tsv:2: the source is empty");
    check_line("a\tb\nc\t  \n", "pairs_bad.tsv:2: the target is empty");
}

static void bad_files(void)
{
    write_file("pairs_c.de", "eins\nzwei\ndrei\n");
    write_file("pairs_c.en", "one\ntwo\n");
    rondo_experiment experiment = pairs_of("pairs_c");
    PAIRS(experiment)->source_suffix = ".de";
    PAIRS(experiment)->target_suffix = ".en";
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "pairs_c.de:3: a line without its pair: pairs_c.en has 2");
    write_file("pairs_c.en", "one\ntwo\nthree\nfour\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "pairs_c.en:4: a line without its pair: pairs_c.de has 3");
    write_file("pairs_c.en", "one\n\nthree\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "pairs_c.en:2: the target is empty");
}

/* Another source, another fingerprint: a run must not be resumed with it. */
static void fingerprint_covers_sources(void)
{
    write_file("pairs_one.tsv", "a b\tx\nb a\ty\n");
    write_file("pairs_two.tsv", "b a\tx\na b\ty\n");
    rondo_experiment experiment = pairs_of("pairs_one.tsv");
    rondo_dataset *one = load(&experiment);
    experiment.data.path = "pairs_two.tsv";
    rondo_dataset *two = load(&experiment);
    CHECK(one->fingerprint != two->fingerprint);
    rondo_dataset_destroy(one);
    rondo_dataset_destroy(two);
}

/* Of task transcription the source is the sequence, and the target its labels, also none. */
static void label_sequences(void)
{
    write_file("labels.tsv", "a b c d\tx y\ne f\t\na a a\tx x\n");
    rondo_experiment experiment = pairs_of("labels.tsv");
    experiment.task = &rondo_task_transcription;
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    static const int64_t offset[] = {0, 2, 2, 4};
    CHECK_INTEGER(train->count, 3);
    CHECK_INTEGER(dataset->sources[RONDO_TRAIN].count, 0);
    CHECK(dataset->schema->target == RONDO_TARGET_LABELS && !train->targets.data);
    CHECK_TEXT(spell(dataset->schema->inputs, train, train->inputs, 0), "a b c d");
    CHECK(memcmp(train->label_offset, offset, sizeof offset) == 0);
    for (int i = 0; i < 4; i++)
        CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, train->label_ids[i]),
                   i == 1 ? "y" : "x");
    rondo_dataset_destroy(dataset);
}

/* Rows of a minibatch, and of its shards, keep their labels. */
static void minibatches_of_label_sequences(void)
{
    write_file("labels.tsv", "a b c d\tx y\ne f\t\na a a\tx x\n");
    rondo_experiment experiment = pairs_of("labels.tsv");
    experiment.task = &rondo_task_transcription;
    rondo_dataset *dataset = load(&experiment);
    const rondo_batches_config config = {.batch_size = 3};
    rondo_batches *batches = NULL;
    rondo_batch batch, cut;
    rondo_shard *shard = NULL;
    rondo_error error = {0};
    static const int64_t counts[] = {2, 2, 0}; /* by falling length of the source */
    CHECK(!rondo_batches_create(dataset, RONDO_TRAIN, &config, &batches, &error));
    CHECK_INTEGER(rondo_batches_longest_labels(batches), 2);
    rondo_batches_get(batches, 0, 0, &batch);
    for (int64_t b = 0; b < 3; b++) {
        int64_t count;
        rondo_batch_labels(&batch, b, &count);
        CHECK_INTEGER(count, counts[b]);
    }
    const rondo_shard_size whole = {.rows = 3, .steps = 4, .tokens = 9};
    CHECK(!rondo_shard_create(dataset, &whole, 2, &shard, &error));
    rondo_shard_cut(shard, &batch, 0, 2, &cut);
    for (int64_t b = 0; b < 2; b++) {
        int64_t count, of_whole;
        CHECK(rondo_batch_labels(&cut, b, &count) == rondo_batch_labels(&batch, 2 * b, &of_whole));
        CHECK_INTEGER(count, of_whole);
    }
    rondo_shard_destroy(shard);
    rondo_batches_destroy(batches);
    rondo_dataset_destroy(dataset);
}

static void too_many_labels(void)
{
    static const char text[] = "1 of 2 sequences of the train split are too short for their "
                               "labels; the first is number 2, of "
                               "3 steps, whose 3 labels need 4 (one each, and one between equal "
                               "neighbours): leave them out";
    rondo_experiment experiment = pairs_of("labels.tsv");
    rondo_dataset *dataset;
    rondo_error error = {0};
    experiment.task = &rondo_task_transcription;
    write_file("labels.tsv", "a b c\tx y x\na b c\tx x y\n");
    CHECK_INTEGER(rondo_dataset_load(&experiment, NULL, &dataset, &error), RONDO_USAGE);
    CHECK_TEXT(error.text, text);
    write_file("labels.tsv", "a b c\tx <EOS>\n");
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_dataset_load(&experiment, NULL, &dataset, &error), RONDO_USAGE);
    CHECK_CONTAINS(error.text, "sequence 1 of the train split has the end symbol among its labels");
}

int main(void)
{
    RUN(label_sequences);
    RUN(minibatches_of_label_sequences);
    RUN(too_many_labels);
    RUN(one_file);
    RUN(padded_to_a_width);
    RUN(two_files_and_splits);
    RUN(shared_dictionary_and_random_split);
    RUN(minibatches_of_both_sides);
    RUN(bad_lines);
    RUN(bad_files);
    RUN(fingerprint_covers_sources);
    return check_end();
}
