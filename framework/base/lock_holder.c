#include "base/lock_holder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/process.h"
#include "base/text.h"

static const char first_line[] = "lock of rondo\n";

/* The beginning of a file of the kernel's; "" where it cannot be read. */
static void read_start(const char *path, char *text, size_t size)
{
    text[0] = '\0';
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t count = read(file, text, size - 1);
    text[count > 0 ? count : 0] = '\0';
    close(file);
}

/* Names stand in lines of their own. */
static void make_word(char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text == 0x7F) *text = '_';
}

void rondo_lock_holder_self(rondo_lock_holder *self)
{
    time_t now = time(NULL);
    struct tm local;
    *self = (rondo_lock_holder){.process = getpid(), .start = rondo_process_start(getpid())};
    if (gethostname(self->host, sizeof self->host - 1) != 0) self->host[0] = '\0';
    make_word(self->host);
    if (!self->host[0]) strcpy(self->host, "unknown");
    read_start("/proc/sys/kernel/random/boot_id", self->boot, sizeof self->boot);
    self->boot[strcspn(self->boot, "\n")] = '\0';
    if (localtime_r(&now, &local))
        strftime(self->since, sizeof self->since, "%Y-%m-%d %H:%M:%S", &local);
}

size_t rondo_lock_holder_print(const rondo_lock_holder *holder, char text[RONDO_LOCK_TEXT_SIZE])
{
    int length = snprintf(text, RONDO_LOCK_TEXT_SIZE,
                          "%shost: %s\nprocess: %lld\nboot: %s\nstart: %lld\nsince: %s\n",
                          first_line, holder->host, (long long)holder->process, holder->boot,
                          (long long)holder->start, holder->since);
    return length > 0 ? (size_t)length : 0;
}

/* The value of a line "key: value", "" where there is none. */
static void value_of(const char *text, const char *key, char *value, size_t size)
{
    size_t length = strlen(key), count = 0;
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) != 0 || strncmp(line + length, ": ", 2) != 0) continue;
        line += length + 2;
        count = strcspn(line, "\n");
        if (count >= size) count = size - 1;
        memcpy(value, line, count);
        break;
    }
    value[count] = '\0';
}

bool rondo_lock_holder_parse(const char *text, rondo_lock_holder *holder)
{
    char number[32];
    *holder = (rondo_lock_holder){.silent_for = -1};
    if (strncmp(text, first_line, strlen(first_line)) != 0) return false;
    value_of(text, "host", holder->host, sizeof holder->host);
    value_of(text, "boot", holder->boot, sizeof holder->boot);
    value_of(text, "since", holder->since, sizeof holder->since);
    value_of(text, "start", number, sizeof number);
    if (!rondo_text_integer(number, &holder->start)) return false;
    value_of(text, "process", number, sizeof number);
    return rondo_text_integer(number, &holder->process) && holder->process > 0;
}

bool rondo_lock_holder_lives(const rondo_lock_holder *holder)
{
    if (holder->process > INT32_MAX) return false;
    if (kill((pid_t)holder->process, 0) != 0 && errno == ESRCH) return false;
    int64_t start = rondo_process_start(holder->process);
    return start == 0 || holder->start == 0 || start == holder->start;
}

/* Those that are known to be: a file system that is not among them may be shared. */
bool rondo_lock_is_local(int descriptor)
{
    static const uint32_t local[] = {
        0x0000EF53, /* ext2, ext3, ext4 */
        0x58465342, /* xfs */
        0x9123683E, /* btrfs */
        0x01021994, /* tmpfs */
        0x794C7630, /* overlayfs */
        0xF2F52010, /* f2fs */
        0x2FC12FC1, /* zfs */
        0xCA451A4E, /* bcachefs */
        0x858458F6, /* ramfs */
        0x3153464A, /* jfs */
        0x52654973, /* reiserfs */
        0x00004D44, /* vfat */
        0x2011BAB0, /* exfat */
    };
    struct statfs about;
    if (fstatfs(descriptor, &about) != 0) return false;
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        if ((uint32_t)about.f_type == local[i]) return true;
    return false;
}
