/* A case as it is shown, to staff and to its reporter, and its actions. Reads the truth, never a view: only lists and
 * counts may lag. */
#include <string.h>

#include "app/app.h"
#include "app/exchange.h"
#include "app/files.h"
#include "base/json.h"
#include "casework/facts.h"

#define MERGES_FOLLOWED 4

/* What the words of an entry say, gathered over its fields. */
struct said {
    struct strbuf open, internal, media, documents, staff_files;
    str answer_field, answer; /* of open: what answers the reporter */
    lonlat place;
};

static void add_line(struct strbuf *b, const char *separator, str text) {
    if (str_empty(text)) return;
    if (b->len > 0) strbuf_addz(b, separator);
    strbuf_add(b, text);
}

static void read_fields(struct json *j, struct said *s, struct strbuf *to) {
    if (!json_object(j)) return;
    for (str key; json_key(j, &key);) {
        str text = STR_NONE;
        if (json_peek(j) != JSON_STRING) {
            json_skip(j);
            continue;
        }
        if (!json_str(j, &text)) return;
        if (to == &s->open && !str_empty(text) && str_eq(key, s->answer_field)) s->answer = text;
        struct strbuf *files = str_is(key, "media") ? &s->media : str_is(key, "document") ? &s->documents : NULL;
        add_line(files != NULL ? files : to, files != NULL ? "," : "\n", text);
        if (files != NULL && to == &s->internal) add_line(&s->staff_files, ",", text);
    }
}

static void read_filed_field(struct json *j, str key, struct case_view *v, struct said *s) {
    str text = STR_NONE;
    if (str_is(key, "text"))
        json_str(j, &v->text);
    else if (str_is(key, "address"))
        json_str(j, &v->address);
    else if (str_is(key, "lon"))
        json_double(j, &v->place.lon_deg);
    else if (str_is(key, "lat"))
        json_double(j, &v->place.lat_deg);
    else if (str_is(key, "attributes") && json_peek(j) == JSON_OBJECT)
        json_raw(j, &v->attributes);
    else if (str_is(key, "media") && json_peek(j) == JSON_STRING && json_str(j, &text))
        add_line(&s->media, ",", text);
    else
        json_skip(j);
}

static void read_words(const struct stored_entry *e, struct arena *arena, struct case_view *v, struct said *s) {
    struct json j;
    if (str_empty(e->words)) return;
    json_init(&j, e->words, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "public"))
            read_fields(&j, s, &s->open);
        else if (str_is(key, "internal"))
            read_fields(&j, s, &s->internal);
        else if (e->kind == ENTRY_FILED)
            read_filed_field(&j, key, v, s);
        else if (str_is(key, "lon"))
            json_double(&j, &s->place.lon_deg);
        else if (str_is(key, "lat"))
            json_double(&j, &s->place.lat_deg);
        else
            json_skip(&j);
    }
}

/* The field by which an action answers the reporter; empty if it does not. */
static str answer_field(const struct city *law, const code *procedure, const code *action) {
    const struct procedure *p = city_procedure(law, str_code(procedure));
    const struct action *a = p == NULL ? NULL : procedure_action(p, str_code(action));
    for (size_t i = 0; a != NULL && i < a->n_effects; i++)
        if (a->effects[i].kind == EFFECT_ANSWER) return effect_field(&a->effects[i].value);
    return STR_NONE;
}

static void add_told(struct history_line *h, const struct field *f, str value) {
    size_t at = h->n_told++;
    for (; at > 0 && h->told[at - 1].field > f; at--) h->told[at] = h->told[at - 1]; /* as in the form */
    h->told[at] = (struct told_field){f, value};
}

/* The public fields among the string members of an object. */
static void read_told(struct json *j, const struct action *a, struct history_line *h) {
    if (!json_object(j)) return;
    for (str key, text = STR_NONE; json_key(j, &key);) {
        const struct field *f = action_field(a, key);
        bool counts = f != NULL && f->is_public && f->type != FIELD_MEDIA && f->type != FIELD_DOCUMENT &&
                      json_peek(j) == JSON_STRING && h->n_told < a->n_fields;
        if (!counts)
            json_skip(j);
        else if (json_str(j, &text) && !str_empty(text))
            add_told(h, f, text);
    }
}

