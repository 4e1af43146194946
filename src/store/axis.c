/* Axes of counts; see axis.h. Local days and hours come from a table by quarter of an hour, so that zones with summer
 * time cost the same as those without. */
#include "store/axis.h"

#include <stdio.h>

#include "city/city.h"

#define QUARTER_S 900u

enum { STATUS_KEY_OPEN, STATUS_KEY_OVERDUE, STATUS_KEY_CLOSED, STATUS_KEY_ENDED, STATUS_KEY_COUNT };
static const char *const status_names[STATUS_KEY_COUNT] = {"open", "overdue", "closed", "ended"};

/* Areas that are unknown or empty follow those of the city. */
static uint32_t area_key(const struct axis *a, uint32_t area) {
    uint32_t n = (uint32_t)a->city->n_areas;
    return area < n ? area : n;
}

static enum status prepare_level(struct axis *a, const code *level, struct arena *arena, struct err *err) {
    uint32_t n = (uint32_t)a->city->n_areas;
    uint32_t *table = NEW_ARRAY(arena, uint32_t, n + 1);
    bool known = false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t up = city_area_at_level(a->city, i, str_code(level));
        table[i] = up == NONE ? n : up;
        known = known || up != NONE;
    }
    table[n] = n;
    a->table = table;
    a->n = n + 1;
    if (known) return OK;
    enum status status = err_set(err, E_INVALID, "unknown_level", "no area has the level \"%s\"", level->s);
    err_field(err, "by");
    return status;
}

/* First and last second of filing among the rows, by the notes of the blocks. */
static bool filed_range(const struct columns *c, uint32_t *ret_first, uint32_t *ret_last) {
    uint32_t first = UINT32_MAX, last = 0;
    for (size_t i = 0; i < c->n_chunks; i++)
        for (size_t b = 0; b < COLUMNS_BLOCKS; b++) {
            const struct columns_chunk *k = c->chunks[i];
            if (k->filed_min[b] < first) first = k->filed_min[b];
            if (k->filed_max[b] > last) last = k->filed_max[b];
        }
    *ret_first = first;
    *ret_last = last;
    return last > 0;
}

/* First and last second of the end among the rows that have ended. */
static bool ended_range(const struct columns *c, uint32_t *ret_first, uint32_t *ret_last) {
    uint32_t first = UINT32_MAX, last = 0;
    for (uint32_t row = 0; row < c->n; row++) {
        uint32_t ended = c->chunks[row / COLUMNS_CHUNK]->ended[row % COLUMNS_CHUNK];
        if (ended == COLUMN_NO_TIME) continue;
        if (ended < first) first = ended;
        if (ended > last) last = ended;
    }
    *ret_first = first;
    *ret_last = last;
    return last > 0;
}

static bool is_of_end(const struct axis *a) {
    return a->by == BY_ENDED_DAY || a->by == BY_ENDED_MONTH;
}

/* What local seconds mean on the axis. Months are looked up once a day. */
static int32_t time_number(enum dimension by, int64_t local_s, int32_t *day_known, int32_t *month_known) {
    if (by == BY_HOUR) return (int32_t)(local_s / 3600 % 24);
    int32_t today = (int32_t)(local_s / 86400);
    if (by == BY_DAY || by == BY_ENDED_DAY) return today;
    if (today != *day_known) {
        int32_t y, m, d;
        day_to_ymd((day){today}, &y, &m, &d);
        *day_known = today;
        *month_known = y * 12 + m - 1;
    }
    return *month_known;
}

