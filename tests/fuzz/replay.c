/* Reads each file of the command line as one input: what a fuzzer once found stays found. */
#include "base/file.h"
#include "fuzz.h"

int main(int argc, char **argv)
{
    rondo_error error = {0};
    for (int i = 1; i < argc; i++) {
        char *data;
        size_t size;
        if (rondo_file_read(argv[i], 1 << 24, &data, &size, &error)) fuzz_fail(error.text);
        LLVMFuzzerTestOneInput((const uint8_t *)data, size);
        free(data);
    }
    printf("%d inputs\n", argc - 1);
    return argc > 1 ? 0 : 1;
}
