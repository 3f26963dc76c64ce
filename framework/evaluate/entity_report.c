#include "evaluate/entity_report.h"

static bool is_there(const rondo_label_count *count)
{
    return count->gold > 0 || count->predicted > 0;
}

static void add_row(rondo_text *text, const char *name, const rondo_label_count *c)
{
    rondo_text_add(text, "%-24s %9.4f %9.4f %9.4f %9lld %9lld %9lld\n", name,
                   rondo_label_precision(c), rondo_label_recall(c), rondo_label_f1(c),
                   (long long)c->gold, (long long)c->predicted, (long long)c->correct);
}

void rondo_entity_report_table(const rondo_entities *entities, rondo_text *text)
{
    const rondo_tags *tags = rondo_entities_tags(entities);
    const rondo_label_count *counts = rondo_entities_by_type(entities);
    const rondo_label_count total = rondo_entities_total(entities);
    rondo_text_add(text, "\n%-24s %9s %9s %9s %9s %9s %9s\n", "entities", "precision", "recall",
                   "f1", "gold", "predicted", "correct");
    for (int32_t i = 0; i < tags->type_count; i++)
        if (is_there(&counts[i])) add_row(text, tags->types[i], &counts[i]);
    add_row(text, "(all)", &total);
}

static void add_type(rondo_json *json, const char *name, const rondo_label_count *c)
{
    rondo_json_begin(json, name, '{');
    rondo_json_real(json, "precision", rondo_label_precision(c));
    rondo_json_real(json, "recall", rondo_label_recall(c));
    rondo_json_real(json, "f1", rondo_label_f1(c));
    rondo_json_integer(json, "gold", c->gold);
    rondo_json_integer(json, "predicted", c->predicted);
    rondo_json_integer(json, "correct", c->correct);
    rondo_json_end(json, '}');
}

void rondo_entity_report_json(const rondo_entities *entities, rondo_json *json)
{
    const rondo_tags *tags = rondo_entities_tags(entities);
    const rondo_label_count *counts = rondo_entities_by_type(entities);
    rondo_json_begin(json, "entities", '{');
    for (int32_t i = 0; i < tags->type_count; i++)
        if (is_there(&counts[i])) add_type(json, tags->types[i], &counts[i]);
    rondo_json_end(json, '}');
}
