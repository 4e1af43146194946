/* The use cases: one function each: authorise → load → decide → append. Knows cases and stores, no HTTP.
 *
 * Commands are built here and submitted by the caller (asynchronously by the API, waiting by jobs and command line), so
 * that a connection thread never waits for a flush. */
#ifndef YIWANG_APP_APP_H
#define YIWANG_APP_APP_H

#include <pthread.h>

#include "insight/classify.h"
#include "store/store.h"

struct cities;
struct peer_books;
struct shelf;
struct rehearsal;

struct app {
    struct cities *cities;
    struct peer_books *books; /* where other servers are (exchange.h) */
    struct store *store;
    struct shelf *shelf;         /* articles as they were last read (knowledge.h) */
    struct rehearsal *rehearsal; /* NULL: this is the real thing (rehearsal.h) */
    instant (*now)(void *ctx);
    void *now_ctx;
};

struct app_options {
    const char *city_dir, *data_dir;
    const char
        *rehearsal; /* local time at which one begins, "2026-11-23 08:00"; NULL: none, unless the folder is one */
    bool read_only;
    bool no_projector;
    bool all_keys; /* see store_options */
    const char *vfs;
};

/* Loads the city, opens the store, keeps a copy of the package for the cases pinned to it, enters its activation.
 * out: findings of the package are appended to *report as text; may be NULL. errors: those of city_load, store_open. */
enum status app_open(const struct app_options *o, struct app *ret, struct strbuf *report, struct err *err) MUST_USE;
void app_close(struct app *app);
/* The current city. Valid until app_close, also after a reload. */
const struct city *app_city(const struct app *app);
/* The package a case is pinned to; the current one if it was lost. */
const struct city *app_law(const struct app *app, const struct kase *c);
/* Since when the current package holds here, as far as this process knows. */
instant app_city_since(const struct app *app);
/* Reads the package anew and makes it current if it has no errors. */
enum status app_reload(struct app *app, struct strbuf *report, struct err *err) MUST_USE;
/* Whether an area of the package begins or ends by now: the package is then read anew. errors: those of app_reload. */
enum status app_new_day(struct app *app, struct strbuf *report, struct err *err) MUST_USE;
/* The system clock, or that of the rehearsal. */
instant app_now(const struct app *app);
/* A time as people of the city write it, "2026-11-23 08:00". errors: E_INVALID bad_time. */
enum status app_local_time(const struct app *app, str text, instant *ret, struct err *err) MUST_USE;

/* Who asks. */
struct caller {
    struct actor actor;
    const struct role *role; /* NULL for reporters and strangers */
    size_t lang;
    code login;
    char label[96];
    char csrf[65]; /* empty for tokens */
};
/* A reporter, or anybody without login. */
struct caller app_stranger(const struct app *app, size_t lang);
/* The caller behind a staff id. errors: E_LOGIN if disabled or its role left the package. */
enum status app_staff_caller(struct app *app, uint64_t staff, size_t lang, struct caller *ret,
                             struct err *err) MUST_USE;

/* --- intake --- */

#define REPORT_TEXT_MAX 4000 /* characters */
#define REPORT_MEDIA_MAX 9

struct report {
    str text, address;
    lonlat place;
    code category, condition;
    str attributes; /* JSON object */
    str name, phone, email;
    enum about about;
    code about_unit;
    str media[REPORT_MEDIA_MAX];
    size_t n_media;
    code channel;     /* staff only */
    code owner;       /* staff only */
    instant happened; /* staff only */
    code earlier;     /* number of an earlier report of the same matter, given by the reporter */
    code thing;       /* the thing of the city it is about; in a register the thing's own code */
    code same_as;     /* "me too": handle of an open case; for staff also its number */
    code found_at;    /* staff only: number of the case in whose course it was found */
};

/* Reads the JSON of POST /api/v1/reports. errors: E_SYNTAX bad_json; E_INVALID unknown_field, wrong_type, too_long … with
 * the field. */
enum status report_parse(str json, struct arena *arena, struct report *ret, struct err *err) MUST_USE;

/* A thing of the city, wherever it stands: in a register, among the patrol points or the sensors. */
struct thing {
    code code, owner, area, state, number; /* number: of its case, empty outside registers */
    str name;
    lonlat place; /* none if unknown */
    bool is_over; /* it was removed */
};
/* errors: E_NOT_FOUND unknown_thing, E_BUSY, E_STORAGE. */
enum status app_thing(struct app *app, const code *wanted, struct arena *arena, struct thing *ret,
                      struct err *err) MUST_USE;

