/* Codes of the things of registers: every part of a form, and what is said of a wrong one. */
#include "../base/support.h"
#include "city/thing.h"

static enum status checked(const char *form, const char *thing, struct err *err) {
    code f = code_of(form), t = code_of(thing), division = code_of("320413"), category = code_of("b01023");
    *err = (struct err){0};
    return thing_code_check(&f, &t, &division, &category, err);
}

static void component_ids(void **state) {
    (void)state;
    static const char form[] = "{division}{class}######";
    static const struct {
        const char *id;
        bool good;
    } ids[] = {
        {"32041301023000001", true},
        {"32041301023999999", true},
        {"32041201023000001", false},
        {"32041301022000001", false},
        {"3204130102300001", false},
        {"320413010230000011", false},
        {"32041301023A00001", false},
        {"", false},
        {"320413", false},
        {"32041301023-00001", false},
        {" 32041301023000001", false},
    };
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        enum status status = checked(form, ids[i].id, &err);
        assert_int_equal(status, ids[i].good ? OK : E_INVALID);
        if (ids[i].good) continue;
        assert_string_equal(err.code, "bad_thing");
        assert_string_equal(err.field, "thing");
        assert_true(err.hint[0] != '\0');
    }
}

/* Every place of a good id changed to every other sign: only another serial is still good. */
static void one_wrong_sign(void **state) {
    (void)state;
    static const char good[] = "32041301023000417";
    struct err err;
    for (size_t i = 0; i < sizeof good - 1; i++)
        for (char c = ' '; c < 127; c++) {
            char id[sizeof good];
            for (size_t k = 0; k < sizeof good; k++) id[k] = good[k];
            id[i] = c;
            bool serial = i >= 11 && c >= '0' && c <= '9';
            assert_int_equal(checked("{division}{class}######", id, &err), c == good[i] || serial ? OK : E_INVALID);
        }
}

static void forms(void **state) {
    (void)state;
    static const char *const good[] = {"", "{division}P{class}####", "A-#", "{class}", "###"};
    static const char *const bad[] = {"{", "{other}", "a b", "#_", "{division"};
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        code f = code_of(good[i]);
        assert_true(thing_form_valid(&f));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        code f = code_of(bad[i]);
        assert_false(thing_form_valid(&f));
    }
    assert_int_equal(checked("", "anything", &err), OK);
    assert_int_equal(checked("A-#", "A-7", &err), OK);
    assert_int_equal(checked("A-#", "B-7", &err), E_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(component_ids), cmocka_unit_test(one_wrong_sign),
                                       cmocka_unit_test(forms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
