/* Tampering: whatever is changed in the files is found; and what a backup holds. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stand.h"
#include "store/keys.h"
#include "store/verify.h"

static struct stand stand;
static char photo[33];

/* A directory with one of everything: words, contact, key, photo, an erased case. */
static int setup_small(void **state) {
    struct command c;
    stand_init(&stand);
    assert_int_equal(stand_open(&stand, NULL), OK);
    assert_int_equal(store_blob_put(stand.store, S("photo"), S("image/jpeg"), photo, NULL), OK);
    c = stand_file("words");
    c.filing.contact = S("contact");
    c.filing.media = str_z(photo);
    stand_key(&c, "key", "body");
    uint64_t id = stand_run(&stand, &c).case_id;
    c = stand_act(id, "handling");
    stand_run(&stand, &c);
    c = stand_file("gone");
    c.filing.contact = S("gone contact");
    id = stand_run(&stand, &c).case_id;
    c = stand_erase(id);
    stand_run(&stand, &c);
    *state = &stand;
    return 0;
}

/* And 300 entries more, so that the tree has a stored node. */
static int setup(void **state) {
    setup_small(state);
    stand_many(&stand, 150);
    stand_many(&stand, 150);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    stand_done(&stand);
    return 0;
}

static uint64_t faults(struct err *err) {
    struct verify_report report;
    struct store_options o = stand.options;
    o.read_only = true;
    enum status status = verify_truth(&o, NULL, true, NULL, NULL, &report, err);
    if (status != OK && report.faults == 0) return 1000; /* could not even be read through */
    return report.faults;
}

static void a_sound_directory_has_no_faults(void **state) {
    (void)state;
    struct verify_report r;
    struct err err = {0};
    struct store_options o = stand.options;
    o.read_only = true;
    if (verify_truth(&o, NULL, false, NULL, NULL, &r, &err) != OK) fail_msg("beside a running store: %s", err.primary);
    stand_close(&stand);
    if (verify_truth(&o, NULL, true, NULL, NULL, &r, &err) != OK) fail_msg("%s", err.primary);
    assert_int_equal(r.entries, 304);
    assert_int_equal(r.cases, 302);
    assert_int_equal(r.erased, 1);
    assert_int_equal(r.contacts, 2);
    assert_int_equal(r.blobs, 1);
    assert_int_equal(r.size, 304);
}

static void run_sql(const char *sql) {
    stand_sql(&stand, "truth.db", sql);
}

/* Every statement alone must be found, and its undoing must make the directory sound again. */
static void every_kind_of_tampering_is_found(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *change, *undo;
    } rows[] = {
        {__LINE__, "UPDATE entry SET words = CAST(words || 'x' AS BLOB) WHERE seq = 1",
         "UPDATE entry SET words = CAST(substr(words, 1, length(words) - 1) AS BLOB) WHERE seq = 1"},
        {__LINE__, "UPDATE entry SET facts = CAST(facts || ' ' AS BLOB) WHERE seq = 2",
         "UPDATE entry SET facts = CAST(substr(facts, 1, length(facts) - 1) AS BLOB) WHERE seq = 2"},
        {__LINE__, "UPDATE entry SET n = 9 WHERE seq = 2", "UPDATE entry SET n = 2 WHERE seq = 2"},
        {__LINE__, "UPDATE entry SET slot = slot + 100000 WHERE seq = 5",
         "UPDATE entry SET slot = slot - 100000 WHERE seq = 5"},
        {__LINE__, "UPDATE entry SET seq = 1000 WHERE seq = 304", "UPDATE entry SET seq = 304 WHERE seq = 1000"},
        {__LINE__, "UPDATE entry SET seq = -seq WHERE seq = 7", "UPDATE entry SET seq = 7 WHERE seq = -7"},
        {__LINE__, "UPDATE head SET recorded = recorded + 1 WHERE size = 3",
         "UPDATE head SET recorded = recorded - 1 WHERE size = 3"},
        {__LINE__, "UPDATE head SET size = 1000 WHERE size = 304", "UPDATE head SET size = 304 WHERE size = 1000"},
        {__LINE__, "UPDATE head SET keys = x'00000000000000000000' WHERE size = 3",
         "UPDATE head SET keys = NULL WHERE size = 3"},
        {__LINE__, "UPDATE cited SET id = randomblob(16)", NULL},
    };
    stand_close(&stand);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        run_sql(rows[i].change);
        if (faults(NULL) == 0) fail_msg("line %d: not found", rows[i].line);
        if (rows[i].undo == NULL) continue;
        run_sql(rows[i].undo);
        struct err err = {0};
        if (faults(&err) != 0) fail_msg("line %d: not undone: %s", rows[i].line, err.primary);
    }
}

