/* The query as an SQL condition over the views. Text is only ever made of literals of this file; every value is bound.
 *
 * Columns used: c.slot id number procedure state category condition area_n own_area_n area own_area unit channel
 * about about_unit bits rating filed happened updated ended due x y text address; table case_units(unit, slot), full
 * text words(rowid = slot); functions yw_near(x, y, lon, lat) in metres and yw_text(text, address, core, prefix). */
#include <string.h>

#include "base/json.h"
#include "query/query_int.h"
#include "query/words.h"

#define SOON_S (24 * 60 * 60)

struct emitter {
    struct query_sql *out;
    const struct city *city;
    instant now;
    bool full; /* too many binds */
};

static void add(struct emitter *e, const char *text) {
    strbuf_addz(e->out->sql, text);
}

static void bind(struct emitter *e, struct query_bind b) {
    if (e->out->n >= QUERY_BINDS_MAX) {
        e->full = true;
        return;
    }
    e->out->binds[e->out->n++] = b;
}

static void bind_int(struct emitter *e, int64_t v) {
    bind(e, (struct query_bind){.kind = BIND_INT, .i = v});
}

static void bind_double(struct emitter *e, double v) {
    bind(e, (struct query_bind){.kind = BIND_DOUBLE, .d = v});
}

static void bind_text(struct emitter *e, str s) {
    bind(e, (struct query_bind){.kind = BIND_TEXT, .s = s});
}

static int64_t whole_ms(int64_t seconds) {
    int64_t ms;
    if (__builtin_mul_overflow(seconds, MS_SECOND, &ms)) return seconds < 0 ? INT64_MIN : INT64_MAX;
    return ms;
}

/* First moment after second s. */
static int64_t after_ms(int64_t s) {
    return whole_ms(s + 1);
}

static void sql_status(const struct query_term *t, struct emitter *e) {
    int64_t now_s = query_seconds(e->now);
    const char *glue = "(";
    const struct {
        uint32_t bit;
        const char *text;
    } parts[] = {
        {STATUS_OPEN, "c.is_over = 0"},
        {STATUS_CLOSED, "(c.bits & 131072) <> 0"},
        {STATUS_ENDED, "c.is_over = 1"},
        {STATUS_LATE, "(c.bits & 4194304) <> 0"},
        {STATUS_OVERDUE, "(c.is_over = 0 AND c.due < ?)"},
        {STATUS_SOON, "(c.is_over = 0 AND c.due >= ? AND c.due < ?)"},
    };
    _Static_assert(ROW_BIT_CLOSED == 131072 && ROW_BIT_MISSED == 4194304, "bits written above");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!(t->mask & parts[i].bit)) continue;
        add(e, glue);
        add(e, parts[i].text);
        glue = " OR ";
    }
    add(e, ")");
    if (t->mask & STATUS_OVERDUE) bind_int(e, after_ms(now_s));
    if (t->mask & STATUS_SOON) {
        bind_int(e, after_ms(now_s));
        bind_int(e, after_ms(now_s + SOON_S));
    }
}

/* The first string after all that begin with the prefix, or empty if there is none. */
static str prefix_end(str prefix, struct arena *arena) {
    char *bytes = str_cstr(arena, prefix);
    for (size_t n = prefix.len; n > 0; n--) {
        unsigned char c = (unsigned char)bytes[n - 1];
        if (c < 0x7f) { /* stays ASCII, so that the bound text stays UTF-8 */
            bytes[n - 1] = (char)(c + 1);
            return (str){bytes, n};
        }
    }
    return STR_NONE;
}

static void sql_codes(const struct query_term *t, const char *column, struct emitter *e) {
    const char *glue = "(";
    for (size_t i = 0; i < t->n; i++, glue = " OR ") {
        add(e, glue);
        add(e, column);
        if (!t->prefix[i]) {
            add(e, " = ?");
            bind_text(e, t->values[i]);
            continue;
        }
        str end = prefix_end(t->values[i], e->out->arena);
        add(e, " >= ?");
        bind_text(e, t->values[i]);
        if (!str_empty(end)) {
            add(e, " AND ");
            add(e, column);
            add(e, " < ?");
            bind_text(e, end);
        }
    }
    add(e, ")");
}

