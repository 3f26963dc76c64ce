// Option rows as C++; with WRONG_TYPE a row whose field is of another type, which must not compile.
#include "rondo/cell.h"
#include "rondo/loss.h"
#include "rondo/optimizer.h"
#include "rondo/schedule.h"

struct sample_config {
    int64_t count;
    double rate;
    bool loud;
    int color;
    bool deep;
    int shade;
};

static const char *const colors[] = {"red", "blue", nullptr};

extern const rondo_option sample_options[];
const rondo_option sample_options[] = {
    RONDO_INTEGER(sample_config, count, 3, 1, 9, "how many"),
#ifdef WRONG_TYPE
    RONDO_INTEGER(sample_config, rate, 0, 0, 1, "how fast"),
#else
    RONDO_REAL(sample_config, rate, 0.5, 0, 1, RONDO_OPEN_LOW, "how fast"),
#endif
    RONDO_BOOLEAN(sample_config, loud, 1, "whether loud"),
    RONDO_BOOLEAN_WITH_PREVIOUS(sample_config, deep, 0, "whether deep"),
    RONDO_CHOICE(sample_config, color, 0, colors, "which"),
    RONDO_CHOICE_WITH_PREVIOUS(sample_config, shade, 0, colors, "which shade"),
    RONDO_OPTIONS_END,
};
