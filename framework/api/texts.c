#include <stdlib.h>
#include <string.h>

#include "api/private.h"
#include "base/text.h"
#include "infer/sampler.h"
#include "infer/scorer.h"
#include "infer/translate.h"

/* --- texts as symbols --- */

static rondo_status encode(const rondo_model *model, const char *text, int32_t **ids,
                           int64_t *count, rondo_error *error)
{
    const rondo_data_config *data = &model->session.experiment->data;
    const rondo_vocabulary *inputs = model->session.schema->inputs;
    rondo_unknowns unknowns = {0};
    if (!inputs || !rondo_format_has(data, RONDO_PROVIDES_UNIT))
        return rondo_error_set(
            error, RONDO_USAGE, "the data of this model (data.format %s) are no texts%s",
            data->format->head.name, inputs ? ": rondo_model_find_input finds symbols" : "");
    rondo_status status = rondo_dataset_encode(data, inputs, text, &unknowns, ids, count, error);
    if (!status) rondo_unknowns_warn(&unknowns, inputs);
    return status;
}

rondo_status rondo_model_encode(const rondo_model *model, const char *text, int32_t *symbols,
                                int64_t room, int64_t *count, rondo_error *error)
{
    int32_t *ids = NULL;
    rondo_error own;
    *count = 0;
    error = rondo_api_error(error, &own);
    const rondo_log_listener *before = rondo_log_listen(&model->listener);
    rondo_status status = encode(model, text, &ids, count, error);
    rondo_log_listen(before);
    for (int64_t i = 0; !status && i < *count && i < room; i++)
        symbols[i] = ids[i];
    free(ids);
    return status;
}

rondo_status rondo_model_start_symbol(const rondo_model *model, const char *class_name,
                                      int32_t *symbol, rondo_error *error)
{
    rondo_error own;
    *symbol = 0;
    error = rondo_api_error(error, &own);
    if (model->session.experiment->task->needs != RONDO_PROVIDES_NEXT_SYMBOLS)
        return rondo_error_set(error, RONDO_USAGE, "only language models have a start symbol");
    rondo_status status = rondo_session_start_symbol(&model->session, class_name, symbol, error);
    if (status) *symbol = 0;
    return status;
}

/* --- scores --- */

static rondo_status score_text(const rondo_model *model, const char *class_name, const char *text,
                               rondo_scored_text *scored, rondo_error *error)
{
    rondo_source source = {0};
    rondo_status status = rondo_source_copy("text", text, &source, error);
    if (!status) status = rondo_scorer_run(&model->session, class_name, &source, scored, error);
    rondo_source_finish(&source);
    return status;
}

rondo_status rondo_model_score(const rondo_model *model, const char *class_name, const char *text,
                               double *each, int64_t room, rondo_text_score *score,
                               rondo_error *error)
{
    rondo_scored_text scored = {0};
    rondo_error own;
    *score = (rondo_text_score){0};
    error = rondo_api_error(error, &own);
    const rondo_log_listener *before = rondo_log_listen(&model->listener);
    rondo_status status = score_text(model, class_name, text, &scored, error);
    rondo_log_listen(before);
    if (status) return status;
    for (int64_t i = 0; i < scored.symbols && i < room; i++)
        each[i] = scored.log_probabilities[i];
    *score = (rondo_text_score){scored.symbols, scored.unknown, scored.log_probability};
    rondo_scored_text_finish(&scored);
    return RONDO_OK;
}

/* --- samples --- */

static rondo_status check_options(const rondo_sample_options *options, rondo_error *error)
{
    enum { MOST_LENGTH = 10000000, MOST_COUNT = 100000 };
    if (options->size != sizeof *options)
        return rondo_error_set(error, RONDO_USAGE,
                               "options.size: %zu, not %zu: start with RONDO_SAMPLE_OPTIONS",
                               options->size, sizeof *options);
    if (!(options->temperature >= 0 && options->temperature <= 100))
        return rondo_error_set(error, RONDO_USAGE,
                               "options.temperature: must be in 0 .. 100, is %g",
                               options->temperature);
    if (options->top_k < 0)
        return rondo_error_set(error, RONDO_USAGE, "options.top_k: must not be below 0, is %lld",
                               (long long)options->top_k);
    if (!(options->top_p >= 0 && options->top_p <= 1))
        return rondo_error_set(error, RONDO_USAGE, "options.top_p: must be in 0 .. 1, is %g",
                               options->top_p);
    if (options->length < 0 || options->length > MOST_LENGTH)
        return rondo_error_set(error, RONDO_USAGE, "options.length: must be in 0 .. %d, is %lld",
                               MOST_LENGTH, (long long)options->length);
    if (options->count < 1 || options->count > MOST_COUNT)
        return rondo_error_set(error, RONDO_USAGE, "options.count: must be in 1 .. %d, is %lld",
                               MOST_COUNT, (long long)options->count);
    return RONDO_OK;
}

rondo_status rondo_model_sample(const rondo_model *model, const rondo_sample_options *options,
                                void (*hear)(void *context, int64_t sample, const char *text),
                                void *context, rondo_error *error)
{
    static const rondo_sample_options usual = RONDO_SAMPLE_OPTIONS;
    rondo_error own;
    error = rondo_api_error(error, &own);
    if (!options) options = &usual;
    rondo_status status = check_options(options, error);
    if (status) return status;
    const rondo_sampler_config config = {.class_name = options->class_name,
                                         .prime = options->prime ? options->prime : "",
                                         .draw = {.temperature = options->temperature,
                                                  .top_k = options->top_k,
                                                  .top_p = options->top_p,
                                                  .allow_unknown = options->allow_unknown},
                                         .length = options->length,
                                         .count = options->count,
                                         .until_end = options->until_end,
                                         .seed = options->seed,
                                         .hear = hear,
                                         .context = context};
    const rondo_log_listener *before = rondo_log_listen(&model->listener);
    status = rondo_sampler_run(&model->session, &config, error);
    rondo_log_listen(before);
    return status;
}

/* --- translations --- */

rondo_status rondo_model_translate(const rondo_model *model, const char *source, int64_t beam,
                                   char **target, rondo_error *error)
{
    enum { LONGEST = 200, MOST_BEAM = 1000 };
    rondo_error own;
    rondo_text text = {0};
    const rondo_translate_config config = {
        .beam = beam, .alpha = 0.6, .longest = LONGEST, .batch_size = 1};
    *target = NULL;
    error = rondo_api_error(error, &own);
    if (beam < 1 || beam > MOST_BEAM)
        return rondo_error_set(error, RONDO_USAGE, "beam: must be in 1 .. %d, is %lld", MOST_BEAM,
                               (long long)beam);
    const rondo_log_listener *before = rondo_log_listen(&model->listener);
    rondo_status status = rondo_translate_run(&model->session, &config, &source, 1, &text, error);
    rondo_log_listen(before);
    if (!status) *target = rondo_text_copy(rondo_text_get(&text));
    if (!status && (text.failed || !*target)) {
        rondo_free(*target);
        *target = NULL;
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: a target");
    }
    rondo_text_finish(&text);
    return status;
}
