/* PDF by cairo and pango. The letter becomes a list of lines, which are then set on pages: lines that belong together stay
 * together. At most a few hundred lines. */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#include "paper/paper.h"

#define LINES_MAX 3000
#define RULE_PT 1.5
#define FOOTER_PT 14.0

/* One line of type with what stands above and below. */
struct line {
    PangoLayoutLine *line; /* of a layout below */
    const struct paragraph *p;
    bool first, last; /* of its paragraph */
    bool keep;        /* on one page with the next */
};
struct setting {
    const struct document *d;
    cairo_t *cr;
    PangoContext *context;
    PangoLayout *layouts[PARAGRAPHS_MAX];
    size_t n_layouts;
    struct line *lines;
    size_t n;
    double y; /* on the page, in points from the top of the text */
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
static PangoFontDescription *choose_font(const struct setting *s, const struct font_list *fonts, double size_pt) {
    PangoFontDescription *d = NULL;
    for (size_t i = 0; i < fonts->n; i++) {
        char name[200];
        snprintf(name, sizeof name, "%.*s", P(fonts->names[i]));
        if (d != NULL) pango_font_description_free(d);
        d = pango_font_description_from_string(name);
        const char *family = pango_font_description_get_family(d);
        if (family != NULL && has_family(pango_context_get_font_map(s->context), family)) break;
    }
    if (d == NULL) d = pango_font_description_from_string("serif");
    pango_font_description_set_absolute_size(d, size_pt * PANGO_SCALE);
    return d;
}

static PangoLayout *new_layout(struct setting *s, const struct font_list *fonts, double size_pt, str text) {
    PangoLayout *l = pango_layout_new(s->context);
    PangoFontDescription *font = choose_font(s, fonts, size_pt);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    pango_layout_set_text(l, text.len > 0 ? text.ptr : "", (int)text.len);
    return l;
}

static void set_shape(PangoLayout *l, const struct paragraph *p) {
    static const PangoAlignment words[] = {[ALIGN_LEFT] = PANGO_ALIGN_LEFT,
                                           [ALIGN_JUSTIFY] = PANGO_ALIGN_LEFT,
                                           [ALIGN_CENTRE] = PANGO_ALIGN_CENTER,
                                           [ALIGN_RIGHT] = PANGO_ALIGN_RIGHT};
    pango_layout_set_width(l, (int)((TEXT_WIDTH_MM * MM_PT - p->right_pt) * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_indent(l, (int)(p->first_pt * PANGO_SCALE));
    pango_layout_set_alignment(l, words[p->align]);
    pango_layout_set_justify(l, p->align == ALIGN_JUSTIFY);
}

/* --- lines --- */

/* The lines of a paragraph: neither its first nor its last line stands alone; of one that is kept with the next, the last
 * two are. out: false if there are too many. */
static bool add_lines(struct setting *s, const struct paragraph *p) {
    PangoLayout *l = new_layout(s, &s->d->fonts[p->font], p->size_pt, p->text);
    set_shape(l, p);
    s->layouts[s->n_layouts++] = l;
    int n = pango_layout_get_line_count(l);
    for (int i = 0; i < n; i++) {
        if (s->n == LINES_MAX) return false;
        s->lines[s->n++] = (struct line){.line = pango_layout_get_line_readonly(l, i),
                                         .p = p,
                                         .first = i == 0,
                                         .last = i == n - 1,
                                         .keep = (p->keep && i >= n - 2) || (n > 1 && (i == 0 || i == n - 2))};
    }
    return true;
}

/* From the foot of the line above to the foot of this one. */
static double height(const struct line *l) {
    double below = l->last && l->p->rule ? LINE_PT * 0.6 : 0;
    return (l->first ? l->p->before_pt : 0) + l->p->pitch_pt + below;
}

/* --- pages --- */

static void put_page_number(struct setting *s) {
    char text[32];
    snprintf(text, sizeof text, "— %d —", s->page);
    PangoLayout *l = new_layout(s, &s->d->fonts[FONT_BODY], FOOTER_PT, str_z(text));
    pango_layout_set_width(l, (int)(TEXT_WIDTH_MM * MM_PT * PANGO_SCALE));
    pango_layout_set_alignment(l, PANGO_ALIGN_CENTER);
    cairo_set_source_rgb(s->cr, 0, 0, 0);
    cairo_move_to(s->cr, PAGE_LEFT_MM * MM_PT, (PAGE_TOP_MM + TEXT_HEIGHT_MM + 5) * MM_PT);
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
static double left_of(const struct line *l, double width) {
    double room = TEXT_WIDTH_MM * MM_PT - l->p->right_pt;
    if (l->p->align == ALIGN_CENTRE) return (room - width) / 2;
    if (l->p->align == ALIGN_RIGHT) return room - width;
    return l->first ? l->p->first_pt : 0;
}

static void put_rules(struct setting *s, const struct line *l, double x, double base) {
    double left = PAGE_LEFT_MM * MM_PT, right = left + TEXT_WIDTH_MM * MM_PT;
    if (l->last && l->p->leader) {
        cairo_set_line_width(s->cr, 0.7);
        cairo_move_to(s->cr, x, base + 3);
        cairo_line_to(s->cr, right, base + 3);
        cairo_stroke(s->cr);
    }
    if (l->last && l->p->rule) {
        cairo_set_source_rgb(s->cr, 0.9, 0, 0.07);
        cairo_set_line_width(s->cr, RULE_PT);
        cairo_move_to(s->cr, left, base + LINE_PT * 0.65);
        cairo_line_to(s->cr, right, base + LINE_PT * 0.65);
        cairo_stroke(s->cr);
    }
}

static void put_line(struct setting *s, const struct line *l) {
    PangoRectangle box;
    double before = l->first && s->y > 0 ? l->p->before_pt : 0;
    /* The foot of the type stands in the lower part of its line, as word processors set it. */
    double base = s->y + before + l->p->pitch_pt * 0.5 + l->p->size_pt * 0.36;
    pango_layout_line_get_extents(l->line, NULL, &box);
    double width = (double)box.width / PANGO_SCALE;
    double x = PAGE_LEFT_MM * MM_PT + left_of(l, width), y = PAGE_TOP_MM * MM_PT + base;
    cairo_set_source_rgb(s->cr, l->p->red ? 0.9 : 0, 0, l->p->red ? 0.07 : 0);
    cairo_move_to(s->cr, x, y);
    pango_cairo_show_layout_line(s->cr, l->line);
    put_rules(s, l, x + width, y);
    s->y += height(l) - (l->first && s->y == 0 ? l->p->before_pt : 0);
}

/* The lines from i that must stand on one page. */
static size_t group_end(const struct setting *s, size_t i) {
    while (i + 1 < s->n && s->lines[i].keep) i++;
    return i + 1;
}

static bool put_lines(struct setting *s) {
    double room = TEXT_HEIGHT_MM * MM_PT + 1;
    for (size_t i = 0; i < s->n; i++) {
        double needed = 0;
        bool starts = i == 0 || !s->lines[i - 1].keep;
        size_t end = starts ? group_end(s, i) : i + 1;
        for (size_t k = i; k < end; k++) needed += height(&s->lines[k]);
        if (s->y > 0 && s->y + needed > room && (needed <= room || s->y + height(&s->lines[i]) > room)) end_page(s);
        if (s->page > PAPER_PAGES_MAX) return false;
        put_line(s, &s->lines[i]);
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
    for (size_t i = 0; ok && i < s->d->n; i++) ok = add_lines(s, &s->d->paragraphs[i]);
    ok = ok && put_lines(s);
    for (size_t i = 0; i < s->n_layouts; i++) g_object_unref(s->layouts[i]);
    return ok;
}

enum status paper_pdf(const struct document *d, struct strbuf *out, struct err *err) {
    struct arena arena;
    arena_init(&arena, 0);
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(take_bytes, out, PAGE_WIDTH_MM * MM_PT, PAGE_HEIGHT_MM * MM_PT);
    struct setting *s = NEW(&arena, struct setting);
    *s = (struct setting){.d = d, .cr = cairo_create(surface), .page = 1};
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
