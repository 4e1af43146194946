/* A place and what is reported and done around it: for everybody, from the public cases, never with words. The script adds
 * where one stands, a way to keep the place, and what is new since the last look. */
#include <math.h>

#include "api/page.h"

#define AROUND_M 500
#define OPEN_MAX 50
#define DONE_MAX 20
#define LANDMARK_M 400 /* a landmark within this distance names the place */

struct spot {
    lonlat place; /* none: an area, or nothing yet */
    code area;
    str name;
};

/* --- which place --- */

static double query_degrees(const struct http_call *call, const char *name) {
    str text = S("");
    double value = NAN;
    return http_query(call, name, &text) && str_to_double(text, &value) ? value : NAN;
}

/* The name of a point is what stands nearest, else its area: never what an address says, which anybody can write. */
static str name_of_point(const struct page *p, lonlat at) {
    const struct landmark *best = NULL;
    double metres = LANDMARK_M;
    for (size_t i = 0; i < p->city->n_landmarks; i++) {
        double far = lonlat_distance_m(at, p->city->landmarks[i].place);
        if (far > metres) continue;
        metres = far;
        best = &p->city->landmarks[i];
    }
    struct location in = city_locate(p->city, 0, at);
    str name = best != NULL      ? text_in(&best->name, p->lang)
               : in.area == NONE ? S("")
                                 : text_in(&p->city->areas[in.area].name, p->lang);
    struct slot slot = {"name", name};
    return str_empty(name) ? name : page_filled(p, page_word(p, "around.near"), &slot, 1);
}

/* out: false if the request names no place of this city. */
static bool read_spot(const struct page *p, struct spot *ret) {
    str area = S("");
    *ret = (struct spot){.place = {query_degrees(p->call, "lon"), query_degrees(p->call, "lat")}};
    if (lonlat_valid(ret->place)) {
        ret->place = public_place(ret->place);
        ret->name = name_of_point(p, ret->place);
        return !str_empty(ret->name);
    }
    ret->place = lonlat_none();
    if (!http_query(p->call, "area", &area) || !code_from(area, &ret->area)) return false;
    ret->name = page_area(p, &ret->area);
    return !str_empty(ret->name);
}

static str spot_query(const struct page *p, const struct spot *s, bool as_near) {
    struct arena *a = http_arena(p->call);
    if (lonlat_is_none(s->place)) return str_format(a, "area=%s", s->area.s);
    if (as_near) return str_format(a, "near=%.3f,%.3f~%dm", s->place.lon_deg, s->place.lat_deg, AROUND_M);
    return str_format(a, "lon=%.3f&lat=%.3f", s->place.lon_deg, s->place.lat_deg);
}

/* --- finding one --- */

static void put_search(struct page *p, str typed) {
    page_raw(p, "<form class=find-place method=get action=\"/resident/place\"");
    page_data(p, "here", "place.here");
    page_data(p, "locating", "place.locating");
    page_data(p, "denied", "place.denied");
    page_data(p, "options", "place.options");
    page_raw(p, ">\n");
    page_input(p, &(struct input){"q", "around.find", "around.find_hint", "search", "autocomplete=off maxlength=60",
                                  typed, true});
    page_submit(p, "button", page_word(p, "find.go"));
    page_raw(p, "</form>\n");
}

/* An area is asked for as a whole, anything else by its point. */
static struct spot spot_of(const struct page *p, const struct found *f) {
    struct spot s = {.place = public_place(f->place)};
    for (uint32_t i = 0; i < p->city->n_areas && f->kind == FOUND_AREA; i++) {
        const struct area *a = &p->city->areas[i];
        if (a->layer != 0 || a->parent != f->area || !str_eq(text_in(&a->name, p->lang), f->name)) continue;
        s = (struct spot){.place = lonlat_none(), .area = a->code};
    }
    return s;
}

static void put_found(struct page *p, str typed) {
    struct found found[FOUND_MAX];
    size_t n = 0;
    struct err err = {0};
    struct caller caller = app_stranger(p->api->app, p->lang);
    if (app_find(p->api->app, &caller, typed, lonlat_none(), http_arena(p->call), found, &n, &err) != OK || n == 0) {
        page_text(p, "p class=notice role=status", page_word(p, "around.none_found"));
        return;
    }
    page_text(p, "h2", page_word(p, "around.found"));
    page_raw(p, "<ul class=places>");
    for (size_t i = 0; i < n; i++) {
        struct spot s = spot_of(p, &found[i]);
        page_raw(p, "<li>");
        page_link(p, "class=more",
                  str_cstr(http_arena(p->call),
                           str_format(http_arena(p->call), "/resident/place?%.*s", P(spot_query(p, &s, false)))),
                  found[i].name);
        if (found[i].area != NONE)
            page_text(p, "span class=unit", text_in(&p->city->areas[found[i].area].name, p->lang));
        page_raw(p, "</li>\n");
    }
    page_raw(p, "</ul>\n");
}

/* --- what is there --- */

