/* The file of a model: little-endian numbers one after another, ended by their SHA-256.
 *
 * "YWTM" form city labels scale threshold offsets biases n_features n_weights { slot idf count }* { label weight }* digest */
#include <string.h>

#include "base/digest.h"
#include "insight/learn_int.h"

#define MAGIC 0x4D545759u

static void put(struct strbuf *b, const void *bytes, size_t n) {
    strbuf_add(b, (str){bytes, n});
}

static void put_u32(struct strbuf *b, uint32_t v) {
    uint8_t bytes[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};
    put(b, bytes, 4);
}

static void put_f32(struct strbuf *b, float v) {
    uint32_t bits;
    memcpy(&bits, &v, 4);
    put_u32(b, bits);
}

static void put_f64(struct strbuf *b, double v) {
    uint64_t bits;
    memcpy(&bits, &v, 8);
    put_u32(b, (uint32_t)bits);
    put_u32(b, (uint32_t)(bits >> 32));
}

static void put_str(struct strbuf *b, str s) {
    put_u32(b, (uint32_t)s.len);
    strbuf_add(b, s);
}

static bool keeps(const struct weight *w, float least) {
    return w->w >= least || w->w <= -least;
}

/* The least weight that is kept, so that the file keeps to its size. */
static float least_kept(const struct text_model *m) {
    size_t room = (TEXT_MODEL_BYTES_MAX - (1u << 20) - (size_t)m->n_features * 10) / 6;
    float least = 0;
    for (float step = 0.001f; m->n_weights > room; least += step) {
        size_t n = 0;
        for (uint32_t j = 0; j < m->n_weights; j++) n += keeps(&m->weights[j], least);
        if (n <= room) break;
    }
    return least;
}

static void put_weights(const struct text_model *m, struct strbuf *out) {
    float least = least_kept(m);
    uint32_t kept = 0;
    for (uint32_t j = 0; j < m->n_weights; j++) kept += keeps(&m->weights[j], least);
    put_u32(out, m->n_features);
    put_u32(out, kept);
    for (uint32_t f = 0; f < m->n_features; f++) {
        uint32_t n = 0;
        for (uint32_t j = m->first[f]; j < m->first[f + 1]; j++) n += keeps(&m->weights[j], least);
        put_u32(out, m->slots[f]);
        put_f32(out, m->idf[f]);
        put(out, (uint8_t[]){(uint8_t)n, (uint8_t)(n >> 8)}, 2);
    }
    for (uint32_t j = 0; j < m->n_weights; j++) {
        const struct weight *w = &m->weights[j];
        if (!keeps(w, least)) continue;
        put(out, (uint8_t[]){(uint8_t)w->label, (uint8_t)(w->label >> 8)}, 2);
        put_f32(out, w->w);
    }
}

void text_model_write(const struct text_model *m, struct strbuf *out) {
    size_t begin = out->len;
    put_u32(out, MAGIC);
    put_u32(out, TEXT_MODEL_FORM);
    put_str(out, m->city);
    put_u32(out, m->n_labels);
    for (uint32_t k = 0; k < m->n_labels; k++) put_str(out, m->labels[k]);
    put_f64(out, m->scale);
    put_f64(out, m->threshold);
    for (uint32_t k = 0; k < m->n_labels; k++) put_f64(out, m->offset[k]);
    for (uint32_t k = 0; k < m->n_labels; k++) put_f32(out, m->bias[k]);
    put_weights(m, out);
    digest d = sha256((str){out->ptr + begin, out->len - begin});
    put(out, d.b, sizeof d.b);
}

/* --- reading --------------------------------------------------------------------------------------------------------- */

struct input {
    str rest;
    bool failed;
};

static const uint8_t *take(struct input *in, size_t n) {
    static const uint8_t nothing[8];
    if (in->failed || in->rest.len < n) {
        in->failed = true;
        return nothing;
    }
    const uint8_t *p = (const uint8_t *)in->rest.ptr;
    in->rest = str_slice(in->rest, n, in->rest.len);
    return p;
}

