#include "session/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "config/metric_rows.h"
#include "data/classes.h"
#include "data/scales.h"
#include "session/class_weights.h"
#include "session/session_private.h"

void rondo_arrays_destroy(rondo_array *arrays, int64_t count)
{
    for (int64_t i = 0; arrays && i < count; i++)
        free((char *)arrays[i].name);
    free(arrays);
}

static char *prefixed(const char *prefix, const char *name)
{
    size_t size = (size_t)snprintf(NULL, 0, "%s%s", prefix, name) + 1;
    char *text = malloc(size);
    if (text) snprintf(text, size, "%s%s", prefix, name);
    return text;
}

rondo_status rondo_arrays_create(const rondo_layout *layout, int64_t count, const char *prefix,
                                 rondo_real *data, rondo_array **out, rondo_error *error)
{
    rondo_array *arrays = calloc((size_t)count, sizeof *arrays);
    *out = NULL;
    for (int64_t i = 0; arrays && i < count; i++) {
        const rondo_parameter *p = &layout->parameters[i];
        bool vector = p->rows == 1;
        arrays[i] = (rondo_array){.name = prefixed(prefix, p->name),
                                  .rank = vector ? 1 : 2,
                                  .extent = {vector ? p->columns : p->rows, p->columns},
                                  .data = data ? data + p->offset : NULL};
        if (!arrays[i].name) {
            rondo_arrays_destroy(arrays, i);
            arrays = NULL;
        }
    }
    if (!arrays) return rondo_error_set(error, RONDO_FAILED, "not enough memory: parameter table");
    *out = arrays;
    return RONDO_OK;
}

rondo_status rondo_session_check_loss(const rondo_loss *loss, const rondo_dataset *dataset,
                                      rondo_error *error)
{
    static const char *const words[] = {"", "classes", "values", "values in [0, 1]",
                                        "label sequences"};
    bool fits =
        loss->target == (int32_t)dataset->schema->target ||
        (loss->target == RONDO_TARGET_VALUES && dataset->schema->target == RONDO_TARGET_BINARY);
    if (fits) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "loss.name: %s predicts %s, but the data's targets are %s",
                           loss->head.name, words[loss->target], words[dataset->schema->target]);
}

/* Symbols that are made unknown become id 0, which a ragged file may have given to another. */
static rondo_status check_unknown_rate(const rondo_experiment *experiment,
                                       const rondo_dataset *dataset, rondo_error *error)
{
    bool has_names = rondo_format_has(&experiment->data, RONDO_PROVIDES_NAMES);
    if (!has_names || experiment->model.input.unknown_rate <= 0) return RONDO_OK;
    const char *first = rondo_vocabulary_name(dataset->schema->inputs, RONDO_UNKNOWN_ID);
    if (rondo_name_is_unknown(&experiment->data.vocabulary, first)) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "model.input.unknown_rate: makes symbols id 0, the unknown symbol, but "
                           "/vocabulary/inputs of %s calls that \"%s\", not \"<UNK>\"",
                           experiment->data.path, first);
}

/* A file of ragged arrays says itself whether it holds symbols or values. */
rondo_status rondo_session_check_input(const rondo_experiment *experiment,
                                       const rondo_dataset *dataset, rondo_error *error)
{
    bool takes_values = experiment->model.input.kind == RONDO_INPUT_VALUES;
    if (takes_values == !dataset->schema->inputs)
        return check_unknown_rate(experiment, dataset, error);
    return rondo_error_set(error, RONDO_USAGE, "model.input: the data's inputs are %s, not %s",
                           takes_values ? "symbols" : "values",
                           takes_values ? "values" : "symbols; write `input: values`");
}

/* Runs of old did so; they go on as they began. */
static void warn_of_pieces(const rondo_data_config *data)
{
    bool is_cut = data->sequences != RONDO_STREAM && data->truncated_bptt > 0;
    if (is_cut && !data->carry_state)
        rondo_log_warning("data.carry_state: false: training starts every piece of a sequence from "
                          "zero; evaluation and prediction read sequences whole");
}

rondo_status rondo_session_make_network(rondo_session *session, rondo_error *error)
{
    const rondo_schema *schema = session->schema;
    int64_t sizes[RONDO_MAX_FEATURES];
    for (int64_t f = 0; f < schema->feature_count; f++)
        sizes[f] = rondo_vocabulary_size(schema->features[f]);
    rondo_status status =
        rondo_network_create(session->experiment, schema->input_width, schema->target_width,
                             schema->feature_count > 0 ? sizes : NULL, &session->network, error);
    if (status) return status;
    session->network->first_class = schema->first_class;
    return RONDO_OK;
}

