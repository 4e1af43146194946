/* The data files: places, cases, controls, and what a population makes us expect. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "insight/satscan_int.h"

#define WORDS_MAX 32

bool satscan_day(str s, enum satscan_unit least, day *ret) {
    int64_t part[3];
    int n = 0;
    bool dashed = str_find(s, S("-"), 0) > 0;
    str rest = s, piece;
    for (; n < 3 && str_split(&rest, dashed ? '-' : '/', &piece); n++)
        if (!str_to_i64(piece, &part[n]) || part[n] < 0 || part[n] > 9999) return false;
    if (rest.len > 0 || n < (int)least || n == 0) return false;
    if (part[0] < 100) part[0] += part[0] >= 30 ? 1900 : 2000;
    if (n > 1 && (part[1] < 1 || part[1] > 12)) return false;
    if (n > 2 && (part[2] < 1 || part[2] > 31)) return false;
    int32_t month = n > 1 ? (int32_t)part[1] : 7, mday = n > 2 ? (int32_t)part[2] : n > 1 ? 15 : 1;
    *ret = day_from_ymd((int32_t)part[0], month, mday);
    return true;
}

/* --- lines of words -------------------------------------------------------------------------------------------------- */

struct words {
    str at[WORDS_MAX];
    size_t n;
    str tail; /* from the word `from` on, for strata */
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == ',';
}

static void split_words(str line, struct words *ret) {
    size_t i = 0;
    ret->n = 0;
    while (ret->n < WORDS_MAX) {
        while (i < line.len && is_blank(line.ptr[i])) i++;
        size_t from = i;
        while (i < line.len && !is_blank(line.ptr[i])) i++;
        if (i == from) return;
        ret->at[ret->n++] = str_slice(line, from, i);
    }
}

struct job {
    const struct satscan_settings *s;
    struct satscan_data *data;
    struct arena *arena;
    struct map place_of;
    const char *file; /* being read */
    uint32_t line;
    struct err *err;
    /* population */
    struct map stratum_of;
    double *stratum_cases, *stratum_years;
    size_t n_strata;
};

static enum status at_line(struct job *j, enum status status) {
    if (j->err != NULL) {
        snprintf(j->err->file, sizeof j->err->file, "%s", j->file);
        j->err->line = j->line;
    }
    return status;
}

static enum status bad(struct job *j, const char *what) {
    return at_line(j, err_set(j->err, E_SYNTAX, "bad_scan_file", "%s", what));
}

typedef enum status take_line(struct job *j, const struct words *w, void *more);

static enum status each_line(struct job *j, str text, const char *file, take_line *take, void *more) {
    str line;
    j->file = file;
    if (!utf8_valid(text)) return bad(j, "the file is no text in UTF-8");
    for (j->line = 1; str_split(&text, '\n', &line); j->line++) {
        struct words w;
        split_words(line, &w);
        if (w.n == 0) continue;
        enum status status = take(j, &w, more);
        if (status != OK) return status;
    }
    return OK;
}

static size_t count_lines(str text) {
    size_t n = 1;
    for (size_t i = 0; i < text.len; i++) n += text.ptr[i] == '\n';
    return n;
}

/* --- places ---------------------------------------------------------------------------------------------------------- */

struct named_place {
    str name;
    struct hotspot_place at;
};
struct place_list {
    struct named_place *of;
    size_t n;
};

static enum status take_place(struct job *j, const struct words *w, void *more) {
    struct place_list *list = more;
    double a, b;
    if (w->n < 3 || !str_to_double(w->at[1], &a) || !str_to_double(w->at[2], &b))
        return bad(j, "a place needs a name and two coordinates");
    list->of[list->n].name = w->at[0];
    /* Latitude comes first there. */
    list->of[list->n++].at = j->s->on_sphere ? (struct hotspot_place){b, a} : (struct hotspot_place){a, b};
    return OK;
}

static int by_name(const void *a, const void *b) {
    return str_cmp(((const struct named_place *)a)->name, ((const struct named_place *)b)->name);
}

