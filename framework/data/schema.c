#include "data/schema.h"

#include <stdlib.h>

rondo_status rondo_schema_create(rondo_schema **out, rondo_error *error)
{
    *out = calloc(1, sizeof **out);
    return *out ? RONDO_OK : rondo_error_set(error, RONDO_FAILED, "not enough memory: schema");
}

void rondo_schema_destroy(rondo_schema *schema)
{
    if (!schema) return;
    if (schema->targets != schema->inputs) rondo_vocabulary_destroy(schema->targets);
    rondo_vocabulary_destroy(schema->inputs);
    rondo_vocabulary_destroy(schema->classes);
    for (int f = 0; f < RONDO_MAX_FEATURES; f++)
        rondo_vocabulary_destroy(schema->features[f]);
    rondo_scales_destroy(schema->scales);
    free(schema);
}

const rondo_vocabulary *rondo_schema_own_targets(const rondo_schema *schema)
{
    return schema->targets == schema->inputs ? NULL : schema->targets;
}

rondo_status rondo_schema_copy_dictionary(const rondo_vocabulary *from, rondo_vocabulary **out,
                                          rondo_error *error)
{
    if (!from) return rondo_vocabulary_restore(NULL, 0, out, error);
    return rondo_vocabulary_restore(rondo_vocabulary_names(from), rondo_vocabulary_size(from), out,
                                    error);
}

rondo_status rondo_schema_copy_classes(const rondo_vocabulary *from, rondo_vocabulary **out,
                                       rondo_error *error)
{
    if (!from) return rondo_vocabulary_restore_classes(NULL, 0, out, error);
    return rondo_vocabulary_restore_classes(rondo_vocabulary_names(from),
                                            rondo_vocabulary_size(from), out, error);
}
