#include "command/export_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "command/command.h"
#include "store/events.h"
#include "store/metrics_follow.h"
#include "store/metrics_times.h"

enum { MAX_NAMES = RONDO_MAX_COLUMNS };

/* The journal is read twice: for times and names, then for values. Records that a running process
 * adds in between are left out. */
typedef struct exporter {
    rondo_metrics_times times;
    int64_t next; /* record */
    char *names[MAX_NAMES];
    int32_t name_count;
    rondo_text output;
} exporter;

static void exporter_finish(exporter *e)
{
    for (int32_t i = 0; i < e->name_count; i++)
        free(e->names[i]);
    rondo_metrics_times_finish(&e->times);
    rondo_text_finish(&e->output);
}

static rondo_status each_record(exporter *e, const char *folder, rondo_metrics_visit visit,
                                rondo_error *error)
{
    bool again;
    rondo_metrics_follower follower = {0};
    e->next = 0;
    rondo_status status = rondo_metrics_follow(&follower, folder, &again, visit, e, error);
    if (!status && e->next < e->times.count)
        status = rondo_error_set(error, RONDO_FAILED,
                                 "%s: the run was resumed meanwhile; export it again", folder);
    if (!status && follower.damaged > 0 && e->output.length > 0)
        rondo_log_warning("%s/metrics.jsonl: %lld damaged lines left out", folder,
                          (long long)follower.damaged);
    return status;
}

static bool has_name(const exporter *e, const char *name)
{
    for (int32_t i = 0; i < e->name_count; i++)
        if (strcmp(e->names[i], name) == 0) return true;
    return false;
}

static rondo_status collect_names(void *context, const rondo_journal_line *line, rondo_error *error)
{
    exporter *e = context;
    if (line->is_units || e->next == e->times.count) return RONDO_OK;
    e->next++;
    for (int32_t i = 0; i < line->record.count; i++) {
        const char *name = line->record.values[i].name;
        if (has_name(e, name)) continue;
        if (e->name_count == MAX_NAMES)
            return rondo_error_set(error, RONDO_FAILED, "metrics: more than %d names", MAX_NAMES);
        char *copy = rondo_text_copy(name);
        if (!copy) return rondo_error_set(error, RONDO_FAILED, "not enough memory: metrics");
        e->names[e->name_count++] = copy;
    }
    return RONDO_OK;
}

static rondo_status add_line(void *context, const rondo_journal_line *line, rondo_error *error)
{
    exporter *e = context;
    const rondo_record *record = &line->record;
    char number[32];
    (void)error;
    if (line->is_units || e->next == e->times.count) return RONDO_OK;
    rondo_text_add_csv(&e->output, record->kind);
    rondo_text_add(&e->output, ",%lld,%lld,%.3f", (long long)record->step, (long long)record->epoch,
                   e->times.seconds[e->next++]);
    for (int32_t n = 0; n < e->name_count; n++) {
        rondo_text_add(&e->output, ",");
        for (int32_t i = 0; i < record->count; i++) {
            if (strcmp(record->values[i].name, e->names[n]) != 0) continue;
            double value = record->values[i].value;
            rondo_text_add(&e->output, "%s",
                           isfinite(value) ? rondo_text_of_real(value, number) : "nan");
            break;
        }
    }
    rondo_text_add(&e->output, "\n");
    return RONDO_OK;
}

static rondo_status fail_memory(rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: metrics");
}

rondo_status rondo_export_csv(const char *folder, const char *output, rondo_error *error)
{
    exporter e = {0};
    rondo_status status = rondo_metrics_times_read(folder, &e.times, error);
    if (!status) status = each_record(&e, folder, collect_names, error);
    rondo_text_add(&e.output, "kind,step,epoch,wall_time");
    for (int32_t i = 0; i < e.name_count; i++) {
        rondo_text_add(&e.output, ",");
        rondo_text_add_csv(&e.output, e.names[i]);
    }
    rondo_text_add(&e.output, "\n");
    if (!status) status = each_record(&e, folder, add_line, error);
    if (!status && e.output.failed) status = fail_memory(error);
    if (!status && output)
        status = rondo_file_write(output, e.output.data, e.output.length, error);
    else if (!status)
        status = rondo_command_print(&e.output, error);
    exporter_finish(&e);
    return status;
}

/* What a run begins with is said once, and is no curve; fingerprints do not fit into a float. */
static bool is_fact(const char *kind)
{
    return strcmp(kind, "model") == 0 || strcmp(kind, "data") == 0;
}

static rondo_status add_event(void *context, const rondo_journal_line *line, rondo_error *error)
{
    exporter *e = context;
    if (line->is_units || e->next == e->times.count) return RONDO_OK;
    double seconds = e->times.seconds[e->next++];
    if (is_fact(line->record.kind)) return RONDO_OK;
    rondo_events_add(&e->output, seconds, &line->record);
    return e->output.failed ? fail_memory(error) : RONDO_OK;
}

rondo_status rondo_export_tensorboard(const char *folder, const char *output, rondo_error *error)
{
    exporter e = {0};
    rondo_status status = rondo_metrics_times_read(folder, &e.times, error);
    if (!status) {
        rondo_events_begin(&e.output, e.times.seconds[0]);
        status = each_record(&e, folder, add_event, error);
    }
    if (!status) status = rondo_file_make_folder(output, error);
    char *path = status ? NULL : rondo_file_join(output, "events.out.tfevents.0000000000.rondo");
    if (path)
        status = rondo_file_write(path, e.output.data, e.output.length, error);
    else if (!status)
        status = fail_memory(error);
    free(path);
    exporter_finish(&e);
    return status;
}
