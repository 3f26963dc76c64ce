/* How the HDF5 library reaches the file: plain reads and writes.
 *
 * The library's own driver hands a failed write (a full disk) back to it, and HDF5 1.10 then cannot
 * close what is open: it crashes when the program ends. Here a failed write is noted, nothing more
 * is written, and the library closes as if all were well; base/hdf5_array.c sees the note and fails. File
 * locks, which network file systems lack, are not used: files are only ever written under a
 * temporary name. */
#include "base/hdf5_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

typedef struct driver_file {
    H5FD_t head; /* the library's */
    int descriptor;
    int *failure;  /* errno of the first write that failed, in struct rondo_hdf5 */
    haddr_t end;   /* of the file */
    haddr_t space; /* that the library has given out */
} driver_file;

/* What the access list carries. */
typedef struct driver_info {
    int *failure;
    int descriptor; /* of the open file; -1: it is opened by its name */
} driver_info;

static int flags_of(unsigned flags)
{
    int result = flags & H5F_ACC_RDWR ? O_RDWR : O_RDONLY;
    if (flags & H5F_ACC_TRUNC) result |= O_TRUNC;
    if (flags & H5F_ACC_CREAT) result |= O_CREAT;
    if (flags & H5F_ACC_EXCL) result |= O_EXCL;
    return result | O_CLOEXEC;
}

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t most)
{
    (void)most;
    struct stat about;
    const driver_info *info = H5Pget_driver_info(access);
    driver_file *file = calloc(1, sizeof *file);
    if (!file || !info) {
        if (info) *info->failure = ENOMEM;
        free(file);
        return NULL;
    }
    file->failure = info->failure;
    file->descriptor =
        info->descriptor >= 0 ? dup(info->descriptor) : open(name, flags_of(flags), 0666);
    if (file->descriptor < 0 || fstat(file->descriptor, &about) != 0) {
        *file->failure = errno;
        if (file->descriptor >= 0) close(file->descriptor);
        free(file);
        return NULL;
    }
    *file->failure = 0; /* the library first tries whether the file is there */
    file->end = (haddr_t)about.st_size;
    return &file->head;
}

static herr_t driver_close(H5FD_t *head)
{
    driver_file *file = (driver_file *)head;
    if (close(file->descriptor) != 0 && *file->failure == 0) *file->failure = errno;
    free(file);
    return 0;
}

/* Two handles of one file are two files: nothing is shared between them. */
static int driver_compare(const H5FD_t *a, const H5FD_t *b)
{
    return (a > b) - (a < b);
}

/* Without the library's accumulator of small reads: in damaged files it copies from nowhere. */
static herr_t driver_query(const H5FD_t *head, unsigned long *features)
{
    (void)head;
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t driver_space(const H5FD_t *head, H5FD_mem_t type)
{
    (void)type;
    return ((const driver_file *)head)->space;
}

static herr_t driver_set_space(H5FD_t *head, H5FD_mem_t type, haddr_t space)
{
    (void)type;
    ((driver_file *)head)->space = space;
    return 0;
}

static haddr_t driver_end(const H5FD_t *head, H5FD_mem_t type)
{
    (void)type;
    return ((const driver_file *)head)->end;
}

/* Behind the end of the file there are zeros. */
static herr_t driver_read(H5FD_t *head, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                          void *data)
{
    (void)type, (void)transfer;
    const driver_file *file = (const driver_file *)head;
    char *to = data;
    if (at > INT64_MAX || size > INT64_MAX - at) return -1;
    while (size > 0) {
        ssize_t count = pread(file->descriptor, to, size, (off_t)at);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) break;
        to += count;
        at += (haddr_t)count;
        size -= (size_t)count;
    }
    memset(to, 0, size);
    return 0;
}

static herr_t driver_write(H5FD_t *head, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                           const void *data)
{
    (void)type, (void)transfer;
    driver_file *file = (driver_file *)head;
    const char *from = data;
    if (at > INT64_MAX || size > INT64_MAX - at) return -1;
    if (at + size > file->end) file->end = at + size;
    while (size > 0 && *file->failure == 0) {
        ssize_t count = pwrite(file->descriptor, from, size, (off_t)at);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            *file->failure = errno;
            break;
        }
        from += count;
        at += (haddr_t)count;
        size -= (size_t)count;
    }
    return 0;
}

static herr_t driver_truncate(H5FD_t *head, hid_t transfer, hbool_t closing)
{
    (void)transfer, (void)closing;
    driver_file *file = (driver_file *)head;
    if (file->end == file->space) return 0;
    if (*file->failure == 0 && ftruncate(file->descriptor, (off_t)file->space) != 0)
        *file->failure = errno;
    file->end = file->space;
    return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = 0x7264, /* any number above 511: theirs are below */
#endif
    .name = "rondo",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(driver_info),
    .open = driver_open,
    .close = driver_close,
    .cmp = driver_compare,
    .query = driver_query,
    .get_eoa = driver_space,
    .set_eoa = driver_set_space,
    .get_eof = driver_end,
    .read = driver_read,
    .write = driver_write,
    .truncate = driver_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY};

hid_t rondo_hdf5_access(rondo_hdf5 *file)
{
    static hid_t registered = H5I_INVALID_HID;
    if (registered < 0) registered = H5FDregister(&driver);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    driver_info info = {&file->failure, file->descriptor};
    file->failure = 0;
    if (H5Pset_driver(access, registered, &info) >= 0 &&
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0)
        return access;
    rondo_hdf5_release(access);
    return H5I_INVALID_HID;
}
