/* GET /api/v1/stats: counts by one or two dimensions. */
#include "api/api_int.h"
#include "api/words.h"

/* A state is called alike in the procedures that have it, or nearly so: the first stands for all. */
static str state_name(const struct city *city, str key, size_t lang) {
    code name;
    if (!code_from(key, &name)) return key;
    for (size_t i = 0; i < city->n_procedures; i++) {
        const struct state *s = procedure_state(&city->procedures[i], &name);
        if (s != NULL) return text_in(&s->label, lang);
    }
    return key;
}

str count_label(const struct city *city, enum dimension d, str key, size_t lang) {
    uint32_t i = NONE;
    const struct procedure *p = NULL;
    switch (d) {
    case BY_AREA:
    case BY_LEVEL:
        return (i = city_area(city, key)) == NONE ? key : text_in(&city->areas[i].name, lang);
    case BY_UNIT:
        return (i = city_unit(city, key)) == NONE ? key : text_in(&city->units[i].name, lang);
    case BY_CATEGORY:
        return (i = city_category(city, key)) == NONE ? key : text_in(&city->categories[i].name, lang);
    case BY_PROCEDURE:
        return (p = city_procedure(city, key)) == NULL ? key : text_in(&p->label, lang);
    case BY_STATE:
        return state_name(city, key, lang);
    case BY_CHANNEL:
        return word2(city, lang, "channel.", key);
    case BY_STATUS:
        return word2(city, lang, "status.", key);
    case BY_NOTHING:
    case BY_DAY:
    case BY_MONTH:
    case BY_HOUR:
    case BY_ENDED_DAY:
    case BY_ENDED_MONTH:
    case BY_RATING:
    case DIMENSION_COUNT:
        break;
    }
    return key;
}

void put_count_rows(struct json_buf *w, const struct city *city, str by, const struct count_request *r,
                    const struct counts *counts, size_t lang) {
    size_t n_by = r->by[0] == BY_NOTHING ? 0 : r->by[1] == BY_NOTHING ? 1 : 2;
    json_add_key(w, "by");
    json_open_array(w);
    for (str part; str_split(&by, ',', &part);) json_add_str(w, part);
    json_close_array(w);
    json_add_key(w, "rows");
    json_open_array(w);
    for (size_t i = 0; i < counts->n; i++) {
        json_open_array(w);
        for (size_t k = 0; k < n_by; k++) json_add_str(w, counts->rows[i].key[k]);
        json_add_double(w, counts->rows[i].value,
                        r->measure == MEASURE_MEAN_HOURS || r->measure == MEASURE_MEAN_RATING ? 2 : 0);
        json_close_array(w);
    }
    json_close_array(w);
    json_add_key(w, "labels");
    json_open_array(w);
    for (size_t i = 0; i < counts->n; i++) {
        json_open_array(w);
        for (size_t k = 0; k < n_by; k++) json_add_str(w, count_label(city, r->by[k], counts->rows[i].key[k], lang));
        json_close_array(w);
    }
    json_close_array(w);
}

void stats_get(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    if (waits_for_seq(api, call, stats_get)) return;
    struct caller caller;
    struct err err = {0};
    struct counts counts = {0};
    struct count_request request;
    str q = S(""), by = S(""), measure = S("");
    http_query(call, "q", &q);
    http_query(call, "by", &by);
    http_query(call, "measure", &measure);
    enum status status = staff_of(api, call, &caller, &err);
    if (status == OK) status = app_counts(api->app, &caller, q, by, measure, http_arena(call), &counts, &request, &err);
    if (status != OK) {
        reply_err(call, &err);
        return;
    }
    struct strbuf b;
    struct json_buf w;
    strbuf_init(&b, 16 << 20);
    json_buf_init(&w, &b);
    json_open_object(&w);
    put_count_rows(&w, app_city(api->app), by, &request, &counts, caller.lang);
    json_close_object(&w);
    reply_json(call, 200, &b);
}
