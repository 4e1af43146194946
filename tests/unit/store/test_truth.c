#include <string.h>

#include "stand.h"
#include "store/batch_int.h"
#include "store/keys.h"
#include "truth.sql.h"

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

static void reopen(struct stand *s) {
    struct err err = {0};
    stand_close(s);
    if (stand_open(s, &err) != OK) fail_msg("%s: %s", err.code, err.primary);
}

/* --- numbers --- */

static void ids_and_slots_are_one_to_one(void **state) {
    (void)state;
    uint8_t key[ID_KEY_BYTES] = "0123456789abcde";
    uint64_t seen = 0;
    for (uint32_t d = 0; d < 40; d++) {
        for (uint32_t counter = 1; counter <= 500; counter++) {
            uint64_t slot = case_slot((day){20000 + (int32_t)d}, counter), id = case_id_of_slot(key, slot);
            assert_true(id > 0 && id < CASE_ID_END);
            assert_int_equal(case_slot_of_id(key, id), slot);
            assert_int_equal(case_slot_day(slot).n, 20000 + (int32_t)d);
            assert_int_equal(case_slot_counter(slot), counter);
            seen |= id;
        }
    }
    assert_int_equal(seen, CASE_ID_END - 1); /* every bit is used: ids tell nothing */
    /* what zero would map to walks on */
    uint64_t to_zero = case_slot_of_id(key, case_id_of_slot(key, 1));
    assert_int_equal(to_zero, 1);
    for (uint64_t id = 1; id < 3000; id++) assert_int_equal(case_id_of_slot(key, case_slot_of_id(key, id)), id);
    assert_int_equal(case_id_of_slot(key, STREAM_STAFF), STREAM_STAFF);
    assert_int_equal(case_slot_of_id(key, STREAM_CITY), STREAM_CITY);
}

static void numbers_lead_to_slots(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *number;
        bool ok;
        int32_t year, month, mday;
        uint32_t counter;
    } rows[] = {
        {__LINE__, "ST20261124000015", true, 2026, 11, 24, 1},
        {__LINE__, "st20261124000015", true, 2026, 11, 24, 1},
        {__LINE__, "ST20261124000016", false, 0, 0, 0, 0},
        {__LINE__, "", false, 0, 0, 0, 0},
        {__LINE__, "ST", false, 0, 0, 0, 0},
        {__LINE__, "ST2026", false, 0, 0, 0, 0},
        {__LINE__, "20261124-00015", false, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint64_t slot = 0;
        if (case_slot_of_number(str_z(rows[i].number), &slot) != rows[i].ok) fail_msg("line %d", rows[i].line);
        uint64_t right =
            rows[i].ok ? case_slot(day_from_ymd(rows[i].year, rows[i].month, rows[i].mday), rows[i].counter) : 0;
        if (slot != right) fail_msg("line %d: slot %llx", rows[i].line, (unsigned long long)slot);
    }
}

static void numbers_count_on_within_the_local_day(void **state) {
    struct stand *s = *state;
    struct zone zone = stand_city()->calendar.zone;
    s->now_ms = day_start(&zone, day_from_ymd(2026, 11, 24)).ms + 5 * MS_HOUR;
    struct command file = stand_file("a");
    assert_string_equal(stand_run(s, &file).kase.number.s, "ST20261124000015");
    code second = stand_run(s, &file).kase.number;
    reopen(s);
    code third = stand_run(s, &file).kase.number;
    assert_memory_equal(second.s, "ST2026112400002", 15);
    assert_memory_equal(third.s, "ST2026112400003", 15);
    s->now_ms += MS_DAY;
    assert_memory_equal(stand_run(s, &file).kase.number.s, "ST2026112500001", 15);
    s->now_ms -= MS_DAY; /* a clock that goes back changes nothing */
    struct result r = stand_run(s, &file);
    assert_memory_equal(r.kase.number.s, "ST2026112500002", 15);
    reopen(s);
    assert_memory_equal(stand_run(s, &file).kase.number.s, "ST2026112500003", 15);
    uint64_t id = 0;
    assert_int_equal(store_case_id(s->store, S("st20261124000015"), &id, NULL), OK);
    assert_int_equal(store_case_id(s->store, S("XX20261124000015"), &id, NULL), E_NOT_FOUND);
    assert_int_equal(store_case_id(s->store, S("ST20261124000999"), &id, NULL), E_NOT_FOUND);
}