static enum status read_places(struct job *j, str text) {
    struct place_list list = {NEW_ARRAY(j->arena, struct named_place, count_lines(text)), 0};
    enum status status = each_line(j, text, "coordinates", take_place, &list);
    if (status != OK) return status;
    qsort(list.of, list.n, sizeof *list.of, by_name);
    struct hotspot_place *places = NEW_ARRAY(j->arena, struct hotspot_place, list.n);
    j->data->names = NEW_ARRAY(j->arena, str, list.n);
    for (size_t i = 0; i < list.n; i++) {
        j->data->names[i] = list.of[i].name;
        places[i] = list.of[i].at;
        if (map_set(&j->place_of, list.of[i].name, (uint32_t)i) != MAP_NONE)
            return err_set(j->err, E_SYNTAX, "bad_scan_file", "place %.*s has two coordinates", P(list.of[i].name));
    }
    j->data->input.places = places;
    j->data->input.n_places = list.n;
    return OK;
}

static enum status find_place(struct job *j, str name, uint32_t *ret) {
    *ret = map_get(&j->place_of, name);
    if (*ret != MAP_NONE) return OK;
    return at_line(j, err_set(j->err, E_INVALID, "scan_unknown_place", "place %.*s has no coordinates", P(name)));
}

/* --- time ------------------------------------------------------------------------------------------------------------ */

/* The first day of the slot that begins so many slots before the end of the study period. */
static day slot_start_before_end(const struct satscan_settings *s, int32_t slots) {
    int32_t y, m, d, back = slots * s->unit_length;
    if (s->unit == SATSCAN_DAY) return (day){s->end.n + 1 - back};
    day_to_ymd((day){s->end.n + 1}, &y, &m, &d);
    return s->unit == SATSCAN_YEAR ? day_from_ymd(y - back, m, d) : day_from_ymd(y, m - back, d);
}

static void cut_slots(struct job *j) {
    const struct satscan_settings *s = j->s;
    int32_t n = 1;
    if (s->windows != HOTSPOT_NO_TIME)
        while (slot_start_before_end(s, n).n > s->start.n) n++;
    day *starts = NEW_ARRAY(j->arena, day, (size_t)n + 1);
    for (int32_t i = 0; i <= n; i++)
        starts[i] = i == n ? (day){s->end.n + 1} : i == 0 ? s->start : slot_start_before_end(s, n - i);
    j->data->slot_starts = starts;
    j->data->input.n_slots = (uint32_t)n;
}

static enum status find_slot(struct job *j, str text, uint32_t *ret) {
    const struct satscan_settings *s = j->s;
    day d;
    *ret = 0;
    if (s->precision == SATSCAN_NO_TIME) return OK;
    if (!satscan_day(text, s->precision, &d)) return bad(j, "the date is none");
    if (d.n < s->start.n || d.n > s->end.n)
        return at_line(j,
                       err_set(j->err, E_INVALID, "scan_outside_period", "%.*s is outside the study period", P(text)));
    uint32_t lo = 0, hi = j->data->input.n_slots;
    while (hi - lo > 1) {
        uint32_t mid = (lo + hi) / 2;
        if (j->data->slot_starts[mid].n <= d.n)
            lo = mid;
        else
            hi = mid;
    }
    *ret = lo;
    return OK;
}

/* --- cases and controls ---------------------------------------------------------------------------------------------- */

struct count_list {
    struct hotspot_count *of;
    size_t n;
    bool stratified; /* columns after the date name the stratum: that of a population, or a new one */
};

/* The words from the i-th on, as one. */
static str tail(const struct words *w, size_t i) {
    if (i >= w->n) return S("");
    str last = w->at[w->n - 1];
    return (str){w->at[i].ptr, (size_t)(last.ptr + last.len - w->at[i].ptr)};
}

/* Strata differ by their words, whatever blanks stand between. memory: arena. */
static str stratum_key(struct job *j, const struct words *w, size_t from) {
    str all = tail(w, from);
    char *p = (char *)arena_alloc(j->arena, all.len + w->n + 1, 1);
    size_t n = 0;
    for (size_t i = from; i < w->n; i++) {
        memcpy(p + n, w->at[i].ptr, w->at[i].len);
        n += w->at[i].len;
        p[n++] = ' ';
    }
    return (str){p, n};
}

