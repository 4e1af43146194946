/* What the resources share: who calls, commands on their way, words. */
#ifndef YIWANG_API_API_INT_H
#define YIWANG_API_API_INT_H

#include "api/api.h"

/* --- who --- */

/* The caller by bearer token or session cookie; a stranger without either. A session's write needs its CSRF token in
 * X-CSRF-Token. errors: E_LOGIN bad or expired secret; E_DENIED csrf. */
enum status caller_of(struct api *api, struct http_call *call, struct caller *ret, struct err *err) MUST_USE;
/* As caller_of, but a stranger is refused with E_LOGIN. */
enum status staff_of(struct api *api, struct http_call *call, struct caller *ret, struct err *err) MUST_USE;
/* The account behind an api_key of Open311. errors: E_DENIED bad_api_key. */
enum status caller_by_key(struct api *api, struct http_call *call, str key, struct caller *ret,
                          struct err *err) MUST_USE;
/* Forgets a session at once: it was ended. in: the cookie's secret. */
void session_forget(struct api *api, str secret);
/* Forgets every login of somebody: it is looked up anew. */
void staff_forget(struct api *api, uint64_t staff);
/* The language asked for: ?lang=, cookie, Accept-Language, else the city's first. */
size_t lang_of(const struct api *api, const struct http_call *call);

/* --- commands --- */

struct pending {
    struct submission submission;
    struct api *api;
    struct http_call *call;
    struct caller caller;
    struct intake intake;
    void (*answer)(struct pending *p); /* on success, on the writer thread: short work only */
    void (*refuse)(struct pending *p); /* NULL = a problem document */
    str extra;                         /* for the answer */
};
/* A pending command in the call's arena. */
struct pending *pending_new(struct api *api, struct http_call *call, const struct caller *caller);
/* Takes Idempotency-Key into the command. errors: E_INVALID bad_key. */
enum status pending_key(struct pending *p, struct err *err) MUST_USE;
/* The answer to a refused action: the problem with what is possible instead, and by whom; to whoever may not see the case
 * the same as if there were none. */
void refuse_with_advice(struct pending *p);
#define UNKNOWN_CASE "There is no such case, or it is not yours to see."
/* Suspends the call and submits; answers a refusal at once. */
void pending_submit(struct pending *p);
/* Submits for a call that is suspended already. */
void pending_send(struct pending *p);

/* ?limit=, 50 without. errors: E_INVALID bad_value outside 1 … max. */
enum status query_limit(const struct http_call *call, size_t max, size_t *ret, struct err *err) MUST_USE;

/* ?name= as a day; left alone without one. errors: E_INVALID bad_value with the name. */
enum status day_asked(const struct http_call *call, const char *name, day *ret, struct err *err) MUST_USE;

/* The body {"purpose": "…"}, or of another name. errors: E_SYNTAX; E_INVALID missing_field unless it has 4 to 300
 * characters. */
enum status read_reason(struct http_call *call, const char *name, str *ret, struct err *err) MUST_USE;

/* Whether the call has to wait for Yiwang-Min-Seq: then it was deferred and handler runs again, in the pool, when the
 * views hold it; or it was refused. For reads only. */
bool waits_for_seq(struct api *api, struct http_call *call, http_handler handler);

/* Says the time of a rehearsal (Yiwang-Time, ms), so that the faces live by its clock. */
void tell_time(const struct api *api, struct http_call *call);

/* --- words --- */
/* What a page says above everything: that this is a rehearsal, that the data are invented. Empty where neither. */
str sample_banner(const struct api *api, size_t lang);
void put_instant(struct json_buf *w, const char *key, const struct city *city, instant t);
/* {code, name}; null for an empty code. */
void put_named(struct json_buf *w, const char *key, const code *c, str name);
/* "work_days"; {amount, unit} of a limit, null without one. */
const char *limit_unit_name(enum limit_unit unit);
void put_limit(struct json_buf *w, const char *key, const struct limit *l);
/* {code, name} of an area, unit or category; null if unknown. */
void put_area(struct json_buf *w, const char *key, const struct city *city, const code *c, size_t lang);
void put_unit(struct json_buf *w, const char *key, const struct city *city, const code *c, size_t lang);
void put_category(struct json_buf *w, const char *key, const struct city *city, const code *c, size_t lang);
/* The label of a state as staff or the public reads it. */
/* What a line told the reporter in one field, empty for what has no words. in: told: of a line of v. memory: arena, v or
 * the package. */
str told_words(const struct city *city, const struct case_view *v, const struct told_field *told, size_t lang,
               struct arena *arena);
