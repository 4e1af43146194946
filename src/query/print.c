/* Canonical text: terms of AND and OR sorted, values sorted, repetitions dropped. What a person could have typed parses
 * back to the same query; the terms of a sight print under their own names. */
#include <string.h>

#include "query/query_int.h"

static void print_query(const struct query *q, bool inside, struct strbuf *out);

struct texts {
    struct strbuf *items;
    size_t n;
};

static int compare_texts(const void *a, const void *b) {
    return str_cmp(strbuf_str(a), strbuf_str(b));
}

/* Insertion sort: lists hold at most 200 values. */
static void sort_texts(struct strbuf *items, size_t n) {
    for (size_t i = 1; i < n; i++) {
        struct strbuf held = items[i];
        size_t k = i;
        for (; k > 0 && compare_texts(&items[k - 1], &held) > 0; k--) items[k] = items[k - 1];
        items[k] = held;
    }
}

/* Appends the items in order with a separator, each once, and frees them. */
static void add_sorted(struct strbuf *items, size_t n, const char *separator, struct strbuf *out) {
    sort_texts(items, n);
    for (size_t i = 0; i < n; i++) {
        bool repeated = i > 0 && compare_texts(&items[i - 1], &items[i]) == 0;
        if (i > 0 && !repeated) strbuf_addz(out, separator);
        if (!repeated) strbuf_add(out, strbuf_str(&items[i]));
    }
    for (size_t i = 0; i < n; i++) strbuf_done(&items[i]);
}

static void add_quoted(struct strbuf *out, str s) {
    strbuf_addc(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\') strbuf_addc(out, '\\');
        if (s.ptr[i] != '\x1f') strbuf_addc(out, s.ptr[i]); /* pieces that touched touch again when parsed */
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
        add_quoted(out, t->values[i]);
    }
}

static void print_list(const struct query_term *t, struct strbuf *out) {
    struct strbuf items[QUERY_VALUES_MAX];
    check(t->n <= QUERY_VALUES_MAX);
    for (size_t i = 0; i < t->n; i++) {
        strbuf_init(&items[i], QUERY_TEXT_MAX * 2);
        add_value(&items[i], t, i);
    }
    add_sorted(items, t->n, ",", out);
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

static void print_term(const struct query_term *t, struct strbuf *out) {
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
    case Q_CHANNEL:
    case Q_NUMBER:
    case Q_TEXT:
    case Q_ID:
    case Q_OWN_AREA:
    case Q_ABOUT_UNIT:
        print_list(t, out);
        break;
    case Q_FIELD_COUNT:
        break;
    }
}

/* Children of the same kind are one list: (a b) c is a b c. */
static void gather(const struct query *q, enum query_kind kind, struct strbuf *items, size_t *n) {
    for (size_t i = 0; i < q->n_children; i++) {
        if (q->children[i]->kind == kind) {
            gather(q->children[i], kind, items, n);
            continue;
        }
        check(*n < QUERY_VALUES_MAX);
        strbuf_init(&items[*n], (size_t)1 << 20);
        print_query(q->children[i], true, &items[(*n)++]);
    }
}

static void print_query(const struct query *q, bool inside, struct strbuf *out) {
    switch (q->kind) {
    case QUERY_ALL:
        if (inside) strbuf_addz(out, "()");
        return;
    case QUERY_NOT:
        strbuf_addc(out, '-');
        print_query(q->children[0], true, out);
        return;
    case QUERY_TERM:
        print_term(&q->term, out);
        return;
    case QUERY_AND:
    case QUERY_OR:
        break;
    }
    struct strbuf items[QUERY_VALUES_MAX];
    size_t n = 0;
    gather(q, q->kind, items, &n);
    if (inside) strbuf_addc(out, '(');
    add_sorted(items, n, q->kind == QUERY_AND ? " " : " or ", out);
    if (inside) strbuf_addc(out, ')');
}

void query_print(const struct query *q, struct strbuf *out) {
    print_query(q, false, out);
}
