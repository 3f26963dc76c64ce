#include <stdlib.h>
#include <string.h>

#include "api/private.h"
#include "base/background_lock.h"
#include "base/hdf5.h"
#include "base/memory.h"
#include "base/product.h"
#include "base/stack.h"
#include "base/text.h"
#include "base/version.h"
#include "data/features.h"
#include "data/text/text_source.h"
#include "evaluate/names.h"

const char *rondo_version(void)
{
    return RONDO_VERSION;
}

void rondo_free(void *memory)
{
    free(memory);
}

rondo_error *rondo_api_error(rondo_error *error, rondo_error *own)
{
    rondo_error *used = error ? error : own;
    used->status = RONDO_OK;
    used->text[0] = '\0';
    return used;
}

/* --- opening. Under the lock of the process, because files, plugins and the choice of kernels are [main] --- */

static rondo_status start(rondo_error *error)
{
    static bool is_started;
    if (is_started) return RONDO_OK;
    rondo_status status = rondo_stack_check(error);
    if (!status) status = rondo_product_start(error);
    if (status) return status;
    rondo_product_kernel(); /* found now, before several threads ask */
    rondo_product_block_sizes();
    is_started = true;
    return RONDO_OK;
}

rondo_status rondo_start(rondo_error *error)
{
    rondo_error own;
    error = rondo_api_error(error, &own);
    rondo_process_lock();
    rondo_status status = start(error);
    rondo_process_unlock();
    return status;
}

static void destroy(rondo_model *model)
{
    rondo_value_names_finish(&model->names);
    rondo_session_finish(&model->session);
    rondo_registry_destroy(model->registry);
    rondo_memory_destroy(model);
}

static rondo_status restore(const char *path, const rondo_open_options *options, rondo_model *model,
                            rondo_error *error)
{
    rondo_status status = start(error);
    if (!status)
        status = rondo_names_create(options->plugin_folders, options->plugin_folder_count,
                                    &model->registry, error);
    if (status) return status;
    rondo_hdf5_enter_as_guest();
    status = rondo_session_restore_model(path, options->latest, options->threads, model->registry,
                                         &model->session, error);
    rondo_hdf5_leave_as_guest();
    if (status || rondo_api_outputs_are_classes(model)) return status;
    return rondo_value_names_make(&model->session, &model->names, error);
}

static rondo_status check_options(const char *path, const rondo_open_options *options,
                                  rondo_error *error)
{
    if (!path) return rondo_error_set(error, RONDO_USAGE, "path: missing");
    if (options->size != sizeof *options)
        return rondo_error_set(error, RONDO_USAGE,
                               "options.size: %zu, not %zu: start with RONDO_OPEN_OPTIONS",
                               options->size, sizeof *options);
    if (options->threads < 1 || options->threads > 1024)
        return rondo_error_set(error, RONDO_USAGE, "options.threads: must be in 1 .. 1024, is %ld",
                               (long)options->threads);
    return RONDO_OK;
}

rondo_status rondo_model_open(const char *path, const rondo_open_options *options,
                              rondo_model **model, rondo_error *error)
{
    static const rondo_open_options usual = RONDO_OPEN_OPTIONS;
    rondo_error own;
    *model = NULL;
    error = rondo_api_error(error, &own);
    if (!options) options = &usual;
    rondo_status status = check_options(path, options, error);
    if (status) return status;
    rondo_model *made = rondo_memory_create(sizeof *made, "a model", error);
    if (!made) return rondo_error_status(error);
    made->listener = (rondo_log_listener){options->warn, options->context};
    rondo_process_lock();
    const rondo_log_listener *before = rondo_log_listen(&made->listener);
    status = restore(path, options, made, error);
    rondo_log_listen(before);
    rondo_process_unlock();
    if (status)
        destroy(made);
    else
        *model = made;
    return status;
}

void rondo_model_close(rondo_model *model)
{
    if (model) destroy(model);
}

/* --- what it reads and writes --- */

const char *rondo_model_task(const rondo_model *model)
{
    return model->session.experiment->task->head.name;
}

/* An encoder-decoder reads with its encoder. */
static const rondo_network *reader_of(const rondo_model *model)
{
    const rondo_network *network = model->session.network;
    return network->encoder ? network->encoder : network;
}

