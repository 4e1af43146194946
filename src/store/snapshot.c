/* The snapshot of the facts: header, dictionaries, sets of units, chunks, checksum. */
#include "store/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "YWFACTS1"

struct header {
    char magic[8];
    uint64_t seq, size_of_chunk;
    digest area_order;
    uint32_t n, n_chunks, n_codes[DICTIONARY_COUNT], n_sets;
};

/* Order-sensitive, fast; against torn files, not against people. */
static uint64_t mix(uint64_t sum, const void *bytes, size_t n) {
    const unsigned char *p = bytes;
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        sum = (sum ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        sum ^= sum >> 29;
    }
    for (; n > 0; n--, p++) sum = (sum ^ *p) * UINT64_C(0x100000001B3);
    return sum;
}

struct file {
    FILE *f;
    uint64_t sum;
    bool ok;
};

static void write_bytes(struct file *o, const void *bytes, size_t n) {
    o->sum = mix(o->sum, bytes, n);
    o->ok = o->ok && fwrite(bytes, 1, n, o->f) == n;
}

static void read_bytes(struct file *o, void *bytes, size_t n) {
    o->ok = o->ok && fread(bytes, 1, n, o->f) == n;
    if (o->ok) o->sum = mix(o->sum, bytes, n);
}

static void save_columns(struct file *o, const struct facts *f) {
    const struct columns *c = &f->columns;
    struct header h = {.seq = f->seq,
                       .size_of_chunk = sizeof(struct columns_chunk),
                       .area_order = f->area_order,
                       .n = c->n,
                       .n_chunks = (uint32_t)c->n_chunks,
                       .n_sets = c->n_sets};
    memcpy(h.magic, MAGIC, sizeof h.magic);
    for (size_t i = 0; i < DICTIONARY_COUNT; i++) h.n_codes[i] = c->dictionaries[i].n;
    write_bytes(o, &h, sizeof h);
    for (size_t i = 0; i < DICTIONARY_COUNT; i++)
        for (uint32_t k = 0; k < c->dictionaries[i].n; k++) write_bytes(o, c->dictionaries[i].codes[k], sizeof(code));
    for (uint32_t i = 0; i < c->n_sets; i++) {
        uint32_t len = (uint32_t)strlen(c->sets[i].key);
        write_bytes(o, &len, sizeof len);
        write_bytes(o, c->sets[i].key, len);
    }
    for (size_t i = 0; i < c->n_chunks; i++) write_bytes(o, c->chunks[i], sizeof *c->chunks[i]);
    uint64_t sum = o->sum;
    write_bytes(o, &sum, sizeof sum);
}

enum status snapshot_save(struct facts *f, struct err *err) {
    char path[4200];
    if (snprintf(path, sizeof path, "%s.new", f->path) >= (int)sizeof path)
        return err_set(err, E_STORAGE, "storage_failed", "The path of the data directory is too long.");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct file o = {.f = fd < 0 ? NULL : fdopen(fd, "wb"), .ok = true};
    if (!o.f) {
        if (fd >= 0) close(fd);
        return err_set(err, E_STORAGE, "storage_failed", "The snapshot cannot be written: %s", strerror(errno));
    }
    pthread_rwlock_rdlock(&f->lock);
    save_columns(&o, f);
    pthread_rwlock_unlock(&f->lock);
    o.ok = fflush(o.f) == 0 && fdatasync(fd) == 0 && o.ok;
    o.ok = fclose(o.f) == 0 && o.ok;
    if (o.ok && rename(path, f->path) == 0) return OK;
    (void)unlink(path);
    return err_set(err, E_STORAGE, "storage_failed", "The snapshot cannot be written: %s", strerror(errno));
}

static void load_dictionaries(struct file *o, const struct header *h, struct columns *c) {
    for (size_t i = 0; i < DICTIONARY_COUNT; i++)
        for (uint32_t k = 0; o->ok && k < h->n_codes[i]; k++) {
            code value;
            read_bytes(o, &value, sizeof value);
            o->ok = o->ok && value.s[CODE_MAX] == '\0' && dictionary_put(&c->dictionaries[i], &value) == k;
        }
}

static void load_sets(struct file *o, const struct header *h, struct columns *c) {
    for (uint32_t i = 0; o->ok && i < h->n_sets; i++) {
        char key[TASKS_MAX * (CODE_MAX + 1)];
        uint32_t len = 0;
        read_bytes(o, &len, sizeof len);
        o->ok = o->ok && len < sizeof key;
        if (o->ok) read_bytes(o, key, len);
        o->ok = o->ok && columns_set(c, (str){key, len}) == i;
    }
}

static bool load_columns(struct file *o, struct facts *f) {
    struct header h;
    read_bytes(o, &h, sizeof h);
    if (!o->ok || memcmp(h.magic, MAGIC, sizeof h.magic) != 0 || h.size_of_chunk != sizeof(struct columns_chunk))
        return false;
    if (!digest_eq(&h.area_order, &f->area_order)) return false;
    if (h.n_chunks != h.n / COLUMNS_CHUNK + (h.n % COLUMNS_CHUNK != 0)) return false;
    load_dictionaries(o, &h, &f->columns);
    load_sets(o, &h, &f->columns);
    for (size_t i = 0; i < h.n_chunks && o->ok; i++) {
        columns_grow(&f->columns, (uint32_t)(i * COLUMNS_CHUNK) + 1);
        read_bytes(o, f->columns.chunks[i], sizeof(struct columns_chunk));
    }
    uint64_t sum = o->sum, stored = 0;
    read_bytes(o, &stored, sizeof stored);
    if (!o->ok || sum != stored) return false;
    columns_grow(&f->columns, h.n);
    f->seq = h.seq;
    return true;
}

bool snapshot_load(struct facts *f) {
    struct file o = {.f = fopen(f->path, "rbe"), .ok = true};
    if (!o.f) return false;
    bool loaded = load_columns(&o, f);
    fclose(o.f);
    return loaded;
}