static uint32_t find_stratum(struct job *j, str key, bool may_add) {
    uint32_t stratum = map_get(&j->stratum_of, key);
    if (stratum != MAP_NONE || !may_add) return stratum;
    map_set(&j->stratum_of, key, (uint32_t)j->n_strata);
    return (uint32_t)j->n_strata++;
}

static enum status take_count(struct job *j, const struct words *w, void *more) {
    struct count_list *list = more;
    struct hotspot_count *c = &list->of[list->n];
    size_t next = j->s->precision == SATSCAN_NO_TIME ? 2 : 3;
    int64_t n;
    if (w->n < next || !str_to_i64(w->at[1], &n) || n < 0 || n > 1000000)
        return bad(j, "a line needs a place, a number and, in time, a date");
    enum status status = find_place(j, w->at[0], &c->place);
    if (status == OK) status = find_slot(j, next == 3 ? w->at[2] : S(""), &c->slot);
    if (status != OK) return status;
    c->n = (uint32_t)n;
    list->n++;
    if (!list->stratified) return OK;
    c->stratum = find_stratum(j, stratum_key(j, w, next), j->stratum_cases == NULL);
    if (c->stratum == MAP_NONE)
        return at_line(j, err_set(j->err, E_INVALID, "scan_no_population", "no population is of these covariates"));
    if (j->stratum_cases != NULL) j->stratum_cases[c->stratum] += (double)n;
    return OK;
}

static enum status read_counts(struct job *j, str text, const char *file, const struct hotspot_count **ret,
                               size_t *ret_n) {
    struct count_list list = {.of = NEW_ARRAY(j->arena, struct hotspot_count, count_lines(text)),
                              .stratified = j->s->model != HOTSPOT_BERNOULLI};
    enum status status = each_line(j, text, file, take_count, &list);
    *ret = list.of;
    *ret_n = list.n;
    return status;
}

/* --- population ------------------------------------------------------------------------------------------------------ */

struct census {
    uint32_t place, stratum;
    int32_t date;
    double people;
};
struct census_list {
    struct census *of;
    size_t n;
};

static enum status take_census(struct job *j, const struct words *w, void *more) {
    struct census_list *list = more;
    struct census *c = &list->of[list->n];
    day d;
    if (w->n < 3 || !satscan_day(w->at[1], SATSCAN_YEAR, &d) || !str_to_double(w->at[2], &c->people) || c->people < 0)
        return bad(j, "a line needs a place, a date and a number of people");
    enum status status = find_place(j, w->at[0], &c->place);
    if (status != OK) return status;
    c->date = d.n;
    str key = stratum_key(j, w, 3);
    c->stratum = find_stratum(j, key, true);
    list->n++;
    return OK;
}

static int by_date(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

/* The dates of the censuses, each once, ascending. */
static size_t census_dates(const struct census_list *list, int32_t *ret) {
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) ret[i] = list->of[i].date;
    qsort(ret, list->n, sizeof *ret, by_date);
    for (size_t i = 0; i < list->n; i++)
        if (n == 0 || ret[n - 1] != ret[i]) ret[n++] = ret[i];
    return n;
}

/* How much of the days from … to - 1 each census speaks for, straight lines between censuses, level beyond them. */
static void weigh_censuses(const int32_t *dates, size_t n, int32_t from, int32_t to, double *ret) {
    for (size_t i = 0; i < n; i++) ret[i] = 0;
    if (from < dates[0]) ret[0] += (to < dates[0] ? to : dates[0]) - from;
    if (to > dates[n - 1]) ret[n - 1] += to - (from > dates[n - 1] ? from : dates[n - 1]);
    for (size_t i = 0; i + 1 < n; i++) {
        int32_t a = from > dates[i] ? from : dates[i], b = to < dates[i + 1] ? to : dates[i + 1];
        if (a >= b) continue;
        double between = dates[i + 1] - dates[i], middle = ((double)a + b) / 2 - dates[i];
        ret[i + 1] += (b - a) * middle / between;
        ret[i] += (b - a) * (1 - middle / between);
    }
}

static size_t date_index(const int32_t *dates, int32_t date) {
    size_t i = 0;
    while (dates[i] != date) i++;
    return i;
}

