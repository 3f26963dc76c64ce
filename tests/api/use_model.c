/* A program of somebody else's that uses a trained model, by librondo alone: C11 and C++11.
 *
 *     use_model RUN describe
 *     use_model RUN predict words|text|values [HOW]              # standard input: sequences; CSV as rondo predict has it
 *     use_model RUN score TEXT [CLASS]
 *     use_model RUN sample SEED COUNT LENGTH [PRIME [CLASS]]
 *     use_model RUN misuse                                       # calls that are wrong, and what they are told
 *     use_model RUN translate                                    # standard input: a source a line
 *
 * words: a line is a sequence of words. text: a line is a text. values: a line is a step, an empty one ends a sequence.
 * HOW: stream, step by step; steps, what is predicted for them where labels are answered; threads and streams, twice,
 * in two threads with a runner or a stream each.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rondo/rondo.h"

enum { LINE = 65536, SAMPLES = 16, FEATURES = 16 };

/* Sequences, one after another. */
typedef struct input {
    int64_t sequences, steps, width;
    int64_t *lengths;
    int32_t *symbols;
    int32_t *features[FEATURES];
    double *values;
} input;

static void *more(void *memory, size_t bytes)
{
    void *block = realloc(memory, bytes);
    if (!block) exit(3);
    return block;
}

static int fail(const rondo_error *error)
{
    fprintf(stderr, "%s\n", error->text);
    return (int)error->status;
}

static void warn(void *context, const char *message)
{
    fprintf((FILE *)context, "warning: %s\n", message);
}

/* --- input --- */

static void end_sequence(input *in, int64_t first)
{
    if (in->steps == first) return;
    in->lengths = (int64_t *)more(in->lengths, (size_t)(in->sequences + 1) * sizeof *in->lengths);
    in->lengths[in->sequences++] = in->steps - first;
}

static void add_symbol(input *in, int32_t symbol)
{
    in->symbols = (int32_t *)more(in->symbols, (size_t)(in->steps + 1) * sizeof *in->symbols);
    in->symbols[in->steps++] = symbol;
}

static void add_words(const rondo_model *model, char *line, input *in)
{
    int64_t first = in->steps;
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
        for (int64_t f = 0; f < rondo_model_feature_count(model); f++) {
            in->features[f] =
                (int32_t *)more(in->features[f], (size_t)(in->steps + 1) * sizeof(int32_t));
            in->features[f][in->steps] = rondo_model_find_feature(model, f, word);
        }
        int32_t found = rondo_model_find_input(model, word);
        add_symbol(in, found < 0 ? 0 : found);
    }
    end_sequence(in, first);
}

static rondo_status add_text(const rondo_model *model, const char *line, input *in,
                             rondo_error *error)
{
    static int32_t symbols[LINE];
    int64_t count, first = in->steps;
    rondo_status status = rondo_model_encode(model, line, symbols, LINE, &count, error);
    for (int64_t i = 0; i < count; i++)
        add_symbol(in, symbols[i]);
    end_sequence(in, first);
    return status;
}

static void add_values(char *line, input *in)
{
    for (int64_t i = 0; i < in->width; i++) {
        size_t count = (size_t)(in->steps * in->width + i + 1);
        in->values = (double *)more(in->values, count * sizeof *in->values);
        in->values[count - 1] = strtod(line, &line);
    }
    in->steps++;
}

static rondo_status read_input(const rondo_model *model, const char *form, input *in,
                               rondo_error *error)
{
    static char line[LINE];
    rondo_status status = RONDO_OK;
    int64_t first = 0;
    in->width = rondo_model_input_width(model);
    while (!status && fgets(line, LINE, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(form, "words") == 0) {
            add_words(model, line, in);
        } else if (strcmp(form, "text") == 0) {
            status = add_text(model, line, in, error);
        } else if (line[0] != '\0') {
            add_values(line, in);
        } else {
            end_sequence(in, first);
            first = in->steps;
        }
    }
    if (strcmp(form, "values") == 0) end_sequence(in, first);
    return status;
}

/* `steps` from one of the input's on; `features` is where its pointers are kept. */
static rondo_steps steps_from(const rondo_model *model, const input *in, int64_t first,
                              const int32_t *features[FEATURES])
{
    rondo_steps steps = {NULL, NULL, NULL};
    for (int64_t f = 0; f < rondo_model_feature_count(model); f++)
        features[f] = in->features[f] + first;
    if (in->symbols) steps.symbols = in->symbols + first;
    if (in->values) steps.values = in->values + first * in->width;
    if (rondo_model_feature_count(model) > 0) steps.features = features;
    return steps;
}

/* --- output: CSV --- */

