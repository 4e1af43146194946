#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
    [OK] = "OK",
    [E_SYNTAX] = "E_SYNTAX",
    [E_INVALID] = "E_INVALID",
    [E_LOGIN] = "E_LOGIN",
    [E_DENIED] = "E_DENIED",
    [E_NOT_FOUND] = "E_NOT_FOUND",
    [E_METHOD] = "E_METHOD",
    [E_STATE] = "E_STATE",
    [E_CONFLICT] = "E_CONFLICT",
    [E_REUSED] = "E_REUSED",
    [E_TOO_LARGE] = "E_TOO_LARGE",
    [E_TOO_MANY] = "E_TOO_MANY",
    [E_BUSY] = "E_BUSY",
    [E_STORAGE] = "E_STORAGE",
    [E_CORRUPT] = "E_CORRUPT",
    [E_INTERNAL] = "E_INTERNAL",
};
_Static_assert(ARRAY_LEN(names) == STATUS_COUNT, "every status has a name");

/* A cut must not split a code point: the text goes into JSON. */
static void cut_whole(char *text, size_t len) {
    size_t lead = len;
    while (lead > 0 && ((unsigned char)text[lead - 1] & 0xC0) == 0x80) lead--;
    if (lead == 0) return;
    unsigned char c = (unsigned char)text[lead - 1];
    size_t need = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (len - (lead - 1) < need) text[lead - 1] = 0;
}

__attribute__((format(printf, 3, 0))) static void fill(char *text, size_t size, const char *fmt, va_list args) {
    int n = vsnprintf(text, size, fmt, args);
    check(n >= 0);
    if ((size_t)n >= size) cut_whole(text, size - 1);
}

enum status err_set(struct err *e, enum status status, const char *code, const char *fmt, ...) {
    if (!e) return status;
    memset(e, 0, sizeof *e);
    e->status = status;
    check(strlen(code) < sizeof e->code);
    memcpy(e->code, code, strlen(code));
    va_list args;
    va_start(args, fmt);
    fill(e->primary, sizeof e->primary, fmt, args);
    va_end(args);
    return status;
}

void err_hint(struct err *e, const char *fmt, ...) {
    if (!e) return;
    va_list args;
    va_start(args, fmt);
    fill(e->hint, sizeof e->hint, fmt, args);
    va_end(args);
}

void err_field(struct err *e, const char *fmt, ...) {
    if (!e) return;
    va_list args;
    va_start(args, fmt);
    fill(e->field, sizeof e->field, fmt, args);
    va_end(args);
}

void err_detail(struct err *e, const char *fmt, ...) {
    if (!e) return;
    va_list args;
    va_start(args, fmt);
    fill(e->detail, sizeof e->detail, fmt, args);
    va_end(args);
}

const char *status_name(enum status status) {
    check((unsigned)status < STATUS_COUNT);
    return names[status];
}
