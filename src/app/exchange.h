/* Exchange with other servers: what is sent to them, what they send.
 *
 * Who the peers are and what goes to them is the city's (peers.yaml of the package); where they are and how they sign
 * stands in peers.yaml of the data directory:
 *
 *     name: jintan              # as the others call this server
 *     front: inner              # only on a front: reports go there at once
 *     peers:
 *       - {code: changzhou, address: "https://…", key: 64 hexadecimal digits, every_s: 10}
 *       - {code: boston, address: "https://…/open311/v2", secret: its api_key, jurisdiction: city.example, every_s: 300}
 *       - {code: szcg, address: "https://…/receive", secret: shared with a platform that is not Yiwang}
 *
 * Without an address the peer comes by itself, or files are carried. */
#ifndef YIWANG_APP_EXCHANGE_H
#define YIWANG_APP_EXCHANGE_H

#include "app/app.h"

struct peer_line {
    code code;
    str address; /* "https://host:port", or empty */
    uint8_t key[32];
    str secret;       /* shared with a platform of another kind: signs webhooks, or is its api_key; else empty */
    str jurisdiction; /* of an Open311 server that serves several, else empty */
    int32_t every_s;
};
/* Immutable; valid until app_close. */
struct peer_book {
    code name;
    code front; /* the peer that residents' reports are handed to at once, or empty */
    struct peer_line *peers;
    size_t n;
};

struct peer_books *peer_books_new(const char *data_dir);
void peer_books_free(struct peer_books *b);
/* Reads the file anew; without one there are no peers. errors: E_INVALID bad_peers with the findings in *report. */
enum status peer_books_load(struct peer_books *b, struct strbuf *report, struct err *err) MUST_USE;
/* Only one at a time looks for an outside number and files it. */
void peer_books_hold(struct peer_books *b);
void peer_books_release(struct peer_books *b);
const struct peer_book *peer_book_of(const struct app *app);
const struct peer_line *peer_book_line(const struct peer_book *book, const code *peer);

/* Appends a bundle for a peer: what it has not confirmed, as far as fits, and how far its own messages were taken.
 * Blocking (views). errors: E_NOT_FOUND unknown_peer; E_BUSY lagging. */
enum status app_bundle(struct app *app, const code *peer, struct arena *arena, struct strbuf *out,
                       struct err *err) MUST_USE;
/* How many messages a peer has not confirmed. */
enum status app_bundle_waiting(struct app *app, const code *peer, uint64_t *ret, struct err *err) MUST_USE;

/* What a bundle did. */
struct taken {
    code peer;
    size_t taken, refused, repeated; /* refused: taken in order, but what it asked for was not possible here */
    uint64_t confirmed;              /* of our messages */
};
/* Keeps a photo (cleaned first); NULL leaves photos out. */
struct photo_keeper {
    void *ctx;
    enum status (*keep)(void *ctx, str bytes, char ret_id[33], struct err *err);
};
/* Takes a bundle: checks who signed it, takes its messages in order. Whatever is refused is recorded (bounded). Blocking.
 * in: on_line: it must have been made in the last minutes. errors: E_SYNTAX; E_INVALID not_for_us, stale_bundle; E_DENIED
 * unknown_peer, forged; E_BUSY, E_STORAGE: what was taken by then stays, the rest is to be sent again. */
enum status app_take_bundle(struct app *app, str json, bool on_line, const struct photo_keeper *keeper,
                            struct arena *arena, struct taken *ret, struct err *err) MUST_USE;

/* The same bundle as bytes for a file, sealed for the peer: whoever carries it reads nothing. errors: as app_bundle. */
enum status app_bundle_file(struct app *app, const code *peer, struct arena *arena, struct strbuf *out,
                            struct err *err) MUST_USE;
/* Takes such a file. errors: E_INVALID bad_bundle; as app_take_bundle. */
enum status app_take_file(struct app *app, str bytes, const struct photo_keeper *keeper, struct arena *arena,
                          struct taken *ret, struct err *err) MUST_USE;

/* --- inside app --- */

/* The case with its words (cases.c). */
enum status view_load(struct app *app, uint64_t id, struct arena *arena, struct case_view *v, struct err *err) MUST_USE;
/* The body of a message. memory: arena. */
enum status exchange_body(struct app *app, const struct peer_line *line, const struct outgoing *m, struct arena *arena,
                          str *ret, struct err *err) MUST_USE;
/* What a message asks for, as a command to follow it. out: kind 0 if nothing follows. errors: a refusal. */
enum status exchange_command(struct app *app, const struct peer *peer, const struct message *m,
                             const struct photo_keeper *keeper, struct arena *arena, struct command *ret,
                             struct err *err) MUST_USE;
/* A delivery that is not signed as it should be is recorded in the stream of whom it names (bounded). */
void exchange_record_forgery(struct app *app, const code *peer, struct arena *arena);
/* The same for what a platform that is not Yiwang says: kind case, or a word that the case is told. Its case is named by
 * `number`, ours that it has by `origin`. out: kind 0 and the case's id if the number is known and the case open. errors: as
 * above, E_NOT_FOUND unknown_case. */
enum status exchange_outside(struct app *app, const struct peer *peer, const code *kind, str json,
                             const struct photo_keeper *keeper, struct arena *arena, struct command *ret,
                             struct err *err) MUST_USE;

#endif