/* What the pipeline found, for the answer. */
struct intake {
    struct suggestion_note {
        int32_t confidence;
        str words;
        uint32_t channel; /* index of another channel the text points to, or NONE */
    } suggestion;
    struct location location;
};

/* Runs the pipeline: checks, locates, classifies; builds the filing command (routing and clocks follow in decide).
 * errors: E_INVALID bad_place, outside_jurisdiction (hint: whom to call), unknown_category …  cost: 5–15 µs. */
enum status app_report(struct app *app, const struct caller *caller, const struct report *report, struct arena *arena,
                       struct command *ret, struct intake *ret_intake, struct err *err) MUST_USE;
/* What would happen to a report: nothing is stored. */
#define CANDIDATES_MAX 5
struct preview {
    struct kase kase; /* as it would be filed */
    struct suggestion_note suggestion;
    struct candidate candidates[CANDIDATES_MAX];
    size_t n_candidates;
    struct location location;
    const struct responsibility *why; /* the row that decides who leads, or NULL */
    struct limit limit;               /* of the condition */
    instant due;                      /* when the limit would end if it began now; INSTANT_NONE without one */
    bool provisional;
    struct listing similar; /* open ones of the same category near the place */
};
/* Runs the pipeline and the rules on trial. The text may be empty. errors: E_INVALID bad_place, unknown_category,
 * unknown_condition, too_long; E_DENIED not_allowed: the procedure is not open to the caller. cost: 20 µs and one look-up
 * of neighbours. */
enum status app_preview(struct app *app, const struct caller *caller, const struct report *report, struct arena *arena,
                        struct preview *ret, struct err *err) MUST_USE;

/* An opaque name of a case for those who may not know its number: 13 hexadecimal digits. */
str app_handle(uint64_t case_id, struct arena *arena);
/* The case behind a handle. errors: false if it is none; whether there is such a case is not asked. */
bool app_handle_case(str handle, uint64_t *ret) MUST_USE;

/* The number with its secret code: "JT20261124000017-XXXXXXXXXXXXXXXX". */
str app_track(const struct app *app, const code *number, struct arena *arena);

/* --- cases --- */

/* A field of an act that the reporter may read, as its entry holds it. */
struct told_field {
    const struct field *field;
    str value;
};
struct history_line {
    instant at;
    enum entry_kind kind;
    code action, state; /* state after it, or empty */
    code unit;          /* the unit it went to, if any */
    struct actor actor;
    str facts;      /* for auditors */
    str open_text;  /* free text the reporter may read */
    str staff_text; /* free text for staff only */
    bool erased;
    uint32_t n;
    uint32_t task; /* id of the task acted on, or that a pass was given for; 0 = none */
    bool gives_pass;
    str media;       /* ids of the photos it brought, by commas */
    str documents;   /* ids of the scans it brought, by commas */
    str staff_files; /* ids of photos and scans that the reporter does not see, by commas; also in media and documents */
    str hashes;      /* of the scans, in their order: "pdf:<SHA-256>", by commas */
    struct told_field
        *told; /* what open_text is made of and public fields without words, in the order of the form; no files */
    size_t n_told;
    str answer;       /* of open_text: what the reporter is answered by this line; empty if it answers nothing */
    lonlat place;     /* of the act, or none */
    instant happened; /* claimed time where it differs from `at`, or INSTANT_NONE */
};
/* The case that a report joined, as its reporter may know it. */
struct joined {
    bool is_joined;
    struct kase kase;
    str answer; /* the last one given to its own reporter; empty before */
};
struct case_view {
    struct kase kase;
    const struct city *law;
    struct history_line *history;
    size_t n_history;
    struct offer offers[OFFERS_MAX];
    size_t n_offers;
    /* the reporter's words, if not erased */
    str text, address, media, attributes;
    str documents; /* ids of all scans, by commas */
    lonlat place;
    bool has_contact;
    struct joined joined; /* app_track_case only */
    str link;             /* to a task that was given out just now, or empty */
};
/* A case for staff. A role without words gets none of them, and photos only of what was settled. errors: E_NOT_FOUND
 * unknown_case, also when the caller may not see it: existence is not told. */
enum status app_case(struct app *app, const struct caller *caller, str number, struct arena *arena,
                     struct case_view *ret, struct err *err) MUST_USE;
/* Of a case in a list only what may be done: kase, law, offers; the rest of *ret is empty. errors: as app_case. */
enum status app_case_work(struct app *app, const struct caller *caller, uint64_t id, struct case_view *ret,
                          struct err *err) MUST_USE;
