#include <math.h>
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/compare_items.h"
#include "compare/comparison.h"
#include "compare/datasets.h"
#include "compare/figures.h"
#include "compare/html.h"
#include "compare/ranks_report.h"
#include "compare/table.h"

typedef struct compare_arguments {
    rondo_argument_list paths, plugins;
    rondo_compare_options options;
    const char *table, *html, *figures;
    const char *split;
    int64_t threads;
    rondo_run_data data;
    bool items;
    bool csv, markdown, latex, json, no_appendix, data_sets;
    rondo_compared_show show;
} compare_arguments;

static rondo_status check(compare_arguments *arguments, rondo_error *error)
{
    static const char *const names[] = {"all", "variants", "pairs", "runs"};
    if (arguments->csv + arguments->markdown + arguments->latex + arguments->json > 1)
        return rondo_error_set(error, RONDO_USAGE,
                               "give only one of --csv, --markdown, --latex and --json");
    if (arguments->data_sets && (arguments->json || arguments->table))
        return rondo_error_set(
            error, RONDO_USAGE,
            "--data-sets cannot be combined with --json or --table: it has a single table");
    if (arguments->items && (arguments->data_sets || arguments->csv || arguments->json ||
                             arguments->table || arguments->html || arguments->figures))
        return rondo_error_set(error, RONDO_USAGE,
                               "--items has tables of its own: of the other output options, only "
                               "--markdown and --latex can be combined with it");
    if (!arguments->items && (arguments->split || arguments->threads || arguments->data.folder))
        return rondo_error_set(
            error, RONDO_USAGE,
            "--split, --threads and --data need --items: nothing else reads data");
    for (int i = 0; i < 4 && arguments->table; i++)
        if (strcmp(arguments->table, names[i]) == 0) {
            arguments->show = (rondo_compared_show)i;
            arguments->table = NULL;
        }
    if (arguments->no_appendix && !arguments->html && !arguments->figures)
        return rondo_error_set(error, RONDO_USAGE,
                               "--no-appendix needs --html FILE or --figures FOLDER");
    if (arguments->table)
        return rondo_error_set(error, RONDO_USAGE,
                               "--table: \"%s\" is not one of all, variants, pairs, runs",
                               arguments->table);
    return RONDO_OK;
}

static rondo_face face_of(const compare_arguments *arguments)
{
    return arguments->markdown ? RONDO_FACE_MARKDOWN
           : arguments->latex  ? RONDO_FACE_LATEX
                               : RONDO_FACE_TERMINAL;
}

/* Trained models on the items of one split: another question, apart from seeds. */
static rondo_status compare_items(const compare_arguments *arguments, rondo_error *error)
{
    rondo_compare_items items = {.runs = &arguments->paths,
                                 .plugins = &arguments->plugins,
                                 .split = arguments->split,
                                 .threads = arguments->threads,
                                 .data = arguments->data,
                                 .face = face_of(arguments)};
    items.data.other = arguments->options.other_data;
    return rondo_compare_items_run(&items, error);
}

static rondo_status rank(const compare_arguments *arguments, rondo_error *error)
{
    rondo_datasets sets;
    rondo_text text = {0};
    rondo_status status = rondo_datasets_collect(arguments->paths.items, arguments->paths.count,
                                                 &arguments->options, &sets, error);
    if (status) return status;
    if (arguments->html) status = rondo_ranks_write(&sets, arguments->html, error);
    if (arguments->figures && !status)
        status = rondo_ranks_export(&sets, arguments->figures, error);
    if (arguments->csv && !status)
        rondo_datasets_csv(&sets, &text);
    else if (!status)
        status = rondo_datasets_print(&sets, face_of(arguments), &text, error);
    rondo_datasets_finish(&sets);
    if (!status) return rondo_command_print(&text, error);
    rondo_text_finish(&text);
    return status;
}

static rondo_status print(const compare_arguments *arguments, const rondo_comparison *comparison,
                          rondo_error *error)
{
    rondo_text text = {0};
    rondo_status status = RONDO_OK;
    if (arguments->csv)
        rondo_comparison_csv(comparison, arguments->show, &text);
    else if (arguments->json)
        rondo_comparison_json(comparison, &text);
    else
        status =
            rondo_comparison_print(comparison, arguments->show, face_of(arguments), &text, error);
    if (!status) return rondo_command_print(&text, error);
    rondo_text_finish(&text);
    return status;
}

static rondo_status write_files(const compare_arguments *arguments,
                                const rondo_comparison *comparison, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (arguments->html)
        status = rondo_html_write(comparison, arguments->html, !arguments->no_appendix, error);
    if (arguments->figures && !status)
        status =
            rondo_figures_export(comparison, arguments->figures, !arguments->no_appendix, error);
    return status;
}

