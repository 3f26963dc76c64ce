#include "evaluate/exact_match.h"

#include "base/log.h"
#include "data/text/vocabulary.h"

/* A search may go one symbol beyond the longest target: what is ended by force is no match. */
rondo_beam_config rondo_exact_match_config(const rondo_pass_size *size)
{
    return (rondo_beam_config){.beam = 1,
                               .longest = size->steps,
                               .source_rows = size->source_rows,
                               .source_steps = size->source_steps,
                               .source_tokens = size->source_tokens,
                               .threads = size->threads};
}

double rondo_exact_match_rate(const rondo_exact_match *match)
{
    return (double)match->exact / (double)match->decoded;
}

/* Whether the target of row b is these symbols and then the end. */
static bool is_exact(const rondo_batch *batch, int64_t b, const int32_t *found, int64_t length)
{
    if (length >= batch->steps || batch->active[length] <= b) return false;
    for (int64_t t = 0; t < length; t++)
        if (batch->targets[batch->offset[t] + b] != found[t]) return false;
    return batch->targets[batch->offset[length] + b] == RONDO_END_ID;
}

rondo_exact_match rondo_exact_match_count(rondo_beam_search *search, rondo_batches *batches,
                                          int64_t limit, const char *title)
{
    rondo_exact_match match = {0};
    int64_t count = rondo_batches_count(batches);
    if (title) rondo_progress_start(title, count, "minibatches");
    for (int64_t i = 0; i < count && (limit == 0 || match.decoded < limit); i++) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, i, &batch);
        rondo_beam_search_run(search, batch.source, batch.steps);
        for (int64_t b = 0; b < batch.rows; b++) {
            int64_t length;
            const int32_t *found =
                rondo_beam_search_get(search, batch.source_row[b], &length, NULL);
            match.exact += is_exact(&batch, b, found, length);
        }
        match.decoded += batch.rows;
        if (title) rondo_progress_set(i + 1, "");
    }
    if (title) rondo_progress_finish();
    return match;
}
