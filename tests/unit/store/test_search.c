/* Full text against plain substrings over random Chinese texts, and what erasing leaves behind. */
#include "views_random.h"

#include <stdlib.h>
#include <string.h>

#include "store/views_int.h"

#define TEXTS 200

static const char *const letters[] = {"井", "盖", "路", "灯", "城", "管", "，", "。", " "};

struct texts {
    char text[TEXTS][64];
};

static void make_text(char *out, size_t n, size_t kinds) {
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const char *letter = letters[chance((uint32_t)kinds)];
        size_t more = strlen(letter);
        memcpy(out + len, letter, more + 1);
        len += more;
    }
}

static void file_texts(struct stand *s, struct texts *t) {
    for (size_t i = 0; i < TEXTS; i++) {
        make_text(t->text[i], 3 + chance(12), ARRAY_LEN(letters));
        memcpy(t->text[i] + strlen(t->text[i]), "x", 2); /* so that every text has a letter */
        struct command c = stand_file(t->text[i]);
        struct result r = stand_run(s, &c);
        assert_int_equal(r.status, OK);
    }
    views_settled(s);
}

/* Words of one to four characters find exactly the texts that hold them in a piece: precision and recall are 1. */
static void test_exact(void **state) {
    (void)state;
    static struct texts t;
    struct stand s;
    random_seed(11);
    views_stand_init(&s);
    views_stand_open(&s);
    file_texts(&s, &t);
    size_t hits = 0;
    for (size_t i = 0; i < 300; i++) {
        struct arena arena;
        arena_init(&arena, 0);
        char word[64];
        make_text(word, 1 + chance(4), 6);
        struct listing page;
        struct err err = {0};
        struct query *q = views_query(word, &arena);
        assert_int_equal(
            store_list(s.store, q, SORT_FILED_ASC, 500, STR_NONE, views_stand_now(&s), &arena, &page, &err), OK);
        bool found[TEXTS + 1] = {false};
        for (size_t k = 0; k < page.n; k++) found[page.rows[k].slot] = true;
        for (size_t k = 0; k < TEXTS; k++)
            if (found[k + 1] != (strstr(t.text[k], word) != NULL)) fail_msg("%s in %s", word, t.text[k]);
        hits += page.n;
        arena_done(&arena);
    }
    assert_true(hits > 1000);
    stand_done(&s);
}

static bool file_holds(const char *dir, const char *name, const char *word) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    static char bytes[4 << 20];
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    return memmem(bytes, n, word, strlen(word)) != NULL;
}

/* An erased text is found no more, and its words are in no file of the views. */
static void test_erased(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    uint64_t id = views_filed(&s, "qzyxwvut 井盖", NULL);
    views_filed(&s, "abc 井盖", NULL);
    stand_close(&s);
    assert_true(file_holds(s.dir, "search.db", "qzyxwvut"));
    assert_true(file_holds(s.dir, "views.db", "qzyxwvut"));
    views_stand_open(&s);
    views_erased(&s, id);
    struct arena arena;
    arena_init(&arena, 0);
    str left = views_list(&s, "井盖", SORT_FILED_ASC, &arena);
    assert_int_equal(str_find(left, S(" "), 0), -1);
    assert_true(left.len > 0);
    assert_true(str_empty(views_list(&s, "qzyxwvut", SORT_FILED_ASC, &arena)));
    arena_done(&arena);
    stand_close(&s); /* closing merges and empties the WAL */
    static const char *const files[] = {"search.db", "search.db-wal", "views.db", "views.db-wal"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        if (file_holds(s.dir, files[i], "qzyxwvut")) fail_msg("%s still holds the word", files[i]);
    stand_done(&s);
}

/* search.db is made anew from the views when it is behind or gone. */
static void test_refill(void **state) {
    (void)state;
    struct stand s;
    views_stand_init(&s);
    views_stand_open(&s);
    views_filed(&s, "井盖丢失", PAIRS({"number", "SM1"}));
    views_filed(&s, "路灯不亮", PAIRS({"number", "SM2"}));
    stand_close(&s);
    char path[128];
    snprintf(path, sizeof path, "%s/search.db", s.dir);
    assert_int_equal(remove(path), 0);
    views_stand_open(&s);
    struct arena arena;
    arena_init(&arena, 0);
    assert_true(str_is(views_list(&s, "井盖", SORT_FILED_ASC, &arena), "SM1"));
    assert_true(str_is(views_list(&s, "灯", SORT_FILED_ASC, &arena), "SM2"));
    arena_done(&arena);
    stand_done(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_exact), cmocka_unit_test(test_erased),
                                       cmocka_unit_test(test_refill)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