/* Swaps two whole rows of different cases, deletes the end, drops a node, takes words away. */
static void rearranging_is_found(void **state) {
    (void)state;
    static const char *const changes[] = {
        "UPDATE entry SET seq = CASE seq WHEN 10 THEN -11 WHEN 11 THEN -10 END WHERE seq IN (10, 11); UPDATE entry SET "
        "seq = -seq WHERE seq < 0",
        "DELETE FROM entry WHERE seq = 304",
        "DELETE FROM entry WHERE seq = 304; DELETE FROM head WHERE size = 304; DELETE FROM entry WHERE seq = 100",
        "DELETE FROM node",
        "UPDATE node SET hash = randomblob(32)",
        "INSERT INTO node VALUES(5, randomblob(32))",
        "UPDATE entry SET words = NULL WHERE seq = 10",
        "UPDATE entry SET words = NULL, salt = NULL WHERE seq = 10",
        "UPDATE entry SET contact = NULL WHERE seq = 1",
        "UPDATE entry SET words = x'00' WHERE seq = 2",
        "UPDATE head SET root = randomblob(32) WHERE size = 154",
        "UPDATE head SET signature = (SELECT signature FROM head WHERE size = 4) WHERE size = 154",
        "UPDATE head SET keys = NULL WHERE size = 1",
    };
    stand_close(&stand);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        char keep[128], back[128], command[160];
        snprintf(back, sizeof back, "%s/truth.db", stand.dir);
        snprintf(keep, sizeof keep, "%s/kept.db", stand.dir);
        unlink(keep);
        snprintf(command, sizeof command, "VACUUM INTO '%s'", keep);
        run_sql(command);
        run_sql(changes[i]);
        if (faults(NULL) == 0) fail_msg("not found: %s", changes[i]);
        assert_int_equal(rename(keep, back), 0);
        if (faults(NULL) != 0) fail_msg("not undone: %s", changes[i]);
    }
}

/* Each byte of each column of a row, one at a time. */
static void every_byte_of_a_row_counts(void **state) {
    (void)state;
    static const char *const columns[] = {"header", "facts", "words", "salt", "contact"};
    sqlite3 *db;
    char path[128];
    stand_close(&stand);
    snprintf(path, sizeof path, "%s/truth.db", stand.dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
        char sql[160];
        sqlite3_stmt *read, *write;
        snprintf(sql, sizeof sql, "SELECT %s FROM entry WHERE seq = 1", columns[c]);
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &read, NULL), SQLITE_OK);
        snprintf(sql, sizeof sql, "UPDATE entry SET %s = ?1 WHERE seq = 1", columns[c]);
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &write, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(read), SQLITE_ROW);
        uint8_t bytes[1024];
        int n = sqlite3_column_bytes(read, 0);
        assert_in_range(n, 1, sizeof bytes);
        memcpy(bytes, sqlite3_column_blob(read, 0), (size_t)n);
        sqlite3_finalize(read);
        for (int i = 0; i <= n; i++) { /* the last round writes the right bytes back */
            if (i < n) bytes[i] ^= (uint8_t)(1 << i % 8);
            sqlite3_bind_blob(write, 1, bytes, n, SQLITE_STATIC);
            assert_int_equal(sqlite3_step(write), SQLITE_DONE);
            sqlite3_reset(write);
            if ((faults(NULL) == 0) != (i == n)) fail_msg("%s byte %d", columns[c], i);
            if (i < n) bytes[i] ^= (uint8_t)(1 << i % 8);
        }
        sqlite3_finalize(write);
    }
    sqlite3_close(db);
}

static void lost_photos_and_keys_are_found(void **state) {
    (void)state;
    char path[160];
    stand_close(&stand);
    snprintf(path, sizeof path, "%s/blobs/%.2s/%s.jpg", stand.dir, photo, photo);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(faults(NULL), 1);
    stand_sql(&stand, "keys.db", "UPDATE block SET keys = randomblob(4096) WHERE id = 1");
    assert_int_equal(faults(NULL), 3); /* the living contact does not open, the erased one has a key again */
}

