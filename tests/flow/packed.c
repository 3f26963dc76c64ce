/* packed FILE [REPEAT]: a ragged data set for tagging as another program would write it: compressed
 * pieces, bytes and 16-bit ids, names of a fixed length, an attribute of a fixed length. REPEAT
 * makes each sequence so many times as long. */
#define H5_USE_110_API
#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEQUENCES = 40, LENGTH = 25, NAMES = 6, WIDTH = 8 };

static bool put(hid_t file, const char *path, hid_t type, hsize_t count, hsize_t chunk,
                const void *data)
{
    hid_t links = H5Pcreate(H5P_LINK_CREATE), layout = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, &count, NULL);
    H5Pset_create_intermediate_group(links, 1);
    if (chunk > 0) {
        H5Pset_chunk(layout, 1, &chunk);
        H5Pset_shuffle(layout);
        H5Pset_deflate(layout, 6);
    }
    hid_t array = H5Dcreate2(file, path, type, space, links, layout, H5P_DEFAULT);
    return H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0 && H5Dclose(array) >= 0;
}

static bool put_attribute(hid_t file, const char *name, hid_t type, const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    return H5Awrite(attribute, type, value) >= 0 && H5Aclose(attribute) >= 0;
}

int main(int argc, char **argv)
{
    static int64_t offsets[SEQUENCES + 1];
    static const char names[NAMES][WIDTH] = {"<UNK>", "<EOS>", "a", "b", "c", "d"};
    static const char format[] = "ragged sequences";
    const int32_t version = 1;
    if (argc < 2) return 2;
    const int64_t repeat = argc > 2 ? atoll(argv[2]) : 1, steps = SEQUENCES * LENGTH * repeat;
    uint8_t *inputs = malloc((size_t)steps);
    int16_t *targets = malloc((size_t)steps * sizeof *targets);
    if (!inputs || !targets) return 1;
    for (int64_t i = 0; i < steps; i++) {
        inputs[i] = (uint8_t)(2 + i * i % 7 % 4);
        targets[i] = (int16_t)(2 + i % 3);
    }
    for (int64_t s = 0; s < SEQUENCES; s++)
        offsets[s + 1] = (s + 1) * LENGTH * repeat;
    hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t text = H5Tcopy(H5T_C_S1), name = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, strlen(format));
    H5Tset_size(name, WIDTH);
    bool done = put_attribute(file, "rondo_format", text, format) &&
                put_attribute(file, "version", H5T_NATIVE_INT32, &version);
    for (int split = 0; split < 2 && done; split++) {
        const char *folder = split ? "valid" : "train";
        char path[64];
        done = snprintf(path, sizeof path, "/%s/offsets", folder) > 0 &&
               put(file, path, H5T_NATIVE_INT64, SEQUENCES + 1, 0, offsets) &&
               snprintf(path, sizeof path, "/%s/inputs", folder) > 0 &&
               put(file, path, H5T_NATIVE_UINT8, (hsize_t)steps, (hsize_t)(300 * repeat), inputs) &&
               snprintf(path, sizeof path, "/%s/targets", folder) > 0 &&
               put(file, path, H5T_NATIVE_INT16, (hsize_t)steps, (hsize_t)(400 * repeat), targets);
    }
    done = done && put(file, "/vocabulary/inputs", name, NAMES, 0, names) &&
           put(file, "/vocabulary/targets", name, NAMES, 3, names);
    free(inputs);
    free(targets);
    return H5Fclose(file) >= 0 && done ? 0 : 1;
}
