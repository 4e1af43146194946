/* Two servers and a line that loses, repeats, reorders and stands still for a day: whatever it does, each side takes
 * exactly what the other sent, in order and once; forged, foreign and contradicting messages are never taken. */
#include "../base/support.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "exchange/inbox.h"
#include "exchange/message.h"

#define SENT_MAX 40
#define WINDOW 8
#define FLIGHT_MAX 256
#define RUNS 3000

/* A server: its stream to the other, how far the other's was taken, what it believes the other has. */
struct side {
    struct message sent[SENT_MAX];
    size_t n_sent;
    uint64_t confirmed;
    struct inbox in;
    uint64_t taken[SENT_MAX]; /* what each message said */
};

/* One bundle on its way: indexes into the sender's stream. */
struct flight {
    int to;
    uint64_t first, n, have;
    int at; /* when it arrives */
    bool forged;
};

struct line {
    struct flight flights[FLIGHT_MAX];
    size_t n;
    int loss, twice, delay_max; /* per cent, per cent, ticks */
    int down_from, down_to;
};

struct world {
    struct side sides[2];
    struct line line;
    struct rng rng;
    int now;
    size_t refused;
};

static void say(struct world *w, int who) {
    struct side *s = &w->sides[who];
    if (s->n_sent == SENT_MAX) return;
    struct message *m = &s->sent[s->n_sent];
    *m = (struct message){.no = s->n_sent + 1, .at = {w->now}, .kind = code_of("case"), .ref = rng_next(&w->rng) >> 1};
    if (s->n_sent > 0) m->previous = message_hash(&s->sent[s->n_sent - 1]);
    s->n_sent++;
}

static void put_on_line(struct world *w, struct flight f) {
    struct line *l = &w->line;
    bool down = w->now >= l->down_from && w->now < l->down_to;
    if (down || (int)rng_below(&w->rng, 100) < l->loss || l->n == FLIGHT_MAX) return;
    f.at = w->now + 1 + (int)rng_below(&w->rng, (uint64_t)l->delay_max);
    l->flights[l->n++] = f;
}

static void send(struct world *w, int who) {
    struct side *s = &w->sides[who];
    struct flight f = {.to = 1 - who, .first = s->confirmed, .have = s->in.no};
    f.n = s->n_sent - s->confirmed < WINDOW ? s->n_sent - s->confirmed : WINDOW;
    put_on_line(w, f);
    if ((int)rng_below(&w->rng, 100) < w->line.twice) put_on_line(w, f);
    f.forged = true;
    if (rng_below(&w->rng, 20) == 0) put_on_line(w, f);
}

static void take(struct world *w, const struct flight *f) {
    struct side *me = &w->sides[f->to];
    const struct side *you = &w->sides[1 - f->to];
    for (uint64_t i = 0; i < f->n; i++) {
        struct message m = you->sent[f->first + i];
        if (f->forged) m.ref ^= 1; /* its signature does not hold: test_message.c */
        digest hash = message_hash(&m);
        enum inbox_verdict v = f->forged ? INBOX_FORK : inbox_judge(&me->in, m.no, &m.previous, &hash);
        if (v != INBOX_NEXT) {
            w->refused++;
            continue;
        }
        me->taken[m.no - 1] = m.ref;
        inbox_take(&me->in, m.no, &hash);
    }
    if (!f->forged) me->confirmed = outbox_confirmed(me->confirmed, f->have, me->n_sent);
}

static void arrive(struct world *w) {
    struct line *l = &w->line;
    for (size_t i = 0; i < l->n;) {
        if (l->flights[i].at > w->now) {
            i++;
            continue;
        }
        struct flight f = l->flights[i];
        l->flights[i] = l->flights[--l->n]; /* and thereby out of order */
        take(w, &f);
    }
}

static bool settled(const struct world *w) {
    const struct side *a = &w->sides[0], *b = &w->sides[1];
    return a->confirmed == a->n_sent && b->confirmed == b->n_sent && a->n_sent == SENT_MAX && b->n_sent == SENT_MAX;
}

static void run(struct world *w) {
    w->line.loss = (int)rng_below(&w->rng, 70);
    w->line.twice = (int)rng_below(&w->rng, 60);
    w->line.delay_max = 1 + (int)rng_below(&w->rng, 12);
    w->line.down_from = (int)rng_below(&w->rng, 60);
    w->line.down_to = w->line.down_from + (int)rng_below(&w->rng, 1440);
    for (w->now = 0; !settled(w); w->now++) {
        assert_true(w->now < 100000);
        for (int who = 0; who < 2; who++) {
            if (rng_below(&w->rng, 3) == 0) say(w, who);
            if (rng_below(&w->rng, 2) == 0) send(w, who);
        }
        arrive(w);
    }
}

static void nothing_is_lost_or_doubled(void **state) {
    (void)state;
    struct rng rng = rng_start("exchange over a bad line");
    size_t refused = 0;
    static struct world w;
    for (int i = 0; i < RUNS; i++) {
        memset(&w, 0, sizeof w);
        w.rng.state = rng_next(&rng) | 1;
        run(&w);
        for (int who = 0; who < 2; who++) {
            const struct side *me = &w.sides[who], *you = &w.sides[1 - who];
            assert_int_equal(me->in.no, you->n_sent);
            for (size_t k = 0; k < you->n_sent; k++) assert_true(me->taken[k] == you->sent[k].ref);
        }
        refused += w.refused;
    }
    assert_true(refused > RUNS); /* the line was as bad as it was meant to be */
    printf("%d runs, %zu messages refused\n", RUNS, refused);
}

static void the_verdicts(void **state) {
    (void)state;
    digest zero = {{0}}, one = sha256(S("1")), two = sha256(S("2")), x = sha256(S("x"));
    struct inbox fresh = {0}, at_one = {1, one};
    const struct {
        int line;
        const struct inbox *in;
        uint64_t no;
        const digest *previous, *hash;
        enum inbox_verdict want;
    } rows[] = {
        {__LINE__, &fresh, 1, &zero, &one, INBOX_NEXT},      {__LINE__, &fresh, 1, &x, &one, INBOX_FORK},
        {__LINE__, &fresh, 2, &one, &two, INBOX_GAP},        {__LINE__, &fresh, 0, &zero, &one, INBOX_REPEATED},
        {__LINE__, &at_one, 1, &zero, &one, INBOX_REPEATED}, {__LINE__, &at_one, 1, &zero, &x, INBOX_FORK},
        {__LINE__, &at_one, 2, &one, &two, INBOX_NEXT},      {__LINE__, &at_one, 2, &x, &two, INBOX_FORK},
        {__LINE__, &at_one, 3, &two, &x, INBOX_GAP},         {__LINE__, &at_one, UINT64_MAX, &two, &x, INBOX_GAP},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        row_true(&rows[i], inbox_judge(rows[i].in, rows[i].no, rows[i].previous, rows[i].hash) == rows[i].want);
    assert_int_equal(outbox_confirmed(3, 5, 9), 5);
    assert_int_equal(outbox_confirmed(3, 2, 9), 3);
    assert_int_equal(outbox_confirmed(3, 10, 9), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_verdicts),
        cmocka_unit_test(nothing_is_lost_or_doubled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
