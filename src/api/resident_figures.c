/* Open figures: how much is reported where and of what kind, and how much of it is done in time. Small numbers are not
 * told. The tables are the page; bars make them quick to read, and the map is loaded only when it is asked for. */
#include <math.h>
#include <stdlib.h>

#include "api/page.h"

#define ROWS_MAX 40

struct figures {
    const char *title_key, *by;
    struct counts n, late, hours;
    struct count_request request;
    double max;
};

static str label_of(const struct page *p, const struct figures *f, str key) {
    if (f->request.by[0] == BY_LEVEL) {
        uint32_t area = city_area(p->city, key);
        if (area != NONE) return text_in(&p->city->areas[area].name, p->lang);
    }
    if (f->request.by[0] == BY_CATEGORY) {
        uint32_t category = city_category(p->city, key);
        if (category != NONE) return text_in(&p->city->categories[category].name, p->lang);
    }
    return str_empty(key) ? page_word(p, "figures.nowhere") : key;
}

static const struct count_row *row_of(const struct counts *c, str key) {
    for (size_t i = 0; i < c->n; i++)
        if (str_eq(c->rows[i].key[0], key)) return &c->rows[i];
    return NULL;
}

static int most_first(const void *a, const void *b) {
    const struct count_row *x = a, *y = b;
    if (x->n != y->n) return x->n > y->n ? -1 : 1;
    return str_cmp(x->key[0], y->key[0]);
}

static int newest_first(const void *a, const void *b) {
    return -str_cmp(((const struct count_row *)a)->key[0], ((const struct count_row *)b)->key[0]);
}

static enum status read_figures(const struct page *p, struct figures *f, struct err *err) {
    struct app *app = p->api->app;
    struct arena *a = http_arena(p->call);
    str by = str_z(f->by);
    struct count_request ignored;
    enum status status = app_public_counts(app, by, S("count"), a, &f->n, &f->request, err);
    if (status == OK) status = app_public_counts(app, by, S("late"), a, &f->late, &ignored, err);
    if (status == OK) status = app_public_counts(app, by, S("hours"), a, &f->hours, &ignored, err);
    if (status != OK) return status;
    qsort(f->n.rows, f->n.n, sizeof *f->n.rows, f->request.by[0] == BY_MONTH ? newest_first : most_first);
    for (size_t i = 0; i < f->n.n; i++)
        if (!isnan(f->n.rows[i].value)) f->max = fmax(f->max, f->n.rows[i].value);
    return OK;
}

/* --- a row --- */

/* A bar beside its number; attributes, because the page allows no style of its own. */
static void put_bar(struct page *p, const char *class, double share) {
    strbuf_addf(&p->html,
                "<svg class=\"bar %s\" viewBox=\"0 0 100 8\" preserveAspectRatio=none aria-hidden=true focusable=false>"
                "<rect width=\"%.1f\" height=8></rect></svg>",
                class, 100 * fmin(1, fmax(0, share)));
}

/* Share in time. Where only few were late their number is not told, and the share is known from one side. */
static void put_in_time(struct page *p, const struct count_row *n, const struct count_row *late) {
    double number = n->value, missed = late == NULL ? 0 : late->value;
    page_raw(p, "<td class=number>");
    if (isnan(number)) {
        page_raw(p, "—</td>");
        return;
    }
    bool few = isnan(missed);
    double share = few ? (number - (PUBLIC_COUNT_MIN - 1)) / number : (number - missed) / number;
    struct slot slot = {"percent", str_format(http_arena(p->call), "%.0f%%", floor(100 * share))};
    strbuf_add_html(&p->html, few ? page_filled(p, page_word(p, "figures.at_least"), &slot, 1) : slot.value);
    put_bar(p, "good", share);
    page_raw(p, "</td>");
}

