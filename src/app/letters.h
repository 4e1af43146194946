/* Letters of a case: which fit it, and what one says (letter/letter.h). */
#ifndef YIWANG_APP_LETTERS_H
#define YIWANG_APP_LETTERS_H

#include "app/app.h"
#include "letter/letter.h"

struct letter_note {
    const struct letter *letter;
    str name;       /* in addresses: its code, from the second letter of the kind on with "-2" … */
    str number;     /* of the letter */
    struct err gap; /* why it cannot be written yet; status OK if it can */
};
struct letter_notes {
    struct letter_note *notes; /* in the order of the package */
    size_t n;
};

/* The letters that fit the case now, of the current package. The name of the addressee, which is contact data, is not
 * looked for. errors: as app_case; E_DENIED not_allowed for a role without words. */
enum status app_letters(struct app *app, const struct caller *caller, str number, struct arena *arena,
                        struct letter_notes *ret, struct err *err) MUST_USE;
/* Which letter of which case is wanted. */
struct letter_ask {
    str number, letter; /* letter: a name of letter_note */
    str contact;        /* the JSON that store_contact gave after its reading was entered, or empty */
};
struct letter_ready {
    uint64_t id;     /* of the case */
    bool reads_name; /* contact data is read for it */
};

/* One letter. A letter that names its addressee is refused without contact. memory: arena. errors: as app_letters;
 * E_NOT_FOUND unknown_letter; E_DENIED purpose_needed; those of letter_compose. */
enum status app_letter(struct app *app, const struct caller *caller, const struct letter_ask *ask, struct arena *arena,
                       struct document *ret, struct err *err) MUST_USE;
/* Before contact data is read for it: whether the letter could be written, were the name known. errors: as app_letter. */
enum status app_letter_ready(struct app *app, const struct caller *caller, const struct letter_ask *ask,
                             struct arena *arena, struct letter_ready *ret, struct err *err) MUST_USE;

#endif
