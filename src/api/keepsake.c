/* What a reporter takes along from the receipt: the address as a QR code, the due time as an entry of a calendar. */
#include <qrencode.h>

#include "api/api_int.h"
#include "api/ics.h"
#include "api/words.h"

#define QUIET 4 /* modules of white around a QR code, as the standard wants */

static str track_address(struct http_call *call) {
    struct strbuf b;
    strbuf_init(&b, 1024);
    strbuf_add(&b, http_origin(call));
    strbuf_addz(&b, "/resident/track/");
    strbuf_add_url(&b, http_param(call, "track"));
    str ret = str_dup(http_arena(call), strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static bool find_case(struct api *api, struct http_call *call, struct case_view **ret) {
    struct err err = {0};
    *ret = NEW(http_arena(call), struct case_view);
    if (app_track_case(api->app, http_param(call, "track"), http_arena(call), *ret, &err) == OK) return true;
    reply_err(call, &err);
    return false;
}

/* --- QR --- */

static bool is_dark(const QRcode *q, int x, int y) {
    return x < q->width && (q->data[y * q->width + x] & 1) != 0;
}

/* One rectangle for each run of dark modules. */
static void put_modules(struct strbuf *b, const QRcode *q) {
    for (int y = 0; y < q->width; y++)
        for (int x = 0, from; x < q->width; x++) {
            for (from = x; is_dark(q, x, y);) x++;
            if (x > from) strbuf_addf(b, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
        }
}

static void put_svg(struct strbuf *b, const QRcode *q) {
    int size = q->width + 2 * QUIET;
    strbuf_addf(b,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
                "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
                size, size, size, size);
    put_modules(b, q);
    strbuf_addz(b, "\"/></svg>\n");
}

void track_qr(struct http_call *call, void *ctx) {
    struct case_view *v;
    if (!find_case(ctx, call, &v)) return;
    struct err err = {0};
    const char *address = str_cstr(http_arena(call), track_address(call));
    QRcode *q = QRcode_encodeString8bit(address, 0, QR_ECLEVEL_M);
    if (q == NULL) {
        err_set(&err, E_INVALID, "too_long", "The address is too long for a QR code.");
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    strbuf_init(&b, 256 << 10);
    put_svg(&b, q);
    QRcode_free(q);
    http_add_header(call, "Content-Security-Policy", S("default-src 'none'; frame-ancestors 'none'"));
    http_add_header(call, "Cache-Control", S("private, max-age=86400"));
    http_reply(call, 200, "image/svg+xml", strbuf_str(&b));
    strbuf_done(&b);
}

/* --- calendar (RFC 5545) --- */

static void put_event(struct strbuf *b, struct api *api, struct http_call *call, const struct case_view *v,
                      instant due) {
    struct arena *a = http_arena(call);
    const struct city *city = app_city(api->app);
    const struct kase *c = &v->kase;
    size_t lang = lang_of(api, call);
    uint32_t k = city_category(v->law, str_code(&c->category));
    str category = k == NONE ? str_code(&c->category) : text_in(&v->law->categories[k].name, lang);
    str title = word(city, lang, "calendar.title"), address = track_address(call);
    str summary = str_format(a, "%.*s %.*s (%s)", P(title), P(category), c->number.s);
    str state = state_label(v->law, &c->procedure, &c->state, true, lang);
    str description = str_format(a, "%.*s\n%.*s\n%.*s", P(state), P(word(city, lang, "calendar.body")), P(address));
    ics_line(b, "BEGIN", S("VEVENT"));
    ics_line(b, "UID", str_format(a, "%s@%s.yiwang", c->number.s, city->name.s));
    ics_line(b, "DTSTAMP", ics_utc(app_now(api->app), a));
    ics_line(b, "SEQUENCE", str_format(a, "%u", c->version));
    ics_line(b, "DTSTART", ics_utc(due, a));
    ics_line(b, "DURATION", S("PT15M"));
    ics_line(b, "SUMMARY", ics_text(summary, a));
    ics_line(b, "DESCRIPTION", ics_text(description, a));
    ics_line(b, "URL", address);
    ics_line(b, "TRANSP", S("TRANSPARENT"));
    ics_line(b, "CLASS", S("PRIVATE"));
    ics_line(b, "END", S("VEVENT"));
}

void track_calendar(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v;
    if (!find_case(api, call, &v)) return;
    struct err err = {0};
    instant due = case_due(&v->kase, NULL);
    if (instant_is_none(due)) {
        err_set(&err, E_NOT_FOUND, "no_due", "There is no due time to put into a calendar.");
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    strbuf_init(&b, 64 << 10);
    ics_begin(&b, STR_NONE);
    put_event(&b, api, call, v, due);
    ics_line(&b, "END", S("VCALENDAR"));
    http_add_header(call, "Content-Disposition",
                    str_format(http_arena(call), "attachment; filename=\"%s.ics\"", v->kase.number.s));
    http_reply(call, 200, "text/calendar; charset=utf-8", strbuf_str(&b));
    strbuf_done(&b);
}
