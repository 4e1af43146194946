#include "base/json.h"
#include "casework/facts.h"
#include "casework/facts_names.h"

const char *const op_names[OP_KIND_COUNT] = {
    [OP_STATE] = "state",
    [OP_CLOCK_START] = "clock_start",
    [OP_CLOCK_STOP] = "clock_stop",
    [OP_CLOCK_PAUSE] = "clock_pause",
    [OP_CLOCK_RESUME] = "clock_resume",
    [OP_CLOCK_EXTEND] = "clock_extend",
    [OP_CLOCK_MISSED] = "clock_missed",
    [OP_CLOCK_MOVE] = "clock_move",
    [OP_TASK_OPEN] = "task_open",
    [OP_TASK_STATE] = "task_state",
    [OP_TASK_CANCEL] = "task_cancel",
    [OP_COUNT] = "count",
    [OP_FLAG] = "flag",
    [OP_UNFLAG] = "unflag",
    [OP_UNIT] = "unit",
    [OP_SET] = "set",
    [OP_LINK] = "link",
    [OP_SEAL] = "seal",
    [OP_ANSWER] = "answer",
    [OP_RATE] = "rate",
    [OP_MARK] = "mark",
    [OP_NOTIFY] = "notify",
    [OP_ASK] = "ask",
    [OP_SPLIT] = "split",
    [OP_HAND] = "hand",
    [OP_ERASE] = "erase",
    [OP_PEER] = "peer",
    [OP_SEND] = "send",
    [OP_PROPOSE] = "propose",
    [OP_PASS] = "pass",
    [OP_METER] = "meter",
};
const char *const limit_unit_names[LIMIT_CALENDAR_DAYS + 1] = {
    [LIMIT_WALL_MINUTES] = "wall_minutes",
    [LIMIT_WORK_MINUTES] = "work_minutes",
    [LIMIT_WORK_DAYS] = "work_days",
    [LIMIT_CALENDAR_DAYS] = "calendar_days",
};
const char *const end_names[END_MOVED + 1] = {
    [END_CLOSED] = "closed", [END_REFUSED] = "refused", [END_WITHDRAWN] = "withdrawn",
    [END_MERGED] = "merged", [END_MOVED] = "moved",
};
const char *const about_names[ABOUT_CONDUCT + 1] = {[ABOUT_SERVICE] = "service", [ABOUT_CONDUCT] = "conduct"};

int facts_name_index(str word, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (names[i] != NULL && str_is(word, names[i])) return (int)i;
    return -1;
}

static void put_code(struct json_buf *w, const char *key, const code *c) {
    if (!code_empty(c)) json_put_str(w, key, str_code(c));
}

static void put_instant(struct json_buf *w, const char *key, instant t) {
    if (!instant_is_none(t)) json_put_i64(w, key, t.ms);
}

static void put_true(struct json_buf *w, const char *key, bool v) {
    if (v) json_put_bool(w, key, true);
}

static void put_limit(struct json_buf *w, const struct op *op) {
    if (op->limit.unit == LIMIT_NONE) return;
    json_put_z(w, "limit", limit_unit_names[op->limit.unit]);
    json_put_i64(w, "amount", op->limit.amount);
    put_true(w, "first", op->limit.first_day_counts);
    put_true(w, "rolls", op->limit.rolls_over);
}

static void put_op(struct json_buf *w, const struct op *op) {
    json_open_object(w);
    json_put_z(w, "op", op_names[op->kind]);
    if (op->id != 0) json_put_i64(w, "id", op->id);
    put_code(w, "name", &op->name);
    put_code(w, "value", &op->value);
    if (op->task != 0) json_put_i64(w, "task", op->task);
    put_code(w, "unit", &op->unit);
    put_code(w, "area", &op->area);
    put_code(w, "item", &op->item);
    if (op->n != 0) json_put_i64(w, "n", op->n);
    put_instant(w, "at", op->at);
    put_instant(w, "due", op->due);
    put_limit(w, op);
    put_code(w, "basis", &op->basis);
    if (op->end != END_NONE) json_put_z(w, "end", end_names[op->end]);
    put_true(w, "provisional", op->provisional);
    put_true(w, "over", op->over);
    put_true(w, "void", op->is_void);
    put_true(w, "by_state", op->by_state);
    json_close_object(w);
}