static void gather_told(const struct case_view *v, const struct stored_entry *e, str fields, struct arena *arena,
                        struct history_line *h) {
    const struct procedure *p = city_procedure(v->law, str_code(&v->kase.procedure));
    const struct action *a = p == NULL ? NULL : procedure_action(p, str_code(&h->action));
    struct json j;
    if (a == NULL) return;
    h->told = NEW_ARRAY(arena, struct told_field, a->n_fields);
    if (!str_empty(fields)) {
        json_init(&j, fields, arena);
        read_told(&j, a, h);
    }
    if (str_empty(e->words)) return;
    json_init(&j, e->words, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "public"))
            read_told(&j, a, h);
        else
            json_skip(&j);
    }
}

/* Claimed times are shown where they differ. */
static instant claimed(const struct stored_entry *e, const struct kase *head, const struct facts *f) {
    instant at = e->kind == ENTRY_FILED ? head->happened : f->happened;
    return at.ms == e->recorded.ms ? INSTANT_NONE : at;
}

static void said_init(struct said *s) {
    *s = (struct said){.place = lonlat_none()};
    strbuf_init(&s->open, 64 << 10);
    strbuf_init(&s->internal, 64 << 10);
    strbuf_init(&s->media, 4096);
    strbuf_init(&s->documents, 4096);
    strbuf_init(&s->staff_files, 8192);
}

/* Moves what was gathered into the line. */
static void said_done(struct said *s, struct arena *arena, struct history_line *h) {
    struct {
        struct strbuf *from;
        str *to;
    } parts[] = {{&s->open, &h->open_text},
                 {&s->internal, &h->staff_text},
                 {&s->media, &h->media},
                 {&s->documents, &h->documents},
                 {&s->staff_files, &h->staff_files}};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        *parts[i].to = str_dup(arena, strbuf_str(parts[i].from));
        strbuf_done(parts[i].from);
    }
    h->answer = str_dup(arena, s->answer);
    h->place = s->place;
}

/* The hashes of the scans, from the fields of the facts. */
static str read_hashes(str fields, struct arena *arena) {
    struct json j;
    str hashes = S("");
    if (str_find(fields, S("\"document_hash\""), 0) < 0) return hashes;
    json_init(&j, fields, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "document_hash") && json_peek(&j) == JSON_STRING)
            json_str(&j, &hashes);
        else
            json_skip(&j);
    }
    return hashes;
}

static enum status read_line(const struct stored_entry *e, struct arena *arena, struct case_view *v, struct err *err) {
    struct history_line *h = &v->history[v->n_history++];
    *h = (struct history_line){
        .at = e->recorded, .kind = e->kind, .actor = e->actor, .facts = e->facts, .n = e->n, .erased = e->erased};
    struct kase *head = NEW(arena, struct kase);
    struct facts f = {0};
    head->happened = INSTANT_NONE;
    enum status status = facts_read(e->kind, e->facts, arena, head, &f, err);
    if (status != OK) return status;
    h->action = f.action;
    h->state = f.to;
    h->unit = f.unit;
    h->task = f.task;
    for (size_t i = 0; i < f.n_ops; i++) {
        if (f.ops[i].kind != OP_PASS) continue;
        h->gives_pass = f.ops[i].id != f.task;
        h->task = f.ops[i].id;
    }
    h->happened = claimed(e, head, &f);
    struct said s;
    said_init(&s);
    if (e->kind == ENTRY_ACTED) s.answer_field = answer_field(v->law, &v->kase.procedure, &f.action);
    read_words(e, arena, v, &s);
    said_done(&s, arena, h);
    if (e->kind == ENTRY_ACTED) gather_told(v, e, f.fields, arena, h);
    h->hashes = read_hashes(f.fields, arena);
    if (e->has_contact) v->has_contact = true;
    return OK;
}

/* All files of the case, from its lines. */
static void gather_files(struct case_view *v, struct arena *arena) {
    struct strbuf media, documents;
    strbuf_init(&media, 64 << 10);
    strbuf_init(&documents, 64 << 10);
    for (size_t i = 0; i < v->n_history; i++) {
        add_line(&media, ",", v->history[i].media);
        add_line(&documents, ",", v->history[i].documents);
    }
    v->media = str_dup(arena, strbuf_str(&media));
    v->documents = str_dup(arena, strbuf_str(&documents));
    strbuf_done(&media);
    strbuf_done(&documents);
}

