/* What the model reads and writes, as one group of a checkpoint:
 *
 *   /schema                          attributes input_width, target_width; target ("classes",
 *                                    "values", "values in [0, 1]"), targets_per ("step",
 *                                    "sequence"); first_class; tag_scheme; input_columns
 *   /schema/inputs, targets, classes dictionaries: names in id order. No targets beside targets
 *                                    that are classes: they have the inputs' dictionary
 *   /schema/features/0 ..            those of data.features
 *   /schema/columns/names, mean,     columns of values (data/scales.h): input_columns of inputs,
 *       deviation, targets           then others; which of them the targets are
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/text/tags.h"
#include "store/checkpoint_private.h"

#define GROUP   RONDO_CHECKPOINT_SCHEMA
#define COLUMNS GROUP "/columns"

enum { PATH_SIZE = 48, KINDS = 5 };

static const char *const kinds[KINDS] = {"none", "classes", "values", "values in [0, 1]",
                                         "label sequences"};

static const char *feature_path(const char *group, int64_t f, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/features/%lld", group, (long long)f);
    return path;
}

/* --- writing --- */

static rondo_status write_names(rondo_hdf5 *file, const char *path,
                                const rondo_vocabulary *vocabulary, rondo_error *error)
{
    if (!vocabulary) return RONDO_OK;
    return rondo_hdf5_write_texts(file, path, rondo_vocabulary_size(vocabulary),
                                  rondo_vocabulary_names(vocabulary), error);
}

static rondo_status write_columns(rondo_hdf5 *file, const rondo_scales *scales, rondo_error *error)
{
    rondo_status status;
    if (!scales) return RONDO_OK;
    status = rondo_hdf5_write_texts(file, COLUMNS "/names", scales->count, scales->names, error);
    if (!status)
        status = rondo_hdf5_write(file, COLUMNS "/mean", RONDO_HDF5_FLOAT64, 1, &scales->count,
                                  scales->mean, error);
    if (!status)
        status = rondo_hdf5_write(file, COLUMNS "/deviation", RONDO_HDF5_FLOAT64, 1, &scales->count,
                                  scales->deviation, error);
    if (!status && scales->target_count > 0)
        status = rondo_hdf5_write(file, COLUMNS "/targets", RONDO_HDF5_INT64, 1,
                                  &scales->target_count, scales->targets, error);
    if (!status)
        status = rondo_hdf5_set_integer(file, GROUP, "input_columns", scales->input_count, error);
    return status;
}

static rondo_status write_attributes(rondo_hdf5 *file, const rondo_schema *schema,
                                     rondo_error *error)
{
    const char *const texts[][2] = {{"target", kinds[schema->target]},
                                    {"targets_per", schema->sequence_targets ? "sequence" : "step"},
                                    {"tag_scheme", rondo_tag_scheme_name(schema->tag_scheme)}};
    rondo_status status =
        rondo_hdf5_set_integer(file, GROUP, "input_width", schema->input_width, error);
    if (!status)
        status = rondo_hdf5_set_integer(file, GROUP, "target_width", schema->target_width, error);
    if (!status)
        status = rondo_hdf5_set_integer(file, GROUP, "first_class", schema->first_class, error);
    for (size_t i = 0; !status && i < sizeof texts / sizeof texts[0]; i++)
        status = rondo_hdf5_set_text(file, GROUP, texts[i][0], texts[i][1], error);
    return status;
}

rondo_status rondo_checkpoint_write_schema(rondo_hdf5 *file, const rondo_schema *schema,
                                           rondo_error *error)
{
    char path[PATH_SIZE];
    rondo_status status = write_attributes(file, schema, error);
    if (!status) status = write_names(file, GROUP "/inputs", schema->inputs, error);
    if (!status)
        status = write_names(file, GROUP "/targets", rondo_schema_own_targets(schema), error);
    if (!status) status = write_names(file, GROUP "/classes", schema->classes, error);
    for (int64_t f = 0; !status && f < schema->feature_count; f++)
        status = write_names(file, feature_path(GROUP, f, path), schema->features[f], error);
    return status ? status : write_columns(file, schema->scales, error);
}

/* --- reading --- */

typedef rondo_status (*restorer)(const char *const *names, int64_t count, rondo_vocabulary **out,
                                 rondo_error *error);

