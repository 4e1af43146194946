/* The store: one truth, many views. The only header of this folder that others see.
 *
 * Threads: store_submit from any thread; one writer thread decides, appends, commits and flushes; one projector thread
 * feeds views, search, facts and the live feed; reads from any thread.
 * Invariants: 1. A reply leaves only after the flush that holds its entries. 2. Every decision is made on a case loaded
 * from cache or truth, never from views. 3. After a failed flush the process must exit (store_is_failed). */
#ifndef YIWANG_STORE_STORE_H
#define YIWANG_STORE_STORE_H

#include "casework/command.h"
#include "exchange/message.h"
#include "query/query.h"

struct store;

/* The city as the store needs it: current world and pinned laws. Called from any thread; returned pointers stay valid
 * until the store is closed. */
struct city_source {
    void *ctx;
    const struct city *(*current)(void *ctx);
    const struct city *(*by_hash)(void *ctx, const digest *hash); /* NULL if unknown */
};

struct store_options {
    const char *dir; /* data directory; created if absent */
    struct city_source cities;
    instant (*now)(void *ctx); /* the writer's clock */
    void *now_ctx;
    bool read_only;    /* verify, export: no lock, no writer, no projector */
    bool no_projector; /* bulk load and crash tests */
    bool all_keys;     /* imports: repeats are known however old, not for 30 days; 16 bytes of memory a key */
    size_t search_off; /* bench only: 1 = no full text */
    const char *vfs;   /* SQLite VFS name; NULL = default (tests drop, tear and reorder through it) */
};

/* Opens (or creates) a data directory: takes its lock, verifies the tail of the truth, replays the indexes, starts
 * writer and projector. errors: E_BUSY locked, E_STORAGE, E_CORRUPT. */
enum status store_open(const struct store_options *o, struct store **ret, struct err *err) MUST_USE;
/* Finishes what was submitted, stops the threads, closes. */
void store_close(struct store *s);
/* Whether a flush failed: nothing more is acknowledged; main must exit. out: *err the reason; may be NULL. */
bool store_is_failed(struct store *s, struct err *err);

/* --- commands --- */

struct result {
    enum status status;
    struct err err;
    uint64_t seq; /* of the last entry the command wrote; 0 if none */
    uint64_t case_id;
    struct kase kase; /* afterwards */
    bool repeated;    /* an idempotent repeat: nothing new was written */
};
/* A command on its way. The submitter owns it until done is called (on the writer thread, after the flush; it must not
 * block). Texts of the command must stay valid until then. */
struct submission {
    struct command command;
    struct result result;
    void (*done)(struct submission *);
    void *ctx;
    struct submission *next; /* the store's */
};
/* Queues a command. errors: E_BUSY queue_full, throttled or closing; E_STORAGE failed. done is not called then. */
enum status store_submit(struct store *s, struct submission *m, struct err *err) MUST_USE;
/* Convenience for jobs, command line and tests: submits and waits. */
enum status store_run(struct store *s, const struct command *c, struct result *ret) MUST_USE;

/* --- truth --- */

struct stored_entry {
    uint64_t seq, case_id;
    uint32_t n;
    enum entry_kind kind;
    instant recorded;
    struct actor actor;
    digest law, hash;
    str facts, words; /* words empty if none or erased */
    bool erased;
    bool has_contact;
};
enum status store_case(struct store *s, uint64_t id, struct kase *ret, struct err *err) MUST_USE;
/* errors: E_NOT_FOUND unknown_case. */
enum status store_case_id(struct store *s, str number, uint64_t *ret, struct err *err) MUST_USE;
enum status store_history(struct store *s, uint64_t id, struct arena *arena, struct stored_entry **ret, size_t *ret_n,
                          struct err *err) MUST_USE;
/* Deciphers the contact of a case: call only after a COMMAND_READ was acknowledged. errors: E_NOT_FOUND no_contact. */
enum status store_contact(struct store *s, uint64_t id, struct arena *arena, str *ret, struct err *err) MUST_USE;
/* A contact of a case: the entry that brought it and its JSON in clear. */
struct contact_line {
    uint32_t n;
    str json;
};
#define CONTACTS_OF_CASE 2000
/* All contacts of a case that were not erased, oldest first: its reporter's (n = 1), then those noted in a response. */
enum status store_contacts(struct store *s, uint64_t id, struct arena *arena, struct contact_line **ret, size_t *ret_n,
                           struct err *err) MUST_USE;
