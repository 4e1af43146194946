/* Text as search sees it; see words.h. */
#include "query/words.h"

#include <string.h>
#include <utf8proc.h>

#define JOIN '\x1f'

enum letter { LETTER_NOT, LETTER_CJK, LETTER_WORD };

static bool is_cjk(uint32_t c) {
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x2E80, 0x2FDF}, {0x3005, 0x3007}, {0x3021, 0x3029},   {0x3031, 0x3035},   {0x3041, 0x30FF}, {0x3105, 0x312F},
        {0x3131, 0x318E}, {0x31A0, 0x31BF}, {0x31F0, 0x31FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF}, {0xA000, 0xA4CF},
        {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0x1B000, 0x1B2FF}, {0x20000, 0x323AF},
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (c >= ranges[i].first && c <= ranges[i].last) return c != 0x30FB;
    return false;
}

static enum letter letter_of(uint32_t c) {
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? LETTER_WORD : LETTER_NOT;
    if (is_cjk(c)) return LETTER_CJK;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    /* Letters, marks and numbers are numbered in a row. */
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO ? LETTER_WORD : LETTER_NOT;
}

static void add_char(struct strbuf *out, uint32_t c) {
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)c, bytes);
    char text[4];
    memcpy(text, bytes, sizeof text);
    strbuf_add(out, (str){text, (size_t)n});
}

struct folder {
    struct strbuf *out;
    enum letter last; /* class of the character before */
};

static void fold_one(struct folder *f, uint32_t c) {
    enum letter kind = letter_of(c);
    if (kind == LETTER_NOT) {
        if (f->last != LETTER_NOT) strbuf_addc(f->out, ' ');
    } else {
        if (f->last != LETTER_NOT && f->last != kind) strbuf_addc(f->out, JOIN);
        if (c < 0x80)
            strbuf_addc(f->out, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
        else
            add_char(f->out, c);
    }
    f->last = kind;
}

/* Folds one character into at most 18 (the longest compatibility decomposition). */
static void fold_char(struct folder *f, uint32_t c) {
    if (c < 0x80 || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3)) {
        fold_one(f, c);
        return;
    }
    utf8proc_int32_t parts[32];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        (utf8proc_int32_t)c, parts, (utf8proc_ssize_t)ARRAY_LEN(parts),
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE, &boundary);
    if (n < 0 || n > (utf8proc_ssize_t)ARRAY_LEN(parts)) return;
    for (utf8proc_ssize_t i = 0; i < n; i++) fold_one(f, (uint32_t)parts[i]);
}

void words_normal(str text, struct strbuf *out) {
    strbuf_addc(out, ' ');
    struct folder f = {out, LETTER_NOT};
    for (size_t pos = 0; pos < text.len;) fold_char(&f, utf8_next(text, &pos));
    if (f.last != LETTER_NOT) strbuf_addc(out, ' ');
}

str words_core(str text, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, text.len * 20 + 16);
    words_normal(text, &b);
    str normal = strbuf_str(&b);
    str core = normal.len < 3 ? STR_NONE : str_dup(arena, str_slice(normal, 1, normal.len - 1));
    strbuf_done(&b);
    return core;
}

static bool is_border(char c) {
    return c == ' ' || c == JOIN;
}

static bool begins_with_word(str s) {
    size_t pos = 0;
    return s.len > 0 && !is_cjk(utf8_next(s, &pos));
}

static bool ends_with_word(str s) {
    if (s.len == 0) return false;
    size_t pos = s.len - 1;
    while (pos > 0 && ((unsigned char)s.ptr[pos] & 0xC0) == 0x80) pos--;
    return !is_cjk(utf8_next(s, &pos));
}

bool words_contain(str normal, str core, bool prefix) {
    bool left = begins_with_word(core), right = !prefix && ends_with_word(core);
    size_t from = 0;
    for (;;) {
        ptrdiff_t at = str_find(normal, core, from);
        if (at < 0) return false;
        size_t start = (size_t)at, end = start + core.len;
        bool ok = (!left || (start > 0 && is_border(normal.ptr[start - 1]))) &&
                  (!right || (end < normal.len && is_border(normal.ptr[end])));
        if (ok) return true;
        from = start + 1;
    }
}

bool words_match(str text, str address, str core, bool prefix) {
    struct strbuf b;
    strbuf_init(&b, (text.len + address.len) * 20 + 16);
    words_normal(text, &b);
    words_normal(address, &b); /* begins with a blank after the blank that ends the text: no term spans two blanks */
    bool found = words_contain(strbuf_str(&b), core, prefix);
    strbuf_done(&b);
    return found;
}

/* Takes the next piece off a normal form. out: false at the end. */
static bool next_piece(str normal, size_t *pos, str *ret) {
    while (*pos < normal.len && is_border(normal.ptr[*pos])) (*pos)++;
    size_t start = *pos;
    while (*pos < normal.len && !is_border(normal.ptr[*pos])) (*pos)++;
    *ret = str_slice(normal, start, *pos);
    return *pos > start;
}

/* Calls add for each token of a run: its bigrams, and its last character if `last`. */
static void run_tokens(str run, bool last, void (*add)(struct strbuf *, str), struct strbuf *out) {
    size_t first = 0, pos = 0;
    (void)utf8_next(run, &pos);
    while (pos < run.len) {
        size_t second = pos;
        (void)utf8_next(run, &pos);
        add(out, str_slice(run, first, pos));
        first = second;
    }
    if (last) add(out, str_slice(run, first, run.len));
}

static void add_token(struct strbuf *out, str token) {
    strbuf_add(out, token);
    strbuf_addc(out, ' ');
}

void words_tokens(str normal, struct strbuf *out) {
    str piece;
    for (size_t pos = 0; next_piece(normal, &pos, &piece);) {
        if (begins_with_word(piece))
            add_token(out, piece);
        else
            run_tokens(piece, true, add_token, out);
    }
}

static void add_and(struct strbuf *out, str token) {
    str so_far = strbuf_str(out);
    if (so_far.len > 0) strbuf_addz(out, " AND ");
    strbuf_addc(out, '"');
    strbuf_add(out, token);
    strbuf_addc(out, '"');
}

void words_expression(str core, bool prefix, struct strbuf *out) {
    str piece;
    for (size_t pos = 0; next_piece(core, &pos, &piece);) {
        bool is_last = pos >= core.len;
        size_t second = 0;
        (void)utf8_next(piece, &second);
        if (begins_with_word(piece)) {
            add_and(out, piece);
            if (prefix && is_last) strbuf_addz(out, " *");
        } else if (second >= piece.len) {
            add_and(out, piece); /* one character: the beginning of a bigram, or a run's last character itself */
            strbuf_addz(out, " *");
        } else {
            run_tokens(piece, false, add_and, out);
        }
    }
}

bool words_is_exact(str core) {
    str piece;
    size_t pos = 0;
    if (!next_piece(core, &pos, &piece) || pos < core.len) return false;
    return begins_with_word(piece) || utf8_count(piece) <= 2;
}
