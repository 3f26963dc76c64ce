#include "data/formats/series_guess.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/text/moment.h"
#include "data/text/symbols.h"

enum { MOST_COLUMNS = 32, MOST_NAMES = 65536, MOST_UNEQUAL = 10 /* per cent */ };

/* A column that may be an id: its names, and how time goes within each. */
typedef struct id_column {
    int64_t field;
    char *name;
    bool is_number;
    bool is_dropped;        /* it has too many names */
    rondo_symbols *names;   /* that were found */
    double *last;           /* [names]: the time of its last row */
    int64_t capacity, line; /* of the first row that does not rise within its name; 0: none */
} id_column;

struct rondo_series_guess {
    const rondo_series_config *config;
    int64_t rows, time_field; /* -1: none */
    char *time_name;
    bool is_date;   /* all cells are dates that can be read */
    bool resembles; /* all cells look like dates in another order */
    bool is_number; /* all cells are numbers */
    bool is_time_name;
    double last, first_step;
    int64_t line;                  /* of the first row that does not rise; 0: none */
    int64_t unequal, unequal_line; /* steps that are not the first one */
    int64_t id_count;
    id_column ids[MOST_COLUMNS];
    bool has_id; /* ids[0] is the config's own */
};

static bool is_name_of(const char *name, const char *const *list)
{
    char lower[16];
    size_t length = strlen(name);
    if (length >= sizeof lower) return false;
    for (size_t i = 0; i <= length; i++)
        lower[i] = (char)tolower((unsigned char)name[i]);
    for (; *list; list++)
        if (strcmp(lower, *list) == 0) return true;
    return false;
}

static bool is_time_name(const char *name)
{
    static const char *const names[] = {"time", "timestamp", "ts",    "ds",    "t",
                                        "date", "datetime",  "index", "epoch", NULL};
    return is_name_of(name, names);
}

/* Of numbers; texts that repeat say enough. */
static bool is_id_name(const char *name)
{
    size_t length = strlen(name);
    return length >= 2 && tolower((unsigned char)name[length - 2]) == 'i' &&
           tolower((unsigned char)name[length - 1]) == 'd';
}

/* Dates before numbers that are called time, before other numbers; the first from the left. */
static int rank_of(const rondo_series_guess *guess, const char *text, const char *name)
{
    rondo_moment moment;
    rondo_moment_form form;
    double number;
    if (rondo_moment_read_date(text, guess->config->date_order, &moment, &form)) return 3;
    if (rondo_moment_resembles(text)) return 3;
    if (!rondo_text_real(text, &number)) return 0;
    return is_time_name(name) ? 2 : 1;
}

static void choose_time(rondo_series_guess *guess, const rondo_delimited *row,
                        const char *const *names)
{
    int best = 0;
    for (int64_t i = 0; i < row->count; i++) {
        if (!names[i]) continue;
        int rank = rank_of(guess, row->fields[i].text, names[i]);
        if (rank <= best) continue;
        best = rank;
        guess->time_field = i;
    }
}

static rondo_status add_id(rondo_series_guess *guess, int64_t field, const char *name,
                           rondo_error *error)
{
    if (guess->id_count == MOST_COLUMNS) return RONDO_OK;
    id_column *id = &guess->ids[guess->id_count++];
    *id = (id_column){.field = field, .name = rondo_text_copy(name), .is_number = true};
    if (!id->name) return rondo_error_set(error, RONDO_FAILED, "not enough memory: columns");
    return rondo_symbols_create(&id->names, error);
}

rondo_status rondo_series_guess_create(const rondo_series_config *config,
                                       const rondo_delimited *row, const char *const *names,
                                       int64_t id, rondo_series_guess **out, rondo_error *error)
{
    rondo_series_guess *guess = *out = calloc(1, sizeof *guess);
    rondo_status status = RONDO_OK;
    if (!guess) return rondo_error_set(error, RONDO_FAILED, "not enough memory: columns");
    guess->config = config;
    guess->time_field = -1;
    guess->is_date = guess->resembles = guess->is_number = true;
    guess->has_id = id >= 0;
    if (!config->time) choose_time(guess, row, names);
    if (guess->time_field >= 0) {
        guess->time_name = rondo_text_copy(names[guess->time_field]);
        if (!guess->time_name)
            return rondo_error_set(error, RONDO_FAILED, "not enough memory: columns");
        guess->is_time_name = is_time_name(guess->time_name);
    }
    if (id >= 0) return add_id(guess, id, config->id, error);
    for (int64_t i = 0; !status && i < row->count; i++)
        if (names[i] && i != guess->time_field) status = add_id(guess, i, names[i], error);
    return status;
}

void rondo_series_guess_destroy(rondo_series_guess *guess)
{
    if (!guess) return;
    for (int64_t i = 0; i < guess->id_count; i++) {
        free(guess->ids[i].name);
        free(guess->ids[i].last);
        rondo_symbols_destroy(guess->ids[i].names);
    }
    free(guess->time_name);
    free(guess);
}

/* A row's time: NAN where it is none, and the column none of times then. */
static double take_time(rondo_series_guess *guess, const rondo_field *field)
{
    rondo_moment moment = {0};
    rondo_moment_form form;
    double number;
    bool is_date = rondo_moment_read_date(field->text, guess->config->date_order, &moment, &form);
    guess->is_date = guess->is_date && is_date;
    guess->resembles = guess->resembles && !is_date && rondo_moment_resembles(field->text);
    bool is_number = rondo_text_real(field->text, &number);
    guess->is_number = guess->is_number && is_number;
    return guess->is_date ? moment.at : guess->is_number ? number : NAN;
}

