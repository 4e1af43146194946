/* Faults of the disk: the k-th write, opening or flush fails, for every k until none is met. Whatever was acknowledged is
 * there afterwards, the error is told clearly, and the directory is sound. And loss of power at random moments.
 *
 *   test_fault [losses]     20 unless given */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stand.h"
#include "store/verify.h"
#include "vfs_shim.h"

#define SERIES 20 /* losses of one directory */

static long losses = 20;

/* What was acknowledged. */
struct witness {
    uint64_t id;
    uint32_t version;
};
#define WITNESSES 4096
struct ledger {
    struct witness acknowledged[WITNESSES];
    size_t n;
    uint64_t seq;
    pthread_mutex_t lock;
};

static void note(struct ledger *l, const struct result *r) {
    pthread_mutex_lock(&l->lock);
    if (l->n < WITNESSES) l->acknowledged[l->n++] = (struct witness){r->case_id, r->kase.version};
    if (r->seq > l->seq) l->seq = r->seq;
    pthread_mutex_unlock(&l->lock);
}

/* Runs a command. out: whether it was acknowledged; a failure must be one of storage. */
static bool try_run(struct stand *s, struct ledger *l, const struct command *c, struct result *r) {
    if (store_run(s->store, c, r) == OK) {
        note(l, r);
        return true;
    }
    if (r->status != E_STORAGE || r->err.primary[0] == '\0' || r->err.code[0] == '\0')
        fail_msg("unclear error: %s %s %s", status_name(r->status), r->err.code, r->err.primary);
    return false;
}

static void tell_fault(void *ctx, const char *what) {
    (void)ctx;
    print_error("fault: %s\n", what);
}

/* The directory must open without faults, be sound and hold everything acknowledged. */
static void check_ledger(struct stand *s, const struct ledger *l) {
    struct err err = {0};
    struct verify_report report;
    struct kase k;
    if (stand_open(s, &err) != OK) fail_msg("open: %s %s (%s)", err.code, err.primary, err.detail);
    if (store_seq(s->store) < l->seq) fail_msg("entry %llu was acknowledged and is lost", (unsigned long long)l->seq);
    for (size_t i = 0; i < l->n; i++) {
        if (store_case(s->store, l->acknowledged[i].id, &k, &err) != OK) fail_msg("a case is lost: %s", err.primary);
        assert_true(k.version >= l->acknowledged[i].version);
    }
    if (verify_truth(&s->options, NULL, false, NULL, tell_fault, &report, &err) != OK)
        fail_msg("verify: %s %s (%s)", err.code, err.primary, err.detail);
}

/* --- each operation fails once --- */

/* A little of everything. out: false from the first failure on. */
static bool scenario(struct stand *s, struct ledger *l) {
    struct result r;
    struct command c = stand_file("first");
    c.filing.contact = S("contact");
    stand_key(&c, "key", "body");
    bool ok = try_run(s, l, &c, &r);
    uint64_t id = r.case_id;
    if (ok) ok = try_run(s, l, &c, &r) && r.repeated;
    c = stand_act(id, "handling");
    if (ok) ok = try_run(s, l, &c, &r);
    c = stand_file("second");
    if (ok) ok = try_run(s, l, &c, &r);
    c = stand_erase(id);
    if (ok) ok = try_run(s, l, &c, &r);
    c = stand_file("third");
    if (ok) ok = try_run(s, l, &c, &r);
    return ok;
}

/* out: whether the fault was met. */
static bool fail_kth(enum shim_fault fault, long k) {
    struct stand s;
    struct ledger l = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct err err = {0};
    stand_init(&s);
    s.options.vfs = SHIM_VFS;
    shim_reset();
    shim_arm(fault, k);
    enum status status = stand_open(&s, &err);
    if (status != OK && (!shim_fired() || err.primary[0] == '\0')) fail_msg("open: %s", err.primary);
    if (status == OK) {
        bool ok = scenario(&s, &l);
        bool fired = shim_fired();
        if (!ok && !fired) fail_msg("failed without a fault");
        /* a full disk is no end: the same work succeeds as soon as there is room; else nothing is acknowledged any more */
        struct result r;
        struct command c = stand_file("afterwards");
        bool after = try_run(&s, &l, &c, &r);
        if (!after && !fired && fault == SHIM_FULL) after = try_run(&s, &l, &c, &r);
        if (!ok && fault == SHIM_FULL && store_is_failed(s.store, NULL))
            fail_msg("a full disk failed the store: %s", r.err.code);
        assert_int_equal(after, !store_is_failed(s.store, &err));
        stand_close(&s);
    }
    bool fired = shim_fired();
    shim_reset();
    check_ledger(&s, &l);
    stand_done(&s);
    return fired;
}

static void each(enum shim_fault fault) {
    long k = 1;
    while (fail_kth(fault, k)) k++;
    print_message("%ld operations\n", k - 1);
    assert_true(k > 5); /* the shim is in the way at all */
}

