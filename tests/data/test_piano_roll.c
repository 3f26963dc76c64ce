/* Piano rolls: what a step holds, what is predicted from what, splits, and each bad line's message.
 */
#include "check.h"
#include "support.h"

#include "data/batches/batch.h"
#include "data/formats/ragged.h"

static rondo_experiment music_of(const char *path)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.task = &rondo_task_forecasting;
    use_format(&experiment, &rondo_format_piano_roll);
    experiment.data.sequences = RONDO_LINE;
    set_option(&experiment, "lowest_pitch", "60");
    set_option(&experiment, "pitches", "8");
    return experiment;
}

/* "0 4/7": what sounds at each step of a sequence, as the data set holds it. */
static const char *sounding(const rondo_sequences *sequences, const rondo_real *values, int64_t s)
{
    static char texts[2][256];
    static int next;
    char *text = texts[next++ % 2];
    size_t used = 0;
    int64_t start = rondo_sequence_start(sequences, s);
    int64_t steps = sequences->offset[s + 1] - sequences->offset[s];
    text[0] = '\0';
    for (int64_t t = 0; t < steps; t++) {
        if (t > 0) used += (size_t)snprintf(text + used, sizeof texts[0] - used, "/");
        for (int k = 0, listed = 0; k < 8; k++) {
            double value = (double)values[(start + t) * 8 + k];
            CHECK(value == 0 || value == 1);
            if (value > 0)
                used += (size_t)snprintf(text + used, sizeof texts[0] - used, "%s%d",
                                         listed++ > 0 ? " " : "", k);
        }
    }
    return text;
}

static void steps_are_predicted_from_those_before(void)
{
    write_file("roll.txt", "60,64,67 - 61\t\t62,60  67 \n\n65 66\r\n63 63 63 63");
    rondo_experiment experiment = music_of("roll.txt");
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    CHECK(!dataset->stream);
    CHECK_INTEGER(dataset->schema->input_width, 8);
    CHECK_INTEGER(dataset->schema->target_width, 8);
    CHECK_INTEGER(dataset->schema->target, RONDO_TARGET_BINARY);
    CHECK(dataset->schema->inputs == NULL && dataset->schema->targets == NULL);
    CHECK_INTEGER(train->count, 3);
    CHECK_INTEGER(train->offset[3], 4 + 1 + 3);
    CHECK_TEXT(sounding(train, train->input_values, 0), "0 4 7//1/0 2");
    CHECK_TEXT(sounding(train, train->target_values, 0), "/1/0 2/7");
    CHECK_TEXT(sounding(train, train->input_values, 1), "5");
    CHECK_TEXT(sounding(train, train->target_values, 1), "6");
    CHECK_TEXT(sounding(train, train->target_values, 2), "3/3/3");
    rondo_dataset_destroy(dataset);
}

/* The minibatch has the longest sequence first, and targets one step after inputs. */
static void minibatches(void)
{
    rondo_experiment experiment = music_of("roll.txt");
    rondo_dataset *dataset = load(&experiment);
    rondo_batches *batches = NULL;
    rondo_batch batch;
    rondo_error error = {0};
    const rondo_batches_config config = {.batch_size = 3};
    CHECK_INTEGER(rondo_batches_create(dataset, RONDO_TRAIN, &config, &batches, &error), RONDO_OK);
    rondo_batches_get(batches, 0, 0, &batch);
    CHECK_INTEGER(batch.rows, 3);
    CHECK_INTEGER(batch.tokens, 8);
    CHECK_INTEGER(batch.sequence[0], 0);
    CHECK_INTEGER(batch.sequence[1], 2);
    CHECK_INTEGER(batch.sequence[2], 1);
    const int64_t third = batch.offset[2], last_of_1 = 2; /* step 2 of row 0; step 0 of row 2 */
    CHECK(batch.input_values[third * 8 + 1] > 0 && batch.target_values[third * 8 + 0] > 0 &&
          batch.target_values[third * 8 + 2] > 0);
    CHECK(batch.input_values[last_of_1 * 8 + 5] > 0 && batch.target_values[last_of_1 * 8 + 6] > 0);
    rondo_batches_destroy(batches);
    rondo_dataset_destroy(dataset);
}

