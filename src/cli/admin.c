/* yiwang user, token, reload, timers: through the running server's socket, else on the files under their lock. */
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "http/http.h"

#define TOKEN_MS (INT64_C(3650) * MS_DAY)

struct admin_options {
    const char *city, *data, *login, *role, *unit, *area, *label, *to;
    bool password_stdin;
};

static bool read_options(int argc, char **argv, struct admin_options *o, const char **verb) {
    const struct option_spec specs[] = {
        {"--city", &o->city, NULL, true},    {"--data", &o->data, NULL, true},
        {"--login", &o->login, NULL, false}, {"--role", &o->role, NULL, false},
        {"--unit", &o->unit, NULL, false},   {"--area", &o->area, NULL, false},
        {"--label", &o->label, NULL, false}, {"--password-stdin", NULL, &o->password_stdin, false},
        {"--to", &o->to, NULL, false},
    };
    size_t n = 0;
    *verb = "";
    return options_read(argc, argv, specs, ARRAY_LEN(specs), verb, 1, &n);
}

static void say_err(struct strbuf *out, const struct err *e) {
    strbuf_addf(out, "%s", e->primary);
    if (e->hint[0] != '\0') strbuf_addf(out, "\n  hint: %s", e->hint);
    strbuf_addc(out, '\n');
}

static bool put_code_option(const char *text, code *ret, const char *name, struct strbuf *out) {
    if (text == NULL || code_from(str_z(text), ret)) return true;
    strbuf_addf(out, "%s is longer than %d bytes\n", name, CODE_MAX);
    return false;
}

static int user_add(struct admin *a, const struct admin_options *o, str input, struct strbuf *out) {
    struct account account = {.locked_until = INSTANT_NONE};
    struct err err = {0};
    str password = input;
    if (str_ends(password, S("\n"))) password.len--;
    if (o->login == NULL || o->role == NULL) return EXIT_USAGE;
    if (!put_code_option(o->login, &account.login, "--login", out) ||
        !put_code_option(o->role, &account.role, "--role", out) ||
        !put_code_option(o->unit, &account.unit, "--unit", out) ||
        !put_code_option(o->area, &account.area, "--area", out))
        return EXIT_REFUSED;
    str label = str_z(o->label != NULL ? o->label : o->login);
    memcpy(account.label, label.ptr, label.len < sizeof account.label ? label.len : sizeof account.label - 1);
    if (o->password_stdin && password.len < 8) {
        strbuf_addz(out, "a password has at least 8 characters\n");
        return EXIT_REFUSED;
    }
    enum status status = o->password_stdin ? password_hash(password, account.password, &err) : OK;
    if (status == OK) status = app_account_put(a->app, &account, &err);
    if (status != OK) {
        say_err(out, &err);
        return EXIT_REFUSED;
    }
    strbuf_addf(out, "%s may log in as %s\n", o->login, o->role);
    return EXIT_DONE;
}

static int token_add(struct admin *a, const struct admin_options *o, struct strbuf *out) {
    struct account account;
    struct err err = {0};
    char secret[44];
    if (o->login == NULL) return EXIT_USAGE;
    secret_random(secret);
    digest hash = sha256(str_z(secret));
    enum status status = store_account(a->app->store, str_z(o->login), &account, &err);
    if (status == OK)
        status = store_session_put(a->app->store, 't', &hash, account.staff, S(""),
                                   instant_add(app_now(a->app), (span){TOKEN_MS}), &err);
    if (status != OK) {
        say_err(out, &err);
        return EXIT_REFUSED;
    }
    strbuf_addf(out, "%s\n", secret);
    return EXIT_DONE;
}

static int reload(struct admin *a, struct strbuf *out) {
    struct err err = {0};
    if (app_reload(a->app, out, &err) == OK) {
        strbuf_addz(out, "the city package was read anew\n");
        return EXIT_DONE;
    }
    say_err(out, &err);
    return EXIT_REFUSED;
}

static int timers_confirm(struct admin *a, struct strbuf *out) {
    if (a->jobs == NULL) {
        strbuf_addz(out, "no server is running: there is nothing to confirm\n");
        return EXIT_REFUSED;
    }
    jobs_confirm_clock(a->jobs);
    strbuf_addz(out, "timers go on\n");
    return EXIT_DONE;
}

static int pass_to(struct admin *a, const char *to, struct strbuf *out) {
    struct err err = {0};
    instant until;
    if (a->jobs == NULL) {
        strbuf_addz(out, "no server is running: time passes only where somebody may look\n");
        return EXIT_REFUSED;
    }
    enum status status = app_local_time(a->app, str_z(to), &until, &err);
    if (status == OK) status = jobs_pass_to(a->jobs, until, &err);
    if (status != OK) {
        say_err(out, &err);
        return EXIT_REFUSED;
    }
    strbuf_addf(out, "it is %s\n", to);
    return EXIT_DONE;
}

int admin_run(struct admin *a, int argc, char **argv, str input, struct strbuf *out) {
    struct admin_options o = {0};
    const char *verb = "";
    if (strcmp(argv[0], "import") == 0) return import_run(a, argc, argv, out);
    if (strcmp(argv[0], "exchange") == 0) return exchange_run(a, argc, argv, out);
    if (!read_options(argc, argv, &o, &verb)) return EXIT_USAGE;
    if (strcmp(argv[0], "user") == 0 && strcmp(verb, "add") == 0) return user_add(a, &o, input, out);
    if (strcmp(argv[0], "token") == 0 && strcmp(verb, "add") == 0) return token_add(a, &o, out);
    if (strcmp(argv[0], "clock") == 0) return o.to != NULL ? pass_to(a, o.to, out) : EXIT_USAGE;
    if (strcmp(argv[0], "reload") == 0) return reload(a, out);
    if (strcmp(argv[0], "timers") == 0 && strcmp(verb, "confirm") == 0) return timers_confirm(a, out);
    return EXIT_USAGE;
}

static int run_on_files(const struct admin_options *o, int argc, char **argv, str input, struct strbuf *out) {
    struct app app;
    struct err err = {0};
    struct app_options ao = {.city_dir = o->city, .data_dir = o->data};
    if (app_open(&ao, &app, out, &err) != OK) return refused(&err);
    struct admin admin = {&app, NULL};
    int exit_status = admin_run(&admin, argc, argv, input, out);
    app_close(&app);
    return exit_status;
}

int run_admin(int argc, char **argv) {
    struct admin_options o = {0};
    const char *verb = "";
    struct arena arena;
    struct strbuf out;
    struct err err = {0};
    str input = STR_NONE;
    int exit_status = EXIT_REFUSED;
    if (!read_options(argc, argv, &o, &verb)) return EXIT_USAGE;
    arena_init(&arena, 0);
    strbuf_init(&out, 1 << 20);
    if (o.password_stdin && file_read("-", 4096, &arena, &input, &err) != OK) return refused(&err);
    if (!control_send(o.data, argc, argv, input, &exit_status, &out))
        exit_status = run_on_files(&o, argc, argv, input, &out);
    fwrite(out.ptr, 1, out.len, exit_status == EXIT_DONE ? stdout : stderr);
    if (exit_status == EXIT_USAGE) usage();
    strbuf_done(&out);
    arena_done(&arena);
    return exit_status;
}
