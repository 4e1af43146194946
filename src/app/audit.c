/* The log for those who audit it: what was done, by which post, and for what purpose contact data was read. There is no
 * search by person; words other than purposes and reasons stay out. */
#include "app/app.h"
#include "base/json.h"
#include "casework/facts.h"

/* "purpose" of a reading, "reason" of an erasure. */
static str stated(str words, struct arena *arena) {
    struct json j;
    str found = STR_NONE;
    if (str_empty(words)) return STR_NONE;
    json_init(&j, words, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (!str_is(key, "internal") || json_peek(&j) != JSON_OBJECT) {
            json_skip(&j);
            continue;
        }
        json_object(&j);
        for (str name; json_key(&j, &name);) {
            bool wanted = str_is(name, "purpose") || str_is(name, "reason");
            if (!wanted || !json_str(&j, &found)) json_skip(&j);
        }
    }
    return found;
}

/* Staff and city have no facts that the rules read, only what was asked for. */
static code stream_action(str facts, struct arena *arena) {
    struct json j;
    code action = {{0}};
    json_init(&j, facts, arena);
    json_object(&j);
    for (str key, text; json_key(&j, &key);) {
        if (!str_is(key, "action"))
            json_skip(&j);
        else if (!json_str(&j, &text) || !code_from(text, &action))
            break;
    }
    return action;
}

static enum status fill_case(struct app *app, const struct caller *caller, const struct stored_entry *e,
                             struct kase *scratch, struct arena *arena, struct log_line *ret, struct err *err) {
    struct facts f = {0};
    enum status status = facts_read(e->kind, e->facts, arena, scratch, &f, err);
    if (status == OK) status = store_case(app->store, e->case_id, scratch, err);
    if (status != OK) return status;
    ret->line.action = f.action;
    ret->line.state = f.to;
    ret->law = app_law(app, scratch);
    ret->procedure = scratch->procedure;
    if (!access_read(app_city(app), scratch, &caller->actor)) return OK;
    ret->number = scratch->number;
    if (e->kind == ENTRY_READ || e->kind == ENTRY_ERASED) ret->line.staff_text = stated(e->words, arena);
    return OK;
}

static void fill_login(const struct account *list, size_t n, struct log_line *ret) {
    for (size_t i = 0; ret->line.actor.staff != 0 && i < n; i++)
        if (list[i].staff == ret->line.actor.staff) ret->login = list[i].login;
}

enum status app_log(struct app *app, const struct caller *caller, uint32_t kinds, uint64_t before, size_t limit,
                    struct arena *arena, struct log_lines *ret, struct err *err) {
    struct log_page page;
    struct account *accounts = NULL;
    size_t n_accounts = 0;
    if (caller->role == NULL || !(caller->role->audits || caller->role->administers))
        return err_set(err, E_DENIED, "not_allowed", "This role does not read the log.");
    enum status status = store_log(app->store, kinds, before, limit, arena, &page, err);
    if (status == OK) status = store_accounts(app->store, arena, &accounts, &n_accounts, err);
    if (status != OK) return status;
    struct kase *scratch = NEW(arena, struct kase);
    *ret = (struct log_lines){NEW_ARRAY(arena, struct log_line, page.n), page.n, page.next};
    for (size_t i = 0; status == OK && i < page.n; i++) {
        const struct stored_entry *e = &page.entries[i];
        struct log_line *l = &ret->lines[i];
        *l = (struct log_line){.seq = e->seq, .law = app_city(app)};
        l->line = (struct history_line){.at = e->recorded, .kind = e->kind, .actor = e->actor, .n = e->n};
        fill_login(accounts, n_accounts, l);
        if (e->kind == ENTRY_STAFF || e->kind == ENTRY_CITY || e->kind == ENTRY_EXCHANGE)
            l->line.action = stream_action(e->facts, arena);
        else
            status = fill_case(app, caller, e, scratch, arena, l, err);
    }
    return status;
}
