#include "evaluate/evaluate.h"

#include <math.h>

#include "base/log.h"
#include "model/not_finite.h"

/* Once a split, of the first minibatch: what comes behind it is not finite either. */
static void tell_not_finite(const rondo_pass *pass, rondo_split split)
{
    rondo_text place = {0};
    rondo_pass_find_not_finite(pass, &place);
    rondo_log_warning("the %s loss is not finite, first in %s", rondo_split_name(split),
                      rondo_text_get(&place));
    rondo_text_finish(&place);
}

void rondo_evaluate_batches(rondo_pass *pass, rondo_batches *batches, rondo_split split,
                            rondo_class_counts *classes, rondo_entities *entities,
                            rondo_judge *judge, rondo_evaluation *evaluation)
{
    int64_t count = rondo_batches_count(batches);
    rondo_batch batch;
    *evaluation =
        (rondo_evaluation){.has_classes = classes != NULL, .has_entities = entities != NULL};
    if (judge) rondo_judge_clear(judge);
    rondo_progress_start(rondo_split_name(split), count, "minibatches");
    if (classes) rondo_class_counts_start(classes, pass);
    if (entities) rondo_entities_start(entities, split);
    for (int64_t i = 0; i < count; i++) {
        rondo_batches_get(batches, 0, i, &batch);
        bool was_finite = isfinite(evaluation->score.loss);
        rondo_pass_evaluate(pass, &batch, &evaluation->score);
        if (was_finite && !isfinite(evaluation->score.loss)) tell_not_finite(pass, split);
        if (judge && judge->generator >= 0)
            rondo_judge_add(judge, &batch, rondo_pass_prediction(pass));
        if (classes) rondo_class_counts_take(classes, &batch);
        if (entities) rondo_entities_take(entities, &batch, rondo_class_counts_predicted(classes));
        rondo_progress_set(i + 1, "");
    }
    if (classes) {
        rondo_class_counts_finish(classes);
        evaluation->macro_f1 = rondo_class_counts_macro(classes).f1;
    }
    if (entities) {
        rondo_entities_finish(entities);
        evaluation->entities = rondo_entities_total(entities);
    }
    rondo_progress_finish();
}
