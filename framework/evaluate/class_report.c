#include "evaluate/class_report.h"

enum { MOST_COLUMNS = 12 };

static void add_row(rondo_text *text, const char *name, const rondo_label_count *c)
{
    rondo_text_add(text, "%-24s %9.4f %9.4f %9.4f %9lld %9lld %9lld\n", name,
                   rondo_label_precision(c), rondo_label_recall(c), rondo_label_f1(c),
                   (long long)c->gold, (long long)c->predicted, (long long)c->correct);
}

static void add_means(rondo_text *text, const char *name, rondo_class_means means)
{
    rondo_text_add(text, "%-24s %9.4f %9.4f %9.4f\n", name, means.precision, means.recall,
                   means.f1);
}

static int64_t count_present(const rondo_class_counts *counts)
{
    int64_t present = 0;
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++)
        present += rondo_class_counts_has(counts, i);
    return present;
}

static void add_matrix_row(rondo_text *text, const rondo_class_counts *counts, int64_t gold)
{
    rondo_text_add(text, "%-24s", rondo_class_counts_name(counts, gold));
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++) {
        int64_t count = 0;
        if (!rondo_class_counts_has(counts, i)) continue;
        rondo_class_counts_confusion(counts, gold, i, &count);
        rondo_text_add(text, " %9lld", (long long)count);
    }
    rondo_text_add(text, "\n");
}

static void add_matrix(rondo_text *text, const rondo_class_counts *counts)
{
    rondo_text_add(text, "\n%-24s", "true \\ predicted");
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++)
        if (rondo_class_counts_has(counts, i))
            rondo_text_add(text, " %9s", rondo_class_counts_name(counts, i));
    rondo_text_add(text, "\n");
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++)
        if (rondo_class_counts_has(counts, i)) add_matrix_row(text, counts, i);
}

void rondo_class_report_table(const rondo_class_counts *counts, rondo_text *text)
{
    const rondo_label_count *by_class = rondo_class_counts_by_class(counts);
    int64_t none;
    rondo_text_add(text, "\n%-24s %9s %9s %9s %9s %9s %9s\n", "classes", "precision", "recall",
                   "f1", "support", "predicted", "correct");
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++)
        if (rondo_class_counts_has(counts, i))
            add_row(text, rondo_class_counts_name(counts, i), &by_class[i]);
    add_means(text, "(macro)", rondo_class_counts_macro(counts));
    add_means(text, "(weighted)", rondo_class_counts_weighted(counts));
    if (count_present(counts) <= MOST_COLUMNS && rondo_class_counts_confusion(counts, 0, 0, &none))
        add_matrix(text, counts);
}

/* --- JSON --- */

static void add_json_means(rondo_json *json, const char *name, rondo_class_means means)
{
    rondo_json_begin(json, name, '{');
    rondo_json_real(json, "precision", means.precision);
    rondo_json_real(json, "recall", means.recall);
    rondo_json_real(json, "f1", means.f1);
    rondo_json_end(json, '}');
}

static void add_json_class(rondo_json *json, const char *name, const rondo_label_count *c)
{
    rondo_json_begin(json, name, '{');
    rondo_json_real(json, "precision", rondo_label_precision(c));
    rondo_json_real(json, "recall", rondo_label_recall(c));
    rondo_json_real(json, "f1", rondo_label_f1(c));
    rondo_json_integer(json, "support", c->gold);
    rondo_json_integer(json, "predicted", c->predicted);
    rondo_json_integer(json, "correct", c->correct);
    rondo_json_end(json, '}');
}

static void add_json_counts(rondo_json *json, const rondo_class_counts *counts, int64_t gold)
{
    rondo_json_begin(json, NULL, '[');
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++) {
        int64_t count = 0;
        if (!rondo_class_counts_has(counts, i)) continue;
        rondo_class_counts_confusion(counts, gold, i, &count);
        rondo_json_integer(json, NULL, count);
    }
    rondo_json_end(json, ']');
}

static void add_json_matrix(rondo_json *json, const rondo_class_counts *counts)
{
    rondo_json_begin(json, "confusion", '{');
    rondo_json_begin(json, "classes", '[');
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++)
        if (rondo_class_counts_has(counts, i))
            rondo_json_string(json, NULL, rondo_class_counts_name(counts, i));
    rondo_json_end(json, ']');
    rondo_json_begin(json, "counts", '[');
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++)
        if (rondo_class_counts_has(counts, i)) add_json_counts(json, counts, i);
    rondo_json_end(json, ']');
    rondo_json_end(json, '}');
}

void rondo_class_report_json(const rondo_class_counts *counts, rondo_json *json)
{
    const rondo_label_count *by_class = rondo_class_counts_by_class(counts);
    int64_t none;
    rondo_json_begin(json, "classes", '{');
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++)
        if (rondo_class_counts_has(counts, i))
            add_json_class(json, rondo_class_counts_name(counts, i), &by_class[i]);
    rondo_json_end(json, '}');
    add_json_means(json, "macro", rondo_class_counts_macro(counts));
    add_json_means(json, "weighted", rondo_class_counts_weighted(counts));
    if (rondo_class_counts_confusion(counts, 0, 0, &none)) add_json_matrix(json, counts);
}