bool rondo_model_reads_symbols(const rondo_model *model)
{
    return model->session.schema->inputs != NULL;
}

int64_t rondo_model_input_width(const rondo_model *model)
{
    return reader_of(model)->input_width;
}

bool rondo_model_predicts_classes(const rondo_model *model)
{
    return model->session.schema->target == RONDO_TARGET_CLASS;
}

bool rondo_model_predicts_labels(const rondo_model *model)
{
    return model->session.schema->target == RONDO_TARGET_LABELS;
}

bool rondo_api_outputs_are_classes(const rondo_model *model)
{
    return rondo_model_predicts_classes(model) || rondo_model_predicts_labels(model);
}

int64_t rondo_model_output_width(const rondo_model *model)
{
    return model->session.network->output_width;
}

int32_t rondo_model_first_class(const rondo_model *model)
{
    return model->session.network->first_class;
}

bool rondo_model_predicts_steps(const rondo_model *model)
{
    return model->session.network->pooling == RONDO_POOLING_NONE;
}

const char *rondo_model_input_name(const rondo_model *model, int64_t number)
{
    const rondo_schema *schema = model->session.schema;
    int64_t symbols = schema->inputs ? rondo_vocabulary_size(schema->inputs) : 0;
    if (number < 0 || number >= rondo_model_input_width(model)) return NULL;
    if (number < symbols) return rondo_vocabulary_name(schema->inputs, (int32_t)number);
    if (schema->classes) return rondo_vocabulary_name(schema->classes, (int32_t)(number - symbols));
    return schema->scales && number < schema->scales->input_count ? schema->scales->names[number]
                                                                  : NULL;
}

const char *rondo_model_output_name(const rondo_model *model, int64_t number)
{
    const rondo_vocabulary *targets = model->session.schema->targets;
    if (number < 0 || number >= rondo_model_output_width(model)) return NULL;
    if (rondo_api_outputs_are_classes(model))
        return targets ? rondo_vocabulary_name(targets, (int32_t)number) : NULL;
    return model->names.names[number];
}

int32_t rondo_model_find_input(const rondo_model *model, const char *symbol)
{
    const rondo_schema *schema = model->session.schema;
    char room[RONDO_LETTERS_ROOM];
    int64_t length = (int64_t)strlen(symbol);
    char *copy = schema->inputs ? rondo_text_copy(symbol) : NULL; /* lower case is made in it */
    if (!copy) return -1;
    const char *lowered =
        rondo_source_lowercase(&model->session.experiment->data.vocabulary, copy, &length, room);
    int32_t found = rondo_vocabulary_search(schema->inputs, lowered, length);
    free(copy);
    return found;
}

int32_t rondo_model_find_output(const rondo_model *model, const char *name)
{
    const rondo_vocabulary *targets = model->session.schema->targets;
    if (targets) return rondo_vocabulary_search(targets, name, (int64_t)strlen(name));
    for (int64_t i = 0; model->names.names && i < rondo_model_output_width(model); i++)
        if (strcmp(model->names.names[i], name) == 0) return (int32_t)i;
    return -1;
}

int64_t rondo_model_feature_count(const rondo_model *model)
{
    return model->session.schema->feature_count;
}

static bool has_feature(const rondo_model *model, int64_t f)
{
    return f >= 0 && f < model->session.schema->feature_count;
}

int64_t rondo_model_feature_width(const rondo_model *model, int64_t f)
{
    return has_feature(model, f) ? rondo_vocabulary_size(model->session.schema->features[f]) : 0;
}

int32_t rondo_model_find_feature(const rondo_model *model, int64_t f, const char *word)
{
    const rondo_data_config *data = &model->session.experiment->data;
    const rondo_token token = {.word = word, .length = (int64_t)strlen(word)};
    const char *symbol = word;
    int64_t length = token.length;
    rondo_text text = {0};
    rondo_error error = {0};
    int32_t found = -1;
    if (!has_feature(model, f)) return -1;
    bool is_column = data->features[f].kind == RONDO_FEATURE_COLUMN;
    if (is_column || !rondo_feature_get(&data->features[f], data->vocabulary.lowercase_rule, &token,
                                        &text, &symbol, &length, &error))
        found = rondo_vocabulary_find(model->session.schema->features[f], symbol, length);
    rondo_text_finish(&text);
    return found;
}
