#include "evaluate/label_errors.h"

#include "base/memory.h"

struct rondo_label_comparison {
    rondo_label_errors found;
    int64_t *row; /* of edit distances: [longest label sequence + 1] */
};

size_t rondo_label_comparison_bytes(const rondo_pass_size *size)
{
    return sizeof(rondo_label_comparison) +
           (size_t)(2 * size->rows + size->labels + 1) * sizeof(int64_t);
}

rondo_status rondo_label_comparison_create(const rondo_pass_size *size,
                                           rondo_label_comparison **out, rondo_error *error)
{
    static const char what[] = "errors of label sequences";
    *out = NULL;
    rondo_label_comparison *c = rondo_memory_create(sizeof *c, what, error);
    if (!c) return error->status;
    size_t bytes = (size_t)size->rows * sizeof(int64_t);
    c->found.errors = rondo_memory_create(bytes, what, error);
    if (c->found.errors) c->found.labels = rondo_memory_create(bytes, what, error);
    if (c->found.labels)
        c->row = rondo_memory_create((size_t)(size->labels + 1) * sizeof(int64_t), what, error);
    if (!c->row) {
        rondo_label_comparison_destroy(c);
        return error->status;
    }
    *out = c;
    return RONDO_OK;
}

void rondo_label_comparison_destroy(rondo_label_comparison *c)
{
    if (!c) return;
    rondo_memory_destroy(c->found.errors);
    rondo_memory_destroy(c->found.labels);
    rondo_memory_destroy(c->row);
    rondo_memory_destroy(c);
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* row[i]: of what was answered so far to the first i known labels. */
int64_t rondo_edit_distance(const int32_t *known, int64_t known_count, const int32_t *answered,
                            int64_t answered_count, int64_t *row)
{
    for (int64_t i = 0; i <= known_count; i++)
        row[i] = i;
    for (int64_t j = 0; j < answered_count; j++) {
        int64_t diagonal = row[0];
        row[0] = j + 1;
        for (int64_t i = 0; i < known_count; i++) {
            int64_t substituted = diagonal + (known[i] != answered[j]);
            diagonal = row[i + 1];
            row[i + 1] = smaller(substituted, 1 + smaller(row[i], row[i + 1]));
        }
    }
    return row[known_count];
}

const rondo_label_errors *rondo_label_comparison_run(rondo_label_comparison *c,
                                                     const rondo_pass *pass,
                                                     const rondo_batch *batch)
{
    for (int64_t b = 0; b < batch->rows; b++) {
        int64_t known_count, answered_count;
        const int32_t *known = rondo_batch_labels(batch, b, &known_count);
        const int32_t *answered = rondo_pass_labels(pass, b, &answered_count);
        c->found.labels[b] = known_count;
        c->found.errors[b] =
            rondo_edit_distance(known, known_count, answered, answered_count, c->row);
    }
    return &c->found;
}
