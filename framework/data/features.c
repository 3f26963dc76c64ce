#include "data/features.h"

#include "data/columns.h"
#include "data/utf8.h"

static char lowered(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static void add_lowercase(const char *bytes, int64_t length, rondo_text *text)
{
    for (int64_t i = 0; i < length; i++) {
        char byte = lowered(bytes[i]);
        rondo_text_add_bytes(text, &byte, 1);
    }
}

static int64_t count_characters(const char *word, int64_t length)
{
    int64_t count = 0;
    for (int64_t at = 0; at < length; at += rondo_utf8_length_of_valid(word[at]))
        count++;
    return count;
}

/* Bytes of the first `characters` characters. */
static int64_t bytes_of(const char *word, int64_t length, int64_t characters)
{
    int64_t at = 0;
    for (; characters > 0 && at < length; characters--)
        at += rondo_utf8_length_of_valid(word[at]);
    return at;
}

static void add_affix(const rondo_feature_config *feature, const rondo_token *token,
                      rondo_text *text)
{
    int64_t first = 0, end = token->length;
    if (feature->kind == RONDO_FEATURE_PREFIX) {
        end = bytes_of(token->word, token->length, feature->length);
    } else {
        int64_t before = count_characters(token->word, token->length) - feature->length;
        first = bytes_of(token->word, token->length, before);
    }
    add_lowercase(token->word + first, end - first, text);
}

static void add_shape(const rondo_token *token, rondo_text *text)
{
    enum { MOST_OF_A_RUN = 2 };
    char before = '\0';
    int run = 0;
    for (int64_t at = 0; at < token->length; at += rondo_utf8_length_of_valid(token->word[at])) {
        char byte = token->word[at], class = byte;
        if (byte >= 'A' && byte <= 'Z') class = 'X';
        if ((byte >= 'a' && byte <= 'z') || (unsigned char)byte >= 0x80) class = 'x';
        if (byte >= '0' && byte <= '9') class = 'd';
        run = class == before ? run + 1 : 1;
        before = class;
        bool is_class = class == 'X' || class == 'x' || class == 'd';
        if (!is_class || run <= MOST_OF_A_RUN) rondo_text_add_bytes(text, &class, 1);
    }
}

rondo_status rondo_feature_get(const rondo_feature_config *feature, const rondo_token *token,
                               rondo_text *text, const char **symbol, int64_t *length,
                               rondo_error *error)
{
    text->length = 0;
    switch (feature->kind) {
    case RONDO_FEATURE_COLUMN: {
        rondo_column_field field;
        rondo_status status = rondo_columns_get(token->path, token->number, token->line,
                                                token->line_end, feature->column, &field, error);
        *symbol = field.text;
        *length = field.length;
        return status;
    }
    case RONDO_FEATURE_SHAPE:
        add_shape(token, text);
        break;
    case RONDO_FEATURE_LOWERCASE:
        add_lowercase(token->word, token->length, text);
        break;
    default:
        add_affix(feature, token, text);
        break;
    }
    *symbol = rondo_text_get(text);
    *length = (int64_t)text->length;
    return text->failed ? rondo_error_set(error, RONDO_FAILED, "not enough memory for a feature")
                        : RONDO_OK;
}

rondo_status rondo_features_read(const rondo_data_config *config, const rondo_token *token,
                                 rondo_symbols *const *symbols, rondo_text *text,
                                 rondo_corpus *corpus, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t f = 0; f < config->feature_count && !status; f++) {
        const char *symbol;
        int64_t length;
        int32_t index;
        status = rondo_feature_get(&config->features[f], token, text, &symbol, &length, error);
        if (!status) status = rondo_symbols_add(symbols[f], symbol, length, &index, error);
        if (!status) status = rondo_corpus_add_feature(corpus, f, index, error);
    }
    return status;
}

rondo_status rondo_features_encode(const rondo_data_config *config, const rondo_token *token,
                                   rondo_vocabulary *const *vocabularies, rondo_text *text,
                                   rondo_corpus *corpus, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t f = 0; f < config->feature_count && !status; f++) {
        const char *symbol;
        int64_t length;
        status = rondo_feature_get(&config->features[f], token, text, &symbol, &length, error);
        if (status) return status;
        int32_t id = rondo_vocabulary_find(vocabularies[f], symbol, length);
        status = rondo_corpus_add_feature(corpus, f, id, error);
    }
    return status;
}
