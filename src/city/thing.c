#include "city/thing.h"

#include <string.h>

/* The part of a form at *at. out: its length in the form; *ret the text that must stand there, empty for one digit. */
static size_t part_of(const char *at, const code *division, const code *category, str *ret, const char **ret_what) {
    static const char DIVISION[] = "{division}", CLASS[] = "{class}";
    *ret_what = "sign";
    *ret = (str){at, 1};
    if (*at == '#') {
        *ret = STR_NONE;
        return 1;
    }
    if (strncmp(at, DIVISION, sizeof DIVISION - 1) == 0) {
        *ret = str_code(division);
        *ret_what = "division";
        return sizeof DIVISION - 1;
    }
    if (strncmp(at, CLASS, sizeof CLASS - 1) != 0) return 1;
    *ret = str_slice(str_code(category), 1, strlen(category->s));
    *ret_what = "class";
    return sizeof CLASS - 1;
}

bool thing_form_valid(const code *form) {
    static const code none = {"x"};
    for (const char *at = form->s; *at != '\0';) {
        str text;
        const char *what;
        size_t n = part_of(at, &none, &none, &text, &what);
        bool letter = (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9');
        if (n == 1 && *at != '#' && *at != '-' && !letter) return false;
        at += n;
    }
    return true;
}

static enum status bad(struct err *err, const code *thing) {
    err_set(err, E_INVALID, "bad_thing", "\"%s\" is no code of this register.", thing->s);
    err_field(err, "thing");
    return E_INVALID;
}

enum status thing_code_check(const code *form, const code *thing, const code *division, const code *category,
                             struct err *err) {
    str rest = str_code(thing);
    if (code_empty(form)) return OK;
    for (const char *at = form->s; *at != '\0';) {
        str text;
        const char *what;
        size_t place = strlen(thing->s) - rest.len + 1;
        at += part_of(at, division, category, &text, &what);
        bool digit = str_empty(text) && rest.len > 0 && rest.ptr[0] >= '0' && rest.ptr[0] <= '9';
        if (!digit && (str_empty(text) || !str_starts(rest, text))) {
            bad(err, thing);
            if (str_empty(text))
                err_hint(err, "A digit is expected at place %zu (form %s).", place, form->s);
            else
                err_hint(err, "From place %zu the %s %.*s is expected (form %s).", place, what, P(text), form->s);
            return E_INVALID;
        }
        rest = str_slice(rest, digit ? 1 : text.len, rest.len);
    }
    if (rest.len == 0) return OK;
    bad(err, thing);
    err_hint(err, "It is %zu signs too long (form %s).", rest.len, form->s);
    return E_INVALID;
}
