#include "base/figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static char *copy(rondo_figure *figure, const char *text)
{
    if (!text) return NULL;
    char *own = rondo_text_copy(text);
    if (!own) figure->failed = true;
    return own;
}

void rondo_figure_start(rondo_figure *figure, const char *name, const char *title,
                        const char *description)
{
    *figure = (rondo_figure){.width = 960, .height = 260};
    figure->name = copy(figure, name);
    figure->title = copy(figure, title);
    figure->description = copy(figure, description);
}

static char **copy_all(rondo_figure *figure, const char *const *texts, int64_t count)
{
    if (!texts) return NULL;
    char **own = calloc((size_t)count + 1, sizeof *own);
    if (!own) figure->failed = true;
    for (int64_t i = 0; own && i < count; i++)
        own[i] = copy(figure, texts[i]);
    return own;
}

static void free_all(const char *const *texts, int64_t count)
{
    for (int64_t i = 0; texts && i < count; i++)
        free((char *)texts[i]);
    free((char **)texts);
}

static rondo_figure_axis copy_axis(rondo_figure *figure, const rondo_figure_axis *axis)
{
    rondo_figure_axis own = *axis;
    own.label = copy(figure, axis->label);
    own.categories = (const char *const *)copy_all(figure, axis->categories, axis->category_count);
    own.links = (const char *const *)copy_all(figure, axis->links, axis->category_count);
    return own;
}

static void finish_axis(rondo_figure_axis *axis)
{
    free((char *)axis->label);
    free_all(axis->categories, axis->category_count);
    free_all(axis->links, axis->category_count);
}

static void finish_series(rondo_figure_series *series)
{
    for (int64_t i = 0; i < series->count; i++) {
        free((char *)series->points[i].title);
        free((char *)series->points[i].link);
    }
    free(series->points);
    free((char *)series->name);
    free(series);
}

void rondo_figure_finish(rondo_figure *figure)
{
    for (int64_t p = 0; p < figure->count; p++) {
        rondo_figure_panel *panel = figure->panels[p];
        for (int64_t s = 0; s < panel->count; s++)
            finish_series(panel->series[s]);
        free(panel->series);
        free(panel->title);
        finish_axis(&panel->x);
        finish_axis(&panel->y);
        free(panel);
    }
    free(figure->panels);
    free(figure->name);
    free(figure->title);
    free(figure->description);
    *figure = (rondo_figure){0};
}

/* The list with room for one pointer more; NULL without memory, and then the old one still is. */
static void *grow(void *list, int64_t count)
{
    return realloc(list, ((size_t)count + 1) * sizeof(void *));
}

rondo_figure_panel *rondo_figure_add_panel(rondo_figure *figure, const char *title,
                                           const rondo_figure_axis *x, const rondo_figure_axis *y)
{
    rondo_figure_panel *panel = calloc(1, sizeof *panel);
    rondo_figure_panel **panels = grow(figure->panels, figure->count);
    if (panels) figure->panels = panels;
    if (!panel || !panels) {
        figure->failed = true;
        free(panel);
        return NULL;
    }
    panel->title = copy(figure, title);
    panel->x = copy_axis(figure, x);
    panel->y = copy_axis(figure, y);
    figure->panels[figure->count++] = panel;
    return panel;
}

rondo_figure_series *rondo_figure_add_series(rondo_figure *figure, rondo_figure_panel *panel,
                                             const rondo_figure_series *like)
{
    if (!panel) return NULL;
    rondo_figure_series *series = calloc(1, sizeof *series);
    rondo_figure_series **all = grow(panel->series, panel->count);
    if (all) panel->series = all;
    if (!series || !all) {
        figure->failed = true;
        free(series);
        return NULL;
    }
    *series = *like;
    series->name = copy(figure, like->name);
    series->count = series->capacity = 0;
    series->points = NULL;
    panel->series[panel->count++] = series;
    return series;
}

void rondo_figure_add_point(rondo_figure *figure, rondo_figure_series *series,
                            rondo_figure_point point)
{
    if (!series) return;
    if (series->count == series->capacity) {
        int64_t wanted = series->capacity ? 2 * series->capacity : 16;
        rondo_figure_point *grown =
            realloc(series->points, (size_t)wanted * sizeof *series->points);
        if (!grown) {
            figure->failed = true;
            return;
        }
        series->points = grown;
        series->capacity = wanted;
    }
    point.title = copy(figure, point.title);
    point.link = copy(figure, point.link);
    series->points[series->count++] = point;
}

/* --- files --- */

static rondo_status write_text(const rondo_figure *figure, const char *path, rondo_text *text,
                               rondo_error *error)
{
    rondo_status status = figure->failed || text->failed
                              ? rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path)
                              : rondo_file_write(path, rondo_text_get(text), text->length, error);
    rondo_text_finish(text);
    return status;
}

rondo_status rondo_figure_write(const rondo_figure *figure, const char *path, rondo_error *error)
{
    rondo_text svg = {0};
    if (!figure->failed) rondo_figure_add_svg(figure, true, &svg);
    return write_text(figure, path, &svg, error);
}

static void add_document(const rondo_figure *figure, rondo_text *svg)
{
    rondo_figure_add_svg(figure, true, svg);
}

rondo_status rondo_figure_export(const rondo_figure *figure, const char *folder, rondo_error *error)
{
    static const struct {
        const char *ending;
        void (*add)(const rondo_figure *, rondo_text *);
    } files[] = {{".svg", add_document},
                 {".tsv", rondo_figure_add_table},
                 {".gp", rondo_figure_add_gnuplot}};
    if (figure->failed)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", folder);
    rondo_status status = rondo_file_make_folder(folder, error);
    for (size_t i = 0; status == RONDO_OK && i < sizeof files / sizeof files[0]; i++) {
        rondo_text text = {0}, path = {0};
        rondo_text_add(&path, "%s/%s%s", folder, figure->name, files[i].ending);
        files[i].add(figure, &text);
        text.failed = text.failed || path.failed;
        status = write_text(figure, rondo_text_get(&path), &text, error);
        rondo_text_finish(&path);
    }
    return status;
}
