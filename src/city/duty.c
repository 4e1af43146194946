/* Turns and ladders, from the tables that duty_tables.c read. */
#include "city/duty.h"

#include <stdlib.h>

#include "city/city.h"

#define SPAN_DAYS_MAX 370

const char *duty_part_name(enum duty_part part) {
    static const char *const names[] = {"leader", "member", "standby"};
    return names[part];
}

uint32_t city_desk(const struct city *c, str desk) {
    for (size_t i = 0; i < c->n_desks; i++)
        if (str_eq(str_code(&c->desks[i].code), desk)) return (uint32_t)i;
    return NONE;
}

static bool holds_on(const struct duty_line *l, day d) {
    if (d.n < l->from.n || d.n > l->upto.n) return false;
    if ((l->weekdays & 1U << day_weekday(d)) == 0) return false;
    return l->every <= 1 || (d.n - l->from.n) % l->every == 0;
}

/* The instant of a minute after a day's midnight, also beyond 1440. */
static instant minute_of(const struct city *c, day d, int32_t minute) {
    if (minute <= 1440) return calendar_at(&c->calendar, d, minute);
    return calendar_at(&c->calendar, (day){d.n + 1}, minute - 1440);
}

bool duty_line_at(const struct city *c, const struct duty_line *l, instant t) {
    day today = day_from_instant(&c->calendar.zone, t);
    for (int32_t back = 0; back <= 1; back++) {
        day d = {today.n - back};
        if (!holds_on(l, d)) continue;
        if (minute_of(c, d, l->begins).ms <= t.ms && t.ms < minute_of(c, d, l->ends).ms) return true;
    }
    return false;
}

static bool desk_has_members(const struct city *c, uint32_t desk) {
    for (size_t i = 0; i < c->n_duty; i++)
        if (c->duty[i].desk == desk && c->duty[i].part == DUTY_PART_MEMBER) return true;
    return false;
}

static void add_line(struct duty_slot *s, uint32_t line) {
    if (s->n < DUTY_PEOPLE_MAX) s->lines[s->n++] = line;
}

/* Adds a line's turn of a day, to the turn that begins and ends with it if there is one. */
static size_t add_turn(const struct city *c, uint32_t line, day d, struct duty_slot *ret, size_t n, size_t max) {
    const struct duty_line *l = &c->duty[line];
    struct duty_slot slot = {.desk = l->desk, .begins = minute_of(c, d, l->begins), .ends = minute_of(c, d, l->ends)};
    for (size_t i = 0; i < n; i++) {
        if (ret[i].desk != slot.desk || ret[i].begins.ms != slot.begins.ms || ret[i].ends.ms != slot.ends.ms) continue;
        add_line(&ret[i], line);
        return n;
    }
    if (n == max) return n;
    add_line(&slot, line);
    ret[n] = slot;
    return n + 1;
}

static int by_begin(const void *a, const void *b) {
    const struct duty_slot *x = a, *y = b;
    if (x->begins.ms != y->begins.ms) return x->begins.ms < y->begins.ms ? -1 : 1;
    return x->desk < y->desk ? -1 : x->desk > y->desk;
}

/* Who leads or stands by while a turn begins. */
static void add_others(const struct city *c, struct duty_slot *s) {
    for (uint32_t i = 0; i < c->n_duty; i++) {
        const struct duty_line *l = &c->duty[i];
        if (l->desk == s->desk && l->part != DUTY_PART_MEMBER && duty_line_at(c, l, s->begins)) add_line(s, i);
    }
}

size_t city_duty_slots(const struct city *c, uint32_t desk, instant from, instant to, struct duty_slot *ret,
                       size_t max) {
    day first = day_from_instant(&c->calendar.zone, from), last = day_from_instant(&c->calendar.zone, to);
    size_t n = 0;
    if (last.n - first.n > SPAN_DAYS_MAX) last.n = first.n + SPAN_DAYS_MAX;
    for (day d = {first.n - 1}; d.n <= last.n; d.n++)
        for (uint32_t i = 0; i < c->n_duty; i++) {
            const struct duty_line *l = &c->duty[i];
            if (desk != NONE && l->desk != desk) continue;
            if (l->part != DUTY_PART_MEMBER && desk_has_members(c, l->desk)) continue;
            if (!holds_on(l, d)) continue;
            if (minute_of(c, d, l->ends).ms <= from.ms || minute_of(c, d, l->begins).ms >= to.ms) continue;
            n = add_turn(c, i, d, ret, n, max);
        }
    for (size_t i = 0; i < n; i++)
        if (desk_has_members(c, ret[i].desk)) add_others(c, &ret[i]);
    qsort(ret, n, sizeof *ret, by_begin);
    return n;
}

bool city_duty_at(const struct city *c, uint32_t desk, instant t, struct duty_slot *ret) {
    struct duty_slot slots[8];
    if (desk == NONE) return false;
    size_t n = city_duty_slots(c, desk, t, instant_add(t, (span){1}), slots, ARRAY_LEN(slots));
    if (n == 0) return false;
    *ret = slots[n - 1];
    return true;
}

size_t city_ladder(const struct city *c, uint32_t unit, const struct duty_rung **ret) {
    for (; unit != NONE; unit = c->units[unit].parent) {
        for (size_t i = 0; i < c->n_rungs; i++) {
            if (c->rungs[i].unit != unit) continue;
            size_t n = 0;
            while (i + n < c->n_rungs && c->rungs[i + n].unit == unit) n++;
            *ret = &c->rungs[i];
            return n;
        }
    }
    *ret = NULL;
    return 0;
}
