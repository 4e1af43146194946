/* /api/v1/public: warnings and notices in force, for pages, other programs (CAP 1.2, Atom) and screens. An exercise says so
 * in every form. source: OASIS CAP 1.2; GB/T 35965.1-2018 (identifier). */
#include <string.h>

#include "api/page.h"
#include "api/words.h"

#define NOTICE_SECONDS 5
#define IDENTIFIER_MAX 48

/* --- shared by all forms --- */

static str area_names(const struct city *city, const struct published *p, size_t lang, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 16 << 10);
    str rest = p->areas;
    for (str one; str_split(&rest, ',', &one);) {
        uint32_t a = city_area(city, one);
        if (b.len > 0) strbuf_addz(&b, lang == 0 ? "、" : ", ");
        strbuf_add(&b, a == NONE ? one : text_in(&city->areas[a].name, lang));
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static str kind_name(const struct published *p, size_t lang) {
    uint32_t k = city_category(p->law, str_code(&p->kase.category));
    return k == NONE ? str_code(&p->kase.category) : text_in(&p->law->categories[k].name, lang);
}

static str in_lang(const str *texts, size_t lang) {
    return str_empty(texts[lang]) ? texts[0] : texts[lang];
}

static bool is_alert(const struct published *p) {
    return !code_empty(&p->level);
}

/* What it is called: the kind and the level of a warning, the title of a notice; an exercise first of all. */
static str headline(const struct city *city, const struct published *p, size_t lang, struct arena *arena) {
    const struct scale_step *level = city_step(p->law, SCALE_WARNINGS, str_code(&p->level));
    str mark = p->exercise ? word(city, lang, "notice.exercise") : S("");
    str what = is_alert(p) ? kind_name(p, lang) : in_lang(p->title, lang);
    str grade = level != NULL ? text_in(&level->label, lang) : S("");
    return str_format(arena, "%.*s%s%.*s%s%.*s", P(mark), p->exercise ? " " : "", P(what),
                      str_empty(grade) ? "" : " · ", P(grade));
}

/* ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N: division, trade (000), unit (000), extension (00), time of entry, serial within it. */
static str identifier(const struct city *city, const struct published *p, instant at, struct arena *arena) {
    struct strbuf b;
    char digits[15];
    size_t n = 0;
    strbuf_init(&b, IDENTIFIER_MAX);
    instant_format(&b, &city->calendar.zone, at);
    for (size_t i = 0; i < b.len && n < 14; i++)
        if (b.ptr[i] >= '0' && b.ptr[i] <= '9') digits[n++] = b.ptr[i];
    digits[n] = '\0';
    strbuf_done(&b);
    return str_format(arena, "%s00000000_%s_%d", city->division.s, digits,
                      (int)((at.ms / 100 + (int64_t)p->edition) % 10));
}

/* --- JSON --- */

static void put_published(struct json_buf *w, const struct city *city, const struct published *p, size_t lang,
                          struct arena *arena) {
    const struct scale_step *level = city_step(p->law, SCALE_WARNINGS, str_code(&p->level));
    json_open_object(w);
    json_put_str(w, "id", app_handle(p->kase.id, arena));
    json_put_z(w, "as", is_alert(p) ? "alert" : "notice");
    json_put_str(w, "headline", headline(city, p, lang, arena));
    put_category(w, "category", p->law, &p->kase.category, lang);
    if (level != NULL) put_named(w, "level", &p->level, text_in(&level->label, lang));
    put_instant(w, "starts", city, p->starts);
    put_instant(w, "ends", city, p->ends);
    put_instant(w, "issued", city, p->issued);
    if (!code_empty(&p->issuer)) put_unit(w, "issuer", city, &p->issuer, lang);
    json_add_key(w, "areas");
    json_open_array(w);
    str rest = p->areas;
    for (str one; str_split(&rest, ',', &one);) {
        uint32_t a = city_area(city, one);
        json_open_object(w);
        json_put_str(w, "code", one);
        json_put_str(w, "name", a == NONE ? one : text_in(&city->areas[a].name, lang));
        json_close_object(w);
    }
    json_close_array(w);
    json_put_str(w, "text", in_lang(p->text, lang));
    if (is_alert(p)) json_put_str(w, "measures", in_lang(p->measures, lang));
    if (p->exercise) json_put_bool(w, "exercise", true);
    json_close_object(w);
}

struct asked {
    code area;
};

static enum status put_all(struct api *api, struct http_call *call, size_t lang, const struct asked *asked,
                           enum published_as as, struct json_buf *w, struct err *err) {
    struct published *all = NULL;
    size_t n = 0;
    enum status status = app_published(api->app, as, asked->area, http_arena(call), &all, &n, err);
    for (size_t i = 0; status == OK && i < n; i++)
        if (!all[i].lifted) put_published(w, app_city(api->app), &all[i], lang, http_arena(call));
    return status;
}

static enum status make_notices(struct api *api, struct http_call *call, size_t lang, const void *ctx,
                                struct strbuf *out, struct err *err) {
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    json_add_key(&w, "items");
    json_open_array(&w);
    enum status status = put_all(api, call, lang, ctx, PUBLISHED_ALERT, &w, err);
    if (status == OK) status = put_all(api, call, lang, ctx, PUBLISHED_NOTICE, &w, err);
    json_close_array(&w);
    json_close_object(&w);
    return status;
}

void public_notices(struct http_call *call, void *ctx) {
    struct asked asked = {0};
    struct err err = {0};
    str text;
    if (http_query(call, "area", &text) && !str_empty(text) && !code_from(text, &asked.area)) {
        err_set(&err, E_INVALID, "unknown_area", "This area does not exist here.");
        err_field(&err, "area");
        reply_err(call, &err);
        return;
    }
    str key = str_format(http_arena(call), "public/notices\n%s", asked.area.s);
    reply_kept(ctx, call,
               &(struct kept_request){.key = key, .seconds = NOTICE_SECONDS, .make = make_notices, .ctx = &asked});
}

/* --- CAP 1.2 --- */

static void element(struct strbuf *b, const char *name, str text) {
    strbuf_addf(b, "<%s>", name);
    strbuf_add_html(b, text);
    strbuf_addf(b, "</%s>\n", name);
}

/* A time as CAP writes it: without fractions, the offset never "Z". */
static void cap_time(struct strbuf *b, const char *name, const struct city *city, instant t) {
    instant whole = {t.ms - t.ms % 1000};
    if (instant_is_none(t)) return;
    strbuf_addf(b, "<%s>", name);
    size_t from = b->len;
    instant_format(b, &city->calendar.zone, whole);
    if (b->len > from && b->ptr[b->len - 1] == 'Z') {
        b->len--;
        strbuf_addz(b, "-00:00");
    }
    strbuf_addf(b, "</%s>\n", name);
}

/* The rings of an area, closed, latitude before longitude. */
static void cap_polygons(struct strbuf *b, const struct shape *s) {
    for (size_t r = 0; r < s->n_rings; r++) {
        const struct ring *ring = &s->rings[r];
        strbuf_addz(b, "<polygon>");
        for (size_t i = 0; i <= ring->n && ring->n > 0; i++) {
            lonlat at = lonlat_from_point(ring->points[i % ring->n]);
            strbuf_addf(b, "%s%.5f,%.5f", i > 0 ? " " : "", at.lat_deg, at.lon_deg);
        }
        strbuf_addz(b, "</polygon>\n");
    }
}

static void cap_areas(struct strbuf *b, const struct city *city, const struct published *p, size_t lang) {
    str rest = p->areas;
    for (str one; str_split(&rest, ',', &one);) {
        uint32_t a = city_area(city, one);
        strbuf_addz(b, "<area>\n");
        element(b, "areaDesc", a == NONE ? one : text_in(&city->areas[a].name, lang));
        if (a != NONE) cap_polygons(b, &city->areas[a].shape);
        strbuf_addz(b, "<geocode><valueName>GB/T 2260</valueName><value>");
        strbuf_add_html(b, one);
        strbuf_addz(b, "</value></geocode>\n</area>\n");
    }
}

static void cap_info(struct strbuf *b, const struct city *city, const struct published *p, size_t lang,
                     struct arena *arena) {
    const struct scale_step *level = city_step(p->law, SCALE_WARNINGS, str_code(&p->level));
    uint32_t u = city_unit(city, str_code(&p->issuer));
    strbuf_addz(b, "<info>\n");
    element(b, "language", str_is(city->langs[lang], "zh") ? S("zh-CN") : city->langs[lang]);
    element(b, "category", S("Safety"));
    element(b, "event", kind_name(p, lang));
    element(b, "responseType", p->lifted ? S("AllClear") : S("Prepare"));
    element(b, "urgency", p->lifted ? S("Past") : S("Expected"));
    element(b, "severity", level != NULL ? str_code(&level->severity) : S("Unknown"));
    element(b, "certainty", S("Likely"));
    strbuf_addz(b, "<eventCode><valueName>category</valueName><value>");
    strbuf_add_html(b, str_code(&p->kase.category));
    strbuf_addz(b, "</value></eventCode>\n");
    cap_time(b, "effective", city, p->issued);
    cap_time(b, "onset", city, p->starts);
    cap_time(b, "expires", city, p->ends);
    element(b, "senderName", u == NONE ? text_in(&city->label, lang) : text_in(&city->units[u].name, lang));
    element(b, "headline", headline(city, p, lang, arena));
    element(b, "description", in_lang(p->text, lang));
    element(b, "instruction", in_lang(p->measures, lang));
    strbuf_addz(b, "<parameter><valueName>warningColor</valueName><value>");
    strbuf_add_html(b, str_code(&p->level));
    strbuf_addz(b, "</value></parameter>\n");
    cap_areas(b, city, p, lang);
    strbuf_addz(b, "</info>\n");
}

static void put_cap(struct strbuf *b, const struct city *city, const struct published *p, struct arena *arena) {
    str sender = str_format(arena, "yiwang.%s", city->name.s);
    strbuf_addz(b,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n");
    element(b, "identifier", identifier(city, p, p->changed, arena));
    element(b, "sender", sender);
    cap_time(b, "sent", city, p->changed);
    element(b, "status", p->exercise ? S("Exercise") : S("Actual"));
    element(b, "msgType", p->lifted ? S("Cancel") : p->edition > 1 ? S("Update") : S("Alert"));
    element(b, "scope", S("Public"));
    if (p->exercise) element(b, "note", word(city, 0, "notice.exercise"));
    if (p->lifted || p->edition > 1) {
        strbuf_addz(b, "<references>");
        strbuf_add_html(b, sender);
        strbuf_addz(b, ",");
        strbuf_add_html(b, identifier(city, p, p->first, arena));
        strbuf_addz(b, ",");
        instant_format(b, &city->calendar.zone, (instant){p->first.ms - p->first.ms % 1000});
        strbuf_addz(b, "</references>\n");
    }
    for (size_t l = 0; l < city->n_langs; l++) cap_info(b, city, p, l, arena);
    strbuf_addz(b, "</alert>\n");
}

static enum status make_cap(struct api *api, struct http_call *call, size_t lang, const void *ctx, struct strbuf *out,
                            struct err *err) {
    const str *id = ctx;
    struct published *all = NULL;
    size_t n = 0;
    code anywhere = {0};
    (void)lang;
    enum status status = app_published(api->app, PUBLISHED_ALERT, anywhere, http_arena(call), &all, &n, err);
    for (size_t i = 0; status == OK && i < n; i++) {
        if (!str_eq(app_handle(all[i].kase.id, http_arena(call)), *id)) continue;
        put_cap(out, app_city(api->app), &all[i], http_arena(call));
        return OK;
    }
    return status != OK ? status : err_set(err, E_NOT_FOUND, "unknown_alert", "No such warning is in force.");
}

void public_alert(struct http_call *call, void *ctx) {
    str id = http_param(call, "id");
    str key = str_format(http_arena(call), "public/alert\n%.*s", P(id));
    reply_kept(ctx, call,
               &(struct kept_request){.key = key,
                                      .type = "application/cap+xml; charset=utf-8",
                                      .seconds = NOTICE_SECONDS,
                                      .make = make_cap,
                                      .ctx = &id});
}

/* --- Atom: one entry for each warning, its CAP behind the link --- */

static void add_alert_entry(struct strbuf *b, const struct city *city, const struct published *p, str origin,
                            size_t lang, struct arena *arena) {
    str id = app_handle(p->kase.id, arena);
    strbuf_addz(b, "<entry>\n");
    element(b, "id",
            str_format(arena, "urn:yiwang:%s:alert:%.*s:%u%s", city->name.s, P(id), (unsigned)p->edition,
                       p->lifted ? ":lifted" : ""));
    str title = headline(city, p, lang, arena);
    element(b, "title",
            p->lifted ? str_format(arena, "%.*s: %.*s", P(word(city, lang, "notice.lifted")), P(title)) : title);
    cap_time(b, "updated", city, p->changed);
    element(b, "summary",
            str_format(arena, "%.*s · %.*s", P(area_names(city, p, lang, arena)), P(in_lang(p->text, lang))));
    strbuf_addz(b, "<link rel=\"alternate\" type=\"application/cap+xml\" href=\"");
    strbuf_add_html(b, str_format(arena, "%.*s/api/v1/public/alerts/%.*s", P(origin), P(id)));
    strbuf_addz(b, "\"/>\n</entry>\n");
}

static enum status make_alert_feed(struct api *api, struct http_call *call, size_t lang, const void *ctx,
                                   struct strbuf *out, struct err *err) {
    const struct city *city = app_city(api->app);
    struct arena *arena = http_arena(call);
    struct published *all = NULL;
    size_t n = 0;
    code anywhere = {0};
    (void)ctx;
    enum status status = app_published(api->app, PUBLISHED_ALERT, anywhere, arena, &all, &n, err);
    if (status != OK) return status;
    str label = text_in(&city->label, lang);
    strbuf_addz(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    element(out, "id", str_format(arena, "urn:yiwang:%s:alerts", city->name.s));
    element(out, "title", str_format(arena, "%.*s · %.*s", P(label), P(word(city, lang, "notice.alerts"))));
    strbuf_addz(out, "<author>\n");
    element(out, "name", label);
    strbuf_addz(out, "</author>\n");
    cap_time(out, "updated", city, n > 0 ? all[0].changed : (instant){0});
    for (size_t i = 0; i < n; i++) add_alert_entry(out, city, &all[i], http_origin(call), lang, arena);
    strbuf_addz(out, "</feed>\n");
    return OK;
}

void public_alert_feed(struct http_call *call, void *ctx) {
    str key = str_format(http_arena(call), "public/alerts\n%.*s", P(http_origin(call)));
    reply_kept(ctx, call,
               &(struct kept_request){.key = key,
                                      .type = "application/atom+xml; charset=utf-8",
                                      .seconds = NOTICE_SECONDS,
                                      .make = make_alert_feed});
}

/* --- the resident's pages --- */

static void put_banner(struct page *p, const struct published *n) {
    const struct city *city = app_city(p->api->app);
    struct arena *arena = http_arena(p->call);
    page_raw(p, "<section class=\"notice\" role=status");
    page_attr(p, "data-level", is_alert(n) ? str_code(&n->level) : S("notice"));
    page_raw(p, ">");
    page_text(p, "h2", headline(city, n, p->lang, arena));
    page_text(p, "p", in_lang(n->text, p->lang));
    if (is_alert(n)) page_text(p, "p", in_lang(n->measures, p->lang));
    page_text(p, "p class=muted", area_names(city, n, p->lang, arena));
    page_raw(p, "<dl>");
    page_when(p, "notice.until", n->ends);
    page_raw(p, "</dl>");
    page_raw(p, "</section>\n");
}

void put_notices(struct page *p) {
    static const enum published_as kinds[] = {PUBLISHED_ALERT, PUBLISHED_NOTICE};
    code anywhere = {0};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        struct published *all = NULL;
        size_t n = 0;
        if (app_published(p->api->app, kinds[k], anywhere, http_arena(p->call), &all, &n, NULL) != OK) return;
        for (size_t i = 0; i < n; i++)
            if (!all[i].lifted) put_banner(p, &all[i]);
    }
}
