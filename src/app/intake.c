/* The intake pipeline: locate → classify → prepare. Similar open cases are asked for by the pages (they read views);
 * routing and clocks happen in decide. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/exchange.h"
#include "app/report.h"
#include "app/things.h"
#include "base/json.h"
#include "casework/clock.h"
#include "casework/route.h"

#define FUTURE_TOLERANCE_MS (5 * MS_MINUTE)
#define HANDLE_DIGITS 13 /* ids have 52 bits */

static enum status invalid(struct err *err, const char *code_text, const char *field, const char *primary) {
    err_set(err, E_INVALID, code_text, "%s", primary);
    err_field(err, "%s", field);
    return E_INVALID;
}

static enum status check_place(const struct city *city, const struct report *r, struct err *err) {
    bool lon = !isnan(r->place.lon_deg), lat = !isnan(r->place.lat_deg);
    if (!lon && !lat) return OK;
    if (lon != lat) {
        invalid(err, "bad_place", lon ? "lat" : "lon", "A place needs both longitude and latitude.");
        return E_INVALID;
    }
    lonlat swapped = {r->place.lat_deg, r->place.lon_deg};
    bool fits_swapped = lonlat_valid(swapped) && lonlat_distance_m(swapped, city->centre) < 200000;
    if (lonlat_valid(r->place) && !(fits_swapped && lonlat_distance_m(r->place, city->centre) > 1000000)) return OK;
    invalid(err, "bad_place", "lon", "The place is not on earth as longitude, latitude.");
    err_hint(err,
             fits_swapped ? "Longitude and latitude look swapped: lon %.5f, lat %.5f?"
                          : "Longitude −180…180, latitude −90…90 (got %.5f, %.5f).",
             fits_swapped ? swapped.lon_deg : r->place.lon_deg, fits_swapped ? swapped.lat_deg : r->place.lat_deg);
    return E_INVALID;
}

static enum status outside(const struct city *city, size_t lang, struct err *err) {
    err_set(err, E_INVALID, "outside_jurisdiction", "The place lies outside %.*s.", P(text_in(&city->label, lang)));
    err_field(err, "lon");
    const struct channel *neighbour = city_channel(city, S("neighbour"));
    if (neighbour != NULL) err_hint(err, "%.*s: %.*s", P(text_in(&neighbour->name, lang)), P(neighbour->phone));
    return E_INVALID;
}

static enum status locate(const struct city *city, const struct caller *caller, const struct report *r,
                          struct filing *f, struct intake *intake, struct err *err) {
    enum status status = check_place(city, r, err);
    if (status != OK || isnan(r->place.lon_deg)) {
        f->located = LOCATED_OUTSIDE;
        return status;
    }
    intake->location = city_locate(city, 0, r->place);
    if (intake->location.how == LOCATED_OUTSIDE) return outside(city, caller->lang, err);
    f->has_place = true;
    f->place = r->place;
    f->located = intake->location.how;
    f->metres = (int32_t)lround(intake->location.metres);
    f->area = city->areas[intake->location.area].code;
    return OK;
}

static enum status choose_category(const struct city *city, const struct report *r, struct filing *f, struct err *err) {
    uint32_t k = city_category(city, str_code(&r->category));
    if (k == NONE || code_empty(&city->categories[k].procedure)) {
        invalid(err, "unknown_category", "category", "This category does not exist here.");
        err_hint(err, "Leave it out to have it recognised, or take a code of GET /api/v1/city.");
        return E_INVALID;
    }
    f->category = r->category;
    f->confidence = 1000;
    if (code_empty(&r->condition)) return OK;
    uint32_t n = city_condition(city, str_code(&r->condition));
    if (n == NONE || city->conditions[n].category != k)
        return invalid(err, "unknown_condition", "condition", "This condition does not belong to the category.");
    f->condition = r->condition;
    return OK;
}

static enum status classify_report(const struct city *city, const struct report *r, struct arena *arena,
                                   struct filing *f, struct intake *intake, struct err *err) {
    intake->suggestion.channel = NONE;
    intake->suggestion.confidence = 1000;
    if (!code_empty(&r->category)) return choose_category(city, r, f, err);
    struct suggestion s = classify(city->classifier, r->text, arena);
    check(s.category != NONE);
    f->category = city->categories[s.category].key;
    if (s.condition != NONE) f->condition = city->conditions[s.condition].code;
    f->confidence = s.confidence;
    f->decided_by = s.words;
    intake->suggestion = (struct suggestion_note){s.confidence, s.words, s.channel};
    return OK;
}

