#include "kit/forms.h"

int64_t kit_unit_group(const rondo_cell_gate *gate)
{
    return gate->unit_group > 1 ? gate->unit_group : 1;
}

int64_t kit_source_group(const rondo_cell_gate *gate)
{
    return gate->source_group > 1 ? gate->source_group : 1;
}

/* The number that unit j's weight of source unit k is a share of. */
static int64_t shared_number(const rondo_cell_gate *gate, int64_t hidden, int64_t j, int64_t k)
{
    int64_t sources = kit_source_group(gate);
    return j / kit_unit_group(gate) * (hidden / sources) + k / sources;
}

static int32_t block_of_unit(const rondo_cell_gate *gate, int64_t hidden, int64_t unit)
{
    int32_t block = 0;
    while (unit >= (block + 1) * hidden / gate->form_size)
        block++;
    return block;
}

static rondo_real sign_of_unit(const rondo_cell_gate *gate, int64_t hidden, int64_t unit)
{
    return (double)unit + 0.5 <= gate->form_share * (double)hidden ? 1 : -1;
}

rondo_real kit_recurrent_weight(const rondo_cell_gate *gate, const rondo_real *u, int64_t hidden,
                                int64_t j, int64_t k)
{
    rondo_real sum = 0;
    switch (gate->form) {
    case RONDO_FORM_BLOCK_DIAGONAL:
        return block_of_unit(gate, hidden, j) == block_of_unit(gate, hidden, k) ? u[j * hidden + k]
                                                                                : 0;
    case RONDO_FORM_BLOCK_TRIANGULAR:
        return block_of_unit(gate, hidden, j) <= block_of_unit(gate, hidden, k) ? u[j * hidden + k]
                                                                                : 0;
    case RONDO_FORM_ANTISYMMETRIC:
        return j == k ? 0 : j > k ? u[j * hidden + k] : -u[k * hidden + j];
    case RONDO_FORM_LOW_RANK:
        for (int32_t r = 0; r < gate->form_size; r++)
            sum += u[j * gate->form_size + r] * u[(hidden + k) * gate->form_size + r];
        return sum;
    case RONDO_FORM_DALE:
        return u[j * hidden + k] > 0 ? sign_of_unit(gate, hidden, k) * u[j * hidden + k] : 0;
    default:
        return u[shared_number(gate, hidden, j, k)] / (rondo_real)kit_source_group(gate);
    }
}

void kit_add_recurrent_gradient(const rondo_cell_gate *gate, const rondo_real *u, int64_t hidden,
                                int64_t j, int64_t k, rondo_real d, rondo_real *d_u)
{
    switch (gate->form) {
    case RONDO_FORM_BLOCK_DIAGONAL:
        if (block_of_unit(gate, hidden, j) == block_of_unit(gate, hidden, k))
            d_u[j * hidden + k] += d;
        return;
    case RONDO_FORM_BLOCK_TRIANGULAR:
        if (block_of_unit(gate, hidden, j) <= block_of_unit(gate, hidden, k))
            d_u[j * hidden + k] += d;
        return;
    case RONDO_FORM_ANTISYMMETRIC:
        if (j > k) d_u[j * hidden + k] += d;
        if (j < k) d_u[k * hidden + j] -= d;
        return;
    case RONDO_FORM_LOW_RANK:
        for (int32_t r = 0; r < gate->form_size; r++) {
            int64_t q = j * gate->form_size + r, p = (hidden + k) * gate->form_size + r;
            d_u[q] += d * u[p];
            d_u[p] += d * u[q];
        }
        return;
    case RONDO_FORM_DALE:
        if (u[j * hidden + k] > 0) d_u[j * hidden + k] += sign_of_unit(gate, hidden, k) * d;
        return;
    default:
        d_u[shared_number(gate, hidden, j, k)] += d / (rondo_real)kit_source_group(gate);
    }
}