/* --- cases --- */

static void a_case_is_what_its_entries_say(void **state) {
    struct stand *s = *state;
    uint64_t id = stand_filed(s, "井盖破损");
    struct command act = stand_act(id, "handling");
    for (int i = 0; i < 20; i++) stand_run(s, &act);
    struct command done = stand_act(id, "close");
    assert_int_equal(stand_run(s, &done).kase.version, 22);
    struct kase before, after;
    assert_int_equal(store_case(s->store, id, &before, NULL), OK);
    reopen(s);
    assert_int_equal(store_case(s->store, id, &after, NULL), OK);
    assert_memory_equal(&before, &after, sizeof before);
    assert_true(after.is_over);
    assert_int_equal(store_case(s->store, 12345, &after, NULL), E_NOT_FOUND);
    assert_int_equal(store_seq(s->store), 22);
}

static void history_tells_everything(void **state) {
    struct stand *s = *state;
    struct arena arena CLEANUP(arena_done);
    struct stored_entry *e;
    size_t n;
    arena_init(&arena, 0);
    struct command file = stand_file("灯不亮");
    file.filing.contact = S("{\"phone\":\"13900000000\"}");
    uint64_t id = stand_run(s, &file).case_id;
    struct command act = stand_act(id, "handling");
    s->now_ms += 60000;
    stand_run(s, &act);
    assert_int_equal(store_history(s->store, id, &arena, &e, &n, NULL), OK);
    assert_int_equal(n, 2);
    assert_int_equal(e[0].seq, 1);
    assert_int_equal(e[0].kind, ENTRY_FILED);
    assert_int_equal(e[0].case_id, id);
    assert_true(str_eq(e[0].words, S("{\"text\":\"灯不亮\"}")));
    assert_true(e[0].has_contact && !e[0].erased);
    assert_int_equal(e[1].n, 2);
    assert_int_equal(e[1].actor.staff, 7);
    assert_true(code_is(&e[1].actor.role, "desk"));
    assert_int_equal(e[1].recorded.ms - e[0].recorded.ms, 60000);
    assert_true(digest_eq(&e[1].law, &stand_city()->hash));
    str contact;
    assert_int_equal(store_contact(s->store, id, &arena, &contact, NULL), OK);
    assert_true(str_is(contact, "{\"phone\":\"13900000000\"}"));
    assert_int_equal(store_history(s->store, id + 1, &arena, &e, &n, NULL), E_NOT_FOUND);
}

static void refusals_write_nothing(void **state) {
    struct stand *s = *state;
    uint64_t id = stand_filed(s, "a");
    struct result r;
    struct {
        int line;
        struct command c;
        enum status status;
    } rows[] = {
        {__LINE__, stand_act(id, "refuse"), E_DENIED},
        {__LINE__, stand_act(id, "nothing"), OK},
        {__LINE__, stand_act(id + 1, "handling"), E_NOT_FOUND},
        {__LINE__, {.kind = COMMAND_ACT, .number = code_of("ST1"), .actor = {.kind = ACTOR_STAFF}}, E_NOT_FOUND},
        {__LINE__, stand_act(id, "handling"), E_CONFLICT},
    };
    rows[4].c.seen_version = 7;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (store_run(s->store, &rows[i].c, &r) != rows[i].status)
            fail_msg("line %d: %s", rows[i].line, status_name(r.status));
        assert_int_equal(r.seq, 0);
        assert_int_equal(store_seq(s->store), 1);
    }
}