/* A case for its reporter. errors: E_NOT_FOUND unknown_track. */
enum status app_track_case(struct app *app, str track, struct arena *arena, struct case_view *ret,
                           struct err *err) MUST_USE;
/* Builds the command of an action from a JSON object of its fields. errors: E_SYNTAX, E_INVALID with the field. */
enum status app_action(struct app *app, const struct caller *caller, const struct kase *c, str action, str json,
                       uint32_t seen, struct arena *arena, struct command *ret, struct err *err) MUST_USE;
/* Adds one value to a command's fields. errors: E_INVALID too_many_fields. */
enum status command_put(struct command *c, str name, str text, struct err *err) MUST_USE;

/* An answer to begin with. */
struct draft {
    str text;
    code number; /* of the case it was given in */
    instant closed;
};
/* What was answered the last time in a closed case of the same category: the nearest area first, never in a private or
 * sealed one, only what the caller may see. errors: E_NOT_FOUND unknown_case, no_draft. */
enum status app_draft(struct app *app, const struct caller *caller, str number, struct arena *arena, struct draft *ret,
                      struct err *err) MUST_USE;

/* --- contractors (contractor.c): one task of one case, by a link without login --- */

/* What a contractor is shown: place, order, due time, own acts; nothing of the reporter, the case's history or others. */
struct job {
    struct case_view view; /* reduced; offers of the contractor */
    const struct task *task;
    struct caller caller;
    str order, photos; /* words and photos of who gave the work out */
    str redo;          /* what is still to be done, after it was sent back */
    instant due;       /* of the task, or none */
    bool is_taken;     /* by this browser */
};
/* The key under which a secret is known. */
code app_pass_key(str secret);
/* The task behind a link "number-secret", or behind what the browser holds since it took it. in: held may be empty. errors:
 * E_NOT_FOUND unknown_pass: wrong, taken by another browser, withdrawn, over; nothing tells which. */
enum status app_job(struct app *app, str link, str held, size_t lang, struct arena *arena, struct job *ret,
                    struct err *err) MUST_USE;
/* Whether an action of the case gives out a pass: its command needs the key of a new secret. */
bool app_gives_pass(struct app *app, const struct kase *c, const code *action);

/* --- lists, counts --- */
/* errors: E_DENIED not_allowed if the query asks for words and the role reads none. */
enum status app_words_allowed(const struct caller *caller, const struct query *q, struct err *err) MUST_USE;
enum status app_list(struct app *app, const struct caller *caller, str q, str sort, size_t limit, str cursor,
                     struct arena *arena, struct listing *ret, struct err *err) MUST_USE;
/* How many rows the list of a query has. Whoever has no right to statistics is told up to APP_TOTAL_MAX, what turning pages
 * would tell as well. out: *ret_more = there are more. */
#define APP_TOTAL_MAX 1000
enum status app_total(struct app *app, const struct caller *caller, str q, struct arena *arena, uint64_t *ret,
                      bool *ret_more, struct err *err) MUST_USE;
/* in: by = "unit", "area:town,month" …; measure = "count", "open" … */
enum status app_counts(struct app *app, const struct caller *caller, str q, str by, str measure, struct arena *arena,
                       struct counts *ret, struct count_request *ret_request, struct err *err) MUST_USE;

/* Open cases of the same category near a place and not older than the city's similar_age, nearest first; private and
 * sealed matters are never among them. in: category by key; without one the text is classified. out: *ret_category. */
enum status app_similar(struct app *app, code category, str text, lonlat place, struct arena *arena,
                        struct listing *ret, code *ret_category, struct err *err) MUST_USE;

/* What a case decided about competence, proposed to whoever keeps the list of responsibilities. */
struct precedent {
    code number; /* of the case */
    code duty, category, unit, area;
    instant decided;
    code verdict; /* of the centre since: row_adopted, row_rejected, or empty */
};
struct precedents {
    struct precedent *all;
    size_t n;
    str next; /* cursor, empty at the end */
};
/* The last decision of each case that made one and that the caller may see, the latest cases first. errors: E_INVALID
 * bad_cursor. */
enum status app_precedents(struct app *app, const struct caller *caller, size_t limit, str cursor, struct arena *arena,
                           struct precedents *ret, struct err *err) MUST_USE;

/* --- places --- */

