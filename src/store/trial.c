/* A command and its follow-ups on trial: decided and applied to copies, entries staged with their headers. Nothing here
 * touches the batch; a refusal only throws the trial away. */
#include <string.h>

#include "casework/number.h"
#include "store/batch_int.h"

static const struct city *world_of(const struct batch *b) {
    const struct city_source *cities = &b->store->options.cities;
    return cities->current(cities->ctx);
}

static bool is_stream(uint64_t id) {
    return id >= CASE_ID_END;
}

enum status batch_resolve(struct batch *b, const struct command *c, uint64_t *ret, struct err *err) {
    uint64_t slot;
    *ret = c->case_id;
    if (c->case_id != 0 || c->kind == COMMAND_FILE) return OK;
    if (c->kind == COMMAND_STAFF) *ret = STREAM_STAFF;
    if (c->kind == COMMAND_ACTIVATE) *ret = STREAM_CITY;
    if (c->kind == COMMAND_RECEIVE) *ret = stream_of_peer(str_code(&c->received.peer));
    if (*ret != 0) return OK;
    if (!case_slot_of_number(str_code(&c->number), &slot))
        return err_set(err, E_NOT_FOUND, "unknown_case", "There is no case %s.", c->number.s);
    *ret = case_id_of_slot(b->store->truth->id_key, slot);
    return OK;
}

enum status batch_load(struct batch *b, uint64_t id, struct case_state *ret, struct err *err) {
    const struct case_state *touched = batch_touched(b, id);
    if (touched != NULL) {
        *ret = *touched;
        return OK;
    }
    if (cache_get(b->store->cache, id, ret)) return OK;
    return truth_replay(b->store->truth, b->conn, &b->store->rules, id, ret, err);
}

/* --- states on trial --- */

static enum status trial_state(struct batch *b, uint64_t id, struct case_state **ret, struct err *err) {
    struct trial *t = &b->trial;
    for (size_t i = 0; i < t->n_states; i++) {
        if (t->states[i]->id != id) continue;
        *ret = t->states[i];
        return OK;
    }
    if (t->n_states == COMMAND_CASES)
        return err_set(err, E_INTERNAL, "too_many_cases", "A command touches too many cases.");
    struct case_state *s = batch_state_new(b);
    enum status status = batch_load(b, id, s, err);
    if (status == E_NOT_FOUND && is_stream(id)) {
        *s = (struct case_state){.id = id};
        status = OK;
    }
    if (status == OK)
        *ret = t->states[t->n_states++] = s;
    else
        batch_state_free(b, s);
    return status;
}

/* The next number of the local day. */
static enum status new_case(struct batch *b, const struct city *world, struct case_state **ret, code *ret_number,
                            struct err *err) {
    struct trial *t = &b->trial;
    if (t->n_states == COMMAND_CASES)
        return err_set(err, E_INTERNAL, "too_many_cases", "A command touches too many cases.");
    day today = day_from_instant(&world->calendar.zone, t->now);
    if (today.n > t->day.n) {
        t->day = today;
        t->counter = 0;
    }
    check(t->counter < UINT32_MAX);
    t->counter++;
    struct case_state *s = t->states[t->n_states++] = batch_state_new(b);
    *s = (struct case_state){.id = case_id_of_slot(b->store->truth->id_key, case_slot(t->day, t->counter))};
    *ret_number = number_format(str_code(&world->number_prefix), t->day, t->counter);
    *ret = s;
    return OK;
}

/* --- entries --- */

static enum status seal(struct batch *b, const struct entry *e, struct staged *st, bool *ret_fatal, struct err *err) {
    struct truth_row *row = &st->row;
    row->words = e->words.len > 0 ? e->words : STR_NONE;
    row->salt = row->contact = STR_NONE;
    if (e->contact.len > 0) {
        enum status status = keys_seal(b->store->keys, e->case_id, e->n, e->contact, &b->arena, &row->contact, err);
        *ret_fatal = status != OK;
        if (status != OK) return status;
    }
    if (row->words.ptr == NULL && row->contact.ptr == NULL) return OK;
    char *salt = NEW_ARRAY(&b->arena, char, SALT_BYTES);
    batch_random(b, salt, SALT_BYTES);
    row->salt = (str){salt, SALT_BYTES};
    st->header.has_words = row->words.ptr != NULL;
    st->header.has_contact = row->contact.ptr != NULL;
    st->header.commitment = header_commitment(row->salt, row->words, row->contact);
    return OK;
}

static void finish_header(struct batch *b, const struct case_state *s, const struct entry *e, struct staged *st) {
    struct header *h = &st->header;
    h->kind = e->kind;
    h->facts_version = FACTS_VERSION;
    h->n = e->n;
    h->case_id = e->case_id;
    h->recorded = b->trial.now;
    h->actor = e->actor;
    h->law = s->kase.law;
    h->previous = s->last;
    h->facts = sha256(e->facts);
    batch_random(b, h->nonce, sizeof h->nonce);
}

static void write_header(struct batch *b, struct staged *st) {
    uint8_t *bytes = NEW_ARRAY(&b->arena, uint8_t, HEADER_MAX);
    size_t len = header_write(&st->header, bytes);
    st->row.header = (str){(const char *)bytes, len};
    st->hash = header_hash(st->row.header);
}

static enum status check_entry(const struct case_state *s, const struct entry *e, struct err *err) {
    if (e->case_id == s->id && e->n == s->kase.version + 1 && e->facts.len > 0) return OK;
    return err_set(err, E_INTERNAL, "bad_entry", "A decision made an entry that does not follow the case's last.");
}

