#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
/* Part of the wrapper of HDF5: files, how they are made and how they are opened for reading. */
#include "base/hdf5_remote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/gzip.h"
#include "base/seal.h"
#include "base/text.h"

static bool reads_in_process;

/* The program whose guest this is, and what it had set. */
static struct {
    bool is_there, is_known;
    H5E_auto2_t print;
    void *context;
    unsigned filters;
} host;

void rondo_hdf5_read_in_process(bool in_process)
{
    reads_in_process = in_process;
}

const char *rondo_hdf5_reason(const rondo_hdf5 *file)
{
    return file->failure ? strerror(file->failure) : "the HDF5 library failed";
}

rondo_status rondo_hdf5_fail_damaged(const rondo_hdf5 *file, rondo_error *error)
{
    if (file->sealed)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: cannot be read, though its checksum is right", file->name);
    return rondo_error_set(error, file->damage, "%s: is not an HDF5 file, or a damaged one",
                           file->name);
}

bool rondo_hdf5_has_room(void)
{
    enum { ROOM = 16 * 1024 * 1024 };
    void *block = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return false;
    munmap(block, ROOM);
    return true;
}

/* A plugin filter would be code that the file chose. Messages are ours, not the library's. */
static void set_up_library(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
}

/* When the program ends, all files are closed; what the library would still do then crashes where it
 * once had not enough memory. */
static bool start_library(void)
{
    static bool started;
    if (started) return true;
    if (!host.is_there) H5dont_atexit(); /* fails where it was said before */
    if (H5open() < 0) return false;
    started = true;
    set_up_library();
    return true;
}

void rondo_hdf5_enter_as_guest(void)
{
    host.is_there = true;
    host.is_known = H5open() >= 0 && H5Eget_auto2(H5E_DEFAULT, &host.print, &host.context) >= 0 &&
                    H5PLget_loading_state(&host.filters) >= 0;
    set_up_library();
}

void rondo_hdf5_leave_as_guest(void)
{
    if (!host.is_known) return;
    H5Eset_auto2(H5E_DEFAULT, host.print, host.context);
    H5PLset_loading_state(host.filters);
}

static herr_t refuse_link(const char *parent_file, const char *parent, const char *child_file,
                          const char *child, unsigned *flags, hid_t access, void *data)
{
    (void)parent_file, (void)parent, (void)child_file, (void)child;
    (void)flags, (void)access, (void)data;
    return -1;
}

static rondo_hdf5 *handle_create(const char *path, rondo_error *error)
{
    rondo_hdf5 *file = calloc(1, sizeof *file);
    if (file) {
        file->name = rondo_text_copy(path);
        file->damage = RONDO_FAILED;
        file->file = file->access = file->links = H5I_INVALID_HID;
        file->descriptor = file->socket = -1;
    }
    if (file && file->name) return file;
    free(file);
    rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path);
    return NULL;
}

/* What the library needs before it opens the file in this process. */
static rondo_status prepare(rondo_hdf5 *file, rondo_error *error)
{
    bool done = rondo_hdf5_has_room() && start_library();
    if (done) {
        file->access = H5Pcreate(H5P_DATASET_ACCESS);
        file->links = H5Pcreate(H5P_LINK_CREATE);
    }
    if (done && H5Pset_elink_cb(file->access, refuse_link, NULL) >= 0 &&
        H5Pset_create_intermediate_group(file->links, 1) >= 0 &&
        H5Pset_char_encoding(file->links, H5T_CSET_UTF8) >= 0)
        return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", file->name);
}

rondo_status rondo_hdf5_create(const char *path, rondo_hdf5 **out, rondo_error *error)
{
    *out = NULL;
    rondo_hdf5 *file = handle_create(path, error);
    if (!file) return error->status;
    rondo_status status = prepare(file, error);
    if (!status) {
        hid_t access = rondo_hdf5_access(file);
        file->file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
        rondo_hdf5_release(access);
        if (file->file < 0)
            status = rondo_error_set(error, RONDO_FAILED, "%s: cannot create: %s", path,
                                     rondo_hdf5_reason(file));
    }
    if (status) {
        rondo_hdf5_close(file, &(rondo_error){0});
        return status;
    }
    file->writes = true;
    *out = file;
    return RONDO_OK;
}

/* --- for reading --- */

static rondo_status fail_open(const char *path, rondo_error *error)
{
    return rondo_error_set(error, RONDO_USAGE, "%s: cannot open: %s", path, strerror(errno));
}

/* O_NONBLOCK, so that a pipe of that name is refused instead of waited for. */
static rondo_status open_descriptor(rondo_hdf5 *file, const char *path, rondo_error *error)
{
    struct stat about;
    file->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->descriptor < 0 || fstat(file->descriptor, &about) != 0)
        return fail_open(file->name, error);
    if (!S_ISREG(about.st_mode))
        return rondo_error_set(error, RONDO_USAGE, "%s: is not a regular file", file->name);
    file->size = (uint64_t)about.st_size;
    return RONDO_OK;
}

/* The plain file is the one that is open afterwards. */
static rondo_status unpack(rondo_hdf5 *file, uint64_t max_bytes, rondo_error *error)
{
    char *unpacked;
    rondo_status status = rondo_gzip_unpack(file->name, (int64_t)max_bytes, &unpacked, error);
    if (status || !unpacked) return status;
    close(file->descriptor);
    status = open_descriptor(file, unpacked, error);
    unlink(unpacked); /* what is open stays readable */
    free(unpacked);
    return status;
}

