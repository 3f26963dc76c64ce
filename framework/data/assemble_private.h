/* What assemble.c (symbols, vocabularies) and assemble_fill.c (sequences) share. */
#ifndef RONDO_DATA_ASSEMBLE_PRIVATE_H
#define RONDO_DATA_ASSEMBLE_PRIVATE_H

#include "data/assemble.h"
#include "data/split_ranges.h"
#include "data/text/symbols.h"

/* What has symbols of its own: inputs, targets, each feature. */
enum { INPUTS = 0, TARGETS = 1, FEATURES = 2, MOST_SIDES = FEATURES + RONDO_MAX_FEATURES };

typedef struct rondo_assembly {
    const rondo_experiment *experiment;
    const rondo_data_config *config; /* the experiment's */
    const rondo_corpus_source *source;
    const rondo_schema *saved;
    bool has_targets; /* symbols of their own */
    bool conditioned; /* a language model whose lines begin with their label */
    int sides;
    bool pairs;
    bool of_labels;       /* the targets of pairs are label sequences of their sources */
    bool without_targets; /* of these */
    rondo_dataset *dataset;
    rondo_symbols *symbols[MOST_SIDES]; /* of all files together; in a language model no targets,
                                           but the classes of conditioned lines in their place */
    rondo_corpus corpora[RONDO_SPLITS];
    rondo_corpus sources[RONDO_SPLITS]; /* of pairs, whose targets are in corpora */
    rondo_split_ranges ranges;
    int32_t *ids[MOST_SIDES]; /* symbol number -> id */
    int32_t *labels;          /* target symbol number -> label */
} rondo_assembly;

/* Symbol numbers of sequence s of a part: its inputs, its steps' targets, or its one label. */
rondo_ids rondo_assembly_numbers(const rondo_corpus_range *part, int64_t s, int side,
                                 int64_t *count);

/* The sequences of all splits; ids and labels are there. */
rondo_status rondo_assembly_fill(rondo_assembly *assembly, rondo_error *error);

#endif