static void follow_ups_run_with_their_command_or_not_at_all(void **state) {
    struct stand *s = *state;
    struct command file = stand_file("a");
    struct result a = stand_run(s, &file), b = stand_run(s, &file), c = stand_run(s, &file), r;
    struct command fan = stand_act(a.case_id, "fan");
    fan.values[fan.n_values++] = (struct value){.text = str_code(&b.kase.number)};
    fan.values[fan.n_values++] = (struct value){.text = str_code(&c.kase.number)};
    fan.values[fan.n_values++] = (struct value){.text = str_code(&b.kase.number)};
    r = stand_run(s, &fan);
    assert_int_equal(r.seq, 7);
    assert_int_equal(r.kase.version, 2);
    struct kase k;
    assert_int_equal(store_case(s->store, b.case_id, &k, NULL), OK);
    assert_int_equal(k.version, 3);
    fan.values[1].text = S("ST20200101000014");
    assert_int_equal(store_run(s->store, &fan, &r), E_NOT_FOUND);
    assert_int_equal(store_seq(s->store), 7);
    assert_int_equal(store_case(s->store, b.case_id, &k, NULL), OK);
    assert_int_equal(k.version, 3);
}

static void streams_have_their_own_case(void **state) {
    struct stand *s = *state;
    struct command staff = {.kind = COMMAND_STAFF, .actor = {.kind = ACTOR_SYSTEM}, .action = code_of("join")};
    assert_int_equal(stand_run(s, &staff).kase.version, 1);
    assert_int_equal(stand_run(s, &staff).kase.version, 2);
    reopen(s);
    struct result r = stand_run(s, &staff);
    assert_int_equal(r.kase.version, 3);
    assert_int_equal(r.case_id, STREAM_STAFF);
}

/* --- erasing --- */

static bool holds(const char *path, const char *needle) {
    char buffer[1 << 16];
    FILE *f = fopen(path, "rb");
    bool found = false;
    size_t keep = 0, n;
    if (f == NULL) return false;
    while (!found && (n = fread(buffer + keep, 1, sizeof buffer - keep, f)) > 0) {
        found = memmem(buffer, keep + n, needle, strlen(needle)) != NULL;
        keep = strlen(needle) < keep + n ? strlen(needle) : keep + n;
        memmove(buffer, buffer + sizeof buffer - keep, keep);
    }
    fclose(f);
    return found;
}

static void erased_words_are_gone_from_the_files(void **state) {
    struct stand *s = *state;
    struct arena arena CLEANUP(arena_done);
    char path[2][128], id[33];
    arena_init(&arena, 0);
    assert_int_equal(store_blob_put(s->store, S("photo"), S("image/jpeg"), id, NULL), OK);
    struct command file = stand_file("unmistakable words");
    file.filing.contact = S("unmistakable contact");
    file.filing.media = str_z(id);
    uint64_t erased = stand_run(s, &file).case_id, other = stand_filed(s, "other words");
    snprintf(path[0], sizeof path[0], "%s/truth.db", s->dir);
    snprintf(path[1], sizeof path[1], "%s/truth.db-wal", s->dir);
    assert_true(holds(path[1], "unmistakable words"));
    assert_false(holds(path[1], "unmistakable contact"));
    struct command erase = stand_erase(erased);
    assert_true(stand_run(s, &erase).kase.is_erased);
    stand_filed(s, "the log was emptied before this"); /* the writer empties it after it answered */
    assert_false(holds(path[0], "unmistakable words"));
    assert_false(holds(path[1], "unmistakable words"));
    struct stored_entry *e;
    size_t n;
    str contact;
    int fd;
    size_t size;
    str type;
    assert_int_equal(store_history(s->store, erased, &arena, &e, &n, NULL), OK);
    assert_int_equal(n, 2);
    assert_true(e[0].erased && e[0].words.len == 0);
    assert_int_equal(store_contact(s->store, erased, &arena, &contact, NULL), E_NOT_FOUND);
    assert_int_equal(store_blob_open(s->store, str_z(id), S(""), &fd, &size, &type, &arena, NULL), E_NOT_FOUND);
    assert_int_equal(store_history(s->store, other, &arena, &e, &n, NULL), OK);
    assert_true(e[0].words.len > 0);
    reopen(s); /* replay works after erasure */
    struct kase k;
    assert_int_equal(store_case(s->store, erased, &k, NULL), OK);
    assert_true(k.is_erased);
}

