/* CRC-32C (Castagnoli et al. 1993; polynomial 0x1EDC6F41, reflected), which record files of
 * TensorBoard carry. */
#ifndef RONDO_BASE_CRC32C_H
#define RONDO_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of the nine bytes "123456789" it is 0xE3069283. [any] */
uint32_t rondo_crc32c(const void *data, size_t size);

#endif
