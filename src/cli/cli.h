/* The command line: one file per subcommand, one table in main.c. Exit codes: 0 done, 1 refused or found faults, 2 wrong
 * usage. */
#ifndef YIWANG_CLI_CLI_H
#define YIWANG_CLI_CLI_H

#include <stdio.h>

#include "app/app.h"
#include "jobs/jobs.h"

enum exit_code { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

/* An option of a subcommand. Exactly one of text and on is set. */
struct option_spec {
    const char *name; /* "--city" */
    const char **text;
    bool *on;
    bool required;
};
/* Reads options; what is no option goes to operands. errors: false, after the right usage was printed on stderr. */
bool options_read(int argc, char **argv, const struct option_spec *specs, size_t n_specs, const char **operands,
                  size_t operands_max, size_t *ret_operands);

struct subcommand {
    const char *name, *usage, *what;
    int (*run)(int argc, char **argv);
};
/* The subcommand in progress, for usage messages. */
extern const struct subcommand *subcommand_now;
/* Prints the usage of the subcommand in progress. out: EXIT_USAGE. */
int usage(void);
/* Prints a refusal as people read it: what, where, what to do. out: EXIT_REFUSED. */
int refused(const struct err *err);
/* The same to a stream, as text. */
void print_err(FILE *out, const struct err *err);

/* A progress bar on a terminal, lines of JSON with --json, nothing else. */
struct bar {
    struct progress progress;
    bool json, terminal;
    int64_t last_ms;
};
void bar_init(struct bar *b, bool json);
void bar_end(struct bar *b);
int64_t wall_ms(void);

/* Reads a whole file, "-" = standard input, .gz is decompressed. memory: arena. errors: E_NOT_FOUND, E_TOO_LARGE. */
enum status file_read(const char *path, size_t max, struct arena *arena, str *ret, struct err *err) MUST_USE;

int run_serve(int argc, char **argv);
int run_check(int argc, char **argv);
int run_try(int argc, char **argv);
int run_admin(int argc, char **argv);    /* user, token, reload, timers: through the running server or on the files */
int run_exchange(int argc, char **argv); /* as run_admin */
int run_import(int argc, char **argv);
int run_export(int argc, char **argv);
int run_verify(int argc, char **argv);
int run_rebuild(int argc, char **argv);
int run_backup(int argc, char **argv);
int run_restore(int argc, char **argv);
int run_locate(int argc, char **argv);
int run_classify(int argc, char **argv);
int run_learn(int argc, char **argv);
int run_scan(int argc, char **argv);
int run_score(int argc, char **argv);
int run_media_child(int argc, char **argv);

/* --- administration: the same code in the server and on the files --- */
struct admin {
    struct app *app;
    struct jobs *jobs; /* NULL on the files */
};
/* Makes a path whole. out: false if it is so already or cannot be. in: ret of PATH_MAX bytes. */
bool whole_path(const char *path, char *ret);
/* yiwang import of a platform's live cases, in the server. */
int import_run(struct admin *a, int argc, char **argv, struct strbuf *out);
/* yiwang exchange: in the server or on the files. */
int exchange_run(struct admin *a, int argc, char **argv, struct strbuf *out);
/* Runs one administrative command. in: argv[0] is "user", "token", …; input: what came on standard input. out: text. */
int admin_run(struct admin *a, int argc, char **argv, str input, struct strbuf *out);

struct control;
/* Listens on data_dir/control.sock for the command line. */
enum status control_start(struct admin *a, const char *data_dir, struct control **ret, struct err *err) MUST_USE;
void control_stop(struct control *c);
/* Sends a command to a running server. out: false if none answers; else *ret_code and its text on out. */
bool control_send(const char *data_dir, int argc, char **argv, str input, int *ret_code, struct strbuf *out);

#endif
