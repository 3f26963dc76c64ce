/* How functions of librondo, and the program's own, fail: a status, and a message in the caller's memory. */
#ifndef RONDO_ERROR_H
#define RONDO_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* Also the exit status of the program. */
typedef enum rondo_status {
    RONDO_OK = 0,     /* done */
    RONDO_FAILED = 1, /* failed while running: damage, no memory, a full disk */
    RONDO_USAGE = 2,  /* what was asked for is wrong: an argument, a config, a missing file */
    RONDO_STOPPED = 3 /* stopped by a signal after writing a checkpoint; never by librondo */
} rondo_status;

enum { RONDO_ERROR_SIZE = 8192 };

typedef struct rondo_error {
    rondo_status status;
    char text
        [RONDO_ERROR_SIZE]; /* UTF-8, no final newline, control characters escaped; cut at the end, never overrun */
} rondo_error;

#ifdef __cplusplus
}
#endif
#endif
