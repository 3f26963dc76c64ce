#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "check.h"

/* Unicode's own rule, from the other side: from code points to bytes. */
static int encode(uint32_t code, char bytes[4])
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    int length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (int i = length - 1; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)((0xF00 >> length & 0xFF) | code);
    return length;
}

static void every_code_point(void)
{
    int wrong = 0;
    for (uint32_t code = 0; code < 0x140000; code++) {
        char bytes[4];
        int length = encode(code, bytes);
        bool valid = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
        wrong += rondo_utf8_length(bytes, bytes + length) != (valid ? length : 0);
        uint32_t decoded = 0;
        wrong += rondo_utf8_decode(bytes, bytes + length, &decoded) != (valid ? length : 0);
        wrong += decoded != (valid ? code : RONDO_UTF8_REPLACEMENT);
        if (valid) wrong += rondo_utf8_length_of_valid(bytes[0]) != length;
        if (valid && length > 1) wrong += rondo_utf8_length(bytes, bytes + length - 1) != 0;
    }
    CHECK_INTEGER(wrong, 0);
}

static void ill_formed(void)
{
    static const char *const texts[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC2",
        "\xC2\x41",
        "\xE0\x9F\xBF",
        "\xE2\x82",
        "\xE2\x82\x41",
        "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF",
        "\xF0\x9F\x98",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t size = strlen(texts[i]);
        CHECK_INTEGER(rondo_utf8_length(texts[i], texts[i] + size), 0);
        CHECK_INTEGER(rondo_utf8_find_invalid(texts[i], size), 0);
    }
}

static void invalid_byte_is_found(void)
{
    char text[64];
    for (size_t place = 0; place < sizeof text; place++) {
        memset(text, 'a', sizeof text);
        text[place] = (char)0xE9;
        CHECK_INTEGER(rondo_utf8_find_invalid(text, sizeof text), place);
    }
    CHECK_INTEGER(rondo_utf8_find_invalid("na\xC3\xAFve \xF0\x9F\x98\x80 text", 16), 16);
    CHECK_INTEGER(rondo_utf8_find_invalid("", 0), 0);
}

static void check_decoded(const char *text, int length, uint32_t expected)
{
    uint32_t code = 0;
    CHECK_INTEGER(rondo_utf8_decode(text, text + strlen(text), &code), length);
    CHECK_INTEGER(code, expected);
}

/* Unicode 15, table 3-6 and its neighbours. */
static void characters_have_numbers(void)
{
    check_decoded("A", 1, 0x41);
    check_decoded("\x7F", 1, 0x7F);
    check_decoded("\xC2\x80", 2, 0x80);
    check_decoded("\xC3\xA9t\xC3\xA9", 2, 0xE9);
    check_decoded("\xDF\xBF", 2, 0x7FF);
    check_decoded("\xE0\xA0\x80", 3, 0x800);
    check_decoded("\xE2\x82\xAC", 3, 0x20AC);
    check_decoded("\xEF\xBF\xBF", 3, 0xFFFF);
    check_decoded("\xF0\x9F\x98\x80", 4, 0x1F600);
    check_decoded("\xF4\x8F\xBF\xBF", 4, 0x10FFFF);
    check_decoded("\xC3", 0, RONDO_UTF8_REPLACEMENT);
    check_decoded("\xC0\x80", 0, RONDO_UTF8_REPLACEMENT);
    check_decoded("\xED\xA0\x80", 0, RONDO_UTF8_REPLACEMENT);
    check_decoded("\xF4\x90\x80\x80", 0, RONDO_UTF8_REPLACEMENT);
}

static void columns_count_characters(void)
{
    int64_t line, column;
    const char *text = "one\n\xC3\xA9\xE2\x82\xAC!\n";
    rondo_utf8_position(text, 9, &line, &column);
    CHECK_INTEGER(line, 2);
    CHECK_INTEGER(column, 3);
    rondo_utf8_position(text, 0, &line, &column);
    CHECK_INTEGER(line, 1);
    CHECK_INTEGER(column, 1);
}

int main(void)
{
    RUN(every_code_point);
    RUN(ill_formed);
    RUN(invalid_byte_is_found);
    RUN(characters_have_numbers);
    RUN(columns_count_characters);
    return check_end();
}