/* Expected cases by indirect standardisation: the rate of each stratum times its people there and then. */
static void expect(struct job *j, const struct census_list *list, const int32_t *dates, size_t n_dates) {
    struct hotspot_input *in = &j->data->input;
    const day *starts = j->data->slot_starts;
    double *expected = NEW_ARRAY(j->arena, double, in->n_places * in->n_slots),
           *share = NEW_ARRAY(j->arena, double, n_dates);
    weigh_censuses(dates, n_dates, j->s->start.n, j->s->end.n + 1, share);
    for (size_t i = 0; i < list->n; i++)
        j->stratum_years[list->of[i].stratum] += list->of[i].people * share[date_index(dates, list->of[i].date)];
    double days = j->s->end.n + 1 - j->s->start.n;
    for (size_t k = 0; k < j->n_strata; k++) j->data->mean_population += j->stratum_years[k] / days;
    for (uint32_t t = 0; t < in->n_slots; t++) {
        weigh_censuses(dates, n_dates, starts[t].n, starts[t + 1].n, share);
        for (size_t i = 0; i < list->n; i++) {
            const struct census *c = &list->of[i];
            if (j->stratum_years[c->stratum] <= 0) continue;
            expected[c->place * (size_t)in->n_slots + t] += j->stratum_cases[c->stratum] /
                                                            j->stratum_years[c->stratum] * c->people *
                                                            share[date_index(dates, c->date)];
        }
    }
    in->expected = expected;
}

static enum status read_poisson(struct job *j, const struct satscan_texts *texts) {
    struct hotspot_input *in = &j->data->input;
    size_t lines = count_lines(texts->population);
    struct census_list list = {NEW_ARRAY(j->arena, struct census, lines), 0};
    int32_t *dates = NEW_ARRAY(j->arena, int32_t, lines);
    enum status status = each_line(j, texts->population, "population", take_census, &list);
    if (status != OK) return status;
    if (list.n == 0) return err_set(j->err, E_INVALID, "scan_no_population", "the Poisson model needs a population");
    size_t n_dates = census_dates(&list, dates);
    j->stratum_cases = NEW_ARRAY(j->arena, double, j->n_strata);
    j->stratum_years = NEW_ARRAY(j->arena, double, j->n_strata);
    status = read_counts(j, texts->cases, "cases", &in->cases, &in->n_cases);
    if (status != OK) return status;
    expect(j, &list, dates, n_dates);
    return OK;
}

static void set_input(struct job *j) {
    const struct satscan_settings *s = j->s;
    struct hotspot_input *in = &j->data->input;
    in->model = s->model;
    in->windows = s->windows;
    in->on_sphere = s->on_sphere;
    in->max_share = s->max_share;
    in->max_radius = s->max_radius;
    in->min_slots = (uint32_t)s->min_slots;
    int64_t longest = s->max_slots < 0 ? (int64_t)in->n_slots * -s->max_slots / 100 : s->max_slots / s->unit_length;
    in->max_slots = longest < 1 ? 1 : (uint32_t)longest;
    in->min_cases = s->min_cases < 1 ? 1 : (uint32_t)s->min_cases;
}

enum status satscan_read(const struct satscan_settings *s, const struct satscan_texts *texts, struct arena *arena,
                         struct satscan_data *ret, struct err *err) {
    struct job j = {.s = s, .data = ret, .arena = arena, .err = err};
    *ret = (struct satscan_data){0};
    map_init(&j.place_of);
    map_init(&j.stratum_of);
    struct hotspot_input *in = &ret->input;
    enum status status = read_places(&j, texts->places);
    if (status == OK) cut_slots(&j);
    if (status == OK && s->model == HOTSPOT_POISSON) status = read_poisson(&j, texts);
    if (status == OK && s->model != HOTSPOT_POISSON)
        status = read_counts(&j, texts->cases, "cases", &in->cases, &in->n_cases);
    if (status == OK && s->model == HOTSPOT_BERNOULLI)
        status = read_counts(&j, texts->controls, "controls", &in->controls, &in->n_controls);
    if (status == OK) set_input(&j);
    if (s->model == HOTSPOT_PERMUTATION) in->n_strata = (uint32_t)j.n_strata;
    map_done(&j.place_of);
    map_done(&j.stratum_of);
    return status;
}
