/* yiwang import: rows become filings, many on the way at once; a repeat adds nothing, so an import that was broken off is
 * simply run again. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/import.h"
#include "cli/cli.h"

#define WINDOW 1024 /* filings on the way */
#define FILE_MAX ((size_t)4 << 30)

struct slot {
    struct submission submission;
    struct arena arena;
    struct import *import;
    uint32_t line;
    str row; /* for the file of rejected rows */
    bool busy;
};

struct import {
    struct app *app, own; /* the server's, or one of our own on the files */
    bool in_server;
    struct import_map *map;
    struct slot *slots;
    pthread_mutex_t lock;
    pthread_cond_t freed;
    size_t busy, next;
    uint64_t rows, filed, repeated, rejected, placeless;
    FILE *rejects;
    struct strbuf *out;
    struct err fatal;
};

struct import_options {
    const char *city, *data, *map, *rejected, *file;
    bool json;
};

/* The row as UTF-8: what is none becomes \xNN, so that every program can open the file of rejected rows. */
static void add_readable(struct strbuf *b, str row) {
    while (row.len > 0) {
        size_t n = utf8_valid_len(row);
        strbuf_add(b, str_slice(row, 0, n));
        if (n < row.len) strbuf_addf(b, "\\x%02X", (unsigned)(uint8_t)row.ptr[n++]);
        row = str_slice(row, n, row.len);
    }
}

/* in: the lock is held. */
static void write_rejected(struct import *m, uint32_t line, str row, const struct err *err) {
    struct strbuf b, readable;
    m->rejected++;
    if (m->rejects == NULL) return;
    strbuf_init(&b, 64 << 20);
    strbuf_init(&readable, 16 << 20);
    add_readable(&readable, str_trim(row));
    strbuf_addf(&b, "%u", line);
    csv_add_field(&b, str_z(err->primary), false);
    csv_add_field(&b, strbuf_str(&readable), false);
    strbuf_addc(&b, '\n');
    fwrite(b.ptr, 1, b.len, m->rejects);
    strbuf_done(&readable);
    strbuf_done(&b);
}

/* Whether the import cannot go on, as opposed to a row that cannot be used. */
static bool is_fatal(enum status status) {
    return status == E_STORAGE || status == E_CORRUPT;
}

static void refuse(struct import *m, uint32_t line, str row, const struct err *err) {
    pthread_mutex_lock(&m->lock);
    if (is_fatal(err->status))
        m->fatal = *err;
    else
        write_rejected(m, line, row, err);
    pthread_mutex_unlock(&m->lock);
}

static bool has_failed(struct import *m) {
    pthread_mutex_lock(&m->lock);
    bool failed = m->fatal.status != OK;
    pthread_mutex_unlock(&m->lock);
    return failed;
}

static void row_done(struct submission *s) {
    struct slot *slot = s->ctx;
    struct import *m = slot->import;
    pthread_mutex_lock(&m->lock);
    if (s->result.status == OK)
        *(s->result.repeated ? &m->repeated : &m->filed) += 1;
    else if (is_fatal(s->result.status))
        m->fatal = s->result.err;
    else
        write_rejected(m, slot->line, slot->row, &s->result.err);
    slot->busy = false;
    m->busy--;
    pthread_cond_signal(&m->freed);
    pthread_mutex_unlock(&m->lock);
}

static struct slot *take_slot(struct import *m) {
    pthread_mutex_lock(&m->lock);
    while (m->slots[m->next % WINDOW].busy) pthread_cond_wait(&m->freed, &m->lock);
    struct slot *slot = &m->slots[m->next++ % WINDOW];
    slot->busy = true;
    m->busy++;
    pthread_mutex_unlock(&m->lock);
    arena_clear(&slot->arena);
    return slot;
}

static void give_back(struct import *m, struct slot *slot) {
    pthread_mutex_lock(&m->lock);
    slot->busy = false;
    m->busy--;
    pthread_mutex_unlock(&m->lock);
}

static void wait_all(struct import *m) {
    pthread_mutex_lock(&m->lock);
    while (m->busy > 0) pthread_cond_wait(&m->freed, &m->lock);
    pthread_mutex_unlock(&m->lock);
}

