/* The probability of a text is the loss that an evaluation of the same text reports. */
#include "check.h"

#include <stdlib.h>

#include "base/file.h"
#include "evaluate/evaluate.h"
#include "evaluate/score.h"
#include "infer/scorer.h"
#include "support/registry.h"

enum { MOST = 8192 };

static rondo_registry *registry;

static void write_text(const char *path, const char *text)
{
    rondo_error error = {0};
    CHECK_INTEGER(rondo_file_write(path, text, strlen(text), &error), RONDO_OK);
}

/* Lines of unequal length, some empty, with a character that the training text does not have. */
static void make_text(char *text, int lines, int seed)
{
    size_t used = 0;
    for (int i = 0; i < lines; i++) {
        int length = (i * 7 + seed) % 23;
        for (int j = 0; j < length; j++)
            text[used++] = (char)('a' + (i * i + j * seed + j * j) % 6);
        if (seed > 10 && i % 5 == 0) text[used++] = '?';
        text[used++] = '\n';
    }
    text[used] = '\0';
}

static bool start(const char *config, rondo_session *session)
{
    rondo_experiment *experiment = NULL;
    rondo_error error = {0};
    rondo_status status =
        rondo_experiment_parse("test", ".", config, NULL, 0, registry, &experiment, &error);
    if (!status) status = rondo_session_start(experiment, 2, session, &error);
    if (status) fprintf(stderr, "%s\n", error.text);
    CHECK_INTEGER(status, RONDO_OK);
    return status == RONDO_OK;
}

static rondo_score evaluate(const rondo_session *session)
{
    rondo_evaluation evaluation;
    rondo_evaluator *evaluator = NULL;
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_pass_size size = {.threads = 2};
    rondo_error error = {0};
    CHECK_INTEGER(rondo_session_batches(session, RONDO_VALID, false, &batches, &error), RONDO_OK);
    rondo_batches_largest(batches, &size.rows, &size.steps, &size.tokens);
    CHECK_INTEGER(rondo_pass_create(session->network, &size, &pass, &error), RONDO_OK);
    CHECK(!rondo_evaluator_create(session, &size, &evaluator, &error));
    rondo_pass_load(pass, session->parameters);
    rondo_evaluator_run(evaluator, pass, batches, RONDO_VALID, RONDO_EVALUATE_ALL, &evaluation);
    rondo_evaluator_destroy(evaluator);
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    return evaluation.score;
}

static void score_text(const rondo_session *session, const char *text, rondo_scored_text *scored)
{
    rondo_source source;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_source_copy("text", text, &source, &error), RONDO_OK);
    CHECK_INTEGER(rondo_scorer_run(session, NULL, &source, scored, &error), RONDO_OK);
    if (error.status) fprintf(stderr, "%s\n", error.text);
    rondo_source_finish(&source);
}

/* The lines cover the text without gaps, and sums are sums. */
static void check_sums(const rondo_scored_text *scored)
{
    double total = 0;
    int64_t next = 0, unknown = 0;
    for (int64_t i = 0; i < scored->line_count; i++) {
        const rondo_scored_line *line = &scored->lines[i];
        double sum = 0;
        CHECK_INTEGER(line->first, next);
        next += line->symbols;
        for (int64_t at = line->first; at < next; at++) {
            CHECK(scored->log_probabilities[at] < 0);
            sum += scored->log_probabilities[at];
            unknown += scored->ids[at] == RONDO_UNKNOWN_ID;
        }
        CHECK_INTEGER(scored->ids[next - 1], RONDO_END_ID);
        CHECK_NEAR(line->log_probability, sum, 1e-12);
        total += sum;
    }
    CHECK_INTEGER(next, scored->symbols);
    CHECK_INTEGER(unknown, scored->unknown);
    CHECK(unknown > 0);
    CHECK_NEAR(scored->log_probability, total, 1e-12);
}

