/* DOCX: a ZIP of XML parts (ISO/IEC 29500-1, 11.3 and 17; ECMA-376 part 2 for the package). Measures: twentieths of a
 * point for lengths, halves for sizes of type. */
#include <libxml/xmlwriter.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "paper/paper_int.h"

#define NS_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define NS_R "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define NS_PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define TYPE_WORD "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define DOS_DAY_ONE 0x21 /* 1980-01-01: a ZIP's first day, so that the hour of printing is not in it */

/* --- XML --- */

/* A part being written; ok turns false with the first refusal of the library. */
struct xml {
    xmlBufferPtr buffer;
    xmlTextWriterPtr w;
    bool ok;
};

static struct xml xml_begin(void) {
    struct xml x = {.buffer = xmlBufferCreate()};
    x.w = x.buffer == NULL ? NULL : xmlNewTextWriterMemory(x.buffer, 0);
    x.ok = x.w != NULL && xmlTextWriterStartDocument(x.w, NULL, "UTF-8", "yes") >= 0;
    return x;
}

static void open_tag(struct xml *x, const char *name) {
    if (x->ok) x->ok = xmlTextWriterStartElement(x->w, (const xmlChar *)name) >= 0;
}

static void close_tag(struct xml *x) {
    if (x->ok) x->ok = xmlTextWriterEndElement(x->w) >= 0;
}

static void put_attribute(struct xml *x, const char *name, const char *value) {
    if (x->ok) x->ok = xmlTextWriterWriteAttribute(x->w, (const xmlChar *)name, (const xmlChar *)value) >= 0;
}

static void put_number(struct xml *x, const char *name, double value) {
    char text[32];
    snprintf(text, sizeof text, "%.0f", round(value));
    put_attribute(x, name, text);
}

/* in: a text without NUL; it is copied to end in one. */
static void put_text(struct xml *x, str text) {
    if (!x->ok || str_empty(text)) return;
    xmlChar *z = xmlStrndup((const xmlChar *)text.ptr, (int)text.len);
    x->ok = z != NULL && xmlTextWriterWriteString(x->w, z) >= 0;
    xmlFree(z);
}

static void put_named(struct xml *x, const char *tag, str text) {
    open_tag(x, tag);
    put_text(x, text);
    close_tag(x);
}

/* <tag w:val="value"/> */
static void put_val(struct xml *x, const char *tag, const char *value) {
    open_tag(x, tag);
    if (value != NULL) put_attribute(x, "w:val", value);
    close_tag(x);
}

static void put_val_number(struct xml *x, const char *tag, double value) {
    open_tag(x, tag);
    put_number(x, "w:val", value);
    close_tag(x);
}

/* --- the package --- */

/* Hands the part over to the archive, under its name. */
static bool add_part(zip_t *zip, const char *name, struct xml *x) {
    bool ok = x->ok && xmlTextWriterEndDocument(x->w) >= 0;
    if (x->w != NULL) xmlFreeTextWriter(x->w); /* writes what it still holds */
    if (!ok) {
        if (x->buffer != NULL) xmlBufferFree(x->buffer);
        return false;
    }
    zip_uint64_t n = (zip_uint64_t)xmlBufferLength(x->buffer);
    char *bytes = (char *)xmlBufferDetach(x->buffer); /* malloc: the archive frees it */
    xmlBufferFree(x->buffer);
    zip_source_t *source = bytes == NULL ? NULL : zip_source_buffer(zip, bytes, n, 1);
    if (source == NULL) return false;
    zip_int64_t at = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    if (at < 0) zip_source_free(source);
    return at >= 0 && zip_file_set_dostime(zip, (zip_uint64_t)at, 0, DOS_DAY_ONE, 0) == 0;
}

static struct xml types_part(void) {
    static const struct {
        const char *part, *type;
    } parts[] = {{"/word/document.xml", TYPE_WORD "document.main+xml"},
                 {"/word/styles.xml", TYPE_WORD "styles+xml"},
                 {"/word/fontTable.xml", TYPE_WORD "fontTable+xml"},
                 {"/word/settings.xml", TYPE_WORD "settings+xml"},
                 {"/word/footer1.xml", TYPE_WORD "footer+xml"},
                 {"/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"}};
    struct xml x = xml_begin();
    open_tag(&x, "Types");
    put_attribute(&x, "xmlns", NS_PACKAGE "content-types");
    open_tag(&x, "Default");
    put_attribute(&x, "Extension", "rels");
    put_attribute(&x, "ContentType", "application/vnd.openxmlformats-package.relationships+xml");
    close_tag(&x);
    open_tag(&x, "Default");
    put_attribute(&x, "Extension", "xml");
    put_attribute(&x, "ContentType", "application/xml");
    close_tag(&x);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        open_tag(&x, "Override");
        put_attribute(&x, "PartName", parts[i].part);
        put_attribute(&x, "ContentType", parts[i].type);
        close_tag(&x);
    }
    close_tag(&x);
    return x;
}