rondo_status rondo_session_make_parameters(rondo_session *session, rondo_error *error)
{
    size_t bytes = (size_t)session->network->layout.size * sizeof(rondo_real);
    session->parameters = rondo_memory_create(bytes, "parameters", error);
    if (!session->parameters) return error->status;
    const rondo_layout *layout = &session->network->layout;
    return rondo_arrays_create(layout, layout->count, "", session->parameters,
                               &session->parameter_arrays, error);
}

void rondo_session_count_threads(rondo_session *session, int threads)
{
    if (threads <= 0) threads = (int)session->experiment->train.threads;
    session->threads_open = threads <= 0;
    session->threads = threads > 0 ? threads : rondo_parallel_processors();
}

rondo_status rondo_session_plan_on(rondo_experiment *experiment, rondo_dataset *dataset,
                                   int threads, rondo_session *session, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    *session = (rondo_session){
        .experiment = experiment, .dataset = dataset, .dataset_is_shared = dataset != NULL};
    rondo_session_count_threads(session, threads);
    if (!dataset) status = rondo_dataset_load(experiment, NULL, &session->dataset, error);
    if (status) goto cleanup;
    session->schema = session->dataset->schema;
    warn_of_pieces(&experiment->data);
    status = rondo_network_check_precision(experiment, error);
    if (!status) status = rondo_session_check_loss(experiment->loss.loss, session->dataset, error);
    if (!status) status = rondo_session_check_input(experiment, session->dataset, error);
    if (status) goto cleanup;
    status = rondo_class_weights_make(experiment, session->dataset, &session->class_weights, error);
    if (status) goto cleanup;
    status = rondo_session_make_network(session, error);
cleanup:
    if (status) rondo_session_finish(session);
    return status;
}

rondo_status rondo_session_plan(rondo_experiment *experiment, int threads, rondo_session *session,
                                rondo_error *error)
{
    return rondo_session_plan_on(experiment, NULL, threads, session, error);
}

rondo_status rondo_session_start_on(rondo_experiment *experiment, rondo_dataset *dataset,
                                    int threads, rondo_session *session, rondo_error *error)
{
    rondo_status status = rondo_session_plan_on(experiment, dataset, threads, session, error);
    if (status) return status;
    status = rondo_session_make_parameters(session, error);
    if (!status)
        status = rondo_network_initialize(session->network, &experiment->model.initialization,
                                          session->threads, session->parameters, error);
    if (status) rondo_session_finish(session);
    return status;
}

rondo_status rondo_session_start(rondo_experiment *experiment, int threads, rondo_session *session,
                                 rondo_error *error)
{
    return rondo_session_start_on(experiment, NULL, threads, session, error);
}

rondo_status rondo_session_read_pretrained(rondo_session *session, rondo_error *error)
{
    const rondo_input_config *input = &session->experiment->model.input;
    const rondo_network *network = session->network;
    if (!input->pretrained) return RONDO_OK;
    rondo_real *rows = session->parameters;
    if (rows) rows += network->layout.parameters[network->embedding].offset;
    return rondo_word_vectors_read(input->pretrained, session->schema->inputs, input->embedding,
                                   rows, &session->coverage, error);
}

void rondo_session_drop_data(rondo_session *session)
{
    if (!session->dataset) rondo_schema_destroy(session->schema);
    if (!session->dataset_is_shared) rondo_dataset_destroy(session->dataset);
    session->dataset_is_shared = false;
    session->schema = NULL;
    session->dataset = NULL;
}

void rondo_session_finish(rondo_session *session)
{
    if (session->network)
        rondo_arrays_destroy(session->parameter_arrays, session->network->layout.count);
    rondo_memory_destroy(session->parameters);
    rondo_memory_destroy(session->class_weights);
    rondo_network_destroy(session->network);
    rondo_session_drop_data(session);
    rondo_experiment_destroy(session->experiment);
    *session = (rondo_session){0};
}

/* --- the class that a generation is conditioned on --- */