static void follow_time(rondo_series_guess *guess, double time, int64_t line)
{
    double step = time - guess->last;
    if (guess->rows == 1) guess->first_step = step;
    if (guess->rows > 0 && !(step > 0) && guess->line == 0) guess->line = line;
    if (guess->rows > 1 && !(fabs(step - guess->first_step) <= 0.01 * fabs(guess->first_step))) {
        if (guess->unequal++ == 0) guess->unequal_line = line;
    }
    guess->last = time;
}

static rondo_status follow_id(id_column *id, const rondo_field *field, double time,
                              rondo_error *error)
{
    double number;
    int32_t index, before = rondo_symbols_count(id->names);
    if (id->is_dropped) return RONDO_OK;
    id->is_number = id->is_number && rondo_text_real(field->text, &number);
    rondo_status status = rondo_symbols_add(id->names, field->text, field->length, &index, error);
    void *last = id->last;
    if (!status)
        status = rondo_memory_grow(&last, &id->capacity, index + 1, sizeof *id->last,
                                   "the names of a column", error);
    id->last = last;
    if (status) return status;
    if (index < before && !(time > id->last[index]) && id->line == 0) id->line = field->line;
    id->last[index] = time;
    id->is_dropped = index >= MOST_NAMES;
    return RONDO_OK;
}

rondo_status rondo_series_guess_add(rondo_series_guess *guess, const rondo_delimited *row,
                                    rondo_error *error)
{
    double time = NAN;
    rondo_status status = RONDO_OK;
    if (guess->time_field >= 0) {
        const rondo_field *field = &row->fields[guess->time_field];
        time = take_time(guess, field);
        follow_time(guess, time, field->line);
    }
    for (int64_t i = 0; !status && i < guess->id_count; i++)
        status = follow_id(&guess->ids[i], &row->fields[guess->ids[i].field], time, error);
    guess->rows++;
    return status;
}

/* Two names at least, each with two rows on average. */
static bool repeats(const rondo_series_guess *guess, const id_column *id)
{
    int64_t names = rondo_symbols_count(id->names);
    return !id->is_dropped && names >= 2 && names * 2 <= guess->rows;
}

/* The column within whose names time rises where it does not rise in the file; NULL: none. */
static const id_column *find_rising(const rondo_series_guess *guess)
{
    for (int64_t i = 0; i < guess->id_count; i++)
        if (repeats(guess, &guess->ids[i]) && guess->ids[i].line == 0) return &guess->ids[i];
    return NULL;
}

static const id_column *find_repeating(const rondo_series_guess *guess)
{
    for (int64_t i = 0; i < guess->id_count; i++) {
        const id_column *id = &guess->ids[i];
        if (repeats(guess, id) && (!id->is_number || is_id_name(id->name))) return id;
    }
    return NULL;
}

/* A number that rises by itself is a time where it is called so or its steps are equal. */
static bool has_time(const rondo_series_guess *guess)
{
    if (guess->time_field < 0 || guess->rows < 3) return false;
    if (guess->is_date || guess->is_time_name) return guess->is_date || guess->is_number;
    return guess->is_number && (guess->has_id ? guess->ids[0].line : guess->line) == 0 &&
           guess->unequal * 100 <= guess->rows * MOST_UNEQUAL;
}

static void report_in_order(const rondo_series_guess *guess, const char *path)
{
    const char *unequal =
        guess->unequal > 0 && !guess->has_id ? "its steps are not all equal; " : "";
    rondo_log_warning("%s: column \"%s\" looks like times; %s\"data.options.time: %s\" checks that "
                      "they rise and keeps windows out of gaps",
                      path, guess->time_name, unequal, guess->time_name);
}

static void report_time(const rondo_series_guess *guess, const char *path, bool of_any)
{
    const char *name = guess->time_name;
    const id_column *id = guess->has_id ? NULL : find_rising(guess);
    int64_t line = guess->has_id ? guess->ids[0].line : guess->line;
    if (line == 0 && of_any)
        report_in_order(guess, path);
    else if (line > 0 && id)
        rondo_log_warning(
            "%s: column \"%s\" looks like times that fall back at line %lld, but rise "
            "within each \"%s\": these are several series, and windows run from one "
            "into the next; write data.options: {time: %s, id: %s}",
            path, name, (long long)line, id->name, name, id->name);
    else if (line > 0)
        rondo_log_warning("%s: column \"%s\" looks like times, but at line %lld it does not rise: "
                          "rows are read in the order of the file; sort them, and let "
                          "\"data.options.time: %s\" check it",
                          path, name, (long long)line, name);
}

void rondo_series_guess_report(const rondo_series_guess *guess, const char *path, bool of_any)
{
    const id_column *id = guess->has_id ? NULL : find_repeating(guess);
    bool is_other_order = guess->time_field >= 0 && guess->resembles && guess->rows > 0;
    if (has_time(guess))
        report_time(guess, path, of_any);
    else if (is_other_order && of_any)
        rondo_log_warning("%s: column \"%s\" looks like dates, which nothing checks: "
                          "data.options: {time: %s, date_order: day_first} (or month_first) does",
                          path, guess->time_name, guess->time_name);
    else if (id && of_any && !guess->config->time)
        rondo_log_warning("%s: column \"%s\" repeats %d names; if the rows of each are a series of "
                          "their own, write \"data.options.id: %s\": now windows run from one into "
                          "the next",
                          path, id->name, rondo_symbols_count(id->names), id->name);
}
