/* search.draw: what keys are drawn from. */
#include <math.h>
#include <string.h>

#include "config/tree.h"
#include "sweep/keys.h"

typedef struct draw_form {
    const char *name;
    rondo_sweep_draw_kind kind;
    bool is_integer, is_positive, is_below_one;
    const char *allowed;
} draw_form;

static const draw_form forms[] = {
    {"uniform", RONDO_DRAW_UNIFORM, false, false, false, "two reals [LOW, HIGH], LOW below HIGH"},
    {"log_uniform", RONDO_DRAW_LOG_UNIFORM, false, true, false,
     "two reals [LOW, HIGH] above 0, LOW below HIGH"},
    {"one_minus_log_uniform", RONDO_DRAW_ONE_MINUS_LOG_UNIFORM, false, false, true,
     "two reals [LOW, HIGH] below 1, LOW below HIGH"},
    {"integer", RONDO_DRAW_INTEGER, true, false, false, "two integers [LOW, HIGH], LOW below HIGH"},
    {"log_integer", RONDO_DRAW_LOG_INTEGER, true, true, false,
     "two integers [LOW, HIGH] above 0, LOW below HIGH"},
    {"choice", RONDO_DRAW_CHOICE, false, false, false, "a list of one or more values"}};
enum { FORMS = sizeof forms / sizeof *forms };

static bool read_number(const draw_form *form, const rondo_node *node, double *value)
{
    int64_t integer;
    if (node->kind != RONDO_SCALAR || node->quoted) return false;
    if (!form->is_integer) return rondo_text_real(node->text, value) && isfinite(*value);
    if (!rondo_text_integer(node->text, &integer)) return false;
    *value = (double)integer;
    return fabs(*value) <= 0x1p53;
}

static void read_range(const rondo_sweep_reader *r, const draw_form *form, const rondo_node *node,
                       const char *path, rondo_sweep_draw *draw)
{
    bool is_right = node->kind == RONDO_SEQUENCE && node->count == 2 &&
                    read_number(form, node->items[0].value, &draw->low) &&
                    read_number(form, node->items[1].value, &draw->high) &&
                    draw->low < draw->high && (!form->is_positive || draw->low > 0) &&
                    (!form->is_below_one || draw->high < 1) && isfinite(draw->high - draw->low);
    if (!is_right) rondo_sweep_refuse(r, node, path, form->allowed);
}

static void read_choices(const rondo_sweep_reader *r, const draw_form *form, const rondo_node *node,
                         const char *path, rondo_sweep_draw *draw)
{
    if (node->kind != RONDO_SEQUENCE || node->count == 0) {
        rondo_sweep_refuse(r, node, path, form->allowed);
        return;
    }
    rondo_sweep_refuse_empty(r, node, path);
    for (int64_t i = 0; i < node->count; i++)
        rondo_settings_append(&draw->choices, r->reader.owned,
                              (rondo_setting){draw->path,
                                              rondo_sweep_value(r, node->items[i].value),
                                              rondo_sweep_at(r, node->items[i].place)});
}

static void report_form(const rondo_sweep_reader *r, const rondo_node *node, const char *path)
{
    const char *names[FORMS], *nearest = NULL;
    char quoted[RONDO_QUOTE_SIZE];
    for (int i = 0; i < FORMS; i++)
        names[i] = forms[i].name;
    bool is_named = node->kind == RONDO_MAPPING && node->count == 1;
    if (!is_named) {
        rondo_sweep_refuse(r, node, path,
                           "one of {uniform: [..]}, {log_uniform: [..]}, "
                           "{one_minus_log_uniform: [..]}, {integer: [..]}, "
                           "{log_integer: [..]}, {choice: [..]}");
        return;
    }
    nearest = rondo_text_nearest(node->items[0].key, names, FORMS);
    rondo_problems_add(r->reader.problems, node->items[0].place, path,
                       "\"%s\" is not one of uniform, log_uniform, one_minus_log_uniform, integer, "
                       "log_integer, choice%s%s%s",
                       rondo_problem_quote(node->items[0].key, quoted),
                       nearest ? "; did you mean " : "", nearest ? nearest : "",
                       nearest ? "?" : "");
}

static void read_one(const rondo_sweep_reader *r, const rondo_item *item, const char *path,
                     rondo_sweep_draw *draw)
{
    const rondo_node *node = item->value;
    char inner[RONDO_PATH_SIZE];
    for (int i = 0; node->kind == RONDO_MAPPING && node->count == 1 && i < FORMS; i++) {
        if (strcmp(forms[i].name, node->items[0].key) != 0) continue;
        rondo_path_join(path, forms[i].name, inner);
        draw->kind = forms[i].kind;
        if (draw->kind == RONDO_DRAW_CHOICE)
            read_choices(r, &forms[i], node->items[0].value, inner, draw);
        else
            read_range(r, &forms[i], node->items[0].value, inner, draw);
        return;
    }
    report_form(r, node, path);
}

void rondo_sweep_read_draw(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    const rondo_node *node = item->value;
    rondo_search_config *search = &r->sweep->search;
    if (node->kind != RONDO_MAPPING || node->count == 0) {
        rondo_sweep_refuse(r, node, path,
                           "a mapping of keys to draws, {log_uniform: [1.0e-4, 1.0e-1]}");
        return;
    }
    search->draws = rondo_owned_take(r->reader.owned, (size_t)node->count * sizeof *search->draws);
    for (int64_t i = 0; search->draws && i < node->count; i++) {
        const rondo_item *entry = &node->items[i];
        char inner[RONDO_PATH_SIZE], quoted[RONDO_QUOTE_SIZE];
        rondo_path_join(path, rondo_problem_quote(entry->key, quoted), inner);
        if (!rondo_sweep_check_path(r, entry, entry->key, path)) continue;
        for (int64_t d = 0; d < search->draw_count; d++)
            rondo_sweep_check_names(r, entry, entry->key, search->draws[d].path, path);
        rondo_sweep_draw *draw = &search->draws[search->draw_count++];
        draw->path = rondo_owned_copy(r->reader.owned, entry->key, strlen(entry->key));
        draw->at = rondo_sweep_at(r, entry->place);
        if (draw->path) read_one(r, entry, inner, draw);
    }
}
