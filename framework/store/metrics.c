#include "store/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "base/log.h"
#include "store/metrics_journal.h"

const char *rondo_record_split(const char *kind)
{
    static const char *const of_no_split[] = {"train", "model", "data", NULL};
    for (int i = 0; of_no_split[i]; i++)
        if (strcmp(kind, of_no_split[i]) == 0) return NULL;
    if (strcmp(kind, "epoch") == 0) return "train";
    return strcmp(kind, "valid") == 0 ? "valid" : "test";
}

struct rondo_metrics {
    char *journal_path, *columns_path;
    int journal; /* descriptor */
    off_t size;  /* of the journal: whole lines */
    rondo_metric_table table;
};

/* A journal while it is read: what is kept goes to `kept`, line by line. */
typedef struct journal_reader {
    rondo_metrics *metrics;
    int64_t keep_until_step;
    FILE *from, *kept;
    char *line;       /* as read */
    size_t size;      /* of its memory */
    rondo_text units; /* a units line that waits for its record */
    int64_t understood, damaged, dropped;
} journal_reader;

static rondo_status fail_memory(rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: metrics");
}

static rondo_status fail_file(const char *path, const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: cannot %s: %s", path, what, strerror(errno));
}

static void keep_line(journal_reader *reader, const char *line, size_t length)
{
    fwrite(line, 1, length, reader->kept);
}

static rondo_status declare_units(rondo_metrics *metrics, const rondo_record *units,
                                  rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int32_t i = 0; i < units->count && !status; i++)
        status = rondo_metric_table_declare(&metrics->table, units->kind, units->values[i].name,
                                            units->values[i].unit, error);
    return status;
}

/* A record whose units line is lost has the unit of a plain number. */
static rondo_status keep_record(journal_reader *reader, rondo_record *record, const char *original,
                                size_t length, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (reader->units.length > 0) {
        rondo_journal_line units;
        keep_line(reader, reader->units.data, reader->units.length);
        reader->units.data[reader->units.length - 1] = '\0';
        if (rondo_journal_parse(reader->units.data, &units))
            status = declare_units(reader->metrics, &units.record, error);
        reader->units.length = 0;
    }
    if (status) return status;
    keep_line(reader, original, length);
    for (int32_t i = 0; i < record->count; i++)
        record->values[i].unit = "1";
    status = rondo_metric_table_reserve(&reader->metrics->table, record, error);
    if (!status) rondo_metric_table_add(&reader->metrics->table, record);
    return status;
}

/* `line` has `length` bytes with its newline; parsing spoils a copy. */
static rondo_status read_line(journal_reader *reader, size_t length, rondo_text *copy,
                              rondo_error *error)
{
    rondo_journal_line parsed;
    copy->length = 0;
    rondo_text_add_bytes(copy, reader->line, length - 1);
    if (copy->failed) return fail_memory(error);
    if (strlen(copy->data) != length - 1 || !rondo_journal_parse(copy->data, &parsed)) {
        reader->damaged++;
        return RONDO_OK;
    }
    reader->understood++;
    if (parsed.is_units) {
        reader->units.length = 0;
        rondo_text_add_bytes(&reader->units, reader->line, length);
        return reader->units.failed ? fail_memory(error) : RONDO_OK;
    }
    int64_t last = reader->keep_until_step;
    if (last > 0 && parsed.record.step <= last)
        return keep_record(reader, &parsed.record, reader->line, length, error);
    reader->units.length = 0;
    reader->dropped++;
    return RONDO_OK;
}

static rondo_status read_lines(journal_reader *reader, rondo_error *error)
{
    const char *path = reader->metrics->journal_path;
    rondo_status status = RONDO_OK;
    rondo_text copy = {0};
    while (!status) {
        ssize_t length = getline(&reader->line, &reader->size, reader->from);
        if (length < 0) {
            if (!feof(reader->from)) status = fail_file(path, "read", error);
            break;
        }
        if (reader->line[length - 1] == '\n')
            status = read_line(reader, (size_t)length, &copy, error);
        else
            reader->dropped++; /* torn by a kill */
        if (!status && reader->damaged > 0 && reader->understood == 0)
            status = rondo_error_set(error, RONDO_FAILED,
                                     "%s: is not a journal of rondo; move it away", path);
    }
    rondo_text_finish(&copy);
    return status;
}