str state_label(const struct city *law, const code *procedure, const code *state, bool is_public, size_t lang);
str action_label(const struct city *law, const code *procedure, const code *action, size_t lang);
/* What a line of history is called: the action's label, or the kind's word. */
str history_label(const struct city *law, const code *procedure, const struct history_line *h, size_t lang);
/* A field of an action, as forms need it. */
void put_action_field(struct json_buf *w, const struct field *f, size_t lang);
/* "staff", "reporter" … */
const char *actor_word(enum actor_kind kind);
/* One row of a list as JSON: what lists and the feed show. */
void put_row(struct json_buf *w, const struct city *city, const struct case_row *row, size_t lang);
/* The same with what the caller may do: condition, tasks, actions. in: of *v what app_case_work sets. */
void put_row_work(struct json_buf *w, const struct city *city, const struct case_row *row, const struct case_view *v,
                  size_t lang);
/* Open cases that are alike and near: number, state, distance. in: except = the case itself, or NULL. */
void put_similar(struct json_buf *w, const struct city *city, const struct listing *l, lonlat place, const code *except,
                 bool numbers, size_t lang);
/* The case for staff, as contract.md describes it. */
void put_case(struct json_buf *w, struct api *api, const struct case_view *v, const struct caller *caller,
              struct arena *arena);
/* The case for its reporter. */
void put_track(struct json_buf *w, const struct api *api, const struct case_view *v, size_t lang);

/* --- replies that are the same for everybody (kept.c) --- */
struct kept_request {
    str key;          /* address and parameters; package and language are added */
    const char *type; /* NULL = JSON */
    int seconds;      /* how long it is good; 0 = as long as the package: then browsers ask again each time (ETag) */
    enum status (*make)(struct api *api, struct http_call *call, size_t lang, const void *ctx, struct strbuf *out,
                        struct err *err);
    const void *ctx;
};
struct kept *kept_new(void);
void kept_free(struct kept *k);
/* Answers with what is kept, or makes it: ETag, 304, gzip. */
void reply_kept(struct api *api, struct http_call *call, const struct kept_request *q);

/* What a key of counts is called. */
str count_label(const struct city *city, enum dimension d, str key, size_t lang);
/* "by", "rows", "labels" of counts, into an open object. */
void put_count_rows(struct json_buf *w, const struct city *city, str by, const struct count_request *r,
                    const struct counts *counts, size_t lang);

/* Answers with the content of b and frees it. */
void reply_json(struct http_call *call, int status, struct strbuf *b);
/* A reply {"items": […], …}: items_open, what is put into l->w, items_end, further members, items_send with status 200.
 * in: the most bytes it may take. */
struct items {
    struct strbuf b;
    struct json_buf w;
};
void items_open(struct items *l, size_t max);
void items_end(struct items *l);
void items_send(struct items *l, struct http_call *call);
void reply_err(struct http_call *call, const struct err *err);

/* --- photos --- */
/* Cleans and keeps one picture. Blocking: run in the pool. errors: those of media_clean and store_blob_put. */
enum status media_keep(struct api *api, str bytes, char ret_id[33], struct err *err) MUST_USE;
/* Answers with a photo (variant by ?variant=thumb). */
void media_send(struct api *api, struct http_call *call, str id);
/* … {id} of the address, if it is among the ids, which are separated by commas; else 404. */
void media_send_cited(struct api *api, struct http_call *call, str media);

/* --- the city --- */
/* The box around the governance layer. out: false if no area has a shape. */
bool city_box(const struct city *city, struct point *ret_min, struct point *ret_max);
/* --- base maps (maps.c): a PMTiles file, and map services behind a proxy of ours --- */
struct base_maps *base_maps_new(struct api *api, const struct api_files *files);
/* Stops its pool. in: after HTTP was stopped. */
void base_maps_free(struct base_maps *m);
/* What can be had now. */
struct map_offers {
    uint32_t services; /* bit i: the service i of the city */
    str file;          /* which file it is, another after it was replaced; empty = there is none */
};
struct map_offers map_offers(const struct api *api, struct arena *arena);
/* "map": the same as JSON. */
void put_map_offers(struct json_buf *w, const struct api *api, const struct map_offers *offers, size_t lang);

