/* CSV: rows that were read are written and read alike; reading always ends and its lines grow. */
#include "base/csv.h"

#define TEXT_MAX ((size_t)1 << 24)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes every good row of text. out: their number; *ret_bad the number of bad ones. */
static size_t copy(str text, struct strbuf *out, struct arena *a, size_t *ret_bad) {
    struct csv c;
    struct err err;
    uint32_t line_before = 0;
    size_t n = 0;
    *ret_bad = 0;
    csv_init(&c, text, a);
    for (bool end;;) {
        size_t pos_before = c.pos;
        enum status status = csv_next(&c, &end, &err);
        if (status == OK && end) return n;
        check(c.line > line_before && c.pos > pos_before);
        line_before = c.line;
        if (status != OK) {
            check(status == E_SYNTAX && err.line == c.line && c.n_fields == 0);
            ++*ret_bad;
            continue;
        }
        check(c.n_fields > 0 && c.n_fields <= CSV_COLUMNS_MAX);
        for (size_t i = 0; i < c.n_fields; i++) {
            check(utf8_valid(c.fields[i]));
            csv_add_field(out, c.fields[i], i == 0);
        }
        strbuf_addc(out, '\n');
        n++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    struct strbuf once, twice;
    size_t bad;
    arena_init(&a, 0);
    strbuf_init(&once, TEXT_MAX);
    strbuf_init(&twice, TEXT_MAX);
    size_t n = copy((str){(const char *)data, size}, &once, &a, &bad);
    size_t again = copy(strbuf_str(&once), &twice, &a, &bad);
    check(once.overflow || (again == n && bad == 0 && str_eq(strbuf_str(&once), strbuf_str(&twice))));
    strbuf_done(&once);
    strbuf_done(&twice);
    arena_done(&a);
    return 0;
}
