#include "cli/wording.h"

#include <stdio.h>

#include "api/words.h"

void say(const struct wording *w, const char *key) {
    strbuf_add(w->out, word(w->city, w->lang, key));
}

void say_n(const struct wording *w, const char *key, int64_t n) {
    str rest = word(w->city, w->lang, key), text = STR_NONE, place = S("{n}");
    str_split(&rest, '|', &text);
    if (n != 1 && !str_empty(rest)) text = rest;
    ptrdiff_t at = str_find(text, place, 0);
    if (at < 0) {
        strbuf_add(w->out, text);
        return;
    }
    strbuf_add(w->out, str_slice(text, 0, (size_t)at));
    strbuf_add_i64(w->out, n);
    strbuf_add(w->out, str_slice(text, (size_t)at + place.len, text.len));
}

void say_text(const struct wording *w, const struct text *t) {
    strbuf_add(w->out, text_in(t, w->lang));
}

static void say_amount(const struct wording *w, const struct limit *l) {
    bool days = l->amount % 1440 == 0, hours = l->amount % 60 == 0;
    switch (l->unit) {
    case LIMIT_NONE:
        say(w, "cli.no_limit");
        break;
    case LIMIT_WALL_MINUTES:
        say_n(w,
              days    ? "cli.wall_days"
              : hours ? "limit.hours"
                      : "limit.minutes",
              days    ? l->amount / 1440
              : hours ? l->amount / 60
                      : l->amount);
        break;
    case LIMIT_WORK_MINUTES:
        say_n(w, hours ? "limit.work_hours" : "limit.work_minutes", hours ? l->amount / 60 : l->amount);
        break;
    case LIMIT_WORK_DAYS:
        say_n(w, "limit.work_days", l->amount);
        break;
    case LIMIT_CALENDAR_DAYS:
        say_n(w, "cli.calendar_days", l->amount);
        break;
    }
}

void say_limit(const struct wording *w, const struct limit *l, bool from_condition) {
    static const char *const starts[] = {[FROM_FILED] = "cli.from_filed",
                                         [FROM_ACCEPTED] = "cli.from_accepted",
                                         [FROM_DISPATCHED] = "cli.from_dispatched",
                                         [FROM_SIGNED] = "cli.from_signed"};
    if (from_condition)
        say(w, "cli.limit_of_condition");
    else
        say_amount(w, l);
    if (l->from != FROM_ENTERED) {
        say_comma(w, 1);
        say(w, starts[l->from]);
    }
    if (l->rolls_over) {
        say_comma(w, 1);
        say(w, "cli.rolls_over");
    }
    if (!str_empty(l->basis)) {
        say(w, "cli.open");
        strbuf_add(w->out, basis_word(w->city, w->lang, l->basis));
        say(w, "cli.close");
    }
}

void say_time(const struct wording *w, instant t) {
    const struct zone *zone = &w->city->calendar.zone;
    struct civil c = civil_from_instant(zone, t);
    bool ends_day = c.hour == 0 && c.minute == 0 && c.second == 0 && c.ms == 0;
    day_format(w->out, day_from_instant(zone, ends_day ? (instant){t.ms - 1} : t));
    strbuf_addf(w->out, " %02d:%02d", ends_day ? 24 : (int)c.hour, (int)c.minute);
}

void say_comma(const struct wording *w, size_t i) {
    if (i > 0) say(w, "cli.comma");
}

void say_posts(const struct wording *w, uint32_t posts) {
    size_t n = 0;
    for (uint32_t p = 0; p < POST_COUNT; p++) {
        if ((posts & 1U << p) == 0) continue;
        say_comma(w, n++);
        strbuf_add(w->out, word2(w->city, w->lang, "post.", str_z(post_name((enum post)p))));
    }
}

bool language_read(const struct city *city, const char *tag, size_t *ret) {
    *ret = 0;
    if (tag == NULL) return true;
    for (size_t i = 0; i < city->n_langs; i++) {
        if (!str_is(city->langs[i], tag)) continue;
        *ret = i;
        return true;
    }
    fprintf(stderr, "yiwang: the package has no language %s:", tag);
    for (size_t i = 0; i < city->n_langs; i++) fprintf(stderr, " %.*s", P(city->langs[i]));
    fputc('\n', stderr);
    return false;
}