static enum status check_about(const struct city *city, const struct report *r, struct filing *f, struct err *err) {
    if (r->about == ABOUT_NOTHING) return OK;
    if (city_unit(city, str_code(&r->about_unit)) == NONE) {
        invalid(err, "unknown_unit", "about.unit", "This unit does not exist here.");
        err_hint(err, "Take a code of GET /api/v1/city.");
        return E_INVALID;
    }
    f->about = r->about;
    f->about_unit = r->about_unit;
    return OK;
}

static enum status check_words(struct app *app, const struct report *r, struct err *err) {
    if (str_trim(r->text).len == 0) {
        invalid(err, "missing_field", "text", "The report says nothing.");
        err_hint(err, "Write in a sentence what is wrong and where.");
        return E_INVALID;
    }
    for (size_t i = 0; i < r->n_media; i++) {
        int fd = -1;
        if (str_empty(r->media[i])) return invalid(err, "unknown_media", "media", "An id of a photo is empty.");
        struct arena scratch;
        size_t size = 0;
        str type;
        arena_init(&scratch, 0);
        enum status status = store_blob_open(app->store, r->media[i], STR_NONE, &fd, &size, &type, &scratch, NULL);
        bool pdf = status == OK && str_is(type, "application/pdf");
        arena_done(&scratch);
        if (status != OK) return invalid(err, "unknown_media", "media", "A photo with this id was not uploaded.");
        close(fd);
        if (pdf) return invalid(err, "photo_expected", "media", "A photo is expected here, no PDF.");
    }
    return OK;
}

static enum status staff_only(const struct caller *caller, const struct report *r, instant now, struct filing *f,
                              struct err *err) {
    bool staff = caller->actor.kind == ACTOR_STAFF || caller->actor.kind == ACTOR_IMPORT;
    const char *field = !code_empty(&r->channel)        ? "channel"
                        : !code_empty(&r->owner)        ? "owner"
                        : !code_empty(&r->found_at)     ? "found_at"
                        : !instant_is_none(r->happened) ? "happened"
                                                        : NULL;
    if (!staff && field != NULL) return invalid(err, "staff_only", field, "Only staff may give this field.");
    if (!instant_is_none(r->happened) && r->happened.ms > now.ms + FUTURE_TOLERANCE_MS)
        return invalid(err, "bad_time", "happened", "The time lies in the future.");
    f->channel = !code_empty(&r->channel) ? r->channel : code_of(staff ? "phone" : "web");
    f->owner = r->owner;
    f->happened = r->happened;
    return OK;
}

/* --- "me too" --- */

str app_handle(uint64_t case_id, struct arena *arena) {
    return str_format(arena, "%0*llx", HANDLE_DIGITS, (unsigned long long)case_id);
}

bool app_handle_case(str handle, uint64_t *ret) {
    uint64_t id = 0;
    if (handle.len != HANDLE_DIGITS) return false;
    for (size_t i = 0; i < handle.len; i++) {
        char c = handle.ptr[i];
        bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
        if (!digit && !letter) return false;
        id = id << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
    }
    *ret = id;
    return id != 0;
}

/* The open case that the report is to join. A handle that is none is refused, like a case that never may be joined; one
 * that has ended meanwhile leaves the report to itself. Without a category of its own the report takes the other's. */
static enum status same_as(struct app *app, const struct caller *caller, const struct report *r, struct filing *f,
                           struct err *err) {
    uint64_t id = 0;
    struct kase other;
    if (code_empty(&r->same_as)) return OK;
    str handle = str_code(&r->same_as);
    bool offered = app_handle_case(handle, &id);
    bool known = offered || (caller->role != NULL && store_case_id(app->store, handle, &id, NULL) == OK);
    known = known && store_case(app->store, id, &other, NULL) == OK && !other.is_private && !other.is_sealed;
    if (known && !offered && !access_read(app_city(app), &other, &caller->actor)) known = false;
    if (!known) {
        invalid(err, "unknown_case", "same_as", "There is no such case to join.");
        err_hint(err, "Take same_as of GET /api/v1/preview, or leave it out.");
        return E_INVALID;
    }
    if (other.is_over || f->about != ABOUT_NOTHING) return OK;
    f->same_as = other.number;
    if (!code_empty(&r->category) || city_category(app_city(app), str_code(&other.category)) == NONE) return OK;
    f->category = other.category;
    f->condition = other.condition;
    f->confidence = 1000;
    return OK;
}

/* The case in whose course it was found is one that who files may read. */
static enum status found_at(struct app *app, const struct caller *caller, const struct report *r, struct filing *f,
                            struct err *err) {
    uint64_t id = 0;
    struct kase other;
    if (code_empty(&r->found_at)) return OK;
    bool known = store_case_id(app->store, str_code(&r->found_at), &id, NULL) == OK &&
                 store_case(app->store, id, &other, NULL) == OK && access_read(app_city(app), &other, &caller->actor);
    if (!known) return invalid(err, "unknown_case", "found_at", "There is no such case.");
    f->found_at = other.number;
    return OK;
}