static void sql_area(const struct query *q, bool own, struct emitter *e) {
    const char *glue = "(";
    for (size_t i = 0; i < q->term.n; i++, glue = " OR ") {
        add(e, glue);
        if (str_empty(q->term.values[i])) {
            add(e, own ? "c.own_area = ''" : "c.area = ''");
            continue;
        }
        uint32_t area = query_value_index(q, i, e->city);
        if (area == NONE) {
            add(e, "0");
            continue;
        }
        add(e, own ? "c.own_area_n BETWEEN ? AND ?" : "c.area_n BETWEEN ? AND ?");
        bind_int(e, e->city->areas[area].subtree_first);
        bind_int(e, e->city->areas[area].subtree_last);
    }
    add(e, ")");
}

/* The codes of the wanted units and all below them, as one bound JSON list. */
static str units_within(const struct query *q, struct emitter *e) {
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, (size_t)1 << 20);
    json_buf_init(&w, &b);
    json_open_array(&w);
    for (uint32_t u = 0; u < e->city->n_units; u++)
        for (size_t i = 0; i < q->term.n; i++) {
            uint32_t want = query_value_index(q, i, e->city);
            if (want != NONE && city_unit_within(e->city, u, want)) {
                json_add_str(&w, str_code(&e->city->units[u].code));
                break;
            }
        }
    json_close_array(&w);
    str list = str_dup(e->out->arena, strbuf_str(&b));
    strbuf_done(&b);
    return list;
}

static void sql_unit(const struct query *q, struct emitter *e) {
    bool none = false;
    for (size_t i = 0; i < q->term.n; i++) none = none || str_empty(q->term.values[i]);
    add(e, "(c.slot IN (SELECT slot FROM case_units WHERE unit IN (SELECT value FROM json_each(?)))");
    bind_text(e, units_within(q, e));
    if (none) add(e, " OR NOT EXISTS (SELECT 1 FROM case_units u WHERE u.slot = c.slot)");
    add(e, ")");
}

static void sql_time(const struct query_term *t, const char *column, struct emitter *e) {
    add(e, "(");
    add(e, column);
    if (t->is_none) {
        add(e, " = ?)");
        bind_int(e, t->field == Q_DUE ? SQL_NO_DUE : SQL_NO_TIME);
        return;
    }
    struct query_window w = query_term_window(t, e->city, e->now);
    add(e, " >= ? AND ");
    add(e, column);
    add(e, " < ?)");
    int64_t from = whole_ms(w.from_s), to = whole_ms(w.to_s);
    bind_int(e, from == INT64_MIN ? INT64_MIN + 1 : from); /* INT64_MIN and INT64_MAX stand for no time */
    bind_int(e, to);
}

static void sql_place(const struct query_term *t, struct emitter *e) {
    if (t->field == Q_NEAR) {
        add(e, "(c.x <> -2147483648 AND yw_near(c.x, c.y, ?, ?) <= ?)");
        bind_double(e, t->place.lon_deg);
        bind_double(e, t->place.lat_deg);
        bind_double(e, t->metres);
        return;
    }
    add(e, "(c.x <> -2147483648 AND c.x BETWEEN ? AND ? AND c.y BETWEEN ? AND ?)");
    bind_int(e, query_e7(t->west));
    bind_int(e, query_e7(t->east));
    bind_int(e, query_e7(t->south));
    bind_int(e, query_e7(t->north));
}

static void sql_text(const struct query_term *t, struct emitter *e) {
    _Static_assert(ROW_BIT_PRIVATE == 262144, "bit written below");
    add(e, "((c.bits & 262144) = 0 AND (");
    for (size_t i = 0; i < t->n; i++) {
        if (i > 0) add(e, " OR ");
        add(e, "(c.slot IN (SELECT rowid FROM words WHERE words MATCH ?)");
        struct strbuf b;
        strbuf_init(&b, QUERY_TEXT_MAX * 16);
        words_expression(t->values[i], t->prefix[i], &b);
        bind_text(e, str_dup(e->out->arena, strbuf_str(&b)));
        strbuf_done(&b);
        if (!words_is_exact(t->values[i])) {
            add(e, " AND yw_text(c.text, c.address, ?, ?)");
            bind_text(e, t->values[i]);
            bind_int(e, t->prefix[i]);
        }
        add(e, ")");
    }
    add(e, "))");
}

