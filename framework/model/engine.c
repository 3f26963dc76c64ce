/* What computes the products of a network: by the config, and by what the machine has. */
#include "model/network.h"

rondo_precision rondo_network_precision(const rondo_experiment *experiment)
{
    int choice = experiment->train.precision;
    bool is_wanted = choice == RONDO_CHOOSE_BFLOAT16 ||
                     (choice == RONDO_CHOOSE_PRECISION && !rondo_precision_is_slow(RONDO_BFLOAT16));
    return is_wanted && !rondo_precision_lacks(RONDO_BFLOAT16) ? RONDO_BFLOAT16 : RONDO_FLOAT32;
}

rondo_status rondo_network_check_precision(const rondo_experiment *experiment, rondo_error *error)
{
    const char *lacking = rondo_precision_lacks(RONDO_BFLOAT16);
    if (experiment->train.precision != RONDO_CHOOSE_BFLOAT16 || !lacking) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "train.precision: bfloat16 needs %s; auto takes float32 where it is "
                           "missing",
                           lacking);
}