enum found_kind { FOUND_AREA, FOUND_LANDMARK, FOUND_ADDRESS };
struct found {
    enum found_kind kind;
    str name;
    uint32_t area; /* that it lies in: index or NONE */
    lonlat place;
    double metres; /* from the place asked for; NAN without one */
    uint32_t self; /* FOUND_AREA: its own index, else NONE */
};
#define FOUND_MAX 10
/* Areas, landmarks and, for staff, addresses of earlier reports (never of private matters) whose name holds the words,
 * those that begin with them first, then the nearest. in: near may be none. cost: linear in areas and landmarks. */
enum status app_find(struct app *app, const struct caller *caller, str words, lonlat near, struct arena *arena,
                     struct found ret[FOUND_MAX], size_t *ret_n, struct err *err) MUST_USE;

/* Open cases of areas that are not valid any more go to the area that follows: the one that holds the place, else the
 * main successor, else they stay. One command each. out: number moved. */
size_t app_redraw(struct app *app);

struct point_state {
    const struct patrol_point *point;
    instant last; /* INSTANT_NONE = never */
    instant due;  /* now, if it never was looked at */
};
/* Patrol points with the time they were last looked at, the most urgent first. in: mine: only those in the caller's area.
 * memory: arena. */
enum status app_points(struct app *app, const struct caller *caller, bool mine, struct arena *arena,
                       struct point_state **ret, size_t *ret_n, struct err *err) MUST_USE;

/* How much of what was due was looked at: visits of points, by grid and by cell of the map; of nobody in particular. */
struct coverage_part {
    uint32_t area; /* grid; NONE for a cell … */
    lonlat place;  /* … whose south-west corner this is */
    int32_t points, due, done;
};
#define COVERAGE_CELL_DEG 0.01
#define COVERAGE_DAYS_MAX 92
struct coverage {
    day from, upto; /* both included */
    struct coverage_part total, *grids, *cells;
    size_t n_grids, n_cells;
};
/* A visit is due once in each stretch of a point's plan that ends within the days and not after now. in: area NONE = all
 * that the caller may ask for. errors: E_DENIED not_allowed (neither statistics nor the own area), E_INVALID bad_value
 * to: more than COVERAGE_DAYS_MAX days. cost: a look-up for each point. */
enum status app_coverage(struct app *app, const struct caller *caller, uint32_t area, day from, day upto,
                         struct arena *arena, struct coverage *ret, struct err *err) MUST_USE;

/* What is open in a grid, as far as the caller may see it, private matters apart. */
struct grid_open {
    const struct procedure *procedure;
    uint64_t open;
};
struct grid_state {
    struct grid_open *open; /* procedures with open cases */
    size_t n_open;
    size_t staffed; /* accounts that walk it; who they are is no matter of this */
};
enum status app_grid_state(struct app *app, const struct caller *caller, uint32_t area, struct arena *arena,
                           struct grid_state *ret, struct err *err) MUST_USE;

/* Who is named as the contact of a grid since it was handed over: what the last closed case of the grid gave in fields
 * that are `posted`. */
struct posted_contact {
    uint32_t area;
    str name, phone;
};
/* in: area NONE = all grids. out: at most one for each grid; memory: arena. */
enum status app_posted(struct app *app, uint32_t area, struct arena *arena, struct posted_contact **ret, size_t *ret_n,
                       struct err *err) MUST_USE;

/* --- meters (meters.c): what is asked of whom, counted for the units that ask --- */
struct meter_request {
    code unit; /* that leads; empty = any */
    day from, upto;
};
struct meter_row {
    code name, unit;
    day on;
    int64_t n;
};
struct meters {
    struct meter_row *rows;
    size_t n;
    bool more; /* there are more rows than are held */
};
/* Whoever sees statistics of the whole jurisdiction sees all units, everybody else the own one. errors: E_DENIED
 * not_allowed, E_INVALID bad_value to. cost: a history for each case of such a procedure that changed since. */
enum status app_meters(struct app *app, const struct caller *caller, day from, day upto, struct arena *arena,
                       struct meters *ret, struct err *err) MUST_USE;
/* Whether the unit in charge may still have so much counted today as the command would count. errors: E_STATE meter_full. */
enum status app_meter_allows(struct app *app, const struct kase *c, const struct action *a,
                             const struct command *command, struct arena *arena, struct err *err) MUST_USE;

/* --- audit (audit.c) --- */
struct log_line {
    uint64_t seq;
    struct history_line line; /* staff_text: the stated purpose or reason */
    code login;               /* of the acting account, if it still exists */
    code number, procedure;   /* empty for streams, and for a case that the caller may not see */
    const struct city *law;
};
struct log_lines {
    struct log_line *lines; /* newest first */
    size_t n;
    uint64_t next; /* see store_log */
};
/* errors: E_DENIED not_allowed unless the role audits or administers. */
enum status app_log(struct app *app, const struct caller *caller, uint32_t kinds, uint64_t before, size_t limit,
                    struct arena *arena, struct log_lines *ret, struct err *err) MUST_USE;

