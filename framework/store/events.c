#include "store/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.pb-c.h"

uint32_t rondo_crc32c(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78U : 0);
    }
    return ~crc;
}

static void put_little_endian(unsigned char *to, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(number >> 8 * i);
}

/* A sum of bytes that hold their own sum would be a constant; so it is stored rotated and moved. */
static uint32_t masked_crc(const void *data, size_t size)
{
    uint32_t crc = rondo_crc32c(data, size);
    return (crc >> 15 | crc << 17) + 0xA282EAD8U;
}

static void add_message(rondo_text *file, RondoEvents__Event *event)
{
    size_t size = rondo_events__event__get_packed_size(event);
    unsigned char head[12], tail[4], *message = malloc(size);
    if (!message) {
        file->failed = true;
        return;
    }
    rondo_events__event__pack(event, message);
    put_little_endian(head, size, 8);
    put_little_endian(head + 8, masked_crc(head, 8), 4);
    put_little_endian(tail, masked_crc(message, size), 4);
    rondo_text_add_bytes(file, (const char *)head, sizeof head);
    rondo_text_add_bytes(file, (const char *)message, size);
    rondo_text_add_bytes(file, (const char *)tail, sizeof tail);
    free(message);
}

void rondo_events_begin(rondo_text *file, double wall_time)
{
    static char version[] = "brain.Event:2";
    RondoEvents__Event event = RONDO_EVENTS__EVENT__INIT;
    event.wall_time = wall_time;
    event.file_version = version;
    add_message(file, &event);
}

void rondo_events_add(rondo_text *file, double wall_time, const rondo_record *record)
{
    RondoEvents__Summary__Value values[RONDO_MAX_RECORD_VALUES], *list[RONDO_MAX_RECORD_VALUES];
    RondoEvents__Summary summary = RONDO_EVENTS__SUMMARY__INIT;
    RondoEvents__Event event = RONDO_EVENTS__EVENT__INIT;
    rondo_text tags[RONDO_MAX_RECORD_VALUES] = {0};
    for (int32_t i = 0; i < record->count; i++) {
        rondo_text_add(&tags[i], "%s/%s", record->kind, record->values[i].name);
        file->failed |= tags[i].failed;
        rondo_events__summary__value__init(&values[i]);
        values[i].tag = tags[i].data;
        values[i].simple_value = (float)record->values[i].value;
        list[i] = &values[i];
    }
    summary.n_value = (size_t)record->count;
    summary.value = list;
    event.wall_time = wall_time;
    event.has_step = record->step != 0; /* as other writers: 0 is what is not there */
    event.step = record->step;
    event.summary = &summary;
    if (!file->failed) add_message(file, &event);
    for (int32_t i = 0; i < record->count; i++)
        rondo_text_finish(&tags[i]);
}
