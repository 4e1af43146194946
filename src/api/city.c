/* GET /api/v1/city: codes, names and settings, for forms, maps and lists. */
#include "api/api_int.h"
#include "api/faces.h"
#include "api/words.h"

/* What names this program with its faces: pages load themselves anew when it changes. */
static void put_build(struct json_buf *w) {
    str pieces[] = {str_z(FACE_BUILD), S("\n" YIWANG_VERSION)};
    digest d = sha256_pieces(pieces, ARRAY_LEN(pieces));
    struct strbuf hex;
    strbuf_init(&hex, 64);
    strbuf_add_hex(&hex, d.b, 8);
    json_put_z(w, "version", YIWANG_VERSION);
    json_put_str(w, "build", strbuf_str(&hex));
    strbuf_done(&hex);
}

void put_limit(struct json_buf *w, const char *key, const struct limit *l) {
    json_add_key(w, key);
    if (l->unit == LIMIT_NONE) {
        json_add_null(w);
        return;
    }
    json_open_object(w);
    json_put_i64(w, "amount", l->amount);
    json_put_z(w, "unit", limit_unit_name(l->unit));
    json_close_object(w);
}

static void put_condition(struct json_buf *w, const struct city *city, const struct condition *c, size_t lang) {
    json_open_object(w);
    json_put_code(w, "code", &c->code);
    json_put_str(w, "filing", text_in(&c->filing, lang));
    json_put_str(w, "closing", text_in(&c->closing, lang));
    json_put_str(w, "basis", basis_word(city, lang, c->limit.basis));
    put_limit(w, "limit", &c->limit);
    json_put_bool(w, "photo", c->photo_needed);
    json_put_bool(w, "sample", c->sample);
    json_close_object(w);
}

/* The letter that begins a key, in a word where it is one of the two that the standards know. */
static str category_kind(const struct category *k) {
    return k->key.s[0] == 'c' ? S("component") : k->key.s[0] == 'm' ? S("matter") : (str){k->key.s, 1};
}

