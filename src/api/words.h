/* The product's own words, one file per language (words/zh.csv, words/en.csv), built in. A city's texts hold what a city
 * decides (notices, refusals, banners); a text of hers with the key of a word here takes its place. */
#ifndef YIWANG_API_WORDS_H
#define YIWANG_API_WORDS_H

#include "city/city.h"

/* The word for a key in a language of the city. out: the key itself if nobody has a word (a test refuses that). */
str word(const struct city *city, size_t lang, const char *key);
/* As word, for a key put together from two parts: word2(c, l, "state.", "filed"). */
str word2(const struct city *city, size_t lang, const char *prefix, str name);
/* The basis of a limit or an action as the reader's language has it: packages write it once, their texts may hold it under
 * `basis`. out: the basis itself if they do not. */
str basis_word(const struct city *city, size_t lang, str basis);
/* Whether the built-in words of a language tag hold the key; for tests. */
bool word_exists(str tag, const char *key);

/* What "{name}" in a text stands for. */
struct slot {
    const char *name;
    str value;
};
/* The slot whose name stands in braces at a place of the text, and how long that is; NULL if none does. */
const struct slot *slot_at(str text, size_t at, const struct slot *slots, size_t n, size_t *ret_len);
/* Appends the text with its slots filled in. */
void put_slots(struct strbuf *b, str text, const struct slot *slots, size_t n);

/* Appends a time as people say it: "11月24日（周二）10:30", "Tue 24 Nov, 10:30". */
void put_when(struct strbuf *b, const struct city *city, size_t lang, instant t);
/* Appends by when something is due, seen from now: "明天上午10点前（11月25日）", "by 10 am tomorrow (25 Nov)". Midnight
 * belongs to the day that ends; the date stands by it, because receipts are printed and kept. */
void put_when_due(struct strbuf *b, const struct city *city, size_t lang, instant due, instant now);

#endif
