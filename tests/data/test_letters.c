/* Lower case: letters of other scripts, letters whose form is longer or shorter, and the old rule.
 */
#include "check.h"
#include "data/support.h"
#include "data/text/letters.h"

static const char *lower(int rule, const char *text)
{
    static char bytes[4096], room[RONDO_LETTERS_ROOM], result[4096];
    int64_t length = (int64_t)strlen(text);
    memcpy(bytes, text, (size_t)length + 1);
    const char *lowered = rondo_letters_lower(rule, bytes, &length, room);
    memcpy(result, lowered, (size_t)length);
    result[length] = '\0';
    return result;
}

/* Both ways must agree. */
static void check(const char *text, const char *expected)
{
    rondo_text added = {0};
    CHECK_TEXT(lower(RONDO_LOWERCASE_UNICODE, text), expected);
    rondo_text_add(&added, "before ");
    rondo_letters_add_lower(RONDO_LOWERCASE_UNICODE, text, (int64_t)strlen(text), &added);
    CHECK_TEXT(rondo_text_get(&added) + 7, expected);
    CHECK_INTEGER(added.length, strlen(expected) + 7);
    rondo_text_finish(&added);
}

static void letters_of_many_scripts(void)
{
    check("", "");
    check("ABC xyz 09", "abc xyz 09");
    check("ÀÉÎÕÜ Ñ Ç Ø Ł Ž", "àéîõü ñ ç ø ł ž");
    check("МИР Ёж Ґ", "мир ёж ґ");                             /* Cyrillic */
    check("ԱԲԳ", "աբգ");                                       /* Armenian */
    check("ＡＢＣ", "ａｂｃ");                                 /* full width */
    check("ẞ", "ß");                                           /* three bytes become two */
    check("straße ß", "straße ß");                             /* no letter becomes two */
    check("İstanbul", "istanbul");                             /* two bytes become one */
    check("ΩMEGA", "ωmega");                                   /* the Ohm sign's neighbour */
    check("漢字 かな 한국어 עברית", "漢字 かな 한국어 עברית"); /* scripts without case */
    check("𐐀𐐁", "𐐨𐐩");                                         /* four bytes: Deseret */
    check("e\xCC\x81 E\xCC\x81", "e\xCC\x81 e\xCC\x81");       /* marks stay */
}

static void letters_whose_form_is_longer(void)
{
    check("\xC8\xBA", "\xE2\xB1\xA5");
    check("x\xC8\xBE\xC8\xBEy", "x\xE2\xB1\xA6\xE2\xB1\xA6y");
}

static void the_sigma_of_a_word_s_end(void)
{
    check("ΟΔΟΣ", "οδος");
    check("ΟΔΟΣ ΣΟΦΟΣ", "οδος σοφος");
    check("Σ", "σ");
    check("ΣΑΣ.", "σας.");
}

static void the_old_rule(void)
{
    CHECK_TEXT(lower(RONDO_LOWERCASE_ASCII, "ÀB МИР Z"), "Àb МИР z");
    CHECK(rondo_letters_is_capital(RONDO_LOWERCASE_ASCII, "A", 1));
    CHECK(!rondo_letters_is_capital(RONDO_LOWERCASE_ASCII, "É", 2));
    CHECK(rondo_letters_is_capital(RONDO_LOWERCASE_UNICODE, "É", 2));
    CHECK(!rondo_letters_is_capital(RONDO_LOWERCASE_UNICODE, "é", 2));
    CHECK(!rondo_letters_is_capital(RONDO_LOWERCASE_UNICODE, "漢", 3));
}

/* Beyond the room a text is changed where it stands; what would not fit stays. */
static void long_texts(void)
{
    char text[2001], expected[2001];
    for (int i = 0; i < 1000; i++) {
        memcpy(text + 2 * i, i == 500 ? "\xC8\xBA" : "É", 2);
        memcpy(expected + 2 * i, i == 500 ? "\xC8\xBA" : "é", 2);
    }
    text[2000] = expected[2000] = '\0';
    CHECK_TEXT(lower(RONDO_LOWERCASE_UNICODE, text), expected);
}

int main(void)
{
    RUN(letters_of_many_scripts);
    RUN(letters_whose_form_is_longer);
    RUN(the_sigma_of_a_word_s_end);
    RUN(the_old_rule);
    RUN(long_texts);
    return check_end();
}