/* --- open to everybody (public.c): never words, private or sealed matters or complaints of conduct --- */
#define PUBLIC_DEGREE 0.001 /* places are rounded to this */
#define PUBLIC_CATEGORIES 50
#define PUBLIC_COUNT_MIN 5 /* smaller counts are not told */
struct public_box {
    double west, south, east, north;
};
struct public_request {
    bool has_box;
    struct public_box box;
    lonlat near; /* none = anywhere */
    double metres;
    code area; /* empty = anywhere */
    enum { PUBLIC_ANY, PUBLIC_OPEN, PUBLIC_CLOSED } state;
    bool newest_change;     /* by the last change, else by filing */
    const code *categories; /* only these; none = all */
    size_t n_categories;    /* at most PUBLIC_CATEGORIES */
    instant from, upto;     /* filed in [from, upto]; 0 = any time */
    size_t limit;           /* at most 500 */
    str cursor;             /* `next` of the page before, or empty; only by filing */
};
/* The newest cases; of the rows only what may be told is to be shown. out: ret->next, which tells no more than the last row
 * does; a page by place may be shorter than the limit. errors: E_INVALID unknown_area, bad_cursor. */
enum status app_public_cases(struct app *app, const struct public_request *r, struct arena *arena, struct listing *ret,
                             struct err *err) MUST_USE;
/* The page of such a list, from 1, with r->limit rows (at most 1000); pages are counted, so that what is filed meanwhile moves
 * them. errors: as above, E_INVALID bad_value beyond PUBLIC_DEPTH rows. */
#define PUBLIC_DEPTH 10000
enum status app_public_page(struct app *app, const struct public_request *r, size_t page, struct arena *arena,
                            struct listing *ret, struct err *err) MUST_USE;
/* One case by its handle: what lists show of it, at once after it was filed. in: asker = who may read what it filed by Open311
 * was answered, or NULL. out: *ret_answer empty if there is none for the asker. errors: E_NOT_FOUND unknown_case, also
 * where everybody may not know of it. */
enum status app_public_case(struct app *app, str handle, const struct caller *asker, struct arena *arena,
                            struct case_row *ret, str *ret_answer, struct err *err) MUST_USE;
/* Whether anybody may file in a category and everybody may know of it then. */
bool app_category_public(const struct city *city, const struct category *c);
/* As far as everybody may know the place. */
lonlat public_place(lonlat p);
/* in: by = "area:<level>", "category" (its top class), "month", "state"; measure = "count", "late", "hours". out: values of
 * small numbers are NAN. errors: E_INVALID bad_value. */
enum status app_public_counts(struct app *app, str by, str measure, struct arena *arena, struct counts *ret,
                              struct count_request *ret_request, struct err *err) MUST_USE;

/* --- what was released to everybody (published.c): warnings, and notices to areas --- */
struct published {
    struct kase kase;
    const struct city *law;
    bool exercise, lifted;                        /* lifted: within the last day, told so that others take it down */
    instant first, issued, starts, ends, changed; /* first: when it was first released */
    uint32_t edition;                             /* 1, 2, … how often it was released */
    code level, issuer;
    str areas;                                               /* codes by commas */
    str title[LANG_MAX], text[LANG_MAX], measures[LANG_MAX]; /* of a warning text = the cautions */
};
/* What is in force of a kind, the newest first, and what was lifted within a day. in: area = only what concerns it (itself,
 * one above or below), or empty. memory: arena. errors: E_INVALID unknown_area. */
enum status app_published(struct app *app, enum published_as as, code area, struct arena *arena, struct published **ret,
                          size_t *ret_n, struct err *err) MUST_USE;

/* --- people --- */
/* Makes or changes an account: an entry of the staff stream, the credentials in ops. in: password_hash may be "". */
enum status app_account_put(struct app *app, struct account *a, struct err *err) MUST_USE;
/* A new password of an account, already hashed: its other logins end. in: kept = hash of the login that goes on. */
enum status app_password_put(struct app *app, struct account *a, const char *hash, const digest *kept,
                             struct err *err) MUST_USE;
/* After a wrong or right password: counts, locks for 15 minutes after 5 failures. */
void app_login_result(struct app *app, struct account *a, bool right);

#endif