struct relation {
    const char *id, *type, *target;
};

static struct xml relations_part(const struct relation *relations, size_t n) {
    struct xml x = xml_begin();
    open_tag(&x, "Relationships");
    put_attribute(&x, "xmlns", NS_PACKAGE "relationships");
    for (size_t i = 0; i < n; i++) {
        open_tag(&x, "Relationship");
        put_attribute(&x, "Id", relations[i].id);
        put_attribute(&x, "Type", relations[i].type);
        put_attribute(&x, "Target", relations[i].target);
        close_tag(&x);
    }
    close_tag(&x);
    return x;
}

static struct xml core_part(const struct document *d) {
    char made[32];
    snprintf(made, sizeof made, "%04d-%02d-%02dT00:00:00Z", (int)d->date.year, (int)d->date.month, (int)d->date.mday);
    struct xml x = xml_begin();
    open_tag(&x, "cp:coreProperties");
    put_attribute(&x, "xmlns:cp", NS_PACKAGE "metadata/core-properties");
    put_attribute(&x, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
    put_attribute(&x, "xmlns:dcterms", "http://purl.org/dc/terms/");
    put_attribute(&x, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    put_named(&x, "dc:title", d->title);
    put_named(&x, "dc:creator", d->author);
    put_named(&x, "dc:language", d->lang);
    open_tag(&x, "dcterms:created");
    put_attribute(&x, "xsi:type", "dcterms:W3CDTF");
    put_text(&x, str_z(made));
    close_tag(&x);
    close_tag(&x);
    return x;
}

/* --- type --- */

/* The name of a font without the style that the PDF asks for: "Noto Serif CJK SC Bold". */
static str family(str name) {
    return str_ends(name, S(" Bold")) ? str_slice(name, 0, name.len - 5) : name;
}

static void put_str_attribute(struct xml *x, const char *name, str value) {
    xmlChar *z = xmlStrndup((const xmlChar *)value.ptr, (int)value.len);
    if (z == NULL) x->ok = false;
    if (x->ok) put_attribute(x, name, (const char *)z);
    xmlFree(z);
}

static void put_fonts(struct xml *x, const struct font_list *fonts) {
    str name = fonts->n == 0 ? S("serif") : family(fonts->names[0]);
    open_tag(x, "w:rFonts");
    put_str_attribute(x, "w:ascii", name);
    put_str_attribute(x, "w:eastAsia", name);
    put_str_attribute(x, "w:hAnsi", name);
    put_str_attribute(x, "w:cs", name);
    close_tag(x);
}

/* What is taken where the font is not there: the others of its list. */
static struct xml fonts_part(const struct document *d) {
    struct xml x = xml_begin();
    open_tag(&x, "w:fonts");
    put_attribute(&x, "xmlns:w", NS_W);
    for (int k = 0; k < FONT_COUNT; k++) {
        const struct font_list *f = &d->fonts[k];
        struct strbuf others;
        strbuf_init(&others, 4096);
        for (size_t i = 1; i < f->n; i++) {
            if (i > 1) strbuf_addc(&others, ',');
            strbuf_add(&others, family(f->names[i]));
        }
        bool known = f->n == 0;
        for (int o = 0; o < k && !known; o++) known = d->fonts[o].n > 0 && str_eq(d->fonts[o].names[0], f->names[0]);
        if (!known) {
            open_tag(&x, "w:font");
            put_str_attribute(&x, "w:name", family(f->names[0]));
            if (others.len > 0) {
                open_tag(&x, "w:altName");
                put_str_attribute(&x, "w:val", strbuf_str(&others));
                close_tag(&x);
            }
            put_val(&x, "w:family", k == FONT_HEADING ? "swiss" : "roman");
            put_val(&x, "w:pitch", "variable");
            close_tag(&x);
        }
        strbuf_done(&others);
    }
    close_tag(&x);
    return x;
}

static struct xml settings_part(void) {
    struct xml x = xml_begin();
    open_tag(&x, "w:settings");
    put_attribute(&x, "xmlns:w", NS_W);
    put_val(&x, "w:characterSpacingControl", "doNotCompress");
    open_tag(&x, "w:compat");
    open_tag(&x, "w:compatSetting");
    put_attribute(&x, "w:name", "compatibilityMode");
    put_attribute(&x, "w:uri", "http://schemas.microsoft.com/office/word");
    put_attribute(&x, "w:val", "15");
    close_tag(&x);
    close_tag(&x);
    close_tag(&x);
    return x;
}

/* Language tags that word processors know. */
static void put_language(struct xml *x, str lang) {
    open_tag(x, "w:lang");
    put_attribute(x, "w:val", "en-US");
    put_attribute(x, "w:eastAsia", str_is(lang, "zh") ? "zh-CN" : "en-US");
    close_tag(x);
}

static struct xml styles_part(const struct document *d) {
    struct xml x = xml_begin();
    open_tag(&x, "w:styles");
    put_attribute(&x, "xmlns:w", NS_W);
    open_tag(&x, "w:docDefaults");
    open_tag(&x, "w:rPrDefault");
    open_tag(&x, "w:rPr");
    put_fonts(&x, &d->fonts[FONT_BODY]);
    put_val_number(&x, "w:sz", d->size_pt * 2);
    put_val_number(&x, "w:szCs", d->size_pt * 2);
    put_language(&x, d->lang);
    close_tag(&x);
    close_tag(&x);
    close_tag(&x);
    open_tag(&x, "w:style");
    put_attribute(&x, "w:type", "paragraph");
    put_attribute(&x, "w:default", "1");
    put_attribute(&x, "w:styleId", "Normal");
    put_val(&x, "w:name", "Normal");
    close_tag(&x);
    close_tag(&x);
    return x;
}

/* --- paragraphs --- */

static void put_run_style(struct xml *x, const struct document *d, const struct paragraph *p) {
    open_tag(x, "w:rPr");
    put_fonts(x, &d->fonts[p->font]);
    if (p->red) put_val(x, "w:color", "E60012");
    put_val_number(x, "w:sz", p->size_pt * 2);
    put_val_number(x, "w:szCs", p->size_pt * 2);
    close_tag(x);
}

static void put_rule(struct xml *x) {
    open_tag(x, "w:pBdr");
    open_tag(x, "w:bottom");
    put_attribute(x, "w:val", "single");
    put_attribute(x, "w:sz", "12"); /* eighths of a point */
    put_attribute(x, "w:space", "8");
    put_attribute(x, "w:color", "E60012");
    close_tag(x);
    close_tag(x);
}

static void put_leader(struct xml *x, const struct document *d) {
    open_tag(x, "w:tabs");
    open_tag(x, "w:tab");
    put_attribute(x, "w:val", "right");
    put_attribute(x, "w:leader", "underscore");
    put_number(x, "w:pos", d->page.text_width_mm * MM_PT * 20);
    close_tag(x);
    close_tag(x);
}

/* Members in the order of the schema (CT_PPr). */
static void put_paragraph_style(struct xml *x, const struct document *d, const struct paragraph *p) {
    static const char *const words[] = {
        [ALIGN_LEFT] = "left", [ALIGN_JUSTIFY] = "both", [ALIGN_CENTRE] = "center", [ALIGN_RIGHT] = "right"};
    open_tag(x, "w:pPr");
    if (p->keep) put_val(x, "w:keepNext", NULL);
    if (p->rule) put_rule(x);
    if (p->leader) put_leader(x, d);
    open_tag(x, "w:spacing");
    put_number(x, "w:before", p->before_pt * 20);
    put_number(x, "w:after", 0);
    put_number(x, "w:line", p->pitch_pt * 20);
    put_attribute(x, "w:lineRule", "exact");
    close_tag(x);
    open_tag(x, "w:ind");
    put_number(x, "w:right", p->right_pt * 20);
    put_number(x, "w:firstLine", p->first_pt * 20);
    close_tag(x);
    put_val(x, "w:jc", words[p->align]);
    close_tag(x);
}

static void put_paragraph(struct xml *x, const struct document *d, const struct paragraph *p) {
    open_tag(x, "w:p");
    put_paragraph_style(x, d, p);
    open_tag(x, "w:r");
    put_run_style(x, d, p);
    open_tag(x, "w:t");
    put_attribute(x, "xml:space", "preserve");
    put_text(x, p->text);
    close_tag(x);
    if (p->leader) put_val(x, "w:tab", NULL);
    close_tag(x);
    close_tag(x);
}

/* --- tables --- */

static void put_border(struct xml *x, const char *side) {
    open_tag(x, side);
    put_attribute(x, "w:val", "single");
    put_attribute(x, "w:sz", "4"); /* eighths of a point */
    put_attribute(x, "w:space", "0");
    put_attribute(x, "w:color", "auto");
    close_tag(x);
}

static void put_width(struct xml *x, const char *tag, double points) {
    open_tag(x, tag);
    put_number(x, "w:w", points * 20);
    put_attribute(x, "w:type", "dxa");
    close_tag(x);
}

static void put_margin(struct xml *x) {
    static const char *const sides[] = {"w:top", "w:left", "w:bottom", "w:right"};
    open_tag(x, "w:tblCellMar");
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) put_width(x, sides[i], i % 2 == 0 ? CELL_ABOVE_PT : CELL_BESIDE_PT);
    close_tag(x);
}

static double column_width(const struct document *d, const struct table *t, size_t i) {
    return table_edge_pt(d, t, i + 1) - table_edge_pt(d, t, i);
}

static void open_table(struct xml *x, const struct document *d, const struct table *t) {
    static const char *const sides[] = {"w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"};
    open_tag(x, "w:tbl");
    open_tag(x, "w:tblPr");
    put_width(x, "w:tblW", table_edge_pt(d, t, t->n));
    open_tag(x, "w:tblBorders");
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) put_border(x, sides[i]);
    close_tag(x);
    open_tag(x, "w:tblLayout");
    put_attribute(x, "w:type", "fixed");
    close_tag(x);
    put_margin(x);
    close_tag(x);
    open_tag(x, "w:tblGrid");
    for (size_t i = 0; i < t->n; i++) {
        open_tag(x, "w:gridCol");
        put_number(x, "w:w", column_width(d, t, i) * 20);
        close_tag(x);
    }
    close_tag(x);
}

