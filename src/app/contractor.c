/* A contractor does one task of one case, by a link without login. The link is taken once and then belongs to the browser
 * that took it; of both secrets only keys are known. */
#include <string.h>

#include "app/app.h"
#include "app/exchange.h"

#define KEY_BYTES 12

code app_pass_key(str secret) {
    str pieces[] = {S("pass\n"), secret};
    digest d = sha256_pieces(pieces, ARRAY_LEN(pieces));
    struct strbuf hex;
    code ret = {0};
    strbuf_init(&hex, 2 * KEY_BYTES + 1);
    strbuf_add_hex(&hex, d.b, KEY_BYTES);
    check(code_from(strbuf_str(&hex), &ret));
    strbuf_done(&hex);
    return ret;
}

bool app_gives_pass(struct app *app, const struct kase *c, const code *action) {
    const struct procedure *p = city_procedure(app_law(app, c), str_code(&c->procedure));
    const struct action *a = p != NULL ? procedure_action(p, str_code(action)) : NULL;
    for (size_t i = 0; a != NULL && i < a->n_effects; i++)
        if (a->effects[i].kind == EFFECT_PASS) return true;
    return false;
}

static enum status unknown_pass(struct err *err) {
    err_set(err, E_NOT_FOUND, "unknown_pass", "This link is not valid, or it was taken by another browser.");
    err_hint(err, "Ask the unit that sent it for a new one.");
    return E_NOT_FOUND;
}

/* Keeps the order, what came back and the contractor's own acts; all words of others leave. */
static void keep_own(struct job *j) {
    struct case_view *v = &j->view;
    size_t n = 0;
    for (size_t i = 0; i < v->n_history; i++) {
        struct history_line h = v->history[i];
        if (h.task != j->task->id || h.kind != ENTRY_ACTED) continue;
        if (h.gives_pass) {
            j->order = h.staff_text;
            j->photos = h.media;
        }
        bool own = h.actor.kind == ACTOR_CONTRACTOR;
        j->redo = own ? STR_NONE : !h.gives_pass ? h.staff_text : j->redo;
        h.facts = STR_NONE;
        if (own) v->history[n++] = h;
    }
    v->n_history = n;
    v->text = v->attributes = v->media = STR_NONE;
    v->has_contact = false;
    memset(v->kase.links, 0, sizeof v->kase.links);
}

static bool find_task(struct job *j, str secret, instant now) {
    const struct kase *c = &j->view.kase;
    code key = app_pass_key(secret);
    const struct pass *p = str_empty(secret) ? NULL : case_pass(c, &key);
    if (p == NULL || now.ms > p->until.ms) return false;
    j->task = case_task(c, p->task);
    j->caller.actor = (struct actor){.kind = ACTOR_CONTRACTOR, .role = key};
    return true;
}

enum status app_job(struct app *app, str link, str held, size_t lang, struct arena *arena, struct job *ret,
                    struct err *err) {
    uint64_t id = 0;
    str secret = str_trim(link), number = STR_NONE;
    instant now = app_now(app);
    *ret = (struct job){.caller = app_stranger(app, lang), .due = INSTANT_NONE};
    str_split(&secret, '-', &number);
    enum status status = store_case_id(app->store, number, &id, err);
    if (status == OK) status = view_load(app, id, arena, &ret->view, err);
    if (status == E_NOT_FOUND) return unknown_pass(err);
    if (status != OK) return status;
    ret->is_taken = !find_task(ret, secret, now);
    if (ret->is_taken && !find_task(ret, held, now)) return unknown_pass(err);
    struct case_view *v = &ret->view;
    if (!access_read(app_city(app), &v->kase, &ret->caller.actor)) return unknown_pass(err);
    const struct clock *k = case_clock(&v->kase, "task", ret->task->id);
    if (k != NULL && k->state == CLOCK_RUNNING) ret->due = k->due;
    v->n_offers = offers(v->law, app_city(app), &v->kase, &ret->caller.actor, now, v->offers, ARRAY_LEN(v->offers));
    keep_own(ret);
    return OK;
}
