/* Dictionaries and ids of ragged HDF5. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "data/classes.h"
#include "data/formats/ragged_private.h"

/* Ids of classes without names are below; so a table of all of them is small. */
enum { MOST_NUMBERED = 1 << 20, DIGITS = 12 };
enum {
    INPUTS = RONDO_RAGGED_INPUTS,
    TARGETS = RONDO_RAGGED_TARGETS,
    NAME_SIZE = RONDO_RAGGED_NAME_SIZE,
    PLACE_SIZE = RONDO_RAGGED_PLACE_SIZE
};

const char *const rondo_ragged_sides[RONDO_RAGGED_SIDES] = {"inputs", "targets"};

void rondo_ragged_place(const rondo_ragged_rows *rows, int64_t row, char place[PLACE_SIZE])
{
    int64_t s = 0;
    if (!rows->offset) {
        snprintf(place, PLACE_SIZE, "sequence %lld", (long long)row);
        return;
    }
    while (rows->offset[s + 1] <= row)
        s++;
    snprintf(place, PLACE_SIZE, "sequence %lld, step %lld", (long long)s,
             (long long)(row - rows->offset[s]));
}

static rondo_status restore_saved(const rondo_ragged_reader *reader, int which,
                                  rondo_vocabulary **out, rondo_error *error)
{
    const rondo_schema *saved = reader->saved;
    return which == INPUTS ? rondo_schema_copy_dictionary(saved->inputs, out, error)
                           : rondo_schema_copy_classes(rondo_schema_own_targets(saved), out, error);
}

/* Whether a name that the saved dictionary does not have is its unknown symbol. */
static bool saved_has_unknown(const rondo_ragged_reader *reader, int which)
{
    const rondo_vocabulary *names = reader->sides[which].vocabulary;
    if (which == INPUTS)
        return rondo_name_is_unknown(reader->spelling,
                                     rondo_vocabulary_name(names, RONDO_UNKNOWN_ID));
    return rondo_names_are_reserved(reader->spelling, rondo_vocabulary_names(names),
                                    rondo_vocabulary_size(names));
}

/* The file's own dictionary, and how to get from it to the saved one: by name. */
static rondo_status adopt_names(rondo_ragged_reader *reader, int which, const char *const *names,
                                int64_t count, rondo_error *error)
{
    rondo_ragged_side *side = &reader->sides[which];
    rondo_vocabulary *own;
    side->width = count;
    rondo_status status = which == INPUTS
                              ? rondo_vocabulary_restore(names, count, &own, error)
                              : rondo_vocabulary_restore_classes(names, count, &own, error);
    if (status) return rondo_error_prefix(error, "%s: ", reader->path);
    if (!reader->saved) {
        side->vocabulary = own;
        return RONDO_OK;
    }
    side->own = own;
    if ((status = restore_saved(reader, which, &side->vocabulary, error))) return status;
    int32_t missing = saved_has_unknown(reader, which) ? RONDO_UNKNOWN_ID : -1;
    side->ids = calloc((size_t)count, sizeof *side->ids);
    if (!side->ids)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for a vocabulary");
    for (int64_t id = 0; id < count; id++) {
        int32_t found =
            rondo_vocabulary_search(side->vocabulary, names[id], (int64_t)strlen(names[id]));
        side->ids[id] = found < 0 ? missing : found;
    }
    return RONDO_OK;
}

rondo_status rondo_ragged_read_names(rondo_ragged_reader *reader, int which, rondo_error *error)
{
    char name[NAME_SIZE];
    char **names;
    int64_t count;
    rondo_hdf5_shape shape;
    snprintf(name, sizeof name, "/vocabulary/%s", rondo_ragged_sides[which]);
    if (!rondo_hdf5_has(reader->file, name)) {
        reader->sides[which].numbered = which == TARGETS;
        if (which == TARGETS) return RONDO_OK;
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: /%s/%s holds symbol ids, but there is no %s with their "
                               "names",
                               reader->path, rondo_split_name(reader->first),
                               rondo_ragged_sides[which], name);
    }
    rondo_status status = rondo_ragged_shape(reader, name, &shape, error);
    if (status) return status;
    if ((status = rondo_hdf5_read_texts(reader->file, name, &count, &names, error))) return status;
    status = adopt_names(reader, which, (const char *const *)names, count, error);
    rondo_hdf5_free_texts(count, names);
    return status;
}

