/* Letters of a case: which fit it, and what one says (letter/letter.h). */
#ifndef YIWANG_APP_LETTERS_H
#define YIWANG_APP_LETTERS_H

#include "app/app.h"
#include "letter/letter.h"

struct letter_note {
    const struct letter *letter;
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
/* One letter. in: contact: the JSON that store_contact gave after its reading was entered, or empty: then a letter that
 * needs the name is refused. memory: arena. errors: as app_letters; E_NOT_FOUND unknown_letter; E_DENIED purpose_needed;
 * those of letter_compose. */
enum status app_letter(struct app *app, const struct caller *caller, str number, str letter, str contact,
                       struct arena *arena, struct document *ret, struct err *err) MUST_USE;
/* Before contact data is read for it: whether the letter could be written, were the name known. out: *ret_id the case;
 * *ret_reads whether the letter names its addressee. errors: as app_letter. */
enum status app_letter_ready(struct app *app, const struct caller *caller, str number, str letter, struct arena *arena,
                             uint64_t *ret_id, bool *ret_reads, struct err *err) MUST_USE;

#endif
