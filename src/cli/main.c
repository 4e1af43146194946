#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct subcommand SUBCOMMANDS[] = {
    {"serve",
     "serve --city DIR --data DIR [--listen 127.0.0.1:8080] [--map FILE.pmtiles] [--limits off] "
     "[--rehearsal \"2026-11-23 08:00\"]",
     "serves a city; SIGTERM drains and stops; a rehearsal lives in a folder and by a clock of its own "
     "(docs/rehearsal.md)",
     run_serve},
    {"check", "check DIR [--explain | --diagram] [PROCEDURE] [--lang L]",
     "checks a city package: file:line: severity: what (hint); --explain tells its procedures as text (states, who "
     "acts, "
     "clocks with their basis, ways out), --diagram as Markdown with Mermaid diagrams",
     run_check},
    {"try", "try DIR [SCRIPT.yaml ...] [--quiet] [--lang L]",
     "plays scripts of commands against a package without a server and prints the history; without SCRIPT those of its "
     "folder trials; status 1 if an expectation did not hold (docs/trials.md)",
     run_try},
    {"user", "user add --city DIR --data DIR --login L --role R [--unit U] [--area A] [--label TEXT] --password-stdin",
     "adds or changes an account", run_admin},
    {"token", "token add --city DIR --data DIR --login L", "makes a bearer token for an account and prints it once",
     run_admin},
    {"reload", "reload --city DIR --data DIR", "reads the city package anew", run_admin},
    {"exchange", "exchange key|status|export|import|confirm --city DIR --data DIR [--peer CODE] [FILE|N]",
     "other servers: the key they know this one by; how far each has come; messages to and from a file that is carried",
     run_exchange},
    {"timers", "timers confirm --city DIR --data DIR", "confirms the clock after a jump: timers go on", run_admin},
    {"clock", "clock --city DIR --data DIR --to \"2026-11-24 09:00\"",
     "puts the clock of a rehearsal forward; what comes due on the way happens", run_admin},
    {"import", "import --city DIR --data DIR --map FILE.yaml [--rejected FILE.csv] [--json] FILE.csv[.gz]",
     "imports another system's history, or a platform's live cases into the running server", run_import},
    {"export", "export --city DIR --data DIR [--query Q] [--format csv|geojson] [-o FILE]", "exports cases",
     run_export},
    {"verify",
     "verify --data DIR --city DIR [--public-key FILE] [--json] | verify --receipt FILE --public-key FILE [--data DIR]",
     "checks hashes, chains, tree and views", run_verify},
    {"rebuild", "rebuild --city DIR --data DIR [--json]", "makes the views anew from the truth", run_rebuild},
    {"backup", "backup --city DIR --data DIR [--json] TO", "copies the data to a new folder", run_backup},
    {"restore", "restore [--json] FROM TO", "makes a data folder from a backup", run_restore},
    {"locate", "locate --areas FILE.geojson [--key code] < lon,lat lines", "finds the area of each point", run_locate},
    {"classify", "classify --city DIR [--model FILE] [--text COL[,COL]] FILE.csv[.gz]",
     "adds category, confidence, second to each row, by the words of the city or, with a model, by what was learnt, "
     "with "
     "what weighed most or why it abstains",
     run_classify},
    {"learn",
     "learn --city DIR --model FILE [--text COL[,COL]] [--label COL] [--target 0.96] FILE.csv[.gz] | learn --rollback "
     "--model FILE",
     "learns a model from texts of known category; it replaces the one in use only if it does no worse on texts kept "
     "aside; --rollback puts the previous one back",
     run_learn},
    {"scan", "scan [--threads N] [--seed N] [--replications N] [--json] [-o FILE] FILE.prm",
     "space-time scan of SaTScan's own files: permutation, Poisson, Bernoulli; clusters with p, the same for any "
     "number "
     "of threads",
     run_scan},
    {"score", "score [--only hotspots|texts|counts|likeness|areas] DATA_DIR",
     "recomputes every figure of docs/analysis.md from data files and prints that page; status 1 if one is missed",
     run_score},
    {"media-child", "media-child", "cleans one picture from standard input (started by the server)", run_media_child},
};

const struct subcommand *subcommand_now;

static void print_help(FILE *out) {
    fprintf(out, "Yiwang %s: one network for running a city\n\n", YIWANG_VERSION);
    for (size_t i = 0; i < ARRAY_LEN(SUBCOMMANDS); i++) {
        if (SUBCOMMANDS[i].run == run_media_child) continue;
        fprintf(out, "  yiwang %s\n      %s\n", SUBCOMMANDS[i].usage, SUBCOMMANDS[i].what);
    }
    fprintf(out, "\nExit codes: 0 done, 1 refused or found faults, 2 wrong usage.\n");
}

int usage(void) {
    fprintf(stderr, "usage: yiwang %s\n", subcommand_now->usage);
    return EXIT_USAGE;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
        printf("yiwang %s\n", YIWANG_VERSION);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < ARRAY_LEN(SUBCOMMANDS); i++) {
        if (strcmp(argv[1], SUBCOMMANDS[i].name) != 0) continue;
        subcommand_now = &SUBCOMMANDS[i];
        if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
            printf("yiwang %s\n    %s\n", SUBCOMMANDS[i].usage, SUBCOMMANDS[i].what);
            return EXIT_DONE;
        }
        return SUBCOMMANDS[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "yiwang: there is no subcommand %s\n\n", argv[1]);
    print_help(stderr);
    return EXIT_USAGE;
}