/* --- what the city has: things of registers, duty desks --- */

/* An attribute of a report by staff, as a code; empty if there is none. */
static enum status read_attribute(const struct caller *caller, const struct report *r, const char *name,
                                  struct arena *arena, code *ret, struct err *err) {
    struct json j;
    str text = STR_NONE;
    if (caller->role == NULL || str_empty(r->attributes)) return OK;
    json_init(&j, r->attributes, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);)
        if (str_is(key, name) && json_peek(&j) == JSON_STRING)
            json_str(&j, &text);
        else
            json_skip(&j);
    if (json_done(&j, err) != OK) return E_SYNTAX;
    if (text.ptr == NULL) return OK;
    return code_from(text, ret) ? OK : invalid(err, "bad_value", "attributes", "This is no code.");
}

static const struct procedure *procedure_of(const struct city *city, const struct filing *f) {
    uint32_t k = city_category(city, str_code(&f->category));
    return k == NONE ? NULL : city_procedure(city, str_code(&city->categories[k].procedure));
}

/* What already stands in the register is not put there twice; what two put there at once has the same key. */
static enum status new_thing(struct app *app, const struct report *r, struct arena *arena, struct command *c,
                             struct err *err) {
    struct thing known;
    enum status status = app_thing(app, &r->thing, arena, &known, err);
    if (status == E_NOT_FOUND) {
        c->filing.point = r->thing;
        thing_key(&r->thing, c);
        return OK;
    }
    if (status != OK) return status;
    err_set(err, E_CONFLICT, "thing_exists", "%s stands in a register already.", r->thing.s);
    err_field(err, "thing");
    err_hint(err, "See %s.", code_empty(&known.number) ? known.code.s : known.number.s);
    return E_CONFLICT;
}

/* The thing gives its place and its owner, who answers for it, if the report says nothing else. */
static enum status cited_thing(struct app *app, const code *wanted, const char *field, struct arena *arena,
                               struct filing *f, struct err *err) {
    struct thing thing;
    enum status status = app_thing(app, wanted, arena, &thing, err);
    if (status == E_NOT_FOUND) {
        bool point = field[0] == 'a';
        return invalid(err, point ? "unknown_point" : "unknown_thing", field,
                       point ? "There is no such patrol point." : "Nothing with this code stands in a register.");
    }
    if (status != OK) return status;
    f->point = thing.code;
    if (code_empty(&f->owner)) f->owner = thing.owner;
    if (f->has_place) return OK;
    f->area = thing.area;
    f->place = thing.place;
    f->has_place = !lonlat_is_none(thing.place);
    f->located = code_empty(&thing.area) ? LOCATED_OUTSIDE : LOCATED_INSIDE;
    return OK;
}

static enum status find_thing(struct app *app, const struct caller *caller, const struct report *r, struct arena *arena,
                              struct command *c, struct err *err) {
    struct filing *f = &c->filing;
    const struct procedure *p = procedure_of(app_city(app), f);
    if (p != NULL && p->is_register) return code_empty(&r->thing) ? OK : new_thing(app, r, arena, c, err);
    if (!code_empty(&r->thing)) return cited_thing(app, &r->thing, "thing", arena, f, err);
    code point = {0};
    enum status status = p == NULL || p->file_posts == 0 ? OK : read_attribute(caller, r, "point", arena, &point, err);
    if (status != OK || code_empty(&point)) return status;
    return cited_thing(app, &point, "attributes.point", arena, f, err);
}

/* Attribute "desk" of a procedure that only some may file in: whose turn it is. */
static enum status duty_desk(const struct city *city, const struct caller *caller, const struct report *r,
                             struct arena *arena, struct filing *f, struct err *err) {
    code wanted = {0};
    const struct procedure *p = procedure_of(city, f);
    enum status status = p == NULL || p->file_posts == 0 ? OK : read_attribute(caller, r, "desk", arena, &wanted, err);
    if (status != OK || code_empty(&wanted)) return status;
    if (city_desk(city, str_code(&wanted)) == NONE)
        return invalid(err, "unknown_desk", "attributes.desk", "There is no such desk here.");
    f->desk = wanted;
    return OK;
}

static str join_media(const struct report *r, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 1024);
    for (size_t i = 0; i < r->n_media; i++) {
        if (i > 0) strbuf_addc(&b, ',');
        strbuf_add(&b, r->media[i]);
    }
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

static str contact_json(const struct report *r, struct arena *arena) {
    if (str_empty(r->name) && str_empty(r->phone) && str_empty(r->email)) return STR_NONE;
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 4096);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_str(&w, "name", r->name);
    json_put_str(&w, "phone", r->phone);
    json_put_str(&w, "email", r->email);
    json_close_object(&w);
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