static void print_head(const rondo_model *model, bool labels)
{
    if (labels) {
        printf("sequence,position,label\n");
        return;
    }
    printf("sequence%s%s", rondo_model_predicts_steps(model) ? ",step" : "",
           rondo_model_predicts_classes(model) ? ",class,probability" : "");
    int64_t first = rondo_model_predicts_classes(model) ? rondo_model_first_class(model) : 0;
    for (int64_t i = first; i < rondo_model_output_width(model); i++)
        printf(",%s", rondo_model_output_name(model, i));
    printf("\n");
}

/* step: from 1; 0 of a whole sequence. */
static void print_record(const rondo_model *model, int64_t sequence, int64_t step,
                         const double *outputs, const int32_t *best)
{
    printf("%lld", (long long)sequence + 1);
    if (step > 0) printf(",%lld", (long long)step);
    if (best) printf(",%s,%.9g", rondo_model_output_name(model, *best), outputs[*best]);
    for (int64_t i = best ? rondo_model_first_class(model) : 0; i < rondo_model_output_width(model);
         i++)
        printf(",%.9g", outputs[i]);
    printf("\n");
}

static void print_labels(const rondo_model *model, const rondo_runner *runner)
{
    const int32_t *labels;
    int64_t count;
    for (int64_t s = 0; (labels = rondo_runner_labels(runner, s, &count)) != NULL; s++)
        for (int64_t i = 0; i < count; i++)
            printf("%lld,%lld,%s\n", (long long)s + 1, (long long)i + 1,
                   rondo_model_output_name(model, labels[i]));
}

static void print_all(const rondo_model *model, const input *in, const double *outputs,
                      const int32_t *classes)
{
    int64_t width = rondo_model_output_width(model), n = 0;
    bool by_step = rondo_model_predicts_steps(model);
    for (int64_t s = 0; s < in->sequences; s++)
        for (int64_t t = 1; t <= (by_step ? in->lengths[s] : 1); t++, n++)
            print_record(model, s, by_step ? t : 0, outputs + n * width,
                         classes ? classes + n : NULL);
}

/* --- predictions --- */

/* All sequences side by side, each with a stop of its own half way: its state goes into another stream. */
static int predict_steps(const rondo_model *model, const input *in, rondo_error *error)
{
    const int32_t *features[FEATURES];
    rondo_stream *streams[2];
    if (rondo_stream_open(model, 1, &streams[0], error)) return fail(error);
    if (rondo_stream_open(model, 2, &streams[1], error)) return fail(error);
    float *state = (float *)more(NULL, (size_t)rondo_stream_state_size(streams[0]) * sizeof *state);
    int64_t first = 0;
    print_head(model, false);
    for (int64_t s = 0; s < in->sequences; first += in->lengths[s++]) {
        rondo_stream_reset(streams[0], 0);
        for (int64_t t = 0; t < in->lengths[s]; t++) {
            rondo_steps steps = steps_from(model, in, first + t, features);
            rondo_stream *stream = streams[0];
            if (rondo_stream_step(stream, &steps, error)) return fail(error);
            if (t == in->lengths[s] / 2) {
                rondo_stream_get_state(stream, 0, state);
                rondo_stream_set_state(streams[1], 1, state);
                rondo_stream_reset(stream, 0);
                rondo_stream_set_state(stream, 0, state);
            }
            bool is_last = t + 1 == in->lengths[s], by_step = rondo_model_predicts_steps(model);
            if (is_last || by_step)
                print_record(model, s, by_step ? t + 1 : 0, rondo_stream_outputs(stream),
                             rondo_stream_classes(stream));
        }
    }
    free(state);
    rondo_stream_close(streams[0]);
    rondo_stream_close(streams[1]);
    return 0;
}

/* --- by itself, or one of two threads --- */

typedef struct worker {
    const rondo_model *model;
    const input *in;
    int times;            /* that it predicts the same */
    rondo_runner *runner; /* with its predictions; or what a stream said, step after step */
    double *outputs;
    int32_t *classes;
    rondo_error error;
} worker;

static void *run(void *argument)
{
    worker *w = (worker *)argument;
    const int32_t *features[FEATURES];
    rondo_steps steps = steps_from(w->model, w->in, 0, features);
    rondo_status status = rondo_runner_open(w->model, &w->runner, &w->error);
    for (int i = 0; !status && i < w->times; i++)
        status =
            rondo_runner_predict(w->runner, &steps, w->in->lengths, w->in->sequences, &w->error);
    return NULL;
}

