/* What residents and operators send: each mistake is named by its code and its field. */
#include <string.h>

#include "../base/support.h"
#include "app/app.h"
#include "app/report.h"

#define A10 "0123456789"
#define A100 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10

static void good_reports_are_read(void **state) {
    (void)state;
    struct arena a;
    struct report r;
    struct err err = {0};
    arena_init(&a, 0);
    str json = S("{\"text\":\"路灯\\u4e0d亮\",\"address\":\"东门大街\",\"lon\":119.57,\"lat\":-31.5e0,"
                 "\"category\":\"c0112\",\"condition\":\"c0112.1\",\"attributes\":{\"pole\":\"7\",\"n\":[1]},"
                 "\"contact\":{\"name\":\"张\",\"phone\":\"138\",\"email\":\"a@b.cn\"},"
                 "\"about\":{\"kind\":\"conduct\",\"unit\":\"cityops\"},\"media\":[\"a1\",\"b2\"],"
                 "\"channel\":\"phone\",\"owner\":\"power\",\"happened\":\"2026-11-24T08:30:00+08:00\","
                 "\"earlier\":\"JT20261124000017\"}");
    assert_int_equal(report_parse(json, &a, &r, &err), OK);
    assert_str(r.text, S("路灯不亮"));
    assert_str(r.address, S("东门大街"));
    assert_true(r.place.lon_deg == 119.57 && r.place.lat_deg == -31.5);
    assert_string_equal(r.category.s, "c0112");
    assert_string_equal(r.condition.s, "c0112.1");
    assert_str(r.attributes, S("{\"pole\":\"7\",\"n\":[1]}"));
    assert_str(r.name, S("张"));
    assert_str(r.phone, S("138"));
    assert_str(r.email, S("a@b.cn"));
    assert_int_equal(r.about, ABOUT_CONDUCT);
    assert_string_equal(r.about_unit.s, "cityops");
    assert_int_equal(r.n_media, 2);
    assert_str(r.media[1], S("b2"));
    assert_string_equal(r.channel.s, "phone");
    assert_string_equal(r.owner.s, "power");
    assert_true(r.happened.ms == INT64_C(1795480200000));
    assert_string_equal(r.earlier.s, "JT20261124000017");
    arena_done(&a);
}

/* null is "not given", for every field. */
static void nothing_given_is_nothing(void **state) {
    (void)state;
    static const char *const rows[] = {
        "{}",
        " {\n} ",
        "{\"text\":null,\"address\":null,\"lon\":null,\"lat\":null,\"category\":null,\"condition\":null,"
        "\"attributes\":null,\"contact\":null,\"about\":null,\"media\":null,\"channel\":null,\"owner\":null,"
        "\"happened\":null,\"earlier\":null}",
        "{\"contact\":{},\"media\":[]}",
        "{\"contact\":{\"name\":null,\"phone\":null,\"email\":null}}",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena a;
        struct report r, none;
        struct err err = {0};
        arena_init(&a, 0);
        report_init(&none);
        if (report_parse(str_z(rows[i]), &a, &r, &err) != OK) fail_msg("%s: %s", rows[i], err.primary);
        bool empty = r.text.len == 0 && r.address.len == 0 && r.attributes.len == 0 && r.name.len == 0 &&
                     r.phone.len == 0 && r.email.len == 0 && r.n_media == 0 && r.about == ABOUT_NOTHING;
        empty = empty && code_empty(&r.category) && code_empty(&r.condition) && code_empty(&r.channel) &&
                code_empty(&r.owner) && code_empty(&r.earlier) && code_empty(&r.about_unit);
        if (!empty || !lonlat_is_none(r.place) || r.happened.ms != none.happened.ms) fail_msg("%s", rows[i]);
        arena_done(&a);
    }
}

struct refusal {
    int line;
    const char *json;
    enum status status;
    const char *code, *field;
};

