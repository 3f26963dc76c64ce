#include "data/formats/text.h"

#include "base/utf8.h"
#include "config/format.h"
#include "data/assemble.h"
#include "data/text/vocabulary.h"

rondo_plain_cursor rondo_plain_cursor_of(const rondo_data_config *config,
                                         const rondo_source *source)
{
    const char *end = source->text + source->size;
    return (rondo_plain_cursor){.vocabulary = &config->vocabulary,
                                .words = config->unit == RONDO_WORD,
                                .at = source->text,
                                .end = end,
                                .unfinished = source->size > 0 && end[-1] != '\n'};
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

rondo_mark rondo_plain_cursor_next(rondo_plain_cursor *cursor, const char **symbol, int64_t *length)
{
    char *at = cursor->at;
    if (cursor->words)
        while (at < cursor->end && is_blank(*at))
            at++;
    cursor->at = at;
    if (at == cursor->end) {
        rondo_mark mark = cursor->unfinished ? RONDO_MARK_LINE_END : RONDO_MARK_DONE;
        cursor->unfinished = false;
        return mark;
    }
    if (*at == '\n') {
        cursor->at++;
        return RONDO_MARK_LINE_END;
    }
    if (cursor->words)
        while (cursor->at < cursor->end && *cursor->at != '\n' && !is_blank(*cursor->at))
            cursor->at++;
    else
        cursor->at += rondo_utf8_length_of_valid(*at);
    *symbol = at;
    *length = cursor->at - at;
    if (cursor->vocabulary->lowercase)
        *symbol = rondo_source_lowercase(cursor->vocabulary, at, length, cursor->room);
    return RONDO_MARK_SYMBOL;
}

static rondo_status read_source(const rondo_source *source, const rondo_data_config *config,
                                rondo_symbols *symbols, rondo_corpus *corpus, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    rondo_plain_cursor cursor = rondo_plain_cursor_of(config, source);
    bool stream = config->sequences == RONDO_STREAM;
    rondo_mark mark;
    const char *symbol;
    int64_t length;
    int32_t index;
    status = rondo_corpus_reserve(corpus, (int64_t)source->size, error);
    while (!status &&
           (mark = rondo_plain_cursor_next(&cursor, &symbol, &length)) != RONDO_MARK_DONE) {
        if (mark == RONDO_MARK_SYMBOL) {
            status = rondo_symbols_add(symbols, symbol, length, &index, error);
            if (!status) status = rondo_corpus_add(corpus, index, error);
        } else if (stream) {
            status = rondo_corpus_add(corpus, RONDO_END_ID, error);
        } else {
            status = rondo_corpus_end_sequence(corpus, error);
        }
    }
    return status ? status : rondo_corpus_end_sequence(corpus, error);
}

static rondo_status read_file(const char *path, const rondo_corpus_request *request,
                              rondo_error *error)
{
    rondo_source source;
    rondo_corpus *corpus = request->corpus;
    rondo_status status = rondo_source_read(path, &source, error);
    if (!status)
        status = read_source(&source, &request->experiment->data, request->inputs, corpus, error);
    if (!status && corpus->sequences == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: only empty lines", path);
    rondo_source_finish(&source);
    return status;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    static const rondo_corpus_source source = {.read = read_file};
    return rondo_assemble(reading, &source, dataset, error);
}

const rondo_format rondo_format_text = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "text",
             .summary = "plain UTF-8 text, one stream of characters or words, or one sequence per "
                        "line (data.sequences)",
             .options = rondo_no_options},
    .provides = RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_NEXT_SYMBOLS | RONDO_PROVIDES_FILES |
                RONDO_PROVIDES_FOLDERS | RONDO_PROVIDES_STREAM | RONDO_PROVIDES_ROWS |
                RONDO_PROVIDES_UNIT | RONDO_PROVIDES_VOCABULARY | RONDO_PROVIDES_LOWERCASE,
    .unit = RONDO_CHARACTER,
    .sequences = RONDO_STREAM,
    .read = read};
