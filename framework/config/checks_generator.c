/* Checks of generated data: the task a generator is for, and its numbers. */
#include "config/checks.h"

static void refuse(const rondo_checks *c, const char *key, const char *other, const char *text)
{
    rondo_checks_refuse(c, key, other, text);
}

static void check_adding(const rondo_checks *c)
{
    if (c->experiment->data.generator.length < 2)
        refuse(c, "data.generator.length", "data.generator.name",
               "must be at least 2: two of the steps are marked");
    if (c->experiment->model.pooling == RONDO_POOLING_NONE)
        refuse(c, "model.pooling", "task",
               "generator adding needs model.pooling last, mean or max (one target per sequence)");
}

void rondo_checks_generator(const rondo_checks *c)
{
    static const uint32_t provides[] = {RONDO_PROVIDES_TAGS, RONDO_PROVIDES_NEXT_SYMBOLS,
                                        RONDO_PROVIDES_NEXT_SYMBOLS, RONDO_PROVIDES_TARGET_VALUES};
    static const char *const texts[] = {"generator copy is for task tagging: a class at every step",
                                        "generator reber is for task language_model",
                                        "generator agreement is for task language_model",
                                        "generator adding is for task regression"};
    const rondo_data_config *data = &c->experiment->data;
    const rondo_generator_config *generator = &data->generator;
    if (data->format != RONDO_FORMAT_GENERATED) return;
    if (generator->name < 0) {
        refuse(c, "data.generator.name", NULL,
               "missing key; allowed: one of copy, reber, agreement, adding");
        return;
    }
    if (c->experiment->task->needs != provides[generator->name])
        refuse(c, "task", "data.generator.name", texts[generator->name]);
    if (data->example == RONDO_STREAM)
        refuse(c, "data.example", NULL,
               "generated data need data.example: line (they are sequences)");
    if (generator->name == RONDO_ADDING) check_adding(c);
}
