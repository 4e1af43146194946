#include "app/exchange.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "city/yamltree.h"

#define FILE_MAX (1 << 20)
#define PEERS_MAX 200
#define EVERY_S 10
#define SECRET_MIN 16
#define VIEWS_WAIT_MS 5000
#define BODIES_MAX ((size_t)12 << 20) /* of one bundle; at least one message */

/* --- where the peers are --- */

struct book {
    struct peer_book book;
    struct arena arena;
    struct book *older;
};
struct peer_books {
    char *path;
    pthread_mutex_t lock;
    pthread_mutex_t receiving;
    struct book *current;
};

struct peer_books *peer_books_new(const char *data_dir) {
    struct peer_books *b = calloc(1, sizeof *b);
    check(b != NULL);
    size_t size = strlen(data_dir) + sizeof "/peers.yaml";
    b->path = malloc(size);
    check(b->path != NULL && pthread_mutex_init(&b->lock, NULL) == 0);
    check(pthread_mutex_init(&b->receiving, NULL) == 0);
    snprintf(b->path, size, "%s/peers.yaml", data_dir);
    return b;
}

void peer_books_free(struct peer_books *b) {
    while (b->current != NULL) {
        struct book *older = b->current->older;
        arena_done(&b->current->arena);
        free(b->current);
        b->current = older;
    }
    pthread_mutex_destroy(&b->receiving);
    pthread_mutex_destroy(&b->lock);
    free(b->path);
    free(b);
}

void peer_books_hold(struct peer_books *b) {
    pthread_mutex_lock(&b->receiving);
}

void peer_books_release(struct peer_books *b) {
    pthread_mutex_unlock(&b->receiving);
}

static void read_line(const struct yaml_source *src, const struct yaml_node *n, struct peer_line *l) {
    str key = S("");
    l->every_s = EVERY_S;
    l->address = l->secret = l->jurisdiction = S("");
    if (!yaml_is(src, n, YAML_MAP, "A peer")) return;
    yaml_unknown_keys(src, n, "code address key secret jurisdiction every_s");
    yaml_code(src, n, "code", true, &l->code);
    yaml_str(src, n, "address", false, &l->address);
    yaml_i32(src, n, "every_s", false, &l->every_s);
    yaml_str(src, n, "secret", false, &l->secret);
    yaml_str(src, n, "jurisdiction", false, &l->jurisdiction);
    yaml_str(src, n, "key", str_empty(l->secret) && !str_empty(l->address), &key);
    if (!str_empty(l->secret) && l->secret.len < SECRET_MIN)
        yaml_fault(src, n, "32 characters or more", "The secret is shorter than %d characters.", SECRET_MIN);
    if (!str_empty(key) && !hex_parse(key, l->key, sizeof l->key))
        yaml_fault(src, n, "what `yiwang exchange key` prints there", "The key has not 64 hexadecimal digits.");
    if (!str_empty(l->address) && !str_starts(l->address, S("http://")) && !str_starts(l->address, S("https://")))
        yaml_fault(src, n, "https://…", "The address begins with https:// or http://.");
    if (l->every_s < 1 || l->every_s > 86400) yaml_fault(src, n, "1 to 86400 seconds", "every_s is out of range.");
}

static void read_book(const struct yaml_source *src, const struct yaml_node *root, struct peer_book *b) {
    yaml_unknown_keys(src, root, "name front peers");
    yaml_code(src, root, "name", true, &b->name);
    yaml_code(src, root, "front", false, &b->front);
    const struct yaml_node *list = yaml_get(root, "peers");
    if (list == NULL || !yaml_is(src, list, YAML_SEQ, "peers")) return;
    if (list->n > PEERS_MAX) {
        yaml_fault(src, list, NULL, "More than %d peers.", PEERS_MAX);
        return;
    }
    b->peers = NEW_ARRAY(src->arena, struct peer_line, list->n);
    for (const struct yaml_node *n = list->first; n != NULL; n = n->next) read_line(src, n, &b->peers[b->n++]);
}

static void close_file(FILE **f) {
    if (*f != NULL) fclose(*f);
}

/* out: empty if there is no such file. */
static str read_text(const char *path, struct arena *arena) {
    FILE *f CLEANUP(close_file) = fopen(path, "rb");
    if (f == NULL) return STR_NONE;
    char *bytes = NEW_ARRAY(arena, char, FILE_MAX);
    return (str){bytes, fread(bytes, 1, FILE_MAX, f)};
}

enum status peer_books_load(struct peer_books *b, struct strbuf *report, struct err *err) {
    static const str langs[] = {S_INIT("zh")};
    struct book *fresh = calloc(1, sizeof *fresh);
    struct findings found;
    check(fresh != NULL);
    arena_init(&fresh->arena, 0);
    findings_init(&found, &fresh->arena);
    struct yaml_source src = {S("peers.yaml"), langs, 1, &fresh->arena, &found};
    str text = read_text(b->path, &fresh->arena);
    const struct yaml_node *root;
    if (text.len > 0 && yaml_parse(text, &src, &root) == OK) read_book(&src, root, &fresh->book);
    if (report != NULL) findings_print(&found, report);
    if (found.errors > 0) {
        arena_done(&fresh->arena);
        free(fresh);
        return err_set(err, E_INVALID, "bad_peers", "peers.yaml of the data directory has errors.");
    }
    pthread_mutex_lock(&b->lock);
    fresh->older = b->current;
    b->current = fresh;
    pthread_mutex_unlock(&b->lock);
    return OK;
}

