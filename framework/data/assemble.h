/* Text, columns and generated symbols to a data set: files are read into corpora, corpora are cut
 * into splits, vocabularies are built from the training split, and symbol numbers become ids. */
#ifndef RONDO_DATA_ASSEMBLE_H
#define RONDO_DATA_ASSEMBLE_H

#include "data/corpus.h"
#include "data/reading.h"
#include "data/text/symbols.h"

/* Where the symbols of one file, or of a split that is made, go. */
typedef struct rondo_corpus_request {
    const rondo_experiment *experiment;
    rondo_split split;
    bool without_targets; /* of pairs: only the sources are read; the targets are empty */
    rondo_symbols *inputs;
    rondo_symbols *targets;         /* tags, labels or target symbols; NULL: the config takes none,
                                       or inputs and targets have one dictionary */
    rondo_symbols *const *features; /* one for each of data.features */
    rondo_corpus *corpus;           /* empty; of pairs the targets, as its inputs */
    rondo_corpus *sources;          /* empty; of pairs only */
} rondo_corpus_request;

/* What a format of symbols knows: how a file becomes a corpus. */
typedef struct rondo_corpus_source {
    /* Reads the file at `path`, or makes a split (NULL) where the format provides no files. */
    rondo_status (*read)(const char *path, const rondo_corpus_request *request, rondo_error *error);
    bool has_one_dictionary; /* of pairs: sources and targets share it */
} rondo_corpus_source;

/* Fills a data set that has storage and is otherwise zero: rondo_format.read of formats of symbols.
 * [main] */
rondo_status rondo_assemble(const rondo_reading *reading, const rondo_corpus_source *source,
                            rondo_dataset *dataset, rondo_error *error);

#endif