static str span_words(const struct page *p, double hours) {
    if (hours < 1) return page_number(p, "limit.minutes", llround(fmax(1, hours * 60)));
    return hours < 48 ? page_number(p, "limit.hours", llround(hours))
                      : page_number(p, "limit.days", llround(hours / 24));
}

static void put_line(struct page *p, const struct figures *f, const struct count_row *n) {
    const struct count_row *hours = row_of(&f->hours, n->key[0]);
    page_raw(p, "<tr><th scope=row>");
    strbuf_add_html(&p->html, label_of(p, f, n->key[0]));
    page_raw(p, "</th><td class=number>");
    if (isnan(n->value)) {
        strbuf_add_html(&p->html, page_word(p, "figures.few"));
    } else {
        strbuf_addf(&p->html, "%.0f", n->value);
        put_bar(p, "", f->max > 0 ? n->value / f->max : 0);
    }
    page_raw(p, "</td>");
    put_in_time(p, n, row_of(&f->late, n->key[0]));
    page_raw(p, "<td class=number>");
    if (hours == NULL || isnan(hours->value) || isnan(n->value))
        page_raw(p, "—");
    else
        strbuf_add_html(&p->html, span_words(p, hours->value));
    page_raw(p, "</td></tr>\n");
}

static void put_table(struct page *p, struct figures *f) {
    static const char *const HEADS[] = {"figures.count", "figures.in_time", "figures.mean"};
    struct err err = {0};
    page_text(p, "h2", word(p->city, p->lang, f->title_key));
    if (read_figures(p, f, &err) != OK) {
        page_text(p, "p class=error", page_error_word(p, &err));
        return;
    }
    if (f->n.n == 0) {
        page_text(p, "p class=hint", page_word(p, "figures.none"));
        return;
    }
    page_raw(p, "<div class=scroll tabindex=0 role=region");
    page_attr(p, "aria-label", word(p->city, p->lang, f->title_key));
    page_raw(p, "><table class=figures><thead><tr><th scope=col>");
    strbuf_add_html(&p->html, word(p->city, p->lang, f->title_key));
    page_raw(p, "</th>");
    for (size_t i = 0; i < ARRAY_LEN(HEADS); i++)
        page_text(p, "th scope=col class=number", word(p->city, p->lang, HEADS[i]));
    page_raw(p, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < f->n.n && i < ROWS_MAX; i++) put_line(p, f, &f->n.rows[i]);
    page_raw(p, "</tbody></table></div>\n");
}

/* Where the script puts the map, with what it needs to know. */
static void put_map_place(struct page *p) {
    page_raw(p, "<div id=map-door");
    page_map_data(p);
    page_data(p, "open", "figures.map_open");
    page_data(p, "hint", "figures.map_hint");
    page_data(p, "label", "figures.map_label");
    page_data(p, "late", "figures.map_late");
    page_data(p, "in-time", "figures.map_in_time");
    page_data(p, "done", "figures.map_done");
    page_data(p, "filed", "around.filed_at");
    page_raw(p, "></div>\n");
}

void page_map(struct http_call *call, void *ctx) {
    struct page p;
    page_open(&p, ctx, call, "figures.title");
    page_text(&p, "p class=lead", page_word(&p, "figures.lead"));
    put_map_place(&p);
    const struct layer *governance = &p.city->layers[0];
    /* the level below the whole, unless that is the smallest already */
    const code *level = &governance->levels[governance->n_levels > 2 ? 1 : 0];
    struct figures tables[] = {{.title_key = "figures.by_area",
                                .by = str_cstr(http_arena(call), str_format(http_arena(call), "area:%s", level->s))},
                               {.title_key = "figures.by_kind", .by = "category"},
                               {.title_key = "figures.by_month", .by = "month"}};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) put_table(&p, &tables[i]);
    struct slot slot = {"n", str_format(http_arena(call), "%d", PUBLIC_COUNT_MIN)};
    page_say(&p, "p class=hint", page_word(&p, "figures.rule"), &slot, 1);
    page_send(&p, 200);
}
