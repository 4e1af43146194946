/* Bodies of forms: whole, malformed, cut short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/http_int.h"

#include <stdlib.h>
#include <string.h>

static struct arena arena;

static int start(void **state) {
    (void)state;
    arena_init(&arena, 0);
    return 0;
}

static int stop(void **state) {
    (void)state;
    arena_done(&arena);
    return 0;
}

static const char *const url_type = "application/x-www-form-urlencoded; charset=utf-8";
static const char *const multi_type = "multipart/form-data; boundary=AaB03x";

/* The form as text: fields as name=value;  files as name:filename:type:size; */
static const char *summary(const struct form *form) {
    struct strbuf b;
    strbuf_init(&b, 65536);
    for (size_t i = 0; i < form->fields.n; i++)
        strbuf_addf(&b, "%.*s=%.*s;", P(form->fields.v[i].name), P(form->fields.v[i].value));
    for (size_t i = 0; i < form->n_files; i++) {
        const struct http_file *file = &form->files[i].file;
        strbuf_addf(&b, "%.*s:%.*s:%.*s:%zu;", P(form->files[i].field), P(file->name), P(file->type), file->bytes.len);
    }
    const char *text = str_cstr(&arena, strbuf_str(&b));
    strbuf_done(&b);
    return text;
}

static void urlencoded(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *body, *result; /* NULL: refused */
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "a=1&b=2", "a=1;b=2;"},
        {__LINE__, "a=1&&a=2&", "a=1;a=2;"},
        {__LINE__, "a", "a=;"},
        {__LINE__, "=x", "=x;"},
        {__LINE__, "a=b=c", "a=b=c;"},
        {__LINE__, "a+b=c+d%2Be", "a b=c d+e;"},
        {__LINE__, "text=%E4%BA%95%e7%9b%96", "text=\xE4\xBA\x95\xE7\x9B\x96;"},
        {__LINE__, "a=%", NULL},
        {__LINE__, "a=%4", NULL},
        {__LINE__, "a=%G0", NULL},
        {__LINE__, "a=%00", NULL},
        {__LINE__, "a=%E4%BA", NULL},
        {__LINE__, "a=\xFF", NULL},
        {__LINE__, "a=%C0%80", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct form form;
        struct err err = {0};
        enum status status = form_parse(str_z(rows[i].body), str_z(url_type), &arena, &form, &err);
        bool ok = rows[i].result ? status == OK && strcmp(summary(&form), rows[i].result) == 0
                                 : status == E_SYNTAX && strcmp(err.code, "bad_form") == 0;
        if (!ok) print_error("row %d\n", rows[i].line);
        assert_true(ok);
    }
}

static void too_many_fields(void **state) {
    (void)state;
    struct strbuf b;
    struct form form;
    strbuf_init(&b, 4096);
    for (int i = 0; i < PAIRS_MAX; i++) strbuf_addz(&b, i ? "&a=1" : "a=1");
    assert_int_equal(form_parse(strbuf_str(&b), str_z(url_type), &arena, &form, NULL), OK);
    assert_int_equal(form.fields.n, PAIRS_MAX);
    strbuf_addz(&b, "&a=1");
    assert_int_equal(form_parse(strbuf_str(&b), str_z(url_type), &arena, &form, NULL), E_SYNTAX);
    strbuf_done(&b);
}

#define FIELD(name, value) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n" value

