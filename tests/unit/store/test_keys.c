#include <sodium.h>
#include <string.h>

#include "stand.h"
#include "store/keys.h"

static struct stand stand;
static struct keys *keys;

static int setup(void **state) {
    (void)state;
    stand_init(&stand);
    assert_true(sodium_init() >= 0);
    assert_int_equal(keys_open(stand.dir, NULL, false, &keys, NULL), OK);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    keys_close(keys);
    stand_done(&stand);
    return 0;
}

static void reopen(void) {
    keys_close(keys);
    assert_int_equal(keys_open(stand.dir, NULL, false, &keys, NULL), OK);
}

static uint64_t number_of(str sealed) {
    uint64_t v = 0;
    for (int i = 0; i < KEY_NUMBER_BYTES; i++) v = v << 8 | (uint8_t)sealed.ptr[i];
    return v;
}

static void contacts_open_only_at_their_entry(void **state) {
    (void)state;
    struct arena arena CLEANUP(arena_done);
    str sealed, clear;
    arena_init(&arena, 0);
    assert_int_equal(keys_seal(keys, 7, 1, S("13900000000"), &arena, &sealed, NULL), OK);
    reopen();
    assert_int_equal(keys_unseal(keys, 7, 1, sealed, &arena, &clear, NULL), OK);
    assert_true(str_is(clear, "13900000000"));
    assert_int_equal(keys_unseal(keys, 8, 1, sealed, &arena, &clear, NULL), E_CORRUPT);
    assert_int_equal(keys_unseal(keys, 7, 2, sealed, &arena, &clear, NULL), E_CORRUPT);
    for (size_t i = 0; i < sealed.len; i++) {
        char *bytes = str_cstr(&arena, sealed);
        bytes[i] ^= 1;
        assert_int_not_equal(keys_unseal(keys, 7, 1, (str){bytes, sealed.len}, &arena, &clear, NULL), OK);
        assert_int_not_equal(keys_unseal(keys, 7, 1, str_slice(sealed, 0, i), &arena, &clear, NULL), OK);
    }
}

static void no_key_is_used_twice(void **state) {
    (void)state;
    struct arena arena CLEANUP(arena_done);
    arena_init(&arena, 0);
    uint64_t last = 0;
    for (uint32_t round = 0; round < 4; round++) {
        for (uint32_t i = 0; i < 700; i++) { /* several refills */
            str sealed;
            assert_int_equal(keys_seal(keys, 1, i + 1, S("x"), &arena, &sealed, NULL), OK);
            assert_true(number_of(sealed) > last);
            last = number_of(sealed);
        }
        reopen();
    }
}

static void a_destroyed_key_stays_destroyed(void **state) {
    (void)state;
    struct arena arena CLEANUP(arena_done);
    str sealed[3], clear;
    bool destroyed;
    arena_init(&arena, 0);
    for (uint32_t i = 0; i < 3; i++) assert_int_equal(keys_seal(keys, 1, i + 1, S("x"), &arena, &sealed[i], NULL), OK);
    assert_int_equal(keys_destroy(keys, &sealed[1], 1, NULL), OK);
    assert_int_equal(keys_destroy(keys, &sealed[1], 1, NULL), OK);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 3; i++) {
            assert_int_equal(keys_destroyed(keys, sealed[i], &destroyed, NULL), OK);
            assert_int_equal(destroyed, i == 1);
            assert_int_equal(keys_unseal(keys, 1, i + 1, sealed[i], &arena, &clear, NULL), i == 1 ? E_NOT_FOUND : OK);
        }
        reopen();
    }
}

static void track_codes(void **state) {
    (void)state;
    char code_a[17], code_b[17], typed[40];
    str number = S("JT20261124000017");
    keys_track_code(keys, number, code_a);
    assert_int_equal(strlen(code_a), 16);
    snprintf(typed, sizeof typed, "%.4s-%.4s-%.4s %.4s", code_a, code_a + 4, code_a + 8, code_a + 12);
    for (char *c = typed; *c; c++) {
        if (*c == '0') *c = 'o';
        if (*c == '1') *c = 'l';
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    }
    assert_int_equal(keys_track_renew(keys, NULL), OK);
    reopen();
    keys_track_code(keys, number, code_b);
    assert_string_not_equal(code_a, code_b);
    const struct {
        int line;
        const char *number, *code;
        bool valid;
    } rows[] = {
        {__LINE__, "JT20261124000017", code_a, true}, /* given before the new key */
        {__LINE__, "JT20261124000017", code_b, true},
        {__LINE__, "JT20261124000017", typed, true},
        {__LINE__, "JT20261124000025", code_a, false},
        {__LINE__, "JT20261124000017", "", false},
        {__LINE__, "JT20261124000017", "0000000000000000", false},
        {__LINE__, "JT20261124000017", "00000000000000000", false},
        {__LINE__, "", code_a, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (keys_track_valid(keys, str_z(rows[i].number), str_z(rows[i].code)) != rows[i].valid)
            fail_msg("line %d", rows[i].line);
    for (size_t i = 0; i < 16; i++) {
        char wrong[17];
        memcpy(wrong, code_a, sizeof wrong);
        wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
        assert_false(keys_track_valid(keys, number, str_z(wrong)));
    }
}

static void the_signing_key_stays(void **state) {
    (void)state;
    uint8_t before[PUBLIC_KEY_BYTES];
    memcpy(before, keys_public(keys), sizeof before);
    struct head h = {.size = 3, .root = sha256(S("root"))}, back;
    head_sign(&h, keys_secret(keys));
    reopen();
    assert_memory_equal(before, keys_public(keys), sizeof before);
    assert_true(head_valid(&h, keys_public(keys)));
    struct strbuf note;
    strbuf_init(&note, 4096);
    head_note(&h, before, &note);
    assert_true(head_note_read(strbuf_str(&note), before, &back));
    assert_int_equal(back.size, 3);
    for (size_t i = 0; i < note.len; i++) {
        char kept = note.ptr[i];
        note.ptr[i] ^= 4;
        /* the first four signature bytes are a hint of the key, the last character has spare bits */
        if (head_note_read(strbuf_str(&note), before, &back))
            assert_true(back.size == 3 && digest_eq(&back.root, &h.root));
        note.ptr[i] = kept;
        assert_false(head_note_read(str_slice(strbuf_str(&note), 0, i), before, &back) && i + 1 < note.len);
    }
    strbuf_done(&note);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(contacts_open_only_at_their_entry),
        TEST(no_key_is_used_twice),
        TEST(a_destroyed_key_stays_destroyed),
        TEST(track_codes),
        TEST(the_signing_key_stays),
    };
    return cmocka_run_group_tests_name("store/keys", tests, NULL, NULL);
}
