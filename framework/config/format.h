/* What a data format is: one const struct in one file, data/formats/NAME.c.
 *
 *     const rondo_format rondo_format_series = {
 *         .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "series",
 *                  .summary = .., .options = .., ..},
 *         .provides = RONDO_PROVIDES_VALUES | .., .sequences = RONDO_LINE, .read = read};
 *
 * The build collects these structs (cmake/RondoBuiltins.cmake), so that the file is all there is to
 * add: the config finds it by name, `rondo list` and `rondo describe format NAME` show it, and
 * data.options holds its options. Bits say what it is for (config/provides.h); nothing else in the
 * program knows its name.
 *
 * Options: the struct of head.config_size bytes that head.options fills, at
 * rondo_data_config.options. A row whose default is below its range (or a choice of -1) stands for
 * "not given"; `resolve` puts the default that depends on other keys in its place.
 *
 * config/ knows this struct, but not the data: types of data/ are only declared here. */
#ifndef RONDO_CONFIG_FORMAT_H
#define RONDO_CONFIG_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"
#include "config/provides.h"
#include "plugin/options.h"
#include "plugin/registry.h"
#include "rondo/plugin.h"

struct rondo_data_config;
struct rondo_validator;
struct rondo_condition;
struct rondo_reading;
struct rondo_dataset;
struct rondo_schema;
struct rondo_answering;

typedef struct rondo_format {
    rondo_plugin head;       /* name, summary, option rows; equations and source may be NULL */
    uint32_t provides;       /* RONDO_PROVIDES_ bits that some options give */
    int unit;                /* default of data.unit: rondo_unit */
    int sequences;           /* default of data.sequences: rondo_sequences_kind */
    const char *targets_key; /* the key that says where classes stand, for a message; or NULL */

    /* Options that count only with others, at "data.options.NAME", as config/conditions.h has it;
     * ends with path NULL. NULL: all of them count. */
    const struct rondo_condition *conditions;

    /* The bits that these options leave of `provides`; NULL: all of them. [any] */
    uint32_t (*narrow)(const struct rondo_data_config *data);

    /* What a path of the data lacks to be the name of the file that is opened first. NULL: nothing.
     * [any] */
    const char *(*suffix)(const struct rondo_data_config *data);

    /* Defaults of options that depend on other keys. `data` is resolved but for its options, which
     * are written. Called once for each config that is read; NULL: there are none. [main] */
    void (*resolve)(struct rondo_data_config *data);

    /* Options that are right one by one and wrong together, or with other keys: reported with
     * rondo_validator_refuse. NULL: there are none. [main] */
    void (*check)(const struct rondo_validator *validator);

    /* Sequences of a split of its own (0 train, 1 valid, 2 test); -1: only the data say. Needed
     * with RONDO_PROVIDES_SPLITS. [any] */
    int64_t (*split_count)(const struct rondo_data_config *data, int split);

    /* Reads what is asked for into a data set that has storage and is otherwise zero; with
     * RONDO_PROVIDES_WINDOWS what forecasts need, too (data/forecasting.h). On an error the caller
     * destroys the data set with what was put into it. Bad files give one line: file, line and
     * column where there are some, and what is wrong. [main] */
    rondo_status (*read)(const struct rondo_reading *reading, struct rondo_dataset *dataset,
                         rondo_error *error);

    /* Of a trained model without data: completes its schema with what the options say. NULL: the
     * checkpoint's says all. [main] */
    rondo_status (*restore)(const struct rondo_data_config *data, struct rondo_schema *schema,
                            rondo_error *error);

    /* --- how predictions are written back in its form; NULL: as `rondo predict` does by itself,
     * a class or the values of a step per line --- */

    /* Answers a file of classes while it is read: the format reads sequences, has them predicted,
     * and writes what it makes of them (data/answering.h). Needs RONDO_PROVIDES_ROWS. [main] */
    rondo_status (*answer)(struct rondo_answering *answering, rondo_error *error);

    /* Of a line of pairs, leaves the source. [any] */
    void (*keep_source)(const struct rondo_data_config *data, char *line);

    /* The values of a predicted step, as a step of a file is written; steps stand apart by blanks,
     * a sequence is a line. [main] */
    void (*write_step)(const struct rondo_data_config *data, const rondo_real *values,
                       FILE *output);

    /* With write_step, in words: what it writes of a step, and what a value is: "a chord", "pitch". */
    const char *step_word, *value_word;

    /* What a model of these data reads besides its steps and the schema's scales, in words; NULL, the
     * function or what it gives: nothing. [any] */
    const char *(*beside_steps)(const struct rondo_data_config *data);

    /* What output number i of a model of these data is called; the data set is NULL where the model
     * is without its data. NULL: of time series its column and its step, of others its number.
     * [any] */
    void (*name_value)(const struct rondo_data_config *data, const struct rondo_dataset *dataset,
                       int64_t i, rondo_text *text);
} rondo_format;

/* Of each file of data/formats that defines one, by cmake/RondoBuiltins.cmake; for
 * rondo_registry_add. */
extern const rondo_plugin *const rondo_builtin_formats[];

/* A row of a text option; flags may have RONDO_LIST. */
#define RONDO_TEXT(config, field, row_flags, default_text, help_text)                              \
    {                                                                                              \
        .name = #field, .type = RONDO_OPTION_TEXT, .flags = row_flags,                             \
        .offset = RONDO_FIELD_OFFSET(config, field, const char *), .fallback_text = default_text,  \
        .help = help_text                                                                          \
    }

#endif
