#include "store/tree.h"

#include <string.h>

digest tree_join(const digest *left, const digest *right) {
    char bytes[65] = {1};
    memcpy(bytes + 1, left->b, 32);
    memcpy(bytes + 33, right->b, 32);
    return sha256((str){bytes, sizeof bytes});
}

size_t tree_add(struct tree *t, unsigned bits, const digest *root, digest ret_full[8]) {
    uint64_t leaves = UINT64_C(1) << bits;
    check((t->size & (leaves - 1)) == 0);
    digest sum = *root;
    size_t full = 0;
    unsigned k = bits;
    for (; t->size >> k & 1; k++) {
        sum = tree_join(&t->frontier[k], &sum);
        if ((k + 1) % TREE_LEVEL_BITS == 0 && ret_full) ret_full[full++] = sum;
    }
    t->frontier[k] = sum;
    t->size += leaves;
    return full;
}

digest tree_root(const struct tree *t) {
    if (t->size == 0) return sha256(S(""));
    unsigned k = (unsigned)__builtin_ctzll(t->size);
    digest root = t->frontier[k];
    for (k++; k < 64 && t->size >> k != 0; k++)
        if (t->size >> k & 1) root = tree_join(&t->frontier[k], &root);
    return root;
}

enum status tree_load(uint64_t size, const struct tree_source *source, struct tree *ret, struct err *err) {
    struct tree t = {0};
    digest nodes[256];
    for (unsigned level = 64 / TREE_LEVEL_BITS; level-- > 0;) {
        unsigned bits = level * TREE_LEVEL_BITS;
        uint64_t first = t.size >> bits;
        size_t n = (size_t)((size >> bits) - first);
        if (n == 0) continue;
        check(n < 256);
        enum status status = source->nodes(source->ctx, level, first, n, nodes, err);
        if (status != OK) return status;
        for (size_t i = 0; i < n; i++) tree_add(&t, bits, &nodes[i], NULL);
    }
    *ret = t;
    return OK;
}

/* The root of the complete subtree number `index` among those of 2^bits leaves. */
static enum status subtree(unsigned bits, uint64_t index, const struct tree_source *source, digest *ret,
                           struct err *err) {
    digest nodes[128];
    unsigned level = bits / TREE_LEVEL_BITS, spread = bits % TREE_LEVEL_BITS;
    size_t n = (size_t)1 << spread;
    enum status status = source->nodes(source->ctx, level, index << spread, n, nodes, err);
    if (status != OK) return status;
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n / 2; i++) nodes[i] = tree_join(&nodes[2 * i], &nodes[2 * i + 1]);
    *ret = nodes[0];
    return OK;
}

/* The root of the last, incomplete part: leaves from `from` (a multiple of the part's greatest power of two) to size. */
static enum status remainder_root(uint64_t from, uint64_t size, const struct tree_source *source, digest *ret,
                                  struct err *err) {
    digest parts[64];
    size_t n = 0;
    for (uint64_t at = from; at < size;) {
        unsigned bits = 63 - (unsigned)__builtin_clzll(size - at);
        enum status status = subtree(bits, at >> bits, source, &parts[n++], err);
        if (status != OK) return status;
        at += UINT64_C(1) << bits;
    }
    digest root = parts[n - 1];
    for (size_t i = n - 1; i-- > 0;) root = tree_join(&parts[i], &root);
    *ret = root;
    return OK;
}

enum status tree_path(uint64_t leaf, uint64_t size, const struct tree_source *source, digest ret[TREE_PATH_MAX],
                      size_t *ret_n, struct err *err) {
    check(leaf < size);
    size_t n = 0;
    uint64_t from = 0, to = size;
    /* From the root down: the half without the leaf gives a step, then the other half is the tree. */
    while (to - from > 1) {
        unsigned bits = 63 - (unsigned)__builtin_clzll(to - from - 1);
        uint64_t middle = from + (UINT64_C(1) << bits);
        bool left = leaf < middle;
        enum status status =
            left ? remainder_root(middle, to, source, &ret[n], err) : subtree(bits, from >> bits, source, &ret[n], err);
        if (status != OK) return status;
        n++;
        if (left)
            to = middle;
        else
            from = middle;
    }
    for (size_t i = 0; i < n / 2; i++) {
        digest swap = ret[i];
        ret[i] = ret[n - 1 - i];
        ret[n - 1 - i] = swap;
    }
    *ret_n = n;
    return OK;
}

bool tree_path_valid(const digest *hash, uint64_t leaf, uint64_t size, const digest *path, size_t n,
                     const digest *root) {
    if (leaf >= size) return false;
    uint64_t at = leaf, last = size - 1;
    digest sum = *hash;
    for (size_t i = 0; i < n; i++) {
        if (last == 0) return false;
        if (at & 1 || at == last) {
            sum = tree_join(&path[i], &sum);
            for (; !(at & 1) && at != 0; at >>= 1) last >>= 1;
        } else {
            sum = tree_join(&sum, &path[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && digest_eq(&sum, root);
}
