#include "app/knowledge.h"

#include <stdlib.h>
#include <string.h>

#include "app/exchange.h"
#include "base/json.h"
#include "casework/facts.h"
#include "insight/fold.h"

#define ARTICLES_MAX 5000
#define PAGE 500
#define PIECES_MAX 64 /* of a query */

/* One article with its folded words, kept until an article changes. */
struct kept_article {
    struct article a;
    str folded_title, folded_body;
};
struct shelf {
    pthread_mutex_t lock;
    struct arena arena;
    struct kept_article *all;
    size_t n;
    uint64_t mark; /* of ids and versions; another one means that something changed */
    bool is_read;
};

struct shelf *shelf_new(void) {
    struct shelf *s = calloc(1, sizeof *s);
    check(s != NULL && pthread_mutex_init(&s->lock, NULL) == 0);
    arena_init(&s->arena, 0);
    return s;
}

void shelf_free(struct shelf *s) {
    arena_done(&s->arena);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* --- reading --- */

static size_t lang_of(const struct city *city, str key, str name) {
    if (key.len <= name.len + 1 || key.ptr[name.len] != '_') return 0;
    str tag = str_slice(key, name.len + 1, key.len);
    for (size_t i = 0; i < city->n_langs; i++)
        if (str_eq(city->langs[i], tag)) return i;
    return LANG_MAX;
}

/* One member of what an action said. */
static void take_member(const struct city *city, str key, str value, struct article *a) {
    size_t lang = 0;
    if (str_starts(key, S("title")) && (lang = lang_of(city, key, S("title"))) < LANG_MAX)
        a->title[lang] = value;
    else if (str_starts(key, S("body")) && (lang = lang_of(city, key, S("body"))) < LANG_MAX)
        a->body[lang] = value;
    else if (str_is(key, "sources"))
        a->sources = value;
    else if (str_is(key, "categories"))
        a->categories = value;
    else if (str_is(key, "open"))
        a->is_open = str_is(value, "true");
}

static void take_object(const struct city *city, struct json *j, struct article *a) {
    json_object(j);
    for (str key, value; json_key(j, &key);) {
        if (json_peek(j) == JSON_STRING && json_str(j, &value))
            take_member(city, key, value, a);
        else if (j->error == NULL)
            json_skip(j);
    }
}

/* Words are {"public":{…},"internal":{…}}, facts hold "fields":{…}. */
static void take_text(const struct city *city, str json, struct arena *arena, struct article *a) {
    struct json j;
    if (str_empty(json)) return;
    json_init(&j, json, arena);
    json_object(&j);
    for (str key; json_key(&j, &key);) {
        if ((str_is(key, "public") || str_is(key, "fields")) && json_peek(&j) == JSON_OBJECT)
            take_object(city, &j, a);
        else
            json_skip(&j);
    }
    if (json_done(&j, NULL) != OK) *a = (struct article){0};
}

static bool in_use(const struct procedure *p, const code *state) {
    for (size_t i = 0; p != NULL && i < p->n_articles; i++)
        if (code_eq(&p->articles[i], state)) return true;
    return false;
}

/* The text that was last approved: what is being rewritten does not count yet. out: false if there is none. */
static bool read_article(struct app *app, uint64_t id, struct arena *arena, struct article *ret) {
    struct stored_entry *entries = NULL;
    struct kase *c = NEW(arena, struct kase);
    struct article draft = {0};
    size_t n = 0;
    bool found = false;
    if (store_case(app->store, id, c, NULL) != OK || c->is_over) return false;
    const struct city *law = app_law(app, c);
    const struct procedure *p = city_procedure(law, str_code(&c->procedure));
    if (store_history(app->store, id, arena, &entries, &n, NULL) != OK) return false;
    for (size_t i = 0; i < n; i++) {
        struct facts f = {0};
        if (entries[i].kind != ENTRY_ACTED) continue;
        if (facts_read(entries[i].kind, entries[i].facts, arena, NEW(arena, struct kase), &f, NULL) != OK) continue;
        if (str_find(entries[i].words, S("\"body\""), 0) >= 0) {
            draft = (struct article){0};
            take_text(law, entries[i].words, arena, &draft);
            take_text(law, entries[i].facts, arena, &draft);
        }
        if (!in_use(p, &f.to) || str_empty(draft.body[0])) continue;
        *ret = draft;
        ret->changed = entries[i].recorded;
        found = true;
    }
    ret->number = c->number;
    ret->state = c->state;
    ret->unit = c->unit;
    ret->category = c->category;
    ret->review = case_due(c, NULL);
    return found;
}

static void keep(struct shelf *s, const struct article *a) {
    struct kept_article *k = &s->all[s->n++];
    struct strbuf title, body;
    k->a = *a;
    strbuf_init(&title, 64 << 10);
    strbuf_init(&body, 64 << 10);
    for (size_t i = 0; i < LANG_MAX; i++) {
        k->a.title[i] = str_dup(&s->arena, a->title[i]);
        k->a.body[i] = str_dup(&s->arena, a->body[i]);
        strbuf_add(&title, a->title[i]);
        strbuf_addc(&title, ' ');
        strbuf_add(&body, a->body[i]);
        strbuf_addc(&body, ' ');
    }
    k->a.sources = str_dup(&s->arena, a->sources);
    k->a.categories = str_dup(&s->arena, a->categories);
    k->folded_title = text_fold(&s->arena, strbuf_str(&title));
    k->folded_body = text_fold(&s->arena, strbuf_str(&body));
    strbuf_done(&title);
    strbuf_done(&body);
}

static str articles_query(const struct city *city, struct arena *arena) {
    str list = S("");
    for (size_t i = 0; i < city->n_procedures; i++)
        if (city->procedures[i].n_articles > 0)
            list = str_format(arena, "%.*s%s%s", P(list), list.len > 0 ? "," : "", city->procedures[i].name.s);
    return list.len > 0 ? str_format(arena, "procedure:%.*s", P(list)) : S("");
}

struct found_ids {
    uint64_t ids[ARTICLES_MAX];
    size_t n;
    uint64_t mark;
};

static enum status find_ids(struct app *app, struct arena *arena, struct found_ids *f, struct err *err) {
    const struct city *city = app_city(app);
    struct query *q = NULL;
    struct listing rows = {0};
    str text = articles_query(city, arena);
    f->mark = city->hash.b[0];
    if (str_empty(text)) return OK;
    enum status status = query_parse(text, city, arena, &q, err);
    do {
        str cursor = rows.next.ptr != NULL ? rows.next : S("");
        if (status == OK)
            status = store_list(app->store, q, SORT_FILED_DESC, PAGE, cursor, app_now(app), arena, &rows, err);
        for (size_t i = 0; status == OK && i < rows.n && f->n < ARTICLES_MAX; i++) {
            f->ids[f->n++] = rows.rows[i].id;
            f->mark = f->mark * 1099511628211u + rows.rows[i].id * 31 + rows.rows[i].version;
        }
    } while (status == OK && !str_empty(rows.next) && f->n < ARTICLES_MAX);
    return status;
}

/* in: the lock is held. */
static enum status read_shelf(struct app *app, struct shelf *s, struct err *err) {
    struct arena scratch;
    arena_init(&scratch, 0);
    struct found_ids *f = NEW(&scratch, struct found_ids);
    enum status status = find_ids(app, &scratch, f, err);
    if (status == OK && !(s->is_read && s->mark == f->mark)) {
        arena_clear(&s->arena);
        s->all = NEW_ARRAY(&s->arena, struct kept_article, f->n + 1);
        s->n = 0;
        for (size_t i = 0; i < f->n; i++) {
            struct arena one;
            struct article a = {0};
            arena_init(&one, 0);
            if (read_article(app, f->ids[i], &one, &a)) keep(s, &a);
            arena_done(&one);
        }
        s->mark = f->mark;
        s->is_read = true;
    }
    arena_done(&scratch);
    return status;
}

/* --- finding --- */

static size_t char_len(str s, size_t at) {
    unsigned char c = (unsigned char)s.ptr[at];
    size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return at + n <= s.len ? n : s.len - at;
}

/* Words of Latin letters whole, other scripts as pairs: as the full text does it. */
static size_t pieces_of(str folded, str ret[PIECES_MAX]) {
    size_t n = 0, at = 0;
    while (at < folded.len && n < PIECES_MAX) {
        size_t len = char_len(folded, at);
        if (len == 1) {
            size_t end = at;
            while (end < folded.len && (unsigned char)folded.ptr[end] < 0x80 && folded.ptr[end] != ' ') end++;
            if (end - at > 1) ret[n++] = str_slice(folded, at, end);
            at = end > at ? end : at + 1;
            continue;
        }
        size_t next = at + len;
        if (next < folded.len && (unsigned char)folded.ptr[next] >= 0x80)
            ret[n++] = str_slice(folded, at, next + char_len(folded, next));
        at = next;
    }
    return n;
}

static bool is_for(const struct article *a, str category) {
    str list = a->categories;
    for (str one; !str_empty(category) && str_split(&list, ',', &one);)
        if (str_starts(category, one)) return true;
    return false;
}

static double score_of(const struct kept_article *k, const str *pieces, size_t n, str category) {
    double score = 0;
    for (size_t i = 0; i < n; i++) {
        if (str_find(k->folded_title, pieces[i], 0) >= 0) score += 3;
        if (str_find(k->folded_body, pieces[i], 0) >= 0) score += 1;
    }
    bool fits = is_for(&k->a, category);
    if (n == 0) return fits || str_empty(category) ? 1 : 0;
    score /= 4 * (double)n;
    return fits ? score + 0.2 : score;
}

static int by_score(const void *a, const void *b) {
    const struct article *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return x->changed.ms > y->changed.ms ? -1 : x->changed.ms < y->changed.ms;
}

static struct article copy(const struct article *a, struct arena *arena) {
    struct article c = *a;
    for (size_t i = 0; i < LANG_MAX; i++) {
        c.title[i] = str_dup(arena, a->title[i]);
        c.body[i] = str_dup(arena, a->body[i]);
    }
    c.sources = str_dup(arena, a->sources);
    c.categories = str_dup(arena, a->categories);
    return c;
}

#define SCORE_MIN 0.12

enum status app_articles(struct app *app, const struct article_query *q, struct arena *arena, struct article **ret,
                         size_t *ret_n, struct err *err) {
    str pieces[PIECES_MAX];
    size_t n_pieces = pieces_of(text_fold(arena, q->text), pieces), n = 0;
    struct shelf *s = app->shelf;
    pthread_mutex_lock(&s->lock);
    enum status status = read_shelf(app, s, err);
    struct article *found = NEW_ARRAY(arena, struct article, s->n + 1);
    for (size_t i = 0; status == OK && i < s->n; i++) {
        if (q->open_only && !s->all[i].a.is_open) continue;
        double score = score_of(&s->all[i], pieces, n_pieces, q->category);
        if (score < SCORE_MIN) continue;
        found[n] = s->all[i].a;
        found[n++].score = score;
    }
    qsort(found, n, sizeof *found, by_score);
    *ret_n = n < q->limit ? n : q->limit;
    for (size_t i = 0; i < *ret_n; i++) found[i] = copy(&found[i], arena);
    *ret = found;
    pthread_mutex_unlock(&s->lock);
    return status;
}
