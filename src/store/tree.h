/* The Merkle tree over all entry hashes, RFC 6962: leaves are entry hashes (already SHA-256(0x00 ‖ header)), inner nodes
 * SHA-256(0x01 ‖ left ‖ right). Pure: what is not at hand is asked for.
 *
 * The writer keeps the frontier, 64 digests; complete subtrees of 256, 65 536 … leaves are stored as they fill
 * (`node` in truth.sql), so that opening and proving read a few hundred hashes whatever the size.
 * Invariant: the root of a size never changes. source: RFC 6962 2.1. */
#ifndef YIWANG_STORE_TREE_H
#define YIWANG_STORE_TREE_H

#include "base/digest.h"
#include "base/status.h"

#define TREE_LEVEL_BITS 8
#define TREE_PATH_MAX 64

/* Roots of the complete subtrees that make up the tree: frontier[k] of 2^k leaves is in use if bit k of size is set. */
struct tree {
    uint64_t size;
    digest frontier[64];
};

digest tree_join(const digest *left, const digest *right);
/* Adds a complete subtree of 2^bits leaves. in: size is a multiple of 2^bits. out: how many stored levels filled up by
 * this leaf; ret_full[i] is the root of the subtree of 256^(i + 1) leaves that ends here; may be NULL. */
size_t tree_add(struct tree *t, unsigned bits, const digest *root, digest ret_full[8]);
/* The root; of the empty tree SHA-256(""). */
digest tree_root(const struct tree *t);

/* Where hashes come from: n roots of adjacent subtrees of 2^(8·level) leaves from index on. */
struct tree_source {
    void *ctx;
    enum status (*nodes)(void *ctx, unsigned level, uint64_t index, size_t n, digest *ret, struct err *err);
};
/* The frontier of a tree of this size. errors: those of the source. */
enum status tree_load(uint64_t size, const struct tree_source *source, struct tree *ret, struct err *err) MUST_USE;
/* The audit path of a leaf in the tree of this size, lowest first. in: leaf < size. errors: those of the source.
 * cost: up to 255 hashes a level. */
enum status tree_path(uint64_t leaf, uint64_t size, const struct tree_source *source, digest ret[TREE_PATH_MAX],
                      size_t *ret_n, struct err *err) MUST_USE;
/* Whether the path leads from this leaf to this root. source: RFC 9162 2.1.3.2. */
bool tree_path_valid(const digest *hash, uint64_t leaf, uint64_t size, const digest *path, size_t n,
                     const digest *root);

#endif
