/* The predicate: whether one row satisfies a query. The plainest of the three evaluators, and so the one that the others
 * are held against. */
#include <math.h>

#include "query/query_int.h"
#include "query/words.h"

#define SOON_S (24 * 60 * 60)

int32_t query_e7(double degrees) {
    return isfinite(degrees) ? (int32_t)lround(degrees * 1e7) : SQL_NO_PLACE;
}

uint32_t query_value_index(const struct query *q, size_t i, const struct city *city) {
    const struct query_term *t = &q->term;
    if (str_empty(t->values[i])) return NONE;
    if (q->city == city) return t->indexes[i];
    return t->field == Q_UNIT ? city_unit(city, t->values[i]) : city_area(city, t->values[i]);
}

instant query_row_time(const struct query_term *t, const struct case_row *row) {
    switch ((int)t->field) {
    case Q_DUE:
        return row->due;
    case Q_FILED:
        return row->filed;
    case Q_HAPPENED:
        return row->happened;
    case Q_UPDATED:
        return row->updated;
    case Q_ENDED:
        return row->ended;
    default:
        return INSTANT_NONE;
    }
}

static bool match_status(const struct query_term *t, const struct case_row *row, instant now) {
    int64_t now_s = query_seconds(now), due_s = query_seconds(row->due);
    bool open_due = !row->is_over && !instant_is_none(row->due);
    return ((t->mask & STATUS_OPEN) && !row->is_over) || ((t->mask & STATUS_CLOSED) && row->is_closed) ||
           ((t->mask & STATUS_ENDED) && row->is_over) || ((t->mask & STATUS_LATE) && row->missed) ||
           ((t->mask & STATUS_OVERDUE) && open_due && due_s <= now_s) ||
           ((t->mask & STATUS_SOON) && open_due && due_s > now_s && due_s <= now_s + SOON_S);
}

static bool match_code(const struct query_term *t, const code *have) {
    str s = str_code(have);
    for (size_t i = 0; i < t->n; i++)
        if (t->prefix[i] ? str_starts(s, t->values[i]) : str_eq(s, t->values[i])) return true;
    return false;
}

static bool match_area(const struct query *q, const code *area, uint32_t index, const struct city *city) {
    for (size_t i = 0; i < q->term.n; i++) {
        if (str_empty(q->term.values[i]) ? code_empty(area)
                                         : city_area_within(city, index, query_value_index(q, i, city)))
            return true;
    }
    return false;
}

static bool match_unit(const struct query *q, const struct case_row *row, const struct city *city) {
    for (size_t i = 0; i < q->term.n; i++) {
        if (str_empty(q->term.values[i])) {
            if (code_empty(&row->unit) && row->n_task_units == 0) return true;
            continue;
        }
        uint32_t want = query_value_index(q, i, city);
        if (want == NONE) continue;
        if (row->unit_index != NONE && city_unit_within(city, row->unit_index, want)) return true;
        for (size_t k = 0; k < row->n_task_units; k++)
            if (row->task_unit_indexes[k] != NONE && city_unit_within(city, row->task_unit_indexes[k], want))
                return true;
    }
    return false;
}

static bool match_time(const struct query_term *t, const struct case_row *row, const struct city *city, instant now) {
    instant at = query_row_time(t, row);
    if (instant_is_none(at)) return t->is_none;
    if (t->is_none) return false;
    struct query_window w = query_term_window(t, city, now);
    int64_t s = query_seconds(at);
    return s >= w.from_s && s < w.to_s;
}

static bool match_place(const struct query_term *t, const struct case_row *row) {
    if (lonlat_is_none(row->place)) return false;
    if (t->field == Q_NEAR) return lonlat_distance_m(t->place, row->place) <= t->metres;
    int32_t x = query_e7(row->place.lon_deg), y = query_e7(row->place.lat_deg);
    return x >= query_e7(t->west) && x <= query_e7(t->east) && y >= query_e7(t->south) && y <= query_e7(t->north);
}

static bool match_text(const struct query_term *t, const struct case_row *row) {
    if (row->is_private) return false;
    for (size_t i = 0; i < t->n; i++)
        if (words_match(row->text, row->address, t->values[i], t->prefix[i])) return true;
    return false;
}

static bool match_id(const struct query_term *t, uint64_t id) {
    char text[24];
    size_t at = sizeof text;
    do text[--at] = (char)('0' + id % 10);
    while ((id /= 10) > 0);
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->values[i], (str){text + at, sizeof text - at})) return true;
    return false;
}

static bool match_term(const struct query *q, const struct case_row *row, const struct city *city, instant now) {
    const struct query_term *t = &q->term;
    switch (t->field) {
    case Q_STATUS:
        return match_status(t, row, now);
    case Q_STATE:
        return match_code(t, &row->state);
    case Q_PROCEDURE:
        return match_code(t, &row->procedure);
    case Q_AREA:
        return match_area(q, &row->area, row->area_index, city);
    case Q_OWN_AREA:
        return match_area(q, &row->own_area, row->own_area_index, city);
    case Q_CATEGORY:
        return match_code(t, &row->category);
    case Q_CONDITION:
        return match_code(t, &row->condition);
    case Q_UNIT:
        return match_unit(q, row, city);
    case Q_LEAD:
        return match_code(t, &row->unit);
    case Q_CHANNEL:
        return match_code(t, &row->channel);
    case Q_NUMBER:
        return match_code(t, &row->number);
    case Q_THING:
        return match_code(t, &row->point);
    case Q_FLAG:
        return row_bits(row) & t->mask;
    case Q_ABOUT:
        return t->mask & (1u << row->about);
    case Q_ABOUT_UNIT:
        return match_code(t, &row->about_unit);
    case Q_DUE:
    case Q_FILED:
    case Q_HAPPENED:
    case Q_UPDATED:
    case Q_ENDED:
        return match_time(t, row, city, now);
    case Q_RATING:
        return row->rating >= t->min && row->rating <= t->max;
    case Q_NEAR:
    case Q_BBOX:
        return match_place(t, row);
    case Q_TEXT:
        return match_text(t, row);
    case Q_ID:
        return match_id(t, row->id);
    case Q_FIELD_COUNT:
        break;
    }
    check(false);
    return false;
}

bool query_match(const struct query *q, const struct case_row *row, const struct city *city, instant now) {
    switch (q->kind) {
    case QUERY_ALL:
        return true;
    case QUERY_AND:
        for (size_t i = 0; i < q->n_children; i++)
            if (!query_match(q->children[i], row, city, now)) return false;
        return true;
    case QUERY_OR:
        for (size_t i = 0; i < q->n_children; i++)
            if (query_match(q->children[i], row, city, now)) return true;
        return false;
    case QUERY_NOT:
        return !query_match(q->children[0], row, city, now);
    case QUERY_TERM:
        return match_term(q, row, city, now);
    }
    return false;
}

bool query_is_relative(const struct query *q) {
    if (q->kind == QUERY_TERM) return q->term.relative;
    for (size_t i = 0; i < q->n_children; i++)
        if (query_is_relative(q->children[i])) return true;
    return false;
}
