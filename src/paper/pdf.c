/* PDF by cairo and pango. The document becomes a list of lines and rows, which are then set on pages: what belongs together
 * stays together, a row is not divided. At most some hundred lines. */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#include "paper/paper_int.h"

#define LINES_MAX 3000
#define STRETCH_FROM 0.9 /* of the width */
#define ROW_BASE 0.36    /* from the middle of a line down to the foot of its type, in the type's size */
#define RULE_PT 1.5

/* One line of type, or one row, with what stands above and below. */
struct line {
    PangoLayoutLine *line; /* of a layout below; NULL: a row */
    PangoLayout **cells;   /* of a row */
    double height_pt;      /* of a row */
    const struct paragraph *p;
    bool first, last; /* of its paragraph */
    bool keep;        /* on one page with the next */
};
struct setting {
    const struct document *d;
    cairo_t *cr;
    PangoContext *context;
    PangoFontDescription *fonts[FONT_COUNT];
    struct arena *arena; /* what is drawn lives in it; layouts are counted by GLib and listed here */
    PangoLayout **layouts;
    size_t n_layouts;
    struct line *lines;
    size_t n;
    const struct line *head; /* of the table whose rows are being set */
    double y;                /* on the page, in points from the top of the text */
    int page;
};

static cairo_status_t take_bytes(void *ctx, const unsigned char *bytes, unsigned n) {
    struct strbuf *out = ctx;
    strbuf_add(out, (str){(const char *)bytes, n});
    return out->overflow ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* --- type --- */

static bool has_family(PangoFontMap *map, const char *name) {
    PangoFontFamily **families = NULL;
    int n = 0;
    bool found = false;
    pango_font_map_list_families(map, &families, &n);
    for (int i = 0; i < n && !found; i++)
        found = g_ascii_strcasecmp(pango_font_family_get_name(families[i]), name) == 0;
    g_free(families);
    return found;
}

/* The first font of the list that is there; the last where none is, and fontconfig finds something near it. */
static PangoFontDescription *choose_font(const struct setting *s, const struct font_list *fonts) {
    PangoFontDescription *d = NULL;
    for (size_t i = 0; i < fonts->n; i++) {
        char name[200];
        snprintf(name, sizeof name, "%.*s", P(fonts->names[i]));
        if (d != NULL) pango_font_description_free(d);
        d = pango_font_description_from_string(name);
        const char *family = pango_font_description_get_family(d);
        if (family != NULL && has_family(pango_context_get_font_map(s->context), family)) break;
    }
    return d != NULL ? d : pango_font_description_from_string("serif");
}

static PangoLayout *new_layout(struct setting *s, enum letter_font font, double size_pt, str text) {
    PangoLayout *l = pango_layout_new(s->context);
    pango_font_description_set_absolute_size(s->fonts[font], size_pt * PANGO_SCALE);
    pango_layout_set_font_description(l, s->fonts[font]); /* copies it */
    pango_layout_set_text(l, text.len > 0 ? text.ptr : "", (int)text.len);
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    return l;
}

static double text_width(const struct setting *s) {
    return s->d->page.text_width_mm * MM_PT;
}

static PangoAlignment alignment(enum alignment a) {
    if (a == ALIGN_CENTRE) return PANGO_ALIGN_CENTER;
    return a == ALIGN_RIGHT ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

static void set_shape(const struct setting *s, PangoLayout *l, const struct paragraph *p) {
    pango_layout_set_width(l, (int)((text_width(s) - p->right_pt) * PANGO_SCALE));
    pango_layout_set_indent(l, (int)(p->first_pt * PANGO_SCALE));
    pango_layout_set_alignment(l, alignment(p->align));
}

/* --- lines --- */

static PangoLayout *shaped(struct setting *s, const struct paragraph *p, bool justified) {
    PangoLayout *l = new_layout(s, p->font, p->size_pt, p->text);
    set_shape(s, l, p);
    pango_layout_set_justify(l, justified);
    s->layouts[s->n_layouts++] = l;
    return l;
}

static double width_of(PangoLayoutLine *line) {
    PangoRectangle box;
    pango_layout_line_get_extents(line, NULL, &box);
    return (double)box.width / PANGO_SCALE;
}

/* The lines of a paragraph: neither its first nor its last line stands alone; of one that is kept with the next, the last
 * two are. A line that a long number left too short is not stretched. out: false if there are too many. */
static bool add_lines(struct setting *s, const struct paragraph *p) {
    PangoLayout *loose = shaped(s, p, false), *full = p->align == ALIGN_JUSTIFY ? shaped(s, p, true) : loose;
    double room = text_width(s) - p->right_pt;
    int n = pango_layout_get_line_count(loose);
    for (int i = 0; i < n; i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(loose, i);
        bool stretches = width_of(line) + (i == 0 ? p->first_pt : 0) > room * STRETCH_FROM;
        if (s->n == LINES_MAX) return false;
        s->lines[s->n++] = (struct line){.line = stretches ? pango_layout_get_line_readonly(full, i) : line,
                                         .p = p,
                                         .first = i == 0,
                                         .last = i == n - 1,
                                         .keep = (p->keep && i >= n - 2) || (n > 1 && (i == 0 || i == n - 2))};
    }
    return true;
}

static bool add_row(struct setting *s, const struct paragraph *p) {
    const struct table *t = p->table;
    struct line row = {.p = p, .first = true, .last = true, .keep = p->keep, .height_pt = p->height_pt};
    if (s->n == LINES_MAX) return false;
    row.cells = NEW_ARRAY(s->arena, PangoLayout *, t->n);
    for (size_t i = 0; i < t->n; i++) {
        double width = table_edge_pt(s->d, t, i + 1) - table_edge_pt(s->d, t, i) - 2 * CELL_BESIDE_PT;
        PangoLayout *l = new_layout(s, p->font, p->size_pt, p->cells[i]);
        pango_layout_set_width(l, (int)(width * PANGO_SCALE));
        s->layouts[s->n_layouts++] = row.cells[i] = l;
        double height = pango_layout_get_line_count(l) * p->pitch_pt + 2 * CELL_ABOVE_PT;
        if (row.height_pt < height) row.height_pt = height;
    }
    s->lines[s->n++] = row;
    return true;
}

/* From the foot of the line above to the foot of this one. */
static double height(const struct line *l) {
    if (l->cells != NULL) return l->height_pt;
    double below = l->last && l->p->rule ? l->p->pitch_pt * 0.6 : 0;
    return (l->first ? l->p->before_pt : 0) + l->p->pitch_pt + below;
}

/* --- pages --- */

static void put_page_number(struct setting *s) {
    const struct page *page = &s->d->page;
    char text[32];
    snprintf(text, sizeof text, "— %d —", s->page);
    PangoLayout *l = new_layout(s, FONT_BODY, s->d->size_pt * FOOTER_SIZE, str_z(text));
    pango_layout_set_width(l, (int)(text_width(s) * PANGO_SCALE));
    pango_layout_set_alignment(l, PANGO_ALIGN_CENTER);
    cairo_set_source_rgb(s->cr, 0, 0, 0);
    double below = (page->height_mm - page->top_mm - page->text_height_mm) * MM_PT;
    cairo_move_to(s->cr, page->left_mm * MM_PT, page->height_mm * MM_PT - below * 0.6 - s->d->size_pt);
    pango_cairo_show_layout(s->cr, l);
    g_object_unref(l);
}

static void end_page(struct setting *s) {
    put_page_number(s);
    cairo_show_page(s->cr);
    s->page++;
    s->y = 0;
}

/* Where the line begins, from the left of the text: pango leaves that to whoever draws lines one by one. */
static double left_of(const struct setting *s, const struct line *l, double width) {
    double room = text_width(s) - l->p->right_pt;
    if (l->p->align == ALIGN_CENTRE) return (room - width) / 2;
    if (l->p->align == ALIGN_RIGHT) return room - width;
    return l->first ? l->p->first_pt : 0;
}

static void put_rules(struct setting *s, const struct line *l, double x, double base) {
    double left = s->d->page.left_mm * MM_PT, right = left + text_width(s);
    if (l->last && l->p->leader) {
        cairo_set_line_width(s->cr, 0.7);
        cairo_move_to(s->cr, x, base + 3);
        cairo_line_to(s->cr, right, base + 3);
        cairo_stroke(s->cr);
    }
    if (l->last && l->p->rule) {
        cairo_set_source_rgb(s->cr, 0.9, 0, 0.07);
        cairo_set_line_width(s->cr, RULE_PT);
        cairo_move_to(s->cr, left, base + l->p->pitch_pt * 0.65);
        cairo_line_to(s->cr, right, base + l->p->pitch_pt * 0.65);
        cairo_stroke(s->cr);
    }
}

static void put_line(struct setting *s, const struct line *l) {
    double before = l->first && s->y > 0 ? l->p->before_pt : 0;
    /* The foot of the type stands in the lower part of its line, as word processors set it. */
    double base = s->y + before + l->p->pitch_pt * 0.5 + l->p->size_pt * ROW_BASE;
    double width = width_of(l->line);
    double x = s->d->page.left_mm * MM_PT + left_of(s, l, width), y = s->d->page.top_mm * MM_PT + base;
    cairo_set_source_rgb(s->cr, l->p->red ? 0.9 : 0, 0, l->p->red ? 0.07 : 0);
    cairo_move_to(s->cr, x, y);
    pango_cairo_show_layout_line(s->cr, l->line);
    put_rules(s, l, x + width, y);
    s->y += height(l) - (l->first && s->y == 0 ? l->p->before_pt : 0);
}

static void put_cell(struct setting *s, const struct line *row, size_t i, double top) {
    const struct paragraph *p = row->p;
    const struct table *t = p->table;
    PangoLayout *l = row->cells[i];
    int n = pango_layout_get_line_count(l);
    enum alignment align = p->head ? ALIGN_CENTRE : t->columns[i].align;
    double left = s->d->page.left_mm * MM_PT + table_edge_pt(s->d, t, i) + CELL_BESIDE_PT;
    double room = table_edge_pt(s->d, t, i + 1) - table_edge_pt(s->d, t, i) - 2 * CELL_BESIDE_PT;
    double base = top + (row->height_pt - n * p->pitch_pt) / 2 + p->pitch_pt * 0.5 + p->size_pt * ROW_BASE;
    for (int k = 0; k < n; k++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(l, k);
        double free_pt = room - width_of(line);
        double x = align == ALIGN_CENTRE ? free_pt / 2 : align == ALIGN_RIGHT ? free_pt : 0;
        cairo_move_to(s->cr, left + x, base + k * p->pitch_pt);
        pango_cairo_show_layout_line(s->cr, line);
    }
}

static void put_row(struct setting *s, const struct line *row) {
    const struct table *t = row->p->table;
    double left = s->d->page.left_mm * MM_PT, top = s->d->page.top_mm * MM_PT + s->y;
    cairo_set_source_rgb(s->cr, 0, 0, 0);
    cairo_set_line_width(s->cr, 0.5);
    for (size_t i = 0; i < t->n; i++) {
        double from = left + table_edge_pt(s->d, t, i), to = left + table_edge_pt(s->d, t, i + 1);
        cairo_rectangle(s->cr, from, top, to - from, row->height_pt);
        cairo_stroke(s->cr);
        put_cell(s, row, i, top);
    }
    s->y += row->height_pt;
}

/* A line or row; the head of a table stands above the first of its rows on each page. */
static void put_any(struct setting *s, const struct line *l) {
    if (l->cells == NULL) {
        put_line(s, l);
        return;
    }
    if (l->p->head) s->head = l;
    bool heads = s->head != NULL && s->head->p->table == l->p->table && s->head != l && s->y == 0;
    if (heads) put_row(s, s->head);
    put_row(s, l);
}

/* The lines from i that must stand on one page. */
static size_t group_end(const struct setting *s, size_t i) {
    while (i + 1 < s->n && s->lines[i].keep) i++;
    return i + 1;
}

static bool put_lines(struct setting *s) {
    double room = s->d->page.text_height_mm * MM_PT + 1;
    for (size_t i = 0; i < s->n; i++) {
        double needed = 0;
        bool starts = i == 0 || !s->lines[i - 1].keep;
        size_t end = starts ? group_end(s, i) : i + 1;
        for (size_t k = i; k < end; k++) needed += height(&s->lines[k]);
        if (s->y > 0 && s->y + needed > room && (needed <= room || s->y + height(&s->lines[i]) > room)) end_page(s);
        if (s->page > PAPER_PAGES_MAX) return false;
        put_any(s, &s->lines[i]);
    }
    end_page(s);
    return true;
}

/* --- the file --- */

static void set_metadata(cairo_surface_t *surface, const struct document *d) {
    char text[400];
    snprintf(text, sizeof text, "%.*s", P(d->title));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, text);
    snprintf(text, sizeof text, "%.*s", P(d->author));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, text);
    snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", (int)d->date.year, (int)d->date.month, (int)d->date.mday);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, text);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, text);
}