uint64_t store_seq(struct store *s); /* last durable sequence */
/* The log backwards. */
struct log_page {
    struct stored_entry *entries; /* newest first */
    size_t n;
    uint64_t next; /* go on with entries before this; 0 = the beginning was reached */
};
/* in: kinds = bits 1 << enum entry_kind; before = 0 for the newest. out: may hold fewer than limit and yet go on. memory:
 * arena. cost: looks at up to 50 000 entries. */
enum status store_log(struct store *s, uint32_t kinds, uint64_t before, size_t limit, struct arena *arena,
                      struct log_page *ret, struct err *err) MUST_USE;
/* The newest signed head of the transparency log. out: seq 0 and no note if there is none. */
struct log_head {
    uint64_t seq;
    instant recorded;
    digest root;
};
enum status store_head(struct store *s, struct log_head *ret, struct strbuf *note, struct err *err) MUST_USE;
/* A reporter's code for a number: 16 characters of Crockford base 32 (80 bit HMAC). */
void store_track_code(struct store *s, str number, char ret[17]);
bool store_track_valid(struct store *s, str number, str code);
/* Receipt: entry hash, position, inclusion path and signed head as JSON (RFC 6962). */
enum status store_receipt(struct store *s, uint64_t case_id, struct strbuf *out, struct err *err) MUST_USE;
/* Checks a receipt offline: entry hash, inclusion path, signature. in: what store_receipt made. errors: E_SYNTAX bad_json;
 * E_CORRUPT bad_receipt says which step failed. */
enum status store_receipt_verify(str receipt, const uint8_t public_key[32], struct err *err) MUST_USE;
/* The checkpoint in a receipt, for store_verify_checkpoint. out: *ret in the arena, empty if there is none. errors: E_SYNTAX. */
enum status store_receipt_checkpoint(str receipt, struct arena *arena, str *ret, struct err *err) MUST_USE;
/* The public key that signs heads, 32 bytes Ed25519. */
void store_public_key(struct store *s, uint8_t ret[32]);

/* --- views --- */

/* Waits until views hold seq. errors: E_BUSY lagging after timeout_ms. */
enum status store_wait(struct store *s, uint64_t seq, int timeout_ms, struct err *err) MUST_USE;
uint64_t store_view_seq(struct store *s);

enum sort { SORT_FILED_DESC, SORT_FILED_ASC, SORT_DUE_ASC, SORT_UPDATED_DESC, SORT_COUNT };
struct listing {
    struct case_row *rows;
    size_t n;
    str next; /* cursor, empty at the end */
};
/* in: q already carries the sight; cursor as returned or empty; limit 1–500. */
enum status store_list(struct store *s, const struct query *q, enum sort sort, size_t limit, str cursor, instant now,
                       struct arena *arena, struct listing *ret, struct err *err) MUST_USE;
/* How many rows a list has, counted up to max. in: q already carries the sight. out: max + 1 = more than max. cost: as a
 * count by nothing, less where max is soon reached. */
enum status store_total(struct store *s, const struct query *q, uint64_t max, instant now, struct arena *arena,
                        uint64_t *ret, struct err *err) MUST_USE;
/* The cursor of what follows a row in that order. */
str store_cursor(enum sort sort, const struct case_row *row, struct arena *arena);
enum status store_row(struct store *s, uint64_t id, struct arena *arena, struct case_row *ret,
                      struct err *err) MUST_USE;
/* The register's case of a thing; one that still stands before one that was removed. errors: E_NOT_FOUND unknown_thing. */
enum status store_thing(struct store *s, const code *thing, struct arena *arena, struct case_row *ret,
                        struct err *err) MUST_USE;
