#include "train/evaluate.h"

#include "base/log.h"

void rondo_evaluate_batches(rondo_pass *pass, rondo_batches *batches, const char *title,
                            rondo_score *score)
{
    int64_t count = rondo_batches_count(batches);
    rondo_batch batch;
    *score = (rondo_score){0};
    if (title) rondo_progress_start(title, count, "minibatches");
    for (int64_t i = 0; i < count; i++) {
        rondo_batches_get(batches, 0, i, &batch);
        rondo_pass_evaluate(pass, &batch, score);
        if (title) rondo_progress_set(i + 1, "");
    }
    if (title) rondo_progress_finish();
}
