/* A processor that BLIS does not know: takes the place of BLIS's own choice, which goes by CPUID. */
#include <blis.h>
#include <stdlib.h>

__attribute__((visibility("default"))) arch_t bli_arch_query_id(void)
{
    static int chosen = -1;
    const char *named = getenv("BLIS_ARCH_TYPE");
    if (chosen < 0) chosen = named ? atoi(named) : BLIS_ARCH_GENERIC;
    return (arch_t)chosen;
}
