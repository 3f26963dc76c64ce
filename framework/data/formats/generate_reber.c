#include "data/formats/generator.h"
#include "data/formats/reber.h"

const char *const rondo_reber_names[RONDO_REBER_SYMBOLS] = {"B", "T", "P", "S", "X", "V", "E"};

typedef struct arc {
    int symbol, to;
} arc;

enum { ARCS = 2, INNER = 2, BEHIND = 9, LAST = 10, END = 11 };

/* Places of the inner string, from INNER on: its B, then states 1 to 6 of the grammar's drawing. */
static const arc arcs[BEHIND - INNER][ARCS] = {{{RONDO_REBER_B, 3}},
                                               {{RONDO_REBER_T, 4}, {RONDO_REBER_P, 5}},
                                               {{RONDO_REBER_S, 4}, {RONDO_REBER_X, 6}},
                                               {{RONDO_REBER_T, 5}, {RONDO_REBER_V, 7}},
                                               {{RONDO_REBER_X, 5}, {RONDO_REBER_S, 8}},
                                               {{RONDO_REBER_P, 6}, {RONDO_REBER_V, 8}},
                                               {{RONDO_REBER_E, BEHIND}}};

int rondo_reber_allowed(const rondo_reber *reber)
{
    switch (reber->place) {
    case 0:
        return RONDO_REBER_B;
    case 1:
        return RONDO_REBER_T | RONDO_REBER_P;
    case BEHIND:
        return reber->second;
    case LAST:
        return RONDO_REBER_E;
    case END:
        return 0;
    default:
        return arcs[reber->place - INNER][0].symbol | arcs[reber->place - INNER][1].symbol;
    }
}

bool rondo_reber_step(rondo_reber *reber, int symbol)
{
    if (!(rondo_reber_allowed(reber) & symbol)) return false;
    if (reber->place == 1) reber->second = symbol;
    if (reber->place < INNER || reber->place >= BEHIND) {
        reber->place++;
        return true;
    }
    const arc *way = arcs[reber->place - INNER];
    reber->place = way[0].symbol == symbol ? way[0].to : way[1].to;
    return true;
}

/* Where two symbols may come each has probability 1/2. */
rondo_status rondo_generate_reber(rondo_generation *generation)
{
    rondo_reber reber = {0};
    int allowed;
    while ((allowed = rondo_reber_allowed(&reber)) != 0) {
        int low = allowed & -allowed, high = allowed & ~low, symbol = low, index = 0;
        if (high && rondo_random_stream_below(&generation->stream, 2) == 1) symbol = high;
        while (1 << index != symbol)
            index++;
        rondo_status status = rondo_generation_put(generation, rondo_reber_names[index], NULL);
        if (status) return status;
        rondo_reber_step(&reber, symbol);
    }
    return RONDO_OK;
}
