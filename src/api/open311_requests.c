/* Open311: requests. Everybody reads what lists of the city show: no words, no address, no photo, the place rounded, no
 * private or sealed matter, no complaint of conduct. A request is named by the opaque handle of its case. Who filed it with
 * an api_key reads what was answered too. Filing is a report like any other. */
#include <sodium.h>
#include <string.h>

#include "api/open311.h"
#include "api/page.h"
#include "api/words.h"
#include "app/report.h"

#define LIST_SECONDS 10
#define SPAN_MS (90 * MS_DAY)
#define PAGE_ROWS 1000
#define IDS_MAX 100
#define DATA_URI_MAX ((size_t)12 << 20)

/* --- writing --- */

static void put_request(struct open311_out *o, const struct city *city, const struct case_row *r, str answer,
                        size_t lang, struct arena *arena) {
    uint32_t k = city_category(city, str_code(&r->category)), u = city_unit(city, str_code(&r->unit));
    lonlat p = r->is_private ? lonlat_none() : public_place(r->place);
    open311_item(o, "request");
    open311_text(o, "service_request_id", app_handle(r->id, arena));
    open311_text(o, "status", r->is_over ? S("closed") : S("open"));
    open311_text(o, "status_notes",
                 !str_empty(answer) ? answer : state_label(city, &r->procedure, &r->state, true, lang));
    open311_text(o, "service_name", k != NONE ? text_in(&city->categories[k].name, lang) : str_code(&r->category));
    open311_text(o, "service_code", str_code(&r->category));
    open311_text(o, "description", S(""));
    open311_text(o, "agency_responsible", u != NONE ? text_in(&city->units[u].name, lang) : S(""));
    open311_text(o, "service_notice", S(""));
    open311_time(o, "requested_datetime", city, r->filed);
    open311_time(o, "updated_datetime", city, r->is_over && !instant_is_none(r->ended) ? r->ended : r->updated);
    open311_time(o, "expected_datetime", city, r->due);
    open311_text(o, "address", S(""));
    open311_text(o, "address_id", S(""));
    open311_text(o, "zipcode", S(""));
    open311_number(o, "lat", p.lat_deg, 3);
    open311_number(o, "long", p.lon_deg, 3);
    open311_text(o, "media_url", S(""));
    open311_close(o);
}

/* --- the list --- */

struct list_ask {
    struct public_request r;
    size_t page;
    str ids; /* by commas: then nothing else counts */
};

static enum status bad(struct err *err, const char *field, const char *expected) {
    err_set(err, E_INVALID, "bad_value", "%s has no value that is understood.", field);
    err_field(err, "%s", field);
    err_hint(err, "%s: %s", field, expected);
    return E_INVALID;
}

static enum status read_time(const struct http_call *call, const char *name, instant *ret, struct err *err) {
    str text = open311_param(call, name);
    if (str_empty(text)) return OK;
    return instant_parse(text, ret) ? OK : bad(err, name, "2026-11-25T08:00:00Z");
}

/* At most ninety days, without a date the last ninety. */
static enum status read_span(const struct http_call *call, instant now, struct public_request *r, struct err *err) {
    enum status status = read_time(call, "start_date", &r->from, err);
    if (status == OK) status = read_time(call, "end_date", &r->upto, err);
    if (status != OK) return status;
    if (r->from.ms == 0 && r->upto.ms == 0) r->from.ms = now.ms - SPAN_MS;
    if (r->from.ms == 0) r->from.ms = r->upto.ms - SPAN_MS;
    if (r->upto.ms == 0 || r->upto.ms > r->from.ms + SPAN_MS) r->upto.ms = r->from.ms + SPAN_MS;
    return r->upto.ms >= r->from.ms ? OK : bad(err, "end_date", "not before start_date");
}

