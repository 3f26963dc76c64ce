/* What the model reads and writes, of a checkpoint of version 1: dictionaries in /vocabulary,
 * columns in /series, widths and the tag scheme among the attributes of the root; before splits had
 * fingerprints not even these. What it does not say follows from the config. */
#include <string.h>

#include "data/classes.h"
#include "store/checkpoint_private.h"

/* Where there is none of the data's widths, the readout tells how many outputs there are. */
static void read_readout_width(const rondo_checkpoint_file *from, rondo_schema *schema)
{
    static const char *const readout = "/parameters/readout/weights";
    rondo_error ignored = {0};
    rondo_hdf5_shape shape;
    if (!rondo_hdf5_has(from->file, readout)) return;
    if (rondo_hdf5_shape_of(from->file, readout, &shape, &ignored) || shape.rank != 2) return;
    schema->target_width = shape.extent[1];
}

rondo_status rondo_checkpoint_read_old_schema(const rondo_checkpoint_file *from, bool has_widths,
                                              rondo_schema *schema, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (!has_widths) read_readout_width(from, schema);
    if (has_widths) status = rondo_checkpoint_read_widths(from, "/", schema, error);
    if (!status && has_widths)
        status = rondo_checkpoint_read_tag_scheme(from, "/", &schema->tag_scheme, error);
    if (!status) status = rondo_checkpoint_read_dictionaries(from, "/vocabulary", schema, error);
    if (!status)
        status = rondo_checkpoint_read_columns(from, "/series", "/series/columns", 0,
                                               &schema->scales, error);
    return status;
}

static int64_t size_of(const rondo_vocabulary *vocabulary)
{
    return vocabulary ? rondo_vocabulary_size(vocabulary) : 0;
}

void rondo_checkpoint_complete(rondo_checkpoint_header *header, const rondo_experiment *experiment)
{
    rondo_schema *schema = header->schema;
    if (header->version > 1) return;
    schema->target = (rondo_target)experiment->loss.loss->target;
    schema->sequence_targets = experiment->model.pooling != RONDO_POOLING_NONE;
    if (schema->target == RONDO_TARGET_CLASS && !schema->targets) schema->targets = schema->inputs;
    schema->first_class = rondo_classes_first(experiment, schema->targets);
    if (schema->inputs) schema->input_width = size_of(schema->inputs) + size_of(schema->classes);
    if (schema->targets) schema->target_width = size_of(schema->targets);
}
