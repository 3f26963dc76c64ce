/* Figures: values by hand for ticks, places and shortened texts, what an untrusted text may not do,
 * and that the three forms of a figure say the same. */
#include "base/figure.h"

#include <stdlib.h>

#include "base/figure_axis.h"
#include "base/svg.h"
#include "check.h"

static const char *escaped(const char *text)
{
    static rondo_text result;
    rondo_text_finish(&result);
    rondo_svg_add_escaped(&result, text);
    return rondo_text_get(&result);
}

static void test_escape(void)
{
    CHECK_TEXT(escaped("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK_TEXT(escaped("tab\tline\nend"), "tab line end");
    CHECK_TEXT(escaped("größe 模型 🌲"), "größe 模型 🌲");
    CHECK_TEXT(escaped("\xff\xc3"), "\xEF\xBF\xBD\xEF\xBF\xBD"); /* no UTF-8 */
    CHECK_TEXT(escaped("\xc0\xbc"), "\xEF\xBF\xBD\xEF\xBF\xBD"); /* '<' in two bytes */
    CHECK_TEXT(escaped("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); /* a surrogate */
    CHECK_TEXT(escaped("\xE2\x80\xAEtxt"), "\xEF\xBF\xBDtxt");                   /* right to left */
    CHECK_TEXT(escaped("\xEF\xBF\xBF"), "\xEF\xBF\xBD"); /* U+FFFF is no XML */
}

static const char *coordinate(double value)
{
    static rondo_text result;
    rondo_text_finish(&result);
    rondo_svg_add_coordinate(&result, value);
    return rondo_text_get(&result);
}

static void test_numbers(void)
{
    char buffer[48];
    CHECK_TEXT(coordinate(12), "12");
    CHECK_TEXT(coordinate(12.04), "12");
    CHECK_TEXT(coordinate(12.25), "12.3");
    CHECK_TEXT(coordinate(-0.51), "-0.5");
    CHECK_TEXT(coordinate(-0.04), "0");
    CHECK_TEXT(coordinate(-3.96), "-4");
    CHECK_TEXT(rondo_svg_number(1.23456, 3, buffer), "1.235");
    CHECK_TEXT(rondo_svg_number(-1.5, 1, buffer), "−1.5");
    CHECK_TEXT(rondo_svg_number(-0.0, 2, buffer), "0.00");
    CHECK_TEXT(rondo_svg_number(1e-7, 2, buffer), "1.0e-07");
    CHECK_TEXT(rondo_svg_number(-1e20, 2, buffer), "−1.0e+20");
    CHECK_TEXT(rondo_svg_number(NAN, 2, buffer), "–");
    CHECK_TEXT(rondo_svg_number(INFINITY, 2, buffer), "–");
}

static void check_short(const char *text, double most, const char *expected)
{
    char *shorter = rondo_svg_shorten(text, 10, most);
    CHECK_TEXT(shorter, expected);
    if (shorter && strcmp(shorter, text) != 0) CHECK(rondo_svg_width(shorter, 10) <= most);
    free(shorter);
}

static void test_shorten(void)
{
    check_short("lstm", 100, "lstm");
    check_short("aaaaaaaaaaaaaaaaaaaa", 60, "aaaa…aaaa");
    check_short("模型模型模型模型模型", 60, "模型…模型"); /* never half a character */
    check_short("", 10, "");
}

/* --- axes --- */

static void check_ticks(rondo_figure_scale scale, double low, double high, int64_t most, bool whole,
                        const char *expected)
{
    const rondo_figure_axis axis = {.scale = scale, .low = low, .high = high, .whole = whole};
    rondo_figure_panel panel = {.x = axis, .y = axis};
    rondo_figure figure = {0};
    rondo_figure_range range = rondo_figure_find_range(&figure, &panel, true);
    rondo_figure_ticks ticks;
    rondo_text text = {0};
    char buffer[48];
    rondo_figure_find_ticks(&axis, &range, most, &ticks);
    for (int64_t t = 0; t < ticks.count; t++)
        rondo_text_add(&text, "%s%s", t > 0 ? " " : "",
                       rondo_figure_tick_label(&axis, &ticks, t, buffer));
    CHECK_TEXT(rondo_text_get(&text), expected);
    CHECK(ticks.count <= most);
    rondo_text_finish(&text);
}

static void test_ticks(void)
{
    check_ticks(RONDO_FIGURE_LINEAR, 0, 1, 6, false, "0.0 0.2 0.4 0.6 0.8 1.0");
    check_ticks(RONDO_FIGURE_LINEAR, -0.013, 0.021, 5, false, "−0.01 0.00 0.01 0.02");
    check_ticks(RONDO_FIGURE_LINEAR, 0.98, 3.02, 9, true, "1 2 3");
    check_ticks(RONDO_FIGURE_LINEAR, 0, 60000, 4, false, "0 20k 40k 60k");
    check_ticks(RONDO_FIGURE_LOGARITHMIC, 1e-4, 1e-1, 6, false, "0.0001 0.001 0.01 0.1");
    check_ticks(RONDO_FIGURE_LOGARITHMIC, 0.9, 110, 8, false, "1 2 5 10 20 50 100");
    check_ticks(RONDO_FIGURE_LOGARITHMIC, 1e-16, 1, 9, false,
                "10⁻¹⁶ 10⁻¹⁴ 10⁻¹² 10⁻¹⁰ 10⁻⁸ 10⁻⁶ 0.0001 0.01 1");
    check_ticks(RONDO_FIGURE_LOGARITHMIC, 1e4, 1e6, 4, false, "10k 100k 1M");
    check_ticks(RONDO_FIGURE_LOGARITHMIC, 100, 150, 6, false, "100 110 120 130 140 150");
}

static rondo_figure *make_figure(void)
{
    static rondo_figure figure;
    static const char *const names[] = {"a <b>", "c'd\te"}, *const links[] = {"#v1", NULL};
    const rondo_figure_axis x = {.label = "loss"};
    const rondo_figure_axis y = {
        .scale = RONDO_FIGURE_CATEGORIES, .category_count = 2, .categories = names, .links = links};
    rondo_figure_start(&figure, "seeds", "T", "D");
    rondo_figure_panel *panel = rondo_figure_add_panel(&figure, "P", &x, &y);
    rondo_figure_series *dots = rondo_figure_add_series(
        &figure, panel, &(rondo_figure_series){.kind = RONDO_FIGURE_DOTS, .faint = true});
    for (int i = 0; i < 5; i++)
        rondo_figure_add_point(
            &figure, dots,
            (rondo_figure_point){.x = i / 4.0, .y = i % 2, .title = "<run>", .link = "#run-001"});
    rondo_figure_series *mean = rondo_figure_add_series(
        &figure, panel,
        &(rondo_figure_series){.kind = RONDO_FIGURE_INTERVAL_X, .name = "mean", .colour = 1});
    rondo_figure_add_point(&figure, mean,
                           (rondo_figure_point){.x = 0.5, .y = 1, .low = 0.1, .high = 1.0 / 3});
    return &figure;
}

static int64_t count_of(const char *text, const char *part)
{
    int64_t count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

static void test_forms(void)
{
    rondo_figure *figure = make_figure();
    rondo_text page = {0}, document = {0}, table = {0}, script = {0};
    CHECK(!figure->failed);
    rondo_figure_add_svg(figure, false, &page);
    rondo_figure_add_svg(figure, true, &document);
    rondo_figure_add_table(figure, &table);
    rondo_figure_add_gnuplot(figure, &script);
    CHECK_INTEGER(count_of(rondo_text_get(&page), "<a href=\"#run-001\">"), 5);
    CHECK_INTEGER(count_of(rondo_text_get(&page), "<a href=\"#v1\">"), 1);
    CHECK_INTEGER(count_of(rondo_text_get(&page), "<title>&lt;run&gt;</title>"), 5);
    CHECK_INTEGER(count_of(rondo_text_get(&document), "href"), 0);
    CHECK_INTEGER(count_of(rondo_text_get(&document), "<title>&lt;run&gt;</title>"), 5);
    CHECK_INTEGER(count_of(rondo_text_get(&page), "<b>"), 0);
    CHECK_CONTAINS(rondo_text_get(&table), "panel\tseries\tkind\tx\ty\tlow\thigh\tlabel\n\n\n"
                                           "P\ta <b>\tdot\t0\t0\tNaN\tNaN\t<run>\n"
                                           "P\tc'd e\tdot\t0.25\t1\tNaN\tNaN\t<run>\n");
    CHECK_CONTAINS(rondo_text_get(&table),
                   "\n\n\nP\tmean\tinterval of x\t0.5\t1\t0.1\t0.3333333333333333\t\n");
    CHECK_CONTAINS(rondo_text_get(&script), "data index 2 using 4:5:6:7 with xerrorbars");
    CHECK_CONTAINS(rondo_text_get(&script), "('a <b>' 0, 'c''d e' 1)");
    rondo_text_finish(&page);
    rondo_text_finish(&document);
    rondo_text_finish(&table);
    rondo_text_finish(&script);
    rondo_figure_finish(figure);
}

/* A logarithmic axis leaves out what it cannot show, and lines break there. */
static void test_breaks(void)
{
    const rondo_figure_axis x = {.label = "step"}, y = {.scale = RONDO_FIGURE_LOGARITHMIC};
    const double values[] = {1, 0.1, 0, 0.01, NAN, 0.001};
    rondo_figure figure;
    rondo_text svg = {0};
    rondo_figure_start(&figure, "f", "T", "D");
    rondo_figure_panel *panel = rondo_figure_add_panel(&figure, NULL, &x, &y);
    rondo_figure_series *line =
        rondo_figure_add_series(&figure, panel, &(rondo_figure_series){.kind = RONDO_FIGURE_LINE});
    for (int i = 0; i < 6; i++)
        rondo_figure_add_point(&figure, line, (rondo_figure_point){.x = i, .y = values[i]});
    rondo_figure_range range = rondo_figure_find_range(&figure, panel, false);
    CHECK_NEAR(range.low, -3.15, 1e-12); /* a twentieth of three decades of air */
    CHECK_NEAR(range.high, 0.15, 1e-12);
    range.from = 330;
    range.to = 0;
    CHECK_NEAR(rondo_figure_place(&range, 1), 15, 1e-9);
    CHECK_NEAR(rondo_figure_place(&range, 0.01), 215, 1e-9);
    rondo_figure_add_svg(&figure, true, &svg);
    const char *path = strstr(rondo_text_get(&svg), "stroke-linejoin=\"round\" d=\"");
    CHECK(path != NULL);
    if (path) {
        char data[200];
        snprintf(data, sizeof data, "%.*s", (int)strcspn(path + 27, "\""), path + 27);
        CHECK_INTEGER(count_of(data, "M"), 3);
        CHECK_INTEGER(count_of(data, "L"), 1);
    }
    CHECK(strstr(rondo_text_get(&svg), "nan") == NULL &&
          strstr(rondo_text_get(&svg), "inf") == NULL);
    rondo_text_finish(&svg);
    rondo_figure_finish(&figure);
}

/* A single value has a range too: 0 has nothing to take a part of. */
static void test_single_value(void)
{
    static const double values[] = {0, -4}, lows[] = {-1, -4.2}, highs[] = {1, -3.8};
    const rondo_figure_axis axis = {.label = "difference"};
    for (int i = 0; i < 2; i++) {
        rondo_figure figure;
        rondo_figure_start(&figure, "f", "T", "D");
        rondo_figure_panel *panel = rondo_figure_add_panel(&figure, NULL, &axis, &axis);
        rondo_figure_series *dots = rondo_figure_add_series(
            &figure, panel, &(rondo_figure_series){.kind = RONDO_FIGURE_DOTS});
        rondo_figure_add_point(&figure, dots, (rondo_figure_point){.x = values[i], .y = 1});
        rondo_figure_range range = rondo_figure_find_range(&figure, panel, true);
        CHECK_NEAR(range.low, lows[i], 1e-12);
        CHECK_NEAR(range.high, highs[i], 1e-12);
        rondo_figure_finish(&figure);
    }
}

static void test_files(void)
{
    rondo_figure *figure = make_figure();
    rondo_error error = {0};
    CHECK_INTEGER(rondo_figure_export(figure, "figures/new", &error), RONDO_OK);
    FILE *file = fopen("figures/new/seeds.gp", "r");
    CHECK(file != NULL);
    if (file) fclose(file);
    CHECK_INTEGER(rondo_figure_write(figure, "/dev/null/x.svg", &error), RONDO_FAILED);
    rondo_figure_finish(figure);
}

int main(void)
{
    RUN(test_escape);
    RUN(test_numbers);
    RUN(test_shorten);
    RUN(test_ticks);
    RUN(test_forms);
    RUN(test_breaks);
    RUN(test_single_value);
    RUN(test_files);
    return check_end();
}
