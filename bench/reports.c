#include "reports.h"

#include <stdio.h>

#include "base/json.h"

static const str TAILS[] = {
    S_INIT("已经好几天了没有人管"),   S_INIT("老人和小孩走路都要绕开"),   S_INIT("晚上看不清楚很容易出事"),
    S_INIT("昨天下过雨以后更严重了"), S_INIT("旁边就是学校门口"),         S_INIT("希望尽快派人来看一看"),
    S_INIT("之前打过电话说会处理"),   S_INIT("影响到我们小区居民出行"),   S_INIT("有电动车从这里经过差点摔倒"),
    S_INIT("就在公交站台往东五十米"), S_INIT("麻烦给一个明确的答复"),     S_INIT("照片拍不清楚请到现场核实"),
    S_INIT("周围几家店铺都反映过"),   S_INIT("每天早上七点左右最明显"),   S_INIT("不知道归哪个部门负责"),
    S_INIT("请在周末之前解决"),       S_INIT("住在这里十几年第一次碰到"), S_INIT("夜里声音很大没法休息"),
};

bool reports_city(const char *dir, struct city **ret) {
    struct arena arena;
    struct findings found;
    struct err err = {0};
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    enum status status = city_load(dir, ret, &found, &err);
    arena_done(&arena);
    if (status != OK) fprintf(stderr, "%s: %s\n", dir, err.primary);
    return status == OK;
}

void reports_init(struct reports *r, const struct city *city, uint64_t seed, struct arena *arena) {
    *r = (struct reports){.city = city, .rng = {seed}, .serial = seed << 32};
    r->conditions = NEW_ARRAY(arena, uint32_t, city->n_conditions + 1);
    for (uint32_t i = 0; i < city->n_conditions; i++) {
        const struct category *k = &city->categories[city->conditions[i].category];
        if (k->intake && !k->is_private) r->conditions[r->n_conditions++] = i;
    }
    check(r->n_conditions > 0 && city->layers[0].n_leaves > 0);
}

lonlat reports_point(struct reports *r, const struct shape *s) {
    struct point p;
    do {
        p.x = s->min.x + (int32_t)rng_below(&r->rng, (uint32_t)(s->max.x - s->min.x) + 1);
        p.y = s->min.y + (int32_t)rng_below(&r->rng, (uint32_t)(s->max.y - s->min.y) + 1);
    } while (!shape_contains(s, p));
    return lonlat_from_point(p);
}

void reports_next(struct reports *r, uint32_t area, struct made_report *ret, struct strbuf *text) {
    const struct city *city = r->city;
    const struct layer *layer = &city->layers[0];
    if (area == NONE) area = layer->leaf_areas[rng_below(&r->rng, (uint32_t)layer->n_leaves)];
    const struct area *a = &city->areas[area];
    ret->area = area;
    ret->condition = r->conditions[rng_skewed(&r->rng, r->n_conditions)];
    ret->place = reports_point(r, &a->shape);
    ret->serial = r->serial++;
    const struct condition *c = &city->conditions[ret->condition];
    str name = text_in(&a->name, 0), what = text_in(&city->categories[c->category].name, 0);
    str why = text_in(&c->filing, 0);
    strbuf_addf(text, "%.*s%.*s，%.*s", P(name), P(what), P(why));
    for (size_t i = 0; i < 3; i++) {
        str tail = TAILS[rng_below(&r->rng, (uint32_t)ARRAY_LEN(TAILS))];
        strbuf_addf(text, "，%.*s", P(tail));
    }
    strbuf_addf(text, "。%llx", (unsigned long long)ret->serial);
}

void reports_body(struct reports *r, uint32_t area, struct strbuf *text, struct strbuf *ret_body) {
    struct made_report made;
    struct json_buf w;
    char phone[24];
    strbuf_clear(text);
    strbuf_clear(ret_body);
    reports_next(r, area, &made, text);
    json_buf_init(&w, ret_body);
    json_open_object(&w);
    json_put_str(&w, "text", strbuf_str(text));
    json_put_double(&w, "lon", made.place.lon_deg, 7);
    json_put_double(&w, "lat", made.place.lat_deg, 7);
    json_put_str(&w, "address", text_in(&r->city->areas[made.area].name, 0));
    json_add_key(&w, "contact");
    json_open_object(&w);
    json_put_z(&w, "name", "样例");
    snprintf(phone, sizeof phone, "0519-%08llu", (unsigned long long)(made.serial % 100000000));
    json_put_z(&w, "phone", phone);
    json_close_object(&w);
    json_close_object(&w);
}
