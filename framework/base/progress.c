#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/terminal.h"
#include "base/text.h"

/* Seconds between lines where the last one cannot be redrawn: doubling, over all phases. */
enum { FIRST_INTERVAL = 5, LAST_INTERVAL = 60 };
enum { BAR_WIDTH = 12, NAME_SIZE = 64, NOTE_SIZE = 160 };
static const double redraw_interval = 0.1; /* seconds */

static struct {
    bool active;
    bool redraws; /* stderr is a terminal */
    bool drawn;   /* a bar stands on the last line */
    char title[NAME_SIZE], unit[NAME_SIZE], note[NOTE_SIZE];
    int64_t total, done;
    int64_t first_done; /* where this process began: rates count from here; -1: nowhere yet */
    double first_time;
    double next_time; /* of the next line */
} progress;

static double line_interval = FIRST_INTERVAL;

static void add_rate(rondo_text *line, double rate)
{
    int decimals = rate < 10 ? 2 : rate < 100 ? 1 : 0;
    rondo_text_add(line, "  %.*f %s/s", decimals, rate, progress.unit);
}

static void add_bar(rondo_text *line, double fraction)
{
    static const char full[] = "############", empty[] = "............";
    int filled = (int)(fraction * BAR_WIDTH);
    rondo_text_add(line, "  [%.*s%.*s]", filled, full, BAR_WIDTH - filled, empty);
}

/* "epoch 2/10  [####......]  41 %  410/1000 steps  loss 1.52  0:48 left  12.3 steps/s", so that a
 * narrow terminal cuts off what is missed least. */
static void describe(rondo_text *line, double now, bool bar)
{
    double elapsed = now - progress.first_time;
    int64_t here = progress.first_done < 0 ? 0 : progress.done - progress.first_done;
    double rate = elapsed > 0 ? (double)here / elapsed : 0;
    rondo_text_add(line, "%s", progress.title);
    if (progress.total > 0) {
        double fraction = fmin(1, fmax(0, (double)progress.done / (double)progress.total));
        if (bar) add_bar(line, fraction);
        rondo_text_add(line, "  %d %%  %lld/%lld %s", (int)(100 * fraction),
                       (long long)progress.done, (long long)progress.total, progress.unit);
    } else {
        rondo_text_add(line, "  %lld %s", (long long)progress.done, progress.unit);
    }
    if (progress.note[0]) rondo_text_add(line, "  %s", progress.note);
    if (rate > 0 && progress.total > progress.done) {
        rondo_text_add(line, "  ");
        rondo_text_add_duration(line, (double)(progress.total - progress.done) / rate);
        rondo_text_add(line, " left");
    }
    if (rate > 0) add_rate(line, rate);
}

/* At most `columns` bytes, not in the middle of a UTF-8 character. */
static size_t fitting(const char *text, size_t length, int columns)
{
    size_t most = columns > 1 ? (size_t)columns - 1 : 0;
    if (length <= most) return length;
    while (most > 0 && ((unsigned char)text[most] & 0xC0) == 0x80)
        most--;
    return most;
}

static void draw(double now)
{
    rondo_text line = {0}, output = {0};
    describe(&line, now, true);
    rondo_text_add(&output, "\r");
    rondo_text_add_bytes(&output, rondo_text_get(&line),
                         fitting(line.data, line.length, rondo_terminal_columns()));
    rondo_text_add(&output, "\x1b[K");
    rondo_terminal_write(rondo_text_get(&output), output.length);
    progress.drawn = true;
    progress.next_time = now + redraw_interval;
    rondo_text_finish(&line);
    rondo_text_finish(&output);
}

static void print_line(double now)
{
    rondo_text line = {0};
    describe(&line, now, false);
    rondo_text_add(&line, "\n");
    rondo_terminal_write(rondo_text_get(&line), line.length);
    rondo_text_finish(&line);
    progress.next_time = now + line_interval;
    line_interval = fmin(2 * line_interval, LAST_INTERVAL);
}

void rondo_progress_hide(void)
{
    static const char clear[] = "\r\x1b[K";
    if (progress.drawn) rondo_terminal_write(clear, sizeof clear - 1);
    progress.drawn = false;
}

void rondo_progress_show(void)
{
    if (progress.active && progress.redraws) draw(rondo_clock_seconds());
}

static void copy_name(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

void rondo_progress_start(const char *title, int64_t total, const char *unit)
{
    double now = rondo_clock_seconds();
    rondo_progress_finish();
    if (rondo_log_is_quiet()) return;
    progress.active = true;
    progress.redraws = rondo_terminal_redraws();
    progress.total = total;
    progress.done = 0;
    progress.first_done = -1;
    progress.first_time = now;
    progress.next_time = progress.redraws ? now : now + line_interval;
    progress.note[0] = '\0';
    copy_name(progress.title, sizeof progress.title, title);
    copy_name(progress.unit, sizeof progress.unit, unit);
}

void rondo_progress_set(int64_t done, const char *note)
{
    if (!progress.active) return;
    double now = rondo_clock_seconds();
    progress.done = done;
    if (progress.first_done < 0) {
        progress.first_done = done;
        progress.first_time = now;
    }
    if (now < progress.next_time) return;
    copy_name(progress.note, sizeof progress.note, note);
    if (progress.redraws)
        draw(now);
    else
        print_line(now);
}

void rondo_progress_finish(void)
{
    rondo_progress_hide();
    progress.active = false;
}