/* --- handlers --- */
void report_post(struct http_call *call, void *ctx);
void similar_get(struct http_call *call, void *ctx);
void track_get(struct http_call *call, void *ctx);
void track_post(struct http_call *call, void *ctx);
void track_receipt(struct http_call *call, void *ctx);
void track_media(struct http_call *call, void *ctx);
void session_get(struct http_call *call, void *ctx);
void session_post(struct http_call *call, void *ctx);
void session_delete(struct http_call *call, void *ctx);
void session_password(struct http_call *call, void *ctx);
void preview_get(struct http_call *call, void *ctx);
void places_get(struct http_call *call, void *ctx);
void readings_post(struct http_call *call, void *ctx);
void inspections_get(struct http_call *call, void *ctx);
void inspection_proposals_get(struct http_call *call, void *ctx);
void sensors_get(struct http_call *call, void *ctx);
void patrol_points_get(struct http_call *call, void *ctx);
void patrol_coverage_get(struct http_call *call, void *ctx);
void meters_get(struct http_call *call, void *ctx);
void grids_get(struct http_call *call, void *ctx);
void grid_sheet_get(struct http_call *call, void *ctx);
void templates_get(struct http_call *call, void *ctx);
void case_draft(struct http_call *call, void *ctx);
void letters_get(struct http_call *call, void *ctx);
void letter_get(struct http_call *call, void *ctx);
void letter_post(struct http_call *call, void *ctx);
void cases_list(struct http_call *call, void *ctx);
void case_get(struct http_call *call, void *ctx);
void case_act(struct http_call *call, void *ctx);
void case_contact(struct http_call *call, void *ctx);
void case_erase(struct http_call *call, void *ctx);
void case_receipt(struct http_call *call, void *ctx);
void stats_get(struct http_call *call, void *ctx);
void events_get(struct http_call *call, void *ctx);
void media_post(struct http_call *call, void *ctx);
void media_get(struct http_call *call, void *ctx);
void area_locate(struct http_call *call, void *ctx);
void areas_get(struct http_call *call, void *ctx);
void city_get(struct http_call *call, void *ctx);
void procedures_get(struct http_call *call, void *ctx);
void directory_units(struct http_call *call, void *ctx);
void directory_responsibilities(struct http_call *call, void *ctx);
void duty_get(struct http_call *call, void *ctx);
void emergencies_get(struct http_call *call, void *ctx);
void emergency_grade_get(struct http_call *call, void *ctx);
void case_sheet_get(struct http_call *call, void *ctx);
void duty_roster_get(struct http_call *call, void *ctx);
void duty_calendar_get(struct http_call *call, void *ctx);
void public_cases(struct http_call *call, void *ctx);
void public_stats(struct http_call *call, void *ctx);
void public_notices(struct http_call *call, void *ctx);
void public_alert(struct http_call *call, void *ctx);
void public_alert_feed(struct http_call *call, void *ctx);
void public_feed(struct http_call *call, void *ctx);
void track_qr(struct http_call *call, void *ctx);
void track_calendar(struct http_call *call, void *ctx);
void audit_get(struct http_call *call, void *ctx);
void audit_log(struct http_call *call, void *ctx);
void exchange_post(struct http_call *call, void *ctx);
void analysis_scan_get(struct http_call *call, void *ctx);
void analysis_outlook_get(struct http_call *call, void *ctx);
void analysis_unusual_get(struct http_call *call, void *ctx);
void orders_get(struct http_call *call, void *ctx);
void knowledge_get(struct http_call *call, void *ctx);
void public_knowledge(struct http_call *call, void *ctx);
void page_questions(struct http_call *call, void *ctx);
void outside_post(struct http_call *call, void *ctx);
void cap_post(struct http_call *call, void *ctx);
void exchange_outbox(struct http_call *call, void *ctx);
void open311_discovery(struct http_call *call, void *ctx);
void open311_services(struct http_call *call, void *ctx);
void open311_service(struct http_call *call, void *ctx);
void open311_requests(struct http_call *call, void *ctx);
void open311_request(struct http_call *call, void *ctx);
void open311_token(struct http_call *call, void *ctx);
void open311_post(struct http_call *call, void *ctx);
/* Answers with a refusal as Open311 prescribes it. out: false if the address is none of its. */
bool open311_problem(struct api *api, struct http_call *call, const struct err *e);
void map_file(struct http_call *call, void *ctx);
void map_tile(struct http_call *call, void *ctx);
void cases_sheet(struct http_call *call, void *ctx);
void stats_sheet(struct http_call *call, void *ctx);
void health_live(struct http_call *call, void *ctx);
void health_ready(struct http_call *call, void *ctx);
void metrics_get(struct http_call *call, void *ctx);
void openapi_get(struct http_call *call, void *ctx);
void page_home(struct http_call *call, void *ctx);
void page_style(struct http_call *call, void *ctx);
void page_report(struct http_call *call, void *ctx);
void page_preview(struct http_call *call, void *ctx);
void page_place(struct http_call *call, void *ctx);
void page_map(struct http_call *call, void *ctx);
void page_report_post(struct http_call *call, void *ctx);
void page_receipt(struct http_call *call, void *ctx);
void page_find(struct http_call *call, void *ctx);
void page_find_post(struct http_call *call, void *ctx);
void page_track(struct http_call *call, void *ctx);
void page_track_post(struct http_call *call, void *ctx);
void page_track_media(struct http_call *call, void *ctx);
void page_job(struct http_call *call, void *ctx);
void page_job_post(struct http_call *call, void *ctx);
void page_job_media(struct http_call *call, void *ctx);

/* The embedded faces: entry pages, and every other file under its path. */
void face_console(struct http_call *call, void *ctx);
void face_wall(struct http_call *call, void *ctx);
void face_field(struct http_call *call, void *ctx);
void face_file(struct http_call *call, void *ctx);

#endif