static str when_words(const struct page *p, instant t) {
    struct strbuf b;
    strbuf_init(&b, 100);
    put_when(&b, p->city, p->lang, t);
    str ret = str_dup(http_arena(p->call), strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static void put_item(struct page *p, const struct case_row *r, bool done) {
    uint32_t category = city_category(p->city, str_code(&r->category));
    instant at = done ? r->ended : r->filed;
    struct slot slots[] = {{"when", when_words(p, at)}, {"due", page_due_words(p, r->due)}};
    strbuf_addf(&p->html, "<li data-at=\"%lld\"><strong>", (long long)at.ms);
    strbuf_add_html(&p->html,
                    category == NONE ? str_code(&r->category) : text_in(&p->city->categories[category].name, p->lang));
    page_raw(p, "</strong> ");
    page_text(p, "span class=tag", state_label(p->city, &r->procedure, &r->state, true, p->lang));
    str unit = page_unit(p, &r->unit), area = page_area(p, &r->area);
    page_text(p, "span class=unit",
              str_format(http_arena(p->call), "%.*s%s%.*s", P(area), str_empty(area) || str_empty(unit) ? "" : " · ",
                         P(unit)));
    page_text(p, "span class=when",
              page_filled(p, page_word(p, done ? "around.done_at" : "around.filed_at"), slots, 2));
    if (!done && !instant_is_none(r->due))
        page_text(p, "span class=when", page_filled(p, page_word(p, "around.due"), slots, 2));
    if (r->supporters > 0) page_text(p, "span class=when", page_number(p, "track.supporters", r->supporters));
    page_raw(p, "</li>\n");
}

static void put_list(struct page *p, const struct spot *s, bool done) {
    struct listing found = {0};
    struct err err = {0};
    struct public_request r = {.near = s->place, .metres = AROUND_M, .area = s->area};
    r.state = done ? PUBLIC_CLOSED : PUBLIC_OPEN;
    r.newest_change = done;
    r.limit = done ? DONE_MAX : OPEN_MAX;
    page_text(p, "h2", page_word(p, done ? "around.done" : "around.open"));
    if (app_public_cases(p->api->app, &r, http_arena(p->call), &found, &err) != OK) {
        page_text(p, "p class=error", page_error_word(p, &err));
        return;
    }
    if (found.n == 0) page_text(p, "p class=hint", page_word(p, done ? "around.no_done" : "around.no_open"));
    page_raw(p, found.n > 0 ? "<ul class=around>\n" : "");
    for (size_t i = 0; i < found.n; i++) put_item(p, &found.rows[i], done);
    page_raw(p, found.n > 0 ? "</ul>\n" : "");
}

/* Whom to call about this grid, as it is posted where residents meet. */
static void put_grid(struct page *p, const struct spot *s) {
    const struct city *city = app_city(p->api->app);
    uint32_t area =
        lonlat_is_none(s->place) ? city_area(city, str_code(&s->area)) : city_locate(city, 0, s->place).area;
    const struct grid *g = area == NONE ? NULL : city_grid(city, area);
    struct posted_contact *posted = NULL;
    size_t n = 0;
    if (g == NULL || app_posted(p->api->app, area, http_arena(p->call), &posted, &n, NULL) != OK) return;
    page_text(p, "h2", page_word(p, "around.grid"));
    page_text(p, "p", text_in(&city->areas[area].name, p->lang));
    for (size_t i = 0; i < city->n_grid_posts; i++) {
        const struct grid_post *post = &city->grid_posts[i];
        if (post->area != area || !post->is_posted) continue;
        str name = text_in(&post->contact, p->lang), phone = post->phone;
        if (n > 0 && !str_empty(posted[0].name)) name = posted[0].name;
        if (n > 0 && !str_empty(posted[0].phone)) phone = posted[0].phone;
        n = 0; /* the first post is the one that was handed over */
        page_text(
            p, "p",
            str_format(http_arena(p->call), "%.*s %.*s %.*s", P(text_in(&post->post, p->lang)), P(name), P(phone)));
    }
    struct slot slot = {"phone", g->supervision_phone};
    page_say(p, "p class=hint", page_word(p, "around.supervision"), &slot, 1);
}

static void put_spot(struct page *p, const struct spot *s) {
    struct arena *a = http_arena(p->call);
    page_raw(p, "<section id=around");
    page_attr(p, "data-place", spot_query(p, s, false));
    page_attr(p, "data-name", s->name);
    page_data(p, "keep", "around.keep");
    page_data(p, "kept", "around.kept");
    page_data(p, "leave", "around.leave");
    page_data(p, "new", "around.new");
    page_data(p, "news", "around.news");
    page_data(p, "no-news", "around.no_news");
    page_raw(p, ">\n");
    page_text(p, "h2", s->name);
    struct slot slot = {"metres", str_format(a, "%d", AROUND_M)};
    if (!lonlat_is_none(s->place)) page_say(p, "p class=hint", page_word(p, "around.within"), &slot, 1);
    page_raw(p, "<p class=doors>");
    if (!lonlat_is_none(s->place))
        page_link(p, "class=\"button quiet\"",
                  str_cstr(a, str_format(a, "/resident/report?%.*s", P(spot_query(p, s, false)))),
                  page_word(p, "around.report"));
    page_link(p, "class=\"more downloads\"",
              str_cstr(a, str_format(a, "/api/v1/public/feed.atom?%.*s", P(spot_query(p, s, true)))),
              page_word(p, "around.feed"));
    page_raw(p, "</p>\n");
    put_grid(p, s);
    put_list(p, s, false);
    put_list(p, s, true);
    page_text(p, "p class=hint", page_word(p, "around.rule"));
    page_raw(p, "</section>\n");
}

void page_place(struct http_call *call, void *ctx) {
    struct page p;
    struct spot s;
    str typed = S(""), area = S(""), lon = S("");
    http_query(call, "q", &typed);
    page_open(&p, ctx, call, "around.title");
    page_text(&p, "p class=lead", page_word(&p, "around.lead"));
    bool named = read_spot(&p, &s);
    bool asked = http_query(call, "area", &area) || http_query(call, "lon", &lon);
    if (asked && !named) page_text(&p, "p class=notice role=status", page_word(&p, "around.not_here"));
    put_search(&p, typed);
    if (!str_empty(str_trim(typed)))
        put_found(&p, typed);
    else if (named)
        put_spot(&p, &s);
    else
        put_kept_places(&p);
    page_send(&p, 200);
}
