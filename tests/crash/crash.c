/* kill -9 at random moments: a child files reports from several threads and tells the parent what was acknowledged; the
 * parent kills it, opens the directory, looks for everything acknowledged, verifies, and begins again on the same files.
 *
 *   crash [kills] [clients]     10 and 4 unless given; YIWANG_SEED repeats the moments
 *
 * A killed process loses nothing that it wrote: a missing flush is found by test_fault, a missing commit here. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/store/stand.h"
#include "store/verify.h"

#define CLIENTS_MAX 32

/* One acknowledged command; written to the pipe in one piece. */
struct ack {
    uint64_t id, seq;
    uint32_t version;
    uint32_t key; /* of its idempotency key; 0 = none */
};

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* --- the child --- */

struct client {
    struct stand *stand;
    uint64_t random;
    int pipe;
};

static struct command choose(struct client *c, uint64_t mine, char *text, size_t cap, uint32_t *ret_key) {
    uint64_t what = next_random(&c->random) % 30;
    struct command command;
    *ret_key = 0;
    if (what == 0 && mine != 0) return stand_erase(mine);
    if (what < 15 && mine != 0) return stand_act(mine, "handling");
    snprintf(text, cap, "report %llx", (unsigned long long)next_random(&c->random));
    command = stand_file(text);
    if (what % 2 != 0) command.filing.contact = S("{\"phone\":\"13900000000\"}");
    if (what % 3 == 0) {
        *ret_key = (uint32_t)next_random(&c->random) | 1;
        char key[16];
        snprintf(key, sizeof key, "%u", *ret_key);
        stand_key(&command, key, "body");
    }
    return command;
}

static void *client_main(void *ctx) {
    struct client *c = ctx;
    uint64_t mine = 0;
    for (struct result r;;) {
        char text[40];
        uint32_t key;
        struct command command = choose(c, mine, text, sizeof text, &key);
        if (store_run(c->stand->store, &command, &r) != OK) _exit(3);
        struct ack ack = {r.case_id, r.seq, r.kase.version, key};
        if (write(c->pipe, &ack, sizeof ack) != (ssize_t)sizeof ack) _exit(4);
        mine = r.case_id;
    }
}

NORETURN static void child(struct stand *s, int pipe, size_t n, uint64_t random) {
    static struct client clients[CLIENTS_MAX];
    pthread_t thread;
    struct err err = {0};
    if (stand_open(s, &err) != OK) {
        fprintf(stderr, "child: %s %s\n", err.code, err.primary);
        _exit(2);
    }
    for (size_t i = 0; i < n; i++) {
        clients[i] = (struct client){s, next_random(&random) | 1, pipe};
        check(pthread_create(&thread, NULL, client_main, &clients[i]) == 0);
    }
    for (;;) pause();
}

/* --- the parent --- */

struct ledger {
    struct ack *acks;
    size_t n, cap;
    uint64_t seq;
};

static void take(struct ledger *l, const struct ack *a) {
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 4096;
        l->acks = realloc(l->acks, l->cap * sizeof *l->acks);
        check(l->acks != NULL);
    }
    l->acks[l->n++] = *a;
    if (a->seq > l->seq) l->seq = a->seq;
}

/* Reads what comes until the pipe ends; kills the child when its time is over. */
static void listen_and_kill(struct ledger *l, int pipe, pid_t pid, uint64_t after_ms) {
    struct timespec pause = {(time_t)(after_ms / 1000), (long)(after_ms % 1000) * 1000000};
    struct ack ack;
    nanosleep(&pause, NULL);
    kill(pid, SIGKILL);
    while (read(pipe, &ack, sizeof ack) == (ssize_t)sizeof ack) take(l, &ack);
}

static bool complain(const char *what, const struct err *err) {
    fprintf(stderr, "crash: %s: %s %s (%s)\n", what, err->code, err->primary, err->detail);
    return false;
}

static void tell_fault(void *ctx, const char *what) {
    (void)ctx;
    fprintf(stderr, "fault: %s\n", what);
}

/* Cases acknowledged since `from`, and that a keyed report is known again. */
static bool look_for(struct stand *s, const struct ledger *l, size_t from) {
    struct err err = {0};
    for (size_t i = from; i < l->n; i++) {
        const struct ack *a = &l->acks[i];
        struct kase k;
        if (store_case(s->store, a->id, &k, &err) != OK) return complain("an acknowledged case is lost", &err);
        if (k.version < a->version) return complain("an acknowledged entry is lost", &err);
        if (a->key == 0 || i % 16 != 0) continue;
        char key[16];
        struct result r;
        struct command c = stand_file("again");
        snprintf(key, sizeof key, "%u", a->key);
        stand_key(&c, key, "body");
        if (store_run(s->store, &c, &r) != OK || !r.repeated || r.case_id != a->id)
            return complain("an idempotency key is forgotten", &r.err);
    }
    return true;
}

static bool examine(struct stand *s, const struct ledger *l, size_t from) {
    struct err err = {0};
    struct verify_report report;
    if (stand_open(s, &err) != OK) return complain("it does not open", &err);
    bool ok = store_seq(s->store) >= l->seq || complain("the last acknowledged entry is lost", &err);
    ok = ok && look_for(s, l, from);
    if (ok && verify_truth(&s->options, NULL, false, NULL, tell_fault, &report, &err) != OK)
        ok = complain("verify", &err);
    stand_close(s);
    return ok;
}

static bool crash_once(struct stand *s, struct ledger *l, size_t clients, uint64_t *random) {
    int ends[2];
    size_t from = l->n;
    check(pipe(ends) == 0);
    uint64_t seed = next_random(random), after_ms = 30 + next_random(random) % 400;
    fflush(NULL);
    pid_t pid = fork();
    check(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        child(s, ends[1], clients, seed | 1);
    }
    close(ends[1]);
    listen_and_kill(l, ends[0], pid, after_ms);
    close(ends[0]);
    int status = 0;
    check(waitpid(pid, &status, 0) == pid);
    if (!WIFSIGNALED(status)) {
        fprintf(stderr, "crash: the child ended by itself, %d\n", WEXITSTATUS(status));
        return false;
    }
    return examine(s, l, from);
}

int main(int argc, char **argv) {
    long kills = argc > 1 ? strtol(argv[1], NULL, 10) : 10, clients = argc > 2 ? strtol(argv[2], NULL, 10) : 4;
    const char *given = getenv("YIWANG_SEED");
    uint64_t random = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)getpid() * 2654435761u + 1;
    struct stand s;
    struct ledger l = {0};
    bool ok = clients > 0 && clients <= CLIENTS_MAX;
    printf("YIWANG_SEED=%llu\n", (unsigned long long)random);
    stand_init(&s);
    s.options.now = NULL; /* the clock of the system */
    for (long i = 0; ok && i < kills; i++) ok = crash_once(&s, &l, (size_t)clients, &random);
    printf("%ld kills, %zu acknowledged, last entry %llu: %s\n", kills, l.n, (unsigned long long)l.seq,
           ok ? "all there" : "FAILED");
    free(l.acks);
    if (ok)
        stand_done(&s);
    else
        printf("left in %s\n", s.dir);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