static rondo_status refuse_id(const rondo_ragged_reader *reader, const char *name,
                              const rondo_ragged_rows *rows, int64_t row, int32_t id, int64_t count,
                              rondo_error *error)
{
    char place[PLACE_SIZE];
    rondo_ragged_place(rows, row, place);
    return rondo_error_set(error, RONDO_FAILED,
                           "%s: %s: %s: id %d is outside the vocabulary, 0 to %lld", reader->path,
                           name, place, id, (long long)count - 1);
}

/* Without names any id may be a class, but none below 0: a mask must not become a class. */
static rondo_status keep_numbers(rondo_ragged_reader *reader, rondo_split split, const char *name,
                                 const rondo_ragged_rows *rows, int32_t *ids, rondo_error *error)
{
    char place[PLACE_SIZE];
    for (int64_t i = 0; i < rows->count; i++) {
        if (ids[i] >= 0 && ids[i] < MOST_NUMBERED) continue;
        rondo_ragged_place(rows, i, place);
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: %s: %s: class %d; without names in /vocabulary/targets classes "
                               "are numbered 0 to %d",
                               reader->path, name, place, ids[i], MOST_NUMBERED - 1);
    }
    reader->numbers[split] = (rondo_ragged_numbers){*rows, ids};
    return RONDO_OK;
}

static rondo_status refuse_name(const rondo_ragged_reader *reader, int which, const char *array,
                                const rondo_ragged_rows *rows, int64_t row, int32_t id,
                                rondo_error *error)
{
    char place[PLACE_SIZE];
    const rondo_ragged_side *side = &reader->sides[which];
    rondo_ragged_place(rows, row, place);
    return rondo_error_set(error, RONDO_FAILED, "%s: %s: %s: the model knows no %s \"%s\"%s",
                           reader->path, array, place, which == INPUTS ? "symbol" : "class",
                           rondo_vocabulary_name(side->own, id),
                           side->numbered ? " (/vocabulary/targets says what ids mean)" : "");
}

static void count_unknown(rondo_ragged_reader *reader, int32_t id)
{
    const char *name = rondo_vocabulary_name(reader->sides[INPUTS].own, id);
    if (rondo_name_is_unknown(reader->spelling, name)) return;
    rondo_unknowns_add(&reader->unknowns, name, (int64_t)strlen(name));
}

/* The two symbols in the place of classes: whoever numbers from 0 has no names for them. */
static rondo_status refuse_reserved(const rondo_ragged_reader *reader, const char *array,
                                    const rondo_ragged_rows *rows, int64_t row, int32_t id,
                                    rondo_error *error)
{
    char place[PLACE_SIZE];
    const rondo_vocabulary *names = reader->sides[TARGETS].vocabulary;
    rondo_ragged_place(rows, row, place);
    return rondo_error_set(error, RONDO_FAILED,
                           "%s: %s: %s: class %d is \"%s\", which is never answered; number the "
                           "classes from 2, or from 0 and leave \"%s\" and \"%s\" out of "
                           "/vocabulary/targets",
                           reader->path, array, place, id, rondo_vocabulary_name(names, id),
                           rondo_vocabulary_name(names, RONDO_UNKNOWN_ID),
                           rondo_vocabulary_name(names, RONDO_END_ID));
}

/* Whether ids 0 and 1 are no classes of the split: of that for training, where names say so. */
static bool has_reserved(const rondo_ragged_reader *reader, int which, rondo_split split)
{
    const rondo_vocabulary *names = reader->sides[which].vocabulary;
    return which == TARGETS && split == RONDO_TRAIN && !reader->saved && names &&
           rondo_names_are_reserved(NULL, rondo_vocabulary_names(names),
                                    rondo_vocabulary_size(names));
}

rondo_status rondo_ragged_take_ids(rondo_ragged_reader *reader, int which, rondo_split split,
                                   const char *name, const rondo_ragged_rows *rows, int64_t first,
                                   int64_t count, int32_t *ids, rondo_error *error)
{
    const rondo_ragged_side *side = &reader->sides[which];
    if (side->numbered) return keep_numbers(reader, split, name, rows, ids, error);
    bool reserved = has_reserved(reader, which, split);
    for (int64_t i = 0; i < count; i++) {
        int32_t id = ids[i];
        if (id < 0 || id >= side->width)
            return refuse_id(reader, name, rows, first + i, id, side->width, error);
        if (reserved && id <= RONDO_END_ID)
            return refuse_reserved(reader, name, rows, first + i, id, error);
        if (!side->ids) continue;
        if (side->ids[id] < 0) return refuse_name(reader, which, name, rows, first + i, id, error);
        ids[i] = side->ids[id];
        if (which == INPUTS && ids[i] == RONDO_UNKNOWN_ID) count_unknown(reader, id);
    }
    if (which == INPUTS) reader->unknowns.symbols += count;
    return RONDO_OK;
}

