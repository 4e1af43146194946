#include "stand.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"

/* --- the city --- */

static struct city city;

const struct city *stand_city(void) {
    if (city.number_prefix.s[0] == '\0') {
        city.name = code_of("stand");
        city.number_prefix = code_of("ST");
        city.hash = sha256(S("stand"));
        assert_int_equal(zone_parse(S("CST-8"), &city.calendar.zone, NULL), OK);
    }
    return &city;
}

static const struct city *current(void *ctx) {
    (void)ctx;
    return stand_city();
}

static const struct city *by_hash(void *ctx, const digest *hash) {
    (void)ctx;
    return digest_eq(hash, &stand_city()->hash) ? stand_city() : NULL;
}

/* --- the rules --- */

static str facts_of(struct arena *arena, const char *state, const char *number) {
    return str_format(arena, "{\"state\":\"%s\",\"number\":\"%s\"}", state, number);
}

static str words_of(struct arena *arena, str text, str media) {
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 1 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    json_put_str(&w, "text", text);
    if (media.len > 0) json_put_str(&w, "media", media);
    json_close_object(&w);
    str out = str_dup(arena, strbuf_str(&b));
    strbuf_done(&b);
    return out;
}

static void decide_file(const struct command *c, const struct given *g, struct arena *arena, struct outcome *ret) {
    const struct filing *f = &c->filing;
    ret->entries[ret->n_entries++] =
        (struct entry){.kind = ENTRY_FILED,
                       .case_id = g->new_id,
                       .n = 1,
                       .actor = c->actor,
                       .facts = facts_of(arena, "filed", g->new_number.s),
                       .words = f->text.len > 0 ? words_of(arena, f->text, f->media) : STR_NONE,
                       .contact = f->contact};
}

static void fan_out(const struct command *c, struct outcome *ret) {
    for (size_t i = 0; i < c->n_values && i < OUTCOME_FOLLOWUPS_MAX; i++) {
        struct command *next = &ret->followups[ret->n_followups++];
        *next = (struct command){.kind = COMMAND_NOTE, .actor = c->actor, .action = code_of("noted")};
        if (!code_from(c->values[i].text, &next->number)) next->number = code_of("?");
    }
}

static enum status stand_decide(const struct city *law, const struct city *world, const struct kase *k,
                                const struct command *c, const struct given *g, struct arena *arena,
                                struct outcome *ret, struct err *err) {
    (void)law, (void)world;
    if (c->kind == COMMAND_FILE) {
        decide_file(c, g, arena, ret);
        return OK;
    }
    if (code_is(&c->action, "refuse")) return err_set(err, E_DENIED, "not_allowed", "Not you.");
    if (code_is(&c->action, "nothing")) return OK;
    if (k != NULL && c->seen_version != 0 && c->seen_version != k->version)
        return err_set(err, E_CONFLICT, "version", "The case changed.");
    if (k != NULL && k->is_over && c->kind == COMMAND_ACT) return err_set(err, E_STATE, "wrong_state", "It is closed.");
    enum entry_kind kind = c->kind == COMMAND_ERASE   ? ENTRY_ERASED
                           : c->kind == COMMAND_NOTE  ? ENTRY_NOTED
                           : c->kind == COMMAND_STAFF ? ENTRY_STAFF
                                                      : ENTRY_ACTED;
    const char *state = c->kind == COMMAND_NOTE || c->kind == COMMAND_ERASE ? k->state.s : c->action.s;
    ret->entries[ret->n_entries++] =
        (struct entry){.kind = kind,
                       .case_id = k != NULL ? k->id : g->new_id,
                       .n = k != NULL ? k->version + 1 : 1,
                       .actor = c->actor,
                       .facts = facts_of(arena, state, k != NULL ? k->number.s : g->new_number.s)};
    if (code_is(&c->action, "fan")) fan_out(c, ret);
    return OK;
}

