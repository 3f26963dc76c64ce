/* Plain text: symbols, line ends, vocabularies, and every way a file can be refused. */
#include "check.h"
#include "support.h"

#include <sys/stat.h>

static void characters_in_one_stream(void)
{
    write_file("text_stream.txt", "ab\n\nc\xC3\xA9");
    rondo_experiment experiment = experiment_of("text_stream.txt");
    rondo_dataset *dataset = load(&experiment);
    CHECK(dataset->stream);
    CHECK_INTEGER(dataset->schema->target, RONDO_TARGET_CLASS);
    CHECK_INTEGER(dataset->schema->input_width, 6);
    CHECK_INTEGER(dataset->schema->target_width, 6);
    CHECK(dataset->schema->inputs == dataset->schema->targets);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 1);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].count, 0);
    CHECK_INTEGER(dataset->splits[RONDO_TEST].count, 0);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "a b <EOS> <EOS> c \xC3\xA9");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "b <EOS> <EOS> c \xC3\xA9 <EOS>");
    rondo_dataset_destroy(dataset);
}

static void one_line_one_sequence(void)
{
    write_file("text_lines.txt", "ab\n\n \nc\n");
    rondo_experiment experiment = experiment_of("text_lines.txt");
    experiment.data.sequences = RONDO_LINE;
    rondo_dataset *dataset = load(&experiment);
    CHECK(!dataset->stream);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 3);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "<EOS> a b");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "a b <EOS>");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "<EOS>  ");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 2), "<EOS> c");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 2), "c <EOS>");
    rondo_dataset_destroy(dataset);
}

static void words_of_penn_treebank(void)
{
    rondo_experiment experiment = experiment_of(FIXTURE("ptb_like.txt"));
    experiment.data.unit = RONDO_WORD;
    experiment.data.vocabulary.unknown = "<unk>";
    experiment.data.vocabulary.end = "<eos>";
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->schema->input_width, 8);
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->inputs, 0), "<unk>");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->inputs, 1), "<eos>");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->inputs, 2), "the");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0),
               "the fox saw the <unk> dog <eos> the N dogs <unk> <eos> fox saw N");
    CHECK_INTEGER(rondo_ids_get(dataset->splits[RONDO_TRAIN].inputs, 4), RONDO_UNKNOWN_ID);
    CHECK_INTEGER(rondo_ids_get(dataset->splits[RONDO_TRAIN].targets, 14), RONDO_END_ID);
    rondo_dataset_destroy(dataset);

    experiment.data.vocabulary.min_count = 2;
    dataset = load(&experiment);
    CHECK_INTEGER(dataset->schema->input_width, 6);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0),
               "the fox saw the <unk> <unk> <eos> the N <unk> <unk> <eos> fox saw N");
    rondo_dataset_destroy(dataset);

    experiment.data.vocabulary.max_size = 4;
    dataset = load(&experiment);
    CHECK_INTEGER(dataset->schema->input_width, 4);
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->inputs, 3), "N");
    rondo_dataset_destroy(dataset);
}

static void byte_order_mark_and_crlf(void)
{
    rondo_experiment experiment = experiment_of(FIXTURE("utf8_bom_crlf.txt"));
    rondo_dataset *dataset = load(&experiment);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0),
               "n a \xC3\xAF v e <EOS> <EOS> \xE2\x82\xAC   5 <EOS> \xF0\x9F\x98\x80 \r");
    rondo_dataset_destroy(dataset);
}

static void lowercase_is_of_all_letters(void)
{
    write_file("text_case.txt", "The <UNK> \xC3\x89T\xC3\x89 \tTHE\n");
    rondo_experiment experiment = experiment_of("text_case.txt");
    experiment.data.unit = RONDO_WORD;
    experiment.data.vocabulary.lowercase = true;
    rondo_dataset *dataset = load(&experiment);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "the <UNK> \xC3\xA9t\xC3\xA9 the");
    CHECK_INTEGER(rondo_ids_get(dataset->splits[RONDO_TRAIN].inputs, 1), RONDO_UNKNOWN_ID);
    rondo_dataset_destroy(dataset);
    experiment.data.vocabulary.lowercase_rule = RONDO_LOWERCASE_ASCII;
    dataset = load(&experiment);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "the <UNK> \xC3\x89t\xC3\x89 the");
    rondo_dataset_destroy(dataset);
    experiment.data.vocabulary.lowercase_rule = RONDO_LOWERCASE_UNICODE;
    experiment.data.unit = RONDO_CHARACTER;
    dataset = load(&experiment);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0),
               "t h e   < u n k >   \xC3\xA9 t \xC3\xA9   \t t h e");
    rondo_dataset_destroy(dataset);
}

