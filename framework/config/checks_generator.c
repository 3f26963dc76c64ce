/* Checks of generated data: the task a generator is for, and keys that it does not look at. */
#include "config/checks.h"
#include "config/tree.h"

static void refuse(const rondo_checks *c, const char *key, const char *other, const char *text)
{
    rondo_checks_refuse(c, key, other, text);
}

/* A key of data.generator that was given though nothing looks at it. */
static void refuse_generator_key(const rondo_checks *c, const char *key, const char *text)
{
    if (rondo_tree_find(c->root, key)) refuse(c, key, "data.generator.name", text);
}

static void check_generator_keys(const rondo_checks *c)
{
    const rondo_generator_config *generator = &c->experiment->data.generator;
    bool is_copy = generator->name == RONDO_COPY, is_agreement = generator->name == RONDO_AGREEMENT;
    bool is_adding = generator->name == RONDO_ADDING;
    if (!is_adding && generator->fresh)
        refuse_generator_key(c, "data.generator.fresh", "only for generator adding");
    if (is_adding && generator->length < 2)
        refuse_generator_key(c, "data.generator.length", "two of the steps are marked: at least 2");
    if (is_adding && c->experiment->model.pooling == RONDO_POOLING_NONE)
        refuse(c, "model.pooling", "task", "adding has one target a sequence: last, mean or max");
    if (!is_copy) {
        refuse_generator_key(c, "data.generator.symbols", "only for generator copy");
        refuse_generator_key(c, "data.generator.copied", "only for generator copy");
    }
    if (!is_agreement)
        refuse_generator_key(c, "data.generator.attractors", "only for generator agreement");
    if (generator->name == RONDO_REBER)
        refuse_generator_key(c, "data.generator.length",
                             "not for generator reber: the grammar decides how long a string is");
}

void rondo_checks_generator(const rondo_checks *c)
{
    static const int tasks[] = {RONDO_TAGGING, RONDO_LANGUAGE_MODEL, RONDO_LANGUAGE_MODEL,
                                RONDO_REGRESSION};
    static const char *const texts[] = {"generator copy is for task tagging: a class at every step",
                                        "generator reber is for task language_model",
                                        "generator agreement is for task language_model",
                                        "generator adding is for task regression"};
    const rondo_data_config *data = &c->experiment->data;
    const rondo_generator_config *generator = &data->generator;
    if (data->format != RONDO_FORMAT_GENERATED) {
        if (generator->name >= 0)
            refuse(c, "data.generator.name", "data.format", "only for data.format generated");
        return;
    }
    if (generator->name < 0) {
        refuse(c, "data.generator.name", NULL,
               "missing key; allowed: one of copy, reber, agreement, adding");
        return;
    }
    if (c->experiment->task != tasks[generator->name])
        refuse(c, "task", "data.generator.name", texts[generator->name]);
    if (data->path) refuse(c, "data.path", NULL, "generated data have no file");
    if (data->example == RONDO_STREAM)
        refuse(c, "data.example", NULL, "generated data are sequences, not a stream: line");
    check_generator_keys(c);
}
