/* /api/v1/cases: lists, a case, its actions. */
#include <stdlib.h>
#include <string.h>

#include "api/api_int.h"

#define WORK_ROWS_MAX 100

/* A case that has left the caller's sight between list and reading is left out. */
static void put_rows_work(struct json_buf *w, struct api *api, const struct caller *caller, const struct listing *l,
                          struct arena *arena) {
    struct case_view *v = NEW(arena, struct case_view);
    for (size_t i = 0; i < l->n; i++) {
        const struct case_row *row = &l->rows[i];
        if (app_case_work(api->app, caller, row->id, v, NULL) == OK)
            put_row_work(w, app_city(api->app), row, v, caller->lang);
    }
}

/* What ?with= asks for besides the rows. */
struct extras {
    bool actions, total;
    uint64_t n; /* rows in all … */
    bool more;  /* … or more */
};

static enum status read_with(const struct http_call *call, struct extras *ret, struct err *err) {
    str with = S(""), part;
    http_query(call, "with", &with);
    *ret = (struct extras){0};
    while (str_split(&with, ',', &part)) {
        ret->actions = ret->actions || str_is(part, "actions");
        ret->total = ret->total || str_is(part, "total");
        if (str_empty(part) || str_is(part, "actions") || str_is(part, "total")) continue;
        err_set(err, E_INVALID, "bad_value", "with is actions, total or both.");
        err_field(err, "with");
        return E_INVALID;
    }
    return OK;
}

static void put_listing(struct json_buf *w, struct api *api, const struct caller *caller, const struct listing *l,
                        const struct extras *with, struct arena *arena) {
    json_open_object(w);
    json_add_key(w, "items");
    json_open_array(w);
    if (with->actions) put_rows_work(w, api, caller, l, arena);
    for (size_t i = 0; i < l->n && !with->actions; i++) put_row(w, app_city(api->app), &l->rows[i], caller->lang);
    json_close_array(w);
    json_put_str(w, "next", str_empty(l->next) ? STR_NONE : l->next);
    if (with->total) {
        json_put_i64(w, "total", (int64_t)with->n);
        json_put_bool(w, "total_more", with->more);
    }
    json_close_object(w);
}

enum status query_limit(const struct http_call *call, size_t max, size_t *ret, struct err *err) {
    str text;
    int64_t n = 50;
    if (http_query(call, "limit", &text) && (!str_to_i64(text, &n) || n < 1 || n > (int64_t)max)) {
        err_set(err, E_INVALID, "bad_value", "limit is a number from 1 to %zu.", max);
        err_field(err, "limit");
        return E_INVALID;
    }
    *ret = (size_t)n;
    return OK;
}

void cases_list(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, cases_list)) return;
    struct caller caller;
    struct err err = {0};
    struct listing listing = {0};
    struct extras with;
    size_t limit = 50;
    str q = S(""), sort = S(""), cursor = S("");
    http_query(call, "q", &q);
    http_query(call, "sort", &sort);
    http_query(call, "cursor", &cursor);
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = read_with(call, &with, &err);
    if (status == OK) status = query_limit(call, with.actions ? WORK_ROWS_MAX : 500, &limit, &err);
    if (status == OK) status = app_list(api->app, &caller, q, sort, limit, cursor, http_arena(call), &listing, &err);
    if (status == OK && with.total)
        status = app_total(api->app, &caller, q, http_arena(call), &with.n, &with.more, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 16 << 20);
    json_buf_init(&w, &b);
    put_listing(&w, api, &caller, &listing, &with, http_arena(call));
    reply_json(call, 200, &b);
}

static void reply_case(struct http_call *call, struct api *api, const struct case_view *v,
                       const struct caller *caller) {
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 4 << 20);
    json_buf_init(&w, &b);
    put_case(&w, api, v, caller, http_arena(call));
    http_add_header(call, "ETag", str_format(http_arena(call), "\"%u\"", v->kase.version));
    reply_json(call, 200, &b);
}

static enum status open_case(struct api *api, struct http_call *call, struct caller *caller, struct case_view *v,
                             struct err *err) {
    enum status status = staff_of(api, call, caller, err);
    if (status == OK) status = app_case(api->app, caller, http_param(call, "number"), http_arena(call), v, err);
    return status;
}

void case_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, case_get)) return;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct caller caller;
    struct err err = {0};
    if (open_case(api, call, &caller, v, &err) == OK)
        reply_case(call, api, v, &caller);
    else
        reply_err(call, &err);
}

