/* The rows themselves, checked when a plugin is loaded: a mistake in them would otherwise turn up
 * as a wild write or as an error in a user's config. */
#include <math.h>
#include <string.h>

#include "plugin/names.h"
#include "plugin/options.h"

enum { MAX_ROWS = 256 }; /* more means that RONDO_OPTIONS_END was forgotten */

static size_t field_size(const rondo_option *row)
{
    switch (row->type) {
    case RONDO_OPTION_INTEGER:
        return sizeof(int64_t);
    case RONDO_OPTION_REAL:
        return sizeof(double);
    case RONDO_OPTION_BOOLEAN:
        return sizeof(bool);
    case RONDO_OPTION_TEXT:
        return sizeof(const char *);
    case RONDO_OPTION_REALS:
        return sizeof(rondo_reals);
    default:
        return sizeof(int);
    }
}

static bool is_in_range(const rondo_option *row)
{
    double value = row->fallback;
    if (!isfinite(value) || value < row->low || value > row->high) return false;
    if ((row->flags & RONDO_OPEN_LOW) && value <= row->low) return false;
    return !((row->flags & RONDO_OPEN_HIGH) && value >= row->high);
}

/* Of what is built in a default below the range stands for "not given". */
static bool is_default(const rondo_option *row, bool is_built_in)
{
    return is_in_range(row) || (is_built_in && isfinite(row->fallback) && row->fallback < row->low);
}

static rondo_status check_number(const rondo_option *row, bool is_built_in, rondo_error *error)
{
    if (!(row->low <= row->high))
        return rondo_error_set(error, RONDO_FAILED, "option %s: its range is empty", row->name);
    if (!is_default(row, is_built_in))
        return rondo_error_set(error, RONDO_FAILED, "option %s: its default %g is out of its range",
                               row->name, row->fallback);
    if (row->type == RONDO_OPTION_INTEGER &&
        (row->fallback != floor(row->fallback) || fabs(row->fallback) > 9007199254740992.0))
        return rondo_error_set(error, RONDO_FAILED, "option %s: its default %g is not an integer",
                               row->name, row->fallback);
    return RONDO_OK;
}

static rondo_status check_choice(const rondo_option *row, bool is_built_in, rondo_error *error)
{
    const double least = is_built_in ? -1 : 0; /* -1: not made */
    if (!row->choices || !row->choices[0])
        return rondo_error_set(error, RONDO_FAILED, "option %s: a choice without names", row->name);
    double count = 0;
    while (row->choices[(int64_t)count])
        count++;
    if (!(row->fallback >= least && row->fallback < count) || row->fallback != floor(row->fallback))
        return rondo_error_set(error, RONDO_FAILED, "option %s: its default %g is not a choice",
                               row->name, row->fallback);
    return RONDO_OK;
}

static rondo_status check_list(const rondo_option *row, rondo_error *error)
{
    rondo_reals list;
    rondo_option alone = *row;
    rondo_text reason = {0};
    alone.offset = 0;
    bool is_right =
        row->fallback_text && rondo_options_set(&alone, &list, row->fallback_text, &reason);
    rondo_text_finish(&reason);
    if (is_right) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED,
                           "option %s: its default \"%s\" is not a list in its range", row->name,
                           row->fallback_text ? row->fallback_text : "");
}

static rondo_status check_value(const rondo_option *row, bool is_built_in, rondo_error *error)
{
    switch (row->type) {
    case RONDO_OPTION_INTEGER:
    case RONDO_OPTION_REAL:
        return check_number(row, is_built_in, error);
    case RONDO_OPTION_BOOLEAN:
        if (row->fallback == 0 || row->fallback == 1) return RONDO_OK;
        return rondo_error_set(error, RONDO_FAILED, "option %s: its default %g is not 0 or 1",
                               row->name, row->fallback);
    case RONDO_OPTION_CHOICE:
        return check_choice(row, is_built_in, error);
    case RONDO_OPTION_TEXT:
        if (is_built_in) return RONDO_OK;
        return rondo_error_set(error, RONDO_FAILED, "option %s: plugins have no text options",
                               row->name);
    case RONDO_OPTION_REALS:
        return check_list(row, error);
    default:
        return rondo_error_set(error, RONDO_FAILED, "option %s: type %d is unknown", row->name,
                               (int)row->type);
    }
}

static rondo_status check_row(const rondo_option *row, size_t config_size, bool is_built_in,
                              rondo_error *error)
{
    uint32_t flags = RONDO_OPEN_LOW | RONDO_OPEN_HIGH | RONDO_WITH_PREVIOUS;
    if (is_built_in) flags |= RONDO_REQUIRED | RONDO_LIST;
    if (!row->name || !rondo_name_valid(row->name))
        return rondo_error_set(error, RONDO_FAILED,
                               "an option's name is not of the form "
                               "[a-z][a-z0-9_]*, at most 63 characters");
    if (!row->help || row->help[0] == '\0')
        return rondo_error_set(error, RONDO_FAILED, "option %s: no help text", row->name);
    if (row->flags & ~flags)
        return rondo_error_set(error, RONDO_FAILED,
                               "option %s: flags that a row of its kind cannot have", row->name);
    rondo_status status = check_value(row, is_built_in, error);
    if (status) return status;
    size_t size = field_size(row);
    size_t alignment = row->type == RONDO_OPTION_REALS ? _Alignof(rondo_reals) : size;
    if (row->offset > config_size || size > config_size - row->offset ||
        row->offset % alignment != 0)
        return rondo_error_set(error, RONDO_FAILED, "option %s: its field is not in the config",
                               row->name);
    return RONDO_OK;
}

rondo_status rondo_options_check(const rondo_option *options, size_t config_size, bool is_built_in,
                                 rondo_error *error)
{
    if (!options) return rondo_error_set(error, RONDO_FAILED, "no option rows");
    for (int64_t i = 0; options[i].type != RONDO_OPTION_END; i++) {
        if (i == MAX_ROWS)
            return rondo_error_set(error, RONDO_FAILED, "more than %d option rows", (int)MAX_ROWS);
        if (i == 0 && options[i].flags & RONDO_WITH_PREVIOUS)
            return rondo_error_set(error, RONDO_FAILED, "the first option has no previous one");
        rondo_status status = check_row(&options[i], config_size, is_built_in, error);
        if (status) return status;
        for (int64_t j = 0; j < i; j++) {
            if (strcmp(options[j].name, options[i].name) == 0)
                return rondo_error_set(error, RONDO_FAILED, "two options are named %s",
                                       options[i].name);
        }
    }
    return RONDO_OK;
}
