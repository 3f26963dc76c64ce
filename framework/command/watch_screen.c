#include "command/watch_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command/command.h"

bool rondo_screen_can_draw(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDOUT_FILENO) && kind && strcmp(kind, "dumb") != 0;
}

static bool locale_has_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value) continue;
        const char *code = strchr(value, '.');
        return code &&
               (strncasecmp(code + 1, "utf-8", 5) == 0 || strncasecmp(code + 1, "utf8", 4) == 0);
    }
    return false;
}

void rondo_screen_measure(rondo_watch_page *page)
{
    struct winsize size = {0};
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
    page->columns = known ? size.ws_col : 80;
    page->rows = known ? size.ws_row : 24;
    page->ascii = page->ascii || !locale_has_utf8();
}

static void send(const char *sequence)
{
    fputs(sequence, stdout);
    fflush(stdout);
}

void rondo_screen_begin(void)
{
    send("\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J"); /* the other screen, no cursor, empty */
}

void rondo_screen_end(void)
{
    send("\x1b[?25h\x1b[?1049l");
}

/* Bytes of a line that take at most so many columns. */
static size_t fitting(const char *line, size_t length, int32_t columns)
{
    size_t at = 0;
    for (int32_t column = 0; at < length; column++) {
        if (column == columns) break;
        at++;
        while (at < length && ((unsigned char)line[at] & 0xC0) == 0x80)
            at++;
    }
    return at;
}

rondo_status rondo_screen_draw(rondo_text *view, const rondo_watch_page *page, rondo_error *error)
{
    rondo_text plain = {0};
    const char *line = rondo_text_get(view);
    for (int32_t row = 0; *line && row < page->rows; row++) {
        size_t length = strcspn(line, "\n");
        rondo_text_add_bytes(&plain, line, fitting(line, length, page->columns));
        rondo_text_add(&plain, row + 1 < page->rows ? "\n" : "");
        line += length + (line[length] == '\n');
    }
    plain.failed = plain.failed || view->failed;
    rondo_text_finish(view);
    fputs("\x1b[H\x1b[2J", stdout);
    return rondo_screen_print(&plain, error);
}

rondo_status rondo_screen_print(rondo_text *view, rondo_error *error)
{
    rondo_status status = rondo_command_print_report(view, error);
    if (!status && fflush(stdout) != 0)
        status = rondo_error_set(error, RONDO_FAILED, "standard output cannot be written");
    return status;
}
