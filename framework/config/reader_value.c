#include <stdio.h>
#include <string.h>

#include "config/reader_scope.h"
#include "config/tree.h"
#include "plugin/options.h"

const rondo_item *rondo_scope_find(const rondo_scope *s, const char *key)
{
    return s->node ? rondo_node_find(s->node, key) : NULL;
}

const char *rondo_reader_describe(const rondo_node *node, char text[RONDO_QUOTE_SIZE + 8])
{
    char buffer[RONDO_QUOTE_SIZE];
    if (node->kind == RONDO_MAPPING) return "a mapping";
    if (node->kind == RONDO_SEQUENCE) return "a list";
    if (rondo_node_is_empty(node)) return "an empty value";
    snprintf(text, RONDO_QUOTE_SIZE + 8, "\"%s\"", rondo_problem_quote(node->text, buffer));
    return text;
}

void rondo_reader_report(const rondo_reader *r, const char *path, const rondo_node *value,
                         const char *allowed)
{
    char text[RONDO_QUOTE_SIZE + 8];
    rondo_problems_add(r->problems, value->place, path, "%s is not %s",
                       rondo_reader_describe(value, text), allowed);
}

void rondo_reader_report_missing(const rondo_reader *r, const rondo_scope *s, const char *key,
                                 const char *allowed)
{
    char path[RONDO_PATH_SIZE];
    if (!s->quiet)
        rondo_problems_add(r->problems, s->place, rondo_path_join(s->path, key, path),
                           "missing key; allowed: %s", allowed);
}

/* Quotes make a text of what looks like a number or truth value. */
static bool is_token_for(const rondo_option *row, const rondo_node *value)
{
    if (value->kind != RONDO_SCALAR) return false;
    return !value->quoted || row->type == RONDO_OPTION_TEXT || row->type == RONDO_OPTION_CHOICE;
}

static bool is_list_of_texts(const rondo_node *node)
{
    bool is_right = node->kind == RONDO_SEQUENCE && node->count > 0;
    for (int64_t i = 0; is_right && i < node->count; i++)
        is_right = node->items[i].value->kind == RONDO_SCALAR;
    return is_right;
}

/* [a, b] becomes "a, b". */
static const char *join_list(const rondo_reader *r, const rondo_node *node)
{
    rondo_text text = {0};
    for (int64_t i = 0; i < node->count; i++)
        rondo_text_add(&text, "%s%s", i > 0 ? ", " : "", node->items[i].value->text);
    const char *joined = rondo_owned_copy(r->owned, rondo_text_get(&text), text.length);
    rondo_owned_release(r->owned, &text);
    return joined ? joined : "";
}

void rondo_reader_value(const rondo_reader *r, const rondo_option *row, const rondo_node *value,
                        const char *path, void *config)
{
    rondo_text reason = {0};
    const char *token = is_token_for(row, value) ? value->text : "";
    if ((row->flags & RONDO_LIST) && is_list_of_texts(value)) token = join_list(r, value);
    if (row->type == RONDO_OPTION_TEXT) token = rondo_owned_copy(r->owned, token, strlen(token));
    if (token && !rondo_options_set(row, config, token, &reason)) {
        if (value->kind == RONDO_SCALAR && value->quoted && !is_token_for(row, value))
            rondo_text_add(&reason, "; numbers, true and false stand without quotes");
        rondo_reader_report(r, path, value, rondo_text_get(&reason));
    }
    rondo_owned_release(r->owned, &reason);
}

void rondo_reader_rows(const rondo_reader *r, const rondo_scope *s)
{
    char path[RONDO_PATH_SIZE];
    rondo_options_default(s->section->rows, s->base);
    for (const rondo_option *row = s->section->rows; row->type != RONDO_OPTION_END; row++) {
        const rondo_item *item = rondo_scope_find(s, row->name);
        if (item) {
            rondo_reader_value(r, row, item->value, rondo_path_join(s->path, row->name, path),
                               s->base);
        } else if (row->flags & RONDO_REQUIRED) {
            rondo_text allowed = {0};
            rondo_options_allowed(row, &allowed);
            rondo_reader_report_missing(r, s, row->name, rondo_text_get(&allowed));
            rondo_owned_release(r->owned, &allowed);
        }
    }
}
