/* Subject-verb agreement at a distance, as in "the cat which already chased the dogs near the boy
 * was full".
 *
 *     sentence  the NOUN between(d) was|were ADJECTIVE
 *     between   nothing, or one of
 *               PREPOSITION the NOUN between
 *               which [ADVERB] VERB the NOUN between
 *               which the NOUN between [ADVERB] VERB          (nested)
 *
 * d, the words between noun and verb, is drawn evenly from 0, 3, 4, .. length; every way to fill
 * them exactly that begins with 3, 4 or 5 words is as likely as another. Verbs between are past
 * tense, which is the same for one and for many; the nouns between have the other number with
 * probability `attractors`. */
#include "data/formats/generator.h"

enum { SHORTEST = 3, LONGEST = 5 };

#define COUNT(words) ((int64_t)(sizeof(words) / sizeof *(words)))

static const char *const nouns[][2] = {
    {"cat", "cats"},       {"dog", "dogs"},     {"bird", "birds"},     {"boy", "boys"},
    {"girl", "girls"},     {"king", "kings"},   {"queen", "queens"},   {"horse", "horses"},
    {"farmer", "farmers"}, {"tiger", "tigers"}, {"doctor", "doctors"}, {"sailor", "sailors"}};
static const char *const verbs[] = {"saw",    "chased", "liked",   "found",
                                    "helped", "heard",  "watched", "followed"};
static const char *const adverbs[] = {"already", "often", "never", "once"};
static const char *const prepositions[] = {"near", "behind", "beside", "with"};
static const char *const adjectives[] = {"full", "happy", "tired", "hungry", "old", "asleep"};

#define PICK(generation, words)                                                                    \
    ((words)[rondo_random_stream_below(&(generation)->stream, COUNT(words))])

static rondo_status put(rondo_generation *generation, const char *word)
{
    return rondo_generation_put(generation, word, NULL);
}

static rondo_status put_noun(rondo_generation *generation, bool many)
{
    rondo_status status = put(generation, "the");
    if (status) return status;
    int64_t noun = rondo_random_stream_below(&generation->stream, COUNT(nouns));
    return put(generation, nouns[noun][many]);
}

static rondo_status put_verb(rondo_generation *generation, bool has_adverb)
{
    rondo_status status = has_adverb ? put(generation, PICK(generation, adverbs)) : RONDO_OK;
    return status ? status : put(generation, PICK(generation, verbs));
}

static bool can_be_filled(int64_t words)
{
    return words == 0 || words >= SHORTEST;
}

/* Words of the first phrase, such that the rest can be filled. */
static int64_t choose_first(rondo_generation *generation, int64_t words)
{
    int64_t choices[LONGEST - SHORTEST + 1], count = 0;
    for (int64_t first = SHORTEST; first <= LONGEST; first++)
        if (can_be_filled(words - first)) choices[count++] = first;
    return choices[rondo_random_stream_below(&generation->stream, count)];
}

static rondo_status put_between(rondo_generation *generation, bool many, int64_t words);

/* "which the dogs .. saw" */
static rondo_status put_nested(rondo_generation *generation, bool many, bool other, int64_t rest,
                               bool has_adverb)
{
    rondo_status status = put_noun(generation, other);
    if (!status) status = put_between(generation, many, rest);
    return status ? status : put_verb(generation, has_adverb);
}

/* `many` is the subject's number; exactly so many words. */
static rondo_status put_between(rondo_generation *generation, bool many, int64_t words)
{
    while (words > 0) {
        int64_t first = choose_first(generation, words);
        bool attracts =
            rondo_random_stream_uniform(&generation->stream) < generation->config->attractors;
        bool other = attracts ? !many : many;
        rondo_status status;
        words -= first;
        if (first == SHORTEST) {
            status = put(generation, PICK(generation, prepositions));
        } else {
            if ((status = put(generation, "which"))) return status;
            if (rondo_random_stream_below(&generation->stream, 2) == 1)
                return put_nested(generation, many, other, words, first == LONGEST);
            status = put_verb(generation, first == LONGEST);
        }
        if (!status) status = put_noun(generation, other);
        if (status) return status;
    }
    return RONDO_OK;
}

rondo_status rondo_generate_agreement(rondo_generation *generation)
{
    int64_t longest = generation->config->length, distances = longest - SHORTEST + 2;
    int64_t drawn = rondo_random_stream_below(&generation->stream, distances > 1 ? distances : 1);
    bool many = rondo_random_stream_below(&generation->stream, 2) == 1;
    rondo_status status = put_noun(generation, many);
    if (!status) status = put_between(generation, many, drawn > 0 ? drawn + SHORTEST - 1 : 0);
    if (!status) status = put(generation, many ? "were" : "was");
    return status ? status : put(generation, PICK(generation, adjectives));
}