static enum status read_state(const struct http_call *call, struct public_request *r, struct err *err) {
    str all = open311_param(call, "status"), one;
    bool open = false, closed = false;
    while (str_split(&all, ',', &one)) {
        one = str_trim(one);
        if (!str_is(one, "open") && !str_is(one, "closed")) return bad(err, "status", "open, closed");
        open = open || str_is(one, "open");
        closed = closed || str_is(one, "closed");
    }
    r->state = open == closed ? PUBLIC_ANY : open ? PUBLIC_OPEN : PUBLIC_CLOSED;
    return OK;
}

static enum status read_codes(struct http_call *call, const struct city *city, struct public_request *r,
                              struct err *err) {
    str all = open311_param(call, "service_code"), one;
    code *codes = NEW_ARRAY(http_arena(call), code, PUBLIC_CATEGORIES);
    r->categories = codes;
    while (str_split(&all, ',', &one)) {
        const struct category *c = NULL;
        if (r->n_categories == PUBLIC_CATEGORIES) return bad(err, "service_code", "at most 50");
        enum status status = open311_find_service(city, str_trim(one), &c, err);
        if (status != OK) return status;
        codes[r->n_categories++] = c->key;
    }
    return OK;
}

static enum status read_size(const struct http_call *call, const char *name, size_t most, size_t *ret,
                             struct err *err) {
    int64_t n = 0;
    str text = open311_param(call, name);
    if (str_empty(text)) return OK;
    if (!str_to_i64(text, &n) || n < 1 || (uint64_t)n > most) return bad(err, name, "a number from 1");
    *ret = (size_t)n;
    return OK;
}

static enum status read_ask(struct api *api, struct http_call *call, struct list_ask *a, struct err *err) {
    *a = (struct list_ask){.r = {.near = lonlat_none(), .limit = PAGE_ROWS, .cursor = S("")}, .page = 1};
    a->ids = open311_param(call, "service_request_id");
    if (!str_empty(a->ids)) return OK;
    enum status status = read_span(call, app_now(api->app), &a->r, err);
    if (status == OK) status = read_state(call, &a->r, err);
    if (status == OK) status = read_codes(call, app_city(api->app), &a->r, err);
    if (status == OK) status = read_size(call, "page_size", PAGE_ROWS, &a->r.limit, err);
    return status == OK ? read_size(call, "page", PUBLIC_DEPTH, &a->page, err) : status;
}

/* Ids that nobody knows are left out. */
static void put_named_requests(struct open311_out *o, struct api *api, str ids, size_t lang, struct arena *arena) {
    str one;
    for (size_t i = 0; i < IDS_MAX && str_split(&ids, ',', &one); i++) {
        struct case_row row;
        str answer;
        if (app_public_case(api->app, str_trim(one), NULL, arena, &row, &answer, NULL) == OK)
            put_request(o, app_city(api->app), &row, answer, lang, arena);
    }
}

static enum status make_requests(struct api *api, struct http_call *call, size_t lang, const void *ctx,
                                 struct strbuf *out, struct err *err) {
    const struct list_ask *a = ctx;
    struct open311_out o;
    struct listing found = {0};
    enum status status = OK;
    if (str_empty(a->ids)) status = app_public_page(api->app, &a->r, a->page, http_arena(call), &found, err);
    if (status != OK) return status;
    open311_begin(&o, open311_is_json(call), out);
    open311_list(&o, "service_requests");
    if (!str_empty(a->ids)) put_named_requests(&o, api, a->ids, lang, http_arena(call));
    for (size_t i = 0; i < found.n; i++)
        put_request(&o, app_city(api->app), &found.rows[i], S(""), lang, http_arena(call));
    open311_close(&o);
    return OK;
}

void open311_requests(struct http_call *call, void *ctx) {
    static const char *const NAMES[] = {
        "service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size"};
    struct api *api = ctx;
    struct err err = {0};
    struct list_ask ask;
    struct strbuf key;
    enum status status = open311_ready(api, call, &err);
    if (status == OK) status = read_ask(api, call, &ask, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    strbuf_init(&key, 32 << 10);
    strbuf_add(&key, http_path(call));
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        str value = open311_param(call, NAMES[i]);
        strbuf_addf(&key, "\n%zu:", value.len);
        strbuf_add(&key, value);
    }
    const char *type = open311_type(open311_is_json(call));
    reply_kept(
        api, call,
        &(struct kept_request){str_dup(http_arena(call), strbuf_str(&key)), type, LIST_SECONDS, make_requests, &ask});
    strbuf_done(&key);
}