rondo_status rondo_hdf5_open_here(rondo_hdf5 *file, rondo_error *error)
{
    rondo_status status = prepare(file, error);
    if (status) return status;
    hid_t access = rondo_hdf5_access(file);
    file->file = H5Fopen(file->name, H5F_ACC_RDONLY, access);
    rondo_hdf5_release(access);
    if (file->file >= 0) return RONDO_OK;
    return file->failure ? rondo_error_set(error, RONDO_FAILED, "%s: cannot open: %s", file->name,
                                           strerror(file->failure))
                         : rondo_hdf5_fail_damaged(file, error);
}

static rondo_status check_seal(rondo_hdf5 *file, rondo_error *error)
{
    rondo_seal seal;
    rondo_status status = rondo_seal_check(file->descriptor, file->name, &seal, error);
    if (status) return status;
    file->sealed = seal == RONDO_SEAL_RIGHT;
    if (seal != RONDO_SEAL_WRONG) return RONDO_OK;
    return rondo_error_set(error, file->damage,
                           "%s: damaged: its bytes are not those that were written (checksum)",
                           file->name);
}

rondo_status rondo_hdf5_check_seal(const char *path, bool *sealed, rondo_error *error)
{
    *sealed = false;
    rondo_hdf5 *file = handle_create(path, error);
    if (!file) return error->status;
    rondo_status status = open_descriptor(file, path, error);
    if (!status) status = check_seal(file, error);
    *sealed = file->sealed;
    if (file->descriptor >= 0) close(file->descriptor);
    rondo_hdf5_close(file, &(rondo_error){0});
    return status;
}

/* What the program wrote and is not damaged, the library can read here. A seal does not say who made
 * it, so neither the user's data are read here, nor anything if RONDO_READ_APART is set. */
static bool may_read_here(const rondo_hdf5 *file, bool is_data)
{
    const char *apart = getenv("RONDO_READ_APART");
    return file->sealed && !is_data && (!apart || *apart == '\0');
}

static rondo_status start_reading(rondo_hdf5 *file, bool is_data, rondo_error *error)
{
    if (reads_in_process) return rondo_hdf5_open_here(file, error);
    rondo_status status = check_seal(file, error);
    if (status) return status;
    return may_read_here(file, is_data) ? rondo_hdf5_open_here(file, error)
                                        : rondo_hdf5_client_start(file, error);
}

static rondo_status open_file(const char *path, uint64_t max_bytes, rondo_status damage,
                              rondo_hdf5 **out, rondo_error *error)
{
    *out = NULL;
    rondo_hdf5 *file = handle_create(path, error);
    if (!file) return error->status;
    file->damage = damage;
    rondo_status status = open_descriptor(file, path, error);
    if (!status) status = unpack(file, max_bytes, error);
    file->limit_is_given = max_bytes > 0;
    file->most_bytes = rondo_gzip_most(file->size, max_bytes);
    if (!status) status = start_reading(file, damage == RONDO_USAGE, error);
    if (file->descriptor >= 0) close(file->descriptor); /* whoever reads has it */
    file->descriptor = -1;
    if (status) {
        rondo_hdf5_close(file, &(rondo_error){0});
        return status;
    }
    *out = file;
    return RONDO_OK;
}

rondo_status rondo_hdf5_open(const char *path, rondo_hdf5 **out, rondo_error *error)
{
    return open_file(path, 0, RONDO_FAILED, out, error);
}

rondo_status rondo_hdf5_open_data(const char *path, int64_t max_bytes, rondo_hdf5 **out,
                                  rondo_error *error)
{
    return open_file(path, (uint64_t)max_bytes, RONDO_USAGE, out, error);
}

bool rondo_hdf5_is_sealed(const rondo_hdf5 *file)
{
    return file->sealed;
}

static rondo_status close_library(rondo_hdf5 *file, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (file->file >= 0 && (H5Fclose(file->file) < 0 || file->failure))
        status = rondo_error_set(error, RONDO_FAILED, "%s: cannot be written: %s", file->name,
                                 rondo_hdf5_reason(file));
    rondo_hdf5_release(file->access);
    rondo_hdf5_release(file->links);
    return status;
}

rondo_status rondo_hdf5_close(rondo_hdf5 *file, rondo_error *error)
{
    if (!file) return RONDO_OK;
    rondo_status status =
        file->remote ? rondo_hdf5_client_finish(file, error) : close_library(file, error);
    if (!status && file->writes) status = rondo_seal_add(file->name, error);
    free(file->name);
    free(file);
    return status;
}

rondo_status rondo_hdf5_replace(const char *path, rondo_hdf5_writer write, const void *context,
                                rondo_error *error)
{
    rondo_status status;
    rondo_hdf5 *file = NULL;
    rondo_error ignored = {0};
    char *temporary = rondo_file_temporary(path);
    if (!temporary)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for its name", path);
    if ((status = rondo_hdf5_create(temporary, &file, error))) goto cleanup;
    if ((status = write(file, context, error))) goto cleanup;
    status = rondo_hdf5_close(file, error);
    file = NULL;
    if (!status) status = rondo_file_replace(temporary, path, error);
cleanup:
    rondo_hdf5_close(file, &ignored);
    if (status) remove(temporary);
    free(temporary);
    return status;
}
