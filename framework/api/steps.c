#include <math.h>
#include <stdlib.h>

#include "api/private.h"
#include "base/memory.h"

static const rondo_data_config *data_of(const rondo_model *model)
{
    return &model->session.experiment->data;
}

rondo_status rondo_api_check_steps(const rondo_model *model, rondo_error *error)
{
    const rondo_format *format = data_of(model)->format;
    const char *more = format->beside_steps ? format->beside_steps(data_of(model)) : NULL;
    if (model->session.network->encoder)
        return rondo_error_set(error, RONDO_USAGE,
                               "an encoder-decoder has no prediction for its steps: "
                               "rondo_model_translate gives its targets");
    if (more)
        return rondo_error_set(error, RONDO_USAGE,
                               "this model reads more than its steps: %s; rondo predict forecasts "
                               "files",
                               more);
    return RONDO_OK;
}

/* --- in --- */

static rondo_status check_symbols(const char *what, const int32_t *symbols, int64_t count,
                                  int64_t width, rondo_error *error)
{
    if (!symbols)
        return rondo_error_set(error, RONDO_USAGE, "%s: missing; this model reads them", what);
    for (int64_t i = 0; i < count; i++)
        if (symbols[i] < 0 || symbols[i] >= width)
            return rondo_error_set(error, RONDO_USAGE, "%s[%lld]: %ld is not one of 0 .. %lld",
                                   what, (long long)i, (long)symbols[i], (long long)width - 1);
    return RONDO_OK;
}

static rondo_status take_features(const rondo_model *model, const rondo_steps *steps, int64_t count,
                                  rondo_api_inputs *inputs, rondo_error *error)
{
    const rondo_schema *schema = model->session.schema;
    rondo_status status = RONDO_OK;
    if (schema->feature_count > 0 && !steps->features)
        return rondo_error_set(error, RONDO_USAGE, "features: missing; this model reads %lld",
                               (long long)schema->feature_count);
    for (int64_t f = 0; !status && f < schema->feature_count; f++) {
        char what[32];
        snprintf(what, sizeof what, "features[%lld]", (long long)f);
        status = check_symbols(what, steps->features[f], count,
                               rondo_vocabulary_size(schema->features[f]), error);
        inputs->features[f] = steps->features[f];
    }
    return status;
}

/* As a file of the data would be read: arrays are of rondo_real before they are standardised, cells of a time
 * series (windows) are numbers of more digits. */
static rondo_status take_values(const rondo_model *model, const double *values, int64_t count,
                                rondo_real *to, rondo_error *error)
{
    const rondo_scales *scales = model->session.schema->scales;
    bool is_series = rondo_format_has(data_of(model), RONDO_PROVIDES_WINDOWS);
    int64_t width = model->session.network->input_width;
    for (int64_t i = 0; i < count * width; i++) {
        double value = is_series ? values[i] : (double)(rondo_real)values[i];
        if (!isfinite(values[i]))
            return rondo_error_set(error, RONDO_USAGE, "values[%lld]: not a finite number",
                                   (long long)i);
        if (scales) value = (value - scales->mean[i % width]) / scales->deviation[i % width];
        to[i] = (rondo_real)value;
    }
    return RONDO_OK;
}

rondo_status rondo_api_take_steps(const rondo_model *model, const rondo_steps *steps, int64_t count,
                                  rondo_api_inputs *inputs, rondo_error *error)
{
    bool reads_symbols = rondo_model_reads_symbols(model);
    int64_t width = model->session.network->input_width;
    void *block = inputs->values;
    inputs->symbols = (rondo_ids){0};
    if (reads_symbols && steps->values)
        return rondo_error_set(error, RONDO_USAGE, "values: this model reads symbols");
    if (!reads_symbols && steps->symbols)
        return rondo_error_set(error, RONDO_USAGE, "symbols: this model reads values");
    if (!reads_symbols && !steps->values)
        return rondo_error_set(error, RONDO_USAGE, "values: missing; this model reads them");
    rondo_status status = take_features(model, steps, count, inputs, error);
    if (status) return status;
    if (reads_symbols) {
        inputs->symbols = rondo_ids_of(steps->symbols);
        return check_symbols("symbols", steps->symbols, count, width, error);
    }
    status = rondo_memory_grow(&block, &inputs->capacity, count * width, sizeof *inputs->values,
                               "values", error);
    inputs->values = block;
    return status ? status : take_values(model, steps->values, count, inputs->values, error);
}

void rondo_api_finish_inputs(rondo_api_inputs *inputs)
{
    free(inputs->values);
    *inputs = (rondo_api_inputs){0};
}

/* --- out --- */

/* As predict writes it: a deviation is scaled, not moved. */
static double in_units(const rondo_model *model, int64_t output, double value)
{
    const rondo_scales *scales = model->session.schema->scales;
    const rondo_network *network = model->session.network;
    if (!scales || scales->target_count == 0) return value;
    int64_t column = output % network->target_width % scales->target_count;
    double restored = rondo_scales_restore(scales, column, value);
    if (rondo_network_output_is_spread(network, output))
        restored -= rondo_scales_restore(scales, column, 0);
    bool is_series = rondo_format_has(data_of(model), RONDO_PROVIDES_WINDOWS);
    return is_series ? restored : (double)(rondo_real)restored;
}

void rondo_api_give_outputs(const rondo_model *model, const rondo_real *rows, int64_t count,
                            double *outputs)
{
    int64_t width = model->session.network->output_width;
    bool has_units = !rondo_api_outputs_are_classes(model);
    for (int64_t i = 0; i < count * width; i++)
        outputs[i] = has_units ? in_units(model, i % width, (double)rows[i]) : (double)rows[i];
}
