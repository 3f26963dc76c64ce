/* The tree of a YAML text: places, limits, and everything that is refused. */
#include <stdlib.h>

#include "base/text.h"
#include "check.h"
#include "config/tree.h"

static const rondo_origin file = {.name = "a.yaml"};

typedef struct result {
    rondo_owned owned;
    rondo_problems problems;
    rondo_error error;
    rondo_node *root;
} result;

static result *read_text(const char *text)
{
    result *r = calloc(1, sizeof *r);
    if (!r) abort();
    r->root = rondo_yaml_parse(&file, text, &r->owned, &r->problems);
    rondo_problems_report(&r->problems, &r->error);
    return r;
}

static void release(result *r)
{
    rondo_problems_finish(&r->problems);
    rondo_owned_finish(&r->owned);
    free(r);
}

static void check_messages(const char *text, const char *expected)
{
    result *r = read_text(text);
    CHECK_TEXT(r->error.text, expected);
    release(r);
}

static void check_place(const rondo_node *root, const char *path, int64_t line, int64_t column)
{
    rondo_place place = rondo_tree_place(root, path);
    CHECK_INTEGER(place.line, line);
    CHECK_INTEGER(place.column, column);
}

static void test_places(void)
{
    result *r = read_text("a: 1\nb:\n  c: [x, {d: 'q'}]\n  \xc3\xa9\xc3\xa9: y\n");
    CHECK_TEXT(r->error.text, "");
    check_place(r->root, "a", 1, 1);
    check_place(r->root, "b.c", 3, 3);
    check_place(r->root, "b.c.1.d", 3, 11);
    check_place(r->root, "b.c.1.e.f", 3, 10);
    check_place(r->root, "z", 1, 1);
    CHECK_TEXT(rondo_tree_find(r->root, "b.c.1.d")->text, "q");
    CHECK(rondo_tree_find(r->root, "b.c.1.d")->quoted);
    CHECK(!rondo_tree_find(r->root, "a")->quoted);
    CHECK(rondo_tree_find(r->root, "b.c.2") == NULL);
    CHECK(rondo_tree_find(r->root, "b.c.x") == NULL);
    release(r);
}

/* As editors on Windows write it. */
static void test_byte_order_mark_and_carriage_returns(void)
{
    result *r = read_text("\xEF\xBB\xBF"
                          "a: 1\r\nb:\r\n  c: x y\r\n");
    CHECK_TEXT(r->error.text, "");
    check_place(r->root, "a", 1, 1);
    check_place(r->root, "b.c", 3, 3);
    CHECK_TEXT(rondo_tree_find(r->root, "b.c")->text, "x y");
    release(r);
}

static void test_empty_texts_are_empty_mappings(void)
{
    static const char *const texts[] = {"", "\n\n", "# only a comment\n"};
    for (size_t i = 0; i < 3; i++) {
        result *r = read_text(texts[i]);
        CHECK_TEXT(r->error.text, "");
        CHECK(r->root && r->root->kind == RONDO_MAPPING && r->root->count == 0);
        release(r);
    }
}

static void test_aliases_are_copies(void)
{
    result *r = read_text("a: &x {k: [1, 2]}\nb: *x\n");
    CHECK_TEXT(r->error.text, "");
    const rondo_node *a = rondo_tree_find(r->root, "a"), *b = rondo_tree_find(r->root, "b");
    CHECK(a && b && a != b && a->items != b->items);
    CHECK_TEXT(rondo_tree_find(r->root, "b.k.1")->text, "2");
    release(r);
}

static void test_refusals(void)
{
    check_messages("a: 1\nb: 2\na: 3\nb: 4\n",
                   "a.yaml:3:1: \"a\" is given twice in this mapping, first on line 1\na.yaml:4:1: "
                   "\"b\" is given twice in this mapping, first on line 2");
    check_messages("a: !!str x\nb: !x {c: 1}\n",
                   "a.yaml:1:4: tags are not allowed: tag:yaml.org,2002:str\n"
                   "a.yaml:2:4: tags are not allowed: !x");
    check_messages("{[a]: 1, {b: 1}: 2}", "a.yaml:1:2: a key must be a word\n"
                                          "a.yaml:1:10: a key must be a word");
    check_messages("a: 1\n---\nb: 1\n",
                   "a.yaml:2:1: a config is one document; here a second one starts");
    check_messages("a: *b\n", "a.yaml:1:4: an alias without an anchor before it");
    check_messages("a: &b [*b]\n", "a.yaml:1:8: an alias without an anchor before it");
    check_messages("a: \"x\\0y\"\n", "a.yaml:1:4: a NUL character is not allowed");
    check_messages("a: \xff\n", "a.yaml:1:4: invalid leading UTF-8 octet");
    check_messages("a: \x01\n", "a.yaml:1:4: control characters are not allowed");
}