static void prepare_time(struct axis *a, struct arena *arena) {
    uint32_t first, last;
    a->has_none = is_of_end(a);
    if (!(a->has_none ? ended_range : filed_range)(a->columns, &first, &last)) {
        a->n = 1;
        return;
    }
    a->first_quarter = first / QUARTER_S;
    a->n_quarters = last / QUARTER_S - a->first_quarter + 1;
    uint32_t *table = NEW_ARRAY(arena, uint32_t, a->n_quarters);
    int32_t low = 0, high = 0, offset = 0, day_known = INT32_MIN, month_known = 0;
    for (uint32_t i = 0; i < a->n_quarters; i++) {
        int64_t s = ((int64_t)a->first_quarter + i) * QUARTER_S;
        if (i == 0 || s % 3600 == 0) offset = zone_offset_s(&a->city->calendar.zone, (instant){s * 1000});
        int32_t number = time_number(a->by, s + offset, &day_known, &month_known);
        if (i == 0) low = high = a->by == BY_HOUR ? 0 : number;
        if (number > high) high = number;
        table[i] = number < low ? 0 : (uint32_t)(number - low); /* autumn's repeated hour never steps a day back */
    }
    a->first = low;
    a->table = table;
    a->n = (uint32_t)(high - low) + 1 + a->has_none;
}

static uint32_t dictionary_size(const struct axis *a) {
    const struct dictionary *d = a->columns->dictionaries;
    switch ((int)a->by) {
    case BY_UNIT:
        return d[DICTIONARY_UNIT].n;
    case BY_CATEGORY:
        return d[DICTIONARY_CATEGORY].n;
    case BY_PROCEDURE:
        return d[DICTIONARY_PROCEDURE].n;
    case BY_CHANNEL:
        return d[DICTIONARY_CHANNEL].n;
    default:
        return d[DICTIONARY_STATE].n;
    }
}

enum status axis_prepare(const struct columns *c, const struct city *city, enum dimension by, const code *level,
                         uint32_t now_s, struct arena *arena, struct axis *ret, struct err *err) {
    *ret = (struct axis){.by = by, .columns = c, .city = city, .now_s = now_s, .n = 1};
    switch (by) {
    case BY_NOTHING:
        return OK;
    case BY_AREA:
        ret->n = (uint32_t)city->n_areas + 1;
        return OK;
    case BY_LEVEL:
        return prepare_level(ret, level, arena, err);
    case BY_DAY:
    case BY_MONTH:
    case BY_HOUR:
    case BY_ENDED_DAY:
    case BY_ENDED_MONTH:
        prepare_time(ret, arena);
        return OK;
    case BY_STATUS:
        ret->n = STATUS_KEY_COUNT;
        return OK;
    case BY_RATING:
        ret->n = 6;
        return OK;
    case BY_UNIT:
    case BY_CATEGORY:
    case BY_PROCEDURE:
    case BY_CHANNEL:
    case BY_STATE:
        ret->n = dictionary_size(ret);
        return OK;
    case DIMENSION_COUNT:
        break;
    }
    return err_set(err, E_INVALID, "unknown_dimension", "there is no such dimension");
}

static void codes_keys(const struct axis *a, const uint16_t *v, uint32_t n, uint32_t *restrict ret) {
    uint32_t size = a->n;
    for (uint32_t i = 0; i < n; i++) ret[i] = v[i] < size ? v[i] : 0;
}

/* A time before the first of the table wraps and so lies behind its end, as no time does. */
static void time_keys(const struct axis *a, const uint32_t *seconds, uint32_t n, uint32_t *restrict ret) {
    uint32_t otherwise = a->has_none ? a->n - 1 : 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t quarter = seconds[i] / QUARTER_S - a->first_quarter;
        ret[i] = quarter < a->n_quarters ? a->table[quarter] : otherwise;
    }
}

static void status_keys(const struct axis *a, const struct columns_chunk *k, uint32_t at, uint32_t n,
                        uint32_t *restrict ret) {
    for (uint32_t i = 0; i < n; i++) {
        uint32_t bits = k->bits[at + i];
        uint32_t open = k->due[at + i] <= a->now_s ? STATUS_KEY_OVERDUE : STATUS_KEY_OPEN;
        uint32_t over = bits & ROW_BIT_CLOSED ? STATUS_KEY_CLOSED : STATUS_KEY_ENDED;
        ret[i] = bits & ROW_BIT_OVER ? over : open;
    }
}