static void vocabulary_is_of_the_training_split(void)
{
    write_file("text_train.txt", "abab\n");
    write_file("text_valid.txt", "abz\n");
    rondo_experiment experiment = experiment_of("text_train.txt");
    experiment.data.split.valid.path = "text_valid.txt";
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->schema->input_width, 4);
    CHECK_TEXT(spell_inputs(dataset, RONDO_VALID, 0), "a b <UNK>");
    rondo_dataset_destroy(dataset);
    write_file("text_cut.txt", "ababababcc");
    experiment = experiment_of("text_cut.txt");
    experiment.data.split.valid.fraction = 0.25;
    dataset = load(&experiment);
    CHECK_INTEGER(dataset->schema->input_width, 4);
    CHECK_TEXT(spell_inputs(dataset, RONDO_VALID, 0), "<UNK> <UNK>");
    CHECK_TEXT(spell_targets(dataset, RONDO_VALID, 0), "<UNK> <EOS>");
    rondo_dataset_destroy(dataset);
}

static void saved_names_are_kept(void)
{
    static const char *const names[] = {"<UNK>", "<EOS>", "b", "q"};
    rondo_schema *saved = schema_of_names(names, 4, NULL, 0);
    write_file("text_saved.txt", "aab\n");
    rondo_experiment experiment = experiment_of("text_saved.txt");
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    CHECK_INTEGER(rondo_dataset_load(&experiment, saved, &dataset, &error), RONDO_OK);
    rondo_schema_destroy(saved);
    CHECK_INTEGER(dataset->schema->input_width, 4);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "<UNK> <UNK> b");
    rondo_dataset_destroy(dataset);
}

static void fingerprint_is_of_the_contents(void)
{
    write_file("text_one.txt", "abcabc\n");
    write_file("text_two.txt", "abcabc\r\n");
    write_file("text_three.txt", "abcacb\n");
    rondo_experiment experiment = experiment_of("text_one.txt");
    rondo_dataset *one = load(&experiment);
    experiment.data.path = "text_two.txt";
    rondo_dataset *two = load(&experiment);
    experiment.data.path = "text_three.txt";
    rondo_dataset *three = load(&experiment);
    experiment.data.split.valid.fraction = 0.3;
    rondo_dataset *four = load(&experiment);
    CHECK(one->fingerprint == two->fingerprint);
    CHECK(one->fingerprint != three->fingerprint);
    CHECK(three->fingerprint != four->fingerprint);
    rondo_dataset_destroy(one);
    rondo_dataset_destroy(two);
    rondo_dataset_destroy(three);
    rondo_dataset_destroy(four);
}

static void check_encoded(const rondo_data_config *config, const rondo_dataset *dataset,
                          const char *text, const char *expected)
{
    rondo_error error = {0};
    int32_t *ids = NULL;
    int64_t count = -1;
    CHECK_INTEGER(
        rondo_dataset_encode(config, dataset->schema->inputs, text, NULL, &ids, &count, &error),
        RONDO_OK);
    CHECK(ids != NULL);
    rondo_sequences sequences = {.count = 1, .offset = (int64_t[2]){0, count}};
    CHECK_TEXT(spell(dataset->schema->inputs, &sequences, rondo_ids_of(ids), 0), expected);
    free(ids);
}

/* Each different one is named, the first eight; what is spelled as the unknown symbol is known. */
static void count_unknowns(const rondo_data_config *config, const rondo_dataset *dataset)
{
    rondo_error error = {0};
    rondo_unknowns unknowns = {0};
    int32_t *ids = NULL;
    int64_t count;
    CHECK_INTEGER(rondo_dataset_encode(config, dataset->schema->inputs, "za\xC3\xA9zt\nbdfgjkl",
                                       &unknowns, &ids, &count, &error),
                  RONDO_OK);
    CHECK_INTEGER(unknowns.symbols, 12);
    CHECK_INTEGER(unknowns.unknown, 10);
    CHECK_INTEGER(unknowns.named, RONDO_NAMED_UNKNOWNS);
    CHECK(unknowns.more);
    CHECK_TEXT(unknowns.names[0], "z");
    CHECK_TEXT(unknowns.names[1], "\xC3\xA9");
    CHECK_INTEGER(rondo_unknowns_find(&unknowns, dataset->schema->inputs, "<UNK>", 5),
                  RONDO_UNKNOWN_ID);
    CHECK_INTEGER(unknowns.unknown, 10);
    free(ids);
}