const struct peer_book *peer_book_of(const struct app *app) {
    static const struct peer_book none;
    if (app->books == NULL) return &none;
    pthread_mutex_lock(&app->books->lock);
    const struct book *b = app->books->current;
    pthread_mutex_unlock(&app->books->lock);
    return b != NULL ? &b->book : &none;
}

const struct peer_line *peer_book_line(const struct peer_book *book, const code *peer) {
    for (size_t i = 0; i < book->n; i++)
        if (code_eq(&book->peers[i].code, peer)) return &book->peers[i];
    return NULL;
}

/* --- what is sent --- */

static enum status make_messages(struct app *app, const struct peer_line *line, const struct outgoing *list, size_t n,
                                 struct arena *arena, struct bundle *b, struct err *err) {
    size_t bytes = 0;
    b->messages = NEW_ARRAY(arena, struct message, n);
    for (size_t i = 0; i < n && (i == 0 || bytes < BODIES_MAX); i++) {
        const struct outgoing *o = &list[i];
        struct message *m = &b->messages[i];
        *m = (struct message){.from = b->from,
                              .to = b->to,
                              .no = o->no,
                              .previous = o->previous,
                              .at = o->at,
                              .entry = o->entry,
                              .kind = o->kind,
                              .ref = o->ref};
        enum status status = exchange_body(app, line, o, arena, &m->body, err);
        if (status != OK) return status;
        bytes += m->body.len;
        store_sign_message(app->store, m);
        b->n++;
    }
    return OK;
}

enum status app_bundle(struct app *app, const code *peer, struct arena *arena, struct strbuf *out, struct err *err) {
    const struct peer_book *book = peer_book_of(app);
    const struct peer_line *line = peer_book_line(book, peer);
    struct outgoing *list = NULL;
    struct peer_mark mark;
    struct kase *stream = NEW(arena, struct kase);
    size_t n = 0;
    if (line == NULL) return err_set(err, E_NOT_FOUND, "unknown_peer", "There is no such server here.");
    enum status status = store_wait(app->store, store_seq(app->store), VIEWS_WAIT_MS, err);
    if (status == OK) status = store_peer_mark(app->store, peer, &mark, err);
    if (status == OK) status = store_peer_stream(app->store, peer, stream, err);
    if (status == OK) status = store_outbox(app->store, peer, mark.confirmed, BUNDLE_MESSAGES, arena, &list, &n, err);
    struct bundle b = {.from = book->name, .to = *peer, .at = app_now(app), .have = stream->inbox.no};
    if (status == OK) status = make_messages(app, line, list, n, arena, &b, err);
    if (status == OK) store_write_bundle(app->store, &b, out);
    return status;
}

enum status app_bundle_waiting(struct app *app, const code *peer, uint64_t *ret, struct err *err) {
    struct peer_mark mark;
    uint64_t last = 0;
    enum status status = store_peer_mark(app->store, peer, &mark, err);
    if (status == OK) status = store_outbox_last(app->store, peer, &last, err);
    if (status == OK) *ret = last - (mark.confirmed < last ? mark.confirmed : last);
    return status;
}

/* --- files --- */

static const str FILE_HEAD = S_INIT("yiwang exchange 1\n");

enum status app_bundle_file(struct app *app, const code *peer, struct arena *arena, struct strbuf *out,
                            struct err *err) {
    struct strbuf json;
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    strbuf_init(&json, BUNDLE_BYTES);
    enum status status = app_bundle(app, peer, arena, &json, err);
    const struct peer_line *line = peer_book_line(peer_book_of(app), peer);
    if (status == OK && (line == NULL || crypto_sign_ed25519_pk_to_curve25519(box_key, line->key) != 0))
        status = err_set(err, E_INVALID, "bad_peers", "The key of the server %s is none.", peer->s);
    strbuf_add(out, FILE_HEAD);
    size_t n = json.len + crypto_box_SEALBYTES;
    if (status == OK && !strbuf_reserve(out, n))
        status = err_set(err, E_TOO_LARGE, "too_large", "The file is too large.");
    if (status == OK) {
        check(crypto_box_seal((uint8_t *)out->ptr + out->len, (const uint8_t *)json.ptr, json.len, box_key) == 0);
        out->len += n;
    }
    strbuf_done(&json);
    return status;
}

enum status app_take_file(struct app *app, str bytes, const struct photo_keeper *keeper, struct arena *arena,
                          struct taken *ret, struct err *err) {
    str json;
    if (!str_starts(bytes, FILE_HEAD) ||
        !store_open_sealed(app->store, str_slice(bytes, FILE_HEAD.len, bytes.len), arena, &json))
        return err_set(err, E_INVALID, "bad_bundle", "This is no file of messages for this server.");
    return app_take_bundle(app, json, false, keeper, arena, ret, err);
}