static void put_cell(struct xml *x, const struct document *d, const struct paragraph *row, size_t i) {
    struct paragraph p = *row;
    p.text = row->cells[i];
    p.align = row->head ? ALIGN_CENTRE : row->table->columns[i].align;
    open_tag(x, "w:tc");
    open_tag(x, "w:tcPr");
    put_width(x, "w:tcW", column_width(d, row->table, i));
    put_val(x, "w:vAlign", "center");
    close_tag(x);
    put_paragraph(x, d, &p);
    close_tag(x);
}

static void put_row(struct xml *x, const struct document *d, const struct paragraph *p) {
    open_tag(x, "w:tr");
    open_tag(x, "w:trPr");
    put_val(x, "w:cantSplit", NULL);
    if (p->height_pt > 0) {
        open_tag(x, "w:trHeight");
        put_number(x, "w:val", p->height_pt * 20);
        put_attribute(x, "w:hRule", "atLeast");
        close_tag(x);
    }
    if (p->head) put_val(x, "w:tblHeader", NULL);
    close_tag(x);
    for (size_t i = 0; i < p->table->n; i++) put_cell(x, d, p, i);
    close_tag(x);
}

/* Paragraphs, and the rows of each table inside one. A table is followed by a paragraph, even if it is the last. */
static void put_blocks(struct xml *x, const struct document *d) {
    static const struct paragraph gap = {.text = S_INIT(""), .font = FONT_BODY, .size_pt = 4, .pitch_pt = 6};
    const struct table *open = NULL;
    for (size_t i = 0; i <= d->n; i++) {
        const struct paragraph *p = i < d->n ? &d->paragraphs[i] : NULL;
        const struct table *t = p == NULL ? NULL : p->table;
        if (open != NULL && t != open) {
            close_tag(x);
            put_paragraph(x, d, &gap);
        }
        if (t != NULL && t != open) open_table(x, d, t);
        open = t;
        if (t != NULL)
            put_row(x, d, p);
        else if (p != NULL)
            put_paragraph(x, d, p);
    }
}

