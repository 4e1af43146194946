/* /api/v1/audit: the log, newest first, and the head of the transparency log. */
#include "api/api_int.h"

static const char *const KINDS[ENTRY_KIND_COUNT] = {
    [ENTRY_FILED] = "filed", [ENTRY_ACTED] = "acted",       [ENTRY_TICKED] = "ticked", [ENTRY_MOVED] = "moved",
    [ENTRY_READ] = "read",   [ENTRY_ERASED] = "erased",     [ENTRY_NOTED] = "noted",   [ENTRY_STAFF] = "staff",
    [ENTRY_CITY] = "city",   [ENTRY_EXCHANGE] = "exchange",
};

static enum status unknown(struct err *err, const char *field, const char *hint) {
    err_set(err, E_INVALID, "bad_value", "%s has no value that is understood.", field);
    err_field(err, "%s", field);
    err_hint(err, "%s", hint);
    return E_INVALID;
}

/* "read,staff" → bits; everything without. */
static enum status read_kinds(const struct http_call *call, uint32_t *ret, struct err *err) {
    str all = S(""), one;
    *ret = UINT32_MAX;
    http_query(call, "kind", &all);
    if (str_empty(all)) return OK;
    for (*ret = 0; str_split(&all, ',', &one);) {
        uint32_t bit = 0;
        for (int k = ENTRY_FILED; k < ENTRY_KIND_COUNT; k++)
            if (str_is(one, KINDS[k])) bit = 1U << k;
        if (bit == 0)
            return unknown(err, "kind",
                           "Known: filed, acted, ticked, moved, read, erased, noted, staff, city, exchange.");
        *ret |= bit;
    }
    return OK;
}

static enum status read_after(const struct http_call *call, uint64_t *ret, struct err *err) {
    str text;
    int64_t n = 0;
    if (http_query(call, "after", &text) && !str_empty(text) && (!str_to_i64(text, &n) || n < 1))
        return unknown(err, "after", "Give `next` of the page before.");
    *ret = (uint64_t)n;
    return OK;
}

static void put_actor(struct json_buf *w, const struct city *city, const struct log_line *l, size_t lang) {
    const struct actor *a = &l->line.actor;
    const struct role *role = city_role(city, str_code(&a->role));
    json_add_key(w, "actor");
    json_open_object(w);
    json_put_z(w, "kind", actor_word(a->kind));
    put_named(w, "role", &a->role, role == NULL ? str_code(&a->role) : text_in(&role->label, lang));
    put_unit(w, "unit", city, &a->unit, lang);
    if (!code_empty(&l->login)) json_put_code(w, "login", &l->login);
    json_close_object(w);
}

static void put_line(struct json_buf *w, const struct city *city, const struct log_line *l, size_t lang) {
    json_open_object(w);
    json_put_i64(w, "seq", (int64_t)l->seq);
    put_instant(w, "at", city, l->line.at);
    json_put_z(w, "kind", KINDS[l->line.kind]);
    json_put_str(w, "label", history_label(l->law, &l->procedure, &l->line, lang));
    if (!code_empty(&l->number)) json_put_code(w, "number", &l->number);
    put_actor(w, city, l, lang);
    if (!code_empty(&l->line.action)) json_put_code(w, "action", &l->line.action);
    if (!str_empty(l->line.staff_text)) json_put_str(w, "purpose", l->line.staff_text);
    json_close_object(w);
}

void audit_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct caller caller;
    struct err err = {0};
    struct log_lines lines = {0};
    uint32_t kinds = 0;
    uint64_t after = 0;
    size_t limit = 50;
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = read_kinds(call, &kinds, &err);
    if (status == OK) status = read_after(call, &after, &err);
    if (status == OK) status = query_limit(call, 500, &limit, &err);
    if (status == OK) status = app_log(api->app, &caller, kinds, after, limit, http_arena(call), &lines, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct items l;
    items_open(&l, 4 << 20);
    for (size_t i = 0; i < lines.n; i++) put_line(&l.w, app_city(api->app), &lines.lines[i], caller.lang);
    items_end(&l);
    json_add_key(&l.w, "next");
    if (lines.next > 0)
        json_add_str(&l.w, str_format(http_arena(call), "%llu", (unsigned long long)lines.next));
    else
        json_add_null(&l.w);
    items_send(&l, call);
}

static void put_hex(struct json_buf *w, const char *key, const uint8_t *bytes, size_t n) {
    struct strbuf hex;
    strbuf_init(&hex, 256);
    strbuf_add_hex(&hex, bytes, n);
    json_put_str(w, key, strbuf_str(&hex));
    strbuf_done(&hex);
}

/* Open to everybody: whoever keeps a head can later prove that nothing before it was changed. */
void audit_log(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct err err = {0};
    struct log_head head;
    struct strbuf b, note;
    struct json_buf w;
    uint8_t key[32];
    strbuf_init(&note, 4096);
    if (store_head(api->app->store, &head, &note, &err) != OK) {
        strbuf_done(&note);
        reply_err(call, &err);
        return;
    }
    store_public_key(api->app->store, key);
    strbuf_init(&b, 16 << 10);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_i64(&w, "seq", (int64_t)head.seq);
    put_instant(&w, "at", app_city(api->app), head.seq > 0 ? head.recorded : INSTANT_NONE);
    put_hex(&w, "root", head.root.b, sizeof head.root.b);
    json_put_str(&w, "signed", strbuf_str(&note));
    put_hex(&w, "key", key, sizeof key);
    json_close_object(&w);
    strbuf_done(&note);
    reply_json(call, 200, &b);
}
