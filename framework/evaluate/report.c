#include "evaluate/report.h"

#include <string.h>

#include "config/metric_rows.h"
#include "evaluate/class_report.h"
#include "evaluate/entity_report.h"

void rondo_record_set(rondo_record *record, const char *name, const char *unit, double value)
{
    if (record->count >= RONDO_MAX_RECORD_VALUES) return;
    record->values[record->count++] = (rondo_record_value){name, unit, value};
}

static const char *own_record(const rondo_metric_row *row)
{
    return row->metric ? row->metric->record : NULL;
}

/* Whether a record of that kind, and the line of the log beside it, has a row. */
static bool is_reported(const rondo_metric_row *row, const char *kind)
{
    return !own_record(row) || strcmp(kind, rondo_split_name(RONDO_VALID)) == 0;
}

void rondo_record_set_evaluation(rondo_record *record, const rondo_evaluator *evaluator,
                                 const rondo_evaluation *evaluation)
{
    int64_t count;
    const rondo_metric_row *rows = rondo_evaluator_rows(evaluator, &count);
    for (int64_t i = 0; i < count; i++)
        if (evaluation->has[i] && is_reported(&rows[i], record->kind))
            rondo_record_set(record, rows[i].name, rows[i].unit, evaluation->values[i]);
}

static bool is_own(const rondo_metric_row *row, const char *kind)
{
    return own_record(row) && strcmp(own_record(row), kind) == 0;
}

void rondo_record_set_own(rondo_record *record, const rondo_evaluator *evaluator,
                          const rondo_evaluation *evaluation)
{
    int64_t count;
    const rondo_metric_row *rows = rondo_evaluator_rows(evaluator, &count);
    for (int64_t i = 0; i < count; i++)
        if (evaluation->has[i] && is_own(&rows[i], record->kind))
            rondo_record_set(record, rows[i].name, rows[i].unit, evaluation->values[i]);
}

/* A part is in the record; the line has it where it chooses the best epoch. */
static bool is_detail(const rondo_metric_row *row, const char *kind)
{
    return row->part && strcmp(kind, rondo_split_name(RONDO_VALID)) != 0;
}

void rondo_report_line(const rondo_evaluator *evaluator, const rondo_evaluation *evaluation,
                       const char *kind, rondo_text *text)
{
    int64_t count;
    const rondo_metric_row *rows = rondo_evaluator_rows(evaluator, &count);
    for (int64_t i = 0; i < count; i++)
        if (evaluation->has[i] && is_reported(&rows[i], kind) && !is_detail(&rows[i], kind))
            rondo_text_add(text, i > 0 ? " %s %.4g" : "%s %.4f", rows[i].name,
                           evaluation->values[i]);
}

/* --- of `rondo evaluate` --- */

/* What a table has in its lines. */
typedef void report_value(void *context, int64_t line, const char *name, double value);

static void report_each(const rondo_evaluator *evaluator, const rondo_evaluation *evaluation,
                        report_value *call, void *context)
{
    int64_t count, line = 0;
    const rondo_metric_row *rows = rondo_evaluator_rows(evaluator, &count);
    for (int64_t i = 0; i < count; i++)
        if (evaluation->has[i] && !own_record(&rows[i]))
            call(context, line++, rows[i].name, evaluation->values[i]);
}

static void add_line(void *context, int64_t line, const char *name, double value)
{
    rondo_text_add(context, line > 0 ? "%-24s %.6g\n" : "%-24s %.6f\n", name, value);
}

void rondo_report_table(const rondo_evaluator *evaluator, const rondo_evaluation *evaluation,
                        rondo_text *text)
{
    report_each(evaluator, evaluation, add_line, text);
}

/* The loss stands before the other metrics. */
static void add_member(void *context, int64_t line, const char *name, double value)
{
    rondo_json_real(context, name, value);
    if (line == 0) rondo_json_begin(context, "metrics", '{');
}

void rondo_report_json(const rondo_evaluator *evaluator, const rondo_evaluation *evaluation,
                       rondo_json *json)
{
    report_each(evaluator, evaluation, add_member, json);
    rondo_json_end(json, '}');
}

void rondo_report_counts_table(const rondo_evaluator *evaluator, rondo_text *text)
{
    const rondo_class_counts *classes = rondo_evaluator_classes(evaluator);
    const rondo_entities *entities = rondo_evaluator_entities(evaluator);
    const rondo_forecast *forecast = rondo_evaluator_forecast(evaluator);
    if (classes) rondo_class_report_table(classes, text);
    if (entities) rondo_entity_report_table(entities, text);
    if (!forecast) return;
    rondo_text_add(text, "\n");
    rondo_forecast_describe(forecast, text);
}

void rondo_report_counts_json(const rondo_evaluator *evaluator, rondo_json *json)
{
    const rondo_class_counts *classes = rondo_evaluator_classes(evaluator);
    const rondo_entities *entities = rondo_evaluator_entities(evaluator);
    const rondo_forecast *forecast = rondo_evaluator_forecast(evaluator);
    if (entities) rondo_entity_report_json(entities, json);
    if (classes) rondo_class_report_json(classes, json);
    if (forecast) rondo_forecast_json(forecast, json);
}
