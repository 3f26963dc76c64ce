#include "data/text/letters.h"

#include <string.h>
#include <utf8proc.h>

enum { CAPITAL_SIGMA = 0x3A3, SIGMA = 0x3C3, LAST_SIGMA = 0x3C2, MOST_BYTES = 4 };

static int32_t decode(const char *at, int64_t length, int64_t *used)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)at, length, &point);
    *used = bytes > 0 ? bytes : 1;
    return bytes > 0 ? point : (unsigned char)at[0];
}

static bool is_letter(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static int32_t lower(int32_t point, int32_t before, const char *next, int64_t left)
{
    int64_t used;
    if (point != CAPITAL_SIGMA) return utf8proc_tolower(point);
    bool is_last = left == 0 || !is_letter(decode(next, left, &used));
    return is_last && is_letter(before) ? LAST_SIGMA : SIGMA;
}

/* Into `to`, which may be where the text stands; what would not fit before the place that is read
 * next (`tight`) stays as it is. */
static int64_t lower_to(const char *bytes, int64_t length, char *to, bool tight)
{
    int64_t at = 0, written = 0, used;
    int32_t before = 0;
    while (at < length) {
        char form[MOST_BYTES];
        int32_t point = decode(bytes + at, length - at, &used);
        int32_t lowered = lower(point, before, bytes + at + used, length - at - used);
        utf8proc_ssize_t size = utf8proc_encode_char(lowered, (utf8proc_uint8_t *)form);
        if (size <= 0 || (tight && written + size > at + used)) {
            size = used;
            memmove(form, bytes + at, (size_t)used);
        }
        memcpy(to + written, form, (size_t)size);
        written += size;
        at += used;
        before = point;
    }
    return written;
}

static bool lower_ascii(char *text, int64_t length)
{
    unsigned char all = 0;
    for (int64_t i = 0; i < length; i++) {
        all |= (unsigned char)text[i];
        if (text[i] >= 'A' && text[i] <= 'Z') text[i] = (char)(text[i] - 'A' + 'a');
    }
    return all < 0x80;
}

const char *rondo_letters_lower(int rule, char *text, int64_t *length,
                                char room[RONDO_LETTERS_ROOM])
{
    bool fits = *length * 3 / 2 < RONDO_LETTERS_ROOM;
    char *to = fits ? room : text;
    if (lower_ascii(text, *length) || rule == RONDO_LOWERCASE_ASCII) return text;
    *length = lower_to(text, *length, to, !fits);
    return to;
}

void rondo_letters_add_lower(int rule, const char *bytes, int64_t length, rondo_text *text)
{
    size_t start = text->length;
    rondo_text_add_bytes(text, bytes, (size_t)length);
    if (text->failed) return;
    if (lower_ascii(text->data + start, length) || rule == RONDO_LOWERCASE_ASCII) return;
    /* A letter's lower case takes at most half as many bytes again. */
    rondo_text_add_bytes(text, bytes, (size_t)length / 2);
    if (text->failed) return;
    text->length = start + (size_t)lower_to(bytes, length, text->data + start, false);
    text->data[text->length] = '\0';
}

bool rondo_letters_is_capital(int rule, const char *at, int64_t length)
{
    int64_t used;
    if ((unsigned char)at[0] < 0x80) return at[0] >= 'A' && at[0] <= 'Z';
    if (rule == RONDO_LOWERCASE_ASCII) return false;
    utf8proc_category_t category = utf8proc_category(decode(at, length, &used));
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}
