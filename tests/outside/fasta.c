/* A data format added from outside, for new_format.cmake: FASTA, the sequences of biology.
 *
 *     >NAME CLASS ..
 *     ACGTTACC
 *     GAT
 *
 * A record is a line that begins with '>' and the lines of letters up to the next one. A letter is a
 * step; one of the header's fields, which stand apart by blanks, is the class. */
#include <string.h>

#include "base/utf8.h"
#include "config/format.h"
#include "data/assemble.h"
#include "data/text/lines.h"

typedef struct fasta_config {
    int64_t class_field; /* from 1 */
} fasta_config;

static const char blanks[] = " \t";

typedef struct fasta_reader {
    const fasta_config *options;
    const rondo_corpus_request *request;
    rondo_lines lines;
    int64_t header; /* its line; 0: none yet */
    int32_t class;
    int64_t first; /* step of the record at hand */
} fasta_reader;

static rondo_status end_record(const fasta_reader *reader, rondo_error *error)
{
    rondo_corpus *corpus = reader->request->corpus;
    if (reader->header == 0) return RONDO_OK;
    if (corpus->steps == reader->first)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: no letters follow this header",
                               reader->lines.path, (long long)reader->header);
    return rondo_corpus_end_labelled(corpus, reader->class, error);
}

static rondo_status start_record(fasta_reader *reader, rondo_error *error)
{
    const char *field = reader->lines.line + 1;
    size_t length = strcspn(field, blanks);
    reader->header = reader->lines.number;
    reader->first = reader->request->corpus->steps;
    for (int64_t i = 1; i < reader->options->class_field; i++) {
        field += length;
        field += strspn(field, blanks);
        length = strcspn(field, blanks);
    }
    if (length == 0)
        return rondo_error_set(
            error, RONDO_FAILED, "%s:%lld: the header has no field %lld (data.options.class_field)",
            reader->lines.path, (long long)reader->header, (long long)reader->options->class_field);
    return rondo_symbols_add(reader->request->targets, field, (int64_t)length, &reader->class,
                             error);
}

static rondo_status add_letters(fasta_reader *reader, rondo_error *error)
{
    if (reader->header == 0)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: letters before the first header",
                               reader->lines.path, (long long)reader->lines.number);
    int64_t length;
    for (const char *letter = reader->lines.line; *letter; letter += length) {
        int32_t index;
        length = rondo_utf8_length_of_valid(*letter);
        rondo_status status =
            rondo_symbols_add(reader->request->inputs, letter, length, &index, error);
        if (!status) status = rondo_corpus_add(reader->request->corpus, index, error);
        if (status) return status;
    }
    return RONDO_OK;
}

static rondo_status read_lines(fasta_reader *reader, rondo_error *error)
{
    bool there;
    rondo_status status;
    while (!(status = rondo_lines_next(&reader->lines, &there, error)) && there) {
        bool is_header = reader->lines.line[0] == '>';
        if (is_header) status = end_record(reader, error);
        if (!status) status = is_header ? start_record(reader, error) : add_letters(reader, error);
        if (status) return status;
    }
    return status ? status : end_record(reader, error);
}

static rondo_status read_file(const char *path, const rondo_corpus_request *request,
                              rondo_error *error)
{
    fasta_reader reader = {.options = request->experiment->data.options, .request = request};
    rondo_status status = rondo_lines_open(path, &reader.lines, error);
    if (!status) status = read_lines(&reader, error);
    if (!status && request->corpus->sequences == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: no records", path);
    rondo_lines_close(&reader.lines);
    return status;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    static const rondo_corpus_source source = {.read = read_file};
    return rondo_assemble(reading, &source, dataset, error);
}

static const rondo_option options[] = {
    RONDO_INTEGER(fasta_config, class_field, 2, 1, 1000,
                  "which field of a header is the class, from 1"),
    RONDO_OPTIONS_END};

const rondo_format rondo_format_fasta = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "fasta",
             .summary = "FASTA: sequences of letters, each with a class in its header",
             .source = "Pearson & Lipman 1988", .config_size = sizeof(fasta_config),
             .options = options},
    .provides = RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_LABELS | RONDO_PROVIDES_FILES |
                RONDO_PROVIDES_VOCABULARY,
    .unit = RONDO_CHARACTER,
    .sequences = RONDO_LINE,
    .targets_key = "data.options.class_field",
    .read = read};