/* --- one request --- */

/* Whoever has a key of the account that filed it. errors: E_DENIED bad_api_key. */
static enum status asker_of(struct api *api, struct http_call *call, struct caller *caller, const struct caller **ret,
                            struct err *err) {
    str key = open311_param(call, "api_key");
    *ret = NULL;
    if (str_empty(key)) return OK;
    *ret = caller;
    return caller_by_key(api, call, key, caller, err);
}

static void reply_request(struct api *api, struct http_call *call, const struct case_row *row, str answer) {
    struct strbuf b;
    struct open311_out o;
    bool json = open311_is_json(call);
    strbuf_init(&b, 64 << 10);
    open311_begin(&o, json, &b);
    open311_list(&o, "service_requests");
    put_request(&o, app_city(api->app), row, answer, lang_of(api, call), http_arena(call));
    open311_close(&o);
    http_reply(call, 200, open311_type(json), strbuf_str(&b));
    strbuf_done(&b);
}

void open311_request(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct err err = {0};
    struct caller caller;
    const struct caller *asker = NULL;
    struct case_row row;
    str id, answer;
    enum status status = open311_ready(api, call, &err);
    if (status == OK) status = open311_id(call, &id, &err);
    if (status == OK) status = asker_of(api, call, &caller, &asker, &err);
    if (status == OK) status = app_public_case(api->app, id, asker, http_arena(call), &row, &answer, &err);
    if (status == OK)
        reply_request(api, call, &row, answer);
    else
        reply_err(call, &err);
}