/* The kept lines become the journal, if any was dropped. */
static rondo_status replace_journal(journal_reader *reader, const char *temporary,
                                    rondo_error *error)
{
    const char *path = reader->metrics->journal_path;
    bool written = fflush(reader->kept) == 0 && !ferror(reader->kept);
    if (reader->dropped == 0 && reader->damaged == 0 && reader->units.length == 0) return RONDO_OK;
    if (!written) return fail_file(path, "write", error);
    if (reader->damaged > 0)
        rondo_log_warning("%s: %lld damaged lines dropped", path, (long long)reader->damaged);
    return rondo_file_replace(temporary, path, error);
}

static rondo_status read_journal(rondo_metrics *metrics, int64_t keep_until_step,
                                 rondo_error *error)
{
    const char *path = metrics->journal_path;
    rondo_status status = RONDO_OK;
    journal_reader reader = {.metrics = metrics, .keep_until_step = keep_until_step};
    if (!rondo_file_exists(path)) return RONDO_OK;
    if ((status = rondo_file_refuse_link(path, error))) return status;
    char *temporary = rondo_file_temporary(path);
    if (!temporary) return fail_memory(error);
    reader.from = rondo_file_open_ordinary(path);
    if (!reader.from) {
        status = rondo_error_set(error, RONDO_FAILED, "%s: is not a regular file", path);
        goto cleanup;
    }
    reader.kept = fopen(temporary, "wxe");
    if (!reader.kept) {
        status = fail_file(path, "write", error);
        goto cleanup;
    }
    status = read_lines(&reader, error);
    if (!status) status = replace_journal(&reader, temporary, error);
cleanup:
    if (reader.from) fclose(reader.from);
    if (reader.kept) fclose(reader.kept);
    unlink(temporary);
    free(temporary);
    free(reader.line);
    rondo_text_finish(&reader.units);
    return status;
}

static rondo_status open_journal(rondo_metrics *metrics, rondo_error *error)
{
    struct stat about;
    rondo_status status = rondo_file_append(metrics->journal_path, &metrics->journal, error);
    if (status) return status;
    if (fstat(metrics->journal, &about) != 0)
        return fail_file(metrics->journal_path, "open", error);
    metrics->size = about.st_size;
    return RONDO_OK;
}

/* Final names of this file's temporary ones. */
static bool is_ours(const char *name, size_t length)
{
    static const char *const names[] = {"metrics.jsonl", "metrics.h5"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0) return true;
    return false;
}

rondo_status rondo_metrics_open(const char *folder, int64_t keep_until_step, rondo_metrics **out,
                                rondo_error *error)
{
    *out = NULL;
    rondo_metrics *metrics = calloc(1, sizeof *metrics);
    if (!metrics) return fail_memory(error);
    metrics->journal = -1;
    metrics->journal_path = rondo_file_join(folder, "metrics.jsonl");
    metrics->columns_path = rondo_file_join(folder, "metrics.h5");
    rondo_status status = RONDO_OK;
    if (!metrics->journal_path || !metrics->columns_path) status = fail_memory(error);
    if (!status) {
        rondo_file_remove_stale(folder, is_ours);
        status = read_journal(metrics, keep_until_step, error);
    }
    if (!status) status = open_journal(metrics, error);
    if (status) {
        rondo_metrics_close(metrics);
        return status;
    }
    *out = metrics;
    return RONDO_OK;
}

static rondo_status check_record(const rondo_record *record, rondo_error *error)
{
    if (record->count < 0 || record->count > RONDO_MAX_RECORD_VALUES)
        return rondo_error_set(error, RONDO_FAILED, "metrics: a record has at most %d values",
                               RONDO_MAX_RECORD_VALUES);
    if (!rondo_journal_kind_ok(record->kind) || strcmp(record->kind, "units") == 0)
        return rondo_error_set(error, RONDO_FAILED, "metrics: \"%s\" cannot name a kind of records",
                               record->kind);
    for (int32_t i = 0; i < record->count; i++) {
        const char *name = record->values[i].name;
        bool usable = rondo_journal_name_ok(name);
        for (int32_t j = 0; j < i && usable; j++)
            usable = strcmp(name, record->values[j].name) != 0;
        if (!usable)
            return rondo_error_set(error, RONDO_FAILED,
                                   "metrics: \"%s\" cannot name a value, or stands twice", name);
    }
    return RONDO_OK;
}