/* When each patrol point was last looked at, as far as the views know; INSTANT_NONE = never. out: n instants. */
enum status store_points(struct store *s, const code *points, size_t n, instant *ret, struct err *err) MUST_USE;
/* When a point was looked at in (from, upto], oldest first. out: up to max. */
enum status store_point_visits(struct store *s, const code *point, instant from, instant upto, instant *ret, size_t max,
                               size_t *ret_n, struct err *err) MUST_USE;
/* Open cases of an area itself with id > after (0 = from the first), by id. */
enum status store_open_in_area(struct store *s, const code *area, uint64_t after, uint64_t *ret, size_t max,
                               size_t *ret_n, struct err *err) MUST_USE;
/* Open cases near a place or with similar words, nearest first. */
enum status store_similar(struct store *s, const code *category, lonlat place, double metres, instant since,
                          struct arena *arena, struct listing *ret, struct err *err) MUST_USE;

enum dimension {
    BY_NOTHING,
    BY_AREA,
    BY_UNIT,
    BY_CATEGORY,
    BY_PROCEDURE,
    BY_CHANNEL,
    BY_STATE,
    BY_DAY,
    BY_MONTH,
    BY_HOUR,
    BY_ENDED_DAY,
    BY_ENDED_MONTH,
    BY_STATUS,
    BY_RATING,
    BY_LEVEL /* area at a level, level in `level` */,
    DIMENSION_COUNT
};
enum measure {
    MEASURE_COUNT,
    MEASURE_OPEN,
    MEASURE_CLOSED,
    MEASURE_OVERDUE,
    MEASURE_LATE,
    MEASURE_MEAN_HOURS,
    MEASURE_MEAN_RATING
};
struct count_request {
    enum dimension by[2];
    code level[2];
    enum measure measure;
};
struct count_row {
    str key[2];
    double value;
    uint64_t n;
};
struct counts {
    struct count_row *rows;
    size_t n;
};
enum status store_counts(struct store *s, const struct query *q, const struct count_request *r, instant now,
                         struct arena *arena, struct counts *ret, struct err *err) MUST_USE;

/* --- exchange with other servers: the outbox is a view of the entries --- */

struct outgoing {
    uint64_t no, seq, case_id; /* case_id: of the entry; a stream for receipts of what was refused */
    instant at, due;
    code kind, word;
    uint64_t ref;
    digest entry, previous, hash;
};
/* Messages to a peer with no > after, in order. out: up to max; memory: arena. */
enum status store_outbox(struct store *s, const code *peer, uint64_t after, size_t max, struct arena *arena,
                         struct outgoing **ret, size_t *ret_n, struct err *err) MUST_USE;
/* Number of the last message to a peer; 0 if there was none. */
enum status store_outbox_last(struct store *s, const code *peer, uint64_t *ret, struct err *err) MUST_USE;
/* The case that bears a peer's number here, as far as the views know. errors: E_NOT_FOUND unknown_case. */
enum status store_partner_case(struct store *s, const code *peer, str number, uint64_t *ret, struct err *err) MUST_USE;
/* Cases under way that bear a peer's number. */
struct partner_case {
    code number; /* the peer's */
    uint64_t id;
};
/* Those with a number greater than `after`, in its order. out: up to max. */
enum status store_partners_open(struct store *s, const code *peer, const code *after, size_t max,
                                struct partner_case *ret, size_t *ret_n, struct err *err) MUST_USE;
/* The cases that bear a number of another system or a paper form, whoever gave it. out: up to max. */
enum status store_outside_cases(struct store *s, str number, uint64_t *ret, size_t max, size_t *ret_n,
                                struct err *err) MUST_USE;
/* How far a peer's messages were taken, and what was refused. out: zeroed if none came yet. */
enum status store_peer_stream(struct store *s, const code *peer, struct kase *ret, struct err *err) MUST_USE;
/* One entry of the log. errors: E_NOT_FOUND unknown_entry. */
enum status store_entry(struct store *s, uint64_t seq, struct arena *arena, struct stored_entry *ret,
                        struct err *err) MUST_USE;
/* Signs with the key of this server, the one that signs heads. */
void store_sign_message(struct store *s, struct message *m);
void store_write_bundle(struct store *s, struct bundle *b, struct strbuf *out);
/* Opens what was sealed for this server's public key. errors: false if it was sealed for another. */
bool store_open_sealed(struct store *s, str sealed, struct arena *arena, str *ret) MUST_USE;

