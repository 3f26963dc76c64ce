#include "check.h"

#include <stdlib.h>

#include "base/random.h"

/* Known answers of the Random123 library (kat_vectors, philox 4x32 10): counter, key, result. The
 * counter is (index, step, purpose << 24), the key the seed. */
static void test_known_answers(void)
{
    static const struct {
        uint64_t seed;
        uint32_t purpose;
        uint64_t step, index;
        uint32_t words[4];
    } cases[] = {{0, 0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
                 {UINT64_MAX,
                  0xFF,
                  0x00FFFFFFFFFFFFFF,
                  UINT64_MAX,
                  {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
                 {0x299f31d0a4093822,
                  0x03,
                  0x0070734413198a2e,
                  0x85a308d3243f6a88,
                  {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rondo_random random = {cases[i].seed, cases[i].purpose, cases[i].step};
        uint32_t words[4];
        rondo_random_words(&random, cases[i].index, words);
        for (int j = 0; j < 4; j++)
            CHECK_INTEGER(words[j], cases[i].words[j]);
    }
}

/* Choices are those of the words, four per index, wherever they begin and however many there are. */
static void test_choices(void)
{
    enum { MOST = 200 };
    static const double rates[] = {0, 0.25, 0.5, 0.999};
    const uint64_t firsts[] = {0, 7, UINT32_MAX - 3, (UINT64_C(5) << 56) + 11};
    const rondo_random random = {UINT64_C(0x299f31d0a4093822), RONDO_FOR_TEST, UINT64_C(1) << 40};
    for (int64_t from = 0; from < 9; from++)
        for (int64_t count = 0; count <= MOST; count += 1 + count / 7)
            for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
                uint8_t chosen[MOST + 1] = {0};
                int64_t wrong = 0;
                chosen[count] = 9;
                rondo_random_choose(&random, firsts[i], from, count, rates[i], chosen);
                for (int64_t k = 0; k < count; k++) {
                    uint32_t words[4];
                    rondo_random_words(&random, firsts[i] + (uint64_t)(from + k) / 4, words);
                    wrong +=
                        chosen[k] != (words[(from + k) % 4] >= (uint32_t)(rates[i] * 4294967296.0));
                }
                CHECK_INTEGER(wrong, 0);
                CHECK_INTEGER(chosen[count], 9);
            }
}

/* Every part of the counter and the key counts. */
static void test_streams_differ(void)
{
    static const rondo_random streams[] = {{1, RONDO_FOR_TEST, 1},
                                           {2, RONDO_FOR_TEST, 1},
                                           {1, RONDO_FOR_DROPOUT, 1},
                                           {1, RONDO_FOR_TEST, 2},
                                           {1, RONDO_FOR_TEST, 1 + (UINT64_C(1) << 40)},
                                           {1 + (UINT64_C(1) << 32), RONDO_FOR_TEST, 1}};
    enum { STREAMS = sizeof streams / sizeof streams[0] };
    for (int i = 0; i < STREAMS; i++)
        for (int j = 0; j < i; j++) {
            CHECK(rondo_random_uniform(&streams[i], 5) != rondo_random_uniform(&streams[j], 5));
            CHECK(rondo_random_uniform(&streams[i], 5) !=
                  rondo_random_uniform(&streams[i], 5 + (UINT64_C(1) << 32)));
        }
}

/* Means of n draws lie within 5 standard errors. */
static void test_uniform_moments(void)
{
    enum { N = 200000, BINS = 16 };
    rondo_random random = {42, RONDO_FOR_TEST, 3};
    double sum = 0, squares = 0;
    int bins[BINS] = {0};
    for (uint64_t i = 0; i < N; i++) {
        double u = rondo_random_uniform(&random, i);
        CHECK(u >= 0 && u < 1);
        sum += u;
        squares += u * u;
        bins[(int)(u * BINS)]++;
    }
    CHECK(fabs(sum / N - 0.5) < 5 * sqrt(1.0 / 12 / N));
    CHECK(fabs(squares / N - 1.0 / 3) < 5 * sqrt(4.0 / 45 / N));
    double chi = 0;
    for (int i = 0; i < BINS; i++)
        chi += pow(bins[i] - (double)N / BINS, 2) / ((double)N / BINS);
    CHECK(chi < 15 + 5 * sqrt(2 * 15));
}

static void test_normal_moments(void)
{
    enum { N = 200000 };
    rondo_random random = {42, RONDO_FOR_TEST, 4};
    double sum = 0, squares = 0, fourth = 0, products = 0, last = 0;
    for (uint64_t i = 0; i < N; i += 2) {
        double pair[2];
        rondo_random_normal_pair(&random, i, pair);
        CHECK(pair[0] == rondo_random_normal(&random, i));
        for (int j = 0; j < 2; j++) {
            double z = pair[j];
            CHECK(isfinite(z));
            sum += z;
            squares += z * z;
            fourth += z * z * z * z;
            products += z * last; /* neighbours, of one pair and of two */
            last = z;
        }
    }
    CHECK(fabs(products / N) < 5 * sqrt(1.0 / N));
    CHECK(fabs(sum / N) < 5 * sqrt(1.0 / N));
    CHECK(fabs(squares / N - 1) < 5 * sqrt(2.0 / N));
    CHECK(fabs(fourth / N - 3) < 5 * sqrt(96.0 / N));
}

/* The 24 orders of 4 things come up equally often. */
static void test_shuffle_is_uniform(void)
{
    enum { N = 24000 };
    int seen[256] = {0}, kinds = 0;
    for (uint64_t step = 0; step < N; step++) {
        rondo_random random = {7, RONDO_FOR_SHUFFLE, step};
        int64_t order[4] = {0, 1, 2, 3};
        rondo_random_shuffle(&random, order, 4);
        int64_t code = order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3];
        kinds += seen[code]++ == 0;
    }
    CHECK_INTEGER(kinds, 24);
    for (int i = 0; i < 256; i++)
        if (seen[i] > 0) CHECK(abs(seen[i] - N / 24) < 5 * 31);
}

static void test_shuffle_keeps_contents_and_repeats(void)
{
    enum { N = 1000 };
    int64_t first[N], second[N];
    int present[N] = {0}, moved = 0;
    rondo_random random = {3, RONDO_FOR_SHUFFLE, 9};
    for (int64_t i = 0; i < N; i++)
        first[i] = second[i] = i;
    rondo_random_shuffle(&random, first, N);
    rondo_random_shuffle(&random, second, N);
    CHECK(memcmp(first, second, sizeof first) == 0);
    for (int i = 0; i < N; i++) {
        present[first[i]]++;
        moved += first[i] != i;
    }
    for (int i = 0; i < N; i++)
        CHECK_INTEGER(present[i], 1);
    CHECK(moved > N / 2);
    rondo_random_shuffle(&random, first, 0);
    rondo_random_shuffle(&random, first, 1);
}

int main(void)
{
    RUN(test_known_answers);
    RUN(test_choices);
    RUN(test_streams_differ);
    RUN(test_uniform_moments);
    RUN(test_normal_moments);
    RUN(test_shuffle_is_uniform);
    RUN(test_shuffle_keeps_contents_and_repeats);
    return check_end();
}
