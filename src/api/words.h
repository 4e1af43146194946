/* The product's own words, one file per language (words/zh.csv, words/en.csv), built in; a city's texts override them. */
#ifndef YIWANG_API_WORDS_H
#define YIWANG_API_WORDS_H

#include "city/city.h"

/* The word for a key in a language of the city. out: the key itself if nobody has a word (a test refuses that). */
str word(const struct city *city, size_t lang, const char *key);
/* As word, for a key put together from two parts: word2(c, l, "state.", "filed"). */
str word2(const struct city *city, size_t lang, const char *prefix, str name);
/* Whether the built-in words of a language tag hold the key; for tests. */
bool word_exists(str tag, const char *key);

/* Appends a time as people say it: "11月24日（周二）10:30", "Tue 24 Nov, 10:30". */
void put_when(struct strbuf *b, const struct city *city, size_t lang, instant t);

#endif
