/* The conformance kit: does a plugin keep the contract of its header? One program per precision; the
 * double one also checks gradients against differences, the float one those of its own against the double
 * twin. It shares nothing with framework/model: reference.c is a host of its own, written from cell.h with
 * plain loops. Every check is a process of its own (call.h) with buffers that end where a page ends
 * (guard.h). */
#ifndef RONDO_KIT_H
#define RONDO_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rondo/cell.h"
#include "rondo/loss.h"
#include "rondo/optimizer.h"
#include "rondo/schedule.h"

enum { KIT_NOTE = 256 };

/* What is being checked, and what was found so far. */
typedef struct kit_report {
    const char *kind, *name; /* of the plugin */
    const char *variant;     /* options that are not at their default */
    int64_t seconds;         /* that a call may take */
    int64_t failures;
    char note[KIT_NOTE]; /* what could not be checked, and why; "" */
} kit_report;

/* A failure: one sentence, printed with the variant. Returns false. */
bool kit_fail(kit_report *kit, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Something that was not checked, in words; the first is kept. */
void kit_note(kit_report *kit, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Zeroed memory; the program ends when there is none. Free with free(). */
void *kit_allocate(int64_t count, size_t size);

/* Uniform in (-1, 1), all bits of a float random: a function of seed and index, the same in both
 * precisions. */
double kit_random(uint64_t seed, uint64_t index);

/* Numbers in rows of blocks of units, with gaps between blocks and rows. The last member is the last number
 * that may be touched (guard.h); before the first lies a redzone. Gaps and redzone hold a pattern that
 * nobody may change; members start as NaN. */
typedef struct kit_array {
    int64_t rows, blocks, units;
    int64_t row_stride, block_stride;
    int64_t total;    /* numbers in all, with the redzone */
    rondo_real *base; /* the redzone */
    rondo_real *data; /* the first member; NULL: there is none */
} kit_array;

/* Gaps of `gap` numbers between blocks, and as many more between rows. */
void kit_array_start(kit_array *array, int64_t rows, int64_t blocks, int64_t units, int64_t gap);
/* What it is for a report: "tape"; number -1: there is one only. */
void kit_array_name(kit_array *array, const char *what, int32_t number);
void kit_array_finish(kit_array *array);
/* A second array with the same contents. */
void kit_array_copy(kit_array *copy, const kit_array *array);
/* The contents of one of the same shape. */
void kit_array_set(kit_array *array, const kit_array *from);
void kit_array_poison(kit_array *array);
void kit_array_randomize(kit_array *array, uint64_t seed);

rondo_real *kit_array_at(const kit_array *array, int64_t row, int64_t block);
bool kit_array_intact(const kit_array *array);               /* gaps and redzones */
bool kit_array_finite(const kit_array *array);               /* members */
bool kit_array_same(const kit_array *a, const kit_array *b); /* bytes */

/* Option sets worth checking: every value of an option alone, that of a number being its default, another
 * one and the ends of its range; everything moved; all combinations of booleans and choices where there are
 * not too many; and any two values of any two options together. */
typedef struct kit_variant {
    char *name;
    void *config;
    bool is_plan_only; /* with numbers so large that it is not run */
} kit_variant;

int64_t kit_variants_create(const rondo_plugin *plugin, kit_variant **out);
void kit_variants_destroy(kit_variant *variants, int64_t count);

void kit_check_cell(kit_report *kit, const rondo_cell *cell, const void *config);
/* In double precision only: gradients against central differences, to 1e-6 of each. */
void kit_check_cell_gradient(kit_report *kit, const rondo_cell *cell, const void *config);
/* The same numbers for some values, as a table on stdout. */
void kit_print_gradients(const rondo_cell *cell, const void *config);
void kit_check_loss(kit_report *kit, const rondo_loss *loss, const void *config);
void kit_check_sequence_loss(kit_report *kit, const rondo_loss *loss, const void *config);
void kit_check_optimizer(kit_report *kit, const rondo_optimizer *optimizer, const void *config);
void kit_check_schedule(kit_report *kit, const rondo_schedule *schedule, const void *config);

/* What the plugin makes of numbers that are the same in both precisions, for twin.h: losses and their
 * gradients; parameters after five updates. Returns how many; at most KIT_TRACE. */
enum { KIT_TRACE = 256 };
int64_t kit_trace_loss(const rondo_loss *loss, const void *config, double values[KIT_TRACE]);
int64_t kit_trace_sequence_loss(const rondo_loss *loss, const void *config,
                                double values[KIT_TRACE]);
int64_t kit_trace_optimizer(const rondo_optimizer *optimizer, const void *config,
                            double values[KIT_TRACE]);

#endif
