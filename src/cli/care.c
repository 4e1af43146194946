/* yiwang verify, rebuild, backup, restore. */
#include <string.h>

#include "app/cities.h"
#include "cli/cli.h"

struct care_options {
    const char *city, *data, *public_key, *receipt;
    bool json;
};

static bool read_options(int argc, char **argv, struct care_options *o, bool needs_city, const char **operands,
                         size_t max, size_t *n) {
    const struct option_spec specs[] = {
        {"--city", &o->city, NULL, needs_city},
        {"--data", &o->data, NULL, needs_city},
        {"--public-key", &o->public_key, NULL, false},
        {"--receipt", &o->receipt, NULL, false},
        {"--json", NULL, &o->json, false},
    };
    return options_read(argc, argv, specs, ARRAY_LEN(specs), operands, max, n);
}

static instant no_clock(void *ctx) {
    (void)ctx;
    return (instant){0};
}

static enum status open_cities(const struct care_options *o, struct cities **cities, struct store_options *so,
                               struct err *err) {
    struct strbuf report;
    strbuf_init(&report, 1 << 20);
    enum status status = cities_open(o->city, o->data, true, cities, &report, err);
    if (status != OK) fwrite(report.ptr, 1, report.len, stderr);
    strbuf_done(&report);
    if (status == OK)
        *so = (struct store_options){
            .dir = o->data, .cities = {*cities, cities_current, cities_by_hash}, .now = no_clock};
    return status;
}

static void print_fault(void *ctx, const char *what) {
    (void)ctx;
    fprintf(stderr, "fault: %s\n", what);
}

static enum status read_key(const char *path, uint8_t ret[32], struct err *err) {
    struct arena arena;
    str text;
    arena_init(&arena, 0);
    enum status status = file_read(path, 4096, &arena, &text, err);
    if (status == OK && !hex_parse(str_trim(text), ret, 32))
        status = err_set(err, E_INVALID, "bad_key", "%s holds no public key (64 hexadecimal digits).", path);
    arena_done(&arena);
    return status;
}

static void print_report(const struct verify_report *r, bool json) {
    struct strbuf root;
    strbuf_init(&root, 100);
    strbuf_add_hex(&root, r->root.b, sizeof r->root.b);
    printf(json ? "{\"entries\":%llu,\"cases\":%llu,\"erased\":%llu,\"contacts\":%llu,\"blobs\":%llu,\"faults\":%llu,"
                  "\"root\":\"%.*s\"}\n"
                : "%llu entries of %llu cases (%llu erased, %llu contacts, %llu photos): %llu faults; root %.*s\n",
           (unsigned long long)r->entries, (unsigned long long)r->cases, (unsigned long long)r->erased,
           (unsigned long long)r->contacts, (unsigned long long)r->blobs, (unsigned long long)r->faults,
           P(strbuf_str(&root)));
    strbuf_done(&root);
}

/* Whether the data still holds the history in which the receipt was given. */
static enum status verify_history(const struct care_options *o, str receipt, const uint8_t key[32], struct arena *arena,
                                  struct err *err) {
    struct store_options so = {.dir = o->data};
    str checkpoint = STR_NONE;
    enum status status = store_receipt_checkpoint(receipt, arena, &checkpoint, err);
    return status == OK ? store_verify_checkpoint(&so, key, checkpoint, err) : status;
}

static int verify_receipt(const struct care_options *o) {
    struct arena arena;
    struct err err = {0};
    uint8_t key[32];
    str receipt;
    if (o->public_key == NULL) return usage();
    arena_init(&arena, 0);
    enum status status = read_key(o->public_key, key, &err);
    if (status == OK) status = file_read(o->receipt, 1 << 20, &arena, &receipt, &err);
    if (status == OK) status = store_receipt_verify(receipt, key, &err);
    if (status == OK && o->data != NULL) status = verify_history(o, receipt, key, &arena, &err);
    arena_done(&arena);
    if (status != OK) return refused(&err);
    printf("the receipt is genuine: its entry is in the log that this key signed\n");
    if (o->data != NULL) printf("the data goes on with that history\n");
    return EXIT_DONE;
}

int run_verify(int argc, char **argv) {
    struct care_options o = {0};
    struct store_options so;
    struct cities *cities = NULL;
    struct verify_report report = {0};
    struct err err = {0};
    struct bar bar;
    uint8_t key[32];
    size_t n = 0;
    if (!read_options(argc, argv, &o, false, NULL, 0, &n)) return EXIT_USAGE;
    if (o.receipt != NULL) return verify_receipt(&o);
    if (o.city == NULL || o.data == NULL) return usage();
    enum status status = o.public_key != NULL ? read_key(o.public_key, key, &err) : OK;
    if (status == OK) status = open_cities(&o, &cities, &so, &err);
    if (status != OK) return refused(&err);
    bar_init(&bar, o.json);
    so.read_only = true;
    status = store_verify(&so, o.public_key != NULL ? key : NULL, &bar.progress, print_fault, &report, &err);
    bar_end(&bar);
    print_report(&report, o.json);
    cities_close(cities);
    return status == OK ? EXIT_DONE : refused(&err);
}

int run_rebuild(int argc, char **argv) {
    struct care_options o = {0};
    struct store_options so;
    struct cities *cities = NULL;
    struct err err = {0};
    struct bar bar;
    size_t n = 0;
    if (!read_options(argc, argv, &o, true, NULL, 0, &n)) return EXIT_USAGE;
    if (open_cities(&o, &cities, &so, &err) != OK) return refused(&err);
    bar_init(&bar, o.json);
    enum status status = store_rebuild(&so, &bar.progress, &err);
    bar_end(&bar);
    cities_close(cities);
    if (status != OK) return refused(&err);
    printf("the views were made anew\n");
    return EXIT_DONE;
}

int run_backup(int argc, char **argv) {
    struct care_options o = {0};
    struct store_options so;
    struct cities *cities = NULL;
    const char *to = NULL;
    struct err err = {0};
    struct bar bar;
    size_t n = 0;
    if (!read_options(argc, argv, &o, true, &to, 1, &n)) return EXIT_USAGE;
    if (n != 1) return usage();
    if (open_cities(&o, &cities, &so, &err) != OK) return refused(&err);
    bar_init(&bar, o.json);
    so.read_only = true;
    enum status status = store_backup(&so, to, &bar.progress, &err);
    bar_end(&bar);
    cities_close(cities);
    if (status != OK) return refused(&err);
    printf("backed up to %s\n", to);
    return EXIT_DONE;
}

int run_restore(int argc, char **argv) {
    struct care_options o = {0};
    const char *dirs[2];
    struct err err = {0};
    struct bar bar;
    size_t n = 0;
    if (!read_options(argc, argv, &o, false, dirs, 2, &n)) return EXIT_USAGE;
    if (n != 2) return usage();
    bar_init(&bar, o.json);
    enum status status = store_restore(dirs[0], dirs[1], &bar.progress, &err);
    bar_end(&bar);
    if (status != OK) return refused(&err);
    printf("restored to %s; run yiwang verify before serving it\n", dirs[1]);
    return EXIT_DONE;
}
