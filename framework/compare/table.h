/* A comparison as text: tables for people (terminal, Markdown, LaTeX), and numbers for programs
 * (CSV, JSON). The same comparison gives the same bytes. All functions are [main]. */
#ifndef RONDO_COMPARE_TABLE_H
#define RONDO_COMPARE_TABLE_H

#include "base/text.h"
#include "compare/comparison.h"
#include "compare/grid.h"

typedef enum rondo_compared_show {
    RONDO_SHOW_ALL = 0, /* variants, pairs, searches, and what is to be said of them */
    RONDO_SHOW_VARIANTS = 1,
    RONDO_SHOW_PAIRS = 2,
    RONDO_SHOW_RUNS = 3
} rondo_compared_show;

/* Numbers are rounded to what their intervals allow. */
rondo_status rondo_comparison_print(const rondo_comparison *comparison, rondo_compared_show part,
                                    rondo_face face, rondo_text *text, rondo_error *error);

/* One table, numbers in full (RFC 4180, with a line of names); all: the variants. What does not
 * exist is empty. */
void rondo_comparison_csv(const rondo_comparison *comparison, rondo_compared_show part,
                          rondo_text *text);

/* Everything but curves and machines, as one object. */
void rondo_comparison_json(const rondo_comparison *comparison, rondo_text *text);

/* Sentences about the comparison, one per line: what was measured and varied, what is missing, what
 * the numbers mean. Control characters of untrusted texts are escaped. */
void rondo_comparison_notes(const rondo_comparison *comparison, rondo_text *text);

/* What stands above the tables. Control characters of untrusted texts are escaped. */
void rondo_comparison_heading(const rondo_comparison *comparison, rondo_text *text);

#endif
