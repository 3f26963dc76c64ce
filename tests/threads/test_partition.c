/* How workers share a minibatch: every row is somebody's, once, and the work is even. */
#include "threads/partition.h"

#include "base/product.h"
#include "check.h"

enum { MOST_ROWS = 90, MOST_STEPS = 60 };

/* A minibatch of that many rows, by falling length. */
typedef struct minibatch {
    int64_t active[MOST_STEPS];
    rondo_row_lengths ragged;
} minibatch;

static void set_lengths(minibatch *m, int64_t rows, const int64_t *lengths)
{
    m->ragged = (rondo_row_lengths){.active = m->active, .rows = rows, .steps = lengths[0]};
    for (int64_t t = 0; t < m->ragged.steps; t++) {
        m->active[t] = 0;
        for (int64_t b = 0; b < rows; b++)
            m->active[t] += lengths[b] > t;
        m->ragged.tokens += m->active[t];
    }
}

static rondo_row_work lstm_of(int64_t units)
{
    return (rondo_row_work){.units = units, .gates = 4};
}

static void spread(int64_t rows, int64_t steps, int64_t *lengths)
{
    for (int64_t b = 0; b < rows; b++)
        lengths[b] = 1 + (2 * (rows - b) - 1) * steps / (2 * rows);
}

/* Register blocks times steps of rows [first, end). */
static int64_t blocks_of(const rondo_row_lengths *batch, int64_t first, int64_t end)
{
    int64_t block = rondo_product_block_sizes().rows, sum = 0;
    for (int64_t t = 0; t < batch->steps; t++) {
        int64_t alive = (batch->active[t] < end ? batch->active[t] : end) - first;
        if (alive > 0) sum += (alive + block - 1) / block;
    }
    return sum;
}

static void check_rows_once(const rondo_partition *way, const rondo_row_lengths *batch)
{
    int64_t next = 0, first, end, teams = way->workers / way->members;
    CHECK(teams >= 1 && way->members >= 1);
    for (int64_t team = 0; team < teams; team++) {
        rondo_partition_rows(way, batch, team, &first, &end);
        CHECK(first == next && end >= first);
        next = end;
    }
    CHECK(next == way->shared_first && next <= batch->rows);
    rondo_partition_rows(way, batch, teams, &first, &end);
    CHECK(first == end);
}

static void every_row_is_taken_once(void)
{
    static const int64_t rows[] = {1, 2, 5, 6, 7, 13, 16, 41, 64, MOST_ROWS};
    static const int64_t hiddens[] = {17, 32, 96, 512};
    for (size_t h = 0; h < sizeof hiddens / sizeof *hiddens; h++) {
        const rondo_row_work work = lstm_of(hiddens[h]);
        minibatch m;
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
            for (int ragged = 0; ragged < 2; ragged++) {
                int64_t lengths[MOST_ROWS];
                for (int64_t b = 0; b < rows[r]; b++)
                    lengths[b] = MOST_STEPS;
                if (ragged) spread(rows[r], MOST_STEPS, lengths);
                set_lengths(&m, rows[r], lengths);
                for (int64_t workers = 1; workers < 12; workers++) {
                    rondo_partition way =
                        rondo_partition_choose(&work, &m.ragged, workers, NULL, 0);
                    CHECK(way.workers == workers);
                    check_rows_once(&way, &m.ragged);
                }
            }
    }
}

/* However different they are. */
static void every_row_is_taken_once_by_uneven_workers(void)
{
    enum { WORKERS = 11 };
    int64_t lengths[MOST_ROWS];
    double speeds[WORKERS];
    const rondo_row_work work = lstm_of(192);
    minibatch m;
    spread(MOST_ROWS, MOST_STEPS, lengths);
    set_lengths(&m, MOST_ROWS, lengths);
    for (int trial = 0; trial < 50; trial++)
        for (int64_t workers = 1; workers <= WORKERS; workers++) {
            for (int64_t i = 0; i < workers; i++)
                speeds[i] = 1 / (1.0 + (double)((7 * i + trial) % 9));
            rondo_partition way = rondo_partition_choose(&work, &m.ragged, workers, speeds, 0);
            check_rows_once(&way, &m.ragged);
        }
}

