/* Documents as files: both forms hold all that is said, every part of a DOCX is well-formed XML, the same document gives the
 * same bytes, and what is too much is refused. PAPER_OUT=folder keeps the files, to be looked at. */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "../base/support.h"
#include "letter/sheet.h"
#include "paper/paper.h"

static str BODY[] = {S_INIT("No Such Font"), S_INIT("Noto Serif CJK SC")};
static struct city city;

static void begin(struct sheet *s, enum sheet_style style, struct arena *arena) {
    for (int k = 0; k < FONT_COUNT; k++) city.letter_look.fonts[0][k] = (struct font_list){BODY, 2};
    city.langs[0] = S("zh");
    city.n_langs = 1;
    struct civil date = {.year = 2026, .month = 11, .mday = 24};
    sheet_begin(s, &(struct sheet_start){&city, 0, style, date}, arena);
}

static void keep(const char *name, str bytes) {
    const char *folder = getenv("PAPER_OUT");
    char path[300];
    if (folder == NULL) return;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
    fclose(f);
}

/* A part of the archive. */
static str part_of(str docx, const char *name, struct arena *arena) {
    zip_error_t problem;
    zip_stat_t stat;
    zip_source_t *source = zip_source_buffer_create(docx.ptr, docx.len, 0, &problem);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, &problem);
    assert_non_null(zip);
    assert_int_equal(zip_stat(zip, name, 0, &stat), 0);
    zip_file_t *f = zip_fopen(zip, name, 0);
    assert_non_null(f);
    char *bytes = NEW_ARRAY(arena, char, stat.size + 1);
    assert_int_equal(zip_fread(f, bytes, stat.size), (zip_int64_t)stat.size);
    zip_fclose(f);
    zip_close(zip);
    return (str){bytes, stat.size};
}

static void check_xml(str docx, struct arena *arena) {
    static const char *const parts[] = {
        "[Content_Types].xml", "_rels/.rels",        "word/document.xml", "word/_rels/document.xml.rels",
        "word/styles.xml",     "word/fontTable.xml", "word/settings.xml", "word/footer1.xml",
        "docProps/core.xml"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        str xml = part_of(docx, parts[i], arena);
        xmlDocPtr doc = xmlReadMemory(xml.ptr, (int)xml.len, parts[i], NULL, XML_PARSE_NONET);
        assert_non_null(doc);
        xmlFreeDoc(doc);
    }
}

static size_t times(str text, str what) {
    size_t n = 0;
    for (ptrdiff_t at = 0; (at = str_find(text, what, (size_t)at)) >= 0; at += (ptrdiff_t)what.len) n++;
    return n;
}

static void fill_sheet(struct sheet *s) {
    const struct table *t = sheet_table(s, (struct column[]){{5, ALIGN_LEFT}, {1, ALIGN_RIGHT}, {2, ALIGN_CENTRE}}, 3);
    sheet_part(s, PART_TITLE, S("一格一页"));
    sheet_part(s, PART_TO, S("西城街道 第三网格"));
    sheet_part(s, PART_HEADING, S("一、<事项> & \"其他\""));
    sheet_row(s, t, (str[]){S("名称"), S("件数"), S("单位")}, true);
    for (int i = 0; i < 70; i++) {
        str name =
            i == 3 ? S("名称很长的一行，要在格子里折成几行才放得下，这样才知道行高是不是跟着走，下一行有没有被它盖住。")
                   : S("路灯不亮");
        sheet_row(s, t, (str[]){name, S("12"), S("城管局")}, false);
    }
    sheet_blank_rows(s, t, 4, 9);
    sheet_part(s, PART_TEXT, S("第一段\x01。\n\n第二段。"));
    sheet_part(s, PART_LINE, S("交班人："));
    sheet_part(s, PART_NOTE, S("样例"));
}

