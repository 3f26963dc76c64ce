/* Event files, as TensorBoard reads them: records of length, masked CRC-32C, a message of Protocol
 * Buffers (events.proto) and its masked CRC-32C (TensorFlow, core/lib/io/record_writer.h). events.c
 * is the wrapper of protobuf-c. */
#ifndef RONDO_STORE_EVENTS_H
#define RONDO_STORE_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "store/metrics.h"

/* Each adds a record to a file that is made in memory: `file` then holds bytes, no text. When
 * memory runs out, file->failed is set. wall_time: seconds since 1970. [any] */

/* The first record of a file: its version. */
void rondo_events_begin(rondo_text *file, double wall_time);

/* All values of a record as scalars with tags "<kind>/<name>". They are floats: TensorBoard's
 * scalars have 24 bits. */
void rondo_events_add(rondo_text *file, double wall_time, const rondo_record *record);

/* CRC-32C (Castagnoli et al. 1993; polynomial 0x1EDC6F41, reflected), which the records carry. Of
 * the nine bytes "123456789" it is 0xE3069283. [any] */
uint32_t rondo_crc32c(const void *data, size_t size);

#endif