static void area_keys(const struct axis *a, const uint32_t *area, uint32_t n, uint32_t *restrict ret) {
    for (uint32_t i = 0; i < n; i++) ret[i] = area_key(a, area[i]);
    if (a->by == BY_LEVEL)
        for (uint32_t i = 0; i < n; i++) ret[i] = a->table[ret[i]];
}

void axis_keys(const struct axis *a, const struct columns_chunk *k, uint32_t at, uint32_t n, uint32_t *ret) {
    switch (a->by) {
    case BY_AREA:
    case BY_LEVEL:
        area_keys(a, k->area + at, n, ret);
        return;
    case BY_UNIT:
        codes_keys(a, k->unit + at, n, ret);
        return;
    case BY_CATEGORY:
        codes_keys(a, k->category + at, n, ret);
        return;
    case BY_PROCEDURE:
        codes_keys(a, k->procedure + at, n, ret);
        return;
    case BY_CHANNEL:
        codes_keys(a, k->channel + at, n, ret);
        return;
    case BY_STATE:
        codes_keys(a, k->state + at, n, ret);
        return;
    case BY_DAY:
    case BY_MONTH:
    case BY_HOUR:
        time_keys(a, k->filed + at, n, ret);
        return;
    case BY_ENDED_DAY:
    case BY_ENDED_MONTH:
        time_keys(a, k->ended + at, n, ret);
        return;
    case BY_STATUS:
        status_keys(a, k, at, n, ret);
        return;
    case BY_RATING:
        for (uint32_t i = 0; i < n; i++) ret[i] = k->rating[at + i] < 6 ? k->rating[at + i] : 0;
        return;
    case BY_NOTHING:
    case DIMENSION_COUNT:
        break;
    }
    for (uint32_t i = 0; i < n; i++) ret[i] = 0;
}

static str code_text(const struct axis *a, enum dictionary_kind kind, uint32_t number, struct arena *arena) {
    return str_dup(arena, str_code(a->columns->dictionaries[kind].codes[number]));
}

static str time_text(const struct axis *a, uint32_t number, struct arena *arena) {
    int32_t y, m, d, value = a->first + (int32_t)number;
    if (a->has_none && number + 1 == a->n) return S("");
    if (a->by == BY_HOUR) return str_format(arena, "%02d", value);
    if (a->by == BY_MONTH || a->by == BY_ENDED_MONTH) return str_format(arena, "%04d-%02d", value / 12, value % 12 + 1);
    day_to_ymd((day){value}, &y, &m, &d);
    return str_format(arena, "%04d-%02d-%02d", y, m, d);
}

str axis_text(const struct axis *a, uint32_t number, struct arena *arena) {
    switch (a->by) {
    case BY_AREA:
    case BY_LEVEL:
        return number < a->city->n_areas ? str_code(&a->city->areas[number].code) : S("");
    case BY_UNIT:
        return code_text(a, DICTIONARY_UNIT, number, arena);
    case BY_CATEGORY:
        return code_text(a, DICTIONARY_CATEGORY, number, arena);
    case BY_PROCEDURE:
        return code_text(a, DICTIONARY_PROCEDURE, number, arena);
    case BY_CHANNEL:
        return code_text(a, DICTIONARY_CHANNEL, number, arena);
    case BY_STATE:
        return code_text(a, DICTIONARY_STATE, number, arena);
    case BY_DAY:
    case BY_MONTH:
    case BY_HOUR:
    case BY_ENDED_DAY:
    case BY_ENDED_MONTH:
        return time_text(a, number, arena);
    case BY_STATUS:
        return str_z(status_names[number]);
    case BY_RATING:
        return number == 0 ? S("") : str_format(arena, "%u", number);
    case BY_NOTHING:
    case DIMENSION_COUNT:
        break;
    }
    return S("");
}