static void splits(void)
{
    write_file("roll_splits.txt", "60 60\n61 61\n62 62\n63 63\n64 64\n65 65\n");
    write_file("roll_test.txt", "67 67 67\n");
    rondo_experiment experiment = music_of("roll_splits.txt");
    experiment.data.split.train.count = 2;
    experiment.data.split.valid.count = 1;
    experiment.data.split.test.path = "roll_test.txt";
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *valid = &dataset->splits[RONDO_VALID];
    const rondo_sequences *test = &dataset->splits[RONDO_TEST];
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 2);
    CHECK_INTEGER(valid->count, 1);
    CHECK_TEXT(sounding(valid, valid->target_values, 0), "2");
    CHECK_INTEGER(test->count, 1);
    CHECK_TEXT(sounding(test, test->target_values, 0), "7/7");
    rondo_dataset_destroy(dataset);
    experiment.data.split.order = RONDO_RANDOM;
    dataset = load(&experiment);
    bool seen[8] = {false};
    for (int split = RONDO_TRAIN; split <= RONDO_VALID; split++) {
        const rondo_sequences *sequences = &dataset->splits[split];
        for (int64_t s = 0; s < sequences->count; s++) {
            int note = sounding(sequences, sequences->input_values, s)[0] - '0';
            CHECK(!seen[note]);
            seen[note] = true;
        }
    }
    rondo_dataset_destroy(dataset);
}

static uint64_t fingerprint_of(const char *text)
{
    rondo_experiment experiment = music_of("roll_print.txt");
    write_file("roll_print.txt", text);
    rondo_dataset *dataset = load(&experiment);
    uint64_t fingerprint = dataset->fingerprint;
    rondo_dataset_destroy(dataset);
    return fingerprint;
}

static void fingerprints_tell_files_apart(void)
{
    uint64_t first = fingerprint_of("60 61 62\n63 64\n");
    CHECK(first == fingerprint_of("60 61\t62 \n63 64"));
    CHECK(first != fingerprint_of("60 61 62\n63 65\n"));
    CHECK(first != fingerprint_of("60 61\n62 63 64\n"));
    CHECK(first != fingerprint_of("60 62 62\n63 64\n"));
}

/* What is written as ragged HDF5 is the same data set. */
static void ragged(void)
{
    rondo_error error = {0};
    rondo_experiment experiment = music_of("roll.txt");
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(rondo_ragged_write("roll.h5", dataset, &error), RONDO_OK);
    use_format(&experiment, &rondo_format_hdf5);
    experiment.data.path = "roll.h5";
    rondo_dataset *again = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    const rondo_sequences *other = &again->splits[RONDO_TRAIN];
    CHECK_INTEGER(again->schema->target, RONDO_TARGET_BINARY);
    CHECK_INTEGER(other->count, train->count);
    for (int64_t s = 0; s < other->count; s++) {
        CHECK_TEXT(sounding(other, other->input_values, s),
                   sounding(train, train->input_values, s));
        CHECK_TEXT(sounding(other, other->target_values, s),
                   sounding(train, train->target_values, s));
    }
    rondo_dataset_destroy(dataset);
    rondo_dataset_destroy(again);
}

static void bad_lines_are_refused(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"60 61\n60 6x 61\n",
         "roll_bad.txt:2:4: \"6x\" is not a MIDI pitch; a step is 60,64,67 or -"},
        {"60 60,,61\n", "roll_bad.txt:1:7: \"\" is not a MIDI pitch; a step is 60,64,67 or -"},
        {"60 60,\n", "roll_bad.txt:1:7: \"\" is not a MIDI pitch; a step is 60,64,67 or -"},
        {"60 --\n", "roll_bad.txt:1:4: \"--\" is not a MIDI pitch; a step is 60,64,67 or -"},
        {"60 -,61\n", "roll_bad.txt:1:4: \"-\" is not a MIDI pitch; a step is 60,64,67 or -"},
        {"60 -61\n", "roll_bad.txt:1:4: \"-61\" is not a MIDI pitch; a step is 60,64,67 or -"},
        {"60 61.5\n", "roll_bad.txt:1:4: \"61.5\" is not a MIDI pitch; a step is 60,64,67 or -"},
        {"60 00061\n", "roll_bad.txt:1:4: \"00061\" is not a MIDI pitch; a step is 60,64,67 or -"},
        {"60 61,68\n", "roll_bad.txt:1:7: pitch 68 is not in 60 to 67 "
                       "(data.options.lowest_pitch and pitches)"},
        {"60 59\n", "roll_bad.txt:1:4: pitch 59 is not in 60 to 67 "
                    "(data.options.lowest_pitch and pitches)"},
        {"60 61,62,61\n", "roll_bad.txt:1:10: \"61\" occurs twice in a step"},
        {"60 61\n\n60\n", "roll_bad.txt:3: the sequence has one step; to predict the next it needs "
                          "two"},
        {"\n \n", "roll_bad.txt: only empty lines"},
        {"", "roll_bad.txt: empty file"},
    };
    rondo_experiment experiment = music_of("roll_bad.txt");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file("roll_bad.txt", cases[i].text);
        CHECK_REFUSED(&experiment, RONDO_FAILED, cases[i].message);
    }
}

int main(void)
{
    RUN(steps_are_predicted_from_those_before);
    RUN(minibatches);
    RUN(splits);
    RUN(fingerprints_tell_files_apart);
    RUN(ragged);
    RUN(bad_lines_are_refused);
    return check_end();
}
