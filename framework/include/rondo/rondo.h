/* librondo: models that rondo trained, in other programs.
 *
 * The program trains (rondo train); this library opens what it leaves, and predicts, sequence by sequence or step
 * by step, scores texts and writes them. It gives what `rondo predict`, `score`, `sample` and `translate` give, to
 * the bit.
 *
 *     rondo_error error;
 *     rondo_model *model;
 *     if (rondo_model_open("runs/names", NULL, &model, &error)) {
 *         fprintf(stderr, "%s\n", error.text);
 *         return 1;
 *     }
 *     ...
 *     rondo_model_close(model);
 *
 * Objects: a model is what was trained, with its dictionaries, and does not change once it is open. A runner
 * predicts whole sequences with a model; a stream goes through sequences step by step and keeps the state between
 * them. Close runners and streams before their model.
 *
 * Threads: functions marked [any] may be called by any thread at any time, for one model by several at once. Those
 * marked [one] are for one thread at a time for each runner or stream; several of these may share a model. Work is
 * done on the calling thread, unless rondo_open_options.threads says more.
 *
 * Errors: functions that can fail return RONDO_OK (0) or why not, and then put a message of one line into *error,
 * which need not be set before and may be NULL. After a failure out-parameters are NULL or 0, a runner has no
 * predictions, and a stream is where it was. Arguments that are pointers must not be NULL where the comment does
 * not say so.
 *
 * Memory: what the caller passes is only read, and not kept. Pointers that are returned belong to the object that
 * was asked; those to predictions are valid until the next prediction, all others until it is closed. What the
 * caller gets to keep is said to be freed with rondo_free.
 *
 * The process: the library writes to no standard stream, ends no process, and sets no signal handlers. The first
 * rondo_model_open, or rondo_start, chooses the kernels of matrix products: it tries them in a child process and
 * sets the environment variable BLIS_ARCH_TYPE meanwhile, so do that before other threads are started. Files are
 * read by the HDF5 library, which is used with the host's settings restored afterwards, and which most systems
 * build for one thread at a time: a program that uses HDF5 itself does not do so during rondo_model_open. A
 * checkpoint without a right checksum is read in a child process. Plugins are loaded from where the library lies
 * (rondo_open_options).
 */
#ifndef RONDO_RONDO_H
#define RONDO_RONDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rondo/error.h"

#define RONDO_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* "0.2.0": of the library that is linked. [any] */
RONDO_API const char *rondo_version(void);

/* What the first rondo_model_open does for the process (see above). Once is enough. [any] */
RONDO_API rondo_status rondo_start(rondo_error *error);

/* Frees what a function said to be freed so. NULL is fine. [any] */
RONDO_API void rondo_free(void *memory);

/* --- a model --- */

typedef struct rondo_model rondo_model;

/* Start with `rondo_open_options options = RONDO_OPEN_OPTIONS;`: later versions add fields at the end. */
typedef struct rondo_open_options {
    size_t size;     /* of this struct */
    bool latest;     /* of a run folder the latest checkpoint, not the best */
    int32_t threads; /* that one call may use at most; more than one never changes a result */
    int64_t plugin_folder_count;
    const char *const *
        plugin_folders; /* searched for plugins first; then those of the variable RONDO_PLUGINS, then
                                          plugins/ and rondo/plugins/ beside this library, then where it was
                                          installed */

    /* Hears what `rondo` would warn of, such as symbols that the dictionary does not have: one line without a
     * newline, valid during the call; on the thread whose call it is about. NULL: nobody does. */
    void (*warn)(void *context, const char *message);
    void *context;
} rondo_open_options;

#define RONDO_OPEN_OPTIONS                                                                         \
    {                                                                                              \
        sizeof(rondo_open_options), false, 1, 0, NULL, NULL, NULL                                  \
    }

/* `path`: a run folder, or a file of its checkpoints/. `options` may be NULL. Products are made in float32, also
 * of a model that was trained with train.precision bfloat16. [any] */
RONDO_API rondo_status rondo_model_open(const char *path, const rondo_open_options *options,
                                        rondo_model **model, rondo_error *error);
RONDO_API void rondo_model_close(rondo_model *model); /* NULL is fine */

/* --- what it reads and writes. All [any] --- */

/* "language_model", "tagging", "classification", "regression", "forecasting", "translation", .. */
RONDO_API const char *rondo_model_task(const rondo_model *model);

/* A step is a symbol of a dictionary; otherwise values. */
RONDO_API bool rondo_model_reads_symbols(const rondo_model *model);

/* Symbols of the dictionary, or values of a step. A language model that was trained with classes reads these, too:
 * their numbers follow those of the symbols. */
RONDO_API int64_t rondo_model_input_width(const rondo_model *model);

