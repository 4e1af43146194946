#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stand.h"

static int setup(void **state) {
    static struct stand s;
    stand_init(&s);
    assert_int_equal(stand_open(&s, NULL), OK);
    *state = &s;
    return 0;
}

static int teardown(void **state) {
    stand_done(*state);
    return 0;
}

static enum status read_blob(struct stand *s, const char *id, const char *variant, char *ret, size_t cap,
                             char *ret_type) {
    struct arena arena CLEANUP(arena_done);
    int fd;
    size_t size;
    str type;
    arena_init(&arena, 0);
    enum status status = store_blob_open(s->store, str_z(id), str_z(variant), &fd, &size, &type, &arena, NULL);
    if (status != OK) return status;
    assert_true(size < cap);
    assert_int_equal(read(fd, ret, cap), (ssize_t)size);
    ret[size] = '\0';
    snprintf(ret_type, 32, "%.*s", P(type));
    close(fd);
    return OK;
}

static void a_blob_comes_back(void **state) {
    struct stand *s = *state;
    static const char *const types[] = {"image/jpeg", "image/png", "application/pdf"};
    char id[33], bytes[64], type[32];
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        assert_int_equal(store_blob_put(s->store, S("\xff\xd8 bytes"), str_z(types[i]), id, NULL), OK);
        assert_int_equal(strlen(id), 32);
        assert_int_equal(read_blob(s, id, "", bytes, sizeof bytes, type), OK);
        assert_string_equal(bytes, "\xff\xd8 bytes");
        assert_string_equal(type, types[i]);
        assert_int_equal(read_blob(s, id, "thumb", bytes, sizeof bytes, type), E_NOT_FOUND);
        assert_int_equal(store_blob_variant(s->store, str_z(id), S("thumb"), S("\x89PNG small"), NULL), OK);
        assert_int_equal(read_blob(s, id, "thumb", bytes, sizeof bytes, type), OK);
        assert_string_equal(type, "image/png");
    }
    assert_int_equal(store_blob_put(s->store, S("x"), S("text/html"), id, NULL), E_INVALID);
}

static void ids_are_never_paths(void **state) {
    struct stand *s = *state;
    static const char *const ids[] = {"",
                                      "../../../../etc/passwd",
                                      "0011223344556677889900112233445",
                                      "00112233445566778899001122334455",
                                      "../2233445566778899001122334455.",
                                      "0011223344556677889900112233445566"};
    char bytes[64], type[32];
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        assert_int_equal(read_blob(s, ids[i], "", bytes, sizeof bytes, type), E_NOT_FOUND);
        assert_int_equal(store_blob_variant(s->store, str_z(ids[i]), S("thumb"), S("x"), NULL), E_NOT_FOUND);
    }
    char id[33];
    assert_int_equal(store_blob_put(s->store, S("x"), S("image/png"), id, NULL), OK);
    assert_int_equal(store_blob_variant(s->store, str_z(id), S("../x"), S("x"), NULL), E_NOT_FOUND);
    assert_int_equal(store_blob_variant(s->store, str_z(id), S(""), S("x"), NULL), E_NOT_FOUND);
}

static void what_is_not_there_cannot_be_cited(void **state) {
    struct stand *s = *state;
    struct command c = stand_file("a");
    struct result r;
    c.filing.media = S("00112233445566778899001122334455");
    assert_int_equal(store_run(s->store, &c, &r), E_INVALID);
    assert_string_equal(r.err.code, "unknown_media");
    assert_string_equal(r.err.field, "media");
    assert_int_equal(store_seq(s->store), 0);
    assert_true(stand_filed(s, "the number was not used up") != 0);
}

