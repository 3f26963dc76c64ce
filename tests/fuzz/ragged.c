/* Any bytes as an HDF5 data set, read in this process: bugs of the library count, too. */
#include "data/formats/ragged.h"
#include "base/hdf5.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static rondo_error error;
    rondo_dataset *dataset;
    fuzz_registry();
    rondo_hdf5_read_in_process(fuzz_reads_in_process());
    fuzz_write("fuzz.h5", data, size);
    for (int stream = 0; stream < 2; stream++) {
        error.text[0] = '\0';
        rondo_status status = rondo_ragged_read("fuzz.h5", stream, NULL, &dataset, &error);
        if (status && (dataset || error.text[0] == '\0'))
            fuzz_fail("refused data without a message");
        rondo_dataset_destroy(dataset);
    }
    return 0;
}
