/* What machine this is: for reports, never part of a result. All functions are [main]. */
#ifndef RONDO_BASE_PROCESSOR_H
#define RONDO_BASE_PROCESSOR_H

#include <stddef.h>

/* The processor's name as the system tells it, such as "AMD EPYC 7763 64-Core Processor (family 25,
 * model 1)"; "unknown" where it does not. */
const char *rondo_processor_name(void);

/* Which version of functions marked RONDO_VECTORISED runs here: "avx512f", "avx2", or "baseline"
 * (also where the compiler could make only one). */
const char *rondo_processor_vectors(void);

/* Processor time used since some fixed moment, in seconds: by everything on the machine (negative
 * where the system does not tell), and by this process. Their difference is what others used. */
double rondo_processor_all_seconds(void);
double rondo_processor_own_seconds(void);

/* Memory this process holds, in bytes (where the system does not tell, the most it ever held), and
 * the most it ever held. */
size_t rondo_processor_memory(void);
size_t rondo_processor_peak_memory(void);

#endif