/* If-Match: "7" → 7; absent → 0, which means any version. */
static enum status seen_version(const struct http_call *call, uint32_t *ret, struct err *err) {
    str tag = str_trim(http_header(call, "If-Match"));
    int64_t n = 0;
    *ret = 0;
    if (str_empty(tag) || str_is(tag, "*")) return OK;
    if (str_starts(tag, S("\"")) && str_ends(tag, S("\"")) && tag.len > 2) tag = str_slice(tag, 1, tag.len - 1);
    if (!str_to_i64(tag, &n) || n < 1 || n > UINT32_MAX) {
        err_set(err, E_INVALID, "bad_value", "If-Match is no version of a case.");
        err_field(err, "If-Match");
        err_hint(err, "Send the ETag of the case, like \"7\".");
        return E_INVALID;
    }
    *ret = (uint32_t)n;
    return OK;
}

static void answer_case(struct pending *p) {
    struct case_view *v = NEW(http_arena(p->call), struct case_view);
    struct err err = {0};
    str number = str_code(&p->submission.result.kase.number);
    enum status status = app_case(p->api->app, &p->caller, number, http_arena(p->call), v, &err);
    if (!p->submission.result.repeated) v->link = p->extra;
    if (status == OK)
        reply_case(p->call, p->api, v, &p->caller);
    else if (status == E_NOT_FOUND) /* the act itself took the case out of sight */
        http_reply_json(p->call, 200,
                        str_format(http_arena(p->call), "{\"number\":\"%.*s\",\"gone\":true}", P(number)));
    else
        http_problem(p->call, &err);
}

/* A conflict tells what changed since the version the caller saw, any other refusal what is possible instead. */
static void refuse_act(struct pending *p) {
    struct err *err = &p->submission.result.err;
    if (err->status == E_DENIED || err->status == E_STATE) {
        refuse_with_advice(p);
        return;
    }
    struct case_view *v = NEW(http_arena(p->call), struct case_view);
    uint32_t seen = p->submission.command.seen_version;
    if (err->status == E_CONFLICT && app_case(p->api->app, &p->caller, str_code(&p->submission.command.number),
                                              http_arena(p->call), v, NULL) == OK) {
        struct strbuf b;
        strbuf_init(&b, sizeof err->detail);
        for (size_t i = 0; i < v->n_history; i++) {
            const struct history_line *h = &v->history[i];
            if (h->n <= seen) continue;
            str label = action_label(v->law, &v->kase.procedure, &h->action, p->caller.lang);
            strbuf_addf(&b, "%s%u: %.*s", b.len > 0 ? "; " : "", h->n, P(label));
        }
        err_detail(err, "%.*s", P(strbuf_str(&b)));
        strbuf_done(&b);
    }
    http_problem(p->call, err);
}

/* A case out of sight may have been taken there by the very act whose answer was lost: a repeat goes to the writer, who
 * knows its key. out: v without law if the caller may see nothing of it. */
static enum status open_to_act(struct api *api, struct http_call *call, struct caller *caller, struct case_view *v,
                               struct err *err) {
    uint64_t id = 0;
    enum status status = open_case(api, call, caller, v, err);
    if (status != E_NOT_FOUND || str_empty(http_header(call, "Idempotency-Key"))) return status;
    memset(v, 0, sizeof *v);
    if (store_case_id(api->app->store, http_param(call, "number"), &id, NULL) != OK) return status;
    if (store_case(api->app->store, id, &v->kase, NULL) != OK) return status;
    *err = (struct err){0};
    return OK;
}

static void reply_unknown(struct http_call *call) {
    struct err err = {0};
    err_set(&err, E_NOT_FOUND, "unknown_case", UNKNOWN_CASE);
    reply_err(call, &err);
}

/* It was no repeat. */
static void refuse_unseen(struct pending *p) {
    reply_unknown(p->call);
}

/* An action that gives a task out makes a secret: the link that holds it is shown this once. */
static void give_link(struct pending *p, const struct case_view *v) {
    char secret[44];
    struct command *c = &p->submission.command;
    if (v->law == NULL || !app_gives_pass(p->api->app, &v->kase, &c->action)) return;
    secret_random(secret);
    c->pass = app_pass_key(str_z(secret));
    p->extra = str_format(http_arena(p->call), "/task/%s-%s", v->kase.number.s, secret);
}

void case_act(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct case_view *v = NEW(http_arena(call), struct case_view);
    struct caller caller;
    struct err err = {0};
    uint32_t seen = 0;
    enum status status = open_to_act(api, call, &caller, v, &err);
    bool unseen = status == OK && v->law == NULL;
    if (status == OK) status = seen_version(call, &seen, &err);
    struct pending *p = status == OK ? pending_new(api, call, &caller) : NULL;
    if (status == OK)
        status = app_action(api->app, &caller, &v->kase, http_param(call, "action"), http_body(call), seen,
                            http_arena(call), &p->submission.command, &err);
    if (status == OK) status = pending_key(p, &err);
    if (status != OK) {
        if (unseen)
            reply_unknown(call);
        else
            reply_err(call, &err);
        return;
    }
    give_link(p, v);
    p->answer = answer_case;
    p->refuse = unseen ? refuse_unseen : refuse_act;
    pending_submit(p);
}

