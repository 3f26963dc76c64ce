#include "config/yaml.h"

#include <string.h>
#include <yaml.h>

enum { MAX_ANCHORS = 256 };

typedef struct anchor {
    const char *name;
    const rondo_node *node;
} anchor;

typedef struct reader {
    const rondo_origin *source;
    const char *text;
    rondo_owned *owned;
    rondo_problems *problems;
    yaml_parser_t parser;
    int64_t node_count;
    int64_t anchor_count;
    anchor anchors[MAX_ANCHORS];
    bool stopped; /* nothing sensible can be read after this */
} reader;

static int64_t scale_of(const rondo_origin *source)
{
    return source->is_ledger ? RONDO_YAML_LEDGER : 1;
}

static rondo_place place_of(const reader *r, yaml_mark_t mark)
{
    int64_t line = (int64_t)mark.line + 1, column = (int64_t)mark.column + 1;
    bool lineless = r->source->lineless;
    return (rondo_place){r->source, lineless ? 0 : line, lineless ? 0 : column};
}

static void stop(reader *r, rondo_place place, const char *text)
{
    if (!r->stopped) rondo_problems_add(r->problems, place, "", "%s", text);
    r->stopped = true;
}

static void stop_too_deep(reader *r, rondo_place place)
{
    stop(r, place, "nested too deeply: at most 64 levels");
}

/* Errors of libyaml's reader (invalid UTF-8) know only a byte offset. */
static yaml_mark_t mark_of_offset(const char *text, size_t offset)
{
    yaml_mark_t mark = {0, 0, 0};
    for (size_t i = 0; i < offset && text[i]; i++) {
        if (text[i] == '\n') {
            mark.line++;
            mark.column = 0;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
            mark.column++;
        }
    }
    return mark;
}

static void stop_on_syntax(reader *r)
{
    const yaml_parser_t *parser = &r->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        r->owned->failed = r->stopped = true;
        return;
    }
    yaml_mark_t mark = parser->error == YAML_READER_ERROR
                           ? mark_of_offset(r->text, parser->problem_offset)
                           : parser->problem_mark;
    stop(r, place_of(r, mark), parser->problem ? parser->problem : "cannot be read as YAML");
}

static bool next_event(reader *r, yaml_event_t *event)
{
    if (r->stopped) return false;
    if (yaml_parser_parse(&r->parser, event)) return true;
    stop_on_syntax(r);
    return false;
}

static rondo_node *new_node(reader *r, rondo_node_kind kind, rondo_place place)
{
    if (++r->node_count > RONDO_YAML_MAX_NODES * scale_of(r->source)) {
        stop(r, place,
             r->source->is_ledger
                 ? "too large: a plan has at most 10000000 values"
                 : "too large: a config has at most 10000 values, counting what aliases repeat");
        return NULL;
    }
    rondo_node *node = rondo_owned_take(r->owned, sizeof *node);
    if (!node) {
        r->stopped = true;
        return NULL;
    }
    node->kind = kind;
    node->place = place;
    return node;
}

void rondo_node_add(rondo_node *node, rondo_owned *owned, const char *key, rondo_place place,
                    rondo_node *value)
{
    rondo_item *items =
        rondo_owned_grow(owned, node->items, node->count, &node->capacity, sizeof *items);
    if (!items) return;
    node->items = items;
    node->items[node->count++] = (rondo_item){key, place, value};
}

rondo_item *rondo_node_find(const rondo_node *mapping, const char *key)
{
    for (int64_t i = 0; mapping->kind == RONDO_MAPPING && i < mapping->count; i++) {
        if (strcmp(mapping->items[i].key, key) == 0) return &mapping->items[i];
    }
    return NULL;
}

static void remember(reader *r, const yaml_char_t *name, const rondo_node *node)
{
    if (!name || !node) return;
    if (r->anchor_count == MAX_ANCHORS) {
        stop(r, node->place, "too many anchors");
        return;
    }
    const char *copy = rondo_owned_copy(r->owned, (const char *)name, strlen((const char *)name));
    if (copy) r->anchors[r->anchor_count++] = (anchor){copy, node};
}

