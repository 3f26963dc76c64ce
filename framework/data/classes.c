#include "data/classes.h"

#include <string.h>
#include <strings.h>

bool rondo_names_are_reserved(const rondo_vocabulary_config *config, const char *const *names,
                              int64_t count)
{
    static const char *const defaults[] = {"<UNK>", "<EOS>"};
    const char *unknown = config ? config->unknown : NULL, *end = config ? config->end : NULL;
    if (count <= RONDO_END_ID) return false;
    if (strcmp(names[RONDO_UNKNOWN_ID], defaults[0]) == 0 &&
        strcmp(names[RONDO_END_ID], defaults[1]) == 0)
        return true;
    return unknown && end && strcmp(names[RONDO_UNKNOWN_ID], unknown) == 0 &&
           strcmp(names[RONDO_END_ID], end) == 0;
}

bool rondo_name_is_unknown(const rondo_vocabulary_config *config, const char *name)
{
    static const char *const spellings[] = {"unk", "unknown", "oov"};
    if (config && config->unknown && strcmp(name, config->unknown) == 0) return true;
    size_t start = strspn(name, "<[{(_"), length = strcspn(name + start, ">]})_");
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (strlen(spellings[i]) == length && strncasecmp(name + start, spellings[i], length) == 0)
            return true;
    return false;
}

int32_t rondo_classes_first(const rondo_experiment *experiment, const rondo_vocabulary *targets)
{
    bool answers = experiment->task->predicts_classes || experiment->task->predicts_labels;
    int64_t count = targets ? rondo_vocabulary_size(targets) : 0;
    if (!answers || count <= RONDO_END_ID + 1) return 0;
    bool reserved = !rondo_format_has(&experiment->data, RONDO_PROVIDES_NAMES) ||
                    rondo_names_are_reserved(&experiment->data.vocabulary,
                                             rondo_vocabulary_names(targets), count);
    return reserved ? RONDO_END_ID + 1 : 0;
}
