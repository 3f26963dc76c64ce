/* HDF5 files: the wrapper of the HDF5 library. Arrays and attributes by path, plain types only, so
 * that h5py, HDFView and MATLAB read them.
 *
 * Writing is always to a new file that the caller moves into place (base/file.h). Groups on a path
 * are made as needed. Every failure names file and path in one line. All functions are [main].
 *
 * Reading believes nothing. A file that rondo wrote ends with a seal (base/seal.h), which is
 * compared first: where it is right, the library reads the file in this process. Where there is none,
 * where the file is the user's data (open_data), and always if RONDO_READ_APART is set, another
 * process, with limits of memory and time, has the library open the file and hands plain numbers and
 * texts over: what crashes the library ends that process, and the file is called damaged. Links and
 * arrays lead nowhere outside the file, and an array claims no more than what is stored for it (1100
 * times that where it is compressed), checked before `shape_of` tells anybody to allocate.
 */
#ifndef RONDO_BASE_HDF5_H
#define RONDO_BASE_HDF5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "rondo/real.h"

typedef struct rondo_hdf5 rondo_hdf5;

enum { RONDO_HDF5_MAX_RANK = 4 };

typedef enum rondo_hdf5_type {
    RONDO_HDF5_FLOAT32 = 1,
    RONDO_HDF5_FLOAT64,
    RONDO_HDF5_INT32,
    RONDO_HDF5_INT64,
    RONDO_HDF5_UINT8,
    RONDO_HDF5_TEXT /* UTF-8 strings of variable length: const char * (write), char * (read) */
} rondo_hdf5_type;

/* Bytes of a number in memory; 1 for text. [any] */
size_t rondo_hdf5_item_size(rondo_hdf5_type type);

#ifdef RONDO_DOUBLE
#define RONDO_HDF5_REAL RONDO_HDF5_FLOAT64
#else
#define RONDO_HDF5_REAL RONDO_HDF5_FLOAT32
#endif

typedef struct rondo_hdf5_shape {
    int32_t rank; /* 0: a scalar */
    int64_t extent[RONDO_HDF5_MAX_RANK];
    rondo_hdf5_type type; /* as stored, nearest of the list */
} rondo_hdf5_shape;

rondo_status rondo_hdf5_create(const char *path, rondo_hdf5 **out, rondo_error *error);
/* A plain or a gzipped file (base/gzip.h), of this program's own. */
rondo_status rondo_hdf5_open(const char *path, rondo_hdf5 **out, rondo_error *error);
/* The user's data: damage is RONDO_USAGE, and what the file or a compressed array in it unpacks to
 * has a limit, max_bytes (0: that of base/gzip.h). */
rondo_status rondo_hdf5_open_data(const char *path, int64_t max_bytes, rondo_hdf5 **out,
                                  rondo_error *error);
/* Flushes; NULL is fine. After create, the file is sealed, and the status says whether everything
 * reached the file. After open, it says whether all answers could be believed: a file whose reader
 * was lost seems to have nothing more. */
rondo_status rondo_hdf5_close(rondo_hdf5 *file, rondo_error *error);

/* Opened for reading, and it has a seal that is right. */
bool rondo_hdf5_is_sealed(const rondo_hdf5 *file);

/* Looks at the seal alone, without the library. RONDO_FAILED where it is wrong. */
rondo_status rondo_hdf5_check_seal(const char *path, bool *sealed, rondo_error *error);

/* For harnesses that try millions of inputs (libFuzzer): from now on files are read in this
 * process, without a seal being looked at and without limits. What crashes the library then crashes
 * this process. */
void rondo_hdf5_read_in_process(bool in_process);

/* A new file in the place of `path`, whole or not at all: `write` fills it under a temporary name.
 */
typedef rondo_status (*rondo_hdf5_writer)(rondo_hdf5 *file, const void *context,
                                          rondo_error *error);
rondo_status rondo_hdf5_replace(const char *path, rondo_hdf5_writer write, const void *context,
                                rondo_error *error);

/* Around all use of files in a program that is not rondo's own: what the program set in the HDF5 library (its
 * messages, filters from files, what happens at exit) stays as it is, or is as before after `leave`. */
void rondo_hdf5_enter_as_guest(void);
void rondo_hdf5_leave_as_guest(void);

bool rondo_hdf5_has(rondo_hdf5 *file, const char *path);
rondo_status rondo_hdf5_shape_of(rondo_hdf5 *file, const char *path, rondo_hdf5_shape *shape,
                                 rondo_error *error);

/* Whole arrays. `type` is the type in memory; HDF5 converts. */
rondo_status rondo_hdf5_write(rondo_hdf5 *file, const char *path, rondo_hdf5_type type,
                              int32_t rank, const int64_t *extent, const void *data,
                              rondo_error *error);
rondo_status rondo_hdf5_read(rondo_hdf5 *file, const char *path, rondo_hdf5_type type, void *data,
                             rondo_error *error);
/* Rows first .. first + rows - 1 of an array of at least one dimension. */
rondo_status rondo_hdf5_read_rows(rondo_hdf5 *file, const char *path, rondo_hdf5_type type,
                                  int64_t first, int64_t rows, void *data, rondo_error *error);

/* One text (scalar string); read returns a malloc'd copy. */
rondo_status rondo_hdf5_write_text(rondo_hdf5 *file, const char *path, const char *text,
                                   rondo_error *error);
rondo_status rondo_hdf5_read_text(rondo_hdf5 *file, const char *path, char **text,
                                  rondo_error *error);

/* Many texts as one array [count]; read returns one malloc'd array and malloc'd strings, for
 * rondo_hdf5_free_texts. */
rondo_status rondo_hdf5_write_texts(rondo_hdf5 *file, const char *path, int64_t count,
                                    const char *const *texts, rondo_error *error);
rondo_status rondo_hdf5_read_texts(rondo_hdf5 *file, const char *path, int64_t *count,
                                   char ***texts, rondo_error *error);

void rondo_hdf5_free_texts(int64_t count, char **texts); /* NULL is fine */

/* Attributes of an array or group ("/" is the root); `set` makes a group where there is nothing. */
rondo_status rondo_hdf5_set_integer(rondo_hdf5 *file, const char *path, const char *name,
                                    int64_t value, rondo_error *error);
rondo_status rondo_hdf5_set_real(rondo_hdf5 *file, const char *path, const char *name, double value,
                                 rondo_error *error);
rondo_status rondo_hdf5_set_text(rondo_hdf5 *file, const char *path, const char *name,
                                 const char *value, rondo_error *error);
rondo_status rondo_hdf5_get_integer(rondo_hdf5 *file, const char *path, const char *name,
                                    int64_t *value, rondo_error *error);
rondo_status rondo_hdf5_get_real(rondo_hdf5 *file, const char *path, const char *name,
                                 double *value, rondo_error *error);
rondo_status rondo_hdf5_get_text(rondo_hdf5 *file, const char *path, const char *name, char **value,
                                 rondo_error *error);

rondo_status rondo_hdf5_attribute_type(rondo_hdf5 *file, const char *path, const char *name,
                                       rondo_hdf5_type *type, rondo_error *error);

/* Names of all attributes, in name order; malloc'd like read_texts. */
rondo_status rondo_hdf5_list_attributes(rondo_hdf5 *file, const char *path, int64_t *count,
                                        char ***names, rondo_error *error);

/* Paths of all arrays below `group`, depth first, in name order; malloc'd like read_texts. */
rondo_status rondo_hdf5_list(rondo_hdf5 *file, const char *group, int64_t *count, char ***paths,
                             rondo_error *error);

#endif
