/* Authorisation as one more conjunct, so that no evaluator, count or stream shows what a list would hide. */
#include "query/query_int.h"

static struct query *new_query(enum query_kind kind, const struct city *city, struct arena *arena) {
    struct query *q = NEW(arena, struct query);
    q->kind = kind;
    q->city = city;
    q->term.place = lonlat_none();
    return q;
}

static struct query *negated(struct query *child, struct arena *arena) {
    struct query *q = new_query(QUERY_NOT, child->city, arena);
    q->children = NEW_ARRAY(arena, struct query *, 1);
    q->children[0] = child;
    q->n_children = 1;
    return q;
}

struct query *query_and(struct query *a, struct query *b, struct arena *arena) {
    if (!a || a->kind == QUERY_ALL) return b ? b : a;
    if (!b || b->kind == QUERY_ALL) return a;
    struct query *q = new_query(QUERY_AND, a->city, arena);
    q->n_children = 2;
    q->children = NEW_ARRAY(arena, struct query *, 2);
    q->children[0] = a;
    q->children[1] = b;
    return q;
}

static struct query *mask_term(enum query_field field, uint32_t mask, const struct city *city, struct arena *arena) {
    struct query *q = new_query(QUERY_TERM, city, arena);
    q->term.field = field;
    q->term.mask = mask;
    return q;
}

static struct query *list_term(enum query_field field, size_t n, const struct city *city, struct arena *arena) {
    struct query *q = new_query(QUERY_TERM, city, arena);
    q->term.field = field;
    q->term.n = n;
    q->term.values = NEW_ARRAY(arena, str, n);
    q->term.prefix = NEW_ARRAY(arena, bool, n);
    q->term.indexes = NEW_ARRAY(arena, uint32_t, n);
    return q;
}

static struct query *place_term(enum query_field field, const code *value, const struct city *city,
                                struct arena *arena) {
    struct query *q = list_term(field, 1, city, arena);
    q->term.values[0] = str_dup(arena, str_code(value));
    q->term.indexes[0] = field == Q_UNIT ? city_unit(city, str_code(value)) : city_area(city, str_code(value));
    return q;
}

/* What the scope allows; NULL = everything. A scope without its unit or area allows nothing. */
static struct query *scope_query(const struct sight *sight, const struct city *city, struct arena *arena) {
    struct query *nothing = negated(new_query(QUERY_ALL, city, arena), arena);
    switch (sight->scope) {
    case SCOPE_OWN_UNIT:
        return code_empty(&sight->unit) ? nothing : place_term(Q_UNIT, &sight->unit, city, arena);
    case SCOPE_OWN_AREA:
        return code_empty(&sight->area) ? nothing : place_term(Q_OWN_AREA, &sight->area, city, arena);
    case SCOPE_JURISDICTION:
        return NULL;
    case SCOPE_NONE:
        break;
    }
    return nothing;
}

/* Conduct of the reader's unit or of one above it, as access_recused_actor has it; NULL if nothing stands above. */
static struct query *recusal_query(const struct sight *sight, const struct city *city, struct arena *arena) {
    uint32_t above[SUPERIORS_MAX], own = NONE, area = NONE;
    if (!code_empty(&sight->unit)) own = city_unit(city, str_code(&sight->unit));
    if (code_empty(&sight->unit) && !code_empty(&sight->area)) area = city_area(city, str_code(&sight->area));
    size_t n = city_superiors(city, own, area, above);
    bool gone = !code_empty(&sight->unit) && own == NONE; /* a unit that left the package is still itself */
    if (n == 0 && !gone) return NULL;
    struct query *accused = list_term(Q_ABOUT_UNIT, n + gone, city, arena);
    for (size_t i = 0; i < n; i++) accused->term.values[i] = str_code(&city->units[above[i]].code);
    if (gone) accused->term.values[0] = str_dup(arena, str_code(&sight->unit));
    struct query *conduct = mask_term(Q_ABOUT, 1u << ABOUT_CONDUCT, city, arena);
    return negated(query_and(conduct, accused, arena), arena);
}

/* Whether a query speaks of a field; of flags: of one of these. */
static bool asks_for(const struct query *q, enum query_field field, uint32_t mask) {
    if (q == NULL) return false;
    if (q->kind == QUERY_TERM) return q->term.field == field && (field != Q_FLAG || (q->term.mask & mask) != 0);
    for (size_t i = 0; i < q->n_children; i++)
        if (asks_for(q->children[i], field, mask)) return true;
    return false;
}

static bool asks_for_registers(const struct query *q) {
    return asks_for(q, Q_PROCEDURE, 0) || asks_for(q, Q_NUMBER, 0) || asks_for(q, Q_THING, 0) || asks_for(q, Q_ID, 0) ||
           asks_for(q, Q_FLAG, ROW_REGISTER);
}

struct query *query_of_matters(struct query *q, const struct city *city, struct arena *arena) {
    bool any = false;
    for (size_t i = 0; i < city->n_procedures; i++) any = any || city->procedures[i].is_register;
    if (!any || asks_for_registers(q)) return q;
    return query_and(q, negated(mask_term(Q_FLAG, ROW_REGISTER, city, arena), arena), arena);
}

struct query *query_of_counts(const struct query *q, const struct city *city, struct arena *arena) {
    struct query *ret = NULL;
    size_t n = 0;
    for (size_t i = 0; i < city->n_procedures; i++) n += city->procedures[i].is_uncounted;
    if (!asks_for(q, Q_FLAG, ROW_EXERCISE)) ret = negated(mask_term(Q_FLAG, ROW_EXERCISE, city, arena), arena);
    if (n == 0 || asks_for(q, Q_PROCEDURE, 0)) return ret;
    struct query *kinds = list_term(Q_PROCEDURE, n, city, arena);
    n = 0;
    for (size_t i = 0; i < city->n_procedures; i++)
        if (city->procedures[i].is_uncounted) kinds->term.values[n++] = str_code(&city->procedures[i].name);
    return query_and(ret, negated(kinds, arena), arena);
}

/* Nothing of procedures that name their readers, unless they name the reader's role; NULL if none is hidden. */
static struct query *kinds_query(const struct sight *sight, const struct city *city, struct arena *arena) {
    size_t n = 0;
    for (size_t i = 0; i < city->n_procedures; i++) n += !procedure_reads(&city->procedures[i], &sight->role);
    if (n == 0 || sight->every_procedure) return NULL;
    struct query *kinds = list_term(Q_PROCEDURE, n, city, arena);
    n = 0;
    for (size_t i = 0; i < city->n_procedures; i++)
        if (!procedure_reads(&city->procedures[i], &sight->role))
            kinds->term.values[n++] = str_code(&city->procedures[i].name);
    return negated(kinds, arena);
}

struct query *query_with_sight(struct query *q, const struct sight *sight, const struct city *city,
                               struct arena *arena) {
    struct query *out = q ? q : new_query(QUERY_ALL, city, arena);
    out = query_and(out, scope_query(sight, city, arena), arena);
    uint32_t hidden = (sight->sees_sealed ? 0u : ROW_BIT_SEALED) | (sight->sees_private ? 0u : ROW_BIT_PRIVATE);
    if (hidden) out = query_and(out, negated(mask_term(Q_FLAG, hidden, city, arena), arena), arena);
    out = query_and(out, kinds_query(sight, city, arena), arena);
    return query_and(out, recusal_query(sight, city, arena), arena);
}
