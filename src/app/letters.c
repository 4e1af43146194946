/* From the entries of a case to what its letters are made from: fields of the acts, by name, words and codes alike. Reads
 * the truth, as cases.c does. */
#include "app/letters.h"

#include "base/json.h"
#include "casework/facts.h"

#define ACT_VALUES_MAX 48

/* The string members of an object: fields with their values. */
static void read_values(struct json *j, struct letter_act *act) {
    if (!json_object(j)) return;
    for (str key; json_key(j, &key);) {
        str text = STR_NONE;
        if (json_peek(j) != JSON_STRING) {
            json_skip(j);
            continue;
        }
        if (!json_str(j, &text)) return;
        if (act->n_values < ACT_VALUES_MAX) act->values[act->n_values++] = (struct letter_value){key, text};
    }
}

static void read_words(str words, struct arena *arena, struct letter_act *act) {
    struct json j;
    if (str_empty(words)) return;
    json_init(&j, words, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "public") || str_is(key, "internal"))
            read_values(&j, act);
        else
            json_skip(&j);
    }
}

static enum status read_act(const struct stored_entry *e, struct arena *arena, struct letter_source *s,
                            struct err *err) {
    struct facts f = {0};
    struct json j;
    struct kase *unused = NEW(arena, struct kase);
    enum status status = facts_read(e->kind, e->facts, arena, unused, &f, err);
    if (status != OK || code_empty(&f.action)) return status;
    struct letter_act *act = &s->acts[s->n_acts++];
    *act = (struct letter_act){.action = f.action, .unit = e->actor.unit, .at = e->recorded};
    act->values = NEW_ARRAY(arena, struct letter_value, ACT_VALUES_MAX);
    if (!str_empty(f.fields)) {
        json_init(&j, f.fields, arena);
        read_values(&j, act);
    }
    read_words(e->words, arena, act);
    return OK;
}

static void read_filed(const struct stored_entry *e, struct arena *arena, struct letter_source *s) {
    struct json j;
    s->acts[s->n_acts++] = (struct letter_act){.action = code_of(LETTER_FILED), .at = e->recorded};
    if (str_empty(e->words)) return;
    json_init(&j, e->words, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "text") && json_peek(&j) == JSON_STRING)
            json_str(&j, &s->text);
        else if (str_is(key, "address") && json_peek(&j) == JSON_STRING)
            json_str(&j, &s->address);
        else
            json_skip(&j);
    }
}

static str name_of(str contact, struct arena *arena) {
    struct json j;
    str name = STR_NONE;
    if (str_empty(contact)) return name;
    json_init(&j, contact, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "name") && json_peek(&j) == JSON_STRING)
            json_str(&j, &name);
        else
            json_skip(&j);
    }
    return name;
}

/* errors: as app_case; a role without words reads no letters either. */
static enum status read_source(struct app *app, const struct caller *caller, str number, struct arena *arena,
                               struct letter_source *ret, struct err *err) {
    uint64_t id = 0;
    struct stored_entry *entries = NULL;
    size_t n = 0;
    struct kase *k = NEW(arena, struct kase);
    *ret = (struct letter_source){.city = app_city(app), .kase = k};
    enum status status = store_case_id(app->store, number, &id, err);
    if (status == OK) status = store_case(app->store, id, k, err);
    bool hidden =
        status == E_NOT_FOUND || (status == OK && (caller->role == NULL || !access_read(ret->city, k, &caller->actor)));
    if (hidden) return err_set(err, E_NOT_FOUND, "unknown_case", "There is no such case, or it is not yours to see.");
    if (status == OK && caller->role->wordless)
        status = err_set(err, E_DENIED, "not_allowed", "This role may not do that.");
    if (status == OK) status = store_history(app->store, id, arena, &entries, &n, err);
    if (status != OK) return status;
    ret->law = app_law(app, k);
    ret->acts = NEW_ARRAY(arena, struct letter_act, n + 1);
    for (size_t i = 0; status == OK && i < n; i++) {
        if (entries[i].kind == ENTRY_FILED) read_filed(&entries[i], arena, ret);
        if (entries[i].kind == ENTRY_ACTED) status = read_act(&entries[i], arena, ret, err);
    }
    return status;
}

