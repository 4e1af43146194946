/* A draft of an answer: what was answered the last time in a case of the same kind, near first. */
#include "app/app.h"

#define ROWS_LOOKED_AT 5 /* of each area */

static enum status no_draft(struct err *err) {
    return err_set(err, E_NOT_FOUND, "no_draft", "Nothing like this was answered yet.");
}

/* The last answer of a case, as the caller may read it. out: false if there is none. */
static bool take_answer(struct app *app, const struct caller *caller, const struct case_row *row, struct arena *arena,
                        struct draft *ret) {
    struct case_view *v = NEW(arena, struct case_view);
    if (row->is_private || row->is_sealed) return false;
    if (app_case(app, caller, str_code(&row->number), arena, v, NULL) != OK || v->kase.is_private) return false;
    for (size_t i = v->n_history; i-- > 0;) {
        if (str_empty(v->history[i].answer)) continue;
        *ret = (struct draft){v->history[i].answer, row->number, row->ended};
        return true;
    }
    return false;
}

/* in: area empty = everywhere. */
static enum status draft_from(struct app *app, const struct caller *caller, const struct kase *c, str area,
                              struct arena *arena, struct draft *ret, bool *ret_found, struct err *err) {
    struct listing rows = {0};
    str q = str_format(arena, "status:closed class:%s -number:%s", c->category.s, c->number.s);
    if (!str_empty(area)) q = str_format(arena, "%.*s area:%.*s", P(q), P(area));
    enum status status = app_list(app, caller, q, S("updated"), ROWS_LOOKED_AT, S(""), arena, &rows, err);
    for (size_t i = 0; status == OK && !*ret_found && i < rows.n; i++)
        *ret_found = take_answer(app, caller, &rows.rows[i], arena, ret);
    return status;
}

enum status app_draft(struct app *app, const struct caller *caller, str number, struct arena *arena, struct draft *ret,
                      struct err *err) {
    const struct city *city = app_city(app);
    struct case_view *v = NEW(arena, struct case_view);
    bool found = false;
    enum status status = app_case(app, caller, number, arena, v, err);
    if (status != OK) return status;
    if (caller->role->wordless || city_category(city, str_code(&v->kase.category)) == NONE) return no_draft(err);
    uint32_t area = city_area(city, str_code(&v->kase.area));
    for (; status == OK && !found && area != NONE && city->areas[area].parent != NONE; area = city->areas[area].parent)
        status = draft_from(app, caller, &v->kase, str_code(&city->areas[area].code), arena, ret, &found, err);
    if (status == OK && !found) status = draft_from(app, caller, &v->kase, S(""), arena, ret, &found, err);
    if (status != OK) return status;
    return found ? OK : no_draft(err);
}