static rondo_status unknown_class(const rondo_vocabulary *classes, const char *wrong,
                                  rondo_error *error)
{
    enum { SHOWN = 20 };
    int64_t count = rondo_vocabulary_size(classes), first = RONDO_END_ID + 1;
    const char *const *names = rondo_vocabulary_names(classes);
    const char *nearest = wrong ? rondo_text_nearest(wrong, names + first, count - first) : NULL;
    rondo_text text = {0};
    for (int64_t i = first; i < count && i < first + SHOWN; i++)
        rondo_text_add(&text, "%s%s", i > first ? ", " : "", names[i]);
    rondo_status status = rondo_error_set(
        error, RONDO_USAGE, "class: %s%s%s one of %s%s%s%s%s", wrong ? "\"" : "missing;",
        wrong ? wrong : "", wrong ? "\" is not" : "", rondo_text_get(&text),
        count - first > SHOWN ? ", ..." : "", nearest ? "; did you mean " : "",
        nearest ? nearest : "", nearest ? "?" : "");
    rondo_text_finish(&text);
    return status;
}

rondo_status rondo_session_start_symbol(const rondo_session *session, const char *class_name,
                                        int32_t *symbol, rondo_error *error)
{
    const rondo_vocabulary *classes = session->schema->classes;
    *symbol = RONDO_END_ID;
    if (!classes && !class_name) return RONDO_OK;
    if (!classes)
        return rondo_error_set(error, RONDO_USAGE,
                               "class: this model was trained without classes (data.format table)");
    if (!class_name) return unknown_class(classes, NULL, error);
    int32_t id = rondo_vocabulary_find(classes, class_name, (int64_t)strlen(class_name));
    if (id <= RONDO_END_ID) return unknown_class(classes, class_name, error);
    *symbol = (int32_t)rondo_vocabulary_size(session->schema->inputs) + id;
    return RONDO_OK;
}

double rondo_session_source_ratio(const rondo_session *session)
{
    if (!session->dataset) return 0;
    const rondo_sequences *sources = &session->dataset->sources[RONDO_TRAIN];
    const rondo_sequences *targets = &session->dataset->splits[RONDO_TRAIN];
    if (sources->count == 0) return 0;
    return (double)sources->offset[sources->count] / (double)targets->offset[targets->count];
}

double rondo_session_flops(const rondo_session *session,
                           double (*count)(const rondo_network *network))
{
    const rondo_network *encoder = session->network->encoder;
    double flops = count(session->network);
    return encoder ? flops + rondo_session_source_ratio(session) * count(encoder) : flops;
}

/* Metrics that are of whole sequences, such as those of a generator's rules. */
static bool needs_whole_sequences(const rondo_experiment *experiment)
{
    rondo_metric_row rows[RONDO_MAX_METRIC_ROWS];
    int64_t count = rondo_experiment_metrics(experiment, rows);
    for (int64_t i = 0; i < count; i++)
        if (rows[i].metric && rows[i].metric->needs & RONDO_NEEDS_WHOLE_SEQUENCES) return true;
    return false;
}

rondo_batches_config rondo_session_batches_config(const rondo_session *session, bool training)
{
    const rondo_data_config *data = &session->experiment->data;
    rondo_batches_config config = {
        .batch_size = data->batch_size,
        .batch_tokens = data->batch_tokens,
        .truncated_bptt = data->truncated_bptt,
        .carry_state = data->carry_state,
        .shuffle = training && data->shuffle,
        .seed = rondo_experiment_seed(session->experiment, RONDO_SEED_ORDER)};
    /* Evaluation reads sequences whole: in pieces, for the memory, but with the states carried. */
    if (!training && data->sequences != RONDO_STREAM) config.carry_state = true;
    if (!training && needs_whole_sequences(session->experiment)) config.truncated_bptt = 0;
    if (!training && data->evaluation_batch_size > 0)
        config.batch_size = data->evaluation_batch_size;
    return config;
}

rondo_status rondo_session_batches(const rondo_session *session, rondo_split split, bool training,
                                   rondo_batches **out, rondo_error *error)
{
    rondo_batches_config config = rondo_session_batches_config(session, training);
    return rondo_batches_create(session->dataset, split, &config, out, error);
}

rondo_status rondo_session_loader(const rondo_session *session, rondo_batch_loader **out,
                                  rondo_error *error)
{
    rondo_batches_config config = rondo_session_batches_config(session, true);
    return rondo_batch_loader_create(session->dataset, RONDO_TRAIN, &config, out, error);
}