static uint32_t take_u16(struct input *in) {
    const uint8_t *p = take(in, 2);
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t take_u32(struct input *in) {
    const uint8_t *p = take(in, 4);
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static float take_f32(struct input *in) {
    uint32_t bits = take_u32(in);
    float v;
    memcpy(&v, &bits, 4);
    return v;
}

static double take_f64(struct input *in) {
    uint64_t bits = take_u32(in);
    bits |= (uint64_t)take_u32(in) << 32;
    double v;
    memcpy(&v, &bits, 8);
    return v;
}

static str take_str(struct input *in, struct arena *arena) {
    uint32_t n = take_u32(in);
    if (in->failed || n > in->rest.len) {
        in->failed = true;
        return S("");
    }
    return str_dup(arena, (str){(const char *)take(in, n), n});
}

static bool take_features(struct text_model *m, struct input *in, struct arena *arena) {
    m->n_features = take_u32(in);
    m->n_weights = take_u32(in);
    if (in->failed || m->n_features > GRAMS_SLOTS ||
        in->rest.len != m->n_features * (size_t)10 + m->n_weights * (size_t)6)
        return false;
    m->feature_of = NEW_ARRAY(arena, uint32_t, GRAMS_SLOTS);
    m->slots = NEW_ARRAY(arena, uint32_t, m->n_features);
    m->idf = NEW_ARRAY(arena, float, m->n_features);
    m->first = NEW_ARRAY(arena, uint32_t, m->n_features + 1);
    m->weights = NEW_ARRAY(arena, struct weight, m->n_weights);
    for (uint32_t f = 0; f < m->n_features; f++) {
        m->slots[f] = take_u32(in);
        m->idf[f] = take_f32(in);
        m->first[f + 1] = m->first[f] + take_u16(in);
        if (m->slots[f] >= GRAMS_SLOTS || m->feature_of[m->slots[f]] != 0) return false;
        m->feature_of[m->slots[f]] = f + 1;
    }
    for (uint32_t j = 0; j < m->n_weights; j++) {
        m->weights[j].label = (uint16_t)take_u16(in);
        m->weights[j].w = take_f32(in);
        if (m->weights[j].label >= m->n_labels) return false;
    }
    return m->first[m->n_features] == m->n_weights && !in->failed;
}

static bool take_labels(struct text_model *m, struct input *in, struct arena *arena) {
    m->n_labels = take_u32(in);
    if (in->failed || m->n_labels < 2 || m->n_labels > LABELS_MAX) return false;
    m->labels = NEW_ARRAY(arena, str, m->n_labels);
    m->offset = NEW_ARRAY(arena, double, m->n_labels);
    m->bias = NEW_ARRAY(arena, float, m->n_labels);
    for (uint32_t k = 0; k < m->n_labels; k++) m->labels[k] = take_str(in, arena);
    m->scale = take_f64(in);
    m->threshold = take_f64(in);
    for (uint32_t k = 0; k < m->n_labels; k++) m->offset[k] = take_f64(in);
    for (uint32_t k = 0; k < m->n_labels; k++) m->bias[k] = take_f32(in);
    return !in->failed;
}

enum status text_model_read(str bytes, str city, struct arena *arena, struct text_model **ret, struct err *err) {
    struct input in = {bytes, false};
    struct text_model *m = NEW(arena, struct text_model);
    if (take_u32(&in) != MAGIC || in.failed)
        return err_set(err, E_CORRUPT, "model_cut", "the file is no model, or cut");
    uint32_t form = take_u32(&in);
    if (!in.failed && form != TEXT_MODEL_FORM)
        return err_set(err, E_INVALID, "model_form", "the model is of form %u, read is form %d", form, TEXT_MODEL_FORM);
    digest d;
    if (bytes.len < sizeof d + 8) return err_set(err, E_CORRUPT, "model_cut", "the model is cut");
    size_t body = bytes.len - sizeof d;
    memcpy(&d, bytes.ptr + body, sizeof d);
    digest is = sha256(str_slice(bytes, 0, body));
    if (!digest_eq(&d, &is)) return err_set(err, E_CORRUPT, "model_cut", "the model is cut or altered");
    in.rest.len -= sizeof d;
    m->city = take_str(&in, arena);
    if (!str_empty(city) && !str_eq(city, m->city))
        return err_set(err, E_INVALID, "model_city", "the model is of the city %.*s, not %.*s", P(m->city), P(city));
    if (!take_labels(m, &in, arena) || !take_features(m, &in, arena))
        return err_set(err, E_CORRUPT, "model_cut", "the model contradicts itself");
    *ret = m;
    return OK;
}