enum status view_load(struct app *app, uint64_t id, struct arena *arena, struct case_view *v, struct err *err) {
    struct stored_entry *entries = NULL;
    size_t n = 0;
    v->place = lonlat_none();
    enum status status = store_case(app->store, id, &v->kase, err);
    if (status == OK) status = store_history(app->store, id, arena, &entries, &n, err);
    if (status != OK) return status;
    v->law = app_law(app, &v->kase);
    v->history = NEW_ARRAY(arena, struct history_line, n);
    for (size_t i = 0; status == OK && i < n; i++) status = read_line(&entries[i], arena, v, err);
    if (status == OK) gather_files(v, arena);
    v->has_contact = v->has_contact && !v->kase.contacts_gone;
    return status;
}

static enum status unknown_case(struct err *err) {
    return err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case, or it is not yours to see.");
}

/* What stays for those who read no words. */
static void hide_words(struct case_view *v) {
    v->text = v->address = v->attributes = v->documents = STR_NONE;
    v->has_contact = false;
    if (!v->kase.is_closed) v->media = STR_NONE;
    for (size_t i = 0; i < v->n_history; i++) {
        struct history_line *h = &v->history[i];
        h->open_text = h->staff_text = h->answer = h->documents = h->hashes = STR_NONE;
        h->n_told = 0;
        h->place = lonlat_none();
        if (!v->kase.is_over) h->media = STR_NONE;
    }
}

/* By our number, else by the one that another system or a paper form gave it. */
static enum status find_case(struct app *app, str number, uint64_t *ret, struct err *err) {
    size_t n = 0;
    enum status status = store_case_id(app->store, number, ret, err);
    if (status != E_NOT_FOUND) return status;
    status = store_outside_cases(app->store, number, ret, 1, &n, err);
    return status == OK && n == 0 ? E_NOT_FOUND : status;
}

enum status app_case(struct app *app, const struct caller *caller, str number, struct arena *arena,
                     struct case_view *ret, struct err *err) {
    uint64_t id = 0;
    memset(ret, 0, sizeof *ret);
    enum status status = find_case(app, number, &id, err);
    if (status == OK) status = view_load(app, id, arena, ret, err);
    if (status == E_NOT_FOUND) return unknown_case(err);
    if (status != OK) return status;
    const struct city *city = app_city(app);
    if (caller->role == NULL || !access_read(city, &ret->kase, &caller->actor)) return unknown_case(err);
    if (caller->role->wordless) hide_words(ret);
    ret->n_offers =
        offers(ret->law, city, &ret->kase, &caller->actor, app_now(app), ret->offers, ARRAY_LEN(ret->offers));
    return OK;
}

enum status app_case_work(struct app *app, const struct caller *caller, uint64_t id, struct case_view *ret,
                          struct err *err) {
    const struct city *city = app_city(app);
    memset(ret, 0, sizeof *ret);
    enum status status = store_case(app->store, id, &ret->kase, err);
    if (status != OK) return status;
    if (caller->role == NULL || !access_read(city, &ret->kase, &caller->actor)) return unknown_case(err);
    ret->law = app_law(app, &ret->kase);
    ret->n_offers =
        offers(ret->law, city, &ret->kase, &caller->actor, app_now(app), ret->offers, ARRAY_LEN(ret->offers));
    return OK;
}

/* The list without what stands in the other. */
static str without(str list, str others, struct arena *arena) {
    struct strbuf b;
    if (str_empty(others)) return list;
    strbuf_init(&b, 4096);
    for (str id; str_split(&list, ',', &id);)
        if (str_find(others, id, 0) < 0) add_line(&b, ",", id);
    str ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return ret;
}

/* What is nobody's business but the house's: readings, staff notes and files, counters. */
static void hide_inner_lines(struct case_view *v, struct arena *arena) {
    size_t n = 0;
    for (size_t i = 0; i < v->n_history; i++) {
        struct history_line h = v->history[i];
        if (h.kind == ENTRY_READ || h.kind == ENTRY_TICKED) continue;
        h.staff_text = STR_NONE;
        h.facts = STR_NONE;
        h.media = without(h.media, h.staff_files, arena);
        h.documents = without(h.documents, h.staff_files, arena);
        v->history[n++] = h;
    }
    v->n_history = n;
    gather_files(v, arena);
}

