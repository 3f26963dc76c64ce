/* Files and folders: written whole or not at all. All functions are [main]. */
#ifndef RONDO_BASE_FILE_H
#define RONDO_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

/* The whole file, NUL-terminated, malloc'd. Refuses folders, devices and files over `limit` bytes.
 * A file that cannot be opened is RONDO_USAGE (its name came from a config or command line); one
 * that cannot be read is RONDO_FAILED. */
rondo_status rondo_file_read(const char *path, size_t limit, char **data, size_t *size,
                             rondo_error *error);

/* An ordinary file, open for reading; NULL where there is none, but a link, a folder or a pipe, for
 * whose writer it does not wait. For files beside others in an untrusted folder. */
FILE *rondo_file_open_ordinary(const char *path);

/* The same as rondo_file_read of standard input, to its end. */
rondo_status rondo_file_read_input(size_t limit, char **data, size_t *size, rondo_error *error);

/* Writes temporary file, fsync, rename over path, fsync of the folder. */
rondo_status rondo_file_write(const char *path, const void *data, size_t size, rondo_error *error);

/* For files made by another library: the temporary name to write to (same folder; malloc'd), then
 * the move into place (fsync file, rename, fsync folder). The temporary file is gone afterwards,
 * also when the move fails. */
char *rondo_file_temporary(const char *path);
rondo_status rondo_file_replace(const char *temporary, const char *path, rondo_error *error);

/* What was written to this file (or, of a folder, which names it has) reaches the disk before this
 * returns. */
rondo_status rondo_file_flush(const char *path, rondo_error *error);

/* Removes temporary files that processes left in the folder when they were killed (a process that
 * has the number of one of them, but was started later, is another one), of those final names (not
 * terminated) that `is_ours` says yes to. Call it while no temporary file of this process is in use
 * there. */
void rondo_file_remove_stale(const char *folder, bool (*is_ours)(const char *name, size_t length));

/* Opens an ordinary file for appending, made where there is none. A symbolic link is RONDO_USAGE:
 * see rondo_file_refuse_link. The caller closes what is not -1. */
rondo_status rondo_file_append(const char *path, int *descriptor, rondo_error *error);

/* RONDO_USAGE where a symbolic link stands at `path`: in an untrusted folder it may
 * lead anywhere. */
rondo_status rondo_file_refuse_link(const char *path, rondo_error *error);

/* Writes all of it, however often the system takes a part only or is interrupted; false with errno
 * where that fails. */
bool rondo_file_write_all(int descriptor, const char *data, size_t size);

/* What was written to an open file reaches the disk; false with errno where that fails. */
bool rondo_file_sync(int descriptor);

/* The same, whatever rondo_file_sync_from says. */
bool rondo_file_sync_now(int descriptor);

/* Until this moment of the clock (base/clock.h; 0: from now on as ever) nothing waits for the disk,
 * and what is written may be lost with the machine's power, though not with the process. For work
 * of seconds, which is cheaper to repeat; whoever uses it flushes what counts at its end. */
void rondo_file_sync_from(double when);

/* path gets the contents of `from`, atomically (hard link, or copy where links do not work). */
rondo_status rondo_file_duplicate(const char *from, const char *path, rondo_error *error);

/* Makes the folder and its parents; an existing folder is fine. */
rondo_status rondo_file_make_folder(const char *path, rondo_error *error);

bool rondo_file_exists(const char *path);
bool rondo_file_is_folder(const char *path);

/* Names of the ordinary files in a folder in byte order, without those that start with a point;
 * malloc'd array of malloc'd names, free with rondo_file_free_names. */
rondo_status rondo_file_list(const char *folder, int64_t *count, char ***names, rondo_error *error);
void rondo_file_free_names(int64_t count, char **names);

/* "folder/name", malloc'd; an absolute name is returned as it is. */
char *rondo_file_join(const char *folder, const char *name);

/* The folder part of a path ("." where there is none), malloc'd. */
char *rondo_file_folder(const char *path);

/* The path of this program, of fewer than `size` bytes; false with errno, and "", where the kernel
 * does not say. */
bool rondo_file_program(char *path, size_t size);

/* FNV-1a, 64 bits, for short texts, and for the sums of checkpoints of earlier builds. Start with
 * seed 0 (FNV's offset basis); feed the result back in to go on. Not a defence against an attacker. */
uint64_t rondo_file_checksum(uint64_t seed, const void *data, size_t size);

#endif
