/* What a data format provides, as bits of one word. A task says with the same bits what it needs
 * (config/task.h); whoever else wants to know what kind of data a config names asks for a bit,
 * never for a format.
 *
 * A format without options that matter has one set of bits. Where the options decide (the
 * generators of `generated`), rondo_format.provides has every bit that some options give, and
 * rondo_format_provides those of one config. */
#ifndef RONDO_CONFIG_PROVIDES_H
#define RONDO_CONFIG_PROVIDES_H

enum {
    /* What a step is. Both: each file says itself what it holds. */
    RONDO_PROVIDES_SYMBOLS = 1 << 0, /* numbers of a dictionary */
    RONDO_PROVIDES_VALUES = 1 << 1,  /* real numbers */

    /* What there is to predict. */
    RONDO_PROVIDES_NEXT_SYMBOLS = 1 << 2,  /* the symbol of the next step */
    RONDO_PROVIDES_TAGS = 1 << 3,          /* a class for each step */
    RONDO_PROVIDES_LABELS = 1 << 4,        /* a class for each sequence */
    RONDO_PROVIDES_TARGET_VALUES = 1 << 5, /* real numbers for each step or sequence */
    RONDO_PROVIDES_NEXT_VALUES = 1 << 6,   /* the values of steps to come */
    RONDO_PROVIDES_PAIRS = 1 << 7,         /* a target sequence for each source sequence */

    /* How sequences come about. */
    RONDO_PROVIDES_LINE_LABELS = 1 << 8, /* a language model's lines begin with their label */
    RONDO_PROVIDES_WINDOWS = 1 << 9,     /* sequences are windows with one target each */
    RONDO_PROVIDES_SPLITS = 1 << 10,     /* train, valid and test are its own; no data.split */
    RONDO_PROVIDES_NAMES = 1 << 11,      /* its files hold the dictionaries */

    /* Where data come from. */
    RONDO_PROVIDES_FILES = 1 << 12,   /* data.path or files of data.split; otherwise made */
    RONDO_PROVIDES_FOLDERS = 1 << 13, /* data.path may be a folder with a file for each split */
    RONDO_PROVIDES_STREAM = 1 << 14,  /* a file is one text, which standard input may be */
    RONDO_PROVIDES_ROWS = 1 << 15,    /* a file can be answered line by line while it is read */

    /* Which keys of the section `data` it looks at. */
    RONDO_PROVIDES_UNIT = 1 << 16,            /* unit: a text falls into symbols */
    RONDO_PROVIDES_VOCABULARY = 1 << 17,      /* vocabulary: dictionaries are built by counting */
    RONDO_PROVIDES_LOWERCASE = 1 << 18,       /* vocabulary.lowercase */
    RONDO_PROVIDES_FEATURES = 1 << 19,        /* features: of words */
    RONDO_PROVIDES_FEATURE_COLUMNS = 1 << 20, /* features of kind column */
    RONDO_PROVIDES_SCALES = 1 << 21, /* standardize: columns of values in their own units */

    /* What there is to predict, too. */
    RONDO_PROVIDES_LABEL_SEQUENCES = 1 << 22 /* a list of labels for each sequence, of its own
                                                length */
};

#endif