static void multipart(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *body, *result; /* NULL: refused */
    } rows[] = {
        {__LINE__, "--AaB03x\r\n" FIELD("a", "1") "\r\n--AaB03x\r\n" FIELD("b", "2") "\r\n--AaB03x--\r\n", "a=1;b=2;"},
        {__LINE__, "--AaB03x\r\n" FIELD("a", "1") "\r\n--AaB03x--", "a=1;"},
        {__LINE__, "a preamble\r\n--AaB03x\r\n" FIELD("a", "1") "\r\n--AaB03x--\r\nan epilogue", "a=1;"},
        {__LINE__, "--AaB03x--\r\n", ""},
        {__LINE__, "--AaB03x \t\r\n" FIELD("a", "") "\r\n--AaB03x--", "a=;"},
        {__LINE__, "--AaB03x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--AaB03x--", "a=;"},
        {__LINE__, "--AaB03x\r\ncontent-disposition:form-data;name=a\r\n\r\n1\r\n--AaB03x--", "a=1;"},
        {__LINE__, "--AaB03x\r\n" FIELD("a", "--AaB03 \r\n--AaB03 x\r\n-") "\r\n--AaB03x--",
         "a=--AaB03 \r\n--AaB03 x\r\n-;"},
        {__LINE__,
         "--AaB03x\r\nContent-Disposition: form-data; name=\"p\"; filename=\"x.jpg\"\r\nContent-Type: "
         "image/jpeg\r\n\r\n"
         "\xFF\xD8\r\n--AaB03x--",
         "p:x.jpg:image/jpeg:2;"},
        {__LINE__,
         "--AaB03x\r\nContent-Disposition: form-data; name=\"p\"; filename=\"a \\\"b\\\".txt\"\r\n\r\nx\r\n--AaB03x--",
         "p:a \\\"b\\\".txt:text/plain:1;"},
        {__LINE__,
         "--AaB03x\r\nContent-Disposition: form-data; filename=\"C:\\dir\\\"; name=\"p\"\r\n\r\nx\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\nContent-Disposition: form-data; name=\"p\"; filename=\"\"\r\n\r\n\r\n--AaB03x--", ""},
        {__LINE__,
         "--AaB03x\r\nContent-Disposition: form-data; name=\"p\"; filename=\"\xE4\xBA\x95.jpg\"\r\n\r\nx\r\n--AaB03x--",
         "p:\xE4\xBA\x95.jpg:text/plain:1;"},
        {__LINE__, "", NULL},
        {__LINE__, "a=1&b=2", NULL},
        {__LINE__, "--AaB03x", NULL},
        {__LINE__, "--AaB03x\r\n", NULL},
        {__LINE__, "--AaB03x\r\n" FIELD("a", "1"), NULL},
        {__LINE__, "--AaB03x\r\n" FIELD("a", "1") "\r\n--AaB03x", NULL},
        {__LINE__, "--AaB03x\r\n" FIELD("a", "1") "\r\n--AaB03y--", NULL},
        {__LINE__, "--AaB03xx\r\n" FIELD("a", "1") "\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\nContent-Disposition: form-data; name\r\n\r\n1\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\nno colon\r\n\r\n1\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\nContent-Transfer-Encoding: base64\r\n" FIELD("a", "MQ==") "\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\n" FIELD("a", "\xFF") "\r\n--AaB03x--", NULL},
        {__LINE__, "--AaB03x\r\n" FIELD("\xFF", "1") "\r\n--AaB03x--", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct form form;
        struct err err = {0};
        enum status status = form_parse(str_z(rows[i].body), str_z(multi_type), &arena, &form, &err);
        bool ok = rows[i].result ? status == OK && strcmp(summary(&form), rows[i].result) == 0
                                 : status == E_SYNTAX && strcmp(err.code, "bad_form") == 0;
        if (!ok) print_error("row %d: %s %s\n", rows[i].line, err.primary, status == OK ? summary(&form) : "");
        assert_true(ok);
    }
}

static void boundaries(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *type;
        bool ok;
    } rows[] = {
        {__LINE__, "multipart/form-data; boundary=b", true},
        {__LINE__, "Multipart/Form-Data; charset=utf-8; Boundary=\"b\"", true},
        {__LINE__, "multipart/form-data; boundary=\"b", false},
        {__LINE__, "multipart/form-data; boundary=", false},
        {__LINE__, "multipart/form-data", false},
        {__LINE__, "multipart/form-data; border=b", false},
        {__LINE__,
         "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
         false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct form form;
        enum status status =
            form_parse(S("--b\r\n" FIELD("a", "1") "\r\n--b--"), str_z(rows[i].type), &arena, &form, NULL);
        if ((status == OK) != rows[i].ok) print_error("row %d\n", rows[i].line);
        assert_int_equal(status == OK, rows[i].ok);
    }
}

/* Every shorter body is refused, up to the one that lacks only the last line end; memory is watched by the sanitizer. */
static void cut_short(void **state) {
    (void)state;
    const str whole =
        S("--AaB03x\r\n" FIELD("a", "1") "\r\n--AaB03x\r\nContent-Disposition: form-data; name=\"p\"; "
                                         "filename=\"x\"\r\nContent-Type: image/png\r\n\r\nbytes\r\n--AaB03x--\r\n");
    for (size_t n = 0; n <= whole.len; n++) {
        struct form form;
        char *exact = malloc(n + !n);
        memcpy(exact, whole.ptr, n);
        enum status status = form_parse((str){exact, n}, str_z(multi_type), &arena, &form, NULL);
        assert_int_equal(status, n + 2 >= whole.len ? OK : E_SYNTAX);
        free(exact);
    }
}

static void bounds(void **state) {
    (void)state;
    struct strbuf b;
    struct form form;
    strbuf_init(&b, 65536);
    for (int i = 0; i < FORM_PARTS_MAX + 1; i++) strbuf_addz(&b, "--AaB03x\r\n" FIELD("a", "1") "\r\n");
    strbuf_addz(&b, "--AaB03x--");
    assert_int_equal(form_parse(strbuf_str(&b), str_z(multi_type), &arena, &form, NULL), E_SYNTAX);
    strbuf_clear(&b);
    strbuf_addz(&b, "--AaB03x\r\nX: ");
    for (size_t i = 0; i < FORM_PART_HEADERS_MAX; i++) strbuf_addc(&b, 'x');
    strbuf_addz(&b, "\r\n" FIELD("a", "1") "\r\n--AaB03x--");
    assert_int_equal(form_parse(strbuf_str(&b), str_z(multi_type), &arena, &form, NULL), E_SYNTAX);
    strbuf_done(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urlencoded), cmocka_unit_test(too_many_fields), cmocka_unit_test(multipart),
        cmocka_unit_test(boundaries), cmocka_unit_test(cut_short),       cmocka_unit_test(bounds),
    };
    return cmocka_run_group_tests_name("forms", tests, start, stop);
}