static void both_forms_hold_everything(void **state) {
    (void)state;
    for (int style = SHEET_LETTER; style <= SHEET_LYING; style++) {
        struct arena arena;
        struct sheet s;
        struct document d;
        struct strbuf docx, again, pdf;
        char name[40];
        arena_init(&arena, 0);
        begin(&s, (enum sheet_style)style, &arena);
        fill_sheet(&s);
        assert_int_equal(sheet_end(&s, &d, NULL), OK);
        strbuf_init(&docx, PAPER_BYTES_MAX);
        strbuf_init(&again, PAPER_BYTES_MAX);
        strbuf_init(&pdf, PAPER_BYTES_MAX);
        assert_int_equal(paper_docx(&d, &docx, NULL), OK);
        assert_int_equal(paper_docx(&d, &again, NULL), OK);
        assert_str(strbuf_str(&docx), strbuf_str(&again));
        assert_int_equal(paper_pdf(&d, &pdf, NULL), OK);
        assert_true(str_starts(strbuf_str(&pdf), S("%PDF-1.")));
        check_xml(strbuf_str(&docx), &arena);
        str said = part_of(strbuf_str(&docx), "word/document.xml", &arena);
        assert_int_equal(times(said, S("<w:tr>")), 75);
        assert_int_equal(times(said, S("<w:tblHeader/>")), 1);
        assert_int_equal(times(said, S("&lt;事项&gt; &amp;")), 1);
        assert_int_equal(times(said, S("第一段。")), 1);
        snprintf(name, sizeof name, "sheet%d.docx", style);
        keep(name, strbuf_str(&docx));
        snprintf(name, sizeof name, "sheet%d.pdf", style);
        keep(name, strbuf_str(&pdf));
        strbuf_done(&docx);
        strbuf_done(&again);
        strbuf_done(&pdf);
        arena_done(&arena);
    }
}

/* Nothing at all, a table alone, and a table at the end are documents too. */
static void odd_documents_are_drawn(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct arena arena;
        struct sheet s;
        struct document d;
        struct strbuf docx, pdf;
        arena_init(&arena, 0);
        begin(&s, SHEET_UPRIGHT, &arena);
        const struct table *t = sheet_table(&s, (struct column[]){{1, ALIGN_LEFT}}, 1);
        if (i == 2) sheet_part(&s, PART_TITLE, S("题"));
        if (i > 0) sheet_blank_rows(&s, t, 2, 400); /* higher than a page */
        assert_int_equal(sheet_end(&s, &d, NULL), OK);
        strbuf_init(&docx, PAPER_BYTES_MAX);
        strbuf_init(&pdf, PAPER_BYTES_MAX);
        assert_int_equal(paper_docx(&d, &docx, NULL), OK);
        assert_int_equal(paper_pdf(&d, &pdf, NULL), OK);
        check_xml(strbuf_str(&docx), &arena);
        strbuf_done(&docx);
        strbuf_done(&pdf);
        arena_done(&arena);
    }
}

static void too_much_is_refused(void **state) {
    (void)state;
    struct err err = {0};
    struct sheet s;
    struct document d;
    struct strbuf out;
    struct arena arena;
    arena_init(&arena, 0);
    begin(&s, SHEET_LETTER, &arena);
    for (int i = 0; i <= PARAGRAPHS_MAX; i++) sheet_part(&s, PART_TEXT, S("行"));
    assert_int_equal(sheet_end(&s, &d, &err), E_TOO_LARGE);
    assert_string_equal(err.code, "letter_too_long");
    begin(&s, SHEET_LETTER, &arena);
    for (int i = 0; i < DOCUMENT_TEXT_MAX / 90 + 1; i++)
        sheet_part(&s, PART_TEXT, S("三十个字三十个字三十个字三十个字三十个字三十个字三十个字二十九"));
    assert_int_equal(sheet_end(&s, &d, NULL), E_TOO_LARGE);
    /* More pages than a paper may have. */
    begin(&s, SHEET_UPRIGHT, &arena);
    const struct table *t = sheet_table(&s, (struct column[]){{1, ALIGN_LEFT}}, 1);
    sheet_blank_rows(&s, t, PAPER_PAGES_MAX + 1, 200);
    assert_int_equal(sheet_end(&s, &d, NULL), OK);
    strbuf_init(&out, PAPER_BYTES_MAX);
    assert_int_equal(paper_pdf(&d, &out, &err), E_TOO_LARGE);
    strbuf_done(&out);
    /* More bytes than the buffer takes. */
    begin(&s, SHEET_UPRIGHT, &arena);
    sheet_part(&s, PART_TEXT, S("字"));
    assert_int_equal(sheet_end(&s, &d, NULL), OK);
    strbuf_init(&out, 100);
    assert_int_not_equal(paper_pdf(&d, &out, &err), OK);
    strbuf_done(&out);
    strbuf_init(&out, 100);
    assert_int_not_equal(paper_docx(&d, &out, &err), OK);
    strbuf_done(&out);
    arena_done(&arena);
}

/* Cairo 1.16 loses what it made of a font's outlines at the end of a PDF, fontconfig keeps its lists until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libcairo\nleak:libfontconfig\nleak:libpango\n";
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_hold_everything),
        cmocka_unit_test(odd_documents_are_drawn),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
