/* Worlds and desks for the tests of casework: a tiny city made in memory, the package jintan, and a case on which
 * commands are decided and applied, with what must hold after each of them. */
#ifndef YIWANG_TESTS_UNIT_CASEWORK_CASE_SUPPORT_H
#define YIWANG_TESTS_UNIT_CASEWORK_CASE_SUPPORT_H

#include "../base/support.h"
#include "../city/calendar_support.h"
#include "base/json.h"
#include "casework/access.h"
#include "casework/command.h"
#include "casework/facts.h"
#include "casework/route.h"

/* Areas: d > t1 > g11, g12; d > t2 > g21. Units: centre (top), discipline, dept > dept_sub > dept_subsub, other, crew,
 * office1 (t1), office2 (t2). Categories: m01 (dept; other in g12; crew if owned by "water"; other assists; crew stands
 * by), m02 private (the town's office; taken back from towns: dept), s01 (other); p01, d01, a01, g01, w01 (other: petition,
 * mediation, service, disclosure, desk). Procedures: those of jintan. memory:
 * arena. */
struct city *tiny_city(struct arena *arena);
/* The packages of this repository. memory: city_free. */
struct city *jintan_city(void);
struct city *package_city(const char *name);

/* Units by code and parent; every other table as in the tiny city. in: units have room for n. */
void tiny_set_units(struct city *c, struct unit *units, size_t n);

struct actor staff(const char *role, const char *unit, const char *area);
extern const struct actor reporter, timer, importer, machine;

/* A case and what happens to it. */
struct desk {
    const struct city *law, *world;
    struct kase c;
    instant now;
    struct arena arena;
    struct outcome out; /* of the last command */
    struct err err;
    uint32_t filed; /* cases filed so far, for ids and numbers */
};
void desk_init(struct desk *d, const struct city *city, const char *local_time);
void desk_done(struct desk *d);
/* Runs a command and, if it is OK, applies its entries after checking that they are well-formed. */
enum status desk_run(struct desk *d, const struct command *c);
/* A filing with text, category and area. */
struct command filing_of(const char *category, const char *area, const char *channel, struct actor actor);
/* An action with fields: name, value, …, NULL. */
enum status desk_act(struct desk *d, struct actor actor, const char *action, ...);
enum status desk_act_task(struct desk *d, struct actor actor, const char *action, uint32_t task, ...);
/* The clock's due time passes and its tick comes. */
enum status desk_tick(struct desk *d, const struct clock *k);
void desk_wait(struct desk *d, int64_t ms);

/* The open task of a kind with the highest id, or NULL. */
const struct task *open_task(const struct kase *c, const char *kind);
/* What must hold for any case after any command. */
void assert_case(const struct city *world, const struct kase *c);

#define assert_ok(d, call)                                                                                             \
    do {                                                                                                               \
        enum status status_ = (call);                                                                                  \
        if (status_ != OK)                                                                                             \
            fail_msg("%s: %s %s (%s) in state %s", #call, status_name(status_), (d)->err.code, (d)->err.primary,       \
                     (d)->c.state.s);                                                                                  \
    } while (0)
#define assert_refused(d, call, want_status, want_code)                                                                \
    do {                                                                                                               \
        enum status status_ = (call);                                                                                  \
        if (status_ != (want_status) || strcmp((d)->err.code, (want_code)) != 0)                                       \
            fail_msg("%s: got %s %s", #call, status_name(status_), (d)->err.code);                                     \
    } while (0)
#define assert_state(d, want) assert_string_equal((d)->c.state.s, (want))

#endif
