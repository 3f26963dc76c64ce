#include "base/random.h"

#include <math.h>
#include <string.h>

#include "rondo/pointwise.h"

enum { PHILOX_ROUNDS = 10, WORDS = 4, LANES = 16, CHOICES = WORDS * LANES };

static const uint32_t LOW_FACTOR = 0xD2511F53u, HIGH_FACTOR = 0xCD9E8D57u;

static void philox_round(uint32_t counter[4], const uint32_t key[2])
{
    uint64_t low = (uint64_t)LOW_FACTOR * counter[0];
    uint64_t high = (uint64_t)HIGH_FACTOR * counter[2];
    uint32_t word1 = counter[1], word3 = counter[3];
    counter[0] = (uint32_t)(high >> 32) ^ word1 ^ key[0];
    counter[1] = (uint32_t)high;
    counter[2] = (uint32_t)(low >> 32) ^ word3 ^ key[1];
    counter[3] = (uint32_t)low;
}

static void next_key(uint32_t key[2])
{
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
}

/* The key is the seed; the counter is (index, step folded with purpose). A purpose takes the upper
 * 8 bits of the counter's last word, so streams never meet as long as step < 2^56. */
static void start_counter(const rondo_random *random, uint64_t index, uint32_t words[4])
{
    words[0] = (uint32_t)index;
    words[1] = (uint32_t)(index >> 32);
    words[2] = (uint32_t)random->step;
    words[3] = ((uint32_t)(random->step >> 32) & 0x00FFFFFFu) | random->purpose << 24;
}

void rondo_random_words(const rondo_random *random, uint64_t index, uint32_t words[4])
{
    uint32_t key[2] = {(uint32_t)random->seed, (uint32_t)(random->seed >> 32)};
    start_counter(random, index, words);
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        philox_round(words, key);
        next_key(key);
    }
}

/* Of LANES indices: words[k][i] is word k of index first + i. */
RONDO_VECTORISED static void words_of_lanes(const rondo_random *random, uint64_t first,
                                            uint32_t words[WORDS][LANES])
{
    uint32_t key[2] = {(uint32_t)random->seed, (uint32_t)(random->seed >> 32)};
    uint32_t start[WORDS];
    start_counter(random, first, start);
#pragma omp simd
    for (int i = 0; i < LANES; i++) {
        uint64_t index = first + (uint64_t)i;
        words[0][i] = (uint32_t)index;
        words[1][i] = (uint32_t)(index >> 32);
        words[2][i] = start[2];
        words[3][i] = start[3];
    }
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
#pragma omp simd
        for (int i = 0; i < LANES; i++) {
            uint64_t low = (uint64_t)LOW_FACTOR * words[0][i];
            uint64_t high = (uint64_t)HIGH_FACTOR * words[2][i];
            words[0][i] = (uint32_t)(high >> 32) ^ words[1][i] ^ key[0];
            words[1][i] = (uint32_t)high;
            words[2][i] = (uint32_t)(low >> 32) ^ words[3][i] ^ key[1];
            words[3][i] = (uint32_t)low;
        }
        next_key(key);
    }
}

void rondo_random_choose(const rondo_random *random, uint64_t first, int64_t from, int64_t count,
                         double rate, uint8_t *chosen)
{
    uint32_t words[WORDS][LANES], threshold = (uint32_t)(rate * 4294967296.0);
    int64_t end = from + count;
    for (int64_t start = from / WORDS * WORDS; start < end; start += CHOICES) {
        uint8_t all[CHOICES];
        int64_t begin = start < from ? from : start;
        int64_t stop = end - start < CHOICES ? end : start + CHOICES;
        words_of_lanes(random, first + (uint64_t)start / WORDS, words);
        for (int i = 0; i < LANES; i++)
            for (int k = 0; k < WORDS; k++)
                all[WORDS * i + k] = words[k][i] >= threshold;
        memcpy(chosen + begin - from, all + begin - start, (size_t)(stop - begin));
    }
}

static double uniform_of(uint32_t high, uint32_t low)
{
    uint64_t bits = ((uint64_t)high << 32 | low) >> 11;
    return (double)bits * 0x1p-53;
}

double rondo_random_uniform(const rondo_random *random, uint64_t index)
{
    uint32_t words[4];
    rondo_random_words(random, index, words);
    return uniform_of(words[0], words[1]);
}

void rondo_random_normal_pair(const rondo_random *random, uint64_t index, double pair[2])
{
    static const double two_pi = 6.283185307179586;
    uint32_t words[4];
    rondo_random_words(random, index, words);
    double radius = sqrt(-2.0 * log(1.0 - uniform_of(words[0], words[1])));
    double angle = two_pi * uniform_of(words[2], words[3]);
    pair[0] = radius * cos(angle);
    pair[1] = radius * sin(angle);
}

double rondo_random_normal(const rondo_random *random, uint64_t index)
{
    double pair[2];
    rondo_random_normal_pair(random, index, pair);
    return pair[0];
}

void rondo_random_shuffle(const rondo_random *random, int64_t *order, int64_t count)
{
    for (int64_t i = count - 1; i > 0; i--) {
        int64_t j = (int64_t)(rondo_random_uniform(random, (uint64_t)i) * (double)(i + 1));
        int64_t swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
}
