/* What a check of a city package found: every finding is counted and, up to a bound for each file, kept, so that a package
 * is refused with all of them and no file crowds out another. */
#ifndef YIWANG_CITY_FINDINGS_H
#define YIWANG_CITY_FINDINGS_H

#include "base/str.h"

#define FINDINGS_MAX 10000    /* listed in all; those beyond are counted */
#define FINDINGS_OF_FILE 1000 /* errors, and again warnings, listed of one file */

enum severity { FINDING_ERROR, FINDING_WARNING };
struct finding {
    str file;
    uint32_t line; /* 0 = the file as a whole */
    enum severity severity;
    str what, hint;
};
struct file_findings {
    str file;
    size_t listed[2], unlisted[2]; /* by severity */
};
struct findings {
    struct arena *arena;
    struct file_findings *files;
    size_t n_files, cap_files;
    struct finding *items;
    size_t n, cap;
    size_t errors, warnings;
};

/* An empty list. in: an arena that outlives it. */
void findings_init(struct findings *f, struct arena *arena);
/* Adds one finding. in: hint may be NULL; printf format for what. memory: copies into the findings' arena. */
void findings_add(struct findings *f, enum severity severity, str file, uint32_t line, const char *hint,
                  const char *fmt, ...) PRINTF_LIKE(6, 7);
/* Sorts by file and line and appends "file:line: severity: what (hint)" lines, and how many of each file have no line. */
void findings_print(struct findings *f, struct strbuf *out);

#endif