/* A prediction is a class, with the probabilities of all classes; otherwise, but for label sequences, values. What
 * a language model predicts is the symbol of the next step. */
RONDO_API bool rondo_model_predicts_classes(const rondo_model *model);

/* Each sequence is answered by labels, which may be fewer than its steps (task transcription): rondo_runner_labels.
 * Predictions for its steps are then the probabilities of all classes, the blank among them, without an answer. */
RONDO_API bool rondo_model_predicts_labels(const rondo_model *model);

/* Classes, or values of a prediction. */
RONDO_API int64_t rondo_model_output_width(const rondo_model *model);

/* Classes below this number are never answered: the unknown and the end symbol of a dictionary of classes. */
RONDO_API int32_t rondo_model_first_class(const rondo_model *model);

/* There is a prediction for each step; otherwise one for each sequence. */
RONDO_API bool rondo_model_predicts_steps(const rondo_model *model);

/* The symbol, or the column, of that number. NULL: it has no name, or there is no such number. */
RONDO_API const char *rondo_model_input_name(const rondo_model *model, int64_t number);

/* The class, or the value: a class's name, "load+3" for a forecast three steps ahead, "value_1". NULL: there is no
 * such number. */
RONDO_API const char *rondo_model_output_name(const rondo_model *model, int64_t number);

/* The number of a symbol, spelled as the data spell it (lower case is made where the data's was), or of a class.
 * -1: there is none; what a model of a text reads then is symbol 0, the unknown one. */
RONDO_API int32_t rondo_model_find_input(const rondo_model *model, const char *symbol);
RONDO_API int32_t rondo_model_find_output(const rondo_model *model, const char *name);

/* Features (data.features): further symbols of each step. How many there are; symbols of one; and the symbol that
 * feature f has at a word, 0 where training did not have it: from the word itself, or, of a feature that is a
 * column of the data, of the text in that column. -1: there is no such feature, or no memory. */
RONDO_API int64_t rondo_model_feature_count(const rondo_model *model);
RONDO_API int64_t rondo_model_feature_width(const rondo_model *model, int64_t f);
RONDO_API int32_t rondo_model_find_feature(const rondo_model *model, int64_t f, const char *word);

/* A text as symbols, characters or words by the model's data; a line end is the end symbol, unknown ones are 0.
 * Writes at most `room` of them, and says in *count how many there are, at most one for each byte. `symbols` may
 * be NULL where room is 0. RONDO_USAGE: the model's data are no texts; a text that is not UTF-8. */
RONDO_API rondo_status rondo_model_encode(const rondo_model *model, const char *text,
                                          int32_t *symbols, int64_t room, int64_t *count,
                                          rondo_error *error);

/* What a language model reads before the first symbol of a text: the end symbol, or the class of that name, of a
 * model that was trained with classes; NULL for one that was not. */
RONDO_API rondo_status rondo_model_start_symbol(const rondo_model *model, const char *class_name,
                                                int32_t *symbol, rondo_error *error);

/* --- steps --- */

/* Steps one after another, as arrays. Values are in the units of the data: standardisation that the data had
 * (data.standardize, series) is made here, and undone in predictions. */
typedef struct rondo_steps {
    const int32_t *symbols;         /* [steps]; NULL for a model of values */
    const double *values;           /* [steps, input width]; NULL for a model of symbols */
    const int32_t *const *features; /* [features], each [steps]; NULL where there are none */
} rondo_steps;

/* --- whole sequences --- */

typedef struct rondo_runner rondo_runner;

/* RONDO_USAGE: an encoder-decoder, see rondo_model_translate; a model that reads more than its steps: differences
 * of a time series (data.options.difference). [any] */
RONDO_API rondo_status rondo_runner_open(const rondo_model *model, rondo_runner **runner,
                                         rondo_error *error);
RONDO_API void rondo_runner_close(rondo_runner *runner); /* NULL is fine. [one] */

/* Predicts `sequences` sequences: the first is steps 0 .. lengths[0] - 1, the others follow. A prediction does not
 * depend on the sequences beside it. RONDO_USAGE: a length below 1, a symbol that is none, a value that is not
 * finite, arrays that the model does not read. [one] */
RONDO_API rondo_status rondo_runner_predict(rondo_runner *runner, const rondo_steps *steps,
                                            const int64_t *lengths, int64_t sequences,
                                            rondo_error *error);

/* What was predicted last: how many predictions there are, one for each step of all sequences in their order, or
 * one for each sequence; [count, output width] probabilities of classes, or values; [count] the most probable
 * classes, NULL for a model of values or label sequences. [one] */
RONDO_API int64_t rondo_runner_count(const rondo_runner *runner);
RONDO_API const double *rondo_runner_outputs(const rondo_runner *runner);
RONDO_API const int32_t *rondo_runner_classes(const rondo_runner *runner);