/* Applies an entry to its state and stages it. */
static enum status stage(struct batch *b, struct case_state *s, struct entry *e, const struct command *key,
                         bool *ret_fatal, struct err *err) {
    struct trial *t = &b->trial;
    if (t->n_staged == COMMAND_ENTRIES)
        return err_set(err, E_INTERNAL, "too_many_entries", "A command makes too many entries.");
    struct staged *st = &t->staged[t->n_staged];
    *st = (struct staged){.erases = e->kind == ENTRY_ERASED, .spares_words = e->spares_words};
    e->recorded = t->now;
    enum status status = check_entry(s, e, err);
    if (status == OK) status = b->store->rules.apply(&s->kase, e, err);
    if (status != OK) return status;
    if (s->kase.version != e->n)
        return err_set(err, E_INTERNAL, "bad_entry", "An entry does not bring its case to its version.");
    s->kase.id = e->case_id;
    if (digest_is_zero(&s->kase.law) || is_stream(s->id)) s->kase.law = world_of(b)->hash;
    status = seal(b, e, st, ret_fatal, err);
    if (status != OK) return status;
    finish_header(b, s, e, st);
    if (key != NULL) {
        st->header.has_key = true;
        memcpy(st->header.key_hash, key->key_hash, sizeof key->key_hash);
        memcpy(st->header.body_hash, key->body_hash, sizeof key->body_hash);
    }
    write_header(b, st);
    st->row.slot = case_slot_of_id(b->store->truth->id_key, e->case_id);
    st->row.n = e->n;
    st->row.facts = e->facts;
    s->last = st->hash;
    t->n_staged++;
    return OK;
}

/* --- blobs --- */

/* Refuses words that cite blobs which are not there. From the first citation to the commit nothing is swept. */
static enum status check_media(struct batch *b, str words, struct err *err) {
    uint8_t ids[MEDIA_MAX][16];
    size_t n = media_ids(words, ids);
    if (n > 0 && !b->cites) {
        pthread_mutex_lock(&b->store->cite_lock);
        b->cites = true;
    }
    for (size_t i = 0; i < n; i++) {
        if (blob_exists(b->store, ids[i])) continue;
        err_set(err, E_INVALID, "unknown_media", "There is no photo with this id.");
        err_field(err, "media");
        err_hint(err, "Send the photo first; it is kept for 24 hours until a report cites it.");
        return E_INVALID;
    }
    return OK;
}

/* --- steps --- */

static enum status law_of(struct batch *b, const struct case_state *s, bool is_new, const struct city *world,
                          const struct city **ret, struct err *err) {
    const struct city_source *cities = &b->store->options.cities;
    *ret = world;
    if (is_new || is_stream(s->id) || digest_eq(&s->kase.law, &world->hash)) return OK;
    *ret = cities->by_hash(cities->ctx, &s->kase.law);
    return *ret != NULL ? OK
                        : err_set(err, E_INTERNAL, "unknown_law", "The city package this case follows is not loaded.");
}

static enum status take_outcome(struct batch *b, struct case_state *s, const struct command *c, bool first,
                                bool *ret_fatal, struct err *err) {
    struct outcome *o = &b->outcome;
    enum status status = OK;
    for (size_t i = 0; status == OK && i < o->n_entries; i++) {
        bool keyed = first && c->has_key && i + 1 == o->n_entries;
        status = check_media(b, o->entries[i].words, err);
        if (status == OK) status = stage(b, s, &o->entries[i], keyed ? c : NULL, ret_fatal, err);
    }
    for (size_t i = 0; status == OK && i < o->n_followups; i++) {
        if (b->trial.n_steps == COMMAND_STEPS)
            return err_set(err, E_INTERNAL, "too_many_steps", "A command has too many follow-ups.");
        struct command *next = NEW(&b->arena, struct command);
        *next = o->followups[i];
        next->has_key = false;
        if (next->cause == 0) next->cause = s->id;
        b->trial.steps[b->trial.n_steps++] = next;
    }
    return status;
}

static enum status step(struct batch *b, const struct command *c, bool first, bool *ret_fatal, struct err *err) {
    const struct city *world = world_of(b), *law = world;
    struct trial *t = &b->trial;
    struct given given = {.now = t->now};
    struct case_state *s = NULL;
    uint64_t id;
    enum status status = batch_resolve(b, c, &id, err);
    if (status == OK) status = id == 0 ? new_case(b, world, &s, &given.new_number, err) : trial_state(b, id, &s, err);
    if (status != OK) return status;
    bool is_new = s->kase.version == 0;
    given.new_id = s->id;
    if (s->id == STREAM_STAFF) given.new_number = code_of("staff");
    if (s->id == STREAM_CITY) given.new_number = code_of("city");
    status = law_of(b, s, is_new, world, &law, err);
    if (status != OK) return status;
    b->outcome.n_entries = b->outcome.n_followups = 0;
    status = b->store->rules.decide(law, world, is_new ? NULL : &s->kase, c, &given, &b->arena, &b->outcome, err);
    return status == OK ? take_outcome(b, s, c, first, ret_fatal, err) : status;
}

enum status trial_run(struct batch *b, const struct command *c, bool *ret_fatal, struct err *err) {
    struct trial *t = &b->trial;
    t->steps[0] = c;
    t->n_steps = 1;
    t->n_states = t->n_staged = 0;
    t->day = b->tally.day;
    t->counter = b->tally.counter;
    *ret_fatal = false;
    for (size_t i = 0; i < t->n_steps; i++) {
        enum status status = step(b, t->steps[i], i == 0, ret_fatal, err);
        if (status != OK) {
            for (size_t j = 0; j < t->n_states; j++) batch_state_free(b, t->states[j]);
            t->n_states = 0;
            return status;
        }
    }
    return OK;
}
