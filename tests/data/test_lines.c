/* A text line by line: the same lines as of a whole file, however they come. */
#include "check.h"
#include "support.h"

#include <stdlib.h>
#include <unistd.h>

#include "data/text/lines.h"

enum { LONG = 200000 };

/* All lines of a file, each with "|" behind it. */
static void check_lines(const char *path, const char *expected)
{
    rondo_error error = {0};
    rondo_lines lines;
    rondo_text all = {0};
    bool there;
    CHECK_INTEGER(rondo_lines_open(path, &lines, &error), RONDO_OK);
    while (!rondo_lines_next(&lines, &there, &error) && there) {
        rondo_text_add_bytes(&all, lines.line, lines.length);
        rondo_text_add(&all, "|");
        CHECK_INTEGER(strlen(lines.line), lines.length);
    }
    CHECK_TEXT(error.text, "");
    CHECK_TEXT(rondo_text_get(&all), expected);
    CHECK(!rondo_lines_wait(&lines));
    rondo_text_finish(&all);
    rondo_lines_close(&lines);
}

static void ends_and_marks(void)
{
    write_file("lines.txt", "\xEF\xBB\xBF"
                            "a\r\n\r\nb c\n");
    check_lines("lines.txt", "a||b c|");
    write_file("lines.txt", "a\n\nlast\r");
    check_lines("lines.txt", "a||last\r|"); /* a CR alone is a character */
    write_file("lines.txt", "");
    check_lines("lines.txt", "");
}

/* Longer than what is read at once, with its end anywhere. */
static void long_lines(void)
{
    char *text = malloc(LONG + 16), *expected = malloc(LONG + 16);
    for (int extra = 0; text && expected && extra < 3; extra++) {
        int length = 65535 + extra;
        memset(text, 'x', (size_t)length);
        strcpy(text + length, "\nyy\nz");
        write_file("lines_long.txt", text);
        memset(expected, 'x', (size_t)length);
        strcpy(expected + length, "|yy|z|");
        check_lines("lines_long.txt", expected);
    }
    memset(text, 'x', LONG);
    text[LONG] = '\0';
    write_file("lines_long.txt", text);
    strcpy(expected, text);
    strcat(expected, "|");
    check_lines("lines_long.txt", expected);
    free(text);
    free(expected);
}

static void check_refused(const char *path, rondo_status status, const char *message)
{
    rondo_error error = {0};
    rondo_lines lines;
    bool there = true;
    rondo_status found = rondo_lines_open(path, &lines, &error);
    while (!found && there)
        found = rondo_lines_next(&lines, &there, &error);
    CHECK_INTEGER(found, status);
    CHECK_TEXT(error.text, message);
    rondo_lines_close(&lines);
}

static void refused(void)
{
    write_file("lines.txt", "a\nb \xE9\n");
    check_refused("lines.txt", RONDO_FAILED, "lines.txt:2:3: byte 0xE9 is not valid UTF-8");
    check_refused("lines_none.txt", RONDO_USAGE,
                  "lines_none.txt: cannot open: No such file or directory");
    check_refused(".", RONDO_USAGE, ".: is a folder, not a file");
}

/* A pipe gives its lines one by one, and it can be seen that no more have come. */
static void a_pipe_waits(void)
{
    rondo_error error = {0};
    rondo_lines lines;
    bool there;
    int ends[2];
    CHECK(pipe(ends) == 0 && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    CHECK_INTEGER(rondo_lines_open("-", &lines, &error), RONDO_OK);
    CHECK(rondo_lines_wait(&lines));
    CHECK(write(ends[1], "one\ntwo\nth", 10) == 10);
    CHECK(!rondo_lines_wait(&lines));
    CHECK_INTEGER(rondo_lines_next(&lines, &there, &error), RONDO_OK);
    CHECK_TEXT(lines.line, "one");
    CHECK(!rondo_lines_wait(&lines));
    CHECK_INTEGER(rondo_lines_next(&lines, &there, &error), RONDO_OK);
    CHECK(rondo_lines_wait(&lines)); /* half a line is none */
    CHECK(write(ends[1], "ree\n", 4) == 4);
    close(ends[1]);
    CHECK_INTEGER(rondo_lines_next(&lines, &there, &error), RONDO_OK);
    CHECK_TEXT(lines.line, "three");
    CHECK_INTEGER(lines.number, 3);
    CHECK_INTEGER(rondo_lines_next(&lines, &there, &error), RONDO_OK);
    CHECK(!there && !rondo_lines_wait(&lines));
    rondo_lines_close(&lines);
    close(ends[0]);
}

int main(void)
{
    RUN(ends_and_marks);
    RUN(long_lines);
    RUN(refused);
    RUN(a_pipe_waits);
    return check_end();
}