static rondo_status compare(const compare_arguments *arguments, rondo_error *error)
{
    rondo_comparison comparison;
    rondo_status status = rondo_comparison_collect(arguments->paths.items, arguments->paths.count,
                                                   &arguments->options, &comparison, error);
    if (status) return status;
    status = rondo_comparison_analyse(&comparison, error);
    if (!status) status = write_files(arguments, &comparison, error);
    if (!status) status = print(arguments, &comparison, error);
    rondo_comparison_finish(&comparison);
    return status;
}

static rondo_status run(compare_arguments *arguments, rondo_error *error)
{
    if (arguments->items) return compare_items(arguments, error);
    rondo_status status =
        rondo_command_registry(&arguments->plugins, &arguments->options.registry, error);
    if (status) return status;
    status = arguments->data_sets ? rank(arguments, error) : compare(arguments, error);
    rondo_registry_destroy(arguments->options.registry);
    return status;
}

rondo_status rondo_command_compare(int argc, char **argv, rondo_error *error)
{
    compare_arguments arguments = {.options.margin = NAN};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORDS, "RUN_OR_SWEEP", NULL, true, 0, 0, &arguments.paths,
         "run folders that train wrote, folders of run folders, folders of sweeps"},
        {RONDO_ARGUMENT_TEXT, "--metric", "\"SPLIT FIGURE\"", false, 0, 0,
         &arguments.options.metric,
         "the metric to compare: \"test loss\", \"valid accuracy\", at the epoch that was best on "
         "the validation split. Default: the one the sweep declares, or test loss"},
        {RONDO_ARGUMENT_TEXT, "--baseline", "VARIANT", false, 0, 0, &arguments.options.baseline,
         "the variant that all others are compared with. Default: the one the sweep declares, or "
         "all pairs"},
        {RONDO_ARGUMENT_REAL, "--margin", "X", false, 1e-300, 1e300, &arguments.options.margin,
         "the largest difference that does not matter, in units of the metric: pairs can then be "
         "equivalent. Default: what the sweep declares"},
        {RONDO_ARGUMENT_TEXT, "--table", "TABLE", false, 0, 0, &arguments.table,
         "only one table: variants, pairs or runs. Default: all"},
        {RONDO_ARGUMENT_FLAG, "--csv", NULL, false, 0, 0, &arguments.csv,
         "one table as CSV with full precision (default: variants)"},
        {RONDO_ARGUMENT_FLAG, "--markdown", NULL, false, 0, 0, &arguments.markdown,
         "tables in Markdown"},
        {RONDO_ARGUMENT_FLAG, "--latex", NULL, false, 0, 0, &arguments.latex,
         "tables in LaTeX, for the package booktabs"},
        {RONDO_ARGUMENT_FLAG, "--json", NULL, false, 0, 0, &arguments.json,
         "everything as one object"},
        {RONDO_ARGUMENT_TEXT, "--html", "FILE", false, 0, 0, &arguments.html,
         "also writes a report: one file with figures and a row for every run"},
        {RONDO_ARGUMENT_FLAG, "--no-appendix", NULL, false, 0, 0, &arguments.no_appendix,
         "report and figures without machines and times, so that the same runs give the same "
         "bytes"},
        {RONDO_ARGUMENT_TEXT, "--figures", "FOLDER", false, 0, 0, &arguments.figures,
         "also writes each figure as .svg, its numbers as .tsv, and a gnuplot script for them"},
        {RONDO_ARGUMENT_FLAG, "--data-sets", NULL, false, 0, 0, &arguments.data_sets,
         "each sweep is on another data set: rank variants over five or more of them (Friedman, "
         "Iman and Davenport, Nemenyi)"},
        {RONDO_ARGUMENT_FLAG, "--items", NULL, false, 0, 0, &arguments.items,
         "instead: compare the trained models on the sequences of one split (paired bootstrap, "
         "McNemar)"},
        {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0, &arguments.split,
         "with --items: train, valid or test (default)"},
        RONDO_ARGUMENT_DATA(arguments.data.folder),
        RONDO_ARGUMENT_THREADS(arguments.threads),
        {RONDO_ARGUMENT_FLAG, "--other-data", NULL, false, 0, 0, &arguments.options.other_data,
         "runs may have seen different data"},
        RONDO_ARGUMENT_PLUGINS(arguments.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(
        table, "compare",
        "Compare runs and sweeps: a table of variants with intervals over seeds, and "
        "which\ndifferences between them are established (docs/compare.md).",
        argc, argv, &help, error);
    if (!status && !help) status = check(&arguments, error);
    return status || help ? status : run(&arguments, error);
}