/* Whether it could be written now, were the addressee known. */
static void find_gap(const struct letter_pick *pick, size_t lang, struct arena *arena, struct err *ret) {
    struct document doc;
    struct letter_source s = *pick->source;
    *ret = (struct err){0};
    s.name = S("-");
    if (letter_compose(&(struct letter_pick){pick->letter, &s, pick->nth}, lang, arena, &doc, ret) == OK)
        *ret = (struct err){0};
}

/* out: what it is called in addresses: its code, with "-2" behind it for the second … */
static str name_of_letter(const struct letter_pick *pick, struct arena *arena) {
    return pick->nth == 1 ? str_code(&pick->letter->code)
                          : str_format(arena, "%s-%zu", pick->letter->code.s, pick->nth);
}

enum status app_letters(struct app *app, const struct caller *caller, str number, struct arena *arena,
                        struct letter_notes *ret, struct err *err) {
    struct letter_source s;
    enum status status = read_source(app, caller, number, arena, &s, err);
    if (status != OK) return status;
    size_t n = 0;
    for (size_t i = 0; i < s.city->n_letters; i++) n += letter_count(&s.city->letters[i], &s);
    *ret = (struct letter_notes){.notes = NEW_ARRAY(arena, struct letter_note, n + 1)};
    for (size_t i = 0; i < s.city->n_letters; i++) {
        struct letter_pick pick = {&s.city->letters[i], &s, 0};
        for (pick.nth = 1; pick.nth <= letter_count(pick.letter, &s); pick.nth++) {
            struct letter_note *note = &ret->notes[ret->n++];
            note->letter = pick.letter;
            note->name = name_of_letter(&pick, arena);
            note->number = letter_number(&pick, caller->lang, arena);
            find_gap(&pick, caller->lang, arena, &note->gap);
        }
    }
    return OK;
}

/* in: name: as name_of_letter gives it. */
static enum status find_letter(const struct letter_source *s, str name, struct letter_pick *ret, struct err *err) {
    int64_t nth = 1;
    str rest = name, letter = STR_NONE;
    str_split(&rest, '-', &letter);
    bool counted = !str_empty(rest);
    bool known = !counted || (str_to_i64(rest, &nth) && nth > 1);
    for (size_t i = 0; known && i < s->city->n_letters; i++) {
        *ret = (struct letter_pick){&s->city->letters[i], s, (size_t)nth};
        if (str_eq(str_code(&ret->letter->code), letter)) return OK;
    }
    return err_set(err, E_NOT_FOUND, "unknown_letter", "The city has no such letter.");
}

enum status app_letter_ready(struct app *app, const struct caller *caller, const struct letter_ask *ask,
                             struct arena *arena, struct letter_ready *ret, struct err *err) {
    struct letter_source s;
    struct letter_pick pick;
    struct document doc;
    enum status status = read_source(app, caller, ask->number, arena, &s, err);
    if (status == OK) status = find_letter(&s, ask->letter, &pick, err);
    if (status != OK) return status;
    s.name = S("-");
    *ret = (struct letter_ready){s.kase->id, pick.letter->needs_name};
    return letter_compose(&pick, caller->lang, arena, &doc, err);
}

enum status app_letter(struct app *app, const struct caller *caller, const struct letter_ask *ask, struct arena *arena,
                       struct document *ret, struct err *err) {
    struct letter_source s;
    struct letter_pick pick;
    enum status status = read_source(app, caller, ask->number, arena, &s, err);
    if (status == OK) status = find_letter(&s, ask->letter, &pick, err);
    if (status != OK) return status;
    if (pick.letter->needs_name && str_empty(ask->contact)) {
        err_set(err, E_DENIED, "purpose_needed", "The letter names its addressee: that is contact data.");
        err_hint(err, "POST the purpose to the same address; the reading is entered.");
        return E_DENIED;
    }
    s.name = name_of(ask->contact, arena);
    return letter_compose(&pick, caller->lang, arena, ret, err);
}
