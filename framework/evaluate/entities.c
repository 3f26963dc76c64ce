#include "evaluate/entities.h"

#include <string.h>

#include "base/memory.h"

struct rondo_entities {
    const rondo_dataset *dataset;
    rondo_split split;
    int32_t *predicted;        /* [steps of the largest split] */
    rondo_label_count *counts; /* [types] */
};

void rondo_entities_count(const rondo_tags *tags, const int32_t *gold, const int32_t *predicted,
                          int64_t steps, rondo_label_count *counts)
{
    rondo_tag gold_before = {0}, predicted_before = {0};
    bool alike = false; /* within an entity that began in both, with the same type */
    for (int64_t i = 0; i <= steps; i++) {
        rondo_tag g = i < steps ? tags->tags[gold[i]] : (rondo_tag){0};
        rondo_tag p = i < steps ? tags->tags[predicted[i]] : (rondo_tag){0};
        bool gold_ends = rondo_tag_ends_chunk(gold_before, g);
        bool predicted_ends = rondo_tag_ends_chunk(predicted_before, p);
        bool gold_begins = rondo_tag_begins_chunk(gold_before, g);
        bool predicted_begins = rondo_tag_begins_chunk(predicted_before, p);
        if (alike && gold_ends && predicted_ends) counts[gold_before.type].correct++;
        if (gold_ends || predicted_ends) alike = false;
        if (gold_begins) counts[g.type].gold++;
        if (predicted_begins) counts[p.type].predicted++;
        if (gold_begins && predicted_begins && g.type == p.type) alike = true;
        gold_before = g;
        predicted_before = p;
    }
}

static int64_t most_steps(const rondo_dataset *dataset)
{
    int64_t most = 0;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_sequences *sequences = &dataset->splits[s];
        if (sequences->count > 0 && sequences->offset[sequences->count] > most)
            most = sequences->offset[sequences->count];
    }
    return most;
}

size_t rondo_entities_bytes(const rondo_dataset *dataset)
{
    return sizeof(rondo_entities) + (size_t)most_steps(dataset) * sizeof(int32_t) +
           (size_t)dataset->tags->type_count * sizeof(rondo_label_count);
}

rondo_status rondo_entities_create(const rondo_dataset *dataset, rondo_entities **out,
                                   rondo_error *error)
{
    *out = NULL;
    rondo_entities *entities = rondo_memory_create(sizeof *entities, "entities", error);
    if (!entities) return error->status;
    size_t types = (size_t)dataset->tags->type_count, step = sizeof(int32_t);
    entities->dataset = dataset;
    entities->predicted =
        rondo_memory_create((size_t)most_steps(dataset) * step, "predicted tags", error);
    entities->counts = rondo_memory_create(types * sizeof *entities->counts, "entities", error);
    if (!entities->predicted || !entities->counts) {
        rondo_entities_destroy(entities);
        return error->status;
    }
    *out = entities;
    return RONDO_OK;
}

void rondo_entities_destroy(rondo_entities *entities)
{
    if (!entities) return;
    rondo_memory_destroy(entities->predicted);
    rondo_memory_destroy(entities->counts);
    rondo_memory_destroy(entities);
}

void rondo_entities_start(rondo_entities *entities, rondo_split split)
{
    entities->split = split;
}

void rondo_entities_take(rondo_entities *entities, const rondo_batch *batch, const int32_t *classes)
{
    for (int64_t t = 0; t < batch->steps; t++)
        for (int64_t b = 0; b < batch->active[t]; b++)
            entities->predicted[batch->start[b] + t] = classes[batch->offset[t] + b];
}

void rondo_entities_finish(rondo_entities *entities)
{
    const rondo_tags *tags = entities->dataset->tags;
    const rondo_sequences *sequences = &entities->dataset->splits[entities->split];
    memset(entities->counts, 0, (size_t)tags->type_count * sizeof *entities->counts);
    for (int64_t s = 0; s < sequences->count; s++) {
        int64_t first = sequences->offset[s], end = sequences->offset[s + 1];
        rondo_entities_count(tags, sequences->labels + first, entities->predicted + first,
                             end - first, entities->counts);
    }
}

rondo_label_count rondo_entities_total(const rondo_entities *entities)
{
    rondo_label_count total = {0};
    for (int32_t i = 0; i < entities->dataset->tags->type_count; i++) {
        total.gold += entities->counts[i].gold;
        total.predicted += entities->counts[i].predicted;
        total.correct += entities->counts[i].correct;
    }
    return total;
}

const rondo_label_count *rondo_entities_by_type(const rondo_entities *entities)
{
    return entities->counts;
}

const rondo_tags *rondo_entities_tags(const rondo_entities *entities)
{
    return entities->dataset->tags;
}
