#include "views_stand.h"

#include <string.h>

#include "base/json.h"

static _Atomic(const struct city *) now_current; /* the projector looks while a test changes it */

static const struct city *current(void *ctx) {
    (void)ctx;
    return now_current;
}

static const struct city *by_hash(void *ctx, const digest *hash) {
    (void)ctx;
    const struct city *both[] = {small_city(), small_city_renumbered()};
    for (size_t i = 0; i < ARRAY_LEN(both); i++)
        if (digest_eq(hash, &both[i]->hash)) return both[i];
    return NULL;
}

/* --- rules --- */

static bool has_value(const struct command *c, const char *name) {
    for (size_t i = 0; i < c->n_values; i++)
        if (code_is(&c->values[i].name, name)) return true;
    return false;
}

static str facts_of(const struct command *c, const struct given *g, struct arena *arena) {
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 1 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    if (c->kind == COMMAND_FILE && !has_value(c, "number")) json_put_str(&w, "number", str_code(&g->new_number));
    for (size_t i = 0; i < c->n_values; i++) {
        json_add_key_str(&w, str_code(&c->values[i].name));
        json_add_str(&w, c->values[i].text);
    }
    json_close_object(&w);
    str out = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return out;
}

static str words_of(const struct filing *f, struct arena *arena) {
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 1 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_str(&w, "text", f->text);
    if (!str_empty(f->address)) json_put_str(&w, "address", f->address);
    if (f->has_place) {
        json_put_double(&w, "lon", f->place.lon_deg, 7);
        json_put_double(&w, "lat", f->place.lat_deg, 7);
    }
    json_close_object(&w);
    str out = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return out;
}

static enum status views_decide(const struct city *law, const struct city *world, const struct kase *k,
                                const struct command *c, const struct given *g, struct arena *arena,
                                struct outcome *ret, struct err *err) {
    (void)law, (void)world, (void)err;
    struct entry *e = &ret->entries[ret->n_entries++];
    *e = (struct entry){.kind = c->kind == COMMAND_FILE    ? ENTRY_FILED
                                : c->kind == COMMAND_ERASE ? ENTRY_ERASED
                                : c->kind == COMMAND_STAFF ? ENTRY_STAFF
                                : c->kind == COMMAND_READ  ? ENTRY_READ
                                                           : ENTRY_ACTED,
                        .case_id = k ? k->id : g->new_id,
                        .n = k ? k->version + 1 : 1,
                        .actor = c->actor,
                        .facts = facts_of(c, g, arena)};
    if (c->kind == COMMAND_FILE) e->words = words_of(&c->filing, arena);
    return OK;
}

static code to_code(str s) {
    code c = {0};
    assert_true(code_from(s, &c));
    return c;
}

static int64_t to_number(str s) {
    int64_t n;
    assert_true(str_to_i64(s, &n));
    return n;
}

static void set_due(struct kase *k, str value) {
    struct clock *c = &k->clocks[0];
    if (str_is(value, "none")) {
        c->state = CLOCK_STOPPED;
        return;
    }
    c->id = 1;
    c->name = code_of("handling");
    c->state = CLOCK_RUNNING;
    c->due.ms = to_number(value);
}

static void set_tasks(struct kase *k, str value) {
    str unit;
    memset(k->tasks, 0, sizeof k->tasks);
    for (uint32_t i = 0; !str_empty(value) && str_split(&value, ',', &unit); i++)
        k->tasks[i] = (struct task){.id = i + 1, .unit = to_code(unit)};
}

static void set_flags(struct kase *k, str value) {
    str flag;
    memset(k->flags, 0, sizeof k->flags);
    for (size_t i = 0; !str_empty(value) && str_split(&value, ',', &flag); i++) k->flags[i] = to_code(flag);
}

static bool set_code(struct kase *k, str key, str value) {
    struct {
        const char *name;
        code *to;
    } codes[] = {{"number", &k->number},     {"procedure", &k->procedure}, {"state", &k->state},
                 {"category", &k->category}, {"condition", &k->condition}, {"area", &k->area},
                 {"unit", &k->unit},         {"channel", &k->channel},     {"about_unit", &k->about_unit},
                 {"point", &k->point}};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (str_is(key, codes[i].name)) {
            *codes[i].to = to_code(value);
            return true;
        }
    return false;
}

static bool set_bool(struct kase *k, str key, str value) {
    struct {
        const char *name;
        bool *to;
    } bools[] = {{"over", &k->is_over},
                 {"closed", &k->is_closed},
                 {"private", &k->is_private},
                 {"sealed", &k->is_sealed},
                 {"imported", &k->is_imported},
                 {"missed", &k->clocks[0].missed},
                 {"provisional", &k->clocks[0].provisional}};
    for (size_t i = 0; i < ARRAY_LEN(bools); i++)
        if (str_is(key, bools[i].name)) {
            *bools[i].to = str_is(value, "1");
            return true;
        }
    return false;
}