enum status app_report(struct app *app, const struct caller *caller, const struct report *r, struct arena *arena,
                       struct command *ret, struct intake *intake, struct err *err) {
    const struct city *city = app_city(app);
    *intake = (struct intake){.location = {LOCATED_OUTSIDE, NONE, 0}};
    memset(ret, 0, sizeof *ret);
    ret->kind = COMMAND_FILE;
    ret->actor = caller->actor;
    struct filing *f = &ret->filing;
    f->place = lonlat_none();
    f->closed = INSTANT_NONE;
    enum status status = check_words(app, r, err);
    if (status == OK) status = locate(city, caller, r, f, intake, err);
    if (status == OK) status = classify_report(city, r, arena, f, intake, err);
    if (status == OK) status = check_about(city, r, f, err);
    if (status == OK) status = staff_only(caller, r, app_now(app), f, err);
    if (status == OK) status = same_as(app, caller, r, f, err);
    if (status == OK) status = found_at(app, caller, r, f, err);
    if (status == OK) status = find_thing(app, caller, r, arena, ret, err);
    if (status == OK) status = duty_desk(city, caller, r, arena, f, err);
    if (status != OK) return status;
    f->text = r->text;
    f->address = r->address;
    f->attributes = r->attributes;
    f->media = join_media(r, arena);
    f->contact = contact_json(r, arena);
    if (caller->role == NULL) f->hand_to = peer_book_of(app)->front;
    return code_empty(&r->earlier) ? OK : command_put(ret, S("earlier"), str_code(&r->earlier), err);
}

/* --- what would happen --- */

static void preview_place(const struct city *city, const struct report *r, struct filing *f, struct preview *p) {
    f->located = LOCATED_OUTSIDE;
    if (!lonlat_valid(r->place)) return;
    p->location = city_locate(city, 0, r->place);
    f->has_place = true;
    f->place = r->place;
    f->located = p->location.how;
    if (p->location.area != NONE) f->area = city->areas[p->location.area].code;
}

/* The rules decide a report that nobody sent. */
static enum status decide_on_trial(const struct city *city, const struct command *c, instant now, struct arena *arena,
                                   struct kase *ret, struct err *err) {
    struct outcome *o = NEW(arena, struct outcome);
    struct given given = {.now = now, .new_id = 1, .new_number = code_of("preview")};
    memset(ret, 0, sizeof *ret);
    enum status status = decide(city, city, NULL, c, &given, arena, o, err);
    return status == OK ? apply(ret, &o->entries[0], err) : status;
}

static void preview_limit(const struct city *city, instant now, struct preview *p) {
    uint32_t n = city_condition(city, str_code(&p->kase.condition));
    p->due = INSTANT_NONE;
    if (n == NONE || city->conditions[n].limit.unit == LIMIT_NONE) return;
    p->limit = city->conditions[n].limit;
    struct due due = clock_due(&city->calendar, &p->limit, now);
    p->due = due.at;
    p->provisional = due.provisional;
}

enum status app_preview(struct app *app, const struct caller *caller, const struct report *r, struct arena *arena,
                        struct preview *ret, struct err *err) {
    const struct city *city = app_city(app);
    struct intake intake = {.location = {LOCATED_OUTSIDE, NONE, 0}};
    struct command *c = NEW(arena, struct command);
    struct filing *f = &c->filing;
    *ret = (struct preview){.location = intake.location};
    *c = (struct command){.kind = COMMAND_FILE, .actor = caller->actor};
    f->place = lonlat_none();
    f->closed = f->happened = INSTANT_NONE;
    f->channel = code_of(caller->role != NULL ? "phone" : "web");
    enum status status = report_text_check(r->text, "text", REPORT_TEXT_MAX, err);
    if (status == OK) status = check_place(city, r, err);
    if (status == OK) status = classify_report(city, r, arena, f, &intake, err);
    if (status != OK) return status;
    preview_place(city, r, f, ret);
    status = decide_on_trial(city, c, app_now(app), arena, &ret->kase, err);
    if (status != OK) return status;
    ret->suggestion = intake.suggestion;
    ret->n_candidates = classify_candidates(city->classifier, r->text, arena, ret->candidates, CANDIDATES_MAX);
    ret->why = route_row(city, DUTY_LEAD, &ret->kase.category, ret->location.area, &ret->kase.owner);
    preview_limit(city, app_now(app), ret);
    if (ret->location.area == NONE) return OK;
    code category = ret->kase.category;
    return app_similar(app, category, S(""), r->place, arena, &ret->similar, &category, err);
}

str app_track(const struct app *app, const code *number, struct arena *arena) {
    char secret[17];
    store_track_code(app->store, str_code(number), secret);
    return str_format(arena, "%s-%s", number->s, secret);
}
