/* yiwang try PACKAGE SCRIPT…: plays scripts of commands against a package without a server. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/trial.h"

#define SCRIPT_MAX ((size_t)1 << 20)
#define SCRIPTS_MAX 512

struct rehearsal {
    const struct city *city;
    size_t lang;
    bool quiet;
    size_t held, failed; /* scripts */
    size_t looked_at;    /* expectations */
};

static void print_found(struct findings *found) {
    struct strbuf out;
    strbuf_init(&out, 4 << 20);
    findings_print(found, &out);
    fwrite(out.ptr, 1, out.len, stdout);
    strbuf_done(&out);
}

static void play(struct rehearsal *r, const struct trial *t, struct findings *found) {
    struct strbuf out;
    struct wording w = {r->city, r->lang, &out};
    strbuf_init(&out, 64 << 20);
    size_t looked_at = trial_play(&w, t, found);
    if (!r->quiet) {
        printf("%.*s\n", P(text_in(&t->title, r->lang)));
        fwrite(out.ptr, 1, out.len, stdout);
    }
    if (!r->quiet || found->errors > 0) print_found(found);
    printf("%s %.*s: %zu expectations, %zu did not hold\n", found->errors > 0 ? "not ok" : "ok", P(t->file), looked_at,
           found->errors);
    r->looked_at += looked_at;
    strbuf_done(&out);
}

static void rehearse(struct rehearsal *r, const char *path) {
    struct arena arena;
    struct findings found;
    struct err err = {0};
    struct trial *t;
    str bytes;
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    t = NEW(&arena, struct trial);
    if (file_read(path, SCRIPT_MAX, &arena, &bytes, &err) != OK) {
        refused(&err);
        found.errors = 1;
    } else if (trial_read(r->city, bytes, str_z(path), &arena, t, &found) != OK) {
        print_found(&found);
        printf("not ok %s: %zu errors; it was not played\n", path, found.errors);
    } else {
        play(r, t, &found);
    }
    if (found.errors > 0)
        r->failed++;
    else
        r->held++;
    arena_done(&arena);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The scripts that the package brings: its folder `trials`. out: their number. */
static size_t own_scripts(const char *dir, struct arena *arena, const char **ret) {
    size_t n = 0;
    str folder = str_format(arena, "%s/trials", dir);
    DIR *d = opendir(folder.ptr);
    if (d == NULL) return 0;
    for (struct dirent *e; (e = readdir(d)) != NULL && n < SCRIPTS_MAX;)
        if (e->d_name[0] != '.' && str_ends(str_z(e->d_name), S(".yaml")))
            ret[n++] = str_format(arena, "%.*s/%s", P(folder), e->d_name).ptr;
    closedir(d);
    if (n > 1) qsort(ret, n, sizeof *ret, by_name);
    return n;
}

static int rehearse_all(struct rehearsal *r, const char *dir, const char *const *scripts, size_t n) {
    struct arena arena;
    arena_init(&arena, 0);
    const char **own = NEW_ARRAY(&arena, const char *, SCRIPTS_MAX);
    if (n == 0) {
        n = own_scripts(dir, &arena, own);
        scripts = own;
    }
    if (n == 0) fprintf(stderr, "yiwang try: %s/trials has no script; name one\n", dir);
    for (size_t i = 0; i < n; i++) rehearse(r, scripts[i]);
    if (n > 1) printf("%zu trials: %zu held, %zu did not; %zu expectations\n", n, r->held, r->failed, r->looked_at);
    arena_done(&arena);
    return n > 0 && r->failed == 0 ? EXIT_DONE : EXIT_REFUSED;
}

int run_try(int argc, char **argv) {
    struct rehearsal r = {0};
    const char *lang = NULL, *operands[SCRIPTS_MAX];
    size_t n = 0;
    const struct option_spec specs[] = {{"--lang", &lang, NULL, false}, {"--quiet", NULL, &r.quiet, false}};
    if (!options_read(argc, argv, specs, ARRAY_LEN(specs), operands, SCRIPTS_MAX, &n)) return EXIT_USAGE;
    if (n == 0) return usage();
    struct arena arena;
    struct findings found;
    struct err err = {0};
    struct city *city = NULL;
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    int ret = EXIT_REFUSED;
    if (city_load(operands[0], &city, &found, &err) != OK) {
        print_found(&found);
        refused(&err);
    } else if (r.city = city, language_read(city, lang, &r.lang)) {
        ret = rehearse_all(&r, operands[0], operands + 1, n - 1);
    }
    if (city != NULL) city_free(city);
    arena_done(&arena);
    return ret;
}
