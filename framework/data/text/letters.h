/* Letters and their lower case, by the tables of utf8proc: a letter becomes a letter, by Unicode's
 * simple mapping, whatever the language (so a word keeps its number of characters). The one letter
 * that looks at its neighbours is a capital sigma: behind a letter, at the end of the text, it
 * becomes the sigma of a word's end. */
#ifndef RONDO_DATA_TEXT_LETTERS_H
#define RONDO_DATA_TEXT_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "config/experiment.h"

enum { RONDO_LETTERS_ROOM = 1024 };

/* Adds valid UTF-8 in lower case. `rule`: a rondo_lowercase_rule. [any] */
void rondo_letters_add_lower(int rule, const char *bytes, int64_t length, rondo_text *text);

/* Turns a text into lower case where it stands; where the result may need more bytes it stands in
 * `room`. Gives it, and sets *length. Of a text of more than 600 bytes two letters stay as they
 * are, whose lower case takes a byte more (U+023A and U+023E). [any] */
const char *rondo_letters_lower(int rule, char *text, int64_t *length,
                                char room[RONDO_LETTERS_ROOM]);

/* Whether the character is a capital letter. [any] */
bool rondo_letters_is_capital(int rule, const char *at, int64_t length);

#endif