/* An alias is copied, so that a change to one place (--set) leaves the other as it was. */
static rondo_node *copy_node(reader *r, const rondo_node *from, int depth)
{
    if (depth > RONDO_YAML_MAX_DEPTH) {
        stop_too_deep(r, from->place);
        return NULL;
    }
    rondo_node *node = new_node(r, from->kind, from->place);
    if (!node) return NULL;
    node->text = from->text;
    node->quoted = from->quoted;
    for (int64_t i = 0; i < from->count; i++) {
        rondo_node *value = copy_node(r, from->items[i].value, depth + 1);
        if (!value) return NULL;
        rondo_node_add(node, r->owned, from->items[i].key, from->items[i].place, value);
    }
    return node;
}

static rondo_node *read_alias(reader *r, const yaml_event_t *event, int depth)
{
    const char *name = (const char *)event->data.alias.anchor;
    for (int64_t i = r->anchor_count - 1; i >= 0; i--) {
        if (strcmp(r->anchors[i].name, name) == 0) return copy_node(r, r->anchors[i].node, depth);
    }
    stop(r, place_of(r, event->start_mark), "an alias without an anchor before it");
    return NULL;
}

static void refuse_tag(reader *r, const yaml_char_t *tag, rondo_place place)
{
    char buffer[RONDO_QUOTE_SIZE];
    if (tag)
        rondo_problems_add(r->problems, place, "", "tags are not allowed: %s",
                           rondo_problem_quote((const char *)tag, buffer));
}

static rondo_node *read_scalar(reader *r, const yaml_event_t *event)
{
    rondo_place place = place_of(r, event->start_mark);
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    rondo_node *node = new_node(r, RONDO_SCALAR, place);
    if (!node) return NULL;
    refuse_tag(r, event->data.scalar.tag, place);
    if (strlen(value) != length)
        rondo_problems_add(r->problems, place, "", "a NUL character is not allowed");
    node->text = rondo_owned_copy(r->owned, value, strlen(value));
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (!node->text) r->stopped = true;
    remember(r, event->data.scalar.anchor, node);
    return node;
}

static rondo_node *read_node(reader *r, const yaml_event_t *event, int depth);

/* Reads the event that is next and the node it starts; false at the end of the collection. */
static bool read_next(reader *r, yaml_event_type_t end, int depth, rondo_node **node)
{
    yaml_event_t event;
    *node = NULL;
    if (!next_event(r, &event)) return false;
    bool more = event.type != end;
    if (more) *node = read_node(r, &event, depth);
    yaml_event_delete(&event);
    return more && !r->stopped;
}

static void read_items(reader *r, rondo_node *sequence, int depth)
{
    rondo_node *value;
    while (read_next(r, YAML_SEQUENCE_END_EVENT, depth + 1, &value))
        rondo_node_add(sequence, r->owned, NULL, value->place, value);
}

static void read_pairs(reader *r, rondo_node *mapping, int depth)
{
    rondo_node *key, *value;
    char buffer[RONDO_QUOTE_SIZE];
    while (read_next(r, YAML_MAPPING_END_EVENT, depth + 1, &key)) {
        if (!read_next(r, YAML_NO_EVENT, depth + 1, &value)) return;
        if (key->kind != RONDO_SCALAR) {
            rondo_problems_add(r->problems, key->place, "", "a key must be a word");
            continue;
        }
        const rondo_item *first = rondo_node_find(mapping, key->text);
        if (!first)
            rondo_node_add(mapping, r->owned, key->text, key->place, value);
        else if (first->place.line > 0)
            rondo_problems_add(r->problems, key->place, "",
                               "\"%s\" is given twice in this mapping, first on line %lld",
                               rondo_problem_quote(key->text, buffer),
                               (long long)first->place.line);
        else
            rondo_problems_add(r->problems, key->place, "", "\"%s\" is given twice in this mapping",
                               rondo_problem_quote(key->text, buffer));
    }
}