void facts_put_ops(struct json_buf *w, const struct op *ops, size_t n) {
    if (n == 0) return;
    json_add_key(w, "do");
    json_open_array(w);
    for (size_t i = 0; i < n; i++) put_op(w, &ops[i]);
    json_close_array(w);
}

static void put_law(struct json_buf *w, const digest *law) {
    static const char digits[] = "0123456789abcdef";
    char hex[2 * sizeof law->b];
    for (size_t i = 0; i < sizeof law->b; i++) {
        hex[2 * i] = digits[law->b[i] >> 4];
        hex[2 * i + 1] = digits[law->b[i] & 15];
    }
    json_put_str(w, "law", (str){hex, sizeof hex});
}

static void put_head(struct json_buf *w, const struct kase *c) {
    put_code(w, "number", &c->number);
    put_code(w, "procedure", &c->procedure);
    put_law(w, &c->law);
    put_code(w, "state", &c->state);
    put_code(w, "category", &c->category);
    put_code(w, "condition", &c->condition);
    json_put_i64(w, "confidence", c->confidence);
    put_code(w, "area", &c->area);
    put_code(w, "unit", &c->unit);
    put_code(w, "owner", &c->owner);
    put_code(w, "point", &c->point);
    put_code(w, "desk", &c->desk);
    put_code(w, "channel", &c->channel);
    if (c->about != ABOUT_NOTHING) json_put_z(w, "about", about_names[c->about]);
    put_code(w, "about_unit", &c->about_unit);
    json_put_i64(w, "filed", c->filed.ms);
    put_instant(w, "happened", c->happened);
    put_true(w, "private", c->is_private);
    put_true(w, "sealed", c->is_sealed);
    put_true(w, "imported", c->is_imported);
}

void facts_write_filed(const struct kase *c, const struct filing *f, const struct op *ops, size_t n_ops,
                       struct strbuf *out) {
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    json_put_i64(&w, "v", FACTS_V);
    put_head(&w, c);
    static const char *const located[] = {
        [LOCATED_INSIDE] = "inside", [LOCATED_NEAR] = "near", [LOCATED_OUTSIDE] = "outside"};
    if (f->has_place) json_put_z(&w, "located", located[f->located]);
    if (f->metres > 0) json_put_i64(&w, "metres", f->metres);
    put_code(&w, "agent", &f->agent);
    put_code(&w, "outside_system", &f->outside_system);
    put_code(&w, "outside_number", &f->outside_number);
    facts_put_ops(&w, ops, n_ops);
    json_close_object(&w);
}

void facts_write(const struct facts *f, struct strbuf *out) {
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    json_put_i64(&w, "v", FACTS_V);
    put_code(&w, "action", &f->action);
    put_code(&w, "from", &f->from);
    put_code(&w, "to", &f->to);
    if (f->task != 0) json_put_i64(&w, "task", f->task);
    put_code(&w, "task_kind", &f->task_kind);
    put_code(&w, "task_from", &f->task_from);
    put_code(&w, "task_to", &f->task_to);
    put_code(&w, "unit", &f->unit);
    put_code(&w, "channel", &f->channel);
    put_code(&w, "phone", &f->phone);
    put_code(&w, "basis", &f->basis);
    put_instant(&w, "happened", f->happened);
    if (!str_empty(f->fields)) {
        json_add_key(&w, "fields");
        json_add_raw(&w, f->fields);
    }
    facts_put_ops(&w, f->ops, f->n_ops);
    json_close_object(&w);
}