/* The store itself refuses to write behind a tail that was changed. */
static void a_changed_tail_stops_the_start(void **state) {
    (void)state;
    struct err err;
    stand_close(&stand);
    run_sql("UPDATE entry SET words = CAST(words || 'x' AS BLOB) WHERE seq = 300");
    assert_int_equal(stand_open(&stand, &err), E_CORRUPT);
    run_sql("UPDATE entry SET words = CAST(substr(words, 1, length(words) - 1) AS BLOB) WHERE seq = 300");
    assert_int_equal(stand_open(&stand, &err), OK);
    stand_close(&stand);
    char path[128];
    snprintf(path, sizeof path, "%s/keys.db", stand.dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(stand_open(&stand, &err), E_CORRUPT);
    assert_string_equal(err.code, "bad_signature");
}

static void a_kept_checkpoint_shows_a_roll_back(void **state) {
    (void)state;
    struct truth *t = stand.store->truth;
    struct conn *c;
    struct head head;
    struct strbuf note;
    uint8_t key[32];
    strbuf_init(&note, 4096);
    store_public_key(stand.store, key);
    assert_int_equal(conn_take(t, &c, NULL), OK);
    assert_int_equal(truth_head(c, &head, NULL), OK);
    conn_give(t, c);
    head_note(&head, key, &note);
    stand_filed(&stand, "later");
    assert_int_equal(store_verify_checkpoint(&stand.options, key, strbuf_str(&note), NULL), OK);
    stand_close(&stand);
    run_sql("DELETE FROM entry WHERE seq > 154; DELETE FROM head WHERE size > 154; DELETE FROM node");
    assert_int_equal(faults(NULL), 0); /* nothing else can show it */
    assert_int_equal(store_verify_checkpoint(&stand.options, key, strbuf_str(&note), NULL), E_CORRUPT);
    assert_int_equal(stand_open(&stand, NULL), OK);
    stand_filed(&stand, "another history");
    assert_int_equal(store_verify_checkpoint(&stand.options, key, strbuf_str(&note), NULL), E_CORRUPT);
    note.ptr[note.len - 20] ^= 1;
    assert_int_equal(store_verify_checkpoint(&stand.options, key, strbuf_str(&note), NULL), E_INVALID);
    strbuf_done(&note);
}

static void a_receipt_proves_itself(void **state) {
    (void)state;
    struct strbuf out;
    struct err err;
    uint8_t key[32];
    struct command c = stand_file("with receipt");
    strbuf_init(&out, 1 << 16);
    store_public_key(stand.store, key);
    uint64_t id = stand_run(&stand, &c).case_id;
    for (int i = 0; i < 3; i++) stand_filed(&stand, "more");
    assert_int_equal(store_receipt(stand.store, id, &out, NULL), OK);
    if (store_receipt_verify(strbuf_str(&out), key, &err) != OK) fail_msg("%s", err.primary);
    size_t found = 0;
    for (size_t i = 0; i < out.len; i++) {
        out.ptr[i] ^= 1;
        found += store_receipt_verify(strbuf_str(&out), key, NULL) != OK;
        out.ptr[i] ^= 1;
    }
    assert_true(found > out.len * 95 / 100); /* names of keys that nobody needs, hint bytes of the note, "n" */
    key[0] ^= 1;
    assert_int_equal(store_receipt_verify(strbuf_str(&out), key, NULL), E_CORRUPT);
    assert_int_equal(store_receipt(stand.store, 4711, &out, NULL), E_NOT_FOUND);
    strbuf_done(&out);
}

static void a_backup_is_a_whole_directory(void **state) {
    (void)state;
    char to[96], keys[104], back[96], path[128];
    struct stand other = {.now_ms = stand.now_ms};
    struct verify_report report;
    struct err err = {0};
    snprintf(to, sizeof to, "%s.backup", stand.dir);
    snprintf(keys, sizeof keys, "%s-keys", to);
    snprintf(back, sizeof back, "%s.back", stand.dir);
    if (store_backup(&stand.options, to, NULL, &err) != OK) fail_msg("%s: %s", err.primary, err.detail);
    assert_int_equal(store_backup(&stand.options, to, NULL, NULL), E_CONFLICT);
    snprintf(path, sizeof path, "%s/keys.db", to);
    assert_int_not_equal(access(path, F_OK), 0); /* never in the same folder */
    snprintf(path, sizeof path, "%s.hidden", keys);
    assert_int_equal(rename(keys, path), 0);
    assert_int_equal(store_restore(to, back, NULL, NULL), E_NOT_FOUND);
    assert_int_equal(rename(path, keys), 0);
    if (store_restore(to, back, NULL, &err) != OK) fail_msg("%s: %s", err.primary, err.detail);
    other.options = stand.options;
    other.options.dir = back;
    other.options.now_ctx = &other;
    if (verify_truth(&other.options, NULL, true, NULL, NULL, &report, &err) != OK) fail_msg("%s", err.primary);
    assert_int_equal(report.entries, 304);
    assert_int_equal(report.blobs, 1);
    assert_int_equal(stand_open(&other, NULL), OK);
    stand_filed(&other, "life goes on");
    stand_close(&other);
    stand_remove(to), stand_remove(keys), stand_remove(back);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_sound_directory_has_no_faults),
        TEST(every_kind_of_tampering_is_found),
        TEST(rearranging_is_found),
        cmocka_unit_test_setup_teardown(every_byte_of_a_row_counts, setup_small, teardown),
        TEST(lost_photos_and_keys_are_found),
        TEST(a_changed_tail_stops_the_start),
        TEST(a_kept_checkpoint_shows_a_roll_back),
        TEST(a_receipt_proves_itself),
        TEST(a_backup_is_a_whole_directory),
    };
    return cmocka_run_group_tests_name("store/verify", tests, NULL, NULL);
}
