#include "data/features.h"

#include "base/utf8.h"
#include "data/text/letters.h"

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

/* Gives where the affix begins in the text, which then ends with it. */
static size_t add_affix(const rondo_feature_config *feature, int rule, const rondo_token *token,
                        rondo_text *text)
{
    rondo_letters_add_lower(rule, token->word, token->length, text);
    if (text->failed) return 0;
    int64_t length = (int64_t)text->length;
    if (feature->kind == RONDO_FEATURE_PREFIX) {
        text->length = (size_t)bytes_of(text->data, length, feature->length);
        text->data[text->length] = '\0';
        return 0;
    }
    int64_t before = count_characters(text->data, length) - feature->length;
    return (size_t)bytes_of(text->data, length, before);
}

static char class_of(int rule, const char *at, int64_t length)
{
    if (rondo_letters_is_capital(rule, at, length)) return 'X';
    if ((*at >= 'a' && *at <= 'z') || (unsigned char)*at >= 0x80) return 'x';
    return *at >= '0' && *at <= '9' ? 'd' : *at;
}

static void add_shape(int rule, const rondo_token *token, rondo_text *text)
{
    enum { MOST_OF_A_RUN = 2 };
    char before = '\0';
    int run = 0;
    for (int64_t at = 0; at < token->length; at += rondo_utf8_length_of_valid(token->word[at])) {
        char class = class_of(rule, token->word + at, token->length - at);
        run = class == before ? run + 1 : 1;
        before = class;
        bool is_class = class == 'X' || class == 'x' || class == 'd';
        if (!is_class || run <= MOST_OF_A_RUN) rondo_text_add_bytes(text, &class, 1);
    }
}

rondo_status rondo_feature_get(const rondo_feature_config *feature, int rule,
                               const rondo_token *token, rondo_text *text, const char **symbol,
                               int64_t *length, rondo_error *error)
{
    size_t first = 0;
    text->length = 0;
    switch (feature->kind) {
    case RONDO_FEATURE_COLUMN: {
        rondo_column_field field;
        rondo_status status =
            rondo_columns_get(token->rules, token->path, token->number, token->line,
                              token->line_end, feature->column, &field, error);
        *symbol = field.text;
        *length = field.length;
        return status;
    }
    case RONDO_FEATURE_SHAPE:
        add_shape(rule, token, text);
        break;
    case RONDO_FEATURE_LOWERCASE:
        rondo_letters_add_lower(rule, token->word, token->length, text);
        break;
    default:
        first = add_affix(feature, rule, token, text);
        break;
    }
    *symbol = rondo_text_get(text) + first;
    *length = (int64_t)(text->length - first);
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
        status = rondo_feature_get(&config->features[f], config->vocabulary.lowercase_rule, token,
                                   text, &symbol, &length, error);
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
        status = rondo_feature_get(&config->features[f], config->vocabulary.lowercase_rule, token,
                                   text, &symbol, &length, error);
        if (status) return status;
        int32_t id = rondo_vocabulary_find(vocabularies[f], symbol, length);
        status = rondo_corpus_add_feature(corpus, f, id, error);
    }
    return status;
}