static const struct refusal refusals[] = {
    /* no JSON, before anything is taken for a value of the wrong kind */
    {__LINE__, "", E_SYNTAX, "bad_json", ""},
    {__LINE__, "[]", E_SYNTAX, "bad_json", ""},
    {__LINE__, "null", E_SYNTAX, "bad_json", ""},
    {__LINE__, "\"text\"", E_SYNTAX, "bad_json", ""},
    {__LINE__, "{\"text\":1,", E_SYNTAX, "bad_json", ""},
    {__LINE__, "{\"text\":1}}", E_SYNTAX, "bad_json", ""},
    {__LINE__, "{\"text\":\"a\",}", E_SYNTAX, "bad_json", ""},
    {__LINE__, "{\"text\":\"\xff\"}", E_SYNTAX, "bad_json", ""},
    {__LINE__, "{\"text\":\"\\ud800\"}", E_SYNTAX, "bad_json", ""},
    {__LINE__, "{\"nonsense\":tru}", E_SYNTAX, "bad_json", ""},
    {__LINE__, "{\"lon\":1e999}", E_SYNTAX, "bad_json", ""},
    {__LINE__, "{\"lon\":NaN}", E_SYNTAX, "bad_json", ""},

    /* fields that do not exist */
    {__LINE__, "{\"title\":\"x\"}", E_INVALID, "unknown_field", "title"},
    {__LINE__, "{\"Text\":\"x\"}", E_INVALID, "unknown_field", "Text"},
    {__LINE__, "{\"\":1}", E_INVALID, "unknown_field", ""},
    {__LINE__, "{\"contact\":{\"id_card\":\"3204\"}}", E_INVALID, "unknown_field", "contact.id_card"},
    {__LINE__, "{\"about\":{\"person\":\"x\"}}", E_INVALID, "unknown_field", "about.person"},

    /* values of the wrong kind */
    {__LINE__, "{\"text\":7}", E_INVALID, "wrong_type", "text"},
    {__LINE__, "{\"text\":{}}", E_INVALID, "wrong_type", "text"},
    {__LINE__, "{\"address\":[]}", E_INVALID, "wrong_type", "address"},
    {__LINE__, "{\"lon\":\"119\"}", E_INVALID, "wrong_type", "lon"},
    {__LINE__, "{\"lat\":true}", E_INVALID, "wrong_type", "lat"},
    {__LINE__, "{\"category\":12}", E_INVALID, "wrong_type", "category"},
    {__LINE__, "{\"condition\":false}", E_INVALID, "wrong_type", "condition"},
    {__LINE__, "{\"attributes\":\"x\"}", E_INVALID, "wrong_type", "attributes"},
    {__LINE__, "{\"attributes\":[1]}", E_INVALID, "wrong_type", "attributes"},
    {__LINE__, "{\"contact\":\"138\"}", E_INVALID, "wrong_type", "contact"},
    {__LINE__, "{\"contact\":{\"phone\":138}}", E_INVALID, "wrong_type", "contact.phone"},
    {__LINE__, "{\"about\":\"service\"}", E_INVALID, "wrong_type", "about"},
    {__LINE__, "{\"about\":{}}", E_INVALID, "wrong_type", "about.kind"},
    {__LINE__, "{\"about\":{\"kind\":\"people\"}}", E_INVALID, "wrong_type", "about.kind"},
    {__LINE__, "{\"about\":{\"kind\":\"service\",\"unit\":1}}", E_INVALID, "wrong_type", "about.unit"},
    {__LINE__, "{\"media\":\"a1\"}", E_INVALID, "wrong_type", "media"},
    {__LINE__, "{\"media\":[1]}", E_INVALID, "wrong_type", "media"},
    {__LINE__, "{\"media\":[null]}", E_INVALID, "wrong_type", "media"},
    {__LINE__, "{\"happened\":\"yesterday\"}", E_INVALID, "wrong_type", "happened"},
    {__LINE__, "{\"happened\":1795480200}", E_INVALID, "wrong_type", "happened"},
    {__LINE__, "{\"earlier\":\"a\\u0000b\"}", E_SYNTAX, "bad_json", ""},

    /* too long */
    {__LINE__, "{\"address\":\"" A100 A100 "x\"}", E_INVALID, "too_long", "address"},
    {__LINE__, "{\"category\":\"" A10 A10 A10 "ab\"}", E_INVALID, "too_long", "category"},
    {__LINE__, "{\"category\":\"类类类类类类类类类类类\"}", E_INVALID, "wrong_type", "category"},
    {__LINE__, "{\"contact\":{\"name\":\"" A10 A10 A10 A10 A10 A10 A10 A10 "x\"}}", E_INVALID, "too_long",
     "contact.name"},
    {__LINE__, "{\"contact\":{\"phone\":\"" A10 A10 A10 A10 "x\"}}", E_INVALID, "too_long", "contact.phone"},
    {__LINE__, "{\"contact\":{\"email\":\"" A100 A10 A10 "x\"}}", E_INVALID, "too_long", "contact.email"},
    {__LINE__, "{\"media\":[\"" A10 A10 A10 A10 "x\"]}", E_INVALID, "too_long", "media"},
    {__LINE__, "{\"media\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\"]}", E_INVALID,
     "too_many_media", "media"},
};