/* --- contact data: read for a stated purpose, and each reading is an entry --- */

/* The reporter's members, and under "roll" what was noted of persons in a response, by the number of its entry. */
static void put_contacts(struct strbuf *b, const struct contact_line *lines, size_t n) {
    bool reporter = n > 0 && lines[0].n == 1 && lines[0].json.len > 2;
    size_t from = n > 0 && lines[0].n == 1 ? 1 : 0;
    strbuf_add(b, reporter ? str_slice(lines[0].json, 0, lines[0].json.len - 1) : S("{"));
    if (n > from) strbuf_addf(b, "%s\"roll\":[", reporter ? "," : "");
    for (size_t i = from; i < n; i++)
        strbuf_addf(b, "%s{\"n\":%u,\"fields\":%.*s}", i > from ? "," : "", (unsigned)lines[i].n, P(lines[i].json));
    strbuf_addz(b, n > from ? "]}" : "}");
}

static void answer_contact(struct pending *p) {
    struct contact_line *lines = NULL;
    size_t n = 0;
    struct err err = {0};
    uint64_t id = p->submission.result.case_id;
    enum status status = store_contacts(p->api->app->store, id, http_arena(p->call), &lines, &n, &err);
    if (status == OK && n == 0)
        status = err_set(&err, E_NOT_FOUND, "no_contact", "No contact was left, or it was erased.");
    if (status != OK) {
        http_problem(p->call, &err);
        return;
    }
    struct strbuf b;
    strbuf_init(&b, 4 << 20);
    put_contacts(&b, lines, n);
    reply_json(p->call, 200, &b);
}

enum status read_reason(struct http_call *call, const char *name, str *ret, struct err *err) {
    struct json j;
    *ret = STR_NONE;
    json_init(&j, http_body(call), http_arena(call));
    json_object(&j);
    for (str key; json_key(&j, &key);)
        if (!str_is(key, name) || !json_str(&j, ret)) json_fail(&j, "unknown field or no text");
    enum status status = json_done(&j, err);
    if (status != OK) return status;
    if (str_trim(*ret).len >= 4 && utf8_count(*ret) <= 300) return OK;
    err_set(err, E_INVALID, "missing_field", "A %s of 4 to 300 characters is needed; it is kept in the history.", name);
    err_field(err, "%s", name);
    return E_INVALID;
}

/* Who erases need not be able to read what is erased. */
static enum status open_for(struct api *api, struct http_call *call, enum command_kind kind, struct caller *caller,
                            uint64_t *ret_id, struct err *err) {
    struct case_view *v = NEW(http_arena(call), struct case_view);
    if (kind == COMMAND_ERASE) {
        enum status status = staff_of(api, call, caller, err);
        if (status == OK && !caller->role->administers) /* before it is said whether there is such a case */
            return err_set(err, E_DENIED, "not_allowed", "This role may not do that.");
        return status == OK ? store_case_id(api->app->store, http_param(call, "number"), ret_id, err) : status;
    }
    enum status status = open_case(api, call, caller, v, err);
    *ret_id = v->kase.id;
    return status;
}

static void submit_reasoned(struct http_call *call, struct api *api, enum command_kind kind, const char *name,
                            void (*answer)(struct pending *)) {
    struct caller caller;
    struct err err = {0};
    str reason = STR_NONE;
    uint64_t id = 0;
    enum status status = open_for(api, call, kind, &caller, &id, &err);
    if (status == OK) status = read_reason(call, name, &reason, &err);
    bool may = kind == COMMAND_ERASE || (status == OK && caller.role->sees_contact);
    if (status == OK && !may) status = err_set(&err, E_DENIED, "not_allowed", "This role may not do that.");
    struct pending *p = status == OK ? pending_new(api, call, &caller) : NULL;
    if (status == OK) {
        struct command *c = &p->submission.command;
        c->kind = kind;
        c->actor = caller.actor;
        c->case_id = id;
        status = command_put(c, str_z(name), reason, &err);
    }
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    p->answer = answer;
    pending_submit(p);
}

void case_contact(struct http_call *call, void *ctx) {
    submit_reasoned(call, ctx, COMMAND_READ, "purpose", answer_contact);
}

void case_erase(struct http_call *call, void *ctx) {
    submit_reasoned(call, ctx, COMMAND_ERASE, "reason", answer_case);
}
