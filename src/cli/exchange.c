/* yiwang exchange: key, status, export, import, confirm. Files are read and written by the running server, which is this machine's
 * and this user's. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "app/outside.h"
#include "cli/cli.h"

#define FILE_BYTES (BUNDLE_BYTES + 4096)

struct exchange_options {
    const char *city, *data, *peer, *operands[2]; /* verb, file or number */
};

static bool read_options(int argc, char **argv, struct exchange_options *o) {
    const struct option_spec specs[] = {
        {"--city", &o->city, NULL, true}, {"--data", &o->data, NULL, true}, {"--peer", &o->peer, NULL, false}};
    size_t n = 0;
    o->operands[0] = "";
    return options_read(argc, argv, specs, ARRAY_LEN(specs), o->operands, 2, &n);
}

static int fail(struct strbuf *out, const struct err *e) {
    strbuf_addf(out, "%s", e->primary);
    if (e->hint[0] != '\0') strbuf_addf(out, "\n  hint: %s", e->hint);
    strbuf_addc(out, '\n');
    return EXIT_REFUSED;
}

static int print_key(struct app *app, struct strbuf *out) {
    uint8_t key[32];
    store_public_key(app->store, key);
    strbuf_add_hex(out, key, sizeof key);
    strbuf_addc(out, '\n');
    return EXIT_DONE;
}

static void print_time(struct app *app, const char *what, instant t, struct strbuf *out) {
    if (t.ms == 0) return;
    strbuf_addf(out, "  %s ", what);
    instant_format(out, &app_city(app)->calendar.zone, t);
}

static int print_status(struct app *app, struct strbuf *out) {
    const struct peer_book *book = peer_book_of(app);
    strbuf_addf(out, "this server: %s\n", code_empty(&book->name) ? "(no peers.yaml)" : book->name.s);
    for (size_t i = 0; i < book->n; i++) {
        struct peer_mark mark;
        struct kase stream;
        struct err err = {0};
        uint64_t waiting = 0;
        const code *peer = &book->peers[i].code;
        if (store_peer_mark(app->store, peer, &mark, &err) != OK ||
            store_peer_stream(app->store, peer, &stream, &err) != OK ||
            app_bundle_waiting(app, peer, &waiting, &err) != OK)
            return fail(out, &err);
        strbuf_addf(out, "%s: sent and confirmed %llu, waiting %llu, taken %llu", peer->s,
                    (unsigned long long)mark.confirmed, (unsigned long long)waiting,
                    (unsigned long long)stream.inbox.no);
        print_time(app, "last success", mark.succeeded, out);
        if (mark.failure[0] != '\0') strbuf_addf(out, "  failing: %s", mark.failure);
        strbuf_addc(out, '\n');
    }
    return EXIT_DONE;
}

static bool write_file(const char *path, str bytes) {
    FILE *f = fopen(path, "wb");
    if (f == NULL) return false;
    bool good = fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len;
    return fclose(f) == 0 && good;
}

/* What a platform of kind file is told, as a table. */
static int export_sheet(struct app *app, const struct exchange_options *o, const struct peer_line *line,
                        struct arena *arena, struct strbuf *out) {
    struct strbuf bytes;
    struct err err = {0};
    uint64_t last = 0;
    strbuf_init(&bytes, FILE_BYTES);
    enum status status = app_outside_sheet(app, line, arena, &bytes, &last, &err);
    if (status == OK && !write_file(o->operands[1], strbuf_str(&bytes)))
        status = err_set(&err, E_STORAGE, "cannot_write", "%s cannot be written: %s.", o->operands[1], strerror(errno));
    strbuf_done(&bytes);
    if (status != OK) return fail(out, &err);
    strbuf_addf(out, "%s holds what %s has not confirmed\n", o->operands[1], line->code.s);
    if (last > 0)
        strbuf_addf(out, "  once it is there: yiwang exchange confirm --peer %s %llu\n", line->code.s,
                    (unsigned long long)last);
    return EXIT_DONE;
}

/* The people over there have the file up to this line. */
static int confirm_sheet(struct app *app, const struct exchange_options *o, struct strbuf *out) {
    struct err err = {0};
    code peer = {0};
    int64_t no = 0;
    if (o->peer == NULL || o->operands[1] == NULL || !str_to_i64(str_z(o->operands[1]), &no) || no < 0)
        return EXIT_USAGE;
    enum status status = code_from(str_z(o->peer), &peer) && peer_book_line(peer_book_of(app), &peer) != NULL
                             ? OK
                             : err_set(&err, E_NOT_FOUND, "unknown_peer", "There is no such server here.");
    if (status == OK) status = app_outside_confirm(app, &peer, (uint64_t)no, &err);
    if (status != OK) return fail(out, &err);
    strbuf_addf(out, "%s has what was written up to %lld\n", peer.s, (long long)no);
    return EXIT_DONE;
}