/* --- classes without names --- */

/* The place of each id that occurs among all that do, 1 for the first; 0 for others. */
static int64_t count_classes(const rondo_ragged_reader *reader, int32_t *places)
{
    int64_t count = 0;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_ragged_numbers *numbers = &reader->numbers[s];
        for (int64_t i = 0; numbers->ids && i < numbers->rows.count; i++)
            places[numbers->ids[i]] = 1;
    }
    for (int32_t id = 0; id < MOST_NUMBERED; id++)
        if (places[id]) places[id] = (int32_t)++count;
    return count;
}

static rondo_status name_classes(rondo_ragged_reader *reader, const int32_t *places, int64_t count,
                                 rondo_error *error)
{
    char *digits = malloc((size_t)count * DIGITS);
    const char **names = malloc((size_t)count * sizeof *names);
    rondo_status status = RONDO_OK;
    if (!digits || !names)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory for a vocabulary");
    for (int32_t id = 0; !status && id < MOST_NUMBERED; id++) {
        if (!places[id]) continue;
        char *name = digits + (size_t)(places[id] - 1) * DIGITS;
        snprintf(name, DIGITS, "%d", id);
        names[places[id] - 1] = name;
    }
    if (!status) status = adopt_names(reader, TARGETS, names, count, error);
    if (!status && !reader->saved)
        rondo_log_info("%s: no /vocabulary/targets: the classes are the ids that occur, %s to %s, "
                       "%lld in all",
                       reader->path, names[0], names[count - 1], (long long)count);
    free(names);
    free(digits);
    return status;
}

static rondo_status number_split(rondo_ragged_reader *reader, rondo_split split,
                                 const int32_t *places, rondo_error *error)
{
    char name[NAME_SIZE];
    const rondo_ragged_numbers *numbers = &reader->numbers[split];
    const rondo_ragged_side *side = &reader->sides[TARGETS];
    rondo_ragged_name(name, split, rondo_ragged_sides[TARGETS]);
    for (int64_t i = 0; numbers->ids && i < numbers->rows.count; i++) {
        int32_t id = places[numbers->ids[i]] - 1;
        if (side->ids && side->ids[id] < 0)
            return refuse_name(reader, TARGETS, name, &numbers->rows, i, id, error);
        numbers->ids[i] = side->ids ? side->ids[id] : id;
    }
    return RONDO_OK;
}

rondo_status rondo_ragged_number_classes(rondo_ragged_reader *reader, rondo_error *error)
{
    if (!reader->sides[TARGETS].numbered) return RONDO_OK;
    int32_t *places = rondo_memory_create(MOST_NUMBERED * sizeof *places, "classes", error);
    if (!places) return error->status;
    int64_t count = count_classes(reader, places);
    rondo_status status = name_classes(reader, places, count, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++)
        status = number_split(reader, (rondo_split)s, places, error);
    rondo_memory_destroy(places);
    return status;
}

/* --- language models --- */

rondo_status rondo_ragged_check_text(const rondo_ragged_reader *reader, rondo_error *error)
{
    const rondo_ragged_side *side = &reader->sides[INPUTS];
    const rondo_sequences *train = &reader->dataset->splits[RONDO_TRAIN];
    if (reader->saved || reader->sides[TARGETS].present || side->values) return RONDO_OK;
    const char *first = rondo_vocabulary_name(side->vocabulary, RONDO_UNKNOWN_ID);
    if (rondo_name_is_unknown(NULL, first)) return RONDO_OK;
    for (int64_t i = 0; i < train->offset[train->count]; i++)
        if (rondo_ids_get(train->inputs, i) == RONDO_UNKNOWN_ID)
            return rondo_error_set(
                error, RONDO_FAILED,
                "%s: /vocabulary/inputs: id 0 is the unknown symbol of a language model, which is "
                "never sampled, but here it is \"%s\", which the training split has; names 0 and 1 "
                "are \"<UNK>\" and \"<EOS>\", let your own begin at 2",
                reader->path, first);
    return RONDO_OK;
}
