#include "base/log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/message.h"
#include "base/terminal.h"
#include "base/text.h"

static int log_file = -1; /* descriptor of log.txt */
static bool quiet;
static _Thread_local const rondo_log_listener *listener;

const rondo_log_listener *rondo_log_listen(const rondo_log_listener *next)
{
    const rondo_log_listener *before = listener;
    listener = next;
    return before;
}

rondo_status rondo_log_open(const char *path, rondo_error *error)
{
    int opened;
    rondo_status status = rondo_file_append(path, &opened, error);
    if (status) {
        if (opened >= 0) close(opened);
        return status;
    }
    rondo_log_close();
    log_file = opened;
    return RONDO_OK;
}

void rondo_log_close(void)
{
    if (log_file >= 0) close(log_file);
    log_file = -1;
}

void rondo_log_set_quiet(int on)
{
    quiet = on != 0;
}

bool rondo_log_is_quiet(void)
{
    return quiet;
}

/* A full disk under log.txt is no reason to stop; it is said once. */
static void write_to_file(const char *message)
{
    static bool has_warned;
    char stamp[32] = "";
    time_t now = time(NULL);
    struct tm local;
    rondo_text line = {0};
    if (log_file < 0) return;
    if (localtime_r(&now, &local)) strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S ", &local);
    rondo_text_add(&line, "%s%s\n", stamp, message);
    bool written = !line.failed && rondo_file_write_all(log_file, line.data, line.length);
    rondo_text_finish(&line);
    if (written || has_warned) return;
    static const char complaint[] = "warning: log.txt cannot be written\n";
    has_warned = true;
    rondo_terminal_write(complaint, sizeof complaint - 1);
}

/* malloc'd, or NULL. */
static char *make_message(const char *format, va_list arguments)
{
    size_t length = rondo_message_format(NULL, 0, format, arguments);
    char *message = malloc(length + 1);
    if (message) rondo_message_format(message, length + 1, format, arguments);
    return message;
}

static void write_line(const char *prefix, bool to_terminal, const char *format, va_list arguments)
{
    rondo_text line = {0};
    if (listener) return;
    char *message = make_message(format, arguments);
    if (message) rondo_text_add(&line, "%s%s", prefix, message);
    free(message);
    rondo_progress_hide();
    write_to_file(rondo_text_get(&line));
    rondo_text_add(&line, "\n");
    if (to_terminal) rondo_terminal_write(rondo_text_get(&line), line.length);
    rondo_progress_show();
    rondo_text_finish(&line);
}

void rondo_log_info(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_line("", !quiet, format, arguments);
    va_end(arguments);
}

void rondo_log_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_line("", false, format, arguments);
    va_end(arguments);
}

static void tell_listener(const char *format, va_list arguments)
{
    char *message = listener->hear ? make_message(format, arguments) : NULL;
    if (message) listener->hear(listener->context, message);
    free(message);
}

void rondo_log_warning(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (listener)
        tell_listener(format, arguments);
    else
        write_line("warning: ", !quiet, format, arguments);
    va_end(arguments);
}