/* A line that only got in part to the disk would spoil the next one: cut it off again. */
static rondo_status append(rondo_metrics *metrics, const rondo_text *lines, rondo_error *error)
{
    if (rondo_file_write_all(metrics->journal, lines->data, lines->length)) {
        metrics->size += (off_t)lines->length;
        return RONDO_OK;
    }
    rondo_status status = fail_file(metrics->journal_path, "write", error);
    if (ftruncate(metrics->journal, metrics->size) != 0)
        return fail_file(metrics->journal_path, "cut back", error);
    return status;
}

rondo_status rondo_metrics_add(rondo_metrics *metrics, const rondo_record *record,
                               rondo_error *error)
{
    rondo_status status = check_record(record, error);
    if (status) return status;
    rondo_text lines = {0};
    rondo_journal_format(record, &metrics->table, &lines);
    status = lines.failed ? fail_memory(error)
                          : rondo_metric_table_reserve(&metrics->table, record, error);
    if (!status) status = append(metrics, &lines, error);
    if (!status) rondo_metric_table_add(&metrics->table, record);
    rondo_text_finish(&lines);
    return status;
}

bool rondo_metrics_has(const rondo_metrics *metrics, const char *kind, int64_t step)
{
    return rondo_metric_table_last_step(&metrics->table, kind) == step;
}

int64_t rondo_metrics_column(const rondo_metrics *metrics, const char *kind, const char *name,
                             const double **values)
{
    const rondo_column *column = rondo_metric_table_find(&metrics->table, kind, name, 0);
    *values = column ? column->values : NULL;
    return column ? rondo_metric_table_count(&metrics->table, kind) : 0;
}

static rondo_status write_column(rondo_hdf5 *file, const char *kind, const char *name,
                                 const char *unit, rondo_hdf5_type type, int64_t count,
                                 const void *values, rondo_error *error)
{
    rondo_text path = {0};
    rondo_text_add(&path, "/%s/%s", kind, name);
    rondo_status status = path.failed
                              ? fail_memory(error)
                              : rondo_hdf5_write(file, path.data, type, 1, &count, values, error);
    if (!status) status = rondo_hdf5_set_text(file, path.data, "unit", unit, error);
    rondo_text_finish(&path);
    return status;
}

static rondo_status write_kind(rondo_hdf5 *file, const rondo_kind *kind, rondo_error *error)
{
    if (kind->count == 0) return RONDO_OK;
    rondo_status status = write_column(file, kind->name, "step", "updates", RONDO_HDF5_INT64,
                                       kind->count, kind->step, error);
    if (!status)
        status = write_column(file, kind->name, "epoch", "epochs", RONDO_HDF5_INT64, kind->count,
                              kind->epoch, error);
    for (int32_t i = 0; i < kind->column_count && !status; i++) {
        const rondo_column *column = &kind->columns[i];
        status = write_column(file, kind->name, column->name, column->unit, RONDO_HDF5_FLOAT64,
                              kind->count, column->values, error);
    }
    return status;
}

static rondo_status write_columns(const rondo_metrics *metrics, const char *path,
                                  rondo_error *error)
{
    rondo_hdf5 *file;
    rondo_error ignored = {0};
    rondo_status status = rondo_hdf5_create(path, &file, error);
    if (status) return status;
    status = rondo_hdf5_set_text(file, "/", "rondo_format", "metrics", error);
    if (!status) status = rondo_hdf5_set_integer(file, "/", "version", 1, error);
    for (int32_t k = 0; k < metrics->table.kind_count && !status; k++)
        status = write_kind(file, metrics->table.kinds[k], error);
    rondo_status closed = rondo_hdf5_close(file, status ? &ignored : error);
    return status ? status : closed;
}

rondo_status rondo_metrics_save(rondo_metrics *metrics, rondo_error *error)
{
    if (!rondo_file_sync(metrics->journal)) return fail_file(metrics->journal_path, "write", error);
    char *temporary = rondo_file_temporary(metrics->columns_path);
    if (!temporary) return fail_memory(error);
    rondo_status status = write_columns(metrics, temporary, error);
    if (!status) status = rondo_file_replace(temporary, metrics->columns_path, error);
    if (status) unlink(temporary);
    free(temporary);
    return status;
}

void rondo_metrics_close(rondo_metrics *metrics)
{
    if (!metrics) return;
    if (metrics->journal >= 0) close(metrics->journal);
    rondo_metric_table_finish(&metrics->table);
    free(metrics->journal_path);
    free(metrics->columns_path);
    free(metrics);
}
