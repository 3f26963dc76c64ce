#include "train/start_from.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "model/gates.h"

/* What the rows or columns of a matrix belong to: symbols, and behind them classes; neither: they
 * have numbers only. */
typedef struct axis {
    int64_t size;
    const rondo_vocabulary *symbols, *classes;
} axis;

static const char *name_of(const axis *a, int64_t i)
{
    int64_t symbols = rondo_vocabulary_size(a->symbols);
    if (i < symbols) return rondo_vocabulary_name(a->symbols, (int32_t)i);
    return rondo_vocabulary_name(a->classes, (int32_t)(i - symbols));
}

/* The place of the symbol, or class, number i of `to` in `from`; -1: it is not there. */
static int64_t place_of(const axis *to, const axis *from, int64_t i)
{
    bool is_class = i >= rondo_vocabulary_size(to->symbols);
    const rondo_vocabulary *names = is_class ? from->classes : from->symbols;
    const char *name = name_of(to, i);
    int64_t first = is_class ? rondo_vocabulary_size(from->symbols) : 0;
    if (!names) return -1;
    int64_t id = rondo_vocabulary_search(names, name, (int64_t)strlen(name));
    return id >= 0 ? first + id : -1;
}

static bool is_whole(const axis *a)
{
    int64_t classes = a->classes ? rondo_vocabulary_size(a->classes) : 0;
    return a->size == rondo_vocabulary_size(a->symbols) + classes;
}

/* For each of `to` its place in `from`, or -1. False: they cannot be matched. */
static bool match(const axis *to, const axis *from, int64_t *places)
{
    if (!to->symbols != !from->symbols) return false;
    if (!to->symbols && to->size != from->size) return false;
    if (to->symbols && (!is_whole(to) || !is_whole(from))) return false;
    for (int64_t i = 0; i < to->size; i++)
        places[i] = to->symbols ? place_of(to, from, i) : i;
    return true;
}

/* --- what a part's rows and columns belong to --- */

static bool is_input_of_first_layer(const rondo_network *network, int64_t index)
{
    if (network->input_kind != RONDO_INPUT_ONE_HOT) return false;
    for (int64_t d = 0; d < network->direction_count; d++)
        if (network->directions[d].layer == 0 &&
            rondo_gates_is_input_weights(&network->directions[d], index))
            return true;
    return false;
}

static bool is_symbol_row(const rondo_network *network, int64_t index)
{
    return index == network->embedding || is_input_of_first_layer(network, index);
}

static axis rows_of(const rondo_session *session, int64_t index)
{
    const rondo_network *network = session->network;
    axis rows = {.size = network->layout.parameters[index].rows};
    const rondo_network *encoder = network->encoder ? network->encoder : network;
    for (int64_t f = 0; f < network->feature_count; f++)
        if (network->features[f] == index) rows.symbols = session->schema->features[f];
    if (is_symbol_row(encoder, index)) {
        rows.symbols = session->schema->inputs;
        rows.classes = session->schema->classes;
    } else if (network->encoder && is_symbol_row(network, index)) {
        rows.symbols = session->schema->targets;
    }
    return rows;
}

static axis columns_of(const rondo_session *session, int64_t index)
{
    const rondo_network *network = session->network;
    axis columns = {.size = network->layout.parameters[index].columns};
    if (index == network->readout_weights || index == network->readout_biases)
        columns.symbols = session->schema->targets;
    return columns;
}

/* The direction of a layer that a part belongs to; NULL: none. */
static const rondo_direction *direction_of(const rondo_network *network,
                                           const rondo_parameter *parameter)
{
    const rondo_network *owner =
        parameter->encoder && network->encoder ? network->encoder : network;
    return parameter->direction >= 0 ? &owner->directions[parameter->direction] : NULL;
}

static bool are_cells_equal(const rondo_session *to, const rondo_parameter *a,
                            const rondo_session *from, const rondo_parameter *b)
{
    const rondo_direction *here = direction_of(to->network, a);
    const rondo_direction *there = direction_of(from->network, b);
    if (!here || !there) return !here == !there;
    return strcmp(here->cell->head.name, there->cell->head.name) == 0 &&
           here->hidden == there->hidden && here->gate_count == there->gate_count;
}

/* --- copying --- */

typedef struct transfer {
    rondo_session *to;
    const rondo_session *from;
    int64_t *rows, *columns; /* places, of the largest part */
    int64_t taken;           /* numbers */
    rondo_text partly, anew; /* names of parts, for the log */
} transfer;

