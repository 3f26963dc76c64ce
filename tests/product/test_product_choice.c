/* Which kernels are taken on processors that this machine is not. Facts of real processors: family,
 * model and features as their makers publish them. */
#include "check.h"

#include <string.h>

#include "base/product.h"
#include "base/product_choice.h"

#define INTEL .vendor = "GenuineIntel", .family = 6
#define AMD   .vendor = "AuthenticAMD"
#define AVX2  .has_avx = true, .has_avx2 = true
#define WIDE  AVX2, .has_avx512 = true

static const struct {
    const char *what;
    rondo_processor_facts facts;
    const char *chosen, *better; /* NULL: BLIS's choice stands */
} cases[] = {
    {"Zen 3", {AMD, .family = 0x19, .model = 1, AVX2}, "zen3", NULL},
    {"Zen 4", {AMD, .family = 0x19, .model = 0x11, WIDE, .has_bfloat16 = true}, "zen3", NULL},
    {"Zen 5 server",
     {AMD, .family = 0x1a, .model = 2, WIDE, .has_bfloat16 = true, .is_512_wide = true},
     "generic",
     "skx"},
    {"Zen 5 notebook",
     {AMD, .family = 0x1a, .model = 0x24, WIDE, .has_bfloat16 = true},
     "generic",
     "zen3"},
    {"Sapphire Rapids",
     {INTEL, .model = 143, WIDE, .has_bfloat16 = true, .has_amx = true},
     "skx",
     NULL},
    {"Emerald Rapids",
     {INTEL, .model = 207, WIDE, .has_bfloat16 = true, .has_amx = true},
     "haswell",
     "skx"},
    {"Ice Lake server, its name hidden", {INTEL, .model = 106, WIDE}, "haswell", "skx"},
    {"Skylake server with one unit", {INTEL, .model = 85, WIDE}, "haswell", NULL},
    {"Tiger Lake", {INTEL, .model = 140, WIDE}, "haswell", NULL},
    {"Haswell", {INTEL, .model = 60, AVX2}, "haswell", NULL},
    {"Sandy Bridge", {INTEL, .model = 42, .has_avx = true}, "sandybridge", NULL},
    {"hidden vendor with AVX2", {.vendor = "unknown", AVX2}, "generic", "haswell"},
    {"hidden vendor with AVX", {.vendor = "unknown", .has_avx = true}, "generic", "sandybridge"},
    {"hidden vendor with AVX-512", {.vendor = "unknown", WIDE}, "generic", "haswell"},
    {"before AVX", {.vendor = "unknown"}, "generic", NULL},
    {"chosen by a later BLIS", {AMD, .family = 0x1a, WIDE, .is_512_wide = true}, "zen4", NULL},
};

static void test_choices(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *better = rondo_product_better_kernels(&cases[i].facts, cases[i].chosen);
        const char *expected = cases[i].better;
        CHECK_TEXT(better ? better : "(BLIS's choice)", expected ? expected : "(BLIS's choice)");
        if (better) CHECK(rondo_product_kernels_number(better) >= 0);
    }
    CHECK_INTEGER(rondo_product_kernels_number("nothing"), -1);
}

static void test_bfloat16(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool is_intel = strcmp(cases[i].facts.vendor, "GenuineIntel") == 0;
        CHECK(rondo_product_bfloat16_is_slow(&cases[i].facts) ==
              (is_intel && cases[i].facts.has_bfloat16));
    }
    CHECK(!rondo_precision_is_slow(RONDO_FLOAT32));
}

static void test_this_processor(void)
{
    const rondo_processor_facts here = rondo_processor_facts_get();
    CHECK(!here.has_avx512 || here.has_avx2);
    CHECK(!here.has_avx2 || here.has_avx);
    CHECK_INTEGER((int64_t)strlen(here.vendor), here.family == 0 ? 0 : 12);
}

int main(void)
{
    RUN(test_choices);
    RUN(test_bfloat16);
    RUN(test_this_processor);
    return check_end();
}