static void submit_row(struct import *m, struct csv *csv, str row) {
    struct slot *slot = take_slot(m);
    struct err err = {0};
    bool placeless = false;
    slot->line = csv->line;
    slot->row = row;
    slot->submission = (struct submission){.done = row_done, .ctx = slot};
    enum status status = import_row(m->map, app_city(m->app), csv->fields, csv->n_fields, &slot->arena,
                                    &slot->submission.command, &placeless, &err);
    if (status == OK && placeless) m->placeless++;
    if (status == OK) status = import_live(m->app, m->map, &slot->submission.command, &err);
    if (status == OK && slot->submission.command.kind == 0) {
        pthread_mutex_lock(&m->lock);
        m->repeated++;
        pthread_mutex_unlock(&m->lock);
        give_back(m, slot);
        return;
    }
    while (status == OK && (status = store_submit(m->app->store, &slot->submission, &err)) == E_BUSY) {
        wait_all(m); /* throttled: the views catch up */
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
        status = OK;
    }
    if (status == OK) return;
    refuse(m, csv->line, row, &err);
    give_back(m, slot);
}

static enum status read_rows(struct import *m, str text, struct bar *bar, struct err *err) {
    struct csv csv;
    struct arena scratch;
    bool end = false;
    arena_init(&scratch, 0);
    csv_init(&csv, text, &scratch);
    enum status status = csv_next(&csv, &end, err);
    if (status == OK && end) status = err_set(err, E_INVALID, "empty_file", "The file has no header row.");
    if (status == OK) status = import_map_bind(m->map, csv.fields, csv.n_fields, err);
    if (status != OK) {
        arena_done(&scratch);
        return status;
    }
    for (;;) {
        struct err row_err = {0};
        size_t from = csv.pos;
        /* Fields with doubled quotes live in scratch: kept until all rows on the way are done. */
        if (csv.n_fields > 0 && m->rows % WINDOW == 0) {
            wait_all(m);
            arena_clear(&scratch);
        }
        status = csv_next(&csv, &end, &row_err);
        if (end || has_failed(m)) break;
        m->rows++;
        str row = str_slice(text, from, csv.pos);
        if (status == OK)
            submit_row(m, &csv, row);
        else
            refuse(m, csv.line, row, &row_err);
        bar->progress.step(bar, "import", csv.pos, text.len);
    }
    wait_all(m);
    arena_done(&scratch);
    if (m->fatal.status != OK) *err = m->fatal;
    return m->fatal.status;
}

static enum status prepare(struct import *m, const struct import_options *o, struct arena *arena, struct err *err) {
    struct app_options ao = {.city_dir = o->city, .data_dir = o->data, .all_keys = true};
    struct strbuf report;
    str yaml;
    strbuf_init(&report, 1 << 20);
    enum status status = file_read(o->map, 1 << 20, arena, &yaml, err);
    if (status == OK && !m->in_server) {
        status = app_open(&ao, &m->own, &report, err);
        m->app = &m->own;
    }
    if (status == OK) {
        status = import_map_parse(yaml, str_z(o->map), app_city(m->app), arena, &m->map, &report, err);
        if (status == OK && m->in_server && import_peer(m->map) == NULL)
            status = err_set(err, E_BUSY, "locked", "History is imported while the server stands still.");
        if (status == OK) status = store_wait(m->app->store, store_seq(m->app->store), 600000, err);
        if (status != OK && !m->in_server) app_close(&m->own);
    }
    strbuf_add(m->out, strbuf_str(&report));
    strbuf_done(&report);
    if (status != OK) return status;
    m->slots = calloc(WINDOW, sizeof *m->slots);
    check(m->slots != NULL);
    for (size_t i = 0; i < WINDOW; i++) {
        m->slots[i].import = m;
        arena_init(&m->slots[i].arena, 1 << 20);
    }
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->freed, NULL);
    return OK;
}

static enum status open_rejects(struct import *m, const char *path, struct err *err) {
    if (path == NULL) return OK;
    m->rejects = fopen(path, "w");
    if (m->rejects == NULL)
        return err_set(err, E_STORAGE, "cannot_write", "%s cannot be written: %s.", path, strerror(errno));
    fputs("line,reason,row\n", m->rejects);
    return OK;
}

static enum status flush_rejects(struct import *m, const char *path, struct err *err) {
    if (m->rejects == NULL || (fflush(m->rejects) == 0 && !ferror(m->rejects))) return OK;
    return err_set(err, E_STORAGE, "cannot_write", "%s could not be written to its end: %s.", path, strerror(errno));
}

static void finish(struct import *m) {
    for (size_t i = 0; i < WINDOW; i++) arena_done(&m->slots[i].arena);
    free(m->slots);
    if (m->rejects != NULL) fclose(m->rejects);
    if (!m->in_server) app_close(&m->own);
    pthread_mutex_destroy(&m->lock);
    pthread_cond_destroy(&m->freed);
}