/* Marks of delivery: lost, they are only found again. */
struct peer_mark {
    uint64_t confirmed;       /* the last message that the peer said it has */
    instant tried, succeeded; /* last attempt, last success; 0 = never */
    char failure[200];        /* of the last attempt; empty if it went well */
};
enum status store_peer_mark(struct store *s, const code *peer, struct peer_mark *ret, struct err *err) MUST_USE;
enum status store_peer_mark_put(struct store *s, const code *peer, const struct peer_mark *m, struct err *err) MUST_USE;

/* --- live feed --- */

enum feed_kind { FEED_PUT = 1, FEED_GONE, FEED_RESET };
struct feed_event {
    enum feed_kind kind;
    uint64_t seq;
    uint64_t case_id;
    code number;
    str row_json;    /* PUT: what a list shows; shared among streams, valid until released by feed_release */
    size_t words_at; /* of row_json: cut here and closed by '}' it is the row without words */
    void *owner;
};
struct feed;
/* A stream of changes that match q (with sight). in: from_seq = Last-Event-ID or 0 for "from now"; wake is called (from
 * the projector, must not block) when events wait. memory: the feed copies q's text and re-parses: q_text. */
enum status store_feed_open(struct store *s, str q_text, const struct sight *sight, uint64_t from_seq,
                            void (*wake)(void *ctx), void *ctx, struct feed **ret, struct err *err) MUST_USE;
/* Takes up to max waiting events. out: number. A slow reader gets FEED_RESET instead of an unbounded queue. */
size_t store_feed_take(struct feed *f, struct feed_event *ret, size_t max);
void store_feed_release(struct feed_event *events, size_t n);
void store_feed_close(struct feed *f);

/* --- timers --- */

struct timer {
    uint64_t case_id;
    uint32_t clock;
    instant due;
};
/* Clocks due up to now, oldest first. */
enum status store_timers(struct store *s, instant now, struct timer *ret, size_t max, size_t *ret_n,
                         struct err *err) MUST_USE;
/* Cases in which a clock of that name runs: what an order may pause. in: areas as numbers of the city, both included (0 and
 * INT32_MAX: everywhere, -1 too); category: beginning of the key, or empty. Urgent cases are left out. out: up to max. */
struct clocks_wanted {
    str procedure, clock, category;
    int64_t area_first, area_last;
};
enum status store_clocks_named(struct store *s, const struct clocks_wanted *w, uint64_t *ret, size_t max, size_t *ret_n,
                               struct err *err) MUST_USE;
/* Orders in force (flag order_in_force). out: up to max. */
enum status store_orders(struct store *s, uint64_t *ret, size_t max, size_t *ret_n, struct err *err) MUST_USE;
/* The next number, in their order, of an order that holds clocks. out: *ret empty after the last. in: after may be empty. */
enum status store_held_next(struct store *s, const code *after, code *ret, struct err *err) MUST_USE;
/* Cases whose clocks an order holds, up to max; and how many there are. */
enum status store_held(struct store *s, const code *order, uint64_t *ret, size_t max, size_t *ret_n,
                       struct err *err) MUST_USE;
enum status store_held_count(struct store *s, const code *order, uint64_t *ret, struct err *err) MUST_USE;
/* Cases with provisional due times, to be recomputed after a calendar change. */
enum status store_provisional(struct store *s, uint64_t after_id, uint64_t *ret, size_t max, size_t *ret_n,
                              struct err *err) MUST_USE;

/* --- blobs: photos by random id, flushed before an entry may cite them --- */

enum status store_blob_put(struct store *s, str bytes, str type, char ret_id[33], struct err *err) MUST_USE;
/* out: an open descriptor and size; variant "" or "thumb". */
enum status store_blob_open(struct store *s, str id, str variant, int *ret_fd, size_t *ret_size, str *ret_type,
                            struct arena *arena, struct err *err) MUST_USE;
