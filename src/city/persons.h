/* The system records events and places, never persons: names of person-type classes and attributes, refused wherever a
 * city could bring them in (categories, conditions, columns, fields, imports). */
#ifndef YIWANG_CITY_PERSONS_H
#define YIWANG_CITY_PERSONS_H

#include "base/str.h"

/* Why such a word is refused, one sentence for findings and errors. */
#define PERSONS_WHY                                                                                                    \
    "the system records events and places, never persons: no class, list, score or attribute of people by illness, "   \
    "belief, ethnicity, opinion or past"

/* Whether the text names a class or attribute of persons. in: a name or label, any case; '_', '-', '.' and blanks
 * inside words are passed over. out: *ret_word the listed word, if true; may be NULL. */
bool persons_forbidden(str text, str *ret_word);
/* Whether the text names people in need (begging, sleeping rough): a request for help, which must be private. */
bool persons_need_privacy(str text);

#endif