/* The id of the case that one was merged into. out: false if it was not. */
static bool original_of(struct app *app, const struct kase *c, uint64_t *ret) {
    const struct link *to = NULL;
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (code_is(&c->links[i].kind, "duplicate_of")) to = &c->links[i];
    return to != NULL && store_case_id(app->store, str_code(&to->number), ret, NULL) == OK;
}

/* The case that a report was merged into, which may have been merged itself: how far it is, and what its reporter was
 * answered. */
static void read_joined(struct app *app, struct arena *arena, struct case_view *v) {
    uint64_t id = 0;
    struct kase last = v->kase;
    int hops = 0;
    while (hops < MERGES_FOLLOWED && original_of(app, &last, &id) && store_case(app->store, id, &last, NULL) == OK)
        hops++;
    if (hops == 0 || last.is_private || last.is_sealed) return;
    struct case_view *other = NEW(arena, struct case_view);
    if (view_load(app, last.id, arena, other, NULL) != OK) return;
    v->joined.is_joined = true;
    v->joined.kase = other->kase;
    for (size_t i = 0; i < other->n_history; i++)
        if (!str_empty(other->history[i].answer)) v->joined.answer = other->history[i].answer;
}

enum status app_track_case(struct app *app, str track, struct arena *arena, struct case_view *ret, struct err *err) {
    uint64_t id = 0;
    str secret = str_trim(track), number = STR_NONE;
    memset(ret, 0, sizeof *ret);
    str_split(&secret, '-', &number);
    enum status status = store_track_valid(app->store, number, secret) ? OK : E_NOT_FOUND;
    if (status == OK) status = store_case_id(app->store, number, &id, err);
    if (status == OK) status = view_load(app, id, arena, ret, err);
    if (status == E_NOT_FOUND) {
        err_set(err, E_NOT_FOUND, "unknown_track", "There is no report with this code.");
        err_hint(err, "Copy it as it stands on the receipt: number, hyphen, 16 characters.");
        return E_NOT_FOUND;
    }
    if (status != OK) return status;
    struct actor reporter = {.kind = ACTOR_REPORTER};
    ret->n_offers =
        offers(ret->law, app_city(app), &ret->kase, &reporter, app_now(app), ret->offers, ARRAY_LEN(ret->offers));
    hide_inner_lines(ret, arena);
    read_joined(app, arena, ret);
    return OK;
}

/* Any JSON scalar, or a list of texts, as the text that the rules read. */
static bool read_value(struct json *j, struct arena *arena, str *ret) {
    struct strbuf b;
    switch (json_peek(j)) {
    case JSON_STRING:
        return json_str(j, ret);
    case JSON_NUMBER:
    case JSON_BOOL:
        return json_raw(j, ret);
    case JSON_NULL:
        *ret = S("");
        return json_null(j);
    case JSON_ARRAY:
        break;
    case JSON_OBJECT:
    case JSON_NONE:
        json_fail(j, "a field is a text, a number, true, false, or a list of texts");
        return false;
    }
    strbuf_init(&b, 4096);
    json_array(j);
    for (str one; json_more(j) && json_str(j, &one);) add_line(&b, ",", one);
    *ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return j->error == NULL;
}

static enum status wrong_claim(struct err *err, str key, const char *expected) {
    err_set(err, E_INVALID, "wrong_type", "The field %.*s has a value of the wrong kind.", P(key));
    err_field(err, "%.*s", P(key));
    err_hint(err, "Give %s.", expected);
    return E_INVALID;
}

