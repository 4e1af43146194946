/* What was released to everybody: read from the entries of the cases, never kept apart. In force is what the last release found
 * drafted; a draft that nobody released is shown to nobody. */
#include <string.h>

#include "app/app.h"
#include "base/json.h"
#include "casework/facts.h"

#define PUBLISHED_MAX 100
#define LIFTED_SHOWN_MS MS_DAY

static bool is_among(const code *action, const code *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (code_eq(action, &list[i])) return true;
    return false;
}

static void read_instant(struct json *j, instant *ret) {
    str text;
    if (json_str(j, &text) && !instant_parse(text, ret)) *ret = INSTANT_NONE;
}

static void read_code(struct json *j, code *ret) {
    str text;
    if (json_str(j, &text)) (void)!code_from(text, ret);
}

/* The codes of a draft: facts. */
static void read_fields(str fields, struct arena *arena, struct published *p) {
    struct json j;
    json_init(&j, fields, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if (str_is(key, "level"))
            read_code(&j, &p->level);
        else if (str_is(key, "issuer"))
            read_code(&j, &p->issuer);
        else if (str_is(key, "starts"))
            read_instant(&j, &p->starts);
        else if (str_is(key, "ends"))
            read_instant(&j, &p->ends);
        else if (!str_is(key, "areas") || !json_str(&j, &p->areas))
            json_skip(&j);
    }
}

/* title_zh and so on, one for each language. */
static bool read_text(struct json *j, str key, const struct city *city, struct published *p) {
    const struct {
        str prefix;
        str *to;
    } kinds[] = {
        {S("title_"), p->title}, {S("text_"), p->text}, {S("cautions_"), p->text}, {S("measures_"), p->measures}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!str_starts(key, kinds[i].prefix)) continue;
        for (size_t l = 0; l < city->n_langs; l++)
            if (str_eq(str_slice(key, kinds[i].prefix.len, key.len), city->langs[l]))
                return json_str(j, &kinds[i].to[l]);
    }
    return false;
}

static void read_words(str words, const struct city *city, struct arena *arena, struct published *p) {
    struct json j;
    if (str_empty(words)) return;
    json_init(&j, words, arena);
    json_object(&j);
    for (str part; json_key(&j, &part);) {
        if (!str_is(part, "public") || json_peek(&j) != JSON_OBJECT) {
            json_skip(&j);
            continue;
        }
        json_object(&j);
        for (str key; json_key(&j, &key);)
            if (!read_text(&j, key, city, p)) json_skip(&j);
    }
}

/* Walks the entries. out: false if nothing was ever released. */
static bool read_case(struct app *app, uint64_t id, struct arena *arena, struct published *ret) {
    struct stored_entry *entries = NULL;
    size_t n = 0;
    struct published draft = {.starts = INSTANT_NONE, .ends = INSTANT_NONE};
    struct kase kase;
    static const code exercise = {"exercise"};
    if (store_case(app->store, id, &kase, NULL) != OK) return false;
    if (store_history(app->store, id, arena, &entries, &n, NULL) != OK) return false;
    const struct city *law = app_law(app, &kase);
    const struct procedure *p = city_procedure(law, str_code(&kase.procedure));
    struct kase *head = NEW(arena, struct kase);
    *ret = (struct published){0};
    for (size_t i = 0; p != NULL && i < n; i++) {
        struct facts f = {0};
        if (entries[i].kind != ENTRY_ACTED || facts_read(ENTRY_ACTED, entries[i].facts, arena, head, &f, NULL) != OK)
            continue;
        if (is_among(&f.action, p->drafts, p->n_drafts)) {
            draft = (struct published){.starts = INSTANT_NONE, .ends = INSTANT_NONE};
            read_fields(f.fields, arena, &draft);
            read_words(entries[i].words, law, arena, &draft);
        }
        if (!is_among(&f.action, p->releases, p->n_releases)) continue;
        uint32_t edition = ret->edition + 1;
        instant first = edition == 1 ? entries[i].recorded : ret->first;
        *ret = draft;
        ret->first = first;
        ret->edition = edition;
        ret->issued = ret->changed = entries[i].recorded;
    }
    ret->kase = kase;
    ret->law = law;
    ret->exercise = case_flag(&kase, &exercise);
    ret->lifted = kase.is_over;
    if (ret->lifted) ret->changed = kase.ended;
    return ret->edition > 0;
}

/* Whether it concerns an area: one of its areas is that one, above it or below it. */
static bool concerns(const struct city *city, const struct published *p, const code *area) {
    uint32_t asked = city_area(city, str_code(area));
    if (code_empty(area)) return true;
    str rest = p->areas;
    for (str one; str_split(&rest, ',', &one);) {
        uint32_t a = city_area(city, one);
        if (a == NONE) continue;
        if (city_area_within(city, asked, a) || city_area_within(city, a, asked)) return true;
    }
    return false;
}

static bool is_shown(const struct published *p, instant now) {
    if (p->lifted) return now.ms - p->changed.ms < LIFTED_SHOWN_MS;
    return instant_is_none(p->ends) || p->ends.ms > now.ms;
}

enum status app_published(struct app *app, enum published_as as, code area, struct arena *arena, struct published **ret,
                          size_t *ret_n, struct err *err) {
    const struct city *city = app_city(app);
    instant now = app_now(app);
    *ret = NEW_ARRAY(arena, struct published, PUBLISHED_MAX);
    *ret_n = 0;
    if (!code_empty(&area) && city_area(city, str_code(&area)) == NONE) {
        err_set(err, E_INVALID, "unknown_area", "This area does not exist here.");
        err_field(err, "area");
        return E_INVALID;
    }
    for (size_t i = 0; i < city->n_procedures; i++) {
        struct query *q = NULL;
        struct listing found = {0};
        if (city->procedures[i].published != as) continue;
        str text = str_format(arena, "procedure:%s", city->procedures[i].name.s);
        enum status status = query_parse(text, city, arena, &q, err);
        if (status == OK)
            status = store_list(app->store, q, SORT_UPDATED_DESC, PUBLISHED_MAX, S(""), now, arena, &found, err);
        if (status != OK) return status;
        for (size_t k = 0; k < found.n && *ret_n < PUBLISHED_MAX; k++) {
            struct published *p = &(*ret)[*ret_n];
            if (read_case(app, found.rows[k].id, arena, p) && is_shown(p, now) && concerns(city, p, &area)) ++*ret_n;
        }
    }
    return OK;
}