static void put_section(struct xml *x, const struct page *p) {
    double right = p->width_mm - p->left_mm - p->text_width_mm, bottom = p->height_mm - p->top_mm - p->text_height_mm;
    open_tag(x, "w:sectPr");
    open_tag(x, "w:footerReference");
    put_attribute(x, "w:type", "default");
    put_attribute(x, "r:id", "rId4");
    close_tag(x);
    open_tag(x, "w:pgSz");
    put_number(x, "w:w", p->width_mm * MM_PT * 20);
    put_number(x, "w:h", p->height_mm * MM_PT * 20);
    if (p->width_mm > p->height_mm) put_attribute(x, "w:orient", "landscape");
    close_tag(x);
    open_tag(x, "w:pgMar");
    put_number(x, "w:top", p->top_mm * MM_PT * 20);
    put_number(x, "w:right", right * MM_PT * 20);
    put_number(x, "w:bottom", bottom * MM_PT * 20);
    put_number(x, "w:left", p->left_mm * MM_PT * 20);
    put_number(x, "w:header", p->top_mm / 2 * MM_PT * 20);
    put_number(x, "w:footer", bottom * 0.6 * MM_PT * 20);
    put_number(x, "w:gutter", 0);
    close_tag(x);
    close_tag(x);
}

static struct xml document_part(const struct document *d) {
    struct xml x = xml_begin();
    open_tag(&x, "w:document");
    put_attribute(&x, "xmlns:w", NS_W);
    put_attribute(&x, "xmlns:r", NS_R);
    open_tag(&x, "w:body");
    put_blocks(&x, d);
    put_section(&x, &d->page);
    close_tag(&x);
    close_tag(&x);
    return x;
}

