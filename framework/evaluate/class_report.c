#include "evaluate/class_report.h"

#include "base/json.h"

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

static void add_member(rondo_text *json, const char *name, double value, const char *separator)
{
    rondo_text_add(json, "%s\"%s\": ", separator, name);
    rondo_json_add_number(json, value);
}

static void add_json_means(rondo_text *json, const char *name, rondo_class_means means)
{
    rondo_text_add(json, ", \"%s\": {", name);
    add_member(json, "precision", means.precision, "");
    add_member(json, "recall", means.recall, ", ");
    add_member(json, "f1", means.f1, ", ");
    rondo_text_add(json, "}");
}

static void add_json_class(rondo_text *json, const char *name, const rondo_label_count *c)
{
    rondo_json_add_string(json, name);
    rondo_text_add(json, ": {");
    add_member(json, "precision", rondo_label_precision(c), "");
    add_member(json, "recall", rondo_label_recall(c), ", ");
    add_member(json, "f1", rondo_label_f1(c), ", ");
    rondo_text_add(json, ", \"support\": %lld, \"predicted\": %lld, \"correct\": %lld}",
                   (long long)c->gold, (long long)c->predicted, (long long)c->correct);
}

static void add_json_counts(rondo_text *json, const rondo_class_counts *counts, int64_t gold)
{
    const char *separator = "";
    rondo_text_add(json, "[");
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++) {
        int64_t count = 0;
        if (!rondo_class_counts_has(counts, i)) continue;
        rondo_class_counts_confusion(counts, gold, i, &count);
        rondo_text_add(json, "%s%lld", separator, (long long)count);
        separator = ", ";
    }
    rondo_text_add(json, "]");
}

static void add_json_matrix(rondo_text *json, const rondo_class_counts *counts)
{
    const char *separator = "";
    rondo_text_add(json, ", \"confusion\": {\"classes\": [");
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++) {
        if (!rondo_class_counts_has(counts, i)) continue;
        rondo_text_add(json, "%s", separator);
        rondo_json_add_string(json, rondo_class_counts_name(counts, i));
        separator = ", ";
    }
    rondo_text_add(json, "], \"counts\": [");
    separator = "";
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++) {
        if (!rondo_class_counts_has(counts, i)) continue;
        rondo_text_add(json, "%s", separator);
        add_json_counts(json, counts, i);
        separator = ", ";
    }
    rondo_text_add(json, "]}");
}

void rondo_class_report_json(const rondo_class_counts *counts, rondo_text *json)
{
    const rondo_label_count *by_class = rondo_class_counts_by_class(counts);
    const char *separator = "";
    int64_t none;
    rondo_text_add(json, "\"classes\": {");
    for (int64_t i = 0; i < rondo_class_counts_size(counts); i++) {
        if (!rondo_class_counts_has(counts, i)) continue;
        rondo_text_add(json, "%s", separator);
        add_json_class(json, rondo_class_counts_name(counts, i), &by_class[i]);
        separator = ", ";
    }
    rondo_text_add(json, "}");
    add_json_means(json, "macro", rondo_class_counts_macro(counts));
    add_json_means(json, "weighted", rondo_class_counts_weighted(counts));
    if (rondo_class_counts_confusion(counts, 0, 0, &none)) add_json_matrix(json, counts);
}
