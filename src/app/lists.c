/* Lists and counts: the query, what the caller may see, the views. */
#include <string.h>

#include "app/app.h"
#include "insight/classify.h"

static const struct {
    const char *name;
    enum sort sort;
} SORTS[] = {
    {"filed", SORT_FILED_DESC}, {"-filed", SORT_FILED_ASC}, {"due", SORT_DUE_ASC}, {"updated", SORT_UPDATED_DESC}};

static const struct {
    const char *name;
    enum dimension dimension;
} DIMENSIONS[] = {{"area", BY_AREA},
                  {"unit", BY_UNIT},
                  {"category", BY_CATEGORY},
                  {"procedure", BY_PROCEDURE},
                  {"channel", BY_CHANNEL},
                  {"state", BY_STATE},
                  {"day", BY_DAY},
                  {"month", BY_MONTH},
                  {"hour", BY_HOUR},
                  {"ended_day", BY_ENDED_DAY},
                  {"ended_month", BY_ENDED_MONTH},
                  {"status", BY_STATUS},
                  {"rating", BY_RATING}};

static const struct {
    const char *name;
    enum measure measure;
} MEASURES[] = {{"count", MEASURE_COUNT},
                {"open", MEASURE_OPEN},
                {"closed", MEASURE_CLOSED},
                {"overdue", MEASURE_OVERDUE},
                {"late", MEASURE_LATE},
                {"mean_hours", MEASURE_MEAN_HOURS},
                {"mean_rating", MEASURE_MEAN_RATING}};

static enum status unknown(struct err *err, const char *field, str value, const char *known) {
    err_set(err, E_INVALID, "bad_value", "%.*s is no value of %s.", P(utf8_prefix(value, 60)), field);
    err_field(err, "%s", field);
    err_hint(err, "Known: %s.", known);
    return E_INVALID;
}

static bool asks_for_words(const struct query *q) {
    if (q->kind == QUERY_TERM) return q->term.field == Q_TEXT;
    for (size_t i = 0; i < q->n_children; i++)
        if (asks_for_words(q->children[i])) return true;
    return false;
}

enum status app_words_allowed(const struct caller *caller, const struct query *q, struct err *err) {
    if (caller->role == NULL || !caller->role->wordless || !asks_for_words(q)) return OK;
    err_set(err, E_DENIED, "not_allowed", "This role does not read what is written in reports.");
    err_field(err, "q");
    return E_DENIED;
}

#define OUTSIDE_MAX 8

/* "outside:N" alone, or one word that is an outside number: the numbers that its cases have here, as one more way to find
 * them. The language itself knows numbers of ours only. */
static str with_outside(struct app *app, str q, struct arena *arena) {
    uint64_t ids[OUTSIDE_MAX];
    size_t n = 0;
    str word = str_trim(q);
    bool only = str_starts(word, S("outside:"));
    if (only) word = str_slice(word, 8, word.len);
    if (str_empty(word) || word.len > CODE_MAX || str_find(word, S(" "), 0) >= 0 || str_find(word, S("\""), 0) >= 0)
        return only ? S("number:none") : q;
    if (!only && str_find(word, S(":"), 0) >= 0) return q;
    if (store_outside_cases(app->store, word, ids, OUTSIDE_MAX, &n, NULL) != OK || n == 0)
        return only ? S("number:none") : q;
    struct kase *c = NEW(arena, struct kase);
    str numbers = S("");
    for (size_t i = 0; i < n; i++)
        if (store_case(app->store, ids[i], c, NULL) == OK)
            numbers = str_format(arena, "%.*s%s%s", P(numbers), numbers.len > 0 ? "," : "", c->number.s);
    if (str_empty(numbers)) return q;
    return only ? str_format(arena, "number:%.*s", P(numbers))
                : str_format(arena, "(\"%.*s\" or number:%.*s)", P(word), P(numbers));
}

static enum status seen_query(struct app *app, const struct caller *caller, str q, bool counts, struct arena *arena,
                              struct query **ret, struct err *err) {
    if (caller->role == NULL || caller->role->see == SCOPE_NONE)
        return err_set(err, caller->role == NULL ? E_LOGIN : E_DENIED,
                       caller->role == NULL ? "login_required" : "not_allowed",
                       "Lists are for staff who may see cases.");
    const struct city *city = app_city(app);
    enum status status = query_parse(with_outside(app, q, arena), city, arena, ret, err);
    if (status == OK) status = app_words_allowed(caller, *ret, err);
    if (status != OK) return status;
    struct query *asked = *ret;
    *ret = query_of_matters(asked, city, arena);
    if (counts) *ret = query_and(*ret, query_of_counts(asked, city, arena), arena);
    struct sight sight = access_sight(city, &caller->actor);
    *ret = query_with_sight(*ret, &sight, city, arena);
    return OK;
}