static void test_syntax_errors_have_a_place(void)
{
    check_messages("a: [1, 2\nb: 3\n", "a.yaml:2:2: did not find expected ',' or ']'");
    check_messages("a: 'open\n", "a.yaml:2:1: found unexpected end of stream");
    check_messages("a: @x\n", "a.yaml:1:4: found character that cannot start any token");
}

static void test_a_message_is_one_line(void)
{
    check_messages(
        "\"a\\nb\\e[2J\": 1\n\"a\\nb\\e[2J\": 1\n",
        "a.yaml:2:1: \"a\\x0ab\\x1b[2J\" is given twice in this mapping, first on line 1");
}

static void test_depth_is_limited(void)
{
    rondo_text deep = {0};
    for (int i = 0; i < 64; i++)
        rondo_text_add(&deep, "[");
    for (int i = 0; i < 64; i++)
        rondo_text_add(&deep, "]");
    check_messages(rondo_text_get(&deep), "");
    rondo_text_finish(&deep);
    for (int i = 0; i < 100000; i++)
        rondo_text_add(&deep, "[");
    check_messages(rondo_text_get(&deep), "a.yaml:1:65: nested too deeply: at most 64 levels");
    rondo_text_finish(&deep);
}

static void test_depth_through_aliases_is_limited(void)
{
    rondo_text text = {0};
    rondo_text_add(&text, "a0: &a0 x\n");
    for (int i = 1; i < 100; i++)
        rondo_text_add(&text, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    result *r = read_text(rondo_text_get(&text));
    CHECK(r->root == NULL);
    CHECK_CONTAINS(r->error.text, "nested too deeply");
    release(r);
    rondo_text_finish(&text);
}

/* Ten levels of ten aliases: ten thousand million values from 500 bytes. */
static void test_alias_bombs_are_defused(void)
{
    rondo_text bomb = {0};
    rondo_text_add(&bomb, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
        rondo_text_add(&bomb, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            rondo_text_add(&bomb, "%s*a%d", j > 0 ? ", " : "", i - 1);
        rondo_text_add(&bomb, "]\n");
    }
    result *r = read_text(rondo_text_get(&bomb));
    CHECK(r->root == NULL);
    CHECK_CONTAINS(r->error.text, "too large: a config has at most 10000 values");
    release(r);
    rondo_text_finish(&bomb);
}

static void test_size_is_limited(void)
{
    rondo_text large = {0};
    for (int i = 0; i < 20000; i++)
        rondo_text_add(&large, "- x\n");
    result *r = read_text(rondo_text_get(&large));
    CHECK(r->root == NULL);
    CHECK_CONTAINS(r->error.text, "at most 10000 values");
    release(r);
    for (int i = 0; i < 400000; i++)
        rondo_text_add(&large, "#xx\n");
    r = read_text(rondo_text_get(&large));
    CHECK(r->root == NULL);
    CHECK_TEXT(r->error.text, "a.yaml:1:1: too large: a config has at most 1 MiB");
    release(r);
    rondo_text_finish(&large);
}

static void test_many_problems_are_counted(void)
{
    rondo_text text = {0};
    for (int i = 0; i < 501; i++)
        rondo_text_add(&text, "a: 1\n");
    result *r = read_text(rondo_text_get(&text));
    CHECK_CONTAINS(r->error.text, "a.yaml:2:1: \"a\" is given twice");
    CHECK(strlen(r->error.text) < RONDO_ERROR_SIZE - 1);
    int lines = 1, more = 0;
    for (const char *c = r->error.text; *c; c++)
        lines += *c == '\n';
    const char *last = strrchr(r->error.text, '\n');
    CHECK(last && sscanf(last, "\nand %d more", &more) == 1);
    CHECK_INTEGER(lines - 1 + more, 500);
    release(r);
    rondo_text_finish(&text);
}

int main(void)
{
    RUN(test_places);
    RUN(test_byte_order_mark_and_carriage_returns);
    RUN(test_empty_texts_are_empty_mappings);
    RUN(test_aliases_are_copies);
    RUN(test_refusals);
    RUN(test_syntax_errors_have_a_place);
    RUN(test_a_message_is_one_line);
    RUN(test_depth_is_limited);
    RUN(test_depth_through_aliases_is_limited);
    RUN(test_alias_bombs_are_defused);
    RUN(test_size_is_limited);
    RUN(test_many_problems_are_counted);
    return check_end();
}
