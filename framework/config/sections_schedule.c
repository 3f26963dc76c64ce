/* Rows of the sections `schedule` and `train.early_stopping`. */
#include <math.h>

#include "config/sections.h"

static const char *const schedules[] = {"constant", "exponential", "step",
                                        "cosine",   "plateau",     NULL};

const rondo_option rondo_schedule_rows[] = {
    RONDO_CHOICE(rondo_schedule_config, name, RONDO_CONSTANT, schedules,
                 "exponential: times factor every epoch after after_epochs; step: times factor "
                 "every every_epochs; cosine: from 1 down to minimum over the run; plateau: times "
                 "factor after patience evaluations without improvement of train.best_by"),
    RONDO_INTEGER(rondo_schedule_config, warmup_steps, 0, 0, HUGE_VAL,
                  "update steps of a linear rise from 0, before any schedule"),
    RONDO_REAL(rondo_schedule_config, factor, 0.5, 0, 1, RONDO_OPEN_LOW,
               "exponential, step, plateau: what the rate is multiplied by"),
    RONDO_INTEGER(rondo_schedule_config, after_epochs, 0, 0, HUGE_VAL,
                  "exponential: epochs before the first change"),
    RONDO_INTEGER(rondo_schedule_config, every_epochs, 1, 1, HUGE_VAL,
                  "step: epochs from change to change"),
    RONDO_INTEGER(rondo_schedule_config, patience, 1, 1, HUGE_VAL,
                  "plateau: evaluations without improvement"),
    RONDO_REAL(rondo_schedule_config, minimum, 0, 0, 1, 0,
               "fraction of the learning rate below which it never falls"),
    RONDO_OPTIONS_END};

const rondo_option rondo_early_stopping_rows[] = {
    RONDO_INTEGER(rondo_early_stopping_config, patience, 0, 0, HUGE_VAL,
                  "stop after so many evaluations without improvement; 0: off"),
    RONDO_REAL(
        rondo_early_stopping_config, minimum_improvement, 0, 0, HUGE_VAL, 0,
        "an improvement is a gain of more than this over the best value so far, however small the "
        "gain that made it the best; in the units of train.best_by"),
    RONDO_OPTIONS_END};
