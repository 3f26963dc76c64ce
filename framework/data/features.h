/* Features: further inputs of a step beside its word, each a stream of symbols with a vocabulary of
 * its own: endings, beginnings and the shape of the word, or another column of the file. What a
 * word that training never saw looks like still tells much about it (Ratnaparkhi 1996; as inputs of
 * a bidirectional LSTM: Huang, Xu & Yu 2015, arXiv:1508.01991).
 */
#ifndef RONDO_DATA_FEATURES_H
#define RONDO_DATA_FEATURES_H

#include "base/error.h"
#include "base/text.h"
#include "config/experiment.h"
#include "data/corpus.h"
#include "data/formats/column_lines.h"
#include "data/text/symbols.h"
#include "data/text/vocabulary.h"

/* A step as the file has it: its word, before data.vocabulary.lowercase, and its line. */
typedef struct rondo_token {
    const char *word;
    int64_t length;
    const char *line, *line_end; /* NULL where the format has no columns */
    const char *path;            /* for messages, as the line's number is */
    int64_t number;
    const rondo_columns_rules *rules; /* how the line falls into fields */
} rondo_token;

/* The feature's symbol of a token, never empty; it points into `text` or into the line and is valid
 * until either changes. A column that is not there: RONDO_FAILED. [any]
 *
 *   suffix, prefix   the last, first `length` characters of the word in lower case; all of a
 *                    shorter word
 *   shape            each character as X (a capital), x (a-z and all else beyond ASCII), d (0-9) or
 *                    itself; of a run of one of X, x, d only two are kept
 *   lowercase        the word in lower case
 *   column           the field as it is
 *
 * What lower case and capitals are says `rule`, a rondo_lowercase_rule. */
rondo_status rondo_feature_get(const rondo_feature_config *feature, int rule,
                               const rondo_token *token, rondo_text *text, const char **symbol,
                               int64_t *length, rondo_error *error);

/* Adds the symbols of all features of a token to the corpus, for the step that is added next;
 * symbols[f] holds those of feature f. `text` is scratch. */
rondo_status rondo_features_read(const rondo_data_config *config, const rondo_token *token,
                                 rondo_symbols *const *symbols, rondo_text *text,
                                 rondo_corpus *corpus, rondo_error *error);

/* The same with ids of finished vocabularies. */
rondo_status rondo_features_encode(const rondo_data_config *config, const rondo_token *token,
                                   rondo_vocabulary *const *vocabularies, rondo_text *text,
                                   rondo_corpus *corpus, rondo_error *error);

#endif
