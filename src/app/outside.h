/* Platforms that are not Yiwang: the city's 12345, the provincial grid platform, 数字城管. They know no chain of messages;
 * what they bring is filed once by their number, what is told them goes once by the number of the message.
 *
 * The outbox is the same as between servers (a view of the log): here each message is carried by itself, and what the other
 * answered with success is confirmed. */
#ifndef YIWANG_APP_OUTSIDE_H
#define YIWANG_APP_OUTSIDE_H

#include "app/exchange.h"
#include "exchange/webhook.h"

/* What came of a delivery. */
struct outside_taken {
    struct kase kase;
    bool repeated; /* nothing new was written */
};
/* Whether a delivery is signed by the platform it names, and of now; a forgery is recorded. errors: E_NOT_FOUND unknown_peer;
 * E_DENIED forged. */
enum status app_outside_signed(struct app *app, const code *peer, const struct webhook *w, str body,
                               struct arena *arena, struct err *err) MUST_USE;
/* Takes {"type":…,"data":{…}} of a platform. Blocking. in: w as the headers say. errors: E_NOT_FOUND unknown_peer; E_DENIED
 * forged; E_SYNTAX; E_INVALID, E_STATE and others why it is not possible here. */
enum status app_outside_take(struct app *app, const code *peer, const struct webhook *w, str body,
                             const struct photo_keeper *keeper, struct arena *arena, struct outside_taken *ret,
                             struct err *err) MUST_USE;
/* Runs one thing that a known platform says, whoever carried it; a number or a word said twice under one key is taken once.
 * in: key names the delivery. errors: as above. */
enum status app_outside_say(struct app *app, const struct peer *peer, const code *kind, str data, str key,
                            const struct photo_keeper *keeper, struct arena *arena, struct outside_taken *ret,
                            struct err *err) MUST_USE;

/* A message on its way to a platform. */
struct outside_message {
    uint64_t no;
    code kind, word;
    uint64_t case_id;
    str id;   /* the same each time it is delivered */
    str body; /* {"type":…,"no":…,"at":…,"data":{…}} */
    str data; /* the member alone */
};
/* The next message that a platform has not confirmed. Receipts need no carrying: the platform had its answer. out: no = 0
 * if there is none. errors: those of the store. */
enum status app_outside_next(struct app *app, const struct peer_line *line, struct arena *arena,
                             struct outside_message *ret, struct err *err) MUST_USE;
/* The platform has it. */
enum status app_outside_confirm(struct app *app, const code *peer, uint64_t no, struct err *err) MUST_USE;
/* The platform will not have it: the case is told so and why, and the next message may go. */
enum status app_outside_refused(struct app *app, const struct peer *peer, const struct outside_message *m, str why,
                                struct arena *arena, struct err *err) MUST_USE;
/* The platform gave a case of ours its number. */
enum status app_outside_number(struct app *app, const struct peer *peer, uint64_t case_id, str number,
                               struct arena *arena, struct err *err) MUST_USE;
/* A case of ours as the form that an Open311 server takes (application/x-www-form-urlencoded); "not solved" files it anew there
 * with what the reporter says. Contact data never goes. out: empty for words that Open311 does not know. */
enum status app_outside_form(struct app *app, const struct peer *peer, const struct peer_line *line,
                             const struct outside_message *m, struct arena *arena, str *ret, struct err *err) MUST_USE;
/* What an Open311 server says of a case that it has: told once, and again only when it says something else. */
struct outside_news {
    str number; /* its own */
    str notes, updated;
    bool closed;
};
enum status app_outside_news(struct app *app, const struct peer *peer, const struct outside_news *news,
                             struct arena *arena, struct err *err) MUST_USE;
/* What a platform of kind file has not confirmed, as CSV. out: *ret_last = number of the last line, 0 if there is none. */
enum status app_outside_sheet(struct app *app, const struct peer_line *line, struct arena *arena, struct strbuf *out,
                              uint64_t *ret_last, struct err *err) MUST_USE;

#endif
