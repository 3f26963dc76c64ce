/* Files that are read: another process has them open, and this one asks it (base/hdf5_client.c
 * asks, base/hdf5_server.c answers).
 *
 * The HDF5 library crashes, loops, and takes gigabytes for some damaged or made-up files (1.10 does
 * when one byte of a group's heap is wrong), also where it has read the same file well before. So
 * it does not read files of others (base/hdf5.h) in this process, but in one that was forked off for
 * it, has limits of memory and processor time, and hands over plain numbers and texts. When it is
 * lost, the file is damaged.
 *
 *     client -> server   request, path, name
 *     server -> client   any number of frames of data, then one that says the status and, where it
 *                        is not RONDO_OK, the message
 *
 * Private to base/hdf5*.c. */
#ifndef RONDO_BASE_HDF5_REMOTE_H
#define RONDO_BASE_HDF5_REMOTE_H

#include "base/hdf5_private.h"

typedef enum rondo_hdf5_operation {
    RONDO_HDF5_HAS = 1,    /* int64 */
    RONDO_HDF5_SHAPE_OF,   /* rondo_hdf5_shape */
    RONDO_HDF5_READ,       /* numbers */
    RONDO_HDF5_READ_TEXTS, /* texts, each with its NUL, as do the two lists and GET_TEXT */
    RONDO_HDF5_LIST,
    RONDO_HDF5_LIST_ATTRIBUTES,
    RONDO_HDF5_GET_TEXT,
    RONDO_HDF5_GET_INTEGER,   /* int64 */
    RONDO_HDF5_GET_REAL,      /* double */
    RONDO_HDF5_ATTRIBUTE_TYPE /* int64 */
} rondo_hdf5_operation;

typedef struct rondo_hdf5_request {
    rondo_hdf5_operation operation;
    rondo_hdf5_type type;        /* READ: in memory */
    int64_t first, rows;         /* READ: rows below 0: all */
    size_t path_size, name_size; /* of the texts that follow, with their NUL; 0: none */
} rondo_hdf5_request;

typedef struct rondo_hdf5_frame {
    bool is_last;
    rondo_status status; /* of the last one */
    uint64_t size;       /* bytes that follow: data or, of the last one, the message */
} rondo_hdf5_frame;

/* The whole block, or false: the other side is lost. */
bool rondo_hdf5_send(int socket, const void *data, size_t size);
bool rondo_hdf5_receive(int socket, void *data, size_t size);

/* Forks the reader off and waits until it has opened the file. RONDO_USAGE where no process can be
 * started. */
rondo_status rondo_hdf5_client_start(rondo_hdf5 *file, rondo_error *error);
/* Ends the reader. RONDO_OK unless it had been lost before: then what it said it does not have may
 * be there. */
rondo_status rondo_hdf5_client_finish(rondo_hdf5 *file, rondo_error *error);

/* As the functions of base/hdf5.h. */
bool rondo_hdf5_client_has(rondo_hdf5 *file, const char *path);
rondo_status rondo_hdf5_client_read(rondo_hdf5 *file, const char *path, rondo_hdf5_type type,
                                    int64_t first, int64_t rows, void *data, rondo_error *error);
/* An answer of a known size. */
rondo_status rondo_hdf5_client_get(rondo_hdf5 *file, rondo_hdf5_operation operation,
                                   const char *path, const char *name, void *value, size_t size,
                                   rondo_error *error);
/* An answer of texts. */
rondo_status rondo_hdf5_client_texts(rondo_hdf5 *file, rondo_hdf5_operation operation,
                                     const char *path, const char *name, int64_t *count,
                                     char ***texts, rondo_error *error);

/* The other process: answers until nobody asks any more. */
_Noreturn void rondo_hdf5_serve(rondo_hdf5 *file, int socket);

#endif