/* No tokens are given here: a request has its id at once, and that is its token. */
void open311_token(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct err err = {0};
    struct case_row row;
    struct strbuf b;
    struct open311_out o;
    str id, answer;
    bool json = open311_is_json(call);
    enum status status = open311_ready(api, call, &err);
    if (status == OK) status = open311_id(call, &id, &err);
    if (status == OK) status = app_public_case(api->app, id, NULL, http_arena(call), &row, &answer, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    strbuf_init(&b, 4096);
    open311_begin(&o, json, &b);
    open311_list(&o, "service_requests");
    open311_item(&o, "request");
    open311_text(&o, "service_request_id", id);
    open311_text(&o, "token", id);
    open311_close(&o);
    open311_close(&o);
    http_reply(call, 200, open311_type(json), strbuf_str(&b));
    strbuf_done(&b);
}

/* --- filing --- */

struct filing_call {
    struct pending *pending;
    struct report report;
    char media[REPORT_MEDIA_MAX][33];
};

static enum status missing(struct err *err, const char *field, const char *what) {
    err_set(err, E_INVALID, "missing_field", "%s is missing.", field);
    err_field(err, "%s", field);
    err_hint(err, "%s", what);
    return E_INVALID;
}

static enum status read_place(const struct http_call *call, struct report *r, struct err *err) {
    str lat = open311_param(call, "lat"), lon = open311_param(call, "long");
    r->address = open311_param(call, "address_string");
    bool some = !str_empty(lat) || !str_empty(lon);
    if (some && (!str_to_double(lat, &r->place.lat_deg) || !str_to_double(lon, &r->place.lon_deg)))
        return bad(err, str_empty(lat) ? "lat" : "long", "degrees, WGS 84");
    if (some || !str_empty(r->address)) return OK;
    return missing(err, "lat, long", "lat, long / address_string");
}

static enum status read_condition(const struct http_call *call, struct report *r, struct err *err) {
    str text = open311_param(call, "attribute[condition]");
    if (str_empty(text)) text = open311_param(call, "attribute[condition][]");
    return code_from(text, &r->condition) ? OK : bad(err, "attribute[condition]", "services/{service_code}.xml");
}

/* "-" stands for no name with clients that must send one. */
static str full_name(const struct http_call *call, struct arena *arena) {
    str first = open311_param(call, "first_name"), last = open311_param(call, "last_name");
    if (str_is(last, "-")) last = S("");
    if (str_is(first, "-")) first = S("");
    return str_format(arena, "%.*s%s%.*s", P(first), str_empty(first) || str_empty(last) ? "" : " ", P(last));
}

static enum status check_lengths(const struct report *r, struct err *err) {
    const struct {
        str text;
        const char *field;
        size_t max;
    } all[] = {{r->text, "description", REPORT_TEXT_MAX},
               {r->address, "address_string", 200},
               {r->name, "last_name", 80},
               {r->phone, "phone", 40},
               {r->email, "email", 120}};
    enum status status = OK;
    for (size_t i = 0; status == OK && i < ARRAY_LEN(all); i++)
        status = report_text_check(all[i].text, all[i].field, all[i].max, err);
    return status;
}

static enum status read_filing(struct filing_call *f, struct err *err) {
    struct pending *p = f->pending;
    const struct city *city = app_city(p->api->app);
    const struct category *c = NULL;
    struct report *r = &f->report;
    report_init(r);
    str service = open311_param(p->call, "service_code");
    if (str_empty(service)) return missing(err, "service_code", "services.xml");
    enum status status = open311_find_service(city, service, &c, err);
    if (status == OK) status = read_place(p->call, r, err);
    if (status == OK) status = read_condition(p->call, r, err);
    if (status != OK) return status;
    r->category = c->key;
    r->text = open311_param(p->call, "description");
    if (str_empty(r->text)) r->text = text_in(&c->name, p->caller.lang);
    r->name = full_name(p->call, http_arena(p->call));
    r->phone = open311_param(p->call, "phone");
    r->email = open311_param(p->call, "email");
    return check_lengths(r, err);
}

/* --- photos: as files, or inside the address; an address elsewhere is kept for staff, never fetched --- */

static enum status keep(struct filing_call *f, str bytes, struct err *err) {
    struct report *r = &f->report;
    if (r->n_media == REPORT_MEDIA_MAX) {
        err_set(err, E_INVALID, "too_many_media", "At most %d photos go with a report.", REPORT_MEDIA_MAX);
        err_field(err, "media_url");
        return E_INVALID;
    }
    enum status status = media_keep(f->pending->api, bytes, f->media[r->n_media], err);
    if (status == OK) r->media[r->n_media] = str_z(f->media[r->n_media]);
    if (status == OK) r->n_media++;
    return status;
}

/* "data:image/jpeg;base64,…" */
static enum status keep_data(struct filing_call *f, str uri, struct err *err) {
    struct arena arena;
    ptrdiff_t comma = str_find(uri, S(";base64,"), 0);
    if (comma < 0 || uri.len > DATA_URI_MAX) return bad(err, "media_url", "data:image/jpeg;base64,…");
    str text = str_slice(uri, (size_t)comma + 8, uri.len);
    size_t n = 0;
    arena_init(&arena, 0);
    uint8_t *bytes = NEW_ARRAY(&arena, uint8_t, text.len + 1);
    bool good =
        sodium_base642bin(bytes, text.len, text.ptr, text.len, " \r\n", &n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
    enum status status = good ? keep(f, (str){(const char *)bytes, n}, err) : bad(err, "media_url", "base64");
    arena_done(&arena);
    return status;
}

/* Staff see where it is; whose server that is knows nobody here. */
static void keep_link(struct filing_call *f, str link) {
    struct report *r = &f->report;
    str text = str_format(http_arena(f->pending->call), "%.*s\nmedia_url: %.*s", P(r->text), P(link));
    if (utf8_count(text) <= REPORT_TEXT_MAX) r->text = text;
}

static enum status keep_media(struct filing_call *f, struct err *err) {
    struct http_call *call = f->pending->call;
    str uri;
    struct http_file file;
    enum status status = OK;
    for (size_t i = 0; status == OK && http_file(call, "media", i, &file); i++)
        if (file.bytes.len > 0) status = keep(f, file.bytes, err);
    for (size_t i = 0; status == OK && http_form(call, "media_url", i, &uri); i++) {
        uri = str_trim(uri);
        if (str_starts(uri, S("data:")))
            status = keep_data(f, uri, err);
        else if (!str_empty(uri))
            keep_link(f, uri);
    }
    return status;
}

/* --- sending it on --- */

static void answer_filed(struct pending *p) {
    const struct kase *c = &p->submission.result.kase;
    const struct city *city = app_city(p->api->app);
    struct arena *arena = http_arena(p->call);
    struct strbuf b;
    struct open311_out o;
    bool json = open311_is_json(p->call);
    str track = app_track(p->api->app, &c->number, arena);
    strbuf_init(&b, 16 << 10);
    open311_begin(&o, json, &b);
    open311_list(&o, "service_requests");
    open311_item(&o, "request");
    open311_text(&o, "service_request_id", app_handle(c->id, arena));
    open311_text(&o, "service_notice",
                 str_format(arena, "%.*s %s: %.*s/resident/track/%.*s", P(word(city, p->caller.lang, "open311.number")),
                            c->number.s, P(http_origin(p->call)), P(track)));
    open311_text(&o, "account_id", S(""));
    open311_close(&o);
    open311_close(&o);
    http_reply(p->call, 201, open311_type(json), strbuf_str(&b));
    strbuf_done(&b);
}

/* A header that our own servers send, so that an answer that was lost files nothing twice. */
static void take_key(struct filing_call *f) {
    struct pending *p = f->pending;
    const struct report *r = &f->report;
    str key = http_header(p->call, "Idempotency-Key");
    if (str_empty(key)) return;
    key = str_format(http_arena(p->call), "open311\n%s\n%.*s", p->caller.login.s, P(key));
    str values[] = {str_code(&r->category), str_code(&r->condition), r->text, r->address, r->name, r->phone, r->email};
    page_key(&p->submission.command, key, values, ARRAY_LEN(values));
}

static void filing_work(void *ctx) {
    struct filing_call *f = ctx;
    struct pending *p = f->pending;
    struct err err = {0};
    enum status status = read_filing(f, &err);
    if (status == OK) status = keep_media(f, &err);
    if (status == OK)
        status = app_report(p->api->app, &p->caller, &f->report, http_arena(p->call), &p->submission.command,
                            &p->intake, &err);
    if (status != OK) {
        reply_err(p->call, &err);
        http_resume(p->call);
        return;
    }
    p->submission.command.filing.channel = code_of("open311");
    take_key(f);
    pending_send(p);
}

/* The account of the key, or anybody where the package asks for none. */
static enum status filer_of(struct api *api, struct http_call *call, struct caller *ret, struct err *err) {
    str key = open311_param(call, "api_key");
    if (!str_empty(key)) return caller_by_key(api, call, key, ret, err);
    if (app_city(api->app)->open311.needs_key) {
        err_set(err, E_DENIED, "bad_api_key", "This needs an api_key.");
        err_hint(err, "%.*s", P(text_in(&app_city(api->app)->open311.keys, lang_of(api, call))));
        return E_DENIED;
    }
    *ret = app_stranger(api->app, lang_of(api, call));
    return OK;
}

void open311_post(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct err err = {0};
    struct filing_call *f = NEW(http_arena(call), struct filing_call);
    enum status status = open311_ready(api, call, &err);
    if (status == OK) status = filer_of(api, call, &caller, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    f->pending = pending_new(api, call, &caller);
    f->pending->answer = answer_filed;
    http_defer(call);
    if (http_pool_run(api->pictures, filing_work, f, &err) == OK) return;
    reply_err(call, &err);
    http_resume(call);
}