/* What the stream predicts for its last step, as prediction number n. */
static void keep(worker *w, const rondo_stream *stream, int64_t n)
{
    size_t width = (size_t)rondo_model_output_width(w->model), count = (size_t)n + 1;
    const int32_t *classes = rondo_stream_classes(stream);
    w->outputs = (double *)more(w->outputs, count * width * sizeof(double));
    memcpy(w->outputs + (size_t)n * width, rondo_stream_outputs(stream), width * sizeof(double));
    if (!classes) return;
    w->classes = (int32_t *)more(w->classes, count * sizeof(int32_t));
    w->classes[n] = *classes;
}

static void *walk(void *argument)
{
    worker *w = (worker *)argument;
    const int32_t *features[FEATURES];
    rondo_stream *stream;
    int64_t first = 0, kept = 0;
    rondo_status status = rondo_stream_open(w->model, 1, &stream, &w->error);
    for (int64_t s = 0; !status && s < w->in->sequences; first += w->in->lengths[s++]) {
        rondo_stream_reset(stream, 0);
        for (int64_t t = 1; !status && t <= w->in->lengths[s]; t++) {
            rondo_steps steps = steps_from(w->model, w->in, first + t - 1, features);
            status = rondo_stream_step(stream, &steps, &w->error);
            if (t == w->in->lengths[s] || rondo_model_predicts_steps(w->model))
                keep(w, stream, kept++);
        }
    }
    rondo_stream_close(stream);
    return NULL;
}

static void print_worker(const worker *w, bool labels)
{
    const rondo_runner *r = w->runner;
    if (labels)
        print_labels(w->model, r);
    else
        print_all(w->model, w->in, r ? rondo_runner_outputs(r) : w->outputs,
                  r ? rondo_runner_classes(r) : w->classes);
}

static int print_workers(worker *workers, int count, bool labels)
{
    int status = 0;
    for (int i = 0; i < count; i++) {
        worker *w = &workers[i];
        if (i == 0 && !w->error.status) print_head(w->model, labels);
        if (w->error.status)
            status = fail(&w->error);
        else
            print_worker(w, labels);
        rondo_runner_close(w->runner);
        free(w->outputs);
        free(w->classes);
    }
    return status;
}

static int predict_whole(const rondo_model *model, const input *in, bool labels)
{
    static worker w;
    w.model = model;
    w.in = in;
    w.times = 1;
    run(&w);
    return print_workers(&w, 1, labels);
}

