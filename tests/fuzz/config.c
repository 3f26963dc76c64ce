/* Any bytes as a config: messages, or an experiment that prints, whole and short, to a config it
 * can be read from. */
#include <string.h>

#include "fuzz.h"

static rondo_experiment *parse(const char *text)
{
    static rondo_error error;
    rondo_experiment *experiment = NULL;
    if (rondo_experiment_parse("input", "/data", text, NULL, 0, fuzz_registry(), &experiment,
                               &error) != RONDO_OK &&
        (experiment || error.text[0] == '\0'))
        fuzz_fail("a refused config without a message");
    return experiment;
}

/* Refused, or printed as another experiment than `printed`, is a fault. */
static void check_printed(const rondo_text *config, const rondo_text *printed)
{
    rondo_text again = {0};
    rondo_experiment *experiment = parse(rondo_text_get(config));
    if (!experiment) fuzz_fail("a resolved config that is refused");
    rondo_experiment_print(experiment, &again);
    if (strcmp(rondo_text_get(&again), rondo_text_get(printed)) != 0)
        fuzz_fail("a resolved config of another experiment");
    rondo_experiment_destroy(experiment);
    rondo_text_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rondo_text printed = {0}, brief = {0};
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    rondo_experiment *experiment = parse(text);
    free(text);
    if (!experiment) return 0;
    rondo_experiment_print(experiment, &printed);
    rondo_experiment_print_short(experiment, &brief);
    rondo_experiment_destroy(experiment);
    check_printed(&printed, &printed);
    check_printed(&brief, &printed);
    rondo_text_finish(&printed);
    rondo_text_finish(&brief);
    return 0;
}