static void put_footer_run(struct xml *x, const struct document *d, const char *text, const char *field) {
    struct paragraph p = {.font = FONT_BODY, .size_pt = d->size_pt * FOOTER_SIZE};
    if (field != NULL) {
        open_tag(x, "w:fldSimple");
        put_attribute(x, "w:instr", field);
    }
    open_tag(x, "w:r");
    put_run_style(x, d, &p);
    open_tag(x, "w:t");
    put_attribute(x, "xml:space", "preserve");
    put_text(x, str_z(text));
    close_tag(x);
    close_tag(x);
    if (field != NULL) close_tag(x);
}

static struct xml footer_part(const struct document *d) {
    struct xml x = xml_begin();
    open_tag(&x, "w:ftr");
    put_attribute(&x, "xmlns:w", NS_W);
    open_tag(&x, "w:p");
    open_tag(&x, "w:pPr");
    put_val(&x, "w:jc", "center");
    close_tag(&x);
    put_footer_run(&x, d, "— ", NULL);
    put_footer_run(&x, d, "1", "PAGE");
    put_footer_run(&x, d, " —", NULL);
    close_tag(&x);
    close_tag(&x);
    return x;
}

/* --- all of it --- */

static bool add_parts(zip_t *zip, const struct document *d) {
    static const struct relation top[] = {
        {"rId1", NS_R "/officeDocument", "word/document.xml"},
        {"rId2", NS_PACKAGE "relationships/metadata/core-properties", "docProps/core.xml"}};
    static const struct relation inner[] = {{"rId1", NS_R "/styles", "styles.xml"},
                                            {"rId2", NS_R "/fontTable", "fontTable.xml"},
                                            {"rId3", NS_R "/settings", "settings.xml"},
                                            {"rId4", NS_R "/footer", "footer1.xml"}};
    struct {
        const char *name;
        struct xml xml;
    } parts[] = {{"[Content_Types].xml", types_part()},
                 {"_rels/.rels", relations_part(top, ARRAY_LEN(top))},
                 {"word/document.xml", document_part(d)},
                 {"word/_rels/document.xml.rels", relations_part(inner, ARRAY_LEN(inner))},
                 {"word/styles.xml", styles_part(d)},
                 {"word/fontTable.xml", fonts_part(d)},
                 {"word/settings.xml", settings_part()},
                 {"word/footer1.xml", footer_part(d)},
                 {"docProps/core.xml", core_part(d)}};
    bool ok = true;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) ok = add_part(zip, parts[i].name, &parts[i].xml) && ok;
    return ok;
}

/* What the archive was written into. */
static bool read_all(zip_source_t *source, struct strbuf *out) {
    zip_stat_t stat;
    if (zip_source_stat(source, &stat) != 0 || zip_source_open(source) != 0) return false;
    char bytes[8192];
    zip_int64_t n;
    while ((n = zip_source_read(source, bytes, sizeof bytes)) > 0) strbuf_add(out, (str){bytes, (size_t)n});
    zip_source_close(source);
    return n == 0 && !out->overflow;
}

enum status paper_docx(const struct document *d, struct strbuf *out, struct err *err) {
    zip_error_t problem;
    zip_error_init(&problem);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &problem);
    zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &problem);
    bool ok = zip != NULL;
    if (ok) {
        zip_source_keep(source); /* to be read after the archive is closed */
        ok = add_parts(zip, d);
        if (!ok || zip_close(zip) != 0) {
            zip_discard(zip);
            ok = false;
        }
        ok = ok && read_all(source, out);
    }
    if (source != NULL) zip_source_free(source);
    zip_error_fini(&problem);
    return ok ? OK : err_set(err, E_INTERNAL, "paper_failed", "The letter could not be made into a file.");
}
