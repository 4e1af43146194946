/* Canonical text: terms of AND and OR sorted, values sorted, repetitions dropped. What a person could have typed parses
 * back to the same query; the terms of a sight print under their own names. */
#include <string.h>

#include "query/query_int.h"

/* A query in canonical order: one text, or the parts of an AND or OR. */
struct canon;
struct part {
    str text;                  /* as it stands inside its list */
    const struct canon *canon; /* what is inside the parentheses; NULL for a term or a negation */
};
struct canon {
    enum query_kind kind; /* QUERY_AND, QUERY_OR, else one text */
    struct part *parts;   /* sorted, distinct */
    size_t n;
};

static int compare_parts(const void *a, const void *b) {
    return str_cmp(((const struct part *)a)->text, ((const struct part *)b)->text);
}

/* Sorts, and drops repetitions. in: lists hold at most 200 values. */
static size_t sort_parts(struct part *parts, size_t n) {
    for (size_t i = 1; i < n; i++) {
        struct part held = parts[i];
        size_t k = i;
        for (; k > 0 && compare_parts(&parts[k - 1], &held) > 0; k--) parts[k] = parts[k - 1];
        parts[k] = held;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || compare_parts(&parts[kept - 1], &parts[i]) != 0) parts[kept++] = parts[i];
    return kept;
}

static void add_parts(const struct part *parts, size_t n, const char *separator, struct strbuf *out) {
    for (size_t i = 0; i < n; i++) {
        if (i > 0) strbuf_addz(out, separator);
        strbuf_add(out, parts[i].text);
    }
}

/* in: texts lose the mark between pieces that touch; they touch again when parsed. */
static void add_quoted(struct strbuf *out, str s, bool is_text) {
    strbuf_addc(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\') strbuf_addc(out, '\\');
        if (!is_text || s.ptr[i] != '\x1f') strbuf_addc(out, s.ptr[i]);
    }
    strbuf_addc(out, '"');
}

static void add_value(struct strbuf *out, const struct query_term *t, size_t i) {
    if (str_empty(t->values[i]) && !t->prefix[i]) {
        strbuf_addz(out, "none");
    } else if (t->field == Q_TEXT && t->prefix[i]) {
        for (size_t k = 0; k < t->values[i].len; k++) {
            char c = t->values[i].ptr[k];
            if (c != '\x1f') strbuf_addc(out, c == ' ' ? '.' : c); /* a bare word: any mark but a blank separates */
        }
        strbuf_addc(out, '*');
    } else if (t->prefix[i]) {
        strbuf_add(out, t->values[i]);
        strbuf_addc(out, '*');
    } else {
        add_quoted(out, t->values[i], t->field == Q_TEXT);
    }
}

static void print_list(const struct query_term *t, struct arena *arena, struct strbuf *out) {
    struct part *parts = NEW_ARRAY(arena, struct part, t->n);
    for (size_t i = 0; i < t->n; i++) {
        struct strbuf b;
        strbuf_init(&b, QUERY_TEXT_MAX * 2);
        add_value(&b, t, i);
        parts[i].text = str_dup(arena, strbuf_str(&b));
        strbuf_done(&b);
    }
    add_parts(parts, sort_parts(parts, t->n), ",", out);
}

static void print_words(const struct query_term *t, struct strbuf *out) {
    bool first = true;
    for (const struct word_bit *w = query_fields[t->field].words; w->word; w++) {
        if (!(t->mask & w->bit)) continue;
        if (!first) strbuf_addc(out, ',');
        strbuf_addz(out, w->word);
        first = false;
    }
}

static void print_end(const struct query_end *e, bool due, bool is_to, struct strbuf *out) {
    static const struct zone utc;
    if (e->is_open) return;
    if (e->is_relative)
        strbuf_addf(out, "%llds", (long long)((due ? 1 : -1) * e->offset.ms / MS_SECOND));
    else /* an instant as the upper end of a range includes its second */
        instant_format(out, &utc, (instant){e->at.ms - (is_to ? MS_SECOND : 0)});
}

static void print_time(const struct query_term *t, struct strbuf *out) {
    static const char *const words[] = {
        [CALENDAR_NOT] = "",           [CALENDAR_TODAY] = "today",      [CALENDAR_YESTERDAY] = "yesterday",
        [CALENDAR_WEEK] = "this_week", [CALENDAR_MONTH] = "this_month", [CALENDAR_YEAR] = "this_year"};
    if (t->is_none) {
        strbuf_addz(out, "none");
    } else if (t->calendar != CALENDAR_NOT) {
        strbuf_addz(out, words[t->calendar]);
    } else {
        print_end(&t->from, t->field == Q_DUE, false, out);
        strbuf_addz(out, "..");
        print_end(&t->to, t->field == Q_DUE, true, out);
    }
}

