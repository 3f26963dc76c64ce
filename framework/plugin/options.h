/* Option rows at work: defaults, setting with range check, printing. Rows describe plugins' options
 * and the framework's own config sections alike. */
#ifndef RONDO_PLUGIN_OPTIONS_H
#define RONDO_PLUGIN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "rondo/plugin.h"

/* For heads of what is built in and has none. */
extern const rondo_option rondo_no_options[];

int64_t rondo_options_count(const rondo_option *options);

/* The row of that name, or NULL. */
const rondo_option *rondo_options_find(const rondo_option *options, const char *name);

/* Fills a config struct with every row's default. Text fields point at the row's default. */
void rondo_options_default(const rondo_option *options, void *config);

/* Sets one field from a config token. On failure *reason says what is allowed, without key or
 * value ("a real number in [0, 1)", "one of tanh, relu"; with the nearest name for a choice).
 * A text field keeps the pointer: the token must outlive the config. */
bool rondo_options_set(const rondo_option *option, void *config, const char *token,
                       rondo_text *reason);

/* What a row allows, in words: "integer in [1, 4096]", "real in (0, 1)", "true or false",
 * "one of tanh, relu". */
void rondo_options_allowed(const rondo_option *option, rondo_text *text);

/* The value a field holds, as it is written in YAML. */
void rondo_options_print(const rondo_option *option, const void *config, rondo_text *text);

/* Whether a field holds nothing and is not written: a text without default, a number below its
 * range (the width of an embedding that is not there), a choice that was not made. */
bool rondo_options_is_void(const rondo_option *option, const void *config);

/* A row that cannot be right: default outside its range, field outside config_size, two rows of one
 * name. Of what is built in a row may be a text, be required, or by default hold nothing; of a
 * plugin it may not. OK or RONDO_FAILED with a sentence. */
rondo_status rondo_options_check(const rondo_option *options, size_t config_size, bool is_built_in,
                                 rondo_error *error);

#endif
