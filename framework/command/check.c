#include <stdio.h>

#include "base/file.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/processor.h"
#include "base/product.h"
#include "command/check_plugin.h"
#include "command/command.h"
#include "command/data_hint.h"
#include "data/batches/batch.h"
#include "data/remarks.h"
#include "evaluate/evaluate.h"
#include "train/trainer.h"

/* Code of libraries, and memory of theirs, that a process touches first when it trains: 0.5 to
 * 5 MiB with Debian's BLIS and HDF5, less after much data was read. */
static const size_t first_touched = (size_t)5 << 19;

/* What the data set says, or, where it is not there yet, what the config lets us assume. */
typedef struct data_facts {
    int64_t input_width, output_width;
    int64_t epoch_tokens; /* of the training split; 0: unknown */
    int64_t epoch_sequences;
    int64_t epoch_steps;
    double forward_flops, training_flops; /* a token */
    rondo_pass_size size;
    size_t present; /* bytes this process holds already: program, libraries, data set */
    size_t reading; /* the most it held while it read the data set */
    size_t orders;  /* of the sequences of all splits */
} data_facts;

static rondo_status facts_of_data(const rondo_session *session, data_facts *facts,
                                  rondo_error *error)
{
    facts->input_width = session->dataset->schema->input_width;
    facts->output_width = session->dataset->schema->target_width;
    facts->forward_flops = rondo_session_flops(session, rondo_network_forward_flops);
    facts->training_flops = rondo_session_flops(session, rondo_network_training_flops);
    facts->size.predictions =
        rondo_evaluator_keeps_predictions(session->experiment, session->dataset);
    for (int split = 0; split < RONDO_SPLITS; split++) {
        rondo_batches *batches;
        if (session->dataset->splits[split].count == 0) continue;
        rondo_status status = rondo_session_batches(session, (rondo_split)split,
                                                    split == RONDO_TRAIN, &batches, error);
        if (status) return status;
        rondo_pass_size_cover(&facts->size, batches);
        facts->orders += rondo_batches_order_bytes(batches);
        if (split == RONDO_TRAIN) {
            facts->epoch_tokens = rondo_batches_tokens(batches);
            facts->epoch_steps = rondo_batches_count(batches);
            facts->epoch_sequences = session->dataset->splits[split].count;
        }
        rondo_batches_destroy(batches);
    }
    return RONDO_OK;
}

/* The training data's file, when it is not there; NULL when it is, or when its name is a stem: then
 * the reader says which of the two files is missing. */
static const char *missing_file(const rondo_data_config *data)
{
    const char *path = data->split.train.path ? data->split.train.path : data->path;
    bool stem = rondo_format_suffix(data)[0] != '\0';
    return path && !stem && !rondo_file_exists(path) ? path : NULL;
}

/* A config may be checked before its data is there, if the vocabulary's size is limited. */
static rondo_status assume_facts(const rondo_experiment *experiment, const char *missing,
                                 const rondo_text *hint, data_facts *facts, rondo_error *error)
{
    const rondo_data_config *data = &experiment->data;
    bool has_labels = rondo_format_has(data, RONDO_PROVIDES_LINE_LABELS);
    if (experiment->task->needs != RONDO_PROVIDES_NEXT_SYMBOLS || has_labels ||
        data->vocabulary.max_size == 0 || data->truncated_bptt == 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "data.path: %s: no such file, and sizes depend on it", missing);
    rondo_log_warning("%s: no such file; sizes assume data.vocabulary.max_size symbols%s", missing,
                      rondo_text_get(hint));
    facts->input_width = facts->output_width = data->vocabulary.max_size;
    facts->size.rows = data->batch_size;
    facts->size.steps = data->truncated_bptt;
    facts->size.tokens = facts->size.rows * facts->size.steps;
    return RONDO_OK;
}

static void print_bytes(const char *what, size_t bytes)
{
    printf("#   %-28s %10.1f MiB\n", what, (double)bytes / (1024.0 * 1024.0));
}