/* Keys restored from before the erasure lose the key again when the store opens. */
static void erasures_are_repeated_on_old_keys(void **state) {
    struct stand *s = *state;
    struct command file = stand_file("a");
    file.filing.contact = S("somebody");
    uint64_t id = stand_run(s, &file).case_id;
    stand_close(s);
    char copy[256];
    snprintf(copy, sizeof copy, "VACUUM INTO '%s/keys.old'", s->dir);
    stand_sql(s, "keys.db", copy);
    assert_int_equal(stand_open(s, NULL), OK);
    struct command erase = stand_erase(id);
    stand_run(s, &erase);
    stand_close(s);
    char from[128], to[128];
    snprintf(from, sizeof from, "%s/keys.old", s->dir);
    snprintf(to, sizeof to, "%s/keys.db", s->dir);
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(stand_open(s, NULL), OK);
    bool destroyed = false;
    uint8_t number[8] = {0, 0, 0, 0, 0, 0, 0, 128}; /* block 1, first key */
    assert_int_equal(keys_destroyed(s->store->keys, (str){(const char *)number, 8}, &destroyed, NULL), OK);
    assert_true(destroyed);
}

/* --- header --- */

/* One line a field, from 36 on. */
static const char golden[] = "01020105000000030011223344556677000001a1f1b2c3d4000000000000000702040603"
                             "0000000000000000000000000000000000000000000000000000000000000001"
                             "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
                             "0000000000000000000000000000000000000000000000000000000000000002"
                             "0000000000000000000000000000000000000000000000000000000000000003"
                             "0000000000000000000000000000000000000000000000000000000000000004"
                             "00000000000000000000000000000005"
                             "00000000000000000000000000000006"
                             "6465736b636974796f70333230";

static struct header sample(void) {
    struct header h = {.kind = ENTRY_ACTED,
                       .facts_version = 1,
                       .has_words = true,
                       .has_key = true,
                       .n = 3,
                       .case_id = UINT64_C(0x0011223344556677),
                       .recorded = {INT64_C(0x01a1f1b2c3d4)}};
    h.actor = (struct actor){
        .kind = ACTOR_STAFF, .staff = 7, .role = code_of("desk"), .unit = code_of("cityop"), .area = code_of("320")};
    h.law.b[31] = 1;
    for (size_t i = 0; i < NONCE_BYTES; i++) h.nonce[i] = (uint8_t)(0xa0 + i);
    h.previous.b[31] = 2;
    h.facts.b[31] = 3;
    h.commitment.b[31] = 4;
    h.key_hash[15] = 5;
    h.body_hash[15] = 6;
    return h;
}

static void header_bytes_never_change(void **state) {
    (void)state;
    uint8_t bytes[HEADER_MAX];
    struct header h = sample(), back;
    size_t n = header_write(&h, bytes);
    struct strbuf hex;
    strbuf_init(&hex, 2048);
    strbuf_add_hex(&hex, bytes, n);
    assert_true(str_is(strbuf_str(&hex), golden));
    strbuf_done(&hex);
    assert_int_equal(header_read((str){(const char *)bytes, n}, &back, NULL), OK);
    assert_memory_equal(&h.actor, &back.actor, sizeof h.actor);
    assert_memory_equal(h.nonce, back.nonce, sizeof h.nonce);
    assert_int_equal(back.n, 3);
    for (size_t len = 0; len < n; len++)
        assert_int_equal(header_read((str){(const char *)bytes, len}, &back, NULL), E_CORRUPT);
}

