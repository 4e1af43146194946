/* What a reporter takes along from the receipt: the address as a QR code, the due time as an entry of a calendar. */
#include <qrencode.h>
#include <string.h>

#include "api/api_int.h"
#include "api/words.h"

#define QUIET 4 /* modules of white around a QR code, as the standard wants */
#define ICS_LINE_MAX 75

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

/* A content line, folded between characters. */
static void add_line(struct strbuf *b, const char *name, str value) {
    size_t used = strlen(name) + 1;
    strbuf_addf(b, "%s:", name);
    for (size_t at = 0; at < value.len;) {
        size_t end = at;
        (void)utf8_next(value, &end);
        if (used + (end - at) > ICS_LINE_MAX) {
            strbuf_addz(b, "\r\n ");
            used = 1;
        }
        strbuf_add(b, str_slice(value, at, end));
        used += end - at;
        at = end;
    }
    strbuf_addz(b, "\r\n");
}

/* TEXT: backslash, comma, semicolon and line ends escaped. */
static str escaped(str text, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 64 << 10);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\r') continue;
        if (c == '\\' || c == ',' || c == ';') strbuf_addc(&b, '\\');
        if (c == '\n')
            strbuf_addz(&b, "\\n");
        else
            strbuf_addc(&b, c);
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static str utc(instant t, struct arena *arena) {
    static const struct zone UTC = {0};
    struct civil c = civil_from_instant(&UTC, t);
    return str_format(arena, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.mday, c.hour, c.minute, c.second);
}

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
    add_line(b, "BEGIN", S("VEVENT"));
    add_line(b, "UID", str_format(a, "%s@%s.yiwang", c->number.s, city->name.s));
    add_line(b, "DTSTAMP", utc(app_now(api->app), a));
    add_line(b, "SEQUENCE", str_format(a, "%u", c->version));
    add_line(b, "DTSTART", utc(due, a));
    add_line(b, "DURATION", S("PT15M"));
    add_line(b, "SUMMARY", escaped(summary, a));
    add_line(b, "DESCRIPTION", escaped(description, a));
    add_line(b, "URL", address);
    add_line(b, "TRANSP", S("TRANSPARENT"));
    add_line(b, "CLASS", S("PRIVATE"));
    add_line(b, "END", S("VEVENT"));
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
    add_line(&b, "BEGIN", S("VCALENDAR"));
    add_line(&b, "VERSION", S("2.0"));
    add_line(&b, "PRODID", S("-//yiwang//" YIWANG_VERSION "//EN"));
    add_line(&b, "CALSCALE", S("GREGORIAN"));
    put_event(&b, api, call, v, due);
    add_line(&b, "END", S("VCALENDAR"));
    http_add_header(call, "Content-Disposition",
                    str_format(http_arena(call), "attachment; filename=\"%s.ics\"", v->kase.number.s));
    http_reply(call, 200, "text/calendar; charset=utf-8", strbuf_str(&b));
    strbuf_done(&b);
}