static enum status stand_apply(struct kase *k, const struct entry *e, struct err *err) {
    struct arena arena CLEANUP(arena_done);
    struct json j;
    str state = STR_NONE, number = STR_NONE;
    arena_init(&arena, 0);
    json_init(&j, e->facts, &arena);
    if (!json_object(&j)) return err_set(err, E_CORRUPT, "bad_facts", "No object.");
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "state"))
            (void)json_str(&j, &state);
        else if (str_is(key, "number"))
            (void)json_str(&j, &number);
        else
            (void)json_skip(&j);
    }
    if (json_done(&j, err) != OK) return E_CORRUPT;
    if (!code_from(state, &k->state) || !code_from(number, &k->number))
        return err_set(err, E_CORRUPT, "bad_facts", "Too long.");
    k->id = e->case_id;
    k->version = e->n;
    if (e->n == 1) k->filed = e->recorded;
    k->is_over = code_is(&k->state, "close");
    k->is_erased |= e->kind == ENTRY_ERASED;
    return OK;
}

const struct rules stand_rules = {stand_decide, stand_apply};

/* --- the directory --- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void stand_remove(const char *dir) {
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static instant stand_now(void *ctx) {
    return (instant){((const struct stand *)ctx)->now_ms};
}

void stand_init(struct stand *s) {
    *s = (struct stand){.now_ms = INT64_C(1795000000000)};
    snprintf(s->dir, sizeof s->dir, "/tmp/yiwang-store-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    s->options = (struct store_options){
        .dir = s->dir, .cities = {NULL, current, by_hash}, .now = stand_now, .now_ctx = s, .no_projector = true};
}

void stand_done(struct stand *s) {
    stand_close(s);
    stand_remove(s->dir);
}

enum status stand_open(struct stand *s, struct err *err) {
    return store_open_rules(&s->options, &stand_rules, &s->store, err);
}

void stand_close(struct stand *s) {
    if (s->store != NULL) store_close(s->store);
    s->store = NULL;
}

/* --- commands --- */

static const struct actor reporter = {.kind = ACTOR_REPORTER};

struct command stand_file(const char *text) {
    return (struct command){.kind = COMMAND_FILE, .actor = reporter, .filing = {.text = str_z(text)}};
}

struct command stand_act(uint64_t case_id, const char *action) {
    return (struct command){.kind = COMMAND_ACT,
                            .case_id = case_id,
                            .actor = {.kind = ACTOR_STAFF, .staff = 7, .role = code_of("desk")},
                            .action = code_of(action)};
}

struct command stand_erase(uint64_t case_id) {
    return (struct command){.kind = COMMAND_ERASE, .case_id = case_id, .actor = {.kind = ACTOR_SYSTEM}};
}

void stand_key(struct command *c, const char *key, const char *body) {
    digest k = sha256(str_z(key)), b = sha256(str_z(body));
    c->has_key = true;
    memcpy(c->key_hash, k.b, sizeof c->key_hash);
    memcpy(c->body_hash, b.b, sizeof c->body_hash);
}

struct result stand_run(struct stand *s, const struct command *c) {
    struct result r;
    enum status status = store_run(s->store, c, &r);
    if (status != OK) print_error("%s: %s (%s)\n", r.err.code, r.err.primary, r.err.detail);
    assert_int_equal(status, OK);
    return r;
}

uint64_t stand_filed(struct stand *s, const char *text) {
    struct command c = stand_file(text);
    return stand_run(s, &c).case_id;
}

struct many {
    pthread_mutex_t lock;
    pthread_cond_t told;
    size_t left;
};

static void one_done(struct submission *m) {
    struct many *many = m->ctx;
    assert_int_equal(m->result.status, OK);
    pthread_mutex_lock(&many->lock);
    many->left--;
    pthread_cond_signal(&many->told);
    pthread_mutex_unlock(&many->lock);
}

void stand_many(struct stand *s, size_t n) {
    struct many many = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, n};
    struct submission *m = calloc(n, sizeof *m);
    assert_non_null(m);
    for (size_t i = 0; i < n; i++) {
        m[i] = (struct submission){.command = stand_file("one of many"), .done = one_done, .ctx = &many};
        assert_int_equal(store_submit(s->store, &m[i], NULL), OK);
    }
    pthread_mutex_lock(&many.lock);
    while (many.left > 0) pthread_cond_wait(&many.told, &many.lock);
    pthread_mutex_unlock(&many.lock);
    free(m);
}

void stand_sql(struct stand *s, const char *file, const char *sql) {
    char path[256];
    sqlite3 *db;
    char *why = NULL;
    snprintf(path, sizeof path, "%s/%s", s->dir, file);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) fail_msg("%s: %s", sql, why);
    sqlite3_close(db);
}
