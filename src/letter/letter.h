/* A letter of a case: a template of the city filled with what its history says. Pure.
 *
 * Invariants: 1. Nothing is invented: a part without its field refuses the letter, unless the template calls it optional.
 * 2. The same history gives the same letter, with the same number. */
#ifndef YIWANG_LETTER_LETTER_H
#define YIWANG_LETTER_LETTER_H

#include "casework/case.h"
#include "city/city.h"
#include "letter/document.h"

/* A field of an act, as its entry holds it. */
struct letter_value {
    str name, text;
};
struct letter_act {
    code action, unit; /* the actor's; may be empty */
    instant at;
    struct letter_value *values;
    size_t n_values;
};
/* What a letter is made from. */
struct letter_source {
    const struct city *city, *law;
    const struct kase *kase;
    str text, address;
    str name; /* of who reported; empty: none, or not read */
    struct letter_act *acts;
    size_t n_acts;
};

/* One letter of a case: of the acts its template tells of, the nth from 1. */
struct letter_pick {
    const struct letter *letter;
    const struct letter_source *source;
    size_t nth;
};

/* How many letters of this template the case has come to. */
size_t letter_count(const struct letter *t, const struct letter_source *s);
/* The number of the letter: that of the case in the letter's own form; a further letter of the kind is marked -2, -3 …
 * in: nth at most letter_count. memory: arena. */
str letter_number(const struct letter_pick *pick, size_t lang, struct arena *arena);
/* Fills and lays out the letter. memory: arena. errors: E_STATE letter_unfit; letter_incomplete with the field that is
 * missing; E_TOO_LARGE letter_too_long. */
enum status letter_compose(const struct letter_pick *pick, size_t lang, struct arena *arena, struct document *ret,
                           struct err *err) MUST_USE;

/* The stored value of a field as people read it: labels for codes, a local date; empty for what has no words. in: of the
 * source city, law and kase count. memory: arena, text or the law. */
str letter_shown(const struct letter_source *s, const struct field *f, str text, size_t lang, struct arena *arena);

/* --- for this folder --- */

/* The value of a field, empty if there is none; {ACTION.FIELD} is that of the last such act up to the letter's. */
str letter_value(const struct letter_source *s, const struct letter_act *act, str name, size_t lang,
                 struct arena *arena);
/* A local date in the city's form. */
str letter_date(const struct letter_source *s, instant t, size_t lang, struct arena *arena);

#endif