static bool draw(struct setting *s) {
    bool ok = true;
    pango_cairo_context_set_resolution(s->context, 72);
    char lang[16];
    snprintf(lang, sizeof lang, "%.*s", P(s->d->lang));
    pango_context_set_language(s->context, pango_language_from_string(str_is(s->d->lang, "zh") ? "zh-cn" : lang));
    for (int k = 0; k < FONT_COUNT; k++) s->fonts[k] = choose_font(s, &s->d->fonts[k]);
    for (size_t i = 0; ok && i < s->d->n; i++) {
        const struct paragraph *p = &s->d->paragraphs[i];
        ok = p->table != NULL ? add_row(s, p) : add_lines(s, p);
    }
    ok = ok && put_lines(s);
    for (size_t i = 0; i < s->n_layouts; i++) g_object_unref(s->layouts[i]);
    for (int k = 0; k < FONT_COUNT; k++) pango_font_description_free(s->fonts[k]);
    return ok;
}

enum status paper_pdf(const struct document *d, struct strbuf *out, struct err *err) {
    struct arena arena;
    arena_init(&arena, 0);
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(take_bytes, out, d->page.width_mm * MM_PT, d->page.height_mm * MM_PT);
    struct setting *s = NEW(&arena, struct setting);
    *s = (struct setting){.d = d, .cr = cairo_create(surface), .page = 1, .arena = &arena};
    s->layouts = NEW_ARRAY(&arena, PangoLayout *, (size_t)PARAGRAPHS_MAX * COLUMNS_MAX);
    s->lines = NEW_ARRAY(&arena, struct line, LINES_MAX);
    s->context = pango_cairo_create_context(s->cr);
    set_metadata(surface, d);
    bool fits = draw(s);
    g_object_unref(s->context);
    bool ok = cairo_status(s->cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(s->cr);
    cairo_surface_finish(surface);
    ok = ok && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS && !out->overflow;
    cairo_surface_destroy(surface);
    arena_done(&arena);
    if (!fits || out->overflow)
        return err_set(err, E_TOO_LARGE, "letter_too_long", "The letter would have more than %d pages.",
                       PAPER_PAGES_MAX);
    return ok ? OK : err_set(err, E_INTERNAL, "paper_failed", "The letter could not be made into a file.");
}
