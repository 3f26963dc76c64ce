#include "config/writer.h"

#include <string.h>

static void add_blanks(rondo_text *text, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        rondo_text_add_bytes(text, " ", 1);
}

void rondo_writer_key(rondo_writer *writer, const char *key)
{
    if (writer->is_item) {
        add_blanks(writer->text, writer->indent - RONDO_INDENT);
        rondo_text_add(writer->text, "- %s:", key);
        writer->is_item = false;
        return;
    }
    add_blanks(writer->text, writer->indent);
    rondo_text_add(writer->text, "%s:", key);
}

void rondo_writer_comment(const rondo_writer *writer, int64_t hang, const char *comment)
{
    int64_t column = 0;
    for (const char *word = comment; *word;) {
        size_t length = strcspn(word, " ");
        if (column > 0 && column + 1 + (int64_t)length > RONDO_LINE_WIDTH) {
            rondo_text_add(writer->text, "\n");
            column = 0;
        }
        if (column == 0) {
            int64_t extra = word == comment ? 0 : hang;
            add_blanks(writer->text, writer->indent);
            rondo_text_add(writer->text, "#");
            add_blanks(writer->text, extra);
            column = writer->indent + 1 + extra;
        }
        rondo_text_add(writer->text, " ");
        rondo_text_add_bytes(writer->text, word, length);
        column += 1 + (int64_t)length;
        word += length;
        word += strspn(word, " ");
    }
    rondo_text_add(writer->text, "\n");
}
