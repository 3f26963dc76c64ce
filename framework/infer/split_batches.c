#include "infer/split_batches.h"

rondo_status rondo_split_batches_each(const rondo_session *session, rondo_split split,
                                      bool predictions, rondo_split_take_batch take, void *context,
                                      rondo_error *error)
{
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_pass_size size = {.threads = session->threads, .predictions = predictions};
    rondo_status status = rondo_session_batches(session, split, false, &batches, error);
    if (status) return status;
    rondo_pass_size_cover(&size, batches);
    status = rondo_pass_create(session->network, &size, &pass, error);
    if (!status) rondo_pass_load(pass, session->parameters);
    for (int64_t i = 0; !status && i < rondo_batches_count(batches); i++) {
        rondo_batch batch;
        rondo_score unused = {0};
        rondo_batches_get(batches, 0, i, &batch);
        rondo_pass_evaluate(pass, &batch, &unused);
        take(context, pass, &batch);
    }
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    return status;
}
