#include "city/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define WHAT_MAX 400

void findings_init(struct findings *f, struct arena *arena) {
    *f = (struct findings){.arena = arena};
}

static void make_room(struct findings *f) {
    if (f->n < f->cap) return;
    size_t cap = f->cap ? f->cap * 2 : 16;
    struct finding *grown = NEW_ARRAY(f->arena, struct finding, cap);
    for (size_t i = 0; i < f->n; i++) grown[i] = f->items[i];
    f->items = grown;
    f->cap = cap;
}

static struct file_findings *of_file(struct findings *f, str file) {
    for (size_t i = f->n_files; i-- > 0;)
        if (str_eq(f->files[i].file, file)) return &f->files[i];
    if (f->n_files == f->cap_files) {
        f->cap_files = f->cap_files ? f->cap_files * 2 : 16;
        struct file_findings *grown = NEW_ARRAY(f->arena, struct file_findings, f->cap_files);
        for (size_t i = 0; i < f->n_files; i++) grown[i] = f->files[i];
        f->files = grown;
    }
    f->files[f->n_files] = (struct file_findings){.file = str_dup(f->arena, file)};
    return &f->files[f->n_files++];
}

/* Whether there is a line left for it. */
static bool is_listed(struct findings *f, enum severity severity, str file) {
    struct file_findings *of = of_file(f, file);
    if (f->n >= FINDINGS_MAX || of->listed[severity] == FINDINGS_OF_FILE) {
        of->unlisted[severity]++;
        return false;
    }
    of->listed[severity]++;
    return true;
}

void findings_add(struct findings *f, enum severity severity, str file, uint32_t line, const char *hint,
                  const char *fmt, ...) {
    ++*(severity == FINDING_ERROR ? &f->errors : &f->warnings);
    if (!is_listed(f, severity, file)) return;
    char what[WHAT_MAX];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    check(len >= 0);
    str text = {what, (size_t)len < sizeof what ? (size_t)len : sizeof what - 1};
    text.len = utf8_valid_len(text); /* the cut may have split a character */
    make_room(f);
    f->items[f->n++] = (struct finding){.file = str_dup(f->arena, file),
                                        .line = line,
                                        .severity = severity,
                                        .what = str_dup(f->arena, text),
                                        .hint = hint ? str_dup(f->arena, str_z(hint)) : STR_NONE};
}

static int by_place(const void *a, const void *b) {
    const struct finding *x = a, *y = b;
    int files = str_cmp(x->file, y->file);
    if (files != 0) return files;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    return str_cmp(x->what, y->what);
}

void findings_print(struct findings *f, struct strbuf *out) {
    if (f->n > 1) qsort(f->items, f->n, sizeof *f->items, by_place);
    for (size_t i = 0; i < f->n; i++) {
        const struct finding *x = &f->items[i];
        strbuf_add(out, x->file);
        if (x->line > 0) strbuf_addf(out, ":%u", x->line);
        strbuf_addf(out, ": %s: ", x->severity == FINDING_ERROR ? "error" : "warning");
        strbuf_add(out, x->what);
        if (!str_empty(x->hint)) {
            strbuf_addz(out, " (");
            strbuf_add(out, x->hint);
            strbuf_addc(out, ')');
        }
        strbuf_addc(out, '\n');
    }
    for (size_t i = 0; i < f->n_files; i++) {
        static const char *const what[] = {[FINDING_ERROR] = "errors", [FINDING_WARNING] = "warnings"};
        for (size_t k = 0; k < ARRAY_LEN(what); k++)
            if (f->files[i].unlisted[k] > 0)
                strbuf_addf(out, "%.*s: %zu further %s are not listed\n", P(f->files[i].file), f->files[i].unlisted[k],
                            what[k]);
    }
}