static int export_file(struct app *app, const struct exchange_options *o, struct arena *arena, struct strbuf *out) {
    struct strbuf bytes;
    struct err err = {0};
    code peer = {0};
    if (o->peer == NULL || o->operands[1] == NULL) return EXIT_USAGE;
    enum status status = code_from(str_z(o->peer), &peer) ? OK : E_NOT_FOUND;
    const struct peer *known = status == OK ? city_peer(app_city(app), str_code(&peer)) : NULL;
    const struct peer_line *line = peer_book_line(peer_book_of(app), &peer);
    if (known != NULL && line != NULL && known->kind == PEER_FILE) return export_sheet(app, o, line, arena, out);
    strbuf_init(&bytes, FILE_BYTES);
    if (status == OK) status = app_bundle_file(app, &peer, arena, &bytes, &err);
    if (status == OK && !write_file(o->operands[1], strbuf_str(&bytes)))
        status = err_set(&err, E_STORAGE, "cannot_write", "%s cannot be written: %s.", o->operands[1], strerror(errno));
    strbuf_done(&bytes);
    if (status != OK) return fail(out, &err);
    strbuf_addf(out, "%s holds what %s has not confirmed\n", o->operands[1], peer.s);
    return EXIT_DONE;
}

static int import_file(struct app *app, const struct exchange_options *o, struct arena *arena, struct strbuf *out) {
    struct err err = {0};
    struct taken taken;
    str bytes;
    const struct photo_keeper keeper = {app, api_keep_photo};
    if (o->operands[1] == NULL) return EXIT_USAGE;
    enum status status = file_read(o->operands[1], FILE_BYTES, arena, &bytes, &err);
    if (status == OK) status = app_take_file(app, bytes, &keeper, arena, &taken, &err);
    if (status != OK) return fail(out, &err);
    strbuf_addf(out, "from %s: %zu taken, %zu refused, %zu known already; it has %llu of ours\n", taken.peer.s,
                taken.taken, taken.refused, taken.repeated, (unsigned long long)taken.confirmed);
    return EXIT_DONE;
}

int exchange_run(struct admin *a, int argc, char **argv, struct strbuf *out) {
    struct exchange_options o = {0};
    struct arena arena;
    int exit_status = EXIT_USAGE;
    if (!read_options(argc, argv, &o)) return EXIT_USAGE;
    arena_init(&arena, 0);
    if (strcmp(o.operands[0], "key") == 0) exit_status = print_key(a->app, out);
    if (strcmp(o.operands[0], "status") == 0) exit_status = print_status(a->app, out);
    if (strcmp(o.operands[0], "export") == 0) exit_status = export_file(a->app, &o, &arena, out);
    if (strcmp(o.operands[0], "import") == 0) exit_status = import_file(a->app, &o, &arena, out);
    if (strcmp(o.operands[0], "confirm") == 0) exit_status = confirm_sheet(a->app, &o, out);
    arena_done(&arena);
    return exit_status;
}

static int run_on_files(const struct exchange_options *o, int argc, char **argv, struct strbuf *out) {
    struct app app;
    struct err err = {0};
    struct app_options ao = {.city_dir = o->city, .data_dir = o->data};
    if (app_open(&ao, &app, out, &err) != OK) return refused(&err);
    struct admin admin = {&app, NULL};
    int exit_status = exchange_run(&admin, argc, argv, out);
    app_close(&app);
    return exit_status;
}

int run_exchange(int argc, char **argv) {
    struct exchange_options o = {0};
    struct strbuf out;
    char path[PATH_MAX];
    int exit_status = EXIT_REFUSED;
    if (!read_options(argc, argv, &o)) return EXIT_USAGE;
    bool is_file = strcmp(o.operands[0], "confirm") != 0;
    for (int i = 1; is_file && o.operands[1] != NULL && i < argc; i++)
        if (argv[i] == o.operands[1] && whole_path(argv[i], path)) argv[i] = path;
    strbuf_init(&out, 1 << 20);
    if (!control_send(o.data, argc, argv, STR_NONE, &exit_status, &out))
        exit_status = run_on_files(&o, argc, argv, &out);
    fwrite(out.ptr, 1, out.len, exit_status == EXIT_DONE ? stdout : stderr);
    if (exit_status == EXIT_USAGE) usage();
    strbuf_done(&out);
    return exit_status;
}
