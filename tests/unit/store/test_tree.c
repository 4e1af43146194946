#include <string.h>

#include "stand.h"
#include "store/tree.h"

#define SIZES 300

/* --- the naive twin: RFC 6962 2.1 word for word --- */

static digest leaves[SIZES];

static size_t split(size_t n) {
    size_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
}

static digest naive_root(const digest *d, size_t n) {
    if (n == 0) return sha256(S(""));
    if (n == 1) return d[0];
    size_t k = split(n);
    digest left = naive_root(d, k), right = naive_root(d + k, n - k);
    return tree_join(&left, &right);
}

static size_t naive_path(size_t m, const digest *d, size_t n, digest *ret) {
    if (n == 1) return 0;
    size_t k = split(n), len;
    if (m < k) {
        len = naive_path(m, d, k, ret);
        ret[len] = naive_root(d + k, n - k);
    } else {
        len = naive_path(m - k, d + k, n - k, ret);
        ret[len] = naive_root(d, k);
    }
    return len + 1;
}

/* --- what stores nodes as the writer does --- */

struct nodes {
    digest at[2][SIZES]; /* levels 0 and 1 */
    size_t n[2];
    size_t asked;
};

static enum status get_nodes(void *ctx, unsigned level, uint64_t index, size_t n, digest *ret, struct err *err) {
    struct nodes *nodes = ctx;
    if (level > 1 || index + n > nodes->n[level]) return err_set(err, E_CORRUPT, "missing_node", "No node.");
    memcpy(ret, &nodes->at[level][index], n * sizeof *ret);
    nodes->asked += n;
    return OK;
}

static struct nodes nodes;
static struct tree tree;

static void add(size_t i) {
    digest full[8];
    nodes.at[0][nodes.n[0]++] = leaves[i];
    size_t n = tree_add(&tree, 0, &leaves[i], full);
    assert_int_equal(n, (i + 1) % 256 == 0);
    if (n > 0) nodes.at[1][nodes.n[1]++] = full[0];
}

static int setup(void **state) {
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        char text[16];
        int len = snprintf(text, sizeof text, "%c%zu", 0, i);
        leaves[i] = sha256((str){text, (size_t)len});
    }
    memset(&nodes, 0, sizeof nodes);
    memset(&tree, 0, sizeof tree);
    return 0;
}

static void roots_are_those_of_the_naive_twin(void **state) {
    (void)state;
    struct tree_source source = {&nodes, get_nodes};
    for (size_t size = 0; size <= SIZES; size++) {
        struct tree loaded;
        digest want = naive_root(leaves, size), got = tree_root(&tree);
        assert_memory_equal(&got, &want, sizeof got);
        assert_int_equal(tree_load(size, &source, &loaded, NULL), OK);
        got = tree_root(&loaded);
        assert_memory_equal(&got, &want, sizeof got);
        if (size < SIZES) add(size);
    }
}

static void paths_are_those_of_the_naive_twin(void **state) {
    (void)state;
    struct tree_source source = {&nodes, get_nodes};
    for (size_t size = 1; size <= SIZES; size++) {
        add(size - 1);
        digest root = naive_root(leaves, size);
        size_t step = size < 40 || size > 250 ? 1 : 7;
        for (size_t m = 0; m < size; m += step) {
            digest want[TREE_PATH_MAX], got[TREE_PATH_MAX];
            size_t n, n_want = naive_path(m, leaves, size, want);
            assert_int_equal(tree_path(m, size, &source, got, &n, NULL), OK);
            assert_int_equal(n, n_want);
            assert_memory_equal(got, want, n * sizeof *got);
            assert_true(tree_path_valid(&leaves[m], m, size, got, n, &root));
        }
    }
}

static void a_path_proves_nothing_else(void **state) {
    (void)state;
    struct tree_source source = {&nodes, get_nodes};
    for (size_t size = 1; size <= 40; size++) {
        add(size - 1);
        digest root = naive_root(leaves, size), path[TREE_PATH_MAX];
        for (size_t m = 0; m < size; m++) {
            size_t n;
            assert_int_equal(tree_path(m, size, &source, path, &n, NULL), OK);
            assert_false(tree_path_valid(&leaves[m + 1], m, size, path, n, &root)); /* another leaf */
            assert_false(tree_path_valid(&leaves[m], m, size, path, n, &leaves[0]) && size > 1);
            assert_false(tree_path_valid(&leaves[m], size, size, path, n, &root)); /* beyond the end */
            for (size_t other = 0; other < size; other++)
                if (other != m) assert_false(tree_path_valid(&leaves[m], other, size, path, n, &root));
            if (n > 0) assert_false(tree_path_valid(&leaves[m], m, size, path, n - 1, &root));
            path[n] = path[0];
            assert_false(tree_path_valid(&leaves[m], m, size, path, n + 1, &root));
            for (size_t i = 0; i < n; i++) {
                path[i].b[i % 32] ^= 1;
                assert_false(tree_path_valid(&leaves[m], m, size, path, n, &root));
                path[i].b[i % 32] ^= 1;
            }
        }
    }
}

/* source: the test vectors that certificate-transparency and C2SP implementations share. */
static void known_roots(void **state) {
    (void)state;
    static const char *const inputs[] = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    static const char *const roots[] = {
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    struct tree t = {0};
    digest empty = tree_root(&t), want;
    assert_true(hex_parse(S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), want.b, 32));
    assert_memory_equal(&empty, &want, sizeof want);
    for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
        char leaf[17] = {0};
        assert_true(hex_parse(str_z(inputs[i]), (uint8_t *)leaf + 1, strlen(inputs[i]) / 2));
        digest hash = sha256((str){leaf, 1 + strlen(inputs[i]) / 2}), root;
        tree_add(&t, 0, &hash, NULL);
        root = tree_root(&t);
        assert_true(hex_parse(str_z(roots[i]), want.b, 32));
        assert_memory_equal(&root, &want, sizeof want);
    }
}

static void a_missing_node_is_an_error(void **state) {
    (void)state;
    struct tree_source source = {&nodes, get_nodes};
    struct tree loaded = {.size = 99};
    for (size_t i = 0; i < SIZES; i++) add(i);
    nodes.n[1] = 0;
    assert_int_equal(tree_load(SIZES, &source, &loaded, NULL), E_CORRUPT);
    assert_int_equal(loaded.size, 99);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(roots_are_those_of_the_naive_twin, setup),
        cmocka_unit_test_setup(paths_are_those_of_the_naive_twin, setup),
        cmocka_unit_test_setup(a_path_proves_nothing_else, setup),
        cmocka_unit_test_setup(known_roots, setup),
        cmocka_unit_test_setup(a_missing_node_is_an_error, setup),
    };
    return cmocka_run_group_tests_name("store/tree", tests, NULL, NULL);
}