static void refusals_name_code_and_field(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        const struct refusal *x = &refusals[i];
        struct arena a;
        struct report r;
        struct err err = {0};
        arena_init(&a, 0);
        enum status status = report_parse(str_z(x->json), &a, &r, &err);
        if (status != x->status || strcmp(err.code, x->code) != 0 || strcmp(err.field, x->field) != 0)
            fail_msg("row of line %d: %s %s, field \"%s\": %s", x->line, status_name(status), err.code, err.field,
                     err.primary);
        arena_done(&a);
    }
}

/* {"<field>": "<n times piece>"} */
static enum status parse_long(struct arena *a, const char *field, const char *piece, size_t n, struct err *err) {
    struct strbuf b;
    struct report r;
    strbuf_init(&b, 1 << 20);
    strbuf_addf(&b, "{\"%s\":\"", field);
    for (size_t i = 0; i < n; i++) strbuf_addz(&b, piece);
    strbuf_addz(&b, "\"}");
    enum status status = report_parse(str_dup(a, strbuf_str(&b)), a, &r, err);
    strbuf_done(&b);
    return status;
}

/* Limits count characters, not bytes. */
static void the_longest_text_is_taken(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *field, *piece;
        size_t max;
    } rows[] = {
        {__LINE__, "text", "a", REPORT_TEXT_MAX}, {__LINE__, "text", "灯", REPORT_TEXT_MAX},
        {__LINE__, "text", "😀", REPORT_TEXT_MAX}, {__LINE__, "text", "\\u706f", REPORT_TEXT_MAX},
        {__LINE__, "address", "街", 200},         {__LINE__, "category", "m", CODE_MAX},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena a;
        struct err err = {0};
        arena_init(&a, 0);
        if (parse_long(&a, rows[i].field, rows[i].piece, rows[i].max, &err) != OK)
            fail_msg("row of line %d: %s", rows[i].line, err.primary);
        if (parse_long(&a, rows[i].field, rows[i].piece, rows[i].max + 1, &err) != E_INVALID ||
            strcmp(err.code, "too_long") != 0 || strcmp(err.field, rows[i].field) != 0)
            fail_msg("row of line %d: %s", rows[i].line, err.code);
        arena_done(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_reports_are_read),
        cmocka_unit_test(nothing_given_is_nothing),
        cmocka_unit_test(refusals_name_code_and_field),
        cmocka_unit_test(the_longest_text_is_taken),
    };
    return cmocka_run_group_tests_name("app/report", tests, NULL, NULL);
}