/* The SHA-256 of a blob and the ending of its type, like "pdf". cost: reads it, up to 20 MB. errors: E_NOT_FOUND. */
enum status store_blob_digest(struct store *s, str id, const char **ret_ending, digest *ret, struct err *err) MUST_USE;
enum status store_blob_variant(struct store *s, str id, str variant, str bytes, struct err *err) MUST_USE;
/* Removes blobs that no entry cites after 24 h. out: number removed. */
size_t store_blob_sweep(struct store *s, instant now);

/* --- ops: what is neither derived nor history --- */

struct account {
    uint64_t staff;
    code login, role, unit, area;
    char label[96];     /* name of the post on screen, e.g. 值班员 1 */
    char password[128]; /* argon2id string, or "" for tokens only */
    int32_t failures;
    instant locked_until;
    bool disabled;
};
enum status store_account_put(struct store *s, const struct account *a, struct err *err) MUST_USE;
enum status store_account(struct store *s, str login, struct account *ret, struct err *err) MUST_USE;
enum status store_account_by_id(struct store *s, uint64_t staff, struct account *ret, struct err *err) MUST_USE;
enum status store_accounts(struct store *s, struct arena *arena, struct account **ret, size_t *ret_n,
                           struct err *err) MUST_USE;
/* Sessions and tokens by the SHA-256 of their secret. kind: 's' session, 't' token. */
enum status store_session_put(struct store *s, char kind, const digest *secret, uint64_t staff, str csrf,
                              instant expires, struct err *err) MUST_USE;
enum status store_session(struct store *s, char kind, const digest *secret, instant now, uint64_t *ret_staff,
                          char ret_csrf[65], struct err *err) MUST_USE;
enum status store_session_drop(struct store *s, const digest *secret, struct err *err) MUST_USE;
/* Ends the logins of an account but this one; tokens stay. */
enum status store_session_drop_others(struct store *s, uint64_t staff, const digest *secret, struct err *err) MUST_USE;

/* --- care --- */

struct progress {
    void *ctx;
    void (*step)(void *ctx, const char *what, uint64_t done, uint64_t total);
};
struct verify_report {
    uint64_t entries, cases, erased, contacts, blobs; /* erased: entries whose words are gone */
    uint64_t faults;
    digest root;
    uint64_t size;
};
/* Checks hashes, chains, tree, signed heads, commitments, views against a rebuild. Works on the files alone.
 * errors: E_CORRUPT if any fault; each is reported through `fault`. */
enum status store_verify(const struct store_options *o, const uint8_t public_key[32], struct progress *p,
                         void (*fault)(void *ctx, const char *what), struct verify_report *ret,
                         struct err *err) MUST_USE;
/* Whether the truth still holds the history that a kept checkpoint (a signed note) stands for: against a roll-back.
 * errors: E_INVALID bad_checkpoint, E_CORRUPT rolled_back. */
enum status store_verify_checkpoint(const struct store_options *o, const uint8_t public_key[32], str note,
                                    struct err *err) MUST_USE;
/* Makes views, search and facts anew from the truth. */
enum status store_rebuild(const struct store_options *o, struct progress *p, struct err *err) MUST_USE;
/* Copies truth, blobs, accounts and packages to a new folder, beside a running server; the keys go to `to_dir`-keys, to
 * be kept elsewhere and for a short time: whoever holds both can undo an erasure. errors: E_CONFLICT exists. */
enum status store_backup(const struct store_options *o, const char *to_dir, struct progress *p,
                         struct err *err) MUST_USE;
/* Makes a data directory of a backup and its keys (`from_dir`-keys). errors: E_CONFLICT exists, E_NOT_FOUND no_keys. */
enum status store_restore(const char *from_dir, const char *to_dir, struct progress *p, struct err *err) MUST_USE;
/* A digest over all view rows in order: two equal views have equal digests. */
enum status store_view_digest(struct store *s, digest *ret, struct err *err) MUST_USE;

struct store_stats {
    uint64_t seq, view_seq, cases, open_cases, batches, commands, refused;
    uint64_t flush_us_p50, flush_us_p99, queue;
    uint64_t disk_free;
};
void store_stats(struct store *s, struct store_stats *ret);

#endif