enum status app_list(struct app *app, const struct caller *caller, str q, str sort, size_t limit, str cursor,
                     struct arena *arena, struct listing *ret, struct err *err) {
    enum sort order = SORT_FILED_DESC;
    bool known = str_empty(sort);
    for (size_t i = 0; i < ARRAY_LEN(SORTS); i++) {
        if (!str_is(sort, SORTS[i].name)) continue;
        order = SORTS[i].sort;
        known = true;
    }
    if (!known) return unknown(err, "sort", sort, "filed, -filed, due, updated");
    struct query *query = NULL;
    enum status status = seen_query(app, caller, q, false, arena, &query, err);
    if (status == OK) status = store_list(app->store, query, order, limit, cursor, app_now(app), arena, ret, err);
    if (status != OK || !caller->role->wordless) return status;
    for (size_t i = 0; i < ret->n; i++) ret->rows[i].text = ret->rows[i].address = STR_NONE;
    return OK;
}

enum status app_total(struct app *app, const struct caller *caller, str q, struct arena *arena, uint64_t *ret,
                      bool *ret_more, struct err *err) {
    struct query *query = NULL;
    uint64_t n = 0;
    enum status status = seen_query(app, caller, q, false, arena, &query, err);
    uint64_t max = status == OK && caller->role->sees_stats ? UINT32_MAX : APP_TOTAL_MAX;
    if (status == OK) status = store_total(app->store, query, max, app_now(app), arena, &n, err);
    if (status != OK) return status;
    *ret_more = n > max;
    *ret = *ret_more ? max : n;
    return OK;
}

static enum status parse_by(const struct city *city, str by, struct count_request *r, struct err *err) {
    str part;
    for (size_t n = 0; str_split(&by, ',', &part); n++) {
        if (n == 2) return unknown(err, "by", part, "at most two dimensions");
        str level = part, name = STR_NONE;
        str_split(&level, ':', &name);
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(DIMENSIONS); i++) {
            if (!str_is(name, DIMENSIONS[i].name)) continue;
            r->by[n] = DIMENSIONS[i].dimension;
            known = true;
        }
        if (known && r->by[n] == BY_AREA && !str_empty(level)) {
            r->by[n] = BY_LEVEL;
            known = code_from(level, &r->level[n]);
        }
        if (!known)
            return unknown(err, "by", part,
                           "area, area:<level>, unit, category, procedure, channel, state, status, day, month, hour, "
                           "ended_day, ended_month, rating");
    }
    (void)city;
    return OK;
}

enum status app_counts(struct app *app, const struct caller *caller, str q, str by, str measure, struct arena *arena,
                       struct counts *ret, struct count_request *request, struct err *err) {
    *request = (struct count_request){.measure = MEASURE_COUNT};
    bool known = str_empty(measure);
    for (size_t i = 0; i < ARRAY_LEN(MEASURES); i++) {
        if (!str_is(measure, MEASURES[i].name)) continue;
        request->measure = MEASURES[i].measure;
        known = true;
    }
    if (!known) return unknown(err, "measure", measure, "count, open, closed, overdue, late, mean_hours, mean_rating");
    if (caller->role != NULL && !caller->role->sees_stats)
        return err_set(err, E_DENIED, "not_allowed", "This role does not see statistics.");
    enum status status = parse_by(app_city(app), by, request, err);
    struct query *query = NULL;
    if (status == OK) status = seen_query(app, caller, q, true, arena, &query, err);
    if (status != OK) return status;
    return store_counts(app->store, query, request, app_now(app), arena, ret, err);
}

enum status app_similar(struct app *app, code category, str text, lonlat place, struct arena *arena,
                        struct listing *ret, code *ret_category, struct err *err) {
    const struct city *city = app_city(app);
    uint32_t k = city_category(city, str_code(&category));
    if (code_empty(&category)) k = classify(city->classifier, text, arena).category;
    if (k == NONE) {
        err_set(err, E_INVALID, "unknown_category", "This category does not exist here.");
        err_field(err, "category");
        return E_INVALID;
    }
    *ret = (struct listing){0};
    *ret_category = city->categories[k].key;
    if (city->categories[k].is_private || !lonlat_valid(place)) return OK;
    instant since = {app_now(app).ms - city->similar_age.ms};
    return store_similar(app->store, ret_category, place, city->similar_m, since, arena, ret, err);
}