static rondo_status read_names(const rondo_checkpoint_file *from, const char *path,
                               restorer restore, rondo_vocabulary **out, rondo_error *error)
{
    int64_t count;
    char **names;
    if (!rondo_hdf5_has(from->file, path)) return RONDO_OK;
    rondo_status status = rondo_hdf5_read_texts(from->file, path, &count, &names, error);
    if (status) return status;
    status = restore((const char *const *)names, count, out, error);
    rondo_hdf5_free_texts(count, names);
    return status ? rondo_error_prefix(error, "%s: %s: ", from->path, path) : RONDO_OK;
}

rondo_status rondo_checkpoint_read_dictionaries(const rondo_checkpoint_file *from,
                                                const char *group, rondo_schema *schema,
                                                rondo_error *error)
{
    const struct {
        const char *name;
        restorer restore;
        rondo_vocabulary **out;
    } sides[] = {{"inputs", rondo_vocabulary_restore, &schema->inputs},
                 {"targets", rondo_vocabulary_restore_classes, &schema->targets},
                 {"classes", rondo_vocabulary_restore, &schema->classes}};
    char path[PATH_SIZE];
    rondo_status status = RONDO_OK;
    for (size_t i = 0; !status && i < sizeof sides / sizeof sides[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", group, sides[i].name);
        status = read_names(from, path, sides[i].restore, sides[i].out, error);
    }
    for (int64_t f = 0; !status && f < RONDO_MAX_FEATURES; f++) {
        if (!rondo_hdf5_has(from->file, feature_path(group, f, path))) break;
        status = read_names(from, path, rondo_vocabulary_restore, &schema->features[f], error);
        if (!status) schema->feature_count++;
    }
    return status;
}

static rondo_status read_numbers(const rondo_checkpoint_file *from, const char *group,
                                 const char *name, rondo_hdf5_type type, int64_t count, void *to,
                                 rondo_error *error)
{
    rondo_hdf5_shape shape;
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", group, name);
    rondo_status status = rondo_hdf5_shape_of(from->file, path, &shape, error);
    if (status) return status;
    if (shape.rank != 1 || shape.extent[0] != count || shape.type != type)
        return rondo_error_set(error, RONDO_FAILED, "%s: %s is not one number for each column",
                               from->path, path);
    return rondo_hdf5_read(from->file, path, type, to, error);
}

static rondo_status read_scales(const rondo_checkpoint_file *from, const char *group,
                                int64_t target_count, const rondo_checkpoint_texts *names,
                                rondo_scales **out, rondo_error *error)
{
    rondo_status status = rondo_scales_create(names->count, (const char *const *)names->texts,
                                              names->count, target_count, out, error);
    if (!status)
        status = read_numbers(from, group, "mean", RONDO_HDF5_FLOAT64, names->count, (*out)->mean,
                              error);
    if (!status)
        status = read_numbers(from, group, "deviation", RONDO_HDF5_FLOAT64, names->count,
                              (*out)->deviation, error);
    return status;
}

rondo_status rondo_checkpoint_read_columns(const rondo_checkpoint_file *from, const char *group,
                                           const char *names_path, int64_t target_count,
                                           rondo_scales **out, rondo_error *error)
{
    rondo_checkpoint_texts names = {0};
    if (!rondo_hdf5_has(from->file, names_path)) return RONDO_OK;
    rondo_status status =
        rondo_hdf5_read_texts(from->file, names_path, &names.count, &names.texts, error);
    if (status) return status;
    status = read_scales(from, group, target_count, &names, out, error);
    rondo_hdf5_free_texts(names.count, names.texts);
    return status;
}

/* Targets are columns that there are. */
static rondo_status read_target_columns(const rondo_checkpoint_file *from, rondo_scales *scales,
                                        rondo_error *error)
{
    rondo_status status =
        rondo_hdf5_get_integer(from->file, GROUP, "input_columns", &scales->input_count, error);
    if (!status && scales->target_count > 0)
        status = read_numbers(from, COLUMNS, "targets", RONDO_HDF5_INT64, scales->target_count,
                              scales->targets, error);
    bool are_there = scales->input_count >= 0 && scales->input_count <= scales->count;
    for (int64_t t = 0; !status && t < scales->target_count; t++)
        are_there &= scales->targets[t] >= 0 && scales->targets[t] < scales->count;
    if (status || are_there) return status;
    return rondo_error_set(error, RONDO_FAILED,
                           "%s: " COLUMNS ": inputs or targets are none of its "
                           "%lld columns",
                           from->path, (long long)scales->count);
}

static rondo_status read_columns(const rondo_checkpoint_file *from, rondo_schema *schema,
                                 rondo_error *error)
{
    rondo_hdf5_shape shape = {0};
    rondo_status status = RONDO_OK;
    if (rondo_hdf5_has(from->file, COLUMNS "/targets"))
        status = rondo_hdf5_shape_of(from->file, COLUMNS "/targets", &shape, error);
    if (status) return status;
    status = rondo_checkpoint_read_columns(from, COLUMNS, COLUMNS "/names",
                                           shape.rank == 1 ? shape.extent[0] : 0, &schema->scales,
                                           error);
    if (status || !schema->scales) return status;
    return read_target_columns(from, schema->scales, error);
}

rondo_status rondo_checkpoint_read_tag_scheme(const rondo_checkpoint_file *from, const char *group,
                                              int *scheme, rondo_error *error)
{
    char *name = NULL;
    rondo_status status = rondo_hdf5_get_text(from->file, group, "tag_scheme", &name, error);
    if (status) return status;
    *scheme = RONDO_TAGS_AUTO;
    for (int i = RONDO_TAGS_AUTO; i <= RONDO_TAGS_IOBES; i++)
        if (strcmp(name, rondo_tag_scheme_name(i)) == 0) *scheme = i;
    free(name);
    return RONDO_OK;
}

rondo_status rondo_checkpoint_read_widths(const rondo_checkpoint_file *from, const char *group,
                                          rondo_schema *schema, rondo_error *error)
{
    rondo_status status =
        rondo_hdf5_get_integer(from->file, group, "input_width", &schema->input_width, error);
    return status ? status
                  : rondo_hdf5_get_integer(from->file, group, "target_width", &schema->target_width,
                                           error);
}

static rondo_status read_targets(const rondo_checkpoint_file *from, rondo_schema *schema,
                                 rondo_error *error)
{
    char *kind = NULL, *per = NULL;
    int found = 0;
    int64_t first = 0;
    rondo_status status = rondo_hdf5_get_text(from->file, GROUP, "target", &kind, error);
    if (!status) status = rondo_hdf5_get_integer(from->file, GROUP, "first_class", &first, error);
    if (!status) status = rondo_hdf5_get_text(from->file, GROUP, "targets_per", &per, error);
    while (!status && found < KINDS && strcmp(kind, kinds[found]) != 0)
        found++;
    if (!status && found == KINDS)
        status = rondo_error_set(error, RONDO_FAILED, "%s: " GROUP ": targets are \"%s\"",
                                 from->path, kind);
    if (!status) {
        schema->target = (rondo_target)found;
        schema->sequence_targets = strcmp(per, "sequence") == 0;
        schema->first_class = first == 0 ? 0 : RONDO_END_ID + 1;
    }
    free(kind);
    free(per);
    return status;
}

/* Targets are ids of a dictionary. */
static bool is_of_classes(const rondo_schema *schema)
{
    return schema->target == RONDO_TARGET_CLASS || schema->target == RONDO_TARGET_LABELS;
}

static int64_t size_of(const rondo_vocabulary *vocabulary)
{
    return vocabulary ? rondo_vocabulary_size(vocabulary) : 0;
}

/* What is indexed by ids of a dictionary is as large. */
static rondo_status check_widths(const rondo_checkpoint_file *from, const rondo_schema *schema,
                                 rondo_error *error)
{
    int64_t inputs = size_of(schema->inputs) + size_of(schema->classes);
    bool has_classes = is_of_classes(schema);
    bool fits = (!schema->inputs || inputs == schema->input_width) &&
                has_classes == (schema->targets != NULL) &&
                (!has_classes || size_of(schema->targets) == schema->target_width) &&
                (schema->first_class == 0 || schema->first_class < schema->target_width);
    if (fits) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED,
                           "%s: " GROUP ": widths %lld and %lld are not those of its dictionaries",
                           from->path, (long long)schema->input_width,
                           (long long)schema->target_width);
}

rondo_status rondo_checkpoint_read_schema(const rondo_checkpoint_file *from, rondo_schema *schema,
                                          rondo_error *error)
{
    rondo_status status = rondo_checkpoint_read_widths(from, GROUP, schema, error);
    if (!status) status = read_targets(from, schema, error);
    if (!status) status = rondo_checkpoint_read_tag_scheme(from, GROUP, &schema->tag_scheme, error);
    if (!status) status = rondo_checkpoint_read_dictionaries(from, GROUP, schema, error);
    if (!status) status = read_columns(from, schema, error);
    if (status) return status;
    if (is_of_classes(schema) && !schema->targets) schema->targets = schema->inputs;
    return check_widths(from, schema, error);
}