static int predict_in_threads(const rondo_model *model, const input *in, bool labels,
                              void *(*work)(void *))
{
    static worker workers[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        workers[i].model = model;
        workers[i].in = in;
        workers[i].times = 20;
        if (pthread_create(&threads[i], NULL, work, &workers[i])) return 3;
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return print_workers(workers, 2, labels);
}

static int predict(const rondo_model *model, int argc, char **argv, rondo_error *error)
{
    const char *how = argc > 4 ? argv[4] : "";
    bool labels = rondo_model_predicts_labels(model) && strcmp(how, "steps") != 0;
    input in;
    memset(&in, 0, sizeof in);
    if (argc < 4) return 3;
    int status = (int)read_input(model, argv[3], &in, error);
    if (status)
        fail(error);
    else if (strcmp(how, "stream") == 0)
        status = predict_steps(model, &in, error);
    else if (strcmp(how, "threads") == 0)
        status = predict_in_threads(model, &in, labels, run);
    else if (strcmp(how, "streams") == 0)
        status = predict_in_threads(model, &in, labels, walk);
    else
        status = predict_whole(model, &in, labels);
    free(in.lengths);
    free(in.symbols);
    free(in.values);
    for (int f = 0; f < FEATURES; f++)
        free(in.features[f]);
    return status;
}

/* --- texts --- */

static int score(const rondo_model *model, int argc, char **argv, rondo_error *error)
{
    static double each[LINE];
    rondo_text_score total;
    if (argc < 4) return 3;
    if (rondo_model_score(model, argc > 4 ? argv[4] : NULL, argv[3], each, LINE, &total, error))
        return fail(error);
    printf("%lld %lld %.17g\n", (long long)total.symbols, (long long)total.unknown,
           total.log_probability);
    for (int64_t i = 0; i < total.symbols; i++)
        printf("%.17g\n", each[i]);
    return 0;
}

static void hear(void *context, int64_t sample, const char *text)
{
    char **texts = (char **)context;
    size_t before = texts[sample] ? strlen(texts[sample]) : 0;
    texts[sample] = (char *)more(texts[sample], before + strlen(text) + 1);
    strcpy(texts[sample] + before, text);
}

static int sample(const rondo_model *model, int argc, char **argv, rondo_error *error)
{
    char *texts[SAMPLES] = {NULL};
    rondo_sample_options options = RONDO_SAMPLE_OPTIONS;
    if (argc < 6) return 3;
    options.seed = strtoull(argv[3], NULL, 10);
    options.count = strtoll(argv[4], NULL, 10);
    options.length = strtoll(argv[5], NULL, 10);
    options.prime = argc > 6 ? argv[6] : NULL;
    options.class_name = argc > 7 ? argv[7] : NULL;
    if (rondo_model_sample(model, &options, hear, texts, error)) return fail(error);
    for (int64_t i = 0; i < options.count; i++) {
        printf("%s\n", texts[i]);
        free(texts[i]);
    }
    return 0;
}

static int translate(const rondo_model *model, rondo_error *error)
{
    static char line[LINE];
    while (fgets(line, LINE, stdin)) {
        char *target;
        line[strcspn(line, "\n")] = '\0';
        if (rondo_model_translate(model, line, 1, &target, error)) return fail(error);
        printf("%s\n", target);
        rondo_free(target);
    }
    return 0;
}

/* Of a model of symbols, without features. */
static int misuse(const rondo_model *model, rondo_error *error)
{
    int32_t symbols[2] = {0, (int32_t)rondo_model_input_width(model)};
    int64_t lengths[2] = {1, 0};
    double value = 0;
    char *target;
    rondo_steps steps = {NULL, NULL, NULL};
    rondo_sample_options options = RONDO_SAMPLE_OPTIONS;
    rondo_runner *runner;
    rondo_stream *stream;
    if (rondo_runner_open(model, &runner, error)) return fail(error);
    if (rondo_runner_predict(runner, &steps, lengths, 1, error)) fail(error);
    steps.symbols = symbols;
    if (rondo_runner_predict(runner, &steps, lengths, 2, error)) fail(error);
    if (rondo_runner_predict(runner, &steps, lengths, -1, error)) fail(error);
    lengths[0] = 2;
    if (rondo_runner_predict(runner, &steps, lengths, 1, error)) fail(error);
    if (rondo_runner_predict(runner, &steps, lengths, 1, NULL) != RONDO_USAGE) return 3;
    if (rondo_runner_count(runner) != 0) return 3;
    steps.values = &value;
    if (rondo_runner_predict(runner, &steps, lengths, 1, error)) fail(error);
    rondo_runner_close(runner);
    if (rondo_stream_open(model, 0, &stream, error)) fail(error);
    options.size = 0;
    if (rondo_model_sample(model, &options, NULL, NULL, error)) fail(error);
    options.size = sizeof options;
    options.temperature = -1;
    if (rondo_model_sample(model, &options, NULL, NULL, error)) fail(error);
    if (rondo_model_translate(model, "x", 0, &target, error)) fail(error);
    if (target || stream || rondo_model_input_name(model, symbols[1])) return 3;
    return rondo_model_find_output(model, "no such class") == -1 ? 0 : 3;
}

static int describe(const rondo_model *model)
{
    const char *first = rondo_model_input_name(model, 0);
    const char *last = rondo_model_output_name(model, rondo_model_output_width(model) - 1);
    const char *what = rondo_model_predicts_classes(model)  ? "classes"
                       : rondo_model_predicts_labels(model) ? "labels"
                                                            : "values";
    printf("task %s\n", rondo_model_task(model));
    printf("reads %s %lld %s\n", rondo_model_reads_symbols(model) ? "symbols" : "values",
           (long long)rondo_model_input_width(model), first ? first : "-");
    printf("predicts %s %lld %s\n", what, (long long)rondo_model_output_width(model), last);
    printf("for %s\n", rondo_model_predicts_steps(model) ? "steps" : "sequences");
    printf("features %lld\n", (long long)rondo_model_feature_count(model));
    printf("last is %ld\n", (long)rondo_model_find_output(model, last));
    return 0;
}

int main(int argc, char **argv)
{
    rondo_open_options options = RONDO_OPEN_OPTIONS;
    rondo_error error;
    rondo_model *model;
    int status = 3;
    if (argc < 3) return 3;
    options.warn = warn;
    options.context = stderr;
    if (rondo_model_open(argv[1], &options, &model, &error)) return fail(&error);
    if (strcmp(argv[2], "describe") == 0) status = describe(model);
    if (strcmp(argv[2], "predict") == 0) status = predict(model, argc, argv, &error);
    if (strcmp(argv[2], "score") == 0) status = score(model, argc, argv, &error);
    if (strcmp(argv[2], "sample") == 0) status = sample(model, argc, argv, &error);
    if (strcmp(argv[2], "misuse") == 0) status = misuse(model, &error);
    if (strcmp(argv[2], "translate") == 0) status = translate(model, &error);
    rondo_model_close(model);
    return status;
}
