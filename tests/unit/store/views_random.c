#include "views_random.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

static uint64_t chance_state = 1;

uint32_t chance(uint32_t n) {
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (uint32_t)((chance_state >> 16) % n);
}

static const char *const areas[] = {"32",       "3201",   "320101", "32010101", "32010102",
                                    "32020201", "320202", "3202",   "99",       ""};
static const char *const units[] = {"gov",     "cityops",    "cityops_a", "police", "office1",
                                    "office2", "discipline", "gone",      ""};
static const char *const task_lists[] = {"", "", "office1", "police,office1", "cityops_a,office2,gone", "gone"};
static const char *const categories[] = {"m0101", "m0102", "m0201", "c0101", "x09", ""};
static const char *const texts[] = {"井盖丢失",  "路灯不亮，请修", "Pothole on Main St.", "幸福路3号井盖",  "盖井",
                                    "potholes!", "井 盖",          "ＰＯＴhole",          "噪声；夜间施工", "城。管",
                                    "城管"};
static const int64_t base_ms = INT64_C(1795000000000);

const char *random_unit(void) {
    return PICK(units);
}

const char *random_area(void) {
    return PICK(areas);
}

void random_seed(uint64_t seed) {
    chance_state = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
}

struct made {
    struct command c;
    char numbers[10][24];
    size_t n_numbers;
};

static void put(struct made *m, const char *name, const char *value) {
    m->c.values[m->c.n_values++] = (struct value){code_of(name), str_z(value)};
}

static void put_number(struct made *m, const char *name, int64_t v) {
    char *at = m->numbers[m->n_numbers++];
    snprintf(at, sizeof m->numbers[0], "%lld", (long long)v);
    put(m, name, at);
}

static int64_t some_time(int64_t around_days) {
    return base_ms + ((int64_t)chance(2000) - 1000) * around_days * MS_DAY / 1000 + chance(3000);
}

static void put_random(struct made *m) {
    put(m, "state", PICK(((const char *const[]){"filed", "handling", "closed", "old_state"})));
    put(m, "procedure", PICK(((const char *const[]){"report", "petition"})));
    put(m, "category", PICK(categories));
    put(m, "condition", PICK(((const char *const[]){"m0101.1", "m0101.2", "c0101.1", ""})));
    put(m, "area", PICK(areas));
    put(m, "unit", PICK(units));
    put(m, "tasks", PICK(task_lists));
    put(m, "channel", PICK(((const char *const[]){"web", "phone", "import"})));
    put(m, "about", PICK(((const char *const[]){"", "service", "conduct"})));
    put(m, "about_unit", PICK(units));
    put(m, "flags", PICK(((const char *const[]){"", "urgent", "returned,reopened", "supervised"})));
    if (chance(3) == 0) put(m, "over", "1");
    if (chance(4) == 0) put(m, "closed", "1");
    if (chance(6) == 0) put(m, "private", "1");
    if (chance(6) == 0) put(m, "sealed", "1");
    if (chance(6) == 0) put(m, "imported", "1");
    if (chance(4) == 0) put(m, "missed", "1");
    if (chance(6) == 0) put(m, "provisional", "1");
    put_number(m, "rating", chance(6));
    put_number(m, "filed", some_time(40));
    if (chance(2)) put_number(m, "happened", some_time(60));
    if (chance(2)) put_number(m, "ended", some_time(10));
    if (chance(3)) put_number(m, "due", chance(3) ? some_time(3) : base_ms + (int64_t)chance(4) * 500);
}

/* Commands on their way, all in one batch or a few: a flush each would take most of the test's time. */
struct sent {
    struct submission submission;
    struct made made;
};

static _Atomic size_t n_done;

static void count_done(struct submission *m) {
    (void)m;
    n_done++;
}

static void send(struct stand *s, struct sent *m) {
    struct err err = {0};
    m->submission.command = m->made.c;
    m->submission.done = count_done;
    enum status status;
    while ((status = store_submit(s->store, &m->submission, &err)) == E_BUSY) sched_yield(); /* the queue is full */
    if (status != OK) fail_msg("%s", err.primary);
}

static void await(struct stand *s, const struct sent *sent, size_t n) {
    while (n_done < n) sched_yield();
    n_done = 0;
    for (size_t i = 0; i < n; i++)
        if (sent[i].submission.result.status != OK) fail_msg("%s", sent[i].submission.result.err.primary);
    views_settled(s);
}

void random_cases(struct stand *s, size_t n) {
    struct sent *sent = calloc(n, sizeof *sent);
    uint64_t *ids = calloc(n, sizeof *ids);
    assert_true(sent && ids);
    for (size_t i = 0; i < n; i++) {
        struct made *m = &sent[i].made;
        m->c = stand_file(PICK(texts));
        m->c.filing.address = str_z(chance(2) ? PICK(texts) : "");
        m->c.filing.has_place = chance(4) != 0;
        m->c.filing.place = (lonlat){119.5 + chance(1000) / 1e4, 31.7 + chance(1000) / 1e4};
        put_random(m);
        send(s, &sent[i]);
    }
    await(s, sent, n);
    for (size_t i = 0; i < n; i++) ids[i] = sent[i].submission.result.case_id;
    memset(sent, 0, n * sizeof *sent);
    s->now_ms += 5500;
    for (size_t i = 0; i < n / 3; i++) {
        struct made *m = &sent[i].made;
        m->c = stand_act(ids[chance((uint32_t)n)], "set");
        put_random(m);
        if (chance(8) == 0) m->c.kind = COMMAND_ERASE;
        if (chance(8) == 0) m->c.kind = COMMAND_READ, m->c.n_values = 0;
        send(s, &sent[i]);
    }
    await(s, sent, n / 3);
    free(sent);
    free(ids);
}
