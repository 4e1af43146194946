#include "app/cap.h"

#include "base/json.h"

#define DATA_MAX ((size_t)64 << 10)
#define WORDS_MAX 4000

/* The number under which a message is known: its identifier as far as a code holds it, else a hash of it. */
static str number_of(str identifier, struct arena *arena) {
    code fits;
    struct strbuf hex;
    if (code_from(identifier, &fits)) return identifier;
    digest d = sha256(identifier);
    strbuf_init(&hex, 64);
    strbuf_add_hex(&hex, d.b, 12);
    str ret = str_format(arena, "cap-%.*s", P(strbuf_str(&hex)));
    strbuf_done(&hex);
    return ret;
}

/* The part in the first language of the city, else the first. */
static const struct cap_info *info_for(const struct city *city, const struct cap_alert *a) {
    for (size_t i = 0; i < a->n_infos; i++)
        if (str_starts(a->infos[i].language, city->langs[0])) return &a->infos[i];
    return a->n_infos > 0 ? &a->infos[0] : NULL;
}

/* The peer's word for the event that the package knows; "*" stands for all others. out: empty if there is none. */
static str known_word(const struct peer *p, const struct cap_alert *a) {
    for (size_t i = 0; i < a->n_infos; i++) {
        const struct cap_info *info = &a->infos[i];
        if (peer_category(p, info->event) != NULL) return info->event;
        for (size_t k = 0; k < info->n_codes; k++)
            if (peer_category(p, info->codes[k]) != NULL) return info->codes[k];
    }
    return peer_category(p, S("*")) != NULL ? S("*") : S("");
}

static void add_line(struct strbuf *b, str text) {
    if (str_empty(text)) return;
    if (b->len > 0) strbuf_addc(b, '\n');
    strbuf_add(b, text);
}

static str words_of(const struct city *city, const struct cap_alert *a, struct arena *arena) {
    const struct cap_info *info = info_for(city, a);
    struct strbuf b, places;
    if (info == NULL) return S("");
    strbuf_init(&b, DATA_MAX);
    strbuf_init(&places, DATA_MAX);
    add_line(&b, str_empty(info->headline) ? info->event : info->headline);
    add_line(&b, info->description);
    add_line(&b, info->instruction);
    for (size_t i = 0; i < info->n_areas; i++) {
        if (i > 0) strbuf_addz(&places, " · ");
        strbuf_add(&places, info->areas[i]);
    }
    add_line(&b, strbuf_str(&places));
    add_line(&b, str_format(arena, "%.*s · %.*s · %.*s", P(info->severity), P(info->urgency), P(info->certainty)));
    if (!instant_is_none(info->expires)) {
        strbuf_addz(&b, " · ");
        instant_format(&b, &city->calendar.zone, info->expires);
    }
    str ret = str_dup(arena, utf8_prefix(strbuf_str(&b), WORDS_MAX));
    strbuf_done(&places);
    strbuf_done(&b);
    return ret;
}

/* The message as a platform would say it: data of app_outside_say. */
static str data_of(const struct city *city, const struct cap_alert *a, str event, str number, struct arena *arena) {
    const struct cap_info *info = info_for(city, a);
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, DATA_MAX);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_str(&w, "number", number);
    if (!str_empty(event)) json_put_str(&w, "category", event);
    json_put_str(&w, "text", words_of(city, a, arena));
    json_put_i64(&w, "happened", a->sent.ms);
    if (str_is(a->status, "Exercise")) json_put_z(&w, "channel", "exercise");
    if (info != NULL && !lonlat_is_none(info->place)) {
        json_put_double(&w, "lon", info->place.lon_deg, 6);
        json_put_double(&w, "lat", info->place.lat_deg, 6);
    }
    json_close_object(&w);
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static enum status not_taken(struct err *err, const char *why) {
    return err_set(err, E_INVALID, "not_taken", "%s", why);
}

static bool is_over(const struct cap_alert *a, instant now) {
    for (size_t i = 0; i < a->n_infos; i++)
        if (instant_is_none(a->infos[i].expires) || a->infos[i].expires.ms > now.ms) return false;
    return a->n_infos > 0;
}

/* The case of the first message referred to that is known here, in the same play: an exercise never touches the real thing. */
static bool referred(struct app *app, const struct peer *p, const struct cap_alert *a, struct arena *arena,
                     str *ret_number, struct kase *ret) {
    static const code exercise = {"exercise"};
    for (size_t i = 0; i < a->n_references; i++) {
        uint64_t id = 0;
        *ret_number = number_of(a->references[i], arena);
        if (store_partner_case(app->store, &p->code, *ret_number, &id, NULL) != OK) continue;
        if (store_case(app->store, id, ret, NULL) != OK) continue;
        if (case_flag(ret, &exercise) == str_is(a->status, "Exercise")) return true;
    }
    return false;
}

static enum status say(struct app *app, const struct peer *p, const struct cap_alert *a, struct arena *arena,
                       struct outside_taken *ret, struct err *err) {
    const struct city *city = app_city(app);
    str number = number_of(a->identifier, arena), earlier = S("");
    uint64_t id = 0;
    enum status status = store_wait(app->store, store_seq(app->store), 5000, err);
    if (status != OK) return status;
    if (store_partner_case(app->store, &p->code, number, &id, NULL) == OK) { /* a copy of what is here */
        ret->repeated = true;
        return store_case(app->store, id, &ret->kase, err);
    }
    bool cancels = str_is(a->type, "Cancel");
    if (!str_is(a->type, "Alert") && referred(app, p, a, arena, &earlier, &ret->kase)) {
        const code kind = code_of(cancels ? "cancelled" : "updated");
        return app_outside_say(app, p, &kind, data_of(city, a, S(""), earlier, arena), a->identifier, NULL, arena, ret,
                               err);
    }
    if (cancels) return err_set(err, E_NOT_FOUND, "unknown_reference", "It cancels a message that is not known here.");
    const code kind = code_of("case");
    str event = known_word(p, a);
    if (str_empty(event)) {
        err_set(err, E_INVALID, "unknown_event", "The package has no category for this event of %s.", p->code.s);
        err_hint(err, "services of the peer in peers.yaml; \"*\" stands for every event");
        return E_INVALID;
    }
    return app_outside_say(app, p, &kind, data_of(city, a, event, number, arena), a->identifier, NULL, arena, ret, err);
}

enum status app_cap_take(struct app *app, const code *peer, const struct webhook *w, str body, struct arena *arena,
                         struct outside_taken *ret, struct err *err) {
    const struct peer *p = city_peer(app_city(app), str_code(peer));
    struct cap_alert *a = NEW(arena, struct cap_alert);
    *ret = (struct outside_taken){0};
    if (p == NULL || p->kind != PEER_CAP)
        return err_set(err, E_NOT_FOUND, "unknown_peer", "Nobody sends warnings as %s.", peer->s);
    enum status status = app_outside_signed(app, peer, w, body, arena, err);
    if (status == OK) status = cap_read(body, arena, a, err);
    if (status != OK) return status;
    if (!str_is(a->status, "Actual") && !str_is(a->status, "Exercise"))
        return not_taken(err, "Only messages of the status Actual or Exercise are taken.");
    if (str_is(a->type, "Ack") || str_is(a->type, "Error"))
        return not_taken(err, "Only alerts, updates and cancellations are taken.");
    if (!str_is(a->type, "Cancel") && (a->n_infos == 0 || is_over(a, app_now(app))))
        return not_taken(err, "This warning says nothing, or is over.");
    return say(app, p, a, arena, ret, err);
}
