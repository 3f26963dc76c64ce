/* The target that an encoder-decoder gives a source, a line each: what rondo translate does with
 * its defaults. A line is a source, or a pair as in training, whose target is not looked at; an
 * empty line stays empty. Lines are taken as they come. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "command/predict.h"
#include "data/text/lines.h"
#include "infer/translate.h"

enum { BATCH = 64, LONGEST = 200 };

typedef struct target_writer {
    const rondo_prediction *prediction;
    rondo_lines lines;
    rondo_unknowns unknowns;
    char *sources[BATCH];
    int64_t count;
} target_writer;

static rondo_status write_targets(target_writer *writer, rondo_error *error)
{
    const rondo_translate_config config = {
        .beam = 1, .longest = LONGEST, .batch_size = BATCH, .unknowns = &writer->unknowns};
    rondo_text texts[BATCH] = {{0}};
    if (writer->count == 0) return RONDO_OK;
    rondo_status status =
        rondo_translate_run(writer->prediction->session, &config,
                            (const char *const *)writer->sources, writer->count, texts, error);
    for (int64_t i = 0; i < writer->count; i++) {
        if (texts[i].failed && !status)
            status = rondo_error_set(error, RONDO_FAILED, "not enough memory: targets");
        if (!status) fprintf(writer->prediction->output, "%s\n", rondo_text_get(&texts[i]));
        rondo_text_finish(&texts[i]);
        free(writer->sources[i]);
    }
    writer->count = 0;
    return status;
}

static rondo_status add_line(target_writer *writer, rondo_error *error)
{
    const rondo_data_config *data = &writer->prediction->session->experiment->data;
    char *line = rondo_text_copy(writer->lines.line);
    if (!line) return rondo_error_set(error, RONDO_FAILED, "not enough memory: a line");
    if (data->format->keep_source) data->format->keep_source(data, line);
    writer->sources[writer->count++] = line;
    bool waits = rondo_lines_wait(&writer->lines);
    rondo_status status = waits || writer->count == BATCH ? write_targets(writer, error) : RONDO_OK;
    if (waits) fflush(writer->prediction->output);
    return status;
}

rondo_status rondo_predict_targets(const rondo_prediction *prediction, rondo_error *error)
{
    target_writer writer = {.prediction = prediction};
    bool there = true;
    if (prediction->form != RONDO_FORM_DATA)
        return rondo_error_set(error, RONDO_USAGE,
                               "--format: an encoder-decoder writes text, one line per source");
    rondo_status status = rondo_lines_open(prediction->path, &writer.lines, error);
    while (!status && !(status = rondo_lines_next(&writer.lines, &there, error)) && there)
        status = add_line(&writer, error);
    if (!status) status = write_targets(&writer, error);
    for (int64_t i = 0; i < writer.count; i++)
        free(writer.sources[i]);
    rondo_unknowns_warn(&writer.unknowns, prediction->session->schema->inputs);
    rondo_lines_close(&writer.lines);
    return status;
}