/* What training holds or, where that is more, what reading the data took before. */
static void print_memory(const rondo_memory_plan *plan, const data_facts *facts)
{
    size_t present = facts->present + first_touched;
    size_t training = present + facts->orders + plan->total;
    bool is_read = facts->reading > training;
    printf("# peak memory: %.1f MiB\n",
           (double)(is_read ? facts->reading : training) / (1024.0 * 1024.0));
    if (is_read) print_bytes("while the data are read", facts->reading);
    print_bytes("program, libraries, data set", present);
    if (facts->orders > 0) print_bytes("order of sequences", facts->orders);
    print_bytes("parameters", plan->parameters);
    print_bytes("gradient", plan->gradient);
    print_bytes("optimizer slots", plan->slots);
    print_bytes("activations, packed weights", plan->pass);
    if (plan->decoding > 0) print_bytes("decoding", plan->decoding);
    print_bytes("minibatches", plan->minibatches);
    print_bytes("evaluation", plan->evaluation);
    print_bytes("writing a checkpoint", plan->checkpoint);
}

/* What is not trained. */
static const char *besides(const rondo_network *network)
{
    int64_t constants = network->layout.count - network->layout.trained_count;
    if (constants == 0) return "";
    return network->frozen && constants == 1 ? ", besides the frozen embedding"
                                             : ", besides frozen ones";
}

static void print_sizes(const rondo_network *network, const rondo_memory_plan *plan,
                        const data_facts *facts)
{
    rondo_text parameters = {0};
    double flops = facts->training_flops;
    double sequence_flops = rondo_network_sequence_flops(network);
    rondo_network_describe(network, &parameters);
    printf("\n# parameters: %lld%s\n", (long long)network->layout.trainable, besides(network));
    for (const char *line = rondo_text_get(&parameters); *line;) {
        int length = 0;
        while (line[length] != '\n')
            length++;
        printf("# %.*s\n", length, line);
        line += length + 1;
    }
    rondo_text_finish(&parameters);
    print_memory(plan, facts);
    printf("# largest minibatch: %lld sequences, %lld steps, %lld tokens\n", (long long)plan->rows,
           (long long)plan->steps, (long long)plan->tokens);
    if (facts->size.source_steps > 0)
        printf("# largest minibatch of sources: %lld steps, %lld tokens; FLOPs of sources count "
               "with the tokens of their targets\n",
               (long long)facts->size.source_steps, (long long)facts->size.source_tokens);
    printf("# FLOPs: %.4g per token (training), %.4g per token (forward)\n", flops,
           facts->forward_flops);
    if (sequence_flops > 0)
        printf("# FLOPs: %.4g more per sequence (training), for the readout\n", sequence_flops);
    printf("# FLOPs: %.4g for the largest minibatch\n",
           flops * (double)plan->tokens + sequence_flops * (double)plan->rows);
    if (facts->epoch_tokens > 0)
        printf("# FLOPs: %.4g per epoch of %lld tokens in %lld update steps\n",
               flops * (double)facts->epoch_tokens +
                   sequence_flops * (double)facts->epoch_sequences,
               (long long)facts->epoch_tokens, (long long)facts->epoch_steps);
    printf("# products: %s\n# kernels: %s\n", rondo_product_kernel(), rondo_product_reason());
}

static void print_coverage(const rondo_coverage *coverage)
{
    if (coverage->symbols > 0)
        printf("# embedding: %lld of %lld symbols have a pretrained vector, %lld of them by their "
               "lowercase form\n",
               (long long)coverage->found, (long long)coverage->symbols,
               (long long)coverage->lowered);
}

static rondo_status check_without_data(rondo_experiment *experiment, const char *missing,
                                       const rondo_text *hint, rondo_text *config,
                                       rondo_error *error)
{
    rondo_network *network = NULL;
    rondo_memory_plan plan;
    data_facts facts = {.size = {.threads = rondo_parallel_processors(), .training = true},
                        .present = rondo_processor_memory()};
    rondo_status status = rondo_network_check_precision(experiment, error);
    if (!status) status = assume_facts(experiment, missing, hint, &facts, error);
    if (!status)
        status = rondo_network_create(experiment, facts.input_width, facts.output_width, NULL,
                                      &network, error);
    if (!status) status = rondo_trainer_plan(network, experiment, NULL, &facts.size, &plan, error);
    if (!status) {
        facts.forward_flops = rondo_network_forward_flops(network);
        facts.training_flops = rondo_network_training_flops(network);
        fputs(rondo_text_get(config), stdout);
        print_sizes(network, &plan, &facts);
    }
    rondo_network_destroy(network);
    rondo_experiment_destroy(experiment);
    return status;
}