/* Register blocks that two workers wait for, in times of half of what one alone would have. */
static double longer_than_half(double gates, int64_t rows, bool ragged)
{
    int64_t lengths[MOST_ROWS], first, end, most = 0;
    const rondo_row_work work = {.units = 256, .gates = gates};
    minibatch m;
    for (int64_t b = 0; b < rows; b++)
        lengths[b] = MOST_STEPS;
    if (ragged) spread(rows, MOST_STEPS, lengths);
    set_lengths(&m, rows, lengths);
    rondo_partition way = rondo_partition_choose(&work, &m.ragged, 2, NULL, 0);
    int64_t teams = way.workers / way.members;
    for (int64_t team = 0; team < teams; team++) {
        rondo_partition_rows(&way, &m.ragged, team, &first, &end);
        int64_t blocks = blocks_of(&m.ragged, first, end);
        if (blocks > most) most = blocks;
    }
    double all = (double)blocks_of(&m.ragged, 0, rows);
    double waited = (double)most / (double)way.members +
                    0.5 * (double)blocks_of(&m.ragged, way.shared_first, rows);
    return waited / (0.5 * all);
}

static void two_workers_have_half_each(void)
{
    static const double gates[] = {1, 1.5, 4}; /* rnn, gru, lstm */
    for (int c = 0; c < 3; c++)
        for (int ragged = 0; ragged < 2; ragged++)
            CHECK(longer_than_half(gates[c], 64, ragged) < (ragged ? 1.06 : 1.02));
}

/* Of two workers the one that is half as fast gets about half as much as the other. */
static void a_slow_worker_gets_less(void)
{
    static const double speeds[][2] = {{1, 0.5}, {0.5, 1}};
    int64_t lengths[MOST_ROWS], first, end, blocks[2];
    const rondo_row_work work = lstm_of(256);
    minibatch m;
    for (int64_t b = 0; b < MOST_ROWS; b++)
        lengths[b] = MOST_STEPS;
    set_lengths(&m, MOST_ROWS, lengths);
    for (int slow_first = 0; slow_first < 2; slow_first++) {
        rondo_partition way =
            rondo_partition_choose(&work, &m.ragged, 2, speeds[slow_first], 180e-9);
        CHECK(way.members == 1 && way.shared_first == MOST_ROWS);
        check_rows_once(&way, &m.ragged);
        for (int i = 0; i < 2; i++) {
            rondo_partition_rows(&way, &m.ragged, i, &first, &end);
            blocks[i] = blocks_of(&m.ragged, first, end);
        }
        double ratio = (double)blocks[slow_first] / (double)blocks[1 - slow_first];
        CHECK(ratio > 1.8 && ratio < 2.3);
    }
}

/* The many rows of test_same_bits.c: the case that its threads must go through. */
static void last_rows_are_shared(void)
{
    enum { MANY = 23, STEPS = 29 };
    const rondo_row_work work = lstm_of(192);
    minibatch m;
    for (int falling = 0; falling < 2; falling++) {
        int64_t lengths[MANY], shared = 0;
        for (int i = 0; i < MANY; i++)
            lengths[i] = falling ? STEPS - i * STEPS / MANY : STEPS;
        set_lengths(&m, MANY, lengths);
        for (int64_t workers = 2; workers <= 3; workers++) {
            rondo_partition way = rondo_partition_choose(&work, &m.ragged, workers, NULL, 0);
            shared += way.shared_first < MANY;
        }
        CHECK(shared > 0);
    }
}

/* What meeting saves within a cache it costs several times where workers share none. */
static void distant_workers_do_not_meet(void)
{
    enum { ODD = 33 };
    int64_t lengths[MOST_ROWS];
    const rondo_row_work work = lstm_of(256);
    minibatch m;
    for (int64_t b = 0; b < ODD; b++)
        lengths[b] = MOST_STEPS;
    set_lengths(&m, ODD, lengths);
    rondo_partition near = rondo_partition_choose(&work, &m.ragged, 2, NULL, 30e-9);
    rondo_partition far = rondo_partition_choose(&work, &m.ragged, 2, NULL, 180e-9);
    CHECK(near.shared_first < ODD);
    CHECK(far.members == 1 && far.shared_first == ODD);
    check_rows_once(&far, &m.ragged);
}

/* Units that cannot be divided are never shared. */
static void whole_units_stay_whole(void)
{
    int64_t lengths[MOST_ROWS];
    rondo_row_work work = lstm_of(512);
    minibatch m;
    for (int64_t b = 0; b < 6; b++)
        lengths[b] = MOST_STEPS;
    set_lengths(&m, 6, lengths);
    rondo_partition way = rondo_partition_choose(&work, &m.ragged, 4, NULL, 0);
    CHECK(way.members > 1 || way.shared_first < 6);
    work.is_whole = true;
    way = rondo_partition_choose(&work, &m.ragged, 4, NULL, 0);
    CHECK(way.members == 1 && way.shared_first == 6);
}

int main(void)
{
    RUN(every_row_is_taken_once);
    RUN(last_rows_are_shared);
    RUN(distant_workers_do_not_meet);
    RUN(two_workers_have_half_each);
    RUN(every_row_is_taken_once_by_uneven_workers);
    RUN(whole_units_stay_whole);
    RUN(a_slow_worker_gets_less);
    return check_end();
}