/* Every bit of a header counts: a changed one is another entry, or none. */
static void header_bits_all_count(void **state) {
    (void)state;
    uint8_t bytes[HEADER_MAX], again[HEADER_MAX];
    struct header h = sample(), back;
    size_t n = header_write(&h, bytes);
    digest right = header_hash((str){(const char *)bytes, n});
    for (size_t bit = 0; bit < n * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        digest wrong = header_hash((str){(const char *)bytes, n});
        assert_false(digest_eq(&right, &wrong));
        if (header_read((str){(const char *)bytes, n}, &back, NULL) == OK) {
            assert_int_equal(header_write(&back, again), n);
            assert_memory_equal(bytes, again, n);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

/* No query walks a table, but those that begin at one of its ends. */
static void every_plan_is_a_search(void **state) {
    struct stand *s = *state;
    static const struct {
        const char *name, *sql;
    } queries[] = {
#define ROW(name, sql) {name, sql},
        SQL_TRUTH_EACH(ROW)
#undef ROW
    };
    sqlite3 *db = s->store->truth->writer.db;
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        str name = str_z(queries[i].name);
        char sql[512];
        sqlite3_stmt *q;
        if (str_is(name, "schema")) continue;
        bool from_end = str_is(name, "last_head") || str_is(name, "heads_back") || str_is(name, "count_nodes");
        snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", queries[i].sql);
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
        while (sqlite3_step(q) == SQLITE_ROW) {
            const char *plan = (const char *)sqlite3_column_text(q, 3);
            if (strstr(plan, "TEMP B-TREE") || (strstr(plan, "SCAN") && !from_end))
                fail_msg("%s: %s", queries[i].name, plan);
        }
        sqlite3_finalize(q);
    }
}

static void media_are_found_in_words(void **state) {
    (void)state;
#define ID "00112233445566778899aabbccddeeff"
    static const struct {
        int line;
        const char *words;
        size_t n;
    } rows[] = {
        {__LINE__, "", 0},
        {__LINE__, "{\"text\":\"media\"}", 0},
        {__LINE__, "{\"text\":\"a\",\"media\":\"" ID "\"}", 1},
        {__LINE__, "{\"media\":\"" ID "," ID ",nonsense\",\"x\":1}", 2},
        {__LINE__, "{\"media\":[\"" ID "\",\"" ID "\",3]}", 2},
        {__LINE__, "{\"media\":null}", 0},
        {__LINE__, "{\"media\":", 0},
        {__LINE__, "[\"media\"]", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t ids[MEDIA_MAX][16];
        if (media_ids(str_z(rows[i].words), ids) != rows[i].n) fail_msg("line %d", rows[i].line);
        if (rows[i].n > 0) assert_int_equal(ids[0][1], 0x11);
    }
#undef ID
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_and_slots_are_one_to_one),
        cmocka_unit_test(numbers_lead_to_slots),
        TEST(numbers_count_on_within_the_local_day),
        TEST(a_case_is_what_its_entries_say),
        TEST(history_tells_everything),
        TEST(refusals_write_nothing),
        TEST(follow_ups_run_with_their_command_or_not_at_all),
        TEST(streams_have_their_own_case),
        TEST(erased_words_are_gone_from_the_files),
        TEST(erasures_are_repeated_on_old_keys),
        cmocka_unit_test(header_bytes_never_change),
        cmocka_unit_test(header_bits_all_count),
        TEST(every_plan_is_a_search),
        cmocka_unit_test(media_are_found_in_words),
    };
    return cmocka_run_group_tests_name("store/truth", tests, NULL, NULL);
}