static void every_write_finds_the_disk_full(void **state) {
    (void)state;
    each(SHIM_FULL);
}

static void every_write_and_opening_fails(void **state) {
    (void)state;
    each(SHIM_IO);
}

static void every_flush_fails(void **state) {
    (void)state;
    each(SHIM_FLUSH);
}

/* --- loss of power --- */

struct client {
    struct stand *stand;
    struct ledger *ledger;
    uint64_t random;
    pthread_t thread;
};

static void *client_main(void *ctx) {
    struct client *c = ctx;
    uint64_t mine = 0;
    for (struct result r;;) {
        uint64_t what = shim_random(&c->random) % 20;
        struct command command = what == 0 && mine != 0   ? stand_erase(mine)
                                 : what < 10 && mine != 0 ? stand_act(mine, "handling")
                                                          : stand_file("report");
        if (command.kind == COMMAND_FILE && what % 3 == 0) command.filing.contact = S("contact");
        if (store_run(c->stand->store, &command, &r) != OK) return NULL;
        note(c->ledger, &r);
        mine = r.case_id;
    }
}

static void lose_once(struct stand *s, struct ledger *l, uint64_t *random) {
    struct client clients[3];
    /* early moments meet the opening, late ones the emptying of the log */
    shim_arm(SHIM_POWER_OFF, 1 + (long)(shim_random(random) % (shim_random(random) % 4 == 0 ? 5000 : 300)));
    if (stand_open(s, NULL) == OK) {
        for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
            clients[i] = (struct client){s, l, shim_random(random) | 1, 0};
            assert_int_equal(pthread_create(&clients[i].thread, NULL, client_main, &clients[i]), 0);
        }
        for (size_t i = 0; i < ARRAY_LEN(clients); i++) pthread_join(clients[i].thread, NULL);
        stand_close(s);
    }
    assert_true(shim_fired());
    shim_lose(random);
    check_ledger(s, l);
    stand_close(s);
    shim_reset();
}

/* Losses on one directory after another: the first creation meets them too, and files stay small. */
static void lose_series(long n, uint64_t *random) {
    struct stand s;
    struct ledger *l = calloc(1, sizeof *l);
    assert_non_null(l);
    pthread_mutex_init(&l->lock, NULL);
    stand_init(&s);
    s.options.vfs = SHIM_VFS;
    shim_reset();
    for (long i = 0; i < n; i++) {
        lose_once(&s, l, random);
        if (l->n > WITNESSES / 2) l->n = 0; /* keep the last seq, forget old cases */
    }
    print_message("entry %llu acknowledged\n", (unsigned long long)l->seq);
    stand_done(&s);
    free(l);
}

static void acknowledged_survives_loss_of_power(void **state) {
    (void)state;
    const char *given = getenv("YIWANG_SEED");
    uint64_t random = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)getpid() * 2654435761u + 1;
    print_message("YIWANG_SEED=%llu, %ld losses\n", (unsigned long long)random, losses);
    for (long done = 0; done < losses; done += SERIES)
        lose_series(losses - done < SERIES ? losses - done : SERIES, &random);
}

/* The shim itself must be able to find a store that acknowledges too early. */
static void the_shim_loses_what_was_not_flushed(void **state) {
    (void)state;
    struct stand s;
    sqlite3 *db;
    char path[96];
    uint64_t random = 88172645463325252u;
    int lost = 0;
    stand_init(&s);
    snprintf(path, sizeof path, "%s/x.db", s.dir);
    for (int i = 0; i < 20; i++) {
        shim_reset();
        unlink(path);
        assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, SHIM_VFS), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db,
                                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; CREATE TABLE t(a);"
                                      "INSERT INTO t VALUES(randomblob(9000)); INSERT INTO t VALUES(1)",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
        shim_arm(SHIM_POWER_OFF, 1);
        (void)sqlite3_exec(db, "INSERT INTO t VALUES(2)", NULL, NULL, NULL);
        sqlite3_close(db);
        shim_lose(&random);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        lost += sqlite3_exec(db, "SELECT a FROM t WHERE a = 1", NULL, NULL, NULL) != SQLITE_OK;
        sqlite3_close(db);
    }
    assert_true(lost > 2);
    stand_done(&s);
}

int main(int argc, char **argv) {
    if (argc > 1) losses = strtol(argv[1], NULL, 10);
    shim_register();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shim_loses_what_was_not_flushed), cmocka_unit_test(every_write_finds_the_disk_full),
        cmocka_unit_test(every_write_and_opening_fails),       cmocka_unit_test(every_flush_fails),
        cmocka_unit_test(acknowledged_survives_loss_of_power),
    };
    return cmocka_run_group_tests_name("store/fault", tests, NULL, NULL);
}