static void primes_are_encoded(void)
{
    write_file("text_prime.txt", "the cat\nsat\n");
    rondo_experiment experiment = experiment_of("text_prime.txt");
    rondo_dataset *dataset = load(&experiment);
    check_encoded(&experiment.data, dataset, "cat\nz", "c a t <EOS> <UNK>");
    check_encoded(&experiment.data, dataset, "", "");
    count_unknowns(&experiment.data, dataset);
    rondo_dataset_destroy(dataset);
    experiment.data.unit = RONDO_WORD;
    experiment.data.vocabulary.lowercase = true;
    dataset = load(&experiment);
    check_encoded(&experiment.data, dataset, " The dog\tsat\n", "the <UNK> sat <EOS>");
    rondo_error error = {0};
    int32_t *ids = (int32_t *)1;
    int64_t count;
    CHECK_INTEGER(rondo_dataset_encode(&experiment.data, dataset->schema->inputs, "a \xFFz", NULL,
                                       &ids, &count, &error),
                  RONDO_FAILED);
    CHECK(ids == NULL);
    CHECK_TEXT(error.text, "text:1:3: byte 0xFF is not valid UTF-8");
    rondo_dataset_destroy(dataset);
}

static void bad_files_are_refused(void)
{
    rondo_experiment experiment = experiment_of("text_empty.txt");
    write_file("text_empty.txt", "");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "text_empty.txt: empty file");
    write_file("text_empty.txt", "\xEF\xBB\xBF");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "text_empty.txt: empty file");

    experiment.data.path = "text_nul.bin";
    write_bytes("text_nul.bin", "ab\0cd\n", 6);
    CHECK_REFUSED(&experiment, RONDO_FAILED, "text_nul.bin: binary, not text: byte 3 is NUL");
    write_file("text_nul.bin", "ab\1\2\3cd\x7F");
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "text_nul.bin: binary, not text: 4 of the first 8 bytes are control characters");

    experiment.data.path = FIXTURE("latin1.txt");
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  FIXTURE("latin1.txt") ":2:4: byte 0xE9 is not valid UTF-8");
    experiment.data.path = "text_cut_short.txt";
    write_file("text_cut_short.txt", "ok\n\xC3\xA9\xE2\x82");
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "text_cut_short.txt:2:2: byte 0xE2 is not valid UTF-8");

    experiment.data.path = "text_blank.txt";
    experiment.data.sequences = RONDO_LINE;
    write_file("text_blank.txt", "\n\n\r\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "text_blank.txt: only empty lines");
}

/* The sentences are those of base/file.c; that they come through, with the name, is tested here. */
static void files_that_are_not_there(void)
{
    static const char *const names[] = {"text_missing.txt", "text_folder"};
    static const rondo_status statuses[] = {RONDO_USAGE, RONDO_OK};
    mkdir("text_folder", 0777);
    for (int i = 0; i < 2; i++) {
        rondo_error error = {0};
        rondo_dataset *dataset = (rondo_dataset *)1;
        rondo_experiment experiment = experiment_of(names[i]);
        rondo_status status = rondo_dataset_load(&experiment, NULL, &dataset, &error);
        CHECK(statuses[i] ? status == statuses[i] : status != RONDO_OK);
        CHECK(dataset == NULL);
        CHECK_CONTAINS(error.text, names[i]);
        CHECK(strchr(error.text, '\n') == NULL);
    }
    rondo_experiment experiment = experiment_of(NULL);
    CHECK_REFUSED(&experiment, RONDO_USAGE, "data.path: no file to train on");
    use_format(&experiment, &rondo_format_hdf5);
    CHECK_REFUSED(&experiment, RONDO_USAGE, "data.path: no file to train on");
}

int main(void)
{
    RUN(characters_in_one_stream);
    RUN(one_line_one_sequence);
    RUN(words_of_penn_treebank);
    RUN(byte_order_mark_and_crlf);
    RUN(lowercase_is_of_all_letters);
    RUN(vocabulary_is_of_the_training_split);
    RUN(saved_names_are_kept);
    RUN(fingerprint_is_of_the_contents);
    RUN(primes_are_encoded);
    RUN(bad_files_are_refused);
    RUN(files_that_are_not_there);
    return check_end();
}
