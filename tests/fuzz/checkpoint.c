/* Any bytes as a checkpoint, read in this process. */
#include "store/checkpoint.h"
#include "base/hdf5.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static rondo_error error;
    rondo_checkpoint_header header;
    fuzz_registry();
    rondo_hdf5_read_in_process(fuzz_reads_in_process());
    fuzz_write("fuzz.h5", data, size);
    error.text[0] = '\0';
    rondo_status status = rondo_checkpoint_read_header("fuzz.h5", &header, &error);
    if (status && error.text[0] == '\0') fuzz_fail("a refused checkpoint without a message");
    rondo_checkpoint_header_finish(&header);
    rondo_checkpoint_verify("fuzz.h5", &error);
    return 0;
}