static void set_value(struct kase *k, str key, str value) {
    if (set_code(k, key, value) || set_bool(k, key, value)) return;
    if (str_is(key, "about"))
        k->about = str_is(value, "conduct") ? ABOUT_CONDUCT : str_is(value, "service") ? ABOUT_SERVICE : ABOUT_NOTHING;
    else if (str_is(key, "due"))
        set_due(k, value);
    else if (str_is(key, "tasks"))
        set_tasks(k, value);
    else if (str_is(key, "flags"))
        set_flags(k, value);
    else if (str_is(key, "rating"))
        k->rating = (int32_t)to_number(value);
    else if (str_is(key, "supporters"))
        k->counts[0] = (struct counter){code_of("supporters"), (int32_t)to_number(value)};
    else if (str_is(key, "filed"))
        k->filed.ms = to_number(value);
    else if (str_is(key, "happened"))
        k->happened.ms = to_number(value);
    else if (str_is(key, "ended"))
        k->ended.ms = to_number(value);
    else
        fail_msg("unknown fact %.*s", P(key));
}

static enum status views_apply(struct kase *k, const struct entry *e, struct err *err) {
    struct arena arena CLEANUP(arena_done);
    struct json j;
    arena_init(&arena, 0);
    json_init(&j, e->facts, &arena);
    if (e->n == 1) {
        k->filed = e->recorded;
        k->happened = k->ended = INSTANT_NONE;
        k->clocks[0].due = INSTANT_NONE;
    }
    bool ok = json_object(&j);
    for (str key, value; ok && json_key(&j, &key) && json_str(&j, &value);) set_value(k, key, value);
    if (json_done(&j, err) != OK) return E_CORRUPT;
    k->id = e->case_id;
    k->version = e->n;
    k->is_erased |= e->kind == ENTRY_ERASED;
    return OK;
}

const struct rules views_rules = {views_decide, views_apply};

/* --- the store --- */

void views_stand_city(const struct city *city) {
    now_current = city;
}

void views_stand_init(struct stand *s) {
    stand_init(s);
    views_stand_city(small_city());
    s->options.cities = (struct city_source){NULL, current, by_hash};
    s->options.no_projector = false;
}

void views_stand_open(struct stand *s) {
    struct err err = {0};
    if (store_open_rules(&s->options, &views_rules, &s->store, &err) != OK) fail_msg("%s: %s", err.primary, err.detail);
}

instant views_stand_now(const struct stand *s) {
    return (instant){s->now_ms};
}

static void add_pairs(struct command *c, const struct pair *pairs) {
    for (; pairs && pairs->name; pairs++)
        c->values[c->n_values++] = (struct value){code_of(pairs->name), str_z(pairs->value)};
}

static uint64_t run_and_wait(struct stand *s, const struct command *c, uint64_t *ret_id) {
    struct result r = stand_run(s, c);
    struct err err = {0};
    if (store_wait(s->store, r.seq, 10000, &err) != OK) fail_msg("%s %s", err.primary, err.detail);
    if (ret_id) *ret_id = r.case_id;
    return r.seq;
}

uint64_t views_filed_at(struct stand *s, const char *text, const char *address, lonlat place,
                        const struct pair *pairs) {
    struct command c = stand_file(text);
    c.filing.address = str_z(address);
    c.filing.has_place = !lonlat_is_none(place);
    c.filing.place = place;
    add_pairs(&c, pairs);
    uint64_t id;
    run_and_wait(s, &c, &id);
    return id;
}

uint64_t views_filed(struct stand *s, const char *text, const struct pair *pairs) {
    return views_filed_at(s, text, "", lonlat_none(), pairs);
}

uint64_t views_changed(struct stand *s, uint64_t id, const struct pair *pairs) {
    struct command c = stand_act(id, "set");
    add_pairs(&c, pairs);
    return run_and_wait(s, &c, NULL);
}

void views_erased(struct stand *s, uint64_t id) {
    struct command c = stand_erase(id);
    run_and_wait(s, &c, NULL);
}

void views_settled(struct stand *s) {
    struct err err = {0};
    if (store_wait(s->store, store_seq(s->store), 10000, &err) != OK) fail_msg("%s %s", err.primary, err.detail);
}

struct query *views_query(const char *text, struct arena *arena) {
    struct query *q;
    struct err err = {0};
    if (query_parse(str_z(text), now_current, arena, &q, &err) != OK) fail_msg("%s: %s", text, err.primary);
    return q;
}

str views_list(struct stand *s, const char *query, enum sort sort, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, 1 << 20);
    struct listing page;
    struct err err = {0};
    str cursor = STR_NONE;
    do {
        enum status status =
            store_list(s->store, views_query(query, arena), sort, 3, cursor, views_stand_now(s), arena, &page, &err);
        if (status != OK) fail_msg("%s: %s %s", query, err.primary, err.detail);
        for (size_t i = 0; i < page.n; i++) strbuf_addf(&b, "%s%s", b.len > 0 ? " " : "", page.rows[i].number.s);
        cursor = page.next;
    } while (!str_empty(cursor));
    str out = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return out;
}