/* The labels that were answered to a sequence of the last prediction, from 0 on: [*count] classes, which may be none.
 * They are those of the most probable path, or of a search where the model was trained with loss.options.beam.
 * NULL: the model answers no labels, or there is no such sequence. [one] */
RONDO_API const int32_t *rondo_runner_labels(const rondo_runner *runner, int64_t sequence,
                                             int64_t *count);

/* --- step by step --- */

typedef struct rondo_stream rondo_stream;

/* `rows` sequences side by side, each at its start. RONDO_USAGE: what rondo_runner_open refuses; a layer that reads
 * sequences from their end; pooling over steps other than `last`; a loss that answers whole sequences. [any] */
RONDO_API rondo_status rondo_stream_open(const rondo_model *model, int64_t rows,
                                         rondo_stream **stream, rondo_error *error);
RONDO_API void rondo_stream_close(rondo_stream *stream); /* NULL is fine. [one] */

/* One step of each row: its arrays have `rows` steps. Predictions are those of rondo_runner_predict for the sequence
 * up to here, to the bit. [one] */
RONDO_API rondo_status rondo_stream_step(rondo_stream *stream, const rondo_steps *steps,
                                         rondo_error *error);

/* Of the last step: [rows, output width], and [rows] or NULL, as of a runner. [one] */
RONDO_API const double *rondo_stream_outputs(const rondo_stream *stream);
RONDO_API const int32_t *rondo_stream_classes(const rondo_stream *stream);

/* The row is at the start of a sequence again. [one] */
RONDO_API void rondo_stream_reset(rondo_stream *stream, int64_t row);

/* A row's state: so many numbers, the same for all streams of a model; a copy of them; and back again, which makes
 * the row, of this stream or another, go on from there. A state may be kept in a file, for this model. [one] */
RONDO_API int64_t rondo_stream_state_size(const rondo_stream *stream);
RONDO_API void rondo_stream_get_state(const rondo_stream *stream, int64_t row, float *state);
RONDO_API void rondo_stream_set_state(rondo_stream *stream, int64_t row, const float *state);

/* --- texts: language models --- */

typedef struct rondo_text_score {
    int64_t symbols, unknown; /* line ends counted */
    double log_probability;   /* natural logarithm, of the whole text */
} rondo_text_score;

/* The probability of a text, as `rondo score` has it: line by line, or as a stream, as the model was trained; end
 * symbols count. each: room for the log-probabilities of the first `room` symbols; NULL where room is 0. class_name:
 * as rondo_model_start_symbol. [any] */
RONDO_API rondo_status rondo_model_score(const rondo_model *model, const char *class_name,
                                         const char *text, double *each, int64_t room,
                                         rondo_text_score *score, rondo_error *error);

/* Start with `rondo_sample_options options = RONDO_SAMPLE_OPTIONS;`: later versions add fields at the end. */
typedef struct rondo_sample_options {
    size_t size;            /* of this struct */
    const char *class_name; /* as rondo_model_start_symbol */
    const char *prime;      /* what the model reads first; NULL or "": nothing */
    double temperature;     /* 0 .. 100; 0: always the most probable symbol */
    int64_t top_k;          /* only the k most probable symbols; 0: all */
    double top_p;           /* only the fewest with this probability together; 1: all */
    bool allow_unknown;     /* the unknown symbol may come */
    bool until_end;         /* stop at the end symbol, which models of lines always do */
    int64_t length;         /* symbols at most; 0: 500, or 1000 of a line */
    int64_t count;          /* samples, drawn side by side */
    uint64_t seed;          /* the same one gives the same samples */
} rondo_sample_options;

#define RONDO_SAMPLE_OPTIONS                                                                       \
    {                                                                                              \
        sizeof(rondo_sample_options), NULL, NULL, 1, 0, 1, false, false, 0, 1, 1                   \
    }

/* Writes texts, or continues options->prime, as `rondo sample` does. `hear` gets the pieces of each sample as they
 * come, the prime first, then a piece for each symbol; `text` is valid during the call. `options` may be NULL. [any] */
RONDO_API rondo_status rondo_model_sample(const rondo_model *model,
                                          const rondo_sample_options *options,
                                          void (*hear)(void *context, int64_t sample,
                                                       const char *text),
                                          void *context, rondo_error *error);

/* The target of a source, a line without its end, by beam search with so many hypotheses (1: greedy, as `rondo
 * predict` does). *target is freed with rondo_free. RONDO_USAGE: no model of task translation. [any] */
RONDO_API rondo_status rondo_model_translate(const rondo_model *model, const char *source,
                                             int64_t beam, char **target, rondo_error *error);

#ifdef __cplusplus
}
#endif
#endif