static void lines(void)
{
    static char train[MOST], valid[MOST];
    rondo_session session;
    rondo_scored_text scored;
    make_text(train, 40, 3);
    make_text(valid, 30, 11);
    write_text("train.txt", train);
    write_text("valid.txt", valid);
    if (!start(
            "behavior_version: 1\n"
            "data: {split: {train: train.txt, valid: valid.txt}, sequences: line, batch_size: 4}\n"
            "model: {input: {embedding: 5}, layers: [{cell: lstm, hidden: 7, dropout: 0.5}],\n"
            "  initialization: {weights: uniform, recurrent: uniform, scale: 1}}\n"
            "loss: {options: {label_smoothing: 0}}\n"
            "optimizer: {name: sgd}\n",
            &session))
        return;
    rondo_score score = evaluate(&session);
    score_text(&session, valid, &scored);
    CHECK_INTEGER(scored.symbols, score.weight);
    CHECK_NEAR(-scored.log_probability / score.weight, rondo_score_loss(&score), 1e-10);
    check_sums(&scored);
    /* A line's probability does not depend on the lines beside it. */
    for (int64_t i = 0; i < scored.line_count; i += 7) {
        rondo_scored_text alone;
        const char *line = valid;
        for (int64_t n = 1; n < scored.lines[i].number; n++)
            line = strchr(line, '\n') + 1;
        char copy[64] = "";
        snprintf(copy, sizeof copy, "%.*s", (int)(strchr(line, '\n') - line), line);
        score_text(&session, copy, &alone);
        CHECK_INTEGER(alone.line_count, 1);
        CHECK(alone.log_probability == scored.lines[i].log_probability);
        rondo_scored_text_finish(&alone);
    }
    rondo_scored_text_finish(&scored);
    rondo_session_finish(&session);
}

/* An evaluated stream starts with its first symbol; a scored one with the end symbol, which here is
 * what the file begins with. */
static void stream(void)
{
    static char train[MOST], valid[MOST] = "\n";
    rondo_session session;
    rondo_scored_text scored;
    make_text(train, 40, 3);
    make_text(valid + 1, 30, 11);
    write_text("train.txt", train);
    write_text("valid.txt", valid);
    if (!start("behavior_version: 1\n"
               "data: {split: {train: train.txt, valid: valid.txt}, batch_size: 4,\n"
               "  evaluation_batch_size: 1, truncated_bptt: 17}\n"
               "model: {input: one_hot, layers: [{cell: gru, hidden: 7}, {cell: rnn, hidden: 6}],\n"
               "  initialization: {weights: uniform, recurrent: uniform, scale: 1}}\n"
               "loss: {options: {label_smoothing: 0.3}}\n"
               "optimizer: {name: sgd}\n",
               &session))
        return;
    /* Label smoothing is of the loss, not of the probability. */
    double smoothed = evaluate(&session).loss;
    *(double *)session.experiment->loss.options = 0;
    rondo_score score = evaluate(&session);
    score_text(&session, valid + 1, &scored);
    CHECK(fabs(smoothed - score.loss) > 1);
    CHECK_INTEGER(scored.symbols, score.weight);
    CHECK_INTEGER(scored.line_count, 30);
    CHECK_NEAR(-scored.log_probability / score.weight, rondo_score_loss(&score), 1e-10);
    check_sums(&scored);
    rondo_scored_text_finish(&scored);
    rondo_session_finish(&session);
}

static void nothing_to_score(void)
{
    rondo_session session;
    rondo_source source;
    rondo_scored_text scored;
    rondo_error error = {0};
    if (!start("behavior_version: 1\n"
               "data: {path: train.txt, sequences: line}\n"
               "model: {input: one_hot, layers: [{cell: rnn, hidden: 3}]}\n"
               "optimizer: {name: sgd}\n",
               &session))
        return;
    CHECK_INTEGER(rondo_source_copy("text", "\n\n", &source, &error), RONDO_OK);
    CHECK_INTEGER(rondo_scorer_run(&session, NULL, &source, &scored, &error), RONDO_USAGE);
    CHECK_CONTAINS(error.text, "no symbols");
    rondo_source_finish(&source);
    rondo_session_finish(&session);
}

int main(void)
{
    const char *folder = RONDO_BINARY_DIR "/plugins-double";
    rondo_error error = {0};
    CHECK_INTEGER(test_registry_create(folder, &registry, &error), RONDO_OK);
    RUN(lines);
    RUN(stream);
    RUN(nothing_to_score);
    rondo_registry_destroy(registry);
    return check_end();
}
