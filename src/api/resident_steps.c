/* The life of a case as five steps that hold for every procedure, because they are made of what casework itself keeps:
 * filed, and the marks accepted, dispatched and signed, and the end. */
#include "api/page.h"

enum { STEP_FILED, STEP_ACCEPTED, STEP_SENT, STEP_WORK, STEP_END, STEP_COUNT };

static const char *const STEP_WORDS[] = {"step.filed", "step.accepted", "step.sent", "step.work", "step.end"};

static ptrdiff_t state_number(const struct procedure *procedure, const code *name) {
    for (size_t i = 0; i < procedure->n_states; i++)
        if (code_eq(&procedure->states[i].name, name)) return (ptrdiff_t)i;
    return -1;
}

/* Whether it came back from the unit (returned, reopened): it stands in a state before the one it was sent to. */
static bool came_back(const struct case_view *v) {
    const struct procedure *procedure = city_procedure(v->law, str_code(&v->kase.procedure));
    if (procedure == NULL || v->kase.is_over) return false;
    for (size_t i = v->n_history; i-- > 0;) {
        const struct history_line *h = &v->history[i];
        if (h->at.ms == v->kase.dispatched.ms && !code_empty(&h->state))
            return state_number(procedure, &v->kase.state) < state_number(procedure, &h->state);
    }
    return false;
}

static size_t step_times(const struct case_view *v, instant ret_at[STEP_COUNT]) {
    const struct kase *c = &v->kase;
    bool back = came_back(v);
    size_t last = 0;
    ret_at[STEP_FILED] = c->filed;
    ret_at[STEP_ACCEPTED] = c->accepted;
    ret_at[STEP_SENT] = back ? INSTANT_NONE : c->dispatched;
    bool signed_now = !back && !instant_is_none(c->signed_at) && c->signed_at.ms >= c->dispatched.ms;
    ret_at[STEP_WORK] = signed_now ? c->signed_at : INSTANT_NONE;
    ret_at[STEP_END] = c->is_over ? c->ended : INSTANT_NONE;
    for (size_t i = 0; i < STEP_COUNT; i++)
        if (!instant_is_none(ret_at[i])) last = i;
    return last;
}

static void put_step(struct page *p, const char *status, str label, str more) {
    strbuf_addf(&p->html, "<li class=%s%s>", status, status[0] == 'n' ? " aria-current=step" : "");
    strbuf_add_html(&p->html, label);
    if (!str_empty(more)) {
        page_raw(p, " ");
        page_text(p, "span class=unit", more);
    }
    page_raw(p, " ");
    page_text(p, "span class=step-status", word2(p->city, p->lang, "step.", str_z(status)));
    page_raw(p, "</li>\n");
}

void put_steps(struct page *p, const struct case_view *v) {
    const struct kase *c = &v->kase;
    instant at[STEP_COUNT];
    size_t last = step_times(v, at);
    /* the work goes on from the signature until the end */
    size_t now = c->is_over ? STEP_COUNT : last == STEP_WORK ? STEP_WORK : last + 1;
    uint32_t unit = city_unit(p->city, str_code(&c->unit));
    page_text(p, "h2", page_word(p, "track.steps"));
    page_raw(p, "<ol class=steps>\n");
    for (size_t i = 0; i < STEP_COUNT; i++) {
        if (i < last && instant_is_none(at[i])) continue; /* this procedure or this case went without it */
        str label = i == STEP_END && c->is_over && !c->is_closed
                        ? state_label(v->law, &c->procedure, &c->state, true, p->lang)
                        : page_word(p, STEP_WORDS[i]);
        bool told = i == STEP_SENT && unit != NONE && i <= last;
        put_step(p,
                 i < now    ? "done"
                 : i == now ? "now"
                            : "todo",
                 label, told ? text_in(&p->city->units[unit].name, p->lang) : S(""));
    }
    page_raw(p, "</ol>\n");
}