static rondo_node *read_collection(reader *r, const yaml_event_t *event, int depth)
{
    bool is_mapping = event->type == YAML_MAPPING_START_EVENT;
    rondo_place place = place_of(r, event->start_mark);
    if (depth >= RONDO_YAML_MAX_DEPTH) {
        stop_too_deep(r, place);
        return NULL;
    }
    rondo_node *node = new_node(r, is_mapping ? RONDO_MAPPING : RONDO_SEQUENCE, place);
    if (!node) return NULL;
    if (is_mapping) {
        refuse_tag(r, event->data.mapping_start.tag, place);
        read_pairs(r, node, depth);
        remember(r, event->data.mapping_start.anchor, node);
    } else {
        refuse_tag(r, event->data.sequence_start.tag, place);
        read_items(r, node, depth);
        remember(r, event->data.sequence_start.anchor, node);
    }
    return r->stopped ? NULL : node;
}

static rondo_node *read_node(reader *r, const yaml_event_t *event, int depth)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return read_alias(r, event, depth);
    case YAML_SCALAR_EVENT:
        return read_scalar(r, event);
    default:
        return read_collection(r, event, depth);
    }
}

static void refuse_second_document(reader *r)
{
    yaml_event_t event;
    if (!next_event(r, &event)) return;
    if (event.type != YAML_STREAM_END_EVENT)
        stop(r, place_of(r, event.start_mark),
             "a config is one document; here a second one starts");
    yaml_event_delete(&event);
}

static rondo_node *read_document(reader *r)
{
    rondo_node *root = NULL;
    yaml_event_t event;
    yaml_event_type_t type = YAML_NO_EVENT;
    while (type != YAML_DOCUMENT_START_EVENT && type != YAML_STREAM_END_EVENT) {
        if (!next_event(r, &event)) return NULL;
        type = event.type;
        yaml_event_delete(&event);
    }
    if (type == YAML_STREAM_END_EVENT)
        return new_node(r, RONDO_MAPPING, place_of(r, (yaml_mark_t){0, 0, 0}));
    if (!read_next(r, YAML_NO_EVENT, 0, &root)) return NULL;
    if (next_event(r, &event)) yaml_event_delete(&event); /* the document's end */
    refuse_second_document(r);
    return r->stopped ? NULL : root;
}

rondo_node *rondo_yaml_parse(const rondo_origin *source, const char *text, rondo_owned *owned,
                             rondo_problems *problems)
{
    /* A byte order mark, which some editors write, says nothing here. */
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3;
    reader r = {.source = source, .text = text, .owned = owned, .problems = problems};
    size_t length = strlen(text);
    if ((int64_t)length > RONDO_YAML_MAX_BYTES * scale_of(source)) {
        stop(&r, place_of(&r, (yaml_mark_t){0, 0, 0}),
             source->is_ledger ? "too large: a plan has at most 1000 MiB"
                               : "too large: a config has at most 1 MiB");
        return NULL;
    }
    if (!yaml_parser_initialize(&r.parser)) {
        owned->failed = true;
        return NULL;
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, length);
    rondo_node *root = read_document(&r);
    yaml_parser_delete(&r.parser);
    return owned->failed ? NULL : root;
}

/* --- writing --- */

static void add_blanks(rondo_text *text, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        rondo_text_add_bytes(text, " ", 1);
}

void rondo_yaml_write_key(rondo_yaml_writer *writer, const char *key)
{
    if (writer->is_item) {
        add_blanks(writer->text, writer->indent - RONDO_INDENT);
        rondo_text_add(writer->text, "- %s:", key);
        writer->is_item = false;
        return;
    }
    add_blanks(writer->text, writer->indent);
    rondo_text_add(writer->text, "%s:", key);
}

void rondo_yaml_write_comment(const rondo_yaml_writer *writer, int64_t hang, const char *comment)
{
    int64_t column = 0;
    for (const char *word = comment; *word;) {
        size_t length = strcspn(word, " ");
        if (column > 0 && column + 1 + (int64_t)length > RONDO_LINE_WIDTH) {
            rondo_text_add(writer->text, "\n");
            column = 0;
        }
        if (column == 0) {
            int64_t extra = word == comment ? 0 : hang;
            add_blanks(writer->text, writer->indent);
            rondo_text_add(writer->text, "#");
            add_blanks(writer->text, extra);
            column = writer->indent + 1 + extra;
        }
        rondo_text_add(writer->text, " ");
        rondo_text_add_bytes(writer->text, word, length);
        column += 1 + (int64_t)length;
        word += length;
        word += strspn(word, " ");
    }
    rondo_text_add(writer->text, "\n");
}
