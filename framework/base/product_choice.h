/* Which of BLIS's kernels suit a processor that BLIS takes worse ones for.
 *
 * BLIS knows processors by family and model, and Intel's number of 512-bit units by the name it
 * reads. What it does not know gets kernels of plain C ("generic", a fifth of the speed) or, with
 * AVX-512, those of AVX2. A rule over the processor's flags decides, never a measurement, because
 * the bits of a result depend on the kernels. */
#ifndef RONDO_BASE_PRODUCT_CHOICE_H
#define RONDO_BASE_PRODUCT_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What the instruction CPUID says; all false where there is none. */
typedef struct rondo_processor_facts {
    char vendor[13]; /* "GenuineIntel", "AuthenticAMD" .. */
    int family, model;
    bool has_avx;
    bool has_avx2;     /* and FMA */
    bool has_avx512;   /* F, DQ, BW and VL */
    bool has_bfloat16; /* AVX512_BF16 */
    bool has_amx;      /* AMX_BF16 */
    bool is_512_wide;  /* AMD: units of 512 bits (Fn8000_001A) */
} rondo_processor_facts;

/* Of this processor; what the operating system does not allow is false. */
rondo_processor_facts rondo_processor_facts_get(void);

/* Whether AVX-512 multiplies more per cycle than AVX2: two units of 512 bits, or those of a processor
 * for servers. */
bool rondo_product_has_wide_units(const rondo_processor_facts *facts);

/* Whether products of bfloat16 take longer than those of float32, though the processor has the instruction:
 * Intel's takes two cycles for as many products as two units of 512 bits add in one. */
bool rondo_product_bfloat16_is_slow(const rondo_processor_facts *facts);

/* Weights of more bytes are multiplied with few rows in less time where a kernel asks for them ahead: those that
 * a second-level cache cannot hold; on AMD's processors, whose third-level cache is fast, those that come from
 * memory now and then. */
int64_t rondo_product_far_bytes(const rondo_processor_facts *facts);

/* The kernel family to take instead of the one that BLIS chose ("generic", "haswell" ..), among
 * those that this BLIS was built with; NULL where BLIS's choice stands. The name is static. */
const char *rondo_product_better_kernels(const rondo_processor_facts *facts, const char *chosen);

/* The number by which BLIS_ARCH_TYPE names a family, or -1. */
int rondo_product_kernels_number(const char *name);

#endif
