/* What a refusal is called in the caller's language, so that no face shows English among other words. The code stays the
 * thing that programs read. */
#include "api/api_int.h"
#include "api/words.h"

static bool find_word(const struct city *city, size_t lang, const char *prefix, str name, str *ret) {
    str text = word2(city, lang, prefix, name);
    if (str_eq(text, name)) return false;
    *ret = text;
    return true;
}

/* In English the sentence of the source is the most exact there is, but for the rules of a city. */
static str detail_of(const struct city *city, size_t lang, const struct err *e, const char *kind) {
    str name = str_z(e->code), said;
    bool english = str_is(city->langs[lang], "en");
    if (!english && find_word(city, lang, "say.", name, &said)) return said;
    if (find_word(city, lang, "refusal.", name, &said)) return said;
    if (!english && find_word(city, lang, "error.", name, &said)) return said;
    return english ? str_z(e->primary) : word2(city, lang, "problem.", str_z(kind));
}

/* The item of a duty list that a refusal stands on, and who does it instead, in the reader's language. in: the detail,
 * "T05 cityops". out: false if it is none. */
static bool duty_words(const struct city *city, size_t lang, const struct err *e, struct http_problem_words *words,
                       struct arena *arena) {
    str unit = str_z(e->detail), name = STR_NONE;
    if (e->status != E_INVALID || !str_split(&unit, ' ', &name)) return false;
    const struct duty_item *item = city_duty_item(city, name);
    if (item == NULL) return false;
    words->more = str_format(arena, "%.*s %s: %.*s (%.*s)", P(word(city, lang, "duty.item")), item->item.s,
                             P(text_in(&item->name, lang)), P(basis_word(city, lang, item->basis)));
    words->hint = STR_NONE;
    uint32_t u = city_unit(city, unit);
    if (u == NONE) return true;
    words->hint = str_format(arena, "%.*s: %.*s %.*s", P(word(city, lang, "duty.instead")),
                             P(text_in(&city->units[u].name, lang)), P(city->units[u].phone));
    return true;
}

/* Hints are English, but for the one that names whom to call; the details of a conflict are labels of actions. */
void api_problem_words(void *ctx, struct http_call *call, const struct err *e, const char *kind,
                       struct http_problem_words *words) {
    struct api *api = ctx;
    const struct city *city = app_city(api->app);
    size_t lang = lang_of(api, call);
    words->title = word2(city, lang, "problem.", str_z(kind));
    words->detail = detail_of(city, lang, e, kind);
    if (duty_words(city, lang, e, words, http_arena(call))) return;
    if (str_is(city->langs[lang], "en")) return;
    if (e->status != E_CONFLICT) words->more = STR_NONE;
    if (str_is(str_z(e->code), "outside_jurisdiction")) return;
    words->hint = STR_NONE;
    (void)find_word(city, lang, "hint.", str_z(e->code), &words->hint);
}