static void print_term(const struct query_term *t, struct arena *arena, struct strbuf *out) {
    strbuf_addz(out, query_fields[t->field].name);
    strbuf_addc(out, ':');
    switch (t->field) {
    case Q_STATUS:
    case Q_FLAG:
    case Q_ABOUT:
        print_words(t, out);
        break;
    case Q_DUE:
    case Q_FILED:
    case Q_HAPPENED:
    case Q_UPDATED:
    case Q_ENDED:
        print_time(t, out);
        break;
    case Q_RATING:
        if (t->is_none)
            strbuf_addz(out, "none");
        else
            strbuf_addf(out, "%d..%d", t->min, t->max);
        break;
    case Q_NEAR:
        strbuf_addf(out, "%.17g,%.17g~%.17gm", t->place.lon_deg, t->place.lat_deg, t->metres);
        break;
    case Q_BBOX:
        strbuf_addf(out, "%.17g,%.17g,%.17g,%.17g", t->west, t->south, t->east, t->north);
        break;
    case Q_STATE:
    case Q_PROCEDURE:
    case Q_AREA:
    case Q_CATEGORY:
    case Q_CONDITION:
    case Q_UNIT:
    case Q_LEAD:
    case Q_CHANNEL:
    case Q_NUMBER:
    case Q_THING:
    case Q_TEXT:
    case Q_ID:
    case Q_OWN_AREA:
    case Q_ABOUT_UNIT:
        print_list(t, arena, out);
        break;
    case Q_FIELD_COUNT:
        break;
    }
}

static const struct canon *make_canon(const struct query *q, struct arena *arena);

static void add_canon(const struct canon *c, struct strbuf *out) {
    add_parts(c->parts, c->n, c->kind == QUERY_OR ? " or " : " ", out);
}

static const struct canon *one_text(str text, struct arena *arena) {
    struct canon *c = NEW(arena, struct canon);
    c->kind = QUERY_TERM;
    c->n = 1;
    c->parts = NEW(arena, struct part);
    c->parts[0].text = text;
    return c;
}

/* A canon as a part of something else. */
static struct part as_part(const struct canon *c, struct arena *arena) {
    if (c->kind == QUERY_TERM) return c->parts[0];
    struct strbuf b;
    strbuf_init(&b, (size_t)1 << 20);
    strbuf_addc(&b, '(');
    add_canon(c, &b);
    strbuf_addc(&b, ')');
    struct part part = {str_dup(arena, strbuf_str(&b)), c};
    strbuf_done(&b);
    return part;
}

/* Children of the same kind are one list: (a b) c is a b c; what stands alone needs no list. */
static const struct canon *make_list(const struct query *q, struct arena *arena) {
    struct canon *list = NEW(arena, struct canon);
    list->kind = q->kind;
    list->parts = NEW_ARRAY(arena, struct part, QUERY_VALUES_MAX);
    for (size_t i = 0; i < q->n_children; i++) {
        const struct canon *c = make_canon(q->children[i], arena);
        bool same = c->kind == q->kind;
        check(list->n + (same ? c->n : 1) <= QUERY_VALUES_MAX);
        for (size_t k = 0; same && k < c->n; k++) list->parts[list->n++] = c->parts[k];
        if (!same) list->parts[list->n++] = as_part(c, arena);
    }
    list->n = sort_parts(list->parts, list->n);
    if (list->n != 1) return list;
    return list->parts[0].canon ? list->parts[0].canon : one_text(list->parts[0].text, arena);
}

static const struct canon *make_canon(const struct query *q, struct arena *arena) {
    if (q->kind == QUERY_AND || q->kind == QUERY_OR) return make_list(q, arena);
    struct strbuf b;
    strbuf_init(&b, (size_t)1 << 20);
    if (q->kind == QUERY_ALL) {
        strbuf_addz(&b, "()");
    } else if (q->kind == QUERY_NOT) {
        strbuf_addc(&b, '-');
        strbuf_add(&b, as_part(make_canon(q->children[0], arena), arena).text);
    } else {
        print_term(&q->term, arena, &b);
    }
    const struct canon *c = one_text(str_dup(arena, strbuf_str(&b)), arena);
    strbuf_done(&b);
    return c;
}

void query_print(const struct query *q, struct strbuf *out) {
    struct arena arena;
    arena_init(&arena, 0);
    const struct canon *c = make_canon(q, &arena);
    if (c->kind != QUERY_TERM || !str_is(c->parts[0].text, "()")) add_canon(c, out);
    arena_done(&arena);
}
