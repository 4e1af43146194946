/* Reading facts back: strict in what it knows, tolerant of keys that a later minor addition may bring. */
#include <string.h>

#include "base/json.h"
#include "casework/facts.h"
#include "casework/facts_names.h"

/* What a key holds and where it goes: one table for each struct. */
enum slot_type { SLOT_CODE, SLOT_I64, SLOT_I32, SLOT_U32, SLOT_INSTANT, SLOT_BOOL };
struct slot {
    str key;
    enum slot_type type;
    size_t offset;
};

static const struct slot op_slots[] = {
    {S_INIT("id"), SLOT_U32, offsetof(struct op, id)},
    {S_INIT("task"), SLOT_U32, offsetof(struct op, task)},
    {S_INIT("name"), SLOT_CODE, offsetof(struct op, name)},
    {S_INIT("value"), SLOT_CODE, offsetof(struct op, value)},
    {S_INIT("unit"), SLOT_CODE, offsetof(struct op, unit)},
    {S_INIT("area"), SLOT_CODE, offsetof(struct op, area)},
    {S_INIT("item"), SLOT_CODE, offsetof(struct op, item)},
    {S_INIT("n"), SLOT_I64, offsetof(struct op, n)},
    {S_INIT("at"), SLOT_INSTANT, offsetof(struct op, at)},
    {S_INIT("due"), SLOT_INSTANT, offsetof(struct op, due)},
    {S_INIT("amount"), SLOT_I32, offsetof(struct op, limit.amount)},
    {S_INIT("first"), SLOT_BOOL, offsetof(struct op, limit.first_day_counts)},
    {S_INIT("rolls"), SLOT_BOOL, offsetof(struct op, limit.rolls_over)},
    {S_INIT("basis"), SLOT_CODE, offsetof(struct op, basis)},
    {S_INIT("provisional"), SLOT_BOOL, offsetof(struct op, provisional)},
    {S_INIT("over"), SLOT_BOOL, offsetof(struct op, over)},
    {S_INIT("void"), SLOT_BOOL, offsetof(struct op, is_void)},
    {S_INIT("by_state"), SLOT_BOOL, offsetof(struct op, by_state)},
};
static const struct slot head_slots[] = {
    {S_INIT("number"), SLOT_CODE, offsetof(struct kase, number)},
    {S_INIT("procedure"), SLOT_CODE, offsetof(struct kase, procedure)},
    {S_INIT("state"), SLOT_CODE, offsetof(struct kase, state)},
    {S_INIT("category"), SLOT_CODE, offsetof(struct kase, category)},
    {S_INIT("condition"), SLOT_CODE, offsetof(struct kase, condition)},
    {S_INIT("confidence"), SLOT_I32, offsetof(struct kase, confidence)},
    {S_INIT("area"), SLOT_CODE, offsetof(struct kase, area)},
    {S_INIT("unit"), SLOT_CODE, offsetof(struct kase, unit)},
    {S_INIT("owner"), SLOT_CODE, offsetof(struct kase, owner)},
    {S_INIT("point"), SLOT_CODE, offsetof(struct kase, point)},
    {S_INIT("desk"), SLOT_CODE, offsetof(struct kase, desk)},
    {S_INIT("channel"), SLOT_CODE, offsetof(struct kase, channel)},
    {S_INIT("about_unit"), SLOT_CODE, offsetof(struct kase, about_unit)},
    {S_INIT("filed"), SLOT_INSTANT, offsetof(struct kase, filed)},
    {S_INIT("happened"), SLOT_INSTANT, offsetof(struct kase, happened)},
    {S_INIT("private"), SLOT_BOOL, offsetof(struct kase, is_private)},
    {S_INIT("sealed"), SLOT_BOOL, offsetof(struct kase, is_sealed)},
    {S_INIT("imported"), SLOT_BOOL, offsetof(struct kase, is_imported)},
};
static const struct slot facts_slots[] = {
    {S_INIT("action"), SLOT_CODE, offsetof(struct facts, action)},
    {S_INIT("from"), SLOT_CODE, offsetof(struct facts, from)},
    {S_INIT("to"), SLOT_CODE, offsetof(struct facts, to)},
    {S_INIT("task"), SLOT_U32, offsetof(struct facts, task)},
    {S_INIT("task_kind"), SLOT_CODE, offsetof(struct facts, task_kind)},
    {S_INIT("task_from"), SLOT_CODE, offsetof(struct facts, task_from)},
    {S_INIT("task_to"), SLOT_CODE, offsetof(struct facts, task_to)},
    {S_INIT("unit"), SLOT_CODE, offsetof(struct facts, unit)},
    {S_INIT("channel"), SLOT_CODE, offsetof(struct facts, channel)},
    {S_INIT("phone"), SLOT_CODE, offsetof(struct facts, phone)},
    {S_INIT("basis"), SLOT_CODE, offsetof(struct facts, basis)},
    {S_INIT("happened"), SLOT_INSTANT, offsetof(struct facts, happened)},
};

static void read_code(struct json *j, code *ret) {
    str s;
    if (json_str(j, &s) && !code_from(s, ret)) json_fail(j, "a code is too long");
}