static int64_t count_places(const int64_t *places, int64_t size)
{
    int64_t count = 0;
    for (int64_t i = 0; i < size; i++)
        count += places[i] >= 0;
    return count;
}

static void copy(transfer *t, const rondo_parameter *to, const rondo_parameter *from)
{
    for (int64_t i = 0; i < to->rows; i++) {
        const rondo_real *source = t->from->parameters + from->offset + t->rows[i] * from->columns;
        rondo_real *target = t->to->parameters + to->offset + i * to->columns;
        for (int64_t j = 0; t->rows[i] >= 0 && j < to->columns; j++)
            if (t->columns[j] >= 0) target[j] = source[t->columns[j]];
    }
}

static void leave(transfer *t, const rondo_parameter *to, const char *reason)
{
    rondo_text_add(&t->anew, "%s%s (%s)", t->anew.length > 0 ? ", " : "", to->name, reason);
}

static void take(transfer *t, int64_t index)
{
    const rondo_layout *layout = &t->to->network->layout;
    const rondo_parameter *to = &layout->parameters[index];
    int64_t there = rondo_layout_find(&t->from->network->layout, to->name);
    if (there < 0) {
        leave(t, to, "not there");
        return;
    }
    const rondo_parameter *from = &t->from->network->layout.parameters[there];
    const axis rows = rows_of(t->to, index), columns = columns_of(t->to, index);
    const axis other_rows = rows_of(t->from, there), other_columns = columns_of(t->from, there);
    if (!are_cells_equal(t->to, to, t->from, from)) {
        leave(t, to, "another cell or width there");
        return;
    }
    if (!match(&rows, &other_rows, t->rows) || !match(&columns, &other_columns, t->columns)) {
        leave(t, to, "another shape there");
        return;
    }
    int64_t row_count = count_places(t->rows, to->rows);
    int64_t column_count = count_places(t->columns, to->columns);
    copy(t, to, from);
    t->taken += row_count * column_count;
    if (row_count < to->rows)
        rondo_text_add(&t->partly, "%s%s (%lld of %lld symbols)", t->partly.length > 0 ? ", " : "",
                       to->name, (long long)row_count, (long long)to->rows);
    else if (column_count < to->columns)
        rondo_text_add(&t->partly, "%s%s (%lld of %lld classes)", t->partly.length > 0 ? ", " : "",
                       to->name, (long long)column_count, (long long)to->columns);
}

static rondo_status take_all(transfer *t, rondo_error *error)
{
    const rondo_layout *layout = &t->to->network->layout;
    int64_t rows = 1, columns = 1;
    for (int64_t i = 0; i < layout->count; i++) {
        if (layout->parameters[i].rows > rows) rows = layout->parameters[i].rows;
        if (layout->parameters[i].columns > columns) columns = layout->parameters[i].columns;
    }
    t->rows = malloc((size_t)rows * sizeof *t->rows);
    t->columns = malloc((size_t)columns * sizeof *t->columns);
    if (!t->rows || !t->columns)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: train.start_from");
    for (int64_t i = 0; i < layout->count; i++)
        take(t, i);
    return RONDO_OK;
}

static rondo_status report(const transfer *t, const char *folder, rondo_error *error)
{
    int64_t all = t->to->network->layout.trainable;
    if (t->taken == 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "train.start_from: %s: none of its weights fit this model: %s",
                               folder, rondo_text_get(&t->anew));
    rondo_log_info("start_from: %lld weights of %s; this model has %lld", (long long)t->taken,
                   folder, (long long)all);
    if (t->partly.length > 0) rondo_log_info("start_from: in part: %s", rondo_text_get(&t->partly));
    if (t->anew.length > 0)
        rondo_log_warning("start_from: initialized, not taken: %s", rondo_text_get(&t->anew));
    return RONDO_OK;
}

rondo_status rondo_session_start_from(rondo_session *session, rondo_registry *registry,
                                      rondo_error *error)
{
    const char *folder = session->experiment->train.start_from;
    rondo_session trained;
    if (!folder) return RONDO_OK;
    rondo_status status = rondo_session_restore_weights(folder, registry, &trained, error);
    if (status) return rondo_error_prefix(error, "train.start_from: ");
    transfer t = {.to = session, .from = &trained};
    status = take_all(&t, error);
    if (!status) status = report(&t, folder, error);
    free(t.rows);
    free(t.columns);
    rondo_text_finish(&t.partly);
    rondo_text_finish(&t.anew);
    rondo_session_finish(&trained);
    return status;
}
