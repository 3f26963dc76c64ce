#include "config/reader_value.h"

#include <stdio.h>
#include <string.h>

#include "config/tree.h"
#include "plugin/options.h"

const char *rondo_reader_describe(const rondo_node *node, char text[RONDO_QUOTE_SIZE + 8])
{
    char buffer[RONDO_QUOTE_SIZE];
    if (node->kind == RONDO_MAPPING) return "a mapping";
    if (node->kind == RONDO_SEQUENCE) return "a list";
    if (rondo_node_is_empty(node)) return node->text[0] ? "null" : "an empty value";
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

/* Quotes make a text of what looks like a number or truth value. */
static bool is_token_for(const rondo_option *row, const rondo_node *value)
{
    if (value->kind != RONDO_SCALAR || rondo_node_is_empty(value)) return false;
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
    bool is_list = row->flags & RONDO_LIST || row->type == RONDO_OPTION_REALS;
    if (is_list && is_list_of_texts(value)) token = join_list(r, value);
    if (row->type == RONDO_OPTION_TEXT) token = rondo_owned_copy(r->owned, token, strlen(token));
    if (token && !rondo_options_set(row, config, token, &reason)) {
        if (value->kind == RONDO_SCALAR && value->quoted && !is_token_for(row, value))
            rondo_text_add(&reason, "; write numbers, true and false without quotes");
        rondo_reader_report(r, path, value, rondo_text_get(&reason));
    }
    rondo_owned_release(r->owned, &reason);
}