static void read_number(struct json *j, const struct slot *s, char *at) {
    int64_t v;
    if (!json_i64(j, &v)) return;
    bool fits = s->type == SLOT_U32   ? v >= 0 && v <= UINT32_MAX
                : s->type == SLOT_I32 ? v >= INT32_MIN && v <= INT32_MAX
                                      : true;
    if (!fits) {
        json_fail(j, "a number out of range");
        return;
    }
    if (s->type == SLOT_I64) memcpy(at, &v, sizeof v);
    if (s->type == SLOT_U32) memcpy(at, &(uint32_t){(uint32_t)v}, sizeof(uint32_t));
    if (s->type == SLOT_I32) memcpy(at, &(int32_t){(int32_t)v}, sizeof(int32_t));
    if (s->type == SLOT_INSTANT) memcpy(at, &(instant){v}, sizeof(instant));
}

static bool read_slot(struct json *j, str key, const struct slot *slots, size_t n, void *to) {
    for (size_t i = 0; i < n; i++) {
        if (key.len != slots[i].key.len || memcmp(key.ptr, slots[i].key.ptr, key.len) != 0) continue;
        char *at = (char *)to + slots[i].offset;
        if (slots[i].type == SLOT_CODE)
            read_code(j, (code *)(void *)at);
        else if (slots[i].type == SLOT_BOOL)
            json_bool(j, (bool *)(void *)at);
        else
            read_number(j, &slots[i], at);
        return true;
    }
    return false;
}

/* out: the index of the word read, which must be in the list. */
static int read_name(struct json *j, const char *const *names, size_t n) {
    str word;
    if (!json_str(j, &word)) return 0;
    int i = facts_name_index(word, names, n);
    if (i < 0) json_fail(j, "an unknown word");
    return i < 0 ? 0 : i;
}

static void read_op(struct json *j, struct op *op) {
    *op = (struct op){.at = INSTANT_NONE, .due = INSTANT_NONE};
    if (!json_object(j)) return;
    for (str key; json_key(j, &key);) {
        if (read_slot(j, key, op_slots, ARRAY_LEN(op_slots), op)) continue;
        if (str_is(key, "op"))
            op->kind = (enum op_kind)read_name(j, op_names, OP_KIND_COUNT);
        else if (str_is(key, "limit"))
            op->limit.unit = (enum limit_unit)read_name(j, limit_unit_names, ARRAY_LEN(limit_unit_names));
        else if (str_is(key, "end"))
            op->end = (enum end_kind)read_name(j, end_names, ARRAY_LEN(end_names));
        else
            json_skip(j);
    }
    if (op->kind == OP_NONE) json_fail(j, "an outcome without op");
}

static void read_ops(struct json *j, struct arena *arena, struct facts *f) {
    size_t cap = 8;
    f->ops = NEW_ARRAY(arena, struct op, cap);
    if (!json_array(j)) return;
    while (json_more(j)) {
        if (f->n_ops == OPS_MAX) {
            json_fail(j, "too many outcomes");
            return;
        }
        if (f->n_ops == cap) {
            cap *= 2;
            struct op *grown = NEW_ARRAY(arena, struct op, cap);
            memcpy(grown, f->ops, f->n_ops * sizeof *grown);
            f->ops = grown;
        }
        read_op(j, &f->ops[f->n_ops++]);
    }
}

static void read_law(struct json *j, digest *ret) {
    str hex;
    if (json_str(j, &hex) && !hex_parse(hex, ret->b, sizeof ret->b)) json_fail(j, "no hash");
}

static void read_common(struct json *j, str key, struct arena *arena, struct facts *ret) {
    int64_t v;
    if (str_is(key, "do"))
        read_ops(j, arena, ret);
    else if (str_is(key, "fields"))
        json_raw(j, &ret->fields);
    else if (str_is(key, "v")) {
        if (json_i64(j, &v) && v != FACTS_V) json_fail(j, "an unknown version");
    } else
        json_skip(j);
}

static void read_head(struct json *j, str key, struct arena *arena, struct kase *c, struct facts *ret) {
    if (read_slot(j, key, head_slots, ARRAY_LEN(head_slots), c)) return;
    if (str_is(key, "law"))
        read_law(j, &c->law);
    else if (str_is(key, "about"))
        c->about = (enum about)read_name(j, about_names, ARRAY_LEN(about_names));
    else
        read_common(j, key, arena, ret);
}

enum status facts_read(enum entry_kind kind, str json, struct arena *arena, struct kase *c, struct facts *ret,
                       struct err *err) {
    struct json j;
    struct kase *head = c;
    *ret = (struct facts){.happened = INSTANT_NONE};
    json_init(&j, json, arena);
    if (json_object(&j)) {
        for (str key; json_key(&j, &key);) {
            if (kind == ENTRY_FILED)
                read_head(&j, key, arena, head, ret);
            else if (!read_slot(&j, key, facts_slots, ARRAY_LEN(facts_slots), ret))
                read_common(&j, key, arena, ret);
        }
    }
    struct err why = {0};
    if (json_done(&j, &why) == OK) return OK;
    err_set(err, E_CORRUPT, "bad_facts", "The facts of an entry cannot be read.");
    err_detail(err, "%s", why.detail);
    return E_CORRUPT;
}