static void print_summary(const struct import *m, bool json, double seconds) {
    unsigned long long rows = m->rows, filed = m->filed, there = m->repeated, rejected = m->rejected,
                       placeless = m->placeless;
    if (json)
        strbuf_addf(
            m->out,
            "{\"rows\":%llu,\"filed\":%llu,\"repeated\":%llu,\"rejected\":%llu,\"placeless\":%llu,\"seconds\":%.1f}\n",
            rows, filed, there, rejected, placeless, seconds);
    else
        strbuf_addf(m->out, "%llu rows: %llu filed, %llu already there, %llu rejected; %llu without a place; %.1f s\n",
                    rows, filed, there, rejected, placeless, seconds);
}

static bool is_geojson(const char *path) {
    return str_ends(str_z(path), S(".geojson")) || str_ends(str_z(path), S(".json"));
}

/* The file as a table. */
static enum status read_table(const char *path, struct arena *arena, struct strbuf *b, str *ret, struct err *err) {
    enum status status = file_read(path, FILE_MAX, arena, ret, err);
    if (status != OK || !is_geojson(path)) return status;
    status = import_geojson(*ret, arena, b, err);
    *ret = strbuf_str(b);
    return status;
}

static bool read_options(int argc, char **argv, struct import_options *o) {
    const struct option_spec specs[] = {{"--city", &o->city, NULL, true},
                                        {"--data", &o->data, NULL, true},
                                        {"--map", &o->map, NULL, true},
                                        {"--rejected", &o->rejected, NULL, false},
                                        {"--json", NULL, &o->json, false}};
    size_t n = 0;
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), &o->file, 1, &n)) return false;
    if (n != 1) usage();
    return n == 1;
}

static int import_file(struct import *m, const struct import_options *o) {
    struct arena arena;
    struct err err = {0};
    struct bar bar;
    struct strbuf table;
    str text;
    int64_t start = wall_ms();
    arena_init(&arena, (size_t)8 << 30);
    strbuf_init(&table, FILE_MAX);
    bar_init(&bar, o->json || m->in_server);
    enum status status = read_table(o->file, &arena, &table, &text, &err);
    if (status == OK) status = prepare(m, o, &arena, &err);
    bool prepared = status == OK;
    if (status == OK) status = open_rejects(m, o->rejected, &err);
    if (status == OK) status = read_rows(m, text, &bar, &err);
    bar_end(&bar);
    if (status == OK) status = flush_rejects(m, o->rejected, &err);
    if (status == OK) status = store_wait(m->app->store, store_seq(m->app->store), 600000, &err);
    if (status == OK) print_summary(m, o->json, (double)(wall_ms() - start) / 1000);
    if (prepared) finish(m);
    strbuf_done(&table);
    arena_done(&arena);
    if (status == OK) return EXIT_DONE;
    strbuf_addf(m->out, "%s%s%s\n", err.primary, err.hint[0] != '\0' ? "\n  hint: " : "", err.hint);
    return EXIT_REFUSED;
}

int import_run(struct admin *a, int argc, char **argv, struct strbuf *out) {
    struct import_options o = {0};
    struct import m = {.app = a->app, .in_server = true, .out = out};
    return read_options(argc, argv, &o) ? import_file(&m, &o) : EXIT_USAGE;
}

/* The server may stand in another folder: it gets whole paths. */
static int import_there(int argc, char **argv, const struct import_options *o, struct strbuf *out, bool *ret_asked) {
    static char paths[3][PATH_MAX];
    const char *named[3] = {o->map, o->file, o->rejected};
    int exit_status = EXIT_REFUSED;
    for (int i = 1; i < argc; i++)
        for (int k = 0; k < 3; k++)
            if (named[k] != NULL && argv[i] == named[k] && whole_path(argv[i], paths[k])) argv[i] = paths[k];
    *ret_asked = control_send(o->data, argc, argv, STR_NONE, &exit_status, out);
    return exit_status;
}

int run_import(int argc, char **argv) {
    struct import_options o = {0};
    struct strbuf out;
    bool asked = false;
    if (!read_options(argc, argv, &o)) return EXIT_USAGE;
    strbuf_init(&out, 4 << 20);
    int exit_status = import_there(argc, argv, &o, &out, &asked);
    struct import m = {.out = &out};
    if (!asked) exit_status = import_file(&m, &o);
    fwrite(out.ptr, 1, out.len, exit_status == EXIT_DONE ? stdout : stderr);
    strbuf_done(&out);
    return exit_status;
}
