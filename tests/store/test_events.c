/* Event files byte by byte against events.tfevents, which TensorBoard's own writer made
 * (events.py); and CRC-32C against the values of RFC 3720, section B.4. */
#include "check.h"

#include "base/scratch.h"
#include "store/events.h"

static void test_crc32c(void)
{
    unsigned char bytes[32] = {0};
    CHECK_INTEGER(rondo_crc32c("", 0), 0);
    CHECK_INTEGER(rondo_crc32c("123456789", 9), 0xE3069283U);
    CHECK_INTEGER(rondo_crc32c(bytes, 32), 0x8A9136AAU);
    memset(bytes, 0xFF, 32);
    CHECK_INTEGER(rondo_crc32c(bytes, 32), 0x62A8AB43U);
    for (unsigned char i = 0; i < 32; i++)
        bytes[i] = i;
    CHECK_INTEGER(rondo_crc32c(bytes, 32), 0x46DD794EU);
    for (unsigned char i = 0; i < 32; i++)
        bytes[i] = (unsigned char)(31 - i);
    CHECK_INTEGER(rondo_crc32c(bytes, 32), 0x113FDB5CU);
}

static void test_golden(void)
{
    char long_name[131] = {0};
    memset(long_name, 'n', 130);
    const struct {
        double wall_time;
        rondo_record record;
    } events[] = {
        {1795864733.25, {.kind = "train", .step = 0, .count = 1, .values = {{"loss", "1", 0}}}},
        {1795864733.5,
         {.kind = "train",
          .step = 50,
          .count = 2,
          .values = {{"loss", "1", 1.7423249283931597}, {"accuracy", "1", 0.3787573597768826}}}},
        {1795864734.0,
         {.kind = "valid",
          .step = 127,
          .count = 2,
          .values = {{"loss", "1", NAN}, {"perplexity", "1", INFINITY}}}},
        {1795864735.0,
         {.kind = "valid", .step = 128, .count = 1, .values = {{"loss", "1", -1e-8}}}},
        {1795864736.125,
         {.kind = "test",
          .step = 3000000000,
          .count = 1,
          .values = {{long_name, "1", 16777217.0}}}},
    };
    size_t size;
    rondo_text file = {0};
    char *golden = scratch_read(RONDO_SOURCE_DIR "/tests/store/events.tfevents", &size);
    rondo_events_begin(&file, 1795864733.25);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        rondo_events_add(&file, events[i].wall_time, &events[i].record);
    CHECK(!file.failed);
    CHECK_INTEGER(file.length, size);
    for (size_t i = 0; i < size && i < file.length; i++)
        CHECK_INTEGER((unsigned char)file.data[i], (unsigned char)golden[i]);
    free(golden);
    rondo_text_finish(&file);
}

int main(void)
{
    RUN(test_crc32c);
    RUN(test_golden);
    return check_end();
}