static rondo_status check_with_data(rondo_experiment *experiment, rondo_text *config,
                                    rondo_error *error)
{
    rondo_session session;
    rondo_memory_plan plan;
    rondo_status status = rondo_session_plan(experiment, 0, &session, error);
    if (status) return status;
    status = rondo_evaluator_check_monitor(experiment, session.dataset, error);
    if (!status) status = rondo_session_read_pretrained(&session, error);
    if (status) goto cleanup;
    data_facts facts = {.size = {.threads = session.threads, .training = true},
                        .present = rondo_processor_memory(),
                        .reading = rondo_processor_peak_memory()};
    status = facts_of_data(&session, &facts, error);
    if (!status) status = rondo_dataset_remark(experiment, session.dataset, error);
    if (!status)
        status = rondo_trainer_plan(session.network, experiment, session.dataset, &facts.size,
                                    &plan, error);
    if (!status) {
        fputs(rondo_text_get(config), stdout);
        print_sizes(session.network, &plan, &facts);
        print_coverage(&session.coverage);
    }
cleanup:
    rondo_session_finish(&session);
    return status;
}

static rondo_status run(const char *path, const rondo_argument_list *sets, bool all,
                        rondo_registry *registry, rondo_error *error)
{
    rondo_experiment *experiment;
    rondo_text config = {0}, hint = {0};
    rondo_status status =
        rondo_experiment_load(path, sets->items, sets->count, registry, &experiment, error);
    if (status) return status;
    if ((status = rondo_command_check_folder(experiment, error))) {
        rondo_experiment_destroy(experiment);
        return status;
    }
    if (all)
        rondo_experiment_print(experiment, &config);
    else
        rondo_experiment_print_short(experiment, &config);
    const char *missing = missing_file(&experiment->data);
    rondo_data_hint(path, experiment, &hint);
    status = missing ? check_without_data(experiment, missing, &hint, &config, error)
                     : check_with_data(experiment, &config, error);
    if (status) rondo_data_hint_add(&hint, error);
    rondo_text_finish(&config);
    rondo_text_finish(&hint);
    return status;
}

static rondo_status refuse_kit_arguments(const rondo_check_arguments *kit, rondo_error *error)
{
    const char *given = kit->table               ? "--table"
                        : kit->step_file         ? "--step-file"
                        : kit->alone             ? "--alone"
                        : kit->step              ? "--step"
                        : kit->seconds           ? "--seconds"
                        : kit->options.count > 0 ? "--option"
                                                 : NULL;
    if (!given) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "%s: for plugins only: rondo check PLUGIN.so %s",
                           given, given);
}

rondo_status rondo_command_check(int argc, char **argv, rondo_error *error)
{
    const char *config = NULL;
    bool all = false;
    rondo_check_arguments kit = {0};
    rondo_argument_list sets = {0}, plugins = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "CONFIG", NULL, true, 0, 0, &config,
         "the experiment, a YAML file; or a plugin, PLUGIN.so"},
        {RONDO_ARGUMENT_FLAG, "--all", NULL, false, 0, 0, &all,
         "print every key, not only those that matter for this config"},
        RONDO_ARGUMENT_SETS(sets),
        RONDO_ARGUMENT_PLUGINS(plugins),
        {RONDO_ARGUMENT_FLAG, "--table", NULL, false, 0, 0, &kit.table,
         "of a cell: print its gradients beside those by differences"},
        {RONDO_ARGUMENT_TEXT, "--step", "FILE", false, 0, 0, &kit.step,
         "of a cell: print one forward step of the numbers in this file (-: standard input)"},
        {RONDO_ARGUMENT_FLAG, "--step-file", NULL, false, 0, 0, &kit.step_file,
         "of a cell: print such a file, of random numbers"},
        {RONDO_ARGUMENT_LIST, "--option", "NAME=VALUE", false, 0, 0, &kit.options,
         "of a cell: its options for --table and --step"},
        {RONDO_ARGUMENT_INTEGER, "--seconds", "N", false, 1, 86400, &kit.seconds,
         "of a plugin: what one call of a function may take (20)"},
        {RONDO_ARGUMENT_FLAG, "--alone", NULL, false, 0, 0, &kit.alone,
         "of a plugin: do not check its double build too"},
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "check",
        "Validate a config; print it resolved, with the parameters, memory and FLOPs it will need. "
        "Of a plugin: check that it keeps the contract of its header, gradients included.",
        argc, argv, &help, error);
    if (status || help) return status;
    if (rondo_check_is_plugin(config)) return rondo_check_plugin(config, &kit, error);
    if ((status = refuse_kit_arguments(&kit, error))) return status;
    status = rondo_command_registry(&plugins, &registry, error);
    if (status) return status;
    status = run(config, &sets, all, registry, error);
    rondo_registry_destroy(registry);
    return status;
}
