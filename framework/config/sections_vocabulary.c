/* Rows of the section `data.vocabulary`. */
#include <math.h>

#include "config/sections.h"

#define TEXT(field, fallback, help_text)                                                           \
    {                                                                                              \
        .name = #field, .type = RONDO_OPTION_TEXT,                                                 \
        .offset = RONDO_FIELD_OFFSET(rondo_vocabulary_config, field, const char *),                \
        .fallback_text = fallback, .help = help_text                                               \
    }

static const char *const lowercase_rules[] = {"unicode", "ascii", NULL};

const rondo_option rondo_vocabulary_rows[] = {
    RONDO_INTEGER(rondo_vocabulary_config, min_count, 1, 1, HUGE_VAL,
                  "symbols that the training split has less often become the unknown symbol"),
    RONDO_INTEGER(rondo_vocabulary_config, max_size, 0, 0, INT32_MAX,
                  "symbols kept at most, the unknown and the end symbol among them; 0: no limit"),
    RONDO_BOOLEAN(rondo_vocabulary_config, lowercase, false,
                  "turn capital letters into small ones, of all scripts"),
    RONDO_CHOICE(rondo_vocabulary_config, lowercase_rule, RONDO_LOWERCASE_UNICODE, lowercase_rules,
                 "which letters have a lower case, here and in data.features: all of Unicode, or "
                 "A-Z alone, as a run of an older build that is resumed"),
    TEXT(unknown, "<UNK>", "how the unknown symbol is written"),
    TEXT(end, "<EOS>", "how the symbol for the end of a line or sequence is written"),
    RONDO_OPTIONS_END};
