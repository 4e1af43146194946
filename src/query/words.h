/* Text as search sees it: no segmenter. A text becomes *pieces*: runs of CJK characters, and words of other scripts,
 * folded (full width, case, marks). Normal form: " piece piece\x1fpiece ", where a blank stands for whatever separated
 * two pieces and \x1f for nothing ("3号" is "3\x1f号"). A text term is a contiguous part of the normal form that begins
 * and ends at the border of a word; CJK runs have no such border.
 *
 * Index tokens: the bigrams of each run and its last character; words as they are. A term's tokens find a superset;
 * words_contain decides. source: insight.md §6. */
#ifndef YIWANG_QUERY_WORDS_H
#define YIWANG_QUERY_WORDS_H

#include "base/str.h"

/* Appends the normal form. */
void words_normal(str text, struct strbuf *out);
/* The normal form without its outer blanks: what a term holds. Empty if the text has no letter or digit. */
str words_core(str text, struct arena *arena);
/* Whether a normal form holds a core; prefix: its last word may go on. */
bool words_contain(str normal, str core, bool prefix);
/* Whether text or address holds a core: what match and SQL share. */
bool words_match(str text, str address, str core, bool prefix);
/* Appends the index tokens of a normal form, each followed by a blank. */
void words_tokens(str normal, struct strbuf *out);
/* Writes the FTS5 expression that finds a superset of the texts with the core. in: out is empty. */
void words_expression(str core, bool prefix, struct strbuf *out);
/* Whether the index alone decides: one piece that is a token. */
bool words_is_exact(str core);

#endif