/* Ids are compared as signed 64-bit integers, as SQLite keeps them. */
static void sql_ids(const struct query_term *t, struct emitter *e) {
    add(e, "c.id IN (");
    for (size_t i = 0; i < t->n; i++) {
        uint64_t id = 0;
        for (size_t k = 0; k < t->values[i].len; k++) id = id * 10 + (uint64_t)(t->values[i].ptr[k] - '0');
        add(e, i > 0 ? ", ?" : "?");
        bind_int(e, (int64_t)id);
    }
    add(e, ")");
}

static void sql_term(const struct query *q, struct emitter *e) {
    const struct query_term *t = &q->term;
    switch (t->field) {
    case Q_STATUS:
        sql_status(t, e);
        return;
    case Q_STATE:
        sql_codes(t, "c.state", e);
        return;
    case Q_PROCEDURE:
        sql_codes(t, "c.procedure", e);
        return;
    case Q_AREA:
        sql_area(q, false, e);
        return;
    case Q_OWN_AREA:
        sql_area(q, true, e);
        return;
    case Q_CATEGORY:
        sql_codes(t, "c.category", e);
        return;
    case Q_CONDITION:
        sql_codes(t, "c.condition", e);
        return;
    case Q_UNIT:
        sql_unit(q, e);
        return;
    case Q_LEAD:
        sql_codes(t, "c.unit", e);
        return;
    case Q_CHANNEL:
        sql_codes(t, "c.channel", e);
        return;
    case Q_NUMBER:
        sql_codes(t, "c.number", e);
        return;
    case Q_THING:
        sql_codes(t, "c.point", e);
        return;
    case Q_ABOUT_UNIT:
        sql_codes(t, "c.about_unit", e);
        return;
    case Q_FLAG:
        add(e, "(c.bits & ?) <> 0");
        bind_int(e, t->mask);
        return;
    case Q_ABOUT:
        add(e, "((1 << c.about) & ?) <> 0");
        bind_int(e, t->mask);
        return;
    case Q_DUE:
        sql_time(t, "c.due", e);
        return;
    case Q_FILED:
        sql_time(t, "c.filed", e);
        return;
    case Q_HAPPENED:
        sql_time(t, "c.happened", e);
        return;
    case Q_UPDATED:
        sql_time(t, "c.updated", e);
        return;
    case Q_ENDED:
        sql_time(t, "c.ended", e);
        return;
    case Q_RATING:
        add(e, "c.rating BETWEEN ? AND ?");
        bind_int(e, t->min);
        bind_int(e, t->max);
        return;
    case Q_NEAR:
    case Q_BBOX:
        sql_place(t, e);
        return;
    case Q_TEXT:
        sql_text(t, e);
        return;
    case Q_ID:
        sql_ids(t, e);
        return;
    case Q_FIELD_COUNT:
        break;
    }
    check(false);
}

static void sql_query(const struct query *q, struct emitter *e) {
    switch (q->kind) {
    case QUERY_ALL:
        add(e, "1");
        return;
    case QUERY_NOT:
        add(e, "NOT (");
        sql_query(q->children[0], e);
        add(e, ")");
        return;
    case QUERY_TERM:
        sql_term(q, e);
        return;
    case QUERY_AND:
    case QUERY_OR:
        break;
    }
    add(e, "(");
    for (size_t i = 0; i < q->n_children; i++) {
        if (i > 0) add(e, q->kind == QUERY_AND ? " AND " : " OR ");
        sql_query(q->children[i], e);
    }
    add(e, ")");
}

enum status query_sql(const struct query *q, const struct city *city, instant now, struct query_sql *out,
                      struct err *err) {
    struct emitter e = {out, city, now, false};
    sql_query(q, &e);
    if (!e.full && !out->sql->overflow) return OK;
    return err_set(err, E_TOO_LARGE, "query_too_long", "the query has too many values");
}
