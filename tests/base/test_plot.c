/* Pictures of curves against pictures drawn by hand. */
#include "check.h"

#include "base/plot.h"

static void check_picture(const rondo_plot *plot, const char *expected)
{
    rondo_text text = {0};
    rondo_plot_draw(plot, &text);
    CHECK(!text.failed);
    CHECK_TEXT(rondo_text_get(&text), expected);
    rondo_text_finish(&text);
}

/* 19 columns and 3 rows of cells: in ASCII a cell is a dot. */
static void test_ascii(void)
{
    static const double x[] = {0, 9, 18}, y[] = {2, 1, 0}, vx[] = {0, 18}, vy[] = {1, 2};
    const rondo_plot plot = {.title = "loss",
                             .x_label = "epoch",
                             .columns = 30,
                             .rows = 6,
                             .ascii = true,
                             .curve_count = 2,
                             .curves = {{"train", false, 3, x, y}, {"valid", true, 2, vx, vy}}};
    check_picture(&plot, "loss   .. train   x valid\n"
                         "        2 +.....             x\n"
                         "        1 +x    .........\n"
                         "        0 +              .....\n"
                         "          +-------------------\n"
                         "           0     epoch      18\n");
}

/* 38 x 12 dots: a diagonal goes down one row of dots in 37/11 columns of them. */
static void test_braille(void)
{
    static const double x[] = {0, 37}, y[] = {11, 0};
    const rondo_plot plot = {.title = "loss",
                             .x_label = "step",
                             .columns = 30,
                             .rows = 6,
                             .curve_count = 1,
                             .curves = {{"train", false, 2, x, y}}};
    rondo_text text = {0};
    rondo_plot_draw(&plot, &text);
    /* What stands at each dot, read back from the characters. */
    bool dots[12][38] = {{false}};
    const char *at = rondo_text_get(&text);
    for (int row = 0; row < 3; row++) {
        at = strstr(at, "┤") + 3;
        for (int cell = 0; *at != '\n'; cell++) {
            if (*at == ' ') {
                at++;
                continue;
            }
            CHECK_INTEGER((unsigned char)at[0], 0xE2);
            int bits = ((unsigned char)at[1] & 0x3F) << 6 | ((unsigned char)at[2] & 0x3F);
            CHECK(bits >= 0x800 && bits < 0x900);
            /* Unicode, "Braille Patterns": dots 1, 2, 3 and 7 on the left, 4, 5, 6, 8 on the right
             */
            static const int left[] = {0, 1, 2, 6}, right[] = {3, 4, 5, 7};
            for (int down = 0; down < 4; down++) {
                dots[4 * row + down][2 * cell] = bits >> left[down] & 1;
                dots[4 * row + down][2 * cell + 1] = bits >> right[down] & 1;
            }
            at += 3;
        }
    }
    for (int column = 0; column < 38; column++)
        for (int row = 0; row < 12; row++)
            CHECK_INTEGER(dots[row][column], row == (int)lround(column * 11 / 37.0));
    rondo_text_finish(&text);
}

/* Over 1 .. 1000, 10 and 100 are a third apart; what is not finite breaks the line. */
static void test_logarithmic(void)
{
    static const double x[] = {0, 1, 2, 3, 4, 5}, y[] = {1000, 100, NAN, INFINITY, 10, 1};
    const rondo_plot plot = {.title = "loss",
                             .x_label = "a label that is far too long",
                             .columns = 17, /* made 30 */
                             .rows = 7,
                             .ascii = true,
                             .curve_count = 1,
                             .curves = {{"train", true, 6, x, y}}};
    check_picture(&plot, "loss (logarithmic)   o train\n"
                         "     1000 +o\n"
                         "      100 +    o\n"
                         "          |              o\n"
                         "        1 +                  o\n"
                         "          +-------------------\n"
                         "           0 a label that is far too long 5\n");
}

static void test_few_points(void)
{
    static const double x[] = {3}, y[] = {5}, nothing[] = {NAN};
    rondo_plot plot = {.title = "loss",
                       .x_label = "step",
                       .columns = 30,
                       .rows = 6,
                       .ascii = true,
                       .curve_count = 1,
                       .curves = {{"train", false, 1, x, y}}};
    check_picture(&plot, "loss   .. train\n"
                         "      5.5 +\n"
                         "        5 +.\n"
                         "      4.5 +\n"
                         "          +-------------------\n"
                         "           3      step       4\n");
    plot.curves[0].y = nothing;
    check_picture(&plot, "");
    plot.curve_count = 0;
    check_picture(&plot, "");
}

static void test_width(void)
{
    CHECK_INTEGER(rondo_plot_width(""), 0);
    CHECK_INTEGER(rondo_plot_width("a⠒┤é"), 4);
}

int main(void)
{
    RUN(test_ascii);
    RUN(test_braille);
    RUN(test_logarithmic);
    RUN(test_few_points);
    RUN(test_width);
    return check_end();
}
