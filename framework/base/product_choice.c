/* Part of the wrapper of BLIS (base/product.c): its numbers of kernel families, and a choice. */
#include "base/product_choice.h"

#include <blis.h>
#include <stdint.h>
#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

typedef struct family {
    const char *name;
    int number;
} family;

static const family families[] = {
#ifdef BLIS_CONFIG_SKX
    {"skx", BLIS_ARCH_SKX},
#endif
#ifdef BLIS_CONFIG_ZEN3
    {"zen3", BLIS_ARCH_ZEN3},
#endif
#ifdef BLIS_CONFIG_ZEN2
    {"zen2", BLIS_ARCH_ZEN2},
#endif
#ifdef BLIS_CONFIG_ZEN
    {"zen", BLIS_ARCH_ZEN},
#endif
#ifdef BLIS_CONFIG_HASWELL
    {"haswell", BLIS_ARCH_HASWELL},
#endif
#ifdef BLIS_CONFIG_SANDYBRIDGE
    {"sandybridge", BLIS_ARCH_SANDYBRIDGE},
#endif
    {"generic", BLIS_ARCH_GENERIC}};

static const family *find(const char *name)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strcmp(families[i].name, name) == 0) return &families[i];
    return NULL;
}

int rondo_product_kernels_number(const char *name)
{
    const family *found = find(name);
    return found ? found->number : -1;
}

/* Intel's servers since Ice Lake have two 512-bit units; its processors for desktops and notebooks
 * have one, which gains nothing over two of 256 bits. bfloat16 and AMX are on servers only. */
bool rondo_product_has_wide_units(const rondo_processor_facts *facts)
{
    enum { ICE_LAKE_X = 106, ICE_LAKE_D = 108 };
    if (!facts->has_avx512) return false;
    if (strcmp(facts->vendor, "GenuineIntel") != 0) return facts->is_512_wide;
    bool is_ice_lake =
        facts->family == 6 && (facts->model == ICE_LAKE_X || facts->model == ICE_LAKE_D);
    return facts->has_bfloat16 || facts->has_amx || is_ice_lake;
}

bool rondo_product_bfloat16_is_slow(const rondo_processor_facts *facts)
{
    return facts->has_bfloat16 && strcmp(facts->vendor, "AuthenticAMD") != 0;
}

int64_t rondo_product_far_bytes(const rondo_processor_facts *facts)
{
    enum { AMD = 6 * 1024 * 1024, OTHERS = 1024 * 1024 };
    return strcmp(facts->vendor, "AuthenticAMD") == 0 ? AMD : OTHERS;
}

const char *rondo_product_better_kernels(const rondo_processor_facts *facts, const char *chosen)
{
    bool is_amd = strcmp(facts->vendor, "AuthenticAMD") == 0,
         is_generic = !strcmp(chosen, "generic");
    const struct {
        const char *name;
        bool suits;
    } candidates[] = {{"skx", rondo_product_has_wide_units(facts)},
                      {"zen3", is_amd && facts->has_avx2},
                      {"zen2", is_amd && facts->has_avx2},
                      {"zen", is_amd && facts->has_avx2},
                      {"haswell", facts->has_avx2},
                      {"sandybridge", facts->has_avx}};
    if (!is_generic && strcmp(chosen, "haswell") != 0) return NULL;
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (strcmp(candidates[i].name, chosen) == 0) return NULL;
        if (!is_generic && i > 0) return NULL;
        const family *found = candidates[i].suits ? find(candidates[i].name) : NULL;
        if (found) return found->name;
    }
    return NULL;
}

#ifdef __x86_64__

static void read_identity(rondo_processor_facts *facts)
{
    uint32_t a, b, c, d;
    if (__get_cpuid(0, &a, &b, &c, &d)) {
        memcpy(facts->vendor, &b, sizeof b);
        memcpy(facts->vendor + 4, &d, sizeof d);
        memcpy(facts->vendor + 8, &c, sizeof c);
    }
    if (!__get_cpuid(1, &a, &b, &c, &d)) return;
    uint32_t base = a >> 8 & 0xf, extended = a >> 20 & 0xff;
    facts->family = (int)(base == 0xf ? base + extended : base);
    facts->model = (int)((a >> 4 & 0xf) | (a >> 12 & 0xf0));
}

rondo_processor_facts rondo_processor_facts_get(void)
{
    enum { EXTENDED_FEATURES = 7, AMX_BF16 = 1U << 22, AMX_TILE = 1U << 24 };
    enum { PERFORMANCE = (int)0x8000001aU, FP512 = 1U << 3 };
    rondo_processor_facts facts = {0};
    uint32_t a, b, c, d;
    read_identity(&facts);
    __builtin_cpu_init();
    facts.has_avx = __builtin_cpu_supports("avx");
    facts.has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    facts.has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    facts.has_bfloat16 = facts.has_avx512 && __builtin_cpu_supports("avx512bf16");
    if (__get_cpuid_count(EXTENDED_FEATURES, 0, &a, &b, &c, &d))
        facts.has_amx = facts.has_avx512 && (d & AMX_BF16) && (d & AMX_TILE);
    if (__get_cpuid((uint32_t)PERFORMANCE, &a, &b, &c, &d)) facts.is_512_wide = a & FP512;
    return facts;
}

#else

rondo_processor_facts rondo_processor_facts_get(void)
{
    return (rondo_processor_facts){0};
}

#endif