/* lon, lat and happened of the act itself. */
static enum status read_claim(struct json *j, str key, struct command *c, struct err *err) {
    str text = STR_NONE;
    if (json_peek(j) == JSON_NULL) return json_null(j) ? OK : E_SYNTAX;
    if (str_is(key, "happened")) {
        if (json_peek(j) != JSON_STRING || !json_str(j, &text) || !instant_parse(text, &c->happened))
            return wrong_claim(err, key, "a time like 2026-11-24T08:30:00+08:00");
        c->has_happened = true;
        return OK;
    }
    if (json_peek(j) != JSON_NUMBER) return wrong_claim(err, key, "a number in degrees");
    if (!c->has_place) c->place = lonlat_none();
    c->has_place = true;
    return json_double(j, str_is(key, "lon") ? &c->place.lon_deg : &c->place.lat_deg) ? OK : E_SYNTAX;
}

static bool is_claim(const struct action *a, str key) {
    bool known = str_is(key, "lon") || str_is(key, "lat") || str_is(key, "happened");
    return known && (a == NULL || action_field(a, key) == NULL);
}

/* --- fields that the server fills in --- */

#define CASES_MAX 150 /* numbers kept in one field */

/* The numbers that satisfy a field's query now, and "+N" for those beyond CASES_MAX. */
static enum status cases_now(struct app *app, const struct caller *caller, str query, struct arena *arena, str *ret,
                             struct err *err) {
    struct listing l;
    struct strbuf b;
    uint64_t total = 0;
    bool more = false;
    enum status status = app_list(app, caller, query, S("due"), CASES_MAX, STR_NONE, arena, &l, err);
    if (status == OK) status = app_total(app, caller, query, arena, &total, &more, err);
    if (status != OK) return status;
    strbuf_init(&b, 8192);
    for (size_t i = 0; i < l.n; i++) strbuf_addf(&b, "%s%s", i > 0 ? "," : "", l.rows[i].number.s);
    if (total > l.n) strbuf_addf(&b, ",+%llu", (unsigned long long)(total - l.n));
    *ret = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return OK;
}

/* What was sent for such a field counts for nothing: it says what is, not what somebody wrote. */
static enum status fill_cases(struct app *app, const struct caller *caller, const struct action *a, struct arena *arena,
                              struct command *c, struct err *err) {
    for (size_t i = 0; i < a->n_fields; i++) {
        const struct field *f = &a->fields[i];
        str numbers;
        if (f->type != FIELD_CASES) continue;
        enum status status = cases_now(app, caller, f->query, arena, &numbers, err);
        for (size_t k = 0; k < c->n_values; k++)
            if (code_eq(&c->values[k].name, &f->name)) c->values[k] = c->values[--c->n_values];
        if (status == OK) status = command_put(c, str_code(&f->name), numbers, err);
        if (status != OK) return status;
    }
    return OK;
}

enum status app_action(struct app *app, const struct caller *caller, const struct kase *c, str action, str json,
                       uint32_t seen, struct arena *arena, struct command *ret, struct err *err) {
    const struct procedure *p = city_procedure(app_law(app, c), str_code(&c->procedure));
    const struct action *a = p == NULL ? NULL : procedure_action(p, action);
    struct json j;
    memset(ret, 0, sizeof *ret);
    *ret = (struct command){
        .kind = COMMAND_ACT, .case_id = c->id, .number = c->number, .seen_version = seen, .actor = caller->actor};
    if (!code_from(action, &ret->action))
        return err_set(err, E_NOT_FOUND, "unknown_action", "There is no such action.");
    json_init(&j, str_empty(json) ? S("{}") : json, arena);
    if (json_peek(&j) != JSON_OBJECT) json_fail(&j, "an object of fields is expected");
    json_object(&j);
    for (str key, value; json_key(&j, &key);) {
        int64_t task = 0;
        if (str_is(key, "task") && json_peek(&j) == JSON_NUMBER) {
            if (json_i64(&j, &task) && task > 0 && task <= UINT32_MAX) ret->task = (uint32_t)task;
            continue;
        }
        enum status status = OK;
        if (is_claim(a, key))
            status = read_claim(&j, key, ret, err);
        else if (read_value(&j, arena, &value))
            status = command_put(ret, key, value, err);
        if (j.error != NULL) break;
        if (status != OK) return status;
    }
    enum status status = json_done(&j, err);
    if (status == OK && a != NULL) status = files_look(app, a, ret, arena, err);
    if (status == OK && a != NULL) status = fill_cases(app, caller, a, arena, ret, err);
    return status == OK && a != NULL ? app_meter_allows(app, c, a, ret, arena, err) : status;
}