/* What the service of a category gives, and the papers it asks for; nothing for other categories. */
static void put_service(struct json_buf *w, const struct city *city, uint32_t category, size_t lang) {
    const struct service_item *item = NULL;
    for (size_t i = 0; i < city->n_items; i++)
        if (city->items[i].category == category) item = &city->items[i];
    if (item == NULL) return;
    json_add_key(w, "service");
    json_open_object(w);
    json_put_str(w, "result", text_in(&item->result, lang));
    json_put_str(w, "conditions", text_in(&item->conditions, lang));
    json_put_str(w, "basis", basis_word(city, lang, item->basis));
    json_add_key(w, "materials");
    json_open_array(w);
    for (size_t i = 0; i < city->n_materials; i++) {
        const struct material *m = &city->materials[i];
        if (m->category != category) continue;
        json_open_object(w);
        json_put_code(w, "code", &m->code);
        json_put_str(w, "name", text_in(&m->name, lang));
        json_put_bool(w, "held", m->held_by != NONE);
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

static void put_categories(struct json_buf *w, const struct city *city, size_t lang) {
    json_add_key(w, "categories");
    json_open_array(w);
    for (size_t i = 0; i < city->n_categories; i++) {
        const struct category *k = &city->categories[i];
        json_open_object(w);
        json_put_code(w, "code", &k->key);
        json_put_str(w, "name", text_in(&k->name, lang));
        json_put_str(w, "kind", category_kind(k));
        json_put_code(w, "parent", &k->parent);
        json_put_code(w, "procedure", &k->procedure);
        json_put_bool(w, "intake", k->intake);
        json_put_bool(w, "private", k->is_private);
        json_add_key(w, "conditions");
        json_open_array(w);
        for (uint32_t n = k->first_condition; n < k->first_condition + k->n_conditions; n++)
            put_condition(w, city, &city->conditions[n], lang);
        json_close_array(w);
        put_service(w, city, (uint32_t)i, lang);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_units(struct json_buf *w, const struct city *city, size_t lang) {
    json_add_key(w, "units");
    json_open_array(w);
    for (size_t i = 0; i < city->n_units; i++) {
        const struct unit *u = &city->units[i];
        json_open_object(w);
        json_put_code(w, "code", &u->code);
        json_put_str(w, "name", text_in(&u->name, lang));
        json_put_code(w, "kind", &u->kind);
        json_put_str(w, "parent", u->parent == NONE ? STR_NONE : str_code(&city->units[u->parent].code));
        json_put_str(w, "area", u->area == NONE ? STR_NONE : str_code(&city->areas[u->area].code));
        json_put_bool(w, "top", u->top);
        json_put_str(w, "phone", u->phone);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_channels(struct json_buf *w, const struct city *city, size_t lang) {
    json_add_key(w, "channels");
    json_open_array(w);
    for (size_t i = 0; i < city->n_channels; i++) {
        const struct channel *c = &city->channels[i];
        json_open_object(w);
        json_put_code(w, "code", &c->code);
        json_put_str(w, "name", text_in(&c->name, lang));
        json_put_str(w, "phone", c->phone);
        json_put_str(w, "advice", text_in(&c->advice, lang));
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_layers(struct json_buf *w, const struct city *city, size_t lang) {
    json_add_key(w, "layers");
    json_open_array(w);
    for (size_t i = 0; i < city->n_layers; i++) {
        const struct layer *l = &city->layers[i];
        json_open_object(w);
        json_put_code(w, "name", &l->name);
        json_put_str(w, "label", text_in(&l->label, lang));
        json_add_key(w, "levels");
        json_open_array(w);
        for (size_t k = 0; k < l->n_levels; k++) {
            json_open_object(w);
            json_put_code(w, "name", &l->levels[k]);
            json_put_str(w, "label", word2(city, lang, "level.", str_code(&l->levels[k])));
            json_close_object(w);
        }
        json_close_array(w);
        json_close_object(w);
    }
    json_close_array(w);
}

bool city_box(const struct city *city, struct point *ret_min, struct point *ret_max) {
    bool any = false;
    for (size_t i = 0; i < city->n_areas; i++) {
        const struct area *a = &city->areas[i];
        if (a->shape.n_rings == 0 || a->retired || a->layer != 0) continue;
        struct point min = a->shape.min, max = a->shape.max;
        if (any) {
            if (ret_min->x < min.x) min.x = ret_min->x;
            if (ret_min->y < min.y) min.y = ret_min->y;
            if (ret_max->x > max.x) max.x = ret_max->x;
            if (ret_max->y > max.y) max.y = ret_max->y;
        }
        *ret_min = min;
        *ret_max = max;
        any = true;
    }
    return any;
}

static void put_places(struct json_buf *w, const struct city *city) {
    struct point min, max;
    json_add_key(w, "centre");
    json_open_array(w);
    json_add_double(w, city->centre.lon_deg, 6);
    json_add_double(w, city->centre.lat_deg, 6);
    json_close_array(w);
    json_add_key(w, "bbox");
    if (!city_box(city, &min, &max)) {
        json_add_null(w);
        return;
    }
    const struct point corners[] = {min, max};
    json_open_array(w);
    for (size_t i = 0; i < ARRAY_LEN(corners); i++) {
        lonlat p = lonlat_from_point(corners[i]);
        json_add_double(w, p.lon_deg, 6);
        json_add_double(w, p.lat_deg, 6);
    }
    json_close_array(w);
}

/* A text that a city may have or not: null without. */
static void put_text_if(struct json_buf *w, const char *key, const struct city *city, size_t lang, const char *name) {
    str text = city_text(city, lang, str_z(name));
    json_put_str(w, key, str_is(text, name) ? STR_NONE : text);
}

enum { OFFSETS_FROM = 2000, OFFSETS_UPTO = 2050 };

/* From when on the city's clocks are ahead of UTC by how many minutes, so that no face needs to know zones. */
static void put_offsets(struct json_buf *w, const struct zone *zone) {
    instant at = {day_from_ymd(OFFSETS_FROM, 1, 1).n * MS_DAY}, last = {day_from_ymd(OFFSETS_UPTO, 1, 1).n * MS_DAY};
    json_add_key(w, "offsets");
    json_open_array(w);
    for (; at.ms < last.ms; at = zone_change(zone, at, last)) {
        json_open_array(w);
        json_add_i64(w, at.ms);
        json_add_i64(w, zone_offset_s(zone, at) / 60);
        json_close_array(w);
    }
    json_close_array(w);
}

static void put_head(struct json_buf *w, const struct api *api, const struct city *city, size_t lang) {
    json_put_code(w, "name", &city->name);
    json_put_str(w, "label", text_in(&city->label, lang));
    json_put_str(w, "language", city->langs[lang]);
    json_add_key(w, "languages");
    json_open_array(w);
    for (size_t i = 0; i < city->n_langs; i++) json_add_str(w, city->langs[i]);
    json_close_array(w);
    json_put_str(w, "zone", city->zone_name);
    put_offsets(w, &city->calendar.zone);
    json_put_str(w, "schematic_notice", text_in(&city->schematic_notice, lang));
    json_put_str(w, "sample_banner", sample_banner(api, lang));
    put_text_if(w, "emergency_notice", city, lang, "app.emergency");
    put_text_if(w, "alert", city, lang, "app.alert");
    json_put_str(w, "phone", city->centre_phone);
    json_put_str(w, "emergency", city->emergency_phone);
    json_put_str(w, "duty", city->duty_phone);
}

static enum status make_city(struct api *api, struct http_call *call, size_t lang, const void *ctx, struct strbuf *out,
                             struct err *err) {
    (void)call, (void)err;
    const struct city *city = app_city(api->app);
    const struct map_offers *offers = ctx;
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    put_head(&w, api, city, lang);
    put_build(&w);
    put_places(&w, city);
    put_map_offers(&w, api, offers, lang);
    put_layers(&w, city, lang);
    put_categories(&w, city, lang);
    put_units(&w, city, lang);
    put_channels(&w, city, lang);
    json_close_object(&w);
    return OK;
}

void city_get(struct http_call *call, void *ctx) {
    struct map_offers offers = map_offers(ctx, http_arena(call));
    tell_time(ctx, call);
    str key = str_format(http_arena(call), "city\n%u\n%.*s", offers.services, P(offers.file));
    reply_kept(ctx, call, &(struct kept_request){.key = key, .make = make_city, .ctx = &offers});
}
