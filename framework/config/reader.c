#include "config/reader.h"

#include <stdio.h>
#include <string.h>

#include "config/reader_plugin.h"
#include "config/suggest.h"
#include "config/tree.h"
#include "plugin/options.h"

/* All rows of the section. */
static void read_rows(const rondo_reader *r, const rondo_scope *s)
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

/* A number below 1 is a fraction, an integer from 1 a count, any other text a path. */
static void read_part(const rondo_reader *r, const rondo_part_key *key, const rondo_node *value,
                      const char *path, rondo_split_part *part)
{
    double fraction = 0;
    int64_t count = 0;
    rondo_text reason = {0};
    const rondo_option row = {.type = RONDO_OPTION_TEXT};
    bool is_text = value->kind == RONDO_SCALAR && !rondo_node_is_empty(value);
    bool is_number = is_text && !value->quoted && rondo_text_real(value->text, &fraction);
    if (is_number && fraction >= 0 && fraction < 1 && (fraction > 0 || !key->may_be_void)) {
        *part = (rondo_split_part){.fraction = fraction};
    } else if (is_number && rondo_text_integer(value->text, &count) && count >= 1) {
        *part = (rondo_split_part){.count = count};
    } else if (is_text && !is_number) {
        const char *token = rondo_owned_copy(r->owned, value->text, strlen(value->text));
        const char *file = NULL;
        if (token && !rondo_options_set(&row, &file, token, &reason))
            rondo_reader_report(r, path, value, key->allowed);
        *part = (rondo_split_part){.path = file};
    } else {
        rondo_reader_report(r, path, value, key->allowed);
    }
    rondo_owned_release(r->owned, &reason);
}

static void read_parts(const rondo_reader *r, const rondo_scope *s)
{
    char path[RONDO_PATH_SIZE];
    for (const rondo_part_key *key = s->section->parts; key && key->name; key++) {
        rondo_split_part part = {.fraction = key->fallback};
        const rondo_item *item = rondo_scope_find(s, key->name);
        if (item) read_part(r, key, item->value, rondo_path_join(s->path, key->name, path), &part);
        memcpy(s->base + key->offset, &part, sizeof part);
    }
}

static void read_section(const rondo_reader *r, rondo_scope *s);

static void read_list(const rondo_reader *r, const rondo_scope *s, unsigned char *parent)
{
    const rondo_list_key *list = s->section->list;
    int64_t count = s->node ? s->node->count : 0;
    if (s->node && count > list->most) {
        rondo_problems_add(r->problems, s->node->items[list->most].place, s->path,
                           "a list of %lld entries; at most %lld are allowed", (long long)count,
                           (long long)list->most);
        count = list->most;
    }
    for (int64_t i = 0; i < count; i++) {
        char index[32], path[RONDO_PATH_SIZE], text[RONDO_QUOTE_SIZE + 8];
        const rondo_node *node = s->node->items[i].value;
        snprintf(index, sizeof index, "%lld", (long long)i);
        rondo_path_join(s->path, index, path);
        bool wrong = node->kind != RONDO_MAPPING && !rondo_node_is_empty(node);
        if (wrong)
            rondo_problems_add(r->problems, node->place, path, "%s is not a mapping",
                               rondo_reader_describe(node, text));
        rondo_scope item = {.section = s->section,
                            .node = node->kind == RONDO_MAPPING ? node : NULL,
                            .place = node->place,
                            .path = path,
                            .quiet = wrong,
                            .base = s->base + (size_t)i * list->item_size,
                            .outer = s};
        read_section(r, &item);
    }
    memcpy(parent + list->count_offset, &count, sizeof count);
}

static bool is_expected(const rondo_section *section, const rondo_node *node)
{
    return node->kind == (section->list ? RONDO_SEQUENCE : RONDO_MAPPING);
}

static void report_section(const rondo_reader *r, const rondo_section *section, const char *path,
                           const rondo_node *node)
{
    rondo_text allowed = {0};
    rondo_text_add(&allowed, section->list ? "a list of mappings with the keys: "
                                           : "a mapping; allowed keys: ");
    rondo_section_keys(section, &allowed);
    rondo_reader_report(r, path, node, rondo_text_get(&allowed));
    rondo_owned_release(r->owned, &allowed);
}

static void read_inner(const rondo_reader *r, const rondo_scope *s, const rondo_section *section)
{
    char path[RONDO_PATH_SIZE];
    const rondo_item *item = rondo_scope_find(s, section->name);
    bool may_be_empty = !section->list || section->list->is_optional;
    if (item && rondo_node_is_empty(item->value) && may_be_empty) item = NULL;
    bool right = item && is_expected(section, item->value);
    rondo_scope inner = {.section = section,
                         .node = right ? item->value : NULL,
                         .place = item ? item->place : s->place,
                         .path = rondo_path_join(s->path, section->name, path),
                         .quiet = s->quiet || (item && !right),
                         .base = s->base + section->offset,
                         .outer = s};
    if (item && !right) report_section(r, section, path, item->value);
    if (!section->list) {
        read_section(r, &inner);
        return;
    }
    read_list(r, &inner, s->base);
    if (!section->list->is_optional && (!item || (right && item->value->count == 0))) {
        inner = *s;
        inner.place = item ? item->place : s->place;
        rondo_reader_report_missing(r, &inner, section->name, "a list of one or more mappings");
    }
}

static void read_section(const rondo_reader *r, rondo_scope *s)
{
    const rondo_section *section = s->section;
    if (section->plugin && section->plugin->inherits && !s->node) return;
    rondo_reader_plugin(r, s);
    read_rows(r, s);
    read_parts(r, s);
    rondo_reader_states(r, s);
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++)
        read_inner(r, s, inner);
    for (int64_t i = 0; s->node && i < s->node->count; i++) {
        if (!rondo_section_has(section, s->node->items[i].key))
            rondo_suggest_key(r, section, s->plugin, s->path, &s->node->items[i]);
    }
}

void rondo_reader_read(const rondo_reader *reader, const rondo_node *root,
                       rondo_experiment *experiment)
{
    bool is_mapping = root->kind == RONDO_MAPPING;
    bool is_wrong = !is_mapping && !rondo_node_is_empty(root);
    rondo_scope s = {.section = &rondo_root_section,
                     .node = is_mapping ? root : NULL,
                     .place = root->place,
                     .path = "",
                     .quiet = is_wrong,
                     .base = (unsigned char *)experiment};
    if (is_wrong) report_section(reader, &rondo_root_section, "", root);
    read_section(reader, &s);
}