static void what_is_not_cited_goes_after_a_day(void **state) {
    struct stand *s = *state;
    char cited[33], loose[33], fresh[33], bytes[64], type[32], path[160];
    assert_int_equal(store_blob_put(s->store, S("a"), S("image/jpeg"), cited, NULL), OK);
    assert_int_equal(store_blob_put(s->store, S("b"), S("image/jpeg"), loose, NULL), OK);
    assert_int_equal(store_blob_variant(s->store, str_z(loose), S("thumb"), S("b"), NULL), OK);
    struct command c = stand_file("a");
    c.filing.media = str_z(cited);
    stand_run(s, &c);
    snprintf(path, sizeof path, "%s/blobs/%.2s/%s.jpg", s->dir, loose, loose);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    int64_t written_ms = (int64_t)st.st_mtim.tv_sec * 1000;
    assert_int_equal(store_blob_sweep(s->store, (instant){written_ms + 23 * MS_HOUR}), 0);
    assert_int_equal(store_blob_sweep(s->store, (instant){written_ms + 25 * MS_HOUR}), 1);
    assert_int_equal(read_blob(s, cited, "", bytes, sizeof bytes, type), OK);
    assert_int_equal(read_blob(s, loose, "", bytes, sizeof bytes, type), E_NOT_FOUND);
    assert_int_equal(read_blob(s, loose, "thumb", bytes, sizeof bytes, type), E_NOT_FOUND);
    assert_int_equal(store_blob_put(s->store, S("c"), S("image/jpeg"), fresh, NULL), OK);
    struct stat folder;
    snprintf(path, sizeof path, "%s/blobs/%.2s", s->dir, fresh);
    assert_int_equal(stat(path, &folder), 0);
    assert_int_equal(folder.st_mode & 077, 0); /* nobody else reads */
}

static void accounts_and_sessions(void **state) {
    struct stand *s = *state;
    struct account a = {.login = code_of("li"), .role = code_of("desk"), .password = "hash", .label = "值班员 1"}, b;
    uint64_t staff;
    char csrf[65];
    digest secret = sha256(S("secret"));
    assert_int_equal(store_account_put(s->store, &a, NULL), OK);
    assert_int_equal(store_account(s->store, S("li"), &b, NULL), OK);
    assert_true(b.staff > 0);
    assert_string_equal(b.label, a.label);
    assert_int_equal(store_account_put(s->store, &a, NULL), E_CONFLICT); /* another one of that login */
    b.failures = 3;
    assert_int_equal(store_account_put(s->store, &b, NULL), OK);
    assert_int_equal(store_account_by_id(s->store, b.staff, &a, NULL), OK);
    assert_int_equal(a.failures, 3);
    assert_int_equal(store_account(s->store, S("wang"), &a, NULL), E_NOT_FOUND);
    instant now = {s->now_ms}, later = {s->now_ms + MS_HOUR};
    assert_int_equal(store_session_put(s->store, 's', &secret, b.staff, S("csrf"), later, NULL), OK);
    assert_int_equal(store_session(s->store, 's', &secret, now, &staff, csrf, NULL), OK);
    assert_int_equal(staff, b.staff);
    assert_string_equal(csrf, "csrf");
    assert_int_equal(store_session(s->store, 't', &secret, now, &staff, csrf, NULL), E_LOGIN);
    assert_int_equal(store_session(s->store, 's', &secret, later, &staff, csrf, NULL), E_LOGIN);
    stand_close(s);
    assert_int_equal(stand_open(s, NULL), OK);
    assert_int_equal(store_session(s->store, 's', &secret, now, &staff, csrf, NULL), OK);
    b.disabled = true; /* ends the sessions */
    assert_int_equal(store_account_put(s->store, &b, NULL), OK);
    assert_int_equal(store_session(s->store, 's', &secret, now, &staff, csrf, NULL), E_LOGIN);
    assert_int_equal(store_session_drop(s->store, &secret, NULL), OK);
    struct arena arena CLEANUP(arena_done);
    struct account *list;
    size_t n;
    arena_init(&arena, 0);
    assert_int_equal(store_accounts(s->store, &arena, &list, &n, NULL), OK);
    assert_int_equal(n, 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_blob_comes_back),
        TEST(ids_are_never_paths),
        TEST(what_is_not_there_cannot_be_cited),
        TEST(what_is_not_cited_goes_after_a_day),
        TEST(accounts_and_sessions),
    };
    return cmocka_run_group_tests_name("store/blobs", tests, NULL, NULL);
}
