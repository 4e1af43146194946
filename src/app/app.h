/* The use cases: one function each: authorise → load → decide → append. Knows cases and stores, no HTTP.
 *
 * Commands are built here and submitted by the caller (asynchronously by the API, waiting by jobs and command line), so
 * that a connection thread never waits for a flush. */
#ifndef YIWANG_APP_APP_H
#define YIWANG_APP_APP_H

#include <pthread.h>

#include "store/store.h"

struct cities;

struct app {
    struct cities *cities;
    struct store *store;
    instant (*now)(void *ctx);
    void *now_ctx;
};

struct app_options {
    const char *city_dir, *data_dir;
    instant (*now)(void *ctx); /* NULL = the system clock */
    void *now_ctx;
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
/* Reads the package anew and makes it current if it has no errors. */
enum status app_reload(struct app *app, struct strbuf *report, struct err *err) MUST_USE;
/* The system clock. */
instant app_now(const struct app *app);

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
};

/* Reads the JSON of POST /api/v1/reports. errors: E_SYNTAX bad_json; E_INVALID unknown_field, wrong_type, too_long … with
 * the field. */
enum status report_parse(str json, struct arena *arena, struct report *ret, struct err *err) MUST_USE;

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
/* The number with its secret code: "JT20261124000017-XXXXXXXXXXXXXXXX". */
str app_track(const struct app *app, const code *number, struct arena *arena);

/* --- cases --- */

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
};
struct case_view {
    struct kase kase;
    const struct city *law;
    struct history_line *history;
    size_t n_history;
    struct offer offers[64];
    size_t n_offers;
    /* the reporter's words, if not erased */
    str text, address, media, attributes;
    lonlat place;
    bool has_contact;
};
/* A case for staff. errors: E_NOT_FOUND unknown_case, also when the caller may not see it: existence is not told. */
enum status app_case(struct app *app, const struct caller *caller, str number, struct arena *arena,
                     struct case_view *ret, struct err *err) MUST_USE;
/* A case for its reporter. errors: E_NOT_FOUND unknown_track. */
enum status app_track_case(struct app *app, str track, struct arena *arena, struct case_view *ret,
                           struct err *err) MUST_USE;
/* Builds the command of an action from a JSON object of its fields. errors: E_SYNTAX, E_INVALID with the field. */
enum status app_action(struct app *app, const struct caller *caller, const struct kase *c, str action, str json,
                       uint32_t seen, struct arena *arena, struct command *ret, struct err *err) MUST_USE;
/* Adds one value to a command's fields. errors: E_INVALID too_many_fields. */
enum status command_put(struct command *c, str name, str text, struct err *err) MUST_USE;

/* --- lists, counts --- */
enum status app_list(struct app *app, const struct caller *caller, str q, str sort, size_t limit, str cursor,
                     struct arena *arena, struct listing *ret, struct err *err) MUST_USE;
/* in: by = "unit", "area:town,month" …; measure = "count", "open" … */
enum status app_counts(struct app *app, const struct caller *caller, str q, str by, str measure, struct arena *arena,
                       struct counts *ret, struct count_request *ret_request, struct err *err) MUST_USE;

/* Open cases of the same category near a place and not older than the city's similar_age, nearest first; private and
 * sealed matters are never among them. in: category by key; without one the text is classified. out: *ret_category. */
enum status app_similar(struct app *app, code category, str text, lonlat place, struct arena *arena,
                        struct listing *ret, code *ret_category, struct err *err) MUST_USE;

/* --- people --- */
/* Makes or changes an account: an entry of the staff stream, the credentials in ops. in: password_hash may be "". */
enum status app_account_put(struct app *app, struct account *a, struct err *err) MUST_USE;
/* After a wrong or right password: counts, locks for 15 minutes after 5 failures. */
void app_login_result(struct app *app, struct account *a, bool right);

#endif
